//! One message a mistake: the file, the place, what is wrong and what would be right.

use std::ops::Range;
use std::path::{Path, PathBuf};

use miette::{Diagnostic, NamedSource, SourceSpan};

/// Lines longer than this are shown in part.
const LONGEST_LINE_SHOWN: usize = 200;

/// How much of a long line is shown on either side of the mistake, in bytes.
const EXCERPT: usize = 60;

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read `{}`: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
        /// What would be right.
        #[help]
        help: String,
    },
    /// Something in the file is wrong.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Mistake(Box<Mistake>),
}

/// A mistake with its place.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{message}")]
pub struct Mistake {
    message: String,
    #[source_code]
    file: NamedSource<String>,
    #[label("{label}")]
    span: SourceSpan,
    label: String,
    #[help]
    help: Option<String>,
}

/// A file's text, to point into.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

/// What is wrong, before it is known where.
#[derive(Clone, Debug)]
pub(super) struct Wrong {
    pub(super) message: String,
    /// What is said at the place itself.
    pub(super) label: String,
    /// What would be right.
    pub(super) help: Option<String>,
}

impl Wrong {
    pub(super) fn new(message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { message: message.into(), label: label.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Source<'_> {
    /// A mistake at a range of bytes.
    pub(super) fn mistake(self, at: Range<usize>, wrong: Wrong) -> ConfigError {
        let end = at.end.min(self.text.len());
        let at = at.start.min(end)..end;
        let name = self.path.display().to_string();
        let (shown, at) = self.excerpt(at);
        let Wrong { message, label, help } = wrong;
        let file = NamedSource::new(name, shown);
        ConfigError::Mistake(Box::new(Mistake { message, file, span: at.into(), label, help }))
    }

    /// A mistake somewhere on a line, counted from 1.
    pub(super) fn mistake_on_line(
        self,
        line: u64,
        within: Option<&str>,
        wrong: Wrong,
    ) -> ConfigError {
        let line = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
        let mut start = 0;
        for (number, text) in self.text.split_inclusive('\n').enumerate() {
            if number == line {
                let text = text.trim_end_matches(['\r', '\n']);
                let found = within.filter(|word| !word.is_empty()).and_then(|word| text.find(word));
                let (from, length) = match (found, within) {
                    (Some(from), Some(word)) => (start + from, word.len()),
                    _ => (start, text.len()),
                };
                return self.mistake(from..from + length, wrong);
            }
            start += text.len();
        }
        self.mistake(self.text.len()..self.text.len(), wrong)
    }

    /// The text to show and the range within it: the whole file with its line numbers, unless the
    /// line at fault is too long to be shown.
    fn excerpt(self, at: Range<usize>) -> (String, Range<usize>) {
        let line_start = self.text[..at.start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end =
            self.text[at.start..].find('\n').map_or(self.text.len(), |newline| at.start + newline);
        if line_end - line_start <= LONGEST_LINE_SHOWN {
            return (self.text.to_owned(), at);
        }
        let boundary = |mut byte: usize| {
            while !self.text.is_char_boundary(byte) {
                byte -= 1;
            }
            byte
        };
        let from = boundary(at.start.saturating_sub(EXCERPT).max(line_start));
        let end = boundary(at.end.min(at.start + EXCERPT));
        let to = boundary((end + EXCERPT).min(line_end));
        // Blank lines in front keep the line's number.
        let before = "\n".repeat(self.text[..line_start].matches('\n').count());
        let shown = format!("{before}{}", &self.text[from..to]);
        let start = before.len() + (at.start - from);
        (shown, start..start + (end - at.start).max(1).min(to - at.start))
    }
}

/// The candidate nearest to a misspelt word, if one is near.
pub(super) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    /// Words less alike than this are no help.
    const ALIKE: f64 = 0.75;
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, candidate)| candidate)
}

/// `did you mean …?`, or the whole list where nothing is near.
pub(super) fn suggest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    match nearest(word, candidates.clone()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => {
            let known: Vec<String> =
                candidates.into_iter().map(|candidate| format!("`{candidate}`")).collect();
            format!("known: {}", known.join(", "))
        }
    }
}
