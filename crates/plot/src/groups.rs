//! Rows that belong together, and the values that a design gives a parameter.

use article5_runner::design::Design;
use itertools::Itertools;

/// Groups rows by key, in the order in which the keys first occur.
pub(crate) fn groups<'a, Row, Key: PartialEq>(
    rows: impl IntoIterator<Item = &'a Row>,
    key: impl Fn(&'a Row) -> Key,
) -> Vec<(Key, Vec<&'a Row>)> {
    let mut all: Vec<(Key, Vec<&Row>)> = Vec::new();
    for row in rows {
        let key = key(row);
        match all.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(row),
            None => all.push((key, vec![row])),
        }
    }
    all
}

/// The values that a parameter takes in a design, each once, ascending.
pub(crate) fn levels(design: &Design, column: usize) -> Vec<f64> {
    design.points.column(column).iter().copied().sorted_by(f64::total_cmp).dedup().collect()
}

/// The columns of the parameters that take several values in a design.
pub(crate) fn varied(design: &Design) -> Vec<usize> {
    (0..design.keys.len()).filter(|&column| levels(design, column).len() > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_stand_in_the_order_of_their_first_rows() {
        let rows = ["b1", "a1", "b2"];
        let by_letter = groups(&rows, |row| row.chars().next());
        assert_eq!(by_letter, [(Some('b'), vec![&"b1", &"b2"]), (Some('a'), vec![&"a1"])]);
    }
}
