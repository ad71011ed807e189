//! Which vector instructions a quarter runs on: chosen when the program runs, so that a plain build
//! is fast everywhere. Every level gives the same bits.

use crate::model::Model;
use crate::quarter;
use crate::state::State;

/// A set of vector instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Whatever every processor of the architecture has.
    Baseline,
    /// 256-bit vectors on x86-64.
    Avx2,
}

impl Level {
    /// The levels that this machine has, the best one last.
    pub fn available() -> Vec<Self> {
        let mut levels = vec![Self::Baseline];
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            levels.push(Self::Avx2);
        }
        levels
    }

    /// The best level that this machine has.
    pub fn best() -> Self {
        Self::available().last().copied().unwrap_or(Self::Baseline)
    }

    /// Runs quarter `t`.
    #[inline]
    pub(crate) fn run(self, model: &Model, state: &mut State, t: u32) {
        match self {
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "four times as fast as the baseline on x86-64")]
            // SAFETY: a model takes only levels from `available`, which asked the processor.
            Self::Avx2 => unsafe { run_avx2(model, state, t) },
            _ => quarter::run(model, state, t),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2(model: &Model, state: &mut State, t: u32) {
    quarter::run(model, state, t);
}
