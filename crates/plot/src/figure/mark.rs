//! The display list of a figure, and how plotters draws it.

use plotters::coord::Shift;
use plotters::element::{DashedPathElement, PathElement, Polygon, Rectangle, Text};
use plotters::prelude::{Circle, Color, DrawingArea, IntoFont, RGBColor, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, FontTransform, TextStyle};

use super::{Anchor, Rect, Type};
use crate::colour::Rgb;
use crate::style::Pen;
use crate::text::Weight;

type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How many steps of the canvas make one px of the drawing.
pub(super) const FINE: f64 = 10.0;
/// plotters' SVG backend divides font sizes by this.
const BACKEND_FONT: f64 = 1.24;
/// Where the backend sets the baseline of a top-anchored text, in em below the anchor.
const TOP_BASELINE: f64 = 0.76;
/// The font families: Inter first, then what a viewer without it should use.
const FAMILY: &str = "Inter, Helvetica, Arial, sans-serif";

/// One thing on the figure.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    Area { points: Vec<(f64, f64)>, colour: Rgb, opacity: f64 },
    Line { points: Vec<(f64, f64)>, pen: Pen },
    Dot { x: f64, y: f64, radius: f64, colour: Rgb },
    Box { area: Rect, colour: Rgb },
    Text { x: f64, baseline: f64, words: String, set: Type, upright: bool },
}

impl Mark {
    pub(super) fn draw(&self, canvas: &Canvas<'_>) -> Result<(), Failure> {
        match self {
            Self::Area { points, colour, opacity } => {
                let fill = rgb(*colour).mix(*opacity).filled();
                canvas.draw(&Polygon::new(places(points), fill))?;
            }
            Self::Line { points, pen: Pen { colour, width, dash } } => {
                let stroke = rgb(*colour).stroke_width(fine(*width).unsigned_abs());
                let points = places(points);
                match dash.map(|(ink, gap)| (fine(ink), fine(gap))) {
                    None => canvas.draw(&PathElement::new(points, stroke))?,
                    Some((ink, gap)) => {
                        canvas.draw(&DashedPathElement::new(points, ink, gap, stroke))?;
                    }
                }
            }
            Self::Dot { x, y, radius, colour } => {
                canvas.draw(&Circle::new(place((*x, *y)), fine(*radius), rgb(*colour).filled()))?;
            }
            Self::Box { area, colour } => {
                let corners = [(area.left, area.top), (area.right, area.bottom)].map(place);
                canvas.draw(&Rectangle::new(corners, rgb(*colour).filled()))?;
            }
            Self::Text { x, baseline, words, set, upright } => {
                let drop = TOP_BASELINE * set.size;
                let (point, transform) = if *upright {
                    ((*x, baseline - drop), FontTransform::None)
                } else {
                    ((x - drop, *baseline), FontTransform::Rotate270)
                };
                let h = match set.anchor {
                    Anchor::Start => HPos::Left,
                    Anchor::Middle => HPos::Center,
                    Anchor::End => HPos::Right,
                };
                let weight = match set.weight {
                    Weight::Regular => FontStyle::Normal,
                    Weight::SemiBold => FontStyle::Bold,
                };
                let font = (FAMILY, set.size * FINE * BACKEND_FONT, weight).into_font();
                let colour = rgb(set.colour);
                let style = TextStyle::from(font.transform(transform))
                    .color(&colour)
                    .pos(Pos::new(h, VPos::Top));
                canvas.draw(&Text::new(words.as_str(), place(point), style))?;
            }
        }
        Ok(())
    }
}

pub(super) fn fine(length: f64) -> i32 {
    (length * FINE).round() as i32
}

fn place((x, y): (f64, f64)) -> (i32, i32) {
    (fine(x), fine(y))
}

fn places(points: &[(f64, f64)]) -> Vec<(i32, i32)> {
    points.iter().copied().map(place).collect()
}

pub(super) fn rgb(colour: Rgb) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}
