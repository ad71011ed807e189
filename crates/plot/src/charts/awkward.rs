//! Tables that are hard to draw, and what must hold for every chart of them: no two labels overlap,
//! none leaves the canvas, and every one is drawn and can be read on its background.

use article5_runner::design::{Design, Structure};
use article5_runner::outcome::QuantityKind;
use article5_runner::tables::Tables;
use article5_runner::tables::rows::{
    AllianceRow, ComparisonRow, CoverRow, MemberComparisonRow, MemberRow, RiskRow, SummaryRow,
};
use resvg::{tiny_skia, usvg};

use super::{Kind, Page, Sheet};
use crate::colour::Rgb;
use crate::figure::{Drawing, Rect};
use crate::style::{Ink, Size, Style};
use crate::{Options, Provenance, Wording};

/// The dimensions of a run of made-up numbers.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) scenarios: Vec<String>,
    /// The place of the scenario that the others are compared with.
    pub(super) reference: usize,
    pub(super) allies: usize,
    pub(super) quarters: u32,
    /// The chance of every risk at the horizon, by the place of the scenario.
    pub(super) risk: fn(usize) -> f64,
    /// How many points its design has, 0 for no design; the rows are those of the first.
    pub(super) points: usize,
    /// Whether the allies have places on the tile map.
    pub(super) tiles: bool,
}

impl Run {
    /// A run of this many scenarios over ten years, with 31 allies and risks that differ.
    pub(super) fn of(scenarios: usize) -> Self {
        Self {
            scenarios: (0..scenarios).map(|place| format!("scenario-{place}")).collect(),
            reference: 0,
            allies: 31,
            quarters: 40,
            risk: |place| 0.9 * libm::fabs(libm::sin(1.7 * place as f64 + 0.3)),
            points: 0,
            tiles: true,
        }
    }

    /// The cases that every chart is tested with.
    pub(super) fn awkward() -> Vec<(&'static str, Self)> {
        let long = |place: usize| format!("{place}-{}", "deterrence-by-denial-".repeat(6));
        vec![
            ("one scenario", Self::of(1)),
            ("three scenarios", Self::of(3)),
            ("the last is the reference", Self { reference: 2, ..Self::of(3) }),
            ("twelve scenarios", Self::of(12)),
            ("twelve alike", Self { risk: |_| 0.2, ..Self::of(12) }),
            ("thirty scenarios", Self { allies: 5, ..Self::of(30) }),
            ("two allies", Self { allies: 2, ..Self::of(2) }),
            ("sixty allies", Self { allies: 60, ..Self::of(2) }),
            ("sixty allies on no map", Self { allies: 60, tiles: false, ..Self::of(2) }),
            ("nothing happens", Self { risk: |_| 0.0, ..Self::of(4) }),
            ("everything happens", Self { risk: |_| 1.0, ..Self::of(4) }),
            ("hardly anything happens", Self { risk: |_| 0.0004, ..Self::of(4) }),
            ("a design of one point", Self { points: 1, ..Self::of(2) }),
            ("one quarter", Self { quarters: 1, ..Self::of(3) }),
            ("three quarters", Self { quarters: 3, ..Self::of(3) }),
            ("a century", Self { quarters: 400, allies: 4, ..Self::of(2) }),
            ("long names", Self { scenarios: (0..3).map(long).collect(), ..Self::of(3) }),
        ]
    }

    /// The tables of the run.
    pub(super) fn tables(&self) -> Tables {
        let mut tables = Tables::default();
        for place in 0..self.scenarios.len() {
            for quarter in 1..=self.quarters {
                self.quarter(place, quarter, &mut tables);
            }
            if place != self.reference {
                self.compare(place, &mut tables.comparisons);
                let allies = (0..self.allies).map(|ally| self.compare_member(place, ally));
                tables.member_comparisons.extend(allies);
            }
        }
        tables.design = (self.points > 0).then(|| Design {
            keys: vec!["guarantee.monitoring".to_owned()],
            points: ndarray::Array2::zeros((self.points, 1)),
            structure: Structure::Free,
        });
        tables.alliance = (0..self.allies).map(|ally| self.ally(ally)).collect();
        tables
    }

    fn date(quarter: u32) -> String {
        format!("{}-Q{}", 2026 + (quarter - 1) / 4, (quarter - 1) % 4 + 1)
    }

    fn iso3(ally: usize) -> String {
        let letter = |n: usize| char::from(b'A' + (n % 26) as u8);
        [letter(ally), letter(ally / 26), 'M'].iter().collect()
    }

    fn frontline(ally: usize) -> u8 {
        u8::from(ally.is_multiple_of(3))
    }

    /// A level that falls with the scenario's risk, and more so with time.
    fn trust(&self, place: usize, quarter: u32, start: f64) -> f64 {
        let share = f64::from(quarter) / f64::from(self.quarters);
        (start * (1.0 - 0.5 * share * (self.risk)(place))).clamp(0.0, 1.0)
    }

    fn quarter(&self, place: usize, quarter: u32, tables: &mut Tables) {
        let scenario = || self.scenarios[place].clone();
        let (point, date, n) = (0, || Self::date(quarter), 1000);
        for risk in article5_runner::outcome::Risk::ALL {
            let by = (self.risk)(place) * f64::from(quarter) / f64::from(self.quarters);
            let (low, high) = (0.9 * by, (1.1 * by + 0.002).min(1.0));
            tables.risks.push(RiskRow {
                scenario: scenario(),
                point,
                quarter,
                date: date(),
                risk: risk.name().to_owned(),
                n,
                by,
                by_low: low,
                by_high: high,
                at: by,
                at_low: low,
                at_high: high,
            });
        }
        for (outcome, start) in [
            ("trust_mean", 0.5),
            ("frontline_trust", 0.6),
            ("rear_trust", 0.5),
            ("tier_upper", 0.7),
            ("tier_lower", 0.3),
            ("tier_gap", 0.4),
        ] {
            let mid = self.trust(place, quarter, start);
            let [q05, q25, q75, q95] =
                [-0.2, -0.1, 0.1, 0.2].map(|off: f64| (mid + off).clamp(0.0, 1.0));
            tables.summary.push(SummaryRow {
                scenario: scenario(),
                point,
                quarter,
                date: date(),
                outcome: outcome.to_owned(),
                n,
                mean: mid,
                sd: Some(0.1),
                se: Some(0.003),
                low: Some(mid - 0.006),
                high: Some(mid + 0.006),
                q05,
                q25,
                q50: mid,
                q75,
                q95,
            });
        }
        for ally in 0..self.allies {
            tables.members.push(self.member(place, quarter, ally));
            if quarter != 1 && quarter != self.quarters {
                continue;
            }
            for target in 0..self.allies {
                let start = 0.3 + 0.6 * ((ally * 7 + target * 3) % 11) as f64 / 11.0;
                tables.cover.push(CoverRow {
                    scenario: scenario(),
                    point,
                    quarter,
                    date: date(),
                    observer: Self::iso3(ally),
                    target: Self::iso3(target),
                    n,
                    p_full_mean: self.trust(place, quarter, start),
                });
            }
        }
    }

    fn member(&self, place: usize, quarter: u32, ally: usize) -> MemberRow {
        let start = 0.2 + 0.7 * ((ally * 5) % 13) as f64 / 13.0;
        let mid = self.trust(place, quarter, start);
        let quantile = |off: f64| (mid + off).clamp(0.0, 1.0);
        let tiered_n = (1000.0 * (self.risk)(place)) as u64;
        MemberRow {
            scenario: self.scenarios[place].clone(),
            point: 0,
            quarter,
            date: Self::date(quarter),
            iso3: Self::iso3(ally),
            frontline: Self::frontline(ally),
            n: 1000,
            trust_mean: mid,
            trust_sd: Some(0.1),
            trust_low: Some(mid - 0.006),
            trust_high: Some(mid + 0.006),
            trust_q05: quantile(-0.2),
            trust_q25: quantile(-0.1),
            trust_q50: mid,
            trust_q75: quantile(0.1),
            trust_q95: quantile(0.2),
            tiered_n,
            lower_tier: (tiered_n > 0).then_some(1.0 - start),
            effort_mean: 0.02,
            defence_mean: 0.3,
            in_force: 0.0,
            allied_cover_mean: mid,
            moscow_cover_mean: mid,
        }
    }

    fn compare_member(&self, place: usize, ally: usize) -> MemberComparisonRow {
        let [own, reference] =
            [place, self.reference].map(|place| self.member(place, self.quarters, ally));
        let difference = own.trust_mean - reference.trust_mean;
        MemberComparisonRow {
            scenario: own.scenario,
            reference: reference.scenario,
            point: 0,
            quarter: own.quarter,
            date: own.date,
            iso3: own.iso3,
            n: own.n,
            trust_difference: difference,
            trust_low: Some(difference - 0.003),
            trust_high: Some(difference + 0.003),
            pairing_gain: Some(8.0),
        }
    }

    fn compare(&self, place: usize, rows: &mut Vec<ComparisonRow>) {
        let difference = (self.risk)(place) - (self.risk)(self.reference);
        let risks =
            article5_runner::outcome::Risk::ALL.map(|risk| (QuantityKind::Risk, risk.name()));
        let outcomes = ["trust_mean", "frontline_trust", "rear_trust", "tier_gap"];
        for (kind, outcome) in
            risks.into_iter().chain(outcomes.map(|name| (QuantityKind::Outcome, name)))
        {
            rows.push(ComparisonRow {
                scenario: self.scenarios[place].clone(),
                reference: self.scenarios[self.reference].clone(),
                point: 0,
                quarter: self.quarters,
                date: Self::date(self.quarters),
                kind,
                outcome: outcome.to_owned(),
                n: 1000,
                difference,
                low: Some(difference - 0.02),
                high: Some(difference + 0.02),
                pairing_gain: Some(2.0),
            });
        }
    }

    fn ally(&self, ally: usize) -> AllianceRow {
        let tile = |place: usize| self.tiles.then(|| u32::try_from(place).unwrap());
        AllianceRow {
            iso3: Self::iso3(ally),
            name: format!("Ally {ally} of the alliance"),
            gdp_usd_bn: 100.0,
            us_troops_k: 0.0,
            land_border_with_russia: 0,
            distance_capital_to_russia_km: 500.0,
            defence_share_gdp_2025e: 2.0,
            nuclear_weapons_state: 0,
            trust_prior_pct: 45.0,
            force_caution: 0.5,
            tile_col: tile(ally % 9),
            tile_row: tile(ally / 9),
            stake: 0.0,
            exposure: 0.0,
            frontline: Self::frontline(ally),
        }
    }
}

/// Draws a kind of chart for every awkward case and checks it; whether a case has such a chart is
/// for the chart to decide.
pub(super) fn check_all(name: &str) {
    let kind = super::kind(name);
    let drawn = Run::awkward().into_iter().filter(|(case, run)| {
        check_drawn(&format!("{}, {case}", kind.name), kind, &run.tables()).is_some()
    });
    assert!(drawn.count() > 0, "{} was never drawn", kind.name);
}

/// Draws a kind of chart in either wording and checks both; returns the one with English words.
pub(super) fn check_drawn(case: &str, kind: &Kind, tables: &Tables) -> Option<Sheet> {
    let [english, neutral] = [Wording::English, Wording::Neutral].map(|wording| {
        let options = Options { wording, ..Options::default() };
        let sheet = draw(kind, tables, &options)?;
        check(&format!("{case}, {wording:?}"), &sheet.drawing);
        Some(sheet)
    });
    assert_eq!(english.is_some(), neutral.is_some(), "{case}");
    english
}

/// The longest source line that can occur.
fn provenance() -> Provenance {
    Provenance {
        name: "a-run-with-a-long-name".repeat(4),
        version: "0.1.0".to_owned(),
        seed: u64::MAX,
        replicates: u64::MAX,
    }
}

/// Whether a kind of chart fits on a slide.
pub(super) fn fits_on_a_slide(kind: &Kind, tables: &Tables) -> bool {
    let slide = Options { style: Style::new(Size::Slide, Ink::Light), ..Options::default() };
    let charts = kind.draw(tables, &provenance(), &slide).unwrap();
    let page = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"960\" height=\"540\"";
    charts.iter().all(|chart| chart.svg.starts_with(page))
}

/// Draws a kind of chart with the longest source line that can occur.
pub(super) fn draw(kind: &Kind, tables: &Tables, options: &Options) -> Option<Sheet> {
    let provenance = provenance();
    let options = Options { embed_font: false, ..*options };
    let page = Page { name: kind.name, tables, provenance: &provenance, options: &options };
    kind.sheet(&page).unwrap()
}

/// Draws a kind of chart on as many pages as it takes, and checks each.
pub(super) fn check_pages(kind: &Kind, tables: &Tables, options: &Options) -> Vec<Sheet> {
    let provenance = provenance();
    let options = Options { embed_font: false, ..*options };
    let page = Page { name: kind.name, tables, provenance: &provenance, options: &options };
    let sheets = kind.sheets(&page).unwrap();
    sheets.iter().for_each(|sheet| check(&sheet.name, &sheet.drawing));
    sheets
}

/// Checks what must hold for every chart.
pub(super) fn check(case: &str, drawing: &Drawing) {
    let Drawing { placed, size, svg, .. } = drawing;
    let canvas = Rect::new(0.0, 0.0, size.0, size.1);
    for (i, text) in placed.iter().enumerate() {
        let area = text.area;
        let inside = area.left >= canvas.left
            && area.top >= canvas.top
            && area.right <= canvas.right
            && area.bottom <= canvas.bottom;
        assert!(inside, "{case}: {text:?} leaves {canvas:?}");
        for other in &placed[..i] {
            assert!(!area.overlaps(&other.area), "{case}: {text:?} on {other:?}");
        }
    }
    let (with, without) = (pixels(svg), pixels(&without_texts(svg)));
    for text in placed {
        let (mut letters, mut legible) = (0, 0);
        for y in text.area.top.floor() as u32..text.area.bottom.ceil() as u32 {
            for x in text.area.left.floor() as u32..text.area.right.ceil() as u32 {
                let (new, old) = (with.pixel(x, y).unwrap(), without.pixel(x, y).unwrap());
                if new != old {
                    let behind = Rgb(old.red(), old.green(), old.blue());
                    letters += 1;
                    legible += u32::from(behind.contrast(text.colour) >= CONTRAST);
                }
            }
        }
        assert!(letters > 0, "{case}: {text:?} is not drawn");
        let share = f64::from(legible) / f64::from(letters);
        assert!(share >= 1.0 - LINES, "{case}: {text:?} can be read on {share:.2} of its ground");
    }
}

/// The least contrast of type with its background: WCAG 2.2, success criterion 1.4.3.
const CONTRAST: f64 = 4.5;
/// The share of a label that may lie on the thin lines that pass behind it.
const LINES: f64 = 0.35;

fn without_texts(svg: &str) -> String {
    let mut parts = svg.split("<text");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    kept.extend(parts.filter_map(|part| part.split_once("</text>")).map(|(_, rest)| rest));
    kept
}

fn pixels(svg: &str) -> tiny_skia::Pixmap {
    let tree = usvg::Tree::from_str(svg, &crate::raster_options()).unwrap();
    let size = tree.size().to_int_size();
    let mut pixels = tiny_skia::Pixmap::new(size.width(), size.height()).unwrap();
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixels.as_mut());
    pixels
}
