//! Which values each outcome can take, given the parameters: the grid of its histogram.

use article5_model::parameters::Parameters;
use article5_model::scenario::Event;

use super::{Outcome, of_difference};
use crate::tally::Grid;

/// The kinds of range that outcomes have.
#[derive(Clone, Copy, Debug)]
pub(super) enum Span {
    Share,
    Signed,
    Effort,
    Force,
    Kyiv,
    Moscow,
    Grievance,
    Count,
}

/// Bounds on every outcome, from the parameters of everything that is to run.
///
/// The bounds hold for every set of parameters that lies between those included, so for a design or
/// for drawn parameters it is enough to include one set with every parameter at its least value and
/// one with every parameter at its largest.
///
/// ```
/// use article5_model::parameters::Parameters;
/// use article5_runner::outcome::{Outcome, Ranges};
///
/// let mut ranges = Ranges::new(0.045, 40);
/// ranges.include(&Parameters::default(), &[]);
/// // The largest effort, 6 % of GDP, on a range that is a power of two.
/// assert_eq!(ranges.grid(Outcome::EffortMean).high(), 0.0625);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranges {
    quarters: u32,
    effort: f64,
    capability_base: f64,
    capability_per_effort: f64,
    force: f64,
    moscow: f64,
    kyiv_start: f64,
    build_rate: f64,
    aid_rate: f64,
    arms: f64,
    depreciation: f64,
    grievance: f64,
}

impl Ranges {
    /// Makes ranges for runs of `quarters` quarters, of an alliance whose largest effort at the
    /// start is `initial_effort`, a share of GDP. They do not include any parameters yet.
    pub fn new(initial_effort: f64, quarters: u32) -> Self {
        Self {
            quarters,
            effort: initial_effort,
            capability_base: 0.0,
            capability_per_effort: 0.0,
            force: 0.0,
            moscow: 0.0,
            kyiv_start: 0.0,
            build_rate: 0.0,
            aid_rate: 0.0,
            arms: 0.0,
            depreciation: 1.0,
            grievance: 0.0,
        }
    }

    /// Widens the ranges to hold what these parameters and events can lead to.
    pub fn include(&mut self, parameters: &Parameters, events: &[Event]) {
        let Parameters { europe, russia, ukraine, guarantee, .. } = parameters;
        let scripted = events.iter().filter_map(|event| event.kind.policy()?.arms);
        let widen = |bound: &mut f64, value: f64| *bound = bound.max(value);
        widen(&mut self.effort, europe.effort_max);
        widen(&mut self.capability_base, europe.capability_base);
        widen(&mut self.capability_per_effort, europe.capability_per_effort);
        widen(&mut self.force, europe.force_strength);
        widen(&mut self.moscow, russia.capability0.max(russia.capability_max));
        widen(&mut self.kyiv_start, ukraine.capability0);
        widen(&mut self.build_rate, ukraine.build_rate);
        widen(&mut self.aid_rate, ukraine.aid_rate);
        scripted.chain([guarantee.arms]).for_each(|arms| widen(&mut self.arms, arms));
        self.depreciation = self.depreciation.min(ukraine.depreciation);
        widen(&mut self.grievance, ukraine.incident_grievance);
    }

    /// The least and the largest value of an outcome at the end of a quarter.
    ///
    /// ```
    /// use article5_model::parameters::Parameters;
    /// use article5_runner::outcome::{Outcome, Ranges};
    ///
    /// let mut ranges = Ranges::new(0.045, 40);
    /// ranges.include(&Parameters::default(), &[]);
    /// assert_eq!(ranges.ends(Outcome::EffortMean, 8), (0.0, 0.06));
    /// // One probe a quarter.
    /// assert_eq!(ranges.ends(Outcome::ProbesUkraine, 8), (0.0, 8.0));
    /// ```
    pub fn ends(&self, outcome: Outcome, quarter: u32) -> (f64, f64) {
        match outcome.span() {
            Span::Share => (0.0, 1.0),
            Span::Signed => (-1.0, 1.0),
            Span::Effort => (0.0, self.effort),
            Span::Force => (0.0, self.force),
            Span::Kyiv => (0.0, self.kyiv()),
            Span::Moscow => (0.0, self.moscow),
            Span::Grievance => (0.0, self.grievance),
            Span::Count => (0.0, quarter.into()),
        }
    }

    /// The least and the largest change of an outcome from the end of quarter `since` to that of a
    /// later one.
    ///
    /// ```
    /// use article5_runner::outcome::{Outcome, Ranges};
    ///
    /// let ranges = Ranges::new(0.045, 40);
    /// assert_eq!(ranges.change(Outcome::TrustMean, 6, 8), (-1.0, 1.0));
    /// // One probe a quarter, and none is undone.
    /// assert_eq!(ranges.change(Outcome::ProbesUkraine, 6, 8), (0.0, 2.0));
    /// ```
    pub fn change(&self, outcome: Outcome, since: u32, quarter: u32) -> (f64, f64) {
        match outcome.span() {
            Span::Count => (0.0, quarter.saturating_sub(since).into()),
            // Up from the low end, or down from the high one.
            _ => of_difference(self.ends(outcome, quarter)),
        }
    }

    /// The grid of an outcome, for all quarters: at least as wide as its ends.
    pub fn grid(&self, outcome: Outcome) -> Grid {
        match outcome.span() {
            // Twice the most that can happen, so that no count reaches the last bin.
            Span::Count => Grid::whole(self.quarters.saturating_mul(2).saturating_add(1)),
            _ => {
                let (low, high) = self.ends(outcome, self.quarters);
                Grid::real(low, high)
            }
        }
    }

    /// The grid of a share or a probability.
    pub fn share() -> Grid {
        Grid::real(0.0, 1.0)
    }

    /// The grid of an ally's effort, share of GDP: it moves between where it starts and
    /// `europe.effort_max`.
    pub fn effort(&self) -> Grid {
        Grid::real(0.0, self.effort)
    }

    /// The grid of an ally's local capability: it moves towards what its effort buys.
    pub fn defence(&self) -> Grid {
        Grid::real(0.0, self.capability_base + self.capability_per_effort * self.effort)
    }

    /// The most that Kyiv's capability can reach: it gains at most `gain` a quarter, and if it
    /// depreciates it cannot pass the level at which it loses as much.
    fn kyiv(&self) -> f64 {
        let gain = self.build_rate + self.aid_rate * self.arms;
        let grown = self.kyiv_start + gain * f64::from(self.quarters);
        if self.depreciation > 0.0 {
            grown.min(self.kyiv_start.max(gain / self.depreciation))
        } else {
            grown
        }
    }
}

#[cfg(test)]
mod tests {
    use article5_model::scenario::{EventKind, Policy};

    use super::*;

    #[test]
    fn where_losses_stop_raises_no_range() {
        let ends = |floor: f64| {
            let mut parameters = Parameters::default();
            parameters.war.capability_floor = floor;
            let mut ranges = Ranges::new(0.0, 40);
            ranges.include(&parameters, &[]);
            [Outcome::MoscowCapability, Outcome::KyivCapability].map(|own| ranges.ends(own, 40))
        };
        assert_eq!(ends(50.0), ends(0.0));
    }

    #[test]
    fn kyivs_capability_stays_in_its_range_when_it_grows_as_fast_as_it_can() {
        let arms = Policy { arms: Some(3.0), ..Policy::default() };
        let events = [Event { quarter: 2, kind: EventKind::Policy(arms) }];
        for (depreciation, quarters) in [(0.0, 60), (0.01, 400), (0.05, 40), (1.0, 5)] {
            let mut parameters = Parameters::default();
            parameters.ukraine.depreciation = depreciation;
            let mut ranges = Ranges::new(0.0, quarters);
            ranges.include(&parameters, &events);
            let ukraine = &parameters.ukraine;
            let mut capability = ukraine.capability0;
            for _ in 0..quarters {
                // Step 4 of the quarter with all effort in arming and the scripted arms.
                capability += ukraine.build_rate + ukraine.aid_rate * 3.0;
                capability -= depreciation * capability;
            }
            let high = ranges.grid(Outcome::KyivCapability).high();
            assert!(capability <= high, "{capability} {high}");
            assert!(high <= 4.0 * capability.max(ukraine.capability0), "{high} is far too wide");
        }
    }
}
