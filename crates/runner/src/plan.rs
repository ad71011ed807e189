//! How an experiment is cut: design points into batches, batches into blocks of replicates; and the
//! blocks are dealt out to shards.
//!
//! A [`Unit`] is a block of replicates of one design point under all scenarios, because paired
//! differences on common shocks need them side by side. Units are numbered by point, then by
//! replicate. The cut is the same whatever the threads, so that shards of a run fit together; no
//! result depends on it, as tallies add integers.

use std::ops::Range;

use crate::config::Experiment;
use crate::tally::MAX_REPLICATES;

/// Replicates in a unit: enough to make handing one out cheap, few enough to keep threads balanced.
pub const BLOCK: u64 = 128;

/// The units of an experiment.
///
/// ```
/// use std::path::Path;
/// use article5_runner::config::Experiment;
/// use article5_runner::plan::Plan;
///
/// let text = "name = \"a\"\nreplicates = 300\nscenarios = [\"ironclad\"]";
/// let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
/// let plan = Plan::new(&experiment, 2)?;
/// assert_eq!(plan.units(), 6);
/// let last = plan.unit(5);
/// assert_eq!((last.point, last.first, last.count), (1, 256, 44));
/// # Ok::<(), article5_runner::plan::PlanError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    first_replicate: u64,
    points: u32,
    /// How many replicates of a point are run before a stopping rule decides each time.
    batch: u64,
    /// The most replicates of a point.
    most: u64,
    /// The distance from the first replicate of a point to that of the next; 0 if all points run
    /// the same ones.
    stride: u64,
}

/// A piece of work: a block of replicates of one design point, every scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The design point.
    pub point: u32,
    /// The number of its first replicate.
    pub first: u64,
    /// How many replicates it has, at most [`BLOCK`].
    pub count: u64,
}

/// Why an experiment cannot be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A tally cannot count that many replicates.
    #[error("{asked} replicates of a scenario and point are more than {MAX_REPLICATES}")]
    TooManyReplicates {
        /// Replicates asked for.
        asked: u64,
    },
}

impl Plan {
    /// Makes the plan of an experiment with this many design points.
    ///
    /// # Errors
    ///
    /// A point has more replicates than a tally counts.
    pub fn new(experiment: &Experiment, points: u32) -> Result<Self, PlanError> {
        let batch = experiment.replicates;
        let most = experiment.stop.as_ref().map_or(batch, |stop| stop.max_replicates.max(batch));
        if most > MAX_REPLICATES {
            return Err(PlanError::TooManyReplicates { asked: most });
        }
        Ok(Self {
            first_replicate: experiment.first_replicate,
            points,
            batch: batch.max(1),
            most,
            stride: 0,
        })
    }

    /// The same plan with different replicates at each point.
    #[must_use]
    pub fn with_own_replicates(self) -> Self {
        Self { stride: self.most, ..self }
    }

    /// How many design points there are.
    pub fn points(&self) -> u32 {
        self.points
    }

    /// The most replicates of each scenario and point.
    pub fn replicates(&self) -> u64 {
        self.most
    }

    /// The replicates of a batch: all, unless a stopping rule decides after each batch.
    pub fn batch(&self) -> u64 {
        self.batch
    }

    /// The most batches of a point: one, unless a stopping rule decides after each.
    pub fn batches(&self) -> u64 {
        self.most.div_ceil(self.batch)
    }

    /// How many units there are.
    pub fn units(&self) -> u64 {
        u64::from(self.points) * self.units_per_point()
    }

    /// The units of a point.
    pub(crate) fn units_of(&self, point: u32) -> Range<u64> {
        let first = u64::from(point) * self.units_per_point();
        first..first + self.units_per_point()
    }

    /// The units of a batch of a point.
    pub(crate) fn units_of_batch(&self, point: u32, batch: u64) -> Range<u64> {
        let all = self.units_of(point);
        let first = all.start + batch * self.units_per_batch();
        first.min(all.end)..(first + self.units_per_batch()).min(all.end)
    }

    /// The unit with this number.
    pub fn unit(&self, unit: u64) -> Unit {
        let point = unit / self.units_per_point();
        let within = unit % self.units_per_point();
        let (batch, block) = (within / self.units_per_batch(), within % self.units_per_batch());
        let first = batch * self.batch + block * BLOCK;
        let end = ((batch + 1) * self.batch).min(first + BLOCK).min(self.most);
        Unit {
            point: u32::try_from(point).unwrap_or(u32::MAX),
            first: self.first_replicate + point * self.stride + first,
            count: end.saturating_sub(first),
        }
    }

    /// The batch, within its point, to which a unit belongs.
    pub(crate) fn batch_of(&self, unit: u64) -> u64 {
        unit % self.units_per_point() / self.units_per_batch()
    }

    fn units_per_batch(&self) -> u64 {
        self.batch.div_ceil(BLOCK)
    }

    /// How many units a point has; its last batch may be shorter than the others.
    fn units_per_point(&self) -> u64 {
        let (whole, rest) = (self.most / self.batch, self.most % self.batch);
        whole * self.units_per_batch() + rest.div_ceil(BLOCK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(points: u32, batch: u64, most: u64) -> Plan {
        Plan { first_replicate: 1000, points, batch, most, stride: 0 }
    }

    #[test]
    fn the_units_of_a_point_are_its_replicates_once_each_and_no_unit_crosses_a_batch() {
        for (batch, most) in [(1, 1), (128, 128), (300, 300), (300, 1000), (100, 250), (129, 129)] {
            let plan = plan(3, batch, most);
            for point in 0..3 {
                let mut next = 0;
                for number in plan.units_of(point) {
                    let unit = plan.unit(number);
                    assert_eq!((unit.point, unit.first), (point, 1000 + next));
                    assert!(unit.count > 0 && unit.count <= BLOCK);
                    assert_eq!(plan.batch_of(number), next / batch);
                    assert!(plan.units_of_batch(point, next / batch).contains(&number));
                    next += unit.count;
                    assert!(next.div_ceil(batch) == (next - unit.count) / batch + 1);
                }
                assert_eq!(next, most);
            }
            assert_eq!(plan.units(), 3 * plan.units_of(0).end);
        }
    }
}
