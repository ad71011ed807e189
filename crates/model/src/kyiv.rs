//! Kyiv: its shares of effort, its capability, the upgrades it lobbies for, and the incidents on its
//! soil (steps 4 and 7: ODD 7.6 and 7.9).

use crate::belief::SideBySide;
use crate::challenge::Test;
use crate::features::Features;
use crate::math::{Pack, Vector, cdf, exp_of_nonpositive};
use crate::model::Model;
use crate::shocks::Purpose;
use crate::state::{KYIV, MOSCOW, State};
use crate::washington::Severity;

/// The share of lobbying's pull that remains under an administration without openness (step 4).
const HEARD_ANYWAY: f64 = 0.5;

/// Kyiv's capability and how it divides its effort.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kyiv {
    /// U.
    pub(crate) capability: f64,
    pub(crate) arming: f64,
    pub(crate) diplomacy: f64,
    pub(crate) lobbying: f64,
    /// `p_K`, its estimate, at step 4, of the probability that Washington answers an attack on Ukraine in
    /// full.
    pub(crate) p_full: f64,
}

/// Step 4: Kyiv divides its effort between arming, diplomacy and lobbying, in replicates that run side
/// by side.
#[inline(always)]
pub(crate) fn divide_effort<V: Vector>(model: &Model, states: &mut [State]) {
    let (ukraine, guarantee) = (&model.parameters.ukraine, &model.parameters.guarantee);
    let p_full = p_full_in_the_capitals::<V>(model, states);
    let (mut arming, mut lobbying) = (Pack::ZERO, Pack::ZERO);
    for (lane, state) in states.iter().enumerate() {
        let hope = if state.guarantee.pledge { 1.0 } else { ukraine.hope_without_pledge };
        let threat = state.moscow.capability - state.kyiv.capability;
        arming.0[lane] = ukraine.arming_weight * threat;
        let ear = HEARD_ANYWAY + (1.0 - HEARD_ANYWAY) * openness(model, state);
        lobbying.0[lane] = ukraine.lobbying_weight * hope * ear;
    }
    let (arming, lobbying) = (V::load(&arming), V::load(&lobbying));
    let diplomacy = (V::splat(1.0) - p_full[KYIV]) * ukraine.diplomacy_weight;
    // Taking out a common factor leaves the shares as they are, and keeps exp within its range.
    let most = arming.max(diplomacy).max(lobbying);
    let arming = exp_of_nonpositive(arming - most);
    let diplomacy = exp_of_nonpositive(diplomacy - most);
    let lobbying = exp_of_nonpositive(lobbying - most);
    let all = arming + diplomacy + lobbying;
    let (arming, diplomacy, lobbying) =
        ((arming / all).store(), (diplomacy / all).store(), (lobbying / all).store());
    let [of_kyiv, of_moscow] = [p_full[KYIV].store(), p_full[MOSCOW].store()];

    for (lane, state) in states.iter_mut().enumerate() {
        let open = openness(model, state);
        state.moscow.p_full = of_moscow.0[lane];
        let kyiv = &mut state.kyiv;
        kyiv.p_full = of_kyiv.0[lane];
        (kyiv.arming, kyiv.diplomacy) = (arming.0[lane], diplomacy.0[lane]);
        kyiv.lobbying = lobbying.0[lane];
        kyiv.capability += ukraine.build_rate * kyiv.arming
            + ukraine.aid_rate * state.guarantee.arms
            - ukraine.depreciation * kyiv.capability;
        if state.guarantee.pledge {
            let upgrade = guarantee.upgrade_rate * kyiv.lobbying * open;
            state.guarantee.upgrade(upgrade, guarantee.binding_upgrade_share);
        }
    }
}

/// P(full | attack on Ukraine) in the eyes of Kyiv and of Moscow, each in its own reading; one
/// replicate per lane.
#[inline(always)]
fn p_full_in_the_capitals<V: Vector>(model: &Model, states: &[State]) -> [V; 2] {
    let full = model.ukraine_band(Severity::Attack).full;
    let (mut beliefs, mut treaty) = ([SideBySide::NONE; 2], [Pack::ZERO; 2]);
    let mut circumstances = Pack::ZERO;
    for (lane, state) in states.iter().enumerate() {
        beliefs[KYIV].set_lane(lane, &state.capitals.of(KYIV));
        beliefs[MOSCOW].set_lane(lane, &state.capitals.of(MOSCOW));
        treaty[KYIV].0[lane] = state.ukraine_as_marketed(model).treaty;
        treaty[MOSCOW].0[lane] = state.treaty_in_moscow(model);
        let here =
            state.credited_shift(model) + state.tripwire(model) + state.balance_at_ukraine(model);
        circumstances.0[lane] = here - full;
    }
    let mut p_full = [V::splat(0.0); 2];
    for ((p_full, belief), treaty) in p_full.iter_mut().zip(&beliefs).zip(&treaty) {
        let ukraine = Features { treaty: V::load(treaty), ..Features::splat(model.ukraine(0.0)) };
        *p_full = cdf(belief.read(ukraine).margin(V::load(&circumstances)));
    }
    p_full
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
/// Washington answers as a probe, and from which all learn. It returns what was tested, if one does.
pub(crate) fn incident(model: &Model, state: &mut State) -> Option<Test> {
    let ukraine = &model.parameters.ukraine;
    state.moscow.grievance *= ukraine.grievance_decay;
    if state.war.is_some() {
        return None;
    }
    let emboldened =
        if state.guarantee.pledge { ukraine.moral_hazard * state.kyiv.p_full } else { 0.0 };
    let unforestalled = 1.0 - ukraine.attribution * state.guarantee.monitoring;
    let probability = ukraine.incident_base * (1.0 + emboldened) * unforestalled;
    if state.shock(Purpose::Incident) >= probability {
        return None;
    }
    state.moscow.grievance = ukraine.incident_grievance;
    let test = Test::of_incident(model, state);
    state.incident = Some(state.answer_and_learn(model, &test));
    Some(test)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A quarter about to begin.
    fn state(model: &Model) -> State {
        let mut state = model.workspace().state_at_start(model, 2026, 0).clone();
        state.begin(1);
        state
    }

    #[test]
    fn shares_of_effort_are_the_logit_of_their_weights() {
        for (pledge, hope) in [(1.0, 1.0), (0.0, 0.3)] {
            let model = Model::nato_with(&[
                ("guarantee.pledge", pledge),
                ("ukraine.hope_without_pledge", 0.3),
                ("ukraine.arming_weight", 3.0),
                ("ukraine.diplomacy_weight", 2.5),
                ("ukraine.lobbying_weight", 4.0),
                ("politics.restraint_openness", 0.4),
                ("russia.capability0", 0.9),
                ("ukraine.capability0", 0.2),
            ]);
            let mut state = state(&model);
            divide_effort::<Pack>(&model, std::slice::from_mut(&mut state));
            let Kyiv { arming, diplomacy, lobbying, p_full, .. } = state.kyiv;
            let weights = [3.0 * (0.9 - 0.2), 2.5 * (1.0 - p_full), 4.0 * hope * (0.5 + 0.5 * 0.4)];
            let weights = weights.map(libm::exp);
            let sum: f64 = weights.iter().sum();
            for (found, weight) in [arming, diplomacy, lobbying].into_iter().zip(weights) {
                assert!((found - weight / sum).abs() < 1e-14, "{pledge}: {found}");
            }
        }
    }

    #[test]
    fn shares_of_effort_stay_shares_whichever_weight_is_beyond_measure() {
        for key in ["arming", "diplomacy", "lobbying"] {
            let weight = format!("ukraine.{key}_weight");
            // Moscow's lead is 50, and Kyiv's doubt of an answer almost 1.
            let model = Model::nato_with(&[
                ("ukraine.arming_weight", 0.0),
                (&weight, 100.0),
                ("russia.capability_max", 60.0),
                ("russia.capability0", 50.5),
                ("response.general", -30.0),
            ]);
            let mut state = state(&model);
            divide_effort::<Pack>(&model, std::slice::from_mut(&mut state));
            let Kyiv { arming, diplomacy, lobbying, .. } = state.kyiv;
            for (name, share) in
                [("arming", arming), ("diplomacy", diplomacy), ("lobbying", lobbying)]
            {
                let expected = if name == key { 1.0 } else { 0.0 };
                assert!((share - expected).abs() < 1e-12, "{key}: {name} {share}");
            }
        }
    }

    #[test]
    fn an_incident_occurs_where_its_draw_lies_below_its_probability() {
        const P_FULL: f64 = 0.4;
        for (pledge, emboldened) in [(1.0, 1.0 + 3.0 * P_FULL), (0.0, 1.0)] {
            let factor = emboldened * (1.0 - 0.6 * 0.5);
            for (nearly, occurs) in [(1.0 + 1e-9, true), (1.0 - 1e-9, false)] {
                let draw = state(&Model::nato_with(&[])).shock(Purpose::Incident);
                let model = Model::nato_with(&[
                    ("guarantee.pledge", pledge),
                    ("ukraine.moral_hazard", 3.0),
                    ("ukraine.attribution", 0.6),
                    ("guarantee.monitoring", 0.5),
                    ("ukraine.incident_base", nearly * draw / factor),
                ]);
                let mut state = state(&model);
                state.kyiv.p_full = P_FULL;
                incident(&model, &mut state);
                assert_eq!(state.incident.is_some(), occurs, "{pledge} {nearly}");
            }
        }
    }
}
