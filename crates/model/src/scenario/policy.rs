//! A scripted change of policy: the terms of the guarantee that it sets.

use std::fmt;

/// A change of policy: what is `None` stays.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Policy {
    /// Whether the pledge stands.
    pub pledge: Option<bool>,
    /// Whether the US backs a European-led force.
    pub backstop: Option<bool>,
    /// How like Article 5 the pledge is said to be, 0 to 1.
    pub likeness_marketed: Option<f64>,
    /// How like Article 5 Washington holds it to be, 0 to 1.
    pub likeness_binding: Option<f64>,
    /// Arms aid relative to the baseline flow, from 0 to [`MAX_ARMS`](super::MAX_ARMS).
    pub arms: Option<f64>,
    /// Quality of monitoring, 0 to 1.
    pub monitoring: Option<f64>,
    /// Whether there is a peace deal rather than a ceasefire.
    pub peace_deal: Option<bool>,
}

impl Policy {
    /// Each term by the name of its parameter in the group `guarantee`, with the value that the policy sets it
    /// to, a switch to 0 or 1.
    ///
    /// ```
    /// use article5_model::scenario::Policy;
    ///
    /// let withdrawn = Policy { pledge: Some(false), ..Policy::default() };
    /// let set: Vec<_> = withdrawn.terms().into_iter().filter(|(_, value)| value.is_some()).collect();
    /// assert_eq!(set, [("pledge", Some(0.0))]);
    /// ```
    pub fn terms(&self) -> [(&'static str, Option<f64>); 7] {
        self.settings().map(|(key, _, set)| {
            let value = set.map(|set| match set {
                Setting::Switch(on) => f64::from(on),
                Setting::Number(value) => value,
            });
            (key, value)
        })
    }

    /// Each term by that name, what it is called in a sentence, and what it is set to.
    fn settings(&self) -> [(&'static str, &'static str, Option<Setting>); 7] {
        let Self {
            pledge,
            backstop,
            likeness_marketed,
            likeness_binding,
            arms,
            monitoring,
            peace_deal,
        } = *self;
        let (switch, number) = (Setting::Switch, Setting::Number);
        [
            ("pledge", "pledge", pledge.map(switch)),
            ("backstop", "backstop", backstop.map(switch)),
            ("likeness_marketed", "marketed likeness", likeness_marketed.map(number)),
            ("likeness_binding", "binding likeness", likeness_binding.map(number)),
            ("arms", "arms", arms.map(number)),
            ("monitoring", "monitoring", monitoring.map(number)),
            ("peace_deal", "peace deal", peace_deal.map(switch)),
        ]
    }
}

/// What a term is set to.
#[derive(Clone, Copy)]
enum Setting {
    Switch(bool),
    Number(f64),
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch(on) => f.write_str(if *on { "on" } else { "off" }),
            Self::Number(value) => value.fmt(f),
        }
    }
}

impl fmt::Display for Policy {
    /// The changes, separated by commas.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changes = self.settings().into_iter();
        let changes: Vec<String> =
            changes.filter_map(|(_, name, set)| Some(format!("{name} {}", set?))).collect();
        f.write_str(&changes.join(", "))
    }
}
