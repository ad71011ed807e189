//! The verdicts on claims in words, which the command, the tables, the charts and the report share.

use crate::analysis::claims::{Finding, Judgement, Lacks, MOST_OF_SPACE, Ruling, share_in_words};
use crate::config::ClaimSpec;
use crate::numbers::{count, hundredths};
use crate::tables::rows::ClaimRow;

/// What is said in place of an effect that does not exist, such as a share of nothing.
pub const UNDEFINED: &str = "undefined";

/// What is said in place of a share of the points of the space if there are none.
pub const NO_POINT: &str = "no point";

/// The verdict with what the claim lacks, if it is undecided, and the parameters that decide.
pub(super) fn told(row: &ClaimRow, lacking: &str) -> String {
    let (verdict, deciding) = (row.verdict.name(), row.deciding.replace("; ", ", "));
    match (lacking, deciding.as_str()) {
        ("", "") => verdict.to_owned(),
        (why, "") | ("", why) => format!("{verdict}: {why}"),
        (lacking, deciding) => format!("{verdict}: {lacking}; {deciding}"),
    }
}

/// Explains the verdict in a sentence, given what the claim lacks if it is undecided.
pub(super) fn reason(judged: &Judgement, lacking: &str, deciding: &[(&str, f64)]) -> String {
    let baseline = match judged.baseline {
        Finding::Holds => "as claimed at the baseline",
        Finding::Reversed => "contradicted at the baseline",
        Finding::Unclear => "not clear at the baseline",
    };
    let (Some(holds), Some(reversed)) = (judged.reach.share(), judged.reach.reversed_share())
    else {
        return format!("{baseline}; {lacking}");
    };
    let found = format!(
        "{baseline}; in the parameter space shown as claimed at {} % of the points and contradicted at {} %",
        share_in_words(holds.value),
        share_in_words(reversed)
    );
    match judged.ruling {
        Ruling::Holds | Ruling::Fails => found,
        Ruling::Depends => format!("{found}; {}", decided(deciding)),
        Ruling::Undecided(Lacks::Events(_)) => {
            format!(
                "{found}; {lacking} to say what more replicates would show; {}",
                decided(deciding)
            )
        }
        Ruling::Undecided(_) => format!("{found}; {lacking}"),
    }
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
                "the scenarios differ in too few replicates"
            } else {
                "there are too few events"
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
        Lacks::MoreThanChance => "no more is shown than chance would show".to_owned(),
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
    use crate::analysis::claims::Verdict;

    #[test]
    fn a_verdict_is_told_with_what_it_lacks_and_what_it_depends_on() {
        let row = |verdict, deciding: &str| ClaimRow {
            verdict,
            deciding: deciding.to_owned(),
            ..ClaimRow::default()
        };
        assert_eq!(told(&row(Verdict::Holds, ""), ""), "holds");
        assert_eq!(told(&row(Verdict::Depends, "war.fatigue"), ""), "depends: war.fatigue");
        let few = "at 40 % of the points there are too few events";
        assert_eq!(
            told(&row(Verdict::Undecided, "war.fatigue; war.end_hazard"), few),
            format!("undecided: {few}; war.fatigue, war.end_hazard")
        );
        assert_eq!(
            told(&row(Verdict::Undecided, ""), &format!("its effect is {UNDEFINED}")),
            "undecided: its effect is undefined"
        );
    }
}
