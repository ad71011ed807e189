//! Reading a configuration: first its shape, then what each value may be.

use std::path::Path;

use article5_model::alliance::{Alliance, AllianceError};
use toml::Spanned;
use toml::de::DeTable;

use super::error::{Source, Wrong, nearest, suggest};
use super::input::{Input, OutputInput};
use super::place::Step;
use super::{CalendarQuarter, ConfigError, Experiment, Output, place, scenarios};

/// The seed when a configuration gives none.
const DEFAULT_SEED: u64 = 2026;

/// Replicates when a configuration says nothing.
const DEFAULT_REPLICATES: u64 = 10_000;

/// Quarters when a configuration says nothing: ten years.
const DEFAULT_QUARTERS: u32 = 40;

/// The longest horizon accepted, a century.
const MOST_QUARTERS: u32 = 400;

/// The most replicates accepted: their numbers stay exact in a CSV reader's floating point.
const MOST_REPLICATES: u64 = 1 << 40;

/// The longest name, so that files named after it fit every file system.
const LONGEST_NAME: usize = 100;

impl Experiment {
    /// Reads a configuration file, and the members table it names.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] says where and what is wrong, and what would be right.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text =
            read_text(path, "give the path of a configuration, such as `configs/baseline.toml`")?;
        Self::from_toml(&text, path)
    }

    /// Reads a configuration from its text; `path` is what messages call it, and what the members
    /// table's path is relative to.
    ///
    /// # Errors
    ///
    /// As [`Experiment::read`].
    pub fn from_toml(text: &str, path: &Path) -> Result<Self, ConfigError> {
        // Editors on Windows begin a file with a byte-order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let source = Source { path, text };
        let root = DeTable::parse(text).map_err(|error| shape(source, &error))?;
        let input: Input = toml::from_str(text).map_err(|error| shape(source, &error))?;
        Reader { source, root, input }.experiment()
    }
}

/// The text of a file; a message says what should have been given.
pub(super) fn read_text(path: &Path, help: &str) -> Result<String, ConfigError> {
    let unreadable = |reason: String| ConfigError::Unreadable {
        path: path.to_owned(),
        reason,
        help: help.to_owned(),
    };
    if path.is_dir() {
        return Err(unreadable("it is a folder".into()));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        unreadable(format!("it is not UTF-8 text from byte {at} on"))
    })
}

/// What toml says of a file's shape: its message, and the nearest key where one is unknown.
fn shape(source: Source<'_>, error: &toml::de::Error) -> ConfigError {
    let message = error.message().trim_end_matches('.').replace('\n', ", ");
    let mut wrong = Wrong::new(message.clone(), "here");
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if let (true, Some((unknown, known))) = (message.starts_with("unknown"), quoted.split_first()) {
        let of = message.split(['`']).next().unwrap_or_default().trim();
        wrong = Wrong::new(format!("{of} `{unknown}`"), "not known here").help(
            match nearest(unknown, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", known.join(", ")),
            },
        );
    }
    source.mistake(error.span().unwrap_or(0..0), wrong)
}

/// A configuration while it is checked.
pub(super) struct Reader<'a> {
    pub(super) source: Source<'a>,
    pub(super) root: Spanned<DeTable<'a>>,
    pub(super) input: Input,
}

impl Reader<'_> {
    /// A mistake in the value at a path.
    pub(super) fn at(&self, path: &[Step<'_>], wrong: Wrong) -> ConfigError {
        self.source.mistake(place::of_value(&self.root, path), wrong)
    }

    /// A mistake in the key at a path.
    pub(super) fn at_key(&self, path: &[Step<'_>], wrong: Wrong) -> ConfigError {
        self.source.mistake(place::of_key(&self.root, path), wrong)
    }

    fn experiment(&self) -> Result<Experiment, ConfigError> {
        let input = &self.input;
        self.name()?;
        let quarters = input.quarters.unwrap_or(DEFAULT_QUARTERS);
        self.within("quarters", u64::from(quarters), 1, u64::from(MOST_QUARTERS))?;
        let replicates = input.replicates.unwrap_or(DEFAULT_REPLICATES);
        self.within("replicates", replicates, 1, MOST_REPLICATES)?;
        let first_replicate = input.first_replicate.unwrap_or(0);
        self.within("first_replicate", first_replicate, 0, MOST_REPLICATES)?;
        let start = match &input.start {
            None => CalendarQuarter::DEFAULT_START,
            Some(text) => text.parse().map_err(|error: super::NotAQuarter| {
                let wrong = Wrong::new(format!("`{text}` is no quarter"), "not a quarter");
                self.at(&[Step::Key("start")], wrong.help(error.to_string()))
            })?,
        };
        let alliance = self.alliance()?;
        let parameters = self.parameters(&[], &input.parameters)?;
        let mut experiment = Experiment {
            name: input.name.clone(),
            seed: input.seed.unwrap_or(DEFAULT_SEED),
            replicates,
            first_replicate,
            quarters,
            start,
            alliance,
            parameters,
            scenarios: Vec::new(),
            output: self.output(quarters)?,
        };
        scenarios::resolve(self, &mut experiment)?;
        Ok(experiment)
    }

    /// The name becomes a folder's, so it must be a plain one.
    fn name(&self) -> Result<(), ConfigError> {
        let name = &self.input.name;
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if name.is_empty()
            || name.len() > LONGEST_NAME
            || !name.chars().all(plain)
            || name.starts_with('.')
        {
            let wrong = Wrong::new("the name cannot name the run's folder", "not a plain name");
            return Err(self.at(
                &[Step::Key("name")],
                wrong.help(format!(
                    "use up to {LONGEST_NAME} letters, digits, `-`, `_` and `.`, not starting with `.`"
                )),
            ));
        }
        Ok(())
    }

    fn within(&self, key: &str, value: u64, least: u64, most: u64) -> Result<(), ConfigError> {
        if (least..=most).contains(&value) {
            return Ok(());
        }
        let wrong = Wrong::new(format!("`{key}` is {value}"), "out of range");
        Err(self.at(&[Step::Key(key)], wrong.help(format!("allowed: {least} to {most}"))))
    }

    /// The members table; relative to the configuration's folder.
    fn alliance(&self) -> Result<Alliance, ConfigError> {
        let Some(file) = &self.input.members else { return Ok(Alliance::nato()) };
        let folder = self.source.path.parent().unwrap_or(Path::new(""));
        let path = folder.join(file);
        let help = "`members` is the path of a CSV file, relative to the configuration";
        let table = read_text(&path, help).map_err(|error| match error {
            ConfigError::Unreadable { reason, .. } => {
                let message = format!("cannot read the members table: {reason}");
                let wrong = Wrong::new(message, format!("looked for `{}`", path.display()));
                self.at(&[Step::Key("members")], wrong.help(help))
            }
            other => other,
        })?;
        alliance(&table, &path)
    }

    fn output(&self, quarters: u32) -> Result<Output, ConfigError> {
        let input = self.input.output.clone().unwrap_or_default();
        let OutputInput { charts, trajectories, cover_quarters } = input;
        let mut cover_quarters = cover_quarters.unwrap_or_else(|| vec![1, quarters]);
        for (item, quarter) in cover_quarters.iter().enumerate() {
            if !(1..=quarters).contains(quarter) {
                let path = [Step::Key("output"), Step::Key("cover_quarters"), Step::Item(item)];
                let wrong = Wrong::new(format!("quarter {quarter} is not run"), "out of range");
                return Err(self.at(&path, wrong.help(format!("allowed: 1 to {quarters}"))));
            }
        }
        cover_quarters.sort_unstable();
        cover_quarters.dedup();
        Ok(Output {
            charts: charts.unwrap_or(true),
            trajectories: trajectories.unwrap_or(false),
            cover_quarters,
        })
    }
}

/// Reads a members table.
///
/// # Errors
///
/// [`ConfigError`] shows the line at fault.
pub fn read_alliance(path: &Path) -> Result<Alliance, ConfigError> {
    alliance(&read_text(path, "give the path of a members table, a CSV file")?, path)
}

/// An alliance from the text of its table; `path` is what messages call it.
fn alliance(table: &str, path: &Path) -> Result<Alliance, ConfigError> {
    let text = table.strip_prefix('\u{feff}').unwrap_or(table);
    Alliance::from_csv(text.as_bytes()).map_err(|error| {
        let source = Source { path, text };
        let (label, help) = match &error {
            AllianceError::MissingColumn { column } => (
                "the header".to_owned(),
                format!(
                    "a members table has the columns {}; add `{column}`",
                    article5_model::alliance::REQUIRED_COLUMNS.join(", ")
                ),
            ),
            AllianceError::Unreadable { column: Some(column), .. } => (
                format!("`{column}` cannot be read"),
                "every column of the members table but iso3 and name holds numbers".to_owned(),
            ),
            AllianceError::Unreadable { .. } => {
                ("this row".to_owned(), "every row has as many fields as the header".to_owned())
            }
            AllianceError::Invalid { column, wanted, .. } => {
                (format!("`{column}`"), format!("it must be {wanted}"))
            }
            AllianceError::Duplicate { .. } => {
                ("again".to_owned(), "each ally has one row".to_owned())
            }
            AllianceError::Size { .. } => ("the table".to_owned(), "add a row an ally".to_owned()),
        };
        let wrong = Wrong::new(error.to_string(), label).help(help);
        source.mistake_on_line(error.line().unwrap_or(1), None, wrong)
    })
}

/// A table of known keys that `key` is not one of.
pub(super) fn unknown<'a>(
    what: &str,
    key: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Wrong {
    Wrong::new(format!("unknown {what} `{key}`"), "not known here").help(suggest(key, known))
}
