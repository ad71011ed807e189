//! Maps of fields side by side, with the axes of their two parameters: what the charts of chances and
//! of differences share.

use article5_runner::analysis::Estimate;

use super::contours;
use super::field::{Field, Tile};
use crate::axes::{ValueAxis, foot};
use crate::charts::{findings, words};
use crate::figure::{Anchor, Figure, Rect, Type};
use crate::panels::{Panel, PanelGrid};
use crate::ramp::{ColourScale, ink_on};
use crate::style::Style;
use crate::{PlotError, Wording};

/// The height of the name of the axis below, in sizes of type.
const NAME_LINE: f64 = 1.3;

/// How far a sign reaches from the middle of its cell, as a share of the cell's shorter side.
const SIGN: f64 = 0.2;

/// How far a cell overlaps its neighbours, px, so that no seam shows.
const SEAM: f64 = 0.3;

/// How maps show their values.
pub(super) struct Look {
    pub(super) scale: ColourScale,
    /// The values at whose ticks lines join equal values; none for no lines.
    pub(super) lines: Option<ValueAxis>,
    /// Whether a sign marks the cells whose intervals are clear of zero.
    pub(super) has_signs: bool,
    /// A value in a tip.
    pub(super) say: fn(Estimate, Wording) -> String,
}

/// Draws the maps of fields over the same two parameters, with the names of these, each below its
/// title.
pub(super) fn maps(
    figure: &mut Figure,
    fields: &[Field<'_>],
    titles: impl Fn(&Field<'_>) -> String,
    look: &Look,
) -> Result<(), PlotError> {
    let Some(Field { across, up, .. }) = fields.first() else { return Ok(()) };
    let (style, wording) = (figure.style(), figure.wording());
    let small = style.small;
    let baseline = figure.key_line(small);
    let set = Type::new(small, style.text);
    let width = style.inner_width();
    let name = |key: &str, width: f64| axis_name(key, set, width, wording);
    figure.text(style.margin, baseline, &format!("↑ {}", name(&up.key, width)), set);
    let widest = set.widest(up.labels(wording).iter().map(|(_, label)| label));
    let grid = PanelGrid {
        count: fields.len(),
        least_width: 22.0 * small,
        aspect: 0.72,
        left: widest + 0.8 * small,
        own_axes: false,
        right: widest + 0.8 * small,
        foot: foot(small) + NAME_LINE * small,
    };
    let titles: Vec<String> = fields.iter().map(titles).collect();
    let panels = grid.lay(figure, titles.iter().map(String::as_str));
    for (panel, field) in panels.iter().zip(fields) {
        Map { panel: *panel, look, style }.draw(figure, field)?;
    }
    let ends = |edge: fn(&Rect) -> f64| panels.iter().map(|p| edge(&p.room)).fold(0.0, f64::max);
    let (right, bottom) = (ends(|room| room.right), ends(|room| room.bottom));
    let below = bottom + foot(small) + 0.8 * NAME_LINE * small;
    let name = format!("{} →", name(&across.key, right - style.margin));
    figure.text(right, below, &name, set.at(Anchor::End));
    Ok(())
}

/// What an axis says about its parameter in the width that there is, less room for its arrow.
fn axis_name(key: &str, set: Type, width: f64, wording: Wording) -> String {
    let room = width - set.width("→ ") - set.size;
    let name = words::within(key, wording, |words| set.width(words) <= room);
    set.fit(&name, room)
}

pub(super) fn place(field: &Field<'_>, tile: Tile, wording: Wording) -> String {
    format!("{}, {}", field.across.name(tile.column, wording), field.up.name(tile.row, wording))
}

/// One scenario's map.
struct Map<'a> {
    panel: Panel,
    look: &'a Look,
    style: Style,
}

impl Map<'_> {
    fn draw(&self, figure: &mut Figure, field: &Field<'_>) -> Result<(), PlotError> {
        let room = self.panel.room;
        let (columns, rows) = (field.across.len() as f64, field.up.len() as f64);
        for tile in field.tiles() {
            let (x, y) = (tile.column, tile.row);
            let across = |k: usize| room.left + room.width() * k as f64 / columns;
            let up = |k: usize| room.bottom - room.height() * k as f64 / rows;
            let (right, bottom) = (across(x + 1) + SEAM, up(y) + SEAM);
            let cell =
                Rect::new(across(x), up(y + 1), right.min(room.right), bottom.min(room.bottom));
            let ground = self.look.scale.colour(tile.estimate.value);
            figure.fill(cell, ground);
            if self.look.has_signs && findings::is_clear(tile.estimate) {
                let middle = ((cell.left + cell.right) / 2.0, (cell.top + cell.bottom) / 2.0);
                let reach = SIGN * cell.width().min(cell.height()).min(3.0 * self.style.small);
                figure.sign(middle, reach, tile.estimate.value > 0.0, ink_on(ground));
            }
            let (wording, say) = (figure.wording(), self.look.say);
            let words = format!("{}: {}", place(field, tile, wording), say(tile.estimate, wording));
            figure.tip(cell, words);
        }
        figure.outline(room, self.style.context, self.style.rule);
        self.labels(figure, field);
        self.contours(figure, field)
    }

    fn labels(&self, figure: &mut Figure, field: &Field<'_>) {
        let (room, small) = (self.panel.room, self.style.small);
        let set = Type::new(small, self.style.muted);
        let across = field.across.labels(figure.wording());
        let widest = set.widest(across.iter().map(|(_, label)| label));
        for (share, label) in with_room(&across, room.width(), widest + small) {
            let x = room.left + room.width() * share;
            // The labels of the ends of a range stay within the room.
            let anchor = match share {
                0.0 => Anchor::Start,
                1.0 => Anchor::End,
                _ => Anchor::Middle,
            };
            figure.text(x, room.bottom + 1.4 * small, label, set.at(anchor));
        }
        let up = field.up.labels(figure.wording());
        for (share, label) in with_room(&up, room.height(), 1.3 * small) {
            let y = (room.bottom - room.height() * share)
                .clamp(room.top + 0.4 * small, room.bottom - 0.3 * small);
            let at = room.left - 0.4 * small;
            figure.text(at, y + 0.35 * small, label, set.at(Anchor::End));
        }
    }

    /// Draws lines of equal value, each with its value on it.
    fn contours(&self, figure: &mut Figure, field: &Field<'_>) -> Result<(), PlotError> {
        let Some(axis) = self.look.lines.filter(|axis| field.has_lines(*axis)) else {
            return Ok(());
        };
        let values: Vec<f64> = field.tiles().map(|tile| tile.estimate.value).collect();
        let size = (field.across.len(), field.up.len());
        contours::draw(figure, self.panel.room, &values, size, axis)
    }
}

/// Every n-th label, so that there is room for each.
fn with_room(labels: &[(f64, String)], length: f64, each: f64) -> Vec<(f64, &str)> {
    let fits = (length / each).max(1.0) as usize;
    let step = labels.len().div_ceil(fits).max(1);
    labels.iter().step_by(step).map(|(share, label)| (*share, label.as_str())).collect()
}
