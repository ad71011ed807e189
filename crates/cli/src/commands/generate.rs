//! `article5 init`, `schema`, `completions`, `man`: files that the command makes from itself.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use article5_runner::config;
use clap::CommandFactory;

use crate::args::{Arguments, Completions, Init, Man};
use crate::exit::Failure;
use crate::remedies::unwritable;
use crate::say::{self, tell, word};

/// The schema's name in the first line of every configuration that ships.
const SCHEMA_FILE: &str = "article5.schema.json";

/// Writes the starter configuration, and beside it the schema that it names for editors.
pub(crate) fn init(arguments: &Init) -> Result<(), Failure> {
    let path = &arguments.config;
    if path == Path::new("-") {
        return say::print(config::STARTER);
    }
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Failure::Input(miette::miette!(
            help = "make it first, or name a file in a folder that there is",
            "there is no folder `{}`",
            folder.display()
        )));
    }
    let schema = path.with_file_name(SCHEMA_FILE);
    if *path == schema {
        return Err(Failure::Input(miette::miette!(
            help = "name a configuration, as in my-experiment.toml",
            "`{}` is the schema’s own name",
            path.display()
        )));
    }
    match write_new(path, config::STARTER.as_bytes()) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(Failure::Input(miette::miette!(
                help = "name another file, or move this one away: nothing is overwritten",
                "`{}` already exists",
                path.display()
            )));
        }
        Err(error) if error.kind() == ErrorKind::IsADirectory => {
            return Err(Failure::Input(miette::miette!(
                help = "name a file, as in my-experiment.toml",
                "`{}` names a folder",
                path.display()
            )));
        }
        written => written.map_err(unwritable(path))?,
    }
    match write_new(&schema, schema_text().as_bytes()) {
        // One schema serves every configuration of a folder.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => warn_of_other(&schema),
        written => written.map_err(|error| {
            // It would be in the way of the next try.
            let _ = fs::remove_file(path);
            unwritable(&schema)(error)
        })?,
    }
    say::close(path, &format!("{} is written; next: article5 run {}\n", path.display(), word(path)))
}

/// Warns if the schema that is there already is not this version's: an editor would go by it.
fn warn_of_other(schema: &Path) {
    let text = fs::read_to_string(schema).map(|text| text.replace("\r\n", "\n"));
    if text.is_ok_and(|text| text != schema_text()) {
        tell(format_args!(
            "warning: `{0}` is from another version and is left as it is; `article5 schema > {0}` replaces it",
            schema.display()
        ));
    }
}

/// Prints the JSON Schema of a configuration.
pub(crate) fn schema() -> Result<(), Failure> {
    say::print(schema_text())
}

/// Prints what a shell needs to complete this command's arguments.
pub(crate) fn completions(arguments: &Completions) -> Result<(), Failure> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    // The generator stops the program if it cannot write: it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut script);
    say::print(String::from_utf8_lossy(&script))
}

/// Writes a man page for the command and one for each of its subcommands.
pub(crate) fn man(arguments: &Man) -> Result<(), Failure> {
    let folder = &arguments.folder;
    if folder == Path::new("-") {
        return Err(Failure::Input(miette::miette!(
            help = "name a folder: there is a page for each command",
            "the man pages are not written to standard output"
        )));
    }
    if let Some(file) = folder.ancestors().find(|path| path.exists()).filter(|path| !path.is_dir())
    {
        return Err(Failure::Input(miette::miette!(
            help = "name a folder",
            "`{}` is a file, not a folder",
            file.display()
        )));
    }
    fs::create_dir_all(folder).map_err(unwritable(folder))?;
    // Subcommands that clap adds by itself have no page of their own.
    let command = with_version(Arguments::command().disable_help_subcommand(true));
    clap_mangen::generate_to(command, folder).map_err(unwritable(folder))
}

/// Gives the version to every subcommand, for its page to name; only the command itself has a flag
/// that shows it.
fn with_version(command: clap::Command) -> clap::Command {
    command.mut_subcommands(|subcommand| {
        with_version(subcommand.version(crate::VERSION).disable_version_flag(true))
    })
}

fn schema_text() -> String {
    format!("{:#}\n", config::schema())
}

/// Writes a file that is not there yet, whole or not at all.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let written = File::create_new(path)?.write_all(bytes);
    if written.is_err() {
        // It would be in the way of the next try.
        let _ = fs::remove_file(path);
    }
    written
}
