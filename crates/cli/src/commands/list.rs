//! `article5 params`, `members`, `scenarios`: lists of what is built in.

use article5_model::alliance::{Alliance, NATO_TABLE};
use article5_model::parameters::{PARAMETERS, Parameter};
use article5_model::scenario::{Event, Scenario};
use article5_runner::config::read_alliance;
use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};

use crate::args::{Listing, Members};
use crate::exit::Failure;
use crate::say;

/// The entries that have the word asked for in one of their texts, in upper or lower case; an error
/// if none has.
fn wanted<T>(
    arguments: &Listing,
    all: impl IntoIterator<Item = T>,
    texts: impl Fn(&T) -> [&str; 2],
    command: &str,
    noun: &str,
) -> Result<Vec<T>, Failure> {
    let Some(word) = &arguments.filter else { return Ok(all.into_iter().collect()) };
    let has = |text: &str| text.to_lowercase().contains(&word.to_lowercase());
    let found: Vec<T> = all.into_iter().filter(|own| texts(own).into_iter().any(has)).collect();
    if found.is_empty() {
        return Err(Failure::Input(miette::miette!(
            help = format!("`article5 {command}` without a word lists them all"),
            "no {noun} or meaning contains `{word}`"
        )));
    }
    Ok(found)
}

/// Lists the parameters whose key or meaning contains the word that is asked for.
pub(crate) fn parameters(arguments: &Listing) -> Result<(), Failure> {
    fn texts<'a>(row: &'a &Parameter) -> [&'a str; 2] {
        [&row.key, &row.meaning]
    }
    let rows = wanted(arguments, PARAMETERS.iter(), texts, "params", "parameter’s key")?;
    if arguments.json {
        let rows = rows.iter().map(|row| {
            json!({
                "key": row.key, "default": row.default, "low": row.low, "high": row.high,
                "least": row.least, "most": row.most, "meaning": row.meaning, "basis": row.basis,
            })
        });
        return say::print_json(&rows.collect());
    }
    say::print_lines(|out| {
        rows.iter().try_for_each(|row| {
            writeln!(out, "{:<34} {:>8}   {} to {}", row.key, row.default, row.low, row.high)?;
            writeln!(out, "    {}", row.meaning)?;
            writeln!(out, "    basis: {}", row.basis)
        })
    })
}

/// Lists the allies with the features of Washington's commitment to each.
pub(crate) fn members(arguments: &Members) -> Result<(), Failure> {
    if arguments.csv {
        return say::print(NATO_TABLE);
    }
    let alliance = match &arguments.table {
        None => Alliance::nato(),
        Some(path) => read_alliance(path).map_err(Failure::input)?,
    };
    let features = alliance.stake().iter().zip(alliance.exposure());
    let rows = alliance.members().iter().zip(features);
    if arguments.json {
        let rows = rows.map(|(member, (stake, exposure))| {
            json!({
                "iso3": member.iso3, "name": member.name, "stake": stake, "exposure": exposure,
                "trust": member.trust(), "effort": member.effort(),
            })
        });
        return say::print_json(&rows.collect());
    }
    let mut table = Table::new();
    table
        .load_preset(presets::NOTHING)
        .set_header(["iso3", "name", "stake", "exposure", "trust", "effort"]);
    for (member, (stake, exposure)) in rows {
        let (trust, effort) = (100.0 * member.trust(), 100.0 * member.effort());
        table.add_row([
            member.iso3.to_string(),
            member.name.clone(),
            format!("{stake:.2}"),
            format!("{exposure:.3}"),
            format!("{trust:.1}%"),
            format!("{effort:.2}%"),
        ]);
    }
    // A code is at the beginning of its line, where other programs look for it.
    if let Some(codes) = table.column_mut(0) {
        codes.set_padding((0, 1));
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    say::print(format_args!("{}\n", table.trim_fmt()))
}

/// Lists the built-in scenarios and what each sets.
pub(crate) fn scenarios(arguments: &Listing) -> Result<(), Failure> {
    fn texts(scenario: &Scenario) -> [&str; 2] {
        [&scenario.name, &scenario.meaning]
    }
    let scenarios = wanted(arguments, Scenario::all(), texts, "scenarios", "scenario’s name")?;
    if arguments.json {
        let event =
            |event: &Event| json!({ "quarter": event.quarter, "event": event.kind.to_string() });
        let rows = scenarios.into_iter().map(|scenario| {
            json!({
                "name": scenario.name, "meaning": scenario.meaning,
                "parameters": scenario.overrides.into_iter().collect::<Value>(),
                "events": scenario.events.iter().map(event).collect::<Vec<_>>(),
            })
        });
        return say::print_json(&rows.collect());
    }
    say::print_lines(|out| {
        for scenario in scenarios {
            writeln!(out, "{:<20}{}", scenario.name, scenario.meaning)?;
            for (key, value) in &scenario.overrides {
                writeln!(out, "{:<20}  {key} = {value}", "")?;
            }
            for event in &scenario.events {
                writeln!(out, "{:<20}  quarter {}: {}", "", event.quarter, event.kind)?;
            }
        }
        Ok(())
    })
}
