//! How the charts look: type sizes, colours and number formats, in one place.

use crate::colour::Rgb;

/// Where a chart will be used, which sets its width and the size of its type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// The text column of a printed report, 16 cm wide: body type of 8 points.
    #[default]
    Report,
    /// 16 to 9, the PNG 1920 by 1080 pixels: type shrinks until the chart fits, body type to no
    /// less than 9 points on a slide 34 cm wide. A chart that does not fit even so is higher.
    Slide,
    /// A poster, on which a chart is 32 cm wide: few words, thick lines.
    Poster,
}

impl Size {
    /// How wide the chart is where it is shown, in metres.
    pub(crate) fn metres(self) -> f64 {
        match self {
            Self::Report => 0.16,
            // Slides of 16 to 9 are 13⅓ inches wide.
            Self::Slide => 0.3387,
            Self::Poster => 0.32,
        }
    }
}

/// How the chart will be shown or printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ink {
    /// Colour on white, for screens and colour print.
    #[default]
    Light,
    /// Darker type, greys and rules.
    Print,
}

/// Sizes, in px of the drawing, and colours. All charts take them from here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    pub(crate) size: Size,
    pub(crate) ink: Ink,
    pub(crate) width: f64,
    /// The height of a chart whose content does not need more.
    pub(crate) height: f64,
    pub(crate) margin: f64,
    pub(crate) headline: f64,
    pub(crate) subtitle: f64,
    pub(crate) body: f64,
    pub(crate) small: f64,
    pub(crate) source: f64,
    /// The width of an emphasised line.
    pub(crate) line: f64,
    pub(crate) rule: f64,
    pub(crate) text: Rgb,
    pub(crate) muted: Rgb,
    pub(crate) axis: Rgb,
    pub(crate) grid: Rgb,
    pub(crate) context: Rgb,
    pub(crate) empty: Rgb,
}

/// The line spacing as a multiple of the type size.
pub(crate) const LEADING: f64 = 1.3;
/// The opacity of the wide (90 %) band of a fan, and of an interval band.
pub(crate) const BAND_WIDE: f64 = 0.14;
/// The opacity of the narrow (50 %) band of a fan.
pub(crate) const BAND_NARROW: f64 = 0.26;
/// The background of every chart.
pub(crate) const PAPER: Rgb = Rgb(0xFF, 0xFF, 0xFF);

/// The colours of series. The lightness of any two differs, so that they stay apart in grey print.
pub(crate) const DARK: Rgb = Rgb(0x22, 0x22, 0x22);
pub(crate) const ORANGE: Rgb = Rgb(0xC4, 0x4E, 0x00);
pub(crate) const BLUE: Rgb = Rgb(0x00, 0x5A, 0x9C);
pub(crate) const GREEN: Rgb = Rgb(0x2F, 0xA3, 0x6F);

/// The same in the order in which scenarios take them, the reference first.
pub(crate) const SERIES: [Rgb; 4] = [DARK, ORANGE, BLUE, GREEN];

/// What a line is drawn with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pen {
    /// The colour.
    pub colour: Rgb,
    /// The width, px.
    pub width: f64,
    /// The lengths of ink and gap, px; `None` for a solid line.
    pub dash: Option<(f64, f64)>,
}

impl Pen {
    /// A pen for a solid line.
    pub(crate) fn solid(colour: Rgb, width: f64) -> Self {
        Self { colour, width, dash: None }
    }
}

impl Style {
    /// The style for a size and an ink.
    pub fn new(size: Size, ink: Ink) -> Self {
        let sized = |report: f64, slide: f64, poster: f64| match size {
            Size::Report => report,
            Size::Slide => slide,
            Size::Poster => poster,
        };
        let grey = |light: u8, print: u8| match ink {
            Ink::Light => Rgb(light, light, light),
            Ink::Print => Rgb(print, print, print),
        };
        Self {
            size,
            ink,
            width: sized(640.0, 960.0, 1200.0),
            height: sized(400.0, 540.0, 760.0),
            margin: sized(14.0, 24.0, 30.0),
            headline: sized(16.0, 24.0, 32.0),
            subtitle: sized(11.0, 15.5, 20.0),
            body: sized(11.0, 15.0, 20.0),
            small: sized(9.5, 13.0, 17.0),
            source: sized(8.5, 11.0, 14.0),
            line: sized(1.6, 2.4, 3.4),
            rule: sized(0.8, 1.2, 1.7),
            text: grey(0x22, 0x00),
            muted: grey(0x63, 0x33),
            axis: grey(0x33, 0x00),
            grid: grey(0xDC, 0xC8),
            context: grey(0x94, 0x80),
            empty: grey(0xE4, 0xE4),
        }
    }

    /// The width between the margins.
    pub(crate) fn inner_width(&self) -> f64 {
        self.width - 2.0 * self.margin
    }

    /// Whether its height is that of the page, which a chart fills, and exceeds only if no smaller
    /// type helps.
    pub(crate) fn fits(&self) -> bool {
        self.size == Size::Slide
    }

    /// The style of the pages of a chart that may have several; `None` for a poster, which is one.
    pub(crate) fn page(&self) -> Option<Self> {
        /// As wide as a report's charts, 23.5 cm high, which leaves room for a caption on A4; the
        /// smallest type has 7 points.
        const REPORT: (f64, f64) = (940.0, 1.19);
        /// The smallest type has 8 points on a slide 34 cm wide.
        const ON_SLIDES: f64 = 0.75;
        let (height, times) = match self.size {
            Size::Report => REPORT,
            Size::Slide => (self.height, ON_SLIDES),
            Size::Poster => return None,
        };
        Some(Self { height, ..self.scaled(times) })
    }

    /// The same on a page of the same size, with margins, type and lines `times` as large.
    pub(crate) fn scaled(mut self, times: f64) -> Self {
        let Self { margin, headline, subtitle, body, small, source, line, rule, .. } = &mut self;
        for size in [margin, headline, subtitle, body, small, source, line, rule] {
            *size *= times;
        }
        self
    }

    /// The colour for type that names a series: that of the series, but dark enough to read on
    /// white.
    pub(crate) fn label(&self, series: Rgb) -> Rgb {
        const LEGIBLE: f64 = 4.5;
        const STEPS: u32 = 10;
        (0..=STEPS)
            .map(|step| series.mix(Rgb(0, 0, 0), f64::from(step) / f64::from(STEPS)))
            .find(|c| c.contrast(PAPER) >= LEGIBLE)
            .unwrap_or(self.text)
    }

    /// The pen of the series of a colour, whose dash tells it from the others without colour.
    pub(crate) fn pen(&self, series: Rgb) -> Pen {
        let dash = match series {
            ORANGE => Some((8.0, 2.5)),
            BLUE => Some((4.0, 2.5)),
            GREEN => Some((1.5, 2.0)),
            _ => None,
        };
        let in_px = |(ink, gap)| (ink * self.line, gap * self.line);
        Pen { dash: dash.map(in_px), ..Pen::solid(series, self.line) }
    }
}

impl Default for Style {
    fn default() -> Self {
        Self::new(Size::default(), Ink::default())
    }
}

/// The least contrast with the background of what a chart draws with: WCAG 2.2, success criterion
/// 1.4.11.
#[cfg(test)]
pub(crate) const GRAPHICS: f64 = 3.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_dots_stand_out_from_the_paper() {
        for ink in [Ink::Light, Ink::Print] {
            let Style { axis, context, .. } = Style::new(Size::Report, ink);
            for colour in SERIES.into_iter().chain([axis, context]) {
                assert!(colour.contrast(PAPER) >= GRAPHICS, "{colour:?} with {ink:?}");
            }
        }
    }

    #[test]
    fn every_series_has_a_dash_of_its_own_whatever_the_ink() {
        for ink in [Ink::Light, Ink::Print] {
            let style = Style::new(Size::Report, ink);
            let dashes = SERIES.map(|series| style.pen(series).dash);
            for (series, dash) in dashes.iter().enumerate() {
                assert!(!dashes[..series].contains(dash), "{series} with {ink:?}");
            }
        }
    }
}
