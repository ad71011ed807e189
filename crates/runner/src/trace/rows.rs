//! The tables of a trace.

use article5_model::explain::Cause;

use super::{Happening, Seen, Trace};
use crate::tables::rows::{TraceEventRow, TraceRow};

/// The series of the frontline's mean trust.
pub const FRONTLINE: &str = "frontline";

/// The series of the other allies' mean trust.
pub const REAR: &str = "rear";

impl Trace<'_> {
    /// The rows of `trace.csv`: the two groups, if they have allies, then each ally, with quarters
    /// in ascending order.
    pub fn trust_rows(&self) -> Vec<TraceRow> {
        let row = |series: &str, quarter: u32, trust: f64| TraceRow {
            scenario: self.scenario.name.clone(),
            replicate: self.replicate,
            quarter,
            date: self.experiment.date(quarter),
            series: series.to_owned(),
            trust,
        };
        let group = |series: &'static str, trust: fn(&Seen) -> Option<f64>| {
            self.quarters.iter().filter_map(move |seen| Some((series, seen.quarter, trust(seen)?)))
        };
        let groups = group(FRONTLINE, |seen| seen.frontline_trust)
            .chain(group(REAR, |seen| seen.rear_trust))
            .map(|(series, quarter, trust)| row(series, quarter, trust));
        let members = self.experiment.alliance.members().iter().enumerate();
        let allies = members.flat_map(|(place, member)| {
            let trust =
                move |seen: &Seen| Some(row(&member.iso3, seen.quarter, *seen.trust.get(place)?));
            self.quarters.iter().filter_map(trust)
        });
        groups.chain(allies).collect()
    }

    /// The rows of `trace_events.csv`, in the order in which they happened.
    pub fn event_rows(&self) -> Vec<TraceEventRow> {
        let alliance = &self.experiment.alliance;
        let all = self.quarters.iter().flat_map(|seen| {
            seen.happenings.iter().map(move |happening| (seen.quarter, happening))
        });
        all.map(|(quarter, happening)| {
            let target = happening.target.map(|own| alliance.iso3(own));
            TraceEventRow {
                scenario: self.scenario.name.clone(),
                replicate: self.replicate,
                quarter,
                date: self.experiment.date(quarter),
                event: happening.event,
                target: target.map_or_else(String::new, str::to_owned),
                answer: happening.answer,
                margin: margin(happening),
            }
        })
        .collect()
    }
}

fn margin(happening: &Happening) -> Option<f64> {
    match &happening.episode.as_ref()?.cause {
        Cause::Incident(resolve) | Cause::Challenge { resolve, .. } => Some(resolve.margin()),
        _ => None,
    }
}
