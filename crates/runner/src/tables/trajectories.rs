//! `trajectories.csv`: one row per replicate and quarter, with the columns of the docking test.

use std::io::{self, Write};
use std::sync::atomic::AtomicBool;

use article5_model::alliance::Alliance;
use article5_model::observe::Quarter;
use article5_model::washington::Answer;

use super::catalogue::{Column, Kind};
use super::line;
use super::package::Resource;
use crate::ensemble::Ensemble;
use crate::outcome::{History, OUTCOMES, Outcome, Risk, Risks};

impl Ensemble<'_> {
    /// What the data package says about `trajectories.csv`.
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
        let columns = self.single_columns().into_iter().chain(Field::ALL.map(Field::column));
        Resource::new(
            "trajectories",
            "Each replicate, quarter by quarter",
            columns.chain(trust).chain(defence).collect(),
        )
    }

    /// Writes `trajectories.csv`, with the given number of replicates of each point.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses; [`io::ErrorKind::Interrupted`] once `stop` is set.
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

/// A column between the replicate's number and those of each ally.
#[derive(Clone, Copy)]
enum Field {
    Quarter,
    Action,
    Target,
    Administration,
    AtWar,
    Incident,
    IncidentAnswer,
    Answer,
    Abandoned,
    Of(Outcome),
    Holds(Risk),
}

impl Field {
    /// All of them, in the order of the model's golden trajectories: the command's docking test
    /// compares column by column.
    const ALL: [Self; 36] = [
        Self::Quarter,
        Self::Action,
        Self::Target,
        Self::Administration,
        Self::Of(Outcome::TrustMean),
        Self::Of(Outcome::TierUpper),
        Self::Of(Outcome::TierLower),
        Self::Of(Outcome::TierGap),
        Self::Of(Outcome::TierSeparation),
        Self::Holds(Risk::Tiered),
        Self::Holds(Risk::Ruptured),
        Self::Of(Outcome::MoscowGap),
        Self::Holds(Risk::TieredMoscow),
        Self::Of(Outcome::AlliedGap),
        Self::Holds(Risk::TieredAllied),
        Self::Of(Outcome::FrontlineTrust),
        Self::Of(Outcome::RearTrust),
        Self::AtWar,
        Self::Incident,
        Self::IncidentAnswer,
        Self::Answer,
        Self::Abandoned,
        Self::Of(Outcome::ForceShare),
        Self::Of(Outcome::Force),
        Self::Of(Outcome::Autonomy),
        Self::Of(Outcome::EffortMean),
        Self::Of(Outcome::KyivCapability),
        Self::Of(Outcome::MoscowCapability),
        Self::Of(Outcome::LikenessMarketed),
        Self::Of(Outcome::PFullKyiv),
        Self::Of(Outcome::PFullMoscow),
        Self::Of(Outcome::HoldProbability),
        Self::Of(Outcome::Grievance),
        Self::Of(Outcome::Arming),
        Self::Of(Outcome::Diplomacy),
        Self::Of(Outcome::Lobbying),
    ];

    /// What the data package says about it.
    fn column(self) -> Column {
        let text = |name, meaning| Column::new(name, Kind::String, "", meaning).optional();
        let flag = |name, meaning| Column::new(name, Kind::Integer, "0 or 1", meaning);
        match self {
            Self::Quarter => {
                Column::new("quarter", Kind::Integer, "quarter", "quarter of the run, from 1").key()
            }
            Self::Action => text("action", "what Moscow does: hold, probe or attack"),
            Self::Target => text(
                "target",
                "whom it challenges, ISO 3166-1 alpha-3, UKR for Ukraine; empty if nobody",
            ),
            Self::Administration => {
                flag("administration", "1 under an internationalist administration in Washington")
            }
            Self::AtWar => flag("at_war", "1 while Ukraine is at war again"),
            Self::Incident => {
                flag("incident", "1 with an incident of doubtful authorship in Ukraine")
            }
            Self::IncidentAnswer => {
                text("incident_answer", "what Washington answers to it; empty without one")
            }
            Self::Answer => {
                text("answer", "what Washington answers to the challenge; empty without one")
            }
            Self::Abandoned => {
                flag("abandoned", "1 in the quarter in which the backstop is abandoned")
            }
            Self::Of(o) => Column::new(o.name(), Kind::Number, o.unit(), o.meaning()),
            Self::Holds(risk) => Column::new(risk.name(), Kind::Integer, "0 or 1", risk.meaning()),
        }
    }

    /// The field that it shows of a quarter.
    fn show(self, shown: &Shown<'_>) -> String {
        let Shown { alliance, quarter, outcomes, holding } = shown;
        let flag = |on: bool| u8::from(on).to_string();
        let word = |answer: Option<Answer>| answer.map_or_else(String::new, |it| it.to_string());
        let challenge = quarter.challenge;
        match self {
            Self::Quarter => quarter.quarter.to_string(),
            Self::Action => {
                challenge.map_or_else(|| "hold".to_owned(), |it| it.severity.to_string())
            }
            Self::Target => {
                challenge.map_or_else(String::new, |it| alliance.iso3(it.commitment).to_owned())
            }
            Self::Administration => flag(quarter.internationalist),
            Self::AtWar => flag(quarter.at_war),
            Self::Incident => flag(quarter.incident.is_some()),
            Self::IncidentAnswer => word(quarter.incident),
            Self::Answer => word(challenge.map(|challenge| challenge.answer)),
            Self::Abandoned => flag(quarter.abandoned),
            Self::Of(outcome) => outcomes[outcome as usize].to_string(),
            Self::Holds(risk) => flag(holding.has(risk)),
        }
    }
}

/// A quarter, with everything that is measured at it.
struct Shown<'a> {
    alliance: &'a Alliance,
    quarter: &'a Quarter<'a>,
    outcomes: [f64; OUTCOMES],
    holding: Risks,
}

/// The fields of a quarter, then those of each ally.
fn fields_of_a_quarter<'a>(
    alliance: &'a Alliance,
    quarter: &'a Quarter<'a>,
) -> impl Iterator<Item = String> + 'a {
    // Nothing that counts from the start is among the columns.
    let mut history = History::default();
    history.see(quarter);
    let outcomes = Outcome::values(quarter, &history);
    let shown = Shown { alliance, quarter, outcomes, holding: history.holding() };
    let of_allies = quarter.trust.iter().chain(quarter.defence).map(f64::to_string);
    Field::ALL.into_iter().map(move |field| field.show(&shown)).chain(of_allies)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The outcomes that the golden trajectories lack, as they follow from other columns.
    const LEFT_OUT: [Outcome; 3] =
        [Outcome::LowerTierGap, Outcome::OptimismGap, Outcome::ArmingDiplomacy];

    #[test]
    fn an_outcome_is_a_column_unless_it_counts_from_the_start_or_is_left_out() {
        for outcome in Outcome::ALL {
            let shown =
                Field::ALL.iter().any(|own| matches!(own, Field::Of(own) if *own == outcome));
            let is_count = outcome.unit() == "count";
            assert_eq!(shown, !is_count && !LEFT_OUT.contains(&outcome), "{}", outcome.name());
        }
    }

    #[test]
    fn a_risk_is_told_by_its_own_column_or_by_those_of_the_quarters_events() {
        for risk in Risk::ALL {
            let shown =
                Field::ALL.iter().any(|own| matches!(own, Field::Holds(own) if *own == risk));
            let told = match risk {
                Risk::Tiered | Risk::TieredAllied | Risk::TieredMoscow | Risk::Ruptured => false,
                // `at_war`; `action`, `target` and `answer`; `abandoned`.
                Risk::WarResumed
                | Risk::AllyAttacked
                | Risk::UsRussiaWar
                | Risk::BackstopAbandoned => true,
            };
            assert_ne!(shown, told, "{}", risk.name());
        }
    }
}
