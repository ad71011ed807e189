//! Parameter values as typed in, by group and name, and as checked against `parameters.csv`.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use article5_model::parameters::{
    self, Kind, PARAMETERS, Parameter, ParameterError, Parameters, parameter,
};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::dates::start;
use super::document::Place;
use super::error::ConfigError;
use super::faults::above_tables;
use super::names::{did_you_mean, nearest, quoted};

/// Parameter values by group and name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ParameterTable(pub BTreeMap<String, BTreeMap<String, ParameterValue>>);

/// A value as typed in: a switch may also be 0 or 1, a real number may also have no fraction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ParameterValue {
    Switch(bool),
    Whole(i64),
    Real(f64),
}

impl<'de> Deserialize<'de> for ParameterValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;
        impl Visitor<'_> for Value {
            type Value = ParameterValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or true or false")
            }

            fn visit_bool<E>(self, value: bool) -> Result<ParameterValue, E> {
                Ok(ParameterValue::Switch(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<ParameterValue, E> {
                Ok(ParameterValue::Whole(value))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<ParameterValue, E> {
                Ok(ParameterValue::Real(value as f64))
            }

            fn visit_f64<E>(self, value: f64) -> Result<ParameterValue, E> {
                Ok(ParameterValue::Real(value))
            }
        }
        deserializer.deserialize_any(Value)
    }
}

impl ParameterValue {
    /// The value in the form in which the parameter's kind is written.
    pub(super) fn of(row: &Parameter, value: f64) -> Self {
        match row.kind {
            Kind::Switch => Self::Switch(value != 0.0),
            Kind::Count => Self::Whole(value as i64),
            Kind::Share | Kind::Real => Self::Real(value),
        }
    }

    /// The number for the parameter of `row`, checked against its domain.
    pub(super) fn check(self, row: &Parameter, place: &Place<'_>) -> Result<f64, ConfigError> {
        let value = match self {
            Self::Switch(on) if row.kind == Kind::Switch => f64::from(u8::from(on)),
            Self::Switch(on) => {
                let message = format!("`{}` is {on}, but it is a number, not a switch", row.key);
                return Err(place.wrong(message, domain(row)).help(about(row)));
            }
            Self::Whole(value) => value as f64,
            Self::Real(value) => value,
        };
        check(row, value, place)?;
        Ok(value + 0.0) // -0 becomes 0: equal values have equal bits
    }
}

/// Checks a number against the domain of the parameter of `row`.
pub(super) fn check(row: &Parameter, value: f64, place: &Place<'_>) -> Result<(), ConfigError> {
    row.check(value).map_err(|error| {
        let wrong = match place.text() {
            None => place.wrong(error.to_string(), domain(row)),
            // No date has too large a number.
            Some(date) => place.wrong(
                format!("`{}` is {date}, before the run", row.key),
                format!("must be {} or later", start(&place.document().root())),
            ),
        };
        wrong.help(about(row))
    })
}

/// What values a parameter takes, in words.
pub(super) fn domain(row: &Parameter) -> String {
    let (least, most) = (row.least, row.most);
    match row.kind {
        Kind::Switch => "must be true or false (1 or 0)".to_owned(),
        Kind::Count => format!("must be a whole number, {least} to {most}"),
        Kind::Share | Kind::Real => format!("must be {least} to {most}"),
    }
}

/// Says what a parameter is, with its default and its plausible range.
pub(super) fn about(row: &Parameter) -> String {
    let Parameter { key, meaning, default, low, high, .. } = row;
    let plausibly =
        if row.varies() { format!(", plausibly {low} to {high}") } else { String::new() };
    format!("`{key}`: {meaning}; {default} by default{plausibly}")
}

/// The row of the parameter `key`, or an error at the key of `place`.
pub(super) fn row(
    key: &str,
    place: &Place<'_>,
) -> Result<(usize, &'static Parameter), ConfigError> {
    if let (Some(index), Ok(row)) = (parameters::place(key), parameter(key)) {
        return Ok((index, row));
    }
    let message = format!("there is no parameter `{key}`");
    let name = key.rsplit_once('.').map_or(key, |(_, name)| name);
    if let Some(remedy) = above_tables(name) {
        return Err(place.wrong_key(message, "below a table").help(remedy));
    }
    let same_name = PARAMETERS.iter().find(|row| name_of(row) == name);
    let meant = same_name
        .map(|row| row.key.as_str())
        .or_else(|| nearest(key, PARAMETERS.iter().map(|row| row.key.as_str())));
    let remedy = match meant {
        Some(meant) => format!("did you mean `{meant}`? `article5 params` lists them all"),
        None => "`article5 params` lists them all".to_owned(),
    };
    Err(place.wrong_key(message, "unknown parameter").help(remedy))
}

/// The groups of parameters, in the order of the table.
pub(super) fn groups() -> Vec<&'static str> {
    let mut groups: Vec<&str> = PARAMETERS.iter().map(group_of).collect();
    groups.dedup();
    groups
}

/// The group of a parameter.
pub(super) fn group_of(row: &Parameter) -> &str {
    row.key.split_once('.').map_or("", |(group, _)| group)
}

/// The name of a parameter in its group.
pub(super) fn name_of(row: &Parameter) -> &str {
    row.key.split_once('.').map_or(&row.key, |(_, name)| name)
}

/// Where a setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The table `[parameters]`, for every scenario.
    Everywhere,
    /// The scenario, one it extends, or its theory.
    Scenario,
}

/// A value that is set, with its place.
#[derive(Clone, Debug)]
pub(super) struct PlacedValue {
    pub(super) value: f64,
    pub(super) origin: Origin,
    /// The value's place in the file, unless it is built in.
    pub(super) span: Option<Range<usize>>,
}

/// Values that are set, each laid over those before it, by the parameter's place in the table.
#[derive(Clone, Debug, Default)]
pub(super) struct Layers(pub(super) BTreeMap<usize, PlacedValue>);

impl Layers {
    /// Lays a table as typed in over these settings.
    pub(super) fn lay(
        &mut self,
        table: &ParameterTable,
        origin: Origin,
        place: &Place<'_>,
    ) -> Result<(), ConfigError> {
        // In the order of the file, so that the first fault is reported first.
        for group in place.keys() {
            let (names, place) = (table.0.get(group), place.get(group));
            if !groups().contains(&group) {
                return Err(place
                    .wrong_key(format!("there is no parameter group `{group}`"), "unknown group")
                    .help(did_you_mean(group, &groups(), "the groups are")));
            }
            for name in place.keys() {
                let place = place.get(name);
                let (index, row) = row(&format!("{group}.{name}"), &place)?;
                let Some(value) = names.and_then(|names| names.get(name)) else { continue };
                let value = value.check(row, &place)?;
                self.0.insert(index, PlacedValue { value, origin, span: Some(place.span()) });
            }
        }
        Ok(())
    }

    /// Lays built-in overrides over these settings. The model's tests cover their keys and values.
    pub(super) fn lay_built_in<'a>(&mut self, overrides: impl Iterator<Item = (&'a str, f64)>) {
        for (key, value) in overrides {
            if let Some(index) = parameters::place(key) {
                let setting = PlacedValue { value, origin: Origin::Scenario, span: None };
                self.0.insert(index, setting);
            }
        }
    }

    /// The values that the scenario itself sets, and of the others those that differ from the
    /// defaults, in the order of the table.
    pub(super) fn overrides(&self) -> Vec<(String, f64)> {
        let counts = |(index, setting): (&usize, &PlacedValue)| {
            let row = PARAMETERS.get(*index)?;
            let own = setting.origin == Origin::Scenario || setting.value != row.default;
            own.then(|| (row.key.clone(), setting.value))
        };
        self.0.iter().filter_map(counts).collect()
    }

    /// The setting of the parameter `key`.
    pub(super) fn get(&self, key: &str) -> Option<&PlacedValue> {
        self.0.get(&parameters::place(key)?)
    }

    /// Checks the values against each other; an error has the place of one of those at fault.
    pub(super) fn check(&self, scenario: &str, place: &Place<'_>) -> Result<(), ConfigError> {
        let mut parameters = Parameters::default();
        for (key, value) in self.overrides() {
            parameters.set(&key, value).map_err(|error| place.wrong(error.to_string(), "here"))?;
        }
        let Err(error) = parameters.check() else { return Ok(()) };
        let at_fault = match error {
            ParameterError::Order { lower, upper, .. } => [upper, lower]
                .into_iter()
                .filter_map(|key| self.get(key))
                .filter(|setting| setting.span.is_some())
                .max_by_key(|setting| setting.origin == Origin::Scenario),
            _ => None,
        };
        let span = at_fault.and_then(|setting| setting.span.clone()).unwrap_or(place.span());
        Err(place
            .document()
            .wrong(span, format!("in scenario `{scenario}`, {error}"), "contradicts the other")
            .help("change either, or both"))
    }
}

/// The parameters that match a pattern such as `response.*`.
pub(super) fn matching(pattern: &str) -> Vec<&'static Parameter> {
    PARAMETERS.iter().filter(|row| matches(pattern, &row.key)).collect()
}

/// Whether `text` matches `pattern`, in which `*` stands for any characters, or none.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(found) = text.find(part) else { return false };
        text = text.get(found + part.len()..).unwrap_or_default();
    }
    text.ends_with(last)
}

/// The table of these values by group and name.
pub(super) fn table<'a>(values: impl Iterator<Item = (&'a str, f64)>) -> ParameterTable {
    let mut table = ParameterTable::default();
    for (key, value) in values {
        if let Ok(row) = parameter(key) {
            let group = table.0.entry(group_of(row).to_owned()).or_default();
            group.insert(name_of(row).to_owned(), ParameterValue::of(row, value));
        }
    }
    table
}

/// The remedy for a parameter that is set in two ways.
pub(super) fn set_twice(keys: &[&str]) -> String {
    format!("leave {} out of one of the two", quoted(keys))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text, matched) in [
            ("*", "a.b", true),
            ("a.*", "a.b", true),
            ("a.*", "b.a.c", false),
            ("*.b", "a.b", true),
            ("a.*_x*", "a.b_xy", true),
            ("a.*b*b", "a.b", false),
            ("a*b*c", "abbc", true),
            ("a.b", "a.bc", false),
        ] {
            assert_eq!(matches(pattern, text), matched, "{pattern} {text}");
        }
    }
}
