//! How values become numbers of steps, one by one and on the vectors of a
//! [`Level`](article5_model::vector::Level).

use article5_model::math::{Pack, ROUNDING_SHIFT, Vector};

use super::grid::{Grid, STEPS};

/// A whole number of at most 2⁵¹ in magnitude as an integer: the shift leaves it in the low bits.
#[inline]
pub(super) fn integer(whole: f64) -> i64 {
    (whole + ROUNDING_SHIFT).to_bits().wrapping_sub(ROUNDING_SHIFT.to_bits()) as i64
}

/// How a value becomes a number of steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quantizer {
    /// Steps per unit.
    pub(super) per_unit: f64,
    /// The low end, in steps, a whole number.
    pub(super) offset: f64,
}

impl Quantizer {
    /// The number of steps from the low end, rounded but not yet clamped; far outside the range it
    /// saturates.
    #[inline(always)]
    pub(super) fn steps(self, value: f64) -> f64 {
        // More than two ranges away the rounding constant could not hold the number; comparisons
        // written this way round send NaN to the low side.
        let scaled = value * self.per_unit;
        let scaled = if scaled > -2.0 * STEPS { scaled } else { -2.0 * STEPS };
        let scaled = if scaled < 2.0 * STEPS { scaled } else { 2.0 * STEPS };
        (scaled + ROUNDING_SHIFT) - ROUNDING_SHIFT - self.offset
    }
}

/// How eight values become numbers of steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quantizers {
    /// Steps per unit; 0 in an unused lane.
    pub(super) per_unit: Pack,
    /// The low ends, in steps, whole numbers.
    pub(super) offset: Pack,
}

impl Quantizers {
    /// Makes the quantizers of up to eight grids.
    pub(super) fn of(grids: &[Grid]) -> Self {
        let (mut per_unit, mut offset) = (Pack::ZERO, Pack::ZERO);
        for (lane, grid) in grids.iter().enumerate() {
            let quantizer = grid.quantizer();
            (per_unit.0[lane], offset.0[lane]) = (quantizer.per_unit, quantizer.offset);
        }
        Self { per_unit, offset }
    }
}

/// The same on vectors of a level, in registers.
pub(super) struct QuantizersOn<V> {
    per_unit: V,
    /// [`ROUNDING_SHIFT`] less the low ends.
    up: V,
    /// Minus [`ROUNDING_SHIFT`], less the low ends.
    down: V,
}

impl<V: Vector> QuantizersOn<V> {
    #[inline(always)]
    pub(super) fn new(quantizers: &Quantizers) -> Self {
        let (shift, low) = (V::splat(ROUNDING_SHIFT), V::load(&quantizers.offset));
        Self { per_unit: V::load(&quantizers.per_unit), up: shift - low, down: -shift - low }
    }

    /// The number of steps from the low end, rounded but not yet clamped, and shifted by
    /// [`ROUNDING_SHIFT`]. As the unit is a power of two, fusing saves an operation but no rounding.
    #[inline(always)]
    pub(super) fn shifted(&self, values: V) -> V {
        values.mul_add(self.per_unit, self.up)
    }

    /// The same, clamped into the range; a value that is not a number goes to the low end.
    #[inline(always)]
    pub(super) fn clamped(&self, values: V) -> V {
        let end = V::splat(ROUNDING_SHIFT + STEPS);
        self.shifted(values).max(V::splat(ROUNDING_SHIFT)).min(end)
    }

    /// How many steps two values are from the low end together, neither of them clamped: one is
    /// shifted up and the other down, so that their sum needs no shift back.
    #[inline(always)]
    pub(super) fn both(&self, one: V, other: V) -> V {
        self.shifted(one) + other.mul_add(self.per_unit, self.down)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_up_to_the_largest_sum_become_integers() {
        const MOST: i64 = 1 << 51;
        for whole in [0, 1, -1, 12_345_678_901, MOST - 1, MOST, -MOST] {
            assert_eq!(integer(whole as f64), whole);
        }
    }
}
