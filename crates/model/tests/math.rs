//! The mathematics against tables in 60-digit arithmetic, quadrature, and its own promises.
//!
//! The tables in `tests/math/` come from mpmath, by `scripts/reference_tables.py reference`.

use article5_model::math::{
    LANES, LaneMask as _, Moments, Pack, Real, Vector, above, below, between, cdf, exp,
    exp_of_nonpositive, inverse_cdf, logistic, over_root, pdf, upper_tail,
};
use article5_model::vector::{Level, Task};
use proptest::prelude::*;

/// The rows of a reference table.
#[expect(clippy::unwrap_used, reason = "a table that cannot be read fails its test")]
fn table<const COLUMNS: usize>(text: &str) -> Vec<[f64; COLUMNS]> {
    let rows: Vec<[f64; COLUMNS]> = csv::Reader::from_reader(text.as_bytes())
        .deserialize::<Vec<f64>>()
        .map(|row| row.unwrap().try_into().unwrap())
        .collect();
    assert!(rows.len() > 100);
    rows
}

fn relative(found: f64, expected: f64) -> f64 {
    if found == expected { 0.0 } else { (found / expected - 1.0).abs() }
}

/// Fails with the worst case unless `error` stays within `bound` on every row.
fn within<const COLUMNS: usize>(
    what: &str,
    bound: f64,
    rows: &[[f64; COLUMNS]],
    error: impl Fn(&[f64; COLUMNS]) -> f64,
) {
    let mut worst = (0.0, None);
    for row in rows {
        let error = error(row);
        assert!(error.is_finite(), "{what} at {row:?}");
        if error > worst.0 {
            worst = (error, Some(row));
        }
    }
    println!("{what}: {:.2e} at {:?}", worst.0, worst.1);
    assert!(worst.0 <= bound, "{what}: {:e} > {bound:e} at {:?}", worst.0, worst.1);
}

#[test]
fn exp_agrees_with_mpmath() {
    let rows = table::<2>(include_str!("math/exp.csv"));
    within("exp", 2.5e-16, &rows, |&[x, y]| relative(exp(x), y));
    assert_eq!([exp(-708.1), exp(709.79), exp(f64::INFINITY)], [0.0, f64::INFINITY, f64::INFINITY]);
    assert!(exp(709.78) < f64::INFINITY && exp(f64::NAN).is_nan());
}

#[test]
fn the_normal_distribution_agrees_with_mpmath() {
    let rows = table::<3>(include_str!("math/normal.csv"));
    within("pdf, relative", 4e-16, &rows, |&[x, y, _]| relative(pdf(x), y));
    within("cdf, absolute", 1e-15, &rows, |&[x, _, y]| (cdf(x) - y).abs());
    within("upper tail, absolute", 2e-16, &rows, |&[x, _, y]| (upper_tail(-x) - y).abs());
    within("upper tail, relative", 1e-14, &rows, |&[x, _, y]| relative(upper_tail(-x), y));
    let near: Vec<_> = rows.into_iter().filter(|[x, ..]| *x > -5.0).collect();
    within("upper tail below 5, relative", 1e-15, &near, |&[x, _, y]| relative(upper_tail(-x), y));
    assert_eq!(
        [cdf(-1e300), cdf(-40.0), cdf(0.0), cdf(9.0), cdf(1e300)],
        [0.0, 0.0, 0.5, 1.0, 1.0]
    );
    assert_eq!([cdf(f64::NEG_INFINITY), cdf(f64::INFINITY)], [0.0, 1.0]);
    assert!(cdf(f64::NAN).is_nan() && pdf(f64::NAN).is_nan());
}

#[test]
fn the_inverse_agrees_with_mpmath() {
    let rows = table::<2>(include_str!("math/inverse_cdf.csv"));
    within("inverse", 1e-15, &rows, |&[p, x]| relative(inverse_cdf(p), x));
    assert_eq!([inverse_cdf(0.0), inverse_cdf(1.0)], [f64::NEG_INFINITY, f64::INFINITY]);
    assert!(
        inverse_cdf(-0.1).is_nan() && inverse_cdf(1.1).is_nan() && inverse_cdf(f64::NAN).is_nan()
    );
}

/// The moments between two bounds, either of which may be infinite.
fn truncated_moments(lower: f64, upper: f64) -> Moments<f64> {
    match (lower == f64::NEG_INFINITY, upper == f64::INFINITY) {
        (true, true) => Moments { shift: 0.0, removed: 0.0 },
        (true, false) => below(upper),
        (false, true) => above(lower),
        (false, false) => between(lower, upper),
    }
}

#[test]
fn truncated_moments_agree_with_mpmath() {
    let rows = table::<4>(include_str!("math/truncated.csv"));
    within("shift", 2e-15, &rows, |&[a, b, shift, _]| {
        relative(truncated_moments(a, b).shift, shift)
    });
    within("removed", 1e-13, &rows, |&[a, b, _, removed]| {
        relative(truncated_moments(a, b).removed, removed)
    });
    within("mirrored", 0.0, &rows, |&[a, b, ..]| {
        let (band, mirror) = (truncated_moments(a, b), truncated_moments(-b, -a));
        (band.shift + mirror.shift).abs() + (band.removed - mirror.removed).abs()
    });
}

/// The mean and the variance of the normal on a band by Simpson's rule about the denser end: another road
/// than any of the library's, good to about 1e-11 here.
fn simpson(lower: f64, upper: f64) -> (f64, f64) {
    const STEPS: u32 = 20_000;
    let end = if lower.abs() < upper.abs() { lower } else { upper };
    let step = (upper - lower) / f64::from(STEPS);
    let moment = |about: f64, power: i32| -> f64 {
        (0..=STEPS)
            .map(|i| {
                let z = lower + step * f64::from(i);
                let weight = if i == 0 || i == STEPS { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
                weight * libm::exp(0.5 * (end - z) * (end + z)) * (z - about).powi(power)
            })
            .sum()
    };
    let mass = moment(0.0, 0);
    let mean = moment(0.0, 1) / mass;
    (mean, moment(mean, 2) / mass)
}

#[test]
fn truncated_moments_agree_with_quadrature() {
    for (lower, upper) in [
        (-1.0, 0.5),
        (-0.2, 0.3),
        (0.1, 0.2),
        (2.0, 2.001),
        (3.0, 5.0),
        (7.5, 9.0),
        (29.0, 29.5),
        (-6.1, -5.9),
        (-4.0, 4.5),
    ] {
        let (mean, variance) = simpson(lower, upper);
        let Moments { shift, removed } = between(lower, upper);
        assert!((shift - mean).abs() < 1e-10, "{lower} {upper}: {shift} {mean}");
        assert!((1.0 - removed - variance).abs() < 1e-10, "{lower} {upper}: {removed} {variance}");
    }
}

#[test]
fn the_upper_tail_never_rises_and_the_cdf_falls_by_no_more_than_its_error() {
    let (mut tail, mut below) = (1.0, 0.0);
    for i in -40_000..=40_000 {
        let x = f64::from(i) / 1000.0;
        assert!(upper_tail(x) <= tail && cdf(x) >= below - 1e-15, "{x}");
        (tail, below) = (upper_tail(x), cdf(x));
    }
}

fn twice([a, b, c, d]: [f64; 4]) -> Pack {
    Pack([a, b, c, d, a, b, c, d])
}

#[test]
fn a_multiply_add_is_rounded_once() {
    // (1 + 2⁻⁴⁰)(1 − 2⁻⁴⁰) + 3·2⁻⁵³ lies 2⁻⁸⁰ below the middle of two numbers. Rounded to the 64 bits of an
    // extended double first, it lies on it, and is then rounded up.
    let small = f64::EPSILON * 4_096.0;
    let [factor, other, term] = [1.0 + small, 1.0 - small, 1.5 * f64::EPSILON];
    let once = 1.0 + f64::EPSILON;
    assert_eq!(Real::mul_add(factor, other, term), once);
    let packs = [factor, other, term].map(Pack::splat);
    assert_eq!(packs[0].mul_add(packs[1], packs[2]), Pack::splat(once));
}

#[test]
fn a_pack_computes_lane_by_lane() {
    let (a, b) = (twice([1.0, -2.0, 3.0, 0.5]), twice([4.0, 5.0, -6.0, 0.25]));
    assert_eq!(a + b, twice([5.0, 3.0, -3.0, 0.75]));
    assert_eq!(a - b * 2.0, twice([-7.0, -12.0, 15.0, 0.0]));
    assert_eq!(1.0 / (a / b), twice([4.0, -2.5, -2.0, 0.5]));
    assert_eq!((-a).abs(), twice([1.0, 2.0, 3.0, 0.5]));
    assert_eq!(a.min(b), twice([1.0, -2.0, -6.0, 0.25]));
    assert_eq!(a.max(b), twice([4.0, 5.0, 3.0, 0.5]));
    assert_eq!((a.lt(b).bits(), a.ge(b).bits()), (0b0011_0011, 0b1100_1100));
    assert_eq!((a.ge(b) | a.gt(b)).bits(), 0b1100_1100);
    assert!(!(a.lt(b) & a.ge(b)).any());
    assert_eq!(Pack([1e16, 0.0, 0.0, 0.0, -1e16, 1.0, 1.0, 0.0]).sum(), 2.0);
}

/// What a road of vectors makes of numbers: everything that the model asks of it.
#[derive(Clone, Copy)]
struct Travel<'a> {
    x: &'a Pack,
    y: &'a Pack,
    lower: &'a Pack,
    upper: &'a Pack,
}

impl Task for Travel<'_> {
    type Output = Vec<[u64; LANES]>;

    #[inline(always)]
    fn on<V: Vector>(self) -> Vec<[u64; LANES]> {
        travel::<V>(self)
    }
}

#[inline(always)]
fn travel<V: Vector>(Travel { x, y, lower, upper }: Travel<'_>) -> Vec<[u64; LANES]> {
    let (a, b) = (V::load(x), V::load(y));
    let (lower, upper) = (V::load(lower), V::load(upper));
    let (above, below, between) = (above(lower), below(lower), between(lower, upper));
    let masks = [a.lt(b), a.gt(b), a.ge(b), !a.lt(b), a.lt(b) | a.gt(b), a.lt(b) & a.gt(b)];
    let mut made = vec![
        a + b,
        a - b,
        a * b,
        a / b,
        -a,
        a + 1.0,
        a.sqrt(),
        a.reciprocal_root_in_single(),
        over_root(a, b),
        a.abs(),
        a.min(b),
        a.max(b),
        V::select(masks[0], a, b),
        a.with_lane(5, 1.0),
        V::splat(a.lane(3)),
        V::splat(a.sum()),
        exp(a),
        exp_of_nonpositive(-a.abs()),
        logistic(a),
        pdf(a),
        cdf(a),
        upper_tail(a),
        above.shift,
        above.removed,
        below.shift,
        below.removed,
        between.shift,
        between.removed,
    ];
    let mut rows = [a; LANES];
    for (i, row) in rows.iter_mut().enumerate() {
        *row = row.with_lane(i, b.lane(i));
    }
    made.extend(V::transpose(rows));
    made.extend(masks.map(|mask| V::splat(mask.bits().into())));
    made.into_iter().map(|made| made.store().0.map(canonical)).collect()
}

/// The bits of a number; which bits a result has that is no number is left to the processor.
fn canonical(number: f64) -> u64 {
    if number.is_nan() { f64::NAN.to_bits() } else { number.to_bits() }
}

#[test]
fn the_vectors_of_every_level_have_the_bits_of_packs() {
    let any = || prop::array::uniform8(prop_oneof![number(), proptest::num::f64::ANY]);
    let strategy = (any().prop_map(Pack), any().prop_map(Pack), bands());
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4096) };
    let ran =
        proptest::test_runner::TestRunner::new(config).run(&strategy, |(x, y, (lower, upper))| {
            let road = Travel { x: &x, y: &y, lower: &lower, upper: &upper };
            let packs = travel::<Pack>(road);
            for level in Level::available() {
                prop_assert_eq!(&level.compute(road), &packs, "{:?}", level);
            }
            Ok(())
        });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

/// The bits of a pack's function and those of the scalar one in every lane.
fn bits(packed: Pack, scalar: impl Fn(usize) -> f64) -> ([u64; LANES], [u64; LANES]) {
    (packed.0.map(f64::to_bits), std::array::from_fn(|i| scalar(i).to_bits()))
}

/// Numbers as the model meets them, with a share of extreme ones.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![4 => -8.0..8.0, 2 => -40.0..40.0, 1 => -800.0..800.0, 1 => proptest::num::f64::NORMAL]
}

fn eight() -> impl Strategy<Value = Pack> {
    prop::array::uniform8(number()).prop_map(Pack)
}

/// Eight bands of any width, the lower bounds and the upper ones.
fn bands() -> impl Strategy<Value = (Pack, Pack)> {
    let width = prop_oneof![0.0..1.0, 0.0..60.0, (-12.0..0.0).prop_map(|x| libm::pow(10.0, x))];
    (eight(), prop::array::uniform8(width)).prop_map(|(lower, width)| (lower, lower + Pack(width)))
}

fn sound(moments: Moments<f64>) -> bool {
    moments.shift.is_finite() && (0.0..=1.0).contains(&moments.removed)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4096) })]

    #[test]
    fn a_quotient_by_a_root_is_that_of_root_and_quotient(
        n in -1e3..1e3f64,
        exponent in -30.0..30.0f64,
    ) {
        let v = libm::pow(10.0, exponent);
        let exact = n / v.sqrt();
        prop_assert!((over_root(n, v) - exact).abs() <= 5e-16 * exact.abs());
    }

    #[test]
    fn the_exponential_of_a_nonpositive_number_has_the_bits_of_the_exponential(x in -708.0..=0.0f64) {
        prop_assert_eq!(exp_of_nonpositive(x).to_bits(), exp(x).to_bits());
    }

    #[test]
    fn a_pack_has_the_bits_of_its_numbers(x in eight(), (lower, upper) in bands()) {
        for (packed, scalar) in [
            (exp(x), exp as fn(f64) -> f64),
            (logistic(x), logistic),
            (pdf(x), pdf),
            (cdf(x), cdf),
            (above(x).shift, |x| above(x).shift),
            (above(x).removed, |x| above(x).removed),
            (below(x).shift, |x| below(x).shift),
            (below(x).removed, |x| below(x).removed),
        ] {
            let (packed, scalar) = bits(packed, |i| scalar(x.0[i]));
            prop_assert_eq!(packed, scalar);
        }
        let band = between(lower, upper);
        let (packed, scalar) = bits(band.shift, |i| between(lower.0[i], upper.0[i]).shift);
        prop_assert_eq!(packed, scalar);
        let (packed, scalar) = bits(band.removed, |i| between(lower.0[i], upper.0[i]).removed);
        prop_assert_eq!(packed, scalar);
    }

    #[test]
    fn moments_are_finite_and_the_removed_share_is_a_share(
        x in number(),
        y in number(),
        (lower, upper) in bands(),
    ) {
        prop_assert!(sound(above(x)) && sound(below(x)), "{:?}", above(x));
        prop_assert!(sound(between(x.min(y), x.max(y))), "{:?}", between(x.min(y), x.max(y)));
        for (a, b) in lower.0.into_iter().zip(upper.0) {
            let band = between(a, b);
            prop_assert!(sound(band), "{a} {b}: {band:?}");
            let slack = 1e-12 * (1.0 + a.abs());
            prop_assert!(a - slack <= band.shift && band.shift <= b + slack, "{a} {b}: {band:?}");
        }
    }

    #[test]
    fn the_inverse_undoes_the_cdf(x in -37.0..5.0_f64) {
        // Near 1 the tail itself holds less and less of x: a rounding of it moves x by 1e-16/pdf.
        let below = upper_tail(-x);
        let attainable = 4e-16 * below / pdf(x) + 4e-16 * x.abs();
        prop_assert!((inverse_cdf(below) - x).abs() <= 1e-14 + 40.0 * attainable);
    }
}
