//! Which claims are on which page, if there are more than fit on one.

use std::ops::Range;

use article5_runner::tables::rows::ClaimRow;
use itertools::Itertools;

/// The most claims of a family that a page does not divide.
const FAMILY: usize = 6;

/// Divides claims, whose rows have these heights, into at most `count` parts of about the same
/// height; families such as H15a to H15f stay together.
pub(super) fn parts(claims: &[ClaimRow], heights: &[f64], count: usize) -> Vec<Range<usize>> {
    let families = claims
        .chunk_by(|one, next| family(&one.id) == family(&next.id))
        .flat_map(|own| own.chunks(FAMILY));
    let all: f64 = heights.iter().sum();
    let (mut end, mut bottom) = (0, 0.0);
    let on_pages = families.map(|own| {
        let (start, top) = (end, bottom);
        end += own.len();
        bottom += heights.iter().take(end).skip(start).sum::<f64>();
        // A family is on the page on which its middle is.
        let page = ((top + bottom) / 2.0 / all * count as f64) as usize;
        (page, start..end)
    });
    on_pages
        .coalesce(|(page, own), (next, more)| {
            if page == next {
                Ok((page, own.start..more.end))
            } else {
                Err(((page, own), (next, more)))
            }
        })
        .map(|(_, part)| part)
        .collect()
}

/// What a claim's id has in common with those of its family: `H15` of `H15a`.
fn family(id: &str) -> &str {
    let stem = id.strip_suffix(|letter: char| letter.is_ascii_lowercase()).unwrap_or(id);
    if stem.ends_with(|letter: char| letter.is_ascii_digit()) { stem } else { id }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(ids: &[&str]) -> Vec<ClaimRow> {
        ids.iter().map(|id| ClaimRow { id: (*id).to_owned(), ..ClaimRow::default() }).collect()
    }

    #[test]
    fn pages_are_of_about_the_same_height_and_divide_no_family() {
        let ids = ["H1", "H2a", "H2b", "H2c", "H3", "H4", "H5a", "H5b"];
        assert_eq!(parts(&claims(&ids), &[1.0; 8], 2), [0..4, 4..8]);
        let ids = ["H1", "H2", "H3", "H4", "H5", "H6", "H7a", "H7b", "H7c"];
        assert_eq!(parts(&claims(&ids), &[1.0; 9], 3), [0..3, 3..6, 6..9]);
        let tall = [5.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        assert_eq!(parts(&claims(&ids), &tall, 2), [0..2, 2..9]);
    }

    #[test]
    fn with_enough_pages_each_family_has_its_own_and_a_large_one_several() {
        let ids: Vec<String> = ('a'..='h').map(|letter| format!("H1{letter}")).collect();
        let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        ids.extend(["spillover", "spilloves"]);
        assert_eq!(parts(&claims(&ids), &[1.0; 10], 20), [0..6, 6..8, 8..9, 9..10]);
        assert!(parts(&[], &[], 2).is_empty());
    }
}
