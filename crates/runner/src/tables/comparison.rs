//! From a finished tally to the rows that compare scenarios.

use article5_model::observe::Commitment;

use super::rows::{ComparisonRow, MemberComparisonRow};
use crate::config::Experiment;
use crate::outcome::Quantity;
use crate::tally::{Effect, Pair, PointTally};

/// Two scenarios at a quarter.
pub(super) struct Comparison<'a> {
    experiment: &'a Experiment,
    scenario: &'a str,
    reference: &'a str,
    point: u32,
    total: &'a PointTally,
    pair: Pair,
    quarter: u32,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(
        experiment: &'a Experiment,
        point: u32,
        total: &'a PointTally,
        pair: Pair,
        quarter: u32,
    ) -> Option<Self> {
        let name = |place: usize| Some(experiment.scenarios.get(place)?.name.as_str());
        let (scenario, reference) = (name(pair.scenario)?, name(pair.reference)?);
        Some(Self { experiment, scenario, reference, point, total, pair, quarter })
    }

    /// The differences in risks and outcomes.
    pub(super) fn rows(&self) -> impl Iterator<Item = ComparisonRow> {
        Quantity::all().filter_map(|quantity| {
            let (pair, quarter) = (self.pair, self.quarter);
            let effect = match quantity {
                Quantity::Risk(risk) => self.total.risk_effect(pair, quarter, risk),
                Quantity::Outcome(outcome) => self.total.outcome_effect(pair, quarter, outcome),
                Quantity::Trust(ally) => self.total.trust_effect(pair, quarter, ally),
            };
            let Effect { n, difference, interval, pairing_gain } = effect?;
            Some(ComparisonRow {
                scenario: self.scenario.to_owned(),
                reference: self.reference.to_owned(),
                point: self.point,
                quarter,
                date: self.experiment.date(quarter),
                kind: quantity.kind(),
                outcome: quantity.name(&self.experiment.alliance),
                n,
                difference,
                low: interval.map(|(low, _)| low),
                high: interval.map(|(_, high)| high),
                pairing_gain,
            })
        })
    }

    /// The differences in each ally's trust.
    pub(super) fn member_rows(&self) -> impl Iterator<Item = MemberComparisonRow> {
        (0..self.experiment.alliance.len()).filter_map(|member| {
            let effect = self.total.trust_effect(self.pair, self.quarter, member);
            let Effect { n, difference, interval, pairing_gain } = effect?;
            Some(MemberComparisonRow {
                scenario: self.scenario.to_owned(),
                reference: self.reference.to_owned(),
                point: self.point,
                quarter: self.quarter,
                date: self.experiment.date(self.quarter),
                iso3: self.experiment.alliance.iso3(Commitment::Ally(member)).to_owned(),
                n,
                trust_difference: difference,
                // An interval for few replicates can reach beyond what is possible.
                trust_low: interval.map(|(low, _)| low.max(-1.0)),
                trust_high: interval.map(|(_, high)| high.min(1.0)),
                pairing_gain,
            })
        })
    }
}
