//! The parameter space over which claims are judged.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::design::{DesignKind, DesignSpec, MAX_POINTS};
use super::document::Place;
use super::error::ConfigError;
use super::experiment::{Experiment, whole};
use super::known::Known;
use super::output::OutputOptions;
use super::parameters::{Origin, row, set_twice};
use super::ranges::RangeTables;
use super::scenarios::Resolved;
use super::space_where::SpaceWhere;
use super::varying::{PlacedVary, check_ends, keys_varying};
use super::{ranges, schema};
use crate::tally::MAX_REPLICATES;

/// The fewest points: a share of fewer means nothing.
const MIN_POINTS: i64 = 2;

/// The parameter space over which claims are judged, as typed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = schema::varies_all)]
pub struct SpaceTable {
    /// How its points are chosen.
    #[serde(default = "kind")]
    pub kind: SpaceName,
    /// How many points.
    #[serde(default = "points")]
    #[schemars(range(min = MIN_POINTS, max = MAX_POINTS))]
    pub points: i64,
    /// Replicates of each scenario at each point.
    #[serde(default = "replicates")]
    #[schemars(range(min = 2, max = MAX_REPLICATES))]
    pub replicates: i64,
    /// Parameter keys, in which `*` stands for any characters; each varies over its plausible
    /// range, except in a scenario that sets it.
    #[serde(default = "everything")]
    pub vary: Vec<String>,
    /// Ranges of your own, by parameter key, in place of the plausible ones.
    #[serde(default, skip_serializing_if = "RangeTables::is_empty")]
    #[schemars(schema_with = "schema::ranges")]
    pub ranges: RangeTables,
    /// Points count only where all of these hold.
    #[serde(default, rename = "where", skip_serializing_if = "Vec::is_empty")]
    pub wheres: Vec<SpaceWhere>,
}

/// How the points of a space are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "DesignKind says what they are")]
pub enum SpaceName {
    LatinHypercube,
    Sobol,
}

fn kind() -> SpaceName {
    SpaceName::LatinHypercube
}

fn points() -> i64 {
    512
}

/// Enough to find a difference of a tenth in a risk; with 512 points, the claims that ship with the
/// program take a few minutes on two cores.
fn replicates() -> i64 {
    256
}

fn everything() -> Vec<String> {
    vec!["*".to_owned()]
}

impl Default for SpaceTable {
    fn default() -> Self {
        Self {
            kind: kind(),
            points: points(),
            replicates: replicates(),
            vary: everything(),
            ranges: RangeTables::new(),
            wheres: Vec::new(),
        }
    }
}

/// The parameter space over which claims are judged, resolved.
///
/// A parameter that a scenario sets keeps its value in that scenario and varies in the others; one
/// that `[parameters]` or every scenario sets does not vary.
#[derive(Clone, Debug, PartialEq)]
pub struct SpaceSpec {
    /// Its points: a Latin hypercube or a Sobol sequence.
    pub design: DesignSpec,
    /// Replicates of each scenario at each point, at least 2.
    pub replicates: u64,
    /// The points at which claims are judged: those where all of these hold.
    pub wheres: Vec<SpaceWhere>,
}

impl SpaceTable {
    /// The space, checked against what the scenarios set.
    pub(super) fn resolve(
        &self,
        scenarios: &[Resolved],
        known: &Known<'_>,
        place: &Place<'_>,
    ) -> Result<SpaceSpec, ConfigError> {
        let most = i64::from(MAX_POINTS);
        let points = whole(self.points, MIN_POINTS, most, "points", place)?;
        let points = u32::try_from(points).unwrap_or(MAX_POINTS);
        let replicates = whole(self.replicates, 2, MAX_REPLICATES as i64, "replicates", place)?;
        let kind = match self.kind {
            SpaceName::LatinHypercube => DesignKind::LatinHypercube { points },
            SpaceName::Sobol => DesignKind::Sobol { points },
        };
        let own_places = place.get("ranges");
        let ranges = ranges::resolve(&self.ranges, &own_places)?;
        let keys = self.keys(scenarios, place)?;
        let vary = ranges::vary(&keys, ranges);
        let varying: Vec<PlacedVary<'_>> = vary
            .iter()
            .map(|vary| {
                let has_own = self.ranges.contains_key(&vary.key);
                let place = if has_own { own_places.get(&vary.key) } else { place.get("vary") };
                PlacedVary { key: vary.key.clone(), ends: vary.values.ends(), place }
            })
            .collect();
        check_ends(scenarios, &varying)?;
        for (index, own) in self.wheres.iter().enumerate() {
            own.check(known, &place.get("where").at(index))?;
        }
        let wheres = self.wheres.clone();
        Ok(SpaceSpec { design: DesignSpec { kind, vary }, replicates, wheres })
    }

    /// What varies in at least one scenario.
    fn keys(
        &self,
        scenarios: &[Resolved],
        place: &Place<'_>,
    ) -> Result<BTreeSet<String>, ConfigError> {
        let (patterns, ranges) = (place.get("vary"), place.get("ranges"));
        if self.vary.is_empty() && self.ranges.is_empty() {
            return Err(patterns.wrong("the space varies nothing", "empty").help(
                "name parameters, as in `vary = [\"response.*\"]`, or leave it out to take all",
            ));
        }
        let everywhere = |key: &str| {
            let origin = |one: &Resolved| one.settings.get(key).map(|setting| setting.origin);
            scenarios.iter().any(|one| origin(one) == Some(Origin::Everywhere))
        };
        let set = |key: &str| {
            everywhere(key) || scenarios.iter().all(|one| one.settings.get(key).is_some())
        };
        let mut keys = keys_varying(&self.vary, &self.ranges, &patterns)?;
        let named = self.vary.iter().enumerate().filter(|(_, key)| !key.contains('*'));
        let named = named.map(|(index, key)| (key, patterns.at(index)));
        for (key, place) in named.chain(self.ranges.keys().map(|key| (key, ranges.get(key)))) {
            row(key, &place)?;
            if set(key) {
                let by =
                    if everywhere(key) { "[parameters] sets it" } else { "every scenario sets it" };
                return Err(place
                    .wrong(format!("`{key}` varies, but {by}"), "one would undo the other")
                    .help(set_twice(&[key])));
            }
        }
        keys.retain(|key| !set(key));
        if keys.is_empty() {
            return Err(patterns
                .wrong("the space varies nothing", "all of these are set")
                .help("name parameters that [parameters] and the scenarios leave alone"));
        }
        Ok(keys)
    }
}

impl Experiment {
    /// The experiment that runs the space of the claims: its points with its replicates, tallied at
    /// the horizon and at the quarters that the claims are about. `None` if there is no space, or
    /// if there is a design, an uncertainty or a stopping rule: claims are judged only at the
    /// configuration's parameters and over the space.
    pub fn over_space(&self) -> Option<Self> {
        let space = self.space.as_ref()?;
        if self.design.is_some() || !self.uncertainty.is_empty() || self.stop.is_some() {
            return None;
        }
        let output = OutputOptions {
            cover_quarters: Vec::new(),
            quarters: vec![self.quarters],
            comparison_quarters: Vec::new(),
            ..self.output.clone()
        };
        let design = Some(space.design.clone());
        Some(Self { design, replicates: space.replicates, output, ..self.clone() })
    }
}

impl From<&SpaceSpec> for SpaceTable {
    /// Writes the space as it would be typed in, with its parameters written out.
    fn from(space: &SpaceSpec) -> Self {
        let (vary, ranges) = ranges::typed(&space.design.vary);
        let kind = match space.design.kind {
            DesignKind::Sobol { .. } => SpaceName::Sobol,
            _ => SpaceName::LatinHypercube,
        };
        Self {
            kind,
            points: i64::try_from(space.design.points()).unwrap_or(i64::MAX),
            replicates: i64::try_from(space.replicates).unwrap_or(i64::MAX),
            vary,
            ranges,
            wheres: space.wheres.clone(),
        }
    }
}
