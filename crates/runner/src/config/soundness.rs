//! What must hold of an experiment, even after code has changed what a configuration said.

use super::experiment::{Experiment, LARGEST_FIRST, MAX_QUARTERS};
use super::names::unsafe_name;
use super::scenarios::MAX_SCENARIOS;
use crate::outcome::{Quantity, Risk};
use crate::tally::MAX_REPLICATES;

/// Why an experiment cannot be run. No configuration could lead to any of these.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsoundExperiment {
    /// A number lies outside its range.
    #[error("the experiment's `{field}` is {value}, not {least} to {most}")]
    Range {
        /// The field.
        field: &'static str,
        /// Its value.
        value: u64,
        /// The least that it may be.
        least: u64,
        /// The most that it may be.
        most: u64,
    },
    /// A name that no configuration could have.
    #[error("the experiment's name {0}")]
    Name(String),
    /// There is no scenario.
    #[error("the experiment has no scenario")]
    NoScenario,
    /// There is no policy.
    #[error("the experiment has no policy")]
    NoPolicy,
    /// The tables by quarter would be empty.
    #[error("the experiment's `output.quarters` is empty")]
    NoQuarter,
    /// Two scenarios cannot be told apart.
    #[error("the experiment has two scenarios `{0}`")]
    SameScenario(String),
    /// A claim or a table is about what there is not.
    #[error("the experiment's {0} names a scenario or an outcome that there is not")]
    Unknown(String),
}

impl Experiment {
    /// Checks what depends on several fields, or on the range of one: an experiment that was read
    /// from a configuration is sound, but one that code has changed may not be. A scenario's
    /// settings are left for the model to check.
    ///
    /// # Errors
    ///
    /// [`UnsoundExperiment`], the first fault found.
    ///
    /// ```
    /// use std::path::Path;
    /// use article5_runner::config::Experiment;
    ///
    /// let text = "name = \"first\"\nscenarios = [\"article5-like\"]";
    /// let mut experiment = Experiment::from_toml(text, "first.toml", Path::new("."))?;
    /// assert!(experiment.check().is_ok());
    /// // The tables would hold quarters that nobody runs.
    /// experiment.quarters = 5;
    /// let message = experiment.check().unwrap_err().to_string();
    /// assert_eq!(message, "the experiment's `output.quarters` is 6, not 1 to 5");
    /// # Ok::<(), article5_runner::config::ConfigError>(())
    /// ```
    pub fn check(&self) -> Result<(), UnsoundExperiment> {
        if let Some(fault) = unsafe_name(&self.name) {
            return Err(UnsoundExperiment::Name(fault.to_string()));
        }
        let mut names: Vec<&str> = self.scenarios.iter().map(|own| own.name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(UnsoundExperiment::SameScenario(pair[0].to_owned()));
        }
        let last = names.len().checked_sub(1).ok_or(UnsoundExperiment::NoScenario)? as u64;
        if self.policies.is_empty() {
            return Err(UnsoundExperiment::NoPolicy);
        }
        if self.output.quarters.is_empty() {
            return Err(UnsoundExperiment::NoQuarter);
        }
        let quarters = u64::from(self.quarters);
        let whole = [
            ("seed", self.seed, 0, i64::MAX as u64),
            ("first_replicate", self.first_replicate, 0, LARGEST_FIRST as u64),
            ("replicates", self.replicates, 1, MAX_REPLICATES),
            ("quarters", quarters, 1, MAX_QUARTERS.into()),
            ("scenarios", self.scenarios.len() as u64, 1, MAX_SCENARIOS as u64),
            ("reference", self.reference as u64, 0, last),
        ];
        let references = self.references.iter().flat_map(|(&own, &other)| [own, other]);
        let references = references.map(|own| ("references", own as u64, 0, last));
        let policies = self.policies.iter().map(|&own| ("policies", own as u64, 0, last));
        let tallied = |field, tallied: &[u32]| -> Vec<_> {
            tallied.iter().map(|&quarter| (field, quarter.into(), 1, quarters)).collect()
        };
        let claimed = self.claims.iter().flat_map(|claim| {
            let quarter = tallied("claims.quarter", claim.quarter.as_slice());
            [quarter, tallied("claims.since", claim.since.as_slice())].concat()
        });
        let all = whole
            .into_iter()
            .chain(references)
            .chain(policies)
            .chain(tallied("output.quarters", &self.output.quarters))
            .chain(tallied("output.cover_quarters", &self.output.cover_quarters))
            .chain(tallied("output.comparison_quarters", &self.output.comparison_quarters))
            .chain(claimed);
        for (field, value, least, most) in all {
            if !(least..=most).contains(&value) {
                return Err(UnsoundExperiment::Range { field, value, least, most });
            }
        }
        self.check_names()
    }

    /// Checks that what is named is there: what is asked about nothing would drop out, and answers
    /// are found by their place.
    fn check_names(&self) -> Result<(), UnsoundExperiment> {
        let has = |name: &String| self.scenarios.iter().any(|own| own.name == *name);
        let measures = |name: &String| Quantity::named(name, &self.alliance).is_some();
        let claims = self.claims.iter().map(|claim| {
            let is_known = claim.contrast(self).is_some();
            (format!("claim `{}`", claim.id), is_known)
        });
        let wheres = self.space.iter().flat_map(|space| &space.wheres).map(|own| {
            let is_known = has(&own.scenario) && Risk::named(&own.risk).is_some();
            ("`space.where`".to_owned(), is_known)
        });
        let sensitivity = self.sensitivity.iter().map(|own| {
            let scenarios = own.scenario.iter().chain(&own.reference).all(has);
            ("`sensitivity`".to_owned(), scenarios && own.outcomes.iter().all(measures))
        });
        let discovery = self.discovery.iter().map(|own| {
            let scenarios = own.scenario.iter().chain(&own.reference).all(has);
            ("`discovery`".to_owned(), scenarios && measures(&own.outcome))
        });
        let mut all = claims.chain(wheres).chain(sensitivity).chain(discovery);
        match all.find(|(_, is_known)| !is_known) {
            Some((of, _)) => Err(UnsoundExperiment::Unknown(of)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_code_made_unsound_is_told() {
        let text = "name = \"a\"\nscenarios = [\"no-guarantee\", \"article5-like\"]\n\
                    [[claim]]\nid = \"a\"\nstatement = \"s\"\ntreatment = \"article5-like\"\n\
                    outcome = \"tiered\"\ndirection = \"lower\"\nat_most = 0.5";
        let sound = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
        let says = |change: fn(&mut Experiment)| {
            let mut experiment = sound.clone();
            change(&mut experiment);
            experiment.check().map_err(|fault| fault.to_string())
        };
        let wrong = |field: &str, rest: &str| Err(format!("the experiment's `{field}` is {rest}"));
        assert_eq!(says(|_| ()), Ok(()));
        assert_eq!(says(|own| own.replicates = 0), wrong("replicates", "0, not 1 to 4294967295"));
        assert_eq!(says(|own| own.quarters = 0), wrong("quarters", "0, not 1 to 400"));
        assert_eq!(says(|own| own.reference = 2), wrong("reference", "2, not 0 to 1"));
        assert_eq!(says(|own| own.policies.push(9)), wrong("policies", "9, not 0 to 1"));
        let compare = |own: &mut Experiment| _ = own.references.insert(1, 3);
        assert_eq!(says(compare), wrong("references", "3, not 0 to 1"));
        assert_eq!(
            says(|own| own.seed = u64::MAX),
            wrong("seed", "18446744073709551615, not 0 to 9223372036854775807")
        );
        let twice = "the experiment has two scenarios `no-guarantee`";
        assert_eq!(says(|own| own.scenarios.push(own.scenarios[0].clone())), Err(twice.to_owned()));
        assert_eq!(
            says(|own| own.scenarios.clear()),
            Err("the experiment has no scenario".to_owned())
        );
        assert_eq!(
            says(|own| own.policies.clear()),
            Err("the experiment has no policy".to_owned())
        );
        let empty = "the experiment's `output.quarters` is empty";
        assert_eq!(says(|own| own.output.quarters.clear()), Err(empty.to_owned()));
        let beyond = "41, not 1 to 40";
        assert_eq!(
            says(|own| own.output.comparison_quarters.push(41)),
            wrong("output.comparison_quarters", beyond)
        );
        assert_eq!(says(|own| own.claims[0].quarter = Some(41)), wrong("claims.quarter", beyond));
        assert_eq!(
            says(|own| own.claims[0].since = Some(0)),
            wrong("claims.since", "0, not 1 to 40")
        );
        assert!(says(|own| own.name = "a/b".to_owned()).is_err());
    }

    #[test]
    fn what_is_asked_about_a_scenario_that_code_renamed_is_told() {
        let text = "name = \"a\"\nscenarios = [\"no-guarantee\", \"ironclad\", \"as-meant\"]
                    [[claim]]\nid = \"trust\"\nstatement = \"s\"\ntreatment = \"as-meant\"
                    outcome = \"trust_mean\"\ndirection = \"lower\"\nat_most = 0.5
                    [[claim]]\nid = \"war\"\nstatement = \"s\"\ntreatment = \"ironclad\"
                    control = \"no-guarantee\"\noutcome = \"war_resumed\"\ndirection = \"lower\"
                    [space]\npoints = 2\n[[space.where]]
                    scenario = \"no-guarantee\"\nrisk = \"war_resumed\"\nat_least = 0.1";
        let claims = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
        let says = |sound: &Experiment, change: &dyn Fn(&mut Experiment)| {
            let mut experiment = sound.clone();
            change(&mut experiment);
            experiment.check().map_err(|fault| fault.to_string())
        };
        let wrong = |of: &str| {
            Err(format!("the experiment's {of} names a scenario or an outcome that there is not"))
        };
        let rename = |place: usize| {
            move |own: &mut Experiment| own.scenarios[place].name = "other".to_owned()
        };
        assert_eq!(says(&claims, &rename(2)), wrong("claim `trust`"));
        assert_eq!(says(&claims, &rename(1)), wrong("claim `war`"));
        assert_eq!(says(&claims, &rename(0)), wrong("claim `war`"));
        assert_eq!(
            says(&claims, &|own| own.claims[0].outcome = "trust_XYZ".to_owned()),
            wrong("claim `trust`")
        );
        let without_claims = |own: &mut Experiment| {
            own.claims.clear();
            rename(0)(own);
        };
        assert_eq!(says(&claims, &without_claims), wrong("`space.where`"));

        let asks = "scenario = \"as-meant\"\nreference = \"ironclad\"";
        let text = format!(
            "name = \"a\"\nscenarios = [\"no-guarantee\", \"ironclad\", \"as-meant\"]
             [design]\nkind = \"morris\"\ntrajectories = 4
             [design.vary]\n\"response.general\" = \"range\"\n\"learning.memory\" = \"range\"
             [sensitivity]\noutcomes = [\"tiered\"]\n{asks}
             [discovery]\noutcome = \"tiered\"\nat_least = 0.1\n{asks}"
        );
        let asked = Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap();
        assert_eq!(says(&asked, &rename(0)), Ok(()));
        for place in [1, 2] {
            assert_eq!(says(&asked, &rename(place)), wrong("`sensitivity`"));
            let without_sensitivity = |own: &mut Experiment| {
                own.sensitivity = None;
                rename(place)(own);
            };
            assert_eq!(says(&asked, &without_sensitivity), wrong("`discovery`"));
        }
    }
}
