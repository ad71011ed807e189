//! Rows that belong together, and what occurs several times told once.

use std::collections::BTreeSet;

use article5_runner::design::Design;

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

/// Each name once, in the order in which the names first occur.
pub(crate) fn distinct<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    names.into_iter().filter(|name| seen.insert(*name)).collect()
}

/// The values that a parameter takes in a design, each once, ascending.
pub(crate) fn levels(design: &Design, column: usize) -> Vec<f64> {
    let mut levels = design.points.column(column).to_vec();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_names_stand_in_the_order_of_their_first_rows() {
        let rows = ["b1", "a1", "b2"];
        let by_letter = groups(&rows, |row| row.chars().next());
        assert_eq!(by_letter, [(Some('b'), vec![&"b1", &"b2"]), (Some('a'), vec![&"a1"])]);
        assert_eq!(distinct(["b", "a", "b"]), ["b", "a"]);
    }
}
