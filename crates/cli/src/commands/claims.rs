//! `article5 claims`: which hypotheses hold, and over how much of the parameter space.

use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use article5_runner::config::Experiment;
use article5_runner::design::Design;
use article5_runner::ensemble::{Conduct, Ensemble, EnsembleError};
use article5_runner::tables::rows::{ClaimRow, DecisionRow};
use article5_runner::tables::{
    FolderError, Manifest, PointTables, RunFolder, SpaceSample, Tables, Verdicts, decisions,
};
use article5_runner::tally::{Pair, PointTally};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use indicatif::ProgressBar;

use super::batch::{Clock, OUTPUT, draw, pool, progress_bar, stop_on_ctrl_c, threads};
use super::run::read;
use crate::args::Claims;
use crate::exit::Failure;

/// Columns of the printed table, at most.
const WIDTH: u16 = 120;

/// Runs the baseline and the space, judges the claims, and writes the run's folder at the end,
/// whole or not at all.
pub(crate) fn claims(arguments: &Claims) -> Result<(), Failure> {
    let experiment = read(&arguments.config, arguments.changes)?;
    let over_space = over_space(&experiment)?;
    let target = arguments.out.clone().unwrap_or_else(|| Path::new(OUTPUT).join(&experiment.name));
    let mut folder = RunFolder::begin(&target, arguments.force)?;
    let (clock, stop) = (Clock::start(), stop_on_ctrl_c());
    let threads = threads(arguments.threads);
    let baseline = Ensemble::new(&experiment)?.with_pairs(all_pairs(&experiment));
    let space = Ensemble::new(&over_space)?.with_own_replicates();
    let answers = pool(threads)?.install(|| {
        let bar = progress_bar(arguments.talk, replicates(&baseline) + replicates(&space));
        let tally = run_baseline(&baseline, &bar, &stop)?;
        let space = run_space(&space, &bar, &stop)?;
        bar.finish_and_clear();
        let answers = Answers::new(&experiment, &tally, &space)?;
        answers.write(&baseline, &mut folder, &stop)?;
        Ok::<_, Failure>(answers)
    })?;
    if experiment.output.charts {
        draw(&experiment, experiment.replicates, &answers.tables, &mut folder)?;
    }
    let mut manifest = Manifest::new(&experiment, threads);
    manifest.git_commit = crate::GIT_COMMIT.map(str::to_owned);
    manifest.wall_seconds = clock.seconds();
    manifest.cpu_seconds = clock.processor_seconds();
    folder.finish(manifest.clone())?;
    close(arguments, &answers, &target, manifest.wall_seconds)
}

/// The experiment over the space; refused where the configuration has nothing to judge, or asks
/// for what claims are not judged by.
fn over_space(experiment: &Experiment) -> Result<Experiment, Failure> {
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
    let refused = asked.into_iter().find(|(_, asked)| *asked).map_or("[space]", |(what, _)| what);
    match experiment.over_space() {
        Some(space) if refused == "[space]" => Ok(space),
        _ => Err(Failure::Input(miette::miette!(
            help = "claims are judged at the defaults, with `replicates`, and over the [space]",
            "`article5 claims` does not act on `{refused}`"
        ))),
    }
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

fn run_space(
    ensemble: &Ensemble<'_>,
    bar: &ProgressBar,
    stop: &AtomicBool,
) -> Result<SpaceSample, EnsembleError> {
    let (design, replicates) = (ensemble.design().clone(), ensemble.plan().replicates());
    let mut sample = SpaceSample::new(ensemble.experiment(), design, replicates);
    ensemble.run(Conduct { progress: &|finished| bar.inc(finished), stop }, |_, tally| {
        sample.add(&tally);
        Ok::<_, EnsembleError>(())
    })?;
    Ok(sample)
}

/// All that the command finds out.
struct Answers {
    /// Of the baseline.
    tables: Tables,
    verdicts: Verdicts,
    decisions: Vec<DecisionRow>,
    /// The points of the space.
    points: Design,
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
        Ok(Self {
            tables,
            verdicts: Verdicts::new(experiment, baseline, space),
            decisions: decisions(experiment, baseline, space).map_err(Failure::machine)?,
            points: space.design().clone(),
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
            let more = vec![
                folder.table(claims)?,
                folder.table(points)?,
                folder.table(parameters)?,
                folder.table(&self.decisions)?,
                folder.points("space", title, &self.points)?,
            ];
            files.finish(folder, baseline, &self.tables, more, stop)
        };
        write().map_err(Failure::from)
    }
}

/// The closing words: the claims, what they are worth together, and where the rest is.
fn close(
    arguments: &Claims,
    answers: &Answers,
    target: &Path,
    seconds: f64,
) -> Result<(), Failure> {
    let (rows, mut out) = (&answers.verdicts.claims, io::stdout().lock());
    if arguments.talk.json {
        let summary = serde_json::json!({
            "run": target,
            "claims": rows,
            "decisions": answers.decisions,
            "seconds": seconds,
        });
        writeln!(out, "{summary}")?;
    } else if !arguments.talk.quiet {
        writeln!(out, "{}\n\n{}", table(rows), together(rows))?;
        writeln!(out, "\n{} claims judged in {seconds:.1} s: {}", rows.len(), target.display())?;
    }
    Ok(())
}

/// The claims, a row each.
fn table(rows: &[ClaimRow]) -> Table {
    let mut table = Table::new();
    table
        .load_preset(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH)
        .set_header(["id", "claim", "effect", "95 % interval", "gain", "space", "verdict"]);
    for row in rows {
        let effect = row.effect.map_or("none".to_owned(), |effect| signed(row, effect));
        let interval = match (row.low, row.high) {
            (Some(low), Some(high)) => format!("{} to {}", signed(row, low), signed(row, high)),
            _ => String::new(),
        };
        let gain = row.pairing_gain.map_or(String::new(), |gain| format!("{gain:.1}"));
        let percent = |share: Option<f64>| 100.0 * share.unwrap_or_default();
        let (held, reversed) = (percent(row.share_of_space), percent(row.share_reversed));
        table.add_row([
            row.id.clone(),
            row.statement.clone(),
            effect,
            interval,
            gain,
            format!("{held:.0} / {reversed:.0} %"),
            verdict(row),
        ]);
    }
    for column in [2, 4, 5] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// The verdict with what it hangs on, or what would settle it.
fn verdict(row: &ClaimRow) -> String {
    match (row.deciding.as_str(), row.replicates_needed) {
        ("", None) => row.verdict.clone(),
        ("", Some(needed)) => format!("{}: {needed} replicates", row.verdict),
        (deciding, _) => format!("{}: {deciding}", row.verdict),
    }
}

/// A difference with its sign, a level without.
fn signed(row: &ClaimRow, value: f64) -> String {
    if row.control.is_empty() && row.since.is_none() {
        format!("{value:.3}")
    } else {
        format!("{value:+.3}")
    }
}

/// What the intervals are worth together, and what the columns are.
fn together(rows: &[ClaimRow]) -> String {
    /// One error in twenty.
    const LEVEL: f64 = 0.05;
    let count = |p_value: fn(&ClaimRow) -> Option<f64>| {
        rows.iter().filter(|row| p_value(row).is_some_and(|p| p < LEVEL)).count()
    };
    let tested = rows.iter().filter(|row| row.p_value.is_some()).count();
    let (clear, corrected) = (count(|row| row.p_value), count(|row| row.p_holm));
    let by_chance = LEVEL * tested as f64;
    let (points, replicates) = rows.first().map_or((0, 0), |row| (row.points, row.point_n));
    format!(
        "space: share of {points} points of the parameter space, {replicates} replicates each, at which the claim \
         is shown to hold / to be contradicted.\n\
         gain: how many times as many replicates independent samples would need for the interval.\n\
         Of {tested} claims tested at the baseline, {clear} are clear at 5 %; were all on their bounds, chance \
         would make {by_chance:.1} so. After Holm's correction {corrected} are."
    )
}
