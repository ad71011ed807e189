//! Any event that a scenario may script.

use proptest::prelude::*;

use super::QUARTERS;
use crate::alliance::Alliance;
use crate::scenario::{
    Event, EventKind, MAX_AMBIGUITY, MAX_ARMS, MAX_NEWS, MAX_NOISE, MAX_STAKE, MIN_NOISE, Policy,
    ScriptedCommitment, ScriptedResponse,
};
use crate::washington::{Answer, Severity};

/// A number of a range, one in four from its ends.
fn from_to(least: f64, most: f64) -> impl Strategy<Value = f64> {
    prop_oneof![3 => least..=most, 1 => prop::sample::select(vec![least, most])]
}

/// An answer at any ally or commitment.
fn response() -> impl Strategy<Value = EventKind> {
    let described =
        (from_to(0.0, 1.0), from_to(-MAX_STAKE, MAX_STAKE), from_to(0.0, 1.0)).prop_map(
            |(treaty, stake, exposure)| ScriptedCommitment::Features { treaty, stake, exposure },
        );
    let first = Alliance::nato().members()[0].iso3.clone();
    let named =
        prop::sample::select(vec![ScriptedCommitment::Ally(first), ScriptedCommitment::Ukraine]);
    let commitment = prop_oneof![described, named];
    let severity = prop::sample::select(vec![Severity::Probe, Severity::Attack]);
    let answer = prop::sample::select(vec![Answer::None, Answer::Narrow, Answer::Full]);
    let ambiguity = prop::option::of(from_to(0.0, MAX_AMBIGUITY));
    (commitment, severity, answer, from_to(0.0, 1.0), ambiguity).prop_map(
        |(commitment, severity, answer, clarity, ambiguity)| {
            let response = ScriptedResponse { commitment, severity, answer, clarity, ambiguity };
            EventKind::Response(response)
        },
    )
}

/// A change of any terms of the guarantee.
fn policy() -> impl Strategy<Value = EventKind> {
    let switches: [_; 3] = std::array::from_fn(|_| any::<Option<bool>>());
    let shares: [_; 3] = std::array::from_fn(|_| prop::option::of(from_to(0.0, 1.0)));
    let arms = prop::option::of(from_to(0.0, MAX_ARMS));
    (switches, shares, arms).prop_map(
        |(
            [pledge, backstop, peace_deal],
            [likeness_marketed, likeness_binding, monitoring],
            arms,
        )| {
            let likeness = Policy { likeness_marketed, likeness_binding, ..Policy::default() };
            EventKind::Policy(Policy { pledge, backstop, peace_deal, monitoring, arms, ..likeness })
        },
    )
}

/// Anything that a scenario may script.
pub(super) fn event() -> impl Strategy<Value = Event> {
    let statement = (from_to(-MAX_NEWS, MAX_NEWS), from_to(MIN_NOISE, MAX_NOISE))
        .prop_map(|(value, sd)| EventKind::Statement { value, sd });
    (1..=QUARTERS, prop_oneof![response(), statement, policy()])
        .prop_map(|(quarter, kind)| Event { quarter, kind })
}
