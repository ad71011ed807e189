//! What a run set and varied, as the report says it.

use article5_runner::design::{Design, Structure};
use article5_runner::tables::{MAX_CHARTED, alliance_rows};
use ndarray::Array2;

use super::answers::claim;
use super::*;

#[test]
fn what_every_scenario_sets_and_what_the_space_varies_is_told() {
    let more = "[parameters.learning]\nmemory = 0.93\n[space]\npoints = 8\n\
                vary = [\"learning.attention\"]\n\
                [[claim]]\nid = \"A\"\nstatement = \"x\"\ntreatment = \"article5-like\"\n\
                control = \"no-guarantee\"\noutcome = \"war_resumed\"\ndirection = \"lower\"";
    let experiment = experiment(more);
    let mut run = stored(&experiment);
    run.tables.claims = vec![claim("A", Verdict::Holds, -0.05, [-0.07, -0.03])];
    let told = text(&page(&run, &experiment).unwrap());
    assert!(told.contains("Every scenario sets learning.memory = 0.93."), "{told}");
    assert!(!told.contains("at the defaults"), "{told}");
    let (_, space) = told.split_once("What varies over the claims’ space").unwrap();
    assert!(space.contains("learning.attention"), "{space}");
}

#[test]
fn an_analysis_tells_the_scenarios_that_it_ran_and_no_others() {
    let about = |reference: &str| {
        let asked = format!(
            "[design]\nkind = \"sobol\"\npoints = 8\n[design.vary]\n\"learning.memory\" = \"range\"\n\
             [discovery]\noutcome = \"tiered\"\nat_least = 0.5\nscenario = \"article5-like\"\n{reference}"
        );
        let experiment = experiment(&asked);
        let mut run = stored(&experiment);
        run.tables = Tables { alliance: run.tables.alliance, ..Tables::default() };
        run.manifest.files.insert("responses.csv".to_owned(), String::new());
        let told = text(&page(&run, &experiment).unwrap());
        let (question, _) = told.split_once("The whole configuration").unwrap();
        question.to_owned()
    };
    let alone = about("");
    assert!(alone.contains("The scenario was run") && !alone.contains("no-guarantee"), "{alone}");
    let both = about("reference = \"no-guarantee\"\n");
    assert!(both.contains("Each scenario was run") && both.contains("no-guarantee"), "{both}");
}

#[test]
fn what_events_change_is_not_told_as_the_defaults() {
    let none = "every scenario begins with the defaults";
    let event = |own: &str| {
        format!(
            "[[scenario]]\nname = \"later\"\n{own}[[scenario.event]]\nquarter = 2\nkind = \"policy\"\n\
             arms = 1.5\n"
        )
    };
    let told = |scenarios: &str| {
        let text = format!("name = \"a\"\nquarters = 4\n{scenarios}");
        let experiment = Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap();
        self::text(&page(&stored(&experiment), &experiment).unwrap())
    };
    let plain = told("scenarios = [\"article5-like\"]\n");
    assert!(plain.contains(none) && !plain.contains("What its events change"), "{plain}");
    let scripted = told(&event(""));
    assert!(
        scripted.contains("the defaults. What its events change later is listed"),
        "{scripted}"
    );
    let both = told(&event("parameters.learning.memory = 0.93\n"));
    assert!(both.contains("sets from the start; what events change later is listed"), "{both}");
}

#[test]
fn what_the_design_varies_is_not_told_as_drawn() {
    let more = "[design]\nkind = \"list\"\n[design.vary]\n\"guarantee.monitoring\" = { values = [0.3, 0.6] }\n\
                [uncertainty]\nvary = [\"learning.memory\"]\n";
    let experiment = experiment(more);
    let mut run = stored(&experiment);
    run.tables.risks.extend(SCENARIOS.map(|scenario| risk(scenario, 1, 0.5)));
    let told = text(&page(&run, &experiment).unwrap());
    let (_, varying) = told.split_once("What varies from point to point").unwrap();
    let (varying, _) = varying.split_once("Every risk, by scenario").unwrap();
    let (designed, drawn) = varying.split_once("What varies from run to run").unwrap();
    assert!(designed.contains("guarantee.monitoring") && !designed.contains("learning.memory"));
    assert!(drawn.contains("learning.memory") && !drawn.contains("guarantee.monitoring"));
    // It has a design.
    assert!(!drawn.contains("or a [design] shows that"), "{drawn}");
}

#[test]
fn a_design_too_large_for_findings_is_told_as_such() {
    let experiment = experiment("");
    let mut run = stored(&experiment);
    run.tables = Tables::default();
    let told = |run: &StoredRun| text(&page(run, &experiment).unwrap());
    assert!(told(&run).contains("The run has no table of risks"));
    let keys = vec!["learning.memory".to_owned()];
    let points = Array2::zeros((MAX_CHARTED + 1, 1));
    run.tables.design = Some(Design { keys, points, structure: Structure::Free });
    let words = "The design has 10,001 points, more than a page can show";
    assert!(told(&run).contains(words), "{}", told(&run));
}

#[test]
fn how_long_tiers_must_last_is_told_where_it_is_the_same_everywhere() {
    let told = |more: &str| {
        let experiment = experiment(more);
        text(&page(&stored(&experiment), &experiment).unwrap())
    };
    assert!(told("").contains("split into two tiers for 4 quarters."));
    let shorter = told("[parameters.measure]\nsustain = 2\n");
    assert!(shorter.contains("split into two tiers for 2 quarters."), "{shorter}");
    let other = told("[[scenario]]\nname = \"other\"\nparameters.measure = { sustain = 2 }\n");
    assert!(other.contains("for measure.sustain quarters, by default a year."), "{other}");
}

#[test]
fn by_which_thresholds_tiers_rupture_and_the_frontline_are_told_is_said_with_the_numbers_of_the_run()
 {
    let told = |more: &str| {
        let experiment = experiment(more);
        let mut run = stored(&experiment);
        run.tables.alliance = alliance_rows(&experiment);
        text(&page(&run, &experiment).unwrap())
    };
    let default = told("");
    for part in [
        "Frontline allies An exposure to Russia of 0.6 or more",
        ": Estonia, Finland, Latvia, Lithuania, Norway and Poland.",
        "classes of at least 3 where",
        "the class means are at least 0.2 apart, at least 0.75 of the variance lies between the classes",
        "by at least 0.8 (allies in both",
        "More than half of the allies have a trust below 0.3.",
    ] {
        assert!(default.contains(part), "{part}: {default}");
    }
    let own = told("[parameters.measure]\ntier_gap = 0.1\nfrontline_exposure = 1\n");
    assert!(own.contains("at least 0.1 apart") && own.contains("of 1 or more"), "{own}");
    let other = "[[scenario]]\nname = \"other\"\nparameters.measure = { rupture_level = 0.4 }\n";
    assert!(told(other).contains("a trust below measure.rupture_level."), "{}", told(other));
}

#[test]
fn defaults_at_an_end_of_their_range_are_a_caveat_where_nobody_set_them() {
    let told = |more: &str| {
        let experiment = experiment(more);
        text(&page(&stored(&experiment), &experiment).unwrap())
    };
    let both =
        "learning.attention (1, range 0 to 1) and learning.shrinkage (1, range 0 to 1). All other";
    assert!(told("").contains(both), "{}", told(""));
    let drawn = told("[uncertainty]\nvary = [\"learning.attention\"]\n");
    assert!(
        drawn.contains("their plausible range: learning.shrinkage (1, range 0 to 1)."),
        "{drawn}"
    );
    let neither = told("[parameters.learning]\nattention = 0.5\nshrinkage = 0.9\n");
    assert!(!neither.contains("Some defaults are extremes"), "{neither}");
    // In the other scenarios it is where it was.
    let one = told("[[scenario]]\nname = \"one\"\nparameters.learning = { attention = 0.5 }\n");
    assert!(one.contains(both), "{one}");
}

#[test]
fn the_plausible_range_of_what_is_set_is_told_and_what_lies_beyond_it_is_marked() {
    let more = "[[scenario]]\nname = \"armed\"\nparameters.guarantee = { arms = 2.5, peace_deal = true }\n\
                [[scenario]]\nname = \"less\"\nparameters.guarantee = { arms = 1.5 }\n";
    let experiment = experiment(more);
    let told = text(&page(&stored(&experiment), &experiment).unwrap());
    let arms = "1 0.5 to 1.5 2.5 in armed (beyond the plausible range) ; 1.5 in less";
    assert!(told.contains(arms), "{told}");
    assert!(told.contains("off no range given on in armed"), "{told}");
}

#[test]
fn what_the_design_sets_alike_everywhere_is_not_told_as_varying() {
    let more = "[design]\nkind = \"grid\"\n[design.vary]\n\"guarantee.monitoring\" = { values = [0.3] }\n\
                \"learning.memory\" = { values = [0.93, 0.97] }\n";
    let experiment = experiment(more);
    let mut run = stored(&experiment);
    let keys = ["guarantee.monitoring", "learning.memory"].map(str::to_owned).to_vec();
    let design = |points: Vec<f64>| {
        let points = Array2::from_shape_vec((points.len() / 2, 2), points).unwrap();
        Some(Design { keys: keys.clone(), points, structure: Structure::Free })
    };
    run.tables.design = design(vec![0.3, 0.93, 0.3, 0.97]);
    run.tables.risks.extend(SCENARIOS.map(|scenario| risk(scenario, 1, 0.5)));
    let told = text(&page(&run, &experiment).unwrap());
    let fixed = "At each of its 2 points every scenario has guarantee.monitoring = 0.3.";
    assert!(told.contains(fixed), "{told}");
    let (_, varying) = told.split_once("These parameters differ between the 2 points").unwrap();
    let (varying, _) = varying.split_once("Every risk, by scenario").unwrap();
    assert!(varying.contains("learning.memory") && !varying.contains("monitoring"), "{varying}");
    // One point differs from none.
    run.tables.design = design(vec![0.3, 0.93]);
    run.tables.risks.retain(|row| row.point == 0);
    let told = text(&page(&run, &experiment).unwrap());
    let fixed = "The design has a single point, at which every scenario has learning.memory = 0.93 and \
                 guarantee.monitoring = 0.3.";
    assert!(told.contains(fixed) && !told.contains("differ between"), "{told}");
}
