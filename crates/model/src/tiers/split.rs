//! The split of values into two classes (ODD 7.12): the values of several replicates side by side,
//! one per lane.

use super::sort::Sorter;
use crate::math::{Pack, Real as _, Vector};
use crate::observe::Split;

/// Splits the values of a fixed number of allies into two classes.
#[derive(Clone, Debug)]
pub(crate) struct Splitter {
    count: usize,
    /// The fewest members of a class.
    smallest: usize,
    sorter: Sorter,
    /// 1/√(k(n−k)) for a lower class of k = 1 to n − 1 values.
    weights: Vec<f64>,
}

/// The best split of each lane's values.
pub(crate) struct Splits {
    /// The means of the classes, η² and the mean of all; of no meaning where there is one class.
    upper: Pack,
    lower: Pack,
    separation: Pack,
    mean: Pack,
    /// The size of the lower class; 0 where there is one class.
    size: Pack,
}

impl Splitter {
    /// For `count` values, in classes of at least `smallest`.
    pub(crate) fn new(count: usize, smallest: usize) -> Self {
        let weight = |below: usize| 1.0 / (below as f64 * (count - below) as f64).sqrt();
        let weights = (1..count).map(weight).collect();
        Self { count, smallest, sorter: Sorter::new(count), weights }
    }

    /// Room for the values, a row each, in whole eights.
    pub(crate) fn rows(&self) -> Vec<Pack> {
        vec![Pack::ZERO; Sorter::rows(self.count)]
    }

    /// The two-class split of each lane with the largest between-class variance (Otsu's; Jenks's with
    /// two classes), each class of at least `smallest` values, the smaller lower class on a tie.
    /// Too few values, or values that do not vary, are one class. Leaves the values sorted.
    #[inline(always)]
    pub(crate) fn split<V: Vector>(&self, rows: &mut [Pack]) -> Splits {
        let (count, smallest) = (self.count, self.smallest);
        let (values, beyond) = rows.split_at_mut(count);
        let mean = sum_of::<V>(values) * (1.0 / count as f64);
        let total = squares_about(mean, values);
        beyond.fill(Pack::splat(f64::INFINITY));
        self.sorter.sort::<V>(rows);
        let values = &rows[..count];
        // The last value of the lower class runs from its first possible place to its last.
        let first = smallest.clamp(1, count) - 1;
        let end = count.saturating_sub(smallest).max(first);
        let zero = V::splat(0.0);
        let mut shortfall = zero;
        for value in &values[..first] {
            shortfall = shortfall + (mean - V::load(value));
        }
        // By how much the sum of the lower class falls short of k means, over √(k(n−k)): the root
        // of the between-class sum of squares over n.
        let (mut size, mut furthest) = (zero, V::splat(f64::NEG_INFINITY));
        let candidates = values[first..end].iter().zip(&self.weights[first..end]);
        for (place, (value, &weight)) in candidates.enumerate() {
            shortfall = shortfall + (mean - V::load(value));
            let here = shortfall * weight;
            let below = V::splat((first + place + 1) as f64);
            size = V::select(here.gt(furthest), below, size);
            furthest = here.max(furthest);
        }
        let above = V::splat(count as f64) - size;
        let shortfall = furthest * (size * above).sqrt();
        let separation = (furthest * furthest * (count as f64) / total).min(V::splat(1.0));
        let varies = V::load(&values[count - 1]).gt(V::load(&values[0]));
        Splits {
            upper: (mean + shortfall / above).store(),
            lower: (mean - shortfall / size).store(),
            separation: separation.store(),
            mean: mean.store(),
            // Also 0 if there are too few values, which leave no candidate.
            size: V::select(varies, size, zero).store(),
        }
    }
}

/// The sum of the values, in four strands, which do not wait for one another.
#[inline(always)]
fn sum_of<V: Vector>(values: &[Pack]) -> V {
    let mut strands = [V::splat(0.0); 4];
    for four in values.chunks(4) {
        for (strand, value) in strands.iter_mut().zip(four) {
            *strand = *strand + V::load(value);
        }
    }
    let [a, b, c, d] = strands;
    (a + b) + (c + d)
}

/// The sum of their squares about a centre, in the same way.
#[inline(always)]
fn squares_about<V: Vector>(centre: V, values: &[Pack]) -> V {
    let mut strands = [V::splat(0.0); 4];
    for four in values.chunks(4) {
        for (strand, value) in strands.iter_mut().zip(four) {
            let deviation = centre - V::load(value);
            *strand = deviation.mul_add(deviation, *strand);
        }
    }
    let [a, b, c, d] = strands;
    (a + b) + (c + d)
}

impl Splits {
    /// The split of one lane, and the size of its lower class: 0 where all are one class.
    #[inline(always)]
    pub(crate) fn of(&self, lane: usize) -> (Split, usize) {
        let of = |pack: &Pack| pack.lane(lane);
        let (mean, size) = (of(&self.mean), of(&self.size) as usize);
        if size == 0 {
            return (Split { upper: mean, lower: mean, gap: 0.0, separation: 0.0 }, 0);
        }
        let (upper, lower) = (of(&self.upper), of(&self.lower));
        (Split { upper, lower, gap: upper - lower, separation: of(&self.separation) }, size)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every split tried on the sorted values, straight from the definition.
    fn by_definition(values: &[f64], smallest: usize) -> Option<(Split, usize)> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let spread = |values: &[f64], about: f64| -> f64 {
            values.iter().map(|value| (value - about) * (value - about)).sum()
        };
        let all = mean(&sorted);
        (smallest..=sorted.len().checked_sub(smallest)?)
            .map(|size| {
                let (low, high) = sorted.split_at(size);
                let (lower, upper) = (mean(low), mean(high));
                let within = spread(low, lower) + spread(high, upper);
                let separation = 1.0 - within / spread(&sorted, all);
                (Split { upper, lower, gap: upper - lower, separation }, size)
            })
            .max_by(|(one, _), (other, _)| one.separation.total_cmp(&other.separation))
    }

    proptest! {
        #[test]
        fn the_split_is_the_best_of_all(
            values in prop::collection::vec(0.0..1.0f64, 2..40),
            smallest in 1..4usize,
        ) {
            prop_assume!(values.len() >= 2 * smallest);
            let splitter = Splitter::new(values.len(), smallest);
            let mut rows = splitter.rows();
            rows.iter_mut().zip(&values).for_each(|(row, &value)| *row = Pack::splat(value));
            let splits = splitter.split::<Pack>(&mut rows);
            let (split, size) = splits.of(2);
            let (best, best_size) = by_definition(&values, smallest).unwrap();
            prop_assert!((split.separation - best.separation).abs() < 1e-9);
            if size == best_size {
                prop_assert!((split.gap - best.gap).abs() < 1e-12);
                prop_assert!((split.lower - best.lower).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn separation_is_a_share_however_it_is_rounded() {
        for (low, high) in (1..300).map(|k| (0.37 / f64::from(k), 0.5 + 0.49 / f64::from(k))) {
            let splitter = Splitter::new(31, 3);
            let mut rows = splitter.rows();
            for (place, row) in rows.iter_mut().enumerate() {
                *row = Pack::splat(if place % 3 == 0 { low } else { high });
            }
            let (split, size) = splitter.split::<Pack>(&mut rows).of(0);
            assert_eq!(size, 11);
            assert!(split.separation <= 1.0, "{low} {high}: {}", split.separation);
            assert!(split.separation > 1.0 - 1e-12, "{low} {high}: {}", split.separation);
        }
    }

    #[test]
    fn too_few_values_and_values_that_do_not_vary_are_one_class() {
        for (values, smallest) in [(vec![0.1, 0.9, 0.5], 2), (vec![0.25; 8], 1)] {
            let splitter = Splitter::new(values.len(), smallest);
            let mut rows = splitter.rows();
            rows.iter_mut().zip(&values).for_each(|(row, &value)| *row = Pack::splat(value));
            let splits = splitter.split::<Pack>(&mut rows);
            let (split, size) = splits.of(0);
            assert_eq!((split.gap, split.separation, size), (0.0, 0.0, 0));
        }
    }
}
