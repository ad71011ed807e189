//! What ships: the configurations, the starter and the schema they point to.

use std::fs;
use std::path::{Path, PathBuf};

use article5_model::parameters::PARAMETERS;
use article5_model::scenario::Scenario;
use article5_runner::config::{EventName, Experiment, STARTER, schema};
use serde_json::{Value, json};
use strum::VariantArray;

const CONFIGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../configs");

fn shipped() -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(CONFIGS)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_shipped_configuration_is_right_named_after_its_file_and_points_to_the_schema() {
    assert!(shipped().len() >= 9);
    for path in shipped() {
        let text = fs::read_to_string(&path).unwrap();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("#:schema ./article5.schema.json"), "{}", path.display());
        assert!(lines.next().unwrap().starts_with("# "), "{} asks nothing", path.display());
        let experiment = Experiment::read(&path).unwrap();
        assert_eq!(Some(experiment.name.as_str()), path.file_stem().and_then(|stem| stem.to_str()));
    }
}

#[test]
fn the_baseline_runs_every_built_in_scenario() {
    let baseline = Experiment::read(&Path::new(CONFIGS).join("baseline.toml")).unwrap();
    let names = |scenarios: &[Scenario]| -> Vec<String> {
        scenarios.iter().map(|own| own.name.clone()).collect()
    };
    assert_eq!(names(&baseline.scenarios), names(&Scenario::all()));
    for (read, built_in) in baseline.scenarios.iter().zip(Scenario::all()) {
        assert_eq!(read.events, built_in.events);
        assert_eq!(read.parameters(), built_in.parameters());
    }
    assert_eq!((baseline.seed, baseline.replicates, baseline.quarters), (2026, 10_000, 40));
}

#[test]
fn the_screening_varies_every_uncertain_parameter() {
    let screening = Experiment::read(&Path::new(CONFIGS).join("screening.toml")).unwrap();
    let varied = screening.design.unwrap().vary;
    let varied: Vec<&str> = varied.iter().map(|own| own.key.as_str()).collect();
    // The terms of the guarantee are what is asked about, not what is unknown.
    let uncertain = PARAMETERS.iter().filter(|row| row.varies());
    let uncertain =
        uncertain.map(|row| row.key.as_str()).filter(|key| !key.starts_with("guarantee."));
    assert_eq!(varied, uncertain.collect::<Vec<_>>());
}

#[test]
fn the_starter_is_right_as_it_is_and_with_all_its_comments_lifted() {
    let read = |text: &str| Experiment::from_toml(text, "starter.toml", Path::new("")).unwrap();
    let plain = read(STARTER);
    assert_eq!(plain.scenarios.len(), 3);
    // A space has no design beside it, and nothing uncertain.
    let lifted = read(&lifted_but_for(&["space"]));
    assert!(lifted.design.is_some() && lifted.stop.is_some() && !lifted.uncertainty.is_empty());
    assert_eq!(lifted.scenarios[2].events.len(), 3);
    let lifted = read(&lifted_but_for(&["design", "uncertainty", "stop"]));
    assert_eq!(lifted.space.as_ref().map(|space| space.wheres.len()), Some(1));
    // What is commented out shows the default.
    let [lifted, plain] = [lifted.space, plain.space].map(Option::unwrap);
    assert_eq!(lifted.design.kind, plain.design.kind);
    assert_eq!(lifted.replicates, plain.replicates);
}

/// The starter with the comments of all its tables lifted, but for some.
fn lifted_but_for(tables: &[&str]) -> String {
    let mut stays = false;
    let line = |line: &'static str| match line.strip_prefix("# ") {
        // A key or a header, not a sentence.
        Some(code) if code.starts_with(['[', '"']) || is_assignment(code) => {
            if code.starts_with('[') {
                let table = code.trim_start_matches('[').split(['.', ']']).next();
                stays = table.is_some_and(|table| tables.contains(&table));
            }
            if stays { line } else { code }
        }
        _ => line,
    };
    // There is no members table here.
    let lines = STARTER.lines().map(line).filter(|line| !line.starts_with("members ="));
    lines.collect::<Vec<_>>().join("\n")
}

fn is_assignment(code: &str) -> bool {
    let key = code.split(" = ").next().unwrap_or_default();
    code.contains(" = ") && !key.contains(' ')
}

/// Set this to write the schema anew: `ARTICLE5_WRITE_SCHEMA=1 cargo test -p article5-runner`.
const WRITE: &str = "ARTICLE5_WRITE_SCHEMA";

#[test]
fn the_shipped_schema_is_the_one_that_the_types_give() {
    let path = Path::new(CONFIGS).join("article5.schema.json");
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os(WRITE).is_some() {
        fs::write(&path, &text).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap() == text, "write it anew with {WRITE}=1");
}

#[test]
fn the_schema_says_what_each_parameter_is_and_may_be() {
    let schema = schema();
    let find = |pointer: &str| schema.pointer(pointer).cloned().unwrap_or(Value::Null);
    let memory = find("/definitions/Parameters/properties/learning/properties/memory");
    assert_eq!((memory["minimum"].as_f64(), memory["maximum"].as_f64()), (Some(0.0), Some(1.0)));
    assert!(memory["description"].as_str().unwrap().contains("persistence of what was learned"));
    assert_eq!(find("/properties/quarters/maximum"), 400);
    assert_eq!(find("/required"), json!(["name"]));
    assert_eq!(find("/definitions/ScenarioTable/required"), json!(["name"]));
    assert_eq!(find("/definitions/DesignTable/required"), json!(["kind", "vary"]));
    // Without a space everything varies, but nothing is uncertain and no design is made by itself.
    let patterns_needed = |table: &str| find(&format!("/definitions/{table}/anyOf/0/required"));
    assert_eq!(patterns_needed("UncertaintyTable"), json!(["vary"]));
    assert_eq!(patterns_needed("SpaceTable"), json!([]));
    for table in ["UncertaintyTable", "SpaceTable"] {
        let least = |path: &str| find(&format!("/definitions/{table}/anyOf/{path}"));
        assert_eq!(least("0/properties/vary/minItems"), 1);
        assert_eq!(least("1/properties/ranges/minProperties"), 1);
        assert_eq!(least("1/required"), json!(["ranges"]));
    }
    let kinds = find("/definitions/EventTable/oneOf");
    let kinds = kinds.as_array().unwrap().iter().map(|kind| &kind["properties"]["kind"]["const"]);
    let named = EventName::VARIANTS.iter().map(|kind| json!(kind));
    assert_eq!(kinds.cloned().collect::<Vec<_>>(), named.collect::<Vec<_>>());
}

#[test]
fn the_schema_bounds_numbers_as_a_check_does() {
    let claim = "[[claim]]\nid = \"a\"\nstatement = \"s\"\ntreatment = \"no-guarantee\"\n\
                 outcome = \"tiered\"\ndirection = \"lower\"\nat_most = 0.2\n";
    let design = |kind: &str| {
        format!("[design]\nkind = \"{kind}\"\nvary = {{ \"learning.memory\" = \"range\" }}\n")
    };
    let saltelli = format!("{}points = 8\n", design("saltelli"));
    let space = format!("{claim}[space]\n");
    let sensitivity = format!("{saltelli}[sensitivity]\noutcomes = [\"tiered\"]\n");
    let discovery = format!("{saltelli}[discovery]\noutcome = \"tiered\"\nat_least = 0.5\n");
    let none = String::new();
    for (table, key, above) in [
        ("", "seed", &none),
        ("", "replicates", &none),
        ("", "first_replicate", &none),
        ("", "quarters", &none),
        ("/definitions/SpaceTable", "points", &space),
        ("/definitions/SpaceTable", "replicates", &space),
        ("/definitions/DesignTable", "points", &design("sobol")),
        ("/definitions/DesignTable", "levels", &design("grid")),
        ("/definitions/SensitivitySpec", "resamples", &sensitivity),
        ("/definitions/DiscoverySpec", "boxes", &discovery),
        ("/definitions/DiscoverySpec", "density", &discovery),
    ] {
        let accepts = |value: f64| {
            let scenarios = "scenarios = [\"no-guarantee\"]\n";
            let text = format!("name = \"a\"\n{scenarios}{above}{key} = {value}\n");
            Experiment::from_toml(&text, "a.toml", Path::new("")).is_ok()
        };
        let bounds = schema().pointer(&format!("{table}/properties/{key}")).cloned().unwrap();
        let open = bounds["exclusiveMinimum"].as_f64();
        let least = bounds["minimum"].as_f64().or(open.map(|end| end + 0.01)).unwrap();
        assert!(accepts(least), "{key} = {least}");
        assert!(!accepts(open.unwrap_or(least - 1.0)), "{key} below {least}");
        // A seed has no end but that of the numbers of TOML.
        if let Some(most) = bounds["maximum"].as_f64() {
            assert!(accepts(most), "{key} = {most}");
            assert!(!accepts(most + 1.0), "{key} above {most}");
        }
    }
}
