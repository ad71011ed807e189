//! The SVG document around what plotters draws: size, title and description, font, tooltips.

use super::mark::fine;
use super::{Figure, Rect};
use crate::Wording;
use crate::text::{self, Face};

/// An invisible area with a title of its own, which browsers show.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tip {
    pub(super) area: Rect,
    pub(super) words: String,
}

/// The end of a document that plotters has written.
const END: &str = "</svg>";

impl Figure {
    /// Scales the root to its size, makes it accessible, and puts in the font.
    pub(super) fn dress(&self, svg: &str, name: &str, alt: &str, height: f64) -> String {
        let (width, fine_width, fine_height) =
            (self.style.width, fine(self.style.width), fine(height));
        let body = svg.split_once('>').map_or("", |(_, body)| body);
        let Self { headline, subtitle, .. } = self;
        // A browser shows the title under the pointer; only those who do not see hear the
        // description, after the title.
        let (title, desc, language, of_desc) = match self.wording {
            Wording::English => {
                (format!("{headline}."), format!("{subtitle}. {alt}"), " lang=\"en\"", "")
            }
            // The title is in no language, the description marked as English.
            Wording::Neutral => {
                (name.to_owned(), format!("{headline}. {subtitle}. {alt}"), "", " lang=\"en\"")
            }
        };
        let [title, desc] = [title, desc].map(escape);
        let font = if self.embed_font { font() } else { String::new() };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {fine_width} {fine_height}\"{language} role=\"img\" \
             aria-labelledby=\"{name}-title {name}-desc\">\n\
             <title id=\"{name}-title\">{title}</title>\n<desc id=\"{name}-desc\"{of_desc}>{desc}</desc>\n\
             {font}{}\n",
            before_end(body.trim(), &self.tips)
        )
    }
}

/// The font as a style sheet.
fn font() -> String {
    let faces = text::faces().map(|Face { weight, data }| {
        format!(
            "@font-face{{font-family:Inter;font-weight:{weight};\
             src:url(data:font/otf;base64,{data})}}"
        )
    });
    format!("<style>{}</style>\n", faces.concat())
}

/// Puts the tips into the body, above all that is drawn.
fn before_end(body: &str, tips: &[Tip]) -> String {
    let open = body.strip_suffix(END).unwrap_or(body);
    if tips.is_empty() {
        return body.to_owned();
    }
    let tips: String = tips.iter().map(written).collect();
    format!("{open}<g fill=\"none\" pointer-events=\"all\">\n{tips}</g>\n{END}")
}

fn written(Tip { area, words }: &Tip) -> String {
    let [x, y, width, height] = [area.left, area.top, area.width(), area.height()].map(fine);
    let words = escape(words);
    format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\">\
         <title>{words}</title></rect>\n"
    )
}

fn escape(words: impl AsRef<str>) -> String {
    let words = text::settable(words.as_ref());
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
