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
    use article5_runner::analysis::claims::Verdict;

    use super::super::tests::claim;
    use super::*;
    use crate::charts::{Sheet, awkward, kind};
    use crate::figure::{Drawing, Placed};
    use crate::style::{Ink, Size, Style};
    use crate::{Options, Wording};

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

    #[test]
    fn more_claims_than_fit_on_a_page_are_on_several_and_type_has_at_least_seven_points() {
        let named =
            |k: usize| claim(&format!("H{}{}", k / 2, ["a", "b"][k % 2]), 0.1, Verdict::Holds);
        let tables = |count: usize| article5_runner::tables::Tables {
            claims: (0..count).map(named).collect(),
            ..Default::default()
        };
        let sized = |size, wording| Options {
            style: Style::new(size, Ink::Light),
            wording,
            ..Options::default()
        };
        // How wide a drawing is to be shown, and how high at most, in millimetres.
        for (size, width, height) in [(Size::Report, 160.0, 235.0), (Size::Slide, 338.7, 190.6)] {
            for wording in [Wording::English, Wording::Neutral] {
                let sheets =
                    awkward::check_pages(kind("claims"), &tables(44), &sized(size, wording));
                assert!((2..8).contains(&sheets.len()), "{size:?}: {} pages", sheets.len());
                let mut rows = Vec::new();
                for (place, Sheet { name, drawing, data, .. }) in sheets.iter().enumerate() {
                    assert_eq!(*name, format!("claims-{}", place + 1));
                    let mm = width / drawing.size.0;
                    assert!(drawing.size.1 * mm <= height, "{size:?}: {:?}", drawing.size);
                    let points = smallest(drawing, mm);
                    assert!(points > 7.0, "{size:?}: {points}");
                    let of_page = std::str::from_utf8(data).unwrap().lines().skip(1);
                    let ids: Vec<String> =
                        of_page.map(|row| row.split(',').next().unwrap().to_owned()).collect();
                    assert_eq!(ids.len() % 2, 0, "a page divides a family: {ids:?}");
                    let headline = format!("{} to {}: ", ids[0], ids[ids.len() - 1]);
                    assert!(drawing.headline.starts_with(&headline), "{}", drawing.headline);
                    rows.extend(ids);
                }
                assert_eq!(
                    rows,
                    tables(44).claims.into_iter().map(|own| own.id).collect::<Vec<_>>()
                );
            }
            // Type is no smaller where the claims just fit on one page, if they do.
            for few in [4, 16] {
                let few = tables(few);
                let sheets =
                    awkward::check_pages(kind("claims"), &few, &sized(size, Wording::English));
                for Sheet { drawing, .. } in &sheets {
                    let points = smallest(drawing, width / drawing.size.0);
                    assert!(points > 7.0, "{size:?}: {points}");
                }
                if size == Size::Report || few.claims.len() < 5 {
                    assert!(sheets.len() == 1 && sheets[0].name == "claims", "{size:?}");
                }
            }
        }
    }

    /// The smallest type of a drawing in points, if its unit is so many millimetres.
    fn smallest(drawing: &Drawing, mm: f64) -> f64 {
        // What reaches above and below the line is 0.96 of the size.
        let points = |text: &Placed| (text.area.bottom - text.area.top) * mm / 25.4 * 72.0 / 0.96;
        drawing.placed.iter().map(points).fold(f64::INFINITY, f64::min)
    }
}
