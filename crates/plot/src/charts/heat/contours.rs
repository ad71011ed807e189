//! Lines of equal value over a grid of cells, by marching squares (the crate `contour`).

use crate::PlotError;

/// The lines along which a field has a value: points from 0 to 1 of the width and of the height.
///
/// The values are those of the cells' centres, row by row; between them they run linearly, and
/// beyond the outermost centres no line is drawn.
pub(super) fn lines(
    values: &[f64],
    (columns, rows): (usize, usize),
    level: f64,
) -> Result<Vec<Vec<(f64, f64)>>, PlotError> {
    let found = contour::ContourBuilder::new(columns, rows, true)
        .lines(values, &[level])
        .map_err(|error| PlotError::Draw(Box::new(error)))?;
    let (width, height) = (columns as f64, rows as f64);
    let rings = found.iter().flat_map(|line| line.geometry().0.iter());
    let mut lines = Vec::new();
    for ring in rings {
        let points: Vec<(f64, f64)> = ring.0.iter().map(|point| (point.x, point.y)).collect();
        // The crate closes lines along the edge of the grid: there they are no lines.
        let within = |&(x, y): &(f64, f64)| x > 0.0 && y > 0.0 && x < width && y < height;
        let parts = points.split(|point| !within(point)).map(<[_]>::to_vec);
        let mut parts: Vec<Vec<(f64, f64)>> = parts.collect();
        // A ring that begins inside is cut where it begins, too: its ends belong together.
        if parts.len() > 1
            && points.first() == points.last()
            && points.first().is_some_and(within)
            && let Some(mut last) = parts.pop()
            && let Some(first) = parts.first_mut()
        {
            last.extend(first.iter().skip(1));
            *first = last;
        }
        lines.extend(parts.into_iter().filter(|part| part.len() > 1));
    }
    let share = |(x, y): (f64, f64)| (x / width, y / height);
    Ok(lines.into_iter().map(|line| line.into_iter().map(share).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_plane_is_straight_and_where_the_plane_has_the_value() {
        // f(x, y) = x at the centres of 4 × 3 cells: 0.5, 1.5, 2.5, 3.5.
        let values: Vec<f64> = (0..12).map(|k| (k % 4) as f64 + 0.5).collect();
        let lines = lines(&values, (4, 3), 2.2).unwrap();
        assert_eq!(lines.len(), 1);
        for (x, y) in &lines[0] {
            assert!((x - 2.2 / 4.0).abs() < 1e-9, "{lines:?}");
            assert!((0.5 / 3.0 - 1e-9..=2.5 / 3.0 + 1e-9).contains(y), "{lines:?}");
        }
    }

    #[test]
    fn a_hill_has_a_closed_line_around_it() {
        let mut values = vec![0.0; 25];
        values[12] = 1.0;
        let lines = lines(&values, (5, 5), 0.5).unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].first(), lines[0].last());
    }

    #[test]
    fn a_flat_field_has_no_line() {
        assert!(lines(&[0.0; 9], (3, 3), 0.0).unwrap().is_empty());
        assert!(lines(&[0.3; 9], (3, 3), 0.2).unwrap().is_empty());
    }
}
