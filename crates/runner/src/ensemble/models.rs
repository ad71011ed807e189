//! The models of a design point, rebuilt for each replicate if parameters are uncertain.

use std::ops::Range;

use article5_model::model::{Model, ModelError};
use article5_model::observe::{Quarter, Quarters};
use article5_model::parameters::{Parameters, place};
use article5_model::replicate::{TOGETHER, Workspace};
use article5_model::scenario::Scenario;

use super::{Ensemble, EnsembleError};
use crate::config::{ClaimSpec, Experiment};
use crate::design::Design;
use crate::outcome::Ranges;
use crate::tally::{Contrast, Layout};

/// The models of one design point, one per scenario, ready to run any replicate.
#[derive(Debug)]
pub struct Models<'a> {
    ensemble: &'a Ensemble<'a>,
    scenarios: Vec<Ready<'a>>,
}

/// A scenario's model, with what it was built from.
#[derive(Debug)]
struct Ready<'a> {
    scenario: &'a Scenario,
    parameters: Parameters,
    model: Model,
    workspace: Workspace,
}

impl<'a> Models<'a> {
    pub(super) fn new(ensemble: &'a Ensemble<'a>, point: u32) -> Result<Self, EnsembleError> {
        let ready = |scenario: &'a Scenario| -> Result<Ready<'a>, EnsembleError> {
            let parameters = parameters(ensemble.design(), point, scenario)?;
            let model = ensemble.experiment().model_with(scenario, &parameters);
            let model = model.map_err(refusal(scenario))?;
            Ok(Ready { scenario, parameters, workspace: model.workspace(), model })
        };
        let scenarios = ensemble.experiment().scenarios.iter().map(ready);
        Ok(Self { ensemble, scenarios: scenarios.collect::<Result<_, _>>()? })
    }

    /// Runs a replicate of a scenario, the first of which is 0, and shows each quarter. A scenario
    /// that does not exist shows nothing.
    ///
    /// # Errors
    ///
    /// [`EnsembleError::Model`] if the model refuses what a replicate draws; never for an
    /// experiment that was read from a file.
    pub fn run(
        &mut self,
        scenario: usize,
        replicate: u64,
        mut observe: impl FnMut(&Quarter<'_>),
    ) -> Result<(), EnsembleError> {
        let replicates = replicate..replicate.saturating_add(1);
        self.run_together(scenario, replicates, |quarters| {
            quarters.each(|_, quarter| observe(quarter));
        })
    }

    /// How many replicates run side by side: one if each has parameters of its own.
    pub fn together(&self) -> usize {
        if self.ensemble.uncertain().is_empty() { TOGETHER } else { 1 }
    }

    /// Runs replicates of a scenario side by side, at most [`together`](Self::together). Shows each
    /// quarter of all of them as it ends. A scenario that does not exist shows nothing.
    ///
    /// # Panics
    ///
    /// If there are more replicates than run together.
    ///
    /// # Errors
    ///
    /// As [`Models::run`].
    pub fn run_together(
        &mut self,
        scenario: usize,
        replicates: Range<u64>,
        observe: impl FnMut(&Quarters<'_>),
    ) -> Result<(), EnsembleError> {
        let Some(ready) = self.scenarios.get_mut(scenario) else { return Ok(()) };
        let (experiment, uncertain) = (self.ensemble.experiment(), self.ensemble.uncertain());
        if !uncertain.is_empty() {
            let alone = replicates.end.saturating_sub(replicates.start) <= 1;
            assert!(alone, "replicates that draw their own parameters run one by one");
            let (scenario, parameters) = (ready.scenario, ready.parameters);
            let model = uncertain.model(experiment, scenario, parameters, replicates.start);
            ready.model = model.map_err(refusal(ready.scenario))?;
            ready.workspace = ready.model.workspace();
        }
        ready.model.run_together(experiment.seed, replicates, &mut ready.workspace, observe);
        Ok(())
    }
}

/// The parameters of a scenario at a design point.
pub(super) fn parameters(
    design: &Design,
    point: u32,
    scenario: &Scenario,
) -> Result<Parameters, EnsembleError> {
    let mut parameters = scenario.parameters().map_err(|error| refusal(scenario)(error.into()))?;
    let values = design.values(point);
    let varied: Vec<_> = values.filter_map(|(key, value)| Some((place(key)?, value))).collect();
    parameters.set_places(free(scenario, &varied));
    Ok(parameters)
}

/// The shape of an experiment's tallies, whose ranges cover everything that its design and its
/// uncertain parameters reach.
pub(super) fn layout(experiment: &Experiment) -> Result<Layout, EnsembleError> {
    let efforts = experiment.alliance.members().iter().map(|member| member.effort());
    let mut ranges = Ranges::new(efforts.fold(0.0, f64::max), experiment.quarters);
    let designed = experiment.design.iter().flat_map(|design| &design.vary);
    let varied = designed.chain(&experiment.uncertainty);
    let ends: Vec<(usize, (f64, f64))> =
        varied.filter_map(|vary| Some((place(&vary.key)?, vary.values.ends()))).collect();
    for scenario in &experiment.scenarios {
        let mut low = scenario.parameters().map_err(|error| refusal(scenario)(error.into()))?;
        let mut high = low;
        let ends: Vec<(usize, (f64, f64))> = free(scenario, &ends).collect();
        low.set_places(ends.iter().map(|&(place, (end, _))| (place, end)));
        high.set_places(ends.iter().map(|&(place, (_, end))| (place, end)));
        ranges.include(&low, &scenario.events);
        ranges.include(&high, &scenario.events);
    }
    let (members, output) = (experiment.alliance.len(), &experiment.output);
    let scenarios = experiment.scenarios.len();
    let layout = Layout::new(scenarios, members, &output.quarters, &output.cover_quarters, &ranges);
    let layout = layout.with_pairs(experiment.comparisons());
    Ok(layout.with_comparisons_at(&output.comparison_quarters))
}

/// What the claims of a sound experiment compare, in their order.
pub(super) fn contrasts(experiment: &Experiment) -> Vec<Contrast> {
    let contrast = |claim: &ClaimSpec| claim.contrast(experiment);
    experiment.claims.iter().filter_map(contrast).collect()
}

/// Selects from what varies, given by places in the parameter table, what the scenario does not
/// set: over the space of claims a scenario keeps what it sets. No other design varies what is set.
fn free<T: Copy>(scenario: &Scenario, varied: &[(usize, T)]) -> impl Iterator<Item = (usize, T)> {
    let set: Vec<usize> = scenario.overrides.iter().filter_map(|(key, _)| place(key)).collect();
    varied.iter().copied().filter(move |(place, _)| !set.contains(place))
}

fn refusal(scenario: &Scenario) -> impl Fn(ModelError) -> EnsembleError + Copy + '_ {
    |source| EnsembleError::Model { scenario: scenario.name.clone(), source }
}
