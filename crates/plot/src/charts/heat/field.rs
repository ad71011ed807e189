//! From design points to cells: the grid's own, or bins if the points are scattered.

use article5_runner::analysis::{Estimate, correlation};
use article5_runner::config::is_switch;
use article5_runner::design::Design;
use article5_runner::numbers::number;
use itertools::Itertools;

use crate::Wording;
use crate::axes::ValueAxis;
use crate::charts::words::{decimals, level, setting};
use crate::groups::{groups, levels, varied};

/// Up to this many values of a parameter have cells of their own.
const MAX_LEVELS: usize = 40;

/// Scattered points are binned, about this many to a cell, into this many cells per axis (least,
/// most).
const POINTS_A_CELL: f64 = 4.0;
const BINS: (usize, usize) = (3, 12);

/// With fewer scattered points than this to a cell of the coarsest map, as a list has, bins would
/// stand for ranges of which hardly anything was run: each point has a cell of its own.
const FEWEST_A_CELL: usize = 2;

/// One of the two parameters.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// The parameter.
    pub(super) key: String,
    cells: Cells,
}

#[derive(Clone, Debug)]
enum Cells {
    /// The values that it takes, ascending.
    Levels(Vec<f64>),
    /// Equal parts of its range.
    Bins { low: f64, high: f64, count: usize },
}

impl Axis {
    /// The number of cells.
    pub(super) fn len(&self) -> usize {
        match &self.cells {
            Cells::Levels(levels) => levels.len(),
            Cells::Bins { count, .. } => *count,
        }
    }

    /// Whether the cells are bins.
    pub(super) fn is_binned(&self) -> bool {
        matches!(self.cells, Cells::Bins { .. })
    }

    /// Whether neighbouring values are equally far apart, apart from how they are rounded.
    fn is_even(&self) -> bool {
        const AS_WRITTEN: f64 = 0.05;
        let Cells::Levels(levels) = &self.cells else { return true };
        let apart = levels.windows(2).map(|pair| pair[1] - pair[0]).minmax().into_option();
        apart.is_none_or(|(least, most)| most - least <= AS_WRITTEN * most)
    }

    fn cell(&self, value: f64) -> Option<usize> {
        match &self.cells {
            Cells::Levels(levels) => levels.iter().position(|&level| level == value),
            Cells::Bins { low, high, count } => {
                let share = (value - low) / (high - low);
                Some(((share * *count as f64) as usize).min(count - 1))
            }
        }
    }

    /// The labels along the axis, each with its place from 0 to 1.
    pub(super) fn labels(&self, wording: Wording) -> Vec<(f64, String)> {
        let values: Vec<(f64, f64)> = match &self.cells {
            Cells::Levels(levels) => {
                let place = |k: usize| (k as f64 + 0.5) / levels.len() as f64;
                levels.iter().enumerate().map(|(k, level)| (place(k), *level)).collect()
            }
            Cells::Bins { low, high, .. } => {
                [0.0, 0.5, 1.0].map(|share| (share, low + share * (high - low))).to_vec()
            }
        };
        let own: Vec<String> = values.iter().map(|&(_, value)| self.say(value, wording)).collect();
        let aligned = aligned(&values, &own).unwrap_or(own);
        values.into_iter().map(|(place, _)| place).zip(aligned).collect()
    }

    /// What a cell stands for: `key 0.5`.
    pub(super) fn name(&self, cell: usize, wording: Wording) -> String {
        let Self { key, cells } = self;
        let say = |value: f64| self.say(value, wording);
        match cells {
            Cells::Levels(levels) => {
                let level = levels.get(cell).map_or(String::new(), |level| say(*level));
                format!("{key} {level}")
            }
            Cells::Bins { low, high, count } => {
                let edge = |k: usize| low + (high - low) * k as f64 / *count as f64;
                let to = wording.pick("to", "…");
                format!("{key} {} {to} {}", say(edge(cell)), say(edge(cell + 1)))
            }
        }
    }

    fn say(&self, value: f64, wording: Wording) -> String {
        match &self.cells {
            Cells::Levels(levels) => {
                let ends = levels.first().copied().zip(levels.last().copied());
                level(&self.key, value, ends.unwrap_or((0.0, 1.0)), wording)
            }
            Cells::Bins { low, high, .. } => setting(&self.key, value, (*low, *high), wording),
        }
    }
}

/// The labels of values with as many decimals each as the one that has most; `None` if that is none,
/// or if it makes one too long: of values far apart, such as 0.001 and 1000.
fn aligned(values: &[(f64, f64)], own: &[String]) -> Option<Vec<String>> {
    const LONGEST: usize = 6;
    let most = own.iter().map(|label| decimals(label)).max().filter(|most| *most > 0)?;
    let all: Vec<String> = values.iter().map(|&(_, value)| number(value, most)).collect();
    all.iter().all(|label| label.chars().count() <= LONGEST).then_some(all)
}

/// What is mapped, such as a chance, of one scenario at one design point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a> {
    pub(super) scenario: &'a str,
    pub(super) point: u32,
    pub(super) estimate: Estimate,
}

/// The points in a cell.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cell {
    value: f64,
    low: f64,
    high: f64,
    points: u32,
}

impl Cell {
    /// The mean over the points, with the means of their intervals' ends.
    fn mean(&self) -> Option<Estimate> {
        let mean = |sum: f64| sum / f64::from(self.points);
        let [value, low, high] = [self.value, self.low, self.high].map(mean);
        (self.points > 0).then_some(Estimate { value, low, high })
    }
}

/// A cell that has points, and the mean over them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tile {
    pub(super) column: usize,
    pub(super) row: usize,
    pub(super) estimate: Estimate,
}

/// Values over two parameters, of one scenario.
#[derive(Clone, Debug)]
pub(super) struct Field<'a> {
    pub(super) scenario: &'a str,
    pub(super) across: Axis,
    pub(super) up: Axis,
    /// The cells row by row, the lowest value of `up` first.
    pub(super) cells: Vec<Cell>,
    pub(super) values: Vec<Value<'a>>,
}

impl Field<'_> {
    /// Whether each axis has values between others: between only two, as of a switch, nothing has a
    /// meaning.
    fn has_between(&self) -> bool {
        self.across.len() > 2 && self.up.len() > 2
    }

    /// Whether lines of equal value can be drawn: every cell has points, and there are values
    /// between others.
    pub(super) fn can_have_lines(&self) -> bool {
        self.has_between() && self.tiles().count() == self.cells.len()
    }

    /// Whether lines of equal value at an axis's ticks say anything: where an interval reaches from
    /// one line to the next, they would only wind round what is chance.
    pub(super) fn has_lines(&self, values: ValueAxis) -> bool {
        let reach =
            |Tile { estimate: Estimate { value, low, high }, .. }| (value - low).max(high - value);
        self.can_have_lines() && self.tiles().map(reach).fold(0.0, f64::max) <= values.step()
    }

    /// Whether the values on both axes are evenly spaced, as their cells are.
    pub(super) fn is_even(&self) -> bool {
        self.across.is_even() && self.up.is_even()
    }

    /// The cells that have points.
    pub(super) fn tiles(&self) -> impl Iterator<Item = Tile> + Clone {
        let columns = self.across.len();
        let tile = move |(k, cell): (usize, &Cell)| {
            Some(Tile { column: k % columns, row: k / columns, estimate: cell.mean()? })
        };
        self.cells.iter().enumerate().filter_map(tile)
    }
}

/// Makes the scenarios' fields over the same two parameters, from the values of one risk and quarter;
/// none if fewer than two parameters take several values.
pub(super) fn fields<'a>(design: &Design, values: &[Value<'a>]) -> Vec<Field<'a>> {
    let Some((across, up)) = axes(design, values) else { return Vec::new() };
    let column = |key: &str| design.keys.iter().position(|own| own == key);
    let (Some(x), Some(y)) = (column(&across.key), column(&up.key)) else { return Vec::new() };
    let at = |value: &Value<'_>| {
        let point = value.point as usize;
        Some((*design.points.get((point, x))?, *design.points.get((point, y))?))
    };
    let known = values.iter().filter(|value| at(value).is_some());
    let fields = groups(known, |value| value.scenario).into_iter().map(|(scenario, values)| {
        let mut cells = vec![Cell::default(); across.len() * up.len()];
        for value in &values {
            let cell =
                at(value).and_then(|(x, y)| Some(up.cell(y)? * across.len() + across.cell(x)?));
            if let Some(cell) = cell.and_then(|cell| cells.get_mut(cell)) {
                cell.value += value.estimate.value;
                cell.low += value.estimate.low;
                cell.high += value.estimate.high;
                cell.points += 1;
            }
        }
        let values = values.into_iter().copied().collect();
        Field { scenario, across: across.clone(), up: up.clone(), cells, values }
    });
    fields.collect()
}

/// The two parameters with their cells.
fn axes(design: &Design, values: &[Value<'_>]) -> Option<(Axis, Axis)> {
    let settings = |column: usize| design.points.column(column);
    let mut varied = varied(design);
    let strength = |column: usize| {
        let pair = |value: &Value<'_>| {
            Some((*design.points.get((value.point as usize, column))?, value.estimate.value))
        };
        let (settings, values): (Vec<f64>, Vec<f64>) = values.iter().filter_map(pair).unzip();
        correlation(&settings, &values).abs()
    };
    varied.sort_by(|&one, &other| strength(other).total_cmp(&strength(one)));
    let &[x, y, ..] = varied.as_slice() else { return None };
    // The two are in the order of the design, whichever of them matters more.
    let (x, y) = (x.min(y), x.max(y));
    let (of_x, of_y) = (levels(design, x), levels(design, y));
    let pairs = settings(x).into_iter().zip(settings(y)).map(|(x, y)| (x.to_bits(), y.to_bits()));
    let whole = pairs.unique().count() == of_x.len() * of_y.len();
    let few = design.points.nrows() < FEWEST_A_CELL * BINS.0 * BINS.0;
    let count =
        ((design.points.nrows() as f64 / POINTS_A_CELL).sqrt() as usize).clamp(BINS.0, BINS.1);
    let axis = |column: usize, levels: Vec<f64>| -> Option<Axis> {
        let (low, high) = (*levels.first()?, *levels.last()?);
        let key = design.keys.get(column)?;
        // There is nothing between the two values of a switch, however the other parameter is
        // scattered.
        let cells = if (whole || few || is_switch(key)) && levels.len() <= MAX_LEVELS {
            Cells::Levels(levels)
        } else {
            Cells::Bins { low, high, count }
        };
        Some(Axis { key: key.clone(), cells })
    };
    Some((axis(x, of_x)?, axis(y, of_y)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_have_the_same_decimals_unless_their_values_are_far_apart() {
        let labels = |key: &str, levels: &[f64]| -> Vec<String> {
            let axis = Axis { key: key.to_owned(), cells: Cells::Levels(levels.to_vec()) };
            axis.labels(Wording::English).into_iter().map(|(_, label)| label).collect()
        };
        let uneven = labels("learning.prior_sd_exposure", &[1.05, 1.11, 1.1687654]);
        assert_eq!(uneven, ["1.0500", "1.1100", "1.1688"]);
        let steps = labels("learning.prior_sd_exposure", &[0.3, 0.4125, 0.525]);
        assert_eq!(steps, ["0.3000", "0.4125", "0.5250"]);
        // The longest label, of four decimals at most, says how precise all are.
        let thirds = labels("learning.attention", &[0.0, 1.0 / 24.0, 0.125]);
        assert_eq!(thirds, ["0.0000", "0.0417", "0.1250"]);
        assert_eq!(labels("russia.precision", &[-5.0, 0.0, 2.5]), ["−5.0", "0.0", "2.5"]);
        assert_eq!(labels("russia.precision", &[5.0, 15.0]), ["5", "15"]);
        assert_eq!(labels("russia.precision", &[0.001, 0.1, 1000.0]), ["0.001", "0.1", "1000"]);
        assert_eq!(labels("guarantee.pledge", &[0.0, 1.0]), ["off", "on"]);
    }
}
