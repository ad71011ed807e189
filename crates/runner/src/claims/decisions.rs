//! `decisions.csv`: the risks of each policy, what dominates it, and its regret over the space.

use ndarray::Array2;

use super::SpaceSample;
use super::sample::SpacePoint;
use crate::analysis::pareto::dominators;
use crate::analysis::regret::{Regret, regrets};
use crate::analysis::{AnalysisError, Estimate};
use crate::config::Experiment;
use crate::outcome::Risk;
use crate::tables::rows::DecisionRow;
use crate::tally::{Pair, PointTally, chance_interval};

/// The rows of the experiment's [policies](Experiment::policies): the risks of each at the
/// baseline, the policies that dominate it there over all risks, the share of the space at which
/// some policy does, and its regret over the space, both unknown over no points.
///
/// # Errors
///
/// Never for an experiment with a policy.
pub(super) fn decisions(
    experiment: &Experiment,
    baseline: &PointTally,
    space: &SpaceSample,
) -> Result<Vec<DecisionRow>, AnalysisError> {
    let policies = &experiment.policies;
    let dominators = dominators_at(policies, baseline);
    let shares = dominated_shares(policies.len(), space.points());
    let name = |policy: usize| {
        let scenario = policies.get(policy).and_then(|&place| experiment.scenarios.get(place));
        scenario.map_or("", |scenario| scenario.name.as_str())
    };
    let regrets_of = |risk| match space.points() {
        [] => Ok(Vec::new()),
        _ => regrets(risk_table(policies, space, risk).view()),
    };
    let by_risk = Risk::ALL.into_iter().map(regrets_of).collect::<Result<Vec<_>, _>>()?;
    let mut rows = Vec::with_capacity(policies.len() * Risk::ALL.len());
    for (policy, dominated_by) in dominators.iter().enumerate() {
        let names: Vec<&str> = dominated_by.iter().map(|&other| name(other)).collect();
        for (risk, regrets) in Risk::ALL.into_iter().zip(&by_risk) {
            let row = baseline_row(experiment, baseline, policies[policy], risk);
            rows.extend(row.map(|row| DecisionRow {
                dominated_by: names.join("; "),
                dominated_share: shares.get(policy).copied(),
                ..with_regret(row, regrets.get(policy), space)
            }));
        }
    }
    Ok(rows)
}

/// Returns for each policy, by number, those that dominate it at a point over all risks, judged
/// from common shocks.
pub(super) fn dominators_at(policies: &[usize], point: &PointTally) -> Vec<Vec<usize>> {
    dominators(policies.len(), Risk::ALL.len(), |a, b, risk| {
        difference(point, [policies[a], policies[b]], Risk::ALL[risk])
    })
}

/// The share of the points at which each policy is dominated; empty if there are no points.
fn dominated_shares(policies: usize, points: &[SpacePoint]) -> Vec<f64> {
    if points.is_empty() {
        return Vec::new();
    }
    let is_at = |policy: usize| {
        points.iter().filter(move |point| point.dominated.get(policy) == Some(&true))
    };
    (0..policies).map(|policy| is_at(policy).count() as f64 / points.len() as f64).collect()
}

/// The difference of two scenarios in a risk at a point; `None` if it has no interval.
fn difference(
    point: &PointTally,
    [scenario, reference]: [usize; 2],
    risk: Risk,
) -> Option<Estimate> {
    let quarter = point.layout().horizon()?;
    let effect = point.risk_effect(Pair { scenario, reference }, quarter, risk)?;
    let (low, high) = effect.interval?;
    Some(Estimate { value: effect.difference, low, high })
}

/// One risk, with one row per point and one column per policy.
fn risk_table(policies: &[usize], space: &SpaceSample, risk: Risk) -> Array2<f64> {
    let points = space.points();
    Array2::from_shape_fn((points.len(), policies.len()), |(point, policy)| {
        points[point].risks[policies[policy]][risk as usize]
    })
}

fn baseline_row(
    experiment: &Experiment,
    baseline: &PointTally,
    place: usize,
    risk: Risk,
) -> Option<DecisionRow> {
    let (scenario, tally) = (experiment.scenarios.get(place)?, baseline.scenarios().get(place)?);
    let quarter = baseline.layout().horizon()?;
    let (happened, n) = (tally.risk(quarter, risk)?.by, tally.n());
    let (low, high) = chance_interval(happened, n)?;
    Some(DecisionRow {
        scenario: scenario.name.clone(),
        risk: risk.name().to_owned(),
        quarter,
        date: experiment.date(quarter),
        n,
        by: happened as f64 / n as f64,
        low,
        high,
        ..DecisionRow::default()
    })
}

fn with_regret(row: DecisionRow, regret: Option<&Regret>, space: &SpaceSample) -> DecisionRow {
    DecisionRow {
        points: space.points().len() as u64,
        regret_worst: regret.map(|own| own.worst),
        regret_worst_point: regret
            .and_then(|own| space.points().get(own.worst_point))
            .map(|point| point.number),
        regret_p90: regret.map(|own| own.p90),
        regret_mean: regret.map(|own| own.mean),
        best_share: regret.map(|own| own.best_share),
        ..row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_dominated_at_a_share_of_the_points() {
        let points = [[true, false], [false, false], [true, false], [true, true]]
            .map(|own| SpacePoint { dominated: own.to_vec(), ..SpacePoint::default() });
        assert_eq!(dominated_shares(2, &points), [0.75, 0.25]);
        assert!(dominated_shares(2, &[]).is_empty());
    }
}
