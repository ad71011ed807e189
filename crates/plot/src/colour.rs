//! Colours: the sRGB triple, its lightness and contrast.

/// An sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rgb(pub(crate) u8, pub(crate) u8, pub(crate) u8);

impl Rgb {
    /// Mixes `share` (0 to 1) of the other colour into this one, in sRGB.
    pub(crate) fn mix(self, other: Self, share: f64) -> Self {
        let mix =
            |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    /// Relative luminance Y of WCAG 2, 0 (black) to 1 (white).
    pub(crate) fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Contrast ratio of WCAG 2 between two colours, 1 to 21.
    pub(crate) fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        a.max(b) / a.min(b)
    }

    /// The colour's linear-light components, 0 to 1 (IEC 61966-2-1).
    pub(crate) fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|byte| {
            let c = f64::from(byte) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { libm::pow((c + 0.055) / 1.055, 2.4) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::SERIES;

    /// Viewers: normal sight, then the severity-1 matrices of Machado, Oliveira and Fernandes
    /// (2009), "A physiologically-based model for simulation of color vision deficiency", IEEE
    /// TVCG 15(6), for linear-light sRGB.
    const SIGHTS: [(&str, [[f64; 3]; 3]); 4] = [
        ("normal", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "protanopia",
            [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ],
        ),
        (
            "deuteranopia",
            [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ],
        ),
        (
            "tritanopia",
            [
                [1.255528, -0.076749, -0.178779],
                [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ],
        ),
    ];

    /// CIE 1976 L*a*b* (D65) of linear-light sRGB.
    fn lab(linear: [f64; 3]) -> [f64; 3] {
        let [r, g, b] = linear.map(|c| c.clamp(0.0, 1.0));
        let f = |t: f64| {
            if t > 216.0 / 24389.0 { libm::cbrt(t) } else { (24389.0 / 27.0 * t + 16.0) / 116.0 }
        };
        let x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
        let y = f(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
        let z = f((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn seen(colour: Rgb, matrix: &[[f64; 3]; 3]) -> [f64; 3] {
        let c = colour.linear();
        lab([0, 1, 2].map(|i| (0..3).map(|j| matrix[i][j] * c[j]).sum()))
    }

    /// ΔE*ab of CIE 1976.
    fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
        (0..3).map(|i| (a[i] - b[i]) * (a[i] - b[i])).sum::<f64>().sqrt()
    }

    #[test]
    fn lightness_agrees_with_published_values_of_the_srgb_primaries() {
        // Lindbloom's colour calculator, D65: red 53.24, green 87.74, blue 32.30.
        for (colour, lightness) in
            [(Rgb(255, 0, 0), 53.24), (Rgb(0, 255, 0), 87.74), (Rgb(0, 0, 255), 32.30)]
        {
            assert!((lab(colour.linear())[0] - lightness).abs() < 0.01);
        }
    }

    #[test]
    fn any_two_series_stay_20_apart_to_every_eye_and_10_apart_in_grey_print() {
        for (i, a) in SERIES.iter().enumerate() {
            for b in &SERIES[..i] {
                for (sight, matrix) in &SIGHTS {
                    let apart = distance(seen(*a, matrix), seen(*b, matrix));
                    assert!(apart >= 20.0, "{a:?} and {b:?} are {apart:.0} apart to {sight}");
                }
                let grey = (lab(a.linear())[0] - lab(b.linear())[0]).abs();
                assert!(grey >= 10.0, "{a:?} and {b:?} are {grey:.0} apart in grey");
            }
        }
    }

    #[test]
    fn a_ramp_goes_one_way_in_lightness_to_every_eye_and_spans_half_of_it() {
        for ramp in [crate::ramp::SEQUENTIAL, crate::ramp::ALARM] {
            for (sight, matrix) in &SIGHTS {
                let lightness: Vec<f64> =
                    (0..=50).map(|k| seen(ramp.at(f64::from(k) / 50.0), matrix)[0]).collect();
                assert!(lightness.windows(2).all(|pair| pair[1] < pair[0]), "{ramp:?} {sight}");
                assert!(lightness[0] - lightness[50] > 50.0, "{ramp:?} {sight}");
            }
        }
    }

    #[test]
    fn a_loss_is_40_apart_from_the_gain_of_its_size_to_every_eye() {
        let ramp = crate::ramp::DIVERGING;
        for (sight, matrix) in &SIGHTS {
            for share in [0.0, 0.1, 0.2, 0.25] {
                let [loss, gain] = [share, 1.0 - share].map(|at| seen(ramp.at(at), matrix));
                assert!(distance(loss, gain) >= 40.0, "{share} {sight}: {}", distance(loss, gain));
            }
        }
    }

    #[test]
    fn black_on_white_has_the_highest_contrast() {
        assert!((Rgb(0, 0, 0).contrast(Rgb(255, 255, 255)) - 21.0).abs() < 1e-9);
    }
}
