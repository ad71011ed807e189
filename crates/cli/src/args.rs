//! What can be typed.

mod chart;
mod cluster;
mod number;
mod shard;
mod threads;

use std::path::PathBuf;
use std::time::Duration;

use article5_runner::journal::SAVE_INTERVAL;
use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use cluster::{Divided, Slurm, Status, Submit};
pub(crate) use threads::Threads;

use number::{ANY, POINTS, REPLICATES, SEEDS, within};
use shard::ShardChoice;

/// How the command may end, for the end of its help.
const EXIT_CODES: &str = "Exit codes: 0, done; 1, the system failed, as with a full disk; 2, the input is at fault \
                          and nothing is written; 130, told to stop, and what is finished is kept.";

/// When the United States answers a challenge to one commitment, what happens to the credibility of
/// all the others?
#[derive(Debug, Parser)]
#[command(name = "article5", version = crate::VERSION, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a batch: write its tables, draw its charts.
    Run(Run),
    /// Judge the claims of a configuration: effects, how far they hold, verdicts.
    #[command(mut_arg("config", |config| config.help("The configuration, a TOML file, with a `[[claim]]`")))]
    Claims(Question),
    /// Redraw the charts of a run from its tables.
    Plot(Plot),
    /// Check a configuration and say what running it would take.
    Check(Check),
    /// Finish an interrupted run without repeating what is done.
    Resume(Resume),
    /// Merge the shards of a divided run into exactly the tables of an undivided one.
    Merge(Merge),
    /// Make one self-contained HTML page of a run.
    Report(Report),
    /// Find which parameters decide an outcome, and in which corner of their space it comes about.
    #[command(mut_arg("config", |config| config.help(
        "The configuration, a TOML file, with a `[design]` and a `[sensitivity]` or `[discovery]`"
    )))]
    Sensitivity(Question),
    /// Hand a run, divided into shards, to a scheduler.
    #[command(subcommand)]
    Submit(Submit),
    /// List the shards that a divided run still lacks, in the form that a job array takes.
    Missing(Divided),
    /// Show how far a divided run has got.
    Status(Status),
    /// Explain one replicate: who was tested and why, what Washington answered, whose trust moved.
    Trace(Trace),
    /// List the parameters: key, default, range, meaning, basis.
    Params(Listing),
    /// List the allies and the features of Washington's commitment to each.
    Members(Members),
    /// List the scenarios that ship and what each sets.
    Scenarios(Listing),
    /// Write a commented configuration to start from.
    Init(Init),
    /// Print the JSON Schema of a configuration.
    Schema,
    /// Print the completions for a shell.
    Completions(Completions),
    /// Write the man pages.
    Man(Man),
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The configuration, a TOML file.
    pub(crate) config: PathBuf,
    #[command(flatten)]
    pub(crate) changes: Changes,
    /// The run's folder; `output/NAME` if left out, or `output/NAME.shards` with `--shard`.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Run only this part of the batch, for `article5 merge`: I from 0 to N-1; with `auto/N`, I is
    /// the task's number in a job array.
    #[arg(long, value_name = "I/N", conflicts_with = "force")]
    pub(crate) shard: Option<ShardChoice>,
    #[command(flatten)]
    pub(crate) work: Work,
}

/// What `claims` and `sensitivity` are asked.
#[derive(Debug, Args)]
pub(crate) struct Question {
    /// The configuration, a TOML file.
    pub(crate) config: PathBuf,
    #[command(flatten)]
    pub(crate) changes: Changes,
    /// The run's folder; `output/NAME` if left out.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) work: Work,
}

/// How a command works.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Work {
    #[command(flatten)]
    pub(crate) threads: Threads,
    /// Replace the run's folder if it is there, and start unfinished work over.
    #[arg(long)]
    pub(crate) force: bool,
    /// Seconds between saves of finished work: a run that is killed loses no more than that.
    #[arg(long, value_name = "SECONDS", default_value_t = SAVE_INTERVAL.as_secs(), value_parser = within::<u64>(ANY), allow_negative_numbers = true)]
    save_every: u64,
    #[command(flatten)]
    pub(crate) verbosity: Verbosity,
}

impl Work {
    /// The time between saves of finished work.
    pub(crate) fn save_every(&self) -> Duration {
        Duration::from_secs(self.save_every)
    }
}

#[derive(Debug, Args)]
#[command(mut_arg("threads", |threads| threads.help(
    "Threads to plan for; if left out, those that Slurm gives, or all cores"
)))]
pub(crate) struct Check {
    /// The configuration, a TOML file.
    pub(crate) config: PathBuf,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) threads: Threads,
    /// As JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(
    mut_arg("force", |force| force.help("Replace a run that has since been put in the folder's place")),
    mut_arg("json", |json| json.help(
        "Print a machine-readable summary on standard output, as the command does that is resumed; if the run was done \
         already, only `run` and `already_done`"
    ))
)]
pub(crate) struct Resume {
    /// The folder that the run was to fill.
    pub(crate) run: PathBuf,
    #[command(flatten)]
    pub(crate) work: Work,
}

#[derive(Debug, Args)]
#[command(mut_arg("quiet", |quiet| quiet.help(NO_BAR)))]
pub(crate) struct Merge {
    /// The partials, or the folder that they are in.
    #[arg(required = true, value_name = "PART")]
    pub(crate) parts: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) threads: Threads,
    /// The run's folder; `output/NAME` if left out.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the run's folder if it is there.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) verbosity: Verbosity,
}

impl Merge {
    /// How it works; it saves nothing on the way.
    pub(crate) fn work(&self) -> Work {
        let Self { threads, force, verbosity, .. } = *self;
        Work { threads, force, save_every: SAVE_INTERVAL.as_secs(), verbosity }
    }
}

/// Settings of the configuration that can be changed on the command line.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct Changes {
    /// The seed, in place of the configuration's.
    #[arg(long, value_name = "SEED", value_parser = within::<u64>(SEEDS), allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
    /// Replicates per scenario and design point, in place of the configuration's; a `[space]` keeps
    /// its own.
    #[arg(long, value_name = "N", value_parser = within::<u64>(REPLICATES), allow_negative_numbers = true)]
    pub(crate) replicates: Option<u64>,
}

/// The help of `--quiet` where there is no progress bar.
const NO_BAR: &str = "Show no closing words";

/// How much a command says.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Verbosity {
    /// Show no progress bar and no closing words.
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Print a machine-readable summary on standard output.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(mut_arg("quiet", |quiet| quiet.help(NO_BAR)))]
pub(crate) struct Plot {
    /// The folder of a run.
    pub(crate) run: PathBuf,
    /// Only this chart; can be repeated. All charts if left out.
    #[arg(long = "chart", value_name = "NAME", value_parser = chart::ChartName)]
    pub(crate) charts: Vec<String>,
    /// Only this scenario; can be repeated. If left out, all that a chart has room for.
    #[arg(long = "scenario", value_name = "NAME")]
    pub(crate) scenarios: Vec<String>,
    /// The file formats, separated by commas.
    #[arg(long, value_delimiter = ',', default_value = "svg,png")]
    pub(crate) format: Vec<Format>,
    /// Where the charts will be used: sets their width and type size. A slide is 16:9; only charts
    /// with very many rows (a hundred allies, dozens of scenarios) are taller.
    #[arg(long, default_value = "report")]
    pub(crate) size: Size,
    /// Colour on white, or darker type and greys for print.
    #[arg(long, default_value = "light")]
    pub(crate) style: Ink,
    /// Language-neutral labels, for a text in another language: names and codes as in the tables,
    /// numbers and symbols; no headline and no subtitle.
    #[arg(long)]
    pub(crate) no_words: bool,
    /// Where to put them; the run's `charts` folder if left out, in which they replace all that an
    /// earlier drawing of them left there.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) verbosity: Verbosity,
}

#[derive(Debug, Args)]
#[command(mut_arg("quiet", |quiet| quiet.help(NO_BAR)))]
pub(crate) struct Report {
    /// The folder of a run.
    pub(crate) run: PathBuf,
    /// The page's file; `report.html` in the run's folder if left out. A page that is there is
    /// replaced.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) verbosity: Verbosity,
}

/// A kind of chart file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Svg,
    Png,
}

/// [`article5_plot::style::Size`] as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Size {
    /// The text column of a printed report.
    Report,
    /// 1920 by 1080 pixels; type shrinks until a chart fits, body type to no less than 9 points.
    Slide,
    /// A poster.
    Poster,
}

/// [`article5_plot::style::Ink`] as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Ink {
    /// For screens and colour print.
    Light,
    /// For paper: darker type and greys, and colours that stay apart when printed in grey.
    Print,
}

#[derive(Debug, Args)]
pub(crate) struct Trace {
    /// The configuration, a TOML file.
    pub(crate) config: PathBuf,
    /// The scenario.
    #[arg(long)]
    pub(crate) scenario: String,
    /// The design point's number, from 0, as in `design.csv`.
    #[arg(long, value_name = "N", value_parser = within::<u32>(POINTS), allow_negative_numbers = true)]
    pub(crate) point: Option<u32>,
    /// The replicate's number, from 0.
    #[arg(long, default_value_t = 0, value_parser = within::<u64>(ANY), allow_negative_numbers = true)]
    pub(crate) replicate: u64,
    /// Another scenario to set it against, on the same shocks.
    #[arg(long, value_name = "SCENARIO")]
    pub(crate) against: Option<String>,
    /// The seed, in place of the configuration's.
    #[arg(long, value_name = "SEED", value_parser = within::<u64>(SEEDS), allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
    /// As JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// A folder for the story, its tables and its chart.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Replace that folder if it is there.
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Listing {
    /// List only what contains this word.
    pub(crate) filter: Option<String>,
    /// As JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Members {
    /// Another members table; the built-in one if left out.
    #[arg(long, value_name = "CSV")]
    pub(crate) table: Option<PathBuf>,
    /// As JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print the built-in table itself as CSV, to start another one from.
    #[arg(long, conflicts_with_all = ["table", "json"])]
    pub(crate) csv: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The file to write, and its schema beside it; `-` prints it instead.
    #[arg(default_value = "my-experiment.toml")]
    pub(crate) config: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The folder to write them into; created if it is not there.
    pub(crate) folder: PathBuf,
}
