//! Keys: what the marks of a chart mean, if labels beside them would not do.

use crate::colour::Rgb;
use crate::figure::{Figure, Rect, Type};
use crate::style::Pen;

/// A mark as the key shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Swatch {
    /// A filled box.
    Box(Rgb),
    /// An empty box.
    Hollow(Rgb),
    /// A filled dot.
    Dot(Rgb),
    /// An empty dot.
    Ring(Rgb),
    /// A line.
    Line(Rgb),
    /// A plus.
    Plus(Rgb),
    /// A minus.
    Minus(Rgb),
}

impl Swatch {
    /// The width of a swatch, in sizes of type.
    const WIDTH: f64 = 1.1;

    fn draw(self, figure: &mut Figure, x: f64, baseline: f64) {
        let style = figure.style();
        let (width, middle) = (Self::WIDTH * style.small, baseline - 0.35 * style.small);
        let area =
            Rect::new(x, middle - 0.35 * style.small, x + width, middle + 0.35 * style.small);
        let centre = x + width / 2.0;
        match self {
            Self::Box(colour) => figure.fill(area, colour),
            Self::Hollow(colour) => figure.outline(area, colour, style.rule),
            Self::Dot(colour) => figure.dot(centre, middle, 0.35 * style.small, colour),
            Self::Ring(colour) => figure.ring(centre, middle, 0.35 * style.small, colour),
            Self::Plus(colour) | Self::Minus(colour) => {
                let positive = matches!(self, Self::Plus(_));
                figure.sign((centre, middle), 0.35 * style.small, positive, colour);
            }
            Self::Line(colour) => {
                figure.segment((x, middle), (x + width, middle), colour, style.line);
            }
        }
    }
}

/// The width of a [`sample`] before a name of this size of type.
pub(crate) fn sample_width(size: f64) -> f64 {
    3.4 * size
}

/// Draws, before a name in its colour, a piece of the line that it names: its dash shows what the
/// colour does not show to everyone. Returns the width that it takes.
pub(crate) fn sample(figure: &mut Figure, (x, baseline): (f64, f64), pen: Pen, size: f64) -> f64 {
    let (y, width) = (baseline - 0.35 * size, sample_width(size));
    let ends = vec![(x, y), (x + width - 0.5 * size, y)];
    figure.line(ends, pen);
    width
}

/// Draws a key above the body, in as many lines as the entries need; call it before the body is
/// asked for. Marks without words are left out.
pub(crate) fn key(figure: &mut Figure, entries: &[(Swatch, &str)]) {
    let style = figure.style();
    let set = Type::new(style.small, style.muted);
    let (left, right) = (style.margin, style.width - style.margin);
    let gap = 0.5 * style.small;
    let mut line = None;
    for &(swatch, words) in entries.iter().filter(|(_, words)| !words.is_empty()) {
        let before = Swatch::WIDTH * style.small + gap;
        let words = set.fit(words, right - left - before);
        let width = before + set.width(&words);
        let (x, baseline) = match line {
            Some((x, baseline)) if x + width <= right => (x, baseline),
            _ => (left, figure.key_line(style.small)),
        };
        swatch.draw(figure, x, baseline);
        figure.text(x + before, baseline, &words, set);
        line = Some((x + width + 3.0 * gap, baseline));
    }
}
