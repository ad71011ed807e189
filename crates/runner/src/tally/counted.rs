//! Chances as they are counted, and what few events tell.

use super::interval::{paired_risks, student, wilson};
use super::moments::standard_error;

/// Of fewer events, or of fewer trials without one, the spread does not tell the error: the least count
/// that Cochran (1954, *Biometrics* 10, 417-451) asks for.
const FEW: u64 = 5;

/// What a chance, the difference of two, or a mean over trials that are all alike was counted from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Counted {
    /// A chance.
    Risk {
        /// The trials in which it happened.
        happened: u64,
        /// All.
        n: u64,
    },
    /// A difference of two chances over paired trials.
    Pair {
        /// The trials in which the first alone happened.
        first: u64,
        /// The trials in which the second alone happened.
        second: u64,
        /// All.
        n: u64,
    },
    /// A mean of values that are all the same.
    Alike {
        /// The value.
        value: f64,
        /// By how much another value could be below it.
        below: f64,
        /// By how much it could be above.
        above: f64,
        /// All.
        n: u64,
    },
}

/// The 95 % interval of a mean: Student's, or where all values are alike what others, which could be so far
/// `below` and `above` it, could move it by. `None` over no values.
pub(crate) fn mean_interval(
    value: f64,
    sd: f64,
    n: u64,
    [below, above]: [f64; 2],
) -> Option<(f64, f64)> {
    if sd > 0.0 {
        return Some(student(value, standard_error(sd, n), n));
    }
    Counted::Alike { value, below, above, n }.interval()
}

impl Counted {
    /// The 95 % interval: Wilson's, Bonett and Price's (2012), or where all trials are alike the value and
    /// what as many other ones as Wilson's interval of none allows could move it by. `None` over no trials.
    pub fn interval(self) -> Option<(f64, f64)> {
        match self {
            Self::Risk { happened, n } => wilson(happened, n),
            Self::Pair { first, second, n } => (n > 0).then(|| paired_risks(first, second, n)),
            Self::Alike { value, below, above, n } => {
                let (_, others) = wilson(0, n)?;
                Some((value - others * below, value + others * above))
            }
        }
    }

    /// Whether too few trials had, or lacked, the event: the normal law says nothing of them.
    pub fn is_few(self) -> bool {
        let (events, n) = match self {
            Self::Risk { happened, n } => (happened, n),
            Self::Pair { first, second, n } => (first + second, n),
            Self::Alike { n, .. } => (0, n),
        };
        events < FEW || n.saturating_sub(events) < FEW
    }

    /// By how many standard errors what was counted lies above a `truth`, the errors being those that it
    /// would have if that were true. For a chance this is the test that Wilson's interval inverts, for a
    /// difference of paired ones Tango's (1998, *Statistics in Medicine* 17, 891-908). Infinite where the
    /// truth is impossible.
    ///
    /// ```
    /// use article5_runner::tally::Counted;
    ///
    /// let never = Counted::Risk { happened: 0, n: 5_000 };
    /// assert!(never.score(0.001) < -2.0 && never.score(0.0) == 0.0);
    /// ```
    pub fn score(self, truth: f64) -> f64 {
        match self {
            Self::Risk { happened, n } => {
                let n = n as f64;
                over(happened as f64 - n * truth, n * truth * (1.0 - truth))
            }
            Self::Pair { first, second, n } => {
                let [first, second, n] = [first, second, n].map(|count| count as f64);
                let only_second = likeliest_second_alone([first, second, n], truth);
                let variance = n * (2.0 * only_second + truth * (1.0 - truth));
                over(first - second - n * truth, variance)
            }
            Self::Alike { value, below, above, n } => {
                let (sign, reach) = if value < truth { (1.0, above) } else { (-1.0, below) };
                // As many others as would make up for the difference, of which none was seen.
                let others =
                    if truth == value { 0.0 } else { ((truth - value).abs() / reach).min(1.0) };
                sign * over(-(n as f64) * others, n as f64 * others * (1.0 - others))
            }
        }
    }
}

/// The likeliest chance that the second alone happens where the difference is `truth`.
fn likeliest_second_alone([first, second, n]: [f64; 3], truth: f64) -> f64 {
    let a = 2.0 * n;
    let b = (a - first + second) * truth - first - second;
    let c = -second * truth * (1.0 - truth);
    ((b * b - 4.0 * a * c).max(0.0).sqrt() - b) / (2.0 * a)
}

/// A difference in standard errors.
fn over(difference: f64, variance: f64) -> f64 {
    if difference == 0.0 { 0.0 } else { difference / variance.max(0.0).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_paired_chances_are_those_of_a_likelihood_that_is_searched() {
        // scipy 1.17: the multinomial likelihood maximised over the chance of the second alone.
        for (first, second, n, truth, score) in [
            (60, 20, 200, 0.1, 2.314_053_881_891_906),
            (60, 20, 200, 0.0, 4.472_135_955),
            (3, 0, 500, 0.02, -2.236_067_977_499_79),
            (0, 0, 10_000, 0.0008, -2.829_559_174_871_463_7),
            (0, 0, 10_000, -0.0008, 2.829_559_174_871_463_7),
            (5, 9, 300, 0.05, -3.870_510_928_950_238_4),
            (5, 9, 300, -0.05, 2.419_793_836_365_159_7),
        ] {
            let found = Counted::Pair { first, second, n }.score(truth);
            // As near as the search comes.
            assert!((found - score).abs() < 1e-7, "{found} for {score}");
        }
    }

    #[test]
    fn wilsons_interval_is_where_the_score_is_that_of_95_percent() {
        for (happened, n) in [(0, 40), (3, 40), (200, 900)] {
            let counted = Counted::Risk { happened, n };
            let (low, high) = counted.interval().unwrap();
            let found = [low, high].map(|end| counted.score(end));
            let expected = if happened == 0 { 0.0 } else { crate::tally::Z_95 };
            assert!((found[0] - expected).abs() < 1e-9, "{found:?}");
            assert!((found[1] + crate::tally::Z_95).abs() < 1e-9, "{found:?}");
        }
    }

    #[test]
    fn a_mean_has_students_interval_unless_all_values_are_alike() {
        assert_eq!(mean_interval(3.0, 0.5 * 5_f64.sqrt(), 5, [1.0; 2]), Some(student(3.0, 0.5, 5)));
        let (low, high) = mean_interval(0.0, 0.0, 1_000, [0.0, 4.0]).unwrap();
        assert_eq!((low, high), (0.0, 4.0 * wilson(0, 1_000).unwrap().1));
        assert_eq!(mean_interval(0.0, 0.0, 0, [0.0, 4.0]), None);
    }

    #[test]
    fn what_never_happened_is_known_as_well_as_so_many_trials_tell() {
        let alike = Counted::Alike { value: 0.0, below: 20.0, above: 40.0, n: 1_000 };
        let (low, high) = alike.interval().unwrap();
        assert!(high > 0.15 && low == -0.5 * high);
        assert!((alike.score(high) + crate::tally::Z_95).abs() < 1e-9);
        assert!((alike.score(low) - crate::tally::Z_95).abs() < 1e-9);
        assert!(alike.is_few());
        // Nothing lies beyond the end of a range.
        let least = Counted::Alike { value: 0.0, below: 0.0, above: 1.0, n: 1_000 };
        assert_eq!(least.interval().unwrap().0, 0.0);
        assert!(least.score(-0.1) == f64::INFINITY && least.score(0.0) == 0.0);
        let few = |first, second| Counted::Pair { first, second, n: 1_000 }.is_few();
        assert!(few(2, 2) && !few(3, 2) && few(998, 0));
    }
}
