//! `article5 report`: one page that holds a run.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use article5_plot::report::page;
use article5_runner::config::Experiment;
use article5_runner::tables::{STORY_FILE, write_files};
use serde_json::json;

use crate::args::Report;
use crate::commands::plot::open;
use crate::exit::Failure;

/// The page in a run's folder.
const PAGE: &str = "report.html";

/// Makes the page from the run's tables and the configuration in its manifest.
pub(crate) fn report(arguments: &Report) -> Result<(), Failure> {
    let mut run = open(&arguments.run)?;
    if run.story().is_some_and(|story| story.altered) {
        eprintln!("warning: {STORY_FILE} was changed after the run wrote it");
    }
    let source = run.folder.join("manifest.json").display().to_string();
    let configuration = &run.manifest.configuration;
    let experiment =
        Experiment::from_toml(configuration, &source, &run.folder).map_err(Failure::input)?;
    let page = page(&run, &experiment).map_err(Failure::machine)?.into_bytes();
    let path = match &arguments.out {
        Some(path) => {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            let name = name.ok_or_else(|| no_file(path))?;
            let folder = path.parent().unwrap_or(Path::new(""));
            write_files(folder, &BTreeMap::from([(name, page)]))?;
            path.clone()
        }
        None => {
            run.add(BTreeMap::from([(PAGE.to_owned(), page)]), &[])?;
            run.folder.join(PAGE)
        }
    };
    let mut out = io::stdout();
    if arguments.talk.json {
        writeln!(out, "{}", json!({ "report": path }))?;
    } else if !arguments.talk.quiet {
        writeln!(out, "{}", path.display())?;
    }
    Ok(())
}

fn no_file(path: &Path) -> Failure {
    Failure::Input(miette::miette!(
        help = "name a file, as in `--out report.html`",
        "`{}` is no file to write",
        path.display()
    ))
}
