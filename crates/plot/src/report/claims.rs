//! Claims with their verdicts: what is claimed, what was found, and how far it holds.

use article5_runner::config::Experiment;
use article5_runner::numbers::{
    counted, decimals, number, percent, percent_interval, shortest, signed, signed_shortest,
};
use article5_runner::outcome::Outcome;
use article5_runner::tables::rows::ClaimRow;

use super::words::{points, risk_label, sentence};
use crate::charts::words::{list, plain};

/// Decimals of an outcome's effect, at least.
const DECIMALS: usize = 3;

/// The verdicts, in the order in which a summary names them.
const VERDICTS: [&str; 4] = ["holds", "fails", "depends", "undecided"];

/// A claim with its verdict.
pub(super) struct ClaimView {
    pub(super) id: String,
    pub(super) statement: String,
    pub(super) compared: String,
    /// Which effects are claimed, of what: `Tiered alliance by 2035-Q4: at least +2 points`.
    pub(super) claimed: String,
    pub(super) effect: String,
    pub(super) share: String,
    pub(super) verdict: String,
    pub(super) reason: String,
}

/// The claims of a run; the experiment knows the dates.
pub(super) fn claims(rows: &[ClaimRow], experiment: &Experiment) -> Vec<ClaimView> {
    let view = |row: &ClaimRow| ClaimView {
        id: row.id.clone(),
        statement: row.statement.clone(),
        compared: match row.control.as_str() {
            "" => row.treatment.clone(),
            control => format!("{} against {control}", row.treatment),
        },
        claimed: claimed(row, experiment),
        effect: effect(row),
        share: match (row.share_of_space, row.share_low, row.share_high) {
            (Some(share), Some(low), Some(high)) => percent_interval(share, low, high),
            (Some(share), ..) => percent(share, 0),
            _ => "not tested".to_owned(),
        },
        verdict: row.verdict.clone(),
        reason: row.reason.clone(),
    };
    rows.iter().map(view).collect()
}

/// How many claims met which verdict: `Of 18 claims 6 hold, …`.
pub(super) fn verdicts(rows: &[ClaimRow]) -> String {
    let count = |verdict: &&str| rows.iter().filter(|row| row.verdict == **verdict).count() as u64;
    let verb = |verdict: &str, n: u64| match (verdict, n) {
        ("undecided", 1) => "is undecided",
        ("undecided", _) => "are undecided",
        ("holds", 1) => "holds",
        ("holds", _) => "hold",
        ("fails", 1) => "fails",
        ("fails", _) => "fail",
        (_, 1) => "depends on parameters",
        _ => "depend on parameters",
    };
    let parts: Vec<String> = VERDICTS
        .iter()
        .map(|verdict| (verdict, count(verdict)))
        .filter(|(_, n)| *n > 0)
        .map(|(verdict, n)| format!("{n} {}", verb(verdict, n)))
        .collect();
    format!("Of {} {}.", counted(rows.len() as u64, "claim", "claims"), list(&parts))
}

/// The effect with its interval, in the unit of what is compared.
fn effect(row: &ClaimRow) -> String {
    let Some(effect) = row.effect else { return "no estimate".to_owned() };
    let interval = row.low.zip(row.high);
    let alone = is_level(row);
    if row.kind == "risk" {
        return match interval {
            _ if !alone => points(effect, interval),
            Some((low, high)) => percent_interval(effect, low, high),
            None => percent(effect, 1),
        };
    }
    let unit = Outcome::named(&row.outcome).map_or("", Outcome::unit);
    let unit = if row.per.is_empty() { unit } else { "" };
    let decimals = decimals(interval.map_or(0.0, |(low, high)| high - low), DECIMALS);
    let value = if alone { number(effect, decimals) } else { signed(effect, decimals) };
    let bracket = interval.map_or_else(String::new, |(low, high)| {
        format!(" ({} to {})", number(low, decimals), number(high, decimals))
    });
    format!("{value}{bracket} {unit}").trim_end().to_owned()
}

/// Whether the claim is about a level rather than a difference or a change.
fn is_level(row: &ClaimRow) -> bool {
    row.control.is_empty() && row.since.is_none()
}

/// Which effects are claimed, of what.
fn claimed(row: &ClaimRow, experiment: &Experiment) -> String {
    let risk = row.kind == "risk";
    let name = if risk { risk_label(&row.outcome) } else { sentence(&plain(&row.outcome)) };
    let per = match row.per.as_str() {
        "" => String::new(),
        per => format!(" divided by {}", plain(per)),
    };
    let by = if risk { "by" } else { "at" };
    let since = row
        .since
        .map_or_else(String::new, |quarter| format!(", change since {}", experiment.date(quarter)));
    format!("{name}{per} {by} {}{since}: {}", row.date, bounds(row))
}

/// The effects within which the whole interval of a claim that holds lies.
fn bounds(row: &ClaimRow) -> String {
    let zero_where = |direction: &str| (row.direction == direction).then_some(0.0);
    let least = row.at_least.or_else(|| zero_where("higher"));
    let most = row.at_most.or_else(|| zero_where("lower"));
    match (least, most) {
        (Some(0.0), None) if is_level(row) => "above zero".to_owned(),
        (None, Some(0.0)) if is_level(row) => "below zero".to_owned(),
        (Some(0.0), None) => "higher".to_owned(),
        (None, Some(0.0)) => "lower".to_owned(),
        (Some(least), None) => format!("at least {}", amount(row, least)),
        (None, Some(most)) => format!("at most {}", amount(row, most)),
        (Some(least), Some(most)) if least == -most => {
            format!("at most {} either way", amount(row, most).trim_start_matches('+'))
        }
        (Some(least), Some(most)) => {
            format!("between {} and {}", amount(row, least), amount(row, most))
        }
        (None, None) => "no difference".to_owned(),
    }
}

/// A bound as the effect beside it is written: of a risk in percent or in points.
fn amount(row: &ClaimRow, bound: f64) -> String {
    let hundredths = 100.0 * bound;
    match (row.kind == "risk", is_level(row)) {
        (true, true) => format!("{}%", shortest(hundredths)),
        (true, false) => {
            let signed = signed_shortest(hundredths);
            let one = matches!(signed.as_str(), "+1" | "−1");
            format!("{signed} {}", if one { "point" } else { "points" })
        }
        (false, true) => shortest(bound),
        (false, false) => signed_shortest(bound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(direction: &str, at_least: Option<f64>, at_most: Option<f64>) -> ClaimRow {
        ClaimRow {
            control: "no-guarantee".to_owned(),
            kind: "risk".to_owned(),
            direction: direction.to_owned(),
            at_least,
            at_most,
            ..ClaimRow::default()
        }
    }

    #[test]
    fn the_bounds_of_a_difference_are_those_that_the_claim_gives_or_zero() {
        for (direction, least, most, told) in [
            ("higher", None, None, "higher"),
            ("lower", None, None, "lower"),
            ("higher", Some(0.02), None, "at least +2 points"),
            ("lower", None, Some(-0.01), "at most −1 point"),
            ("none", Some(-0.07), Some(0.07), "at most 7 points either way"),
            ("none", Some(-0.01), Some(0.025), "between −1 point and +2.5 points"),
            ("higher", None, Some(0.1), "between 0 points and +10 points"),
        ] {
            assert_eq!(bounds(&row(direction, least, most)), told);
        }
    }

    #[test]
    fn the_bounds_of_a_level_have_no_sign() {
        let level = |kind: &str, direction: &str, least, most| {
            let own = row(direction, least, most);
            bounds(&ClaimRow { control: String::new(), kind: kind.to_owned(), ..own })
        };
        assert_eq!(level("risk", "lower", None, Some(0.05)), "at most 5%");
        assert_eq!(level("outcome", "none", Some(-0.03), Some(0.03)), "at most 0.03 either way");
        assert_eq!(level("outcome", "higher", None, None), "above zero");
    }
}
