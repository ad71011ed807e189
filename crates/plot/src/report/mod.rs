//! The report: one HTML page that holds everything it shows.
//!
//! It needs no network, can be read without scripts, and can be printed. All that it says is taken
//! from the run's tables and its configuration; text from either is escaped by the template.

mod answers;
mod claims;
mod findings;
mod risks;
mod setup;
mod terms;
mod traced;
mod words;

use std::borrow::Cow;

use article5_runner::analysis::claims::MOST_OF_SPACE;
use article5_runner::config::Experiment;
use article5_runner::numbers;
use article5_runner::sensitivity::subjects;
use article5_runner::tables::{MAX_CHARTED, Manifest, PACKAGE_FILE, StoredRun, Tables};
use article5_runner::workplace::Task;
use askama::Template;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use crate::text::{Face, faces};
use crate::{Chart, Options, PlotError, Provenance, Wording, charts};
use answers::{BoxView, Decisions, Sensitivity};
use claims::ClaimView;
use findings::Finding;
use risks::{Horizon, RiskTable};
use setup::{ScenarioView, SettingView, Varied, VaryingView};
use terms::Term;
use traced::Traced;

/// The page's only script.
const SCRIPT: &str = include_str!("../../templates/report.js");

/// Why a report cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A chart cannot be drawn.
    #[error(transparent)]
    Plot(#[from] PlotError),
    /// The page cannot be made from its template.
    #[error("cannot set the page: {0}")]
    Template(#[from] askama::Error),
}

/// Makes the page of a run; `experiment` is the one in its manifest's configuration.
///
/// # Errors
///
/// [`ReportError::Plot`] if plotters fails.
pub fn page(run: &StoredRun, experiment: &Experiment) -> Result<String, ReportError> {
    // The page holds the font once, for all its charts.
    let options = Options { embed_font: false, ..Options::default() };
    let provenance = Provenance::from(&run.manifest);
    let charts = charts::all(&run.tables, &provenance, &options)?;
    let replicates = provenance.replicates(&run.tables);
    let horizon = Horizon::of(&run.tables, experiment);
    let points = run.tables.design.as_ref().map_or(1, |design| design.points.nrows());
    let traced = Traced::of(run);
    let story_altered = traced.as_ref().and_then(Traced::altered);
    let task = run.manifest.task.unwrap_or_else(|| task_by_tables(run));
    let shown = &*shown(experiment, traced.as_ref(), task);
    let Varied { designed, fixed, drawn } = setup::varying(experiment, run.tables.design.as_ref());
    let page = Page {
        run: &run.manifest,
        script: SCRIPT,
        script_hash: policy_hash(SCRIPT),
        altered: run.altered.iter().map(String::as_str).chain(story_altered).collect(),
        fonts: faces(),
        first: experiment.date(1),
        last: experiment.date(experiment.quarters),
        told_by: horizon.as_ref().map(|horizon| horizon.date).unwrap_or_default(),
        allies: numbers::counted(run.tables.alliance.len() as u64, "ally", "allies"),
        span: words::span(experiment.quarters),
        replicates: replicates.words(Wording::English),
        once: replicates.is_one(),
        points,
        points_text: numbers::count(points as u64),
        task,
        traced,
        reference: horizon.as_ref().map(Horizon::reference_in_the_table).unwrap_or_default(),
        findings: horizon.as_ref().map(findings::findings).unwrap_or_default(),
        left_out: horizon.as_ref().map(findings::left_out).unwrap_or_default(),
        by_chance: horizon.as_ref().map(findings::by_chance).unwrap_or_default(),
        chances: horizon.as_ref().map(Horizon::chances),
        standing: horizon.as_ref().and_then(Horizon::standing),
        differences: horizon.as_ref().and_then(Horizon::differences),
        claims: claims::claims(&run.tables.claims, experiment),
        verdicts: claims::verdicts(&run.tables.claims),
        most_of_space: numbers::percent(MOST_OF_SPACE, 0),
        decisions: answers::decisions(&run.tables.decisions),
        sensitivity: answers::sensitivity(&run.tables.sensitivity),
        unanswered: unanswered(run, experiment),
        boxes: answers::boxes(&run.tables.boxes, experiment.discovery.as_ref()),
        sought: sought(run, experiment),
        figures: charts,
        terms: terms::terms(shown, &run.tables.alliance),
        everywhere: setup::everywhere(shown),
        scenarios: setup::scenarios(shown),
        settings: setup::settings(shown),
        at_an_end: setup::defaults_at_an_end(shown),
        designed,
        fixed,
        drawn,
        scripted: shown.scenarios.iter().any(|scenario| !scenario.events.is_empty()),
        space: if run.tables.claims.is_empty() { Vec::new() } else { setup::space(experiment) },
    };
    Ok(page.render()?)
}

/// The experiment with the scenarios that a trace followed or an analysis is about, if not all are.
fn shown<'e>(
    experiment: &'e Experiment,
    traced: Option<&Traced>,
    task: Task,
) -> Cow<'e, Experiment> {
    let subjects = match task {
        Task::Sensitivity => subjects(experiment),
        _ => Vec::new(),
    };
    let analysed =
        subjects.iter().flat_map(|own| [own.scenario(experiment), own.reference(experiment)]);
    match traced.map_or_else(|| analysed.collect(), Traced::scenarios) {
        names if names.is_empty() => Cow::Borrowed(experiment),
        names => Cow::Owned(setup::of_scenarios(experiment, &names)),
    }
}

/// The hash by which a content security policy allows a script that stands in the page.
fn policy_hash(script: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(script)))
}

/// What was done, by the tables, as manifests of earlier versions do not say.
fn task_by_tables(run: &StoredRun) -> Task {
    let Tables { claims, trace, sensitivity, boxes, .. } = &run.tables;
    if !claims.is_empty() {
        return Task::Claims;
    }
    if !trace.is_empty() {
        return Task::Trace;
    }
    let answered = !(sensitivity.is_empty() && boxes.is_empty());
    if answered || wrote(run, "responses.csv") { Task::Sensitivity } else { Task::Run }
}

/// The outcomes that were asked about but have no indices.
fn unanswered(run: &StoredRun, experiment: &Experiment) -> Vec<String> {
    let asked = experiment.sensitivity.iter().filter(|_| wrote(run, "sensitivity.csv"));
    asked.flat_map(|spec| answers::unanswered(spec, &run.tables.sensitivity)).collect()
}

/// What boxes were sought for.
fn sought(run: &StoredRun, experiment: &Experiment) -> Option<String> {
    let asked = experiment.discovery.as_ref().filter(|_| wrote(run, "boxes.csv"));
    let told = |spec| {
        let (sought, missing) = (answers::sought(spec), answers::missing(spec, &run.tables.boxes));
        [sought, missing].join(" ").trim_end().to_owned()
    };
    asked.map(told)
}

/// Whether the run wrote a file, even one without rows.
fn wrote(run: &StoredRun, name: &str) -> bool {
    run.manifest.files.contains_key(name)
}

/// What the template shows.
#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    run: &'a Manifest,
    script: &'a str,
    /// What the content security policy allows: this script and no other.
    script_hash: String,
    altered: Vec<&'a str>,
    fonts: [Face; 2],
    first: String,
    last: String,
    /// The quarter of the tables of risks: the last one tallied.
    told_by: &'a str,
    allies: String,
    span: String,
    replicates: String,
    /// Whether each scenario was run once.
    once: bool,
    points: usize,
    points_text: String,
    task: Task,
    traced: Option<Traced>,
    reference: String,
    findings: Vec<Finding>,
    /// Says that findings cover only policies.
    left_out: String,
    by_chance: String,
    /// The chances that each risk has happened by the last quarter, and that it holds in it.
    chances: Option<RiskTable>,
    standing: Option<RiskTable>,
    differences: Option<RiskTable>,
    claims: Vec<ClaimView>,
    verdicts: String,
    /// The share of the points of the space at which a claim must be clear for a verdict.
    most_of_space: String,
    decisions: Option<Decisions>,
    sensitivity: Vec<Sensitivity>,
    /// The outcomes about which nothing can be said.
    unanswered: Vec<String>,
    boxes: Vec<BoxView>,
    /// What is of interest, if boxes were sought.
    sought: Option<String>,
    figures: Vec<Chart>,
    /// The terms that it measures by.
    terms: Vec<Term>,
    /// What every scenario sets alike.
    everywhere: String,
    scenarios: Vec<ScenarioView>,
    settings: Vec<SettingView>,
    /// The defaults at an end of their plausible range.
    at_an_end: String,
    /// What varies between design points, and what each replicate drew.
    designed: Vec<VaryingView>,
    /// What the design sets alike at all of its points.
    fixed: String,
    drawn: Vec<VaryingView>,
    /// Whether a scenario has events.
    scripted: bool,
    /// What varies over the space in which claims were judged.
    space: Vec<VaryingView>,
}

impl Page<'_> {
    /// The sections that the page has, by id.
    fn contents(&self) -> Vec<(&'static str, &'static str)> {
        let all = [
            ("findings", "What the run found", true),
            ("question", "The question and the scenarios", true),
            ("risks", "Every risk, by scenario", self.chances.is_some()),
            ("claims", "Claims put to the test", !self.claims.is_empty()),
            ("decisions", "Which scenarios rule others out", self.decisions.is_some()),
            ("sensitivity", "Which parameters decide the outcomes", self.analyses()),
            ("boxes", "Where it happens", self.seeks()),
            ("charts", "Charts", !self.figures.is_empty()),
            ("story", "The story", self.traced.is_some()),
            ("caveats", "What these numbers do not say", true),
            ("settings", "Parameters", true),
            ("provenance", "Where it comes from", true),
        ];
        all.into_iter().filter(|(.., there)| *there).map(|(id, title, _)| (id, title)).collect()
    }

    fn varies(&self) -> bool {
        !(self.designed.is_empty() && self.drawn.is_empty())
    }

    fn analyses(&self) -> bool {
        !(self.sensitivity.is_empty() && self.unanswered.is_empty())
    }

    /// The most design points of which findings are gathered.
    fn most_charted(&self) -> usize {
        MAX_CHARTED
    }

    fn seeks(&self) -> bool {
        !self.boxes.is_empty() || self.sought.is_some()
    }

    /// The folder of a run in which the data of its charts are.
    fn chart_folder(&self) -> &'static str {
        charts::FOLDER
    }

    /// Whether the numbers of a chart fit in its caption: a page of numbers is no caption.
    fn is_short(&self, told: &str) -> bool {
        const MAX: usize = 420;
        told.chars().count() <= MAX
    }

    /// The checksums of the tables. Charts and this page, and the file that lists them, may be made
    /// again differently, so theirs are left out.
    fn checksums(&self) -> impl Iterator<Item = (&String, &String)> {
        let stays = |name: &str| !name.contains('/') && !name.ends_with(".html");
        self.run.files.iter().filter(move |(name, _)| stays(name) && *name != PACKAGE_FILE)
    }
}
