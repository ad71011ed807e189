//! Tests of what holds and of what is counted.

use std::collections::BTreeSet;

use article5_model::alliance::Alliance;
use article5_model::scenario::Scenario;

use super::*;

/// The first quarter of a replicate, with another challenge and state of war.
fn seen(
    challenge: Option<Challenge>,
    at_war: bool,
    abandoned: bool,
    see: &mut dyn FnMut(&Quarter<'_>),
) {
    let scenario = Scenario::builtin("article5-like").unwrap();
    let model = scenario.model(&Alliance::nato(), 1).unwrap();
    model.run(1, 0, &mut model.workspace(), |quarter| {
        let mut own = *quarter;
        (own.challenge, own.at_war, own.abandoned) = (challenge, at_war, abandoned);
        see(&own);
    });
}

#[test]
fn what_holds_after_a_challenge_hangs_on_whom_how_and_what_washington_did() {
    use {Answer::*, Commitment::*, Severity::*};
    let (war, attacked) = (Risk::UsRussiaWar, Risk::AllyAttacked);
    let cases: [(Commitment, Severity, Answer, &[Risk]); 6] = [
        (Ally(3), Attack, Full, &[war, attacked]),
        (Ally(3), Attack, Narrow, &[attacked]),
        (Ally(3), Probe, Full, &[]),
        (Ukraine, Attack, Full, &[war]),
        (Ukraine, Attack, None, &[]),
        (Ukraine, Probe, Full, &[]),
    ];
    for (commitment, severity, answer, holding) in cases {
        let challenge = Some(Challenge { commitment, severity, answer });
        seen(challenge, false, false, &mut |quarter| {
            for risk in [war, attacked, Risk::WarResumed, Risk::BackstopAbandoned] {
                let holds = Risk::holding(quarter).has(risk);
                assert_eq!(holds, holding.contains(&risk), "{challenge:?}: {}", risk.name());
            }
        });
    }
    seen(Option::None, true, true, &mut |quarter| {
        let holding = Risk::holding(quarter);
        assert!(holding.has(Risk::WarResumed) && holding.has(Risk::BackstopAbandoned));
        assert!(!holding.has(war) && !holding.has(attacked));
    });
}

#[test]
fn a_history_counts_challenges_and_full_answers_apart_and_forgets_no_risk() {
    use {Answer::*, Commitment::*, Severity::*};
    let challenges = [
        (Ukraine, Probe, Full),
        (Ukraine, Attack, Narrow),
        (Ally(0), Probe, Full),
        (Ally(1), Attack, Full),
        (Ally(1), Attack, None),
    ];
    let mut history = History::default();
    let mut shown = Vec::new();
    for (commitment, severity, answer) in challenges {
        seen(Some(Challenge { commitment, severity, answer }), false, false, &mut |quarter| {
            history.see(quarter);
            shown = Outcome::values(quarter, &history).to_vec();
        });
    }
    let value = |outcome: Outcome| shown[outcome as usize];
    let attacks = [Outcome::AttacksUkraine, Outcome::AttacksAllies].map(value);
    let probes = [Outcome::ProbesUkraine, Outcome::ProbesAllies].map(value);
    let answers = [Outcome::AnswersUkraine, Outcome::FullAnswersUkraine].map(value);
    assert_eq!((probes, attacks, answers), ([1.0, 1.0], [1.0, 2.0], [2.0, 1.0]));
    // The last attack was not answered in full, but an earlier one was, and that is not forgotten.
    assert!(history.happened().has(Risk::UsRussiaWar));
    assert!(!history.holding().has(Risk::UsRussiaWar));
}

#[test]
fn a_history_counts_the_quarters_with_an_incident() {
    let mut history = History::default();
    let mut counts = Vec::new();
    for incident in [Some(Answer::None), None, Some(Answer::Full)] {
        seen(None, false, false, &mut |quarter| {
            let mut own = *quarter;
            own.incident = incident;
            history.see(&own);
            counts.push(Outcome::values(&own, &history)[Outcome::Incidents as usize]);
        });
    }
    assert_eq!(counts, [1.0, 1.0, 2.0]);
}

#[test]
fn outcomes_and_risks_are_found_by_their_names_and_share_none() {
    let outcomes = Outcome::ALL.map(Outcome::name);
    let risks = Risk::ALL.map(Risk::name);
    let names: BTreeSet<&str> = outcomes.into_iter().chain(risks).collect();
    assert_eq!(names.len(), OUTCOMES + RISKS);
    for (place, outcome) in Outcome::ALL.into_iter().enumerate() {
        assert_eq!((outcome as usize, Outcome::named(outcome.name())), (place, Some(outcome)));
    }
    for (place, risk) in Risk::ALL.into_iter().enumerate() {
        assert_eq!((risk as usize, Risk::named(risk.name())), (place, Some(risk)));
    }
}
