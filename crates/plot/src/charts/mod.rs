//! The charts, one module each, and the list of them.

mod allies;
#[cfg(test)]
mod awkward;
mod boxes;
mod chosen;
mod claims;
mod cover;
mod fan;
mod findings;
mod focus;
mod heat;
mod map;
mod ranking;
mod risk;
mod sensitivity;
mod tiers;
mod trace;
mod tradeoff;
pub(crate) mod words;

use article5_runner::design::Design;
use article5_runner::outcome::Risk;
use article5_runner::tables::catalogue::{Column, Table};
use article5_runner::tables::rows::RiskRow;
use article5_runner::tables::{Tables, to_csv, to_csv_of_points};

pub(crate) use boxes::{interest, of_each_box, quasi_p, values as box_values};
pub(crate) use sensitivity::of_each_subject;

use crate::figure::{Drawing, Figure};
use crate::style::Style;
use crate::{Chart, DATA, Options, PlotError, Provenance, Wording};

/// A kind of chart that a run can have.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The name of its files, without the ending.
    pub name: &'static str,
    /// What it shows, in a phrase without a full stop.
    pub shows: &'static str,
    draw: Draw,
    /// How it is divided if it is too high for a page; `None` for what stays in one piece.
    divide: Option<Divide>,
    /// Whether it shows a single course of each scenario, which a design of several points has not.
    of_one_point: bool,
}

type Draw = fn(&Page<'_>) -> Result<Option<Sheet>, PlotError>;

/// Draws a chart on several pages of the style's height.
type Divide = fn(&Page<'_>) -> Result<Vec<Sheet>, PlotError>;

impl Kind {
    const fn new(name: &'static str, shows: &'static str, draw: Draw) -> Self {
        Self { name, shows, draw, divide: None, of_one_point: false }
    }

    const fn of_one_point(name: &'static str, shows: &'static str, draw: Draw) -> Self {
        Self { of_one_point: true, ..Self::new(name, shows, draw) }
    }

    const fn on_pages(name: &'static str, shows: &'static str, draw: Draw, divide: Divide) -> Self {
        Self { divide: Some(divide), ..Self::new(name, shows, draw) }
    }

    /// The kind of chart with this name.
    ///
    /// ```
    /// use article5_plot::charts::Kind;
    ///
    /// assert!(Kind::named("trust-fan").is_some_and(|kind| kind.shows.starts_with("trust")));
    /// ```
    pub fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }
}

/// The folder of a run that has its charts.
pub const FOLDER: &str = "charts";

/// All charts, in the order in which a report has them.
pub const KINDS: [Kind; 22] = [
    Kind::of_one_point(
        "risk-tiered",
        "risk of a tiered alliance over time, by scenario",
        risk::draw,
    ),
    Kind::of_one_point("risks", "the other risks over time, one panel each", risk::others::draw),
    Kind::of_one_point(
        "trade-off",
        "each scenario's risk of a tiered alliance against its risk of renewed war",
        tradeoff::draw,
    ),
    Kind::of_one_point(
        "trust-fan",
        "trust of frontline and rear allies over time, one panel per scenario",
        fan::draw,
    ),
    Kind::of_one_point("trust-map", "tile map of each ally's trust at the horizon", map::trust),
    Kind::of_one_point(
        "trust-change-map",
        "tile map of the change in each ally's trust since the start",
        map::change,
    ),
    Kind::of_one_point(
        "lower-tier-map",
        "tile map of how often each ally is in the lower tier",
        map::lower_tier,
    ),
    Kind::of_one_point(
        "trust-ranking",
        "the allies ranked by trust, start to horizon, with the spread of the runs",
        ranking::draw,
    ),
    Kind::of_one_point(
        "cover-matrix",
        "who is covered in whose eyes, before and after",
        cover::draw,
    ),
    Kind::of_one_point(
        "tier-distribution",
        "distribution of the trust of the upper and the lower class through time",
        tiers::draw,
    ),
    Kind::new(
        "sweep-tiered",
        "the risk of a tiered alliance over one varied parameter, by scenario",
        risk::sweep::tiered,
    ),
    Kind::new(
        "sweep-war",
        "the risk of renewed war over one varied parameter, by scenario",
        risk::sweep::war,
    ),
    Kind::new("heat-map", "the risk of a tiered alliance over two varied parameters", heat::tiered),
    Kind::new("heat-map-war", "the risk of renewed war over two varied parameters", heat::war),
    Kind::new(
        "difference-map",
        "how much each policy changes the risk of a tiered alliance over two varied parameters",
        heat::tiered_difference,
    ),
    Kind::new(
        "difference-map-war",
        "how much each policy changes the risk of renewed war over two varied parameters",
        heat::war_difference,
    ),
    Kind::new(
        "sensitivity",
        "what decides an outcome: Sobol's indices of each parameter",
        sensitivity::sobol,
    ),
    Kind::new(
        "screening",
        "what matters and what interacts: Morris's elementary effects of each parameter",
        sensitivity::morris,
    ),
    Kind::new(
        "boxes",
        "in which corner of the parameter space it happens: the limits of PRIM's boxes",
        boxes::draw,
    ),
    Kind::on_pages(
        "claims",
        "the claims: effects, share of the parameter space, verdicts; many on several pages",
        claims::draw,
        claims::pages,
    ),
    Kind::new("trace", "one replicate's trust through time, with what happened", trace::draw),
    Kind::new(
        "trace-against",
        "the same replicate under the scenario that it is set against",
        trace::against,
    ),
];

impl Kind {
    /// Draws the chart: none if the tables lack what it shows, and several if it has more rows than
    /// fit on a page.
    ///
    /// # Errors
    ///
    /// [`PlotError::Draw`] if plotters fails.
    pub fn draw(
        &self,
        tables: &Tables,
        provenance: &Provenance,
        options: &Options,
    ) -> Result<Vec<Chart>, PlotError> {
        let chart = |Sheet { name, drawing, data, columns }: Sheet| {
            let Drawing { svg, headline, subtitle, spoken, .. } = drawing;
            let (kind, size) = (self.name, options.style.size);
            Chart { kind, name, size, headline, subtitle, spoken, svg, data, columns }
        };
        let sheets = self.sheets(&Page { name: self.name, tables, provenance, options })?;
        Ok(sheets.into_iter().map(chart).collect())
    }

    fn sheets(&self, page: &Page<'_>) -> Result<Vec<Sheet>, PlotError> {
        let style = page.options.style;
        let options = |style: Style| Options { style, ..*page.options };
        let pages = self.divide.zip(style.page());
        // On one page, type is no smaller than on several.
        let least = pages.map_or(0.0, |(_, of_pages)| of_pages.small);
        let style = match pages {
            Some((_, of_pages)) if style.small < least => of_pages,
            _ => style,
        };
        let draw = |style: Style| self.sheet(&Page { options: &options(style), ..*page });
        let Some(whole) = fitted(style, least, draw)? else { return Ok(Vec::new()) };
        match pages {
            Some((divide, style)) if whole.drawing.size.1 > style.height => {
                divide(&Page { options: &options(style), ..*page })
            }
            _ => Ok(vec![whole]),
        }
    }

    /// Whether a file with this name, without the ending, is a chart of this kind, a page of one, or
    /// the data of either.
    ///
    /// ```
    /// use article5_plot::charts::Kind;
    ///
    /// let trace = Kind::named("trace").unwrap();
    /// assert!(["trace", "trace-data", "trace-2", "trace-2-data"].iter().all(|name| trace.has(name)));
    /// assert!(!trace.has("trace-against"));
    /// ```
    pub fn has(&self, name: &str) -> bool {
        let chart = name.strip_suffix(DATA).unwrap_or(name);
        let is_number = |page: &str| page.parse::<usize>().is_ok();
        chart
            .strip_prefix(self.name)
            .is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-').is_some_and(is_number))
    }

    fn sheet(&self, page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
        let design = page.tables.design.as_ref();
        let is_of_several = design.is_some_and(|design| design.points.nrows() > 1);
        if self.of_one_point && is_of_several { Ok(None) } else { (self.draw)(page) }
    }
}

/// Draws with ever smaller type until the chart is no higher than its page, if the style has one, or
/// small type would be below `least`.
fn fitted(
    style: Style,
    least: f64,
    draw: impl Fn(Style) -> Result<Option<Sheet>, PlotError>,
) -> Result<Option<Sheet>, PlotError> {
    /// The last makes body type 9 points on a slide 34 cm wide, slightly larger than in a report.
    const SIZES: [f64; 9] = [1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6];
    let mut drawn = None;
    for style in SIZES.map(|times| style.scaled(times)) {
        if style.small < least {
            break;
        }
        drawn = draw(style)?;
        let (_, height) = drawn.as_ref().map_or((0.0, 0.0), |sheet: &Sheet| sheet.drawing.size);
        if !style.fits() || height <= style.height {
            break;
        }
    }
    Ok(drawn)
}

/// Every chart that the tables allow.
///
/// # Errors
///
/// [`PlotError::Draw`] if plotters fails.
pub fn all(
    tables: &Tables,
    provenance: &Provenance,
    options: &Options,
) -> Result<Vec<Chart>, PlotError> {
    let charts = KINDS.iter().map(|kind| kind.draw(tables, provenance, options));
    Ok(charts.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// What a chart is drawn from.
#[derive(Clone, Copy, Debug)]
struct Page<'a> {
    /// The chart's name.
    name: &'a str,
    tables: &'a Tables,
    provenance: &'a Provenance,
    options: &'a Options,
}

impl<'a> Page<'a> {
    /// What the labels say.
    fn wording(&self) -> Wording {
        self.options.wording
    }

    /// The rows of a risk at the last quarter, at all design points.
    fn at_horizon(&self, risk: Risk) -> Vec<&'a RiskRow> {
        at_horizon(self.tables, risk)
    }

    /// Begins a figure with this headline and subtitle and the run's source line.
    fn figure(&self, headline: &str, subtitle: &str) -> Figure {
        let source = self.provenance.line(self.tables, self.wording());
        Figure::new(self.options, headline, subtitle, &source)
    }

    /// Finishes a chart, with the table rows that it draws; `alt` gives the numbers that the
    /// picture shows in whole sentences.
    fn sheet<'r, Row: Table + Clone + 'r>(
        &self,
        figure: Figure,
        alt: &str,
        rows: impl IntoIterator<Item = &'r Row>,
    ) -> Result<Option<Sheet>, PlotError> {
        let rows: Vec<Row> = rows.into_iter().cloned().collect();
        self.sheet_with(figure, alt, (to_csv(&rows), Row::columns()))
    }

    /// Does the same for risks over a design: each row has its point's parameters.
    fn sheet_of_points<'r>(
        &self,
        figure: Figure,
        alt: &str,
        design: &Design,
        rows: impl IntoIterator<Item = &'r RiskRow>,
    ) -> Result<Option<Sheet>, PlotError> {
        let rows: Vec<RiskRow> = rows.into_iter().cloned().collect();
        self.sheet_with(figure, alt, to_csv_of_points(&rows, |row| row.point, design))
    }

    /// Finishes a chart with its data and their columns.
    fn sheet_with(
        &self,
        figure: Figure,
        alt: &str,
        (data, columns): (Vec<u8>, Vec<Column>),
    ) -> Result<Option<Sheet>, PlotError> {
        let drawing = figure.finish(self.name, alt)?;
        Ok(Some(Sheet { name: self.name.to_owned(), drawing, data, columns }))
    }
}

/// The rows of a risk at the last quarter, at all design points.
fn at_horizon(tables: &Tables, risk: Risk) -> Vec<&RiskRow> {
    let horizon = tables.risks.iter().map(|row| row.quarter).max();
    let wanted = |row: &&RiskRow| row.risk == risk.name() && Some(row.quarter) == horizon;
    tables.risks.iter().filter(wanted).collect()
}

/// The kind of chart with this name, which must exist, for its tests.
#[cfg(test)]
fn kind(name: &str) -> &'static Kind {
    Kind::named(name).expect("a chart of that name")
}

/// A chart with the data that it draws, as CSV.
#[derive(Debug)]
struct Sheet {
    /// The name of its files, without the ending.
    name: String,
    drawing: Drawing,
    data: Vec<u8>,
    columns: Vec<Column>,
}

#[cfg(test)]
mod tests {
    use super::awkward::Run;
    use super::*;

    #[test]
    fn allies_whose_names_the_font_cannot_set_are_called_by_their_codes() {
        let mut tables = Run { allies: 2, ..Run::of(1) }.tables();
        tables.alliance[0].name = "한국".to_owned();
        let provenance =
            Provenance { name: "a".to_owned(), version: String::new(), seed: 0, replicates: 1 };
        let options = Options { embed_font: false, ..Options::default() };
        let drawn = kind("trust-ranking").draw(&tables, &provenance, &options).unwrap().remove(0);
        let [code, name] = [&tables.alliance[0].iso3, &tables.alliance[1].name];
        for told in [&drawn.svg, &drawn.spoken] {
            assert!(told.contains(&format!("{code} ")) && told.contains(name), "{told}");
            assert!(!told.contains("??"), "{told}");
        }
    }
}
