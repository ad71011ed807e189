//! Kyiv: its shares of effort, its capability, the upgrades it lobbies for, and the incidents on its
//! soil (steps 4 and 7 of section 4).

use crate::belief::Evidence;
use crate::features::Features;
use crate::math::{Pack, Vector, cdf, exp};
use crate::model::Model;
use crate::shocks::Purpose;
use crate::state::{KYIV, MOSCOW, State, in_the_capitals};
use crate::washington::{Band, Severity};

/// Kyiv's capability and how it divides its effort.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kyiv {
    /// U.
    pub(crate) capability: f64,
    pub(crate) arming: f64,
    pub(crate) diplomacy: f64,
    pub(crate) lobbying: f64,
    /// `p_K`, its chance of a full answer to an attack on Ukraine.
    pub(crate) p_full: f64,
    /// `p_M`, Moscow's chance of the same.
    pub(crate) p_full_moscow: f64,
}

/// Step 4: Kyiv divides its effort between arming, diplomacy and lobbying.
#[inline(always)]
pub(crate) fn divide_effort<V: Vector>(model: &Model, state: &mut State) {
    let (ukraine, guarantee) = (&model.parameters.ukraine, &model.parameters.guarantee);
    let p_full = p_full_in_the_capitals::<V>(model, state).store();
    let open = openness(model, state);
    let hope = if state.guarantee.pledge { 1.0 } else { ukraine.hope_without_pledge };

    let kyiv = &mut state.kyiv;
    (kyiv.p_full, kyiv.p_full_moscow) = (p_full.0[KYIV], p_full.0[MOSCOW]);
    let arming = ukraine.arming_weight * (state.moscow.capability - kyiv.capability);
    let diplomacy = ukraine.diplomacy_weight * (1.0 - kyiv.p_full);
    let lobbying = ukraine.lobbying_weight * hope * (0.5 + 0.5 * open);
    // A common factor leaves the shares as they are, and keeps exp within its range.
    let most = arming.max(diplomacy).max(lobbying);
    let mut pull = Pack::splat(f64::NEG_INFINITY);
    [pull.0[0], pull.0[1], pull.0[2]] = [arming - most, diplomacy - most, lobbying - most];
    let pull = exp(V::load(&pull));
    let share = pull / pull.sum();
    [kyiv.arming, kyiv.diplomacy, kyiv.lobbying, ..] = share.store().0;

    kyiv.capability += ukraine.build_rate * kyiv.arming + ukraine.aid_rate * state.guarantee.arms
        - ukraine.depreciation * kyiv.capability;
    if state.guarantee.pledge {
        let upgrade = guarantee.upgrade_rate * kyiv.lobbying * open;
        state.guarantee.upgrade(upgrade, guarantee.binding_upgrade_share);
    }
}

/// P(full | attack on Ukraine) in the eyes of Kyiv and of Moscow, each in its own reading.
#[inline(always)]
fn p_full_in_the_capitals<V: Vector>(model: &Model, state: &State) -> V {
    let marketed = Features::splat(state.ukraine_as_marketed(model));
    let read = in_the_capitals::<V>(marketed, state.treaty_in_moscow(model));
    let circumstances =
        state.credited_shift(model) + state.tripwire(model) + state.balance_at_ukraine(model);
    let band = model.ukraine_band(Severity::Attack);
    cdf(state.capitals.read(0, read).margin(V::splat(circumstances - band.full)))
}

/// How open the administration in office is to Kyiv, 0 to 1.
fn openness(model: &Model, state: &State) -> f64 {
    if state.washington.internationalist {
        1.0
    } else {
        model.parameters.politics.restraint_openness
    }
}

/// Step 7: grievance fades; an incident of doubtful authorship may occur in Ukraine, which
/// Washington answers as a probe, and from which all learn.
pub(crate) fn incident(model: &Model, state: &mut State) {
    let ukraine = &model.parameters.ukraine;
    state.moscow.grievance *= ukraine.grievance_decay;
    if state.war.is_some() {
        return;
    }
    let emboldened =
        if state.guarantee.pledge { ukraine.moral_hazard * state.kyiv.p_full } else { 0.0 };
    let unforestalled = 1.0 - ukraine.attribution * state.guarantee.monitoring;
    let probability = ukraine.incident_base * (1.0 + emboldened) * unforestalled;
    if state.shock(Purpose::Incident) >= probability {
        return;
    }
    state.moscow.grievance = ukraine.incident_grievance;
    let band = model.ukraine_band(Severity::Probe);
    let day = state.tripwire(model) + state.balance_at_ukraine(model)
        - model.parameters.response.incident_penalty;
    let noise = state.shocks.normal(state.quarter, Purpose::IncidentAnswer);
    let answer = state.washington_answers(model, state.ukraine_as_meant(model), day, noise, band);
    state.incident = Some(answer);
    let clarity = model.parameters.learning.incident_clarity;
    let seen = Evidence { answer, band, circumstances: state.credited_shift(model) + day, clarity };
    let marketed = state.ukraine_as_marketed(model);
    state.all_learn(model, &seen, marketed, state.treaty_in_moscow(model));
}

impl Model {
    /// The band of a narrow answer at Ukraine.
    #[inline(always)]
    pub(crate) fn ukraine_band(&self, severity: Severity) -> Band {
        Band::new(&self.parameters.response, severity, self.parameters.guarantee.ambiguity)
    }
}
