//! Designs as typed in, and what each kind takes.

use std::collections::BTreeMap;
use std::fmt;

use article5_model::parameters::{Kind, Parameter, parameter};
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::design::{DesignKind, DesignSpec, MAX_POINTS, Values, Vary};
use super::document::Place;
use super::error::ConfigError;
use super::names::quoted;
use super::parameters::{ParameterValue, about, row};
use super::{ranges, schema};
use crate::design::repeated;
use crate::numbers::{count, counted};

/// The levels of a Morris design if none are given, the usual number (Saltelli et al. 2008).
const MORRIS_LEVELS: u32 = 4;

/// The most levels of a parameter: with them, a grid of two parameters has a million points.
const MAX_LEVELS: u32 = 1000;

/// A design as typed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DesignTable {
    /// How the points are chosen.
    pub kind: DesignName,
    /// Latin hypercube and Sobol: how many points. Saltelli: points of each base matrix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = MAX_POINTS))]
    pub points: Option<i64>,
    /// Morris: how many trajectories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2, max = MAX_POINTS))]
    pub trajectories: Option<i64>,
    /// Grid: values of each interval. Morris: levels of each parameter, an even number, 4 if left
    /// out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2, max = MAX_LEVELS))]
    pub levels: Option<i64>,
    /// What varies, by parameter key.
    #[serde(default)]
    #[schemars(!default, schema_with = "schema::vary")]
    pub vary: BTreeMap<String, VaryValue>,
}

/// The kinds of designs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[expect(missing_docs, reason = "DesignKind says what they are")]
pub enum DesignName {
    Grid,
    List,
    LatinHypercube,
    Sobol,
    Morris,
    Saltelli,
}

/// What a parameter varies over, as typed in.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum VaryValue {
    /// The word `range`: the parameter's plausible range.
    Word(String),
    /// An interval or values.
    Table(VaryTable),
}

/// An interval or values, as typed in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "Values says what they are")]
pub struct VaryTable {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<ParameterValue>>,
}

impl<'de> Deserialize<'de> for VaryValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;
        impl<'de> Visitor<'de> for Value {
            type Value = VaryValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"range\", { low = …, high = … } or { values = […] }")
            }

            fn visit_str<E>(self, word: &str) -> Result<VaryValue, E> {
                Ok(VaryValue::Word(word.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<VaryValue, A::Error> {
                VaryTable::deserialize(MapAccessDeserializer::new(map)).map(VaryValue::Table)
            }
        }
        deserializer.deserialize_any(Value)
    }
}

impl DesignName {
    fn name(self) -> &'static str {
        self.into()
    }

    /// The settings that this kind takes.
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::List => &[],
            Self::Grid => &["levels"],
            Self::LatinHypercube | Self::Sobol | Self::Saltelli => &["points"],
            Self::Morris => &["trajectories", "levels"],
        }
    }
}

impl DesignTable {
    /// The design, checked except against what the scenarios set.
    pub(super) fn resolve(&self, place: &Place<'_>) -> Result<DesignSpec, ConfigError> {
        let kind = self.kind(place)?;
        let mut vary = BTreeMap::new();
        let within = place.get("vary");
        for key in within.keys() {
            let place = within.get(key);
            if key.contains('*') {
                return Err(place
                    .wrong_key(format!("`{key}` names no parameter"), "not in a design")
                    .help("a design names each parameter that it varies; `*` is for [space] and [uncertainty]"));
            }
            let (index, row) = row(key, &place)?;
            let Some(value) = self.vary.get(key) else { continue };
            let values = self.values(value, row, &place)?;
            vary.insert(index, Vary { key: row.key.clone(), values });
        }
        if vary.is_empty() {
            return Err(place.wrong("the design varies nothing", "no parameter is varied").help(
                "add a table [design.vary], as in `\"learning.memory\" = \"range\"`, or leave [design] out",
            ));
        }
        let design = DesignSpec { kind, vary: vary.into_values().collect() };
        self.check_lengths(&design, &within)?;
        if design.points() > MAX_POINTS.into() {
            return Err(place
                .wrong(format!("the design has {} points", count(design.points())), "too many")
                .help(format!("a design has at most {} points", count(MAX_POINTS.into()))));
        }
        Ok(design)
    }

    fn kind(&self, place: &Place<'_>) -> Result<DesignKind, ConfigError> {
        self.check_settings(place)?;
        let points = |least| self.number(self.points, "points", (least, MAX_POINTS), place);
        Ok(match self.kind {
            DesignName::Grid => DesignKind::Grid { levels: self.levels(place)?.unwrap_or(1) },
            DesignName::List => DesignKind::List,
            DesignName::LatinHypercube => DesignKind::LatinHypercube { points: points(1)? },
            DesignName::Sobol => DesignKind::Sobol { points: points(1)? },
            DesignName::Saltelli => DesignKind::Saltelli { points: points(2)? },
            DesignName::Morris => {
                let levels = self.levels(place)?.unwrap_or(MORRIS_LEVELS);
                if levels % 2 != 0 {
                    return Err(place
                        .get("levels")
                        .wrong(format!("`levels` is {levels}"), "must be even")
                        .help("with an even number of levels all levels are equally likely"));
                }
                let ends = (2, MAX_POINTS);
                let trajectories = self.number(self.trajectories, "trajectories", ends, place)?;
                DesignKind::Morris { trajectories, levels }
            }
        })
    }

    /// Refuses a setting that belongs to other kinds.
    fn check_settings(&self, place: &Place<'_>) -> Result<(), ConfigError> {
        let (name, takes) = (self.kind.name(), self.kind.settings());
        let foreign = ["points", "trajectories", "levels"]
            .into_iter()
            .find(|key| !takes.contains(key) && place.keys().any(|given| given == *key));
        let Some(key) = foreign else { return Ok(()) };
        let remedy = match takes {
            [] => format!("a {name} design takes only the values in [design.vary]"),
            _ => format!("a {name} design takes {}", quoted(takes)),
        };
        Err(place
            .get(key)
            .wrong_key(format!("a {name} design takes no `{key}`"), "not for this kind")
            .help(remedy))
    }

    /// The levels, if they are set.
    fn levels(&self, place: &Place<'_>) -> Result<Option<u32>, ConfigError> {
        let checked = |levels| self.number(Some(levels), "levels", (2, MAX_LEVELS), place);
        self.levels.map(checked).transpose()
    }

    /// A setting that this kind needs, a whole number within its ends.
    fn number(
        &self,
        value: Option<i64>,
        key: &str,
        (least, most): (u32, u32),
        place: &Place<'_>,
    ) -> Result<u32, ConfigError> {
        let Some(value) = value else {
            let message = format!("a {} design needs `{key}`", self.kind.name());
            return Err(place
                .get("kind")
                .wrong(message, "this kind of design")
                .help(format!("add `{key} = …`, {least} to {most}")));
        };
        let within = u32::try_from(value).ok().filter(|value| (least..=most).contains(value));
        within.ok_or_else(|| {
            place
                .get(key)
                .wrong(format!("`{key}` is {value}"), format!("must be {least} to {most}"))
        })
    }

    fn values(
        &self,
        value: &VaryValue,
        row: &Parameter,
        place: &Place<'_>,
    ) -> Result<Values, ConfigError> {
        let key = &row.key;
        let table = match value {
            VaryValue::Word(word) if word == "range" => {
                // What helps with a switch is told with its interval.
                if !row.varies() && row.kind != Kind::Switch {
                    let message = format!("`{key}` has no plausible range to vary over");
                    return Err(place.wrong(message, "its range has no width").help(format!(
                        "write {{ low = …, high = … }} or {{ values = […] }}; {}",
                        about(row)
                    )));
                }
                VaryTable { low: Some(row.low), high: Some(row.high), values: None }
            }
            VaryValue::Word(word) => {
                return Err(place
                    .wrong(format!("`{key}` cannot vary over `{word}`"), "not known")
                    .help("write \"range\", { low = …, high = … } or { values = […] }"));
            }
            VaryValue::Table(table) => table.clone(),
        };
        match (table.low, table.high, table.values) {
            (None, None, Some(values)) => self.chosen(&values, row, &place.get("values")),
            (Some(low), Some(high), None) => self.interval(low, high, row, place),
            _ => Err(place
                .wrong(format!("it is not clear what `{key}` varies over"), "not understood")
                .help("write \"range\", { low = …, high = … } or { values = […] }")),
        }
    }

    fn chosen(
        &self,
        values: &[ParameterValue],
        row: &Parameter,
        place: &Place<'_>,
    ) -> Result<Values, ConfigError> {
        let key = &row.key;
        if values.is_empty() {
            return Err(place.wrong(format!("`{key}` has no values"), "empty"));
        }
        let checked = |(index, value): (usize, &ParameterValue)| value.check(row, &place.at(index));
        let values: Vec<f64> = values.iter().enumerate().map(checked).collect::<Result<_, _>>()?;
        // In a list a value may well recur, beside other values of the other parameters.
        if let Some(again) = repeated(&values).filter(|_| self.kind != DesignName::List) {
            let message = format!("`{key}` has the value {} twice", values[again]);
            return Err(place.at(again).wrong(message, "again"));
        }
        Ok(Values::Chosen(values))
    }

    fn interval(
        &self,
        low: f64,
        high: f64,
        row: &Parameter,
        place: &Place<'_>,
    ) -> Result<Values, ConfigError> {
        let (key, name) = (&row.key, self.kind.name());
        // First of all, as the other remedies are for what may have an interval.
        let interval =
            ranges::interval([low, high], row, place, "write { values = [false, true] }")?;
        let typed = |end, value: f64| match place.get(end).text() {
            Some(date) => format!("\"{date}\""),
            None => value.to_string(),
        };
        let (low, high) = (typed("low", low), typed("high", high));
        if self.kind == DesignName::List {
            return Err(place
                .wrong(format!("a {name} design needs the values of `{key}`"), "an interval")
                .help(format!(
                    "write {{ values = [{low}, {high}] }}; an interval is for the other kinds of design"
                )));
        }
        if self.kind == DesignName::Grid && self.levels.is_none() {
            return Err(place
                .wrong(format!("a grid over the interval of `{key}` needs `levels`"), "an interval")
                .help(format!(
                    "add `levels = 5` to [design], or write {{ values = [{low}, {high}] }}"
                )));
        }
        Ok(interval)
    }

    fn check_lengths(&self, design: &DesignSpec, place: &Place<'_>) -> Result<(), ConfigError> {
        let Some(first) = design.vary.first().filter(|_| self.kind == DesignName::List) else {
            return Ok(());
        };
        match design.vary.iter().find(|other| other.values.count() != first.values.count()) {
            None => Ok(()),
            Some(other) => {
                let [values, b] = [first, other].map(|own| own.values.count().unwrap_or_default());
                let values = counted(values, "value", "values");
                let message = format!("`{}` has {values}, but `{}` has {b}", first.key, other.key);
                Err(place
                    .get(&other.key)
                    .wrong(message, "not as many")
                    .help("a list takes the values side by side: give each parameter equally many; a grid combines them all"))
            }
        }
    }
}

impl From<&DesignSpec> for DesignTable {
    /// Writes the design as it would be typed in, with its intervals written out.
    fn from(design: &DesignSpec) -> Self {
        let (kind, points, trajectories, levels) = match design.kind {
            DesignKind::Grid { levels } => {
                (DesignName::Grid, None, None, (levels > 1).then_some(levels))
            }
            DesignKind::List => (DesignName::List, None, None, None),
            DesignKind::LatinHypercube { points } => {
                (DesignName::LatinHypercube, Some(points), None, None)
            }
            DesignKind::Sobol { points } => (DesignName::Sobol, Some(points), None, None),
            DesignKind::Saltelli { points } => (DesignName::Saltelli, Some(points), None, None),
            DesignKind::Morris { trajectories, levels } => {
                (DesignName::Morris, None, Some(trajectories), Some(levels))
            }
        };
        let typed = |vary: &Vary| {
            let table = match &vary.values {
                Values::Range { low, high } => {
                    VaryTable { low: Some(*low), high: Some(*high), values: None }
                }
                Values::Chosen(values) => {
                    let row = parameter(&vary.key);
                    let typed = |&value: &f64| match row {
                        Ok(row) => ParameterValue::of(row, value),
                        Err(_) => ParameterValue::Real(value),
                    };
                    VaryTable {
                        values: Some(values.iter().map(typed).collect()),
                        ..VaryTable::default()
                    }
                }
            };
            (vary.key.clone(), VaryValue::Table(table))
        };
        Self {
            kind,
            points: points.map(i64::from),
            trajectories: trajectories.map(i64::from),
            levels: levels.map(i64::from),
            vary: design.vary.iter().map(typed).collect(),
        }
    }
}
