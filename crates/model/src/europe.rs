//! Europe: the allies' effort, local capability and force in Ukraine, and their common autonomy
//! (step 5 of section 4).

use crate::features::Features;
use crate::math::{Pack, cdf};
use crate::model::{Ally, Model};
use crate::state::State;
use crate::washington::Severity;

/// What the allies have in common.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Europe {
    /// E, command and control, logistics and intelligence of its own, 0 to 1.
    pub(crate) autonomy: f64,
    /// F, the capability that the force adds in Ukraine.
    pub(crate) force: f64,
    /// The share of the alliance's defence spending that is in the force.
    pub(crate) force_share: f64,
    /// ē, spending-weighted effort, share of GDP.
    pub(crate) effort_mean: f64,
}

/// Step 5: each ally sets its effort and decides on the force; together they build autonomy.
#[inline(always)]
pub(crate) fn divide_burden(model: &Model, state: &mut State) {
    let europe = &model.parameters.europe;
    let outlook = Outlook::new(model, state);
    let mut force_share = Pack::ZERO;
    let mut effort_mean = Pack::ZERO;
    for (j, ally) in model.allies.iter().enumerate() {
        let trust = own_trust(model, state, j);
        let joins = outlook.readiness(model, state, j).gt(Pack::ZERO);
        let own = &mut state.allies.own[j];
        own.effort = outlook.effort(model, ally, own.effort, trust);
        let affordable = europe.capability_per_effort * own.effort + europe.capability_base;
        own.defence = own.defence + europe.capability_rate * (affordable - own.defence);
        own.in_force = joins.select(Pack::ONE, Pack::ZERO);
        force_share = force_share + ally.weight * own.in_force;
        effort_mean = effort_mean + ally.weight * own.effort;
    }
    let common = &mut state.europe;
    common.force_share = force_share.sum();
    common.effort_mean = effort_mean.sum();
    if state.war.is_none() {
        common.force = europe.force_strength * common.force_share;
    }
    let funded = (common.effort_mean - europe.autonomy_effort_floor) / europe.autonomy_effort_span;
    let diverted = if state.guarantee.backstop { europe.backstop_diversion } else { 0.0 };
    let built = funded.clamp(0.0, 1.0) * (1.0 - diverted);
    common.autonomy += europe.autonomy_rate * (built - common.autonomy);
}

/// Each ally's trust: P(full | attack on it) in its own eyes (section 3).
#[inline(always)]
pub(crate) fn own_trust(model: &Model, state: &State, j: usize) -> Pack {
    let ally = &model.allies[j];
    let reading = state.allies.beliefs.read(j, ally.features);
    let circumstances = state.balance_at_allies(model, j) + state.credited_shift(model);
    let full = model.ally_band(Severity::Attack).full;
    cdf((reading.latent + (circumstances - full)) / reading.variance.sqrt())
}

/// What all allies face this quarter.
struct Outlook {
    /// The share of the way to the agreed goal that the calendar asks for.
    due: f64,
    /// R over its maximum.
    threat: f64,
    /// Security that does not depend on trust: the backstop's comfort and pooled capability.
    comfort: f64,
    /// Whether the US backs the force.
    backstop: bool,
    /// The force's share last quarter.
    peers: f64,
    /// Ukraine as allies read the guarantee.
    ukraine: Features<Pack>,
    /// What counts at Ukraine besides the belief, less what a full answer takes.
    ukraine_day: f64,
}

impl Outlook {
    #[inline(always)]
    fn new(model: &Model, state: &State) -> Self {
        let (europe, response) = (&model.parameters.europe, &model.parameters.response);
        let backstop = state.guarantee.backstop;
        let comfort = if backstop { europe.backstop_comfort } else { 0.0 };
        Self {
            due: (f64::from(state.quarter) / europe.effort_goal_quarters).min(1.0),
            threat: state.moscow.capability / model.parameters.russia.capability_max,
            comfort: comfort + europe.pooling * state.europe.autonomy,
            backstop,
            peers: state.europe.force_share,
            ukraine: Features::splat(state.ukraine_as_marketed(model)),
            ukraine_day: state.credited_shift(model)
                + response.tripwire
                + state.balance_at_ukraine(model)
                - model.ukraine_band(Severity::Attack).full,
        }
    }

    /// An ally's effort moves towards what its need, less its cover, asks for.
    #[inline(always)]
    fn effort(&self, model: &Model, ally: &Ally, effort: Pack, trust: Pack) -> Pack {
        let europe = &model.parameters.europe;
        let need =
            europe.threat_base + europe.threat_exposure * ally.features.exposure * self.threat;
        let cover = europe.us_protection * trust + self.comfort;
        let short_of_goal = (europe.effort_goal - ally.effort).max(Pack::ZERO);
        let base = ally.effort + europe.compliance * self.due * short_of_goal;
        let target = (base + europe.effort_response * (need - cover))
            .max(Pack::splat(europe.effort_min))
            .min(Pack::splat(europe.effort_max));
        let moved = effort + europe.effort_inertia * (target - effort);
        // An ally that starts without forces stays without them.
        ally.effort.gt(Pack::ZERO).select(moved, Pack::ZERO)
    }

    /// An ally's readiness to join the force in Ukraine; it joins above 0.
    #[inline(always)]
    fn readiness(&self, model: &Model, state: &State, j: usize) -> Pack {
        let europe = &model.parameters.europe;
        let ready = model.allies[j].readiness + europe.force_peers * self.peers;
        if !self.backstop {
            return ready;
        }
        let reading = state.allies.beliefs.read(j, self.ukraine);
        let p_full = cdf((reading.latent + self.ukraine_day) / reading.variance.sqrt());
        ready + europe.force_backstop * p_full
    }
}
