//! Docking (ODD 10): the model reproduces the trajectories that an
//! independent implementation gave, discrete columns exactly, real ones to 1e-9.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test or a benchmark may stop")]

use article5_model::alliance::{Alliance, UKRAINE};
use article5_model::model::Model;
use article5_model::observe::{Commitment, Quarter};
use article5_model::parameters::Parameters;
use article5_model::scenario::{Event, EventKind, Policy, ScriptedCommitment, ScriptedResponse};
use article5_model::washington::{Answer, Severity};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Absolute or relative.
const TOLERANCE: f64 = 1e-9;

const DISCRETE: [&str; 13] = [
    "administration",
    "action",
    "target",
    "tiered",
    "ruptured",
    "tiered_moscow",
    "tiered_allied",
    "at_war",
    "incident",
    "incident_answer",
    "answer",
    "abandoned",
    "quarter",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    case: String,
    seed: u64,
    quarters: u32,
    replicates: Vec<u64>,
    parameters: BTreeMap<String, f64>,
    events: Vec<CaseEvent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseEvent {
    quarter: u32,
    kind: String,
    value: Option<f64>,
    sd: Option<f64>,
    treaty: Option<f64>,
    stake: Option<f64>,
    exposure: Option<f64>,
    commitment: Option<String>,
    severity: Option<Severity>,
    answer: Option<Answer>,
    clarity: Option<f64>,
    ambiguity: Option<f64>,
    pledge: Option<u8>,
    backstop: Option<u8>,
    peace_deal: Option<u8>,
    arms: Option<f64>,
}

impl CaseEvent {
    fn event(&self) -> Event {
        let switch = |value: Option<u8>| value.map(|value| value == 1);
        let kind = match self.kind.as_str() {
            "statement" => {
                EventKind::Statement { value: self.value.unwrap(), sd: self.sd.unwrap() }
            }
            "policy" => EventKind::Policy(Policy {
                pledge: switch(self.pledge),
                backstop: switch(self.backstop),
                peace_deal: switch(self.peace_deal),
                arms: self.arms,
                ..Policy::default()
            }),
            "response" => EventKind::Response(ScriptedResponse {
                commitment: match &self.commitment {
                    Some(iso3) => ScriptedCommitment::Ally(iso3.clone()),
                    None => ScriptedCommitment::Features {
                        treaty: self.treaty.unwrap(),
                        stake: self.stake.unwrap(),
                        exposure: self.exposure.unwrap(),
                    },
                },
                severity: self.severity.unwrap(),
                answer: self.answer.unwrap(),
                clarity: self.clarity.unwrap_or(1.0),
                ambiguity: self.ambiguity,
            }),
            other => panic!("unknown kind {other}"),
        };
        Event { quarter: self.quarter, kind }
    }
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("golden/cases.json")).unwrap()
}

/// The value that the model gives for a column of the golden file.
fn column(alliance: &Alliance, quarter: &Quarter<'_>, name: &str) -> String {
    let flag = |flag: bool| u8::from(flag).to_string();
    let [own, allied, moscow] = quarter.tiers;
    let answer = |answer: Option<Answer>| answer.map_or(String::new(), |answer| answer.to_string());
    let number = match name {
        "quarter" => return quarter.quarter.to_string(),
        "action" => {
            let severity = quarter.challenge.map(|challenge| challenge.severity);
            return severity.map_or("hold".into(), |severity| severity.to_string());
        }
        "target" => {
            return match quarter.challenge.map(|challenge| challenge.commitment) {
                None => String::new(),
                Some(Commitment::Ukraine) => UKRAINE.to_owned(),
                Some(Commitment::Ally(i)) => alliance.members()[i].iso3.clone(),
            };
        }
        "administration" => return flag(quarter.internationalist),
        "tiered" => return flag(own.tiered),
        "tiered_allied" => return flag(allied.tiered),
        "tiered_moscow" => return flag(moscow.tiered),
        "ruptured" => return flag(quarter.ruptured),
        "at_war" => return flag(quarter.at_war),
        "incident" => return flag(quarter.incident.is_some()),
        "incident_answer" => return answer(quarter.incident),
        "answer" => return answer(quarter.challenge.map(|challenge| challenge.answer)),
        "abandoned" => return flag(quarter.abandoned),
        "trust_mean" => quarter.trust_mean,
        "tier_upper" => own.split.upper,
        "tier_lower" => own.split.lower,
        "tier_gap" => own.split.gap,
        "tier_separation" => own.split.separation,
        "moscow_gap" => moscow.split.gap,
        "allied_gap" => allied.split.gap,
        "frontline_trust" => quarter.frontline_trust,
        "rear_trust" => quarter.rear_trust,
        "force_share" => quarter.force_share,
        "force" => quarter.force,
        "autonomy" => quarter.autonomy,
        "effort_mean" => quarter.effort_mean,
        "kyiv_capability" => quarter.kyiv_capability,
        "moscow_capability" => quarter.moscow_capability,
        "likeness_marketed" => quarter.likeness_marketed,
        "p_full_kyiv" => quarter.p_full_kyiv,
        "p_full_moscow" => quarter.p_full_moscow,
        "hold_probability" => quarter.hold_probability,
        "grievance" => quarter.grievance,
        "arming" => quarter.arming,
        "diplomacy" => quarter.diplomacy,
        "lobbying" => quarter.lobbying,
        _ => match name.split_once('_').unwrap() {
            ("trust", iso3) => quarter.trust[alliance.position(iso3).unwrap()],
            ("defence", iso3) => quarter.defence[alliance.position(iso3).unwrap()],
            _ => panic!("unknown column {name}"),
        },
    };
    number.to_string()
}

fn agrees(name: &str, given: &str, golden: &str) -> bool {
    if DISCRETE.contains(&name) {
        return given == golden;
    }
    let (given, golden): (f64, f64) = (given.parse().unwrap(), golden.parse().unwrap());
    (given - golden).abs() <= TOLERANCE * golden.abs().max(1.0)
}

#[test]
fn the_model_reproduces_every_golden_trajectory() {
    let alliance = Alliance::nato();
    let mut reader = csv::Reader::from_reader(include_str!("golden/trajectories.csv").as_bytes());
    let header = reader.headers().unwrap().clone();
    let mut rows = reader.records();
    let mut compared = 0;
    for case in cases() {
        let mut parameters = Parameters::default();
        for (key, value) in &case.parameters {
            parameters.set(key, *value).unwrap();
        }
        let events: Vec<Event> = case.events.iter().map(CaseEvent::event).collect();
        let model = Model::new(&alliance, &parameters, &events, case.quarters).unwrap();
        let mut workspace = model.workspace();
        for replicate in case.replicates {
            model.run(case.seed, replicate, &mut workspace, |quarter| {
                let row = rows.next().unwrap().unwrap();
                assert_eq!((&row[0], &row[1]), (&*case.case, &*replicate.to_string()));
                for (name, golden) in header.iter().zip(&row).skip(2) {
                    let given = column(&alliance, quarter, name);
                    let place = format!("{} {replicate} {} {name}", case.case, quarter.quarter);
                    assert!(agrees(name, &given, golden), "{place}: {given}, golden {golden}");
                }
                compared += 1;
            });
        }
    }
    assert!(rows.next().is_none(), "the golden file has more rows than the cases ran");
    assert_eq!(compared, 1132);
}
