//! Remarks on scenarios that are not what their name says, or that set what has no effect.

use article5_model::parameters::{Parameters, parameter};
use article5_model::scenario::{Policy, Scenario};

use super::Experiment;
use super::names::quoted;
use super::settings::{GUARANTEE, set_in, setting_in_words};

/// Parameters that mean something only with a pledge.
const OF_THE_PLEDGE: [&str; 4] = [
    "guarantee.likeness_marketed",
    "guarantee.likeness_binding",
    "guarantee.binding_upgrade_share",
    "guarantee.upgrade_rate",
];

/// A scenario with its parameters.
type Own<'a> = (&'a Scenario, Parameters);

impl Experiment {
    /// Says what is worth knowing, in one sentence each.
    pub(super) fn about_the_scenarios(&self) -> Vec<String> {
        let own = self.scenarios.iter().map(|own| Some((own, own.parameters().ok()?)));
        let Some(own) = own.collect::<Option<Vec<Own<'_>>>>() else { return Vec::new() };
        let remarks = [redefined(&own), other_rulers(&own), fitted_otherwise(&own)];
        let remarks = remarks.into_iter().flatten();
        remarks.chain(self.without_a_pledge(&own)).chain(self.contradiction()).collect()
    }

    /// Warns if something that means nothing without a pledge is set, or varies, and there is no
    /// pledge.
    fn without_a_pledge(&self, all: &[Own<'_>]) -> Vec<String> {
        let unpledged = |(scenario, parameters): &Own<'_>| {
            parameters.guarantee.pledge == 0.0
                && policies(scenario).all(|policy| policy.pledge != Some(true))
        };
        let nowhere = all.iter().all(unpledged);
        let varied = self.varying().into_iter().map(|own| own.parameter.key.as_str());
        let varied: Vec<&str> =
            varied.filter(|key| nowhere && OF_THE_PLEDGE.contains(key)).collect();
        let of_one = |own: &Own<'_>| {
            let keys: Vec<&str> =
                OF_THE_PLEDGE.into_iter().filter(|key| sets(own.0, key, all)).collect();
            (unpledged(own) && !keys.is_empty()).then(|| {
                format!("`{}` has no pledge: {} without effect there", own.0.name, are(&keys))
            })
        };
        let varied = (!varied.is_empty())
            .then(|| format!("no scenario has a pledge: {} without effect", are(&varied)));
        all.iter().filter_map(of_one).chain(varied).collect()
    }

    /// Warns if two policies in the same quarter contradict each other.
    fn contradiction(&self) -> Option<String> {
        self.scenarios.iter().find_map(|scenario| {
            let policies = scenario.events.iter();
            let policies = policies.filter_map(|event| Some((event.quarter, event.kind.policy()?)));
            let policies: Vec<_> = policies.collect();
            policies.iter().enumerate().find_map(|(place, (quarter, policy))| {
                let mut above = policies.iter().take(place).filter(|(other, _)| other == quarter);
                let key = above.find_map(|(_, other)| set_otherwise(policy, other))?;
                Some(format!(
                    "two policies of `{}` set `{key}` differently in quarter {quarter}: the one further down \
                     in the file counts",
                    scenario.name
                ))
            })
        })
    }
}

/// Warns if `[parameters]` changes the terms of built-in scenarios, which keep their names and
/// meanings.
fn redefined(all: &[Own<'_>]) -> Option<String> {
    let mut names = Vec::new();
    let mut terms: Vec<String> = Vec::new();
    for (scenario, _) in all {
        let builtin = Scenario::builtin(&scenario.name);
        let Some(builtin) = builtin.filter(|own| own.meaning == scenario.meaning) else { continue };
        let changed = scenario.overrides.iter().filter(|(key, value)| {
            let built_in = builtin.overrides.iter().any(|own| own == &(key.clone(), *value));
            key.starts_with(GUARANTEE) && !built_in && Some(*value) != default(key)
        });
        let changed =
            changed.map(|(key, value)| format!("`{key}` {}", setting_in_words(key, *value)));
        let changed: Vec<String> = changed.collect();
        if !changed.is_empty() {
            names.push(scenario.name.as_str());
        }
        terms.extend(changed.into_iter().filter(|own| !terms.contains(own)).collect::<Vec<_>>());
    }
    (!names.is_empty()).then(|| {
        format!(
            "`[parameters]` sets {}: {} no longer what {} for",
            terms.join(", "),
            are(&names),
            if names.len() == 1 { "the name stands" } else { "their names stand" }
        )
    })
}

/// Warns if scenarios are measured differently.
fn other_rulers(all: &[Own<'_>]) -> Option<String> {
    let (first, ruler) = all.first()?;
    let (other, _) = all.iter().find(|(_, own)| own.measure != ruler.measure)?;
    Some(format!(
        "`measure.*` differs between `{}` and `{}`: part of the difference between them is how it \
         is measured",
        first.name, other.name
    ))
}

/// Warns if scenarios differ in the administration at the start, under which beliefs are fitted to
/// the polls.
fn fitted_otherwise(all: &[Own<'_>]) -> Option<String> {
    let (first, own) = all.first()?;
    let start = own.politics.initial_internationalist;
    let (other, _) = all.iter().find(|(_, own)| own.politics.initial_internationalist != start)?;
    Some(format!(
        "`{}` and `{}` start under different administrations, but the allies' trust at the start is that of \
         the polls under both: under an internationalist one they therefore think less of Washington itself",
        first.name, other.name
    ))
}

/// Whether a scenario sets a parameter, directly or in a policy, unless every scenario sets it so.
fn sets(scenario: &Scenario, key: &str, all: &[Own<'_>]) -> bool {
    let own = set_in(scenario, key).filter(|own| Some(*own) != default(key));
    let everywhere = all.len() > 1 && all.iter().all(|(other, _)| set_in(other, key) == own);
    let scripted = policies(scenario).any(|policy| {
        policy
            .terms()
            .into_iter()
            .any(|(name, value)| value.is_some() && key.strip_prefix(GUARANTEE) == Some(name))
    });
    own.is_some() && !everywhere || scripted
}

fn default(key: &str) -> Option<f64> {
    parameter(key).ok().map(|row| row.default)
}

/// Names, followed by “is” or “are”.
fn are(names: &[&str]) -> String {
    format!("{} {}", quoted(names), if names.len() == 1 { "is" } else { "are" })
}

fn policies(scenario: &Scenario) -> impl Iterator<Item = &Policy> {
    scenario.events.iter().filter_map(|event| event.kind.policy())
}

/// The key of something that both policies set, but differently.
fn set_otherwise(policy: &Policy, other: &Policy) -> Option<&'static str> {
    let both = policy.terms().into_iter().zip(other.terms());
    both.into_iter().find_map(|((key, own), (_, other))| (own? != other?).then_some(key))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// What is said of scenarios added to the built-in `no-guarantee` and `article5-like`.
    fn told(more: &str) -> Vec<String> {
        let text =
            format!("name = \"a\"\nscenarios = [\"no-guarantee\", \"article5-like\"]\n{more}");
        let experiment = Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap();
        experiment.about_the_scenarios()
    }

    #[test]
    fn nothing_is_told_of_what_ships() {
        let all: Vec<String> = Scenario::all().into_iter().map(|own| own.name).collect();
        let text = format!("name = \"a\"\nscenarios = {all:?}");
        let experiment = Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap();
        assert_eq!(experiment.about_the_scenarios(), Vec::<String>::new());
    }

    #[test]
    fn built_in_scenarios_whose_terms_the_file_changes_are_named() {
        let [redefined] =
            told("parameters.guarantee = { pledge = 0, ambiguity = 0.4 }").try_into().unwrap();
        let end =
            "sets `guarantee.pledge` off: `article5-like` is no longer what the name stands for";
        assert!(redefined.ends_with(end), "{redefined}");
        // What is not a term of a guarantee does not change its meaning.
        assert_eq!(told("parameters.learning = { memory = 0.95 }"), Vec::<String>::new());
    }

    #[test]
    fn what_only_a_pledge_gives_a_meaning_to_is_told_where_there_is_none() {
        let scenario = |more: &str| {
            told(&format!("[[scenario]]\nname = \"b\"\nextends = \"no-guarantee\"\n{more}"))
        };
        let [label] = scenario("parameters.guarantee = { likeness_marketed = 1.0, arms = 2.0 }")
            .try_into()
            .unwrap();
        assert_eq!(
            label,
            "`b` has no pledge: `guarantee.likeness_marketed` is without effect there"
        );
        let event = |more: &str| {
            scenario(&format!(
                "event = [{{ quarter = 2, kind = \"policy\", likeness_binding = 1.0{more} }}]"
            ))
        };
        assert_eq!(event("").len(), 1);
        assert_eq!(event(", pledge = true"), Vec::<String>::new());
        // Every scenario has it, and for some of them it means something.
        let everywhere = told("parameters.guarantee = { upgrade_rate = 0.02 }");
        assert!(everywhere.iter().all(|own| !own.contains("without effect")), "{everywhere:?}");
    }

    #[test]
    fn a_design_of_what_has_no_effect_is_told() {
        let text = "name = \"a\"\nscenarios = [\"no-guarantee\"]\n[design]\nkind = \"grid\"\n\
                    levels = 2\n[design.vary]\n\"guarantee.likeness_marketed\" = \"range\"\n";
        let told = |text: &str| {
            let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
            experiment.about_the_scenarios()
        };
        assert!(
            told(text)[0].starts_with("no scenario has a pledge: `guarantee.likeness_marketed` is")
        );
        assert_eq!(told(&text.replace("no-guarantee", "article5-like")), Vec::<String>::new());
    }

    #[test]
    fn another_administration_at_the_start_is_told() {
        let [fitted] = told(
            "[[scenario]]\nname = \"b\"\nparameters.politics = { initial_internationalist = true }",
        )
        .try_into()
        .unwrap();
        assert!(fitted.starts_with("`no-guarantee` and `b` start under different administrations"));
    }
}
