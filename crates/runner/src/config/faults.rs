//! What the TOML reader says about a faulty file, in an analyst's words and with a remedy.

use article5_model::parameters::{PARAMETERS, Parameter};
use article5_model::scenario::{PRESETS, Scenario};
use serde::de::DeserializeOwned;

use super::brackets::{left_open, quote_left_open};
use super::error::{ConfigError, brief};
use super::names::{did_you_mean, quoted};
use super::parameters::name_of;

/// The file's own keys that are not tables, which may be typed below a table by mistake.
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

/// The remedy for one of [`ABOVE_TABLES`] below a table.
pub(super) fn above_tables(key: &str) -> Option<String> {
    // Whoever wants it in a single scenario is told that this is impossible.
    let whole = if key == "members" { "; all scenarios share it, in every quarter" } else { "" };
    ABOVE_TABLES.contains(&key).then(|| {
        format!(
            "`{key}` belongs above the first [table]: move the line to the top of the file{whole}"
        )
    })
}

/// What the reader says about a backslash that starts no escape sequence it knows, as in a Windows
/// path.
const BAD_ESCAPES: [&str; 3] =
    ["too few unicode value digits", "missing escaped value", "invalid value"];

/// What the reader says about text without quotes: it takes a word for a switch or a number by its
/// first letter.
const UNQUOTED: [&str; 4] =
    ["string values must be quoted", "invalid boolean", "expected `nan`", "expected `inf`"];

/// The remedy for a calendar quarter without quotes, which the reader takes for a date.
const QUARTER: &str = "write a year and a quarter in quotes, as in \"2026-Q1\"";

/// The remedy for a percentage.
const FRACTION: &str = "write shares and probabilities as fractions of 1 without quotes, as in 0.8";

/// The whole-number types that configurations are read into, as the reader calls them.
const WHOLE: [&str; 3] = ["i64", "u64", "u32"];

/// How the reader's message about a larger number ends.
const BEYOND_64_BITS: &str = "128";

/// How the reader begins what it says about something other than a word where one of several belongs.
const NO_WORD: [&str; 2] = ["wanted string or table", "wanted exactly 1 element"];

/// What expected values are called.
const WHOLE_NUMBER: &str = "a whole number";
const NUMBER: &str = "a number";
const TEXT: &str = "text in quotes";
const TABLE: &str = "a table";
const ARRAY: &str = "an array, as in [1, 2]";

/// Whether the reader calls a whole number so.
pub(super) fn is_whole(wanted: &str) -> bool {
    WHOLE.contains(&wanted)
}

/// Explains an error of the TOML reader.
pub(super) fn explain(name: &str, text: &str, error: &toml::de::Error) -> ConfigError {
    let said = error.message();
    let span = error.span().unwrap_or(0..0);
    let line = line_at(text, span.start);
    let at =
        |message: String, label: &str| ConfigError::at(name, text, span.clone(), message, label);
    if let Some(rest) = said.strip_prefix("unknown field `") {
        let (found, known) = found_and_known(rest);
        let (label, remedy) = unknown_key(found, &known);
        return at(format!("there is no key `{found}` here"), label).help(remedy);
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
    let invalid = ["invalid type: ", "invalid value: "];
    let rest = invalid.into_iter().find_map(|prefix| said.strip_prefix(prefix));
    if let Some((found, wanted)) = rest.and_then(|rest| rest.rsplit_once(", expected ")) {
        let whole = is_whole(wanted) || found.ends_with(BEYOND_64_BITS);
        if found.starts_with("integer ") && whole {
            let label = match wanted {
                _ if is_whole(wanted) && found.starts_with("integer `-") => {
                    "must not be negative".to_owned()
                }
                // A seed has no end but that of the numbers of TOML; others end far below.
                _ if key_of(line) == "seed" => format!("must be 0 to {}", i64::MAX),
                _ => "too large".to_owned(),
            };
            return at("this whole number is out of range".to_owned(), &label);
        }
        let (found, wanted) = (in_words(found), in_words(wanted));
        let error = at(format!("{found} where {wanted} belongs"), &format!("must be {wanted}"));
        return match wrong_type(&found, &wanted, line) {
            Some(remedy) => error.help(remedy),
            None => error,
        };
    }
    let open =
        quote_left_open(name, text, span.start).or_else(|| left_open(name, text, said, span.start));
    if let Some(error) = open {
        return error;
    }
    let error = at(format!("not valid TOML: {}", brief(said)), "here");
    match not_toml(said, line) {
        Some(remedy) => error.help(remedy),
        None => error,
    }
}

/// Explains an error about something that is not a word where one of several words belongs; `None`
/// for any other error. The reader names those words only if it finds another one there, in the text
/// as it is read.
pub(super) fn no_word<T: DeserializeOwned>(
    name: &str,
    (text, read): (&str, &str),
    error: &toml::de::Error,
) -> Option<ConfigError> {
    let is_no_word = NO_WORD.iter().any(|start| error.message().starts_with(start));
    let span = error.span().filter(|_| is_no_word)?;
    let (before, after) = (read.get(..span.start)?, read.get(span.end..)?);
    let worded = toml::from_str::<T>(&format!("{before}\"\"{after}")).err()?;
    let (_, known) = found_and_known(worded.message().strip_prefix("unknown variant `")?);
    let wrong = ConfigError::at(
        name,
        text,
        span,
        "a word in quotes belongs here",
        "must be one of the choices",
    );
    Some(wrong.help(format!("the choices are {}", quoted(&known))))
}

/// The label and the remedy for a key that is not known.
fn unknown_key(found: &str, known: &[&str]) -> (&'static str, String) {
    if let Some(remedy) = above_tables(found) {
        return ("below a table", remedy);
    }
    if found == "event" {
        let remedy =
            "an event belongs to a scenario: write [[scenario.event]] below its [[scenario]]";
        return ("not in a scenario", remedy.to_owned());
    }
    // TOML takes the group of a key without quotes for what varies, which has a low end among its keys.
    let is_meant = |row: &&Parameter| known.contains(&"low") && name_of(row) == found;
    let meant: Vec<String> =
        PARAMETERS.iter().filter(is_meant).map(|row| format!("\"{}\"", row.key)).collect();
    if !meant.is_empty() {
        let remedy = format!("put the parameter's whole key in quotes: {}", meant.join(" or "));
        return ("a key without its group", remedy);
    }
    ("unknown key", did_you_mean(found, known, "the keys here are"))
}

/// The remedy for a value of the wrong type on this line.
fn wrong_type(found: &str, wanted: &str, line: &str) -> Option<String> {
    let key = key_of(line);
    let remedy = match wanted {
        TABLE | ARRAY if key == "scenario" && found != TABLE => {
            "built-in scenarios are named above the first table, as in scenarios = [\"no-guarantee\"]"
        }
        TABLE => {
            return above_tables(key).or_else(|| Some(match quoted_key(line) {
                Some(key) => format!("without the quotes, the dot separates group and name: {key}"),
                None => "write it under a header, as in [parameters.learning], or as { memory = 0.95 }"
                    .to_owned(),
            }));
        }
        ARRAY if found == TABLE && (key == "vary" || line.ends_with(".vary]")) => {
            "`vary` lists keys, as in [\"response.*\"]; ranges of your own go below a header \
             [uncertainty.ranges] or [space.ranges]"
        }
        ARRAY if found == TABLE => {
            "a table that can be repeated has a header in double brackets, as in [[scenario]]"
        }
        ARRAY if let Some(elements) = found.strip_prefix("the text ").and_then(as_elements) => {
            return Some(format!("write it in brackets, as in [{elements}]"));
        }
        ARRAY => "write it in brackets, even if there is only one",
        // The reader takes a date without quotes for a table.
        TEXT if key == "start" => QUARTER,
        TEXT => "put it in double quotes",
        WHOLE_NUMBER => "write it in digits only, as in 10000",
        _ if wanted.starts_with(NUMBER) && found.ends_with("%\"") => FRACTION,
        _ if wanted.starts_with(NUMBER) && names_a_theory(found) => {
            "parameters are numbers and switches; a theory or a policy is a [[scenario]] of its own"
        }
        _ if wanted.starts_with(NUMBER) => "write it without quotes, as in 0.8",
        _ => return None,
    };
    Some(remedy.to_owned())
}

/// What a text in quotes has between its commas, as the elements of an array; `None` if it is cut
/// short, or has brackets or escape sequences in it.
fn as_elements(text: &str) -> Option<String> {
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    let parts = inside.split(',').map(str::trim).filter(|part| !part.is_empty());
    let is_text = |part: &str| part.parse::<f64>().is_err() && part.parse::<bool>().is_err();
    let element = |part: &str| if is_text(part) { format!("\"{part}\"") } else { part.to_owned() };
    let elements: Vec<String> = parts.map(element).collect();
    (!elements.is_empty() && !inside.contains(['[', '\\'])).then(|| elements.join(", "))
}

/// Whether a value is the name of a preset or of a built-in scenario.
fn names_a_theory(found: &str) -> bool {
    let name = found.trim_start_matches("the text").trim().trim_matches('"');
    PRESETS.iter().any(|preset| preset.name == name) || Scenario::builtin(name).is_some()
}

/// The key of a parameter that is in quotes on this line, if there is one.
fn quoted_key(line: &str) -> Option<&str> {
    let parts: Vec<&str> = line.split('"').collect();
    let keys = parts.iter().skip(1).step_by(2).zip(parts.iter().skip(2).step_by(2));
    let quoted =
        keys.filter(|(key, after)| key.contains('.') && after.trim_start().starts_with('='));
    quoted.map(|(key, _)| *key).next()
}

/// The remedy for text that is not TOML, found from what the reader says and the line where it
/// stopped.
fn not_toml(said: &str, line: &str) -> Option<&'static str> {
    let value = line.split_once('=').map(|(_, value)| value.trim());
    Some(match said {
        "duplicate key" => "a key can occur only once in its table",
        _ if groups_digits(line) => {
            "a number has no comma between its digits: write 10000, or a decimal point as in 0.8"
        }
        _ if has_decimal_comma(line) => "write a decimal point, as in 0.8",
        _ if line.contains('\\') && BAD_ESCAPES.iter().any(|bad| said.starts_with(bad)) => {
            "a backslash in double quotes starts an escape sequence: write / for \\, or use single quotes"
        }
        _ if line.trim_start().starts_with('{') => {
            "a configuration is TOML, such as a run's configuration.toml, and not JSON"
        }
        _ if line.trim_start().starts_with("//") => "a comment begins with #",
        _ if line.contains(['\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}']) => {
            "write straight quotes, as in \"text\""
        }
        _ if value.is_some_and(is_a_switch) => "a switch is true or false, in lower case",
        _ if said.starts_with("key with no value") => "write `key = value`",
        _ if key_of(line) == "start" || said.starts_with("invalid date") => QUARTER,
        _ if value.is_some_and(is_a_percentage) => FRACTION,
        _ if UNQUOTED.iter().any(|words| said.contains(words)) => {
            "text goes in double quotes, as in \"no-guarantee\""
        }
        _ if value.is_some_and(|value| value.starts_with('"') && value.contains("\",")) => {
            "several go in brackets, as in [\"no-guarantee\", \"article5-like\"]"
        }
        _ if value.is_some_and(|value| value.ends_with(';')) => "a line ends without a semicolon",
        _ => return None,
    })
}

/// Whether a value means true or false, but is not written as in TOML.
fn is_a_switch(value: &str) -> bool {
    // A name may begin as they do: `no-guarantee`.
    let in_names = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
    let word = value.split(|letter| !in_names(letter)).next().unwrap_or_default();
    ["true", "false", "yes", "no", "on", "off"].contains(&word.to_lowercase().as_str())
}

/// Whether a value begins with a number of per cent.
fn is_a_percentage(value: &str) -> bool {
    let number = |letter: char| letter.is_ascii_digit() || "+-._".contains(letter);
    let after = value.trim_start_matches(number);
    after.len() < value.len() && after.trim_start().starts_with('%')
}

/// The line that contains the byte `place`.
pub(super) fn line_at(text: &str, place: usize) -> &str {
    let (before, _) = text.split_at(text.floor_char_boundary(place.min(text.len())));
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
}

/// The key that a line sets.
fn key_of(line: &str) -> &str {
    line.split('=').next().unwrap_or_default().trim()
}

/// The digits before and after the first comma of each number on the line that has one.
fn parted_by_commas(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split('=').skip(1).filter_map(|value| {
        let value = value.trim_start().trim_start_matches(['+', '-']);
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, rest) = value.split_at(digits(value));
        let rest = rest.strip_prefix(',')?;
        let decimals = rest.get(..digits(rest))?;
        (!whole.is_empty() && !decimals.is_empty()).then_some((whole, decimals))
    })
}

/// Whether a value on the line is a number with a comma for the decimal point.
fn has_decimal_comma(line: &str) -> bool {
    parted_by_commas(line).next().is_some()
}

/// Whether a value on the line may be a number with a comma between thousands.
fn groups_digits(line: &str) -> bool {
    const THOUSANDS: usize = 3;
    parted_by_commas(line).any(|(whole, rest)| !whole.starts_with('0') && rest.len() == THOUSANDS)
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
        "i64" | "u64" | "u32" => return WHOLE_NUMBER.to_owned(),
        "f64" => return NUMBER.to_owned(),
        "a boolean" => return "true or false".to_owned(),
        "a sequence" => return ARRAY.to_owned(),
        "sequence" => return "an array".to_owned(),
        "a map" | "map" => return TABLE.to_owned(),
        "a string" => return TEXT.to_owned(),
        _ if said.starts_with("struct ") => return TABLE.to_owned(),
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

/// A quoted value, cut short if it is long.
fn shortened(value: &str) -> String {
    const MAX: usize = 60;
    match value.char_indices().nth(MAX) {
        Some((cut, _)) => format!("{}…", value.get(..cut).unwrap_or_default()),
        None => value.to_owned(),
    }
}
