//! How much memory a batch takes.

use crate::ensemble::{Ensemble, MAX_WAITING, points_together, waiting_bytes};
use crate::journal::{SAVE_INTERVAL, WAITING_BYTES};
use crate::outcome::{OUTCOMES, RISKS};
use crate::plan::BLOCK;
use crate::tables::MAX_CHARTED;
use crate::tables::catalogue::Table;
use crate::tables::rows::{
    ComparisonRow, CoverRow, EventRow, MemberComparisonRow, MemberRow, RiskRow, SummaryRow,
};
use crate::tally::Layout;

/// The memory that the process takes without any tally or table: mostly code.
const BASE_BYTES: u64 = 6 << 20;

/// The memory that drawing charts takes: fonts, and a picture.
const CHARTS_BYTES: u64 = 26 << 20;

/// The memory that the rows of a risk of a scenario, and of its comparison, take at one point.
const CHARTED_BYTES: u64 = 1 << 10;

/// The most memory that writing Parquet files takes: a row group, and its columns compressed.
const PARQUET_BYTES: u64 = 64 << 20;

/// What a field of a row takes beside the row: a name of its own, or up to 24 characters of CSV, in
/// a buffer that may have twice the room.
const FIELD_BYTES: usize = 48;

/// The bytes of tallies in memory: a unit's for each thread, those of the points that are open, and
/// what waits for the journal or is written to it; with the design and the program. The run has
/// about so many replicates at each point, and takes so many seconds.
pub(super) fn tallies(
    ensemble: &Ensemble<'_>,
    (replicates, seconds): (u64, f64),
    threads: usize,
) -> u64 {
    let (layout, plan) = (ensemble.layout(), ensemble.plan());
    let (threads, points) = (threads as u64, u64::from(plan.points()));
    // Units in hand, and those that wait for another thread to take them in.
    let units = threads + if threads > 1 { MAX_WAITING as u64 } else { 0 };
    let point = layout.point_bytes(replicates);
    let (open, open_bytes) = if ensemble.experiment().stop.is_some() {
        let together = u64::from(points_together(plan, threads)).min(points);
        let waiting = waiting_bytes(threads).min((points - together) * point);
        (together, together * layout.grown_bytes(replicates) + waiting)
    } else {
        let open = (units + 1).min(points);
        (open, open * point)
    };
    let design = ensemble.design().points.len() as u64 * size_of::<f64>() as u64;
    let units = units * layout.unit_bytes(BLOCK.min(replicates));
    let journal = points > open || seconds > SAVE_INTERVAL.as_secs_f64();
    let journal = if journal { (point * points).min(WAITING_BYTES) } else { 0 };
    BASE_BYTES + design + units + open_bytes + journal
}

/// The bytes that writing takes: the rows that charts are drawn from, the charts, and Parquet files.
pub(super) fn writing(ensemble: &Ensemble<'_>, output_bytes: u64) -> u64 {
    let (layout, points) = (ensemble.layout(), ensemble.plan().points());
    let output = &ensemble.experiment().output;
    let charted = output.charts && points as usize <= MAX_CHARTED;
    let risks = (layout.scenarios() * RISKS) as u64 * u64::from(points);
    let charted = if charted { risks * CHARTED_BYTES } else { 0 };
    let charts = if output.charts { CHARTS_BYTES + charted } else { 0 };
    // Of what is written, at most half is Parquet: the other half is the same tables as CSV.
    let parquet = if output.parquet { PARQUET_BYTES.min(output_bytes / 2) } else { 0 };
    charts + parquet
}

/// The bytes that the rows of a point take at most, with the CSV that they become.
fn rows(layout: &Layout) -> u64 {
    let (scenarios, members) = (layout.scenarios(), layout.members());
    let pages = scenarios * layout.quarters().len();
    let matrices = scenarios * layout.cover_quarters().len();
    let comparisons = layout.comparisons().len();
    rows_of::<SummaryRow>(pages * OUTCOMES)
        + rows_of::<RiskRow>(pages * RISKS)
        + rows_of::<MemberRow>(pages * members)
        + rows_of::<EventRow>(pages * layout.events())
        + rows_of::<CoverRow>(matrices * members * members)
        + rows_of::<ComparisonRow>(comparisons * (OUTCOMES + RISKS))
        + rows_of::<MemberComparisonRow>(comparisons * members)
}

/// The bytes of so many rows of a table, in a list that may have twice the room.
fn rows_of<Row: Table>(rows: usize) -> u64 {
    (rows * (2 * size_of::<Row>() + Row::columns().len() * FIELD_BYTES)) as u64
}

/// The most memory, in bytes, that a shard takes on this many threads: tallies alone, as it makes no
/// tables. With a stopping rule, every point may need all of its replicates.
pub fn tallies_at_most(ensemble: &Ensemble<'_>, threads: usize) -> u64 {
    tallies(ensemble, (ensemble.plan().replicates(), f64::INFINITY), threads)
}

/// The most memory, in bytes, that a run takes on this many threads: its tallies, the tables of a
/// point and what writing takes. Nothing is tried, so this counts rows of all events that could
/// happen, and more replicates and rows than [`Forecast::measure`](super::Forecast::measure) finds.
pub fn memory_at_most(ensemble: &Ensemble<'_>, threads: usize) -> u64 {
    tallies_at_most(ensemble, threads) + rows(ensemble.layout()) + writing(ensemble, u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Experiment;

    #[test]
    fn a_scenario_more_takes_the_memory_that_is_documented_and_points_of_a_design_are_not_all_held()
    {
        let most = |scenarios: &str, more: &str| {
            let text = format!(
                "name = \"a\"\nreplicates = 100000000\nscenarios = [{scenarios}]\n\
                 [output]\ncharts = false\n{more}"
            );
            let experiment = Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap();
            tallies_at_most(&Ensemble::new(&experiment).unwrap(), 1)
        };
        let one = most("\"no-guarantee\"", "");
        let added = most("\"no-guarantee\", \"ironclad\"", "") - one;
        // The tally of a scenario takes 62 MB at most, and that of a unit about 1 MB.
        assert!((60_000_000..70_000_000).contains(&added), "{added} bytes a scenario");
        let design = "[design]\nkind = \"sobol\"\npoints = 1024\n[design.vary]\n\
                      \"learning.memory\" = \"range\"\n";
        assert!(most("\"no-guarantee\"", design) < 3 * one);
    }
}
