//! Which vector instructions a computation runs on: chosen when the program runs, so that a plain
//! build is fast everywhere. Every level gives the same bits.

#[cfg(target_arch = "x86_64")]
mod x86;

use crate::math::{Pack, Vector};
#[cfg(target_arch = "x86_64")]
use x86::{Avx2, Avx512};

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
    /// The same on processors that gather numbers from tables quickly.
    #[cfg(target_arch = "x86_64")]
    Avx512Gather,
}

impl Level {
    /// The levels that this machine has, the best one last.
    pub fn available() -> Vec<Self> {
        [vec![Self(Instructions::Baseline)], Self::wide()].concat()
    }

    /// Those above the baseline.
    #[cfg(target_arch = "x86_64")]
    fn wide() -> Vec<Self> {
        use std::arch::is_x86_feature_detected as has;
        let wide = has!("avx2") && has!("fma") && has!("popcnt");
        let wider = wide && has!("avx512f") && has!("avx512dq") && has!("avx512vl");
        // No flag says how fast gathers are. Half precision came with Intel's first server
        // processors on which they are fast (Sapphire Rapids, 2023). On earlier ones they are
        // slowed by the mitigation of Downfall; on AMD's up to Zen 5, which lack half precision,
        // they are made of many small steps. If the flag misleads, a run takes a little longer.
        let gathers = wider && has!("avx512fp16");
        let levels = [
            (wide, Instructions::Avx2),
            (wider, Instructions::Avx512),
            (gathers, Instructions::Avx512Gather),
        ];
        levels.into_iter().filter(|(there, _)| *there).map(|(_, level)| Self(level)).collect()
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn wide() -> Vec<Self> {
        Vec::new()
    }

    /// The best level that this machine has.
    pub fn best() -> Self {
        Self::available().pop().unwrap_or(Self(Instructions::Baseline))
    }

    /// Computes something on this level's vectors.
    #[inline]
    pub fn compute<T: Task>(self, task: T) -> T::Output {
        match self.0 {
            Instructions::Baseline => task.on::<Pack>(),
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "a fraction of the baseline's time: PERFORMANCE.md")]
            // SAFETY: only `available` makes these levels, and only if the processor has them.
            Instructions::Avx2 => unsafe { on_avx2(task) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "less than the time of AVX2: PERFORMANCE.md")]
            // SAFETY: as above.
            Instructions::Avx512 => unsafe { on_avx512::<_, false>(task) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "less than the time without gathers: PERFORMANCE.md")]
            // SAFETY: as above.
            Instructions::Avx512Gather => unsafe { on_avx512::<_, true>(task) },
        }
    }
}

/// Prefetches what will soon be needed into the second-level cache, which can await more lines at
/// once than the first. No result changes; where the processor cannot prefetch, nothing happens.
///
/// ```
/// use article5_model::vector::fetch;
///
/// let numbers = vec![1.0; 64];
/// fetch(&numbers);
/// assert_eq!(numbers.iter().sum::<f64>(), 64.0);
/// ```
#[inline(always)]
pub fn fetch<T>(soon: &[T]) {
    #[cfg(target_arch = "x86_64")]
    for line in (0..soon.as_ptr().addr() % LINE + size_of_val(soon)).step_by(LINE) {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        let line = soon.as_ptr().wrapping_byte_add(line);
        #[expect(
            unsafe_code,
            reason = "tallies wait less for memory that others use: PERFORMANCE.md"
        )]
        // SAFETY: a prefetch is a hint, which reads and writes nothing and never faults.
        unsafe {
            _mm_prefetch::<_MM_HINT_T1>(line.cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = soon;
}

/// The bytes that are fetched together.
pub const LINE: usize = 64;

/// Something to compute, written once for all kinds of vectors.
///
/// ```
/// use article5_model::math::{Pack, Vector};
/// use article5_model::vector::{Level, Task};
///
/// struct Sum<'a>(&'a [Pack]);
///
/// impl Task for Sum<'_> {
///     type Output = f64;
///     #[inline(always)]
///     fn on<V: Vector>(self) -> f64 {
///         self.0.iter().fold(V::splat(0.0), |sum, pack| sum + V::load(pack)).sum()
///     }
/// }
///
/// let sums = Level::available().into_iter().map(|level| level.compute(Sum(&[Pack::ONE; 5])));
/// assert!(sums.into_iter().all(|sum| sum == 40.0));
/// ```
pub trait Task {
    /// What it comes to.
    type Output;

    /// Computes on vectors of one kind. It and all it calls must be `#[inline(always)]`: so it is
    /// compiled for their instructions.
    fn on<V: Vector>(self) -> Self::Output;
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,popcnt")]
fn on_avx2<T: Task>(task: T) -> T::Output {
    task.on::<Avx2>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,popcnt,avx512f,avx512dq,avx512vl")]
fn on_avx512<T: Task, const GATHER: bool>(task: T) -> T::Output {
    task.on::<Avx512<GATHER>>()
}
