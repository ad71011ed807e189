//! One figure: headline, subtitle, body and source line; a display list that plotters draws at the
//! end, and the boxes of the texts that were placed.
//!
//! Coordinates are px of the drawing, y downwards. plotters draws in whole pixels, so it draws on a
//! canvas `FINE` times as large, and the SVG's root shrinks it back.

mod document;
mod mark;
mod rect;

use plotters::prelude::{IntoDrawingArea, SVGBackend};

use crate::colour::Rgb;
use crate::style::{LEADING, PAPER, Pen, Style};
use crate::text;
pub(crate) use crate::text::{Anchor, Type};
use crate::{Options, PlotError, Wording};
use document::Tip;
use mark::{Failure, Mark, fine, rgb};
pub(crate) use rect::{Rect, distance};

/// How far type reaches above and below its baseline, in em.
const ASCENT: f64 = 0.75;
const DESCENT: f64 = 0.21;

/// A text that a figure has placed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placed {
    /// What it says.
    pub words: String,
    /// The box that it takes up.
    pub area: Rect,
    /// Its colour.
    pub colour: Rgb,
}

/// A figure in the making.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    style: Style,
    embed_font: bool,
    wording: Wording,
    headline: String,
    subtitle: String,
    source: Vec<String>,
    body_top: f64,
    body_bottom: f64,
    marks: Vec<Mark>,
    placed: Vec<Placed>,
    tips: Vec<Tip>,
}

impl Figure {
    /// Begins a figure with its headline and subtitle set, and room kept for the source line.
    pub(crate) fn new(options: &Options, headline: &str, subtitle: &str, source: &str) -> Self {
        // As many as three names of sixty letters need: cut, a headline would not say what it finds.
        const HEADLINE_LINES: usize = 6;
        const SUBTITLE_LINES: usize = 6;
        const SOURCE_LINES: usize = 6;
        let style = options.style;
        let headline = text::settable(headline);
        let subtitle = text::settable(subtitle);
        let set = Type::new(style.source, style.muted);
        let source = set.wrap(&text::settable(source), style.inner_width(), SOURCE_LINES);
        let mut figure = Self {
            style,
            embed_font: options.embed_font,
            wording: options.wording,
            headline: headline.clone(),
            subtitle: subtitle.clone(),
            source,
            body_top: style.margin,
            body_bottom: style.height,
            marks: Vec::new(),
            placed: Vec::new(),
            tips: Vec::new(),
        };
        if options.wording == Wording::English {
            let set = Type::new(style.headline, style.text).bold();
            figure.paragraph(&headline, set, HEADLINE_LINES);
            let set = Type::new(style.subtitle, style.muted);
            figure.paragraph(&subtitle, set, SUBTITLE_LINES);
            figure.body_top += style.body * 0.6;
        }
        figure
    }

    fn paragraph(&mut self, words: &str, set: Type, lines: usize) {
        for line in set.wrap(words, self.style.inner_width(), lines) {
            let baseline = self.body_top + set.size;
            self.text(self.style.margin, baseline, &line, set);
            self.body_top += set.size * LEADING;
        }
        self.body_top += set.size * 0.2;
    }

    /// The style the figure is drawn in.
    pub(crate) fn style(&self) -> Style {
        self.style
    }

    /// The kind of its labels.
    pub(crate) fn wording(&self) -> Wording {
        self.wording
    }

    /// If no headline says what is drawn and when, adds a line that does, in the names of the
    /// tables.
    pub(crate) fn caption(&mut self, names: &str) {
        if self.wording == Wording::Neutral {
            let style = self.style;
            let set = Type::new(style.small, style.text);
            let names = set.fit(names, style.inner_width());
            let baseline = self.key_line(set.size);
            self.text(style.margin, baseline, &names, set);
        }
    }

    /// Keeps room for a full-width line of type below the header, before the body is asked for;
    /// returns its baseline.
    pub(crate) fn key_line(&mut self, size: f64) -> f64 {
        let baseline = self.body_top + size;
        self.body_top += size * LEADING + self.style.body * 0.5;
        baseline
    }

    /// Takes the room for the chart itself: at least `least` px high, and as high as the style's
    /// height allows.
    pub(crate) fn body(&mut self, least: f64) -> Rect {
        self.body_of_height(self.room().max(least))
    }

    /// The height that the style's height leaves for the chart itself.
    pub(crate) fn room(&self) -> f64 {
        self.style.height - self.body_top - self.footer()
    }

    /// Takes the room for a chart that is just as high as it needs to be.
    pub(crate) fn body_of_height(&mut self, height: f64) -> Rect {
        self.body_bottom = self.body_top + height;
        let style = &self.style;
        Rect::new(style.margin, self.body_top, style.width - style.margin, self.body_bottom)
    }

    fn footer(&self) -> f64 {
        self.style.source * (0.9 + LEADING * self.source.len() as f64) + self.style.margin * 0.7
    }

    /// Sets a line of type with its baseline at y.
    pub(crate) fn text(&mut self, x: f64, baseline: f64, words: &str, set: Type) {
        let words = text::settable(words);
        let width = set.width(&words);
        let left = match set.anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        };
        let (top, bottom) = (baseline - ASCENT * set.size, baseline + DESCENT * set.size);
        let area = Rect::new(left, top, left + width, bottom);
        self.place(area, (x, baseline), words, set, true);
    }

    /// Sets a line of type that reads upwards, centred on y, with its baseline at x.
    pub(crate) fn text_upwards(&mut self, x: f64, middle: f64, words: &str, set: Type) {
        let words = text::settable(words);
        let half = set.width(&words) / 2.0;
        let (left, right) = (x - ASCENT * set.size, x + DESCENT * set.size);
        let area = Rect::new(left, middle - half, right, middle + half);
        let set = set.at(Anchor::Middle);
        self.place(area, (x, middle), words, set, false);
    }

    /// Sets words, if there are any, that take up `area`.
    fn place(
        &mut self,
        area: Rect,
        (x, baseline): (f64, f64),
        words: String,
        set: Type,
        upright: bool,
    ) {
        if words.is_empty() {
            return;
        }
        self.placed.push(Placed { words: words.clone(), area, colour: set.colour });
        self.marks.push(Mark::Text { x, baseline, words, set, upright });
    }

    /// Sets a line of type centred on a point, in both directions.
    pub(crate) fn text_centred(&mut self, x: f64, y: f64, words: &str, set: Type) {
        const HALF_CAPITAL: f64 = 0.364;
        self.text(x, y + HALF_CAPITAL * set.size, words, set.at(Anchor::Middle));
    }

    /// Fills a polygon with a colour.
    pub(crate) fn area(&mut self, points: Vec<(f64, f64)>, colour: Rgb, opacity: f64) {
        if points.len() > 2 {
            self.marks.push(Mark::Area { points, colour, opacity });
        }
    }

    /// Fills the band between two lines over the same x; between two points, a bar.
    pub(crate) fn band(
        &mut self,
        low: &[(f64, f64)],
        high: &[(f64, f64)],
        colour: Rgb,
        opacity: f64,
    ) {
        let outline = match (low, high) {
            (&[(x, low)], &[(_, high)]) => {
                let half = 1.6 * self.style().line;
                vec![(x - half, low), (x + half, low), (x + half, high), (x - half, high)]
            }
            _ => low.iter().chain(high.iter().rev()).copied().collect(),
        };
        self.area(outline, colour, opacity);
    }

    /// Draws a line through points; one point alone is drawn as a dot.
    pub(crate) fn line(&mut self, points: Vec<(f64, f64)>, pen: Pen) {
        match points.as_slice() {
            [] => {}
            [(x, y)] => self.dot(*x, *y, 1.6 * pen.width, pen.colour),
            _ => self.marks.push(Mark::Line { points, pen }),
        }
    }

    /// Draws a straight line.
    pub(crate) fn segment(&mut self, from: (f64, f64), to: (f64, f64), colour: Rgb, width: f64) {
        self.marks.push(Mark::Line { points: vec![from, to], pen: Pen::solid(colour, width) });
    }

    /// Draws a plus or, if it is not `positive`, a minus that reaches so far from its middle.
    pub(crate) fn sign(&mut self, (x, y): (f64, f64), reach: f64, positive: bool, colour: Rgb) {
        /// The width of its strokes over its reach.
        const STROKE: f64 = 0.35;
        let width = STROKE * reach;
        self.segment((x - reach, y), (x + reach, y), colour, width);
        if positive {
            self.segment((x, y - reach), (x, y + reach), colour, width);
        }
    }

    /// Draws a filled dot.
    pub(crate) fn dot(&mut self, x: f64, y: f64, radius: f64, colour: Rgb) {
        self.marks.push(Mark::Dot { x, y, radius, colour });
    }

    /// Draws a dot with a paper-coloured middle.
    pub(crate) fn ring(&mut self, x: f64, y: f64, radius: f64, colour: Rgb) {
        self.dot(x, y, radius, colour);
        self.dot(x, y, radius * 0.6, PAPER);
    }

    /// Fills a rectangle.
    pub(crate) fn fill(&mut self, area: Rect, colour: Rgb) {
        self.marks.push(Mark::Box { area, colour });
    }

    /// Draws the outline of a rectangle, inside it.
    pub(crate) fn outline(&mut self, area: Rect, colour: Rgb, width: f64) {
        let h = width / 2.0;
        let (l, t, r, b) = (area.left + h, area.top + h, area.right - h, area.bottom - h);
        let points = vec![(l, t), (r, t), (r, b), (l, b), (l, t - h)];
        self.marks.push(Mark::Line { points, pen: Pen::solid(colour, width) });
    }

    /// Draws the dot of a mean, with a pale edge that sets it off from the line it is on.
    pub(crate) fn mean(&mut self, (x, y): (f64, f64), colour: Rgb) {
        self.dot(x, y, 1.9 * self.style.line, PAPER);
        self.dot(x, y, 1.4 * self.style.line, colour);
    }

    /// Adds words that a browser shows while the pointer rests on an area; nothing in print.
    pub(crate) fn tip(&mut self, area: Rect, words: impl Into<String>) {
        self.tips.push(Tip { area, words: words.into() });
    }

    /// Sets the source line and draws everything.
    ///
    /// `name` distinguishes the figure's ids from those of other figures on the same page. Those
    /// who do not see it hear the headline, the subtitle and `alt`, the numbers that the picture
    /// shows in whole sentences.
    ///
    /// # Errors
    /// [`PlotError::Draw`] if plotters fails.
    pub(crate) fn finish(mut self, name: &str, alt: &str) -> Result<Drawing, PlotError> {
        let style = self.style;
        let mut baseline = self.body_bottom + style.source * (0.9 + 1.0);
        let set = Type::new(style.source, style.muted);
        for line in std::mem::take(&mut self.source) {
            self.text(style.margin, baseline, &line, set);
            baseline += style.source * LEADING;
        }
        let height =
            (baseline - style.source * LEADING + DESCENT * style.source + style.margin * 0.7)
                .ceil();
        let height = if style.fits() { height.max(style.height) } else { height };
        let svg = self.render(height).map_err(PlotError::Draw)?;
        let svg = self.dress(&svg, name, alt, height);
        let Self { headline, subtitle, placed, .. } = self;
        let spoken = text::settable(alt);
        Ok(Drawing { svg, headline, subtitle, spoken, placed, size: (style.width, height) })
    }

    fn render(&self, height: f64) -> Result<String, Failure> {
        let mut svg = String::new();
        let size = (fine(self.style.width) as u32, fine(height) as u32);
        {
            let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
            root.fill(&rgb(PAPER))?;
            for mark in &self.marks {
                mark.draw(&root)?;
            }
            root.present()?;
        }
        Ok(svg)
    }
}

/// A drawn figure.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drawing {
    /// The whole SVG document.
    pub svg: String,
    /// The finding.
    pub headline: String,
    /// What is drawn.
    pub subtitle: String,
    /// The numbers that it shows, in whole sentences.
    pub spoken: String,
    /// Every text in it.
    pub placed: Vec<Placed>,
    /// The width and height in px.
    pub size: (f64, f64),
}
