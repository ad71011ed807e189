//! The embedded font, and what it takes to set a line of it: measuring, wrapping, shortening.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef};
use base64::Engine;

use crate::colour::Rgb;

/// The two weights of Inter that charts use (SIL Open Font License; see `fonts/OFL.txt`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// 400.
    Regular,
    /// 600: headlines and the names of emphasised series.
    SemiBold,
}

/// The font file of [`Weight::Regular`].
pub(crate) const REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.otf");
/// The font file of [`Weight::SemiBold`].
pub(crate) const SEMI_BOLD: &[u8] = include_bytes!("../fonts/Inter-SemiBold.otf");

/// A weight of the font, in the form that style sheets need.
pub(crate) struct Face {
    /// The weight's number.
    pub weight: u32,
    /// The font file in base64.
    pub data: String,
}

/// The faces of the font, for documents that carry it.
pub(crate) fn faces() -> [Face; 2] {
    [(400, REGULAR), (700, SEMI_BOLD)].map(|(weight, file)| Face {
        weight,
        data: base64::engine::general_purpose::STANDARD.encode(file),
    })
}

/// The ellipsis that stands for what was cut off.
const ELLIPSIS: char = '…';
/// Shown for a character that the embedded font does not have.
const UNKNOWN: char = '?';

#[expect(clippy::expect_used, reason = "the files are part of the program")]
static FONTS: LazyLock<[FontRef<'static>; 2]> = LazyLock::new(|| {
    [REGULAR, SEMI_BOLD]
        .map(|file| FontRef::try_from_slice(file).expect("the embedded font can be read"))
});

fn font(weight: Weight) -> &'static FontRef<'static> {
    let [regular, semi_bold] = &*FONTS;
    match weight {
        Weight::Regular => regular,
        Weight::SemiBold => semi_bold,
    }
}

fn has_glyph(c: char) -> bool {
    font(Weight::Regular).glyph_id(c).0 != 0
}

/// Whether the font has every character of a text.
pub(crate) fn is_in_font(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || has_glyph(c))
}

/// Makes a text that can be set: one line, with a single space for any run of white space and
/// control characters, true apostrophes and single quotation marks for the straight ones of
/// configurations and tables, and no character that the font lacks (the rasteriser would silently
/// drop it).
pub(crate) fn settable(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        if c.is_whitespace() || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if c == '\'' && out.ends_with(char::is_alphanumeric) {
            out.push('’');
        } else if c == '\'' && letters.peek().is_some_and(|next| next.is_alphabetic()) {
            out.push('‘');
        } else {
            out.push(if has_glyph(c) { c } else { UNKNOWN });
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Characters that do not stand beside an ellipsis.
const LOOSE: [char; 3] = [' ', '-', ','];

/// How a text is aligned with its x coordinate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// It starts there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Type {
    /// The size in px.
    pub size: f64,
    /// The weight of the font.
    pub weight: Weight,
    /// Its colour.
    pub colour: Rgb,
    /// How it is aligned with its coordinate.
    pub anchor: Anchor,
}

impl Type {
    /// Regular type that starts at its coordinate.
    pub(crate) fn new(size: f64, colour: Rgb) -> Self {
        Self { size, weight: Weight::Regular, colour, anchor: Anchor::Start }
    }

    /// The same in semi-bold.
    pub(crate) fn bold(self) -> Self {
        Self { weight: Weight::SemiBold, ..self }
    }

    /// The same with another anchor.
    pub(crate) fn at(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    /// The width in px of a line of text set in this way, without kerning: real lines are a little
    /// narrower, never noticeably wider.
    pub(crate) fn width(&self, text: &str) -> f64 {
        let font = font(self.weight);
        let units = f64::from(font.units_per_em().unwrap_or(1000.0));
        let advance: f64 =
            text.chars().map(|c| f64::from(font.h_advance_unscaled(font.glyph_id(c)))).sum();
        advance * self.size / units
    }

    /// The width of the widest of some texts.
    pub(crate) fn widest(&self, texts: impl IntoIterator<Item = impl AsRef<str>>) -> f64 {
        texts.into_iter().map(|text| self.width(text.as_ref())).fold(0.0, f64::max)
    }

    /// Shortens a name to a width if it is too long, with an ellipsis for its middle, as names that
    /// begin alike differ at their ends.
    pub(crate) fn fit(&self, text: &str, limit: f64) -> String {
        if self.width(text) <= limit {
            return text.to_owned();
        }
        let letters: Vec<char> = text.chars().collect();
        let shortened = |kept: usize| {
            let head: String = letters.iter().take(kept - kept / 3).collect();
            let tail: String = letters.iter().skip(letters.len() - kept / 3).collect();
            let (head, tail) = (head.trim_end_matches(LOOSE), tail.trim_start_matches(LOOSE));
            format!("{head}{ELLIPSIS}{tail}")
        };
        let fitting = (1..letters.len()).map(shortened);
        let fitting = fitting.take_while(|name| self.width(name) <= limit);
        fitting.last().unwrap_or_else(|| ELLIPSIS.to_string())
    }

    /// Cuts a sentence to a width, with an ellipsis for its end.
    fn cut(&self, text: &str, limit: f64) -> String {
        if self.width(text) <= limit {
            return text.to_owned();
        }
        let mut kept = String::new();
        for c in text.chars() {
            let longer = format!("{kept}{c}{ELLIPSIS}");
            if self.width(&longer) > limit {
                break;
            }
            kept.push(c);
        }
        let kept = kept.trim_end_matches(LOOSE);
        format!("{kept}{ELLIPSIS}")
    }

    /// Breaks a text into lines no wider than the limit, at spaces if it has them and otherwise inside
    /// words, after a hyphen if there is one; into at most `lines` lines, the last one cut with an ellipsis.
    pub(crate) fn wrap(&self, text: &str, limit: f64, lines: usize) -> Vec<String> {
        let fits = |line: &str| self.width(line) <= limit;
        let mut done: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in text.split(' ') {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if fits(&longer) {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                done.push(std::mem::take(&mut line));
            }
            for c in word.chars() {
                line.push(c);
                if !fits(&line) && line.chars().count() > 1 {
                    line.pop();
                    let after_hyphen = line.rfind('-').map_or(line.len(), |hyphen| hyphen + 1);
                    let rest = line.split_off(after_hyphen);
                    done.push(std::mem::replace(&mut line, rest));
                    line.push(c);
                }
            }
        }
        done.push(line);
        if done.len() > lines && lines > 0 {
            let rest = done.split_off(lines - 1).join(" ");
            done.push(self.cut(&rest, limit));
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::PAPER;

    fn set(size: f64) -> Type {
        Type::new(size, PAPER)
    }

    #[test]
    fn width_grows_with_letters_and_size() {
        let short = set(10.0).width("Front");
        assert!(set(20.0).width("Frontline") > 2.0 * short);
    }

    #[test]
    fn what_the_font_lacks_is_shown_as_unknown_and_space_is_single() {
        assert_eq!(["Türkiye", "a b", "中国"].map(is_in_font), [true, true, false]);
        assert_eq!(settable(" a\tb\u{7}\u{4e2d}  c"), "a b ? c");
        assert_eq!(
            settable("observers' sd, Moscow's choice, 'so' ('or not'), the '90s"),
            "observers’ sd, Moscow’s choice, ‘so’ (‘or not’), the '90s"
        );
    }

    #[test]
    fn a_long_name_loses_its_middle() {
        let name = "deterrence-by-denial-from-the-first-day";
        assert_eq!(set(10.0).fit(name, 100.0), "deterrence-b…t-day");
    }

    #[test]
    fn wrapped_lines_keep_the_width() {
        let lines = set(16.0).wrap("Frontline allies lose the most trust", 150.0, 3);
        assert!(lines.len() > 1 && lines.iter().all(|l| set(16.0).width(l) <= 150.0));
    }

    #[test]
    fn a_word_too_long_for_a_line_breaks_after_a_hyphen() {
        let name = "deterrence-by-denial-from-the-first-day";
        let lines = set(10.0).wrap(name, 90.0, 9);
        assert!(lines.len() > 1 && lines.concat() == name, "{lines:?}");
        assert!(lines.iter().rev().skip(1).all(|line| line.ends_with('-')), "{lines:?}");
        assert!(lines.iter().all(|line| set(10.0).width(line) <= 90.0));
    }
}
