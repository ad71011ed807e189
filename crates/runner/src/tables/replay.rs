//! The tables of single replicates: each replicate is run once more, in order, and its rows go
//! straight to the file. No tally could hold them, and shards and restarts leave no trace in them.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::catalogue::{Column, Kind};
use super::header;
use crate::ensemble::{Ensemble, EnsembleError, Models};

/// How many replicates' rows are held in memory at a time.
const AT_A_TIME: u64 = 256;

/// A replicate to run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Single<'a> {
    /// The scenario's name.
    pub(super) name: &'a str,
    /// Its place among the scenarios.
    pub(super) scenario: usize,
    /// The design point.
    pub(super) point: u32,
    /// The replicate's number.
    pub(super) replicate: u64,
}

impl Ensemble<'_> {
    /// The columns with which a table of single replicates begins. The design point is among them
    /// only if there is a design.
    pub(super) fn single_columns(&self) -> Vec<Column> {
        let scenario = Column::new("scenario", Kind::String, "", "name of the scenario").key();
        let point = self.experiment().design.as_ref().map(|_| Column::of_design_point());
        let replicate =
            Column::new("replicate", Kind::Integer, "", "number of the replicate").key();
        std::iter::once(scenario).chain(point).chain([replicate]).collect()
    }

    /// The fields of these columns.
    pub(super) fn single_fields(&self, single: Single<'_>) -> Vec<String> {
        let point = self.experiment().design.is_some().then(|| single.point.to_string());
        let scenario = std::iter::once(single.name.to_owned());
        scenario.chain(point).chain([single.replicate.to_string()]).collect()
    }

    /// Writes a header and what `rows` makes of each replicate: points in order, and for each point
    /// as many of the first replicates of every scenario as are asked for. Runs on the threads of
    /// the rayon pool in which it is called.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses; [`io::ErrorKind::Interrupted`] once `stop` is set; a scenario
    /// that the model refuses (never one read from a file).
    pub(super) fn replay<F>(
        &self,
        replicates: &[u64],
        to: &mut dyn Write,
        stop: &AtomicBool,
        columns: &[Column],
        rows: F,
    ) -> io::Result<()>
    where
        F: Fn(Single<'_>, &mut Models<'_>) -> Result<Vec<u8>, EnsembleError> + Sync,
    {
        to.write_all(&header(columns))?;
        let experiment = self.experiment();
        for (point, &replicates) in (0..).zip(replicates) {
            for (scenario, called) in experiment.scenarios.iter().enumerate() {
                for first in (0..replicates).step_by(AT_A_TIME as usize) {
                    if stop.load(Ordering::Relaxed) {
                        return Err(io::ErrorKind::Interrupted.into());
                    }
                    let single = |nth| Single {
                        name: &called.name,
                        scenario,
                        point,
                        replicate: experiment.first_replicate + nth,
                    };
                    let lines = (first..replicates.min(first + AT_A_TIME))
                        .into_par_iter()
                        .map_init(
                            || self.models(point),
                            |models, nth| match models {
                                Ok(models) => rows(single(nth), models),
                                Err(refused) => Err(refused.clone()),
                            },
                        )
                        .collect::<Result<Vec<_>, _>>()
                        .map_err(io::Error::other)?;
                    lines.iter().try_for_each(|lines| to.write_all(lines))?;
                }
            }
        }
        Ok(())
    }
}
