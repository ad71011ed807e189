//! The random numbers of designs, bootstraps and uncertain parameters, kept separate from those of
//! every replicate.
//!
//! Replicate r of seed s owns ChaCha8 stream r under the key whose first 8 bytes are s and whose
//! other bytes are zero (section 4.9 of the model's ODD protocol). What is drawn here uses the same
//! generator and seed under another key: bytes 8 to 15 hold a [`Purpose`]'s name, so no stream is
//! ever shared with a replicate or between purposes. Within a purpose each parameter of a design,
//! each bootstrap resample, or each replicate that draws uncertain parameters has a stream of its
//! own, so that a number drawn depends on nothing but (seed, purpose, stream, position).

use article5_model::math::open_unit;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What random numbers are drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Latin hypercubes, the scrambling of Sobol points, Morris trajectories.
    Design,
    /// Resamples of design points.
    Bootstrap,
    /// The uncertain parameters of each replicate.
    Uncertainty,
}

impl Purpose {
    /// The second word of the key, never zero.
    fn tag(self) -> [u8; 8] {
        match self {
            Self::Design => *b"design..",
            Self::Bootstrap => *b"bootstr.",
            Self::Uncertainty => *b"uncert..",
        }
    }
}

/// A stream of uniform numbers.
pub(crate) struct Draws(ChaCha8Rng);

impl Draws {
    /// Opens stream `stream` of `purpose` under the experiment's `seed`, at its start.
    pub(crate) fn new(seed: u64, purpose: Purpose, stream: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&purpose.tag());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(stream);
        Self(generator)
    }

    /// Draws 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Draws a uniform number, never 0 or 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        open_unit(self.bits())
    }

    /// Draws a whole number from 0 to `n` − 1, each with a probability within 2⁻⁶⁴ of 1/`n`: the
    /// high word of bits × n. 0 if `n` is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let product = u128::from(self.bits()) * n as u128;
        (product >> 64) as usize
    }

    /// Puts `items` in random order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let chosen = self.below(last + 1);
            items.swap(last, chosen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_of_a_design_is_no_stream_of_a_replicate() {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&2026_u64.to_le_bytes());
        let replicate = ChaCha8Rng::from_seed(key).next_u64();
        let design = Draws::new(2026, Purpose::Design, 0).bits();
        let bootstrap = Draws::new(2026, Purpose::Bootstrap, 0).bits();
        assert!(replicate != design && design != bootstrap && bootstrap != replicate);
    }

    #[test]
    fn whole_numbers_are_equally_likely() {
        let mut draws = Draws::new(1, Purpose::Design, 0);
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[draws.below(7)] += 1;
        }
        // Chi-squared with 6 degrees of freedom: 22.5 is exceeded once in a thousand seeds.
        let statistic: f64 =
            counts.iter().map(|&n| (f64::from(n) - 10_000.0).powi(2) / 10_000.0).sum();
        assert!(statistic < 22.5, "{counts:?}");
    }
}
