//! `trajectories.csv`: one row a replicate and quarter, with the columns of the docking test.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use article5_model::alliance::{Alliance, UKRAINE};
use article5_model::observe::{Commitment, Quarter};
use rayon::prelude::*;

use crate::config::Experiment;
use crate::ensemble::Ensemble;

/// Replicates that are held in memory at a time.
const AT_A_TIME: u64 = 256;

/// The columns before those of each ally.
const COLUMNS: [&str; 34] = [
    "scenario",
    "replicate",
    "quarter",
    "action",
    "target",
    "administration",
    "trust_mean",
    "tier_upper",
    "tier_lower",
    "tier_gap",
    "tier_separation",
    "tiered",
    "ruptured",
    "moscow_gap",
    "tiered_moscow",
    "allied_gap",
    "tiered_allied",
    "frontline_trust",
    "rear_trust",
    "at_war",
    "incident",
    "incident_answer",
    "answer",
    "abandoned",
    "force_share",
    "force",
    "autonomy",
    "effort_mean",
    "kyiv_capability",
    "moscow_capability",
    "likeness_marketed",
    "p_full_kyiv",
    "p_full_moscow",
    "hold_probability",
];

/// The last ones before those of each ally.
const MORE_COLUMNS: [&str; 4] = ["grievance", "arming", "diplomacy", "lobbying"];

impl Ensemble<'_> {
    /// Writes the trajectories of every design point, scenario and replicate, in order, on the
    /// threads of the rayon pool that it is called in.
    ///
    /// # Errors
    ///
    /// What the system refuses; [`io::ErrorKind::Interrupted`] once `stop` is set; a scenario that
    /// the model refuses (never one read from a file).
    pub fn write_trajectories(&self, to: &mut dyn Write, stop: &AtomicBool) -> io::Result<()> {
        let Experiment { alliance, scenarios, first_replicate, replicates, .. } = self.experiment();
        to.write_all(&line(header(alliance)))?;
        let points = (0..self.plan().points()).map(|point| (point, 0..scenarios.len()));
        for (point, scenario) in points.flat_map(|(point, all)| all.map(move |one| (point, one))) {
            let name = scenarios.get(scenario).map_or("", |scenario| &scenario.name);
            for first in (0..*replicates).step_by(AT_A_TIME as usize) {
                if stop.load(Ordering::Relaxed) {
                    return Err(io::ErrorKind::Interrupted.into());
                }
                let rows = (first..replicates.min(&(first + AT_A_TIME)).to_owned())
                    .into_par_iter()
                    .map_init(
                        || self.models(point),
                        |models, replicate| {
                            let models = models.as_mut().map_err(|error| error.to_string())?;
                            let (replicate, mut lines) = (first_replicate + replicate, Vec::new());
                            let show = |quarter: &Quarter<'_>| {
                                lines.extend(line(row(alliance, name, replicate, quarter)));
                            };
                            models.run(scenario, replicate, show).map_err(|e| e.to_string())?;
                            Ok(lines)
                        },
                    )
                    .collect::<Result<Vec<Vec<u8>>, String>>();
                rows.map_err(io::Error::other)?.iter().try_for_each(|rows| to.write_all(rows))?;
            }
        }
        Ok(())
    }
}

/// A line of CSV.
fn line(fields: Vec<String>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(&fields);
    writer.into_inner().unwrap_or_default()
}

fn header(alliance: &Alliance) -> Vec<String> {
    let codes = || alliance.members().iter().map(|member| &member.iso3);
    let trust = codes().map(|iso3| format!("trust_{iso3}"));
    let defence = codes().map(|iso3| format!("defence_{iso3}"));
    let names = COLUMNS.into_iter().chain(MORE_COLUMNS).map(str::to_owned);
    names.chain(trust).chain(defence).collect()
}

fn row(alliance: &Alliance, scenario: &str, replicate: u64, quarter: &Quarter<'_>) -> Vec<String> {
    let flag = |on: bool| u8::from(on).to_string();
    let number = |value: f64| value.to_string();
    let [own, allied, moscow] = quarter.tiers;
    let challenge = quarter.challenge;
    let target = match challenge.map(|challenge| challenge.commitment) {
        None => String::new(),
        Some(Commitment::Ukraine) => UKRAINE.to_owned(),
        Some(Commitment::Ally(i)) => {
            alliance.members().get(i).map_or_else(String::new, |member| member.iso3.clone())
        }
    };
    let mut fields = vec![
        scenario.to_owned(),
        replicate.to_string(),
        quarter.quarter.to_string(),
        challenge.map_or_else(|| "hold".to_owned(), |challenge| challenge.severity.to_string()),
        target,
        flag(quarter.internationalist),
        number(quarter.trust_mean),
        number(own.split.upper),
        number(own.split.lower),
        number(own.split.gap),
        number(own.split.separation),
        flag(own.tiered),
        flag(quarter.ruptured),
        number(moscow.split.gap),
        flag(moscow.tiered),
        number(allied.split.gap),
        flag(allied.tiered),
        number(quarter.frontline_trust),
        number(quarter.rear_trust),
        flag(quarter.at_war),
        flag(quarter.incident.is_some()),
        quarter.incident.map_or_else(String::new, |answer| answer.to_string()),
        challenge.map_or_else(String::new, |challenge| challenge.answer.to_string()),
        flag(quarter.abandoned),
        number(quarter.force_share),
        number(quarter.force),
        number(quarter.autonomy),
        number(quarter.effort_mean),
        number(quarter.kyiv_capability),
        number(quarter.moscow_capability),
        number(quarter.likeness_marketed),
        number(quarter.p_full_kyiv),
        number(quarter.p_full_moscow),
        number(quarter.hold_probability),
        number(quarter.grievance),
        number(quarter.arming),
        number(quarter.diplomacy),
        number(quarter.lobbying),
    ];
    fields.extend(quarter.trust.iter().chain(quarter.defence).copied().map(number));
    fields
}
