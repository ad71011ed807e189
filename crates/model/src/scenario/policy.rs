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
        let Self {
            pledge,
            backstop,
            likeness_marketed,
            likeness_binding,
            arms,
            monitoring,
            peace_deal,
        } = *self;
        let switch = |on: Option<bool>| on.map(f64::from);
        [
            ("pledge", switch(pledge)),
            ("backstop", switch(backstop)),
            ("likeness_marketed", likeness_marketed),
            ("likeness_binding", likeness_binding),
            ("arms", arms),
            ("monitoring", monitoring),
            ("peace_deal", switch(peace_deal)),
        ]
    }
}

impl fmt::Display for Policy {
    /// The changes, separated by commas.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            pledge,
            backstop,
            likeness_marketed,
            likeness_binding,
            arms,
            monitoring,
            peace_deal,
        } = *self;
        let switch = |name, on: Option<bool>| {
            on.map(|on| format!("{name} {}", if on { "on" } else { "off" }))
        };
        let number = |name, value: Option<f64>| value.map(|value| format!("{name} {value}"));
        let changes = [
            switch("pledge", pledge),
            switch("backstop", backstop),
            number("marketed likeness", likeness_marketed),
            number("binding likeness", likeness_binding),
            number("arms", arms),
            number("monitoring", monitoring),
            switch("peace deal", peace_deal),
        ];
        let changes: Vec<String> = changes.into_iter().flatten().collect();
        f.write_str(&changes.join(", "))
    }
}
