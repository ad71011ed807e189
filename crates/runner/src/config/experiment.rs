//! The experiment: a configuration resolved and checked, ready for the runner.

use std::collections::BTreeMap;
use std::path::Path;

use article5_model::alliance::Alliance;
use article5_model::model::{Model, ModelError};
use article5_model::parameters::{self, Parameters};
use article5_model::scenario::Scenario;

use crate::design::{Design, DesignError};
use crate::tally::MAX_REPLICATES;

use super::analysis::{DiscoverySpec, SensitivitySpec};
use super::calendar::CalendarQuarter;
use super::claims::ClaimSpec;
use super::design::{DesignSpec, Vary};
use super::document::Place;
use super::error::ConfigError;
use super::file::ConfigFile;
use super::known::Known;
use super::names::{LONGEST, SAFE, unsafe_name};
use super::output::OutputOptions;
use super::scenarios::{Resolved, check_named};
use super::source::Source;
use super::space::{SpaceSpec, SpaceTable};
use super::stop::Stop;
use super::{members, references, scenarios, varying};

/// The name of the resolved configuration in a run's folder.
pub const CONFIGURATION_FILE: &str = "configuration.toml";

/// The name of the members table in a run's folder.
pub const ALLIANCE_FILE: &str = "alliance.csv";

/// The longest run, in quarters: a century.
pub const MAX_QUARTERS: u32 = 400;

/// The largest number of the first replicate: it keeps the numbers of all replicates exact in the
/// floating point of whatever reads the tables.
pub(super) const LARGEST_FIRST: i64 = 1 << 40;

/// An experiment: what runs, resolved and checked.
///
/// ```
/// use std::path::Path;
/// use article5_runner::config::Experiment;
///
/// let text = "name = \"first\"\nscenarios = [\"article5-like\"]";
/// let experiment = Experiment::from_toml(text, "first.toml", Path::new("."))?;
/// assert_eq!(experiment.quarters, 40);
/// let message = Experiment::from_toml("name = \"a/b\"", "first.toml", Path::new(".")).unwrap_err();
/// assert_eq!(message.place(), Some(("first.toml", 1, 8)));
/// # Ok::<(), article5_runner::config::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// Names the run's folder, so it is safe as a folder name.
    pub name: String,
    /// The seed of all random numbers, 0 to `i64::MAX`.
    pub seed: u64,
    /// Replicates of each scenario and design point, at least 1; with [`Stop`], the first batch.
    pub replicates: u64,
    /// The number of the first replicate.
    pub first_replicate: u64,
    /// The horizon, 1 to [`MAX_QUARTERS`].
    pub quarters: u32,
    /// The calendar quarter of quarter 1.
    pub start: CalendarQuarter,
    /// The allies.
    pub alliance: Alliance,
    /// What is compared, at least one. `overrides` holds what the scenario itself sets, even to the
    /// default, and of `[parameters]` what differs from the default: each key once, in the order of
    /// `parameters.csv`.
    pub scenarios: Vec<Scenario>,
    /// The scenario that the others are compared with, by number.
    pub reference: usize,
    /// Scenarios that are compared with some other scenario, by number.
    pub references: BTreeMap<usize, usize>,
    /// The scenarios that are policies to choose among, by number, at least one.
    pub policies: Vec<usize>,
    /// Which parameters vary between points. No scenario sets any of them.
    pub design: Option<DesignSpec>,
    /// The parameters that each replicate draws from a range, in the order of `parameters.csv`. No
    /// scenario sets any of them, and no design varies any.
    pub uncertainty: Vec<Vary>,
    /// The space over which claims are judged; `None` if there is nothing to judge. A scenario
    /// varies those of its parameters that it does not set.
    pub space: Option<SpaceSpec>,
    /// When to stop, if not after `replicates`.
    pub stop: Option<Stop>,
    /// Hypotheses.
    pub claims: Vec<ClaimSpec>,
    /// Outcomes whose sensitivity is reported; needs a Saltelli or Morris design.
    pub sensitivity: Option<SensitivitySpec>,
    /// What is sought in the design's space; needs a design.
    pub discovery: Option<DiscoverySpec>,
    /// What to write.
    pub output: OutputOptions,
}

impl Experiment {
    /// Reads the configuration at `path`.
    ///
    /// # Errors
    ///
    /// The first fault found, with its place and its remedy.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        Source::read(path)?.experiment()
    }

    /// Reads the configuration `text` of the file `name`, whose paths are relative to `folder`.
    ///
    /// # Errors
    ///
    /// The first fault found, with its place and its remedy.
    pub fn from_toml(text: &str, name: &str, folder: &Path) -> Result<Self, ConfigError> {
        Source::new(text, name, folder).experiment()
    }
}

impl Experiment {
    /// The model of a scenario.
    ///
    /// # Errors
    ///
    /// The model refuses the settings; never for a scenario of a configuration that was read.
    pub fn model(&self, scenario: &Scenario) -> Result<Model, ModelError> {
        self.model_with(scenario, &scenario.parameters()?)
    }

    /// The model of a scenario with parameters other than those it sets.
    pub(crate) fn model_with(
        &self,
        scenario: &Scenario,
        parameters: &Parameters,
    ) -> Result<Model, ModelError> {
        Model::new(&self.alliance, parameters, &scenario.events, self.quarters)
    }

    /// The design points of the experiment; without a design, a single one at which nothing varies.
    ///
    /// # Errors
    ///
    /// As [`DesignSpec::design`].
    pub fn points(&self) -> Result<Design, DesignError> {
        self.design.as_ref().map_or_else(|| Ok(Design::single()), |spec| spec.design(self.seed))
    }

    /// The experiment at one point of its design: without the design, but with what the point sets,
    /// and named after it. `None` if there is no such point.
    ///
    /// # Errors
    ///
    /// As [`DesignSpec::design`].
    ///
    /// ```
    /// use std::path::Path;
    /// use article5_runner::config::Experiment;
    ///
    /// let text = "name = \"memory\"\nscenarios = [\"ironclad\"]\n[design]\nkind = \"grid\"\n\
    ///             vary = { \"learning.memory\" = { values = [0.92, 0.98] } }";
    /// let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
    /// let point = experiment.at_point(1)?.unwrap();
    /// assert_eq!(point.scenarios[0].parameters().unwrap().learning.memory, 0.98);
    /// assert_eq!(point.name, "memory-point-1");
    /// assert!(experiment.at_point(2)?.is_none());
    /// # Ok::<(), article5_runner::design::DesignError>(())
    /// ```
    pub fn at_point(&self, point: u32) -> Result<Option<Self>, DesignError> {
        let design = self.points()?;
        if self.design.is_none() || point as usize >= design.points.nrows() {
            return Ok(None);
        }
        let end = format!("-point-{point}");
        // Cut the name if it would be too long to be read again.
        let kept = self.name.floor_char_boundary(LONGEST.saturating_sub(end.len()));
        let name = format!("{}{end}", self.name.get(..kept).unwrap_or_default());
        let (sensitivity, discovery) = (None, None);
        let mut own = Self { name, design: None, sensitivity, discovery, ..self.clone() };
        for scenario in &mut own.scenarios {
            let values = design.values(point).map(|(key, value)| (key.to_owned(), value));
            scenario.overrides.extend(values);
            scenario.overrides.sort_by_key(|(key, _)| parameters::place(key));
        }
        Ok(Some(own))
    }

    /// The calendar name of quarter `quarter`, counted from 1.
    pub fn date(&self, quarter: u32) -> String {
        self.start.plus(quarter.saturating_sub(1)).to_string()
    }
}

/// Resolves a file, whose paths are relative to `folder`, to an experiment.
pub(super) fn resolve(
    file: ConfigFile,
    folder: &Path,
    root: &Place<'_>,
) -> Result<Experiment, ConfigError> {
    check_name(&file.name, &root.get("name"))?;
    let seed = whole(file.seed, 0, i64::MAX, "seed", root)?;
    let replicates = whole(file.replicates, 1, MAX_REPLICATES as i64, "replicates", root)?;
    let first_replicate = whole(file.first_replicate, 0, LARGEST_FIRST, "first_replicate", root)?;
    let quarters = whole(file.quarters, 1, MAX_QUARTERS.into(), "quarters", root)?;
    let quarters = u32::try_from(quarters).unwrap_or(MAX_QUARTERS);
    let start = start(&file.start, &root.get("start"))?;
    let alliance = members::resolve(&file, folder, root)?;
    let resolved = scenarios::resolve(&file, quarters, &alliance, root)?;
    let (design, uncertain) = variation(&file, &resolved, root)?;
    let names: Vec<&str> = resolved.iter().map(|one| one.scenario.name.as_str()).collect();
    let known = Known { scenarios: &names, alliance: &alliance, quarters };
    if let Some(stop) = &file.stop {
        stop.check(&known, replicates, &root.get("stop"))?;
    }
    let space = space(&file, &resolved, &known, root)?;
    check_questions(&file, &known, design.as_ref(), root)?;
    let output = file.output.resolve(quarters, design.is_some(), &root.get("output"))?;
    let (reference, references) = references::resolve(&file, &names, root)?;
    let policies = policies(&file, &names, root)?;
    let experiment = Experiment {
        name: file.name,
        seed,
        replicates,
        first_replicate,
        quarters,
        start,
        alliance,
        scenarios: resolved.into_iter().map(|one| one.scenario).collect(),
        reference,
        references,
        policies,
        design,
        uncertainty: uncertain,
        space,
        stop: file.stop,
        claims: file.claim,
        sensitivity: file.sensitivity,
        discovery: file.discovery,
        output,
    };
    experiment.check_groups(root)?;
    for scenario in &experiment.scenarios {
        // Everything that the model refuses was refused above, with its place: this is a last
        // check.
        experiment.model(scenario).map_err(|error| {
            root.get("scenario").wrong(format!("scenario `{}`: {error}", scenario.name), "here")
        })?;
    }
    Ok(experiment)
}

/// A run's folder has the experiment's name.
fn check_name(name: &str, place: &Place<'_>) -> Result<(), ConfigError> {
    match unsafe_name(name) {
        None => Ok(()),
        Some(fault) => Err(place
            .wrong(format!("the name {fault}"), "not a safe name for a folder")
            .help(format!("{SAFE}; `--out` says where the folder goes"))),
    }
}

/// Resolves what varies between points and what replicates draw, and checks that none of it is set
/// as well.
fn variation(
    file: &ConfigFile,
    resolved: &[Resolved],
    root: &Place<'_>,
) -> Result<(Option<DesignSpec>, Vec<Vary>), ConfigError> {
    let design =
        file.design.as_ref().map(|design| design.resolve(&root.get("design"))).transpose()?;
    let uncertain = match &file.uncertainty {
        Some(table) => table.resolve(&root.get("uncertainty"))?,
        None => Vec::new(),
    };
    let varying = varying::varying(design.as_ref(), &uncertain, file.uncertainty.as_ref(), root)?;
    varying::check_against(resolved, &varying)?;
    Ok((design, uncertain))
}

/// The calendar quarter of quarter 1.
fn start(text: &str, place: &Place<'_>) -> Result<CalendarQuarter, ConfigError> {
    text.parse().map_err(|error| {
        place
            .wrong(format!("`start` is {error}"), "must be a year and a quarter")
            .help("write it like \"2026-Q1\"")
    })
}

/// Checks what is asked of the runs: claims, sensitivity, discovery.
fn check_questions(
    file: &ConfigFile,
    known: &Known<'_>,
    design: Option<&DesignSpec>,
    root: &Place<'_>,
) -> Result<(), ConfigError> {
    for (index, claim) in file.claim.iter().enumerate() {
        let above = file.claim.get(..index).unwrap_or_default();
        claim.check(known, above, &root.get("claim").at(index))?;
    }
    if let Some(sensitivity) = &file.sensitivity {
        sensitivity.check(known, design, &root.get("sensitivity"), root)?;
    }
    if let Some(discovery) = &file.discovery {
        discovery.check(known, design, &root.get("discovery"))?;
    }
    Ok(())
}

/// The space of the claims; none if the file has neither claims nor a space, or if a design or
/// uncertain parameters take its place.
fn space(
    file: &ConfigFile,
    scenarios: &[Resolved],
    known: &Known<'_>,
    root: &Place<'_>,
) -> Result<Option<SpaceSpec>, ConfigError> {
    let varies = file.design.is_some() || file.uncertainty.is_some();
    match &file.space {
        Some(_) if varies => Err(root
            .get("space")
            .wrong_key("a space cannot be combined with a design or uncertain parameters", "the space")
            .help("keep one of the three: claims are judged at the configuration's parameters and over a space")),
        Some(table) => table.resolve(scenarios, known, &root.get("space")).map(Some),
        None if file.claim.is_empty() || varies => Ok(None),
        None => SpaceTable::default().resolve(scenarios, known, &root.get("claim")).map(Some),
    }
}

/// The policies, by number: all scenarios if none are named.
fn policies(
    file: &ConfigFile,
    names: &[&str],
    root: &Place<'_>,
) -> Result<Vec<usize>, ConfigError> {
    let Some(policies) = &file.policies else { return Ok((0..names.len()).collect()) };
    let place = root.get("policies");
    if policies.is_empty() {
        return Err(place
            .wrong("there is no policy to choose from", "empty")
            .help("name scenarios, or leave it out to take all"));
    }
    let mut places = Vec::with_capacity(policies.len());
    for (index, name) in policies.iter().enumerate() {
        let scenario = check_named(name, names, &place.at(index))?;
        if places.contains(&scenario) {
            return Err(place
                .at(index)
                .wrong(format!("`{name}` is named twice"), "the second one"));
        }
        places.push(scenario);
    }
    Ok(places)
}

/// A whole number in its range.
pub(super) fn whole(
    value: i64,
    least: i64,
    most: i64,
    key: &str,
    root: &Place<'_>,
) -> Result<u64, ConfigError> {
    let within = (least..=most).contains(&value);
    u64::try_from(value).ok().filter(|_| within).ok_or_else(|| {
        root.get(key).wrong(format!("`{key}` is {value}"), format!("must be {least} to {most}"))
    })
}
