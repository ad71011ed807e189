//! Arrays that are not closed: the TOML reader stops only where something comes that cannot belong
//! to one, which may be many lines below the fault.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::error::ConfigError;
use super::faults::line_at;

/// How the reader begins what it says at the end of a file.
const AT_THE_END: &str = "unclosed array";

/// Explains an error at the byte `place` if it comes of an array that is not closed, at the bracket
/// that opens it.
pub(super) fn array_left_open(
    name: &str,
    text: &str,
    said: &str,
    place: usize,
) -> Option<ConfigError> {
    let (before, _) = text.split_at_checked(place)?;
    let above = before.rfind('\n').map_or("", |end| before.get(..=end).unwrap_or_default());
    let (array, remedy) = if said.starts_with(AT_THE_END) {
        (innermost_array(before)?, "close it with ]".to_owned())
    } else {
        // Beyond the sign the reader would have taken the line for what it is.
        let is_beyond = before.get(above.len()..)?.contains('=');
        if is_beyond || !is_setting_or_header(line_at(text, place)) {
            return None;
        }
        let line = above.lines().count() + 1;
        (innermost_array(above)?, format!("close it with ] above line {line}, which is not in it"))
    };
    let error = ConfigError::at(name, text, array, "an array is not closed", "opened here");
    Some(error.help(remedy))
}

/// Whether a line sets a key or begins a table, neither of which belongs in an array.
fn is_setting_or_header(line: &str) -> bool {
    let is_key = |key: &str| {
        let in_keys = |letter: char| letter.is_alphanumeric() || " \t_-.\"*".contains(letter);
        key.trim_start().starts_with(|first: char| first.is_alphabetic() || first == '"')
            && key.chars().all(in_keys)
    };
    let header = line.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let header = header.map(|(key, _)| key.trim_start_matches('['));
    // A word in quotes alone in brackets is an array in an array.
    header.is_some_and(|key| is_key(key) && !key.trim_start().starts_with('"'))
        || line.split_once('=').is_some_and(|(key, _)| is_key(key))
}

/// Where the innermost bracket or brace that is still open at the end of the text is, if it is that
/// of an array.
fn innermost_array(text: &str) -> Option<Range<usize>> {
    let mut open = Vec::new();
    for token in Source::new(text).lex() {
        match token.kind() {
            TokenKind::LeftSquareBracket => open.push((token.span(), true)),
            TokenKind::LeftCurlyBracket => open.push((token.span(), false)),
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                open.pop();
            }
            _ => {}
        }
    }
    let (span, is_array) = open.pop()?;
    is_array.then(|| span.start()..span.end())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::Experiment;

    fn told(text: &str) -> (String, Option<(usize, usize)>) {
        let error = Experiment::from_toml(text, "a.toml", Path::new("")).unwrap_err();
        (error.to_string(), error.place().map(|(_, line, column)| (line, column)))
    }

    #[test]
    fn an_array_that_is_not_closed_is_told_where_it_opens() {
        for text in [
            "name = \"a\"\nscenarios = [\"ironclad\",\n  \"as-meant\"\nreplicates = 100\n",
            "name = \"a\"\nscenarios = [\"ironclad\",\nreplicates = 100\n",
            "name = \"[\"\nscenarios = [ # [\n\n[design]\nkind = \"grid\"\n",
            "name = \"a\"\nscenarios = [\"ironclad\"\n[[scenario]]\nname = \"b\"\n",
            "name = \"a\"\nscenarios = [\"ironclad\"\n\"a.b\" = 1\n",
            "name = \"a\"\nscenarios = [\"ironclad\"",
        ] {
            assert_eq!(told(text), ("an array is not closed".to_owned(), Some((2, 13))), "{text}");
        }
    }

    #[test]
    fn a_fault_in_an_array_that_is_closed_is_told_in_its_place() {
        for (text, place) in [
            ("a = [1\n  2]\n", (2, 3)),
            ("a = [\n  [\"x\"]\n  [\"y\"]\n]\n", (3, 3)),
            ("a = [\n  { b = 1\n    c = 2 },\n]\n", (3, 5)),
        ] {
            let (message, at) = told(text);
            assert!(message.starts_with("not valid TOML: "), "{message}");
            assert_eq!(at, Some(place), "{text}");
        }
    }
}
