//! The standard normal distribution: its density and its tails.

use super::exp::{LOWEST, exp_of_sum};
use super::normal_table::UPPER_TAIL;
use super::real::{LaneMask, ROUNDING_SHIFT, Real};

/// The density of a standard normal, exp(−x²/2)/√(2π).
///
/// Relative error at most 4e-16 against mpmath (`tests/math.rs`): what rounding takes from x² goes into
/// the exponential beside it. 0 where the density is below 1e-308, |x| > 37.6.
///
/// ```
/// use article5_model::math::pdf;
///
/// assert!((pdf(0.0) - 0.398_942_280_401_432_7).abs() < 1e-16);
/// assert_eq!(pdf(-1.5), pdf(1.5));
/// ```
#[inline(always)]
pub fn pdf<R: Real>(x: R) -> R {
    let t = R::splat(PDF_END).min(x.abs());
    let half = t * -0.5;
    let square = t * half;
    let rest = t.mul_add(half, -square);
    let y = exp_of_sum(square, rest) * ONE_OVER_SQRT_TWO_PI;
    R::select(square.lt(R::splat(LOWEST)), R::splat(0.0), y)
}

/// The chance of a standard normal below `x`, for decisions: accurate in absolute terms.
///
/// Absolute error at most 1e-15 against mpmath (`tests/math.rs`); exactly ½ at 0, 0 below −7.98 and 1 above
/// 7.98. Where the tail itself counts, as in what is learned, use [`upper_tail`].
///
/// Φ and φ at the nearest of 64 nodes a unit, and Taylor's series about it to the fifth order, in which the
/// k-th derivative of Φ is (−1)^(k−1)·He_(k−1)·φ (Abramowitz and Stegun, 26.2.31).
///
/// ```
/// use article5_model::math::{Pack, cdf};
///
/// assert_eq!(cdf(0.0), 0.5);
/// assert!((cdf(1.959_963_984_540_054) - 0.975).abs() < 1e-15);
/// assert_eq!(cdf(Pack::splat(-1.0)).0, [cdf(-1.0); 8]);
/// ```
#[inline(always)]
pub fn cdf<R: Real>(x: R) -> R {
    let inside = R::splat(NODES_END).min(R::splat(-NODES_END).max(x));
    let shifted = inside + TO_NODES;
    let node = shifted - TO_NODES;
    let h = inside - node;
    let [below, density] = R::rows(shifted, &NODES);
    let y = node * h;
    let w = h * h;
    // He_0 to He_4 in powers of the node, times powers of h, arranged by powers of w.
    let first = y.mul_add(line(y, 1.0 / 120.0, -1.0 / 24.0), R::splat(1.0 / 6.0));
    let first = y.mul_add(y.mul_add(first, R::splat(-1.0 / 2.0)), R::splat(1.0));
    let second = y.mul_add(line(y, -1.0 / 20.0, 1.0 / 8.0), R::splat(-1.0 / 6.0));
    let second = w.mul_add(R::splat(1.0 / 40.0), second);
    (density * h).mul_add(w.mul_add(second, first), below)
}

/// start + slope·y.
#[inline(always)]
fn line<R: Real>(y: R, slope: f64, start: f64) -> R {
    y.mul_add(R::splat(slope), R::splat(start))
}

/// The chance of a standard normal above `x`, accurate in the tail.
///
/// Absolute error at most 2e-16 and, up to x = 37.5, relative error at most 1e-14 (1e-15 below 5) against mpmath
/// (`tests/math.rs`); 0 above.
///
/// A table of local polynomials up to |x| = 7.98, beyond it density times Mills ratio, lane by lane.
///
/// ```
/// use article5_model::math::upper_tail;
///
/// assert!((upper_tail(10.0) / 7.619_853_024_160_527e-24 - 1.0).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn upper_tail<R: Real>(x: R) -> R {
    let t = x.abs();
    let position = t * ROWS_PER_UNIT;
    let shifted = position + ROUNDING_SHIFT;
    let g = position - (shifted - ROUNDING_SHIFT);
    let c = R::rows(shifted, &UPPER_TAIL);
    let g2 = g * g;
    let low = g2.mul_add(g.mul_add(c[3], c[2]), g.mul_add(c[1], c[0]));
    let high = g2.mul_add(g.mul_add(c[7], c[6]), g.mul_add(c[5], c[4]));
    let tail = (g2 * g2).mul_add(high, low);
    let mut y = R::select(x.lt(R::splat(0.0)), -tail + 1.0, tail);
    let beyond = t.ge(R::splat(TABLE_END));
    if beyond.any() {
        replace_far(&mut y, x, beyond.bits());
    }
    y
}

/// Replaces the lanes whose bits are set.
#[cold]
#[inline(never)]
fn replace_far<R: Real>(y: &mut R, x: R, beyond: u8) {
    for i in (0..R::WIDTH).filter(|i| beyond >> i & 1 == 1) {
        *y = y.with_lane(i, far_upper_tail(x.lane(i)));
    }
}

/// t²(1 − t·M(t)) for t ≥ 6, M being the Mills ratio upper_tail/pdf: 1 − 3/t² + 15/t⁴ − …
///
/// A rational of our own in 1/t² (`scripts/reference_tables.py`), relative error 1e-16.
pub(super) fn mills_remainder(t: f64) -> f64 {
    ratio(&TAIL, 1.0 / (t * t))
}

/// From where [`mills_remainder`] holds.
pub(super) const TAIL_START: f64 = 6.0;

/// 1/√(2π).
const ONE_OVER_SQRT_TWO_PI: f64 = 0.398_942_280_401_432_7;

/// Beyond it the density is below the normal numbers, whatever it is.
const PDF_END: f64 = 38.0;

/// How finely [`UPPER_TAIL`] is spaced.
const ROWS_PER_UNIT: f64 = 32.0;

/// How finely [`NODES`] are: at the rows and half-way between them.
const NODES_PER_UNIT: f64 = 2.0 * ROWS_PER_UNIT;

/// Added to a number, it leaves the nearest node in the low bits of the sum: [`ROUNDING_SHIFT`] at the nodes'
/// spacing.
const TO_NODES: f64 = ROUNDING_SHIFT / NODES_PER_UNIT;

/// Where [`cdf`] has reached 0 and 1.
const NODES_END: f64 = (2 * UPPER_TAIL.len() - 1) as f64 / NODES_PER_UNIT;

/// Φ and φ at the nodes from 0 to 8, then at those from −8 to 0: row k modulo 1024 is node k. The outermost
/// nodes hold the limits.
static NODES: [[f64; 2]; 4 * UPPER_TAIL.len()] = {
    const HALF: usize = 2 * UPPER_TAIL.len();
    let mut nodes = [[0.0; 2]; 2 * HALF];
    let mut k = 0;
    while k < HALF {
        // A row of the table is a polynomial in steps from its node; an odd node is half a step on.
        let step = if k % 2 == 0 { 0.0 } else { 0.5 };
        let (mut tail, mut slope) = (0.0, 0.0);
        let mut power = UPPER_TAIL[k / 2].len();
        while power > 0 {
            power -= 1;
            slope = slope * step + tail;
            tail = tail * step + UPPER_TAIL[k / 2][power];
        }
        nodes[k] = [1.0 - tail, -slope * ROWS_PER_UNIT];
        if k > 0 {
            nodes[2 * HALF - k] = [tail, -slope * ROWS_PER_UNIT];
        }
        k += 1;
    }
    nodes[HALF - 1] = [1.0, 0.0];
    nodes[HALF + 1] = [0.0, 0.0];
    nodes
};

/// Where the reach of the last row of [`UPPER_TAIL`] ends.
const TABLE_END: f64 = (UPPER_TAIL.len() as f64 - 0.5) / ROWS_PER_UNIT;

#[cold]
#[inline(never)]
fn far_upper_tail(x: f64) -> f64 {
    let t = x.abs();
    let tail = pdf(t) * (1.0 - mills_remainder(t) / (t * t)) / t;
    if x < 0.0 { 1.0 - tail } else { tail }
}

/// The quotient of two polynomials, coefficients from the lowest power; even and odd powers apart, so that
/// one does not wait for the other.
pub(super) fn ratio<const TERMS: usize>([top, bottom]: &[[f64; TERMS]; 2], x: f64) -> f64 {
    const { assert!(TERMS.is_multiple_of(2)) };
    let square = x * x;
    let value = |c: &[f64; TERMS]| {
        let (mut even, mut odd) = (0.0, 0.0);
        for &[a, b] in c.as_chunks::<2>().0.iter().rev() {
            (even, odd) = (even * square + a, odd * square + b);
        }
        even + x * odd
    };
    value(top) / value(bottom)
}

/// Numerator and denominator of [`mills_remainder`] in 1/t², from the lowest power.
const TAIL: [[f64; 6]; 2] = [
    [
        0.9999999999999999,
        50.028695398093085,
        803.1747150186798,
        4736.6240865819955,
        8298.772759735604,
        933.6367677251245,
    ],
    [
        1.0,
        53.028695398091955,
        947.2608012146477,
        6887.976058227861,
        19376.80226610305,
        15489.603159593302,
    ],
];
