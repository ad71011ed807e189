//! `trajectories.csv`: one row a replicate and quarter, with the columns of the docking test.

use std::io::{self, Write};
use std::sync::atomic::AtomicBool;

use article5_model::alliance::{Alliance, UKRAINE};
use article5_model::observe::{Commitment, Quarter};

use super::catalogue::{Column, Kind};
use super::package::Resource;
use super::replay::line;
use crate::ensemble::Ensemble;
use crate::outcome::{Outcome, Risk};

impl Ensemble<'_> {
    /// What the data package says of `trajectories.csv`.
    pub(crate) fn trajectories_resource(&self) -> Resource {
        let members = self.experiment().alliance.members().iter();
        let trust = members.clone().map(|member| {
            let meaning = format!("trust of {} that it is covered", member.name);
            Column::new(format!("trust_{}", member.iso3), Kind::Number, "probability", meaning)
        });
        let defence = members.map(|member| {
            let meaning = format!("local capability of {}", member.name);
            Column::new(format!("defence_{}", member.iso3), Kind::Number, "capability", meaning)
        });
        let columns = self.single_columns().into_iter().chain(columns_of_a_quarter());
        Resource::new(
            "trajectories",
            "Each replicate, quarter by quarter",
            columns.chain(trust).chain(defence).collect(),
        )
    }

    /// Writes `trajectories.csv`, of each point so many replicates.
    ///
    /// # Errors
    ///
    /// What the system refuses; [`io::ErrorKind::Interrupted`] once `stop` is set.
    pub(crate) fn write_trajectories(
        &self,
        replicates: &[u64],
        to: &mut dyn Write,
        stop: &AtomicBool,
    ) -> io::Result<()> {
        let Resource { columns, .. } = self.trajectories_resource();
        let alliance = &self.experiment().alliance;
        self.replay(replicates, to, stop, &columns, |single, models| {
            let mut lines = Vec::new();
            models.run(single.scenario, single.replicate, |quarter| {
                let mut fields = self.single_fields(single);
                fields.extend(fields_of_a_quarter(alliance, quarter));
                lines.extend(line(fields));
            })?;
            Ok(lines)
        })
    }
}

/// The columns between the replicate's number and those of each ally.
fn columns_of_a_quarter() -> [Column; COLUMNS] {
    let text = |name, meaning| Column::new(name, Kind::String, "", meaning).optional();
    let flag = |name, meaning| Column::new(name, Kind::Integer, "0 or 1", meaning);
    let risk = |risk: Risk| flag(risk.name(), risk.meaning());
    let number = |o: Outcome| Column::new(o.name(), Kind::Number, o.unit(), o.meaning());
    [
        Column::new("quarter", Kind::Integer, "quarter", "quarter of the run, from 1"),
        text("action", "what Moscow does: hold, probe or attack"),
        text("target", "whom it challenges, ISO 3166-1 alpha-3, UKR for Ukraine; empty if nobody"),
        flag("administration", "1 under an internationalist administration in Washington"),
        number(Outcome::TrustMean),
        number(Outcome::TierUpper),
        number(Outcome::TierLower),
        number(Outcome::TierGap),
        number(Outcome::TierSeparation),
        risk(Risk::Tiered),
        risk(Risk::Ruptured),
        number(Outcome::MoscowGap),
        risk(Risk::TieredMoscow),
        number(Outcome::AlliedGap),
        risk(Risk::TieredAllied),
        number(Outcome::FrontlineTrust),
        number(Outcome::RearTrust),
        flag("at_war", "1 while Ukraine is at war again"),
        flag("incident", "1 with an incident of doubtful authorship in Ukraine"),
        text("incident_answer", "what Washington answers to it; empty without one"),
        text("answer", "what Washington answers to the challenge; empty without one"),
        flag("abandoned", "1 in the quarter in which the backstop is abandoned"),
        number(Outcome::ForceShare),
        number(Outcome::Force),
        number(Outcome::Autonomy),
        number(Outcome::EffortMean),
        number(Outcome::KyivCapability),
        number(Outcome::MoscowCapability),
        number(Outcome::LikenessMarketed),
        number(Outcome::PFullKyiv),
        number(Outcome::PFullMoscow),
        number(Outcome::HoldProbability),
        number(Outcome::Grievance),
        number(Outcome::Arming),
        number(Outcome::Diplomacy),
        number(Outcome::Lobbying),
    ]
}

/// How many they are.
const COLUMNS: usize = 36;

/// The fields of these columns, then those of each ally.
fn fields_of_a_quarter(alliance: &Alliance, quarter: &Quarter<'_>) -> Vec<String> {
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
    let fields: [String; COLUMNS] = [
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
    let of_allies = quarter.trust.iter().chain(quarter.defence).copied().map(number);
    fields.into_iter().chain(of_allies).collect()
}
