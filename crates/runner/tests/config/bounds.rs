//! Values just within and just beyond what a configuration allows, and what follows from them.

use article5_model::alliance::Alliance;
use article5_model::scenario::EventKind;
use article5_runner::analysis::claims::Region;
use article5_runner::config::Experiment;

use super::accepted::again;
use super::read;

const TWO: &str = "name = \"x\"\nscenarios = [\"no-guarantee\", \"article5-like\"]\n";

/// Why a configuration of two scenarios and this is refused; nothing where it is not.
fn refused(rest: &str) -> Option<String> {
    read(&format!("{TWO}{rest}")).err().map(|error| error.to_string())
}

/// A claim about tiering, compared or not.
fn claim(compared: bool, rest: &str) -> Option<String> {
    let control = if compared { "control = \"no-guarantee\"\n" } else { "" };
    refused(&format!(
        "[[claim]]\nid = \"a\"\nstatement = \"a\"\ntreatment = \"article5-like\"\n\
         outcome = \"tiered\"\n{control}{rest}"
    ))
}

#[test]
fn a_claim_of_no_difference_has_two_ends_with_0_between_them() {
    assert_eq!(claim(true, "direction = \"none\"\nat_least = -0.02\nat_most = 0.02"), None);
    for ends in ["at_least = -0.02", "at_most = 0.02"] {
        let message = claim(true, &format!("direction = \"none\"\n{ends}")).unwrap();
        assert!(message.contains("needs a band"), "{message}");
    }
    // The ends are left out.
    for ends in ["at_least = 0\nat_most = 0.02", "at_least = -0.02\nat_most = 0"] {
        let message = claim(true, &format!("direction = \"none\"\n{ends}")).unwrap();
        assert!(message.contains("must contain 0"), "{message}");
    }
}

#[test]
fn bounds_that_meet_leave_no_effect_and_those_of_a_share_are_no_claim() {
    let message = claim(true, "direction = \"higher\"\nat_least = 0.1\nat_most = 0.1").unwrap();
    assert!(message.contains("no effect is above"), "{message}");
    let message = claim(true, "direction = \"higher\"\nat_least = 0.2\nat_most = 0.1").unwrap();
    assert!(message.contains("is below `at_least`"), "{message}");
    let whole = claim(false, "direction = \"higher\"\nat_least = 0\nat_most = 1").unwrap();
    assert!(whole.contains("every possible effect"), "{whole}");
    assert_eq!(claim(false, "direction = \"higher\"\nat_least = 0.01\nat_most = 1"), None);
}

#[test]
fn a_bound_at_the_end_of_what_there_can_be_bounds_nothing() {
    let region = |about: &str| {
        let text = format!(
            "{TWO}[[claim]]\nid = \"a\"\nstatement = \"a\"\ntreatment = \"article5-like\"\n{about}"
        );
        let Region { least, most } = read(&text).unwrap().claims[0].region(&Alliance::nato());
        (least, most)
    };
    let level = "outcome = \"tiered\"\ndirection = \"none\"\n";
    assert_eq!(region(&format!("{level}at_least = 0\nat_most = 0.3")), (f64::NEG_INFINITY, 0.3));
    assert_eq!(region(&format!("{level}at_least = -0.1\nat_most = 0.3")), (f64::NEG_INFINITY, 0.3));
    assert_eq!(region(&format!("{level}at_least = 0.1\nat_most = 1")), (0.1, f64::INFINITY));
    // A difference can be below 0, a difference of differences of two shares below −1.
    let apart = format!("{level}control = \"no-guarantee\"\nat_most = 1\n");
    assert_eq!(region(&format!("{apart}at_least = -0.3")), (-0.3, f64::INFINITY));
    let force = "outcome = \"force_share\"\ndirection = \"none\"\nat_least = -1\nat_most = 0.3\n";
    assert_eq!(region(&format!("{force}since = 4")), (f64::NEG_INFINITY, 0.3));
    let twice = format!("{force}control = \"no-guarantee\"\nsince = 4");
    assert_eq!(region(&twice), (-1.0, 0.3));
    // The part of something that is of a kind is a share; a mean over another mean may be anything.
    let per =
        "outcome = \"full_answers_ukraine\"\ndirection = \"none\"\nat_least = 0\nat_most = 0.3\n";
    let shares = region(&format!("{per}per = \"answers_ukraine\""));
    assert_eq!(shares, (f64::NEG_INFINITY, 0.3));
    assert_eq!(region(&format!("{per}per = \"kyiv_capability\"")), (0.0, 0.3));
}

#[test]
fn a_claim_that_nothing_can_meet_is_refused() {
    for bound in ["direction = \"lower\"\nat_most = 0", "direction = \"higher\"\nat_least = 1"] {
        let message = claim(false, bound).unwrap();
        assert!(message.contains("no possible effect"), "{message}");
    }
}

#[test]
fn a_threshold_that_every_value_meets_is_none() {
    let sought = |outcome: &str, threshold: &str| {
        refused(&format!(
            "[design]\nkind = \"sobol\"\npoints = 8\n[design.vary]\n\"learning.memory\" = \"range\"\n\
             [discovery]\nscenario = \"article5-like\"\noutcome = \"{outcome}\"\n{threshold}"
        ))
    };
    for threshold in ["at_least = 0", "at_most = 1", "at_least = 0\nat_most = 1"] {
        let message = sought("tiered", threshold).unwrap();
        assert!(message.contains("every possible value meets"), "{message}");
    }
    for threshold in ["at_most = 0", "at_least = 1", "at_least = 0\nat_most = 0.5"] {
        assert_eq!(sought("tiered", threshold), None);
    }
    // A difference can be below 0, and a capability has no largest value.
    assert_eq!(sought("tiered", "reference = \"no-guarantee\"\nat_least = 0"), None);
    assert_eq!(sought("kyiv_capability", "at_least = 0"), None);
}

#[test]
fn a_claim_can_be_about_the_first_quarter_and_the_last() {
    let about = |quarter: u32| claim(true, &format!("direction = \"higher\"\nquarter = {quarter}"));
    assert_eq!([about(1), about(40)], [None, None]);
    assert!(about(0).is_some() && about(41).is_some());
}

#[test]
fn a_claim_compares_its_treatment_with_its_control() {
    let text = format!(
        "{TWO}[[claim]]\nid = \"a\"\nstatement = \"a\"\ntreatment = \"article5-like\"\n\
         control = \"no-guarantee\"\noutcome = \"tiered\"\ndirection = \"higher\"\n"
    );
    let experiment = read(&text).unwrap();
    let contrast = experiment.claims[0].contrast(&experiment).unwrap();
    assert_eq!((contrast.treatment, contrast.control, contrast.quarter), (1, Some(0), 40));
}

#[test]
fn a_run_stops_at_no_more_than_half_of_the_range_of_a_share() {
    let stop = |outcome: &str, half_width: f64| {
        refused(&format!(
            "replicates = 10\n[stop]\noutcome = \"{outcome}\"\nhalf_width = {half_width:?}\n\
             max_replicates = 20"
        ))
    };
    // Of −1 to 1, and of 0 to 1.
    assert_eq!([stop("optimism_gap", 1.0), stop("tiered", 0.5)], [None, None]);
    for (outcome, half_width) in [("optimism_gap", 1.01), ("tiered", 0.51), ("tiered", 0.0)] {
        let message = stop(outcome, half_width).unwrap();
        assert!(message.contains("`half_width` is"), "{message}");
    }
}

#[test]
fn the_features_and_the_clarity_of_a_response_are_shares() {
    let response = |key: &str, value: f64| {
        let given = |own: &str, usual: f64| if own == key { value } else { usual };
        refused(&format!(
            "[[scenario]]\nname = \"a\"\nextends = \"no-guarantee\"\n[[scenario.event]]\n\
             quarter = 1\nkind = \"response\"\nseverity = \"probe\"\nanswer = \"none\"\n\
             stake = 0.5\ntreaty = {:?}\nexposure = {:?}\nclarity = {:?}",
            given("treaty", 0.5),
            given("exposure", 0.5),
            given("clarity", 0.5),
        ))
    };
    for key in ["treaty", "exposure", "clarity"] {
        assert_eq!([response(key, 0.0), response(key, 1.0)], [None, None], "{key}");
        for value in [-0.01, 1.01] {
            let message = response(key, value).unwrap();
            assert_eq!(message, format!("`{key}` is {value}"));
        }
    }
}

#[test]
fn a_negative_zero_is_none() {
    let text = format!(
        "{TWO}[[scenario]]\nname = \"a\"\nextends = \"no-guarantee\"\nevent = [\n\
         {{ quarter = 1, kind = \"policy\", arms = -0.0 }},\n\
         {{ quarter = 2, kind = \"statement\", value = -0.0, sd = 1 }},\n]"
    );
    let experiment = read(&text).unwrap();
    let zeros: Vec<f64> = experiment.scenarios[2]
        .events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Policy(policy) => policy.arms,
            EventKind::Statement { value, .. } => Some(*value),
            EventKind::Response(_) => None,
        })
        .collect();
    assert_eq!(zeros, [0.0; 2]);
    assert!(zeros.iter().all(|zero| zero.is_sign_positive()), "{zeros:?}");
}

#[test]
fn a_space_varies_what_at_least_one_scenario_leaves_alone() {
    let setting = |setting: &[bool]| {
        let scenarios: String = setting
            .iter()
            .enumerate()
            .map(|(place, sets)| {
                let own = if *sets { "parameters.learning.attention = 0.4\n" } else { "" };
                format!("[[scenario]]\nname = \"s{place}\"\nextends = \"article5-like\"\n{own}")
            })
            .collect();
        let text = format!("name = \"x\"\n{scenarios}[space]\nvary = [\"learning.attention\"]\n");
        read(&text).err().map(|error| error.to_string())
    };
    assert_eq!(setting(&[true, false]), None);
    let message = setting(&[true, true]).unwrap();
    assert!(message.contains("every scenario sets it"), "{message}");
}

#[test]
fn ranges_of_ones_own_are_written_back_and_make_another_experiment() {
    let own = "ranges]\n\"learning.memory\" = { low = 0.9, high = 0.95 }\n";
    for [plain, table] in [
        ["[uncertainty]\nvary = [\"learning.memory\", \"response.general\"]\n", "uncertainty"],
        ["[space]\nvary = [\"learning.memory\", \"response.general\"]\n", "space"],
    ] {
        let plain = format!("{TWO}{plain}");
        let with = read(&format!("{plain}[{table}.{own}")).unwrap();
        let alone = read(&format!("{TWO}[{table}]\nvary = []\n[{table}.{own}")).unwrap();
        let ends = |one: &Experiment| {
            let space = one.space.iter().flat_map(|space| &space.design.vary);
            let varied = one.uncertainty.iter().chain(space);
            varied.map(|vary| (vary.key.clone(), vary.values.ends())).collect::<Vec<_>>()
        };
        let memory = ("learning.memory".to_owned(), (0.9, 0.95));
        assert_eq!(ends(&alone), std::slice::from_ref(&memory));
        assert_eq!((ends(&with).len(), ends(&with).contains(&memory)), (2, true));
        assert!(!ends(&read(&plain).unwrap()).contains(&memory));
        // A key without a plausible range may be named if it has a range of its own.
        let gap = "ranges]\n\"measure.tier_gap\" = { low = 0.1, high = 0.3 }\n";
        let named = read(&format!("{TWO}[{table}]\nvary = [\"measure.tier_gap\"]\n[{table}.{gap}"))
            .unwrap();
        assert_eq!(ends(&named), [("measure.tier_gap".to_owned(), (0.1, 0.3))]);
        for one in [with, alone] {
            assert_eq!(again(&one), one);
        }
    }
}

#[test]
fn no_space_is_run_under_a_design_an_uncertainty_or_a_stopping_rule() {
    const STOP: &str = "[stop]\noutcome = \"tiered\"\nhalf_width = 0.1\nmax_replicates = 20000\n";
    let over = |rest: &str| read(&format!("{TWO}{rest}[space]\n")).unwrap().over_space().is_some();
    assert!(over("") && !over(STOP));
    assert_eq!(read(TWO).unwrap().over_space(), None);
    // Whoever puts them together otherwise is not taken at less than what is there.
    let space = read(&format!("{TWO}[space]\n")).unwrap();
    let uncertain = format!("{TWO}[uncertainty]\nvary = [\"response.general\"]\n");
    let uncertainty = read(&uncertain).unwrap().uncertainty;
    assert!(Experiment { uncertainty, ..space.clone() }.over_space().is_none());
    let design = space.over_space().unwrap().design;
    assert!(Experiment { design, ..space }.over_space().is_none());
}

#[test]
fn five_hundred_scenarios_run_side_by_side_and_one_more_is_refused_at_its_place() {
    let of = |count: usize| {
        let own = (2..count).map(|number| format!("[[scenario]]\nname = \"s{number}\"\n"));
        read(&format!("{TWO}{}", own.collect::<String>()))
    };
    assert_eq!(of(500).unwrap().scenarios.len(), 500);
    let refused = of(501).unwrap_err();
    assert_eq!(refused.to_string(), "the experiment has 501 scenarios");
    // Two lines of the file come first, and two for each scenario before it.
    assert_eq!(refused.place().map(|(_, line, _)| line), Some(2 + 2 * 498 + 1));
    assert!(refused.remedy().unwrap().contains("[design]"));
}
