//! Which vector instructions a quarter runs on: chosen when the program runs, so that a plain build
//! is fast everywhere. Every level gives the same bits.

use crate::math::Pack;
use crate::model::Model;
use crate::state::State;
use crate::{quarter, tiers};

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
            // SAFETY: only `available` makes these levels, where the processor has them.
            Instructions::Avx2 => unsafe { avx2::run(model, state, t) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "less than the time of AVX2: PERFORMANCE.md")]
            // SAFETY: as above.
            Instructions::Avx512 => unsafe { avx512::run(model, state, t) },
        }
    }

    /// P(full | attack) at the allies of pack `j` in the eyes of one ally.
    #[inline]
    pub(crate) fn cover_seen_by(self, model: &Model, state: &State, ally: usize, j: usize) -> Pack {
        match self.0 {
            Instructions::Baseline => tiers::cover_seen_by::<Pack>(model, state, ally, j),
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "a fraction of the baseline's time: PERFORMANCE.md")]
            // SAFETY: as in `run`.
            Instructions::Avx2 => unsafe { avx2::cover_seen_by(model, state, ally, j) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "less than the time of AVX2: PERFORMANCE.md")]
            // SAFETY: as in `run`.
            Instructions::Avx512 => unsafe { avx512::cover_seen_by(model, state, ally, j) },
        }
    }
}

/// The vector loops compiled for a set of instructions.
#[cfg(target_arch = "x86_64")]
macro_rules! compiled_for {
    ($name:ident: $Vector:ident, $features:literal) => {
        mod $name {
            use crate::math::{Pack, Vector as _, $Vector};
            use crate::model::Model;
            use crate::state::State;
            use crate::{quarter, tiers};

            #[target_feature(enable = $features)]
            pub(super) fn run(model: &Model, state: &mut State, t: u32) {
                quarter::run::<$Vector>(model, state, t);
            }

            #[target_feature(enable = $features)]
            pub(super) fn cover_seen_by(
                model: &Model,
                state: &State,
                ally: usize,
                j: usize,
            ) -> Pack {
                tiers::cover_seen_by::<$Vector>(model, state, ally, j).store()
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
compiled_for!(avx2: Avx2, "avx2,fma,popcnt");
#[cfg(target_arch = "x86_64")]
compiled_for!(avx512: Avx512, "avx2,fma,popcnt,avx512f,avx512dq,avx512vl");
