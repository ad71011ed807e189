//! Tooltips: areas that draw nothing, each with a title of its own that browsers show.

use super::mark::fine;
use super::{Rect, escape};

/// An area and what is said of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tip {
    pub(super) area: Rect,
    pub(super) words: String,
}

/// The end of a document, which plotters has written.
const END: &str = "</svg>";

/// The body with the tips above all that is drawn.
pub(super) fn before_end(body: &str, tips: &[Tip]) -> String {
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
