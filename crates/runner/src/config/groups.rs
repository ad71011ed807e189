//! Groups without allies. A mean over nobody is 0 in the model and means nothing.

use article5_model::alliance::Alliance;
use article5_model::scenario::Scenario;

use super::document::Place;
use super::error::ConfigError;
use super::names::quoted;
use super::{Experiment, Values};
use crate::numbers::{count, counted};
use crate::outcome::{Allies, Outcome, Quantity};

/// The parameter that separates the groups.
const THRESHOLD: &str = "measure.frontline_exposure";

/// The groups that [`THRESHOLD`] separates.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Frontline,
    Rear,
}

/// The group that nobody is in, if a scenario has one.
fn empty(alliance: &Alliance, scenario: &Scenario) -> Option<Group> {
    empty_from(alliance, scenario.parameters().ok()?.measure.frontline_exposure)
}

/// The group that nobody is in if allies are at the frontline from this exposure on.
fn empty_from(alliance: &Alliance, threshold: f64) -> Option<Group> {
    let frontline = alliance.exposure().iter().filter(|&&exposure| exposure >= threshold).count();
    match frontline {
        0 => Some(Group::Frontline),
        all if all == alliance.len() => Some(Group::Rear),
        _ => None,
    }
}

impl Group {
    /// Says in words that nobody is in the group.
    fn nobody(self) -> &'static str {
        match self {
            Self::Frontline => "no ally is at the frontline",
            Self::Rear => "every ally is at the frontline",
        }
    }

    /// The outcomes that are about it alone.
    fn allies(self) -> Allies {
        match self {
            Self::Frontline => Allies::Frontline,
            Self::Rear => Allies::Rear,
        }
    }
}

/// The names of the outcomes about these allies.
fn named(allies: Allies) -> String {
    let about = Outcome::ALL.into_iter().filter(|outcome| outcome.allies() == allies);
    quoted(&about.map(Outcome::name).collect::<Vec<_>>())
}

/// Says that a group is empty, and where it is.
fn told(place: &str, group: Group) -> String {
    format!(
        "{place}{} (`{THRESHOLD}`): {} and this group's share in {} are 0, which means nothing",
        group.nobody(),
        named(group.allies()),
        named(Allies::Both)
    )
}

impl Experiment {
    /// Warns if a group has no ally in some scenario, or at some points of the design.
    pub(super) fn empty_groups(&self) -> Vec<String> {
        let design = self.design.as_ref();
        match design.and_then(|own| own.vary.iter().find(|vary| vary.key == THRESHOLD)) {
            Some(vary) => self.empty_at_points(&vary.values),
            None => {
                let mut scenarios = self.scenarios.iter();
                let group = scenarios.find_map(|own| empty(&self.alliance, own));
                group.map(|group| told("", group)).into_iter().collect()
            }
        }
    }

    /// Says at how many points of the design, which gives [`THRESHOLD`] these values, a group has
    /// no ally.
    fn empty_at_points(&self, values: &Values) -> Vec<String> {
        let empty = |threshold| empty_from(&self.alliance, threshold);
        let (low, high) = values.ends();
        // Between two thresholds at which both groups have allies, they have at all: a large design
        // need not be made to know that.
        if [low, high].into_iter().find_map(empty).is_none() {
            return Vec::new();
        }
        // A design that cannot be made is refused elsewhere.
        let Ok(design) = self.points() else { return Vec::new() };
        let Some(column) = design.keys.iter().position(|key| key == THRESHOLD) else {
            return Vec::new();
        };
        let found: Vec<Group> =
            design.points.column(column).iter().copied().filter_map(empty).collect();
        let points = counted(design.points.nrows() as u64, "design point", "design points");
        let told = |group: Group| match found.iter().filter(|own| **own == group).count() {
            0 => None,
            at => Some(told(&format!("at {} of {points} ", count(at as u64)), group)),
        };
        [Group::Frontline, Group::Rear].into_iter().filter_map(told).collect()
    }

    /// Refuses claims about groups without allies.
    pub(super) fn check_groups(&self, root: &Place<'_>) -> Result<(), ConfigError> {
        for (index, claim) in self.claims.iter().enumerate() {
            let about =
                |name: &String| self.scenarios.iter().find(|scenario| scenario.name == *name);
            let scenarios = [Some(&claim.treatment), claim.control.as_ref()];
            for scenario in scenarios.into_iter().flatten().filter_map(about) {
                let Some(group) = empty(&self.alliance, scenario) else { continue };
                let Some(Quantity::Outcome(outcome)) = claim.quantity(&self.alliance) else {
                    continue;
                };
                if [group.allies(), Allies::Both].contains(&outcome.allies()) {
                    return Err(root
                        .get("claim")
                        .at(index)
                        .get("outcome")
                        .wrong(
                            format!("in `{}` {}", scenario.name, group.nobody()),
                            "it compares with an empty group",
                        )
                        .help(format!(
                            "who is at the frontline depends on the members' exposure and \
                             `{THRESHOLD}`"
                        )));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_design_that_empties_a_group_is_told_at_how_many_of_its_points() {
        let told = |design: &str| {
            let text = format!("name = \"a\"\nscenarios = [\"ironclad\"]\n[design]\n{design}");
            Experiment::from_toml(&text, "a.toml", Path::new("")).unwrap().empty_groups()
        };
        let vary = |values: &str| format!("[design.vary]\n\"{THRESHOLD}\" = {values}\n");
        let list = |values: &str| told(&format!("kind = \"list\"\n{}", vary(values)));
        assert!(list("{ values = [0.3, 0.6, 1] }").is_empty());
        let some = list("{ values = [0, 0.6, 1] }");
        assert_eq!(some.len(), 1, "{some:?}");
        let start = "at 1 of 3 design points every ally is at the frontline (`";
        assert!(some[0].starts_with(start), "{some:?}");
        // Of an interval that reaches beyond all allies, only the points that do count.
        let grid = |levels: u32| {
            told(&format!("kind = \"grid\"\nlevels = {levels}\n{}", vary("{ low = 0, high = 1 }")))
        };
        assert!(grid(11)[0].starts_with("at 1 of 11 design points every ally"), "{:?}", grid(11));
        let other = "kind = \"list\"\n[design.vary]\n\"learning.memory\" = { values = [0.9] }\n";
        assert!(told(other).is_empty());
    }
}
