//! The tables of a run's folder: their rows, and reading and writing them.

mod alliance;
mod amend;
pub mod catalogue;
mod choice;
mod comparison;
mod fill;
mod folder;
mod manifest;
mod order;
pub mod package;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
mod parse;
mod paths;
mod read;
mod replay;
mod replicates;
pub mod rows;
mod run_lock;
mod story;
mod stream;
mod trajectories;

use serde::Serialize;

pub(crate) use alliance::alliance_csv;
pub use alliance::alliance_rows;
pub use amend::{write_file, write_files};
use catalogue::{Column, Table};
pub use fill::Tables;
pub(crate) use folder::put_back;
pub use folder::{FolderError, MANIFEST_FILE, PACKAGE_FILE, RunFolder, may_take};
pub use manifest::Manifest;
pub use parse::from_csv;
pub use paths::{behind_link, real_path};
pub use read::{ReadError, StoredRun, read_manifest};
use rows::CodebookRow;
pub use story::{STORY_FILE, StoredStory};
pub use stream::PointTables;

pub use crate::config::MAX_CHARTED;

use crate::config::Experiment;
use crate::design::Design;
use crate::outcome::Quantity;

/// Whether this was built to write Parquet files: the feature `parquet`.
pub const PARQUET: bool = cfg!(feature = "parquet");

/// Writes a table as CSV: UTF-8, comma, header, RFC 4180 except for `\n` line ends; numbers in the
/// shortest form that reads back to the same bits. A table without rows has only its header.
pub fn to_csv<Row: Table>(rows: &[Row]) -> Vec<u8> {
    let mut csv = header(&Row::columns());
    csv.extend(records(rows.iter()));
    csv
}

/// Writes rows of a table as CSV with the values of a design's parameters at the point of each, and
/// returns the columns that they have. For a point that the design does not have, the values are
/// empty.
pub fn to_csv_of_points<Row: Table>(
    rows: &[Row],
    point: impl Fn(&Row) -> u32,
    design: &Design,
) -> (Vec<u8>, Vec<Column>) {
    let parameters = design.keys.iter().map(|key| Column::of_parameter(key));
    let columns: Vec<Column> = Row::columns().into_iter().chain(parameters).collect();
    let values = |row: &Row| -> Vec<Option<f64>> {
        let point = point(row) as usize;
        let places = (0..design.keys.len()).map(|place| design.points.get((point, place)));
        places.map(Option::<&f64>::copied).collect()
    };
    let mut csv = header(&columns);
    csv.extend(records(rows.iter().map(|row| (row, values(row)))));
    (csv, columns)
}

/// Writes the line of a CSV table that names its columns.
fn header(columns: &[Column]) -> Vec<u8> {
    line(columns.iter().map(|column| column.name.as_bytes()))
}

/// Writes a line of a CSV table.
fn line(fields: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Vec<u8> {
    in_memory(|writer| writer.write_record(fields))
}

/// Writes the lines of a CSV table below its header.
fn records(mut rows: impl Iterator<Item = impl Serialize>) -> Vec<u8> {
    in_memory(|writer| rows.try_for_each(|row| writer.serialize(row)))
}

#[expect(clippy::expect_used, reason = "rows are flat records, which memory takes")]
fn in_memory(write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> csv::Result<()>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    write(&mut writer).expect("a row is a record of CSV");
    writer.into_inner().expect("memory takes what is written")
}

/// Explains the risks and outcomes that the tables of an experiment name, with its thresholds, and
/// after them the trust of allies about whom it asks.
pub(crate) fn codebook(experiment: &Experiment) -> Vec<CodebookRow> {
    let (thresholds, alliance) = (experiment.thresholds(), &experiment.alliance);
    let asked = experiment.asked_about();
    let allies = (0..alliance.len()).map(Quantity::Trust).filter(|trust| asked.contains(trust));
    let row = |own: Quantity| CodebookRow {
        kind: own.kind(),
        outcome: own.name(alliance),
        unit: own.unit().to_owned(),
        meaning: own.defined(&thresholds, alliance),
    };
    Quantity::all().chain(allies).map(row).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::ensemble::{Ensemble, EnsembleError, RunControl};
    use crate::tally::{student, wilson};

    #[test]
    fn the_codebook_has_the_trust_of_allies_that_are_asked_about() {
        let text = "name = \"a\"\nscenarios = [\"as-meant\"]\nreplicates = 2
                    [stop]\noutcome = \"trust_EST\"\nhalf_width = 0.1\nmax_replicates = 9";
        let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
        let last = codebook(&experiment).pop().unwrap();
        assert_eq!((last.outcome.as_str(), last.unit.as_str()), ("trust_EST", "probability"));
        assert!(last.meaning.starts_with("trust of Estonia that"), "{}", last.meaning);
    }

    #[test]
    fn the_codebook_gives_the_thresholds_of_the_run_and_names_those_that_differ() {
        let meanings = |more: &str| {
            let text = format!("name = \"a\"\nscenarios = [\"as-meant\"]\n{more}");
            let experiment = Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap();
            let rows = codebook(&experiment).into_iter();
            rows.map(|row| (row.outcome, row.meaning)).collect::<std::collections::BTreeMap<_, _>>()
        };
        let of = meanings("[parameters.measure]\ntier_gap = 0.15\nsustain = 2\n");
        for (outcome, told) in [
            ("tiered", "for 2 quarters; two tiers: "),
            (
                "tiered_moscow",
                "the class means are at least 0.15 apart, at least 0.75 of the variance",
            ),
            ("ruptured", "for 2 quarters: more than half of the allies have a trust below 0.3"),
            ("frontline_trust", "frontline: an exposure to Russia of 0.6 or more"),
            ("war_resumed", "at a quarter: the war is on"),
        ] {
            assert!(of[outcome].contains(told), "{outcome}: {}", of[outcome]);
        }
        let other =
            "[[scenario]]\nname = \"b\"\nparameters.measure = { frontline_exposure = 0.4 }\n";
        let differing = meanings(other);
        let told = "frontline: an exposure to Russia of measure.frontline_exposure or more";
        assert!(differing["rear_trust"].contains(told), "{}", differing["rear_trust"]);
        let varied = meanings("[uncertainty]\nvary = [\"learning.memory\"]\n");
        assert!(varied["tiered"].contains("at least 0.2 apart"), "{}", varied["tiered"]);
    }
    /// The tables of a small run.
    fn tables(more: &str) -> Tables {
        let text = format!("name = \"a\"\nquarters = 3\nscenarios = [\"as-meant\"]\n{more}");
        let experiment = Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap();
        let ensemble = Ensemble::new(&experiment).unwrap();
        let control = RunControl { progress: &|_| (), stop: &AtomicBool::new(false) };
        let mut tables = Tables::default();
        let filled = ensemble.run(control, |point, tally| {
            tables.add(Tables::of_point(&ensemble, point, &tally));
            Ok::<_, EnsembleError>(())
        });
        filled.unwrap();
        tables
    }

    #[test]
    fn a_mean_has_the_interval_that_differences_have() {
        let tables = tables("replicates = 50\n");
        let row = |outcome: &str| {
            let wanted = |row: &&rows::SummaryRow| row.outcome == outcome && row.quarter == 3;
            tables.summary.iter().find(wanted).unwrap()
        };
        let trust = row("trust_mean");
        let (low, high) = student(trust.mean, trust.se.unwrap(), trust.n);
        assert_eq!((trust.low, trust.high), (Some(low), Some(high)));
        // All fifty replicates are alike, which does not show that all others would be: Student's
        // interval would have no width.
        let pledge = row("likeness_marketed");
        let (_, unseen) = wilson(0, pledge.n).unwrap();
        let likeness = pledge.mean;
        assert_eq!(pledge.sd, Some(0.0));
        let told = [pledge.low, pledge.high].map(Option::unwrap);
        let expected = [likeness - unseen * likeness, likeness + unseen * (1.0 - likeness)];
        assert!(
            told.iter().zip(expected).all(|(own, other)| (own - other).abs() < 1e-12),
            "{told:?}"
        );
        for ally in &tables.members {
            let (low, high) = (ally.trust_low.unwrap(), ally.trust_high.unwrap());
            assert!(low < ally.trust_mean && ally.trust_mean < high, "{ally:?}");
        }
    }

    #[test]
    fn of_few_replicates_an_interval_of_trust_stays_a_probability() {
        let tables = tables("replicates = 2\n");
        let csv = to_csv(&tables.members);
        let read: Vec<rows::MemberRow> = from_csv(&csv, Path::new("members.csv")).unwrap();
        assert_eq!(read, tables.members);
    }

    #[test]
    fn one_replicate_has_no_interval() {
        let tables = tables("replicates = 1\n");
        assert!(tables.summary.iter().all(|row| row.low.is_none() && row.high.is_none()));
        assert!(tables.members.iter().all(|row| row.trust_low.is_none()));
    }

    #[test]
    fn members_are_at_the_frontline_as_the_alliance_has_it() {
        let tables = tables("replicates = 2\n[parameters.measure]\nfrontline_exposure = 1.0\n");
        let frontline = tables.members.iter().filter(|row| row.quarter == 1 && row.frontline == 1);
        let frontline: Vec<&str> = frontline.map(|row| row.iso3.as_str()).collect();
        assert_eq!(frontline, ["EST", "FIN", "LVA", "LTU", "NOR", "POL"]);
    }

    /// Checks that those marked as frontline at the last quarter have the trust that the summary
    /// tells of the frontline, and counts them.
    fn frontline(tables: &Tables, scenario: &str, point: u32) -> usize {
        let rows =
            || tables.members.iter().filter(|row| row.scenario == scenario && row.point == point);
        let last = rows().map(|row| row.quarter).max();
        let frontline = rows().filter(|row| Some(row.quarter) == last && row.frontline == 1);
        let trust: Vec<f64> = frontline.map(|row| row.trust_mean).collect();
        let of_these = trust.iter().sum::<f64>() / trust.len() as f64;
        let told = tables.summary.iter().find(|row| {
            row.scenario == scenario
                && row.point == point
                && Some(row.quarter) == last
                && row.outcome == "frontline_trust"
        });
        let told = told.unwrap().mean;
        assert!((told - of_these).abs() < 1e-9, "{scenario} at {point}: {told} for {of_these}");
        trust.len()
    }

    #[test]
    fn members_are_at_the_frontline_of_their_own_scenario() {
        let wide = "[[scenario]]\nname = \"wide\"\nparameters.measure.frontline_exposure = 0.3\n";
        let tables = tables(&format!("replicates = 2\n{wide}"));
        assert!(frontline(&tables, "as-meant", 0) < frontline(&tables, "wide", 0));
    }

    #[test]
    fn members_are_at_the_frontline_of_their_own_design_point() {
        let varied = "\"measure.frontline_exposure\" = { values = [0.3, 1.0] }";
        let design = format!("[design]\nkind = \"list\"\n[design.vary]\n{varied}\n");
        let tables = tables(&format!("replicates = 2\n{design}"));
        assert!(frontline(&tables, "as-meant", 0) > frontline(&tables, "as-meant", 1));
    }
}
