//! A resolved experiment written back as a complete configuration.

use article5_model::parameters::{PARAMETERS, Parameter};

use super::design_table::DesignTable;
use super::experiment::{ALLIANCE_FILE, Experiment};
use super::file::ConfigFile;
use super::parameters::table;
use super::ranges;
use super::scenarios::ScenarioTable;
use super::space::SpaceTable;
use super::uncertainty::UncertaintyTable;

impl Experiment {
    /// Writes the experiment as a configuration that leaves nothing out: every default is written,
    /// every scenario complete. Reading it beside the members table [`ALLIANCE_FILE`] gives the
    /// same experiment.
    pub fn resolved(&self) -> ConfigFile {
        // What varies is left out, because a value that is set may not vary as well.
        let set = |row: &&Parameter| {
            let space = self.space.as_ref().map(|space| &space.design);
            let varied = self.design.iter().chain(space).flat_map(|design| &design.vary);
            self.drawn(&row.key).is_none() && !varied.into_iter().any(|vary| vary.key == row.key)
        };
        let everywhere = PARAMETERS.iter().filter(set).map(|row| (row.key.as_str(), row.default));
        let name = |place: usize| self.scenarios.get(place).map(|scenario| scenario.name.clone());
        // All numbers of a sound experiment are below `i64::MAX`.
        let integer = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        ConfigFile {
            name: self.name.clone(),
            seed: integer(self.seed),
            replicates: integer(self.replicates),
            first_replicate: integer(self.first_replicate),
            quarters: self.quarters.into(),
            start: self.start.to_string(),
            members: Some(ALLIANCE_FILE.to_owned()),
            scenarios: Vec::new(),
            reference: name(self.reference),
            policies: Some(self.policies.iter().filter_map(|&place| name(place)).collect()),
            parameters: table(everywhere),
            scenario: self
                .scenarios
                .iter()
                .enumerate()
                .map(|(place, scenario)| ScenarioTable {
                    name: scenario.name.clone(),
                    meaning: Some(scenario.meaning.clone()),
                    extends: None,
                    reference: self.references.get(&place).and_then(|&other| name(other)),
                    theory: None,
                    parameters: table(
                        scenario.overrides.iter().map(|(key, value)| (key.as_str(), *value)),
                    ),
                    event: scenario.events.iter().map(Into::into).collect(),
                })
                .collect(),
            design: self.design.as_ref().map(DesignTable::from),
            uncertainty: (!self.uncertainty.is_empty()).then(|| {
                let (vary, ranges) = ranges::typed(&self.uncertainty);
                UncertaintyTable { vary, ranges }
            }),
            space: self.space.as_ref().map(SpaceTable::from),
            stop: self.stop.clone(),
            claim: self.claims.clone(),
            sensitivity: self.sensitivity.clone(),
            discovery: self.discovery.clone(),
            output: (&self.output).into(),
        }
    }

    /// Writes [`Experiment::resolved`] as TOML, a configuration that any run can start from. What a
    /// space varies for claims still has a value in the run itself: a comment at the end says
    /// which.
    pub fn to_toml(&self) -> String {
        #[expect(clippy::expect_used, reason = "keys are text and numbers finite: TOML has them")]
        let mut text = toml::to_string(&self.resolved()).expect("a configuration is TOML");
        let Some(space) = &self.space else { return text };
        text.push_str("\n# What [space] varies is at its default outside the space:\n");
        let varied = |row: &&Parameter| space.design.vary.iter().any(|vary| vary.key == row.key);
        for row in PARAMETERS.iter().filter(varied) {
            text.push_str(&format!("# {} = {}\n", row.key, row.default));
        }
        text
    }
}
