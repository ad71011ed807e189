//! Europe: the allies' effort, local capability and force in Ukraine, and their common autonomy
//! (step 5: ODD 7.7).

use crate::features::Features;
use crate::math::{LaneMask as _, Pack, Vector, cdf, inverse_cdf};
use crate::model::{AllyPack, Model};
use crate::parameters::Parameters;
use crate::state::State;
use crate::washington::Severity;

/// What the allies have in common.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Europe {
    /// E, Europe's own command and control, logistics and intelligence, 0 to 1.
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
pub(crate) fn divide_burden<V: Vector>(model: &Model, state: &mut State, remembered: &mut Hurdles) {
    let europe = &model.parameters.europe;
    let outlook = Outlook::<V>::new(model, state);
    let hurdles = outlook.backstop.then(|| remembered.of(model, outlook.peers));
    let circumstances = state.circumstances_of_cover(model);
    let per_effort = V::splat(europe.capability_per_effort);
    let rate = V::splat(europe.capability_rate);
    let mut force_share = V::splat(0.0);
    let mut effort_mean = V::splat(0.0);
    let packs = model.allies.len();
    let mut next: V = state.own_margin(circumstances, 0);
    for (j, ally) in model.allies.iter().enumerate() {
        let trust = cdf(next);
        // The root and quotient of the next pack overlap with the rest of this one.
        if j + 1 < packs {
            next = state.own_margin(circumstances, j + 1);
        }
        let joins = outlook.joins(model, state, hurdles.map(|hurdles| &hurdles[j]), j);
        let weight = V::load(&ally.weight);
        let allies = &mut state.allies;
        let effort = outlook.effort(model, ally, V::load(&allies.effort[j]), trust);
        let affordable = effort.mul_add(per_effort, V::splat(europe.capability_base));
        let defence = V::load(&allies.defence[j]);
        allies.defence[j] = (affordable - defence).mul_add(rate, defence).store();
        allies.effort[j] = effort.store();
        allies.in_force[j] = joins.bits() & ally.member_bits;
        force_share = force_share + V::select(joins, weight, V::splat(0.0));
        effort_mean = weight.mul_add(effort, effort_mean);
    }
    let common = &mut state.europe;
    // Weights that add up to 1 may round to a little more.
    common.force_share = force_share.sum().min(1.0);
    common.effort_mean = effort_mean.sum();
    if state.war.is_none() {
        common.force = europe.force_strength * common.force_share;
    }
    let funded = (common.effort_mean - europe.autonomy_effort_floor) / europe.autonomy_effort_span;
    let diverted = if state.guarantee.backstop { europe.backstop_diversion } else { 0.0 };
    let built = funded.clamp(0.0, 1.0) * (1.0 - diverted);
    common.autonomy += europe.autonomy_rate * (built - common.autonomy);
}

/// What European autonomy adds to the defence of each ally (ODD 7.1).
#[inline(always)]
pub(crate) fn pooled(parameters: &Parameters, autonomy: f64) -> f64 {
    parameters.europe.pooling * autonomy
}

/// What all allies face this quarter.
struct Outlook<V> {
    /// How much of the way to the agreed goal is due by this quarter, as a share.
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
    ukraine: Features<V>,
    /// What counts at Ukraine besides the belief, less what a full answer takes.
    ukraine_circumstances: f64,
}

impl<V: Vector> Outlook<V> {
    #[inline(always)]
    fn new(model: &Model, state: &State) -> Self {
        let (europe, response) = (&model.parameters.europe, &model.parameters.response);
        let backstop = state.guarantee.backstop;
        let comfort = if backstop { europe.backstop_comfort } else { 0.0 };
        Self {
            due: (f64::from(state.quarter) / europe.effort_goal_quarters).min(1.0),
            threat: state.moscow.capability / model.parameters.russia.capability_max,
            comfort: comfort + pooled(&model.parameters, state.europe.autonomy),
            backstop,
            peers: state.europe.force_share,
            ukraine: Features::splat(state.ukraine_as_marketed(model)),
            ukraine_circumstances: state.credited_shift(model)
                + response.tripwire
                + state.balance_at_ukraine(model)
                - model.ukraine_band(Severity::Attack).full,
        }
    }

    /// An ally's effort moves towards what its need, less its cover, calls for.
    #[inline(always)]
    fn effort(&self, model: &Model, allies: &AllyPack, effort: V, trust: V) -> V {
        let europe = &model.parameters.europe;
        let (at_start, exposure) = (V::load(&allies.effort), V::load(&allies.features.exposure));
        // Need less cover: what exposure adds, what the US takes off, and a part common to all.
        let common = V::splat(europe.threat_base - self.comfort);
        let covered = trust.mul_add(V::splat(-europe.us_protection), common);
        let gap = exposure.mul_add(V::splat(europe.threat_exposure * self.threat), covered);
        let path = V::splat(europe.compliance * self.due);
        let base = V::load(&allies.short_of_goal).mul_add(path, at_start);
        let target = gap
            .mul_add(V::splat(europe.effort_response), base)
            .max(V::splat(europe.effort_min))
            .min(V::splat(europe.effort_max));
        let moved = (target - effort).mul_add(V::splat(europe.effort_inertia), effort);
        // An ally that starts without forces stays without them.
        V::select(at_start.gt(V::splat(0.0)), moved, V::splat(0.0))
    }

    /// Which allies of pack `j` join the force in Ukraine. Where the US backs it, an ally joins if
    /// it is sure enough of a full answer. That takes no more than comparing z = x/√v with its
    /// [hurdle](Hurdles) q, which is done by x·|x| and q·|q|·v, without root, quotient and cdf.
    #[inline(always)]
    fn joins(&self, model: &Model, state: &State, hurdles: Option<&Pack>, j: usize) -> V::Mask {
        let europe = &model.parameters.europe;
        let Some(hurdles) = hurdles else {
            let ready = V::load(&model.allies[j].readiness) + europe.force_peers * self.peers;
            return ready.gt(V::splat(0.0));
        };
        let prediction = state.allies.beliefs.read(j, self.ukraine);
        let sure =
            (prediction.latent + self.ukraine_circumstances) * direction(europe.force_backstop);
        (sure * sure.abs()).gt(V::load(hurdles) * prediction.variance)
    }
}

/// Whether being sure of a full answer speaks for joining the force, 1, or against it, −1.
fn direction(force_backstop: f64) -> f64 {
    if force_backstop < 0.0 { -1.0 } else { 1.0 }
}

/// How sure of a full answer at Ukraine each ally must be to join a backed force, by the share that
/// was in the force last quarter: the quantiles q of the chances it must exceed, as q·|q|. The same
/// few shares recur in a model's replicates, so they are remembered.
#[derive(Clone, Debug)]
pub(crate) struct Hurdles {
    /// The share that each slot is for; not a number where there is none yet.
    shares: Vec<f64>,
    /// `[slot][pack]`.
    squares: Vec<Pack>,
}

/// How many shares are remembered: with 64, one quarter in a hundred finds another share in its
/// slot.
const SLOTS: usize = 64;

/// 2⁶⁴ over the golden ratio, which spreads numbers over slots (Knuth, *The Art of Computer
/// Programming* 3, 6.4).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hurdles {
    pub(crate) fn new(model: &Model) -> Self {
        let packs = SLOTS * model.allies.len();
        Self { shares: vec![f64::NAN; SLOTS], squares: vec![Pack::ZERO; packs] }
    }

    /// The allies' hurdles.
    #[inline]
    fn of(&mut self, model: &Model, share: f64) -> &[Pack] {
        let slot = (share.to_bits().wrapping_mul(SPREAD) >> (64 - SLOTS.trailing_zeros())) as usize;
        let packs = model.allies.len();
        let squares = &mut self.squares[slot * packs..][..packs];
        if self.shares[slot] != share {
            self.shares[slot] = share;
            work_out_hurdles(model, share, squares);
        }
        squares
    }
}

/// An ally joins if its readiness without belief, r, plus `force_backstop`, f,
/// times its chance p is above 0: if f > 0 from p = −r/f upwards, if f < 0 downwards.
#[cold]
fn work_out_hurdles(model: &Model, share: f64, squares: &mut [Pack]) {
    let europe = &model.parameters.europe;
    for (square, ally) in squares.iter_mut().zip(&model.allies) {
        *square = (ally.readiness + europe.force_peers * share).map(|ready| {
            let chance = (-ready / europe.force_backstop).clamp(0.0, 1.0);
            let quantile = direction(europe.force_backstop) * inverse_cdf(chance);
            quantile * quantile.abs()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alliance::Alliance;
    use crate::belief::Prediction;
    use crate::parameters::Parameters;

    /// Quarter 1 after step 4 of a replicate, its beliefs moved by a statement.
    fn state(model: &Model) -> State {
        let mut state = model.workspace().state_at_start(model, 2026, 0).clone();
        state.begin(1);
        state.europe.force_share = 0.3;
        state.europe.force = 0.1;
        state.allies.beliefs.hear::<Pack>(0.9, 0.5, &model.parameters.learning);
        state
    }

    /// By the inequality itself: baseline + backstop·b + exposure + peers·share − caution > 0.
    #[test]
    fn allies_join_a_backed_force_as_the_inequality_says_whichever_sign_its_weight_has() {
        for (weight, baseline) in
            [(1.6, -0.9), (1.6, -0.1), (0.4, -3.0), (0.0, 0.15), (-1.2, 0.6), (-0.5, 2.0)]
        {
            let model = Model::nato_with(&[
                ("europe.force_backstop", weight),
                ("europe.force_baseline", baseline),
            ]);
            let mut state = state(&model);
            let nato = Alliance::nato();
            let expected: Vec<bool> = (0..nato.len())
                .map(|i| {
                    let ukraine = state.ukraine_as_marketed(&model);
                    let Prediction { latent, variance } = state.allies.beliefs.of(i).read(ukraine);
                    // credence·Δ, the tripwire, the balance with last quarter's F, then κF and
                    // ambiguity.
                    let here = -0.8 * 0.25 + 0.35 + 0.3 * (0.5 + 0.1 - 0.6) - 0.4;
                    let sure = cdf((latent + here) / variance.sqrt());
                    let (exposure, caution) = (nato.exposure()[i], nato.members()[i].force_caution);
                    baseline + weight * sure + 0.25 * exposure + 0.8 * 0.3 - caution > 0.0
                })
                .collect();
            divide_burden::<Pack>(&model, &mut state, &mut Hurdles::new(&model));
            let found: Vec<bool> = (0..nato.len())
                .map(Pack::place)
                .map(|(j, lane)| state.allies.in_force[j] >> lane & 1 == 1)
                .collect();
            assert_eq!(found, expected, "{weight} {baseline}");
        }
    }

    #[test]
    fn autonomy_grows_towards_what_effort_pays_for_and_no_further() {
        // ē at the start is about 0.027: over twice the span above the floor, about half of it,
        // none.
        for (floor, span) in [(0.005, 0.01), (0.02, 0.015), (0.05, 0.01)] {
            let model = Model::nato_with(&[
                ("europe.autonomy_effort_floor", floor),
                ("europe.autonomy_effort_span", span),
            ]);
            let mut state = state(&model);
            divide_burden::<Pack>(&model, &mut state, &mut Hurdles::new(&model));
            let paid = ((state.europe.effort_mean - floor) / span).clamp(0.0, 1.0);
            let expected = 0.2 + 0.05 * (paid * (1.0 - 0.4) - 0.2);
            assert!((state.europe.autonomy - expected).abs() < 1e-15, "{floor} {span}");
        }
    }

    #[test]
    fn only_members_of_the_alliance_are_in_the_force() {
        let nato = Alliance::nato();
        for backstop in [0.0, 1.0] {
            let mut parameters = Parameters::default();
            parameters.set("europe.force_baseline", 10.0).unwrap();
            parameters.set("guarantee.backstop", backstop).unwrap();
            let model = Model::new(&nato, &parameters, &[], 1).unwrap();
            model.run(2026, 0, &mut model.workspace(), |quarter| {
                assert!((0..nato.len()).all(|place| quarter.in_force.contains(place)));
                assert!(!quarter.in_force.contains(nato.len()));
                assert!(!quarter.in_force.contains(usize::MAX));
                let counted: u32 =
                    quarter.in_force.bytes().iter().map(|byte| byte.count_ones()).sum();
                assert_eq!(counted as usize, nato.len());
            });
        }
    }

    #[test]
    fn a_force_of_all_members_is_the_whole_and_no_more() {
        let nato = Alliance::nato();
        let mut parameters = Parameters::default();
        parameters.set("europe.force_baseline", 10.0).unwrap();
        for first in 0..nato.len() {
            let alliance = Alliance::new(nato.members()[first..].to_vec()).unwrap();
            let model = Model::new(&alliance, &parameters, &[], 1).unwrap();
            model.run(2026, 0, &mut model.workspace(), |quarter| {
                let share = quarter.force_share;
                assert!(share <= 1.0 && share > 1.0 - 1e-14, "{first}: {share}");
            });
        }
    }
}
