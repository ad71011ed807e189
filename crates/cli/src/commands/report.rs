//! `article5 report`: one page that holds a run.

use std::collections::BTreeMap;

use article5_plot::report::page;
use article5_runner::config::Experiment;
use article5_runner::tables::{MANIFEST_FILE, STORY_FILE, real_path, write_file};
use serde_json::json;

use crate::args::Report;
use crate::commands::plot::open;
use crate::exit::Failure;
use crate::say::{self, tell};

/// The page in a run's folder.
const PAGE: &str = "report.html";

/// Makes the page from the run's tables and the configuration in its manifest.
pub(crate) fn report(arguments: &Report) -> Result<(), Failure> {
    let mut run = open(&arguments.run)?;
    if run.story().is_some_and(|story| story.altered) {
        tell(format_args!("warning: {STORY_FILE} was changed after the run wrote it"));
    }
    // Line numbers in messages are those of the configuration, not of the manifest.
    let source = format!("the configuration in {}", run.folder.join(MANIFEST_FILE).display());
    let configuration = &run.manifest.configuration;
    let experiment =
        Experiment::from_toml(configuration, &source, &run.folder).map_err(Failure::input)?;
    let page = page(&run, &experiment).map_err(Failure::machine)?.into_bytes();
    let own = run.folder.join(PAGE);
    // The run's own page is made anew, however its path is written.
    let elsewhere = arguments.out.as_ref().filter(|out| real_path(out) != real_path(&own));
    let path = match elsewhere {
        Some(path) => {
            write_file(path, &page)?;
            path.clone()
        }
        None => {
            run.add(BTreeMap::from([(PAGE.to_owned(), page)]), &[])?;
            own
        }
    };
    let json = || json!({ "report": path.to_string_lossy() });
    say::close(&path, &say::words(arguments.verbosity, json, || path.display().to_string()))
}
