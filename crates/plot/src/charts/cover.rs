//! Who is covered in whose eyes: the mean chance of a full answer to an attack on each ally, as
//! each ally sees it, before and after.

mod told;

use std::collections::BTreeMap;

use article5_runner::numbers::{self, number};
use article5_runner::tables::Tables;
use article5_runner::tables::rows::CoverRow;
use itertools::Itertools;

use super::{Page, Sheet, chosen};
use crate::PlotError;
use crate::axes::ValueAxis;
use crate::figure::{Anchor, Figure, Rect, Type};
use crate::ramp::{ColourScale, SEQUENTIAL};

/// The steps between the round ends of the colour scale.
const STEPS: u32 = 4;

/// How far a cell overlaps its neighbours, px.
const SEAM: f64 = 0.3;

/// Nobody can point at cells smaller than this, px: they have no tips, of which a picture of
/// hundreds of allies would hold too many.
const MIN_POINTED: f64 = 2.0;

/// Draws the chart; `None` if the run has no cover.
pub(super) fn draw(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    let tables = page.tables;
    let Some((matrices, against)) = matrices(tables) else { return Ok(None) };
    let subtitle = format!(
        "Mean chance that Washington answers an attack on the column’s ally with force, in the \
         eyes of the row’s ally, under {}, over {}; the diagonal is each ally’s own trust. A mean’s \
         95% interval is at most ±{}: the tables do not hold the spread that would show how much \
         narrower it is{}",
        matrices.scenario,
        numbers::counted(matrices.n, "run", "runs"),
        told::up(matrices.margin()),
        matrices.order(against.is_some())
    );
    let headline = match &against {
        // There are no other allies in whose eyes it could be covered.
        _ if matrices.allies.len() == 1 => {
            format!("The only ally’s own trust under {}", matrices.scenario)
        }
        Some(against) => matrices.set_against(against, tables),
        None => matrices.headline(tables),
    };
    let mut figure = page.figure(&headline, &subtitle);
    let axis = ValueAxis::of_shares(matrices.all().map(|row| row.p_full_mean), STEPS);
    let scale = ColourScale { ramp: SEQUENTIAL, low: axis.low(), high: axis.high() };
    let names = format!("{}: p_full_mean, observer ↓, target →", matrices.scenario);
    let meaning = page.wording().pick("Mean chance of a full answer", &names);
    scale.key(&mut figure, meaning, &|value| number(value, 2));
    matrices.draw(&mut figure, scale);
    let end =
        against.as_ref().and_then(|against| against.quarters.last()).into_iter().flatten().copied();
    page.sheet(figure, &matrices.spoken(), matrices.all().chain(end))
}

/// The cover of a scenario at its first and its last quarter; only once if these are the same.
struct Matrices<'a> {
    scenario: &'a str,
    n: u64,
    allies: Vec<&'a str>,
    /// One matrix per quarter, row by row.
    quarters: Vec<Vec<&'a CoverRow>>,
}

/// What is drawn, and what it is set against, unless it is the reference itself.
fn matrices(tables: &Tables) -> Option<(Matrices<'_>, Option<Matrices<'_>>)> {
    let shown = chosen::scenarios(tables);
    let first = || tables.cover.iter().find(|row| row.point == 0).map(|row| &*row.scenario);
    let drawn = shown.last().and_then(|name| of_scenario(tables, name));
    let drawn = drawn.or_else(|| of_scenario(tables, first()?))?;
    let reference = shown.first().filter(|name| **name != drawn.scenario);
    let against = reference.and_then(|name| of_scenario(tables, name));
    Some((drawn, against))
}

/// `None` if there is no cover of a scenario.
fn of_scenario<'a>(tables: &'a Tables, scenario: &'a str) -> Option<Matrices<'a>> {
    let rows = || tables.cover.iter().filter(move |row| row.point == 0 && row.scenario == scenario);
    let (first, last) =
        (rows().map(|row| row.quarter).min()?, rows().map(|row| row.quarter).max()?);
    let at = |quarter: u32| rows().filter(move |row| row.quarter == quarter);
    let mut cover: BTreeMap<&str, f64> = BTreeMap::new();
    for row in at(first) {
        *cover.entry(&row.target).or_default() += row.p_full_mean;
    }
    let mut allies = at(first).map(|row| row.target.as_str()).unique().collect_vec();
    let of_ally = |ally: &str| cover.get(ally).copied().unwrap_or_default();
    allies.sort_by(|a, b| of_ally(b).total_cmp(&of_ally(a)));
    let mut quarters = vec![at(first).collect::<Vec<_>>()];
    if last != first {
        quarters.push(at(last).collect());
    }
    Some(Matrices { scenario, n: rows().next()?.n, allies, quarters })
}

impl<'a> Matrices<'a> {
    fn all(&self) -> impl Iterator<Item = &'a CoverRow> + Clone {
        self.quarters.iter().flatten().copied()
    }

    /// Draws the matrices beside each other, with the codes of the rows at the left of the first
    /// one.
    fn draw(&self, figure: &mut Figure, scale: ColourScale) {
        /// The widest cell, in sizes of type.
        const WIDEST: f64 = 4.0;
        /// The lowest, if the chart must fit a page.
        const LOWEST: f64 = 0.7;
        let style = figure.style();
        let set = Type::new(style.small, style.muted);
        let longest = set.widest(&self.allies).min(60.0);
        let left = longest + 0.5 * style.small;
        let (title, gap) = (1.8 * style.body, 1.5 * style.body);
        let count = self.quarters.len() as f64;
        let across = style.inner_width() - left - gap * (count - 1.0);
        let allies = self.allies.len().max(1) as f64;
        let cell = (across / count / allies).min(WIDEST * style.small);
        let cell = if style.fits() {
            cell.min(((figure.room() - title - left) / allies).max(LOWEST * style.small))
        } else {
            cell
        };
        let side = cell * allies;
        let date = Type::new(style.body, style.text).bold();
        let dates = self.quarters.iter().filter_map(|rows| Some(date.width(&rows.first()?.date)));
        // The matrix of one ally or two is narrower than its date.
        let column = dates.fold(side, f64::max).min(across / count);
        let body = figure.body_of_height(title + left + side);
        for (place, rows) in self.quarters.iter().enumerate() {
            let x = body.left + left + place as f64 * (column + gap);
            let y = body.top + title + left;
            let room = Rect::new(x, y, x + side, y + side);
            if let Some(row) = rows.first() {
                let words = date.fit(&row.date, column);
                figure.text(x, body.top + style.body, &words, date);
            }
            self.cells(figure, room, cell, rows, scale);
            self.codes(figure, room, cell, place == 0);
        }
    }

    fn cells(
        &self,
        figure: &mut Figure,
        room: Rect,
        cell: f64,
        rows: &[&CoverRow],
        scale: ColourScale,
    ) {
        let place = |code: &str| self.allies.iter().position(|ally| *ally == code);
        for row in rows {
            if let (Some(line), Some(column)) = (place(&row.observer), place(&row.target)) {
                let (left, top) = (room.left + column as f64 * cell, room.top + line as f64 * cell);
                // It overlaps its neighbours a little, so that no seam shows.
                let area = Rect::new(left, top, left + cell + SEAM, top + cell + SEAM);
                figure.fill(area, scale.colour(row.p_full_mean));
                if cell >= MIN_POINTED {
                    let chance = number(row.p_full_mean, 2);
                    let CoverRow { observer, target, .. } = row;
                    let words = figure.wording().pick(
                        format!("{target} in the eyes of {observer}: {chance}"),
                        format!("{observer} → {target}: {chance}"),
                    );
                    figure.tip(Rect::new(left, top, left + cell, top + cell), words);
                }
            }
        }
    }

    /// Sets the codes over the columns and, if asked for, before the rows: as many as there is room
    /// for.
    fn codes(&self, figure: &mut Figure, room: Rect, cell: f64, before_rows: bool) {
        /// The height of type over its size, and its smallest size as a share of the small type.
        const LINE: f64 = 0.98;
        const MIN: f64 = 0.85;
        let style = figure.style();
        let size = (cell / LINE).clamp(MIN * style.small, style.small);
        let every = (LINE * size / cell).ceil().max(1.0) as usize;
        let set = Type::new(size, style.muted);
        let distance = 0.3 * size;
        for (place, code) in self.allies.iter().enumerate().step_by(every) {
            let code = set.fit(code, 60.0);
            let middle = (place as f64 + 0.5) * cell;
            let half = set.width(&code) / 2.0;
            let baseline = room.left + middle + 0.36 * size;
            figure.text_upwards(baseline, room.top - distance - half, &code, set);
            if before_rows {
                let baseline = room.top + middle + 0.36 * size;
                figure.text(room.left - distance, baseline, &code, set.at(Anchor::End));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::awkward::{self, Run};
    use crate::charts::kind;

    #[test]
    fn every_label_of_the_cover_matrix_can_be_read_in_awkward_cases() {
        awkward::check_all("cover-matrix");
    }

    #[test]
    fn dates_are_whole_over_the_matrix_of_one_ally() {
        let tables = Run { allies: 1, ..Run::of(1) }.tables();
        let (matrices, _) = matrices(&tables).unwrap();
        let dates: Vec<&str> =
            matrices.quarters.iter().filter_map(|rows| Some(&*rows.first()?.date)).collect();
        assert_eq!(dates.len(), 2);
        let sheet = awkward::check_drawn("one ally", kind("cover-matrix"), &tables).unwrap();
        for date in dates {
            assert!(sheet.drawing.placed.iter().any(|text| text.words == date), "{date}");
        }
        // There is nobody else in whose eyes it could be covered.
        let (headline, spoken) = (&sheet.drawing.headline, &sheet.drawing.spoken);
        assert!(headline.starts_with("The only ally’s own trust under "), "{headline}");
        let subtitle = &sheet.drawing.subtitle;
        assert!(subtitle.ends_with("how much narrower it is"), "{subtitle}");
        assert!(spoken.starts_with("AAM’s own trust: 0."), "{spoken}");
    }
}
