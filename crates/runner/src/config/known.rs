//! What the questions of a configuration can be about.

use article5_model::alliance::Alliance;

use super::Experiment;
use super::document::Place;
use super::error::ConfigError;
use super::names::did_you_mean;
use crate::outcome::{Outcome, Quantity, Risk, TRUST_OF};

/// What claims, the stopping rule, `[sensitivity]` and `[discovery]` are checked against.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) scenarios: &'a [&'a str],
    pub(super) alliance: &'a Alliance,
    pub(super) quarters: u32,
}

/// The names of the risks and outcomes; an ally's trust is named by its code.
pub(super) fn outcome_names() -> Vec<&'static str> {
    let outcomes = Outcome::ALL.into_iter().map(Outcome::name);
    Risk::ALL.into_iter().map(Risk::name).chain(outcomes).collect()
}

impl Known<'_> {
    /// The risk, the outcome or the ally's trust that is named.
    pub(super) fn check_outcome(
        &self,
        name: &str,
        place: &Place<'_>,
    ) -> Result<Quantity, ConfigError> {
        Quantity::named(name, self.alliance).ok_or_else(|| {
            let error = place.wrong(format!("there is no outcome `{name}`"), "unknown outcome");
            error.help(self.remedy(name))
        })
    }

    fn remedy(&self, name: &str) -> String {
        // With capitals it is meant to be an ally's: `trust_UKR`.
        if name.strip_prefix(TRUST_OF).is_some_and(|code| code.contains(char::is_uppercase)) {
            let allies = self.alliance.members().iter();
            let trusts: Vec<String> =
                allies.map(|member| format!("{TRUST_OF}{}", member.iso3)).collect();
            let trusts: Vec<&str> = trusts.iter().map(String::as_str).collect();
            return did_you_mean(name, &trusts, "no ally has this code; the allies are");
        }
        did_you_mean(name, &outcome_names(), "the outcomes are")
    }
}

impl Experiment {
    /// What its claims, its stopping rule, its sensitivity and its discovery are about.
    pub(crate) fn asked_about(&self) -> Vec<Quantity> {
        let claims = self.claims.iter().map(|claim| &claim.outcome);
        let stop = self.stop.iter().map(|stop| &stop.outcome);
        let sensitivity = self.sensitivity.iter().flat_map(|asked| &asked.outcomes);
        let discovery = self.discovery.iter().map(|asked| &asked.outcome);
        let names = claims.chain(stop).chain(sensitivity).chain(discovery);
        names.filter_map(|name| Quantity::named(name, &self.alliance)).collect()
    }
}
