//! Chances estimated by counting, and what little few events tell.

use serde::{Deserialize, Serialize};

use super::Z_95;
use super::binomial::{self, FEW, clopper_pearson};
use super::interval::{paired_risks, student, t_95, wilson};
use super::moments::standard_error;
use super::score::{of_score, over, tango};

/// If fewer trials than this make up a mean, all others being alike, Student's interval is too
/// narrow: too little is known of how they differ. In simulations with NumPy, with ten such trials,
/// 95 % intervals cover 0.83 to 0.87 of the means of exponential and lognormal values; with two,
/// 0.65; from twenty on, 0.9.
const RARE: u64 = 20;

/// An end of the range that is nearer to the usual value than this, as a share of what is typical,
/// is that value, but for rounding.
const ROUNDING: f64 = 1e-9;

/// What a chance, the difference of two, or a mean over trials that are all alike was counted from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Counted {
    /// A chance.
    Risk {
        /// How many trials it happened in.
        happened: u64,
        /// How many trials there are.
        n: u64,
    },
    /// A difference of two chances over paired trials.
    Pair {
        /// How many trials only the first happened in.
        first: u64,
        /// How many trials only the second happened in.
        second: u64,
        /// How many trials there are.
        n: u64,
    },
    /// A mean of values that are all the same.
    Alike {
        /// The value.
        value: f64,
        /// How far another value could lie below it.
        below: f64,
        /// How far another value could lie above it.
        above: f64,
        /// How many trials there are.
        n: u64,
    },
    /// A mean of trials that are all alike but for a few.
    Rare {
        /// The mean.
        value: f64,
        /// The lower end of its 95 % interval.
        low: f64,
        /// The upper end.
        high: f64,
        /// How many trials differ from the others.
        differing: u64,
        /// How many trials there are.
        n: u64,
    },
}

/// The mean of `n` trials of which all but `differing` are at `usual`, with Σ(x − usual)² over all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sparse {
    pub(crate) usual: f64,
    pub(crate) mean: f64,
    pub(crate) squares: f64,
    pub(crate) differing: u64,
    pub(crate) n: u64,
}

impl Sparse {
    /// Trials of this mean and sample variance, about which Σ(x − usual)² is formed.
    pub(super) fn new(usual: f64, (mean, variance): (f64, f64), differing: u64, n: u64) -> Self {
        let (count, away) = (n as f64, mean - usual);
        Self { usual, mean, squares: variance * (count - 1.0) + count * away * away, differing, n }
    }

    /// What is known of the mean if too few trials are behind it for Student's interval: how often
    /// a trial differs, by the [exact interval](clopper_pearson), times by [how much](Self::sizes)
    /// it then does. `ends` are the least and the most that a trial can be.
    pub(crate) fn counted(self, ends: (f64, f64)) -> Option<Counted> {
        let Self { usual, mean, differing, n, .. } = self;
        if differing == 0 || differing >= RARE || 2 * differing > n {
            return None;
        }
        let (least_share, most_share) = clopper_pearson(differing, n)?;
        let (small, large) = self.sizes(ends.0 - usual, ends.1 - usual);
        let low = usual + (least_share * small).min(most_share * small);
        let high = usual + (least_share * large).max(most_share * large);
        Some(Counted::Rare { value: mean, low, high, differing, n })
    }

    /// The interval of by how much a trial differs on average if it does: Student's. If it can
    /// differ either way, one more of each sign, of the size that is typical, is counted, as Bonett
    /// and Price (2012) do for chances: that a few have the same sign does not show that all have.
    /// A single one can have any size from `least` to `most`.
    fn sizes(self, least: f64, most: f64) -> (f64, f64) {
        if self.differing < 2 {
            return (least, most);
        }
        let count = self.differing as f64;
        let (mut n, mut sum, mut squares) =
            (self.differing, (self.mean - self.usual) * self.n as f64, self.squares);
        let typical = (squares / count).sqrt();
        let (down, up) = ((-typical).max(least), typical.min(most));
        if down < -ROUNDING * typical && up > ROUNDING * typical {
            (n, sum, squares) = (n + 2, sum + down + up, squares + down * down + up * up);
        }
        let (count, mean) = (n as f64, sum / n as f64);
        let variance = ((squares - count * mean * mean) / (count - 1.0)).max(0.0);
        let half = t_95(n) * standard_error(variance.sqrt(), n);
        ((mean - half).max(least), (mean + half).min(most))
    }
}

/// The 95 % interval of a mean, and what it was counted from, if it is not Student's.
pub(super) type Known = ((f64, f64), Option<Counted>);

/// What is known of the mean of `n` values with a standard deviation: if all are alike, how far
/// others, which could lie `below` and `above` it by that much, could move it; what is counted from
/// a `few`, if only these differ from all others; else Student's interval. `None` over no values.
pub(super) fn known(
    (value, sd, n): (f64, f64, u64),
    [below, above]: [f64; 2],
    few: impl FnOnce() -> Option<Counted>,
) -> Option<Known> {
    match (sd == 0.0).then_some(Counted::Alike { value, below, above, n }).or_else(few) {
        Some(counted) => Some((counted.interval()?, Some(counted))),
        None => Some((student(value, standard_error(sd, n), n), None)),
    }
}

impl Counted {
    /// The 95 % interval: the [exact one](clopper_pearson); Bonett and Price's (2012); or, if all
    /// trials are alike, the value and how far it could be moved by as many different ones as
    /// Wilson's interval for no events allows. `None` over no trials.
    pub fn interval(self) -> Option<(f64, f64)> {
        match self {
            Self::Risk { happened, n } => clopper_pearson(happened, n),
            Self::Pair { first, second, n } => (n > 0).then(|| paired_risks(first, second, n)),
            Self::Alike { value, below, above, n } => {
                let (_, others) = wilson(0, n)?;
                Some((value - others * below, value + others * above))
            }
            Self::Rare { low, high, .. } => Some((low, high)),
        }
    }

    /// Whether too few trials had, or lacked, the event for the normal law to apply.
    pub fn is_few(self) -> bool {
        let (events, n) = match self {
            Self::Risk { happened, n } => (happened, n),
            Self::Pair { first, second, n } => (first + second, n),
            Self::Alike { n, .. } => (0, n),
            Self::Rare { .. } => return true,
        };
        events < FEW || n.saturating_sub(events) < FEW
    }

    /// The two-sided p-value of the test that a `truth` is true. For a chance this is the exact
    /// test; for a difference of paired chances it is Tango's score test (1998, *Statistics in
    /// Medicine* 17, 891-908). 0 if the truth is impossible.
    ///
    /// ```
    /// use article5_runner::tally::Counted;
    ///
    /// // Five were to be expected: twice (1 − 0.001)^5000.
    /// let never = Counted::Risk { happened: 0, n: 5_000 };
    /// assert!((never.p_value(0.001) - 0.013_442_22).abs() < 1e-8 && never.p_value(0.0) == 1.0);
    /// ```
    pub fn p_value(self, truth: f64) -> f64 {
        match self {
            Self::Risk { happened, n } => binomial::p_value(happened, n, truth),
            Self::Pair { first, second, n } => of_score(tango([first, second, n], truth)),
            Self::Alike { value, below, above, n } => {
                let reach = if value < truth { above } else { below };
                // As many other values as would account for the difference, none of which was seen.
                let others =
                    if truth == value { 0.0 } else { ((truth - value).abs() / reach).min(1.0) };
                of_score(over(n as f64 * others, n as f64 * others * (1.0 - others)))
            }
            // The one of the interval's two sides on which the truth lies.
            Self::Rare { value, low, high, .. } => {
                let side = if truth < value { value - low } else { high - value };
                of_score(if truth == value { 0.0 } else { Z_95 * (value - truth) / side })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use article5_model::math::inverse_cdf;

    use super::*;
    use crate::random::{Draws, Purpose};

    /// The p-value at the end of a 95 % interval. The density of the normal law there makes 1e-12 of
    /// a standard error 1.2e-13 of it.
    fn is_one_in_twenty(p: f64) -> bool {
        (p - 0.05).abs() < 1e-13
    }

    #[test]
    fn a_mean_has_students_interval_unless_all_values_are_alike() {
        let many = known((3.0, 0.5 * 5_f64.sqrt(), 5), [1.0; 2], || None);
        assert_eq!(many, Some((student(3.0, 0.5, 5), None)));
        let (interval, alike) = known((0.0, 0.0, 1_000), [0.0, 4.0], || None).unwrap();
        assert_eq!(interval, (0.0, 4.0 * wilson(0, 1_000).unwrap().1));
        assert_eq!(alike, Some(Counted::Alike { value: 0.0, below: 0.0, above: 4.0, n: 1_000 }));
        assert_eq!(known((0.0, 0.0, 0), [0.0, 4.0], || None), None);
    }

    #[test]
    fn what_never_happened_is_known_as_well_as_so_many_trials_tell() {
        let alike = Counted::Alike { value: 0.0, below: 20.0, above: 40.0, n: 1_000 };
        let (low, high) = alike.interval().unwrap();
        assert!(high > 0.15 && low == -0.5 * high);
        assert!([low, high].iter().all(|end| is_one_in_twenty(alike.p_value(*end))));
        assert!(alike.is_few());
        // Nothing lies beyond the end of a range.
        let least = Counted::Alike { value: 0.0, below: 0.0, above: 1.0, n: 1_000 };
        assert_eq!(least.interval().unwrap().0, 0.0);
        assert!(least.p_value(-0.1) == 0.0 && least.p_value(0.0) == 1.0);
        let few = |first, second| Counted::Pair { first, second, n: 1_000 }.is_few();
        assert!(few(2, 2) && !few(3, 2) && few(998, 0));
        assert!(!few(0, 7) && !few(995, 0) && few(996, 0));
        assert_eq!(Counted::Pair { first: 0, second: 0, n: 0 }.interval(), None);
        // About a value other than 0, and the other way round.
        let alike = Counted::Alike { value: 2.0, below: 1.0, above: 3.0, n: 1_000 };
        let (low, high) = alike.interval().unwrap();
        assert!((3.0 * (2.0 - low) - (high - 2.0)).abs() < 1e-12);
        assert!([low, high].iter().all(|end| is_one_in_twenty(alike.p_value(*end))));
    }

    /// How often the interval covers the mean, over many samples of `n` trials of which a share of
    /// `share` have a value of mean `mean`, drawn from two chances, and all others 0.
    fn coverage(
        (n, share, mean): (u64, f64, f64),
        value: impl Fn(f64, f64) -> f64,
        interval: impl Fn(Sparse) -> (f64, f64),
    ) -> f64 {
        const SAMPLES: u64 = 2_000;
        let mut covered = 0;
        for sample in 0..SAMPLES {
            let mut draws = Draws::new(7, Purpose::Design, sample);
            let mut sums = Sparse { usual: 0.0, mean: 0.0, squares: 0.0, differing: 0, n };
            for _ in 0..n {
                if draws.uniform() < share {
                    let value = value(draws.uniform(), draws.uniform());
                    sums.mean += value / n as f64;
                    sums.squares += value * value;
                    sums.differing += 1;
                }
            }
            let (low, high) = interval(sums);
            covered += u32::from(low <= share * mean && share * mean <= high);
        }
        f64::from(covered) / SAMPLES as f64
    }

    /// Student's interval, unless all trials are alike.
    fn student_of(sums: Sparse, ends: (f64, f64)) -> (f64, f64) {
        let n = sums.n as f64;
        let variance = (sums.squares - n * sums.mean * sums.mean) / (n - 1.0);
        let sample = (sums.mean, variance.max(0.0).sqrt(), sums.n);
        known(sample, [-ends.0, ends.1], || None).unwrap().0
    }

    fn either(sums: Sparse, ends: (f64, f64)) -> (f64, f64) {
        let counted = sums.counted(ends).and_then(Counted::interval);
        counted.unwrap_or_else(|| student_of(sums, ends))
    }

    #[test]
    fn what_few_trials_make_up_is_covered_where_students_interval_is_too_sure() {
        let lognormal = |chance: f64, _: f64| libm::exp(inverse_cdf(chance) - 0.5);
        let ends = (0.0, 10.0);
        for (expected, too_sure) in [(2.0, 0.8), (5.0, 0.8), (10.0, 0.87)] {
            let trials = (250, expected / 250.0, 1.0);
            assert!(coverage(trials, lognormal, |sums| student_of(sums, ends)) < too_sure);
            assert!(coverage(trials, lognormal, |sums| either(sums, ends)) > 0.94);
        }
    }

    #[test]
    fn effects_of_either_sign_that_few_trials_show_are_covered() {
        let ends = (-20.0, 20.0);
        for expected in [2.0, 6.0] {
            for up in [0.5, 0.8, 1.0] {
                let trials = (200, expected / 200.0, 2.0 * up - 1.0);
                let sign = |chance: f64| if chance < up { 1.0 } else { -1.0 };
                let of = |spread: f64| {
                    let value = |chance: f64, size: f64| {
                        sign(chance) * libm::exp(spread * (inverse_cdf(size) - 0.5 * spread))
                    };
                    coverage(trials, value, |sums| either(sums, ends))
                };
                // All of the same size, as counts of attacks are, and of different sizes.
                let found = [of(0.0), of(1.0)];
                assert!(found.iter().all(|share| *share > 0.95), "{expected} {up}: {found:?}");
            }
        }
    }

    #[test]
    fn few_trials_are_no_more_than_half_and_may_be_nearly_alike() {
        // For 0.4, 0.6 and 0.8: 0.6 ± 4.3027 · 0.2/√3.
        let of = |n: u64| {
            let mean = 1.8 / n as f64;
            Sparse { usual: 0.0, mean, squares: 1.16, differing: 3, n }.counted((0.0, 50.0))
        };
        assert!(of(6).is_some() && of(5).is_none() && of(4).is_none());
        let (_, high) = of(1_000).and_then(Counted::interval).unwrap();
        let half = 4.302_652_729_749_462 * 0.2 / 3.0_f64.sqrt();
        assert!(
            (high - clopper_pearson(3, 1_000).unwrap().1 * (0.6 + half)).abs() < 1e-12,
            "{high}"
        );
    }

    #[test]
    fn a_mean_that_few_trials_make_up_is_how_many_times_how_large() {
        // For 4, 6 and 8 in a thousand: 6 ± 4.3027 · 2/√3.
        let sparse = Sparse { usual: 0.0, mean: 0.018, squares: 116.0, differing: 3, n: 1_000 };
        let counted = sparse.counted((0.0, 50.0)).unwrap();
        let (low, high) = counted.interval().unwrap();
        let (least, most) = clopper_pearson(3, 1_000).unwrap();
        let half = 4.302_652_729_749_462 * 2.0 / 3.0_f64.sqrt();
        assert!((low - least * (6.0 - half)).abs() < 1e-12, "{low}");
        assert!((high - most * (6.0 + half)).abs() < 1e-12, "{high}");
        assert!(counted.is_few());
        assert!(is_one_in_twenty(counted.p_value(high)) && counted.p_value(0.018) == 1.0);
        // A single one may have any size; with none, or many, this does not apply.
        let of = |differing| Sparse { differing, ..sparse }.counted((0.0, 50.0));
        let one = of(1).and_then(Counted::interval).unwrap();
        assert_eq!(one, (0.0, clopper_pearson(1, 1_000).unwrap().1 * 50.0));
        assert_eq!([of(0), of(RARE)], [None; 2]);
        // The same counted from another usual value.
        let moved = Sparse { usual: -1.0, mean: -0.982, ..sparse }.counted((-1.0, 49.0)).unwrap();
        let (lower, higher) = moved.interval().unwrap();
        assert!((lower + 1.0 - low).abs() < 1e-12 && (higher + 1.0 - high).abs() < 1e-12);
        let one = Sparse { usual: -1.0, mean: -0.982, differing: 1, ..sparse };
        let (lower, higher) = one.counted((-1.0, 49.0)).and_then(Counted::interval).unwrap();
        assert_eq!((lower, higher), (-1.0, -1.0 + clopper_pearson(1, 1_000).unwrap().1 * 50.0));
        // And downwards.
        let down = Sparse { mean: -0.018, ..sparse }.counted((-50.0, 0.0)).unwrap();
        let (lower, higher) = down.interval().unwrap();
        assert!((lower + high).abs() < 1e-12 && (higher + low).abs() < 1e-12);
        assert!([lower, higher].iter().all(|end| is_one_in_twenty(down.p_value(*end))));
    }
}
