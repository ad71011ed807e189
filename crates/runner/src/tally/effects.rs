//! What the tallies of a design point say of pairs of scenarios, and of contrasts.

use super::contrast::{Contrast, ContrastEffect};
use super::distribution::Distribution;
use super::layout::Pair;
use super::moments::{Moments, variance_in_steps};
use super::paired::{Effect, Pairs};
use super::total::PointTally;
use crate::outcome::{OUTCOMES, Outcome, Quantity, Ranges, Risk};

impl PointTally {
    /// The paired difference in an outcome of a pair at a quarter of the layout's
    /// [comparisons](super::Layout::comparisons), whichever of the two is the reference; `None` if the
    /// layout has the pair in neither order.
    pub fn outcome_effect(&self, pair: Pair, quarter: u32, outcome: Outcome) -> Option<Effect> {
        let (least, most) = self.layout.ranges().ends(outcome, quarter);
        let scale = (self.layout.grid(outcome).step(), most - least);
        self.either_way(pair, |pair| self.effect(pair, quarter, outcome as usize, scale))
    }

    /// The same for a member's trust.
    pub fn trust_effect(&self, pair: Pair, quarter: u32, member: usize) -> Option<Effect> {
        let scale = (Ranges::share().step(), 1.0);
        self.either_way(pair, |pair| self.effect(pair, quarter, OUTCOMES + member, scale))
    }

    /// The effect on a quantity, given the length of its step and the width of its range.
    fn effect(&self, pair: Pair, quarter: u32, place: usize, scale: (f64, f64)) -> Option<Effect> {
        let pairs = self.pairs_of(pair, quarter)?;
        let variance = |scenario: usize| {
            let at = self.scenarios.get(scenario)?.quarter(quarter)?;
            let Moments { n, sum, squares, .. } = *at.moments.get(place)?;
            variance_in_steps(n, sum as i128, squares)
        };
        let variances = [variance(pair.scenario), variance(pair.reference)];
        pairs.quantities.get(place)?.effect(pairs.n, variances, scale)
    }

    /// The same for the probability that a risk has happened by the quarter.
    pub fn risk_effect(&self, pair: Pair, quarter: u32, risk: Risk) -> Option<Effect> {
        self.either_way(pair, |pair| {
            let pairs = self.pairs_of(pair, quarter)?;
            let variance = |scenario: usize| {
                let tally = self.scenarios.get(scenario)?;
                let happened = tally.risk(quarter, risk)?.by;
                variance_in_steps(tally.n, happened.into(), happened.into())
            };
            let variances = [variance(pair.scenario), variance(pair.reference)];
            pairs.risks.get(risk as usize)?.risk_effect(pairs.n, variances)
        })
    }

    /// A contrast of the [layout](super::Layout::contrasts), by number; `None` if there is no such
    /// contrast, over no replicates, or if it divides by 0.
    pub fn contrast(&self, contrast: usize) -> Option<ContrastEffect> {
        let joint = self.contrasts.get(contrast)?;
        let contrast = self.layout.contrasts().get(contrast)?;
        joint.effect(contrast, &self.layout, self.level(contrast))
    }

    /// The distribution of what a contrast is the mean of, and the ends that it can lie between, if
    /// it is a single outcome or trust.
    fn level(&self, contrast: &Contrast) -> Option<(Distribution<'_>, (f64, f64))> {
        let Contrast { treatment, control, quantity, quarter, since, per } = *contrast;
        if control.is_some() || since.is_some() || per.is_some() {
            return None;
        }
        let tally = self.scenarios.get(treatment)?;
        match quantity {
            Quantity::Risk(_) => None,
            Quantity::Outcome(outcome) => {
                let ends = self.layout.ranges().ends(outcome, quarter);
                Some((tally.outcome(quarter, outcome)?, ends))
            }
            Quantity::Trust(ally) => Some((tally.trust(quarter, ally)?, (0.0, 1.0))),
        }
    }

    /// Looks a pair up in both orders, as each is tallied only once, in one of them.
    fn either_way(&self, pair: Pair, of: impl Fn(Pair) -> Option<Effect>) -> Option<Effect> {
        let Pair { scenario, reference } = pair;
        let turned = Pair { scenario: reference, reference: scenario };
        of(pair).or_else(|| of(turned).map(Effect::turned))
    }

    fn pairs_of(&self, pair: Pair, quarter: u32) -> Option<&Pairs> {
        self.pairs.get(self.layout.comparisons().iter().position(|own| *own == (pair, quarter))?)
    }
}
