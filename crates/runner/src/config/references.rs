//! Which scenario each is compared with.

use std::collections::BTreeMap;

use article5_model::parameters::{PARAMETERS, Parameter};

use super::document::Place;
use super::error::ConfigError;
use super::experiment::Experiment;
use super::file::ConfigFile;
use super::names::quoted;
use super::scenarios::check_named;
use super::settings::{GUARANTEE, set_in};
use crate::tally::Pair;

/// The group of the parameters of learning.
const LEARNING: &str = "learning.";

/// Resolves a file's reference, and the scenarios that are compared with some other one, by number.
pub(super) fn resolve(
    file: &ConfigFile,
    names: &[&str],
    root: &Place<'_>,
) -> Result<(usize, BTreeMap<usize, usize>), ConfigError> {
    let reference = match &file.reference {
        Some(name) => check_named(name, names, &root.get("reference"))?,
        None => 0,
    };
    let own_place = |index: usize| root.get("scenario").at(index).get("reference");
    let listed = file.scenarios.len();
    let mut own = BTreeMap::new();
    for (index, table) in file.scenario.iter().enumerate() {
        let Some(name) = &table.reference else { continue };
        let place = own_place(index);
        let other = check_named(name, names, &place)?;
        if other == listed + index {
            return Err(place
                .wrong(format!("scenario `{name}` is compared with itself"), "its own name")
                .help("name another scenario, or leave it out"));
        }
        own.insert(listed + index, other);
    }
    // Of two that are compared with each other, the one further down is at fault. In a longer circle
    // no comparison says the same as another.
    for (index, table) in file.scenario.iter().enumerate().rev() {
        let Some(&other) = own.get(&(listed + index)) else { continue };
        if compared_with(reference, &own, other) == Some(listed + index) {
            let name = names.get(other).copied().unwrap_or_default();
            let message = format!("`{}` and `{name}` are compared with each other", table.name);
            return Err(own_place(index)
                .wrong(message, "compared with this one")
                .help("one comparison says it all: leave this `reference` out, or name another"));
        }
    }
    Ok((reference, own))
}

fn compared_with(reference: usize, own: &BTreeMap<usize, usize>, scenario: usize) -> Option<usize> {
    own.get(&scenario).copied().or((scenario != reference).then_some(reference))
}

impl Experiment {
    /// The scenario with which a scenario is compared, by number; `None` for a reference that is
    /// itself compared with none.
    ///
    /// ```
    /// use std::path::Path;
    /// use article5_runner::config::Experiment;
    ///
    /// let text = "name = \"a\"\nscenarios = [\"no-guarantee\", \"article5-like\"]\n\
    ///             [[scenario]]\nname = \"none-by-recency\"\nextends = \"no-guarantee\"\n\
    ///             theory = \"constant-gain\"\n\
    ///             [[scenario]]\nname = \"pledge-by-recency\"\nextends = \"article5-like\"\n\
    ///             theory = \"constant-gain\"\nreference = \"none-by-recency\"";
    /// let experiment = Experiment::from_toml(text, "a.toml", Path::new("."))?;
    /// let compared: Vec<_> = (0..4).map(|own| experiment.compared_with(own)).collect();
    /// assert_eq!(compared, [None, Some(0), Some(0), Some(2)]);
    /// # Ok::<(), article5_runner::config::ConfigError>(())
    /// ```
    pub fn compared_with(&self, scenario: usize) -> Option<usize> {
        compared_with(self.reference, &self.references, scenario)
    }

    /// Each scenario with the one with which it is compared, in order.
    pub fn comparisons(&self) -> impl Iterator<Item = Pair> + '_ {
        let pair = |scenario| Some(Pair { scenario, reference: self.compared_with(scenario)? });
        (0..self.scenarios.len()).filter_map(pair)
    }

    /// Warns if a scenario differs both in policy and in how reputations are learned from the one
    /// with which it is compared.
    pub(super) fn learned_otherwise(&self) -> Option<String> {
        let told: Vec<&str> = self
            .comparisons()
            .filter(|pair| self.is_other_policy(*pair) && self.is_other_learning(*pair))
            .filter_map(|pair| Some(self.scenarios.get(pair.scenario)?.name.as_str()))
            .collect();
        (!told.is_empty()).then(|| {
            let [verb, their] = if told.len() == 1 { ["differs", "its"] } else { ["differ", "their"] };
            format!(
                "{} {verb} from {their} reference in policy and in how reputations are learned: the \
                 difference comes from both together; `reference` in a [[scenario]] names another to compare it with",
                quoted(&told)
            )
        })
    }

    fn is_other_policy(&self, pair: Pair) -> bool {
        // What Washington says and how it answers are policy as much as what it promises.
        let events = [pair.scenario, pair.reference]
            .map(|place| self.scenarios.get(place).map(|own| own.events.as_slice()));
        events[0] != events[1] || self.differ(pair, |key| key.starts_with(GUARANTEE))
    }

    fn is_other_learning(&self, pair: Pair) -> bool {
        self.differ(pair, |key| key.starts_with(LEARNING))
    }

    /// Whether two scenarios differ in any parameter that `asked` selects.
    fn differ(&self, pair: Pair, asked: impl Fn(&str) -> bool) -> bool {
        let value = |place: usize, row: &Parameter| {
            set_in(self.scenarios.get(place)?, &row.key).or(Some(row.default))
        };
        PARAMETERS.iter().filter(|row| asked(&row.key)).any(|row| {
            let [own, other] = [pair.scenario, pair.reference].map(|place| value(place, row));
            own != other
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Two scenarios of a theory, each given a reference, after built-in ones of another.
    fn two(reference: [&str; 2]) -> Experiment {
        let [one, two] = reference.map(|name| match name {
            "" => String::new(),
            name => format!("reference = \"{name}\"\n"),
        });
        let text = format!(
            "name = \"a\"\nscenarios = [\"no-guarantee\", \"article5-like\"]\n\
             [[scenario]]\nname = \"one\"\nextends = \"no-guarantee\"\ntheory = \"constant-gain\"\n{one}\
             [[scenario]]\nname = \"two\"\nextends = \"article5-like\"\ntheory = \"constant-gain\"\n{two}"
        );
        Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap()
    }

    #[test]
    fn a_scenario_is_compared_with_its_own_reference_wherever_it_stands() {
        let compared = |reference: [&str; 2]| -> Vec<_> {
            let experiment = two(reference);
            experiment.comparisons().map(|pair| [pair.scenario, pair.reference]).collect()
        };
        assert_eq!(compared(["", ""]), [[1, 0], [2, 0], [3, 0]]);
        assert_eq!(compared(["", "one"]), [[1, 0], [2, 0], [3, 2]]);
        assert_eq!(compared(["two", ""]), [[1, 0], [2, 3], [3, 0]]);
    }

    #[test]
    fn only_two_that_are_compared_with_each_other_are_refused_in_whatever_order_they_stand() {
        let of = |scenarios: [[&str; 2]; 3]| {
            let scenario = |[name, reference]: [&str; 2]| match reference {
                "" => format!("[[scenario]]\nname = \"{name}\"\n"),
                _ => format!("[[scenario]]\nname = \"{name}\"\nreference = \"{reference}\"\n"),
            };
            let text =
                format!("name = \"x\"\nreference = \"a\"\n{}", scenarios.map(scenario).concat());
            Experiment::from_toml(&text, "x.toml", Path::new("."))
        };
        let names = |experiment: Experiment| -> Vec<[String; 2]> {
            let name = |place: usize| experiment.scenarios[place].name.clone();
            experiment.comparisons().map(|own| [own.scenario, own.reference].map(name)).collect()
        };
        let chain = [["a", "b"], ["b", "c"]].map(|own| own.map(str::to_owned));
        assert_eq!(names(of([["a", "b"], ["b", "c"], ["c", ""]]).unwrap())[..2], chain);
        assert_eq!(of([["a", "b"], ["b", "c"], ["c", "a"]]).unwrap().comparisons().count(), 3);
        // The second of the two, by the line of its `reference`.
        for (order, line) in [
            ([["a", "b"], ["b", "a"], ["c", ""]], 8),
            ([["a", "b"], ["c", ""], ["b", "a"]], 10),
            ([["b", "a"], ["c", ""], ["a", "b"]], 10),
        ] {
            let error = of(order).unwrap_err();
            assert!(error.to_string().contains("compared with each other"), "{error}");
            assert_eq!(error.place().map(|(_, line, _)| line), Some(line), "{order:?}");
        }
    }

    #[test]
    fn policy_and_theory_in_one_difference_are_told() {
        let told = |reference| two(reference).learned_otherwise();
        let sentence = told(["", ""]).unwrap();
        assert!(sentence.starts_with("`two` differs from its reference in policy"), "{sentence}");
        assert_eq!(told(["", "one"]), None);
        assert_eq!(told(["", "article5-like"]), None);
    }

    #[test]
    fn events_are_policy_too() {
        let told = |theory: &str| {
            let text = format!(
                "name = \"a\"\nscenarios = [\"article5-like\"]\n\
                 [[scenario]]\nname = \"away\"\nextends = \"back-away\"\n{theory}"
            );
            Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap().learned_otherwise()
        };
        assert!(told("theory = \"constant-gain\"").is_some());
        assert_eq!(told(""), None);
    }
}
