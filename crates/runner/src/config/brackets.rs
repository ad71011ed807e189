//! Quotes, arrays and tables in braces that are not closed: the TOML reader stops only where something
//! comes that cannot belong to one, which may be many lines below the fault.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::error::ConfigError;
use super::faults::line_at;

/// How the reader begins what it says at the end of a file.
const AT_THE_END: [&str; 2] = ["unclosed array", "unclosed inline table"];

/// A bracket or a brace that is not closed.
#[derive(PartialEq)]
struct Open {
    place: Range<usize>,
    closer: char,
}

/// Explains an error at the byte `place` if it comes of an array or a table in braces that is not
/// closed, where that opens.
pub(super) fn left_open(name: &str, text: &str, said: &str, place: usize) -> Option<ConfigError> {
    let (before, after) = text.split_at_checked(place)?;
    let above = before.rfind('\n').map_or("", |end| before.get(..=end).unwrap_or_default());
    let (open, end) = if AT_THE_END.iter().any(|start| said.starts_with(start)) {
        (still_open(before).pop()?, String::new())
    } else if after.starts_with([']', '}']) {
        let open = still_open(before).pop().filter(|open| !after.starts_with(open.closer))?;
        (open, String::new())
    } else {
        // Beyond the sign the reader would have taken the line for what it is.
        let is_beyond = before.get(above.len()..)?.contains('=');
        if is_beyond || !is_setting_or_header(line_at(text, place)) {
            return None;
        }
        let open = still_open(above).pop()?;
        // Braces may hold settings on lines of their own, of which one may lack no more than a comma.
        if open.closer == '}' && !still_open(text).contains(&open) {
            return None;
        }
        let line = above.lines().count() + 1;
        (open, format!(" above line {line}, which is not in it"))
    };
    let what = if open.closer == ']' { "an array" } else { "a table in braces" };
    let message = format!("{what} is not closed");
    let error = ConfigError::at(name, text, open.place, message, "opened here");
    Some(error.help(format!("close it with {}{end}", open.closer)))
}

/// Explains an error at the byte `place` if a text in quotes that opens before it, or on its line, is
/// not closed.
pub(super) fn quote_left_open(name: &str, text: &str, place: usize) -> Option<ConfigError> {
    let end = text.get(place..)?.find('\n').map_or(text.len(), |end| place + end);
    let open = Source::new(text).lex().find(|token| {
        let raw = text.get(token.span().start()..token.span().end()).unwrap_or_default();
        !is_closed(token.kind(), raw)
    });
    let span = open?.span();
    let raw = text.get(span.start()..span.end()).filter(|_| span.start() < end)?;
    let remedy = if raw.contains('\\') {
        "a backslash in double quotes starts an escape sequence: write / for \\, or use single quotes"
    } else {
        "text begins and ends with a quote, as in \"no-guarantee\""
    };
    let quotes = ['"', '\''];
    let (before, rest) = raw.split_at(raw.find(quotes)?);
    let opening = span.start() + before.len();
    let opening = opening..opening + rest.len() - rest.trim_start_matches(quotes).len();
    let error = ConfigError::at(name, text, opening, "a quote is not closed", "opened here");
    Some(error.help(remedy))
}

/// Whether a token is no text in quotes, or ends with the quote that it begins with.
fn is_closed(kind: TokenKind, raw: &str) -> bool {
    let (quote, escapes) = match kind {
        TokenKind::BasicString => ("\"", true),
        TokenKind::MlBasicString => ("\"\"\"", true),
        TokenKind::LiteralString => ("'", false),
        TokenKind::MlLiteralString => ("'''", false),
        // Quotes after a letter begin no text.
        _ => return !raw.contains('"') || kind == TokenKind::Comment,
    };
    let inside = raw.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inside.is_some_and(|inside| {
        let backslashes = inside.len() - inside.trim_end_matches('\\').len();
        !(escapes && backslashes % 2 == 1)
    })
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

/// The brackets and braces that are still open at the end of the text, the innermost last.
fn still_open(text: &str) -> Vec<Open> {
    let mut open = Vec::new();
    for token in Source::new(text).lex() {
        let place = token.span().start()..token.span().end();
        match token.kind() {
            TokenKind::LeftSquareBracket => open.push(Open { place, closer: ']' }),
            TokenKind::LeftCurlyBracket => open.push(Open { place, closer: '}' }),
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                open.pop();
            }
            _ => {}
        }
    }
    open
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
    fn a_quote_that_is_not_closed_is_told_where_it_opens() {
        for (text, place) in [
            ("name = \"a\nseed = 3\n", (1, 8)),
            ("name = 'a\nseed = 3\n", (1, 8)),
            ("name = \"a'\nseed = 3\n", (1, 8)),
            ("seed = 3\nname = \"\"\"a\nstart = \"2026-Q1\"\n", (2, 8)),
            ("seed = 3\nstart = \"2026-Q1\nname = \"a\"\n", (2, 9)),
            ("scenarios = [\"ironclad]\nseed = 3\n", (1, 14)),
            ("scenarios = [\"ironclad, \"as-meant\"]\n", (1, 34)),
            ("name = a\"\nseed = 3\n", (1, 9)),
            ("members = \"C:\\data\\\"\n", (1, 11)),
        ] {
            assert_eq!(told(text), ("a quote is not closed".to_owned(), Some(place)), "{text}");
        }
        // A fault above it is told first.
        assert_ne!(told("seed = 1 2\nname = \"a\n").1, Some((2, 8)));
    }

    #[test]
    fn braces_that_are_not_closed_are_told_where_they_open() {
        for text in [
            "name = \"a\"\nparameters.learning = { memory = 0.9\n\n[output]\ncharts = true\n",
            "name = \"a\"\nparameters.learning = { memory = 0.9,\nseed = 3\n[output]\ncharts = true\n",
            "name = \"a\"\nparameters.learning = { memory = 0.9\nseed = 3\nparameters.war = { }\n",
            "name = \"a\"\nparameters.learning = { memory = 0.9",
            "name = \"a\"\nparameters.learning = { memory = 0.9 ]\n",
        ] {
            let told = told(text);
            assert_eq!(
                told,
                ("a table in braces is not closed".to_owned(), Some((2, 23))),
                "{text}"
            );
        }
    }

    #[test]
    fn an_array_that_a_brace_would_close_is_told_where_it_opens() {
        for text in ["a = { b = [0.5, 1.0 }\n", "a = { b = [ }\n", "a = { b = [0.5, }, c = [1] }\n"]
        {
            assert_eq!(told(text), ("an array is not closed".to_owned(), Some((1, 11))), "{text}");
        }
    }

    #[test]
    fn a_fault_in_an_array_that_is_closed_is_told_in_its_place() {
        for (text, place) in [
            ("a = [1\n  2]\n", (2, 3)),
            ("a = [\n  [\"x\"]\n  [\"y\"]\n]\n", (3, 3)),
            ("a = [\n  { b = 1\n    c = 2 },\n]\n", (3, 5)),
            ("a = {\n  b = 1\n  c = 2\n}\n", (3, 3)),
            ("a = { b = }\n", (1, 11)),
            ("a = ]\n", (1, 5)),
        ] {
            let (message, at) = told(text);
            assert!(message.starts_with("not valid TOML: "), "{message}");
            assert_eq!(at, Some(place), "{text}");
        }
    }
}
