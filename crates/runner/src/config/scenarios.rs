//! Scenarios: built in, defined and extended; their parameters and events.

use article5_model::model::ModelError;
use article5_model::parameters::{Kind, PARAMETERS, ParameterError, parameter};
use article5_model::scenario::{
    Event, EventKind, PRESETS, Policy, Response, Scenario, ScriptedCommitment,
};

use super::error::Wrong;
use super::input::{EventInput, EventKindInput, Groups, ScenarioInput};
use super::place::Step;
use super::read::{Reader, unknown};
use super::{ConfigError, Experiment, place};

/// Fills in the experiment's scenarios and checks that the model takes each.
pub(super) fn resolve(reader: &Reader<'_>, experiment: &mut Experiment) -> Result<(), ConfigError> {
    let shipped = Scenario::all();
    for (item, name) in reader.input.scenarios.iter().enumerate() {
        let path = [Step::Key("scenarios"), Step::Item(item)];
        let Some(scenario) = shipped.iter().find(|scenario| scenario.name == *name) else {
            let known = shipped.iter().map(|scenario| scenario.name.as_str());
            return Err(reader.at(&path, unknown("built-in scenario", name, known)));
        };
        accept(reader, experiment, scenario.clone(), &path, &path)?;
    }
    for (item, input) in reader.input.scenario.iter().enumerate() {
        let path = [Step::Key("scenario"), Step::Item(item)];
        let scenario = reader.scenario(experiment, &shipped, input, &path)?;
        accept(reader, experiment, scenario, &path, &[path[0], path[1], Step::Key("name")])?;
    }
    if experiment.scenarios.is_empty() {
        let wrong = Wrong::new("there is no scenario to run", "no scenario");
        let help = "name built-in ones, as in `scenarios = [\"no-guarantee\", \"article5-like\"]`, \
                    or define one with `[[scenario]]`";
        return Err(reader.at(&[Step::Key("scenarios")], wrong.help(help)));
    }
    Ok(())
}

/// Adds a scenario once it is known to be the only one of its name and to make a model.
fn accept(
    reader: &Reader<'_>,
    experiment: &mut Experiment,
    scenario: Scenario,
    path: &[Step<'_>],
    name_path: &[Step<'_>],
) -> Result<(), ConfigError> {
    let name = &scenario.name;
    if experiment.scenarios.iter().any(|other| other.name == *name) {
        let wrong = Wrong::new(format!("the scenario `{name}` is there twice"), "again");
        return Err(reader.at(name_path, wrong.help("give each scenario a name of its own")));
    }
    if let Err(error) = experiment.model(&scenario) {
        return Err(reader.refused_by_the_model(&error, path));
    }
    experiment.scenarios.push(scenario);
    Ok(())
}

impl Reader<'_> {
    fn scenario(
        &self,
        experiment: &Experiment,
        shipped: &[Scenario],
        input: &ScenarioInput,
        path: &[Step<'_>],
    ) -> Result<Scenario, ConfigError> {
        let key = |key| [path, &[Step::Key(key)]].concat();
        if input.name.trim().is_empty() {
            let wrong = Wrong::new("a scenario has no name", "empty");
            return Err(self.at(&key("name"), wrong.help("give it a name for tables and charts")));
        }
        let mut scenario = match &input.extends {
            None => Scenario::default(),
            Some(base) => {
                let known = || experiment.scenarios.iter().chain(shipped);
                known().find(|scenario| scenario.name == *base).cloned().ok_or_else(|| {
                    let names = known().map(|scenario| scenario.name.as_str());
                    let mut wrong = unknown("scenario to extend", base, names.collect::<Vec<_>>());
                    if self.input.scenario.iter().any(|other| other.name == *base) {
                        wrong = Wrong::new(
                            format!("`{}` extends `{base}`, which is not above it", input.name),
                            "not above this one",
                        )
                        .help("a scenario extends one above it or a built-in one, never itself");
                    }
                    self.at(&key("extends"), wrong)
                })?
            }
        };
        scenario.name.clone_from(&input.name);
        scenario.meaning = input.meaning.clone().unwrap_or_default();
        if let Some(theory) = &input.theory {
            let Some(preset) = PRESETS.iter().find(|preset| preset.name == theory) else {
                let known = PRESETS.iter().map(|preset| preset.name);
                return Err(self.at(&key("theory"), unknown("theory", theory, known)));
            };
            let settings = preset.overrides.iter().map(|(key, value)| ((*key).to_owned(), *value));
            scenario.overrides.extend(settings);
        }
        scenario.overrides.extend(self.parameters(path, &input.parameters)?);
        for (item, event) in input.event.iter().enumerate() {
            let path = [path, &[Step::Key("event"), Step::Item(item)]].concat();
            scenario.events.push(self.event(experiment, event, &path)?);
        }
        Ok(scenario)
    }

    /// The values of a table of parameters, each within its domain.
    pub(super) fn parameters(
        &self,
        path: &[Step<'_>],
        groups: &Groups,
    ) -> Result<Vec<(String, f64)>, ConfigError> {
        let mut values = Vec::new();
        for (group, table) in groups {
            let at_group = [path, &[Step::Key("parameters"), Step::Key(group)]].concat();
            let known = |prefix: String| {
                PARAMETERS.iter().filter_map(move |row| row.key.strip_prefix(&prefix))
            };
            let mut names = known(format!("{group}.")).peekable();
            if names.peek().is_none() {
                let groups = PARAMETERS.iter().filter_map(|row| Some(row.key.split_once('.')?.0));
                let mut groups: Vec<&str> = groups.collect();
                groups.dedup();
                return Err(self.at_key(&at_group, unknown("group of parameters", group, groups)));
            }
            let Some(table) = table.as_table() else {
                let wrong =
                    Wrong::new(format!("`{group}` is a group of parameters"), "not a table");
                let help = format!("write `[parameters.{group}]` and one line a parameter");
                return Err(self.at(&at_group, wrong.help(help)));
            };
            for (name, value) in table {
                let at = [&at_group[..], &[Step::Key(name)]].concat();
                let key = format!("{group}.{name}");
                let Ok(row) = parameter(&key) else {
                    let names: Vec<&str> = known(format!("{group}.")).collect();
                    let wrong = unknown("parameter", name, names);
                    return Err(self.at_key(&at, wrong));
                };
                let number = match value {
                    toml::Value::Boolean(on) if row.kind == Kind::Switch => {
                        f64::from(u8::from(*on))
                    }
                    toml::Value::Integer(whole) => *whole as f64,
                    toml::Value::Float(real) => *real,
                    other => {
                        let wrong = Wrong::new(
                            format!("`{key}` must be a number, not {}", article(other.type_str())),
                            "not a number",
                        );
                        return Err(self.at(&at, wrong.help(domain(row))));
                    }
                };
                row.check(number)
                    .map_err(|error| self.at(&at, parameter_mistake(&error, domain(row))))?;
                values.push((key, number));
            }
        }
        Ok(values)
    }

    fn event(
        &self,
        experiment: &Experiment,
        input: &EventInput,
        path: &[Step<'_>],
    ) -> Result<Event, ConfigError> {
        let quarters = experiment.quarters;
        let key = |key| [path, &[Step::Key(key)]].concat();
        if !(1..=quarters).contains(&input.quarter) {
            let wrong = Wrong::new(
                format!("the event is set for quarter {}, which is not run", input.quarter),
                "out of range",
            );
            return Err(self.at(&key("quarter"), wrong.help(format!("allowed: 1 to {quarters}"))));
        }
        self.only_keys_of(input, path)?;
        let need = |name: &'static str, value: Option<f64>| {
            value.ok_or_else(|| {
                let wrong = Wrong::new(format!("the event needs `{name}`"), "in this event");
                self.at(path, wrong.help(format!("add `{name} = …`")))
            })
        };
        let kind = match input.kind {
            EventKindInput::Policy => EventKind::Policy(Policy {
                pledge: input.pledge.map(|switch| switch.0),
                backstop: input.backstop.map(|switch| switch.0),
                likeness_marketed: input.likeness_marketed,
                likeness_binding: input.likeness_binding,
                arms: input.arms,
                monitoring: input.monitoring,
                peace_deal: input.peace_deal.map(|switch| switch.0),
            }),
            EventKindInput::Statement => EventKind::Statement {
                value: need("value", input.value)?,
                sd: need("sd", input.sd)?,
            },
            EventKindInput::Response => {
                let missing = |name: &'static str| {
                    let wrong = Wrong::new(format!("the event needs `{name}`"), "in this event");
                    self.at(path, wrong.help(format!("add `{name} = \"…\"`")))
                };
                EventKind::Response(Response {
                    commitment: self.commitment(experiment, input, path)?,
                    severity: input.severity.ok_or_else(|| missing("severity"))?,
                    answer: input.answer.ok_or_else(|| missing("answer"))?,
                    clarity: input.clarity.unwrap_or(1.0),
                    ambiguity: input.ambiguity,
                })
            }
        };
        if kind == EventKind::Policy(Policy::default()) {
            let wrong = Wrong::new("the event changes nothing", "no policy in it");
            let help =
                format!("set at least one of {}", keys_of(EventKindInput::Policy).join(", "));
            return Err(self.at(path, wrong.help(help)));
        }
        Ok(Event { quarter: input.quarter, kind })
    }

    fn commitment(
        &self,
        experiment: &Experiment,
        input: &EventInput,
        path: &[Step<'_>],
    ) -> Result<ScriptedCommitment, ConfigError> {
        let key = |key| [path, &[Step::Key(key)]].concat();
        match (&input.commitment, input.treaty, input.stake, input.exposure) {
            (Some(iso3), None, None, None) => {
                if experiment.alliance.position(iso3).is_none() {
                    let known = experiment.alliance.members().iter();
                    let known: Vec<&str> = known.map(|member| member.iso3.as_str()).collect();
                    return Err(self.at(&key("commitment"), unknown("ally", iso3, known)));
                }
                Ok(ScriptedCommitment::Ally(iso3.clone()))
            }
            (None, Some(treaty), Some(stake), Some(exposure)) => {
                Ok(ScriptedCommitment::Features { treaty, stake, exposure })
            }
            _ => {
                let wrong =
                    Wrong::new("the event must say which commitment was challenged", "here");
                let help = "give either `commitment = \"EST\"` or all of `treaty`, `stake` and \
                            `exposure`";
                Err(self.at(path, wrong.help(help)))
            }
        }
    }

    /// Refuses keys that belong to another kind of event.
    fn only_keys_of(&self, input: &EventInput, path: &[Step<'_>]) -> Result<(), ConfigError> {
        let own = keys_of(input.kind);
        let given = toml::Table::try_from(input).unwrap_or_default();
        for name in given.keys() {
            if name != "quarter" && name != "kind" && !own.contains(&name.as_str()) {
                let at = [path, &[Step::Key(name)]].concat();
                let wrong = unknown("key of this kind of event", name, own.iter().copied());
                return Err(self.at_key(&at, wrong));
            }
        }
        Ok(())
    }

    /// What the model refuses although each value by itself is right.
    fn refused_by_the_model(&self, error: &ModelError, path: &[Step<'_>]) -> ConfigError {
        if let ModelError::EventValue { key, value, wanted } = error {
            return self.event_value(path, key, *value, wanted);
        }
        let ModelError::Parameter(ParameterError::Order { lower, upper, .. }) = error else {
            return self.at(path, Wrong::new(error.to_string(), "in this scenario"));
        };
        // The key at fault is the one that the file sets, in the scenario or for all.
        for key in [lower, upper] {
            let Some((group, name)) = key.split_once('.') else { continue };
            for table in [path, &[]] {
                let tail = [Step::Key("parameters"), Step::Key(group), Step::Key(name)];
                let at = place::of_value(&self.root, &[table, &tail].concat());
                let up = place::of_value(&self.root, &[table, &tail[..2]].concat());
                if at != up {
                    let help = "the default may have to move with it: see `article5 params`";
                    let wrong = Wrong::new(error.to_string(), "contradicts").help(help);
                    return self.source.mistake(at, wrong);
                }
            }
        }
        self.at(path, Wrong::new(error.to_string(), "in this scenario"))
    }
}

impl Reader<'_> {
    /// A number in one of a scenario's events that the model refuses.
    fn event_value(&self, path: &[Step<'_>], key: &str, value: f64, wanted: &str) -> ConfigError {
        let wrong = Wrong::new(format!("`{key}` is {value}"), "out of range")
            .help(format!("it must be {wanted}"));
        for item in 0.. {
            let event = [path, &[Step::Key("event"), Step::Item(item)]].concat();
            let at_event = place::of_value(&self.root, &event);
            if at_event == place::of_value(&self.root, &event[..event.len() - 1]) {
                break;
            }
            let at = place::of_value(&self.root, &[&event[..], &[Step::Key(key)]].concat());
            let number = self.source.text.get(at.clone()).and_then(|text| text.parse::<f64>().ok());
            let same = number.is_some_and(|number| number == value || value.is_nan());
            if at != at_event && (same || !value.is_finite()) {
                return self.source.mistake(at, wrong);
            }
        }
        self.at(path, wrong)
    }
}

/// The keys of a kind of event, but for `quarter` and `kind`.
fn keys_of(kind: EventKindInput) -> &'static [&'static str] {
    match kind {
        EventKindInput::Policy => &[
            "pledge",
            "backstop",
            "likeness_marketed",
            "likeness_binding",
            "arms",
            "monitoring",
            "peace_deal",
        ],
        EventKindInput::Statement => &["value", "sd"],
        EventKindInput::Response => &[
            "commitment",
            "treaty",
            "stake",
            "exposure",
            "severity",
            "answer",
            "clarity",
            "ambiguity",
        ],
    }
}

/// What a parameter may be.
fn domain(row: &article5_model::parameters::Parameter) -> String {
    match row.kind {
        Kind::Switch => "allowed: true or false (or 1, 0)".to_owned(),
        Kind::Count => format!("allowed: whole numbers from {} to {}", row.least, row.most),
        _ => format!(
            "allowed: {} to {}; plausible: {} to {}, default {}",
            row.least, row.most, row.low, row.high, row.default
        ),
    }
}

fn parameter_mistake(error: &ParameterError, help: String) -> Wrong {
    let label = match error {
        ParameterError::NotWhole { .. } => "not a whole number",
        _ => "out of range",
    };
    Wrong::new(error.to_string(), label).help(help)
}

fn article(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}
