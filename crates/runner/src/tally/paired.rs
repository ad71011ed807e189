//! Differences between two scenarios, replicate by replicate on common shocks.

use super::block::Block;
use super::counted::{Counted, Sparse, known};
use super::interval::paired_risks;
use super::moments::{mean_in_steps, variance_in_steps};
use crate::outcome::{RISKS, Risk};

/// The sums of the differences of a pair of scenarios at a quarter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pairs {
    /// How many replicates there are.
    pub(crate) n: u64,
    /// The sums for each outcome, then for each member's trust, in steps of its grid.
    pub(crate) quantities: Vec<DifferenceSums>,
    /// The sums for each risk, which has happened (1) or not (0).
    pub(crate) risks: Vec<DifferenceSums>,
}

/// Σd and Σd² of integers, and how many are not 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DifferenceSums {
    pub(crate) differing: u64,
    pub(crate) sum: i128,
    pub(crate) squares: u128,
}

/// An effect estimated from paired replicates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// How many replicates there are.
    pub n: u64,
    /// The mean difference from the reference.
    pub difference: f64,
    /// Its 95 % interval; `None` for fewer than two replicates. For an outcome it is Student's (if
    /// all differences are alike, how far unseen ones could move it; if few are not 0, how often
    /// that is times how large they are), for a risk that of [`paired_risks`].
    pub interval: Option<(f64, f64)>,
    /// What pairing gained: the variance that the difference of two independent samples would have,
    /// over that of the paired one. `None` if the paired difference does not vary, or is one of an
    /// outcome and too few replicates differ to tell how much it does.
    pub pairing_gain: Option<f64>,
}

impl Effect {
    /// The effect the other way round: the reference less the scenario.
    #[must_use]
    pub fn turned(self) -> Self {
        let interval = self.interval.map(|(low, high)| (-high, -low));
        Self { difference: -self.difference, interval, ..self }
    }
}

impl Pairs {
    /// The bytes of the sums of a pair at a quarter.
    pub(super) fn bytes(quantities: usize) -> usize {
        size_of::<Self>() + (quantities + RISKS) * size_of::<DifferenceSums>()
    }

    /// The sums of no replicates.
    pub(super) fn new(quantities: usize) -> Self {
        let none = DifferenceSums::default();
        Self { n: 0, quantities: vec![none; quantities], risks: vec![none; RISKS] }
    }

    /// Adds the sums of another part of the sample.
    pub(super) fn merge(&mut self, other: &Self) {
        self.n += other.n;
        let quantities = self.quantities.iter_mut().zip(&other.quantities);
        for (own, their) in quantities.chain(self.risks.iter_mut().zip(&other.risks)) {
            own.differing += their.differing;
            own.sum += their.sum;
            own.squares += their.squares;
        }
    }

    /// Adds the differences of one unit at a quarter.
    pub(super) fn absorb(&mut self, quarter: u32, block: &Block, reference: &Block) {
        let (Some(own), Some(other)) = (block.kept(quarter), reference.kept(quarter)) else {
            return;
        };
        self.n += own.len().min(other.len()) as u64;
        let replicates = own.replicates().zip(other.replicates());
        for ((own, own_risks), (other, other_risks)) in replicates {
            let quantities = self.quantities.iter_mut().zip(own.iter().zip(other));
            for (sums, (&own, &other)) in quantities {
                sums.add(own as i64 - other as i64);
            }
            for (sums, risk) in self.risks.iter_mut().zip(Risk::ALL) {
                let [own, other] = [own_risks, other_risks].map(|all| i64::from(all.has(risk)));
                sums.add(own - other);
            }
        }
    }
}

impl DifferenceSums {
    #[inline(always)]
    fn add(&mut self, difference: i64) {
        let size = u128::from(difference.unsigned_abs());
        self.differing += u64::from(difference != 0);
        self.sum += i128::from(difference);
        self.squares += size * size;
    }

    /// The effect on an outcome, given the variances of the two samples in steps squared, and the
    /// length of a step and the width of the outcome's range.
    pub(super) fn effect(
        self,
        n: u64,
        variances: [Option<f64>; 2],
        (step, width): (f64, f64),
    ) -> Option<Effect> {
        let difference = mean_in_steps(self.sum, n)? * step;
        let Some(paired) = variance_in_steps(n, self.sum, self.squares) else {
            return Some(Effect { n, difference, interval: None, pairing_gain: None });
        };
        let squares = self.squares as f64 * step * step;
        let sparse = Sparse { usual: 0.0, mean: difference, squares, differing: self.differing, n };
        let reach = [width + difference, width - difference];
        let sample = (difference, paired.sqrt() * step, n);
        let (interval, counted) = known(sample, reach, || sparse.counted((-width, width)))?;
        let pairing_gain = match counted {
            Some(Counted::Rare { .. }) => None,
            _ => self.pairing_gain(n, variances),
        };
        Some(Effect { n, difference, interval: Some(interval), pairing_gain })
    }

    /// What pairing gained, given the variances of the two samples.
    fn pairing_gain(self, n: u64, [own, reference]: [Option<f64>; 2]) -> Option<f64> {
        let paired = variance_in_steps(n, self.sum, self.squares)?;
        (paired > 0.0).then_some((own? + reference?) / paired)
    }

    /// The effect on a risk, whose differences are 1, 0 and −1.
    pub(super) fn risk_effect(self, n: u64, variances: [Option<f64>; 2]) -> Option<Effect> {
        let effect = self.effect(n, variances, (1.0, 1.0))?;
        // Σd² counts the replicates that differ; Σd is how many more of them are 1 than −1.
        let [first, second] =
            [self.sum, -self.sum].map(|sum| self.squares.saturating_add_signed(sum) / 2);
        let interval = effect.interval.map(|_| paired_risks(first as u64, second as u64, n));
        Some(Effect { interval, pairing_gain: self.pairing_gain(n, variances), ..effect })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::{clopper_pearson, wilson};

    #[test]
    fn a_difference_that_few_replicates_make_is_how_often_times_how_large() {
        let of = |few: i64| {
            let mut sums = DifferenceSums::default();
            (0..1_000).for_each(|i| sums.add(if i < few { 4 + 2 * (i % 3) } else { 0 }));
            sums.effect(1_000, [Some(1.0); 2], (0.5, 50.0)).unwrap().interval.unwrap()
        };
        // For 4, 6 and 8 steps of one half. SciPy 1.17: t.interval(0.95, 4, mean(x), sem(x)) with
        // x = 2, 3, 4 and ±√(29/3).
        let ((low, high), (_, most)) = (of(3), clopper_pearson(3, 1_000).unwrap());
        assert!((low + most * 1.719_265_102_020_216_5).abs() < 1e-12, "{low}");
        assert!((high - most * 5.319_265_102_020_217).abs() < 1e-12, "{high}");
        // By how much they vary is as good as unknown.
        let few = DifferenceSums { differing: 3, sum: 18, squares: 116 };
        assert_eq!(few.effect(1_000, [Some(1.0); 2], (0.5, 50.0)).unwrap().pairing_gain, None);
        assert!(few.pairing_gain(1_000, [Some(1.0); 2]).is_some());
        // A single one may lie anywhere in the range; if none differ, unseen ones may.
        let ((low, high), (_, most)) = (of(1), clopper_pearson(1, 1_000).unwrap());
        assert!((low + most * 50.0).abs() < 1e-12 && (high - most * 50.0).abs() < 1e-12);
        let ((low, high), (_, others)) = (of(0), wilson(0, 1_000).unwrap());
        assert!((low + others * 50.0).abs() < 1e-12 && (high - others * 50.0).abs() < 1e-12);
        // All have the same difference, 2: 52 above the least possible, 48 below the most.
        let mut sums = DifferenceSums::default();
        (0..1_000).for_each(|_| sums.add(4));
        let all = sums.effect(1_000, [Some(1.0); 2], (0.5, 50.0)).unwrap();
        let (low, high) = all.interval.unwrap();
        assert!((2.0 - low - others * 52.0).abs() < 1e-12, "{low}");
        assert!((high - 2.0 - others * 48.0).abs() < 1e-12, "{high}");
        assert_eq!(all.pairing_gain, None);
        // With many it is Student's, symmetric about the mean.
        let (low, high) = of(300);
        assert!((low + high - 2.0 * 0.9).abs() < 1e-9, "{low} {high}");
    }
}
