//! Resampled limits: which restrictions come back when PRIM sees other points.

use super::{AnalysisError, Candidate, Cases, Limits, Search, Trajectory};
use crate::random::{Draws, Purpose};

/// How well one parameter's restriction is reproduced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reproducibility {
    /// Share of the resamples that restrict it, in the box of most similar coverage.
    pub by_coverage: f64,
    /// The same in the box of most similar density.
    pub by_density: f64,
    /// 5th and 95th percentile of its lower limit in the boxes of most similar coverage.
    pub low: Limits,
    /// The same of its upper limit.
    pub high: Limits,
}

impl Trajectory {
    /// Runs PRIM anew on `resamples` random halves of the points that the search was over (as Bryant &
    /// Lempert 2010 and the EMA Workbench do) and compares with `candidate`, a box of this trajectory. A
    /// half that is all alike restricts nothing.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Shape`] where there is no resample.
    pub fn reproducibility(
        &self,
        cases: &Cases<'_>,
        candidate: &Candidate,
        resamples: usize,
        seed: u64,
    ) -> Result<Vec<Reproducibility>, AnalysisError> {
        if resamples == 0 {
            let expected = "at least 1 wanted".to_owned();
            return Err(AnalysisError::Shape { what: "resamples", found: 0, expected });
        }
        let mut nearest = Vec::with_capacity(resamples);
        for resample in 0..resamples {
            let mut draws = Draws::new(seed, Purpose::Bootstrap, resample as u64);
            nearest.extend(self.half(cases, candidate, &mut draws));
        }
        Ok((0..cases.points.ncols()).map(|column| summary(&nearest, column)).collect())
    }

    /// The boxes of a random half that are nearest in coverage and in density.
    fn half(&self, cases: &Cases<'_>, candidate: &Candidate, draws: &mut Draws) -> Option<Nearest> {
        let mut rows = self.searched.clone();
        draws.shuffle(&mut rows);
        rows.truncate(self.searched.len() / 2);
        rows.sort_unstable();
        let points = cases.points.select(ndarray::Axis(0), &rows);
        let of_interest: Vec<bool> = rows.iter().map(|&row| cases.of_interest[row]).collect();
        let discrete = cases.discrete;
        let cases = Cases { points: points.view(), of_interest: &of_interest, discrete };
        let all: Vec<usize> = (0..rows.len()).collect();
        let boxes = Search::new(&cases, &all).run().boxes;
        // Several boxes may have the same coverage, or density: then the other one decides.
        let distance =
            |share: fn(&Candidate) -> f64, own: &Candidate| (share(own) - share(candidate)).abs();
        let coverage = |own: &Candidate| own.coverage;
        let density = |own: &Candidate| own.density;
        let closest = |first: fn(&Candidate) -> f64, then: fn(&Candidate) -> f64| {
            let key = |own: &Candidate| (distance(first, own), distance(then, own));
            boxes.iter().min_by(|a, b| {
                let (a, b) = (key(a), key(b));
                a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
            })
        };
        Some(Nearest {
            whole: boxes.first()?.clone(),
            by_coverage: closest(coverage, density)?.clone(),
            by_density: closest(density, coverage)?.clone(),
        })
    }
}

struct Nearest {
    whole: Candidate,
    by_coverage: Candidate,
    by_density: Candidate,
}

fn summary(nearest: &[Nearest], column: usize) -> Reproducibility {
    let share = |chosen: fn(&Nearest) -> &Candidate| {
        let restricts = |own: &&Nearest| chosen(own).limits[column] != own.whole.limits[column];
        nearest.iter().filter(restricts).count() as f64 / nearest.len() as f64
    };
    let middle = |limit: fn(&Limits) -> f64| {
        let own = nearest.iter().map(|own| limit(&own.by_coverage.limits[column]));
        let mut sorted: Vec<f64> = own.collect();
        sorted.sort_by(f64::total_cmp);
        let rank = |share: f64| sorted[(share * (sorted.len() - 1) as f64).round() as usize];
        Limits { low: rank(0.05), high: rank(0.95) }
    };
    Reproducibility {
        by_coverage: share(|own| &own.by_coverage),
        by_density: share(|own| &own.by_density),
        low: middle(|limits| limits.low),
        high: middle(|limits| limits.high),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    #[test]
    fn what_matters_is_reproduced_and_what_does_not_is_not() {
        let mut draws = Draws::new(2, Purpose::Design, 0);
        let points = Array2::from_shape_fn((1000, 3), |_| draws.uniform());
        let interest: Vec<bool> = points.rows().into_iter().map(|x| x[1] > 0.7).collect();
        let cases = Cases::new(points.view(), &interest, &[false; 3]).unwrap();
        let rows: Vec<usize> = (0..1000).collect();
        let found = cases.search(&rows);
        let last = found.boxes.last().unwrap();
        let own = found.reproducibility(&cases, last, 20, 1).unwrap();
        assert_eq!(own[1].by_coverage, 1.0);
        assert!((own[1].low.low - 0.7).abs() < 0.05 && (own[1].low.high - 0.7).abs() < 0.05);
        assert!(own[0].by_coverage < 0.5 && own[2].by_coverage < 0.5, "{own:?}");
    }

    #[test]
    fn a_half_without_a_point_of_interest_restricts_nothing() {
        let mut draws = Draws::new(3, Purpose::Design, 0);
        let points = Array2::from_shape_fn((60, 2), |_| draws.uniform());
        let mut highest: Vec<f64> = points.column(0).to_vec();
        highest.sort_by(f64::total_cmp);
        let interest: Vec<bool> = points.column(0).iter().map(|&x| x > highest[56]).collect();
        let cases = Cases::new(points.view(), &interest, &[false; 2]).unwrap();
        let rows: Vec<usize> = (0..60).collect();
        let found = cases.search(&rows);
        let last = found.boxes.last().unwrap();
        assert_eq!((last.points, last.of_interest), (3, 3));
        let own = found.reproducibility(&cases, last, 200, 1).unwrap();
        // A half has none of three points in about one of eight draws.
        assert!((0.8..0.95).contains(&own[0].by_coverage), "{own:?}");
    }
}
