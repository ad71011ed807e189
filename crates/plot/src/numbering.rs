//! Numbers in place of names, where a plane has no room for the names of all its points: a number
//! beside each point, and the names by number in columns below.

use crate::callouts::Label;
use crate::figure::{Anchor, Figure, Type, distance};
use itertools::Itertools;

/// The distance from one line to the next, and between two columns, in sizes of type.
const PITCH: f64 = 1.35;
const GUTTER: f64 = 1.6;
/// The most names for which a single column will do; with more, a name that is too long for one of two
/// is shortened, so that it does not make all of them stand below each other.
const FEW: usize = 6;
/// The space between a number and its name, and above the first line, in sizes of type.
const GAP: f64 = 0.5;
const HEAD: f64 = 0.9;

/// What belongs to points, together for those that print as one: each within this distance of the first
/// of them.
pub(crate) fn together<Item>(
    points: impl IntoIterator<Item = ((f64, f64), Item)>,
    within: f64,
) -> Vec<((f64, f64), Vec<Item>)> {
    let mut groups: Vec<((f64, f64), Vec<Item>)> = Vec::new();
    for (at, item) in points {
        match groups.iter_mut().find(|(first, _)| distance(*first, at) <= within) {
            Some((_, items)) => items.push(item),
            None => groups.push((at, vec![item])),
        }
    }
    groups
}

/// The numbers of points as labels, one for those that print as one.
pub(crate) fn labels(
    points: impl IntoIterator<Item = ((f64, f64), usize)>,
    set: Type,
    within: f64,
) -> Vec<Label> {
    let label = |(at, mut numbers): ((f64, f64), Vec<usize>)| {
        numbers.sort_unstable();
        let mut label = Label::new(at, in_words(&numbers), set);
        label.numbers = numbers;
        label
    };
    together(points, within).into_iter().map(label).collect()
}

/// Numbers in ascending order, `3, 7–9`.
fn in_words(numbers: &[usize]) -> String {
    let runs = numbers.chunk_by(|number, next| number + 1 == *next);
    let mut told = runs.map(|run| match run {
        [first, _, .., last] => format!("{first}–{last}"),
        few => few.iter().join(", "),
    });
    told.join(", ")
}

/// The names by number, from 1, laid out in columns.
pub(crate) struct Index {
    entries: Vec<(String, Type)>,
    size: f64,
    columns: usize,
    /// The width of a column, and that of the widest number.
    pitch: f64,
    digits: f64,
}

impl Index {
    /// Lays out names, each set in its own type of this size, in as many columns as there is width
    /// for; a name too long for the width is shortened, and of many names one too long for half of
    /// it, if that leaves none like another.
    pub(crate) fn new<'a>(
        names: impl IntoIterator<Item = (&'a str, Type)>,
        size: f64,
        width: f64,
    ) -> Self {
        let names: Vec<(&str, Type)> = names.into_iter().collect();
        let numbers = (1..=names.len()).zip(&names);
        let digits =
            numbers.map(|(n, (_, set))| set.bold().width(&n.to_string())).fold(0.0, f64::max);
        let gutter = GUTTER * size;
        let fitted = |column: f64| -> Vec<(String, Type)> {
            let limit = column - digits - GAP * size;
            let fitted = |(name, set): &(&str, Type)| (set.fit(name, limit), *set);
            names.iter().map(fitted).collect()
        };
        let halved = || fitted((width - gutter) / 2.0);
        let differ =
            |entries: &Vec<(String, Type)>| entries.iter().map(|(name, _)| name).all_unique();
        let halved = (names.len() > FEW).then(halved).filter(differ);
        let entries = halved.unwrap_or_else(|| fitted(width));
        let widest = entries.iter().map(|(name, set)| set.width(name)).fold(0.0, f64::max);
        let column = digits + GAP * size + widest + gutter;
        let most = (((width + gutter) / column) as usize).clamp(1, entries.len().max(1));
        let rows = entries.len().div_ceil(most).max(1);
        let columns = entries.len().div_ceil(rows).max(1);
        let pitch = (width + gutter) / columns as f64;
        Self { entries, size, columns, pitch, digits }
    }

    fn rows(&self) -> usize {
        self.entries.len().div_ceil(self.columns)
    }

    /// The height that it takes, with a line below the names for the numbers that have no room at
    /// their points: which do shows only once the height is taken.
    pub(crate) fn height(&self) -> f64 {
        self.size * (HEAD + PITCH * (self.rows() + 1) as f64)
    }

    /// Draws it, down its columns, with its upper left corner here, and says which numbers have no
    /// room at their points.
    pub(crate) fn draw(&self, figure: &mut Figure, (left, top): (f64, f64), missing: &[usize]) {
        let baseline = |line: usize| top + self.size * (HEAD + 1.0 + PITCH * line as f64);
        let rows = self.rows().max(1);
        for (place, (name, set)) in self.entries.iter().enumerate() {
            let x = left + self.pitch * (place / rows) as f64 + self.digits;
            let baseline = baseline(place % rows);
            let number = (place + 1).to_string();
            figure.text(x, baseline, &number, set.bold().at(Anchor::End));
            figure.text(x + GAP * self.size, baseline, name, *set);
        }
        if !missing.is_empty() {
            let numbers = in_words(missing);
            let words = format!("No room for a number at the point: {numbers}");
            let words = figure.wording().pick(words, format!("({numbers})"));
            let set = Type::new(self.size, figure.style().muted);
            let width = figure.style().width - figure.style().margin - left;
            let words = set.fit(&words, width);
            figure.text(left, baseline(rows), &words, set);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::Rgb;
    use crate::{Options, style::Style};

    #[test]
    fn points_that_print_as_one_are_a_group_in_the_order_given() {
        let points = [(0.0, 0.0), (9.0, 0.0), (1.0, 1.0), (9.0, 2.0), (9.0, 4.5)];
        let set = Type::new(10.0, Rgb(0, 0, 0));
        let labels = labels(points.into_iter().zip(0..), set, 3.0).into_iter();
        let (at, numbers): (Vec<_>, Vec<_>) = labels.map(|label| (label.at, label.numbers)).unzip();
        assert_eq!(numbers, [vec![0, 2], vec![1, 3], vec![4]]);
        assert_eq!(at, [points[0], points[1], points[4]]);
    }

    #[test]
    fn three_numbers_in_a_row_are_a_range() {
        assert_eq!(in_words(&[4]), "4");
        assert_eq!(in_words(&[1, 2, 4]), "1, 2, 4");
        assert_eq!(in_words(&[3, 7, 8, 9]), "3, 7–9");
    }

    #[test]
    fn names_stand_in_columns_within_the_width_and_the_height() {
        let style = Style::default();
        let set = Type::new(10.0, Rgb(0, 0, 0));
        let long = "a-name-that-is-longer-than-the-width-".repeat(6);
        let one_long: Vec<String> = (0..13).map(|k| format!("name-{k}")).collect();
        let one_long: Vec<&str> = one_long.iter().map(String::as_str).chain([&*long]).collect();
        let all_long: Vec<String> = (0..13).map(|k| format!("{long}{k}-{long}")).collect();
        let all_long: Vec<&str> = all_long.iter().map(String::as_str).collect();
        for (names, columns) in [
            (vec!["short"; 13], 5),
            (vec!["short", &long], 1),
            // Shortened, the long name is still like no other; long ones would be alike.
            (one_long, 2),
            (all_long, 1),
        ] {
            let index = Index::new(names.iter().map(|name| (*name, set)), 10.0, 300.0);
            assert_eq!(index.columns, columns);
            let mut figure = Figure::new(&Options::default(), "", "", "");
            let body = figure.body_of_height(index.height());
            index.draw(&mut figure, (body.left, body.top), &[2]);
            let placed = figure.finish("index", "").unwrap().placed;
            assert_eq!(placed.len(), 2 * names.len() + 1);
            assert_eq!(placed.last().unwrap().words, "No room for a number at the point: 2");
            for text in &placed {
                assert!(text.area.left >= body.left && text.area.right <= body.left + 300.0);
                assert!(text.area.top >= body.top && text.area.bottom <= body.bottom);
                assert!(text.area.right <= style.width);
            }
        }
    }
}
