//! What an experiment sets to other values than the defaults, parameter by parameter.

use article5_model::parameters::{Kind, PARAMETERS, Parameter, parameter};
use article5_model::scenario::Scenario;

use super::design::Values;
use super::experiment::Experiment;
use crate::numbers::shortest;
use crate::outcome::Thresholds;

/// The group of the terms of the guarantee, which make a policy.
pub(super) const GUARANTEE: &str = "guarantee.";

/// A parameter that some scenarios set to another value than its default.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting<'a> {
    /// The parameter.
    pub parameter: &'static Parameter,
    /// Each value that is set, and the scenarios that set it, in their order; never empty.
    pub values: Vec<(f64, Vec<&'a str>)>,
}

/// A parameter that varies between design points, or from replicate to replicate.
#[derive(Clone, Debug, PartialEq)]
pub struct Varying {
    /// The parameter.
    pub parameter: &'static Parameter,
    /// What it varies over.
    pub values: Values,
}

impl Experiment {
    /// The parameters that some scenario sets to another value than the default, in the order of
    /// `parameters.csv`.
    ///
    /// ```
    /// use std::path::Path;
    /// use article5_runner::config::Experiment;
    ///
    /// let text = "name = \"first\"\nscenarios = [\"article5-like\", \"backstop-only\"]";
    /// let experiment = Experiment::from_toml(text, "first.toml", Path::new("."))?;
    /// let settings = experiment.settings();
    /// assert_eq!(settings[0].parameter.key, "guarantee.pledge");
    /// assert_eq!(settings[0].values, [(0.0, vec!["backstop-only"])]);
    /// # Ok::<(), article5_runner::config::ConfigError>(())
    /// ```
    pub fn settings(&self) -> Vec<Setting<'_>> {
        PARAMETERS
            .iter()
            .map(|parameter| Setting { parameter, values: self.values_of(parameter) })
            .filter(|setting| !setting.values.is_empty())
            .collect()
    }

    /// What varies, by the design or by uncertainty.
    pub fn varying(&self) -> Vec<Varying> {
        let varying = |parameter: &'static Parameter| {
            Some(Varying { parameter, values: self.varied(&parameter.key)?.clone() })
        };
        PARAMETERS.iter().filter_map(varying).collect()
    }

    /// What this parameter varies over, by the design or by uncertainty; `None` if it does not vary.
    pub(super) fn varied(&self, key: &str) -> Option<&Values> {
        let design = self.design.iter().flat_map(|design| &design.vary);
        let vary = design.chain(&self.uncertainty).find(|vary| vary.key == key)?;
        Some(&vary.values)
    }

    /// The least value that this parameter has in any scenario, at any design point and in any
    /// replicate; `None` if there is no such parameter.
    pub(super) fn least(&self, key: &str) -> Option<f64> {
        match self.varied(key) {
            Some(values) => Some(values.ends().0),
            None => self.in_scenarios(key).flatten().reduce(f64::min),
        }
    }

    /// The value that this parameter has in each scenario, unless it varies.
    fn in_scenarios(&self, key: &str) -> impl Iterator<Item = Option<f64>> {
        self.scenarios.iter().map(move |own| own.parameters().ok()?.get(key).ok())
    }

    /// What replicates draw this parameter from; `None` if they do not draw it.
    pub fn drawn(&self, key: &str) -> Option<&Values> {
        self.uncertainty.iter().find(|vary| vary.key == key).map(|vary| &vary.values)
    }

    /// The parameters that are at an end of their plausible range in some scenario although nobody
    /// set them there: what the model gives on average over the range is not what it gives at the
    /// default.
    pub fn defaults_at_an_end(&self) -> Vec<&'static Parameter> {
        let left_alone = |parameter: &Parameter| {
            let sets = |own: &Scenario| set_in(own, &parameter.key).is_some();
            self.varied(&parameter.key).is_none() && !self.scenarios.iter().all(sets)
        };
        let at_an_end =
            |own: &Parameter| own.varies() && (own.default <= own.low || own.default >= own.high);
        PARAMETERS.iter().filter(|own| at_an_end(own) && left_alone(own)).collect()
    }

    /// The thresholds that define tiers, rupture and the frontline, as far as they are the same in
    /// all scenarios and do not vary.
    pub fn thresholds(&self) -> Thresholds {
        let of = |key| self.everywhere(key);
        Thresholds {
            sustain: of("measure.sustain"),
            tier_gap: of("measure.tier_gap"),
            tier_separation: of("measure.tier_separation"),
            tier_min_class: of("measure.tier_min_class"),
            tier_stability: of("measure.tier_stability"),
            rupture_level: of("measure.rupture_level"),
            frontline_exposure: of("measure.frontline_exposure"),
        }
    }

    /// The value that a parameter has in every scenario; `None` if there are several.
    fn everywhere(&self, key: &str) -> Option<f64> {
        if self.varied(key).is_some() {
            return None;
        }
        let mut values = self.in_scenarios(key);
        let first = values.next()??;
        values.all(|other| other == Some(first)).then_some(first)
    }

    fn values_of(&self, parameter: &Parameter) -> Vec<(f64, Vec<&str>)> {
        let Parameter { key, default, .. } = parameter;
        let mut values: Vec<(f64, Vec<&str>)> = Vec::new();
        for scenario in &self.scenarios {
            let set = set_in(scenario, key).filter(|value| value != default);
            let Some(value) = set else { continue };
            match values.iter_mut().find(|(other, _)| *other == value) {
                Some((_, names)) => names.push(&scenario.name),
                None => values.push((value, vec![&scenario.name])),
            }
        }
        values
    }
}

/// What a scenario sets a parameter to; `None` if it leaves it at its default.
pub(crate) fn set_in(scenario: &Scenario, key: &str) -> Option<f64> {
    scenario.overrides.iter().find(|(set, _)| set == key).map(|(_, value)| *value)
}

/// Writes a parameter's value: `on` or `off` for a switch, else the number.
///
/// ```
/// use article5_runner::config::setting_in_words;
///
/// assert_eq!(setting_in_words("guarantee.pledge", 0.0), "off");
/// assert_eq!(setting_in_words("learning.memory", 0.98), "0.98");
/// ```
pub fn setting_in_words(key: &str, value: f64) -> String {
    match (is_switch(key), value == 0.0) {
        (true, true) => "off".to_owned(),
        (true, false) => "on".to_owned(),
        (false, _) => shortest(value),
    }
}

/// Writes a parameter's plausible range; `None` if it has no width, so that only the default is
/// plausible.
///
/// ```
/// use article5_runner::config::{parameter, range_in_words};
///
/// let of = |key| parameter(key).ok().and_then(range_in_words);
/// assert_eq!(of("learning.attention").as_deref(), Some("0 to 1"));
/// assert_eq!(of("measure.tier_gap"), None);
/// ```
pub fn range_in_words(parameter: &Parameter) -> Option<String> {
    let [low, high] =
        [parameter.low, parameter.high].map(|end| setting_in_words(&parameter.key, end));
    let between = if is_switch(&parameter.key) { "or" } else { "to" };
    parameter.varies().then(|| format!("{low} {between} {high}"))
}

/// Whether a value lies outside a plausible range that has a width.
pub fn is_implausible(parameter: &Parameter, value: f64) -> bool {
    parameter.varies() && !(parameter.low..=parameter.high).contains(&value)
}

/// Whether a parameter is off or on, and has no values between.
pub fn is_switch(key: &str) -> bool {
    parameter(key).is_ok_and(|row| row.kind == Kind::Switch)
}
