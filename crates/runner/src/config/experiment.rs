//! An experiment: a configuration that has been checked and resolved.

use article5_model::alliance::Alliance;
use article5_model::model::{Model, ModelError};
use article5_model::parameters::{ParameterError, Parameters};
use article5_model::scenario::{EventKind, Scenario, ScriptedCommitment};

use super::CalendarQuarter;
use super::input::{EventInput, EventKindInput, Groups, Input, OutputInput, ScenarioInput, Switch};
use crate::tables::alliance_csv;

/// What is run: read it from a file with [`Experiment::read`](Experiment::read).
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// Names the run's folder.
    pub name: String,
    /// Seed of all draws.
    pub seed: u64,
    /// Replicates per scenario; at least 1.
    pub replicates: u64,
    /// Number of the first replicate.
    pub first_replicate: u64,
    /// Quarters a replicate runs; at least 1.
    pub quarters: u32,
    /// The first quarter.
    pub start: CalendarQuarter,
    /// The allies.
    pub alliance: Alliance,
    /// Parameter values for every scenario, by key.
    pub parameters: Vec<(String, f64)>,
    /// The scenarios, at least one; each with its own settings over [`Experiment::parameters`].
    pub scenarios: Vec<Scenario>,
    /// What is written.
    pub output: Output,
}

/// What a run writes besides its tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Whether charts are drawn.
    pub charts: bool,
    /// Whether trajectories are written.
    pub trajectories: bool,
    /// The quarters at which the cover matrix is tallied, in rising order.
    pub cover_quarters: Vec<u32>,
}

/// The name of the resolved configuration in a run's folder.
pub const CONFIGURATION_FILE: &str = "configuration.toml";

/// The name of the members table in a run's folder.
pub const ALLIANCE_FILE: &str = "alliance.csv";

impl Experiment {
    /// The parameters of a scenario: the defaults, the experiment's, the scenario's own.
    ///
    /// # Errors
    ///
    /// A value outside its domain, or values that contradict each other; never for a scenario of a
    /// configuration that was read from a file.
    pub fn parameters_of(&self, scenario: &Scenario) -> Result<Parameters, ParameterError> {
        let mut parameters = Parameters::default();
        for (key, value) in self.parameters.iter().chain(&scenario.overrides) {
            parameters.set(key, *value)?;
        }
        parameters.check()?;
        Ok(parameters)
    }

    /// The model of a scenario.
    ///
    /// # Errors
    ///
    /// Settings that the model refuses; never for a scenario of a configuration that was read from
    /// a file.
    pub fn model(&self, scenario: &Scenario) -> Result<Model, ModelError> {
        let parameters = self.parameters_of(scenario)?;
        Model::new(&self.alliance, &parameters, &scenario.events, self.quarters)
    }

    /// The calendar name of quarter `quarter`, counted from 1.
    pub fn date(&self, quarter: u32) -> String {
        self.start.plus(quarter.saturating_sub(1)).to_string()
    }

    /// The configuration written out whole, with every scenario resolved: reading it back from the
    /// run's folder gives this experiment again.
    pub fn to_toml(&self) -> String {
        // Serialising these types can only fail on a map key that is no string; all are.
        toml::to_string(&self.to_input()).unwrap_or_default()
    }

    /// A hash of everything that decides the results: the resolved values and the members table,
    /// not the name, nor which charts are drawn.
    pub fn hash(&self) -> blake3::Hash {
        let mut input = self.to_input();
        input.name.clear();
        if let Some(output) = &mut input.output {
            output.charts = None;
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(toml::to_string(&input).unwrap_or_default().as_bytes());
        hasher.update(&alliance_csv(self));
        hasher.finalize()
    }

    fn to_input(&self) -> Input {
        let Output { charts, trajectories, cover_quarters } = &self.output;
        Input {
            name: self.name.clone(),
            seed: Some(self.seed),
            replicates: Some(self.replicates),
            first_replicate: Some(self.first_replicate),
            quarters: Some(self.quarters),
            start: Some(self.start.to_string()),
            members: Some(ALLIANCE_FILE.to_owned()),
            scenarios: Vec::new(),
            parameters: groups(&self.parameters),
            scenario: self.scenarios.iter().map(scenario_input).collect(),
            output: Some(OutputInput {
                charts: Some(*charts),
                trajectories: Some(*trajectories),
                cover_quarters: Some(cover_quarters.clone()),
            }),
        }
    }
}

/// Parameter values as groups of names, the last value of a key.
fn groups(values: &[(String, f64)]) -> Groups {
    let mut groups = Groups::new();
    for (key, value) in values {
        let Some((group, name)) = key.split_once('.') else { continue };
        let group = groups
            .entry(group.to_owned())
            .or_insert_with(|| toml::Value::Table(toml::Table::new()));
        if let Some(group) = group.as_table_mut() {
            group.insert(name.to_owned(), toml::Value::Float(*value));
        }
    }
    groups
}

fn scenario_input(scenario: &Scenario) -> ScenarioInput {
    ScenarioInput {
        name: scenario.name.clone(),
        meaning: Some(scenario.meaning.clone()),
        extends: None,
        theory: None,
        parameters: groups(&scenario.overrides),
        event: scenario
            .events
            .iter()
            .map(|event| event_input(event.quarter, &event.kind))
            .collect(),
    }
}

fn event_input(quarter: u32, kind: &EventKind) -> EventInput {
    match kind {
        EventKind::Policy(policy) => EventInput {
            pledge: policy.pledge.map(Switch),
            backstop: policy.backstop.map(Switch),
            likeness_marketed: policy.likeness_marketed,
            likeness_binding: policy.likeness_binding,
            arms: policy.arms,
            monitoring: policy.monitoring,
            peace_deal: policy.peace_deal.map(Switch),
            ..EventInput::new(quarter, EventKindInput::Policy)
        },
        EventKind::Statement { value, sd } => EventInput {
            value: Some(*value),
            sd: Some(*sd),
            ..EventInput::new(quarter, EventKindInput::Statement)
        },
        EventKind::Response(response) => {
            let mut input = EventInput {
                severity: Some(response.severity),
                answer: Some(response.answer),
                clarity: Some(response.clarity),
                ambiguity: response.ambiguity,
                ..EventInput::new(quarter, EventKindInput::Response)
            };
            match &response.commitment {
                ScriptedCommitment::Ally(iso3) => input.commitment = Some(iso3.clone()),
                ScriptedCommitment::Features { treaty, stake, exposure } => {
                    (input.treaty, input.stake, input.exposure) =
                        (Some(*treaty), Some(*stake), Some(*exposure));
                }
            }
            input
        }
    }
}
