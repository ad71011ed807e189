//! What varies, in a design, under uncertainty or over a space: which keys it takes, and the check
//! against what the scenarios set.

use std::collections::BTreeSet;

use article5_model::parameters::{Kind, Parameter};

use super::design::{DesignSpec, Vary};
use super::document::Place;
use super::error::ConfigError;
use super::parameters::{Layers, Origin, PlacedValue, matches, matching, row, set_twice};
use super::ranges::{OF_A_SWITCH, RangeTables};
use super::scenarios::Resolved;
use super::uncertainty::UncertaintyTable;

/// The keys that match any of these patterns, as far as their plausible range has a width, and those
/// with a range of their own.
pub(super) fn keys_varying(
    patterns: &[String],
    ranges: &RangeTables,
    place: &Place<'_>,
) -> Result<BTreeSet<String>, ConfigError> {
    let mut keys: BTreeSet<String> = ranges.keys().cloned().collect();
    let varies = |row: &&Parameter| row.varies() || ranges.contains_key(&row.key);
    for (index, pattern) in patterns.iter().enumerate() {
        let place = place.at(index);
        if !pattern.contains('*') {
            row(pattern, &place)?;
        }
        let found = matching(pattern);
        if found.is_empty() {
            return Err(place
                .wrong(format!("no parameter matches `{pattern}`"), "matches nothing")
                .help("`*` stands for any characters, as in \"response.*\"; `article5 params` lists the keys"));
        }
        if !found.iter().any(varies) {
            let remedy = match found.iter().all(|row| row.kind == Kind::Switch) {
                true => OF_A_SWITCH,
                false => {
                    "low and high in parameters.csv are the same: give it a range of its own in `ranges`, or set \
                     it in the scenarios"
                }
            };
            return Err(place
                .wrong(
                    format!("no parameter that matches `{pattern}` has a range"),
                    "nothing to draw",
                )
                .help(remedy));
        }
        keys.extend(found.into_iter().filter(varies).map(|row| row.key.clone()));
    }
    Ok(keys)
}

/// A parameter that varies between replicates or points, with the ends of what it varies over.
pub(super) struct PlacedVary<'d> {
    pub(super) key: String,
    pub(super) ends: (f64, f64),
    pub(super) place: Place<'d>,
}

impl PlacedVary<'_> {
    /// Sets the parameter to its low end or its high one.
    fn set(&self, settings: &mut Layers, is_low: bool) -> Result<(), ConfigError> {
        let (index, _) = row(&self.key, &self.place)?;
        let value = if is_low { self.ends.0 } else { self.ends.1 };
        let span = Some(self.place.span());
        settings.0.insert(index, PlacedValue { value, origin: Origin::Scenario, span });
        Ok(())
    }
}

/// Everything that varies: the design's parameters, then the uncertain ones.
pub(super) fn varying<'d>(
    design: Option<&DesignSpec>,
    uncertain: &[Vary],
    table: Option<&UncertaintyTable>,
    root: &Place<'d>,
) -> Result<Vec<PlacedVary<'d>>, ConfigError> {
    let design_place = root.get("design").get("vary");
    let mut all: Vec<PlacedVary<'d>> = design
        .iter()
        .flat_map(|design| &design.vary)
        .map(|vary| PlacedVary {
            key: vary.key.clone(),
            ends: vary.values.ends(),
            place: design_place.get(&vary.key),
        })
        .collect();
    let own = root.get("uncertainty");
    let designed: Vec<String> = all.iter().map(|vary| vary.key.clone()).collect();
    for Vary { key, values } in uncertain {
        let place = match table {
            Some(table) if table.ranges.contains_key(key) => own.get("ranges").get(key),
            Some(table) => {
                let patterns = own.get("vary");
                let named = table.vary.iter().position(|own| matches(own, key));
                named.map_or_else(|| patterns.clone(), |index| patterns.at(index))
            }
            None => own.clone(),
        };
        if designed.contains(key) {
            let uncertain = uncertain.iter().map(|vary| vary.key.as_str());
            let free = uncertain.filter(|key| !designed.iter().any(|other| other == key));
            return Err(place
                .wrong(
                    format!("`{key}` is uncertain and varied by the design"),
                    "also in [design.vary]",
                )
                .help(leave_out(key, &place, free)));
        }
        all.push(PlacedVary { key: key.clone(), ends: values.ends(), place });
    }
    Ok(all)
}

/// The remedy for a parameter that varies at `place` and is also set, or varies twice. A pattern
/// cannot leave one out, so the `free` parameters that it matches are named in its stead.
fn leave_out<'k>(key: &str, place: &Place<'_>, free: impl Iterator<Item = &'k str>) -> String {
    let Some(pattern) = place.text().filter(|text| text.contains('*')) else {
        return set_twice(&[key]);
    };
    let others: Vec<String> =
        free.filter(|key| matches(pattern, key)).map(|key| format!("\"{key}\"")).collect();
    match others.is_empty() {
        true => format!("take \"{pattern}\" out"),
        false => format!("in place of \"{pattern}\" name the others: {}", others.join(", ")),
    }
}

/// Refuses parameters that vary and are also set, and values that contradict each other at the
/// ends.
pub(super) fn check_against(
    scenarios: &[Resolved],
    varying: &[PlacedVary<'_>],
) -> Result<(), ConfigError> {
    let is_set = |key: &str| scenarios.iter().any(|own| own.settings.get(key).is_some());
    for scenario in scenarios {
        for vary in varying {
            let Some(setting) = scenario.settings.get(&vary.key) else { continue };
            let by = match setting.origin {
                Origin::Everywhere => "[parameters] sets it".to_owned(),
                Origin::Scenario => format!("scenario `{}` sets it", scenario.scenario.name),
            };
            let free = varying.iter().map(|own| own.key.as_str()).filter(|key| !is_set(key));
            return Err(vary
                .place
                .wrong(format!("`{}` varies, but {by}", vary.key), "one would undo the other")
                .help(leave_out(&vary.key, &vary.place, free)));
        }
    }
    check_ends(scenarios, varying)
}

/// Refuses values that contradict each other at the ends of what varies. What a scenario sets does
/// not vary in it.
pub(super) fn check_ends(
    scenarios: &[Resolved],
    varying: &[PlacedVary<'_>],
) -> Result<(), ConfigError> {
    for scenario in scenarios {
        let varying: Vec<&PlacedVary<'_>> =
            varying.iter().filter(|vary| scenario.settings.get(&vary.key).is_none()).collect();
        let Some(last) = varying.last() else { continue };
        // Each contradiction is between two parameters, one of which is too high for the other; one
        // of them may be set. Trying all high but one, for each one, and then all high finds it,
        // whichever the two are.
        for low in varying.iter().map(Some).chain([None]) {
            let mut settings = scenario.settings.clone();
            for vary in &varying {
                let is_low = low.is_some_and(|low| low.key == vary.key);
                vary.set(&mut settings, is_low)?;
            }
            settings.check(&scenario.scenario.name, &low.unwrap_or(last).place)?;
        }
    }
    Ok(())
}
