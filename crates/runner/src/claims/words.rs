//! The verdicts on claims in words, which the command, the tables, the charts and the report share.

use crate::analysis::claims::{
    Finding, Judgement, Lacks, MOST_OF_SPACE, Ruling, Verdict, share_in_words,
};
use crate::config::ClaimSpec;
use crate::numbers::{count, hundredths};

/// What is said in place of an effect that does not exist, such as a share of nothing.
pub const UNDEFINED: &str = "undefined";

/// What is said in place of a share of the points of the space if there are none.
pub const NO_POINT: &str = "no point";

/// The verdict with what the claim lacks, if it is undecided, and the parameters that decide.
pub(super) fn told(verdict: Verdict, lacking: &str, deciding: &[(&str, f64)]) -> String {
    let verdict = verdict.name();
    let keys = deciding.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(", ");
    match (lacking, keys.as_str()) {
        ("", "") => verdict.to_owned(),
        (why, "") | ("", why) => format!("{verdict}: {why}"),
        (lacking, keys) => format!("{verdict}: {lacking}; it depends most on {keys}"),
    }
}

/// Explains the verdict in a sentence, given what the claim lacks if it is undecided.
pub(super) fn reason(judged: &Judgement, lacking: &str, deciding: &[(&str, f64)]) -> String {
    let nothing_known = matches!(judged.ruling, Ruling::Undecided(Lacks::Effect | Lacks::Interval));
    let baseline = match judged.baseline {
        _ if nothing_known => lacking,
        Finding::Holds => "as claimed at the baseline",
        Finding::Reversed => "contradicted at the baseline",
        Finding::Unclear => "not clear at the baseline",
    };
    let mut parts = vec![baseline.to_owned()];
    if let Some((holds, reversed)) = judged.reach.share().zip(judged.reach.reversed_share()) {
        parts.push(format!(
            "in the parameter space shown as claimed at {} % of the points and contradicted at {} %",
            share_in_words(holds.value),
            share_in_words(reversed)
        ));
    }
    if !lacking.is_empty() && !nothing_known {
        parts.push(lacking.to_owned());
    }
    if matches!(judged.ruling, Ruling::Depends | Ruling::Undecided(Lacks::Events(_))) {
        parts.push(decided(deciding));
    }
    parts.join("; ")
}

/// Says what an undecided claim lacks. Of one that compares scenarios these are not events, of which
/// each may have many, but replicates in which they differ, unless it divides by events.
pub(super) fn lacking(lacks: Lacks, claim: &ClaimSpec) -> String {
    match lacks {
        Lacks::PointReplicates(replicates) => format!(
            "about {} replicates per point would likely bring it to {:.0} %",
            count(replicates),
            100.0 * MOST_OF_SPACE
        ),
        Lacks::Events(share) => {
            let few = if claim.control.is_some() && claim.per.is_none() {
                "the scenarios differ in too few replicates to tell"
            } else {
                "there are too few events to tell"
            };
            format!("at {} % of the points {few}", hundredths(share, 0))
        }
        Lacks::BaselineReplicates(Some(replicates)) => {
            let replicates = count(replicates);
            format!("about {replicates} replicates of the baseline would likely make it clear")
        }
        Lacks::BaselineReplicates(None) => {
            "how many more replicates would make it clear cannot be said".to_owned()
        }
        Lacks::MoreThanChance => "at the points no more is shown than chance would show".to_owned(),
        Lacks::AnyPoint => format!("{NO_POINT} of the parameter space counts"),
        Lacks::MorePoints => {
            "there are too few points to tell what more replicates would show".to_owned()
        }
        Lacks::Effect => format!("its effect is {UNDEFINED} at the baseline"),
        Lacks::Interval => {
            "there are too few replicates of the baseline to give its effect an interval".to_owned()
        }
    }
}

/// Says in words which parameters decide.
fn decided(deciding: &[(&str, f64)]) -> String {
    let named = deciding.iter().map(|(key, correlation)| {
        let way = if *correlation > 0.0 { "up" } else { "down" };
        format!("{key} moves the effect {way}")
    });
    let named: Vec<String> = named.collect();
    match named.as_slice() {
        [] => "no parameter by itself was found to decide".to_owned(),
        _ => format!("most of all, {}", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::claims::Reach;

    #[test]
    fn a_verdict_is_told_with_what_it_lacks_and_what_it_depends_on() {
        assert_eq!(told(Verdict::Holds, "", &[]), "holds");
        let one = [("war.fatigue", 0.4)];
        assert_eq!(told(Verdict::Depends, "", &one), "depends: war.fatigue");
        let few = "at 40 % of the points there are too few events to tell";
        assert_eq!(
            told(Verdict::Undecided, few, &[("war.fatigue", 0.4), ("war.end_hazard", -0.3)]),
            format!("undecided: {few}; it depends most on war.fatigue, war.end_hazard")
        );
        assert_eq!(
            told(Verdict::Undecided, "its effect is undefined", &[]),
            "undecided: its effect is undefined"
        );
    }

    #[test]
    fn a_reason_says_what_was_found_at_the_baseline_and_over_the_space_and_then_what_is_lacking() {
        let reason = |lacks, baseline, points, lacking: &str| {
            let reach = Reach { points, holds: points / 2, reversed: 0 };
            let judged = Judgement { ruling: Ruling::Undecided(lacks), baseline, reach };
            reason(&judged, lacking, &[("war.fatigue", -0.4)])
        };
        let space =
            "in the parameter space shown as claimed at 50 % of the points and contradicted at 0 %";
        let few = "at 40 % of the points there are too few events to tell";
        assert_eq!(
            reason(Lacks::Events(0.4), Finding::Holds, 20, few),
            format!(
                "as claimed at the baseline; {space}; {few}; most of all, war.fatigue moves the effect down"
            )
        );
        // Where there is no effect, nothing else is said of the baseline.
        let none = "its effect is undefined at the baseline";
        assert_eq!(reason(Lacks::Effect, Finding::Unclear, 0, none), none);
        assert_eq!(reason(Lacks::Effect, Finding::Unclear, 20, none), format!("{none}; {space}"));
        let nowhere = "no point of the parameter space counts";
        assert_eq!(
            reason(Lacks::AnyPoint, Finding::Unclear, 0, nowhere),
            format!("not clear at the baseline; {nowhere}")
        );
    }
}
