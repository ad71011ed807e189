//! The features φ of a commitment, and a belief's reading of them (sections 1 and 3).

use crate::math::{Pack, Real};

/// How many features a commitment has: general, treaty, stake, exposure.
pub(crate) const FEATURES: usize = 4;

/// The features φ = (1, treaty, stake, exposure) of one commitment, or of a pack of them; the
/// first, the general one, is always 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Features<R> {
    pub(crate) treaty: R,
    pub(crate) stake: R,
    pub(crate) exposure: R,
}

impl<R: Real> Features<R> {
    /// φ·c for a vector of coefficients c.
    #[inline(always)]
    pub(crate) fn dot<C>(self, c: &[C; FEATURES]) -> R
    where
        C: Copy,
        R: std::ops::Mul<C, Output = R> + std::ops::Add<C, Output = R>,
    {
        let [general, treaty, stake, exposure] = *c;
        self.treaty * treaty + general + (self.stake * stake + self.exposure * exposure)
    }
}

/// The ten distinct entries of a symmetric 4×4 matrix, row by row: 00 01 02 03 11 12 13 22 23 33.
pub(crate) type Symmetric<C> = [C; 10];

/// M·φ for a symmetric matrix M.
#[inline(always)]
pub(crate) fn times<R, C>(m: &Symmetric<C>, f: Features<R>) -> [R; FEATURES]
where
    C: Copy,
    R: Real + std::ops::Mul<C, Output = R> + std::ops::Add<C, Output = R>,
{
    let row = |a, b, c, d| f.dot(&[a, b, c, d]);
    [
        row(m[0], m[1], m[2], m[3]),
        row(m[1], m[4], m[5], m[6]),
        row(m[2], m[5], m[7], m[8]),
        row(m[3], m[6], m[8], m[9]),
    ]
}

impl Features<Pack> {
    /// The same commitment in every lane.
    #[inline(always)]
    pub(crate) fn splat(f: Features<f64>) -> Self {
        Self {
            treaty: Pack::splat(f.treaty),
            stake: Pack::splat(f.stake),
            exposure: Pack::splat(f.exposure),
        }
    }

    /// The commitment in one lane.
    #[inline(always)]
    pub(crate) fn lane(self, lane: usize) -> Features<f64> {
        Features {
            treaty: self.treaty.0[lane],
            stake: self.stake.0[lane],
            exposure: self.exposure.0[lane],
        }
    }

    /// Puts a commitment into one lane.
    #[inline(always)]
    pub(crate) fn set_lane(&mut self, lane: usize, f: Features<f64>) {
        self.treaty.0[lane] = f.treaty;
        self.stake.0[lane] = f.stake;
        self.exposure.0[lane] = f.exposure;
    }
}
