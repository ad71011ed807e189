//! What is remarked on in right files.

use article5_model::alliance::Alliance;

use super::accepted::SMALL;
use super::read;

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
    assert!(of(&format!("[parameters.learning]\n{many}"))[0].ends_with(" and 1 more"));
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
    let refused = |set: &str, varied: &str, per: &str| {
        let ends = format!("[space]\npoints = 40\nreplicates = 20\n{varied}\n");
        let text = format!("{SMALL}{set}\n{ends}{}per = \"{per}\"\n", claim("trust_mean"));
        read(&text).err().map(|error| (error.to_string(), error.place().unwrap().1))
    };
    let set = "parameters.measure.frontline_exposure = 0.0";
    let varied = |high: f64| {
        format!("ranges = {{ \"measure.frontline_exposure\" = {{ low = 0, high = {high} }} }}")
    };
    let (said, line) = refused(set, "", "rear_trust").unwrap();
    assert!(said.contains("in `article5-like` every ally is at the frontline where"), "{said}");
    assert_eq!(line, 15);
    assert!(refused("", &varied(0.5), "rear_trust").is_some());
    // In a scenario that sets it, it does not vary.
    let set_in_b = |least: f64| {
        let text = format!(
            "{SMALL}[[scenario]]\nname = \"b\"\nparameters.measure.frontline_exposure = {least}\n\
             [space]\npoints = 40\nreplicates = 20\n{}\n{}",
            varied(0.5),
            claim("rear_trust").replace("article5-like", "b")
        );
        read(&text)
    };
    assert!(set_in_b(0.6).is_ok() && set_in_b(0.0).is_err());
    assert!(refused("", "", "rear_trust").is_none());
    assert!(refused("", &varied(0.5), "frontline_trust").is_none());
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
    // One scenario moves them, the other does not.
    let b = "[[scenario]]\nname = \"b\"\nparameters.politics.first_inauguration = 8\n";
    let remarks = of("2027-Q1", b);
    let told = "in quarter 12 of the run in scenarios that do not set it, now 2029-Q4";
    assert!(remarks.len() == 1 && remarks[0].contains(told), "{remarks:?}");
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
fn no_remark_takes_the_default_of_what_varies_for_its_value() {
    let remarks = |allies: usize, key: &str, values: &str| {
        let design = format!("[design]\nkind = \"grid\"\n[design.vary]\n\"{key}\" = {values}\n");
        let mut experiment = read(&format!("quarters = 3\n{SMALL}{design}")).unwrap();
        let mut members = experiment.alliance.members().to_vec();
        members.truncate(allies);
        members[0].defence_share_gdp_2025e = 8.9;
        experiment.alliance = Alliance::new(members).unwrap();
        experiment.remarks().join("\n")
    };
    let sustained = |values| remarks(31, "measure.sustain", values);
    assert!(!sustained("{ values = [1, 5] }").contains("the run ends with quarter 3"));
    assert!(sustained("{ values = [4, 5] }").contains("once they have lasted 4 quarters"));
    let classes = |values| remarks(3, "measure.tier_min_class", values);
    assert!(!classes("{ values = [1, 2] }").contains("cannot split"));
    assert!(
        classes("{ values = [2, 3] }")
            .contains("3 allies cannot split into two tiers, which take 4")
    );
    let efforts = |values| remarks(31, "europe.effort_max", values);
    assert!(!efforts("{ values = [0.1, 0.12] }").contains("`europe.effort_max`"));
    assert!(
        efforts("{ values = [0.08, 0.12] }").contains("above `europe.effort_max` (8 % of GDP)")
    );
}
