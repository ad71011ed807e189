//! Groups without allies. A mean over nobody is 0 in the model and means nothing.

use article5_model::alliance::Alliance;
use article5_model::scenario::Scenario;

use super::Experiment;
use super::claims::ClaimSpec;
use super::document::Place;
use super::error::ConfigError;
use super::names::{first_few, quoted};
use super::settings::set_in;
use crate::numbers::{count, counted};
use crate::outcome::{Allies, Outcome};

/// The parameter that separates the groups.
const THRESHOLD: &str = "measure.frontline_exposure";

/// How many scenarios a remark names.
const NAMED: usize = 4;

/// The groups that [`THRESHOLD`] separates.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Frontline,
    Rear,
}

/// The exposure from which allies are at the frontline in a scenario in which it does not vary.
fn threshold(scenario: &Scenario) -> Option<f64> {
    Some(scenario.parameters().ok()?.measure.frontline_exposure)
}

/// The group that nobody is in if allies are at the frontline from this exposure on.
fn empty(alliance: &Alliance, threshold: f64) -> Option<Group> {
    let frontline = alliance.exposure().iter().filter(|&&exposure| exposure >= threshold).count();
    match frontline {
        0 => Some(Group::Frontline),
        all if all == alliance.len() => Some(Group::Rear),
        _ => None,
    }
}

impl Group {
    const ALL: [Self; 2] = [Self::Frontline, Self::Rear];

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
    /// Warns if a group has no ally in some scenario, at some points of the design, or in some
    /// replicates.
    pub(super) fn empty_groups(&self) -> Vec<String> {
        match (self.varied(THRESHOLD), self.drawn(THRESHOLD)) {
            (None, _) => self.empty_in_scenarios(),
            (Some(values), None) => self.empty_at_points(values.ends()),
            (Some(_), Some(drawn)) => self.empty_in_replicates(drawn.ends()),
        }
    }

    fn empty_in_scenarios(&self) -> Vec<String> {
        let told = |group: Group| {
            let is_empty = |own: &&Scenario| {
                threshold(own).and_then(|least| empty(&self.alliance, least)) == Some(group)
            };
            let names = self.scenarios.iter().filter(is_empty).map(|own| format!("`{}`", own.name));
            let names: Vec<String> = names.collect();
            let place = match names.len() {
                0 => return None,
                all if all == self.scenarios.len() => String::new(),
                _ => format!("in {} ", first_few(&names, NAMED)),
            };
            Some(told(&place, group))
        };
        Group::ALL.into_iter().filter_map(told).collect()
    }

    /// Says at how many points of the design, which varies [`THRESHOLD`] between these ends, a group
    /// has no ally.
    fn empty_at_points(&self, (low, high): (f64, f64)) -> Vec<String> {
        let empty = |threshold| empty(&self.alliance, threshold);
        // If both groups have allies at the lowest and at the highest threshold, they have at every
        // one between: then the design need not be made.
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
        Group::ALL.into_iter().filter_map(told).collect()
    }

    /// Says that replicates which draw [`THRESHOLD`] from between these ends may have a group
    /// without allies.
    fn empty_in_replicates(&self, (low, high): (f64, f64)) -> Vec<String> {
        let [at_low, at_high] = [low, high].map(|end| empty(&self.alliance, end));
        if at_low == at_high {
            // A group that is empty at both ends is empty between them.
            return at_low.map(|group| told("", group)).into_iter().collect();
        }
        let told = |(draw, group)| {
            told(&format!("in replicates that draw too {draw} a threshold "), group)
        };
        let ends = [("low", at_low), ("high", at_high)].into_iter();
        ends.filter_map(|(draw, group)| Some((draw, group?))).map(told).collect()
    }

    /// Refuses claims about groups without allies, in a scenario or at an end of the space.
    pub(super) fn check_groups(&self, root: &Place<'_>) -> Result<(), ConfigError> {
        for (index, claim) in self.claims.iter().enumerate() {
            let place = root.get("claim").at(index);
            let about = |own: &&Scenario| {
                own.name == claim.treatment || Some(&own.name) == claim.control.as_ref()
            };
            for scenario in self.scenarios.iter().filter(about) {
                self.check_group(claim, scenario, &place)?;
            }
        }
        Ok(())
    }

    fn check_group(
        &self,
        claim: &ClaimSpec,
        scenario: &Scenario,
        place: &Place<'_>,
    ) -> Result<(), ConfigError> {
        // The space varies what the scenario does not set.
        let varied = self.space.iter().flat_map(|space| &space.design.vary);
        let varied =
            varied.filter(|own| own.key == THRESHOLD && set_in(scenario, THRESHOLD).is_none());
        let ends = varied.flat_map(|own| <[f64; 2]>::from(own.values.ends()));
        let found = threshold(scenario).into_iter().chain(ends);
        let found = found.filter_map(|least| Some((least, empty(&self.alliance, least)?)));
        let found: Vec<(f64, Group)> = found.collect();
        let keys = [("outcome", Some(&claim.outcome)), ("per", claim.per.as_ref())];
        for (key, name) in keys {
            let Some(outcome) = name.and_then(|name| Outcome::named(name)) else { continue };
            let is_about = |(_, group): &&(f64, Group)| {
                [group.allies(), Allies::Both].contains(&outcome.allies())
            };
            let Some((least, group)) = found.iter().find(is_about) else { continue };
            let (name, nobody) = (&scenario.name, group.nobody());
            let message = format!("in `{name}` {nobody} where `{THRESHOLD}` is {least}");
            return Err(place.get(key).wrong(message, "about an empty group").help(format!(
                "who is at the frontline depends on the members' exposure and `{THRESHOLD}`"
            )));
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

    #[test]
    fn a_group_that_is_empty_in_some_scenarios_or_replicates_is_told_where() {
        let told = |rest: &str| {
            let text = format!("name = \"a\"\nscenarios = [\"ironclad\"]\n{rest}");
            Experiment::from_toml(&text, "a.toml", Path::new("")).unwrap().empty_groups()
        };
        let scenario = |name: &str, least: f64| {
            format!("[[scenario]]\nname = \"{name}\"\nparameters.{THRESHOLD} = {least}\n")
        };
        let one = told(&(scenario("b", 0.0) + &scenario("c", 0.0)));
        assert_eq!(one.len(), 1, "{one:?}");
        assert!(one[0].starts_with("in `b`, `c` every ally is at the frontline (`"), "{one:?}");
        let drawn = |low: f64, high: f64| {
            told(&format!(
                "[uncertainty.ranges]\n\"{THRESHOLD}\" = {{ low = {low}, high = {high} }}\n"
            ))
        };
        // Every ally is exposed a little.
        assert!(drawn(0.0, 0.00001)[0].starts_with("every ally is at the frontline"));
        let some = drawn(0.0, 0.5);
        assert!(
            some[0].starts_with("in replicates that draw too low a threshold every"),
            "{some:?}"
        );
        assert!(drawn(0.3, 0.6).is_empty());
    }
}
