//! Lines of equal value over a grid of cells, by marching squares (the crate `contour`).

use itertools::Itertools;

use crate::PlotError;
use crate::axes::ValueAxis;
use crate::figure::{Figure, Rect, Type};
use crate::style::{PAPER, Pen};

/// A line that reaches no further than this, in widths of its label, is not drawn: the label would
/// hide it.
const SHORTEST: f64 = 1.5;

/// A line on the canvas.
type Line = Vec<(f64, f64)>;

/// Draws the lines of the values at an axis's ticks, each with its value on it if there is room.
pub(super) fn draw(
    figure: &mut Figure,
    room: Rect,
    values: &[f64],
    size: (usize, usize),
    axis: ValueAxis,
) -> Result<(), PlotError> {
    let style = figure.style();
    let set = Type::new(style.small * 0.9, style.text);
    let mut drawn: Vec<(Line, String)> = Vec::new();
    for level in axis.ticks() {
        let words = axis.percent(level);
        let place = |(x, y)| (room.left + room.width() * x, room.bottom - room.height() * y);
        let lines = lines(values, size, level)?.into_iter();
        let lines = lines.map(|line| line.into_iter().map(place).collect::<Line>());
        let is_seen = |line: &Line| across(line) > SHORTEST * set.width(&words);
        drawn.extend(lines.filter(is_seen).map(|line| (line, words.clone())));
    }
    // All lines are drawn before any label, so that none runs over a label.
    for (line, _) in &drawn {
        figure.line(line.clone(), Pen::solid(style.text, style.rule));
    }
    let mut taken: Vec<Rect> = Vec::new();
    for (line, words) in &drawn {
        let half = (set.width(words) / 2.0 + 0.25 * set.size, 0.6 * set.size);
        let mut areas = from_the_middle(line).map(|at| around(at, half, room));
        let Some(area) = areas.find(|own| !taken.iter().any(|other| other.overlaps(own))) else {
            continue;
        };
        figure.fill(area, PAPER);
        let middle = ((area.left + area.right) / 2.0, (area.top + area.bottom) / 2.0);
        figure.text_centred(middle.0, middle.1, words, set);
        taken.push(area);
    }
    Ok(())
}

/// How far a line reaches across the canvas, or up and down it if that is more.
fn across(line: &[(f64, f64)]) -> f64 {
    let reach = |of: fn(&(f64, f64)) -> f64| {
        line.iter().map(of).minmax().into_option().map_or(0.0, |(least, most)| most - least)
    };
    reach(|point| point.0).max(reach(|point| point.1))
}

/// The points of a line, those in its middle first.
fn from_the_middle(line: &[(f64, f64)]) -> impl Iterator<Item = (f64, f64)> {
    let (before, after) = line.split_at(line.len() / 2);
    after.iter().interleave(before.iter().rev()).copied()
}

/// A box with these half sides around a point, moved into the room.
fn around((x, y): (f64, f64), (half, high): (f64, f64), room: Rect) -> Rect {
    let x = x.max(room.left + half).min(room.right - half);
    let y = y.max(room.top + high).min(room.bottom - high);
    Rect::new(x - half, y - high, x + half, y + high)
}

/// Finds the lines along which a field has a value, with points from 0 to 1 of the width and of the
/// height.
///
/// The values are those at the cells' centres, row by row. Between the centres they change
/// linearly; beyond the outermost centres no line is drawn.
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
        // The crate closes lines along the edge of the grid; those parts are no lines.
        let within = |&(x, y): &(f64, f64)| x > 0.0 && y > 0.0 && x < width && y < height;
        let parts = points.split(|point| !within(point)).map(<[_]>::to_vec);
        let mut parts: Vec<Vec<(f64, f64)>> = parts.collect();
        // A ring that begins inside is also cut where it begins: its ends belong together.
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
    fn every_line_has_its_value_and_what_the_value_would_hide_is_not_drawn() {
        let drawn = |values: &[f64], size: (usize, usize)| {
            let options = crate::Options::default();
            let mut figure = Figure::new(&options, "", "", "");
            let room = figure.body(200.0);
            draw(&mut figure, room, values, size, ValueAxis::covering(0.0, 1.0, 2)).unwrap();
            let drawing = figure.finish("lines", "").unwrap();
            let values = drawing.placed.iter().filter(|text| text.words.ends_with('%')).count();
            (drawing.svg.matches("<polyline").count(), values)
        };
        // A valley has two lines of one value; a speck that exceeds it has none.
        let valley: Vec<f64> = (0..15).map(|k| [0.9, 0.3, 0.1, 0.3, 0.9][k % 5]).collect();
        assert_eq!(drawn(&valley, (5, 3)), (2, 2));
        let mut speck = vec![0.4; 25];
        speck[12] = 0.501;
        assert_eq!(drawn(&speck, (5, 5)), (0, 0));
    }

    #[test]
    fn a_flat_field_has_no_line() {
        assert!(lines(&[0.0; 9], (3, 3), 0.0).unwrap().is_empty());
        assert!(lines(&[0.3; 9], (3, 3), 0.2).unwrap().is_empty());
    }
}
