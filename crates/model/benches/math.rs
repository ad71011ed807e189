//! What the functions that a quarter evaluates most cost, a number at a time: the floor in
//! `PERFORMANCE.md`.

#![allow(clippy::unwrap_used, reason = "a benchmark may stop")]

use article5_model::math::{LANES, Pack, Vector, cdf, exp, over_root, upper_tail};
use article5_model::vector::{Level, Task};
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

/// A function of all the numbers.
struct Sum<'a>(Function, &'a [Pack]);

impl Task for Sum<'_> {
    type Output = f64;

    #[inline(always)]
    fn on<V: Vector>(self) -> f64 {
        sum::<V>(self)
    }
}

#[inline(always)]
fn sum<V: Vector>(Sum(function, numbers): Sum<'_>) -> f64 {
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

/// Each function on each level that the machine has.
fn cases() -> impl Iterator<Item = (Level, Function)> {
    Level::available().into_iter().flat_map(|level| ALL.map(|function| (level, function)))
}

#[divan::bench(args = cases())]
fn on(bencher: Bencher<'_, '_>, (level, function): (Level, Function)) {
    let numbers = numbers();
    let bencher = bencher.counter(ItemsCount::new(PACKS * LANES));
    bencher.bench_local(|| level.compute(Sum(function, black_box(&numbers))));
}
