//! Claims with their verdicts: what is claimed, what was found, and how far it holds.

use article5_runner::claims::NO_POINT;
use article5_runner::config::Experiment;
use article5_runner::numbers::{counted, percent, percent_interval};
use article5_runner::outcome::QuantityKind;
use article5_runner::tables::rows::ClaimRow;

use super::words::risk_label;
use crate::charts::words::{capitalised, list, plain};
use crate::claim::{self, Measure};

/// A claim with its verdict.
pub(super) struct ClaimView {
    pub(super) id: String,
    pub(super) statement: String,
    pub(super) compared: String,
    /// Which effects are claimed, on what: `Tiered alliance by 2035-Q4: at least +2 points`.
    pub(super) claimed: String,
    pub(super) effect: String,
    pub(super) share: String,
    pub(super) verdict: &'static str,
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
        effect: claim::effect(row),
        share: match (row.share_of_space, row.share_low, row.share_high) {
            (Some(share), Some(low), Some(high)) => percent_interval(share, low, high),
            (Some(share), ..) => percent(share, 0),
            _ => NO_POINT.to_owned(),
        },
        verdict: row.verdict.name(),
        // The rest of the page writes percentages without a space.
        reason: row.reason.replace(" %", "%"),
    };
    rows.iter().map(view).collect()
}

/// How many claims met each verdict: `Of 18 claims, 6 hold, …`.
pub(super) fn verdicts(rows: &[ClaimRow]) -> String {
    let all = counted(rows.len() as u64, "claim", "claims");
    let met = claim::verdicts(rows).into_iter().map(|(count, verb)| format!("{count} {verb}"));
    format!("Of {all}, {}.", list(&met.collect::<Vec<_>>()))
}

/// Which effects are claimed, on what.
fn claimed(row: &ClaimRow, experiment: &Experiment) -> String {
    let risk = row.kind == QuantityKind::Risk;
    let name = if risk { risk_label(&row.outcome) } else { capitalised(&plain(&row.outcome)) };
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

/// The bounds on effects, within which the whole interval lies if a claim holds.
fn bounds(row: &ClaimRow) -> String {
    let measure = Measure::of(row);
    match claim::bounds(row) {
        (Some(0.0), None) if measure.is_level() => "above zero".to_owned(),
        (None, Some(0.0)) if measure.is_level() => "below zero".to_owned(),
        (Some(0.0), None) => "higher".to_owned(),
        (None, Some(0.0)) => "lower".to_owned(),
        (Some(least), None) => format!("at least {}", measure.bound(least)),
        (None, Some(most)) => format!("at most {}", measure.bound(most)),
        (Some(least), Some(most)) if least == -most => {
            format!("at most {} either way", measure.bound(most).trim_start_matches('+'))
        }
        (Some(least), Some(most)) => {
            format!("between {} and {}", measure.bound(least), measure.bound(most))
        }
        (None, None) => "no difference".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use article5_runner::config::Direction;

    use super::*;

    fn row(direction: Direction, at_least: Option<f64>, at_most: Option<f64>) -> ClaimRow {
        ClaimRow {
            control: "no-guarantee".to_owned(),
            kind: QuantityKind::Risk,
            direction,
            at_least,
            at_most,
            ..ClaimRow::default()
        }
    }

    #[test]
    fn the_bounds_of_a_difference_are_those_that_the_claim_gives_or_zero() {
        for (direction, least, most, told) in [
            (Direction::Higher, None, None, "higher"),
            (Direction::Lower, None, None, "lower"),
            (Direction::Higher, Some(0.02), None, "at least +2 points"),
            (Direction::Lower, None, Some(-0.01), "at most −1 point"),
            (Direction::None, Some(-0.07), Some(0.07), "at most 7 points either way"),
            (Direction::None, Some(-0.01), Some(0.025), "between −1 point and +2.5 points"),
            (Direction::Higher, None, Some(0.1), "between 0 points and +10 points"),
        ] {
            assert_eq!(bounds(&row(direction, least, most)), told);
        }
    }

    #[test]
    fn the_bounds_of_a_level_have_no_sign() {
        let level = |kind, direction, least, most| {
            let own = row(direction, least, most);
            let outcome =
                if kind == QuantityKind::Risk { "tiered" } else { "incidents" }.to_owned();
            bounds(&ClaimRow { control: String::new(), kind, outcome, ..own })
        };
        assert_eq!(level(QuantityKind::Risk, Direction::Lower, None, Some(0.05)), "at most 5%");
        assert_eq!(
            level(QuantityKind::Outcome, Direction::None, Some(-0.03), Some(0.03)),
            "at most 0.03 either way"
        );
        assert_eq!(level(QuantityKind::Outcome, Direction::Higher, None, None), "above zero");
    }
}
