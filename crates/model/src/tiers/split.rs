//! The split of values into two classes (section 7): the values of several readings side by side, one
//! a lane.

use super::sort::Sorter;
use crate::math::Quad;
use crate::observe::Split;

/// The values of one ally in several readings, one a lane.
pub(crate) type Row = [f64; 4];

/// How values in one number of allies are split.
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
    count: usize,
    /// Whether there is a split at all: enough values, and values that vary.
    splits: bool,
    least: Row,
    most: Row,
    mean: Row,
    /// The sum of squares about the mean.
    total: Row,
    /// The size of the lower class.
    size: Row,
    /// By how much its sum falls short of as many means, over √(k(n−k)): the root of the
    /// between-class sum of squares over n.
    furthest: Row,
}

impl Splitter {
    /// For `count` values, in classes of at least `smallest`.
    pub(crate) fn new(count: usize, smallest: usize) -> Self {
        let weight = |below: usize| 1.0 / (below as f64 * (count - below) as f64).sqrt();
        let weights = (1..count).map(weight).collect();
        Self { count, smallest, sorter: Sorter::new(count), weights }
    }

    /// Room for the values, whole packs of them.
    pub(crate) fn rows(&self) -> Vec<Row> {
        vec![[f64::INFINITY; 4]; Sorter::rows(self.count)]
    }

    /// The two-class split of each lane with the largest between-class variance (Otsu's; Jenks's with
    /// two classes), each class of at least `smallest` values, the smaller lower class on a tie.
    /// Leaves the values sorted. The rows beyond the values hold infinity.
    #[inline(always)]
    pub(crate) fn split<Q: Quad>(&self, rows: &mut [Row]) -> Splits {
        let (count, smallest) = (self.count, self.smallest);
        let mean = sum_of::<Q>(&rows[..count]).times(Q::splat(1.0 / count as f64));
        let total = squares_about(mean, &rows[..count]);
        self.sorter.sort::<Q>(rows);
        let values = &rows[..count];
        // The last value of the lower class goes from the smallest there may be to the largest.
        let first = smallest.clamp(1, count) - 1;
        let end = count.saturating_sub(smallest).max(first);
        let mut shortfall = Q::splat(0.0);
        for value in &values[..first] {
            shortfall = shortfall.plus(mean.minus(Q::load(value)));
        }
        let (mut size, mut furthest) = (Q::splat(0.0), Q::splat(f64::NEG_INFINITY));
        let candidates = values[first..end].iter().zip(&self.weights[first..end]);
        for (place, (value, &weight)) in candidates.enumerate() {
            shortfall = shortfall.plus(mean.minus(Q::load(value)));
            let here = shortfall.times(Q::splat(weight));
            size = here.where_greater(furthest, Q::splat((first + place + 1) as f64), size);
            furthest = here.max(furthest);
        }
        let (least, most) = (values[0], values[count - 1]);
        Splits {
            count,
            splits: count >= 2 * smallest,
            least,
            most,
            mean: row(mean),
            total: row(total),
            size: row(size),
            furthest: row(furthest),
        }
    }
}

/// The sum of the values and that of their squares about a centre, each in four strands.
#[inline(always)]
fn sum_of<Q: Quad>(values: &[Row]) -> Q {
    let mut strands = [Q::splat(0.0); 4];
    for four in values.chunks(4) {
        for (strand, value) in strands.iter_mut().zip(four) {
            *strand = strand.plus(Q::load(value));
        }
    }
    let [a, b, c, d] = strands;
    a.plus(b).plus(c.plus(d))
}

#[inline(always)]
fn squares_about<Q: Quad>(centre: Q, values: &[Row]) -> Q {
    let mut strands = [Q::splat(0.0); 4];
    for four in values.chunks(4) {
        for (strand, value) in strands.iter_mut().zip(four) {
            let deviation = centre.minus(Q::load(value));
            *strand = strand.plus(deviation.times(deviation));
        }
    }
    let [a, b, c, d] = strands;
    a.plus(b).plus(c.plus(d))
}

#[inline(always)]
fn row<Q: Quad>(quad: Q) -> Row {
    let mut row = [0.0; 4];
    quad.store(&mut row);
    row
}

impl Splits {
    /// The split of one lane, and the size of its lower class. Too few values, or values that do not
    /// vary, are one class.
    #[inline(always)]
    pub(crate) fn of(&self, lane: usize) -> (Split, usize) {
        let mean = self.mean[lane];
        if !self.splits || self.least[lane] == self.most[lane] {
            return (Split { upper: mean, lower: mean, gap: 0.0, separation: 0.0 }, 0);
        }
        let (count, below) = (self.count as f64, self.size[lane]);
        let furthest = self.furthest[lane];
        let shortfall = furthest * (below * (count - below)).sqrt();
        let lower = mean - shortfall / below;
        let upper = mean + shortfall / (count - below);
        let separation = (furthest * furthest * count / self.total[lane]).min(1.0);
        (Split { upper, lower, gap: upper - lower, separation }, below as usize)
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
            rows.iter_mut().zip(&values).for_each(|(row, &value)| *row = [value; 4]);
            let splits = splitter.split::<Row>(&mut rows);
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
    fn too_few_values_and_values_that_do_not_vary_are_one_class() {
        for (values, smallest) in [(vec![0.1, 0.9, 0.5], 2), (vec![0.25; 8], 1)] {
            let splitter = Splitter::new(values.len(), smallest);
            let mut rows = splitter.rows();
            rows.iter_mut().zip(&values).for_each(|(row, &value)| *row = [value; 4]);
            let splits = splitter.split::<Row>(&mut rows);
            let (split, size) = splits.of(0);
            assert_eq!((split.gap, split.separation, size), (0.0, 0.0, 0));
        }
    }
}
