//! `article5 claims` from outside: its tables against what a plain run of the same shocks shows.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

mod bench;

use bench::{Row, ask, rows};

const QUESTION: &str = "name = \"question\"\nreplicates = 200\nquarters = 12\nreference = \"no-guarantee\"\n\
    scenarios = [\"no-guarantee\", \"article5-like\", \"ironclad\"]\n";

const CLAIMS: &str = r#"
[space]
points = 24
replicates = 40
[output]
charts = false
[[claim]]
id = "war"
statement = "A guarantee deters"
treatment = "ironclad"
control = "no-guarantee"
outcome = "war_resumed"
direction = "lower"
[[claim]]
id = "capability"
statement = "A guarantee makes no difference to Kyiv's capability"
treatment = "article5-like"
control = "no-guarantee"
outcome = "kyiv_capability"
quarter = 8
direction = "none"
at_least = -0.5
at_most = 0.5
"#;

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} is `{}`", row[column]))
}

/// The value of each replicate of a scenario, in order, at a quarter or the sum up to it.
fn values(table: &[Row], scenario: &str, quarter: u32, column: &str) -> Vec<f64> {
    let rows = table.iter().filter(|row| row["scenario"] == scenario);
    let at = rows.filter(|row| row["quarter"] == quarter.to_string());
    at.map(|row| number(row, column)).collect()
}

#[test]
fn effects_intervals_and_shares_follow_from_what_is_exported() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("question.toml");
    let [run, judged] = ["run", "judged"].map(|name| folder.path().join(name));
    let replicates = "[output]\ntrajectories = true\ncharts = false\n";
    std::fs::write(&config, format!("{QUESTION}{replicates}")).unwrap();
    assert!(ask("run", &config, &run, &["--quiet"]).status.success());
    std::fs::write(&config, format!("{QUESTION}{CLAIMS}")).unwrap();
    let output = ask("claims", &config, &judged, &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("A guarantee deters") && said.contains("2 claims judged"), "{said}");

    let (claims, trajectories) =
        (rows(&judged.join("claims.csv")), rows(&run.join("trajectories.csv")));
    let [war, capability] = claims.as_slice() else { panic!("{} claims", claims.len()) };

    // Mean and standard error of the paired differences, replicate by replicate.
    let pairs = |column| {
        let [treated, control] = ["article5-like", "no-guarantee"]
            .map(|scenario| values(&trajectories, scenario, 8, column));
        treated.iter().zip(&control).map(|(own, other)| own - other).collect::<Vec<_>>()
    };
    let differences = pairs("kyiv_capability");
    let n = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / n;
    let squares: f64 = differences.iter().map(|own| (own - mean) * (own - mean)).sum();
    // scipy.stats.t.ppf(0.975, 199), SciPy 1.17.1.
    let half = 1.971_956_544_251_753_3 * (squares / (n - 1.0) / n).sqrt();
    assert_eq!((n, &*capability["n"]), (200.0, "200"));
    for (column, expected) in [("effect", mean), ("low", mean - half), ("high", mean + half)] {
        assert!((number(capability, column) - expected).abs() < 1e-9, "{column}");
    }
    assert_eq!(capability["control"], "no-guarantee");

    // The risk is the one that the run's table has.
    let risks = rows(&run.join("risks.csv"));
    let by = |scenario: &str| {
        let of = |row: &&Row| {
            row["scenario"] == scenario && row["quarter"] == "12" && row["risk"] == "war_resumed"
        };
        number(risks.iter().find(of).unwrap(), "by")
    };
    assert!((number(war, "effect") - (by("ironclad") - by("no-guarantee"))).abs() < 1e-12);

    // The share of the space is that of the points whose interval is clear.
    let points = rows(&judged.join("claim_points.csv"));
    for (claim, clear) in [
        (war, &(|row: &Row| number(row, "high") < 0.0) as &dyn Fn(&_) -> bool),
        (capability, &|row| number(row, "low") > -0.5 && number(row, "high") < 0.5),
    ] {
        let own: Vec<_> = points.iter().filter(|row| row["id"] == claim["id"]).collect();
        assert_eq!(own.len(), 24);
        let share = own.iter().filter(|row| clear(row)).count() as f64 / 24.0;
        assert!((number(claim, "share_of_space") - share).abs() < 1e-12);
        assert!(
            own.iter().all(|row| row["n"] == "40" && (row["finding"] == "holds") == clear(row))
        );
    }
    // Forty replicates a point are too few to show at nine points in ten that a pledge deters, and at many
    // of them no war resumes with or without one; no interval is as wide as the other claim's band.
    assert_eq!((&*war["verdict"], &*capability["verdict"]), ("undecided", "holds"));
    assert!(number(war, "share_of_space") < 0.9 && number(war, "share_reversed") == 0.0);
    assert_eq!(war["replicates_needed"], "");
    let why = "the scenarios differ in too few replicates to tell; ";
    assert!(war["reason"].contains(why), "{}", war["reason"]);

    // Decisions, the points and what describes them lie beside.
    assert_eq!(rows(&judged.join("decisions.csv")).len(), 3 * 8);
    assert_eq!(rows(&judged.join("space.csv")).len(), 24);
    let package = std::fs::read_to_string(judged.join("datapackage.json")).unwrap();
    for table in ["claims", "claim_points", "claim_parameters", "decisions", "space"] {
        assert!(package.contains(&format!("\"{table}.csv\"")), "{table}");
    }
}

#[test]
fn where_no_point_counts_the_terminal_tells_what_helps_and_the_run_only_what_is() {
    let folder = tempfile::tempdir().unwrap();
    let (config, judged) = (folder.path().join("question.toml"), folder.path().join("judged"));
    let nowhere =
        "[[space.where]]\nscenario = \"ironclad\"\nrisk = \"war_resumed\"\nat_least = 0.999\n";
    std::fs::write(&config, format!("{QUESTION}{CLAIMS}{nowhere}")).unwrap();
    let output = ask("claims", &config, &judged, &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    let fact = "claims and policies are judged at 0 of 24 points of the space";
    let remedy = "change the bounds in [[space.where]]";
    assert!(said.contains(fact) && said.contains(remedy), "{said}");
    let manifest = std::fs::read_to_string(judged.join("manifest.json")).unwrap();
    assert!(manifest.contains(fact) && !manifest.contains("--force"));
}

#[test]
fn threads_and_a_rerun_of_the_resolved_configuration_judge_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("question.toml");
    std::fs::write(&config, format!("{QUESTION}{CLAIMS}")).unwrap();
    let [one, two, again] = ["one", "two", "again"].map(|name| folder.path().join(name));
    assert!(ask("claims", &config, &one, &["--quiet", "--threads", "1"]).status.success());
    assert!(ask("claims", &config, &two, &["--quiet", "--threads", "2"]).status.success());
    let resolved = one.join("configuration.toml");
    assert!(ask("claims", &resolved, &again, &["--quiet"]).status.success());
    for table in
        ["claims.csv", "claim_points.csv", "claim_parameters.csv", "decisions.csv", "space.csv"]
    {
        let bytes = std::fs::read(one.join(table)).unwrap();
        assert!(bytes == std::fs::read(two.join(table)).unwrap(), "{table} differs by threads");
        assert!(bytes == std::fs::read(again.join(table)).unwrap(), "{table} differs when rerun");
    }
}

#[test]
fn replicates_that_are_typed_are_those_of_the_baseline_and_what_the_space_keeps_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("question.toml");
    std::fs::write(&config, format!("{QUESTION}{CLAIMS}")).unwrap();
    for (name, quiet) in [("aloud", &[] as &[&str]), ("quiet", &["--quiet"])] {
        let out = folder.path().join(name);
        let output = ask("claims", &config, &out, &[&["--replicates", "50"], quiet].concat());
        assert!(output.status.success());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let note = "note: the space keeps its 24 points with 40 replicates each";
        assert_eq!(told.contains(note), quiet.is_empty(), "{told}");
        let claims = rows(&out.join("claims.csv"));
        assert!(claims.iter().all(|row| row["n"] == "50" && row["point_n"] == "40"));
    }
}

#[test]
fn what_claims_do_not_act_on_is_refused_with_exit_code_2_and_nothing_written() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("question.toml");
    let claim = "[[claim]]\nid = \"H\"\nstatement = \"It tiers\"\ntreatment = \"ironclad\"\n\
                 control = \"no-guarantee\"\noutcome = \"tiered\"\ndirection = \"higher\"\n";
    let stop = "[stop]\noutcome = \"tiered\"\nhalf_width = 0.1\nmax_replicates = 400\n";
    let uncertain = "[uncertainty]\nvary = [\"russia.*\"]\n";
    let design = "[design]\nkind = \"grid\"\nvary = { \"learning.memory\" = { values = [0.9] } }\n";
    for (more, told, place) in [
        (String::new(), "no claim to judge", "question.toml: `question`"),
        (format!("{stop}{claim}"), "does not act on `[stop]`", "question.toml:6:1]"),
        (format!("{uncertain}{claim}"), "does not act on `[uncertainty]`", "question.toml:6:1]"),
        (format!("{claim}{design}"), "does not act on `[design]`", "question.toml:13:1]"),
    ] {
        std::fs::write(&config, format!("{QUESTION}{more}")).unwrap();
        let out = folder.path().join("judged");
        let output = ask("claims", &config, &out, &[]);
        // Without the breaks that fit it to the terminal.
        let message = String::from_utf8_lossy(&output.stderr).replace("\n  │ ", " ");
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(told) && message.contains(place), "{message}");
        assert!(message.contains("help: "), "{message}");
        assert!(!out.exists());
    }
}

#[test]
fn a_scenario_with_a_reference_of_its_own_is_compared_with_that_by_run_and_by_claims() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("question.toml");
    let lines = |command: &str, name: &str, text: &str| -> Vec<String> {
        std::fs::write(&config, text).unwrap();
        let out = folder.path().join(name);
        let output = ask(command, &config, &out, &["--quiet"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let tables = ["comparisons.csv", "member_comparisons.csv"]
            .map(|name| std::fs::read_to_string(out.join(name)).unwrap());
        tables.iter().flat_map(|table| table.lines().map(str::to_owned)).collect()
    };
    let own = "[[scenario]]\nname = \"deal\"\nextends = \"ironclad\"\nreference = \"article5-like\"\n\
               parameters.guarantee.peace_deal = true\n";
    // At a further quarter, too, by both.
    let claims = CLAIMS.replace("[output]\n", "[output]\ncomparison_quarters = [5]\n");
    let text = format!("{QUESTION}{claims}{own}");
    let compared = lines("run", "own", &text);
    assert_eq!(lines("claims", "judged", &text), compared);
    let with = |lines: &[String], pair: &str| -> Vec<String> {
        lines.iter().filter(|line| line.starts_with(pair)).cloned().collect()
    };
    assert_eq!(with(&compared, "deal,no-guarantee,"), Vec::<String>::new());
    let at = |quarter: &str| with(&compared, &format!("ironclad,no-guarantee,0,{quarter},")).len();
    assert!(at("5") == at("12") && at("5") > 31);
    // As it is compared where all are compared with that scenario.
    let all = text.replace("reference = \"no-guarantee\"", "reference = \"article5-like\"");
    let (deal, others) = (with(&compared, "deal,article5-like,"), lines("run", "all", &all));
    assert_eq!(deal, with(&others, "deal,article5-like,"));
    assert!(deal.len() > 10 && with(&compared, "ironclad,no-guarantee,").len() == deal.len());
}
