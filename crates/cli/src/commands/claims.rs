//! `article5 claims`: which hypotheses hold, and over how much of the parameter space.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use article5_runner::config::Experiment;
use article5_runner::design::Design;
use article5_runner::ensemble::{Conduct, Ensemble, EnsembleError, Sink};
use article5_runner::notes::{Found, Notes};
use article5_runner::numbers::counted;
use article5_runner::partial::{Partial, Shard};
use article5_runner::tables::rows::{DecisionRow, SpaceRiskRow};
use article5_runner::tables::{
    FolderError, PointTables, RunFolder, SpaceSample, Tables, Verdicts, decisions,
};
use article5_runner::tally::{Pair, PointTally};
use article5_runner::workplace::{Task, Workplace};
use indicatif::ProgressBar;
use rangemap::RangeSet;

use super::batch::progress_bar;
use super::inquiry::{Inquiry, target};
use super::run::read;
use super::verdicts::{table, together};
use crate::args::{Question, Talk};
use crate::exit::Failure;
use crate::say::{self, lossy};

/// The notes of what was found over the space.
const NOTES: &str = "space.notes";

/// Runs the baseline and the space, judges the claims, and writes the run's folder at the end,
/// whole or not at all.
pub(crate) fn claims(question: &Question) -> Result<(), Failure> {
    let experiment = read(&question.config, question.changes)?;
    over_space(&experiment)?;
    let target = target(question, &experiment);
    let inquiry = Inquiry { experiment: &experiment, target: &target, work: question.work };
    judge(&inquiry, inquiry.begin(Task::Claims)?)
}

/// Judges the claims, points that were done before left out.
pub(crate) fn judge(inquiry: &Inquiry<'_>, place: Workplace) -> Result<(), Failure> {
    let experiment = inquiry.experiment;
    let over_space = over_space(experiment)?;
    let baseline = Ensemble::new(experiment)?.with_pairs(all_pairs(experiment)).with_claims();
    let space = Ensemble::new(&over_space)?.with_own_replicates().with_claims();
    let (answers, manifest) = inquiry.run(place, |place, folder, stop| {
        let width = SpaceSample::width(experiment);
        let (notes, found) = inquiry.notes(place, NOTES, &space, width)?;
        let bar = progress_bar(inquiry.work.talk, replicates(&baseline) + replicates(&space));
        let tally = run_baseline(&baseline, &bar, stop)?;
        let sample = run_space(&space, (notes, found), &bar, stop)?;
        bar.finish_and_clear();
        let answers = Answers::new(experiment, &tally, &sample)?;
        answers.write(&baseline, folder, stop)?;
        let tables = answers.tables.clone();
        Ok((answers, tables))
    })?;
    close(inquiry.work.talk, &answers, inquiry.target, manifest.wall_seconds)
}

/// The experiment over the space; refused where the configuration has nothing to judge, or asks
/// for what claims are not judged by.
pub(crate) fn over_space(experiment: &Experiment) -> Result<Experiment, Failure> {
    if experiment.claims.is_empty() {
        return Err(Failure::Input(miette::miette!(
            help = "add a [[claim]]: its id, statement, treatment, control, outcome and direction",
            "`{}` has no claim to judge",
            experiment.name
        )));
    }
    let asked = [
        ("[design]", experiment.design.is_some()),
        ("[uncertainty]", !experiment.uncertainty.is_empty()),
        ("[stop]", experiment.stop.is_some()),
    ];
    experiment.over_space().ok_or_else(|| {
        let refused = asked.into_iter().find(|(_, asked)| *asked);
        let refused = refused.map_or("[space]", |(what, _)| what);
        Failure::Input(miette::miette!(
            help = "claims are judged at the configuration's parameters, with `replicates`, and over the [space]",
            "`article5 claims` does not act on `{refused}`"
        ))
    })
}

/// Every two scenarios once, the reference always as what the other is compared with.
fn all_pairs(experiment: &Experiment) -> Vec<Pair> {
    let count = experiment.scenarios.len();
    let pairs = (0..count).flat_map(|one| (0..one).map(move |other| (one, other)));
    let turned = |(one, other)| match one == experiment.reference {
        true => Pair { scenario: other, reference: one },
        false => Pair { scenario: one, reference: other },
    };
    pairs.map(turned).collect()
}

/// Over all scenarios and points.
fn replicates(ensemble: &Ensemble<'_>) -> u64 {
    let plan = ensemble.plan();
    plan.replicates() * u64::from(plan.points()) * ensemble.experiment().scenarios.len() as u64
}

fn run_baseline(
    ensemble: &Ensemble<'_>,
    bar: &ProgressBar,
    stop: &AtomicBool,
) -> Result<PointTally, EnsembleError> {
    let mut baseline = PointTally::new(ensemble.layout().clone());
    ensemble.run(Conduct { progress: &|finished| bar.inc(finished), stop }, |_, tally| {
        baseline = tally;
        Ok::<_, EnsembleError>(())
    })?;
    Ok(baseline)
}

/// Runs the points of the space that are not in the notes.
fn run_space(
    ensemble: &Ensemble<'_>,
    (notes, found): (Notes, Found),
    bar: &ProgressBar,
    stop: &AtomicBool,
) -> Result<SpaceSample, Failure> {
    let (design, replicates) = (ensemble.design().clone(), ensemble.plan().replicates());
    let mut sample = SpaceSample::new(ensemble.experiment(), design, replicates);
    let mut start = ensemble.start(Shard::WHOLE);
    // Points are noted in order: where one is missing, it and what follows are run again.
    while let Some(numbers) = found.get(&start.next) {
        sample.add_numbers(numbers);
        start.next += 1;
    }
    bar.inc(start.replicates(ensemble));
    let mut points = Points { sample, notes };
    let conduct = Conduct { progress: &|finished| bar.inc(finished), stop };
    let done = ensemble.run_from(start, conduct, &mut points);
    points.notes.save()?;
    done.map(|()| points.sample)
}

/// Where the points of the space go: points come in order, so the notes have the first ones.
struct Points {
    sample: SpaceSample,
    notes: Notes,
}

impl Sink for Points {
    type Error = Failure;

    fn complete(&mut self, point: u32, tally: PointTally, _: RangeSet<u64>) -> Result<(), Failure> {
        self.sample.add(&tally);
        Ok(self.notes.add(point, &self.sample.last_numbers())?)
    }

    /// A point that is not complete is run again.
    fn finished(&mut self, _: &Partial, _: bool) -> Result<(), Failure> {
        Ok(())
    }
}

/// All that the command finds out.
struct Answers {
    /// Of the baseline.
    tables: Tables,
    verdicts: Verdicts,
    decisions: Vec<DecisionRow>,
    /// The points of the space.
    points: Design,
    risks: Vec<SpaceRiskRow>,
}

impl Answers {
    fn new(
        experiment: &Experiment,
        baseline: &PointTally,
        space: &SpaceSample,
    ) -> Result<Self, Failure> {
        let mut tables = Tables::new(experiment);
        let mut rows = Tables::of_point(experiment, 0, baseline);
        let reference = experiment.scenarios.get(experiment.reference);
        rows.comparisons.retain(|row| reference.is_some_and(|own| own.name == row.reference));
        tables.keep_for_charts(rows);
        let verdicts = Verdicts::new(experiment, baseline, space);
        tables.claims = verdicts.claims.clone();
        Ok(Self {
            tables,
            verdicts,
            decisions: decisions(experiment, baseline, space).map_err(Failure::machine)?,
            points: space.design().clone(),
            risks: space.risk_rows(experiment),
        })
    }

    fn write(
        &self,
        baseline: &Ensemble<'_>,
        folder: &mut RunFolder,
        stop: &AtomicBool,
    ) -> Result<(), Failure> {
        let Verdicts { claims, points, parameters } = &self.verdicts;
        let mut write = || -> Result<(), FolderError> {
            let mut files = PointTables::begin(folder, baseline.experiment())?;
            files.add(&self.tables)?;
            let title = "Points of the parameter space over which the claims are judged";
            folder.table(claims)?;
            folder.table(points)?;
            folder.table(parameters)?;
            folder.table(&self.decisions)?;
            folder.points("space", title, &self.points)?;
            folder.table(&self.risks)?;
            files.finish(folder, baseline, &self.tables, stop)
        };
        write().map_err(Failure::from)
    }
}

/// The closing words: the claims, what they are worth together, and where the rest is.
fn close(talk: Talk, answers: &Answers, target: &Path, seconds: f64) -> Result<(), Failure> {
    let rows = &answers.verdicts.claims;
    let json = || {
        serde_json::json!({
            "run": lossy(target),
            "claims": rows,
            "decisions": answers.decisions,
            "seconds": seconds,
        })
    };
    let prose = || {
        let claims = counted(rows.len() as u64, "claim", "claims");
        let judged = format!("{claims} judged in {seconds:.1} s: {}", target.display());
        format!("{}\n\n{}\n\n{judged}", table(rows), together(rows))
    };
    say::close(target, &say::words(talk, json, prose))
}
