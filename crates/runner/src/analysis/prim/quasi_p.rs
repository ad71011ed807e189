//! Quasi-p values: is a restriction more than chance?

use super::{Candidate, Cases, Limits, Trajectory};

impl Trajectory {
    /// Returns for each limit of `candidate` (a box of this trajectory) the chance that as dense a
    /// box arises without it: the one-sided binomial probability of at least its points of interest
    /// among its points, at the density of the box with that limit alone lifted (Bryant & Lempert
    /// 2010, appendix). One pair per parameter, for the lower and the upper limit; `None` if there
    /// is no restriction.
    ///
    /// "Quasi" because the limit was chosen from the same points: a small value is necessary, not
    /// sufficient.
    #[must_use]
    pub fn quasi_p(&self, cases: &Cases, candidate: &Candidate) -> Vec<[Option<f64>; 2]> {
        let Some(whole) = self.boxes.first() else { return Vec::new() };
        let lifted = |column: usize, own: Limits| {
            let mut limits = candidate.limits.clone();
            limits[column] = own;
            let rows: Vec<usize> =
                self.searched.iter().copied().filter(|&row| cases.inside(row, &limits)).collect();
            let density = cases.count(&rows) as f64 / rows.len() as f64;
            at_least(candidate.of_interest, candidate.points, density)
        };
        let pairs = candidate.limits.iter().zip(&whole.limits).enumerate();
        pairs
            .map(|(column, (own, all))| {
                let lower = Limits { low: all.low, high: own.high };
                let upper = Limits { low: own.low, high: all.high };
                [
                    (own.low != all.low).then(|| lifted(column, lower)),
                    (own.high != all.high).then(|| lifted(column, upper)),
                ]
            })
            .collect()
    }
}

/// P(X ≥ `successes`) for X binomial with `trials` trials of probability `p`, by summing its terms
/// from the first one up: each follows from the one before, and they soon fall.
fn at_least(successes: usize, trials: usize, p: f64) -> f64 {
    if successes == 0 || p >= 1.0 {
        return 1.0;
    }
    if p <= 0.0 {
        return 0.0;
    }
    let (k, n) = (successes as f64, trials as f64);
    let log_choose = libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0);
    let mut term = libm::exp(log_choose + k * libm::log(p) + (n - k) * libm::log1p(-p));
    let mut sum = term;
    for x in successes..trials {
        let x = x as f64;
        term *= (n - x) / (x + 1.0) * (p / (1.0 - p));
        sum += term;
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::at_least;

    #[test]
    fn what_is_sure_or_impossible_has_the_chance_1_or_0() {
        assert_eq!([at_least(0, 10, 0.5), at_least(0, 10, 0.0)], [1.0; 2]);
        assert_eq!([at_least(3, 10, 1.0), at_least(10, 10, 1.0)], [1.0; 2]);
        assert_eq!([at_least(1, 10, 0.0), at_least(10, 10, 0.0)], [0.0; 2]);
        // 1 − 2^−10; and rounding never makes a chance larger than 1.
        assert!((at_least(1, 10, 0.5) - 1023.0 / 1024.0).abs() < 1e-14);
        assert!((1..1_000).all(|n| at_least(1, n, 0.9) <= 1.0));
    }

    #[test]
    fn the_binomial_tail_is_that_of_scipy() {
        // scipy.stats.binom.sf(k - 1, n, p), SciPy 1.17.1.
        for (k, n, p, expected) in SCIPY {
            let ours = at_least(k, n, p);
            assert!((ours / expected - 1.0).abs() < 1e-10, "{k} {n} {p}: {ours} {expected}");
        }
        assert_eq!(at_least(0, 10, 0.3), 1.0);
        assert_eq!(at_least(3, 3, 1.0), 1.0);
    }

    const SCIPY: [(usize, usize, f64, f64); 5] = [
        (60, 100, 0.5, 0.028443966820490444),
        (400, 420, 0.9, 6.637691500265011e-05),
        (5, 10, 0.1, 0.0016349374000000003),
        (90, 100, 0.95, 0.9885275899325152),
        (300, 1000, 0.1, 6.823349107845461e-69),
    ];
}
