//! Scenarios: built in, defined and extended, resolved to what each sets.

use article5_model::alliance::Alliance;
use article5_model::parameters;
use article5_model::scenario::{Event, PRESETS, Preset, Scenario};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::Place;
use super::error::ConfigError;
use super::events::EventTable;
use super::file::ConfigFile;
use super::names::{LONGEST, SAFE, did_you_mean, quoted, refuse_hidden, unsafe_name};
use super::parameters::{Layers, Origin, ParameterTable};
use super::schema;

/// The most scenarios of an experiment. They run side by side, replicate by replicate, so that memory
/// holds a tally of each, 32 MB at the defaults: this many take the 16 GB that a machine may have.
/// Points of a design follow one another instead.
pub(super) const MAX_SCENARIOS: usize = 500;

/// A scenario as typed in. It starts from the defaults and the file's `[parameters]`, then takes
/// what the scenario it extends sets, then its theory in place of the other's, then its own parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioTable {
    /// The name in tables and charts: Latin letters without accents, digits, `-`, `_` and `.`.
    #[schemars(length(min = 1, max = LONGEST))]
    pub name: String,
    /// What it stands for, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// A scenario above, or a built-in one, that this one starts from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// The scenario that this one is compared with, in place of the file's `reference`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The theory of reputation by which observers learn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::theory")]
    pub theory: Option<String>,
    /// Parameter values of this scenario.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub parameters: ParameterTable,
    /// What is scripted to happen, after the events of the scenario that this one extends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub event: Vec<EventTable>,
}

fn is_empty(table: &ParameterTable) -> bool {
    table.0.is_empty()
}

/// A scenario with the place of what it sets.
pub(super) struct Resolved {
    pub(super) scenario: Scenario,
    pub(super) settings: Layers,
}

/// The scenarios of a file, those listed by name first.
pub(super) fn resolve(
    file: &ConfigFile,
    quarters: u32,
    alliance: &Alliance,
    root: &Place<'_>,
) -> Result<Vec<Resolved>, ConfigError> {
    refuse_too_many(file, root)?;
    let mut everywhere = Layers::default();
    everywhere.lay(&file.parameters, Origin::Everywhere, &root.get("parameters"))?;

    let mut resolved: Vec<Resolved> = Vec::new();
    for (index, name) in file.scenarios.iter().enumerate() {
        let place = root.get("scenarios").at(index);
        let builtin = Scenario::builtin(name).ok_or_else(|| {
            place
                .wrong(format!("there is no built-in scenario `{name}`"), "unknown scenario")
                .help(did_you_mean(name, &builtin_names(), "the built-in scenarios are"))
        })?;
        refuse_twice(name, &resolved, &place)?;
        let (settings, events) = (everywhere.with_built_in(&builtin), builtin.events);
        let part = Part { name, meaning: builtin.meaning, settings, events };
        resolved.push(part.check(quarters, place)?);
    }
    for (index, table) in file.scenario.iter().enumerate() {
        let place = root.get("scenario").at(index);
        if let Some(fault) = unsafe_name(&table.name) {
            return Err(place
                .get("name")
                .wrong(format!("the scenario's name {fault}"), "not a safe name")
                .help(SAFE));
        }
        refuse_twice(&table.name, &resolved, &place.get("name"))?;
        let base = base(index, table, file, &everywhere, &resolved, &place)?
            .unwrap_or_else(|| (String::new(), everywhere.clone(), Vec::new()));
        let part = part(table, base, &everywhere, (quarters, alliance), &place)?;
        resolved.push(part.check(quarters, place)?);
    }
    if resolved.is_empty() {
        return Err(root
            .get("scenarios")
            .wrong("the experiment has no scenario", "at least one is needed")
            .help(format!(
                "name built-in ones, as in `scenarios = [\"no-guarantee\", \"article5-like\"]`, or add a [[scenario]]; the built-in scenarios are {}",
                quoted(&builtin_names())
            )));
    }
    Ok(resolved)
}

/// Lays what a scenario sets itself over the meaning, the settings and the events that it starts
/// from: its theory, then its parameters; its events come after theirs.
fn part<'a>(
    table: &'a ScenarioTable,
    (meaning, mut settings, mut events): Base,
    everywhere: &Layers,
    (quarters, alliance): (u32, &Alliance),
    place: &Place<'_>,
) -> Result<Part<'a>, ConfigError> {
    if let Some(theory) = &table.theory {
        settings.forget_theory(everywhere);
        settings.lay_built_in(theory_overrides(theory, &place.get("theory"))?);
    }
    settings.lay(&table.parameters, Origin::Scenario, &place.get("parameters"))?;
    for (index, event) in table.event.iter().enumerate() {
        events.push(event.resolve(quarters, alliance, &place.get("event").at(index))?);
    }
    if let Some(meaning) = &table.meaning {
        refuse_hidden(meaning, &place.get("meaning"))?;
    }
    let changes =
        table.theory.is_some() || !table.parameters.0.is_empty() || !table.event.is_empty();
    let meaning = match (&table.meaning, &table.extends) {
        (Some(own), _) => own.clone(),
        // What the extended scenario stands for need not be so here.
        (None, Some(base)) if changes => format!("{base}, but for what it sets itself"),
        _ => meaning,
    };
    Ok(Part { name: &table.name, meaning, settings, events })
}

/// The names of the built-in scenarios.
pub(super) fn builtin_names() -> Vec<&'static str> {
    static NAMES: std::sync::LazyLock<Vec<String>> = std::sync::LazyLock::new(|| {
        Scenario::all().into_iter().map(|scenario| scenario.name).collect()
    });
    NAMES.iter().map(String::as_str).collect()
}

/// A scenario put together but not yet checked as a whole.
struct Part<'a> {
    name: &'a str,
    meaning: String,
    settings: Layers,
    events: Vec<Event>,
}

impl Part<'_> {
    fn check(self, quarters: u32, place: Place<'_>) -> Result<Resolved, ConfigError> {
        let Self { name, meaning, settings, events } = self;
        settings.check(name, &place)?;
        // The file's own events are checked in their place: this one comes from a built-in
        // scenario.
        if let Some(late) = events.iter().find(|event| event.quarter > quarters) {
            let message = format!(
                "scenario `{name}` has an event in quarter {}, but the run ends with quarter {quarters}",
                late.quarter
            );
            let remedy = format!("leave it out, or run for `quarters = {}` or more", late.quarter);
            return Err(place.wrong(message, "this scenario").help(remedy));
        }
        let (name, overrides) = (name.to_owned(), settings.overrides());
        Ok(Resolved { scenario: Scenario { name, meaning, overrides, events }, settings })
    }
}

type Base = (String, Layers, Vec<Event>);

/// What the scenario that `table` extends sets.
fn base(
    index: usize,
    table: &ScenarioTable,
    file: &ConfigFile,
    everywhere: &Layers,
    above: &[Resolved],
    place: &Place<'_>,
) -> Result<Option<Base>, ConfigError> {
    let Some(name) = &table.extends else { return Ok(None) };
    let place = place.get("extends");
    if *name == table.name {
        return Err(place
            .wrong(format!("scenario `{name}` extends itself"), "its own name")
            .help("give it a name of its own, or leave `extends` out"));
    }
    if let Some(base) = above.iter().find(|base| base.scenario.name == *name) {
        let Scenario { meaning, events, .. } = &base.scenario;
        return Ok(Some((meaning.clone(), base.settings.clone(), events.clone())));
    }
    if file.scenario.iter().skip(index).any(|below| below.name == *name) {
        let message = format!("scenario `{}` extends `{name}`, which comes after it", table.name);
        return Err(place
            .wrong(message, "defined further down")
            .help(format!("put `{name}` above; scenarios may not extend each other in a circle")));
    }
    if let Some(builtin) = Scenario::builtin(name) {
        let settings = everywhere.with_built_in(&builtin);
        return Ok(Some((builtin.meaning, settings, builtin.events)));
    }
    let mut known: Vec<&str> = above.iter().map(|base| base.scenario.name.as_str()).collect();
    known.extend(
        builtin_names()
            .into_iter()
            .filter(|name| !above.iter().any(|base| base.scenario.name == *name)),
    );
    Err(place
        .wrong(format!("there is no scenario `{name}` to extend"), "unknown scenario")
        .help(did_you_mean(name, &known, "the scenarios above and the built-in ones are")))
}

impl Layers {
    /// Takes back everything that an inherited theory set, since another theory replaces it as a
    /// whole.
    fn forget_theory(&mut self, everywhere: &Self) {
        let keys = PRESETS.iter().flat_map(|preset| preset.overrides).map(|(key, _)| *key);
        for index in keys.filter_map(parameters::place) {
            if self.0.get(&index).is_some_and(|setting| setting.span.is_none()) {
                self.0.remove(&index);
                self.0.extend(everywhere.0.get(&index).map(|own| (index, own.clone())));
            }
        }
    }

    fn with_built_in(&self, scenario: &Scenario) -> Self {
        let mut settings = self.clone();
        settings.lay_built_in(scenario.overrides.iter().map(|(key, value)| (key.as_str(), *value)));
        settings
    }
}

fn theory_overrides(
    theory: &str,
    place: &Place<'_>,
) -> Result<impl Iterator<Item = (&'static str, f64)>, ConfigError> {
    let preset =
        Preset::named(theory).ok_or_else(|| {
            place
                .wrong(format!("there is no theory `{theory}`"), "unknown theory")
                .help(did_you_mean(theory, &PRESETS.map(|preset| preset.name), "the theories are"))
        })?;
    Ok(preset.overrides.iter().copied())
}

/// The number of the scenario of this name.
pub(super) fn check_named(
    name: &str,
    scenarios: &[&str],
    place: &Place<'_>,
) -> Result<usize, ConfigError> {
    scenarios.iter().position(|other| *other == name).ok_or_else(|| {
        let remedy = if builtin_names().contains(&name) {
            format!("it is built in: add \"{name}\" to `scenarios`")
        } else {
            did_you_mean(name, scenarios, "its scenarios are")
        };
        place.wrong(format!("this file has no scenario `{name}`"), "unknown scenario").help(remedy)
    })
}

/// Refuses more scenarios than run side by side, at the first one too many.
fn refuse_too_many(file: &ConfigFile, root: &Place<'_>) -> Result<(), ConfigError> {
    let (listed, all) = (file.scenarios.len(), file.scenarios.len() + file.scenario.len());
    if all <= MAX_SCENARIOS {
        return Ok(());
    }
    let place = match MAX_SCENARIOS.checked_sub(listed) {
        Some(fitting) => root.get("scenario").at(fitting),
        None => root.get("scenarios").at(MAX_SCENARIOS),
    };
    Err(place
        .wrong(format!("the experiment has {all} scenarios"), "one too many")
        .help(format!(
            "at most {MAX_SCENARIOS} scenarios run side by side; a [design] runs one scenario at many values \
             of its parameters"
        )))
}

fn refuse_twice(name: &str, above: &[Resolved], place: &Place<'_>) -> Result<(), ConfigError> {
    if above.iter().any(|other| other.scenario.name == name) {
        return Err(place
            .wrong(format!("there are two scenarios `{name}`"), "the second one")
            .help("give each scenario a name of its own"));
    }
    Ok(())
}
