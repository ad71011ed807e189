//! A varied parameter: its range, and the map from a unit coordinate to a value.

use std::collections::BTreeSet;

use article5_model::parameters::Kind;

use super::DesignError;

/// A parameter that a design varies.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// The parameter's key, as in `learning.memory`.
    pub key: String,
    range: Range,
}

/// The values that a factor takes, each equally likely under a uniform coordinate.
#[derive(Clone, Debug, PartialEq)]
enum Range {
    /// Every number between two ends.
    Real {
        /// The least value.
        low: f64,
        /// The largest value.
        high: f64,
    },
    /// The whole numbers between two ends, both included.
    Whole {
        /// The least value, a whole number.
        low: f64,
        /// The largest value, a whole number.
        high: f64,
    },
    /// Chosen values.
    Values(Vec<f64>),
}

/// The place of the first value that repeats an earlier one.
pub(crate) fn repeated(values: &[f64]) -> Option<usize> {
    let mut seen = BTreeSet::new();
    // 0 and −0 are the same value.
    values.iter().position(|value| !seen.insert((value + 0.0).to_bits()))
}

/// A number in twelve significant digits: 0.525 rather than 0.5249999999999999, so that the values of
/// a grid are found in its tables by the numbers that one would type.
fn rounded(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

impl Factor {
    /// Makes a factor over `low` to `high`, read as the parameter's kind requires: a switch or a
    /// count takes the whole numbers between them.
    ///
    /// # Errors
    ///
    /// [`DesignError::EmptyRange`] if an end is not finite, `low` exceeds `high`, or no whole
    /// number lies between them where one is needed.
    ///
    /// ```
    /// use article5_model::parameters::Kind;
    /// use article5_runner::design::Factor;
    ///
    /// let sustain = Factor::between("tiers.sustain", Kind::Count, 2.0, 6.0)?;
    /// assert_eq!(sustain.at(0.0), 2.0);
    /// assert_eq!(sustain.at(0.5), 4.0);
    /// assert_eq!(sustain.at(1.0), 6.0);
    /// # Ok::<(), article5_runner::design::DesignError>(())
    /// ```
    pub fn between(
        key: impl Into<String>,
        kind: Kind,
        low: f64,
        high: f64,
    ) -> Result<Self, DesignError> {
        let range = match kind {
            Kind::Switch | Kind::Count => Range::Whole { low: low.ceil(), high: high.floor() },
            Kind::Share | Kind::Real => Range::Real { low, high },
        };
        Self::new(key, range)
    }

    /// Makes a factor over all numbers from `low` to `high`.
    ///
    /// # Errors
    ///
    /// As [`Factor::between`].
    pub fn real(key: impl Into<String>, low: f64, high: f64) -> Result<Self, DesignError> {
        Self::new(key, Range::Real { low, high })
    }

    /// Makes a factor over chosen values.
    ///
    /// # Errors
    ///
    /// [`DesignError::EmptyRange`] if there is none, or one is not finite;
    /// [`DesignError::Repeated`] if one is listed twice.
    pub fn values(key: impl Into<String>, values: Vec<f64>) -> Result<Self, DesignError> {
        let key = key.into();
        if let Some(value) = repeated(&values).map(|place| values[place]) {
            return Err(DesignError::Repeated { key, value });
        }
        Self::new(key, Range::Values(values))
    }

    fn new(key: impl Into<String>, range: Range) -> Result<Self, DesignError> {
        let key = key.into();
        let why = match &range {
            Range::Real { low, high } | Range::Whole { low, high } => {
                if !(low.is_finite() && high.is_finite()) {
                    Some(format!("{low} to {high} has no end"))
                } else if low > high {
                    Some(format!("nothing lies between {low} and {high}"))
                } else {
                    None
                }
            }
            Range::Values(values) if values.is_empty() => Some("no value is listed".to_owned()),
            Range::Values(values) => {
                values.iter().find(|v| !v.is_finite()).map(|v| format!("{v} is not a number"))
            }
        };
        match why {
            None => Ok(Self { key, range }),
            Some(why) => Err(DesignError::EmptyRange { key, why }),
        }
    }

    /// The value at coordinate `unit` of [0, 1]; beyond that, the nearest end.
    ///
    /// A real range is mapped linearly. Whole and chosen values share the unit interval equally,
    /// each getting a cell of the same width (closed below).
    #[must_use]
    pub fn at(&self, unit: f64) -> f64 {
        let unit = unit.clamp(0.0, 1.0);
        match &self.range {
            // In this form the ends are met exactly, and rounding cannot step over them.
            Range::Real { low, high } => ((1.0 - unit) * low + unit * high).clamp(*low, *high),
            Range::Whole { low, high } => (low + (unit * (high - low + 1.0)).floor()).min(*high),
            Range::Values(values) => {
                let cell = (unit * values.len() as f64) as usize;
                values[cell.min(values.len() - 1)]
            }
        }
    }

    /// Where the value at a coordinate lies between the least value and the largest, 0 to 1. For a
    /// real range this is the coordinate itself; whole and chosen values move by more or less than
    /// it does.
    pub(crate) fn share(&self, unit: f64) -> f64 {
        let (low, high) = match &self.range {
            Range::Real { .. } => return unit,
            Range::Whole { low, high } => (*low, *high),
            Range::Values(values) => {
                let ends = (f64::INFINITY, f64::NEG_INFINITY);
                values.iter().fold(ends, |(low, high), &v| (low.min(v), high.max(v)))
            }
        };
        if high > low { (self.at(unit) - low) / (high - low) } else { unit }
    }

    /// The values on a full factorial grid: `levels` evenly spaced ones with both ends, [rounded], all
    /// whole numbers if there are no more than that, or the chosen ones.
    pub(super) fn levels(&self, levels: usize) -> Vec<f64> {
        let spaced = |low: f64, high: f64| {
            (0..levels).map(move |i| match levels {
                1 => rounded(0.5 * low + 0.5 * high).clamp(low, high),
                _ if i == 0 => low,
                _ if i + 1 == levels => high,
                _ => {
                    let share = i as f64 / (levels - 1) as f64;
                    rounded((1.0 - share) * low + share * high).clamp(low, high)
                }
            })
        };
        let mut values: Vec<f64> = match &self.range {
            Range::Values(values) => return values.clone(),
            Range::Real { low, high } => spaced(*low, *high).collect(),
            Range::Whole { low, high } => spaced(*low, *high).map(f64::round).collect(),
        };
        values.dedup();
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_whole_number_is_equally_likely() {
        let count = Factor::between("x", Kind::Count, 2.0, 6.0).unwrap();
        let mut seen = [0; 7];
        for i in 0..1000 {
            seen[count.at((f64::from(i) + 0.5) / 1000.0) as usize] += 1;
        }
        assert_eq!(seen, [0, 0, 200, 200, 200, 200, 200]);
    }

    #[test]
    fn a_switch_is_off_in_the_lower_half_and_on_in_the_upper() {
        let switch = Factor::between("x", Kind::Switch, 0.0, 1.0).unwrap();
        assert_eq!([0.0, 0.499, 0.5, 1.0].map(|unit| switch.at(unit)), [0.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn a_real_range_meets_its_ends() {
        let real = Factor::real("x", -1.7, 0.1).unwrap();
        assert_eq!([real.at(0.0), real.at(1.0)], [-1.7, 0.1]);
        assert!((real.at(0.25) + 1.25).abs() < 1e-15);
    }

    #[test]
    fn a_grid_has_the_values_that_one_would_type() {
        let levels =
            |low: f64, high: f64, count| Factor::real("x", low, high).unwrap().levels(count);
        assert_eq!(levels(0.3, 1.2, 5), [0.3, 0.525, 0.75, 0.975, 1.2]);
        assert_eq!(levels(-1.1, 0.1, 7), [-1.1, -0.9, -0.7, -0.5, -0.3, -0.1, 0.1]);
        assert_eq!(levels(0.1, 0.2, 1), [0.15]);
        // The ends stay as they were typed, and nothing lies beyond them.
        let (low, high) = (1.0 / 3.0, 1.0 / 3.0 + 1e-14);
        let close = levels(low, high, 4);
        assert_eq!((close.first(), close.last()), (Some(&low), Some(&high)));
        assert!(close.iter().all(|value| (low..=high).contains(value)));
    }

    #[test]
    fn an_empty_range_says_what_is_wrong_with_it() {
        let message = |factor: Result<Factor, DesignError>| factor.unwrap_err().to_string();
        assert_eq!(
            message(Factor::real("a.b", 2.0, 1.0)),
            "the range of `a.b` holds no value: nothing lies between 2 and 1"
        );
        assert_eq!(
            message(Factor::between("a.b", Kind::Count, 1.2, 1.8)),
            "the range of `a.b` holds no value: nothing lies between 2 and 1"
        );
        assert!(message(Factor::real("a.b", f64::NAN, 1.0)).contains("NaN"));
        assert!(message(Factor::values("a.b", vec![])).contains("no value is listed"));
        assert_eq!(
            message(Factor::values("a.b", vec![0.5, 1.0, 0.5])),
            "the values of `a.b` hold 0.5 twice"
        );
        assert!(message(Factor::values("a.b", vec![f64::INFINITY])).contains("inf"));
    }
}
