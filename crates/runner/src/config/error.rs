//! The single message for a faulty configuration: where the fault is, what is wrong, and what would
//! be right.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// The most characters of a line that are shown around the fault.
const MAX_SHOWN: usize = 120;

/// The characters shown before the fault in a line that is cut.
const SHOWN_BEFORE: usize = 40;

/// The most characters of a message or a remedy, in which a file's own text may be quoted.
const MAX_SAID: usize = 600;

/// What stands for the characters left out.
const ELLIPSIS: char = '…';

/// Why a configuration is refused.
///
/// It displays as one line. As a [`Diagnostic`] it also has the offending line with its number and
/// column, a label at the fault, and a remedy, for `miette` to render.
#[derive(Clone, Debug, thiserror::Error, Diagnostic)]
#[error("{message}")]
pub struct ConfigError {
    message: String,
    #[source_code]
    excerpt: Option<Arc<Excerpt>>,
    #[label("{label}")]
    span: Option<SourceSpan>,
    label: String,
    #[help]
    help: Option<String>,
}

impl ConfigError {
    /// An error about a file as a whole.
    pub(super) fn whole(message: impl AsRef<str>) -> Self {
        let message = brief(message.as_ref());
        Self { message, excerpt: None, span: None, label: String::new(), help: None }
    }

    /// An error at the bytes `span` of the file `name`, whose text is `text`.
    pub(super) fn at(
        name: &str,
        text: &str,
        span: Range<usize>,
        message: impl AsRef<str>,
        label: impl AsRef<str>,
    ) -> Self {
        let excerpt = Excerpt::of(name, text, span);
        Self {
            span: Some(excerpt.span.clone().into()),
            excerpt: Some(Arc::new(excerpt)),
            label: brief(label.as_ref()),
            ..Self::whole(message)
        }
    }

    /// The same error with a remedy.
    #[must_use]
    pub fn help(mut self, remedy: impl AsRef<str>) -> Self {
        self.help = Some(brief(remedy.as_ref()));
        self
    }

    /// The file, the line and the column at fault (from 1, the column in characters), if the fault
    /// has a place.
    pub fn place(&self) -> Option<(&str, usize, usize)> {
        let excerpt = self.excerpt.as_deref()?;
        Some((&excerpt.name, excerpt.line + 1, excerpt.column + 1))
    }

    /// What would be right, if that can be said.
    pub fn remedy(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

/// The remedy for a file that cannot be read: `otherwise`, unless reading it is forbidden.
pub(super) fn unreadable(error: &io::Error, otherwise: &'static str) -> &'static str {
    if_forbidden(error).unwrap_or(otherwise)
}

/// What helps if a file or folder may not be read; nothing if it cannot be read for another reason.
pub fn if_forbidden(error: &io::Error) -> Option<&'static str> {
    let forbidden = error.kind() == io::ErrorKind::PermissionDenied;
    forbidden.then_some("ask whoever owns it to let you read it")
}

/// The offending line, cut down to the part around the fault if it is long, with its true place in
/// the file.
#[derive(Debug)]
struct Excerpt {
    name: String,
    line_shown: String,
    /// The fault's line in the file, from 0, and its column in characters.
    line: usize,
    column: usize,
    /// The fault's place in `line_shown`.
    span: Range<usize>,
}

impl Excerpt {
    fn of(name: &str, text: &str, span: Range<usize>) -> Self {
        let start = text.floor_char_boundary(span.start.min(text.len()));
        let (before, after) = text.split_at(start);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let rest_of_line = after.find(['\r', '\n']).unwrap_or(after.len());
        let lead = visible(before.get(line_start..).unwrap_or_default());
        let rest = after.get(..rest_of_line).unwrap_or_default();
        let fault = rest.floor_char_boundary(span.end.saturating_sub(start).min(rest.len()));
        let (fault, behind) = rest.split_at(fault);
        let (fault, behind) = (visible(fault), visible(behind));
        let (rest, fault) = (fault.clone() + &behind, fault.len());

        let column = lead.chars().count();
        let mut shown = String::new();
        if lead.len() + rest.len() > MAX_SHOWN && column > SHOWN_BEFORE {
            shown.push(ELLIPSIS);
            shown.extend(lead.chars().skip(column - SHOWN_BEFORE));
        } else {
            shown.push_str(&lead);
        }
        let start_shown = shown.len();
        let left = MAX_SHOWN.saturating_sub(shown.chars().count());
        let cut = rest.char_indices().nth(left).map_or(rest.len(), |(index, _)| index);
        shown.push_str(rest.get(..cut).unwrap_or_default());
        let end_shown = (start_shown + fault.min(cut)).max(start_shown);
        if cut < rest.len() {
            shown.push(ELLIPSIS);
        } else if start_shown == shown.len() {
            // At the end of a line a label needs something to point at.
            shown.push(' ');
        }
        Self {
            name: name.to_owned(),
            line_shown: shown,
            line: before.bytes().filter(|&byte| byte == b'\n').count(),
            column,
            span: start_shown..end_shown,
        }
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Like miette's own sources: with context, what is shown starts at the beginning of the
        // line.
        let column = if lines_before == 0 { self.column } else { 0 };
        let all = (0, self.line_shown.len()).into();
        let shown = self.line_shown.as_bytes();
        let name = self.name.clone();
        Ok(Box::new(MietteSpanContents::new_named(name, shown, all, self.line, column, 1)))
    }
}

/// `text` on one line, cut short if it is long.
pub(super) fn brief(text: &str) -> String {
    let mut text = visible(&text.replace("\r\n", " ").replace('\n', " "));
    if let Some((cut, _)) = text.char_indices().nth(MAX_SAID) {
        text.truncate(cut);
        text.push(ELLIPSIS);
    }
    text
}

/// `text` with a sign in place of each [hidden](is_hidden) character, which a terminal would obey.
fn visible(text: &str) -> String {
    text.replace(is_hidden, &char::REPLACEMENT_CHARACTER.to_string())
}

/// Whether a character is not shown, but changes how others are: one that controls a terminal, but for
/// tabs and ends of lines, or the direction of writing (Unicode Standard Annex 9). A carriage return
/// is none only where it ends a line together with a line feed.
pub(super) fn is_hidden(c: char) -> bool {
    let directs = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() && !matches!(c, '\t' | '\n') || directs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_around_the_fault_and_keeps_its_true_place() {
        let text = format!("a = 1\r\n{}FAULT{}\r\nb = 2", "x".repeat(5000), "y".repeat(5000));
        let error = ConfigError::at("f.toml", &text, 5007..5012, "m", "l");
        assert_eq!(error.place(), Some(("f.toml", 2, 5001)));
        let excerpt = error.excerpt.unwrap();
        assert_eq!(excerpt.line_shown.get(excerpt.span.clone()), Some("FAULT"));
        assert!(excerpt.line_shown.chars().count() <= MAX_SHOWN + 2);
        assert!(excerpt.line_shown.starts_with('…') && excerpt.line_shown.ends_with('…'));
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_as_a_sign() {
        let text = "\x1b]0;x\x07 = \u{202e}FAULT\x1b[31m";
        let place = text.find("FAULT").unwrap();
        let error =
            ConfigError::at("f.toml", text, place..place + 5, text, "l").help("\t\n\u{9b}\r\n.\r.");
        assert_eq!(error.to_string(), "�]0;x� = �FAULT�[31m");
        assert_eq!(error.remedy(), Some("\t � .�."));
        assert_eq!(error.place(), Some(("f.toml", 1, 11)));
        let excerpt = error.excerpt.unwrap();
        assert_eq!(excerpt.line_shown.get(excerpt.span.clone()), Some("FAULT"));
    }

    #[test]
    fn who_may_not_read_a_file_is_not_told_to_name_another() {
        let help = |kind: io::ErrorKind| unreadable(&kind.into(), "name another");
        assert!(help(io::ErrorKind::PermissionDenied).contains("let you read it"));
        assert_eq!(help(io::ErrorKind::NotFound), "name another");
    }

    #[test]
    fn a_fault_beyond_the_text_or_inside_a_character_trips_nothing() {
        for span in [0..0, 3..4, 4..900, 900..1000] {
            let error = ConfigError::at("f.toml", "né\nü", span, "m", "l");
            assert!(error.place().is_some());
        }
    }
}
