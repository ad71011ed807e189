//! Stories of replicates: what they tell, about which scenario, and in which rows.

use std::path::Path;

use super::*;

const PAIR: &str = "name = \"pair\"\nseed = 5\nquarters = 24\n\
     scenarios = [\"no-guarantee\", \"article5-like\", \"back-away\"]";

fn experiment() -> Experiment {
    Experiment::from_toml(PAIR, "pair.toml", Path::new("")).unwrap()
}

#[test]
fn the_story_against_the_same_scenario_finds_no_difference() {
    let experiment = experiment();
    let here = Trace::run(&experiment, "article5-like", 2).unwrap();
    let story = here.story(Some(&here));
    assert!(!story.chapters.is_empty());
    for chapter in &story.chapters {
        assert!(chapter.against.as_ref().unwrap().the_same, "{chapter:?}");
    }
    assert_eq!(Some(&story.ending), story.ending_against.as_ref());
    assert!(story.to_string().contains("the same happens"));
}

#[test]
fn a_story_ends_with_what_the_replicate_drew() {
    let text =
        format!("{PAIR}\n[uncertainty]\nvary = [\"learning.memory\", \"guarantee.monitoring\"]");
    let experiment = Experiment::from_toml(&text, "pair.toml", Path::new("")).unwrap();
    let story = Trace::run(&experiment, "article5-like", 3).unwrap().story(None);
    let drawn: Vec<(&str, f64)> =
        story.drawn.iter().map(|own| (own.parameter, own.value)).collect();
    let uncertain = Uncertain::new(&experiment).unwrap();
    let values = uncertain.keys().zip(uncertain.values(3).map(|(_, value)| value));
    assert_eq!(drawn, values.collect::<Vec<_>>());
    let told = story.to_string();
    let told = told.lines().rev().take(3).collect::<Vec<_>>();
    assert!(told[2] == "Parameters that the replicate draws" && told.len() == 3, "{told:?}");
    assert!(told[0].starts_with(&format!("  {} ", drawn[1].0)), "{told:?}");
}

#[test]
fn every_challenge_has_its_reasons_in_numbers_and_words() {
    let experiment = experiment();
    let mut challenges = 0;
    for replicate in 0..20 {
        let trace = Trace::run(&experiment, "article5-like", replicate).unwrap();
        for passage in trace.story(None).chapters.iter().flat_map(|own| &own.passages) {
            let Some(motive) = &passage.motive else { continue };
            challenges += 1;
            assert!((motive.expected.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let Resolve { value, narrow, full, .. } = *passage.resolve.as_ref().unwrap();
            let due = match passage.answer.unwrap() {
                Answer::None => f64::NEG_INFINITY..narrow,
                Answer::Narrow => narrow..full,
                Answer::Full => full..f64::INFINITY,
            };
            assert!(due.contains(&value), "{passage:?}");
            for moved in &passage.moves {
                let sum: f64 = moved.parts.iter().map(|(_, part)| part).sum();
                assert!((sum - (moved.after - moved.before)).abs() < 1e-12, "{moved:?}");
            }
            assert!(passage.sentences.len() >= 4, "{passage:?}");
        }
    }
    assert!(challenges > 20, "{challenges}");
}

#[test]
fn a_group_without_allies_has_no_trust() {
    let all_at_the_front = format!("{PAIR}\n[parameters.measure]\nfrontline_exposure = 0.0");
    let experiment = Experiment::from_toml(&all_at_the_front, "pair.toml", Path::new("")).unwrap();
    let trace = Trace::run(&experiment, "article5-like", 0).unwrap();
    let story = trace.story(None);
    assert_eq!(story.ending.frontline_trust, Some(story.ending.trust_mean));
    assert_eq!(story.ending.rear_trust, None);
    assert!(!story.to_string().contains("rear"), "{story}");
    let rows = trace.trust_rows();
    assert!(rows.iter().any(|row| row.series == FRONTLINE));
    assert!(rows.iter().all(|row| row.series != REAR));
}

#[test]
fn what_a_scenario_scripts_is_told_in_its_quarter() {
    let experiment = experiment();
    let trace = Trace::run(&experiment, "back-away", 0).unwrap();
    let story = trace.story(None).to_string();
    assert!(story.contains("(quarter 8)") && story.contains("Scripted: "), "{story}");
    let scripted: Vec<_> =
        trace.event_rows().into_iter().filter(|row| row.event == Event::Scripted).collect();
    assert_eq!(scripted.len(), 1);
    assert_eq!((scripted[0].quarter, scripted[0].date.as_str()), (8, "2027-Q4"));
    // A policy and a statement are about nobody.
    assert_eq!((scripted[0].target.as_str(), scripted[0].answer), ("", None));
}

#[test]
fn what_another_scenario_scripts_is_its_own() {
    let scenario = |name: &str, event: &str| {
        format!("[[scenario]]\nname = \"{name}\"\n[[scenario.event]]\nquarter = 3\n{event}\n")
    };
    let stated = "kind = \"statement\"\nvalue = 2.0\nsd = 1.0";
    let text = [
        PAIR,
        &scenario("stated", stated),
        &scenario("again", stated),
        &scenario("denied", "kind = \"statement\"\nvalue = -1.0\nsd = 1.0"),
    ];
    let experiment = Experiment::from_toml(&text.join("\n"), "pair.toml", Path::new("")).unwrap();
    let under = |name: &str| {
        let trace = Trace::run(&experiment, name, 0).unwrap();
        let story = Trace::run(&experiment, "stated", 0).unwrap().story(Some(&trace));
        let chapter = story.chapters.iter().find(|chapter| chapter.quarter == 3).cloned();
        chapter.and_then(|chapter| chapter.against).unwrap()
    };
    assert!(under("again").the_same);
    let denied = under("denied");
    assert!(!denied.the_same && denied.sentences[0].contains("−1"), "{denied:?}");
    let nothing = under("no-guarantee");
    assert!(!nothing.sentences.iter().any(|told| told.contains("Scripted")), "{nothing:?}");
}

#[test]
fn a_scripted_response_is_told_with_its_ally_and_answer() {
    let event = "[[scenario.event]]\nquarter = 3\nkind = \"response\"\ncommitment = \"EST\"\n\
                 severity = \"probe\"\nanswer = \"narrow\"\n";
    for (events, told) in
        [(event.to_owned(), ("EST", Some(Answer::Narrow))), (event.repeat(2), ("", None))]
    {
        let text = format!("{PAIR}\n[[scenario]]\nname = \"scripted\"\n{events}");
        let experiment = Experiment::from_toml(&text, "pair.toml", Path::new("")).unwrap();
        let trace = Trace::run(&experiment, "scripted", 0).unwrap();
        let rows = trace.event_rows();
        let row = rows.iter().find(|row| row.event == Event::Scripted).unwrap();
        assert_eq!((row.quarter, row.target.as_str(), row.answer), (3, told.0, told.1));
        let story = trace.story(None);
        let mut passages = story.chapters.iter().flat_map(|chapter| &chapter.passages);
        let passage = passages.find(|passage| passage.event == Event::Scripted).unwrap();
        let target = passage.target.as_deref().unwrap_or_default();
        assert_eq!((target, passage.answer), told);
    }
}

#[test]
fn an_administration_takes_office_where_the_one_before_was_of_the_other_kind() {
    let often = format!("{PAIR}\n[parameters.politics]\nterm = 2\nfirst_inauguration = 1");
    let experiment = Experiment::from_toml(&often, "pair.toml", Path::new("")).unwrap();
    let trace = Trace::run(&experiment, "no-guarantee", 0).unwrap();
    let story = trace.story(None).to_string();
    let kinds = ["An internationalist administration ", "A restraint administration "];
    // The run starts under restraint.
    let (mut before, mut seen) = (1, [0, 0]);
    for line in story.lines() {
        let Some(kind) = kinds.iter().position(|kind| line.contains(kind)) else { continue };
        let stays = usize::from(kind == before);
        let said = ["is elected.", "is re-elected."][stays];
        assert!(line.contains(&format!("{}{said}", kinds[kind])), "{line}");
        (before, seen[stays]) = (kind, seen[stays] + 1);
    }
    assert!(seen[0] > 1 && seen[1] > 1, "{seen:?}");
}

#[test]
fn the_rows_hold_a_series_for_each_group_and_ally() {
    let experiment = experiment();
    let trace = Trace::run(&experiment, "no-guarantee", 1).unwrap();
    let rows = trace.trust_rows();
    assert_eq!(rows.len(), (experiment.alliance.len() + 2) * 24);
    assert!(rows.iter().all(|row| (0.0..=1.0).contains(&row.trust)));
    assert_eq!((rows[0].series.as_str(), rows[24].series.as_str()), (FRONTLINE, REAR));
    assert_eq!(rows[48].series, experiment.alliance.members()[0].iso3);
}
