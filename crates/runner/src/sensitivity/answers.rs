//! The answers to what a configuration asks of a survey.

use super::discovery::{Discovered, discover};
use super::indices::{Indices, indices};
use super::survey::{Subject, Survey};
use crate::analysis::AnalysisError;
use crate::config::{CONFIGURATION_FILE, DiscoverySpec, Experiment, SensitivitySpec};
use crate::outcome::Quantity;
use crate::tables::rows::{BoxRow, SensitivityRow};
use crate::tables::{FolderError, RunFolder, Tables, alliance_rows, codebook};

/// The answers to `[sensitivity]` and `[discovery]`.
///
/// ```
/// use std::path::Path;
/// use std::sync::atomic::AtomicBool;
/// use article5_runner::config::Experiment;
/// use article5_runner::ensemble::{RunControl, Ensemble};
/// use article5_runner::sensitivity::{Answers, Survey, subjects};
///
/// let text = "name = \"a\"\nquarters = 4\nreplicates = 20\nscenarios = [\"article5-like\"]
///             [design]\nkind = \"saltelli\"\npoints = 4
///             [design.vary]\n\"response.general\" = \"range\"\n\"ukraine.incident_base\" = \"range\"
///             [sensitivity]\noutcomes = [\"trust_mean\"]";
/// let experiment = Experiment::from_toml(text, "a.toml", Path::new("."))?;
/// let ensemble = Ensemble::new(&experiment)?;
/// let control = RunControl { progress: &|_| (), stop: &AtomicBool::new(false) };
/// let survey = Survey::run(&ensemble, subjects(&experiment), control)?;
/// let answers = Answers::new(&survey)?;
/// assert_eq!(answers.sensitivity_rows().len(), 2);
/// println!("{answers}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Answers<'a> {
    pub(super) survey: &'a Survey<'a>,
    /// The indices of each outcome of `[sensitivity]`.
    pub indices: Vec<Indices>,
    /// What was found for `[discovery]`.
    pub discovered: Option<Discovered>,
}

/// Returns what an experiment asks about: the outcomes of `[sensitivity]`, then that of
/// `[discovery]`.
#[must_use]
pub fn subjects(experiment: &Experiment) -> Vec<Subject> {
    let outcomes = experiment.sensitivity.iter().flat_map(|spec| sensitive(experiment, spec));
    let sought = experiment.discovery.iter().filter_map(|spec| sought(experiment, spec));
    outcomes.chain(sought).collect()
}

/// The outcomes of `[sensitivity]`.
fn sensitive(experiment: &Experiment, spec: &SensitivitySpec) -> Vec<Subject> {
    let (scenario, reference) = (spec.scenario.as_deref(), spec.reference.as_deref());
    let of = |outcome: &String| subject(experiment, scenario, reference, outcome);
    spec.outcomes.iter().filter_map(of).collect()
}

/// The outcome of `[discovery]`.
fn sought(experiment: &Experiment, spec: &DiscoverySpec) -> Option<Subject> {
    let (scenario, reference) = (spec.scenario.as_deref(), spec.reference.as_deref());
    subject(experiment, scenario, reference, &spec.outcome)
}

fn subject(
    experiment: &Experiment,
    scenario: Option<&str>,
    reference: Option<&str>,
    outcome: &str,
) -> Option<Subject> {
    let place = |name: &str| experiment.scenarios.iter().position(|own| own.name == name);
    Some(Subject {
        // If it is left out, there is only one.
        scenario: scenario.map_or(Some(0), place)?,
        reference: reference.and_then(place),
        quantity: Quantity::named(outcome, &experiment.alliance)?,
    })
}

impl<'a> Answers<'a> {
    /// Answers what the experiment of a survey over its [`subjects`] asks.
    ///
    /// # Errors
    ///
    /// [`AnalysisError`] if an outcome is not a finite number; never for a configuration that was
    /// read.
    pub fn new(survey: &'a Survey<'a>) -> Result<Self, AnalysisError> {
        let experiment = survey.ensemble().experiment();
        let indices = match &experiment.sensitivity {
            Some(spec) => indices(survey, &sensitive(experiment, spec), spec.resamples as usize)?,
            None => Vec::new(),
        };
        let asked = |spec| Some((sought(experiment, spec)?, spec));
        let discovered = match experiment.discovery.as_ref().and_then(asked) {
            Some((subject, spec)) => discover(survey, subject, spec)?,
            None => None,
        };
        Ok(Self { survey, indices, discovered })
    }

    /// The rows of `sensitivity.csv`.
    #[must_use]
    pub fn sensitivity_rows(&self) -> Vec<SensitivityRow> {
        self.indices.iter().flat_map(|own| own.rows.iter().cloned()).collect()
    }

    /// The rows of `boxes.csv`.
    #[must_use]
    pub fn box_rows(&self) -> Vec<BoxRow> {
        self.discovered.iter().flat_map(|own| own.rows.iter().cloned()).collect()
    }

    /// What charts are drawn from.
    #[must_use]
    pub fn tables(&self) -> Tables {
        let ensemble = self.survey.ensemble();
        Tables {
            sensitivity: self.sensitivity_rows(),
            boxes: self.box_rows(),
            design: Some(ensemble.design().clone()),
            ..Tables::new(ensemble.experiment())
        }
    }

    /// Writes the tables of the answers, and of what they were made from; the
    /// [warnings](Answers::warnings) will be in the manifest.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn write(&self, folder: &mut RunFolder) -> Result<(), FolderError> {
        let ensemble = self.survey.ensemble();
        let experiment = ensemble.experiment();
        if experiment.sensitivity.is_some() {
            folder.table(&self.sensitivity_rows())?;
        }
        if experiment.discovery.is_some() {
            folder.table(&self.box_rows())?;
        }
        folder.table(&self.survey.rows())?;
        folder.design(ensemble.design())?;
        folder.table(&alliance_rows(experiment))?;
        folder.table(&codebook(experiment))?;
        folder.parquet(&experiment.output)?;
        folder.write(CONFIGURATION_FILE, experiment.to_toml().as_bytes())?;
        self.warnings().into_iter().for_each(|warning| folder.warn(warning));
        Ok(())
    }
}
