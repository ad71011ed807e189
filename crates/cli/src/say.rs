//! What is said: on standard error, in JSON, and at the end of a command.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

use serde_json::Value;

use crate::args::Verbosity;
use crate::exit::Failure;

/// Says something on standard error. If nobody reads that any more, there is nobody to tell.
pub(crate) fn tell(words: impl Display) {
    let _ = writeln!(io::stderr(), "{words}");
}

/// Quotes a path as a word of a command that is to be pasted into a shell.
pub(crate) fn word(path: &Path) -> String {
    let path = path.to_string_lossy();
    // A path that cannot be quoted (it holds a NUL) is shown as it is.
    shlex::try_quote(&path).map_or_else(|_| path.clone().into_owned(), Cow::into_owned)
}

/// What a command says at its end: a line of JSON, nothing, or a sentence, as it was asked to.
pub(crate) fn words(
    verbosity: Verbosity,
    json: impl FnOnce() -> Value,
    prose: impl FnOnce() -> String,
) -> String {
    match verbosity {
        Verbosity { json: true, .. } => format!("{}\n", json()),
        Verbosity { quiet: true, .. } => String::new(),
        _ => format!("{}\n", prose()),
    }
}

/// Prints the closing words. If they cannot be printed, the message says that the run itself is
/// whole: it must not look like one that failed.
pub(crate) fn close(target: &Path, words: &str) -> Result<(), Failure> {
    let mut out = io::stdout();
    let said = out.write_all(words.as_bytes()).and_then(|()| out.flush());
    said.map_err(|error| match Failure::from(error) {
        Failure::Machine(report) => Failure::Machine(miette::miette!(
            help = "it is complete, and need not be made again",
            "`{}` is in its place, but standard output cannot be written to: {report}",
            target.display()
        )),
        other => other,
    })
}
