//! `replicates.csv`, with one row per replicate: when each risk first held, how it ended, how it was
//! first challenged, what it drew.

use std::io::{self, Write};
use std::sync::atomic::AtomicBool;

use article5_model::alliance::Alliance;
use article5_model::observe::{Challenge, Quarter};

use super::catalogue::{Column, Kind};
use super::line;
use super::package::Resource;
use super::replay::Single;
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
        let columns = self.single_columns().into_iter().chain(first).chain(end).chain(outcomes);
        let columns = columns.chain(challenge_columns()).chain(type_columns()).chain(drawn);
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
        let fields = fields.chain(first).chain(end).chain(outcomes);
        let challenge = challenge_fields(course.challenge, &self.experiment().alliance);
        let coefficients = course.washington_type.map(|value| value.to_string());
        Ok(line(fields.chain(challenge).chain(coefficients).chain(drawn)))
    }
}

fn challenge_columns() -> [Column; 4] {
    let text = |name, meaning| Column::new(name, Kind::String, "", meaning).optional();
    [
        Column::new(
            "challenge_first",
            Kind::Integer,
            "quarter",
            "quarter of Moscow's first challenge of any commitment, empty if there is none",
        )
        .optional(),
        text(
            "challenge_first_target",
            "whom it is to, ISO 3166-1 alpha-3, UKR for Ukraine; empty without one",
        ),
        text("challenge_first_action", "probe or attack; empty without one"),
        text("challenge_first_answer", "what Washington answers to it; empty without one"),
    ]
}

fn challenge_fields(first: Option<(u32, Challenge)>, alliance: &Alliance) -> [String; 4] {
    let Some((quarter, Challenge { commitment, severity, answer })) = first else {
        return Default::default();
    };
    let target = alliance.iso3(commitment).to_owned();
    [quarter.to_string(), target, severity.to_string(), answer.to_string()]
}

fn type_columns() -> [Column; 4] {
    ["general", "treaty", "stake", "exposure"].map(|name| {
        let meaning =
            format!("Washington's type: its own response.{name}, which nobody in the model knows");
        Column::new(format!("type_{name}"), Kind::Number, "latent units", meaning)
    })
}

/// A replicate so far.
struct Course {
    history: History,
    /// The first quarter in which each risk held.
    first: [Option<u32>; RISKS],
    outcomes: [f64; OUTCOMES],
    /// The first challenge, with its quarter.
    challenge: Option<(u32, Challenge)>,
    washington_type: [f64; 4],
}

impl Default for Course {
    fn default() -> Self {
        let outcomes = [f64::NAN; OUTCOMES];
        Self {
            history: History::default(),
            first: [None; RISKS],
            outcomes,
            challenge: None,
            washington_type: [f64::NAN; 4],
        }
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
        let challenge = quarter.challenge.map(|challenge| (quarter.quarter, challenge));
        self.challenge = self.challenge.or(challenge);
        self.washington_type = quarter.washington_type();
    }
}
