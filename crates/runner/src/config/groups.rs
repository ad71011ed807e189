//! Groups without allies. A mean over nobody is 0 in the model and means nothing.

use article5_model::alliance::Alliance;
use article5_model::scenario::Scenario;

use super::Experiment;
use super::document::Place;
use super::error::ConfigError;
use super::names::quoted;
use crate::outcome::{Allies, Outcome, Quantity};

/// The parameter that separates the groups.
const THRESHOLD: &str = "measure.frontline_exposure";

/// The groups that [`THRESHOLD`] separates.
#[derive(Clone, Copy)]
enum Group {
    Frontline,
    Rear,
}

/// The group that nobody is in, if a scenario has one.
fn empty(alliance: &Alliance, scenario: &Scenario) -> Option<Group> {
    let threshold = scenario.parameters().ok()?.measure.frontline_exposure;
    let frontline = alliance.exposure().iter().filter(|&&exposure| exposure >= threshold).count();
    match frontline {
        0 => Some(Group::Frontline),
        all if all == alliance.len() => Some(Group::Rear),
        _ => None,
    }
}

impl Group {
    /// Says in words that nobody is in the group.
    fn nobody(self) -> &'static str {
        match self {
            Self::Frontline => "no ally is at the frontline",
            Self::Rear => "every ally is at the frontline",
        }
    }

    /// The outcomes that are about it alone.
    fn allies(self) -> Allies {
        match self {
            Self::Frontline => Allies::Frontline,
            Self::Rear => Allies::Rear,
        }
    }
}

/// The names of the outcomes about these allies.
fn named(allies: Allies) -> String {
    let about = Outcome::ALL.into_iter().filter(|outcome| outcome.allies() == allies);
    quoted(&about.map(Outcome::name).collect::<Vec<_>>())
}

impl Experiment {
    /// Warns if a group has no ally in some scenario.
    pub(super) fn empty_group(&self) -> Option<String> {
        let mut scenarios = self.scenarios.iter();
        let group = scenarios.find_map(|own| empty(&self.alliance, own))?;
        Some(format!(
            "{} (`{THRESHOLD}`): {} and this group's share in {} are 0, which means nothing",
            group.nobody(),
            named(group.allies()),
            named(Allies::Both)
        ))
    }

    /// Refuses claims about groups without allies.
    pub(super) fn check_groups(&self, root: &Place<'_>) -> Result<(), ConfigError> {
        for (index, claim) in self.claims.iter().enumerate() {
            let about =
                |name: &String| self.scenarios.iter().find(|scenario| scenario.name == *name);
            let scenarios = [Some(&claim.treatment), claim.control.as_ref()];
            for scenario in scenarios.into_iter().flatten().filter_map(about) {
                let Some(group) = empty(&self.alliance, scenario) else { continue };
                let Some(Quantity::Outcome(outcome)) = claim.quantity(&self.alliance) else {
                    continue;
                };
                if [group.allies(), Allies::Both].contains(&outcome.allies()) {
                    return Err(root
                        .get("claim")
                        .at(index)
                        .get("outcome")
                        .wrong(
                            format!("in `{}` {}", scenario.name, group.nobody()),
                            "it compares with an empty group",
                        )
                        .help(format!(
                            "who is at the frontline depends on the members' exposure and \
                             `{THRESHOLD}`"
                        )));
                }
            }
        }
        Ok(())
    }
}
