//! Every kind of chart against the picture of it that was last accepted, to the byte.
//!
//! The charts are drawn from the tables of small runs in `tests/pictures/runs`, which
//! `scripts/pictures.sh` made. A picture that differs is left in the target directory, and the
//! failure says where: open both. To accept what is drawn now,
//! `ARTICLE5_ACCEPT_PICTURES=1 cargo test -p article5-plot --test pictures`, and look at the pictures
//! that git says have changed before committing them.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use article5_plot::charts::{self, KINDS};
use article5_plot::style::{Ink, Size, Style};
use article5_plot::{Chart, Options, Provenance};
use article5_runner::tables::StoredRun;

/// Set this to accept the pictures as they are drawn.
const ACCEPT: &str = "ARTICLE5_ACCEPT_PICTURES";

const RUNS: [&str; 8] =
    ["run", "response", "sweep", "sensitivity", "screening", "discovery", "claims", "trace"];

fn pictures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures")
}

/// The charts of a run's tables, without the font, which is a file of its own in git.
fn charts(run: &str, style: Style) -> Vec<Chart> {
    let run = StoredRun::open(&pictures().join("runs").join(run)).unwrap();
    let options = Options { style, embed_font: false, ..Options::default() };
    charts::all(&run.tables, &Provenance::from(&run.manifest), &options).unwrap()
}

/// The pictures of all kinds by file name; of a kind that several runs have, that of the first.
fn drawn() -> Vec<(String, String)> {
    let mut seen = BTreeSet::new();
    let all = RUNS.iter().flat_map(|run| charts(run, Style::default()));
    let mut drawn: Vec<(String, String)> = all
        .filter(|chart| seen.insert(chart.kind))
        .map(|chart| (format!("{}.svg", chart.name), chart.svg))
        .collect();
    // The other sizes and inks share all but their style with these.
    for (size, ink, name) in
        [(Size::Slide, Ink::Light, "slide"), (Size::Poster, Ink::Print, "poster-print")]
    {
        let charts = charts("run", Style::new(size, ink));
        let chart = charts.into_iter().find(|chart| chart.name == "risk-tiered").unwrap();
        drawn.push((format!("risk-tiered-{name}.svg"), chart.svg));
    }
    drawn
}

#[test]
fn every_chart_is_the_picture_that_was_accepted() {
    let accept = std::env::var_os(ACCEPT).is_some();
    let mut differing = Vec::new();
    for (name, svg) in drawn() {
        let accepted = pictures().join(&name);
        if accept {
            fs::write(&accepted, &svg).unwrap();
        } else if fs::read_to_string(&accepted).ok().as_deref() != Some(&*svg) {
            let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
            fs::write(&new, &svg).unwrap();
            differing.push(format!("{} is not {}", new.display(), accepted.display()));
        }
    }
    assert!(
        differing.is_empty(),
        "{}\nopen them; if the new ones are better, accept them with {ACCEPT}=1",
        differing.join("\n")
    );
}

#[test]
fn every_kind_of_chart_has_a_picture_and_every_picture_a_chart() {
    let drawn: BTreeSet<String> = drawn().into_iter().map(|(name, _)| name).collect();
    for kind in KINDS {
        assert!(drawn.contains(&format!("{}.svg", kind.name)), "no run here has a {}", kind.name);
    }
    let files = fs::read_dir(pictures()).unwrap().map(|entry| entry.unwrap().file_name());
    let files = files.map(|name| name.to_string_lossy().into_owned());
    let svgs: BTreeSet<String> = files.filter(|name| name.ends_with(".svg")).collect();
    assert_eq!(svgs, drawn);
}

#[test]
fn a_png_says_how_large_it_is_to_be_shown() {
    for (size, centimetres) in [(Size::Report, 16.0), (Size::Slide, 33.87), (Size::Poster, 32.0)] {
        let file = charts("screening", Style::new(size, Ink::Light))[0].to_png().unwrap();
        let picture = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let density = picture.info().pixel_dims.unwrap();
        assert!(density.unit == png::Unit::Meter && density.xppu == density.yppu);
        let width = 100.0 * f64::from(picture.info().width) / f64::from(density.xppu);
        assert!((width - centimetres).abs() < 0.01, "{size:?}: {width} cm");
    }
}

#[test]
fn every_chart_of_the_runs_fits_on_a_slide() {
    let slide = Style::new(Size::Slide, Ink::Light);
    for run in RUNS {
        for Chart { name, svg, .. } in charts(run, slide) {
            let page = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"960\" height=\"540\"";
            assert!(svg.starts_with(page), "{run}: {name}: {}", &svg[..100]);
        }
    }
}
