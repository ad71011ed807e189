//! Right files: what they resolve to, and that the resolved configuration says it again.

use std::fs;
use std::path::Path;

use article5_runner::config::{ALLIANCE_FILE, Direction, Experiment, Values};
use serde_json::Value;

use super::{FOLDER, WHOLE, read};

pub(super) const SMALL: &str = "name = \"x\"\nscenarios = [\"article5-like\"]\n";

/// Reads the resolved configuration from a folder as a run leaves it.
pub(super) fn again(experiment: &Experiment) -> Experiment {
    let folder = tempfile::tempdir().unwrap();
    let table =
        article5_runner::tables::to_csv(&article5_runner::tables::alliance_rows(experiment));
    fs::write(folder.path().join(ALLIANCE_FILE), table).unwrap();
    let path = folder.path().join("configuration.toml");
    fs::write(&path, experiment.to_toml()).unwrap();
    Experiment::read(&path).unwrap()
}

#[test]
fn what_is_left_out_has_its_default() {
    let x = read(SMALL).unwrap();
    assert_eq!((x.seed, x.replicates, x.first_replicate, x.quarters), (2026, 10_000, 0, 40));
    assert_eq!((x.date(1), x.date(40)), ("2026-Q1".to_owned(), "2035-Q4".to_owned()));
    assert_eq!(x.alliance.len(), 31);
    assert_eq!(x.output.cover_quarters, [1, 40]);
    assert_eq!(x.output.quarters.len(), 40);
    assert!(x.output.charts && !x.output.parquet);
    assert!(x.scenarios[0].overrides.is_empty());
}

#[test]
fn a_scenario_that_changes_another_does_not_stand_for_what_that_does() {
    let meaning = |own: &str| {
        let text = format!("{SMALL}[[scenario]]\nname = \"b\"\nextends = \"article5-like\"\n{own}");
        let x = read(&text).unwrap();
        (x.scenarios[0].meaning.clone(), x.scenarios[1].meaning.clone())
    };
    let (base, same) = meaning("");
    assert_eq!(base, same);
    let changed = meaning("parameters.guarantee = { pledge = false }\n").1;
    assert_eq!(changed, "article5-like, but for what it sets itself");
    assert_eq!(meaning("meaning = \"m\"\nparameters.guarantee = { pledge = false }\n").1, "m");
}

#[test]
fn a_resolved_configuration_tells_what_has_its_default_though_claims_vary_it() {
    let claim = "[[claim]]\nid = \"a\"\nstatement = \"s\"\ntreatment = \"article5-like\"\n\
                 outcome = \"tiered\"\ndirection = \"lower\"\nat_most = 0.2\n";
    let toml = |more: &str| read(&format!("{SMALL}{claim}{more}")).unwrap().to_toml();
    assert!(toml("").contains("\n# russia.precision = 11\n"));
    // What is set does not vary.
    let set = toml("[parameters.russia]\nprecision = 9.0\n");
    assert!(!set.contains("# russia.precision") && set.contains("precision = 9.0"));
}

#[test]
fn a_scenario_takes_the_file_then_what_it_extends_then_its_theory_then_its_own() {
    let x = read(WHOLE).unwrap();
    let names: Vec<&str> = x.scenarios.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["no-guarantee", "back-away", "base", "child"]);
    let of = |i: usize| x.scenarios[i].parameters().unwrap();
    assert_eq!(of(0).learning.shrinkage, 0.5); // [parameters]
    assert_eq!(of(0).guarantee.pledge, 0.0); // built in
    assert_eq!(of(2).learning.shrinkage, 0.0); // the theory over [parameters]
    assert_eq!(of(3).learning.shrinkage, 1.0); // its own theory over the one extended
    assert_eq!(of(3).learning.attention, 0.4); // its own value over its theory
    assert_eq!(of(3).guarantee.likeness_marketed, 0.7); // extended
    assert_eq!(of(3).measure.sustain, 3.0);
    assert_eq!(of(3).learning.consultation, 0.1);
    let events: Vec<u32> = x.scenarios[3].events.iter().map(|event| event.quarter).collect();
    assert_eq!(events, [2, 1, 3, 4]); // those extended first
}

#[test]
fn a_theory_replaces_an_inherited_one_whole() {
    let scenarios = "[[scenario]]\nname = \"calculus\"\ntheory = \"current-calculus\"\n\
                     parameters.learning.inauguration_reset = 0.7\n\
                     [[scenario]]\nname = \"gain\"\nextends = \"calculus\"\ntheory = \"constant-gain\"\n";
    let of = |file: &str| {
        let x = read(&format!("{SMALL}{file}{scenarios}")).unwrap();
        x.scenarios.last().unwrap().parameters().unwrap().learning
    };
    let learning = of("");
    assert_eq!((learning.attention, learning.shrinkage), (1.0, 0.0));
    // What the other sets itself is no part of its theory.
    assert_eq!(learning.inauguration_reset, 0.7);
    // What the file sets for all scenarios is back.
    assert_eq!(of("[parameters.learning]\nattention = 0.5\n").attention, 0.5);
}

#[test]
fn everything_else_of_a_file_arrives() {
    let x = read(WHOLE).unwrap();
    let design = x.design.as_ref().unwrap();
    assert_eq!(design.points(), 24);
    let keys: Vec<&str> = design.vary.iter().map(|vary| vary.key.as_str()).collect();
    assert_eq!(keys, ["learning.memory", "russia.precision"]);
    assert_eq!(design.vary[0].values, Values::Range { low: 0.92, high: 0.995 });
    assert_eq!(design.design(1).unwrap().points.dim(), (24, 2));
    // 6 is no power of two, two allies are no tiers, the inaugurations stay behind the start, rulers
    // differ, `base` has a theory of its own, an analysis has no single replicates, and three of
    // the table: it is another, with fewer allies, on another scale.
    assert_eq!(x.remarks().len(), 9, "{:#?}", x.remarks());
    assert!(x.drawn("learning.prior_sd_stake").is_some());
    assert!(x.drawn("response.full_attack").is_none()); // a range without width
    assert_eq!(x.claims[0].direction, Direction::None);
    assert_eq!(x.compared_with(3), Some(2));
    assert_eq!(x.sensitivity.as_ref().map(|own| own.outcomes.len()), Some(2));
    let discovery = x.discovery.as_ref().unwrap();
    assert!(discovery.holds(0.25) && discovery.holds(0.75) && !discovery.holds(0.76));
    assert_eq!((&*x.output.cover_quarters, &*x.output.quarters), (&[2, 4][..], &[4, 12][..]));
}

#[test]
fn a_design_keeps_the_last_quarter_unless_told_otherwise() {
    let text = format!("{SMALL}[design]\nkind = \"grid\"\nvary.\"learning.memory\".values = [0.9]");
    assert_eq!(read(&text).unwrap().output.quarters, [40]);
}

#[test]
fn every_kind_of_design_is_made() {
    for (design, points) in [
        (
            "kind = \"grid\"\nlevels = 3\n[design.vary]\n\"measure.sustain\" = { low = 2, high = 4 }\n\"guarantee.pledge\" = { values = [false, 1] }",
            6,
        ),
        (
            "kind = \"list\"\n[design.vary]\n\"learning.memory\" = { values = [0.9, 1] }\n\"learning.attention\" = { values = [0, 1] }",
            2,
        ),
        ("kind = \"latin-hypercube\"\npoints = 5\nvary = { \"learning.memory\" = \"range\" }", 5),
        ("kind = \"sobol\"\npoints = 8\nvary = { \"learning.memory\" = \"range\" }", 8),
        ("kind = \"morris\"\ntrajectories = 3\nvary = { \"learning.memory\" = \"range\" }", 6),
        ("kind = \"saltelli\"\npoints = 4\nvary = { \"learning.memory\" = \"range\" }", 12),
    ] {
        let x = read(&format!("{SMALL}[design]\n{design}")).unwrap();
        let spec = x.design.as_ref().unwrap();
        assert_eq!(spec.points(), points, "{design}");
        assert_eq!(spec.design(x.seed).unwrap().points.nrows() as u64, points, "{design}");
        assert_eq!(again(&x), x);
    }
}

#[test]
fn the_resolved_configuration_reads_back_to_the_same_experiment() {
    for text in [SMALL, WHOLE] {
        let x = read(text).unwrap();
        let y = again(&x);
        assert_eq!(y, x);
        assert_eq!((y.hash(), y.to_toml()), (x.hash(), x.to_toml()));
    }
}

#[test]
fn the_hash_follows_the_values_and_not_their_wording() {
    let hash = |text: &str| read(text).unwrap().hash();
    let one = hash(WHOLE);
    for (from, to) in [
        ("name = \"whole\"", "name = \"other\""),
        ("charts = false", "charts = true"),
        ("pledge = 0,", "pledge = false, "),
        ("\"learning.memory\" = \"range\"", "\"learning.memory\" = { low = 0.92, high = 0.995 }"),
        ("[4, 2, 4]", "[2, 4]"),
    ] {
        assert_eq!(hash(&WHOLE.replacen(from, to, 1)), one, "{to}");
    }
    for (from, to) in [
        ("seed = 9223372036854775807", "seed = 1"),
        ("replicates = 20", "replicates = 21"),
        ("first_replicate = 7", "first_replicate = 8"),
        ("members = \"two_allies.csv\"", "members = \"../../../model/data/members.csv\""),
        ("likeness_marketed = 0.7", "likeness_marketed = 0.7000000000000001"),
        ("sd = 0.8", "sd = 0.9"),
        ("high = 12", "high = 13"),
        ("2027-Q3", "2027-Q4"),
        ("reference = \"base\"", "reference = \"back-away\""),
        ("\"response.*\", ", ""),
    ] {
        assert_ne!(hash(&WHOLE.replacen(from, to, 1)), one, "{to}");
    }
}

#[test]
fn a_byte_order_mark_and_crlf_are_accepted() {
    let plain = read(WHOLE).unwrap();
    assert_eq!(read(&format!("\u{feff}{WHOLE}")).unwrap(), plain);
    assert_eq!(read(&WHOLE.replace('\n', "\r\n")).unwrap(), plain);
    let of_two_lines = |end: &str| {
        let of = "treatment = \"article5-like\"\noutcome = \"tiered\"\ndirection = \"lower\"\nat_most = 0.5";
        let statement = format!("statement = \"\"\"one{end}two\"\"\"");
        read(&format!("{SMALL}[[claim]]\nid = \"a\"\n{statement}\n{of}\n"))
    };
    assert!(of_two_lines("\r\n").is_ok() && of_two_lines("\n").is_ok());
    let error = read("\u{feff}name = \"x\"\r\nseed = -1\r\n").unwrap_err();
    assert_eq!(error.place().map(|(_, line, column)| (line, column)), Some((2, 8)));
}

#[test]
fn every_golden_case_can_be_written_as_a_configuration() {
    let path = Path::new(FOLDER).join("../../../model/tests/golden/cases.json");
    let cases: Vec<Value> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    assert!(!cases.is_empty());
    for case in &cases {
        let name = case["case"].as_str().unwrap();
        let mut text = format!(
            "name = \"golden\"\nseed = {}\nquarters = {}\n[[scenario]]\nname = \"{name}\"\n",
            case["seed"], case["quarters"]
        );
        for (key, value) in case["parameters"].as_object().unwrap() {
            text += &format!("parameters.{key} = {value}\n");
        }
        for event in case["events"].as_array().unwrap() {
            text += "[[scenario.event]]\n";
            for (key, value) in event.as_object().unwrap() {
                text += &format!("{key} = {value}\n");
            }
        }
        let x = read(&text).unwrap();
        assert_eq!(x.seed, case["seed"].as_u64().unwrap());
        let parameters = x.scenarios[0].parameters().unwrap();
        for (key, value) in case["parameters"].as_object().unwrap() {
            assert_eq!(parameters.get(key), Ok(value.as_f64().unwrap()), "{name} {key}");
        }
        assert_eq!(x.scenarios[0].events.len(), case["events"].as_array().unwrap().len());
        assert_eq!(again(&x), x);
    }
    let scripted = cases.iter().find(|case| case["case"] == "scripted").unwrap();
    assert_eq!(scripted["events"][2]["commitment"], "EST");
}
