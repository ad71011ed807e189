//! The binomial law: its tails, and what they tell of a chance that was estimated by counting.

use super::interval::wilson;

/// What a two-sided interval of 95 % leaves on either side.
const ONE_SIDE: f64 = 0.025;

/// With fewer events, or fewer trials without one, the spread does not tell the error: this is the
/// least count that Cochran (1954, *Biometrics* 10, 417-451) requires.
pub(crate) const FEW: u64 = 5;

/// Terms smaller than this, relative to the sum of those before, are left out: they fall ever faster.
const NEGLIGIBLE: f64 = 1e-18;

/// The exact interval of a chance (Clopper and Pearson 1934, *Biometrika* 26, 404-413) after
/// `successes` in `n` trials, at 95 %; `None` over no trials. Whatever the chance, it lies wholly
/// above it in at most one sample in forty, and wholly below it in at most one.
///
/// ```
/// // SciPy 1.17: binomtest(1, 1_000).proportion_ci(0.95, method="exact")
/// let (low, high) = article5_runner::tally::clopper_pearson(1, 1_000).unwrap();
/// assert!((low - 2.531_748_7e-5).abs() < 1e-12 && (high - 0.005_558_924_3).abs() < 1e-9);
/// ```
pub fn clopper_pearson(successes: u64, n: u64) -> Option<(f64, f64)> {
    Some((exact_low(successes, n)?, exact_high(successes, n)?))
}

/// The interval of a chance at 95 % that tables and charts show: Wilson's, but with the
/// [exact](clopper_pearson) limit on a side where fewer than five events, or trials without one,
/// were counted. There Wilson's lies above the chance in up to one sample in six (Brown, Cai and
/// DasGupta 2001, *Statistical Science* 16, 101-133, who mend it alike). `None` over no trials.
///
/// ```
/// use article5_runner::tally::{chance_interval, clopper_pearson, wilson};
///
/// let (few, exact) = (chance_interval(1, 1_000).unwrap(), clopper_pearson(1, 1_000).unwrap());
/// assert_eq!(few, (exact.0, wilson(1, 1_000).unwrap().1));
/// assert_eq!(chance_interval(5, 1_000), wilson(5, 1_000));
/// ```
pub fn chance_interval(successes: u64, n: u64) -> Option<(f64, f64)> {
    let (low, high) = wilson(successes, n)?;
    let low = if successes < FEW { exact_low(successes, n)? } else { low };
    let high = if n.saturating_sub(successes) < FEW { exact_high(successes, n)? } else { high };
    Some((low, high))
}

/// The two-sided p-value of the exact test that the chance is `truth`: twice the smaller tail. It is
/// below 5 % where the [exact interval](clopper_pearson) lies clear of it.
pub(crate) fn p_value(successes: u64, n: u64, truth: f64) -> f64 {
    (2.0 * at_least(successes, n, truth).min(at_most(successes, n, truth))).min(1.0)
}

/// The probability of `count` or more of `n` events that each have the probability `p`.
pub(crate) fn at_least(count: u64, n: u64, p: f64) -> f64 {
    let [_, rest] = divided(count, n, p);
    rest
}

/// The probability of `count` or fewer of `n` events that each have the probability `p`.
pub(crate) fn at_most(count: u64, n: u64, p: f64) -> f64 {
    let [below, _] = divided(count.saturating_add(1), n, p);
    below
}

fn exact_low(successes: u64, n: u64) -> Option<f64> {
    if successes == 0 {
        return (n > 0).then_some(0.0);
    }
    let share = successes as f64 / n as f64;
    (n > 0).then(|| turning_point((0.0, share), |p| at_least(successes, n, p) < ONE_SIDE))
}

fn exact_high(successes: u64, n: u64) -> Option<f64> {
    if successes >= n {
        return (n > 0).then_some(1.0);
    }
    let share = successes as f64 / n as f64;
    Some(turning_point((share, 1.0), |p| at_most(successes, n, p) > ONE_SIDE))
}

/// Where `is_below` turns false between two ends, by halving until no number lies between.
fn turning_point((mut low, mut high): (f64, f64), is_below: impl Fn(f64) -> bool) -> f64 {
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if is_below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The probabilities of fewer than `count` of `n` events, and of as many or more. Their terms are
/// summed outwards from the likeliest, each from the one before, and divided by the sum of all:
/// that needs no factorials, which of millions of trials would leave eight digits.
fn divided(count: u64, n: u64, p: f64) -> [f64; 2] {
    let sure = |happening: u64| if happening < count { [1.0, 0.0] } else { [0.0, 1.0] };
    if p <= 0.0 {
        return sure(0);
    }
    if p >= 1.0 {
        return sure(n);
    }
    let (trials, odds) = (n as f64, p / (1.0 - p));
    let likeliest = (((trials + 1.0) * p) as u64).min(n);
    let mut sums = sure(likeliest);
    // Whether the terms after this one, which is for `x` events, can be left out.
    let mut is_last = |x: u64, term: f64, is_beyond: bool| {
        let sum = &mut sums[usize::from(x >= count)];
        *sum += term;
        term == 0.0 || is_beyond && term <= NEGLIGIBLE * *sum
    };
    let mut term = 1.0;
    for x in likeliest + 1..=n {
        term *= (trials - x as f64 + 1.0) / x as f64 * odds;
        if is_last(x, term, x >= count) {
            break;
        }
    }
    let mut term = 1.0;
    for x in (0..likeliest).rev() {
        term *= (x as f64 + 1.0) / (trials - x as f64) / odds;
        if is_last(x, term, x < count) {
            break;
        }
    }
    let all: f64 = sums.iter().sum();
    sums.map(|sum| sum / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sure_or_impossible_has_the_chance_1_or_0() {
        assert_eq!([at_least(0, 10, 0.5), at_least(0, 10, 0.0)], [1.0; 2]);
        assert_eq!([at_least(3, 10, 1.0), at_least(10, 10, 1.0)], [1.0; 2]);
        assert_eq!([at_least(1, 10, 0.0), at_least(10, 10, 0.0), at_least(11, 10, 0.5)], [0.0; 3]);
        assert_eq!([at_most(10, 10, 0.5), at_most(3, 10, 0.0), at_most(10, 10, 1.0)], [1.0; 3]);
        assert_eq!([at_most(9, 10, 1.0), at_most(0, 10, 1.0)], [0.0; 2]);
        // 1 − 2^−10; and rounding never makes a chance larger than 1.
        assert!((at_least(1, 10, 0.5) - 1023.0 / 1024.0).abs() < 1e-14);
        assert!((1..1_000).all(|n| at_least(1, n, 0.9) <= 1.0 && at_most(n - 1, n, 0.1) <= 1.0));
    }

    #[test]
    fn the_tails_are_those_of_scipy() {
        // scipy.stats.binom.sf(k - 1, n, p), SciPy 1.17.1.
        for (k, n, p, expected) in [
            (60, 100, 0.5, 0.028_443_966_820_490_444),
            (400, 420, 0.9, 6.637_691_500_265_011e-5),
            (5, 10, 0.1, 0.001_634_937_400_000_000_3),
            (90, 100, 0.95, 0.988_527_589_932_515_2),
            (300, 1_000, 0.1, 6.823_349_107_845_461e-69),
        ] {
            let ours = at_least(k, n, p);
            assert!((ours / expected - 1.0).abs() < 1e-10, "{k} {n} {p}: {ours} {expected}");
        }
    }

    #[test]
    fn the_tail_of_a_binomial_law_is_that_of_whole_numbers() {
        // In whole numbers, by Python's fractions.
        for (count, n, expected) in [
            (0, 4, 1.0),
            (1, 4, 0.096_312_109_375),
            (2, 20, 0.088_241_714_540_335_25),
            (21, 512, 0.020_249_888_631_547_575),
            (300, 10_000, 0.001_014_179_160_283_023_4),
            (4, 4, 3.906_25e-7),
        ] {
            let found = at_least(count, n, 0.025);
            assert!((found - expected).abs() < 1e-10, "{count} of {n}: {found}");
        }
    }

    #[test]
    fn exact_limits_and_p_values_are_those_of_scipy() {
        // SciPy 1.17.1: binomtest(successes, n).proportion_ci(0.95, method="exact").
        for (successes, n, low, high) in EXACT {
            let found = clopper_pearson(successes, n).unwrap();
            let near = |own: f64, expected: f64| (own - expected).abs() <= 1e-9 * expected;
            assert!(near(found.0, low) && near(found.1, high), "{successes} of {n}: {found:?}");
        }
        assert_eq!([clopper_pearson(0, 0), chance_interval(0, 0)], [None; 2]);
        // In closed form: 1 − 0.025^(1/n), and 0.025^(1/n).
        assert!((exact_high(0, 50).unwrap() - (1.0 - libm::pow(0.025, 0.02))).abs() < 1e-14);
        assert!((exact_low(50, 50).unwrap() - libm::pow(0.025, 0.02)).abs() < 1e-14);
        // min(1, 2 min(binom.cdf(k, n, p), binom.sf(k - 1, n, p))).
        for (successes, n, truth, expected) in [
            (0, 5_000, 0.001, 0.013_442_223_919_731_235),
            (3, 1_000, 0.0008, 0.094_707_072_973_498_04),
            (3, 1_000, 0.008, 0.083_616_069_664_366_2),
            (450, 1_000, 0.5, 0.001_730_536_084_976_302_7),
            (1, 2, 0.5, 1.0),
            (2, 10_000_000, 1e-6, 0.005_538_773_269_475_256),
            (9_999, 10_000, 0.9995, 0.080_787_988_733_096_99),
        ] {
            let found = p_value(successes, n, truth);
            assert!((found / expected - 1.0).abs() < 1e-8, "{successes} of {n}: {found}");
        }
    }

    /// How often an interval lies wholly above a chance, and how often wholly below, by the law
    /// itself.
    fn misses(n: u64, p: f64, interval: fn(u64, u64) -> Option<(f64, f64)>) -> [f64; 2] {
        let all = (0..=n).filter_map(|count| interval(count, n));
        let above = all.clone().take_while(|(low, _)| *low <= p).count() as u64;
        let below = all.take_while(|(_, high)| *high < p).count() as u64;
        [at_least(above, n, p), if below == 0 { 0.0 } else { at_most(below - 1, n, p) }]
    }

    #[test]
    fn exact_intervals_err_on_either_side_once_in_forty_at_most() {
        const N: u64 = 100;
        for thousandth in 1..1_000 {
            let p = f64::from(thousandth) / 1_000.0;
            let exact = misses(N, p, clopper_pearson);
            assert!(exact.iter().all(|miss| *miss <= ONE_SIDE), "{p}: {exact:?}");
            // What is shown covers the chance in 92 of 100 samples or more, Wilson's in 84.
            let shown: f64 = misses(N, p, chance_interval).iter().sum();
            assert!(shown < 0.08, "{p}: {shown}");
        }
        assert!(misses(N, 0.0017, wilson)[0] > 0.15);
    }

    const EXACT: [(u64, u64, f64, f64); 9] = [
        (0, 100, 0.0, 0.036_216_692_645_190_54),
        (1, 10, 0.002_528_578_544_462_572_8, 0.445_016_117_028_195_43),
        (3, 1_000, 0.000_619_099_931_649_917_3, 0.008_742_023_238_657_654),
        (37, 100, 0.275_566_579_614_539_1, 0.472_351_640_551_685_9),
        (4, 4, 0.397_635_364_383_514_2, 1.0),
        (5_000, 10_000, 0.490_151_380_589_974_9, 0.509_848_619_410_025),
        (9_999, 10_000, 0.999_442_963_002_013, 0.999_997_468_222_436_7),
        (100, 100, 0.963_783_307_354_809_4, 1.0),
        (123_456, 10_000_000, 0.012_277_251_722_056_895, 0.012_414_230_835_979_709),
    ];
}
