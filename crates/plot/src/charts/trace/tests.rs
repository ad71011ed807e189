//! A timeline drawn from made-up stories, plain and awkward.

use article5_runner::tables::Tables;

use super::*;
use crate::Options;
use crate::charts::{awkward, kind};
use crate::figure::Drawing;

fn row(series: &str, quarter: u32, trust: f64) -> TraceRow {
    TraceRow {
        scenario: "article5-like".to_owned(),
        replicate: 3,
        quarter,
        date: match quarter {
            0 => "2025-Q4".to_owned(),
            _ => format!("{}-Q{}", 2026 + (quarter - 1) / 4, (quarter - 1) % 4 + 1),
        },
        series: series.to_owned(),
        trust,
    }
}

fn event(quarter: u32, event: Event, target: &str, answer: Option<Answer>) -> TraceEventRow {
    TraceEventRow {
        scenario: "article5-like".to_owned(),
        replicate: 3,
        quarter,
        date: row("", quarter, 0.0).date,
        event,
        target: target.to_owned(),
        answer,
        margin: None,
    }
}

fn tables(series: &[&str], quarters: u32, events: Vec<TraceEventRow>) -> Tables {
    let trace = series.iter().enumerate().flat_map(|(place, series)| {
        (0..=quarters).map(move |quarter| {
            let fall = f64::from(quarter) * 0.01 * place as f64;
            row(series, quarter, (0.6 - fall).max(0.0))
        })
    });
    Tables { trace: trace.collect(), trace_events: events, ..Tables::default() }
}

#[test]
fn a_trace_can_be_read_in_awkward_cases() {
    let all = ["frontline", "rear", "EST", "LVA", "LTU", "POL"];
    let every = |quarter: u32| {
        [
            event(quarter, Event::Attack, "EST", Some(Answer::None)),
            event(quarter, Event::Incident, "UKR", Some(Answer::Narrow)),
        ]
    };
    let same = |_| event(20, Event::Probe, "UKR", Some(Answer::Full));
    let cases = [
        ("nothing happens", tables(&all, 40, vec![])),
        ("one quarter", tables(&all, 1, vec![event(1, Event::WarEnds, "", None)])),
        ("two events a quarter", tables(&all, 40, (1..=40).flat_map(every).collect())),
        ("all at once", tables(&all, 40, (0..12).map(same).collect())),
        ("at the end", tables(&all, 40, vec![event(40, Event::Attack, "EST", Some(Answer::Full))])),
        ("a century", tables(&all, 400, (1..=400).step_by(9).flat_map(every).collect())),
        ("groups alone", tables(&all[..2], 40, vec![])),
        (
            "long names",
            tables(
                &["a-long-name-of-an-ally".repeat(5).as_str()],
                40,
                vec![event(5, Event::Attack, &"a-long-name".repeat(20), Some(Answer::Full))],
            ),
        ),
    ];
    for (case, tables) in cases {
        awkward::check_drawn(case, kind("trace"), &tables).unwrap();
    }
}

#[test]
fn each_of_two_scenarios_has_its_chart_with_its_own_course_on_one_scale() {
    let mut both =
        tables(&["frontline", "rear"], 10, vec![event(1, Event::Probe, "EST", Some(Answer::Full))]);
    let draw = |name, tables: &Tables| awkward::draw(kind(name), tables, &Options::default());
    assert!(draw("trace-against", &both).is_none());
    let other = tables(
        &["frontline", "rear", "EST"],
        10,
        vec![event(2, Event::Attack, "UKR", Some(Answer::None))],
    );
    both.trace.extend(other.trace.into_iter().map(|row| TraceRow {
        scenario: "no-guarantee".to_owned(),
        trust: row.trust / 2.0,
        ..row
    }));
    both.trace_events.extend(
        other
            .trace_events
            .into_iter()
            .map(|event| TraceEventRow { scenario: "no-guarantee".to_owned(), ..event }),
    );
    let [first, second] = ["trace", "trace-against"].map(|name| draw(name, &both).unwrap());
    for (sheet, headline, rows, scenario, other) in [
        (
            &first,
            "article5-like: One challenge comes and is answered",
            22,
            "article5-like",
            "no-guarantee",
        ),
        (
            &second,
            "no-guarantee: One challenge comes and is not",
            33,
            "no-guarantee",
            "article5-like",
        ),
    ] {
        let Drawing { headline: told, subtitle, placed, .. } = &sheet.drawing;
        assert!(told.starts_with(headline), "{told}");
        assert!(subtitle.contains(&format!("under {scenario}, ")), "{subtitle}");
        assert!(subtitle.contains(&format!("as under {other}")), "{subtitle}");
        let data = std::str::from_utf8(&sheet.data).unwrap();
        assert_eq!(data.lines().filter(|line| line.starts_with(scenario)).count(), rows);
        assert_eq!(data.lines().count(), rows + 1);
        // The trust of both together spans 0.2 to 0.6, that of neither alone does.
        for end in ["0.2", "0.6"] {
            assert!(placed.iter().any(|text| text.words == end), "{scenario}: {end}");
        }
    }
}

#[test]
fn the_allies_that_moved_most_are_drawn() {
    let tables = tables(&["LVA", "frontline", "rear", "EST", "LTU", "POL"], 4, vec![]);
    let lines = lines(tables.trace.iter());
    let series: Vec<&str> = lines.iter().map(|line| line.series).collect();
    assert_eq!(series, ["frontline", "rear", "POL", "LTU", "EST"]);
}

#[test]
fn the_headline_counts_the_challenges_and_their_full_answers() {
    let events = vec![
        event(1, Event::Probe, "EST", Some(Answer::Full)),
        event(2, Event::Attack, "UKR", Some(Answer::None)),
        event(3, Event::WarEnds, "", None),
    ];
    let tables = tables(&["frontline", "rear"], 10, events);
    let sheet = awkward::draw(kind("trace"), &tables, &Options::default()).unwrap();
    assert_eq!(
        sheet.drawing.headline,
        "2 challenges come, 1 answered in full; trust of frontline allies from 0.60 to 0.60, of rear \
         allies from 0.60 to 0.50"
    );
}

#[test]
fn incidents_are_no_challenges_and_a_single_quarter_has_no_course() {
    let probe = || event(1, Event::Probe, "EST", Some(Answer::Full));
    let incident = || event(1, Event::Incident, "UKR", Some(Answer::None));
    for (events, told) in [
        (vec![incident()], "One incident comes and is not answered in full"),
        (vec![incident(), incident()], "2 incidents come, none answered in full"),
        (vec![probe(), incident()], "1 challenge and 1 incident come, 1 answered in full"),
    ] {
        let tables = tables(&["frontline"], 0, events);
        let drawing = awkward::draw(kind("trace"), &tables, &Options::default()).unwrap().drawing;
        assert_eq!(drawing.headline, format!("{told}; trust of frontline allies at 0.60"));
    }
    let nothing = tables(&["frontline"], 10, vec![]);
    let lines = lines(nothing.trace.iter());
    assert_eq!(spoken(&lines, &[]), "Trust: frontline from 0.60 to 0.60. Events: none.");
}

#[test]
fn a_scripted_response_is_told_with_its_ally_and_is_no_challenge() {
    let events = vec![
        event(3, Event::Scripted, "EST", Some(Answer::Full)),
        event(5, Event::Scripted, "", None),
    ];
    let all = tables(&["frontline", "rear"], 8, events);
    let drawing = awkward::draw(kind("trace"), &all, &Options::default()).unwrap().drawing;
    let (met, _) = drawing.headline.split_once(';').unwrap();
    assert_eq!(met, "No challenge comes other than what is scripted");
    let told = all.trace_events.iter().map(|own| lanes::in_words(own, &[])).collect::<Vec<_>>();
    assert_eq!(told, ["scripted response at EST: full answer", "scripted event"]);
}

#[test]
fn only_an_election_that_changes_the_administration_is_told_by_its_kind() {
    let elected = |quarter: u32, kind: Event| event(quarter, kind, "", None);
    let events = vec![
        elected(13, Event::Internationalist),
        event(20, Event::Probe, "EST", Some(Answer::Full)),
        elected(29, Event::Internationalist),
        elected(45, Event::Restraint),
        elected(61, Event::Restraint),
    ];
    let all = tables(&["frontline", "rear"], 80, events);
    let drawing = awkward::draw(kind("trace"), &all, &Options::default()).unwrap().drawing;
    let told = |words: &str| drawing.placed.iter().filter(|text| text.words == words).count();
    assert_eq!(told("internationalist administration"), 1);
    assert_eq!(told("restraint administration"), 1);
    assert_eq!(told("administration re-elected"), 2);
}

#[test]
fn a_long_run_labels_turning_points_and_what_moved_trust_most_and_says_how_many() {
    let every = |quarter: u32| {
        let target = if quarter == 77 { "EST" } else { "UKR" };
        event(quarter, Event::Probe, target, Some(Answer::Narrow))
    };
    let mut events: Vec<TraceEventRow> = (1..=150).map(every).collect();
    events.extend([
        event(90, Event::Attack, "LVA", Some(Answer::Full)),
        event(91, Event::WarEnds, "UKR", None),
    ]);
    let mut tables = tables(&["frontline", "rear"], 150, events);
    // Trust falls once, in the quarter of the probe of Estonia.
    for row in &mut tables.trace {
        row.trust = if row.quarter < 77 { 0.6 } else { 0.4 };
    }
    let drawing = awkward::check_drawn("a long run", kind("trace"), &tables).unwrap().drawing;
    let told = |words: &str| drawing.placed.iter().filter(|text| text.words == words).count();
    assert_eq!(["EST: narrow", "attack LVA: full", "war ends UKR"].map(told), [1; 3]);
    let labelled = 3 + told("UKR: narrow");
    let (_, says) = drawing.subtitle.split_once(". Labelled: ").unwrap();
    assert!(says.starts_with(&format!("{labelled} of 152 events, first turning points")), "{says}");
    assert!(drawing.svg.contains("2026-Q1: probe of UKR: narrow answer"), "tips tell all");
    assert!(awkward::fits_on_a_slide(kind("trace"), &tables));
    tables.trace_events.truncate(5);
    let few = awkward::draw(kind("trace"), &tables, &Options::default()).unwrap().drawing;
    assert!(!few.subtitle.contains("Labelled"));
}

#[test]
fn a_group_of_one_ally_is_told_in_the_singular() {
    let mut tables = tables(&["frontline", "rear", "EST", "LVA"], 4, vec![]);
    tables.trace.iter_mut().filter(|row| row.series == "EST").for_each(|row| row.trust = 0.6);
    let drawing = awkward::draw(kind("trace"), &tables, &Options::default()).unwrap().drawing;
    let told = "trust of the frontline ally from 0.60 to 0.60, of rear allies from 0.60 to 0.56";
    assert!(drawing.headline.ends_with(told), "{}", drawing.headline);
    assert!(drawing.placed.iter().any(|text| text.words == "Frontline ally 0.60"));
}
