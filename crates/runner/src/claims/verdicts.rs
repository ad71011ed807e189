//! From effects to verdicts, and the tables that report them.

use rayon::prelude::*;

use super::SpaceSample;
use super::sample::SpacePoint;
use super::words::{lacking, reason, told};
use crate::analysis::Estimate;
use crate::analysis::claims::{
    Baseline, Evidence, Finding, Influence, Judgement, Lacks, Ruling, holm, influences, judge,
};
use crate::config::{ClaimSpec, Experiment, set_in};
use crate::outcome::Quantity;
use crate::tables::rows::{ClaimParameterRow, ClaimPointRow, ClaimRow};
use crate::tally::{ContrastEffect, PointTally};

/// The most parameters that are named as deciding.
const MAX_DECIDING: usize = 3;

/// A parameter decides if chance would produce such a correlation for any of the parameters in
/// fewer than one claim in twenty.
const DECIDING_P: f64 = 0.05;

/// The tables of the claims.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdicts {
    /// `claims.csv`.
    pub claims: Vec<ClaimRow>,
    /// The verdict on each of them with what it depends on or lacks, as in `depends:
    /// learning.memory`.
    pub told: Vec<String>,
    /// `claim_points.csv`.
    pub points: Vec<ClaimPointRow>,
    /// `claim_parameters.csv`.
    pub parameters: Vec<ClaimParameterRow>,
}

impl Verdicts {
    /// Judges the claims of an experiment, on the threads of the rayon pool in which it is called.
    pub(super) fn new(experiment: &Experiment, baseline: &PointTally, space: &SpaceSample) -> Self {
        let cases: Vec<_> = experiment.claims.iter().enumerate().collect();
        let judged: Vec<_> = cases
            .into_par_iter()
            .map(|(place, claim)| {
                let (baseline, effects) = (baseline.contrast(place), space.effects(place));
                let case = Case { experiment, claim, baseline, effects };
                let influences = case.influences(space);
                let parameters = case.parameters(space, &influences);
                (case.row(space, &influences), case.points(space), parameters)
            })
            .collect();
        let mut tables = Self::default();
        for ((row, told), points, parameters) in judged {
            tables.claims.push(row);
            tables.told.push(told);
            tables.points.extend(points);
            tables.parameters.extend(parameters);
        }
        tables.correct();
        tables
    }

    /// Corrects the p-values for the number of claims.
    fn correct(&mut self) {
        let tested: Vec<&mut ClaimRow> =
            self.claims.iter_mut().filter(|row| row.p_value.is_some()).collect();
        let p_values: Vec<f64> = tested.iter().filter_map(|row| row.p_value).collect();
        for (row, adjusted) in tested.into_iter().zip(holm(&p_values)) {
            row.p_holm = Some(adjusted);
        }
    }
}

/// A claim and what was found about it.
struct Case<'a> {
    experiment: &'a Experiment,
    claim: &'a ClaimSpec,
    baseline: Option<ContrastEffect>,
    effects: Vec<Option<ContrastEffect>>,
}

impl Case<'_> {
    /// The row, and the verdict with what it depends on or lacks.
    fn row(&self, space: &SpaceSample, influences: &[Influence]) -> (ClaimRow, String) {
        let Self { experiment, claim, baseline, effects } = self;
        let region = claim.region(&experiment.alliance);
        let of_points: Vec<Option<Evidence>> =
            effects.iter().map(|effect| evidence(*effect)).collect();
        let n = baseline.map_or(0, |effect| effect.n);
        let found = at_baseline(*baseline);
        let judged = judge(region, (found, n), (&of_points, space.replicates()));
        let quarter = claim.quarter.unwrap_or(experiment.quarters);
        let share = judged.reach.share();
        let interval = self.interval(*baseline);
        let deciding = self.deciding(space, influences, &judged);
        let [effect_q05, effect_q50, effect_q95] = quantiles(effects);
        let lacking = match judged.ruling {
            Ruling::Undecided(lacks) => lacking(lacks, claim),
            Ruling::Holds | Ruling::Fails | Ruling::Depends => String::new(),
        };
        let row = ClaimRow {
            id: claim.id.clone(),
            statement: claim.statement.clone(),
            treatment: claim.treatment.clone(),
            control: claim.control.clone().unwrap_or_default(),
            quarter,
            date: experiment.date(quarter),
            kind: claim.quantity(&experiment.alliance).map(Quantity::kind).unwrap_or_default(),
            outcome: claim.outcome.clone(),
            per: claim.per.clone().unwrap_or_default(),
            since: claim.since,
            direction: claim.direction,
            at_least: claim.at_least,
            at_most: claim.at_most,
            n,
            treatment_level: baseline.map(|effect| effect.treatment),
            control_level: baseline.and_then(|effect| effect.control),
            effect: baseline.map(|effect| effect.effect),
            low: interval.map(|(low, _)| low),
            high: interval.map(|(_, high)| high),
            p_value: found.evidence().and_then(|own| region.p_value(own.estimate, own.counted, n)),
            p_holm: None,
            pairing_gain: baseline.and_then(|effect| effect.pairing_gain),
            points: judged.reach.points,
            point_n: space.replicates(),
            share_of_space: share.map(|share| share.value),
            share_low: share.map(|share| share.low),
            share_high: share.map(|share| share.high),
            share_reversed: judged.reach.reversed_share(),
            effect_q05,
            effect_q50,
            effect_q95,
            deciding: deciding.iter().map(|(key, _)| *key).collect::<Vec<_>>().join("; "),
            replicates_needed: judged.ruling.replicates(),
            verdict: judged.ruling.verdict(),
            reason: reason(&judged, &lacking, &deciding),
        };
        let told = told(row.verdict, &lacking, &deciding);
        (row, told)
    }

    /// The interval that tables have of an effect. Verdicts and p-values rest on the whole of it,
    /// whose width tells its error.
    fn interval(&self, effect: Option<ContrastEffect>) -> Option<(f64, f64)> {
        Some(self.claim.cut(effect?.interval?, &self.experiment.alliance))
    }

    fn points(&self, space: &SpaceSample) -> Vec<ClaimPointRow> {
        let region = self.claim.region(&self.experiment.alliance);
        let row = |(point, effect): (&SpacePoint, &Option<ContrastEffect>)| {
            let interval = self.interval(*effect);
            ClaimPointRow {
                id: self.claim.id.clone(),
                point: point.number,
                n: effect.map_or(space.replicates(), |effect| effect.n),
                effect: effect.map(|effect| effect.effect),
                low: interval.map(|(low, _)| low),
                high: interval.map(|(_, high)| high),
                finding: region.find(estimate(*effect)),
            }
        };
        space.points().iter().zip(&self.effects).map(row).collect()
    }

    /// The points at which there is an effect, and the effects.
    fn known(&self) -> (Vec<usize>, Vec<f64>) {
        let known = self.effects.iter().enumerate();
        known.filter_map(|(point, effect)| Some((point, (*effect)?.effect))).unzip()
    }

    /// How the parameters that vary under the claim's scenarios influence its effect.
    fn influences(&self, space: &SpaceSample) -> Vec<Influence> {
        let (points, effects) = self.known();
        let columns = self.varying(space);
        let at_points = |&column: &usize| -> Vec<f64> {
            let values = space.column(column);
            points.iter().map(|&point| values[point]).collect()
        };
        let values: Vec<Vec<f64>> = columns.iter().map(at_points).collect();
        let views: Vec<_> = values.iter().map(|values| ndarray::aview1(values)).collect();
        let named = |influence: Influence| {
            Some(Influence { parameter: *columns.get(influence.parameter)?, ..influence })
        };
        influences(&views, &effects).into_iter().filter_map(named).collect()
    }

    /// The middle of what a parameter varies over.
    fn middle(&self, key: &str) -> Option<f64> {
        let vary = &self.experiment.space.as_ref()?.design.vary;
        let (low, high) = vary.iter().find(|vary| vary.key == key)?.values.ends();
        Some(0.5 * (low + high))
    }

    /// The columns of the design that vary in the treatment or the control.
    fn varying(&self, space: &SpaceSample) -> Vec<usize> {
        let scenarios = self.experiment.scenarios.iter().filter(|scenario| {
            scenario.name == self.claim.treatment
                || Some(&scenario.name) == self.claim.control.as_ref()
        });
        let scenarios: Vec<_> = scenarios.collect();
        let free = |key: &str| scenarios.iter().any(|own| set_in(own, key).is_none());
        let keys = space.design().keys.iter().enumerate();
        keys.filter(|(_, key)| free(key)).map(|(column, _)| column).collect()
    }

    fn parameters(&self, space: &SpaceSample, influences: &[Influence]) -> Vec<ClaimParameterRow> {
        let region = self.claim.region(&self.experiment.alliance);
        let holds: Vec<bool> = self
            .effects
            .iter()
            .map(|effect| region.find(estimate(*effect)) == Finding::Holds)
            .collect();
        let row = |(rank, influence): (u32, &Influence)| {
            let key = space.design().keys.get(influence.parameter)?;
            let column = space.column(influence.parameter);
            let middle = self.middle(key)?;
            let share = |upper: bool| {
                let half =
                    column.iter().zip(&holds).filter(|(value, _)| (**value > middle) == upper);
                let (all, held) = half.fold((0_u32, 0_u32), |(all, held), (_, &holds)| {
                    (all + 1, held + u32::from(holds))
                });
                (all > 0).then(|| f64::from(held) / f64::from(all))
            };
            Some(ClaimParameterRow {
                id: self.claim.id.clone(),
                parameter: key.clone(),
                rank,
                rank_correlation: influence.correlation,
                p_holm: influence.p_holm,
                holds_low: share(false),
                holds_high: share(true),
            })
        };
        (1..).zip(influences).filter_map(row).collect()
    }

    /// The parameters that decide a claim, with the sign of their influence. Only a claim that
    /// depends, or that hangs on where something happens at all, has any.
    fn deciding<'s>(
        &self,
        space: &'s SpaceSample,
        influences: &[Influence],
        judged: &Judgement,
    ) -> Vec<(&'s str, f64)> {
        if !matches!(judged.ruling, Ruling::Depends | Ruling::Undecided(Lacks::Events(_))) {
            return Vec::new();
        }
        let found = influences.iter().filter(|influence| influence.p_holm < DECIDING_P);
        let named = |influence: &Influence| {
            Some((space.design().keys.get(influence.parameter)?.as_str(), influence.correlation))
        };
        found.take(MAX_DECIDING).filter_map(named).collect()
    }
}

fn at_baseline(effect: Option<ContrastEffect>) -> Baseline {
    match (effect, evidence(effect)) {
        (_, Some(evidence)) => Baseline::Known(evidence),
        (Some(_), None) => Baseline::NoInterval,
        (None, None) => Baseline::NoEffect,
    }
}

fn evidence(effect: Option<ContrastEffect>) -> Option<Evidence> {
    let ContrastEffect { effect, interval, counted, .. } = effect?;
    let (low, high) = interval?;
    Some(Evidence { estimate: Estimate { value: effect, low, high }, counted })
}

fn estimate(effect: Option<ContrastEffect>) -> Option<Estimate> {
    evidence(effect).map(|own| own.estimate)
}

/// The 5 %, 50 % and 95 % quantiles of the effects.
fn quantiles(effects: &[Option<ContrastEffect>]) -> [Option<f64>; 3] {
    let mut sorted: Vec<f64> = effects.iter().flatten().map(|effect| effect.effect).collect();
    sorted.sort_by(f64::total_cmp);
    [0.05, 0.5, 0.95].map(|level| crate::analysis::quantile(&sorted, level))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::claims::over_space;
    use crate::ensemble::Ensemble;

    #[test]
    fn the_interval_of_a_share_is_cut_in_tables_but_its_p_value_is_that_of_the_whole() {
        let text = "name = \"a\"\nscenarios = [\"ironclad\"]
                    [space]\npoints = 2\nreplicates = 2
                    [[claim]]\nid = \"full\"\nstatement = \"Some answers are less than full\"
                    treatment = \"ironclad\"\noutcome = \"full_answers_ukraine\"
                    per = \"answers_ukraine\"\ndirection = \"lower\"\nat_most = 0.99";
        let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
        let over = over_space(&experiment).unwrap();
        let design = Ensemble::new(&over).unwrap().design().clone();
        let found = ContrastEffect {
            n: 1_000_000,
            treatment: 0.97,
            control: None,
            effect: 0.97,
            interval: Some((0.91, 1.03)),
            counted: None,
            pairing_gain: None,
        };
        let (experiment, claim, baseline) = (&experiment, &experiment.claims[0], Some(found));
        let case = Case { experiment, claim, baseline, effects: Vec::new() };
        let (row, _) = case.row(&SpaceSample::new(&over, design, 2), &[]);
        assert_eq!((row.low, row.high), (Some(0.91), Some(1.0)));
        // 0.02 of 0.06, which stand for 1.96 errors: twice the normal tail beyond 0.653.
        assert!(row.p_value.is_some_and(|p| (p - 0.513_549).abs() < 1e-5), "{:?}", row.p_value);
    }

    #[test]
    fn an_effect_without_an_interval_is_not_said_to_be_none() {
        let effect = ContrastEffect {
            n: 3,
            treatment: 0.59,
            control: None,
            effect: 0.59,
            interval: None,
            counted: None,
            pairing_gain: None,
        };
        assert_eq!(at_baseline(None), Baseline::NoEffect);
        assert_eq!(at_baseline(Some(effect)), Baseline::NoInterval);
        let known = ContrastEffect { interval: Some((0.5, 0.7)), ..effect };
        let estimate = Estimate { value: 0.59, low: 0.5, high: 0.7 };
        assert_eq!(at_baseline(Some(known)), Baseline::Known(Evidence { estimate, counted: None }));
    }
}
