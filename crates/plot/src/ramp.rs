//! Colour scales for maps and matrices, and the strip that explains them.

use crate::colour::Rgb;
use crate::figure::{Anchor, Figure, Rect, Type};
use crate::style::PAPER;

/// A scale of colours from 0 to 1, mixed in sRGB between fixed stops at even distances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ramp {
    stops: &'static [Rgb],
}

/// More of a thing is darker: the upper eight of ColorBrewer's nine Blues.
pub(crate) const SEQUENTIAL: Ramp = Ramp {
    stops: &[
        Rgb(0xDE, 0xEB, 0xF7),
        Rgb(0xC6, 0xDB, 0xEF),
        Rgb(0x9E, 0xCA, 0xE1),
        Rgb(0x6B, 0xAE, 0xD6),
        Rgb(0x42, 0x92, 0xC6),
        Rgb(0x21, 0x71, 0xB5),
        Rgb(0x08, 0x51, 0x9C),
        Rgb(0x08, 0x30, 0x6B),
    ],
};

/// More of something unwelcome is darker: the upper eight of ColorBrewer's nine Oranges.
pub(crate) const ALARM: Ramp = Ramp {
    stops: &[
        Rgb(0xFE, 0xE6, 0xCE),
        Rgb(0xFD, 0xD0, 0xA2),
        Rgb(0xFD, 0xAE, 0x6B),
        Rgb(0xFD, 0x8D, 0x3C),
        Rgb(0xF1, 0x69, 0x13),
        Rgb(0xD9, 0x48, 0x01),
        Rgb(0xA6, 0x36, 0x03),
        Rgb(0x7F, 0x27, 0x04),
    ],
};

/// Losses are orange, gains blue, no change pale: the orange half of ColorBrewer's PuOr and the
/// blue half of its RdBu.
pub(crate) const DIVERGING: Ramp = Ramp { stops: &LOSS_TO_GAIN };

/// The same of something unwelcome: less of it is blue, more orange.
pub(crate) const DIVERGING_ALARM: Ramp = Ramp { stops: &GAIN_TO_LOSS };

const LOSS_TO_GAIN: [Rgb; 9] = [
    Rgb(0xB3, 0x58, 0x06),
    Rgb(0xE0, 0x82, 0x14),
    Rgb(0xFD, 0xB8, 0x63),
    Rgb(0xFE, 0xE0, 0xB6),
    Rgb(0xF7, 0xF7, 0xF7),
    Rgb(0xD1, 0xE5, 0xF0),
    Rgb(0x92, 0xC5, 0xDE),
    Rgb(0x43, 0x93, 0xC3),
    Rgb(0x21, 0x66, 0xAC),
];

const GAIN_TO_LOSS: [Rgb; 9] = {
    let [a, b, c, d, e, f, g, h, i] = LOSS_TO_GAIN;
    [i, h, g, f, e, d, c, b, a]
};

impl Ramp {
    /// The colour at a share of the scale; beyond an end, the colour of that end.
    pub(crate) fn at(&self, share: f64) -> Rgb {
        let steps = self.stops.len().saturating_sub(1);
        let place = share.clamp(0.0, 1.0) * steps as f64;
        let below = (place as usize).min(steps.saturating_sub(1));
        match self.stops.get(below..) {
            Some([from, to, ..]) => from.mix(*to, place - below as f64),
            Some([only]) => *only,
            _ => PAPER,
        }
    }
}

/// The colour of type on a background, black or white, whichever reads better: the contrast is at
/// least 4.58, which no other two colours reach on every background.
pub(crate) fn ink_on(background: Rgb) -> Rgb {
    let dark = Rgb(0, 0, 0);
    if dark.contrast(background) >= PAPER.contrast(background) { dark } else { PAPER }
}

/// What a colour of a ramp stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ColourScale {
    /// The colours.
    pub ramp: Ramp,
    /// The value of the first colour.
    pub low: f64,
    /// The value of the last colour.
    pub high: f64,
}

impl ColourScale {
    /// The colour of a value; the middle one if the scale has no extent.
    pub(crate) fn colour(&self, value: f64) -> Rgb {
        let extent = self.high - self.low;
        if extent > 0.0 { self.ramp.at((value - self.low) / extent) } else { self.ramp.at(0.5) }
    }

    /// Draws a key above the body, before the body is asked for: what the colours mean, then a
    /// strip of them between its two end values. Returns where the strip is.
    pub(crate) fn key(
        &self,
        figure: &mut Figure,
        meaning: &str,
        label: &dyn Fn(f64) -> String,
    ) -> Rect {
        const BOXES: u32 = 48;
        const STRIP: f64 = 11.0;
        let style = figure.style();
        let set = Type::new(style.small, style.muted);
        let baseline = figure.key_line(style.small);
        let (low, high) = (label(self.low), label(self.high));
        let strip = STRIP * style.small;
        let gap = 0.6 * style.small;
        let ends = set.width(&low) + set.width(&high) + strip + 3.0 * gap;
        let room = style.inner_width() - ends;
        let meaning = set.fit(meaning, room);
        let mut x = style.margin;
        figure.text(x, baseline, &meaning, set);
        x += set.width(&meaning) + 2.0 * gap;
        figure.text(x, baseline, &low, set);
        x += set.width(&low) + gap;
        let (top, bottom) = (baseline - 0.8 * style.small, baseline + 0.1 * style.small);
        for k in 0..BOXES {
            let left = x + strip * f64::from(k) / f64::from(BOXES);
            let colour = self.ramp.at(f64::from(k) / f64::from(BOXES - 1));
            // Each box reaches to the end of the strip, below the later ones, so that no seam
            // shows.
            figure.fill(Rect::new(left, top, x + strip, bottom), colour);
        }
        figure.text(x + strip + gap, baseline, &high, set.at(Anchor::Start));
        Rect::new(x, top, x + strip, bottom)
    }
}
