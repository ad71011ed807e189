//! What the run found, in sentences: each risk under the reference, and under which policies it is
//! higher, lower, or not found to differ.

use article5_runner::numbers::{count, counted, percent, signed};

use super::risks::{Clear, Horizon, Spread};
use super::words::{lasts, risk_label, while_it_holds};
use crate::chance;
use crate::claim::points;

/// The lead of differences that have no interval.
const TOO_FEW: &str = "Too few replicates for an interval";

/// What was found about one risk.
pub(super) struct Finding {
    pub(super) label: String,
    pub(super) meaning: String,
    pub(super) level: String,
    pub(super) groups: Vec<Group>,
}

/// Scenarios about which the same is found.
pub(super) struct Group {
    pub(super) lead: String,
    pub(super) items: Vec<String>,
}

/// The findings of a run.
pub(super) fn findings(horizon: &Horizon<'_>) -> Vec<Finding> {
    horizon.names.iter().map(|risk| finding(horizon, risk)).collect()
}

fn finding(horizon: &Horizon<'_>, risk: &str) -> Finding {
    let first = horizon.reference.or(horizon.scenarios.first().copied()).unwrap_or_default();
    let (level, groups) = if horizon.points == 1 {
        (level(horizon, first, risk), compared(horizon, risk))
    } else {
        (level_over_points(horizon, first, risk), compared_over_points(horizon, risk))
    };
    let meaning = horizon.meaning(risk);
    Finding { label: risk_label(risk), meaning, level, groups }
}

fn level(horizon: &Horizon<'_>, scenario: &str, risk: &str) -> String {
    let rows = horizon.of_risk(scenario, risk);
    rows.first().map_or_else(String::new, |row| {
        let chance = chance::in_full(chance::by(row));
        let standing =
            lasts(risk).then(|| standing(horizon, risk, &chance::in_full(chance::at(row))));
        format!(
            "Under {scenario} it has happened by {} in {chance} of runs.{}",
            horizon.date,
            standing.unwrap_or_default()
        )
    })
}

/// In how many runs a risk that can last holds at the horizon: it may have happened and passed.
fn standing(horizon: &Horizon<'_>, risk: &str, chance: &str) -> String {
    format!(
        " In {} itself {} in {chance}.",
        horizon.date,
        while_it_holds(risk).unwrap_or("it holds")
    )
}

fn level_over_points(horizon: &Horizon<'_>, scenario: &str, risk: &str) -> String {
    let rows = horizon.of_risk(scenario, risk);
    let points = count(rows.len() as u64);
    let Some(by) = Spread::of(rows.iter().map(|row| row.by)) else { return String::new() };
    let at = Spread::of(rows.iter().map(|row| row.at)).filter(|_| lasts(risk));
    let chance = if by.low == by.high {
        format!("is {} at every one of the {points} points of the design.", percent(by.low, 1))
    } else {
        let [low, high, middle] = [by.low, by.high, by.middle].map(|share| percent(share, 1));
        format!(
            "ranges from {low} to {high} over the {points} points of the design, with a median of {middle}."
        )
    };
    let at = at.map(|at| {
        let [low, high, middle] = [at.low, at.high, at.middle].map(|share| percent(share, 1));
        let chance =
            if low == high { low } else { format!("{low} to {high}, with a median of {middle}") };
        standing(horizon, risk, &chance)
    });
    format!("Under {scenario} its chance by {} {chance}{}", horizon.date, at.unwrap_or_default())
}

/// The other policies by what is found about them: a higher risk, a lower risk, no difference.
fn compared(horizon: &Horizon<'_>, risk: &str) -> Vec<Group> {
    let (mut raised, mut lowered, mut alike, mut unknown) = (vec![], vec![], vec![], vec![]);
    for scenario in &horizon.policies {
        let Some(row) = horizon.compared(scenario, risk).first().copied() else { continue };
        let interval = row.low.zip(row.high);
        let item = format!("{}: {}", horizon.against(scenario), points(row.difference, interval));
        match interval {
            Some((low, _)) if low > 0.0 => raised.push((row.difference, item)),
            Some((_, high)) if high < 0.0 => lowered.push((row.difference, item)),
            Some(_) => alike.push((row.difference, item)),
            None => unknown.push((row.difference, item)),
        }
    }
    let reference = horizon.reference_in_words();
    let leads = [
        (format!("Likelier than under {reference}"), raised),
        (format!("Less likely than under {reference}"), lowered),
        (format!("No difference from {reference} found"), alike),
        (TOO_FEW.to_owned(), unknown),
    ];
    leads
        .into_iter()
        .filter(|(_, items)| !items.is_empty())
        .map(|(lead, mut items)| {
            items.sort_by(|one, other| other.0.abs().total_cmp(&one.0.abs()));
            Group { lead, items: items.into_iter().map(|(_, item)| item).collect() }
        })
        .collect()
}

fn compared_over_points(horizon: &Horizon<'_>, risk: &str) -> Vec<Group> {
    let (mut found, mut unknown) = (vec![], vec![]);
    for scenario in &horizon.policies {
        let rows = horizon.compared(scenario, risk);
        let Some(Spread { low, high, .. }) = Spread::of(rows.iter().map(|row| row.difference))
        else {
            continue;
        };
        let scenario = horizon.against(scenario);
        match Clear::of(&rows) {
            Some(Clear { higher, lower }) => {
                let [higher, lower] = [higher, lower].map(|share| percent(share, 0));
                found.push(format!(
                    "{scenario}: likelier at {higher} of points, less likely at {lower}"
                ));
            }
            None => {
                let [low, high] = [low, high].map(|difference| signed(100.0 * difference, 1));
                unknown.push(format!("{scenario}: {low} to {high} points over the design"));
            }
        }
    }
    let reference = horizon.reference_in_words();
    let groups = [
        (format!("Share of points where the difference from {reference} is clear of zero"), found),
        (TOO_FEW.to_owned(), unknown),
    ];
    let groups = groups.into_iter().filter(|(_, items)| !items.is_empty());
    groups.map(|(lead, items)| Group { lead, items }).collect()
}

/// Says that the findings cover only the policies, if there are other scenarios, and where those
/// are.
pub(super) fn left_out(horizon: &Horizon<'_>) -> String {
    let (policies, all) = (horizon.policies.len(), horizon.scenarios.len());
    if policies == all {
        return String::new();
    }
    format!(
        "Findings and headlines cover the {} among {all} scenarios; the others, which the configuration \
         does not name among its policies, are in the tables of every risk.",
        counted(policies as u64, "policy", "policies")
    )
}

/// Says how many of the differences on the page are likely to be clear of zero by chance alone, if
/// there were no difference at all.
pub(super) fn by_chance(horizon: &Horizon<'_>) -> String {
    /// One in twenty: the intervals are 95 % intervals.
    const OUTSIDE: f64 = 0.05;
    let differences = horizon.comparisons.iter().filter(|row| row.low.is_some()).count();
    if differences == 0 {
        return String::new();
    }
    let expected = OUTSIDE * differences as f64;
    let differences = count(differences as u64);
    if horizon.points > 1 {
        return format!(
            "The tables hold {differences} differences with 95% intervals. As all points share their \
             chance events, a difference that chance makes clear of zero at one point is likely to \
             be so at many: how often it is found is no evidence of its own, and one that only \
             just clears zero is weak evidence even at many points."
        );
    }
    format!(
        "The tables hold {differences} differences with 95% intervals. Were there no difference at \
         all, {} of them could still be clear of zero by chance; a single difference that only just \
         clears zero is weak evidence.",
        if expected < 1.0 {
            "one or none".to_owned()
        } else {
            format!("up to {expected:.0} or so")
        }
    )
}
