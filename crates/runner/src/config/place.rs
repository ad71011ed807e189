//! Where in a TOML file a key path stands.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One step of a key path.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'a> {
    Key(&'a str),
    Item(usize),
}

/// The range of the value at a path; of the deepest part of the path that is there.
pub(super) fn of_value(root: &Spanned<DeTable<'_>>, path: &[Step<'_>]) -> Range<usize> {
    walk(root, path).1
}

/// The range of the last key of a path; of the deepest part of the path that is there.
pub(super) fn of_key(root: &Spanned<DeTable<'_>>, path: &[Step<'_>]) -> Range<usize> {
    walk(root, path).0
}

fn walk(root: &Spanned<DeTable<'_>>, path: &[Step<'_>]) -> (Range<usize>, Range<usize>) {
    let mut found = (root.span(), root.span());
    let mut table = Some(root.get_ref());
    let mut array = None;
    for step in path {
        let next: Option<(Range<usize>, &Spanned<DeValue<'_>>)> = match *step {
            Step::Key(key) => table
                .and_then(|table| table.iter().find(|(name, _)| name.get_ref() == key))
                .map(|(name, value)| (name.span(), value)),
            Step::Item(item) => array
                .and_then(|array: &toml::de::DeArray<'_>| array.get(item))
                .map(|value: &Spanned<DeValue<'_>>| (value.span(), value)),
        };
        let Some((key, value)) = next else { break };
        found = (key, value.span());
        table = value.get_ref().as_table();
        array = value.get_ref().as_array();
    }
    found
}
