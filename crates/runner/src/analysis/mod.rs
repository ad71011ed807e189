//! From results to answers: estimates from a design and the outcomes at its points.
//!
//! Nothing here runs the model or knows of replicates beyond their [`Noise`]: arrays in, estimates
//! out. Random resamples come from streams of their own under the experiment's seed, so that the
//! same results always give the same intervals.

pub mod claims;
pub mod doubt;
pub mod morris;
mod noise;
pub mod pareto;
pub mod prim;
pub mod regret;
pub mod sobol;

pub use noise::Noise;

/// An estimate with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Estimate {
    /// `value` ± 1.96 standard errors. The interval is symmetric and never cut off at 0 or 1, so
    /// that it shows when a sample is too small.
    fn normal(value: f64, variance: f64) -> Self {
        let half_width = crate::tally::Z_95 * variance.sqrt();
        Self { value, low: value - half_width, high: value + half_width }
    }
}

/// Pearson's correlation of the values of one thing with those of another; 0 where either does not
/// vary.
pub fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let centred = |values: &[f64]| -> Vec<f64> {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter().map(|value| value - mean).collect()
    };
    let (x, y) = (centred(x), centred(y));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let squares = dot(&x, &x) * dot(&y, &y);
    if squares > 0.0 { dot(&x, &y) / squares.sqrt() } else { 0.0 }
}

/// Why an analysis cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AnalysisError {
    /// The design and the outcomes do not belong together.
    #[error("{what}: {found} given, {expected}")]
    Shape {
        /// What does not fit.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there should be, in words.
        expected: String,
    },
    /// A step of a trajectory moves no parameter, several, or one that was moved before.
    #[error(
        "step {step} of trajectory {trajectory} (both from 0) moves no parameter, several, or one that \
         was moved before"
    )]
    Step {
        /// The trajectory, from 0.
        trajectory: usize,
        /// The step in it, from 0.
        step: usize,
    },
    /// An outcome or a coordinate is not a number.
    #[error("{what} of row {row} is not a finite number")]
    NotFinite {
        /// What it is.
        what: &'static str,
        /// The row, from 0.
        row: usize,
    },
    /// The outcome is the same at every point, as far as can be seen through its noise.
    #[error("the outcome does not vary over the design beyond its Monte Carlo noise")]
    NoVariance,
}

/// The quantile of sorted values at a level, 0 to 1, interpolated linearly as NumPy does; `None` if
/// there are no values.
pub(crate) fn quantile(sorted: &[f64], level: f64) -> Option<f64> {
    let position = level * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (position.floor() as usize, position.ceil() as usize);
    let (low, high) = (*sorted.get(below)?, *sorted.get(above)?);
    Some(low + (position - position.floor()) * (high - low))
}

/// Refuses values that are not numbers.
fn check_finite(what: &'static str, values: ndarray::ArrayView1<f64>) -> Result<(), AnalysisError> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(row) => Err(AnalysisError::NotFinite { what, row }),
        None => Ok(()),
    }
}

/// The population variance of `values`; 0 if there are none.
fn variance(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let n = values.clone().count().max(1) as f64;
    let mean = values.clone().sum::<f64>() / n;
    values.map(|value| (value - mean) * (value - mean)).sum::<f64>() / n
}
