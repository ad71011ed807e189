//! Charts of article5, drawn from the tables alone: this crate never runs the model.
//!
//! [`charts::all`] draws every chart that a run has the tables for; [`Chart::to_png`] rasterises one with
//! the embedded font, so that it looks the same on every machine. All charts share one kind of
//! figure, with its axes, panels and colour scales.
//!
//! ```
//! use std::path::Path;
//! use std::sync::atomic::AtomicBool;
//! use article5_plot::{Options, Provenance, charts::Kind};
//! use article5_runner::config::Experiment;
//! use article5_runner::ensemble::{RunControl, Ensemble, EnsembleError};
//! use article5_runner::tables::Tables;
//!
//! let text = "name = \"tour\"\nquarters = 8\nreplicates = 100\n\
//!             scenarios = [\"no-guarantee\", \"article5-like\"]";
//! let experiment = Experiment::from_toml(text, "tour.toml", Path::new("."))?;
//! let mut tables = Tables::new(&experiment);
//! let control = RunControl { progress: &|_| (), stop: &AtomicBool::new(false) };
//! let ensemble = Ensemble::new(&experiment)?;
//! ensemble.run(control, |point, tally| {
//!     tables.add(Tables::of_point(&ensemble, point, &tally));
//!     Ok::<(), EnsembleError>(())
//! })?;
//! // A run's folder has a manifest, from which this comes too.
//! let provenance = Provenance::from(&experiment);
//! let fan = Kind::named("trust-fan").unwrap();
//! let charts = fan.draw(&tables, &provenance, &Options::default())?;
//! let chart = charts.first().expect("there is trust to draw");
//! assert!(chart.headline.contains("trust"));
//! assert!(chart.to_png()?.starts_with(b"\x89PNG"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod axes;
mod callouts;
mod chance;
pub mod charts;
mod claim;
mod colour;
mod figure;
mod groups;
mod key;
mod labels;
mod numbering;
mod panels;
mod ramp;
pub mod report;
pub mod style;
mod text;
mod wording;

pub use wording::Wording;

use std::sync::Arc;

use article5_runner::config::Experiment;
use article5_runner::tables::catalogue::Column;
use article5_runner::tables::{Manifest, Tables};
use itertools::Itertools;
use png::PixelDimensions;
use resvg::{tiny_skia, usvg};

use style::{Ink, Size, Style};

/// How charts are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Sizes and colours.
    pub style: Style,
    /// Whether the SVG carries its font.
    pub embed_font: bool,
    /// What the labels say, and whether headline and subtitle are set.
    pub wording: Wording,
}

impl Default for Options {
    fn default() -> Self {
        let style = Style::new(Size::Report, Ink::Light);
        Self { style, embed_font: true, wording: Wording::English }
    }
}

/// What the source line says about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The run's name.
    pub name: String,
    /// The version of article5.
    pub version: String,
    /// The seed.
    pub seed: u64,
    /// The replicates per scenario and design point that were asked for.
    pub replicates: u64,
}

impl From<&Manifest> for Provenance {
    fn from(manifest: &Manifest) -> Self {
        let Manifest { name, version, seed, replicates, .. } = manifest;
        Self { name: name.clone(), version: version.clone(), seed: *seed, replicates: *replicates }
    }
}

impl From<&Experiment> for Provenance {
    /// The provenance of a run that this version makes.
    fn from(experiment: &Experiment) -> Self {
        let Experiment { name, seed, replicates, .. } = experiment;
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { name: name.clone(), version, seed: *seed, replicates: *replicates }
    }
}

impl Provenance {
    /// The source line of a chart of these tables.
    pub(crate) fn line(&self, tables: &Tables, wording: Wording) -> String {
        let Self { name, version, seed, .. } = self;
        let n = self.count(tables, wording);
        match wording {
            Wording::English => format!(
                "Source: article5 {version}, run “{name}”, {n}, seed {seed}. \
                 A model, not a forecast."
            ),
            Wording::Neutral => format!("article5 {version} · {name} · {n} · seed = {seed}"),
        }
    }

    /// How many replicates the tables rest on.
    fn count(&self, tables: &Tables, wording: Wording) -> String {
        let replicates = self.replicates(tables);
        let count = replicates.words(wording);
        let in_words = if replicates.is_one() {
            "one replicate".to_owned()
        } else {
            format!("{count} replicates")
        };
        let n = wording.pick(in_words, format!("n = {count}"));
        match tables.design.as_ref().map_or(1, |design| design.points.nrows()) {
            _ if !tables.trace.is_empty() => n,
            0 | 1 => n + wording.pick(" per scenario", ""),
            points => {
                let points = wording.count(points as u64);
                let in_words = format!("{n} per scenario and point, {points} points");
                wording.pick(in_words, format!("n = {points} × {count}"))
            }
        }
    }

    /// The number of replicates per scenario and design point. If the tables give it, theirs
    /// counts: a run that stops once it is precise has more than a batch, and a trace has one.
    pub(crate) fn replicates(&self, tables: &Tables) -> Replicates {
        if !tables.trace.is_empty() {
            return Replicates { least: 1, most: 1 };
        }
        let counts = tables.risks.iter().map(|row| row.n).minmax().into_option();
        let (least, most) = counts.unwrap_or((self.replicates, self.replicates));
        Replicates { least, most }
    }
}

/// How many replicates each scenario has at each design point: from the fewest to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Replicates {
    least: u64,
    most: u64,
}

impl Replicates {
    /// Whether there is only one.
    pub(crate) fn is_one(self) -> bool {
        (self.least, self.most) == (1, 1)
    }

    /// The number, or the range.
    pub(crate) fn words(self, wording: Wording) -> String {
        let [least, most] = [self.least, self.most].map(|n| wording.count(n));
        if least == most { most } else { format!("{least} {} {most}", wording.pick("to", "…")) }
    }
}

/// How the name of the data that a chart draws ends.
const DATA: &str = "-data";

/// A drawn chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The name of its kind.
    pub kind: &'static str,
    /// The name of its files, without the ending: that of its kind, with the number of the page if
    /// there are several.
    pub name: String,
    /// Where it is to be shown.
    pub size: Size,
    /// What it finds, with the numbers it draws, in one sentence without a full stop.
    pub headline: String,
    /// What the chart draws, with units.
    pub subtitle: String,
    /// The numbers that the picture shows, in whole sentences: alt text and caption.
    pub spoken: String,
    /// The SVG document.
    pub svg: String,
    /// The data that it draws, as CSV: the rows of the run's table that it is drawn from.
    pub data: Vec<u8>,
    /// The columns of that table.
    pub columns: Vec<Column>,
}

impl Chart {
    /// The name of the file of its data, without the ending: not that of the chart, which may be
    /// that of a table of the run, of which the chart may draw a part.
    pub fn data_name(&self) -> String {
        format!("{}{DATA}", self.name)
    }

    /// Turns it into a PNG that says how large it is to be shown.
    ///
    /// # Errors
    ///
    /// [`PlotError::Raster`] if `svg` cannot be parsed, or the picture is empty or too large.
    pub fn to_png(&self) -> Result<Vec<u8>, PlotError> {
        let raster = |error: &dyn std::fmt::Display| PlotError::Raster(error.to_string());
        let tree =
            usvg::Tree::from_str(&self.svg, &raster_options()).map_err(|error| raster(&error))?;
        let size =
            tree.size().to_int_size().scale_by(PNG_SCALE).ok_or_else(|| raster(&"no size"))?;
        let (width, height) = (size.width(), size.height());
        let mut pixels = tiny_skia::Pixmap::new(width, height).ok_or_else(|| raster(&"no size"))?;
        let scale = tiny_skia::Transform::from_scale(PNG_SCALE, PNG_SCALE);
        resvg::render(&tree, scale, &mut pixels.as_mut());
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Rgba);
        let density = (f64::from(width) / self.size.metres()).round() as u32;
        let unit = png::Unit::Meter;
        encoder.set_pixel_dims(Some(PixelDimensions { xppu: density, yppu: density, unit }));
        encoder
            .write_header()
            .and_then(|mut writer| {
                writer.write_image_data(&pixels.take_demultiplied())?;
                writer.finish()
            })
            .map_err(|error| raster(&error))?;
        Ok(file)
    }
}

/// Why a chart cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum PlotError {
    /// plotters failed.
    #[error("cannot draw: {0}")]
    Draw(Box<dyn std::error::Error + Send + Sync>),
    /// The SVG could not be turned into pixels.
    #[error("cannot rasterise: {0}")]
    Raster(String),
}

/// The pixels of a PNG for each px of the drawing: enough to be sharp in print.
const PNG_SCALE: f32 = 2.0;

/// The options to read SVG with: the embedded font, and no other.
fn raster_options() -> usvg::Options<'static> {
    let mut fonts = usvg::fontdb::Database::new();
    for font in [text::REGULAR, text::SEMI_BOLD] {
        fonts.load_font_data(font.to_vec());
    }
    usvg::Options { fontdb: Arc::new(fonts), ..usvg::Options::default() }
}
