//! Charts without words: every label of every kind of chart is a name or a value of the run's own
//! tables, a number or a symbol, so that it can stand in a text of any language.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use article5_plot::charts::{self, KINDS};
use article5_plot::{Chart, Options, Provenance, Wording};
use article5_runner::tables::StoredRun;

const RUNS: [&str; 8] =
    ["run", "response", "sweep", "sensitivity", "screening", "discovery", "claims", "trace"];

/// Symbols of statistics, and what a source line has beside the run's name.
const SYMBOLS: [&str; 7] = ["n", "p", "μ", "σ", "Δ", "article5", "seed"];

/// Columns whose values are written in English.
const PROSE: [&str; 3] = ["statement", "reason", "name"];

fn folder(run: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures/runs").join(run)
}

fn drawn(run: &str, wording: Wording) -> Vec<Chart> {
    let run = StoredRun::open(&folder(run)).unwrap();
    let options = Options { embed_font: false, wording, ..Options::default() };
    charts::all(&run.tables, &Provenance::from(&run.manifest), &options).unwrap()
}

/// The fields of a line of CSV.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for sign in line.chars() {
        match sign {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => fields.last_mut().unwrap().push(sign),
        }
    }
    fields
}

/// What of a text is a name or a word: numbers and symbols have no letters.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|sign: char| !sign.is_alphanumeric() && !"_-.".contains(sign));
    let parts = parts.map(|part| part.trim_matches(['-', '.']));
    parts.filter(|part| part.contains(char::is_alphabetic))
}

/// The columns of a run's tables and their values, but for prose, with the run's own name.
fn vocabulary(run: &str) -> BTreeSet<String> {
    let stored = StoredRun::open(&folder(run)).unwrap();
    let mut known: BTreeSet<String> = SYMBOLS.map(str::to_owned).into();
    known.insert(stored.manifest.name);
    for file in fs::read_dir(folder(run)).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let mut lines = text.lines().map(fields);
        let header = lines.next().unwrap();
        for line in lines {
            let values = header.iter().zip(line);
            let values = values.filter(|(column, _)| !PROSE.contains(&column.as_str()));
            known.extend(values.map(|(_, value)| value));
        }
        known.extend(header);
    }
    known
}

/// What stands between a start, of which the rest of the tag is left out, and an end.
fn between<'a>(svg: &'a str, start: &'a str, end: &'a str) -> impl Iterator<Item = String> + 'a {
    let after = svg.split(start).skip(1).filter_map(|rest| rest.split_once('>'));
    let texts = after.filter_map(move |(_, rest)| rest.split_once(end));
    texts.map(|(text, _)| {
        text.trim().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    })
}

/// The labels of a chart and its tips, the first of which is its title.
fn texts(chart: &Chart) -> Vec<String> {
    let Chart { svg, .. } = chart;
    between(svg, "<text", "</text>").chain(between(svg, "<title", "</title>")).collect()
}

/// Whether a text has commas between thousands, as some languages do.
fn is_grouped(text: &String) -> bool {
    let mut threes = text.as_bytes().windows(3);
    threes.any(|three| matches!(three, [b'0'..=b'9', b',', b'0'..=b'9']))
}

/// The texts of a chart that hold a word that is in no table.
fn foreign(chart: &Chart, known: &BTreeSet<String>) -> Vec<String> {
    let is_known = |name: &str| known.contains(name) || name == chart.name;
    let mut texts = texts(chart);
    texts.retain(|text| !names(text).all(is_known));
    texts
}

#[test]
fn no_label_of_any_chart_without_words_is_in_a_language() {
    let mut seen = BTreeSet::new();
    for run in RUNS {
        let mut known = vocabulary(run);
        for chart in drawn(run, Wording::Neutral) {
            // What a column may hold it need not hold in this run.
            let columns = chart.columns.iter().flat_map(|column| column.values);
            known.extend(columns.map(|value| (*value).to_owned()));
            let foreign = foreign(&chart, &known);
            assert!(foreign.is_empty(), "{run}: {}: {foreign:#?}", chart.name);
            assert!(!texts(&chart).iter().any(is_grouped), "{run}: {}", chart.name);
            seen.insert(chart.kind);
        }
    }
    let kinds: BTreeSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
    assert_eq!(seen, kinds);
}

#[test]
fn english_labels_would_be_found_in_every_kind_of_chart() {
    for run in RUNS {
        let known = vocabulary(run);
        for chart in drawn(run, Wording::English) {
            let (headline, source) = (chart.headline.clone(), "Source: ");
            let mut foreign = foreign(&chart, &known);
            assert!(foreign.iter().any(|text| text.starts_with(source)), "{run}: {}", chart.name);
            foreign.retain(|text| *text != headline && !text.starts_with(source));
            assert!(!foreign.is_empty(), "{run}: {}", chart.name);
        }
    }
}

#[test]
fn what_is_read_aloud_stays_and_is_marked_as_english() {
    for chart in RUNS.iter().flat_map(|run| drawn(run, Wording::Neutral)) {
        let Chart { name, svg, .. } = &chart;
        assert!(svg.contains(&format!("<title id=\"{name}-title\">{name}</title>")), "{name}");
        let aloud = between(svg, "<desc", "</desc>").next().unwrap();
        assert!(svg.contains(&format!("<desc id=\"{name}-desc\" lang=\"en\">")), "{name}");
        assert!(aloud.starts_with(&chart.headline) && aloud.ends_with(&chart.spoken), "{name}");
    }
}

#[test]
fn in_english_the_headline_is_read_aloud_once_and_in_its_language() {
    for chart in RUNS.iter().flat_map(|run| drawn(run, Wording::English)) {
        let Chart { name, svg, .. } = &chart;
        assert!(svg.split_once('>').unwrap().0.contains(" lang=\"en\" role=\"img\""), "{name}");
        let of = |part: &str| {
            let start = format!("<{part} id=\"{name}-{part}\"");
            between(svg, &start, "</").next().unwrap()
        };
        assert_eq!(of("title"), format!("{}.", chart.headline), "{name}");
        assert_eq!(of("desc"), format!("{}. {}", chart.subtitle, chart.spoken), "{name}");
    }
}

#[test]
fn what_is_drawn_is_named_as_in_the_tables() {
    let expected: [(&str, &str, &[&str]); 21] = [
        ("run", "risk-tiered", &["↑ tiered", "article5 0.1.0 · pictures · n = 2000 · seed = 2026"]),
        ("run", "risks", &["tiered_moscow", "backstop_abandoned"]),
        ("run", "trade-off", &["↑ tiered", "war_resumed →", "2027-Q4"]),
        ("run", "trust-fan", &["rear_trust", "frontline_trust", "q25–q75"]),
        ("run", "trust-map", &["trust_mean, 2027-Q4", "POL"]),
        ("run", "trust-change-map", &["Δ trust_mean, 2026-Q1 → 2027-Q4"]),
        ("run", "lower-tier-map", &["no-guarantee (tiered_n = 362, n = 2000)"]),
        ("run", "trust-ranking", &["trust_mean, 2026-Q1", "lower_tier, tiered_n = 362", "POL"]),
        ("run", "cover-matrix", &["article5-like: p_full_mean, observer ↓, target →"]),
        ("run", "tier-distribution", &["no-guarantee: tier_upper", "≥ 5%"]),
        ("response", "sweep-tiered", &["↑ tiered, 2031-Q4", "learning.memory →"]),
        ("response", "sweep-war", &["↑ war_resumed, 2031-Q4"]),
        ("sweep", "heat-map", &["tiered, 2031-Q4", "↑ guarantee.likeness_marketed"]),
        ("sweep", "heat-map-war", &["war_resumed, 2031-Q4"]),
        ("sweep", "difference-map", &["Δ tiered, 2031-Q4", "article5-like − no-guarantee"]),
        ("sweep", "difference-map-war", &["Δ war_resumed, 2031-Q4", "> 0 (95%)"]),
        ("sensitivity", "sensitivity", &["first", "total", "frontline_trust: article5-like"]),
        ("screening", "screening", &["doubt = noise", "war_resumed: article5-like"]),
        ("discovery", "boxes", &["range_low–range_high", "−1.00 … −0.52"]),
        (
            "claims",
            "claims",
            // The first label goes on in a second line.
            &[
                "frontline_trust: article5-like −",
                "no-guarantee",
                "share_of_space",
                "verdict, effect",
            ],
        ),
        (
            "trace",
            "trace",
            &["probe UKR: narrow", "answer = full", "article5-like, replicate = 7: ↑ trust"],
        ),
    ];
    for (run, name, labels) in expected {
        let charts = drawn(run, Wording::Neutral);
        let chart = charts.iter().find(|chart| chart.name == name).unwrap();
        let texts = texts(chart);
        for label in labels {
            assert!(texts.iter().any(|text| text == label), "{name} has no {label}: {texts:#?}");
        }
    }
}
