//! What can be typed.

use std::path::PathBuf;

use article5_runner::tally::MOST_REPLICATES;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// When the United States answers a challenge to one commitment, what happens to the credibility of
/// all the others?
#[derive(Debug, Parser)]
#[command(name = "article5", version = crate::VERSION, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a batch: write its tables, draw its charts.
    Run(Run),
    /// Redraw the charts of a run from its tables.
    Plot(Plot),
    /// Make one self-contained HTML page of a run.
    Report(Report),
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
    /// Print the completions of a shell.
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
    /// Threads to use; all cores if left out.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
    /// The run's folder; `output/NAME` if left out.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the run's folder if it is there.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) talk: Talk,
}

/// The seeds that a configuration can hold: TOML's integers are signed.
const SEEDS: std::ops::RangeInclusive<u64> = 0..=i64::MAX as u64;

/// The numbers of replicates that a tally can hold.
const REPLICATES: std::ops::RangeInclusive<u64> = 1..=MOST_REPLICATES;

/// Settings of the configuration that can be changed on the command line.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Changes {
    /// The seed, in place of the configuration's.
    #[arg(long, value_name = "SEED", value_parser = clap::value_parser!(u64).range(SEEDS))]
    pub(crate) seed: Option<u64>,
    /// Replicates per scenario and design point, in place of the configuration's.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(REPLICATES))]
    pub(crate) replicates: Option<u64>,
}

/// How much is said.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Talk {
    /// No progress bar and no closing words.
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// A machine-readable summary on standard output.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Plot {
    /// The folder of a run.
    pub(crate) run: PathBuf,
    /// Only this chart; may be given again. All charts if left out.
    #[arg(long = "chart", value_name = "NAME")]
    pub(crate) charts: Vec<String>,
    /// The kinds of files, with commas between.
    #[arg(long, value_delimiter = ',', default_value = "svg,png")]
    pub(crate) format: Vec<Format>,
    /// Where the charts will stand: sets their width and the size of their type.
    #[arg(long, default_value = "report")]
    pub(crate) size: Size,
    /// Colour on white, or darker type and dashes that tell lines apart without colour.
    #[arg(long, default_value = "light")]
    pub(crate) style: Ink,
    /// No headline and no subtitle: for a text in another language.
    #[arg(long)]
    pub(crate) no_words: bool,
    /// Where to put them; the run's `charts` folder if left out. Charts that are there are replaced.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) talk: Talk,
}

#[derive(Debug, Args)]
pub(crate) struct Report {
    /// The folder of a run.
    pub(crate) run: PathBuf,
    /// The page's file; `report.html` in the run's folder if left out. A page that is there is
    /// replaced.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) talk: Talk,
}

/// A kind of chart file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Svg,
    Png,
}

/// [`article5_plot::style::Size`] as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Size {
    /// The text column of a printed report.
    Report,
    /// A slide of 16:9.
    Slide,
    /// A poster.
    Poster,
}

/// [`article5_plot::style::Ink`] as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Ink {
    /// For screens and colour print.
    Light,
    /// For print without colour.
    Print,
}

#[derive(Debug, Args)]
pub(crate) struct Trace {
    /// The configuration, a TOML file.
    pub(crate) config: PathBuf,
    /// The scenario.
    #[arg(long)]
    pub(crate) scenario: String,
    /// The replicate's number, from 0.
    #[arg(long, default_value_t = 0)]
    pub(crate) replicate: u64,
    /// Another scenario, told beside it on the same shocks.
    #[arg(long, value_name = "SCENARIO")]
    pub(crate) against: Option<String>,
    /// The seed, in place of the configuration's.
    #[arg(long, value_name = "SEED", value_parser = clap::value_parser!(u64).range(SEEDS))]
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
    /// Only what contains this word.
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
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The file to write, beside its schema.
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
    /// The folder to write them into; made if it is not there.
    pub(crate) folder: PathBuf,
}
