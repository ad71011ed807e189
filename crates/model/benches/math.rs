//! What the functions that a quarter evaluates most cost, a number at a time: the floor in
//! `PERFORMANCE.md`.

#![allow(clippy::unwrap_used, reason = "a benchmark may stop")]

use article5_model::math::{LANES, Pack, Vector, cdf, exp, over_root, upper_tail};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

/// Packs of numbers in the first-level cache.
const PACKS: usize = 128;

fn main() {
    divan::main();
}

/// The functions, each over all the numbers.
#[derive(Clone, Copy, Debug)]
enum Function {
    MultiplyAdd,
    SquareRootAndQuotient,
    OverRoot,
    Exp,
    Cdf,
    UpperTail,
}

use Function::{Cdf, Exp, MultiplyAdd, OverRoot, SquareRootAndQuotient, UpperTail};

const ALL: [Function; 6] = [MultiplyAdd, SquareRootAndQuotient, OverRoot, Exp, Cdf, UpperTail];

#[inline(always)]
fn sum<V: Vector>(function: Function, numbers: &[Pack]) -> f64 {
    let mut total = V::splat(0.0);
    for numbers in numbers {
        let x = V::load(numbers);
        total = total
            + match function {
                MultiplyAdd => x.mul_add(x, x),
                SquareRootAndQuotient => x / (x * x + 1.0).sqrt(),
                OverRoot => over_root(x, x * x + 1.0),
                Exp => exp(x),
                Cdf => cdf(x),
                UpperTail => upper_tail(x),
            };
    }
    total.sum()
}

fn numbers() -> Vec<Pack> {
    let number = |i: usize| -3.0 + 6.0 * ((i * 0x9E37) % 1024) as f64 / 1024.0;
    (0..PACKS).map(|j| Pack(std::array::from_fn(|lane| number(j * LANES + lane)))).collect()
}

fn run(bencher: Bencher<'_, '_>, sum: impl Fn(&[Pack]) -> f64) {
    let numbers = numbers();
    let bencher = bencher.counter(ItemsCount::new(PACKS * LANES));
    bencher.bench_local(|| sum(black_box(&numbers)));
}

#[divan::bench(args = ALL)]
fn baseline(bencher: Bencher<'_, '_>, function: Function) {
    run(bencher, |numbers| sum::<Pack>(function, numbers));
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use article5_model::math::{Avx2, Avx512};

    use super::*;

    #[target_feature(enable = "avx2,fma")]
    fn on_avx2(function: Function, numbers: &[Pack]) -> f64 {
        sum::<Avx2>(function, numbers)
    }

    #[target_feature(enable = "avx2,fma,avx512f,avx512dq,avx512vl")]
    fn on_avx512<const GATHER: bool>(function: Function, numbers: &[Pack]) -> f64 {
        sum::<Avx512<GATHER>>(function, numbers)
    }

    #[divan::bench(args = ALL)]
    fn avx2(bencher: Bencher<'_, '_>, function: Function) {
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            #[expect(unsafe_code, reason = "the processor was asked")]
            // SAFETY: the processor has AVX2 and FMA.
            run(bencher, |numbers| unsafe { on_avx2(function, numbers) });
        }
    }

    #[divan::bench(args = ALL, consts = [false, true])]
    fn avx512<const GATHER: bool>(bencher: Bencher<'_, '_>, function: Function) {
        let has = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl");
        if has && is_x86_feature_detected!("avx512dq") {
            #[expect(unsafe_code, reason = "the processor was asked")]
            // SAFETY: the processor has AVX-512 F, DQ and VL.
            run(bencher, |numbers| unsafe { on_avx512::<GATHER>(function, numbers) });
        }
    }
}
