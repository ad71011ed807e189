//! Chart 7: who is covered in whose eyes: the mean chance of a full answer to an attack on each
//! ally, as each ally sees it, before and after.

use article5_runner::numbers;
use article5_runner::numbers::{decimals, number};
use article5_runner::tables::Tables;
use article5_runner::tables::rows::CoverRow;

use super::{Page, Sheet, chosen, focus};
use crate::PlotError;
use crate::axes::ValueAxis;
use crate::figure::{Anchor, Figure, Rect, Type};
use crate::groups::distinct;
use crate::ramp::{ColourScale, SEQUENTIAL};
use crate::text::fit;

/// The steps of the colour scale's round ends.
const STEPS: u32 = 4;

/// How far a cell reaches over its neighbours, px.
const SEAM: f64 = 0.3;

/// Two chances are told in so many decimals that they differ: ten times the difference has two digits.
const TOLD_APART: f64 = 10.0;

/// Cells smaller than this, px, nobody can point at: they have no tips, of which a picture of hundreds of
/// allies could not hold so many.
const LEAST_POINTED: f64 = 2.0;

/// Draws the chart; `None` where the run has no cover, or that of a design.
pub(super) fn draw(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    if page.is_of_design() {
        return Ok(None);
    }
    let tables = page.tables;
    let Some(matrices) = matrices(tables) else { return Ok(None) };
    let subtitle = format!(
        "Mean chance that Washington answers an attack on the ally of the column with force, in \
         the eyes of the ally of the row, under {}, over {}; the diagonal is each ally’s own \
         trust. No 95% interval is wider than ±{}. Allies in the order of their cover in the \
         first quarter",
        matrices.scenario,
        numbers::counted(matrices.n, "run", "runs"),
        number((matrices.margin() * 1000.0).ceil() / 1000.0, 3)
    );
    let mut figure = page.figure(&matrices.headline(tables), &subtitle);
    let values = || matrices.all().map(|row| row.p_full_mean);
    let (low, high) = (values().fold(1.0, f64::min), values().fold(0.0, f64::max));
    let axis = ValueAxis::covering(low, high, STEPS);
    let scale = ColourScale { ramp: SEQUENTIAL, low: axis.low(), high: axis.high() };
    scale.key(&mut figure, "Mean chance of a full answer", &|value| number(value, 2));
    matrices.draw(&mut figure, scale);
    page.sheet(figure, &matrices.spoken(), matrices.all())
}

/// The cover of a scenario at its first and its last quarter; one where they are the same.
struct Matrices<'a> {
    scenario: &'a str,
    n: u64,
    allies: Vec<&'a str>,
    /// A matrix a quarter, row by row.
    quarters: Vec<Vec<&'a CoverRow>>,
}

/// An ally's mean cover in the others' eyes at both quarters.
struct Change<'a> {
    ally: &'a str,
    before: f64,
    after: f64,
}

impl Change<'_> {
    fn by(&self) -> f64 {
        self.after - self.before
    }
}

/// How many of the allies are shown to gain cover, and how many to lose it.
fn gains_and_losses(gain: usize, lose: usize, allies: usize) -> String {
    let shown = |count: usize| {
        format!("{count} of {allies} allies {} shown", if count == 1 { "is" } else { "are" })
    };
    match (gain, lose) {
        (_, 0) => format!("{} to gain cover in the others’ eyes", shown(gain)),
        (0, _) => format!("{} to lose cover in the others’ eyes", shown(lose)),
        _ => format!("{} to gain cover in the others’ eyes, {lose} to lose it", shown(gain)),
    }
}

fn matrices(tables: &Tables) -> Option<Matrices<'_>> {
    let all = || tables.cover.iter().filter(|row| row.point == 0);
    let shown = chosen::scenarios(tables);
    let chosen = shown.last().filter(|name| all().any(|row| row.scenario == **name)).copied();
    let scenario = chosen.or_else(|| all().next().map(|row| row.scenario.as_str()))?;
    let rows = || all().filter(move |row| row.scenario == scenario);
    let (first, last) =
        (rows().map(|row| row.quarter).min()?, rows().map(|row| row.quarter).max()?);
    let of = |quarter: u32| rows().filter(move |row| row.quarter == quarter);
    let mut allies = distinct(of(first).map(|row| row.target.as_str()));
    let cover = |ally: &str| -> f64 {
        of(first).filter(|row| row.target == ally).map(|row| row.p_full_mean).sum()
    };
    allies.sort_by(|a, b| cover(b).total_cmp(&cover(a)));
    let mut quarters = vec![of(first).collect::<Vec<_>>()];
    if last != first {
        quarters.push(of(last).collect());
    }
    Some(Matrices { scenario, n: rows().next()?.n, allies, quarters })
}

impl<'a> Matrices<'a> {
    fn all(&self) -> impl Iterator<Item = &'a CoverRow> {
        self.quarters.iter().flatten().copied()
    }

    /// The matrices beside each other, with the codes of the rows at the left of the first one.
    fn draw(&self, figure: &mut Figure, scale: ColourScale) {
        /// The widest cell, in sizes of type.
        const WIDEST: f64 = 4.0;
        /// The lowest, where the chart must fit.
        const LOWEST: f64 = 0.7;
        let style = *figure.style();
        let set = Type::new(style.small, style.muted);
        let longest = self.allies.iter().map(|code| set.width(code)).fold(0.0, f64::max).min(60.0);
        let left = longest + 0.5 * style.small;
        let (title, gap) = (1.8 * style.body, 1.5 * style.body);
        let count = self.quarters.len() as f64;
        let across = style.width - 2.0 * style.margin - left - gap * (count - 1.0);
        let allies = self.allies.len().max(1) as f64;
        let cell = (across / count / allies).min(WIDEST * style.small);
        let cell = if style.fits {
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
                let words = fit(&row.date, style.body, crate::text::Weight::SemiBold, column);
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
                // A little over the neighbours, so that no seam shows.
                let area = Rect::new(left, top, left + cell + SEAM, top + cell + SEAM);
                figure.fill(area, scale.colour(row.p_full_mean));
                if cell >= LEAST_POINTED {
                    let chance = number(row.p_full_mean, 2);
                    let words = format!("{} in the eyes of {}: {chance}", row.target, row.observer);
                    figure.tip(Rect::new(left, top, left + cell, top + cell), words);
                }
            }
        }
    }

    /// The codes over the columns and, where asked for, before the rows: as many as there is room
    /// for.
    fn codes(&self, figure: &mut Figure, room: Rect, cell: f64, before_rows: bool) {
        /// Type is this high for its size, and not smaller than a share of the small type.
        const LINE: f64 = 0.98;
        const LEAST: f64 = 0.85;
        let style = *figure.style();
        let size = (cell / LINE).clamp(LEAST * style.small, style.small);
        let every = (LINE * size / cell).ceil().max(1.0) as usize;
        let set = Type::new(size, style.muted);
        let distance = 0.3 * size;
        for (place, code) in self.allies.iter().enumerate().step_by(every) {
            let code = fit(code, size, set.weight, 60.0);
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

    /// The mean over the other allies of the cover of a target.
    fn seen(&self, quarter: usize, target: &str) -> Option<f64> {
        let rows = self.quarters.get(quarter)?;
        let others = rows.iter().filter(|row| row.target == target && row.observer != target);
        let (sum, count) =
            others.fold((0.0, 0_u32), |(sum, count), row| (sum + row.p_full_mean, count + 1));
        (count > 0).then(|| sum / f64::from(count))
    }

    /// Half the width of the 95 % interval of a mean, at most: chances lie between 0 and 1, and
    /// nothing varies more there than what is 0 or 1 with even odds.
    fn margin(&self) -> f64 {
        (article5_runner::tally::Z_95 * 0.5 / (self.n.max(1) as f64).sqrt()).min(1.0)
    }

    /// How each ally's cover in the others' eyes changes from the first quarter to the last.
    fn changes(&self) -> Vec<Change<'a>> {
        let change = |ally: &&'a str| {
            Some(Change { ally, before: self.seen(0, ally)?, after: self.seen(1, ally)? })
        };
        self.allies.iter().filter_map(change).collect()
    }

    /// How many allies' cover in the others' eyes is shown to have changed, and one of them.
    fn headline(&self, tables: &Tables) -> String {
        let scenario = self.scenario;
        let changes = self.changes();
        let most = changes.iter().max_by(|a, b| a.by().abs().total_cmp(&b.by().abs()));
        let date = |rows: &Vec<&'a CoverRow>| Some(rows.first()?.date.as_str());
        let mut dates = self.quarters.iter().filter_map(date);
        let from = dates.next().unwrap_or_default();
        let (Some(most), Some(to)) = (most, dates.next()) else {
            return format!("Who is covered in whose eyes under {scenario} in {from}");
        };
        if most.by() == 0.0 {
            return format!("Under {scenario} no ally’s cover in the others’ eyes changes by {to}");
        }
        // However start and end vary together, the interval of a change is not wider than both.
        let shown = |sign: f64| changes.iter().filter(move |c| sign * c.by() > 2.0 * self.margin());
        let (gain, lose) = (shown(1.0).count(), shown(-1.0).count());
        if gain + lose == 0 {
            // The bound on the intervals is so wide that a change within it may well be one.
            return format!(
                "Under {scenario} no ally’s cover in the others’ eyes is shown to change by {to}"
            );
        }
        let digits = decimals(TOLD_APART * most.by().abs(), 2);
        format!(
            "Under {scenario} {} by {to}, such as {}: a mean chance of {}, then {}",
            gains_and_losses(gain, lose, changes.len()),
            focus::name(tables, most.ally),
            number(most.before, digits),
            number(most.after, digits)
        )
    }

    fn spoken(&self) -> String {
        let one = |ally: &&str| {
            let told: Vec<String> = (0..self.quarters.len())
                .filter_map(|quarter| Some(number(self.seen(quarter, ally)?, 2)))
                .collect();
            format!("{ally} {}", told.join(" to "))
        };
        let allies: Vec<String> = self.allies.iter().map(one).collect();
        format!("Mean over the other allies of each one’s cover: {}.", allies.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;
    use crate::charts::awkward::{self, Run};
    use crate::charts::kind;

    #[test]
    fn every_label_of_the_cover_matrix_can_be_read_in_awkward_cases() {
        awkward::check_all("cover-matrix");
    }

    #[test]
    fn dates_are_whole_over_the_matrix_of_one_ally() {
        let tables = Run { allies: 1, ..Run::of(1) }.tables();
        let matrices = matrices(&tables).unwrap();
        let dates: Vec<&str> =
            matrices.quarters.iter().filter_map(|rows| Some(&*rows.first()?.date)).collect();
        assert_eq!(dates.len(), 2);
        let sheet = awkward::draw(kind("cover-matrix"), &tables, &Options::default()).unwrap();
        for date in dates {
            assert!(sheet.drawing.placed.iter().any(|text| text.words == date), "{date}");
        }
        awkward::check("one ally", &sheet.drawing);
    }

    #[test]
    fn the_headline_counts_the_allies_whose_cover_in_the_others_eyes_is_shown_to_change() {
        let mut tables = Run { allies: 3, ..Run::of(1) }.tables();
        for row in &mut tables.cover {
            // Its own trust changes more, but the others do not see it so.
            let seen = if row.observer == "BAM" { 0.4 } else { 0.5 };
            let after = if row.target == "BAM" { 0.2 } else { 0.6 };
            row.p_full_mean = if row.quarter == 1 { 0.5 } else { after + seen - 0.5 };
            row.n = 100_000;
        }
        let words = matrices(&tables).unwrap().headline(&tables);
        assert!(
            words.contains(
                "2 of 3 allies are shown to gain cover in the others’ eyes, 1 to lose it"
            ),
            "{words}"
        );
        assert!(words.contains("such as Ally 1 of the alliance: a mean chance of 0.50, then 0.20"));
        for row in &mut tables.cover {
            row.n = 10;
        }
        let words = matrices(&tables).unwrap().headline(&tables);
        assert!(
            words.contains("no ally’s cover in the others’ eyes is shown to change"),
            "{words}"
        );
    }
}
