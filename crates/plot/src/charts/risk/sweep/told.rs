//! What may be said about a response: that its ends differ, or that a value between differs from
//! both.

use article5_runner::tables::Tables;
use article5_runner::tables::rows::RiskRow;
use itertools::Itertools;

use super::super::series::Series;
use super::Sweep;
use crate::chance;
use crate::charts::findings;
use crate::charts::words::capitalised;

/// What is found about a curve.
#[derive(Clone, Copy, Debug)]
struct Found<'a> {
    ends: (&'a RiskRow, &'a RiskRow),
    /// The row between the ends that is above both, or below both.
    turn: Option<&'a RiskRow>,
}

impl<'a> Found<'a> {
    /// Makes it; `None` if neither the ends are apart nor a value between them is apart from both.
    fn of(series: &Series<'a>) -> Option<Self> {
        let (first, last) = ends(series)?;
        let turn = turn(series);
        let is_found = turn.is_some() || findings::are_apart(chance::by(first), chance::by(last));
        is_found.then_some(Self { ends: (first, last), turn })
    }

    /// How much the chance changes: from the turn to the further end, or from end to end.
    fn change(&self) -> f64 {
        let (first, last) = self.ends;
        let from = |row: &RiskRow| (row.by - first.by).abs().max((row.by - last.by).abs());
        self.turn.map_or((last.by - first.by).abs(), from)
    }
}

/// The rows of the lowest and of the highest value.
fn ends<'a>(series: &Series<'a>) -> Option<(&'a RiskRow, &'a RiskRow)> {
    Some((series.rows.first().copied()?, series.last()?))
}

/// The highest and the lowest estimate between the ends, if they lie beyond those at both ends.
fn extremes<'a>(series: &Series<'a>) -> Vec<(&'static str, &'a RiskRow)> {
    let [first, between @ .., last] = series.rows.as_slice() else { return Vec::new() };
    let by = |one: &&&RiskRow, other: &&&RiskRow| one.by.total_cmp(&other.by);
    let most = between.iter().max_by(by).filter(|row| row.by > first.by.max(last.by));
    let least = between.iter().min_by(by).filter(|row| row.by < first.by.min(last.by));
    let named = [("highest", most), ("lowest", least)].into_iter();
    named.filter_map(|(word, row)| Some((word, *row?))).collect()
}

/// The row between the ends whose interval is apart from those of both, by more than so many rows
/// are likely to differ by chance.
fn turn<'a>(series: &Series<'a>) -> Option<&'a RiskRow> {
    let (first, last) = ends(series)?;
    let many = series.rows.len().saturating_sub(2);
    let stands_out = |row: &&RiskRow| {
        let own = chance::by(row);
        [first, last]
            .map(chance::by)
            .into_iter()
            .all(|end| findings::are_apart(own, end) && findings::is_beyond_chance(own, end, many))
    };
    let found = extremes(series).into_iter().map(|(_, row)| row).filter(stands_out);
    let nearer = |row: &RiskRow| (row.by - first.by).abs().min((row.by - last.by).abs());
    found.max_by(|one, other| nearer(one).total_cmp(&nearer(other)))
}

/// The series of the policy whose chance is found to change most; `None` if nothing is found for
/// any.
pub(super) fn widest<'s, 'a>(series: &'s [Series<'a>], tables: &Tables) -> Option<&'s Series<'a>> {
    let policies = series.iter().filter(|policy| tables.is_policy(policy.scenario));
    let found = policies.filter_map(|policy| Some((policy, Found::of(policy)?)));
    found
        .max_by(|(_, one), (_, other)| one.change().total_cmp(&other.change()))
        .map(|(policy, _)| policy)
}

impl Sweep<'_> {
    pub(super) fn subtitle(
        &self,
        series: &[Series<'_>],
        widest: Option<&Series<'_>>,
        chance: &str,
    ) -> String {
        let mean = if self.design.points.nrows() > self.values.len() {
            ", mean over the points of each value"
        } else {
            ""
        };
        let told = widest.or(series.iter().exactly_one().ok());
        let between = told.map_or_else(String::new, |curve| {
            let told = self.between(curve);
            if told.is_empty() { told } else { format!(". Under {} {told}", curve.scenario) }
        });
        format!(
            "{} at each value of {}{mean}, with 95% intervals; at right, the chance where it is \
             {}{between}",
            capitalised(chance),
            self.key,
            self.say(self.ends().1)
        )
    }

    /// The highest and the lowest estimate, if they are not at an end.
    fn between(&self, series: &Series<'_>) -> String {
        let mut told = extremes(series).into_iter().map(|(word, row)| {
            let at = self.say(self.value(row));
            format!("the {word} estimate is {}, where it is {at}", said(row))
        });
        told.join(", and ")
    }

    /// What is found between the lowest and the highest value.
    pub(super) fn headline(
        &self,
        series: &[Series<'_>],
        widest: Option<&Series<'_>>,
        chance: &str,
        one: &str,
    ) -> String {
        let (low, high) = self.ends();
        let (low, high) = (self.say(low), self.say(high));
        let key = self.key;
        match (widest, series) {
            (Some(widest), _) => {
                let found = Found::of(widest).map(|found| self.found(found)).unwrap_or_default();
                format!("Under {} the {chance} {found}", widest.scenario)
            }
            (None, [alone]) => {
                let told = ends(alone).map(|(one, other)| [in_short(one), in_short(other)]);
                let told = match told {
                    Some([one, other]) if one == other => {
                        format!("is {one} both where {key} is {low} and where it is {high}")
                    }
                    Some([one, other]) => {
                        format!("is {one} where {key} is {low}, {other} where it is {high}")
                    }
                    None => String::new(),
                };
                format!("Under {} the {chance} {told}; the intervals overlap", alone.scenario)
            }
            (None, _) => {
                let between = match self.values.len() {
                    0..=2 => "",
                    _ => "; no value between is shown to differ from both",
                };
                format!(
                    "Under no {one} is the interval of the {chance} where {key} is {low} apart from that where it is {high}{between}"
                )
            }
        }
    }

    fn found(&self, Found { ends: (first, last), turn }: Found<'_>) -> String {
        let (low, high) = self.ends();
        let (low, high, key) = (self.say(low), self.say(high), self.key);
        let Some(turn) = turn else {
            let [one, other] = findings::told_apart(first, last, 0);
            return format!("is {one} where {key} is {low}, {other} where it is {high}");
        };
        let way = if turn.by > first.by { "higher" } else { "lower" };
        let at = self.say(self.value(turn));
        format!(
            "is {way} where {key} is {at} ({}) than where it is {low} ({}) or {high} ({})",
            in_short(turn),
            in_short(first),
            in_short(last)
        )
    }

    /// The chances at both ends, and any beyond theirs, for readers who do not see the picture.
    pub(super) fn spoken(&self, series: &[Series<'_>]) -> String {
        let (low, high) = self.ends();
        let values = series.iter().filter_map(|curve| {
            let (one, other) = ends(curve)?;
            let between = self.between(curve);
            let between = if between.is_empty() { between } else { format!(" ({between})") };
            Some(format!("{}: {} and {}{between}", curve.scenario, said(one), said(other)))
        });
        let (key, low, high) = (self.key, self.say(low), self.say(high));
        format!("At {key} {low} and {high}, {}.", values.format("; "))
    }
}

/// A chance with its interval.
pub(super) fn said(row: &RiskRow) -> String {
    chance::in_full(chance::by(row))
}

/// The same without the interval.
fn in_short(row: &RiskRow) -> String {
    chance::in_short(chance::by(row))
}
