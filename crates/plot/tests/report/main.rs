//! The report from outside: what it says, and that no name can break it or put code into it.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod answers;
mod risks;
mod setup;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use article5_plot::report::page;
use article5_runner::analysis::claims::Verdict;
use article5_runner::config::Experiment;
use article5_runner::outcome::QuantityKind;
use article5_runner::tables::rows::{ComparisonRow, RiskRow, TraceRow};
use article5_runner::tables::{Manifest, StoredRun, Tables};
use article5_runner::workplace::Task;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

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
        kind: QuantityKind::Risk,
        outcome: "tiered".to_owned(),
        n: 1000,
        difference,
        low: Some(low),
        high: Some(high),
        pairing_gain: None,
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
fn findings_are_of_the_policies_that_the_file_names_and_the_tables_have_every_scenario() {
    let experiment = experiment("policies = [\"no-guarantee\", \"as-meant\"]");
    let mut run = stored(&experiment);
    run.tables.policies = vec![SCENARIOS[0].to_owned(), SCENARIOS[2].to_owned()];
    let text = text(&page(&run, &experiment).unwrap());
    let findings = text.split_once("What the run found Tiered").unwrap().1;
    let (findings, rest) = findings.split_once("Every risk, by scenario").unwrap();
    assert!(!findings.contains("article5-like: +9.3 points"), "{findings}");
    assert!(findings.contains("No difference from no-guarantee found as-meant"), "{findings}");
    assert!(findings.contains("Findings and headlines cover the 2 policies among 3 scenarios"));
    assert!(rest.contains("article5-like +9.3"), "{rest}");
    // The headline of the chart, too.
    assert!(text.contains("No policy’s risk of a tiered alliance is shown to differ"), "{text}");
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
    assert!(text.contains("ranges from 10.0% to 50.0% over the 2 points"), "{text}");
    assert!(
        text.contains("article5-like: likelier at 50% of points, less likely at 50%"),
        "{text}"
    );
    assert!(text.contains("learning.memory"));
    // The first scenario has a chance of a tenth at either point.
    let mut alike = stored(&experiment);
    alike.tables.risks.extend(SCENARIOS.map(|scenario| risk(scenario, 1, 0.1)));
    let told = self::text(&page(&alike, &experiment).unwrap());
    assert!(told.contains("is 10.0% at every one of the 2 points of the design"), "{told}");
}

#[test]
fn an_interval_does_not_claim_to_hold_what_is_not_known_of_parameters_that_runs_draw() {
    let uncertain = experiment("[uncertainty]\nvary = [\"learning.memory\"]\n");
    let told = text(&page(&stored(&uncertain), &uncertain).unwrap());
    assert!(!told.contains("include how little is known"), "{told}");
    for part in ["noise of the runs alone", "article5 claims", "its interval does not show how far"]
    {
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
fn the_policy_allows_the_page_s_own_script_and_no_other() {
    let experiment = experiment("");
    let page = page(&stored(&experiment), &experiment).unwrap();
    let between = |before: &str, after: &str| {
        page.split_once(before).and_then(|(_, rest)| rest.split_once(after)).unwrap().0
    };
    let hash = BASE64_STANDARD.encode(Sha256::digest(between("<script>", "</script>")));
    assert_eq!(between("script-src ", ";"), format!("'sha256-{hash}'"));
}

#[test]
fn every_id_of_the_page_is_there_once() {
    let experiment = experiment("");
    let mut run = stored(&experiment);
    run.tables.claims = vec![answers::claim("A", Verdict::Holds, -0.05, [-0.07, -0.03])];
    let page = page(&run, &experiment).unwrap();
    let quoted = |before: &'static str| {
        page.split(before).skip(1).filter_map(|rest| rest.split_once('"')).map(|(id, _)| id)
    };
    let mut ids = BTreeSet::new();
    quoted(" id=\"").for_each(|id| assert!(ids.insert(id), "{id} occurs twice"));
    assert!(ids.contains("claims-title") && ids.contains("claims-heading"));
    for id in quoted("aria-labelledby=\"").flat_map(str::split_whitespace) {
        assert!(ids.contains(id), "{id}");
    }
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
fn the_command_that_repeats_a_run_is_the_manifests_or_for_older_runs_follows_from_the_tables() {
    let experiment = experiment("");
    let mut run = stored(&experiment);
    let says = |run: &StoredRun, command: &str| {
        let told = text(&page(run, &experiment).unwrap());
        assert!(told.contains(&format!("article5 {command} configuration.toml")), "{told}");
    };
    says(&run, "run");
    run.manifest.files.insert("responses.csv".to_owned(), String::new());
    says(&run, "sensitivity");
    run.manifest.task = Some(Task::Claims);
    says(&run, "claims");
}
