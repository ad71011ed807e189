//! What may be said about who is covered.

use std::collections::BTreeMap;

use article5_runner::numbers::{counted, decimals, number, signed};
use article5_runner::tables::Tables;
use article5_runner::tables::rows::CoverRow;
use itertools::Itertools;

use super::Matrices;
use crate::charts::focus;
use crate::charts::words::verb;

/// Two chances have enough decimals to differ: ten times their difference has two digits.
const TOLD_APART: f64 = 10.0;

/// An ally's mean cover in the others' eyes at both quarters, or under the other scenario and under
/// this one.
struct Change<'a> {
    ally: &'a str,
    before: f64,
    after: f64,
}

impl Change<'_> {
    fn by(&self) -> f64 {
        self.after - self.before
    }
}

/// The decimals that tell two chances with this difference apart.
fn digits(by: f64) -> usize {
    decimals(TOLD_APART * by.abs(), 2)
}

/// How far the interval of a difference of two means may reach, in words.
fn bound(reach: f64) -> String {
    format!("{}, the furthest that a 95% interval can reach with this many runs", up(reach))
}

/// A bound, rounded up to a thousandth.
pub(super) fn up(reach: f64) -> String {
    number((reach * 1000.0).ceil() / 1000.0, 3)
}

/// How many of the allies are shown to gain cover, and how many to lose it.
fn gains_and_losses(gain: usize, lose: usize, allies: usize) -> String {
    let shown =
        |count: usize| format!("{count} of {allies} allies {} shown", verb(count, "is", "are"));
    match (gain, lose) {
        (_, 0) => format!("{} to gain cover in the others’ eyes", shown(gain)),
        (0, _) => format!("{} to lose cover in the others’ eyes", shown(lose)),
        _ => format!("{} to gain cover in the others’ eyes, {lose} to lose it", shown(gain)),
    }
}

impl<'a> Matrices<'a> {
    /// The cover of each ally at a quarter, as the mean over the other allies.
    fn seen(rows: &[&'a CoverRow]) -> BTreeMap<&'a str, f64> {
        let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.observer != row.target) {
            let (sum, count) = sums.entry(&row.target).or_default();
            *sum += row.p_full_mean;
            *count += 1.0;
        }
        sums.into_iter().map(|(target, (sum, count))| (target, sum / count)).collect()
    }

    /// How each ally's cover in the others' eyes differs between two quarters or scenarios.
    fn between(&self, before: &[&'a CoverRow], after: &[&'a CoverRow]) -> Vec<Change<'a>> {
        let [before, after] = [before, after].map(Self::seen);
        let change = |ally: &&'a str| {
            Some(Change { ally, before: *before.get(ally)?, after: *after.get(ally)? })
        };
        self.allies.iter().filter_map(change).collect()
    }

    /// The most that half the width of the 95 % interval of a mean can be: chances lie between 0
    /// and 1, where nothing varies more than a value that is 0 or 1 with even odds.
    pub(super) fn margin(&self) -> f64 {
        (article5_runner::tally::Z_95 * 0.5 / (self.n.max(1) as f64).sqrt()).min(1.0)
    }

    /// How each ally's cover in the others' eyes changes from the first quarter to the last.
    fn changes(&self) -> Vec<Change<'a>> {
        match self.quarters.as_slice() {
            [first, .., last] => self.between(first, last),
            _ => Vec::new(),
        }
    }

    /// How many of these differences, from chances with that margin, are shown to be above 0, and
    /// how many below: however the two chances vary together, the interval of their difference is
    /// no wider than the sum of both.
    fn shown(&self, changes: &[Change<'_>], margin: f64) -> (usize, usize) {
        let reach = self.margin() + margin;
        let beyond = |sign: f64| changes.iter().filter(move |c| sign * c.by() > reach);
        (beyond(1.0).count(), beyond(-1.0).count())
    }

    /// How many allies' cover in the others' eyes is shown to differ at the end from that under
    /// another scenario, and one of them. A scenario need not have caused what changes under it.
    pub(super) fn set_against(&self, against: &Self, tables: &Tables) -> String {
        let last = |own: &Self| own.quarters.last().cloned().unwrap_or_default();
        let differences = self.between(&last(against), &last(self));
        let (more, less) = self.shown(&differences, against.margin());
        let date = self.all().last().map_or("", |row| &row.date);
        let (scenario, other, all) = (self.scenario, against.scenario, differences.len());
        let (count, than, also) = match (more, less) {
            (_, 0) => (more, "more", String::new()),
            (0, _) => (less, "less", String::new()),
            _ => (less, "less", format!(", {more} to have more")),
        };
        let largest = |of: fn(&Change<'_>) -> f64| {
            differences.iter().max_by(move |a, b| of(a).total_cmp(&of(b)))
        };
        // An example of what is told first.
        let example = largest(if than == "more" { |c| c.by() } else { |c| -c.by() });
        match example {
            Some(most) if count > 0 => format!(
                "In {date} {count} of {all} allies {} shown to have {than} cover in the others’ eyes under \
                 {scenario} than under {other}{also}; for example {}, a mean chance of {} against {}",
                verb(count, "is", "are"),
                focus::name(tables, most.ally),
                number(most.after, digits(most.by())),
                number(most.before, digits(most.by()))
            ),
            _ => {
                let differs =
                    format!("cover in the others’ eyes differs between {scenario} and {other}");
                let told = match self.margin() + against.margin() {
                    reach if reach < 1.0 => {
                        format!("In {date} no ally’s {differs} by more than {}", bound(reach))
                    }
                    _ => format!("{} whether an ally’s {differs} in {date}", self.too_few()),
                };
                told + &self.largest(largest(|c| c.by().abs()), tables)
            }
        }
    }

    /// What is said where the interval of a difference of two chances may reach as far as they can
    /// differ.
    fn too_few(&self) -> String {
        let runs = counted(self.n, "run is", "runs are");
        format!("{runs} too few to show")
    }

    /// The largest estimated difference, to follow a bound that it lies within.
    fn largest(&self, most: Option<&Change<'_>>, tables: &Tables) -> String {
        let differs = most.filter(|most| most.by() != 0.0);
        differs.map_or_else(String::new, |most| {
            format!(
                "; the largest estimate is that for {}, {}",
                focus::name(tables, most.ally),
                signed(most.by(), digits(most.by()))
            )
        })
    }

    /// How many allies' cover changes over time, for a subtitle.
    fn course(&self) -> String {
        let (gain, lose) = self.shown(&self.changes(), self.margin());
        match self.quarters.len() {
            0 | 1 => String::new(),
            _ => format!(
                "; since then, by more than such intervals, {gain} gain cover in the others’ eyes \
                 and {lose} lose it"
            ),
        }
    }

    /// How the allies are ordered and, if that is `told`, how their cover changes, for a subtitle;
    /// nothing of a single ally.
    pub(super) fn order(&self, told: bool) -> String {
        if self.allies.len() == 1 {
            return String::new();
        }
        let date = self.all().next().map_or("the first quarter", |row| &row.date);
        let course = if told { self.course() } else { String::new() };
        format!(". Allies in the order of their cover in {date}{course}")
    }

    /// How many allies' cover in the others' eyes is shown to have changed, and one of them.
    pub(super) fn headline(&self, tables: &Tables) -> String {
        let scenario = self.scenario;
        let changes = self.changes();
        let most = changes.iter().max_by(|a, b| a.by().abs().total_cmp(&b.by().abs()));
        let date = |rows: &Vec<&'a CoverRow>| Some(rows.first()?.date.as_str());
        let mut dates = self.quarters.iter().filter_map(date);
        let from = dates.next().unwrap_or_default();
        let (Some(most), Some(to)) = (most, dates.next()) else {
            return format!("Who is covered in whose eyes under {scenario} in {from}");
        };
        if most.by() == 0.0 {
            return format!(
                "By {to} under {scenario} no ally’s cover in the others’ eyes has changed"
            );
        }
        let (gain, lose) = self.shown(&changes, self.margin());
        if gain + lose == 0 {
            // The bound on the intervals is so wide that an estimate within it may well be a
            // change.
            let changed = "cover in the others’ eyes has changed";
            let told = match 2.0 * self.margin() {
                reach if reach < 1.0 => {
                    format!(
                        "By {to} under {scenario} no ally’s {changed} by more than {}",
                        bound(reach)
                    )
                }
                _ => {
                    format!(
                        "{} whether an ally’s {changed} by {to} under {scenario}",
                        self.too_few()
                    )
                }
            };
            return told + &self.largest(Some(most), tables);
        }
        let digits = digits(most.by());
        format!(
            "Under {scenario} {} by {to}; for example {}, a mean chance of {}, then {}",
            gains_and_losses(gain, lose, changes.len()),
            focus::name(tables, most.ally),
            number(most.before, digits),
            number(most.after, digits)
        )
    }

    pub(super) fn spoken(&self) -> String {
        if let [ally] = self.allies.as_slice() {
            let own = self.all().filter(|row| row.observer == row.target);
            let told = own.map(|row| number(row.p_full_mean, 2)).join(" to ");
            return format!("{ally}’s own trust: {told}.");
        }
        let seen: Vec<_> = self.quarters.iter().map(|rows| Self::seen(rows)).collect();
        let one = |ally: &&str| {
            let told = seen.iter().filter_map(|seen| Some(number(*seen.get(ally)?, 2)));
            format!("{ally} {}", told.format(" to "))
        };
        let allies = self.allies.iter().map(one).join(", ");
        format!("Each ally’s mean cover in the eyes of the others: {allies}.")
    }
}

#[cfg(test)]
mod tests {
    use article5_runner::tables::Tables;

    use super::super::matrices;
    use crate::Options;
    use crate::charts::awkward::{self, Run};
    use crate::charts::kind;

    #[test]
    fn the_headline_counts_the_allies_whose_cover_in_the_others_eyes_is_shown_to_change() {
        let mut tables = Run { allies: 3, ..Run::of(1) }.tables();
        for row in &mut tables.cover {
            // Its own trust changes more, but that is not how the others see it.
            let seen = if row.observer == "BAM" { 0.4 } else { 0.5 };
            let after = if row.target == "BAM" { 0.2 } else { 0.6 };
            row.p_full_mean = if row.quarter == 1 { 0.5 } else { after + seen - 0.5 };
            row.n = 100_000;
        }
        let words = matrices(&tables).unwrap().0.headline(&tables);
        assert!(
            words.contains(
                "2 of 3 allies are shown to gain cover in the others’ eyes, 1 to lose it"
            ),
            "{words}"
        );
        let example = "; for example Ally 1 of the alliance, a mean chance of 0.50, then 0.20";
        assert!(words.contains(example));
        for row in &mut tables.cover {
            row.n = 10;
        }
        let words = matrices(&tables).unwrap().0.headline(&tables);
        assert!(
            words.ends_with(
                "no ally’s cover in the others’ eyes has changed by more than 0.620, the furthest that a \
                 95% interval can reach with this many runs; the largest estimate is that for Ally 1 of the \
                 alliance, −0.30"
            ),
            "{words}"
        );
    }

    #[test]
    fn a_bound_beyond_what_chances_can_differ_by_is_told_as_too_few_runs() {
        let told = |n: u64| {
            let mut tables = Run { allies: 3, ..Run::of(2) }.tables();
            tables.cover.iter_mut().for_each(|row| row.n = n);
            let (drawn, against) = matrices(&tables).unwrap();
            [drawn.headline(&tables), drawn.set_against(&against.unwrap(), &tables)]
        };
        // 1.96/√4 is 0.98, and 1.96/√3 is 1.13.
        assert!(told(4).iter().all(|told| told.contains("by more than 0.980")), "{:?}", told(4));
        for told in told(3) {
            assert!(
                told.starts_with("3 runs are too few to show whether an ally’s cover"),
                "{told}"
            );
            assert!(told.contains("; the largest estimate is that for Ally "), "{told}");
        }
        assert!(told(1).iter().all(|told| told.starts_with("1 run is too few")), "{:?}", told(1));
    }

    #[test]
    fn a_scenario_is_not_credited_with_what_changes_without_it() {
        let mut tables = Run { allies: 4, ..Run::of(2) }.tables();
        for row in &mut tables.cover {
            // All gain, and more under the reference, except for one ally, which differs most.
            let own = row.scenario == "scenario-1";
            let gain = if own && row.target == "BAM" {
                0.55
            } else if own {
                0.2
            } else {
                0.3
            };
            row.p_full_mean = if row.quarter == 1 { 0.4 } else { 0.4 + gain };
            row.n = 100_000;
        }
        let drawing = |tables: &Tables| {
            awkward::draw(kind("cover-matrix"), tables, &Options::default()).unwrap().drawing
        };
        let told = "In 2035-Q4 3 of 4 allies are shown to have less cover in the others’ eyes under scenario-1 \
                    than under scenario-0, 1 to have more; for example";
        let drawn = drawing(&tables);
        assert!(drawn.headline.starts_with(told), "{}", drawn.headline);
        assert!(
            drawn.headline.ends_with("a mean chance of 0.60 against 0.70"),
            "{}",
            drawn.headline
        );
        let course = "; since then, by more than such intervals, 4 gain cover in the others’ eyes and 0 lose it";
        assert!(drawn.subtitle.ends_with(course), "{}", drawn.subtitle);
        tables.cover.iter_mut().for_each(|row| row.n = 10);
        let words = drawing(&tables).headline;
        let told =
            "differs between scenario-1 and scenario-0 by more than 0.620, the furthest that a 95%";
        assert!(words.contains(told), "{words}");
        assert!(words.contains("; the largest estimate is that for Ally "), "{words}");
    }
}
