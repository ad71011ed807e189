//! Sums of fixed-point values and their squares: mean, standard deviation, least and largest.
//!
//! Everything is an exact integer until the end, so two halves add up to the bits of the whole. The
//! mean of a sample is off by at most [`Grid::tolerance`], and so, up to √(n/(n−1)), is its
//! standard deviation (it is a norm of the deviations, and obeys the triangle inequality); to both,
//! a few units in the last place are added by the final division. The standard deviation of a
//! constant is exactly 0.

use super::grid::Grid;

/// The sums of one quantity over replicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moments {
    /// The number of replicates.
    pub(crate) n: u64,
    /// The sum of the steps from the low end of the grid.
    pub(crate) sum: u128,
    /// The sum of their squares.
    pub(crate) squares: u128,
    /// The least number of steps; [`u64::MAX`] if there are no replicates.
    pub(crate) least: u64,
    /// The largest number of steps.
    pub(crate) most: u64,
}

impl Default for Moments {
    fn default() -> Self {
        Self { n: 0, sum: 0, squares: 0, least: u64::MAX, most: 0 }
    }
}

impl Moments {
    /// Adds the sums of another part of the sample.
    pub fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.sum += other.sum;
        self.squares += other.squares;
        self.least = self.least.min(other.least);
        self.most = self.most.max(other.most);
    }

    /// The number of replicates.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The mean; `None` over no replicates.
    pub fn mean(&self, grid: &Grid) -> Option<f64> {
        mean_in_steps(self.sum as i128, self.n).map(|steps| grid.low() + grid.step() * steps)
    }

    /// The sample variance (divisor n−1); `None` for fewer than two replicates.
    pub fn variance(&self, grid: &Grid) -> Option<f64> {
        let steps = variance_in_steps(self.n, self.sum as i128, self.squares)?;
        Some(steps * grid.step() * grid.step())
    }

    /// The sample standard deviation (divisor n−1); `None` for fewer than two replicates.
    pub fn sd(&self, grid: &Grid) -> Option<f64> {
        self.variance(grid).map(f64::sqrt)
    }

    /// The least and the largest value; `None` over no replicates.
    pub fn extremes(&self, grid: &Grid) -> Option<(f64, f64)> {
        (self.n > 0).then(|| (grid.value(self.least), grid.value(self.most)))
    }
}

/// A sum over a count, correctly rounded except for the division; `None` over a count of 0.
pub(crate) fn mean_in_steps(sum: i128, n: u64) -> Option<f64> {
    // The whole and the fractional part are kept apart, as the sum may exceed 2⁵³.
    let count = i128::from(n);
    let whole = sum.checked_div_euclid(count)?;
    Some(whole as f64 + sum.rem_euclid(count) as f64 / n as f64)
}

/// The sample variance, in steps squared, from Σx and Σx². `None` for fewer than two values.
pub(crate) fn variance_in_steps(n: u64, sum: i128, squares: u128) -> Option<f64> {
    covariance_in_steps(n, [sum, sum], squares as i128)
}

/// The sample covariance, in steps squared, from Σx, Σy and Σxy: the sum of the products of
/// deviations Σxy − ΣxΣy/n is formed in integers except for a last fraction, so nothing cancels.
/// `None` for fewer than two values.
///
/// With Σx = qn + r and Σy = q′n + r′, ΣxΣy/n = qq′n + qr′ + q′r + rr′/n. For |x|, |y| ≤ 2⁴¹ and
/// n ≤ 2³² none of these exceeds 2¹¹⁶.
pub(crate) fn covariance_in_steps(n: u64, sums: [i128; 2], products: i128) -> Option<f64> {
    if n < 2 {
        return None;
    }
    let count = i128::from(n);
    let [(q, r), (p, s)] = sums.map(|sum| (sum.div_euclid(count), sum.rem_euclid(count)));
    let (whole, fraction) = (r * s / count, r * s % count);
    let exact = products - q * p * count - q * s - p * r - whole;
    Some((exact as f64 - fraction as f64 / n as f64) / (n as f64 - 1.0))
}

/// The standard error of a mean, from a standard deviation.
pub fn standard_error(sd: f64, n: u64) -> f64 {
    sd / (n as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tally::grid::FIXED_BITS;

    fn of(steps: &[u64]) -> Moments {
        let mut moments = Moments::default();
        for &x in steps {
            let square = u128::from(x) * u128::from(x);
            moments.merge(&Moments { n: 1, sum: x.into(), squares: square, least: x, most: x });
        }
        moments
    }

    /// The mean and standard deviation in two passes, as NumPy computes them.
    fn two_pass(values: &[f64]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        (mean, (squares / (n - 1.0)).sqrt())
    }

    proptest! {
        #[test]
        fn mean_and_sd_keep_the_stated_bounds(
            centre in 0.0..1.0f64,
            spread in prop::sample::select(vec![0.0, 1e-12, 1e-6, 1e-3, 1.0]),
            noise in prop::collection::vec(-1.0..1.0f64, 2..300),
        ) {
            let grid = Grid::real(0.0, 1.0);
            let values: Vec<f64> =
                noise.iter().map(|noise| (centre + spread * noise).clamp(0.0, 1.0)).collect();
            let moments = of(&values.iter().map(|&value| grid.fix(value)).collect::<Vec<_>>());
            let (mean, sd) = two_pass(&values);
            let n = values.len() as f64;
            // The reference itself rounds: n additions, each off by at most 2⁻⁵³ of the sum.
            let reference = 1e-15 * n;
            prop_assert!((moments.mean(&grid).unwrap() - mean).abs() <= grid.tolerance() + reference);
            let bound = grid.tolerance() * (n / (n - 1.0)).sqrt() + reference;
            prop_assert!((moments.sd(&grid).unwrap() - sd).abs() <= bound);
        }

        #[test]
        fn the_variance_is_that_of_exact_arithmetic(
            // n·Σ(x−mean)² = Σ over pairs of (x−y)², exact in 128 bits for so few and so small.
            steps in prop::collection::vec(0..=(1u64 << FIXED_BITS), 2..30),
        ) {
            let moments = of(&steps);
            let mut pairs = 0u128;
            for (place, x) in steps.iter().enumerate() {
                for y in &steps[..place] {
                    pairs += u128::from(x.abs_diff(*y)) * u128::from(x.abs_diff(*y));
                }
            }
            let (n, sum) = (moments.n, moments.sum as i128);
            let exact = pairs as f64 / (n as f64 * (n as f64 - 1.0));
            let found = variance_in_steps(n, sum, moments.squares).unwrap();
            prop_assert!((found - exact).abs() <= 4.0 * f64::EPSILON * exact);
        }
    }

    #[test]
    fn four_billion_replicates_at_the_far_end_do_not_overflow() {
        let (n, most) = (1u64 << 32, 1u64 << FIXED_BITS);
        let sum = u128::from(n) * u128::from(most);
        let moments = Moments { n, sum, squares: sum * u128::from(most), least: most, most };
        let grid = Grid::real(-1.0, 1.0);
        assert_eq!(moments.mean(&grid), Some(1.0));
        assert_eq!(moments.sd(&grid), Some(0.0));
    }

    #[test]
    fn a_constant_has_no_spread_and_few_replicates_have_no_estimate() {
        let grid = Grid::real(0.0, 1.0);
        let moments = of(&[grid.fix(0.1); 1000]);
        assert_eq!(moments.sd(&grid), Some(0.0));
        assert_eq!(of(&[5]).sd(&grid), None);
        assert_eq!(Moments::default().mean(&grid), None);
    }
}
