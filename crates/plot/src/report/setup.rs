//! What was run: the scenarios, what each sets, and what varies.

use article5_runner::config::{
    Experiment, Parameter, Setting, Values, Varying, is_implausible, is_switch, range_in_words,
    setting_in_words,
};
use article5_runner::design::Design;
use itertools::Itertools;

use crate::charts::words::{capitalised, first_of, list};

/// A scenario in words.
pub(super) struct ScenarioView {
    pub(super) name: String,
    pub(super) meaning: String,
    /// Its own settings and its scripted events, one phrase each.
    pub(super) sets: Vec<String>,
}

/// What all of several scenarios set alike, as a list; nothing if there is no such setting.
pub(super) fn everywhere(experiment: &Experiment) -> String {
    let settings = experiment.settings();
    let shared = settings.iter().filter(|setting| in_every_scenario(setting, experiment));
    let told = shared.filter_map(|setting| {
        let (value, _) = setting.values.first()?;
        Some(assignment(&setting.parameter.key, *value))
    });
    list(&told.collect::<Vec<_>>())
}

fn assignment(key: &str, value: f64) -> String {
    format!("{key} = {}", setting_in_words(key, value))
}

/// The experiment with only some of its scenarios, if those are all that was run: the page has
/// nothing to say about the others.
pub(super) fn of_scenarios(experiment: &Experiment, names: &[&str]) -> Experiment {
    let mut own = experiment.clone();
    own.scenarios.retain(|scenario| names.contains(&scenario.name.as_str()));
    // Numbers of scenarios no longer fit.
    (own.reference, own.policies) = (0, vec![0]);
    own.references.clear();
    own
}

/// The scenarios of an experiment.
pub(super) fn scenarios(experiment: &Experiment) -> Vec<ScenarioView> {
    let settings = experiment.settings();
    let everywhere: Vec<&str> = settings
        .iter()
        .filter(|setting| in_every_scenario(setting, experiment))
        .map(|setting| setting.parameter.key.as_str())
        .collect();
    let scenarios = experiment.scenarios.iter().map(|scenario| {
        let own = scenario.overrides.iter().filter(|(key, _)| !everywhere.contains(&key.as_str()));
        let own = own.map(|(key, value)| assignment(key, *value));
        let scripted = scenario
            .events
            .iter()
            .map(|event| format!("{}: {}", experiment.date(event.quarter), event.kind));
        ScenarioView {
            name: scenario.name.clone(),
            meaning: capitalised(&scenario.meaning),
            sets: own.chain(scripted).collect(),
        }
    });
    scenarios.collect()
}

/// A parameter that some scenario sets differently from the default.
pub(super) struct SettingView {
    pub(super) key: String,
    pub(super) meaning: String,
    pub(super) default: String,
    /// The plausible range; empty if it has no width.
    pub(super) range: String,
    /// Each value with the scenarios that set it.
    pub(super) values: Vec<SetTo>,
}

/// A value that scenarios set.
pub(super) struct SetTo {
    pub(super) told: String,
    /// Whether it lies beyond the plausible range.
    pub(super) beyond: bool,
}

/// The parameters that differ from the defaults.
pub(super) fn settings(experiment: &Experiment) -> Vec<SettingView> {
    let view = |setting: &Setting<'_>| {
        let row = setting.parameter;
        let everywhere = in_every_scenario(setting, experiment);
        let value = |(value, scenarios): &(f64, Vec<&str>)| {
            let names = if everywhere { "every scenario".to_owned() } else { list(scenarios) };
            SetTo {
                told: format!("{} in {names}", setting_in_words(&row.key, *value)),
                beyond: is_implausible(row, *value),
            }
        };
        SettingView {
            key: row.key.clone(),
            meaning: capitalised(&row.meaning),
            default: setting_in_words(&row.key, row.default),
            range: range_in_words(row).unwrap_or_default(),
            values: setting.values.iter().map(value).collect(),
        }
    };
    experiment.settings().iter().map(view).collect()
}

/// The defaults that stand at an end of their plausible range, each with its range; nothing if none
/// does.
pub(super) fn defaults_at_an_end(experiment: &Experiment) -> String {
    /// A caveat names no more than these; the parameter table has them all.
    const NAMED: usize = 6;
    let with_range = |row: &&'static Parameter| {
        let Parameter { key, default, .. } = row;
        let range = range_in_words(row).unwrap_or_default();
        format!("{key} ({}, range {range})", setting_in_words(key, *default))
    };
    let told: Vec<String> = experiment.defaults_at_an_end().iter().map(with_range).collect();
    first_of(&told, NAMED)
}

/// Whether all of several scenarios set the same value.
fn in_every_scenario(setting: &Setting<'_>, experiment: &Experiment) -> bool {
    let all = experiment.scenarios.len();
    all > 1 && setting.values.iter().any(|(_, scenarios)| scenarios.len() == all)
}

/// A parameter that varies, and over what.
pub(super) struct VaryingView {
    pub(super) key: String,
    pub(super) meaning: String,
    pub(super) over: String,
}

/// What does not stay at its default or at a scenario's setting.
pub(super) struct Varied {
    /// What varies between design points.
    pub(super) designed: Vec<VaryingView>,
    /// What the design sets alike at all of its points, as a list; nothing if there is no such
    /// setting.
    pub(super) fixed: String,
    /// What varies from replicate to replicate.
    pub(super) drawn: Vec<VaryingView>,
}

/// What the experiment varies, or sets by its design, whose points are given if they are known.
pub(super) fn varying(experiment: &Experiment, points: Option<&Design>) -> Varied {
    let is_drawn = |own: &Varying| experiment.drawn(&own.parameter.key).is_some();
    let (drawn, set): (Vec<_>, Vec<_>) = experiment.varying().into_iter().partition(is_drawn);
    let mut fixed = Vec::new();
    let mut designed = Vec::new();
    for own in set {
        match only(&own, points) {
            Some(value) => fixed.push(assignment(&own.parameter.key, value)),
            None => designed.push(view(own)),
        }
    }
    Varied { designed, fixed: list(&fixed), drawn: drawn.into_iter().map(view).collect() }
}

/// The value that a design sets a parameter to at all points, if it is one.
fn only(varying: &Varying, points: Option<&Design>) -> Option<f64> {
    let column = points.and_then(|design| {
        let column = design.keys.iter().position(|key| *key == varying.parameter.key)?;
        Some(design.points.column(column).to_vec())
    });
    let values = match (column, &varying.values) {
        (Some(values), _) => values,
        (None, Values::Chosen(values)) => values.clone(),
        (None, Values::Range { low, high }) => vec![*low, *high],
    };
    values.into_iter().all_equal_value().ok()
}

/// What varies over the space in which claims are judged.
pub(super) fn space(experiment: &Experiment) -> Vec<VaryingView> {
    let over = experiment.over_space();
    over.iter().flat_map(Experiment::varying).map(view).collect()
}

fn view(Varying { parameter, values }: Varying) -> VaryingView {
    VaryingView {
        key: parameter.key.clone(),
        meaning: capitalised(&parameter.meaning),
        over: over(&parameter.key, &values),
    }
}

fn over(key: &str, values: &Values) -> String {
    let say = |value: &f64| setting_in_words(key, *value);
    match values {
        Values::Range { low, high } if is_switch(key) => list(&[say(low), say(high)]),
        Values::Range { low, high } => format!("{} to {}", say(low), say(high)),
        Values::Chosen(values) => list(&values.iter().map(say).collect::<Vec<_>>()),
    }
}
