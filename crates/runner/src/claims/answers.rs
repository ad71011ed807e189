//! What a study of claims finds out.

use std::sync::atomic::AtomicBool;

use super::decisions::decisions;
use super::{ClaimsError, SpaceSample, Study, Verdicts};
use crate::batch::defect;
use crate::numbers::{count, counted};
use crate::tables::rows::DecisionRow;
use crate::tables::{FolderError, PointTables, RunFolder, Tables};
use crate::tally::PointTally;

/// The answers to the claims of an experiment.
#[derive(Clone, Debug)]
pub struct Answers<'a> {
    study: &'a Study<'a>,
    /// The rows of the baseline, with its scenarios compared as the experiment asks.
    rows: Tables,
    /// What of them, and of the claims, charts are drawn from.
    pub tables: Tables,
    /// The claims, judged.
    pub verdicts: Verdicts,
    /// The risks of each policy, and its regret over the space.
    pub decisions: Vec<DecisionRow>,
    /// What was found at all points of the space.
    pub space: SpaceSample,
    /// At how many of them the claims are judged.
    pub judged: usize,
    /// How many values at the baseline lay outside what their parameters allow.
    outside: u64,
}

impl<'a> Answers<'a> {
    pub(super) fn new(
        study: &'a Study<'a>,
        baseline: &PointTally,
        space: SpaceSample,
    ) -> Result<Self, ClaimsError> {
        let experiment = study.baseline.experiment();
        let judged = space.judged(experiment);
        let mut tables = Tables::new(experiment);
        let mut rows = Tables::of_point(&study.baseline, 0, baseline);
        let name = |place: usize| experiment.scenarios.get(place).map(|own| own.name.as_str());
        let asked: Vec<_> = experiment
            .comparisons()
            .map(|pair| [pair.scenario, pair.reference].map(name))
            .collect();
        let asks = |pair: [&String; 2]| asked.contains(&pair.map(|own| Some(own.as_str())));
        rows.comparisons.retain(|row| asks([&row.scenario, &row.reference]));
        rows.member_comparisons.retain(|row| asks([&row.scenario, &row.reference]));
        tables.keep_for_charts(rows.clone());
        let verdicts = Verdicts::new(experiment, baseline, &judged);
        tables.claims = verdicts.claims.clone();
        let decisions = decisions(experiment, baseline, &judged)?;
        let judged = judged.points().len();
        let outside = baseline.outside();
        Ok(Self { study, rows, tables, verdicts, decisions, space, judged, outside })
    }

    /// Says that values at the baseline or over the space were not as their parameters allow, if any
    /// were not.
    pub fn defect(&self) -> Option<String> {
        defect(self.outside.saturating_add(self.space.outside()))
    }

    /// Says at which points of the space the claims are judged, if not at all of them.
    pub fn judged_where(&self) -> Option<String> {
        let wheres = self.study.baseline.experiment().space.iter().flat_map(|space| &space.wheres);
        let wheres: Vec<String> = wheres.map(ToString::to_string).collect();
        (!wheres.is_empty()).then(|| {
            format!(
                "claims and policies are judged at {} of {} of the space, where {}",
                count(self.judged as u64),
                counted(self.space.points().len() as u64, "point", "points"),
                wheres.join(" and ")
            )
        })
    }

    /// Writes the tables of the baseline and of the claims, with the points of the space.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses; [`std::io::ErrorKind::Interrupted`] once `stop` is set.
    pub fn write(&self, folder: &mut RunFolder, stop: &AtomicBool) -> Result<(), FolderError> {
        let (baseline, verdicts) = (&self.study.baseline, &self.verdicts);
        let mut files = PointTables::begin(folder, baseline.experiment())?;
        files.add(&self.rows)?;
        folder.table(&verdicts.claims)?;
        folder.table(&verdicts.points)?;
        folder.table(&verdicts.parameters)?;
        folder.table(&self.decisions)?;
        let warnings = self.defect().into_iter().chain(self.judged_where());
        warnings.for_each(|warning| folder.warn(warning));
        let title = "Points of the parameter space over which the claims are judged";
        folder.points("space", title, self.space.design())?;
        folder.table(&self.space.risk_rows(baseline.experiment()))?;
        files.finish(folder, baseline, &self.tables, stop)
    }
}
