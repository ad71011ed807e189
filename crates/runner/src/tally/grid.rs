//! The fixed grid on which a quantity is counted, which makes sums exact and mergeable.
//!
//! A [`Grid`] cuts a range whose length is a power of two into 2^[`FIXED_BITS`] steps. A value is
//! rounded once, to the nearest multiple of the step, and is an integer from then on; the rounding
//! is off by at most half a step, 2⁻⁴¹ of the range ([`Grid::tolerance`]). Whole numbers lose
//! nothing. The same integer, shifted right, is the bin of the histogram.

use super::quantizer::Quantizer;

/// Steps of a grid, as a power of two. With 40 bits a square has 80, so that the values and squares
/// of 2³² replicates can be summed in 128 bits with room to spare.
pub(super) const FIXED_BITS: u32 = 40;

/// Bins of a histogram.
pub(super) const BINS: usize = 4096;

/// How far a fixed-point value is shifted to give its bin.
pub(crate) const BIN_SHIFT: u32 = FIXED_BITS - BINS.trailing_zeros();

/// The last step of a grid, as a number.
pub(crate) const STEPS: f64 = (1u64 << FIXED_BITS) as f64;

/// The shortest grid: no quantity of the model needs a shorter one. It stands in for a range that
/// the parameters close altogether.
const SHORTEST: f64 = 1.0 / 1024.0;

/// The range of a quantity, and the steps in which it is counted.
///
/// ```
/// use article5_runner::tally::Grid;
///
/// let share = Grid::real(0.0, 1.0);
/// let fixed = share.fix(0.3);
/// assert!((share.value(fixed) - 0.3).abs() <= share.tolerance());
/// // A range is widened to the next power of two.
/// assert_eq!(Grid::real(0.0, 0.06).high(), 0.0625);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    low: f64,
    length: f64,
    whole: bool,
}

impl Grid {
    /// Makes a grid for real values from `low` (0, or minus a power of two) to at least `high`.
    pub fn real(low: f64, high: f64) -> Self {
        Self { low, length: power_of_two_from((high - low).max(SHORTEST)), whole: false }
    }

    /// Makes a grid for whole numbers from 0 to at least `most`. Each bin holds one number as long
    /// as `most` is below 4096.
    pub fn whole(most: u32) -> Self {
        let length = power_of_two_from(f64::from(most) + 1.0).max(BINS as f64);
        Self { low: 0.0, length, whole: true }
    }

    /// The least value.
    pub fn low(&self) -> f64 {
        self.low
    }

    /// The largest value.
    pub fn high(&self) -> f64 {
        self.low + self.length
    }

    /// The step, in the quantity's unit.
    pub fn step(&self) -> f64 {
        self.length / STEPS
    }

    /// The largest error of a value inside the range: half a step, 2⁻⁴¹ of the range.
    pub fn tolerance(&self) -> f64 {
        0.5 * self.step()
    }

    /// The width of a bin of the histogram: 1/4096 of the range.
    pub fn bin_width(&self) -> f64 {
        self.length / BINS as f64
    }

    /// Whether each bin holds one whole number, so that quantiles are exact.
    pub fn one_number_a_bin(&self) -> bool {
        self.whole && self.bin_width() == 1.0
    }

    /// The number of steps from the low end to the value, clamped into the range (NaN to the low
    /// end).
    pub fn fix(&self, value: f64) -> u64 {
        let steps = self.quantizer().steps(value);
        clamp(steps) as u64
    }

    /// The value that is this many steps from the low end.
    pub fn value(&self, steps: u64) -> f64 {
        self.low + steps as f64 * self.step()
    }

    /// The two numbers that are needed for rounding.
    pub(super) fn quantizer(&self) -> Quantizer {
        let per_unit = STEPS / self.length;
        Quantizer { per_unit, offset: self.low * per_unit }
    }
}

/// Clamps a number of steps into the grid.
#[inline(always)]
pub(crate) fn clamp(steps: f64) -> f64 {
    let steps = if steps > 0.0 { steps } else { 0.0 };
    if steps < STEPS { steps } else { STEPS }
}

/// The bin of a value that is this many steps from the low end. The high end is in the last bin.
pub(crate) fn bin(steps: u64) -> u16 {
    (steps >> BIN_SHIFT).min(BINS as u64 - 1) as u16
}

/// The least power of two that is at least `value`, a positive number.
fn power_of_two_from(value: f64) -> f64 {
    let (fraction, exponent) = libm::frexp(value);
    libm::ldexp(1.0, if fraction > 0.5 { exponent } else { exponent - 1 })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_value_in_the_range_is_off_by_half_a_step_at_most(
            unit in 0.0..=1.0f64,
            exponent in -10..30i32,
            signed in any::<bool>(),
        ) {
            let length = libm::ldexp(1.0, exponent);
            let grid = Grid::real(if signed { -length } else { 0.0 }, length);
            let value = grid.low() + unit * (grid.high() - grid.low());
            // The difference is exact: both numbers are multiples of a tiny power of two.
            prop_assert!((grid.value(grid.fix(value)) - value).abs() <= grid.tolerance());
        }

        #[test]
        fn whole_numbers_lose_nothing(most in 1..200_000u32, part in 0.0..=1.0f64) {
            let grid = Grid::whole(most);
            let number = (part * f64::from(most)).floor();
            prop_assert_eq!(grid.value(grid.fix(number)), number);
        }
    }

    #[test]
    fn values_outside_are_clamped_to_the_ends() {
        let grid = Grid::real(-1.0, 1.0);
        for (value, steps) in [
            (-1.0, 0),
            (-1.5, 0),
            (f64::NEG_INFINITY, 0),
            (f64::NAN, 0),
            (1.0, 1 << FIXED_BITS),
            (7.0, 1 << FIXED_BITS),
            (f64::INFINITY, 1 << FIXED_BITS),
            (0.0, 1 << (FIXED_BITS - 1)),
        ] {
            assert_eq!(grid.fix(value), steps, "{value}");
        }
    }

    #[test]
    fn a_range_is_widened_to_the_next_power_of_two_and_no_further() {
        for (high, length) in [(1.0, 1.0), (1.01, 2.0), (0.06, 0.0625), (0.0, SHORTEST)] {
            assert_eq!(Grid::real(0.0, high).high(), length);
        }
        assert!(Grid::whole(4095).one_number_a_bin());
        assert!(!Grid::whole(4096).one_number_a_bin());
    }
}
