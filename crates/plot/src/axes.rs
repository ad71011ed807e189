//! Axes: values at round numbers, quarters at calendar years.

use article5_runner::numbers::{number, percent};
use itertools::Itertools;

use crate::figure::{Anchor, Figure, Rect, Type};

/// An axis of values: what it spans, and the round values that get a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ValueAxis {
    /// The step between rules is `mantissa × 10^exponent`: 1, 2, 2.5 or 5 times a power of ten.
    mantissa: f64,
    exponent: i32,
    /// The first and the last rule, in steps from zero.
    first: i64,
    last: i64,
}

/// How the value of a rule is written.
pub(crate) type Label = fn(&ValueAxis, f64) -> String;

impl ValueAxis {
    /// Makes an axis from a round value at or below `low` to one at or above `high`, with at most
    /// `steps` steps between rules. If the two are equal, or not numbers, the axis still has one
    /// step.
    pub(crate) fn covering(low: f64, high: f64, steps: u32) -> Self {
        Self::finest(low, high, steps, |_| true)
    }

    /// The same with rules at whole values only.
    pub(crate) fn of_whole(low: f64, high: f64, steps: u32) -> Self {
        Self::finest(low, high, steps, |axis| axis.decimals() == 0)
    }

    /// The axis with the smallest step that is allowed and needs no more than `steps`.
    fn finest(low: f64, high: f64, steps: u32, is_allowed: fn(&Self) -> bool) -> Self {
        const MANTISSAS: [f64; 4] = [1.0, 2.0, 2.5, 5.0];
        let (low, high) = if low.is_finite() && high.is_finite() { (low, high) } else { (0., 1.) };
        let (low, high) = (low.min(high), low.max(high));
        let least = (high - low) / f64::from(steps.max(1));
        let magnitude = if least > 0.0 { libm::floor(libm::log10(least)) as i32 } else { -2 };
        let candidates = (magnitude..=magnitude + 2)
            .flat_map(|exponent| MANTISSAS.map(|mantissa| (mantissa, exponent)));
        let stepped = |(mantissa, exponent): (f64, i32)| {
            let mut axis = Self { mantissa, exponent, first: 0, last: 0 };
            axis.first = libm::floor(axis.steps(low) + SLACK) as i64;
            axis.last = (libm::ceil(axis.steps(high) - SLACK) as i64).max(axis.first + 1);
            axis
        };
        let fits =
            |axis: &Self| is_allowed(axis) && axis.last - axis.first <= i64::from(steps.max(1));
        let coarsest = stepped((1.0, magnitude + 3));
        candidates.map(stepped).find(fits).unwrap_or(coarsest)
    }

    /// Makes an axis that covers shares.
    pub(crate) fn of_shares(shares: impl Iterator<Item = f64> + Clone, steps: u32) -> Self {
        Self::covering(shares.clone().fold(1.0, f64::min), shares.fold(0.0, f64::max), steps)
    }

    /// The values that get a rule, ascending; the first and the last are the ends of the axis.
    pub(crate) fn ticks(&self) -> Vec<f64> {
        (self.first..=self.last).map(|k| self.value(k)).collect()
    }

    /// The distance from one rule to the next.
    pub(crate) fn step(&self) -> f64 {
        self.value(1)
    }

    /// The lower end.
    pub(crate) fn low(&self) -> f64 {
        self.value(self.first)
    }

    /// The upper end.
    pub(crate) fn high(&self) -> f64 {
        self.value(self.last)
    }

    /// Places a value between the coordinates of the lower and of the upper end.
    pub(crate) fn place(&self, value: f64, from: f64, to: f64) -> f64 {
        from + (to - from) * (value - self.low()) / (self.high() - self.low())
    }

    /// A rule's value as a percentage, with the decimals that the step needs.
    pub(crate) fn percent(&self, value: f64) -> String {
        let decimals = self.decimals().saturating_sub(2);
        if value == 0.0 || decimals == 0 { percent(value, 0) } else { percent(value, decimals) }
    }

    /// A rule's value as a number, with the decimals that the step needs.
    pub(crate) fn number(&self, value: f64) -> String {
        number(value, self.decimals())
    }

    /// How many decimals it takes to tell the rules apart.
    pub(crate) fn decimals(&self) -> usize {
        let halves = i32::from(self.mantissa == 2.5);
        usize::try_from(halves - self.exponent).unwrap_or(0)
    }

    /// Draws horizontal rules across the room, with a value at the left of each: the axis runs
    /// upwards, from the bottom of the room to its top. The rule at zero is darker, as is the
    /// lowest.
    pub(crate) fn rules(&self, figure: &mut Figure, room: Rect, label: Option<Label>) {
        let style = figure.style();
        let set = Type::new(style.small, style.muted).at(Anchor::End);
        for value in self.ticks() {
            let y = self.place(value, room.bottom, room.top);
            let dark = value == 0.0 || value == self.low();
            let colour = if dark { style.axis } else { style.grid };
            figure.segment((room.left, y), (room.right, y), colour, style.rule);
            if let Some(label) = label {
                let at = (room.left - style.small * 0.5, y + style.small * 0.35);
                figure.text(at.0, at.1, &label(self, value), set);
            }
        }
    }

    /// Draws vertical rules down the room, with a value below as many of them as there is space for:
    /// the axis runs to the right.
    pub(crate) fn columns(
        &self,
        figure: &mut Figure,
        room: Rect,
        label: impl Fn(&Self, f64) -> String,
    ) {
        const APART: f64 = 0.3;
        let style = figure.style();
        let set = Type::new(style.small, style.muted).at(Anchor::Middle);
        let x = |value: f64| self.place(value, room.left, room.right);
        let labels: Vec<_> =
            self.ticks().into_iter().map(|value| (x(value), label(self, value))).collect();
        let mut shown = thinned(&labels, set, APART, |x, _| x).into_iter().peekable();
        for value in self.ticks() {
            let x = x(value);
            let colour = if value == 0.0 { style.axis } else { style.grid };
            figure.segment((x, room.top), (x, room.bottom), colour, style.rule);
            if let Some((x, label)) = shown.next_if(|(at, _)| *at == x) {
                figure.text(x, room.bottom + style.small * 1.4, &label, set);
            }
        }
    }

    /// The width that the values at the left of the rules need, including their distance from the
    /// room.
    pub(crate) fn label_width(&self, size: f64, label: Label) -> f64 {
        const DISTANCE: f64 = 0.6;
        let set = Type::new(size, crate::style::PAPER);
        set.widest(self.ticks().into_iter().map(|value| label(self, value))) + DISTANCE * size
    }

    fn steps(&self, value: f64) -> f64 {
        value / self.value(1)
    }

    fn value(&self, k: i64) -> f64 {
        let power = (0..self.exponent.abs()).fold(1.0, |power, _| power * 10.0);
        let mantissas = k as f64 * self.mantissa;
        // Division by a power of ten gives the double that is nearest to the decimal number.
        if self.exponent < 0 { mantissas / power } else { mantissas * power }
    }
}

/// How far a value may lie beyond a rule, in steps, and still be taken to lie on it.
const SLACK: f64 = 1e-9;

/// The axis of time: the quarters of a run by their calendar names.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TimeAxis {
    /// Quarters with their dates, ascending.
    quarters: Vec<(u32, String)>,
}

impl TimeAxis {
    /// Makes the axis of the quarters that rows have, each with its date, such as `2026-Q1`.
    pub(crate) fn new<'a>(rows: impl IntoIterator<Item = (u32, &'a str)>) -> Self {
        let quarters = rows.into_iter().unique().sorted();
        Self { quarters: quarters.map(|(quarter, date)| (quarter, date.to_owned())).collect() }
    }

    /// The x of a quarter: the first is at the left of the room, the last at its right; a lone
    /// quarter is in the middle.
    pub(crate) fn place(&self, quarter: u32, room: Rect) -> f64 {
        let end = |place: Option<&(u32, String)>| place.map_or(0.0, |(q, _)| f64::from(*q));
        let (first, last) = (end(self.quarters.first()), end(self.quarters.last()));
        if first == last {
            return (room.left + room.right) / 2.0;
        }
        room.left + room.width() * (f64::from(quarter) - first) / (last - first)
    }

    /// Adds what is told of each quarter as a tip over the strip of the room that is nearer to it than
    /// to others, after its date with a word before it.
    pub(crate) fn tips(
        &self,
        figure: &mut Figure,
        room: Rect,
        before: &str,
        told: impl Fn(u32) -> String,
    ) {
        let places: Vec<f64> = self.quarters.iter().map(|(q, _)| self.place(*q, room)).collect();
        for ((quarter, date), strip) in self.quarters.iter().zip(strips(&places, room)) {
            let told = told(*quarter);
            if !told.is_empty() {
                figure.tip(strip, format!("{before}{date}: {told}"));
            }
        }
    }

    /// Draws labels below the room: years at their first quarters, as many as there is space for,
    /// or quarters by name if the run has fewer than two first quarters.
    pub(crate) fn draw(&self, figure: &mut Figure, room: Rect) {
        const APART: f64 = 1.0;
        let style = figure.style();
        let set = Type::new(style.small, style.muted).at(Anchor::Middle);
        let labels = |name: fn(&str) -> Option<&str>| -> Vec<(f64, String)> {
            let quarters = self.quarters.iter();
            let named = quarters.filter_map(|(q, date)| Some((self.place(*q, room), name(date)?)));
            named.map(|(x, name)| (x, name.to_owned())).collect()
        };
        let years = labels(|date| date.strip_suffix("-Q1"));
        let labels = if years.len() < 2 { labels(|date| Some(date)) } else { years };
        // The last label must not reach into the next panel, where that panel's first label begins.
        let reach = room.right + 0.4 * style.small;
        let centred = |x: f64, label: &str| x.min(reach - set.width(label) / 2.0);
        for (x, label) in thinned(&labels, set, APART, centred) {
            let foot = (x, room.bottom + style.small * 0.4);
            figure.segment((x, room.bottom), foot, style.axis, style.rule);
            figure.text(centred(x, &label), room.bottom + style.small * 1.5, &label, set);
        }
    }
}

/// For each of these x, ascending, the strip of a room that is nearer to it than to the others.
pub(crate) fn strips(places: &[f64], room: Rect) -> Vec<Rect> {
    let middles = places.windows(2).map(|pair| pair.iter().sum::<f64>() / 2.0);
    let mut edges = vec![room.left];
    edges.extend(middles);
    edges.push(room.right);
    edges.iter().zip(&edges[1..]).map(|(&left, &right)| Rect { left, right, ..room }).collect()
}

/// Whether quarters between the first and the last are left out: a line between two then says
/// nothing about those left out, and the quarters that are known are marked on it.
pub(crate) fn skips(quarters: impl Iterator<Item = u32>) -> bool {
    quarters.tuple_windows().any(|(quarter, next)| next.abs_diff(quarter) > 1)
}

/// Every n-th label, so that neighbours keep a distance of so many ems; at least the first.
fn thinned(
    labels: &[(f64, String)],
    set: Type,
    distance: f64,
    centred: impl Fn(f64, &str) -> f64,
) -> Vec<(f64, String)> {
    const EVERY: [usize; 8] = [1, 2, 5, 10, 20, 50, 100, 200];
    let kept = |step: usize| labels.iter().step_by(step).cloned().collect::<Vec<_>>();
    let apart = |kept: &Vec<(f64, String)>| {
        kept.windows(2).all(|pair| {
            let [(a, one), (b, other)] = pair else { return true };
            let halves = (set.width(one) + set.width(other)) / 2.0;
            centred(*b, other) - centred(*a, one) >= halves + distance * set.size
        })
    };
    EVERY.into_iter().map(kept).find(apart).unwrap_or_else(|| kept(labels.len().max(1)))
}

/// The height that the labels of a time axis, or of columns, take below a room.
pub(crate) fn foot(small: f64) -> f64 {
    1.8 * small
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_spans_its_values_with_few_round_steps() {
        for (low, high) in [(0.0, 1.0), (0.0, 0.003), (-0.21, 0.4), (12.0, 470.0), (0.0, 0.0)] {
            let axis = ValueAxis::covering(low, high, 5);
            let ticks = axis.ticks();
            assert!(axis.low() <= low && high <= axis.high() && ticks.len() <= 6, "{axis:?}");
            assert!(axis.place(low, 0.0, 1.0) >= 0.0 && axis.place(high, 0.0, 1.0) <= 1.0);
            let labels: std::collections::BTreeSet<String> =
                ticks.iter().map(|&tick| axis.number(tick)).collect();
            assert_eq!(labels.len(), ticks.len(), "{labels:?} cannot be told apart");
        }
        assert_eq!(ValueAxis::covering(f64::NAN, 1.0, 5).ticks().len(), 6);
    }

    #[test]
    fn an_axis_of_whole_values_has_no_rule_between_them() {
        for high in 1..200 {
            let high = f64::from(high);
            let axis = ValueAxis::of_whole(1.0, high, 6);
            let ticks = axis.ticks();
            assert!(axis.low() <= 1.0 && high <= axis.high() && ticks.len() <= 7, "{ticks:?}");
            assert!(ticks.iter().all(|tick| tick.fract() == 0.0), "{ticks:?}");
        }
        assert_eq!(ValueAxis::of_whole(1.0, 14.0, 6).ticks(), [0.0, 5.0, 10.0, 15.0]);
        assert_eq!(ValueAxis::of_whole(1.0, 4.0, 6).ticks(), [1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn a_lone_quarter_stands_in_the_middle_of_its_axis() {
        let room = Rect::new(10.0, 0.0, 30.0, 10.0);
        assert_eq!(TimeAxis::new([(7, "2027-Q3")]).place(7, room), 20.0);
        let uneven = TimeAxis::new([(1, "2026-Q1"), (5, "2027-Q1"), (11, "2028-Q3")]);
        assert_eq!(uneven.place(2, room), 12.0);
        let edges =
            strips(&[10.0, 18.0, 30.0], room).into_iter().map(|strip| (strip.left, strip.right));
        assert_eq!(edges.collect::<Vec<_>>(), [(10.0, 14.0), (14.0, 24.0), (24.0, 30.0)]);
    }

    #[test]
    fn quarters_that_are_left_out_are_noticed() {
        assert!(!skips([4, 5, 6].into_iter()) && !skips([7].into_iter()));
        assert!(skips([1, 2, 4].into_iter()) && skips([1, 40].into_iter()));
    }

    #[test]
    fn rules_stand_at_round_values() {
        let axis = ValueAxis::covering(0.0, 0.37, 5);
        assert_eq!(axis.ticks(), [0.0, 0.1, 0.2, 0.3, 0.4]);
        assert_eq!(axis.place(0.2, 100.0, 0.0), 50.0);
    }
}
