//! The answers that some runs have besides their risks: the decision table, which parameters
//! matter, and in which corner of their space something happens.

use article5_runner::analysis::doubt::Doubt;
use article5_runner::config::{DiscoverySpec, SensitivitySpec, is_switch};
use article5_runner::numbers::{counted, decimals, estimate, number, percent};
use article5_runner::outcome::QuantityKind;
use article5_runner::tables::rows::{BoxRow, DecisionRow, Method, SensitivityRow, Want};

use super::words::risk_label;
use crate::Wording;
use crate::charts::words::{capitalised, plain};
use crate::charts::{box_values, interest, of_each_box, of_each_subject, quasi_p};

/// How many parameters are shown for each outcome; the rest matter less.
const MAX_PARAMETERS: usize = 10;

/// The fewest decimals of an index or an effect.
const INDEX_DECIMALS: usize = 2;

/// The decision table, one row per scenario.
pub(super) struct Decisions {
    /// The risks, one column each.
    pub(super) risks: Vec<String>,
    pub(super) rows: Vec<DecisionView>,
    /// Whether the regrets were computed.
    pub(super) regrets: bool,
    /// Over how many points of the space dominance was judged; empty if it was not.
    pub(super) points: String,
}

/// A scenario in the decision table.
pub(super) struct DecisionView {
    pub(super) scenario: String,
    pub(super) dominated_by: String,
    /// The share of the points of the space at which some other scenario dominates it.
    pub(super) dominated_share: String,
    /// For each risk, the 90th percentile of the regret, and the worst.
    pub(super) regrets: Vec<String>,
}

/// The decision table; `None` if the run has none.
pub(super) fn decisions(rows: &[DecisionRow]) -> Option<Decisions> {
    let first = rows.first()?;
    let of_first = rows.iter().filter(|row| row.scenario == first.scenario);
    let risks: Vec<&str> = of_first.map(|row| row.risk.as_str()).collect();
    let regret = |row: &DecisionRow| match (row.regret_p90, row.regret_worst) {
        (Some(p90), Some(worst)) => {
            format!("{} (worst {})", number(100.0 * p90, 1), number(100.0 * worst, 1))
        }
        _ => "none computed".to_owned(),
    };
    let view = |row: &DecisionRow| DecisionView {
        scenario: row.scenario.clone(),
        dominated_by: match row.dominated_by.as_str() {
            "" => "none".to_owned(),
            others => others.to_owned(),
        },
        dominated_share: row.dominated_share.map_or_else(String::new, |share| percent(share, 0)),
        regrets: risks
            .iter()
            .map(|risk| {
                let same =
                    |other: &&DecisionRow| other.scenario == row.scenario && other.risk == **risk;
                rows.iter().find(same).map_or_else(String::new, regret)
            })
            .collect(),
    };
    Some(Decisions {
        rows: rows.iter().filter(|row| row.risk == first.risk).map(view).collect(),
        risks: risks.iter().map(|risk| risk_label(risk)).collect(),
        regrets: rows.iter().any(|row| row.regret_p90.is_some()),
        points: first
            .dominated_share
            .map_or_else(String::new, |_| counted(first.points, "point", "points")),
    })
}

/// Which parameters decide an outcome.
pub(super) struct Sensitivity {
    pub(super) about: String,
    /// The columns of numbers.
    pub(super) columns: &'static [&'static str],
    pub(super) rows: Vec<SensitivityView>,
    /// How many parameters are not shown.
    pub(super) more: usize,
}

/// A parameter's indices.
pub(super) struct SensitivityView {
    pub(super) parameter: String,
    pub(super) indices: Vec<String>,
    pub(super) doubt: String,
}

/// What the run says about each outcome's parameters, by method, the most important first.
pub(super) fn sensitivity(rows: &[SensitivityRow]) -> Vec<Sensitivity> {
    of_each_subject(rows).into_iter().filter_map(subject).collect()
}

/// How the answers of a method are shown.
struct Shown {
    columns: &'static [&'static str],
    /// What the parameters are sorted by, the highest first.
    rank: fn(&SensitivityRow) -> Option<f64>,
    /// The numbers of a parameter, one per column.
    indices: fn(&SensitivityRow) -> Vec<String>,
}

const MORRIS: Shown = Shown {
    columns: &[
        "Mean absolute effect μ* (95% interval)",
        "Mean effect μ (95% interval)",
        "Spread of the effects σ (95% interval)",
    ],
    rank: |row| row.mu_star,
    indices: |row| {
        vec![
            index(row.mu_star, row.mu_star_low, row.mu_star_high),
            index(row.mu, row.mu_low, row.mu_high),
            index(row.sigma, row.sigma_low, row.sigma_high),
        ]
    },
};

const SOBOL: Shown = Shown {
    columns: &["By itself (95% interval)", "With its interactions (95% interval)"],
    rank: |row| row.total,
    indices: |row| {
        vec![
            index(row.first, row.first_low, row.first_high),
            index(row.total, row.total_low, row.total_high),
        ]
    },
};

fn index(value: Option<f64>, low: Option<f64>, high: Option<f64>) -> String {
    match (value, low, high) {
        (Some(value), Some(low), Some(high)) => estimate(value, low, high, INDEX_DECIMALS),
        (Some(value), ..) => number(value, decimals(value.abs(), INDEX_DECIMALS)),
        _ => "not estimated".to_owned(),
    }
}

fn subject(mut rows: Vec<&SensitivityRow>) -> Option<Sensitivity> {
    let first = *rows.first()?;
    let Shown { columns, rank, indices } = match first.method {
        Method::Sobol => SOBOL,
        Method::Morris => MORRIS,
    };
    let rank = |row: &SensitivityRow| rank(row).unwrap_or(f64::NEG_INFINITY);
    rows.sort_by(|one, other| rank(other).total_cmp(&rank(one)));
    let view = |row: &&SensitivityRow| SensitivityView {
        parameter: row.parameter.clone(),
        indices: indices(row),
        doubt: match row.doubt.zip(row.remedy.map(Want::name)) {
            None => String::new(),
            Some((Doubt::Noise, more)) => {
                format!("not distinguished from noise: more {more} are needed")
            }
            Some((_, few)) => format!("too few {few} to be relied on"),
        },
    };
    Some(Sensitivity {
        about: about(&first.scenario, &first.reference, first.kind, &first.outcome, &first.date),
        columns,
        more: rows.len().saturating_sub(MAX_PARAMETERS),
        rows: rows.iter().take(MAX_PARAMETERS).map(view).collect(),
    })
}

/// The outcomes that were asked about but have no index.
pub(super) fn unanswered(spec: &SensitivitySpec, rows: &[SensitivityRow]) -> Vec<String> {
    let answered = |name: &&String| rows.iter().any(|row| row.outcome == **name);
    let left = spec.outcomes.iter().filter(|name| !answered(name));
    left.map(|name| risk_label(name)).collect()
}

/// What the points of interest are, and how dense a box had to be.
pub(super) fn sought(spec: &DiscoverySpec) -> String {
    let less = spec.reference.as_ref().map_or_else(String::new, |own| format!(" from {own}"));
    let interest = interest(&spec.outcome, spec.reference.is_some(), (spec.at_least, spec.at_most));
    format!(
        "The points of interest are those that have {interest}{less}. A box is shown if {} or more of its \
         points are of interest.",
        percent(spec.density, 0)
    )
}

/// Says that fewer boxes were found than were sought, of which the run's warnings say why; nothing
/// if none is missing, or none was found.
pub(super) fn missing(spec: &DiscoverySpec, rows: &[BoxRow]) -> String {
    let found = of_each_box(rows).len();
    if found == 0 || found as u64 >= spec.boxes.into() {
        return String::new();
    }
    format!(
        "{} were sought, each outside the earlier ones, and {found} {} found: the warnings above say why.",
        counted(spec.boxes.into(), "box", "boxes"),
        if found == 1 { "was" } else { "were" }
    )
}

/// What an analysis is about: `Tiered alliance by 2035-Q4 under article5-like, less no-guarantee`.
fn about(scenario: &str, reference: &str, kind: QuantityKind, outcome: &str, date: &str) -> String {
    let name = match kind {
        QuantityKind::Risk => format!("{} by {date}", risk_label(outcome)),
        QuantityKind::Outcome => format!("{} at {date}", capitalised(&plain(outcome))),
    };
    match reference {
        "" => format!("{name} under {scenario}"),
        reference => format!("{name}: {scenario} less {reference}"),
    }
}

/// A corner of the parameter space in which something happens.
pub(super) struct BoxView {
    pub(super) title: String,
    pub(super) found: String,
    /// Says that it is less dense than asked for on points held out, if it is.
    pub(super) doubt: String,
    pub(super) limits: Vec<String>,
}

/// The boxes of a run, each with whether it is less dense on points held out than was asked for.
pub(super) fn boxes(rows: &[BoxRow], spec: Option<&DiscoverySpec>) -> Vec<BoxView> {
    of_each_box(rows)
        .iter()
        .filter_map(|limits| {
            let first = limits.first()?;
            let subject =
                about(&first.scenario, &first.reference, first.kind, &first.outcome, &first.date);
            Some(BoxView {
                title: format!("Box {}: {subject}", first.number),
                found: format!(
                    "It holds {} of the points of interest (coverage), and {} of its {} are \
                     of interest (density).{}",
                    percent(first.coverage, 0),
                    percent(first.density, 0),
                    counted(first.points, "point", "points"),
                    held_out(first)
                ),
                doubt: spec.map_or_else(String::new, |spec| doubt(first, spec.density)),
                limits: limits.iter().map(|row| limit(row)).collect(),
            })
        })
        .collect()
}

/// How good a box is on points that it was not chosen from.
fn held_out(row: &BoxRow) -> String {
    match (row.density_held_out, row.coverage_held_out) {
        (Some(density), Some(coverage)) => format!(
            " These are the points that it was chosen from. On points held out, its density is {} and \
             its coverage {}.",
            percent(density, 0),
            percent(coverage, 0)
        ),
        _ => String::new(),
    }
}

/// Says that a box is less dense than asked for on points that it was not chosen from, if it is.
fn doubt(row: &BoxRow, asked: f64) -> String {
    if !row.falls_short(asked) {
        return String::new();
    }
    format!(
        "On points that it was not chosen from, the box is less dense than the {} asked for.",
        percent(asked, 0)
    )
}

fn limit(row: &BoxRow) -> String {
    let chance = row.quasi_p.map_or_else(String::new, |p| format!(", quasi-p {}", quasi_p(p)));
    let BoxRow { parameter, low, high, range_low, range_high, .. } = row;
    let ends = [*low, *high, *range_low, *range_high];
    let [low, high, range_low, range_high] = box_values(row, ends, Wording::English);
    match is_switch(parameter) {
        true if low == high => format!("{parameter}: {low}{chance}"),
        true => format!("{parameter}: {low} or {high}{chance}"),
        false => {
            format!("{parameter}: {low} to {high}, out of {range_low} to {range_high}{chance}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_is_told_as_off_or_on() {
        let row = BoxRow {
            parameter: "guarantee.pledge".to_owned(),
            range_high: 1.0,
            ..BoxRow::default()
        };
        assert_eq!(limit(&row), "guarantee.pledge: off");
        assert_eq!(limit(&BoxRow { high: 1.0, ..row }), "guarantee.pledge: off or on");
    }

    #[test]
    fn a_limit_is_as_fine_as_in_the_chart() {
        let row = BoxRow {
            parameter: "learning.memory".to_owned(),
            low: 0.93,
            high: 0.99,
            range_low: 0.9,
            range_high: 0.99,
            ..BoxRow::default()
        };
        // A fiftieth of the range is 0.0018.
        assert_eq!(limit(&row), "learning.memory: 0.930 to 0.990, out of 0.900 to 0.990");
        let wide = BoxRow { range_low: 0.5, ..row };
        assert_eq!(limit(&wide), "learning.memory: 0.93 to 0.99, out of 0.50 to 0.99");
    }

    #[test]
    fn effects_have_their_direction_and_noise_is_no_small_sample() {
        let row = SensitivityRow {
            method: Method::Morris,
            mu: Some(-0.4),
            mu_star: Some(0.4),
            sigma: Some(0.1),
            doubt: Some(Doubt::Noise),
            remedy: Some(Want::Replicates),
            ..SensitivityRow::default()
        };
        let shown = subject(vec![&row]).unwrap();
        assert_eq!(shown.rows[0].indices, ["0.40", "−0.40", "0.10"]);
        assert_eq!(shown.columns.len(), 3);
        let [value, low, high] = [-0.0004, -0.0007, -0.0001].map(Some);
        let small = SensitivityRow { mu: value, mu_low: low, mu_high: high, ..row.clone() };
        let shown = subject(vec![&small]).unwrap();
        assert_eq!(shown.rows[0].indices[1], "−0.00040 (−0.00070 to −0.00010)");
        assert_eq!(shown.rows[0].doubt, "not distinguished from noise: more replicates are needed");
        let doubt = Some(Doubt::Wide);
        let shown = subject(vec![&SensitivityRow { doubt, ..row }]).unwrap();
        assert_eq!(shown.rows[0].doubt, "too few replicates to be relied on");
    }
}
