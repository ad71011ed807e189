//! `replicates.csv`, with one row per replicate: when each risk first held, how it ended, what it
//! drew.

use std::io::{self, Write};
use std::sync::atomic::AtomicBool;

use article5_model::observe::Quarter;

use super::catalogue::{Column, Kind};
use super::package::Resource;
use super::replay::{Single, line};
use crate::ensemble::{Ensemble, EnsembleError, Models};
use crate::outcome::{History, OUTCOMES, Outcome, RISKS, Risk};

impl Ensemble<'_> {
    /// What the data package says about `replicates.csv`.
    pub(crate) fn replicates_resource(&self) -> Resource {
        let first = Risk::ALL.map(|risk| {
            let meaning =
                format!("first quarter in which this holds, empty if none: {}", risk.meaning());
            Column::new(format!("{}_first", risk.name()), Kind::Integer, "quarter", meaning)
                .optional()
        });
        let end = Risk::ALL.map(|risk| {
            let meaning = format!("whether this holds in the last quarter: {}", risk.meaning());
            Column::new(format!("{}_end", risk.name()), Kind::Integer, "0 or 1", meaning)
        });
        let outcomes = Outcome::ALL.map(|outcome| {
            let meaning = format!("in the last quarter: {}", outcome.meaning());
            Column::new(outcome.name(), Kind::Number, outcome.unit(), meaning)
        });
        let drawn = self.uncertain().keys().map(Column::of_parameter);
        let columns = self.single_columns();
        let columns = columns.into_iter().chain(first).chain(end).chain(outcomes).chain(drawn);
        Resource::new("replicates", "How each replicate went and what it drew", columns.collect())
    }

    /// Writes `replicates.csv`, with the given number of replicates of each point.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses; [`io::ErrorKind::Interrupted`] once `stop` is set.
    pub(crate) fn write_replicates(
        &self,
        replicates: &[u64],
        to: &mut dyn Write,
        stop: &AtomicBool,
    ) -> io::Result<()> {
        let Resource { columns, .. } = self.replicates_resource();
        self.replay(replicates, to, stop, &columns, |single, models| {
            self.replicate_line(single, models)
        })
    }

    fn replicate_line(
        &self,
        single: Single<'_>,
        models: &mut Models<'_>,
    ) -> Result<Vec<u8>, EnsembleError> {
        let mut course = Course::default();
        models.run(single.scenario, single.replicate, |quarter| course.see(quarter))?;
        let first = course.first.map(|quarter| quarter.map_or_else(String::new, |q| q.to_string()));
        let holding = course.history.holding();
        let end = Risk::ALL.map(|risk| u8::from(holding.has(risk)).to_string());
        let outcomes = course.outcomes.map(|value| value.to_string());
        let drawn = self.uncertain().values(single.replicate).map(|(_, value)| value.to_string());
        let fields = self.single_fields(single).into_iter();
        Ok(line(fields.chain(first).chain(end).chain(outcomes).chain(drawn)))
    }
}

/// A replicate so far.
struct Course {
    history: History,
    /// The first quarter in which each risk held.
    first: [Option<u32>; RISKS],
    outcomes: [f64; OUTCOMES],
}

impl Default for Course {
    fn default() -> Self {
        let outcomes = [f64::NAN; OUTCOMES];
        Self { history: History::default(), first: [None; RISKS], outcomes }
    }
}

impl Course {
    fn see(&mut self, quarter: &Quarter<'_>) {
        self.history.see(quarter);
        for (first, risk) in self.first.iter_mut().zip(Risk::ALL) {
            if first.is_none() && self.history.holding().has(risk) {
                *first = Some(quarter.quarter);
            }
        }
        self.outcomes = Outcome::values(quarter, &self.history);
    }
}
