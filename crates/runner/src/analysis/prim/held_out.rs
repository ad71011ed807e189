//! How good a box is on points that it was not chosen from.

use super::{Candidate, Cases, Limits};

/// Density and coverage on points held out. The box's own are too good, because a search also takes
/// what chance offers: pure noise gives dense boxes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeldOut {
    /// The share of the held-out points in the box that are of interest; `None` if it has no such
    /// points.
    pub density: Option<f64>,
    /// The share of the held-out points of interest that lie in the box; `None` if there are none.
    pub coverage: Option<f64>,
}

impl HeldOut {
    /// Tries a box on these rows, which the search for it has not seen.
    pub(super) fn of(
        cases: &Cases<'_>,
        rows: &[usize],
        own: &Candidate,
        whole: &Candidate,
    ) -> Self {
        let limits = open(own, whole);
        let inside: Vec<usize> =
            rows.iter().copied().filter(|&row| cases.inside(row, &limits)).collect();
        let of_interest = cases.count(&inside);
        let share = |all: usize| (all > 0).then(|| of_interest as f64 / all as f64);
        Self { density: share(inside.len()), coverage: share(cases.count(rows)) }
    }

    /// The means over several, leaving out shares that do not exist.
    pub(super) fn mean(all: &[Self]) -> Self {
        let mean = |of: fn(&Self) -> Option<f64>| {
            let own: Vec<f64> = all.iter().filter_map(of).collect();
            (!own.is_empty()).then(|| own.iter().sum::<f64>() / own.len() as f64)
        };
        Self { density: mean(|own| own.density), coverage: mean(|own| own.coverage) }
    }
}

/// The limits of a box, without those that it has only because no point searched lay beyond them:
/// points held out may.
fn open(own: &Candidate, whole: &Candidate) -> Vec<Limits> {
    let pairs = own.limits.iter().zip(&whole.limits);
    pairs
        .map(|(own, all)| Limits {
            low: if own.low == all.low { f64::NEG_INFINITY } else { own.low },
            high: if own.high == all.high { f64::INFINITY } else { own.high },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::super::Resampled;
    use super::*;
    use crate::random::{Draws, Purpose};

    const POINTS: usize = 1000;

    const RESAMPLES: usize = 20;

    /// The box that covers most among those of at least this density, and what resamples say of it.
    fn found(points: &Array2<f64>, of_interest: &[bool], density: f64) -> (Candidate, Resampled) {
        let discrete = vec![false; points.ncols()];
        let cases = Cases::new(points.view(), of_interest, &discrete).unwrap();
        let rows: Vec<usize> = (0..points.nrows()).collect();
        let found = cases.search(&rows);
        let own = found.boxes.iter().find(|own| own.density >= density).unwrap();
        (own.clone(), found.resampled(&cases, own, RESAMPLES, 1).unwrap())
    }

    #[test]
    fn a_box_of_pure_noise_is_dense_on_its_own_points_alone() {
        for seed in 0..5 {
            let mut draws = Draws::new(seed, Purpose::Design, 0);
            let points = Array2::from_shape_fn((POINTS, 17), |_| draws.uniform());
            let interest: Vec<bool> = (0..POINTS).map(|_| draws.uniform() < 0.1).collect();
            let base = interest.iter().filter(|own| **own).count() as f64 / POINTS as f64;
            let (own, again) = found(&points, &interest, 0.25);
            let [density, coverage] =
                [again.held_out.density, again.held_out.coverage].map(Option::unwrap);
            assert!(own.density > 2.0 * base, "{own:?}");
            assert!((density - base).abs() < 0.03, "{density} {base}");
            assert!(coverage < 0.5 * own.coverage, "{coverage} {own:?}");
        }
    }

    #[test]
    fn a_real_box_is_nearly_as_dense_elsewhere() {
        let mut draws = Draws::new(1, Purpose::Design, 0);
        let points = Array2::from_shape_fn((POINTS, 3), |_| draws.uniform());
        let interest: Vec<bool> = points
            .rows()
            .into_iter()
            .map(|x| draws.uniform() < if x[0] > 0.6 && x[1] < 0.7 { 0.9 } else { 0.05 })
            .collect();
        let (own, again) = found(&points, &interest, 0.8);
        let [density, coverage] =
            [again.held_out.density, again.held_out.coverage].map(Option::unwrap);
        assert!((density - own.density).abs() < 0.05, "{density} {own:?}");
        assert!((coverage - own.coverage).abs() < 0.05, "{coverage} {own:?}");
    }

    #[test]
    fn a_point_beyond_all_that_were_searched_is_outside_of_restrictions_alone() {
        let points = array![[0.2, 0.1], [0.9, 0.5], [-9.0, 0.5], [0.5, 9.0]];
        let of_interest = [true, false, true, false];
        let cases = Cases::new(points.view(), &of_interest, &[false; 2]).unwrap();
        let candidate = |limits: [[f64; 2]; 2]| Candidate {
            limits: limits.map(|[low, high]| Limits { low, high }).to_vec(),
            ..cases.search(&[0, 1]).boxes[0].clone()
        };
        let whole = candidate([[0.2, 0.9], [0.1, 0.5]]);
        let own = candidate([[0.2, 0.6], [0.1, 0.5]]);
        let held_out = |rows: &[usize]| HeldOut::of(&cases, rows, &own, &whole);
        let expected = HeldOut { density: Some(0.5), coverage: Some(1.0) };
        assert_eq!(held_out(&[2, 3]), expected);
        // Neither a point in the box nor one of interest: there is no share.
        let none = HeldOut { density: None, coverage: None };
        assert_eq!(held_out(&[1]), none);
        assert_eq!(HeldOut::mean(&[none, expected]), expected);
        assert_eq!(HeldOut::mean(&[none]), none);
    }
}
