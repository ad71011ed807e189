//! Small multiples: the same chart once per scenario, risk or parameter, on the same axes.

use crate::axes::{TimeAxis, ValueAxis};
use crate::figure::{Figure, Rect, Type};
use crate::style::Style;

/// One of the panels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Panel {
    /// The room to draw in.
    pub room: Rect,
    /// Whether it is the first in its row: there the value axis has its labels.
    pub leftmost: bool,
    /// Whether no panel is below it: there the other axis has its labels.
    pub lowest: bool,
}

impl Panel {
    /// Draws the axes of a panel of numbers over time, with labels only where no panel beside or
    /// below it has the same.
    pub(crate) fn frame(&self, figure: &mut Figure, axis: ValueAxis, time: &TimeAxis) {
        axis.rules(figure, self.room, self.leftmost.then_some(ValueAxis::number));
        if self.lowest {
            time.draw(figure, self.room);
        }
    }
}

/// How panels are laid out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PanelGrid {
    /// How many panels.
    pub count: usize,
    /// The least width of one, px, including its share of the space between.
    pub least_width: f64,
    /// The height of a panel's room over its width.
    pub aspect: f64,
    /// The width kept free at the left for the labels of the value axis, px.
    pub left: f64,
    /// Whether every panel has a value axis of its own; otherwise one serves a whole row.
    pub own_axes: bool,
    /// The width kept free right of every panel, for labels at the line ends, px.
    pub right: f64,
    /// The height kept free below the lowest panels, for the labels of the other axis, px.
    pub foot: f64,
}

impl PanelGrid {
    /// The number of panels in a row: as many as there is width for, with rows as even as they can
    /// be.
    pub(crate) fn columns(&self, width: f64) -> usize {
        let (once, each) = self.insets();
        let most = ((width - once) / (self.least_width + each + self.right)).max(1.0) as usize;
        let rows = self.count.max(1).div_ceil(most);
        self.count.max(1).div_ceil(rows)
    }

    /// The width to the left of the first panel only, and the width to the left of each.
    fn insets(&self) -> (f64, f64) {
        if self.own_axes { (0.0, self.left) } else { (self.left, 0.0) }
    }

    /// Takes the figure's body, high enough for all panels, and sets a title over each; a title
    /// that is too long is cut.
    pub(crate) fn lay<'a>(
        &self,
        figure: &mut Figure,
        titles: impl IntoIterator<Item = &'a str>,
    ) -> Vec<Panel> {
        const GAP: f64 = 1.8;
        /// The least and the greatest height of a panel over its width, if all must fill a page.
        const FLATTEST: f64 = 0.36;
        const HIGHEST: f64 = 1.0;
        let style = figure.style();
        let width = style.inner_width();
        let columns = self.columns(width);
        let rows = self.count.max(1).div_ceil(columns);
        let (once, each) = self.insets();
        let pitch = (width - once + GAP * style.small) / columns as f64;
        let room_width = pitch - GAP * style.small - each - self.right;
        // One panel alone, or two, need not be as high as their aspect would make them.
        let usual = (room_width * self.aspect).min(style.height * 0.6);
        let (gap, rows) = (GAP * style.small, rows as f64);
        let room_height = if style.fits() {
            let left = figure.room() - self.foot + gap;
            let fitting = left / rows - title_height(&style) - gap;
            fitting.clamp(FLATTEST * room_width, HIGHEST * room_width)
        } else {
            usual
        };
        let row_height = title_height(&style) + room_height + gap;
        let body = figure.body_of_height(row_height * rows - gap + self.foot);
        let lay = |place: usize| {
            let (row, column) = (place / columns, place % columns);
            let left = body.left + once + each + pitch * column as f64;
            let top = body.top + row_height * row as f64 + title_height(&style);
            Panel {
                room: Rect::new(left, top, left + room_width, top + room_height),
                leftmost: column == 0,
                lowest: place + columns >= self.count,
            }
        };
        let panels: Vec<Panel> = (0..self.count).map(lay).collect();
        let set = Type::new(style.body, style.text).bold();
        for (panel, title) in panels.iter().zip(titles) {
            let room = panel.room;
            let title = set.fit(title, room_width + self.right);
            figure.text(room.left, room.top - 0.55 * style.body, &title, set);
        }
        panels
    }
}

fn title_height(style: &Style) -> f64 {
    style.body * 1.6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_stand_in_rows_that_are_as_even_as_they_can_be() {
        let grid = PanelGrid {
            count: 4,
            least_width: 150.0,
            aspect: 0.7,
            left: 30.0,
            own_axes: false,
            right: 0.0,
            foot: 0.0,
        };
        assert_eq!(grid.columns(600.0), 2);
    }
}
