//! What scripted events are about, and that the resolved configuration says it again.

use article5_model::scenario::{EventKind, ScriptedCommitment};

use super::accepted::{SMALL, again};
use super::{WHOLE, read};

#[test]
fn a_response_at_ukraine_is_written_as_it_is_typed() {
    let event =
        "kind = \"response\"\ncommitment = \"UKR\"\nseverity = \"probe\"\nanswer = \"narrow\"\n";
    let text =
        format!("{SMALL}[[scenario]]\nname = \"tested\"\n[[scenario.event]]\nquarter = 2\n{event}");
    let x = read(&text).unwrap();
    let tested = x.scenarios.last().unwrap();
    assert_eq!(tested.events[0].kind.to_string(), "a narrow answer to a scripted probe of UKR");
    assert_eq!(again(&x), x);
}

#[test]
fn an_event_takes_the_features_or_the_ally_it_names() {
    let x = read(WHOLE).unwrap();
    let commitment = |i: usize| match &x.scenarios[3].events[i].kind {
        EventKind::Response(response) => response.commitment.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(commitment(0), ScriptedCommitment::Ally("EST".to_owned()));
    let features = ScriptedCommitment::Features { treaty: 0.3, stake: -0.8, exposure: 1.0 };
    assert_eq!(commitment(3), features);
}
