//! A configuration's text: the experiment that it describes, and the place of whatever a command
//! refuses.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::arrays::refuse_arrays;
use super::document::Document;
use super::error::{ConfigError, unreadable};
use super::experiment::{Experiment, resolve};

/// The largest configuration or members table accepted, in bytes: anything larger was not written by
/// hand.
const MAX_BYTES: u64 = 64 << 20;

/// Reads a file that somebody wrote.
pub(super) fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

/// The configuration that is meant by a name without its ending.
fn with_ending(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".toml");
    name.into()
}

/// The text of a configuration and the file that it is in.
///
/// ```
/// use std::path::Path;
/// use article5_runner::config::Source;
///
/// let text = "name = \"first\"\nreplicates = 30\nscenarios = [\"article5-like\"]";
/// let source = Source::new(text, "first.toml", Path::new("."));
/// assert_eq!(source.experiment()?.replicates, 30);
/// let refusal = source.refusal("replicates", "30 replicates are too few", "must be 40 or more");
/// assert_eq!(refusal.place(), Some(("first.toml", 2, 14)));
/// # Ok::<(), article5_runner::config::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Source {
    /// The file.
    name: String,
    text: String,
    /// The folder to which its paths are relative.
    folder: PathBuf,
}

impl Source {
    /// Takes the configuration `text` of the file `name`, whose paths are relative to `folder`.
    pub fn new(text: &str, name: &str, folder: &Path) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { name: name.to_owned(), text: text.to_owned(), folder: folder.to_owned() }
    }

    /// Reads the file at `path`.
    ///
    /// # Errors
    ///
    /// The file cannot be read or is not text.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let name = path.display().to_string();
        if path.is_dir() {
            return Err(ConfigError::whole(format!("{name} is a folder, not a configuration"))
                .help("name the TOML file in it"));
        }
        let bytes = read_whole(path).map_err(|error| {
            let fault = ConfigError::whole(format!("cannot read {name}: {error}"));
            let help = "`article5 init` writes a configuration to start from";
            match error.kind() {
                ErrorKind::NotFound if with_ending(path).is_file() => {
                    fault.help(format!("did you mean {}?", with_ending(path).display()))
                }
                ErrorKind::NotFound | ErrorKind::PermissionDenied => {
                    fault.help(unreadable(&error, help))
                }
                ErrorKind::FileTooLarge => fault.help("is it a configuration?"),
                _ => fault,
            }
        })?;
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(Self::new(text, &name, path.parent().unwrap_or(Path::new("")))),
            Err(error) => {
                let start = error.valid_up_to();
                let text = String::from_utf8_lossy(&bytes);
                Err(ConfigError::at(
                    &name,
                    &text,
                    start..start + 1,
                    format!("{name} is not UTF-8 text"),
                    "these bytes are not UTF-8",
                )
                .help("save the file as UTF-8"))
            }
        }
    }

    /// Resolves the experiment that it describes.
    ///
    /// # Errors
    ///
    /// The first fault found, with its place and its remedy.
    pub fn experiment(&self) -> Result<Experiment, ConfigError> {
        let document = Document::parse(&self.name, &self.text)?;
        refuse_arrays(&document.root())?;
        resolve(document.read()?, &self.folder, &document.root())
    }

    /// An error for something that a command refuses in a sound configuration: at a key such as
    /// `output.parquet`, or about the file as a whole if it does not have that key.
    pub fn refusal(
        &self,
        key: &str,
        message: impl AsRef<str>,
        label: impl AsRef<str>,
    ) -> ConfigError {
        let Ok(document) = Document::parse(&self.name, &self.text) else {
            return self.refusal_of_all(message);
        };
        let root = document.root();
        let place = key.split('.').try_fold(root, |place, key| place.find(key));
        place.map_or_else(|| self.refusal_of_all(&message), |place| place.wrong(&message, label))
    }

    /// An error about the file as a whole, as when something is missing.
    pub fn refusal_of_all(&self, message: impl AsRef<str>) -> ConfigError {
        ConfigError::whole(format!("{}: {}", self.name, message.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_told_at_its_key_or_its_heading_or_of_the_file() {
        let text = "\u{feff}name = \"a\"\n[output]\nparquet = true\n";
        let source = Source::new(text, "a.toml", Path::new(""));
        let place = |key: &str| {
            let refusal = source.refusal(key, "it is refused", "here");
            refusal.place().map(|(_, line, column)| (line, column))
        };
        assert_eq!(place("name"), Some((1, 8)));
        assert_eq!(place("output"), Some((2, 1)));
        assert_eq!(place("output.parquet"), Some((3, 11)));
        for key in ["stop", "output.charts", "name.parquet", ""] {
            assert_eq!(place(key), None, "{key}");
        }
        let told = source.refusal("stop", "it is refused", "here").to_string();
        assert_eq!(told, "a.toml: it is refused");
    }

    #[test]
    fn the_ending_of_a_configuration_may_not_be_left_out_but_it_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let refused = || Source::read(&folder.path().join("a.v2")).unwrap_err();
        assert!(refused().remedy().unwrap().contains("article5 init"));
        std::fs::write(folder.path().join("a.v2.toml"), "name = \"a\"").unwrap();
        let remedy = refused().remedy().unwrap().to_owned();
        assert!(remedy.starts_with("did you mean ") && remedy.ends_with("a.v2.toml?"), "{remedy}");
    }
}
