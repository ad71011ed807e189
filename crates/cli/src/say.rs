//! What is said: on standard error, in JSON, and at the end of a command.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
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

/// Prints on standard output.
pub(crate) fn print(words: impl Display) -> Result<(), Failure> {
    print_lines(|out| write!(out, "{words}"))
}

/// Prints a line of JSON on standard output, for programs.
pub(crate) fn print_json(json: &Value) -> Result<(), Failure> {
    print(format_args!("{json}\n"))
}

/// Prints on standard output what is written bit by bit.
pub(crate) fn print_lines(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    write(&mut out).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::ReaderLeft,
        _ => Failure::Machine(miette::miette!("standard output cannot be written to: {error}")),
    })
}

/// Prints the closing words about what is in its place.
pub(crate) fn close(target: &Path, words: &str) -> Result<(), Failure> {
    let done = format!("`{}` is in its place", target.display());
    close_done(&done, "it is complete, and need not be made again", words)
}

/// Prints the closing words. If they cannot be printed, the message says what is done all the same:
/// it must not look like something that failed.
pub(crate) fn close_done(done: &str, help: &str, words: &str) -> Result<(), Failure> {
    print(words).map_err(|failure| match failure {
        Failure::Machine(report) => {
            Failure::Machine(miette::miette!(help = help, "{done}, but {report}"))
        }
        other => other,
    })
}
