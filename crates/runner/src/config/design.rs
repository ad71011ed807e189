//! Designs, resolved: which parameters vary between the points of an experiment, and over what.

use article5_model::parameters::{Kind, parameter};

use crate::analysis::morris::FEW_TRAJECTORIES;
use crate::design::{self, Design, DesignError, Factor};

/// The most points of a design: beyond it the tables, with a block of rows per point, are of no
/// use.
pub const MAX_POINTS: u32 = 1_000_000;

/// A design, resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct DesignSpec {
    /// How the points are chosen.
    pub kind: DesignKind,
    /// What varies, at least one parameter, in the order of `parameters.csv`.
    pub vary: Vec<Vary>,
}

/// How the points of a design are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DesignKind {
    /// Every combination of the values; an interval gives evenly spaced ones, including its ends.
    Grid {
        /// How many values each interval gives; 1 if there is none.
        levels: u32,
    },
    /// The values side by side: the first of each, the second of each, and so on.
    List,
    /// A Latin hypercube.
    LatinHypercube {
        /// How many points.
        points: u32,
    },
    /// A Sobol sequence.
    Sobol {
        /// How many points.
        points: u32,
    },
    /// Morris's elementary effects: (parameters + 1) points per trajectory.
    Morris {
        /// How many trajectories.
        trajectories: u32,
        /// Levels of each parameter, an even number.
        levels: u32,
    },
    /// Saltelli's sampling for Sobol indices: points × (parameters + 2) points in all.
    Saltelli {
        /// Points of each base matrix.
        points: u32,
    },
}

/// A parameter that varies.
#[derive(Clone, Debug, PartialEq)]
pub struct Vary {
    /// Its key.
    pub key: String,
    /// What it varies over.
    pub values: Values,
}

/// What a parameter varies over.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// An interval, in every kind of design but a list; for a count, the whole numbers in it.
    Range {
        /// Its low end.
        low: f64,
        /// Its high end, above the low one.
        high: f64,
    },
    /// Chosen values, at least one; when sampled, each has an equal share of the interval 0 to 1.
    Chosen(Vec<f64>),
}

impl Values {
    /// The least and the largest value.
    pub fn ends(&self) -> (f64, f64) {
        match self {
            Self::Range { low, high } => (*low, *high),
            Self::Chosen(values) => {
                values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| {
                    (low.min(v), high.max(v))
                })
            }
        }
    }

    /// How many values are chosen; `None` for an interval.
    pub(super) fn count(&self) -> Option<u64> {
        match self {
            Self::Chosen(values) => Some(values.len() as u64),
            Self::Range { .. } => None,
        }
    }
}

impl DesignSpec {
    /// The most points that the design can have: a grid takes no whole number of a count twice.
    pub fn points(&self) -> u64 {
        let parameters = self.vary.len() as u64;
        let counts = self.vary.iter().map(|vary| vary.values.count());
        match self.kind {
            DesignKind::Grid { levels } => {
                counts.map(|own| own.unwrap_or(levels.into())).fold(1, u64::saturating_mul)
            }
            DesignKind::List => counts.flatten().max().unwrap_or_default(),
            DesignKind::LatinHypercube { points } | DesignKind::Sobol { points } => points.into(),
            DesignKind::Morris { trajectories, .. } => {
                u64::from(trajectories).saturating_mul(parameters + 1)
            }
            DesignKind::Saltelli { points } => u64::from(points).saturating_mul(parameters + 2),
        }
    }

    /// The points, those of a sampled design drawn from `seed`.
    ///
    /// # Errors
    ///
    /// The design cannot be made. For a configuration that was read, this happens only if there are
    /// more parameters than Sobol dimensions.
    pub fn design(&self, seed: u64) -> Result<Design, DesignError> {
        let factor = |vary: &Vary| match &vary.values {
            Values::Chosen(values) => Factor::values(&vary.key, values.clone()),
            Values::Range { low, high } => {
                let kind = parameter(&vary.key).map_or(Kind::Real, |row| row.kind);
                Factor::between(&vary.key, kind, *low, *high)
            }
        };
        let factors = || self.vary.iter().map(factor).collect::<Result<Vec<_>, _>>();
        match self.kind {
            DesignKind::List => self.side_by_side(),
            DesignKind::Grid { levels: 0 } => Err(DesignError::NoPoints),
            DesignKind::Grid { levels } => design::grid(&factors()?, levels as usize),
            DesignKind::LatinHypercube { points } => {
                design::latin_hypercube(&factors()?, points as usize, seed)
            }
            DesignKind::Sobol { points } => design::sobol(&factors()?, points as usize, seed),
            DesignKind::Saltelli { points } => design::saltelli(&factors()?, points as usize, seed),
            DesignKind::Morris { trajectories, levels } => {
                design::morris(&factors()?, trajectories as usize, levels as usize, seed)
            }
        }
    }

    /// The points of a list.
    fn side_by_side(&self) -> Result<Design, DesignError> {
        let keys: Vec<String> = self.vary.iter().map(|vary| vary.key.clone()).collect();
        let columns = self.vary.iter().filter_map(|vary| match &vary.values {
            Values::Chosen(values) => Some(values),
            Values::Range { .. } => None,
        });
        let mut rows: Vec<Vec<f64>> = Vec::new();
        for column in columns {
            rows.resize(column.len(), Vec::new());
            rows.iter_mut().zip(column).for_each(|(row, value)| row.push(*value));
        }
        design::list(&keys, &rows)
    }

    /// Says in a sentence what is allowed but better done otherwise.
    pub fn remark(&self) -> Option<String> {
        let has_values = |vary: &Vary| matches!(vary.values, Values::Chosen(_));
        match self.kind {
            DesignKind::Sobol { points } | DesignKind::Saltelli { points }
                if !points.is_power_of_two() =>
            {
                Some(format!(
                    "a Sobol sequence is balanced only at powers of two: take `points = {}` rather than {points}",
                    self.balanced(points)
                ))
            }
            DesignKind::Morris { trajectories, .. }
                if u64::from(trajectories) < FEW_TRAJECTORIES =>
            {
                Some(format!(
                    "elementary effects from fewer than {FEW_TRAJECTORIES} trajectories have rough intervals: \
                     there are {trajectories}"
                ))
            }
            DesignKind::Grid { levels } if levels > 1 && self.vary.iter().all(has_values) => Some(
                "`levels` has no effect: every parameter of the grid has values of its own"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

impl DesignSpec {
    /// The next power of two above a count of points that is none, or the last one below it if the
    /// design would have too many points with the next.
    fn balanced(&self, points: u32) -> u64 {
        let points = u64::from(points);
        let next = points.next_power_of_two();
        let rows = self.points().checked_div(points).unwrap_or_default() * next;
        if rows > MAX_POINTS.into() { next / 2 } else { next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balanced_sequence_is_advised_that_a_design_may_have() {
        let told = |kind, parameters: usize| {
            let vary =
                Vary { key: "learning.memory".to_owned(), values: Values::Chosen(vec![0.9]) };
            DesignSpec { kind, vary: vec![vary; parameters] }.remark().unwrap_or_default()
        };
        let sobol = |points| told(DesignKind::Sobol { points }, 1);
        assert!(sobol(1000).ends_with("take `points = 1024` rather than 1000"), "{}", sobol(1000));
        // 2²⁰ is above a million, and so is 2¹⁵ × 42.
        assert!(sobol(600_000).contains("take `points = 524288`"), "{}", sobol(600_000));
        let saltelli = told(DesignKind::Saltelli { points: 20_000 }, 40);
        assert!(saltelli.contains("take `points = 16384`"), "{saltelli}");
        assert_eq!(sobol(1024), "");
    }

    #[test]
    fn few_trajectories_are_told() {
        let told = |trajectories| {
            let kind = DesignKind::Morris { trajectories, levels: 4 };
            DesignSpec { kind, vary: Vec::new() }.remark()
        };
        assert!(told(9).unwrap().ends_with("have rough intervals: there are 9"));
        assert_eq!(told(10), None);
    }
}
