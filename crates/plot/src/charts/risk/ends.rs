//! The labels at the ends of the lines: each scenario's name over its chance with the interval, or,
//! of many scenarios, name and chance on a line for those in grey.

use article5_runner::tables::rows::RiskRow;

use super::Plane;
use super::series::{Colours, Series};
use crate::figure::{Anchor, Figure, Type};
use crate::style::Style;
use crate::{chance, labels};

/// Room for the labels, as a share of the width: with name and chance on a line, more.
const SHARE: f64 = 0.27;
const BRIEF_SHARE: f64 = 0.36;

/// The height of a label of two lines, and of one, in sizes of its type; and the gap to the next,
/// px.
const LINES: f64 = 2.4;
const LINE: f64 = 1.2;
const GAP: f64 = 1.0;

/// The most scenarios that all have labels of two lines: of more, the chart would be higher than it
/// is wide, and of forty higher than a page.
const FEW: usize = 16;

/// The distance of the labels from the line ends, which thin lines cross, in sizes of type.
const LEAD: f64 = 1.8;

/// The lines whose ends are labelled.
pub(super) struct Ends<'a> {
    series: &'a [Series<'a>],
    colours: &'a Colours<'a>,
}

impl<'a> Ends<'a> {
    pub(super) fn new(series: &'a [Series<'a>], colours: &'a Colours<'a>) -> Self {
        Self { series, colours }
    }

    fn is_brief(&self, scenario: &str) -> bool {
        self.series.len() > FEW && self.colours.of(scenario).is_none()
    }

    fn lines(&self, scenario: &str) -> f64 {
        if self.is_brief(scenario) { LINE } else { LINES }
    }

    /// The share of the width that the labels take.
    pub(super) fn share(&self) -> f64 {
        if self.series.len() > FEW { BRIEF_SHARE } else { SHARE }
    }

    /// The height that they need.
    pub(super) fn height(&self, style: &Style) -> f64 {
        let heights = self.series.iter().map(|own| self.lines(own.scenario) * style.small);
        labels::height(heights, GAP)
    }

    /// Draws them, none below `bottom`.
    pub(super) fn draw(&self, figure: &mut Figure, plane: Plane<'_>, bottom: f64) {
        let style = figure.style();
        let small = style.small;
        let room = plane.room;
        let ends: Vec<&RiskRow> = self.series.iter().filter_map(Series::last).collect();
        let wanted: Vec<(f64, f64)> =
            ends.iter().map(|end| (plane.y(end.by), self.lines(&end.scenario) * small)).collect();
        let centres = labels::spread(&wanted, room.top - small, bottom, GAP);
        for (end, centre) in ends.into_iter().zip(centres) {
            let colour = self.colours.of(&end.scenario).map(|pen| style.label(pen.colour));
            let set = match colour {
                Some(colour) => Type::new(small, colour).bold(),
                None => Type::new(small, style.muted),
            };
            let at = room.right + small * LEAD;
            let width = style.width - style.margin - at;
            let from = ((plane.x)(end) + 0.2 * small, plane.y(end.by));
            let value = Type::new(small * 0.9, style.muted);
            if self.is_brief(&end.scenario) {
                let chance = chance::in_short(chance::by(end));
                let left = width - value.width(&chance) - small;
                let baseline = centre + 0.35 * small;
                figure.segment(from, (at - 0.3 * small, centre), style.context, style.rule * 0.7);
                figure.text(at, baseline, &set.fit(&end.scenario, left), set);
                figure.text(at + width, baseline, &chance, value.at(Anchor::End));
            } else {
                let to = (at - 0.3 * small, centre - 0.45 * small);
                figure.segment(from, to, colour.unwrap_or(style.context), style.rule * 0.7);
                let name = set.fit(&end.scenario, width);
                figure.text(at, centre - small * 0.1, &name, set);
                let chance = chance::in_full(chance::by(end));
                figure.text(at, centre + small, &chance, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Options;
    use crate::charts::awkward::{self, Run};
    use crate::charts::kind;

    #[test]
    fn forty_scenarios_are_all_named_on_a_page_and_those_in_colour_with_their_intervals() {
        let draw = |scenarios: usize| {
            let tables = Run { allies: 2, ..Run::of(scenarios) }.tables();
            awkward::draw(kind("risk-tiered"), &tables, &Options::default()).unwrap().drawing
        };
        let many = draw(40);
        for place in 0..40 {
            let name = format!("scenario-{place}");
            assert!(many.placed.iter().any(|text| text.words == name), "{name}");
        }
        let intervals = |drawing: &crate::figure::Drawing| {
            drawing.placed.iter().filter(|text| text.words.contains("% (")).count()
        };
        assert_eq!(intervals(&many), 3);
        assert_eq!(intervals(&draw(16)), 16);
        // A page of A4 with margins has 24 cm for a chart 16 cm wide.
        assert!(many.size.1 <= 1.5 * many.size.0, "{:?}", many.size);
    }
}
