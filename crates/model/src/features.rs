//! The features φ of a commitment, and a belief's reading of them (ODD 2 and 7.3).

use crate::math::{Pack, Real, Vector};

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
    pub(crate) fn dot(self, c: &[R; FEATURES]) -> R {
        let [general, treaty, stake, exposure] = *c;
        self.treaty.mul_add(treaty, general) + self.stake.mul_add(stake, self.exposure * exposure)
    }

    /// The same with coefficients that all commitments share.
    #[inline(always)]
    pub(crate) fn dot_shared(self, c: &[f64; FEATURES]) -> R {
        let [general, treaty, stake, exposure] = *c;
        self.dot(&[R::splat(general), R::splat(treaty), R::splat(stake), R::splat(exposure)])
    }
}

/// How many distinct entries a symmetric 4×4 matrix has.
pub(crate) const ENTRIES: usize = FEATURES * (FEATURES + 1) / 2;

/// The distinct entries of a symmetric 4×4 matrix, row by row: 00 01 02 03 11 12 13 22 23 33.
pub(crate) type Symmetric<C> = [C; ENTRIES];

/// Where its diagonal is.
pub(crate) const DIAGONAL: [usize; FEATURES] = [0, 4, 7, 9];

/// φᵀMφ for a symmetric matrix M.
#[inline(always)]
pub(crate) fn quadratic<R: Real>(m: &Symmetric<R>, f: Features<R>) -> R {
    let Features { treaty, stake, exposure } = f;
    let at_treaty = treaty.mul_add(m[4], stake.mul_add(m[5] + m[5], exposure * (m[6] + m[6])));
    let at_stake = stake.mul_add(m[7], exposure.mul_add(m[8] + m[8], m[2] + m[2]));
    let at_exposure = exposure.mul_add(m[9], m[3] + m[3]);
    let of_treaty = treaty.mul_add(at_treaty + (m[1] + m[1]), m[0]);
    of_treaty + stake.mul_add(at_stake, exposure * at_exposure)
}

/// M·φ for a symmetric matrix M.
#[inline(always)]
pub(crate) fn times<R: Real>(m: &Symmetric<R>, f: Features<R>) -> [R; FEATURES] {
    [
        f.dot(&[m[0], m[1], m[2], m[3]]),
        f.dot(&[m[1], m[4], m[5], m[6]]),
        f.dot(&[m[2], m[5], m[7], m[8]]),
        f.dot(&[m[3], m[6], m[8], m[9]]),
    ]
}

/// A quadratic form over the allies, whose treaty feature is 1: a polynomial in stake and exposure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AtTreaty<R> {
    pub(crate) constant: R,
    pub(crate) stake: R,
    pub(crate) exposure: R,
    pub(crate) stake_squared: R,
    pub(crate) stake_exposure: R,
    pub(crate) exposure_squared: R,
}

impl<R: Real> AtTreaty<R> {
    /// φᵀMφ for a symmetric matrix M.
    #[inline(always)]
    pub(crate) fn new(m: &Symmetric<R>) -> Self {
        let twice = |x: R| x + x;
        Self {
            constant: m[0] + twice(m[1]) + m[4],
            stake: twice(m[2] + m[5]),
            exposure: twice(m[3] + m[6]),
            stake_squared: m[7],
            stake_exposure: twice(m[8]),
            exposure_squared: m[9],
        }
    }

    /// Its value at an ally's stake and exposure.
    #[inline(always)]
    pub(crate) fn at(&self, stake: R, exposure: R) -> R {
        let of_stake = stake.mul_add(self.stake_squared, self.stake);
        let of_exposure = exposure.mul_add(self.exposure_squared, self.exposure);
        let of_exposure = stake.mul_add(self.stake_exposure, of_exposure);
        exposure.mul_add(of_exposure, stake.mul_add(of_stake, self.constant))
    }
}

impl<V: Vector> Features<V> {
    /// The same commitment in every lane.
    #[inline(always)]
    pub(crate) fn splat(f: Features<f64>) -> Self {
        Self {
            treaty: V::splat(f.treaty),
            stake: V::splat(f.stake),
            exposure: V::splat(f.exposure),
        }
    }

    /// The commitments of a pack.
    #[inline(always)]
    pub(crate) fn load(f: &Features<Pack>) -> Self {
        Self {
            treaty: V::load(&f.treaty),
            stake: V::load(&f.stake),
            exposure: V::load(&f.exposure),
        }
    }
}

impl Features<Pack> {
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
