//! Which vector instructions a quarter runs on: chosen when the program runs, so that a plain build
//! is fast everywhere. Every level gives the same bits.

use crate::math::Pack;
#[cfg(target_arch = "x86_64")]
use crate::math::{Avx2, Avx512};
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
    /// 512-bit vectors on x86-64.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    /// The levels that this machine has, the best one last.
    pub fn available() -> Vec<Self> {
        let mut levels = vec![Self(Instructions::Baseline)];
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::is_x86_feature_detected as has;
            if has!("avx2") && has!("fma") && has!("popcnt") {
                levels.push(Self(Instructions::Avx2));
                if has!("avx512f") && has!("avx512dq") && has!("avx512vl") {
                    levels.push(Self(Instructions::Avx512));
                }
            }
        }
        levels
    }

    /// The best level that this machine has.
    pub fn best() -> Self {
        Self::available().pop().unwrap_or(Self(Instructions::Baseline))
    }

    /// Runs quarter `t`.
    #[inline]
    pub(crate) fn run(self, model: &Model, state: &mut State, t: u32) {
        match self.0 {
            Instructions::Baseline => quarter::run::<Pack>(model, state, t),
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "a fraction of the baseline's time: PERFORMANCE.md")]
            // SAFETY: only `available` makes this level, and only where the processor has AVX2.
            Instructions::Avx2 => unsafe { run_avx2(model, state, t) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "three quarters of the time of AVX2: PERFORMANCE.md")]
            // SAFETY: only `available` makes this level, and only where the processor has AVX-512.
            Instructions::Avx512 => unsafe { run_avx512(model, state, t) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,popcnt")]
fn run_avx2(model: &Model, state: &mut State, t: u32) {
    quarter::run::<Avx2>(model, state, t);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,popcnt,avx512f,avx512dq,avx512vl")]
fn run_avx512(model: &Model, state: &mut State, t: u32) {
    quarter::run::<Avx512>(model, state, t);
}
