//! `article5 plot`: the charts of a run, redrawn from its tables.

use std::collections::BTreeMap;
use std::path::Path;

use article5_plot::charts::Kind;
use article5_plot::style::{self, Style};
use article5_plot::{Chart, Options, PlotError, Provenance, Wording, charts};
use article5_runner::config::{Experiment, did_you_mean};
use article5_runner::numbers::count;
use article5_runner::tables::package::Resource;
use article5_runner::tables::{MAX_CHARTED, RunFolder, StoredRun, Tables, real_path, write_files};
use serde_json::json;

use crate::args::{Format, Ink, Plot, Size};
use crate::exit::Failure;
use crate::say::{self, tell};

/// The folder of the charts in a run's folder.
pub(super) const CHARTS: &str = charts::FOLDER;

/// Redraws the charts that were asked for.
pub(crate) fn plot(arguments: &Plot) -> Result<(), Failure> {
    let mut run = open(&arguments.run)?;
    keep_scenarios(&mut run.tables, &arguments.scenarios)?;
    let chosen = choose(&run, arguments)?;
    let files = chart_files(&chosen, &arguments.format).map_err(Failure::machine)?;
    let charts = run.folder.join(CHARTS);
    // The run's own charts are redrawn, however their folder is named.
    let elsewhere = arguments.out.as_ref().filter(|out| real_path(out) != real_path(&charts));
    let folder = match elsewhere {
        Some(folder) => {
            write_files(folder, &files)?;
            folder.clone()
        }
        None => {
            let inside = files.into_iter().map(|(name, bytes)| (format!("{CHARTS}/{name}"), bytes));
            let tables: Vec<Resource> = chart_tables(&chosen).collect();
            run.add_in_place_of(|file| is_outdated(file, arguments), inside.collect(), &tables)?;
            charts
        }
    };
    close(arguments, &chosen, &folder)
}

/// Whether a file of the run is of an earlier drawing of the charts that are drawn now: all if no
/// chart was named. In other formats, or of other scenarios, it would not agree with them.
fn is_outdated(file: &str, arguments: &Plot) -> bool {
    let file = Path::new(file);
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let mut kinds = arguments.charts.iter().filter_map(|name| Kind::named(name));
    file.parent() == Some(Path::new(CHARTS))
        && (arguments.charts.is_empty() || kinds.any(|kind| kind.has(&stem)))
}

/// Reads a run, and warns of tables that are no longer as they were written.
pub(super) fn open(folder: &Path) -> Result<StoredRun, Failure> {
    let run = StoredRun::open(folder)?;
    for table in &run.altered {
        tell(format_args!("warning: {table} was changed after the run wrote it"));
    }
    Ok(run)
}

/// Draws the charts from the tables, if the experiment is to have any. A chart that cannot be drawn
/// is reported, but the tables are kept: they took longer, and `plot` can try again.
pub(crate) fn draw(
    experiment: &Experiment,
    tables: &Tables,
    folder: &mut RunFolder,
) -> Result<(), Failure> {
    if !experiment.output.charts {
        return Ok(());
    }
    let provenance = Provenance::from(experiment);
    let mut none = true;
    for kind in charts::KINDS {
        let charts = kind.draw(tables, &provenance, &Options::default());
        let drawn = charts
            .and_then(|charts| Ok((chart_files(&charts, &[Format::Svg, Format::Png])?, charts)));
        match drawn {
            Ok((files, charts)) => {
                none &= charts.is_empty();
                for (name, bytes) in files {
                    folder.write(&format!("{CHARTS}/{name}"), &bytes)?;
                }
                chart_tables(&charts).for_each(|table| folder.describe(table));
            }
            Err(error) => {
                none = false;
                let warning = format!("the chart `{}` is missing: {error}", kind.name);
                tell(format_args!("warning: {warning}"));
                folder.warn(warning);
            }
        }
    }
    if none {
        tell(format_args!("note: no chart can be drawn from the tables; {}", what_has_charts()));
    }
    Ok(())
}

/// The files of charts by name: the pictures, and the data that each draws as CSV.
pub(super) fn chart_files(
    charts: &[Chart],
    formats: &[Format],
) -> Result<BTreeMap<String, Vec<u8>>, PlotError> {
    let mut files = BTreeMap::new();
    for chart in charts {
        for format in formats {
            let (ending, bytes) = match format {
                Format::Svg => ("svg", chart.svg.clone().into_bytes()),
                Format::Png => ("png", chart.to_png()?),
            };
            files.insert(format!("{}.{ending}", chart.name), bytes);
        }
        files.insert(format!("{}.csv", chart.data_name()), chart.data.clone());
    }
    Ok(files)
}

/// What the data package says of the data that charts draw.
pub(super) fn chart_tables(charts: &[Chart]) -> impl Iterator<Item = Resource> {
    charts.iter().map(|chart| {
        let title = format!("What the chart {} draws", chart.name);
        Resource::new(&chart.data_name(), &title, chart.columns.clone()).within(CHARTS)
    })
}

/// Which tables give charts, and what to do without any.
fn what_has_charts() -> String {
    format!(
        "a run of scenarios has charts over time; a design of up to {} points has one over the parameter \
         that it varies, or heat maps if it varies several; an analysis has charts of what it found. \
         Otherwise, plot `risks.csv` or `responses.csv` by the design's points",
        count(MAX_CHARTED as u64)
    )
}

/// The failure if the run's tables give no chart at all.
fn nothing_to_draw(run: &Path) -> Failure {
    Failure::Input(miette::miette!(
        help = what_has_charts(),
        "no chart can be drawn from the tables in `{}`",
        run.display()
    ))
}

/// Keeps the rows of these scenarios in the tables; all rows if none is named.
fn keep_scenarios(tables: &mut Tables, names: &[String]) -> Result<(), Failure> {
    let known = tables.scenarios();
    if let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(Failure::Input(miette::miette!(
            help = did_you_mean(name, &known, "its tables have"),
            "there is no scenario `{name}` in this run"
        )));
    }
    if !names.is_empty() {
        tables.keep_scenarios(names);
    }
    Ok(())
}

/// Draws the charts that were asked for; all if none is named.
fn choose(run: &StoredRun, arguments: &Plot) -> Result<Vec<Chart>, Failure> {
    let (provenance, options) = (Provenance::from(&run.manifest), options(arguments));
    let names = &arguments.charts;
    let is_wanted = |kind: &&Kind| names.is_empty() || names.iter().any(|name| name == kind.name);
    let wanted = charts::KINDS.iter().filter(is_wanted);
    let drawn = wanted.map(|kind| kind.draw(&run.tables, &provenance, &options));
    let drawn: Vec<Vec<Chart>> = drawn.collect::<Result<_, _>>().map_err(Failure::machine)?;
    let drawn: Vec<Chart> = drawn.into_iter().flatten().collect();
    let is_drawn = |name: &&String| drawn.iter().any(|chart| chart.kind == *name);
    let Some(missing) = names.iter().find(|name| !is_drawn(name)) else {
        return if drawn.is_empty() { Err(nothing_to_draw(&arguments.run)) } else { Ok(drawn) };
    };
    // Which charts there are is known only once they are drawn.
    let all = charts::all(&run.tables, &provenance, &options).map_err(Failure::machine)?;
    let mut there: Vec<&str> = all.iter().map(|chart| chart.kind).collect();
    there.dedup();
    if there.is_empty() {
        return Err(nothing_to_draw(&arguments.run));
    }
    Err(Failure::Input(miette::miette!(
        help = did_you_mean(missing, &there, "its tables give"),
        "there is no chart `{missing}` of this run"
    )))
}

fn options(arguments: &Plot) -> Options {
    let size = match arguments.size {
        Size::Report => style::Size::Report,
        Size::Slide => style::Size::Slide,
        Size::Poster => style::Size::Poster,
    };
    let ink = match arguments.style {
        Ink::Light => style::Ink::Light,
        Ink::Print => style::Ink::Print,
    };
    let wording = if arguments.no_words { Wording::Neutral } else { Wording::English };
    Options { style: Style::new(size, ink), wording, ..Options::default() }
}

/// The closing words.
fn close(arguments: &Plot, charts: &[Chart], folder: &Path) -> Result<(), Failure> {
    let names: Vec<&str> = charts.iter().map(|chart| chart.name.as_str()).collect();
    let json = || json!({ "folder": folder.to_string_lossy(), "charts": names });
    let prose = || format!("{} in {}", names.join(", "), folder.display());
    say::close(folder, &say::words(arguments.verbosity, json, prose))
}
