//! The search for one box: peeling, then pasting.

use super::{Candidate, Cases, Limits, Trajectory};

/// The largest share of the box that peeling cuts off.
const PEEL_ALPHA: f64 = 0.05;

/// The share of the slice beside the box that pasting gives back.
const PASTE_ALPHA: f64 = 0.05;

/// The least share of all points in a box.
pub(crate) const MIN_MASS: f64 = 0.05;

/// A search among some of the cases.
pub(super) struct Search<'a, 'c> {
    cases: &'a Cases<'c>,
    /// The rows searched.
    rows: &'a [usize],
    /// Columns, real ones first.
    columns: Vec<usize>,
    /// The limits of all cases, including those in earlier boxes.
    whole: Vec<Limits>,
}

/// A box with its rows.
struct Tried {
    limits: Vec<Limits>,
    rows: Vec<usize>,
}

#[derive(Clone, Copy)]
enum Side {
    Lower,
    Upper,
}

impl<'a, 'c> Search<'a, 'c> {
    pub(super) fn new(cases: &'a Cases<'c>, rows: &'a [usize]) -> Self {
        let mut columns: Vec<usize> = (0..cases.points.ncols()).collect();
        columns.sort_by_key(|&column| cases.discrete[column]);
        let whole = cases.points.columns().into_iter().map(|column| Limits {
            low: column.iter().copied().fold(f64::INFINITY, f64::min),
            high: column.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        });
        Self { cases, rows, columns, whole: whole.collect() }
    }

    pub(super) fn run(&self) -> Trajectory {
        let mut current = Tried { limits: self.whole.clone(), rows: self.rows.to_vec() };
        let mut boxes = vec![self.candidate(&current)];
        while let Some(next) = self.peel(&current) {
            boxes.push(self.candidate(&next));
            current = next;
        }
        while let Some(next) = self.paste(&current) {
            boxes.push(self.candidate(&next));
            current = next;
        }
        Trajectory { boxes, searched: self.rows.to_vec() }
    }

    fn candidate(&self, tried: &Tried) -> Candidate {
        let (points, of_interest) = (tried.rows.len(), self.cases.count(&tried.rows));
        let all = self.cases.points.nrows();
        let all_of_interest = self.cases.of_interest.iter().filter(|&&own| own).count();
        Candidate {
            limits: tried.limits.clone(),
            coverage: of_interest as f64 / all_of_interest as f64,
            density: of_interest as f64 / points as f64,
            mass: points as f64 / all as f64,
            points,
            of_interest,
        }
    }

    /// The best box after one more cut, unless it is too small or gains nothing.
    fn peel(&self, current: &Tried) -> Option<Tried> {
        let sides = [Side::Upper, Side::Lower];
        let tried = self.columns.iter().flat_map(|&column| {
            let values = self.sorted(&current.rows, column);
            sides.map(|side| self.cut(current, column, &values, side))
        });
        let (gain, best) = self.best(current, tried)?;
        let smaller = best.rows.len() < current.rows.len();
        (gain > 0.0 && smaller && self.has_mass(&best)).then_some(best)
    }

    /// The best box after giving back one more slice, unless it gains nothing.
    fn paste(&self, current: &Tried) -> Option<Tried> {
        let restricted =
            self.columns.iter().filter(|&&column| current.limits[column] != self.whole[column]);
        let sides = [Side::Lower, Side::Upper];
        let slices = restricted.flat_map(|&column| sides.map(|side| (column, side)));
        let tried = slices.map(|(column, side)| self.give_back(current, column, side));
        let (gain, best) = self.best(current, tried)?;
        let larger = best.rows.len() > current.rows.len();
        (gain > 0.0 && larger && self.has_mass(&best)).then_some(best)
    }

    fn has_mass(&self, tried: &Tried) -> bool {
        tried.rows.len() as f64 / self.cases.points.nrows() as f64 >= MIN_MASS
    }

    /// The first of those with the greatest gain and, among these, the fewest restrictions.
    fn best(&self, current: &Tried, tried: impl Iterator<Item = Tried>) -> Option<(f64, Tried)> {
        let mut best: Option<(f64, usize, Tried)> = None;
        for candidate in tried {
            let gain = self.gain(current, &candidate);
            let pairs = candidate.limits.iter().zip(&self.whole);
            let restricted = pairs.filter(|(own, all)| own != all).count();
            let better = best.as_ref().is_none_or(|(most, fewest, _)| {
                gain > *most || gain == *most && restricted < *fewest
            });
            if better {
                best = Some((gain, restricted, candidate));
            }
        }
        best.map(|(gain, _, tried)| (gain, tried))
    }

    /// EMA's `LENIENT1`: change of density over the number of points moved.
    fn gain(&self, old: &Tried, new: &Tried) -> f64 {
        let density = |tried: &Tried| match tried.rows.len() {
            0 => 0.0,
            n => self.cases.count(&tried.rows) as f64 / n as f64,
        };
        match old.rows.len().abs_diff(new.rows.len()) {
            0 => 0.0,
            moved => (density(new) - density(old)) / moved as f64,
        }
    }

    /// The box after a cut of a parameter, given its sorted values in the current one.
    fn cut(&self, current: &Tried, column: usize, values: &[f64], side: Side) -> Tried {
        let own = current.limits[column];
        let own = match (self.cases.discrete[column], side) {
            (true, side) => self.cut_at_a_value(column, values, own, side),
            (false, Side::Upper) => Limits { high: cut_between(values, 1.0 - PEEL_ALPHA), ..own },
            (false, Side::Lower) => Limits { low: cut_between(values, PEEL_ALPHA), ..own },
        };
        let mut limits = current.limits.clone();
        limits[column] = own;
        let inside = |&&row: &&usize| own.hold(self.cases.points[(row, column)]);
        let rows = current.rows.iter().filter(inside).copied().collect();
        Tried { limits, rows }
    }

    /// The limits of a discrete parameter after a cut.
    fn cut_at_a_value(&self, column: usize, values: &[f64], own: Limits, side: Side) -> Limits {
        // EMA rounds down to a whole number; in other lists, to one of their values.
        let listed = |most: f64| {
            let values = self.rows.iter().map(|&row| self.cases.points[(row, column)]);
            values.filter(|value| *value <= most).fold(f64::NEG_INFINITY, f64::max)
        };
        match side {
            Side::Upper => {
                let cut = listed(cut_between(values, 1.0 - PEEL_ALPHA));
                let kept = |&&v: &&f64| v <= cut;
                Limits { high: values.iter().rfind(kept).copied().unwrap_or(own.high), ..own }
            }
            Side::Lower => {
                let cut = listed(cut_between(values, PEEL_ALPHA));
                let kept = |&&v: &&f64| if cut == own.low { v > own.low } else { v >= cut };
                Limits { low: values.iter().find(kept).copied().unwrap_or(own.low), ..own }
            }
        }
    }

    fn give_back(&self, current: &Tried, column: usize, side: Side) -> Tried {
        let (old, all) = (current.limits[column], self.whole[column]);
        let beside = match side {
            Side::Lower => Limits { low: all.low, high: old.low },
            Side::Upper => Limits { low: old.high, high: all.high },
        };
        let slice = self.inside(&current.limits, column, beside);
        let mut values = self.sorted(&slice, column);
        let own = if self.cases.discrete[column] {
            values.retain(|&value| !old.hold(value));
            match side {
                Side::Lower => Limits { low: *values.last().unwrap_or(&all.low), ..old },
                Side::Upper => Limits { high: *values.first().unwrap_or(&all.high), ..old },
            }
        } else {
            let paste = |share: f64, end: f64| {
                if values.is_empty() { end } else { cut_between(&values, share) }
            };
            match side {
                Side::Lower => Limits { low: paste(1.0 - PASTE_ALPHA, all.low), ..old },
                Side::Upper => Limits { high: paste(PASTE_ALPHA, all.high), ..old },
            }
        };
        let mut limits = current.limits.clone();
        limits[column] = own;
        let rows = self.inside(&current.limits, column, own);
        Tried { limits, rows }
    }

    /// The searched rows within `limits`, with `own` in place of the limits of `column`.
    fn inside(&self, limits: &[Limits], column: usize, own: Limits) -> Vec<usize> {
        let mut limits = limits.to_vec();
        limits[column] = own;
        self.rows.iter().filter(|&&row| self.cases.inside(row, &limits)).copied().collect()
    }

    fn sorted(&self, rows: &[usize], column: usize) -> Vec<f64> {
        let mut values: Vec<f64> =
            rows.iter().map(|&row| self.cases.points[(row, column)]).collect();
        values.sort_by(f64::total_cmp);
        values
    }
}

/// Where to cut sorted values: halfway between the two around the quantile, past any tie towards
/// the inside, so that equal values are cut off together.
fn cut_between(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let position = last as f64 * share;
    let (mut below, mut above) = (position.floor() as usize, position.ceil() as usize);
    if share > 0.5 {
        while sorted[below] == sorted[above] && below > 0 {
            below -= 1;
        }
    } else {
        while sorted[below] == sorted[above] && above < last {
            above += 1;
        }
    }
    (sorted[below] + sorted[above]) / 2.0
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    #[test]
    fn a_cut_lies_between_two_values_past_any_that_tie() {
        assert_eq!(cut_between(&[0.0, 1.0, 2.0, 3.0], 0.95), 2.5);
        assert_eq!(cut_between(&[0.0, 1.0, 2.0, 3.0], 0.05), 0.5);
        assert_eq!(cut_between(&[1.0, 2.0, 2.0, 2.0], 0.95), 1.5);
        assert_eq!(cut_between(&[1.0, 1.0, 1.0, 2.0], 0.05), 1.5);
        assert_eq!(cut_between(&[2.0; 4], 0.95), 2.0);
        assert!(cut_between(&[], 0.5).is_nan());
    }

    /// A search over these numbers, each one point.
    fn with<T>(values: &[f64], interest: impl Fn(f64) -> bool, ask: impl Fn(&Search) -> T) -> T {
        let points = Array2::from_shape_vec((values.len(), 1), values.to_vec()).unwrap();
        let of_interest: Vec<bool> = values.iter().map(|&value| interest(value)).collect();
        let cases = Cases::new(points.view(), &of_interest, &[true]).unwrap();
        let rows: Vec<usize> = (0..values.len()).collect();
        ask(&Search::new(&cases, &rows))
    }

    fn between(search: &Search, low: f64, high: f64) -> Tried {
        let limits = vec![Limits { low, high }];
        let rows = search.inside(&limits, 0, limits[0]);
        Tried { limits, rows }
    }

    #[test]
    fn a_discrete_cut_takes_five_percent_in_whole_values() {
        let forty: Vec<f64> = (0..40).map(f64::from).collect();
        let cut = |values: &[f64], side: Side| {
            with(
                values,
                |value| value > 5.0,
                |search| {
                    let whole = between(search, values[0], values[values.len() - 1]);
                    search.cut(&whole, 0, values, side).limits[0]
                },
            )
        };
        // The quantiles are at 37.05 and at 1.95: 37.5 and 1.5, rounded down to existing values.
        assert_eq!(cut(&forty, Side::Upper), Limits { low: 0.0, high: 37.0 });
        assert_eq!(cut(&forty, Side::Lower), Limits { low: 1.0, high: 39.0 });
        // Values that tie go together, at least one each time.
        let tied = [0.0, 0.0, 0.0, 3.0, 7.0, 9.0, 9.0, 9.0];
        assert_eq!(cut(&tied, Side::Lower), Limits { low: 3.0, high: 9.0 });
        assert_eq!(cut(&tied, Side::Upper), Limits { low: 0.0, high: 7.0 });
    }

    #[test]
    fn peeling_ends_where_the_best_cut_leaves_too_few_points_though_another_leaves_enough() {
        // Six of a hundred points are left. Without the switch there are three, all of interest: they
        // gain 1/6 a point. Without the last of the six, which is not of interest, there are five, a
        // twentieth of all: they gain 1/10.
        let points = Array2::from_shape_fn((100, 2), |(row, column)| match column {
            0 => row as f64,
            _ => f64::from(row >= 3),
        });
        let of_interest: Vec<bool> = (0..100).map(|row| row < 3).collect();
        let left: Vec<usize> = (0..6).collect();
        let cases = Cases::new(points.view(), &of_interest, &[false, true]).unwrap();
        let search = Search::new(&cases, &left);
        let all = Tried { limits: search.whole.clone(), rows: left.clone() };
        let five = search.cut(&all, 0, &search.sorted(&left, 0), Side::Upper);
        assert!(five.rows == left[..5] && search.gain(&all, &five) > 0.0 && search.has_mass(&five));
        assert!(search.peel(&all).is_none());
    }

    #[test]
    fn a_discrete_slice_is_given_back_by_the_nearest_value() {
        let ten: Vec<f64> = (0..10).map(f64::from).collect();
        with(
            &ten,
            |value| value > 5.0,
            |search| {
                let middle = between(search, 4.0, 6.0);
                let lower = search.give_back(&middle, 0, Side::Lower);
                let upper = search.give_back(&middle, 0, Side::Upper);
                assert_eq!(lower.limits[0], Limits { low: 3.0, high: 6.0 });
                assert_eq!(upper.limits[0], Limits { low: 4.0, high: 7.0 });
                assert_eq!([lower.rows, upper.rows], [vec![3, 4, 5, 6], vec![4, 5, 6, 7]]);
            },
        );
    }

    #[test]
    fn only_a_slice_that_makes_the_box_denser_is_given_back() {
        let ten: Vec<f64> = (0..10).map(f64::from).collect();
        let given_back = |interest: fn(f64) -> bool, low: f64, high: f64| {
            with(&ten, interest, |search| {
                search.paste(&between(search, low, high)).map(|own| own.limits[0])
            })
        };
        // 3 is of interest where 4 is not: half of the box, then two thirds of it.
        let denser = given_back(|value| value == 3.0 || value == 5.0, 4.0, 5.0);
        assert_eq!(denser, Some(Limits { low: 3.0, high: 5.0 }));
        // A slice that is less dense, or as dense, gains nothing.
        assert_eq!(given_back(|value| value == 5.0, 5.0, 5.0), None);
        assert_eq!(given_back(|value| value > 3.0, 5.0, 6.0), None);
    }
}
