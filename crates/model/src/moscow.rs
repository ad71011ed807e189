//! Moscow: expected utilities of holding, probing and attacking, and the quantal choice among them
//! (step 8: ODD 7.10).

pub(crate) mod motive;

use crate::belief::{OfAllies, Prediction};
use crate::math::{Pack, Vector, cdf, exp_of_nonpositive, logistic};
use crate::model::Model;
use crate::observe::{Commitment, Reading};
use crate::shocks::Purpose;
use crate::state::{CircumstancesAtAllies, MOSCOW, State};
use crate::washington::{Band, Severity};

/// The share of a probe's gain that a narrow answer leaves.
const GAIN_LEFT_BY_NARROW: f64 = 0.5;

/// Moscow's capability and what moves it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moscow {
    /// R.
    pub(crate) capability: f64,
    /// Growth of its stake in Ukraine after an incident.
    pub(crate) grievance: f64,
    pub(crate) hold_probability: f64,
    /// `p_M`, its estimate, at step 4, of the probability that Washington answers an attack on Ukraine in full.
    pub(crate) p_full: f64,
    /// The sum of the weights of all options, that of the best being 1.
    pub(crate) total_weight: f64,
}

/// Two options at each of a pack of commitments: their utilities, then their weights.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    probe: Pack,
    attack: Pack,
    /// 1 where there is a commitment that can be challenged, else 0.
    open: Pack,
    /// The sum of the weights.
    weight: f64,
}

/// Step 8: Moscow holds, probes or attacks, by a logit over expected utilities.
///
/// It notes how each ally is covered in Moscow's eyes, too. [`tiers::measure`](crate::tiers::measure)
/// shows that, unless a challenge follows: so nothing but a challenge may come between the two that
/// changes the administration, Moscow's belief, R, D or E.
#[inline(always)]
pub(crate) fn choose<V: Vector>(
    model: &Model,
    state: &mut State,
    options: &mut [Options],
) -> Option<(Commitment, Severity)> {
    let hold = holding(model, state);
    let calculus = Calculus::<V>::new(model, state);
    let mut most = V::splat(hold);
    let packs = options.len();
    let mut next = calculus.view(model, state, 0);
    for (j, options) in options.iter_mut().enumerate() {
        let view = next;
        // The roots and quotients of the next pack overlap with the chances at this one.
        if j + 1 < packs {
            next = calculus.view(model, state, j + 1);
        }
        let Prospect { probe, attack, open, attack_answered_fully } =
            calculus.prospect(model, view, hold);
        most = most.max(probe).max(attack);
        (options.probe, options.attack) = (probe.store(), attack.store());
        options.open = open.store();
        state.readings.note(Reading::Moscow, j, attack_answered_fully);
    }
    let most = most.most();

    let precision = model.parameters.russia.precision;
    let hold_weight = exp_of_nonpositive(precision * (hold - most));
    let (slope, start) = (V::splat(precision), V::splat(-precision * most));
    let mut total = hold_weight;
    for options in &mut *options {
        let open = V::load(&options.open);
        let probe = exp_of_nonpositive(V::load(&options.probe).mul_add(slope, start)) * open;
        let attack = exp_of_nonpositive(V::load(&options.attack).mul_add(slope, start)) * open;
        (options.probe, options.attack) = (probe.store(), attack.store());
        options.weight = (probe + attack).sum();
        total += options.weight;
    }
    state.moscow.hold_probability = hold_weight / total;
    state.moscow.total_weight = total;
    first_beyond(model, options, hold_weight, state.shock(Purpose::Choice) * total)
}

/// The first option whose cumulative weight exceeds `mark`, in the order hold, probe 1, attack 1, …;
/// the last one possible if rounding leaves none.
fn first_beyond(
    model: &Model,
    options: &[Options],
    hold_weight: f64,
    mark: f64,
) -> Option<(Commitment, Severity)> {
    let mut cumulative = hold_weight;
    if cumulative > mark {
        return None;
    }
    for (j, pack) in options.iter().enumerate() {
        if cumulative + pack.weight <= mark {
            cumulative += pack.weight;
            continue;
        }
        for (lane, (probe, attack)) in pack.in_lanes() {
            let after = cumulative + (probe + attack);
            if after > mark {
                let probed = cumulative + probe > mark;
                let severity = if probed { Severity::Probe } else { Severity::Attack };
                return Some((model.commitment_at(j, lane), severity));
            }
            cumulative = after;
        }
    }
    options.iter().enumerate().rev().find_map(|(j, pack)| {
        let possible = |&(_, (probe, attack)): &(usize, (f64, f64))| probe + attack > 0.0;
        let (lane, (_, attack)) = pack.in_lanes().filter(possible).last()?;
        let severity = if attack > 0.0 { Severity::Attack } else { Severity::Probe };
        Some((model.commitment_at(j, lane), severity))
    })
}

impl Options {
    /// The weights of probing and of attacking, lane by lane.
    fn in_lanes(&self) -> impl Iterator<Item = (usize, (f64, f64))> {
        self.probe.0.into_iter().zip(self.attack.0).enumerate()
    }
}

/// The utility of holding.
fn holding(model: &Model, state: &State) -> f64 {
    let russia = &model.parameters.russia;
    let peace =
        if state.guarantee.peace_deal { russia.hold_peace_deal } else { russia.hold_ceasefire };
    peace + russia.diplomacy_value * state.kyiv.diplomacy
}

/// Moscow's view of the quarter.
struct Calculus<V> {
    /// What its belief says of the allies.
    allies: OfAllies<V>,
    /// φᵀSφ_U of an ally: the part common to all, then the slopes in stake and exposure.
    covariance_of_allies: [f64; 3],
    /// What its belief says of Ukraine, as it reads the guarantee.
    ukraine: Prediction<f64>,
    /// credence·Δ.
    shift: f64,
    circumstances: CircumstancesAtAllies,
}

/// What Moscow sees at a pack of commitments.
#[derive(Clone, Copy)]
struct View<V> {
    latent: Latent<V>,
    info: V,
    win: V,
    value: V,
    nuclear_cost: V,
    open: V,
}

/// What Moscow expects of challenging each of a pack of commitments.
struct Prospect<V> {
    /// The utilities.
    probe: V,
    attack: V,
    /// 1 where there is a commitment that can be challenged, else 0.
    open: V,
    /// P(full | attack).
    attack_answered_fully: V,
}

impl<V: Vector> Calculus<V> {
    #[inline(always)]
    fn new(model: &Model, state: &State) -> Self {
        let belief = state.capitals.of(MOSCOW);
        let ukraine = model.ukraine(state.treaty_in_moscow(model));
        let [general, treaty, stake, exposure] = belief.covariance_with(ukraine);
        Self {
            allies: belief.of_allies(),
            covariance_of_allies: [general + treaty, stake, exposure],
            ukraine: belief.read(ukraine),
            shift: state.credited_shift(model),
            circumstances: state.circumstances_at_allies(model, state.credited_shift(model)),
        }
    }

    /// What Moscow sees at pack `j`.
    #[inline(always)]
    fn view(&self, model: &Model, state: &State, j: usize) -> View<V> {
        let Situation {
            prediction,
            covariance,
            circumstances,
            defence,
            value,
            ambiguity,
            nuclear_cost,
            open,
        } = self.situation(model, state, j);
        let russia = &model.parameters.russia;
        let inverse_sd = V::splat(1.0) / prediction.variance.sqrt();
        let latent = Latent::new(prediction.latent + circumstances, inverse_sd, ambiguity);
        let taught = covariance * inverse_sd;
        let info = taught * taught * russia.information_value;
        let win = logistic((V::splat(state.moscow.capability) - defence) * russia.contest_slope);
        View { latent, info, win, value, nuclear_cost, open }
    }

    /// What Moscow expects of challenging each commitment of a pack; one that cannot be challenged
    /// has the utility of holding, so that it is never the greatest.
    #[inline(always)]
    fn prospect(&self, model: &Model, view: View<V>, hold: f64) -> Prospect<V> {
        let View { latent, info, win, value, nuclear_cost, open } = view;
        let russia = &model.parameters.russia;
        let response = &model.parameters.response;

        let base = info - russia.probe_cost;
        let gain = value * russia.probe_gain;
        let chances = latent.chances(Band::new(response, Severity::Probe, 0.0));
        let probe = expected(
            chances,
            Payoffs {
                none: base + gain,
                narrow: (base - russia.probe_sanction) + gain * GAIN_LEFT_BY_NARROW,
                full: base - russia.probe_rebuff,
            },
        );

        // V·π − f·(1 − π) = (V + f)·π − f, and the same with π' = π·(1 − narrow_blunting).
        let base = info - nuclear_cost - russia.attack_cost;
        let fought = base - russia.failure_cost;
        let prize = (value + russia.failure_cost) * win;
        let chances = latent.chances(Band::new(response, Severity::Attack, 0.0));
        let attack = expected(
            chances,
            Payoffs {
                none: fought + prize,
                narrow: (fought - russia.sanction_cost) + prize * (1.0 - russia.narrow_blunting),
                full: base - russia.escalation_cost,
            },
        );
        let [_, _, full] = chances;

        let (possible, hold) = (open.gt(V::splat(0.0)), V::splat(hold));
        Prospect {
            probe: V::select(possible, probe, hold),
            attack: V::select(possible, attack, hold),
            open,
            attack_answered_fully: full,
        }
    }

    /// What counts in pack `j`: the allies in it and, in its lane, Ukraine.
    #[inline(always)]
    fn situation(&self, model: &Model, state: &State, j: usize) -> Situation<V> {
        let ally = &model.allies[j];
        let ambiguity = model.parameters.response.ambiguity_article5;
        let stake = V::load(&ally.features.stake);
        let exposure = V::load(&ally.features.exposure);
        let [all, of_stake, of_exposure] = self.covariance_of_allies;
        let covariance = stake.mul_add(V::splat(of_stake), V::splat(all));
        let allies = Situation {
            prediction: self.allies.read(stake, exposure),
            covariance: exposure.mul_add(V::splat(of_exposure), covariance),
            circumstances: self.circumstances.at::<V>(state, j),
            defence: state.defence_of_allies(model, j),
            value: V::load(&ally.value),
            ambiguity: V::splat(ambiguity),
            nuclear_cost: V::load(&ally.nuclear_cost),
            open: V::load(&ally.member_mask),
        };
        let (pack, lane) = Pack::place(model.members());
        if j < pack { allies } else { self.with_ukraine(model, state, allies, lane) }
    }

    /// Puts Ukraine into its lane.
    #[inline(always)]
    fn with_ukraine(
        &self,
        model: &Model,
        state: &State,
        allies: Situation<V>,
        lane: usize,
    ) -> Situation<V> {
        let russia = &model.parameters.russia;
        let circumstances = self.shift + state.tripwire(model) + state.balance_at_ukraine(model);
        let value = russia.value_ukraine * (1.0 + state.moscow.grievance);
        let open = if state.war.is_none() { 1.0 } else { 0.0 };
        let Prediction { latent, variance } = self.ukraine;
        Situation {
            prediction: Prediction {
                latent: allies.prediction.latent.with_lane(lane, latent),
                variance: allies.prediction.variance.with_lane(lane, variance),
            },
            covariance: allies.covariance.with_lane(lane, variance - 1.0),
            circumstances: allies.circumstances.with_lane(lane, circumstances),
            defence: allies.defence.with_lane(lane, state.kyiv.capability + state.europe.force),
            value: allies.value.with_lane(lane, value),
            ambiguity: allies.ambiguity.with_lane(lane, model.parameters.guarantee.ambiguity),
            nuclear_cost: allies.nuclear_cost,
            open: allies.open.with_lane(lane, open),
        }
    }
}

/// What a challenge of each of a pack of commitments is worth to Moscow where Washington gives an answer.
struct Payoffs<V> {
    none: V,
    narrow: V,
    full: V,
}

/// Σ P(a)·U(a) over the answers, whose chances are those of none, narrow and full. As these sum to
/// 1 it is U(narrow) + P(none)·(U(none) − U(narrow)) + P(full)·(U(full) − U(narrow)), which takes
/// one step less.
#[inline(always)]
fn expected<V: Vector>([p_none, _, p_full]: [V; 3], payoffs: Payoffs<V>) -> V {
    let Payoffs { none, narrow, full } = payoffs;
    p_full.mul_add(full - narrow, p_none.mul_add(none - narrow, narrow))
}

/// The latent answer at a pack of commitments as Moscow expects it, before the band is known.
#[derive(Clone, Copy)]
struct Latent<V> {
    inverse_sd: V,
    /// The latent answer less the ambiguity, and the negative of their sum, in standard deviations.
    down: V,
    up: V,
}

impl<V: Vector> Latent<V> {
    #[inline(always)]
    fn new(latent: V, inverse_sd: V, ambiguity: V) -> Self {
        let down = (latent - ambiguity) * inverse_sd;
        let up = -(latent + ambiguity) * inverse_sd;
        Self { inverse_sd, down, up }
    }

    /// The chances of no, a narrow and a full answer; the band without ambiguity.
    #[inline(always)]
    fn chances(&self, band: Band) -> [V; 3] {
        let full = cdf(self.inverse_sd.mul_add(V::splat(-band.full), self.down));
        let none = cdf(self.inverse_sd.mul_add(V::splat(band.narrow), self.up));
        [none, V::splat(1.0) - full - none, full]
    }
}

/// What Moscow weighs at a pack of commitments.
struct Situation<V> {
    prediction: Prediction<V>,
    /// φᵀSφ_U: how the answer there and one at Ukraine are believed to vary together.
    covariance: V,
    /// credence·Δ + tripwire + balance.
    circumstances: V,
    defence: V,
    value: V,
    ambiguity: V,
    nuclear_cost: V,
    open: V,
}

#[cfg(test)]
mod tests;
