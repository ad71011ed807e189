//! The text of a configuration with the place of every key and value in it.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, brief};
use super::names::did_you_mean;

/// A parsed file.
pub(super) struct Document<'t> {
    name: &'t str,
    text: &'t str,
    root: Spanned<DeValue<'t>>,
}

impl<'t> Document<'t> {
    /// Parses `text`, the content of the file `name`, without a byte-order mark.
    pub(super) fn parse(name: &'t str, text: &'t str) -> Result<Self, ConfigError> {
        let table = DeTable::parse(text).map_err(|error| explain(name, text, &error))?;
        let root = Spanned::new(table.span(), DeValue::Table(table.into_inner()));
        Ok(Self { name, text, root })
    }

    /// The content as the type `T`.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        toml::from_str(self.text).map_err(|error| explain(self.name, self.text, &error))
    }

    /// The place of the whole file.
    pub(super) fn root(&self) -> Place<'_> {
        Place { document: self, value: Some(self.root.get_ref()), span: 0..0, key: None }
    }

    /// An error at the bytes `span`.
    pub(super) fn wrong(
        &self,
        span: Range<usize>,
        message: impl AsRef<str>,
        label: impl AsRef<str>,
    ) -> ConfigError {
        ConfigError::at(self.name, self.text, span, message, label)
    }
}

/// The place of a value in the file. What is not in the file has the place of what would hold it.
#[derive(Clone)]
pub(super) struct Place<'d> {
    document: &'d Document<'d>,
    value: Option<&'d DeValue<'d>>,
    span: Range<usize>,
    key: Option<Range<usize>>,
}

impl<'d> Place<'d> {
    /// The place of the value of `key` in this table.
    pub(super) fn get(&self, key: &str) -> Self {
        let entry = self
            .table()
            .and_then(|table| table.iter().find(|(name, _)| name.get_ref().as_ref() == key));
        match entry {
            Some((name, value)) => Self {
                document: self.document,
                value: Some(value.get_ref()),
                span: value.span(),
                key: Some(name.span()),
            },
            None => Self { value: None, ..self.clone() },
        }
    }

    /// The place of an element of this array.
    pub(super) fn at(&self, index: usize) -> Self {
        match self.value.and_then(DeValue::as_array).and_then(|array| array.get(index)) {
            Some(value) => Self {
                document: self.document,
                value: Some(value.get_ref()),
                span: value.span(),
                key: self.key.clone(),
            },
            None => Self { value: None, ..self.clone() },
        }
    }

    /// The keys of this table, in the order of the file.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'d str> {
        self.table().into_iter().flat_map(|table| table.keys().map(|key| key.get_ref().as_ref()))
    }

    /// Where the value is, or its key where it is a table under a header.
    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The document that this is a place of.
    pub(super) fn document(&self) -> &'d Document<'d> {
        self.document
    }

    /// An error at this value.
    pub(super) fn wrong(&self, message: impl AsRef<str>, label: impl AsRef<str>) -> ConfigError {
        self.document.wrong(self.span(), message, label)
    }

    /// An error at the key of this value.
    pub(super) fn wrong_key(
        &self,
        message: impl AsRef<str>,
        label: impl AsRef<str>,
    ) -> ConfigError {
        self.document.wrong(self.key.clone().unwrap_or(self.span()), message, label)
    }

    fn table(&self) -> Option<&'d DeTable<'d>> {
        self.value.and_then(DeValue::as_table)
    }
}

/// The keys of the file itself that are no tables: those that are typed below one by mistake.
const ABOVE_TABLES: [&str; 10] = [
    "name",
    "seed",
    "replicates",
    "first_replicate",
    "quarters",
    "start",
    "members",
    "scenarios",
    "reference",
    "policies",
];

/// The remedy for one of them below a table.
pub(super) fn above_tables(key: &str) -> Option<String> {
    ABOVE_TABLES.contains(&key).then(|| {
        format!("`{key}` belongs above the first [table]: move the line to the top of the file")
    })
}

/// What the reader says of a backslash that begins no sign it knows, as in a path of Windows.
const BAD_ESCAPES: [&str; 3] =
    ["too few unicode value digits", "missing escaped value", "invalid value"];

/// The whole numbers that configurations are read into, as the reader calls them.
const WHOLE: [&str; 3] = ["i64", "u64", "u32"];

/// How it ends what it says of a larger one.
const BEYOND_64_BITS: &str = "128";

/// What it calls a sequence.
const ARRAY: &str = "an array, as in [1, 2]";

/// What the TOML reader says, in the words of an analyst.
fn explain(name: &str, text: &str, error: &toml::de::Error) -> ConfigError {
    let said = error.message();
    let span = error.span().unwrap_or(0..0);
    let line = line_at(text, span.start);
    let at =
        |message: String, label: &str| ConfigError::at(name, text, span.clone(), message, label);
    if let Some(rest) = said.strip_prefix("unknown field `") {
        let (found, known) = found_and_known(rest);
        if let Some(remedy) = above_tables(found) {
            return at(format!("there is no key `{found}` here"), "below a table").help(remedy);
        }
        return at(format!("there is no key `{found}` here"), "unknown key").help(did_you_mean(
            found,
            &known,
            "the keys here are",
        ));
    }
    if let Some(rest) = said.strip_prefix("unknown variant `") {
        let (found, known) = found_and_known(rest);
        return at(format!("`{found}` is not one of the choices here"), "unknown choice")
            .help(did_you_mean(found, &known, "the choices are"));
    }
    if let Some(rest) = said.strip_prefix("missing field `") {
        let (missing, _) = found_and_known(rest);
        return at(format!("the key `{missing}` is missing"), "missing here")
            .help(format!("add `{missing} = …`"));
    }
    for prefix in ["invalid type: ", "invalid value: "] {
        if let Some((found, wanted)) =
            said.strip_prefix(prefix).and_then(|rest| rest.rsplit_once(", expected "))
        {
            let whole = WHOLE.contains(&wanted) || found.ends_with(BEYOND_64_BITS);
            if found.starts_with("integer ") && whole {
                return at("this whole number is out of range".to_owned(), "out of range");
            }
            let (found, wanted) = (in_words(found), in_words(wanted));
            let error = at(format!("{found} where {wanted} belongs"), &format!("must be {wanted}"));
            return match (found.as_str(), wanted.as_str()) {
                (_, "a table") if let Some(remedy) = above_tables(key_of(line)) => {
                    error.help(remedy)
                }
                (_, "a table") => error.help(
                    "write it under a header, as in [parameters.learning], or as { memory = 0.95 }",
                ),
                ("a table", ARRAY) => error.help(
                    "what there can be several of has a header in two pairs of brackets, as in \
                     [[scenario]]",
                ),
                (_, ARRAY) => error.help("write it in brackets, even if it is one"),
                _ => error,
            };
        }
    }
    let error = at(format!("not valid TOML: {}", brief(said)), "here");
    match said {
        "duplicate key" => error.help("a key stands once in its table"),
        _ if has_decimal_comma(line) => error.help("write the decimal point as in 0.8"),
        _ if line.contains('\\') && BAD_ESCAPES.iter().any(|bad| said.starts_with(bad)) => error.help(
            "a backslash in double quotes begins a sign of its own: write / for \\, or use single quotes",
        ),
        _ => error,
    }
}

/// The line with the byte `place`.
fn line_at(text: &str, place: usize) -> &str {
    let (before, _) = text.split_at(text.floor_char_boundary(place.min(text.len())));
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
}

/// The key that a line sets.
fn key_of(line: &str) -> &str {
    line.split('=').next().unwrap_or_default().trim()
}

/// Whether a value on the line is a number with a comma for the decimal point.
fn has_decimal_comma(line: &str) -> bool {
    line.split('=').skip(1).any(|value| {
        let value = value.trim_start().trim_start_matches(['+', '-']);
        let after = value.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let decimals = after.strip_prefix(',').unwrap_or_default();
        after.len() < value.len() && decimals.starts_with(|letter: char| letter.is_ascii_digit())
    })
}

/// The name at the start of `rest`, up to its closing backtick, and the names quoted after it.
fn found_and_known(rest: &str) -> (&str, Vec<&str>) {
    // A name in the file may itself have backticks; those that the reader quotes do not.
    let (found, after) =
        rest.split_once("`, expected ").unwrap_or((rest.trim_end_matches('`'), ""));
    (found, after.split('`').skip(1).step_by(2).collect())
}

/// The reader's names of types in words.
fn in_words(said: &str) -> String {
    match said {
        "i64" | "u64" | "u32" => return "a whole number".to_owned(),
        "f64" => return "a number".to_owned(),
        "a boolean" => return "true or false".to_owned(),
        "a sequence" | "sequence" => return ARRAY.to_owned(),
        "a map" | "map" => return "a table".to_owned(),
        "a string" => return "text in quotes".to_owned(),
        _ if said.starts_with("struct ") => return "a table".to_owned(),
        _ => {}
    }
    for (prefix, word) in [
        ("string ", "the text "),
        ("integer ", "the whole number "),
        ("floating point ", "the number "),
        ("boolean ", "the switch "),
    ] {
        if let Some(value) = said.strip_prefix(prefix) {
            return format!("{word}{}", shortened(value));
        }
    }
    said.to_owned()
}

/// A quoted value, cut where it is long.
fn shortened(value: &str) -> String {
    const MOST: usize = 60;
    match value.char_indices().nth(MOST) {
        Some((cut, _)) => format!("{}…", value.get(..cut).unwrap_or_default()),
        None => value.to_owned(),
    }
}
