//! The verdicts on claims as a printed table.

use article5_runner::analysis::claims::share_in_words;
use article5_runner::claims::{NO_POINT, UNDEFINED, Verdicts};
use article5_runner::numbers::{at_most, counted, decimals, number, signed};
use article5_runner::tables::rows::{ClaimRow, DecisionRow};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// Columns of the printed table, at most.
const WIDTH: u16 = 120;

fn empty() -> Table {
    let mut table = Table::new();
    table
        .load_preset(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH);
    table
}

/// The table of what dominates each policy at the baseline, and over how much of the space some
/// other policy does.
pub(crate) fn dominance(rows: &[DecisionRow]) -> Table {
    let mut table = empty();
    table.set_header(["policy", "dominated at the baseline by", "dominated at"]);
    let first = rows.first().map_or("", |row| row.risk.as_str());
    for row in rows.iter().filter(|row| row.risk == first) {
        let by = if row.dominated_by.is_empty() { "none" } else { &row.dominated_by };
        let share = row.dominated_share.map_or(NO_POINT.to_owned(), |share| {
            format!("{} % of {}", share_in_words(share), counted(row.points, "point", "points"))
        });
        table.add_row([row.scenario.as_str(), by, &share]);
    }
    table
}

/// The table of claims, one row each.
pub(crate) fn table(verdicts: &Verdicts) -> Table {
    let mut table = empty();
    table.set_header(["id", "claim", "effect", "95 % interval", "gain", "space", "verdict"]);
    for (row, verdict) in verdicts.claims.iter().zip(&verdicts.told) {
        let effect = row.effect.map_or(UNDEFINED.to_owned(), |effect| amount(row, effect));
        let interval = match (row.low, row.high) {
            (Some(low), Some(high)) => format!("{} to {}", amount(row, low), amount(row, high)),
            _ => String::new(),
        };
        let gain = row.pairing_gain.map_or(String::new(), |gain| format!("{gain:.1}"));
        let space = row.share_of_space.zip(row.share_reversed).map(|(held, reversed)| {
            format!("{} / {} %", share_in_words(held), share_in_words(reversed))
        });
        table.add_row([
            row.id.clone(),
            row.statement.clone(),
            effect,
            interval,
            gain,
            space.unwrap_or_else(|| NO_POINT.to_owned()),
            verdict.clone(),
        ]);
    }
    for column in [2, 4, 5] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// An effect in digits: a difference with its sign, a level without.
fn amount(row: &ClaimRow, value: f64) -> String {
    /// At least.
    const DECIMALS: usize = 3;
    let width = row.low.zip(row.high).map_or(0.0, |(low, high)| high - low);
    let decimals = decimals(width, DECIMALS);
    if row.is_level() { number(value, decimals) } else { signed(value, decimals) }
}

/// What the intervals are worth together, and what the columns are.
pub(crate) fn together(rows: &[ClaimRow]) -> String {
    /// One error in twenty.
    const LEVEL: f64 = 0.05;
    let count = |p_value: fn(&ClaimRow) -> Option<f64>| {
        rows.iter().filter(|row| p_value(row).is_some_and(|p| p < LEVEL)).count()
    };
    let tested = rows.iter().filter(|row| row.p_value.is_some()).count();
    let (clear, corrected) = (count(|row| row.p_value), count(|row| row.p_holm));
    let by_chance = LEVEL * tested as f64;
    let have = |count: usize| format!("{count} {}", if count == 1 { "has" } else { "have" });
    let tests = match tested {
        0 => "No claim has an interval at the baseline from which it could be tested.".to_owned(),
        _ => format!(
            "Of {} tested at the baseline, {} a p-value below 5 %; were all on their bounds, chance \
             would make {} so. After Holm's correction {}.",
            counted(tested as u64, "claim", "claims"),
            have(clear),
            at_most(by_chance, 2),
            have(corrected)
        ),
    };
    let (points, replicates) = rows.first().map_or((0, 0), |row| (row.points, row.point_n));
    let space = match points {
        0 => String::new(),
        _ => format!(
            "space: share of {} of the parameter space, {} each, at which the claim is shown to hold / to be \
             contradicted.\n",
            counted(points, "point", "points"),
            counted(replicates, "replicate", "replicates"),
        ),
    };
    format!(
        "{space}gain: how many times as many replicates independent samples would need for the same interval.\n\
         {tests}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_a_true_minus_and_enough_decimals_and_no_zero_is_negative() {
        let row = |low, high| ClaimRow {
            control: "no-guarantee".to_owned(),
            low: Some(low),
            high: Some(high),
            ..ClaimRow::default()
        };
        assert_eq!(amount(&row(-0.0007, -0.0001), -0.0004), "−0.00040");
        assert_eq!(amount(&row(-0.5, 0.5), -0.0001), "0.000");
    }

    #[test]
    fn what_dominates_a_policy_is_told_with_how_much_of_the_space_some_does() {
        let row = |scenario: &str, risk: &str, by: &str, share: f64| DecisionRow {
            scenario: scenario.to_owned(),
            risk: risk.to_owned(),
            dominated_by: by.to_owned(),
            dominated_share: Some(share),
            points: 512,
            ..DecisionRow::default()
        };
        let rows = [
            row("bold", "tiered", "talk; firm", 0.25),
            row("bold", "ruptured", "talk; firm", 0.25),
            row("talk", "tiered", "", 0.0),
        ];
        let told = dominance(&rows).to_string();
        let line = |name: &str| told.lines().find(|line| line.contains(&format!(" {name} ")));
        let bold = line("bold").unwrap();
        assert!(bold.contains("talk; firm") && bold.contains("25 % of 512 points"), "{told}");
        let talk = line("talk").unwrap();
        assert!(talk.contains("none") && talk.contains("0 % of 512 points"), "{told}");
        assert_eq!(told.matches("bold").count(), 1, "{told}");
    }

    #[test]
    fn one_claim_is_told_in_the_singular() {
        let row = ClaimRow { p_value: Some(0.01), p_holm: Some(0.01), ..ClaimRow::default() };
        let told = together(&[row]);
        assert!(
            told.contains("Of 1 claim tested at the baseline, 1 has a p-value below 5 %;"),
            "{told}"
        );
        assert!(told.ends_with("make 0.05 so. After Holm's correction 1 has."), "{told}");
        let nowhere = together(&[ClaimRow::default()]);
        assert!(nowhere.contains("No claim has an interval"), "{nowhere}");
        assert!(!nowhere.contains("space:"), "{nowhere}");
        let somewhere = together(&[ClaimRow { points: 1, point_n: 40, ..ClaimRow::default() }]);
        assert!(
            somewhere.starts_with("space: share of 1 point of the parameter space, 40 replicates")
        );
    }
}
