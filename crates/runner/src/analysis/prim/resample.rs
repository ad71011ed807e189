//! Searches in random halves of the points: which restrictions come back, and how good the box is on
//! the other half.

use rayon::prelude::*;

use super::{AnalysisError, Candidate, Cases, HeldOut, Limits, Search, Trajectory};
use crate::analysis::quantile;
use crate::random::{Draws, Purpose};

/// What random halves of the points say of a box.
#[derive(Clone, Debug, PartialEq)]
pub struct Resampled {
    /// The reproducibility of each parameter's restriction.
    pub restrictions: Vec<Reproducibility>,
    /// Means over the halves: in each, the box with the most similar coverage is tried on the other
    /// half. Its coverage is of all points of interest, including those in earlier boxes, as the
    /// box's own is.
    pub held_out: HeldOut,
}

/// How well one parameter's restriction is reproduced. Any two halves have about half of their
/// points in common, so chance features of the points come back as well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reproducibility {
    /// The share of the resamples that restrict it, in the box of most similar coverage.
    pub by_coverage: f64,
    /// The same in the box of most similar density.
    pub by_density: f64,
    /// Its lower limit in the boxes of most similar coverage.
    pub low: Quantiles,
    /// The same for its upper limit.
    pub high: Quantiles,
}

/// Between these lie nine tenths of the resamples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantiles {
    /// The 5 % quantile.
    pub q05: f64,
    /// The 95 % quantile.
    pub q95: f64,
}

impl Trajectory {
    /// Runs PRIM anew on `resamples` random halves of the points that were searched (as Bryant &
    /// Lempert 2010 and the EMA Workbench do) and compares with `candidate`, a box of this
    /// trajectory; what is found there is tried on the other half. A half whose points are all
    /// alike restricts nothing. The halves are searched on the threads of the rayon pool in which
    /// this is called.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Shape`] if there is no resample.
    pub fn resampled(
        &self,
        cases: &Cases<'_>,
        candidate: &Candidate,
        resamples: usize,
        seed: u64,
    ) -> Result<Resampled, AnalysisError> {
        if resamples == 0 {
            let expected = "at least 1 wanted".to_owned();
            return Err(AnalysisError::Shape { what: "resamples", found: 0, expected });
        }
        let half = |resample: usize| {
            let mut draws = Draws::new(seed, Purpose::Bootstrap, resample as u64);
            self.half(cases, candidate, &mut draws)
        };
        let nearest: Vec<Nearest> = (0..resamples).into_par_iter().filter_map(half).collect();
        let held_out: Vec<HeldOut> = nearest.iter().map(|own| own.held_out).collect();
        let HeldOut { density, coverage } = HeldOut::mean(&held_out);
        let coverage = coverage.map(|share| share * self.left());
        Ok(Resampled {
            restrictions: (0..cases.points.ncols())
                .map(|column| summary(&nearest, column))
                .collect(),
            held_out: HeldOut { density, coverage },
        })
    }

    /// The share of all points of interest that earlier boxes left to this search.
    fn left(&self) -> f64 {
        self.boxes.first().map_or(1.0, |whole| whole.coverage)
    }

    /// The boxes of a random half of the blocks that are nearest in coverage and in density.
    fn half(&self, cases: &Cases<'_>, candidate: &Candidate, draws: &mut Draws) -> Option<Nearest> {
        let of_block = |one: &usize, other: &usize| one / cases.block == other / cases.block;
        let mut blocks: Vec<&[usize]> = self.searched.chunk_by(of_block).collect();
        draws.shuffle(&mut blocks);
        let others = blocks.split_off((blocks.len() / 2).max(1)).concat();
        let mut rows = blocks.concat();
        rows.sort_unstable();
        let boxes = search_among(cases, &rows);
        let left = self.left();
        // A half knows nothing of the points in earlier boxes.
        let coverage = |own: &Candidate| (own.coverage * left - candidate.coverage).abs();
        let density = |own: &Candidate| (own.density - candidate.density).abs();
        let whole = boxes.first()?.clone();
        // Several boxes may have the same coverage, or density: then the other one decides.
        let by_coverage = least(&boxes, |own| (coverage(own), density(own)))?;
        let by_density = least(&boxes, |own| (density(own), coverage(own)))?;
        let held_out = HeldOut::of(cases, &others, &by_coverage, &whole);
        Some(Nearest { whole, by_coverage, by_density, held_out })
    }
}

/// The boxes of a search that knows only these rows.
fn search_among(cases: &Cases<'_>, rows: &[usize]) -> Vec<Candidate> {
    let points = cases.points.select(ndarray::Axis(0), rows);
    let of_interest: Vec<bool> = rows.iter().map(|&row| cases.of_interest[row]).collect();
    let cases = Cases { points: points.view(), of_interest: &of_interest, ..*cases };
    let all: Vec<usize> = (0..rows.len()).collect();
    Search::new(&cases, &all).run().boxes
}

/// The first box with the least key.
fn least(boxes: &[Candidate], key: impl Fn(&Candidate) -> (f64, f64)) -> Option<Candidate> {
    let least = boxes.iter().min_by(|one, other| {
        let (one, other) = (key(one), key(other));
        one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1))
    });
    least.cloned()
}

struct Nearest {
    whole: Candidate,
    by_coverage: Candidate,
    by_density: Candidate,
    held_out: HeldOut,
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
        let [q05, q95] = [0.05, 0.95].map(|level| quantile(&sorted, level).unwrap_or(f64::NAN));
        Quantiles { q05, q95 }
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
        let own = found.resampled(&cases, last, 20, 1).unwrap().restrictions;
        assert_eq!(own[1].by_coverage, 1.0);
        assert!((own[1].low.q05 - 0.7).abs() < 0.05 && (own[1].low.q95 - 0.7).abs() < 0.05);
        assert!(own[0].by_coverage < 0.5 && own[2].by_coverage < 0.5, "{own:?}");
    }

    #[test]
    fn the_box_of_a_later_search_is_compared_by_its_share_of_all_points_of_interest() {
        let mut draws = Draws::new(4, Purpose::Design, 0);
        let points = Array2::from_shape_fn((2000, 2), |_| draws.uniform());
        // Three fifths of the points of interest lie in one corner, two fifths in the other.
        let corner = |x: &ndarray::ArrayView1<f64>| x[0] < 0.3;
        let interest: Vec<bool> =
            points.rows().into_iter().map(|x| corner(&x) || x[0] > 0.8).collect();
        let cases = Cases::new(points.view(), &interest, &[false; 2]).unwrap();
        let left: Vec<usize> = (0..2000).filter(|&row| !corner(&points.row(row))).collect();
        let found = cases.search(&left);
        let last = found.boxes.last().unwrap();
        assert!((last.coverage - 0.4).abs() < 0.05 && last.density > 0.99, "{last:?}");
        let again = found.resampled(&cases, last, 20, 1).unwrap().held_out;
        assert!((again.coverage.unwrap() - last.coverage).abs() < 0.02, "{again:?}");
    }

    #[test]
    fn limits_are_told_by_their_quantiles_over_the_halves() {
        let own = |low: f64| {
            let limits = vec![Limits { low, high: 100.0 - low }];
            let own = Candidate {
                limits,
                coverage: 1.0,
                density: 1.0,
                mass: 1.0,
                points: 1,
                of_interest: 1,
            };
            let held_out = HeldOut { density: None, coverage: None };
            let (whole, by_density) = (own.clone(), own.clone());
            Nearest { whole, by_coverage: own, by_density, held_out }
        };
        // 20, 19, … 0: of 21 in order the 5 % quantile is the second, the 95 % quantile the last but one.
        let nearest: Vec<Nearest> = (0..21).rev().map(|low| own(f64::from(low))).collect();
        let told = summary(&nearest, 0);
        assert_eq!(told.low, Quantiles { q05: 1.0, q95: 19.0 });
        assert_eq!(told.high, Quantiles { q05: 81.0, q95: 99.0 });
        assert_eq!((told.by_coverage, told.by_density), (0.0, 0.0));
        // numpy.quantile([0, 1, 2, 3], [0.05, 0.95])
        let Quantiles { q05, q95 } = summary(&nearest[17..], 0).low;
        assert!((q05 - 0.15).abs() < 1e-12 && (q95 - 2.85).abs() < 1e-12, "{q05} {q95}");
    }

    #[test]
    fn rows_that_share_values_are_held_out_together() {
        // Blocks of five rows that are nearly alike; whether one is of interest has nothing to do with
        // where it lies.
        const BLOCK: usize = 5;
        let mut draws = Draws::new(5, Purpose::Design, 0);
        let bases = Array2::from_shape_fn((100, 17), |_| draws.uniform());
        let points = Array2::from_shape_fn((100 * BLOCK, 17), |(row, column)| {
            bases[(row / BLOCK, column)] + 1e-6 * draws.uniform()
        });
        let rows: Vec<usize> = (0..points.nrows()).collect();
        let interest: Vec<bool> = rows.iter().map(|row| (row / BLOCK).is_multiple_of(5)).collect();
        let cases = Cases::new(points.view(), &interest, &[false; 17]).unwrap();
        let found = cases.search(&rows);
        let last = found.boxes.last().unwrap();
        let held_out = |cases: &Cases<'_>| {
            found.resampled(cases, last, 20, 1).unwrap().held_out.density.unwrap()
        };
        // Of points whose twins the search has not seen, a fifth is to be expected, as of all points.
        let (alone, together) = (held_out(&cases), held_out(&cases.in_blocks(BLOCK)));
        assert!(alone > 0.3 && together < 0.25, "{alone} {together}, {last:?}");
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
        let own = found.resampled(&cases, last, 200, 1).unwrap().restrictions;
        // A half has none of three points in about one of eight draws.
        assert!((0.8..0.95).contains(&own[0].by_coverage), "{own:?}");
    }
}
