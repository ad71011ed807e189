//! The guarantee to Ukraine as it stands, and its three readings (ODD 2).

use crate::parameters::Parameters;
use crate::scenario::Policy;

/// What is promised, and what is meant.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Guarantee {
    pub(crate) pledge: bool,
    pub(crate) backstop: bool,
    /// λm, the likeness to Article 5 as marketed.
    pub(crate) marketed: f64,
    /// λb, the likeness that binds Washington.
    pub(crate) binding: f64,
    pub(crate) arms: f64,
    pub(crate) monitoring: f64,
    pub(crate) peace_deal: bool,
}

impl Guarantee {
    pub(crate) fn new(parameters: &Parameters) -> Self {
        let terms = &parameters.guarantee;
        Self {
            pledge: terms.pledge == 1.0,
            backstop: terms.backstop == 1.0,
            marketed: terms.likeness_marketed,
            binding: terms.likeness_binding,
            arms: terms.arms,
            monitoring: terms.monitoring,
            peace_deal: terms.peace_deal == 1.0,
        }
    }

    /// The treaty feature as allies and Kyiv read it: what was marketed.
    pub(crate) fn as_marketed(&self) -> f64 {
        self.if_pledged(self.marketed)
    }

    /// The treaty feature that Washington acts on: what binds it.
    pub(crate) fn as_meant(&self) -> f64 {
        self.if_pledged(self.binding)
    }

    /// The treaty feature as Moscow reads it, discounting the marketing by its scepticism s.
    pub(crate) fn as_discounted(&self, scepticism: f64) -> f64 {
        self.if_pledged((1.0 - scepticism) * self.marketed + scepticism * self.binding)
    }

    fn if_pledged(&self, likeness: f64) -> f64 {
        if self.pledge { likeness } else { 0.0 }
    }

    /// Lobbying moves the marketed likeness up, and the binding one by a share of that.
    pub(crate) fn upgrade(&mut self, by: f64, binding_share: f64) {
        self.marketed = (self.marketed + by).min(1.0);
        self.binding = (self.binding + binding_share * by).min(1.0);
    }

    /// A scripted change of policy.
    pub(crate) fn change(&mut self, policy: &Policy) {
        let Policy {
            pledge,
            backstop,
            likeness_marketed,
            likeness_binding,
            arms,
            monitoring,
            peace_deal,
        } = *policy;
        self.pledge = pledge.unwrap_or(self.pledge);
        self.backstop = backstop.unwrap_or(self.backstop);
        self.marketed = likeness_marketed.unwrap_or(self.marketed);
        self.binding = likeness_binding.unwrap_or(self.binding);
        self.arms = arms.unwrap_or(self.arms);
        self.monitoring = monitoring.unwrap_or(self.monitoring);
        self.peace_deal = peace_deal.unwrap_or(self.peace_deal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_upgrade_makes_more_of_a_guarantee_than_article_5() {
        let start = Guarantee { marketed: 0.9, binding: 0.95, ..Guarantee::default() };
        let mut guarantee = start;
        guarantee.upgrade(0.06, 0.5);
        assert!((guarantee.marketed - 0.96).abs() < 1e-15, "{}", guarantee.marketed);
        assert!((guarantee.binding - 0.98).abs() < 1e-15, "{}", guarantee.binding);
        guarantee.upgrade(0.3, 0.5);
        assert_eq!((guarantee.marketed, guarantee.binding), (1.0, 1.0));
    }
}
