//! How far a difference lies from a truth, in standard errors, and how likely that is.

/// The two-sided p-value of so many standard errors.
pub(super) fn of_score(score: f64) -> f64 {
    libm::erfc(score.abs() / std::f64::consts::SQRT_2)
}

/// By how many standard errors a difference of two paired chances lies above a `truth`, with the
/// errors that it would have if that were true (Tango 1998).
pub(super) fn tango(counts: [u64; 3], truth: f64) -> f64 {
    let [first, second, n] = counts.map(|count| count as f64);
    let only_second = likeliest_second_alone([first, second, n], truth);
    let variance = n * (2.0 * only_second + truth * (1.0 - truth));
    over(first - second - n * truth, variance)
}

/// The likeliest chance that only the second happens, if the difference is `truth`.
fn likeliest_second_alone([first, second, n]: [f64; 3], truth: f64) -> f64 {
    let a = 2.0 * n;
    let b = (a - first + second) * truth - first - second;
    let c = -second * truth * (1.0 - truth);
    ((b * b - 4.0 * a * c).max(0.0).sqrt() - b) / (2.0 * a)
}

/// A difference in standard errors.
pub(super) fn over(difference: f64, variance: f64) -> f64 {
    if difference == 0.0 { 0.0 } else { difference / variance.max(0.0).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_paired_chances_are_those_of_a_likelihood_that_is_searched() {
        // scipy 1.17: the multinomial likelihood maximised over the chance that only the second
        // happens.
        for (first, second, n, truth, score) in [
            (60, 20, 200, 0.1, 2.314_053_881_891_906),
            (60, 20, 200, 0.0, 4.472_135_955),
            (3, 0, 500, 0.02, -2.236_067_977_499_79),
            (0, 0, 10_000, 0.0008, -2.829_559_174_871_463_7),
            (0, 0, 10_000, -0.0008, 2.829_559_174_871_463_7),
            (5, 9, 300, 0.05, -3.870_510_928_950_238_4),
            (5, 9, 300, -0.05, 2.419_793_836_365_159_7),
        ] {
            let found = tango([first, second, n], truth);
            // As near as the search gets.
            assert!((found - score).abs() < 1e-7, "{found} for {score}");
        }
    }
}
