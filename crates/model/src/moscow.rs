//! Moscow: expected utilities of holding, probing and attacking, and the quantal choice among them
//! (step 8 of section 4).

pub(crate) mod motive;

use crate::features::Features;
use crate::math::{LANES, Pack, cdf, exp, logistic};
use crate::model::{Ally, Model};
use crate::observe::Commitment;
use crate::shocks::Purpose;
use crate::state::{MOSCOW, State};
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
    options: Vec<Options>,
}

/// Two options at each of a pack of commitments: their utilities, then their weights.
#[derive(Clone, Copy, Debug)]
struct Options {
    probe: Pack,
    attack: Pack,
    /// 1 where there is a commitment that can be challenged, else 0.
    open: Pack,
}

/// Step 8: Moscow holds, probes or attacks, by a logit over expected utilities.
#[inline(always)]
pub(crate) fn choose(model: &Model, state: &mut State) -> Option<(Commitment, Severity)> {
    let hold = holding(model, state);
    let calculus = Calculus::new(model, state);
    let mut options = std::mem::take(&mut state.moscow.options);
    options.clear();
    let mut most = Pack::splat(hold);
    for j in 0..model.allies.len() {
        let option = calculus.challenge(model, state, j, hold);
        most = most.max(option.probe).max(option.attack);
        options.push(option);
    }
    let most = most.0.into_iter().fold(hold, f64::max);

    let precision = model.parameters.russia.precision;
    let hold_weight = exp(precision * (hold - most));
    let mut total = hold_weight;
    for options in &mut options {
        options.probe = exp(precision * (options.probe - most)) * options.open;
        options.attack = exp(precision * (options.attack - most)) * options.open;
        total += (options.probe + options.attack).sum();
    }
    state.moscow.hold_probability = hold_weight / total;
    let choice = first_beyond(model, &options, hold_weight, state.shock(Purpose::Choice) * total);
    state.moscow.options = options;
    choice
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
        let weight = (pack.probe + pack.attack).sum();
        if cumulative + weight <= mark {
            cumulative += weight;
            continue;
        }
        for (lane, severity, weight) in pack.in_order() {
            cumulative += weight;
            if weight > 0.0 && cumulative > mark {
                return Some((model.commitment(j, lane), severity));
            }
        }
    }
    let possible = |&(_, _, weight): &(usize, Severity, f64)| weight > 0.0;
    options.iter().enumerate().rev().find_map(|(j, pack)| {
        let (lane, severity, _) = pack.in_order().filter(possible).last()?;
        Some((model.commitment(j, lane), severity))
    })
}

impl Options {
    /// The lane, the severity and the weight of each option, in the order of choice.
    fn in_order(&self) -> impl Iterator<Item = (usize, Severity, f64)> {
        let lanes = self.probe.0.into_iter().zip(self.attack.0).enumerate();
        lanes.flat_map(|(lane, (probe, attack))| {
            [(lane, Severity::Probe, probe), (lane, Severity::Attack, attack)]
        })
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
struct Calculus {
    belief: crate::belief::Belief,
    /// Ukraine as Moscow reads the guarantee.
    ukraine: Features<Pack>,
    /// credence·Δ.
    shift: f64,
}

impl Calculus {
    #[inline(always)]
    fn new(model: &Model, state: &State) -> Self {
        Self {
            belief: state.capitals.of(MOSCOW),
            ukraine: Features::splat(state.ukraine_in_the_capitals(model).lane(MOSCOW)),
            shift: state.credited_shift(model),
        }
    }

    /// The expected utilities of probing and of attacking each commitment of pack `j`; those of what
    /// cannot be challenged are as holding's, so that they never set the scale.
    #[inline(always)]
    fn challenge(&self, model: &Model, state: &State, j: usize, hold: f64) -> Options {
        let Stakes { features, day, defence, value, ambiguity, nuclear_cost, open } =
            self.stakes(model, state, j);
        let russia = &model.parameters.russia;
        let response = &model.parameters.response;
        let reading = self.belief.read(features);
        let sd = reading.variance.sqrt();
        let odds = Odds { latent: reading.latent + day, sd, ambiguity };
        let about_ukraine = self.belief.covary(features, self.ukraine);
        let info = russia.information_value * about_ukraine * about_ukraine / reading.variance;

        let gain = russia.probe_gain * value;
        let [none, narrow, full] = odds.of(Band::new(response, Severity::Probe, 0.0));
        let probe = none * gain + narrow * (GAIN_LEFT_BY_NARROW * gain - russia.probe_sanction)
            - full * russia.probe_rebuff
            - russia.probe_cost
            + info;

        let win = logistic(russia.contest_slope * (state.moscow.capability - defence));
        let blunted = win * (1.0 - russia.narrow_blunting);
        let unanswered = value * win - russia.failure_cost * (1.0 - win);
        let half_answered = value * blunted - russia.failure_cost * (1.0 - blunted);
        let [none, narrow, full] = odds.of(Band::new(response, Severity::Attack, 0.0));
        let attack = none * unanswered + narrow * (half_answered - russia.sanction_cost)
            - full * russia.escalation_cost
            - russia.attack_cost
            - nuclear_cost
            + info;

        let (possible, hold) = (open.gt(Pack::ZERO), Pack::splat(hold));
        Options { probe: possible.select(probe, hold), attack: possible.select(attack, hold), open }
    }

    /// What is at stake in pack `j`: the allies in it and, in its lane, Ukraine.
    #[inline(always)]
    fn stakes(&self, model: &Model, state: &State, j: usize) -> Stakes {
        let Ally { features, nuclear_cost, value, member, .. } = model.allies[j];
        let mut stakes = Stakes {
            features,
            day: state.balance_at_allies(model, j) + self.shift,
            defence: state.defence_of_allies(model, j),
            value,
            ambiguity: Pack::splat(model.parameters.response.ambiguity_article5),
            nuclear_cost,
            open: member,
        };
        let (pack, lane) = Pack::place(model.len());
        if j == pack {
            let russia = &model.parameters.russia;
            stakes.features.set_lane(lane, self.ukraine.lane(0));
            stakes.day.0[lane] =
                self.shift + state.tripwire(model) + state.balance_at_ukraine(model);
            stakes.defence.0[lane] = state.kyiv.capability + state.europe.force;
            stakes.value.0[lane] = russia.value_ukraine * (1.0 + state.moscow.grievance);
            stakes.ambiguity.0[lane] = model.parameters.guarantee.ambiguity;
            stakes.open.0[lane] = if state.war.is_none() { 1.0 } else { 0.0 };
        }
        stakes
    }
}

/// The latent answer at a pack of commitments as Moscow expects it, before the band is known.
struct Odds {
    latent: Pack,
    sd: Pack,
    ambiguity: Pack,
}

impl Odds {
    /// The chances of no, a narrow and a full answer; the band without ambiguity.
    #[inline(always)]
    fn of(&self, band: Band) -> [Pack; 3] {
        let full = cdf((self.latent - self.ambiguity - band.full) / self.sd);
        let none = cdf((band.narrow - self.ambiguity - self.latent) / self.sd);
        [none, 1.0 - full - none, full]
    }
}

/// What Moscow weighs at a pack of commitments.
struct Stakes {
    features: Features<Pack>,
    /// credence·Δ + tripwire + balance.
    day: Pack,
    defence: Pack,
    value: Pack,
    ambiguity: Pack,
    nuclear_cost: Pack,
    open: Pack,
}

impl Model {
    fn commitment(&self, j: usize, lane: usize) -> Commitment {
        let place = j * LANES + lane;
        if place == self.len() { Commitment::Ukraine } else { Commitment::Ally(place) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alliance::Alliance;
    use crate::parameters::Parameters;

    #[test]
    fn a_mark_that_rounding_leaves_beyond_all_options_takes_the_last_possible_one() {
        // Four allies: Ukraine is alone in the second pack, and closed while at war.
        let table: Vec<&str> = include_str!("../data/members.csv").lines().take(5).collect();
        let alliance = Alliance::from_csv(table.join("\n").as_bytes()).unwrap();
        let model = Model::new(&alliance, &Parameters::default(), &[], 1).unwrap();
        let weights = |probe, attack| Options { probe, attack, open: Pack::ONE };
        let options = [
            weights(Pack::splat(0.5), Pack([1.0, 1.0, 1.0, 0.25])),
            weights(Pack::ZERO, Pack::ZERO),
        ];
        let choose = |mark| first_beyond(&model, &options, 1.0, mark);
        let ally = |i, severity| Some((Commitment::Ally(i), severity));
        assert_eq!(choose(0.99), None);
        assert_eq!(choose(1.0), ally(0, Severity::Probe));
        assert_eq!(choose(1.5), ally(0, Severity::Attack));
        assert_eq!(choose(6.25), ally(3, Severity::Attack));
        assert_eq!(choose(7.0), ally(3, Severity::Attack));
    }
}
