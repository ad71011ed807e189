//! Claims, decisions, indices and boxes in the report.

use article5_runner::analysis::doubt::Doubt;
use article5_runner::config::Direction;
use article5_runner::tables::rows::{BoxRow, ClaimRow, DecisionRow, Method, SensitivityRow, Want};

use super::*;

/// A claim about the headline risk, held at the baseline.
pub(super) fn claim(id: &str, verdict: Verdict, effect: f64, [low, high]: [f64; 2]) -> ClaimRow {
    ClaimRow {
        id: id.to_owned(),
        statement: format!("Statement of {id}"),
        treatment: "article5-like".to_owned(),
        control: "no-guarantee".to_owned(),
        kind: QuantityKind::Risk,
        outcome: "tiered".to_owned(),
        date: "2026-Q4".to_owned(),
        direction: Direction::Higher,
        effect: Some(effect),
        low: Some(low),
        high: Some(high),
        share_of_space: Some(0.93),
        share_low: Some(0.90),
        share_high: Some(0.95),
        verdict,
        reason: "shown at 93 % of the points".to_owned(),
        ..ClaimRow::default()
    }
}

#[test]
fn a_claim_is_shown_with_what_is_claimed_and_verdicts_are_told_by_the_rule_that_gives_them() {
    let experiment = experiment("");
    let mut run = stored(&experiment);
    let bounded = ClaimRow {
        at_least: Some(0.02),
        since: Some(2),
        ..claim("A", Verdict::Holds, 0.05, [0.03, 0.07])
    };
    let share = ClaimRow {
        kind: QuantityKind::Outcome,
        outcome: "full_answers_ukraine".to_owned(),
        per: "answers_ukraine".to_owned(),
        direction: Direction::None,
        at_least: Some(-0.03),
        at_most: Some(0.03),
        ..claim("B", Verdict::Holds, 0.0, [-0.01, 0.01])
    };
    run.tables.claims = vec![bounded, share];
    let told = text(&page(&run, &experiment).unwrap());
    for part in [
        "the whole 95% interval of its effect is as claimed at the configuration’s parameters and at \
         90% or more of the points",
        "Tiered alliance by 2026-Q4, change since 2026-Q2: at least +2 points",
        "holds shown at 93% of the points",
        "Full answers Ukraine divided by answers Ukraine at 2026-Q4: at most 3 points either way",
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
    let mut alone = claim("H5", Verdict::Fails, 0.125, [0.1, 0.15]);
    (alone.control, alone.kind, alone.outcome) =
        (String::new(), QuantityKind::Outcome, "tier_gap".to_owned());
    alone.at_least = Some(0.1);
    run.tables.claims = vec![
        claim("H4", Verdict::Holds, 0.093, [0.084, 0.103]),
        claim("H1", Verdict::Holds, 0.1, [0.0, 0.2]),
        alone,
    ];
    let decision = |scenario: &str, dominated_by: &str| DecisionRow {
        scenario: scenario.to_owned(),
        risk: "tiered".to_owned(),
        dominated_by: dominated_by.to_owned(),
        regret_p90: Some(0.123),
        regret_worst: Some(0.4),
        dominated_share: (!dominated_by.is_empty()).then_some(0.25),
        points: 512,
        ..DecisionRow::default()
    };
    // Of a run before dominance was judged over the space.
    run.tables.decisions = vec![decision("ironclad", "")];
    assert!(!text(&page(&run, &experiment).unwrap()).contains("Dominated over the space"));
    run.tables.decisions = vec![decision("finessed", "ironclad"), decision("ironclad", "")];
    let index = |parameter: &str, total: f64, doubt: Option<Doubt>| SensitivityRow {
        scenario: "article5-like".to_owned(),
        kind: QuantityKind::Risk,
        outcome: "tiered".to_owned(),
        date: "2026-Q4".to_owned(),
        parameter: parameter.to_owned(),
        method: Method::Sobol,
        first: Some(0.1),
        first_low: Some(-0.02),
        first_high: Some(0.2),
        total: Some(total),
        total_low: Some(total - 0.1),
        total_high: Some(total + 0.1),
        doubt,
        remedy: doubt.and(Some(Want::Points)),
        ..SensitivityRow::default()
    };
    run.tables.sensitivity = vec![
        index("moscow.precision", 0.2, Some(Doubt::Wide)),
        index("learning.memory", 0.6, None),
    ];
    run.tables.boxes = vec![BoxRow {
        number: 1,
        scenario: "article5-like".to_owned(),
        kind: QuantityKind::Risk,
        outcome: "tiered".to_owned(),
        date: "2026-Q4".to_owned(),
        parameter: "learning.memory".to_owned(),
        low: 0.97,
        high: 1.0,
        range_low: 0.9,
        range_high: 1.0,
        coverage: 0.7,
        density: 0.8,
        coverage_held_out: Some(0.6),
        density_held_out: Some(0.55),
        points: 120,
        quasi_p: Some(0.00001),
        ..BoxRow::default()
    }];
    let text = text(&page(&run, &experiment).unwrap());
    for told in [
        "Of 3 claims, 2 hold and 1 fails.",
        "H4: Statement of H4 article5-like against no-guarantee Tiered alliance by 2026-Q4: higher +9.3 points (8.4 to 10.3) 93% (90–95%)",
        "H5: Statement of H5 article5-like Tier gap at 2026-Q4: at least 10% 12% (10–15%)",
        "the share of the space’s 512 points at which some scenario of this table dominates it",
        "finessed ironclad 25% 12.3 (worst 40.0)",
        "Tiered alliance by 2026-Q4 under article5-like",
        "learning.memory 0.10 (−0.02 to 0.20) 0.60 (0.50 to 0.70) moscow.precision (too few points to be relied on)",
        "70% of the points of interest (coverage), and 80% of its 120 points",
        "On points held out, its density is 55% and its coverage 60%.",
        "A low quasi-p is necessary, but not sufficient, for a limit to be more than chance",
        "learning.memory: 0.970 to 1.000, out of 0.900 to 1.000, quasi-p &#60;0.001",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
}

#[test]
fn a_box_less_dense_than_asked_for_on_points_held_out_is_in_doubt() {
    let told = |density_held_out: f64| {
        let experiment = experiment(
            "[design]\nkind = \"sobol\"\npoints = 64\n[design.vary]\n\"learning.memory\" = \"range\"\n\
             [discovery]\nscenario = \"article5-like\"\noutcome = \"tiered\"\nat_least = 0.1\n\
             density = 0.6\n",
        );
        let mut run = stored(&experiment);
        run.tables.boxes = vec![BoxRow {
            density: 0.6,
            density_held_out: Some(density_held_out),
            coverage_held_out: Some(0.4),
            ..BoxRow::default()
        }];
        text(&page(&run, &experiment).unwrap())
    };
    let doubt =
        "On points that it was not chosen from, the box is less dense than the 60% asked for.";
    assert!(told(0.59).contains(doubt), "{}", told(0.59));
    // Told in hundredths, it is as dense.
    assert!(!told(0.596).contains(doubt));
}

#[test]
fn what_boxes_were_sought_for_is_said_of_a_risk_in_its_words() {
    let design =
        "[design]\nkind = \"sobol\"\npoints = 64\n[design.vary]\n\"learning.memory\" = \"range\"\n";
    let told = |scenarios: &str| {
        let discovery =
            format!("[discovery]\noutcome = \"war_resumed\"\nat_least = 0.1\n{scenarios}");
        let experiment = experiment(&format!("{design}{discovery}"));
        let mut run = stored(&experiment);
        run.manifest.files.insert("boxes.csv".to_owned(), String::new());
        text(&page(&run, &experiment).unwrap())
    };
    let level = told("scenario = \"article5-like\"\n");
    assert!(
        level.contains(
            "points of interest are those that have a chance of renewed war of at least 10%."
        ),
        "{level}"
    );
    let less = told("scenario = \"article5-like\"\nreference = \"no-guarantee\"\n");
    let words =
        "a difference in the chance of renewed war of at least +10 points from no-guarantee.";
    assert!(less.contains(words), "{less}");
}

#[test]
fn that_a_second_box_was_sought_and_not_found_is_said() {
    let told = |boxes: u32| {
        let experiment = experiment(&format!(
            "[design]\nkind = \"sobol\"\npoints = 64\n[design.vary]\n\"learning.memory\" = \"range\"\n\
             [discovery]\nscenario = \"article5-like\"\noutcome = \"tiered\"\nat_least = 0.1\n\
             boxes = {boxes}\n"
        ));
        let mut run = stored(&experiment);
        run.manifest.files.insert("boxes.csv".to_owned(), String::new());
        run.tables.boxes = vec![BoxRow { number: 1, ..BoxRow::default() }];
        text(&page(&run, &experiment).unwrap())
    };
    let missing = "2 boxes were sought, each outside the earlier ones, and 1 was found: the warnings above say why.";
    assert!(told(2).contains(missing), "{}", told(2));
    assert!(!told(1).contains("were sought, each"), "{}", told(1));
}
