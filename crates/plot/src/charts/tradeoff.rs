//! The policy trade-off: each scenario's risk of a tiered alliance against its risk of renewed war,
//! with intervals, and the frontier.

mod frontier;
mod labels;

use article5_runner::numbers::counted;
use itertools::Itertools;

use super::{Page, Sheet};
use crate::axes::{ValueAxis, foot};
use crate::colour::Rgb;
use crate::figure::{Anchor, Figure, Rect, Type};
use crate::style::{BLUE, Pen, Style};
use crate::{PlotError, chance};
use frontier::{Place, Policy, TIERS, WAR, headline, policies};
use labels::labelled;

/// The least height of the plane, as a share of the width.
const LEAST_SHARE: f64 = 0.36;

/// The steps between the rules of an axis, at most.
const STEPS: u32 = 5;

/// Draws the chart; `None` if the tables do not have both risks.
pub(super) fn draw(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    let policies = policies(page.tables);
    let Some(first) = policies.first() else { return Ok(None) };
    let all = page.tables.scenarios().len();
    let chosen = match policies.len() {
        shown if shown < all => {
            let shown = counted(shown as u64, "policy", "policies");
            format!(". Shown: the {shown} among {all} scenarios")
        }
        _ => String::new(),
    };
    let subtitle = format!(
        "Chance by {} that war in Ukraine has resumed, and that the alliance has become tiered, \
         with 95% intervals. Lower left is better{}{chosen}",
        first.war.date,
        places(&policies)
    );
    let mut figure = page.figure(&headline(&policies, page.tables), &subtitle);
    figure.caption(&first.war.date);
    let style = figure.style();
    let (plane, labels) = labelled(&mut figure, &policies, style.width * LEAST_SHARE);
    plane.axes(&mut figure);
    plane.frontier(&mut figure, &policies);
    for policy in policies.iter().rev() {
        plane.point(&mut figure, policy);
    }
    labels.draw(&mut figure, plane.body);
    let rows = policies.iter().flat_map(|policy| [policy.war, policy.tiers]);
    page.sheet(figure, &spoken(&policies), rows)
}

/// What the marks say of a scenario's place; nothing of a single one.
fn places(policies: &[Policy<'_>]) -> String {
    if policies.len() < 2 {
        return String::new();
    }
    let has = |place: Place| policies.iter().any(|policy| policy.place == place);
    let told = [
        (Place::On, "Blue: on the frontier, as every other is shown to be worse on one of the two"),
        (Place::Off, "Grey: off it, as another is shown to be better"),
        (Place::Open, "Blue ring: neither is shown"),
    ];
    let told = told.into_iter().filter(|(place, _)| has(*place)).map(|(_, words)| words);
    format!(". {}", told.format(". "))
}

/// The points in a sentence, for those who do not see the picture.
fn spoken(policies: &[Policy<'_>]) -> String {
    let said = policies.iter().map(|policy| {
        let Policy { scenario, war, tiers, .. } = policy;
        let place = match policy.place {
            Place::On => ", on the frontier",
            Place::Open => ", on the frontier or off it",
            Place::Off => "",
        };
        let [war, tiers] = [war, tiers].map(|risk| chance::in_full(chance::by(risk)));
        format!("{scenario}{place}: war {war}, tiered {tiers}")
    });
    format!("{}.", said.format("; "))
}

/// The plane of the two risks on the canvas.
struct Plane {
    room: Rect,
    body: Rect,
    across: ValueAxis,
    up: ValueAxis,
    style: Style,
}

impl Plane {
    fn new(policies: &[Policy<'_>], body: Rect, style: &Style) -> Self {
        let small = style.small;
        let most = |of: fn(&Policy<'_>) -> f64| policies.iter().map(of).fold(0.0, f64::max);
        let across = ValueAxis::covering(0.0, most(|policy| policy.war.by_high), STEPS);
        let up = ValueAxis::covering(0.0, most(|policy| policy.tiers.by_high), STEPS);
        let room = Rect::new(
            body.left + up.label_width(small, ValueAxis::percent),
            body.top + small * 2.2,
            body.right - small * 1.5,
            body.bottom - foot(small) - small * 1.4,
        );
        Self { room, body, across, up, style: *style }
    }

    fn x(&self, share: f64) -> f64 {
        self.across.place(share, self.room.left, self.room.right)
    }

    fn y(&self, share: f64) -> f64 {
        self.up.place(share, self.room.bottom, self.room.top)
    }

    fn at(&self, policy: &Policy<'_>) -> (f64, f64) {
        (self.x(policy.war.by), self.y(policy.tiers.by))
    }

    fn axes(&self, figure: &mut Figure) {
        let Self { room, style, across, up, .. } = self;
        let small = style.small;
        up.rules(figure, *room, Some(ValueAxis::percent));
        across.columns(figure, *room, ValueAxis::percent);
        let title = Type::new(small, style.text);
        let names = [(TIERS, "Tiered alliance"), (WAR, "Renewed war in Ukraine")];
        let [tiers, war] = names.map(|(risk, words)| figure.wording().pick(words, risk.name()));
        figure.text(self.body.left, self.body.top + small, &format!("↑ {tiers}"), title);
        let end = title.at(Anchor::End);
        figure.text(room.right, self.body.bottom, &format!("{war} →"), end);
    }

    /// Draws the steps to the left of and below which there is no scenario.
    fn frontier(&self, figure: &mut Figure, policies: &[Policy<'_>]) {
        let steps = self.steps(policies);
        figure.line(steps, Pen::solid(BLUE, self.style.rule));
    }

    fn steps(&self, policies: &[Policy<'_>]) -> Vec<(f64, f64)> {
        let mut places: Vec<(f64, f64)> = policies.iter().map(|p| self.at(p)).collect();
        places.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
        let mut steps: Vec<(f64, f64)> = Vec::new();
        let mut level = self.room.top;
        for (x, y) in places {
            if y > level || steps.is_empty() {
                steps.extend([(x, level), (x, y)]);
                level = y;
            }
        }
        steps.push((self.room.right, level));
        steps
    }

    fn colour(&self, policy: &Policy<'_>) -> Rgb {
        if policy.place == Place::Off { self.style.context } else { BLUE }
    }

    fn point(&self, figure: &mut Figure, policy: &Policy<'_>) {
        let ((x, y), ink) = (self.at(policy), self.colour(policy));
        let Policy { war, tiers, .. } = policy;
        let thin = self.style.line * 0.75;
        figure.segment((self.x(war.by_low), y), (self.x(war.by_high), y), ink, thin);
        figure.segment((x, self.y(tiers.by_low)), (x, self.y(tiers.by_high)), ink, thin);
        if policy.place == Place::On {
            figure.dot(x, y, self.radius(), ink);
        } else {
            figure.ring(x, y, self.radius(), ink);
        }
        let [war, tiers] = [war, tiers].map(|risk| chance::in_full(chance::by(risk)));
        let names = [(WAR, "renewed war"), (TIERS, "tiered alliance")];
        let [on_war, on_tiers] =
            names.map(|(risk, words)| figure.wording().pick(words, risk.name()));
        let words = format!("{}: {on_war} {war}, {on_tiers} {tiers}", policy.scenario);
        figure.tip(Rect::around((x, y), 2.0 * self.radius()), words);
    }

    fn radius(&self) -> f64 {
        self.style.line * 2.2
    }
}

#[cfg(test)]
mod tests {
    use article5_runner::design::{Design, Structure};
    use article5_runner::tables::Tables;

    use super::frontier::tests::tables;
    use crate::Options;
    use crate::charts::{awkward, kind};
    use crate::figure::Placed;

    fn many(count: usize, at: fn(f64) -> (f64, f64)) -> Tables {
        let names: Vec<String> = (0..count).map(|k| format!("scenario-{k}")).collect();
        let places = names.iter().enumerate().map(|(k, name)| {
            let (war, tiers) = at(k as f64 / count as f64);
            (name.as_str(), war, tiers)
        });
        tables(&places.collect::<Vec<_>>())
    }

    #[test]
    fn every_scenario_has_its_name_in_awkward_cases() {
        let long = "deterrence-by-denial-".repeat(6);
        let cases = [
            ("one scenario", many(1, |_| (0.3, 0.2))),
            ("twelve alike", many(12, |_| (0.3, 0.2))),
            ("twelve on the frontier", many(12, |k| (k, 1.0 - k))),
            ("nothing happens", many(12, |_| (0.0, 0.0))),
            ("everything happens", many(12, |_| (1.0, 1.0))),
            ("no war", many(12, |k| (0.0, k))),
            ("long names", tables(&[(&long, 0.3, 0.1), (&long, 0.9, 0.1), (&long, 0.1, 0.9)])),
        ];
        for (case, tables) in cases {
            let sheet = awkward::check_drawn(case, kind("trade-off"), &tables).unwrap();
            let names = sheet.drawing.placed.iter().filter(|text| {
                text.words.starts_with("scenario-") || text.words.starts_with("deterrence-")
            });
            assert!(names.count() >= tables.risks.len() / 2, "{case}: a scenario has no name");
        }
    }

    #[test]
    fn scenarios_without_room_for_their_names_have_numbers_and_an_index() {
        let drawn = |count: usize, at| {
            let tables = many(count, at);
            awkward::check_drawn("crowded", kind("trade-off"), &tables).unwrap().drawing.placed
        };
        let words = |placed: &[Placed], name: &str| placed.iter().any(|text| text.words == name);
        // Close together along a line: each name would stand on others' intervals.
        let crowded = drawn(40, |k| (0.4 + 0.1 * k, 0.5 + 0.1 * k));
        for place in 0..40 {
            assert!(words(&crowded, &format!("scenario-{place}")), "{place} is not in the index");
            assert!(words(&crowded, &(place + 1).to_string()), "{place} has no number");
        }
        // The index is below the plane, whose last label is the name of its axis.
        let axis = crowded.iter().find(|text| text.words.starts_with("Renewed war")).unwrap();
        let is_name =
            |text: &&Placed| text.words.starts_with("scenario-") && !text.words.contains(' ');
        let names: Vec<&Placed> = crowded.iter().filter(is_name).collect();
        assert!(names.len() == 40 && names.iter().all(|name| name.area.top > axis.area.bottom));
        let tables = many(40, |k| (0.4 + 0.1 * k, 0.5 + 0.1 * k));
        assert!(awkward::fits_on_a_slide(kind("trade-off"), &tables));
        // Points that print as one share a label, and where all names have room there are no numbers.
        let twins = drawn(40, |k| (0.4 + 0.02 * (40.0 * k) % 2.0, 0.5));
        assert!(twins.iter().any(|text| text.words.contains('–')), "{twins:?}");
        // Names too, where there is room.
        let twins = drawn(4, |k| (if k < 0.5 { 0.3 } else { k }, 0.5));
        assert!(
            words(&twins, "scenario-0, scenario-1") && words(&twins, "scenario-2"),
            "{twins:?}"
        );
        let few = drawn(4, |k| (k, 0.2 + 0.5 * k));
        assert!(words(&few, "scenario-3") && !words(&few, "4"));
    }

    #[test]
    fn scenarios_that_are_no_policies_are_left_out_and_that_is_told() {
        let mut tables = tables(&[("talk", 0.3, 0.1), ("firm", 0.1, 0.3), ("theory", 0.0, 0.0)]);
        tables.policies = ["talk", "firm"].map(str::to_owned).to_vec();
        let sheet = awkward::draw(kind("trade-off"), &tables, &Options::default()).unwrap();
        assert!(sheet.drawing.subtitle.ends_with(". Shown: the 2 policies among 3 scenarios"));
        assert!(sheet.drawing.headline.starts_with("No policy is shown to be better"));
        assert!(!String::from_utf8(sheet.data).unwrap().contains("theory"));
        tables.policies.clear();
        let all = awkward::draw(kind("trade-off"), &tables, &Options::default()).unwrap();
        assert!(all.drawing.headline.contains("theory") && !all.drawing.subtitle.contains("Shown"));
    }

    #[test]
    fn a_design_of_several_points_has_no_one_trade_off() {
        let is_drawn = |points: usize| {
            let design = Design {
                keys: vec!["guarantee.monitoring".to_owned()],
                points: ndarray::Array2::zeros((points, 1)),
                structure: Structure::Free,
            };
            let tables = Tables { design: Some(design), ..tables(&[("one", 0.2, 0.1)]) };
            awkward::draw(kind("trade-off"), &tables, &Options::default()).is_some()
        };
        assert!(is_drawn(1) && !is_drawn(2));
    }

    #[test]
    fn the_trade_off_can_be_read_in_awkward_runs() {
        awkward::check_all("trade-off");
    }
}
