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
fn an_alliance_too_small_for_two_classes_is_remarked_on() {
    let of = |least: u32| {
        let text = format!("{SMALL}[parameters.measure]\ntier_min_class = {least}\n");
        read(&text).unwrap().remarks()
    };
    assert!(of(15).is_empty());
    assert!(of(16)[0].starts_with("31 allies cannot split into two tiers, which take 32"));
}

#[test]
fn a_space_of_too_few_points_for_a_verdict_is_remarked_on_where_there_are_claims() {
    const CLAIM: &str = "[[claim]]\nid = \"a\"\nstatement = \"a\"\ntreatment = \"article5-like\"\n\
                         outcome = \"tiered\"\ndirection = \"lower\"\nat_most = 0.5\n";
    let of = |points: u32, claim: &str| {
        read(&format!("{SMALL}[space]\npoints = {points}\n{claim}")).unwrap().remarks()
    };
    // Of n of n Wilson's interval begins at n/(n + 1.96²): with 35 above 0.9.
    assert!(of(35, CLAIM).is_empty() && of(34, "").is_empty());
    assert!(of(34, CLAIM)[0].starts_with("the [space] has 34 points"));
}

#[test]
fn what_lies_beyond_its_plausible_range_is_remarked_on_but_for_policy_and_theories() {
    let of = |more: &str| read(&format!("{SMALL}{more}")).unwrap().remarks();
    assert_eq!(
        of("[parameters]\nlearning.memory = 0.3\nrussia.precision = 8\n\
            [[scenario]]\nname = \"b\"\nparameters.guarantee.arms = 9\n"),
        ["beyond its plausible range: `learning.memory` 0.3 (0.92 to 0.995)"]
    );
    let leaders = "[[scenario]]\nname = \"leaders\"\ntheory = \"leader-specific\"\n";
    assert!(of(leaders).is_empty());
    let vary = "[design]\nkind = \"grid\"\n[design.vary]\n\"learning.memory\" = { values = [0.95, 0.999] }\n";
    assert!(of(vary)[0].ends_with("`learning.memory` 0.999 (0.92 to 0.995)"));
    let many = ["memory", "prior_sd_general", "prior_sd_stake", "prior_sd_treaty", "negativity"];
    let many = many.map(|key| format!("{key} = 0\n")).concat();
    assert!(of(&format!("[parameters.learning]\n{many}"))[0].ends_with(", 1 more"));
}

#[test]
fn a_design_that_has_no_charts_is_remarked_on_unless_it_is_analysed() {
    let design = |points: u32| {
        format!(
            "[design]\nkind = \"sobol\"\npoints = {points}\n[design.vary]\n\"learning.memory\" = \"range\"\n"
        )
    };
    let of = |more: &str| read(&format!("{SMALL}{more}")).unwrap().remarks();
    assert!(of(&design(8192)).is_empty());
    assert!(
        of(&design(16_384))[0].starts_with("the design has 16,384 points: for more than 10,000")
    );
    let sought = "[discovery]\noutcome = \"tiered\"\nat_least = 0.5\n";
    assert!(of(&(design(16_384) + sought)).is_empty());
}

#[test]
fn a_group_of_nobody_is_remarked_on_and_no_claim_may_be_about_it() {
    let text = |least: f64| {
        format!("{SMALL}[parameters.measure]\nfrontline_exposure = {least}\ntier_min_class = 2\n")
    };
    assert!(read(&text(0.6)).unwrap().remarks().is_empty());
    let claim = |outcome: &str| {
        format!(
            "[[claim]]\nid = \"a\"\nstatement = \"s\"\ntreatment = \"article5-like\"\n\
             outcome = \"{outcome}\"\ndirection = \"lower\"\nat_most = 0.2\n"
        )
    };
    // Estonia's exposure is 1, the largest there is, and nobody's is below 0.
    for (least, said) in [(1.0, None), (0.0, Some("every ally is at the frontline"))] {
        let remarks = read(&text(least)).unwrap().remarks();
        assert_eq!(remarks.first().map(|remark| &remark[..30]), said, "{remarks:?}");
    }
    let refused = |outcome: &str| read(&format!("{}{}", text(0.0), claim(outcome))).err();
    for outcome in ["rear_trust", "lower_tier_gap"] {
        let error = refused(outcome).unwrap().to_string();
        assert!(error.contains("in `article5-like` every ally is at the frontline"), "{error}");
    }
    assert!(refused("frontline_trust").is_none() && refused("trust_mean").is_none());
}

#[test]
fn a_start_that_leaves_the_inaugurations_behind_is_remarked_on() {
    let of = |start: &str, more: &str| {
        read(&format!("start = \"{start}\"\n{SMALL}{more}")).unwrap().remarks()
    };
    let set = "[parameters.politics]\nfirst_inauguration = 8\n";
    assert!(of("2026-Q1", "").is_empty() && of("2027-Q1", set).is_empty());
    // Terms later or earlier they fall on the same quarter of the run.
    assert!(of("2030-Q1", "").is_empty() && of("2022-Q1", "").is_empty());
    for (start, kept) in [
        ("2027-Q1", "now 2029-Q4; with `politics.first_inauguration = 8` there is one in 2028-Q4"),
        ("2025-Q1", "now 2027-Q4; with `politics.first_inauguration = 16` there is one in 2028-Q4"),
        // Over by then: the next one.
        ("2029-Q1", "now 2031-Q4; with `politics.first_inauguration = 16` there is one in 2032-Q4"),
        // Long before: the first, not one some terms later.
        ("2020-Q1", "now 2022-Q4; with `politics.first_inauguration = 4` there is one in 2020-Q4"),
        ("1999-Q3", "now 2002-Q2; with `politics.first_inauguration = 6` there is one in 2000-Q4"),
    ] {
        let remarks = of(start, "");
        assert!(remarks.len() == 1 && remarks[0].contains(kept), "{remarks:?}");
    }
}

#[test]
fn policies_of_one_quarter_that_contradict_each_other_are_remarked_on() {
    let of = |quarter: u32, pledge: bool| {
        let policy = |quarter: u32, pledge: bool| {
            format!(
                "[[scenario.event]]\nquarter = {quarter}\nkind = \"policy\"\npledge = {pledge}\narms = 1.0\n"
            )
        };
        let scenario = "name = \"x\"\n[[scenario]]\nname = \"b\"\n";
        read(&format!("{scenario}{}{}", policy(8, false), policy(quarter, pledge)))
            .unwrap()
            .remarks()
    };
    assert!(of(9, true).is_empty() && of(8, false).is_empty());
    assert!(
        of(8, true)[0].starts_with("two policies of `b` set `pledge` differently in quarter 8")
    );
}

#[test]
fn a_run_or_a_claim_too_early_for_tiers_is_remarked_on() {
    let run = |quarters: u32| read(&format!("quarters = {quarters}\n{SMALL}")).unwrap().remarks();
    assert!(run(4).is_empty());
    let words = "and tiers and rupture count once they have lasted 4 quarters (`measure.sustain`)";
    assert!(
        run(3)[0].starts_with(&format!("the run ends with quarter 3, {words}")),
        "{:?}",
        run(3)
    );
    let claim = |outcome: &str, quarter: u32| {
        let text = format!(
            "{SMALL}[[claim]]\nid = \"a\"\nstatement = \"s\"\ntreatment = \"article5-like\"\n\
             outcome = \"{outcome}\"\nquarter = {quarter}\ndirection = \"lower\"\nat_most = 0.2\n"
        );
        read(&text).unwrap().remarks()
    };
    assert!(claim("ruptured", 3)[0].starts_with("claim `a` is about quarter 3, "));
    assert!(claim("ruptured", 4).is_empty() && claim("war_resumed", 3).is_empty());
}

#[test]
fn scenarios_that_are_measured_differently_are_remarked_on() {
    let of = |group: &str, setting: &str| {
        let own = format!("[[scenario]]\nname = \"b\"\n[scenario.parameters.{group}]\n{setting}\n");
        read(&format!("{SMALL}{own}")).unwrap().remarks()
    };
    assert!(of("learning", "memory = 0.95").is_empty());
    let remarks = of("measure", "tier_gap = 0.1");
    assert!(
        remarks[0].starts_with("`measure.*` differs between `article5-like` and `b`"),
        "{remarks:?}"
    );
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
