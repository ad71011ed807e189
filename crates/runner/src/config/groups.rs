//! Groups without allies. A mean over nobody is 0 in the model, and says nothing.

use article5_model::alliance::Alliance;
use article5_model::scenario::Scenario;

use super::Experiment;
use super::document::Place;
use super::error::ConfigError;
use crate::outcome::{Outcome, Quantity};

/// The parameter that parts the groups.
const THRESHOLD: &str = "measure.frontline_exposure";

/// The outcome that is a mean over nobody in a scenario, where one is.
fn mean_over_nobody(alliance: &Alliance, scenario: &Scenario) -> Option<Outcome> {
    let threshold = scenario.parameters().ok()?.measure.frontline_exposure;
    let frontline = alliance.exposure().iter().filter(|&&exposure| exposure >= threshold).count();
    match frontline {
        0 => Some(Outcome::FrontlineTrust),
        all if all == alliance.len() => Some(Outcome::RearTrust),
        _ => None,
    }
}

fn nobody(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::FrontlineTrust => "no ally is at the frontline",
        _ => "every ally is at the frontline",
    }
}

impl Experiment {
    /// Where a group has no ally in some scenario.
    pub(super) fn empty_group(&self) -> Option<String> {
        let mut scenarios = self.scenarios.iter();
        let outcome = scenarios.find_map(|own| mean_over_nobody(&self.alliance, own))?;
        Some(format!(
            "{} (`{THRESHOLD}`): `{}` and this group's share in `{}` are 0, which says nothing",
            nobody(outcome),
            outcome.name(),
            Outcome::LowerTierGap.name()
        ))
    }

    /// Refuses claims about groups without allies.
    pub(super) fn check_groups(&self, root: &Place<'_>) -> Result<(), ConfigError> {
        for (index, claim) in self.claims.iter().enumerate() {
            let about =
                |name: &String| self.scenarios.iter().find(|scenario| scenario.name == *name);
            let scenarios = [Some(&claim.treatment), claim.control.as_ref()];
            for scenario in scenarios.into_iter().flatten().filter_map(about) {
                let Some(outcome) = mean_over_nobody(&self.alliance, scenario) else { continue };
                let lacking = [outcome, Outcome::LowerTierGap].map(Quantity::Outcome);
                if claim.quantity().is_some_and(|own| lacking.contains(&own)) {
                    return Err(root
                        .get("claim")
                        .at(index)
                        .get("outcome")
                        .wrong(
                            format!("in `{}` {}", scenario.name, nobody(outcome)),
                            "it compares with a group of nobody",
                        )
                        .help(format!("the members' exposure and `{THRESHOLD}` decide who is")));
                }
            }
        }
        Ok(())
    }
}
