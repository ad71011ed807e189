//! The report from outside: what it says, and that no name can break it or put code into it.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use article5_plot::report::page;
use article5_runner::config::Experiment;
use article5_runner::tables::rows::{
    BoxRow, ClaimRow, ComparisonRow, DecisionRow, RiskRow, SensitivityRow, TraceRow,
};
use article5_runner::tables::{Manifest, StoredRun, Tables};

const SCENARIOS: [&str; 3] = ["no-guarantee", "article5-like", "as-meant"];

fn experiment(more: &str) -> Experiment {
    let scenarios = format!("{SCENARIOS:?}");
    let text = format!("name = \"a-run\"\nquarters = 4\nscenarios = {scenarios}\n{more}");
    Experiment::from_toml(&text, "a-run.toml", Path::new(".")).unwrap()
}

fn risk(scenario: &str, point: u32, by: f64) -> RiskRow {
    RiskRow {
        scenario: scenario.to_owned(),
        point,
        quarter: 4,
        date: "2026-Q4".to_owned(),
        risk: "tiered".to_owned(),
        n: 1000,
        by,
        by_low: by - 0.01,
        by_high: by + 0.01,
        at: by,
        at_low: by - 0.01,
        at_high: by + 0.01,
    }
}

fn comparison(scenario: &str, point: u32, [difference, low, high]: [f64; 3]) -> ComparisonRow {
    ComparisonRow {
        scenario: scenario.to_owned(),
        reference: SCENARIOS[0].to_owned(),
        point,
        quarter: 4,
        date: "2026-Q4".to_owned(),
        kind: "risk".to_owned(),
        outcome: "tiered".to_owned(),
        n: 1000,
        difference,
        low: Some(low),
        high: Some(high),
        variance_ratio: None,
    }
}

/// A run in which one scenario raises the risk and the other makes no difference that is found.
fn stored(experiment: &Experiment) -> StoredRun {
    StoredRun {
        folder: PathBuf::from("output/a-run"),
        manifest: Manifest::new(experiment, 2),
        tables: Tables {
            risks: [0.1, 0.193, 0.104]
                .iter()
                .zip(SCENARIOS)
                .map(|(by, s)| risk(s, 0, *by))
                .collect(),
            comparisons: vec![
                comparison(SCENARIOS[1], 0, [0.093, 0.084, 0.103]),
                comparison(SCENARIOS[2], 0, [0.004, -0.004, 0.012]),
            ],
            ..Tables::default()
        },
        altered: BTreeSet::new(),
    }
}

/// The page's text without its tags and with single spaces.
fn text(page: &str) -> String {
    let body = page.split_once("<main>").unwrap().1;
    let mut out = String::new();
    let mut inside = false;
    for letter in body.chars() {
        match letter {
            '<' => {
                inside = true;
                out.push(' ');
            }
            '>' => inside = false,
            _ if !inside => out.push(letter),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_difference_is_stated_where_its_interval_is_clear_of_zero_and_denied_elsewhere() {
    let experiment = experiment("");
    let page = page(&stored(&experiment), &experiment).unwrap();
    let text = text(&page);
    let raised = "Likelier than under no-guarantee article5-like: +9.3 points (8.4 to 10.3)";
    assert!(text.contains(raised), "{text}");
    let alike = "No difference from no-guarantee found as-meant: +0.4 points (−0.4 to 1.2)";
    assert!(text.contains(alike), "{text}");
    assert!(text.contains("Under no-guarantee it has happened by 2026-Q4 in 10.0% (9.0–11.0%)"));
    // The chart's caption gives its numbers with their intervals.
    assert!(text.contains("article5-like: 19.3% (18.3–20.3%)"), "{text}");
    assert!(page.contains("<strong>+9.3</strong>") && !page.contains("<strong>+0.4</strong>"));
}

#[test]
fn with_a_design_no_point_stands_for_the_run() {
    let experiment = experiment(
        "[design]\nkind = \"list\"\n[design.vary]\n\"learning.memory\" = { values = [0.9, 0.95] }",
    );
    let mut run = stored(&experiment);
    run.tables.risks.extend(SCENARIOS.map(|scenario| risk(scenario, 1, 0.5)));
    run.tables.comparisons.push(comparison(SCENARIOS[1], 1, [-0.1, -0.2, -0.05]));
    let text = text(&page(&run, &experiment).unwrap());
    assert!(text.contains("runs from 10.0% to 50.0% over the 2 points"), "{text}");
    assert!(text.contains("article5-like: 50% of points likelier, 50% less likely"), "{text}");
    assert!(text.contains("learning.memory"));
}

#[test]
fn an_interval_does_not_claim_to_hold_what_is_not_known_of_parameters_that_runs_draw() {
    let uncertain = experiment("[uncertainty]\nvary = [\"learning.memory\"]\n");
    let told = text(&page(&stored(&uncertain), &uncertain).unwrap());
    assert!(!told.contains("include how little is known"), "{told}");
    for part in ["noise of the runs alone", "article5 claims", "is not in its interval"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let certain = experiment("");
    let told = text(&page(&stored(&certain), &certain).unwrap());
    assert!(!told.contains("noise of the runs alone") && !told.contains("drew from their ranges"));
}

#[test]
fn hostile_text_in_names_tables_and_configuration_stays_text() {
    const HOSTILE: &str =
        "\"></title><script>alert(1)</script><img src=x onerror=alert(1)>'&{{ run }}";
    let meaning = format!("[[scenario]]\nname = \"evil\"\nmeaning = '''{HOSTILE}'''\n");
    let experiment = experiment(&meaning);
    let mut run = stored(&experiment);
    run.manifest.name = HOSTILE.to_owned();
    run.manifest.version = HOSTILE.to_owned();
    run.manifest.machine = HOSTILE.to_owned();
    run.manifest.git_commit = Some(HOSTILE.to_owned());
    run.manifest.configuration = format!("</code></pre>{HOSTILE}");
    run.manifest.files = BTreeMap::from([(HOSTILE.to_owned(), HOSTILE.to_owned())]);
    run.manifest.warnings = vec![HOSTILE.to_owned()];
    run.altered.insert(HOSTILE.to_owned());
    for row in &mut run.tables.risks {
        row.scenario = format!("{}{HOSTILE}", row.scenario);
        row.date = HOSTILE.to_owned();
    }
    let mut unknown = run.tables.risks[0].clone();
    unknown.risk = HOSTILE.to_owned();
    run.tables.risks.push(unknown);
    for row in &mut run.tables.comparisons {
        row.scenario = format!("{}{HOSTILE}", row.scenario);
        row.reference = HOSTILE.to_owned();
    }
    let page = page(&run, &experiment).unwrap();
    // The page's own script is the only one.
    assert_eq!(page.matches("<script").count(), 1);
    // Beside the page's own title there are those of what the charts tell under the pointer.
    let tips = page.matches("\"><title>").count();
    assert_eq!(page.matches("<title>").count() - tips, 1);
    assert!(!page.contains("<img"));
    assert!(page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"));
    assert!(page.ends_with("</html>\n") || page.ends_with("</html>"));
}

#[test]
fn the_page_asks_for_nothing_outside_itself() {
    let experiment = experiment("");
    let page = page(&stored(&experiment), &experiment).unwrap();
    for reference in ["src=\"", "url(h", "@import", "<link rel=\"stylesheet\""] {
        assert!(!page.contains(reference), "{reference}");
    }
    let addresses = page.matches("http").count();
    // The name of SVG's namespace is no address that anything is asked of.
    let namespaces = page.matches("http://www.w3.org/2000/svg").count();
    let policy = page.matches("http-equiv").count();
    assert_eq!(addresses, namespaces + policy);
}

#[test]
fn a_run_without_comparisons_or_risks_still_has_a_page() {
    let experiment = experiment("");
    let mut run = stored(&experiment);
    run.tables.comparisons.clear();
    assert!(!text(&page(&run, &experiment).unwrap()).contains("Likelier"));
    run.tables.risks.clear();
    assert!(text(&page(&run, &experiment).unwrap()).contains("no table of risks"));
}

/// A claim about the headline risk, held at the baseline.
fn claim(id: &str, verdict: &str, effect: f64, [low, high]: [f64; 2]) -> ClaimRow {
    ClaimRow {
        id: id.to_owned(),
        statement: format!("Statement of {id}"),
        treatment: "article5-like".to_owned(),
        control: "no-guarantee".to_owned(),
        kind: "risk".to_owned(),
        outcome: "tiered".to_owned(),
        date: "2026-Q4".to_owned(),
        direction: "higher".to_owned(),
        effect: Some(effect),
        low: Some(low),
        high: Some(high),
        share_of_space: Some(0.93),
        share_low: Some(0.90),
        share_high: Some(0.95),
        verdict: verdict.to_owned(),
        reason: "why".to_owned(),
        ..ClaimRow::default()
    }
}

/// A trace of one scenario against another, its story as it was written, in a folder of its own.
fn traced(folder: &str, experiment: &Experiment, story: &str) -> StoredRun {
    let row = |scenario: &str, quarter| TraceRow {
        scenario: scenario.to_owned(),
        replicate: 7,
        quarter,
        date: experiment.date(quarter),
        series: "frontline".to_owned(),
        trust: 0.5,
    };
    let of = |scenario| (1..=4).map(move |quarter| row(scenario, quarter));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("story.txt"), story).unwrap();
    StoredRun {
        folder,
        tables: Tables {
            trace: of("as-meant").chain(of("no-guarantee")).collect(),
            ..Tables::default()
        },
        ..stored(experiment)
    }
}

#[test]
fn a_trace_has_its_story_and_only_the_scenarios_that_were_followed() {
    let experiment = experiment("");
    let run = traced("traced", &experiment, "2026-Q1 <b>Moscow</b>\n  probes\n");
    let page = page(&run, &experiment).unwrap();
    // As it stands there, and no markup of the page.
    assert!(page.contains("2026-Q1 &#60;b&#62;Moscow&#60;/b&#62;\n  probes\n</pre>"), "no story");
    assert!(page.contains("<a href=\"#story\">The story</a>"), "no entry in the contents");
    assert!(!page.contains("Changed tables"));
    let told = text(&page);
    for part in [
        "Replicate 7 was followed under as-meant over 1 year, and set against the same replicate \
         under no-guarantee",
        "--scenario as-meant --replicate 7 --against no-guarantee --out again",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(
        !told.contains("What it sets article5-like") && !told.contains("in article5-like"),
        "{told}"
    );
    let listed = told.split("What it sets").nth(1).unwrap();
    assert!(listed.contains("no-guarantee") && listed.contains("as-meant"));
    let listed = listed.split("article5 trace").next().unwrap();
    assert!(!listed.contains("article5-like"), "{listed}");
}

#[test]
fn a_story_that_was_changed_is_told_and_one_that_is_gone_breaks_nothing() {
    let experiment = experiment("");
    let mut run = traced("traced-altered", &experiment, "what happened");
    let story = run.folder.join("story.txt");
    run.manifest.files.insert("story.txt".to_owned(), "the checksum of it".to_owned());
    fs::write(&story, b"something \xff else").unwrap();
    let altered = page(&run, &experiment).unwrap();
    assert!(altered.contains("Changed tables") && altered.contains("story.txt"));
    assert!(text(&altered).contains("something"));
    fs::remove_file(&story).unwrap();
    let gone = page(&run, &experiment).unwrap();
    assert!(!gone.contains("Changed tables"));
    assert!(text(&gone).contains("The folder has no story.txt that can be read"));
}

#[test]
fn a_claim_is_shown_with_what_is_claimed_and_verdicts_are_told_by_the_rule_that_gives_them() {
    let experiment = experiment("");
    let mut run = stored(&experiment);
    let bounded = ClaimRow {
        at_least: Some(0.02),
        since: Some(2),
        ..claim("A", "holds", 0.05, [0.03, 0.07])
    };
    let share = ClaimRow {
        kind: "outcome".to_owned(),
        outcome: "full_answers_ukraine".to_owned(),
        per: "answers_ukraine".to_owned(),
        direction: "none".to_owned(),
        at_least: Some(-0.03),
        at_most: Some(0.03),
        ..claim("B", "holds", 0.0, [-0.01, 0.01])
    };
    run.tables.claims = vec![bounded, share];
    let told = text(&page(&run, &experiment).unwrap());
    for part in [
        "the whole 95% interval of its effect is as claimed at the configuration’s parameters and at \
         90% or more of the points",
        "Tiered alliance by 2026-Q4, change since 2026-Q2: at least +2 points",
        "Full answers Ukraine divided by answers Ukraine at 2026-Q4: at most 0.03 either way",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("in most of the plausible parameter space"), "{told}");
}

#[test]
fn claims_decisions_sensitivity_and_boxes_are_shown_where_the_run_has_them() {
    let experiment = experiment("");
    let mut run = stored(&experiment);
    let bare = text(&page(&run, &experiment).unwrap());
    for section in ["Claims put to the test", "Which scenarios rule", "Which parameters", "Box 1"] {
        assert!(!bare.contains(section), "{section}");
    }
    let mut alone = claim("H5", "fails", 0.125, [0.1, 0.15]);
    (alone.control, alone.kind, alone.outcome) =
        (String::new(), "outcome".to_owned(), "tier_gap".to_owned());
    alone.at_least = Some(0.1);
    run.tables.claims = vec![
        claim("H4", "holds", 0.093, [0.084, 0.103]),
        claim("H1", "holds", 0.1, [0.0, 0.2]),
        alone,
    ];
    let decision = |scenario: &str, dominated_by: &str| DecisionRow {
        scenario: scenario.to_owned(),
        risk: "tiered".to_owned(),
        dominated_by: dominated_by.to_owned(),
        regret_p90: Some(0.123),
        regret_worst: Some(0.4),
        ..DecisionRow::default()
    };
    run.tables.decisions = vec![decision("finessed", "ironclad"), decision("ironclad", "")];
    let index = |parameter: &str, total: f64, doubt: &str| SensitivityRow {
        scenario: "article5-like".to_owned(),
        kind: "risk".to_owned(),
        outcome: "tiered".to_owned(),
        date: "2026-Q4".to_owned(),
        parameter: parameter.to_owned(),
        method: "sobol".to_owned(),
        first: Some(0.1),
        first_low: Some(-0.02),
        first_high: Some(0.2),
        total: Some(total),
        total_low: Some(total - 0.1),
        total_high: Some(total + 0.1),
        doubt: doubt.to_owned(),
        ..SensitivityRow::default()
    };
    run.tables.sensitivity =
        vec![index("moscow.precision", 0.2, "wide"), index("learning.memory", 0.6, "")];
    run.tables.boxes = vec![BoxRow {
        number: 1,
        scenario: "article5-like".to_owned(),
        kind: "risk".to_owned(),
        outcome: "tiered".to_owned(),
        date: "2026-Q4".to_owned(),
        parameter: "learning.memory".to_owned(),
        low: 0.97,
        high: 1.0,
        range_low: 0.9,
        range_high: 1.0,
        coverage: 0.7,
        density: 0.8,
        points: 120,
        quasi_p: Some(0.00001),
        ..BoxRow::default()
    }];
    let text = text(&page(&run, &experiment).unwrap());
    for told in [
        "Of 3 claims 2 hold and 1 fails.",
        "H4: Statement of H4 article5-like against no-guarantee Tiered alliance by 2026-Q4: higher +9.3 points (8.4 to 10.3) 93% (90–95%)",
        "H5: Statement of H5 article5-like Tier gap at 2026-Q4: at least 0.1 0.125 (0.100 to 0.150) probability",
        "finessed ironclad 12.3 (worst 40.0)",
        "Tiered alliance by 2026-Q4 under article5-like",
        "learning.memory 0.10 (−0.02 to 0.20) 0.60 (0.50 to 0.70) moscow.precision (sample too small",
        "70% of the points of interest (coverage), and 80% of its 120 points",
        "learning.memory: 0.970 to 1.000, of 0.900 to 1.000, quasi-p below 0.001",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
}

#[test]
fn what_every_scenario_sets_and_what_the_space_varies_is_told() {
    let more = "[parameters.learning]\nmemory = 0.93\n[space]\npoints = 8\n\
                vary = [\"learning.attention\"]\n\
                [[claim]]\nid = \"A\"\nstatement = \"x\"\ntreatment = \"article5-like\"\n\
                control = \"no-guarantee\"\noutcome = \"war_resumed\"\ndirection = \"lower\"";
    let experiment = experiment(more);
    let mut run = stored(&experiment);
    run.tables.claims = vec![claim("A", "holds", -0.05, [-0.07, -0.03])];
    let told = text(&page(&run, &experiment).unwrap());
    assert!(told.contains("Every scenario sets learning.memory = 0.93."), "{told}");
    assert!(!told.contains("at the defaults"), "{told}");
    let (_, space) = told.split_once("What the space of the claims varies").unwrap();
    assert!(space.contains("learning.attention"), "{space}");
}
