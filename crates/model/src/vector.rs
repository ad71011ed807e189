//! Which vector instructions a quarter runs on: chosen when the program runs, so that a plain build
//! is fast everywhere. Every level gives the same bits.

use crate::model::Model;
use crate::quarter;
use crate::state::State;

/// A set of vector instructions that this machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level(Instructions);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Instructions {
    /// Whatever every processor of the architecture has.
    Baseline,
    /// 256-bit vectors on x86-64.
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Level {
    /// The levels that this machine has, the best one last.
    pub fn available() -> Vec<Self> {
        let baseline = Self(Instructions::Baseline);
        let best = Self::best();
        if best == baseline { vec![baseline] } else { vec![baseline, best] }
    }

    /// The best level that this machine has.
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            return Self(Instructions::Avx2);
        }
        Self(Instructions::Baseline)
    }

    /// Runs quarter `t`.
    #[inline]
    pub(crate) fn run(self, model: &Model, state: &mut State, t: u32) {
        match self.0 {
            Instructions::Baseline => quarter::run(model, state, t),
            #[cfg(target_arch = "x86_64")]
            #[expect(
                unsafe_code,
                reason = "four fifths of the baseline's time: benches/replicate.rs, level"
            )]
            // SAFETY: only `best` makes this level, and only where the processor has AVX2.
            Instructions::Avx2 => unsafe { run_avx2(model, state, t) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2(model: &Model, state: &mut State, t: u32) {
    quarter::run(model, state, t);
}
