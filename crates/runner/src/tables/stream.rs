//! The aggregate tables of a run's folder, written point by point.

use std::io::{self, Write};
use std::sync::atomic::AtomicBool;

use super::catalogue::{Column, Table};
use super::folder::{FolderError, NewFile, RunFolder};
use super::package::Resource;
use super::rows::{
    ComparisonRow, CoverRow, EventRow, MemberComparisonRow, MemberRow, RiskRow, SummaryRow,
};
use super::{Tables, codebook, header, records, to_csv};
use crate::config::{CONFIGURATION_FILE, Experiment};
use crate::design::Design;
use crate::ensemble::Ensemble;
use crate::tally::{PointTally, Tally};

/// The table of the design points.
pub(super) const DESIGN_FILE: &str = "design.csv";

/// The tables by design point while they are being written: memory holds the rows of at most one
/// point.
pub struct PointTables {
    summary: TableFile<SummaryRow>,
    risks: TableFile<RiskRow>,
    members: TableFile<MemberRow>,
    cover: TableFile<CoverRow>,
    events: TableFile<EventRow>,
    /// The tables of comparisons, if there is anything to compare.
    comparisons: Option<(TableFile<ComparisonRow>, TableFile<MemberComparisonRow>)>,
    /// Replicates of each point so far: a stopping rule decides how many.
    replicates: Vec<u64>,
}

impl PointTables {
    /// Begins the tables in a run's folder.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn begin(folder: &RunFolder, experiment: &Experiment) -> Result<Self, FolderError> {
        Ok(Self {
            summary: TableFile::begin(folder)?,
            risks: TableFile::begin(folder)?,
            members: TableFile::begin(folder)?,
            cover: TableFile::begin(folder)?,
            events: TableFile::begin(folder)?,
            comparisons: match experiment.scenarios.len() {
                0 | 1 => None,
                _ => Some((TableFile::begin(folder)?, TableFile::begin(folder)?)),
            },
            replicates: Vec::new(),
        })
    }

    /// Adds the rows of the next point.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn add(&mut self, rows: &Tables) -> Result<(), FolderError> {
        self.replicates.push(rows.summary.first().map_or(0, |row| row.n));
        self.append(rows)
    }

    /// Adds the rows of the next point, `point`, without keeping them all in memory.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn add_point(
        &mut self,
        ensemble: &Ensemble<'_>,
        point: u32,
        total: &PointTally,
    ) -> Result<(), FolderError> {
        self.replicates.push(total.scenarios().first().map_or(0, Tally::n));
        Tables::each_part(ensemble, point, total, |rows| self.append(&rows))
    }

    /// The fewest and the most replicates of a point; 0 if there is no point yet.
    pub fn replicates(&self) -> (u64, u64) {
        let ends = (self.replicates.iter().min(), self.replicates.iter().max());
        (ends.0.copied().unwrap_or(0), ends.1.copied().unwrap_or(0))
    }

    fn append(&mut self, rows: &Tables) -> Result<(), FolderError> {
        self.summary.add(&rows.summary)?;
        self.risks.add(&rows.risks)?;
        self.members.add(&rows.members)?;
        self.cover.add(&rows.cover)?;
        self.events.add(&rows.events)?;
        if let Some((comparisons, of_members)) = &mut self.comparisons {
            comparisons.add(&rows.comparisons)?;
            of_members.add(&rows.member_comparisons)?;
        }
        Ok(())
    }

    /// Ends the tables and writes the other files that the configuration asks for: the alliance,
    /// the design, the tables of single replicates (which run once more, on the threads of the
    /// rayon pool in which this is called), Parquet files of all tables in the folder, and the
    /// resolved configuration.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses; [`io::ErrorKind::Interrupted`] once `stop` is set.
    pub fn finish(
        self,
        folder: &mut RunFolder,
        ensemble: &Ensemble<'_>,
        tables: &Tables,
        stop: &AtomicBool,
    ) -> Result<(), FolderError> {
        let (experiment, n) = (ensemble.experiment(), &self.replicates);
        self.summary.finish(folder)?;
        self.risks.finish(folder)?;
        self.members.finish(folder)?;
        self.cover.finish(folder)?;
        self.events.finish(folder)?;
        if let Some((comparisons, of_members)) = self.comparisons {
            comparisons.finish(folder)?;
            of_members.finish(folder)?;
        }
        folder.table(&tables.alliance)?;
        folder.table(&codebook(experiment))?;
        if let Some(design) = &tables.design {
            folder.design(design)?;
        }
        if experiment.output.replicates {
            folder.stream("replicates.csv", |file| ensemble.write_replicates(n, file, stop))?;
            folder.describe(ensemble.replicates_resource());
        }
        if experiment.output.trajectories {
            folder.stream("trajectories.csv", |file| ensemble.write_trajectories(n, file, stop))?;
            folder.describe(ensemble.trajectories_resource());
        }
        folder.parquet(&experiment.output)?;
        folder.write(CONFIGURATION_FILE, experiment.to_toml().as_bytes())
    }
}

impl RunFolder {
    /// Writes a table, which the data package will describe.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn table<Row: Table>(&mut self, rows: &[Row]) -> Result<(), FolderError> {
        self.write(&Row::file_name(), &to_csv(rows))?;
        self.describe(Resource::of::<Row>());
        Ok(())
    }

    /// Writes the table of the design points.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn design(&mut self, design: &Design) -> Result<(), FolderError> {
        self.points("design", "Values of the varied parameters at each design point", design)
    }

    /// Writes the points of a design as a table of that name and title.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn points(&mut self, name: &str, title: &str, design: &Design) -> Result<(), FolderError> {
        self.stream(&format!("{name}.csv"), |file| design_csv(design, file))?;
        self.describe(Resource::new(name, title, columns(design)));
        Ok(())
    }
}

/// A table to which rows are added.
struct TableFile<Row> {
    file: NewFile,
    rows: std::marker::PhantomData<Row>,
}

impl<Row: Table> TableFile<Row> {
    fn begin(folder: &RunFolder) -> Result<Self, FolderError> {
        let mut file = folder.create(&Row::file_name())?;
        file.write(&header(&Row::columns()))?;
        Ok(Self { file, rows: std::marker::PhantomData })
    }

    fn add(&mut self, rows: &[Row]) -> Result<(), FolderError> {
        self.file.write(&records(rows.iter()))
    }

    fn finish(self, folder: &mut RunFolder) -> Result<(), FolderError> {
        folder.describe(Resource::of::<Row>());
        folder.close(self.file)
    }
}

/// Writes `design.csv`: one row per point, one column per varied parameter.
fn design_csv(design: &Design, file: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(file);
    writer.write_record(columns(design).iter().map(|column| column.name.as_bytes()))?;
    for (point, row) in design.points.rows().into_iter().enumerate() {
        let values = row.iter().map(|value| value.to_string());
        writer.write_record(std::iter::once(point.to_string()).chain(values))?;
    }
    writer.flush()
}

fn columns(design: &Design) -> Vec<Column> {
    let parameters = design.keys.iter().map(|key| Column::of_parameter(key));
    std::iter::once(Column::of_design_point()).chain(parameters).collect()
}
