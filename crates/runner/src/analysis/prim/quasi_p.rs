//! Quasi-p values: is a restriction more than chance?

use super::{Candidate, Cases, Limits, Trajectory};
use crate::tally::at_least;

impl Trajectory {
    /// Returns for each limit of `candidate` (a box of this trajectory) the chance that as dense a
    /// box arises without it: the one-sided binomial probability of at least its points of interest
    /// among its points, at the density of the box with that limit alone lifted (Bryant & Lempert
    /// 2010, appendix). One pair per parameter, for the lower and the upper limit; `None` if there
    /// is no restriction.
    ///
    /// "Quasi" because the limit was chosen from the same points: a small value is necessary, not
    /// sufficient.
    #[must_use]
    pub fn quasi_p(&self, cases: &Cases, candidate: &Candidate) -> Vec<[Option<f64>; 2]> {
        let Some(whole) = self.boxes.first() else { return Vec::new() };
        let lifted = |column: usize, own: Limits| {
            let mut limits = candidate.limits.clone();
            limits[column] = own;
            let rows: Vec<usize> =
                self.searched.iter().copied().filter(|&row| cases.inside(row, &limits)).collect();
            let density = cases.count(&rows) as f64 / rows.len() as f64;
            at_least(candidate.of_interest as u64, candidate.points as u64, density)
        };
        let pairs = candidate.limits.iter().zip(&whole.limits).enumerate();
        pairs
            .map(|(column, (own, all))| {
                let lower = Limits { low: all.low, high: own.high };
                let upper = Limits { low: own.low, high: all.high };
                [
                    (own.low != all.low).then(|| lifted(column, lower)),
                    (own.high != all.high).then(|| lifted(column, upper)),
                ]
            })
            .collect()
    }
}
