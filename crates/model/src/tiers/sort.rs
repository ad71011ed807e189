//! Sorting the values of several replicates side by side: a network of comparisons, which takes no
//! branch on a value.

use crate::math::{LANES, Pack, Vector};

/// Up to so many values are sorted in registers.
const FEW: usize = 32;

/// A sorting network for a fixed number of values.
#[derive(Clone, Debug)]
pub(super) struct Sorter {
    /// The comparisons for more than [`FEW`] values: pairs of places, whose values are exchanged if
    /// they are out of order.
    comparisons: Vec<(u16, u16)>,
}

impl Sorter {
    /// For `count` values.
    pub(super) fn new(count: usize) -> Self {
        let comparisons = if count > FEW { merge_exchange(count) } else { Vec::new() };
        Self { comparisons }
    }

    /// How many rows hold `count` values while they are sorted: whole eights.
    pub(super) fn rows(count: usize) -> usize {
        count.next_multiple_of(LANES).max(FEW)
    }

    /// Sorts each lane by itself. Rows beyond the values hold infinity.
    #[inline(always)]
    pub(super) fn sort<V: Vector>(&self, values: &mut [Pack]) {
        if let Ok(few) = <&mut [Pack; FEW]>::try_from(&mut *values) {
            return sort_few::<V>(few);
        }
        for &(low, high) in &self.comparisons {
            let (low, high) = (usize::from(low), usize::from(high));
            let (a, b) = (V::load(&values[low]), V::load(&values[high]));
            (values[low], values[high]) = (a.min(b).store(), a.max(b).store());
        }
    }
}

/// Sorts up to [`FEW`] values: eights, then Batcher's odd-even merges to sixteens and to all.
#[inline(always)]
fn sort_few<V: Vector>(rows: &mut [Pack; FEW]) {
    for eight in rows.chunks_exact_mut(8) {
        let mut x = load::<V, 8>(eight, 1);
        sort_eight(&mut x);
        store(x, eight, 1);
    }
    for sixteen in rows.chunks_exact_mut(16) {
        let mut x = load::<V, 16>(sixteen, 1);
        merge_sixteen(&mut x);
        store(x, sixteen, 1);
    }
    for start in [0, 1] {
        let mut x = load::<V, 16>(&rows[start..], 2);
        merge_sixteen(&mut x);
        store(x, &mut rows[start..], 2);
    }
    for pair in rows[1..FEW - 1].chunks_exact_mut(2) {
        let [a, b] = load::<V, 2>(pair, 1);
        store([a.min(b), a.max(b)], pair, 1);
    }
}

/// Every `step`-th row.
#[inline(always)]
fn load<V: Vector, const N: usize>(rows: &[Pack], step: usize) -> [V; N] {
    let mut x = [V::splat(0.0); N];
    for (i, x) in x.iter_mut().enumerate() {
        *x = V::load(&rows[i * step]);
    }
    x
}

#[inline(always)]
fn store<V: Vector, const N: usize>(x: [V; N], rows: &mut [Pack], step: usize) {
    for (i, x) in x.iter().enumerate() {
        rows[i * step] = x.store();
    }
}

/// Puts pairs of places in order, one after the other. Written out, so that the places stay in
/// registers.
macro_rules! order {
    ($x:ident: $($low:literal $high:literal),*) => {$(
        ($x[$low], $x[$high]) = ($x[$low].min($x[$high]), $x[$low].max($x[$high]));
    )*};
}

/// Sorts eight values in 19 comparisons, which is the fewest there can be (Knuth, *The Art of Computer
/// Programming* 3, 5.3.4).
#[inline(always)]
fn sort_eight<V: Vector>(x: &mut [V; 8]) {
    order!(x: 0 2, 1 3, 4 6, 5 7, 0 4, 1 5, 2 6, 3 7, 0 1, 2 3, 4 5, 6 7);
    order!(x: 2 4, 3 5, 1 4, 3 6, 1 2, 3 4, 5 6);
}

/// Merges two sorted halves of eight (Batcher's odd-even merge).
#[inline(always)]
fn merge_sixteen<V: Vector>(x: &mut [V; 16]) {
    order!(x: 0 8, 1 9, 2 10, 3 11, 4 12, 5 13, 6 14, 7 15);
    order!(x: 4 8, 5 9, 6 10, 7 11);
    order!(x: 2 4, 3 5, 6 8, 7 9, 10 12, 11 13);
    order!(x: 1 2, 3 4, 5 6, 7 8, 9 10, 11 12, 13 14);
}

/// The comparisons of Batcher's merge exchange (Knuth, 5.2.2, algorithm M), which sort `count` values.
fn merge_exchange(count: usize) -> Vec<(u16, u16)> {
    let mut comparisons = Vec::new();
    let widest = count.next_power_of_two() / 2;
    let mut run = widest;
    while run > 0 {
        let (mut stride, mut rest, mut distance) = (widest, 0, run);
        loop {
            let pairs = (0..count.saturating_sub(distance)).filter(|place| place & run == rest);
            comparisons.extend(pairs.map(|place| (place as u16, (place + distance) as u16)));
            if stride == run {
                break;
            }
            (distance, stride, rest) = (stride - run, stride / 2, run);
        }
        run /= 2;
    }
    comparisons
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_number_of_values_is_sorted_lane_by_lane(
            rows in prop::collection::vec(prop::array::uniform8(0.0..1.0f64), 1..70),
        ) {
            let mut rows: Vec<Pack> = rows.into_iter().map(Pack).collect();
            let mut sorted = rows.clone();
            for lane in 0..LANES {
                let mut values: Vec<f64> = rows.iter().map(|row| row.0[lane]).collect();
                values.sort_by(f64::total_cmp);
                sorted.iter_mut().zip(values).for_each(|(row, value)| row.0[lane] = value);
            }
            let count = rows.len();
            rows.resize(Sorter::rows(count), Pack::splat(f64::INFINITY));
            Sorter::new(count).sort::<Pack>(&mut rows);
            rows.truncate(count);
            prop_assert_eq!(rows, sorted);
        }
    }
}
