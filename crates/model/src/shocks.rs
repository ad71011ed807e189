//! The draws: (seed, replicate, quarter, purpose) → a uniform number (ODD 4.9).
//!
//! Replicate r of seed s owns ChaCha8 stream r under key s, and block t of that stream holds the
//! eight draws of quarter t. So a draw depends on nothing else: every scenario meets the same
//! shocks, however the work is cut.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::math::{inverse_cdf, open_unit};

/// What a draw of a quarter decides: u0 to u6 of ODD 4.9 (u7 is spare).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// ε of Washington's answer to Moscow.
    Answer = 0,
    /// Moscow's choice.
    Choice = 1,
    /// Whether an incident occurs.
    Incident = 2,
    /// ε of Washington's answer to an incident.
    IncidentAnswer = 3,
    /// Whether a war ends.
    WarEnd = 4,
    /// Who prevails in a war that ends.
    WarOutcome = 5,
    /// Whether the administration changes kind.
    Election = 6,
}

/// Draws per quarter.
const DRAWS: usize = 8;

/// All draws of one replicate.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shocks {
    /// Block 0 for Washington's type, then one block a quarter.
    blocks: Vec<[f64; DRAWS]>,
}

impl Shocks {
    /// Fills in the draws of a replicate, reusing the memory of the last one.
    pub(crate) fn draw(&mut self, seed: u64, replicate: u64, quarters: u32) {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut stream = ChaCha8Rng::from_seed(key);
        stream.set_stream(replicate);
        self.blocks.resize(quarters as usize + 1, [0.0; DRAWS]);
        let draws = self.blocks.as_flattened_mut();
        // First the bits of the stream as they come, then each draw in place of its bits.
        stream.fill_bytes(bytemuck::cast_slice_mut(draws));
        for draw in draws {
            *draw = open_unit(u64::from_le(draw.to_bits()));
        }
    }

    /// The uniform draw of a quarter (from 1) for a purpose, strictly between 0 and 1.
    pub(crate) fn uniform(&self, quarter: u32, purpose: Purpose) -> f64 {
        self.blocks[quarter as usize][purpose as usize]
    }

    /// The standard normal draw of a quarter for a purpose.
    pub(crate) fn normal(&self, quarter: u32, purpose: Purpose) -> f64 {
        inverse_cdf(self.uniform(quarter, purpose))
    }

    /// The standard normal draw behind coefficient `k` of Washington's type: general, treaty,
    /// stake, exposure.
    pub(crate) fn type_draw(&self, k: usize) -> f64 {
        inverse_cdf(self.blocks[0][k])
    }
}
