//! What a batch will take, estimated by timing a little of it.

mod memory;

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::clock::now;
use crate::config::{Experiment, OutputOptions};
use crate::ensemble::{Ensemble, EnsembleError, RunControl, half_width};
use crate::plan::BLOCK;
use crate::tables::catalogue::{Column, Table};
use crate::tables::package::Resource;
#[cfg(feature = "parquet")]
use crate::tables::parquet;
use crate::tables::rows::CoverRow;
use crate::tables::{Tables, alliance_csv};
use crate::tally::{Layout, PointTally};

pub use memory::{memory_at_most, tallies_at_most};

/// How long replicates are run to time them.
const TIMED: Duration = Duration::from_secs(1);

/// Replicates of the sample from which the size of tables is estimated.
const SAMPLE: u64 = 4 * BLOCK;

/// Replicates of the sample of tables with one row per replicate or more.
const SINGLE: u64 = 64;

/// The most rows of cover matrices that are tried at a point, some 250 MB of them. With more, the
/// matrices of a few quarters stand for all: nothing that may not fit into memory is tried.
const COVER_ROWS: usize = 1 << 19;

/// For how long a point's tables are made again and again to time them.
const TABLES_TIMED: Duration = Duration::from_millis(100);

/// What the rows of a point take in memory, with the CSV that they become, over the size of the CSV:
/// each row owns its names. Measured for runs whose cover matrices make 10 MB to 1 GB of CSV.
const ROWS_OVER_CSV: u64 = 6;

/// What a batch will take. Times are wall-clock time on the threads of the pool that it was
/// measured on; they include neither charts nor the Parquet files of the tables by design point.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// Replicates of each scenario and point; with a stopping rule, as many as it may need.
    pub replicates: u64,
    /// Seconds.
    pub seconds: f64,
    /// The most main memory, in bytes.
    pub memory_bytes: u64,
    /// The size of the run's folder, in bytes.
    pub output_bytes: u64,
    /// The tables of a sample, on which charts can be tried.
    pub sample: Tables,
}

impl Forecast {
    /// Runs a little of an experiment on the threads of the rayon pool in which it is called.
    ///
    /// # Errors
    ///
    /// As [`Ensemble::run`].
    pub fn measure(ensemble: &Ensemble<'_>, threads: usize) -> Result<Self, EnsembleError> {
        let rate = Self::rate(ensemble)?;
        let experiment = ensemble.experiment();
        let tried = tried_quarters(ensemble.layout());
        let output = OutputOptions { cover_quarters: tried.to_vec(), ..experiment.output.clone() };
        let few = Experiment {
            design: None,
            stop: None,
            replicates: SAMPLE.min(ensemble.plan().replicates()),
            output,
            ..experiment.clone()
        };
        let small = Ensemble::new(&few)?;
        let replicates = needed_replicates(ensemble, &small)?;
        let (points, scenarios) = (ensemble.plan().points(), experiment.scenarios.len() as u64);
        let all = (replicates * u64::from(points) * scenarios) as f64;

        let mut tally = PointTally::new(small.layout().clone());
        run(&small, |own| tally = own.clone())?;
        let (sample, csv, tables_seconds) = tables_of(&small, &tally);
        let parquet = experiment.output.parquet;
        // Each quarter's cover matrices have as many rows.
        let quarters = ensemble.layout().cover_quarters().len() as u64;
        let as_all = |table: &Resource, bytes: u64| {
            if table.name == CoverRow::NAME && !tried.is_empty() {
                bytes * quarters / tried.len() as u64
            } else {
                bytes
            }
        };
        let rows: u64 =
            csv.iter().map(|(table, bytes)| as_all(table, size(table, bytes, parquet))).sum();
        let made: u64 = csv.iter().map(|(_, bytes)| bytes.len() as u64).sum();
        let whole: u64 = csv.iter().map(|(table, bytes)| as_all(table, bytes.len() as u64)).sum();
        let in_memory = ROWS_OVER_CSV * whole;
        let per_point = tables_seconds * whole as f64 / made.max(1) as f64;

        let mut seconds = all / rate + per_point * f64::from(points);
        let mut bytes = rows * u64::from(points);
        let (time, size) = single_replicates(&few)?;
        seconds += all * time;
        bytes += (all * size) as u64;
        let configuration = experiment.to_toml().len() as u64;
        let design = ensemble.design().points.len() as u64 * DESIGN_FIELD;
        // The configuration is in a file of its own and in the manifest.
        bytes += 2 * configuration + design + alliance_csv(experiment).len() as u64;
        Ok(Self {
            replicates,
            seconds,
            memory_bytes: in_memory
                + memory::tallies(ensemble, (replicates, seconds), threads)
                + memory::writing(ensemble, bytes),
            output_bytes: bytes,
            sample,
        })
    }

    /// Replicates per second, counted over all scenarios, on the threads of the rayon pool in which
    /// it is called.
    ///
    /// # Errors
    ///
    /// As [`Ensemble::run`].
    pub fn rate(ensemble: &Ensemble<'_>) -> Result<f64, EnsembleError> {
        let layout = ensemble.layout();
        let (asked, tried) = (layout.cover_quarters(), tried_quarters(layout));
        // What a stopping rule makes unnecessary takes no time, and is not to be timed.
        let ensemble = ensemble.clone().without_stop();
        let with_tried = timed_rate(&ensemble.clone().with_cover_quarters(tried))?;
        if tried.len() == asked.len() {
            return Ok(with_tried);
        }
        let (with_tried, without) =
            (1.0 / with_tried, 1.0 / timed_rate(&ensemble.with_cover_quarters(&[]))?);
        // The time that one more matrix takes; timing noise must not make it negative.
        let each = (with_tried - without).max(0.0) / tried.len() as f64;
        Ok(1.0 / (with_tried + each * (asked.len() - tried.len()) as f64))
    }
}

/// The quarters whose cover matrices are tried: all, or the last ones if there are many rows.
fn tried_quarters(layout: &Layout) -> &[u32] {
    let quarters = layout.cover_quarters();
    let rows = layout.scenarios() * layout.members() * layout.members();
    let most = (COVER_ROWS / rows.max(1)).max(1);
    quarters.get(quarters.len().saturating_sub(most)..).unwrap_or_default()
}

/// Replicates per second, as [`Forecast::rate`] measures them.
fn timed_rate(ensemble: &Ensemble<'_>) -> Result<f64, EnsembleError> {
    let (stop, begin) = (AtomicBool::new(false), now());
    let seen = Mutex::new((0_u64, Duration::ZERO));
    let progress = |finished| {
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = (seen.0 + finished, begin.elapsed());
        if seen.1 > TIMED {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let control = RunControl { progress: &progress, stop: &stop };
    match ensemble.run(control, |_, _| Ok::<_, EnsembleError>(())) {
        Ok(()) | Err(EnsembleError::Stopped) => {}
        Err(error) => return Err(error),
    }
    let (finished, elapsed) = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(finished as f64 / elapsed.as_secs_f64().max(f64::MIN_POSITIVE))
}

/// The bytes of a field of `design.csv`.
const DESIGN_FIELD: u64 = 18;

/// Replicates of each scenario and point.
fn needed_replicates(ensemble: &Ensemble<'_>, small: &Ensemble<'_>) -> Result<u64, EnsembleError> {
    let (plan, batch) = (ensemble.plan(), ensemble.experiment().replicates);
    let Some(stop) = &ensemble.experiment().stop else { return Ok(plan.replicates()) };
    let mut needed = plan.replicates();
    run(small, |tally| {
        // The width of an interval falls with the square root of the number of replicates.
        if let Some(width) = half_width(tally, &stop.outcome, &ensemble.experiment().alliance) {
            let times = (width / stop.half_width) * (width / stop.half_width);
            needed = (times * small.plan().replicates() as f64) as u64;
        }
    })?;
    let most = plan.replicates();
    Ok((needed.min(most).div_ceil(batch).max(1) * batch).min(most))
}

/// The tables of one point, as rows and as CSV, and the seconds that it takes to make them.
fn tables_of(few: &Ensemble<'_>, tally: &PointTally) -> (Tables, Vec<(Resource, Vec<u8>)>, f64) {
    let (begin, mut times) = (now(), 0_u32);
    loop {
        let rows = Tables::of_point(few, 0, tally);
        let csv = rows.csv_files();
        times += 1;
        if begin.elapsed() > TABLES_TIMED {
            let mut sample = Tables::new(few.experiment());
            sample.add(rows);
            return (sample, csv.into(), begin.elapsed().as_secs_f64() / f64::from(times));
        }
    }
}

/// The seconds and bytes that a replicate takes in the tables of single replicates.
fn single_replicates(few: &Experiment) -> Result<(f64, f64), EnsembleError> {
    let fewer = Experiment { replicates: SINGLE.min(few.replicates), ..few.clone() };
    let ensemble = Ensemble::new(&fewer)?;
    let (n, stop) = ([fewer.replicates], AtomicBool::new(false));
    let (mut bytes, begin) = (0, now());
    let mut add = |table: Resource, csv: &[u8]| bytes += size(&table, csv, fewer.output.parquet);
    // Writing to memory cannot fail.
    if fewer.output.replicates {
        let mut csv = Vec::new();
        let _ = ensemble.write_replicates(&n, &mut csv, &stop);
        add(ensemble.replicates_resource(), &csv);
    }
    if fewer.output.trajectories {
        let mut csv = Vec::new();
        let _ = ensemble.write_trajectories(&n, &mut csv, &stop);
        add(ensemble.trajectories_resource(), &csv);
    }
    let runs = (fewer.replicates * fewer.scenarios.len() as u64).max(1) as f64;
    Ok((begin.elapsed().as_secs_f64() / runs, bytes as f64 / runs))
}

/// The bytes of a table as CSV and, if asked for, as Parquet.
fn size(table: &Resource, csv: &[u8], parquet: bool) -> u64 {
    let as_parquet = if parquet { parquet_bytes(csv, &table.columns) } else { 0 };
    csv.len() as u64 + as_parquet
}

#[cfg(feature = "parquet")]
fn parquet_bytes(csv: &[u8], columns: &[Column]) -> u64 {
    let mut bytes = Vec::new();
    // If it cannot be written as Parquet, the run will say so.
    let _ = parquet::from_csv(csv, columns, &mut bytes);
    bytes.len() as u64
}

#[cfg(not(feature = "parquet"))]
fn parquet_bytes(_: &[u8], _: &[Column]) -> u64 {
    0
}

/// Runs an experiment of one point.
fn run(small: &Ensemble<'_>, mut see: impl FnMut(&PointTally) + Send) -> Result<(), EnsembleError> {
    let control = RunControl { progress: &|_| (), stop: &AtomicBool::new(false) };
    small.run(control, |_, tally| {
        see(&tally);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Ranges;

    #[test]
    fn of_cover_matrices_that_may_not_fit_into_memory_a_few_are_tried_and_of_others_all() {
        let all: Vec<u32> = (1..=400).collect();
        let tried = |scenarios: usize, members: usize, quarters: &[u32]| {
            let ranges = Ranges::new(1.0, 40);
            tried_quarters(&Layout::new(scenarios, members, &[40], quarters, &ranges)).to_vec()
        };
        assert_eq!(tried(9, 31, &[1, 40]), [1, 40]);
        assert_eq!(tried(1, 31, &all), all);
        assert_eq!(tried(1, 512, &all), [399, 400]);
        // However many there are, one is tried.
        assert_eq!(tried(1000, 512, &all), [400]);
        assert!(tried(1000, 512, &[]).is_empty());
    }
}
