//! The state of a replicate, and what several steps of a quarter need to know of it.

use crate::belief::Beliefs;
use crate::europe::{Europe, Hurdles, pooled};
use crate::features::Features;
use crate::guarantee::Guarantee;
use crate::kyiv::Kyiv;
use crate::math::{Pack, Real, Vector};
use crate::model::Model;
use crate::moscow::{Moscow, Options};
use crate::observe::Challenge;
use crate::shocks::{Purpose, Shocks};
use crate::tiers::Readings;
use crate::washington::{Answer, Severity, Washington};

/// Kyiv's place among the capitals.
pub(crate) const KYIV: usize = 0;

/// Moscow's place among the capitals.
pub(crate) const MOSCOW: usize = 1;

/// What a quarter changes.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) shocks: Shocks,
    pub(crate) quarter: u32,
    pub(crate) washington: Washington,
    pub(crate) guarantee: Guarantee,
    pub(crate) allies: Allies,
    /// The beliefs of Kyiv and Moscow.
    pub(crate) capitals: Beliefs,
    pub(crate) kyiv: Kyiv,
    pub(crate) europe: Europe,
    pub(crate) moscow: Moscow,
    /// How Washington answered the attack that reopened the war in Ukraine, while it lasts.
    pub(crate) war: Option<Answer>,
    pub(crate) readings: Readings,
    /// This quarter's challenge.
    pub(crate) challenge: Option<Challenge>,
    /// The answer to this quarter's incident.
    pub(crate) incident: Option<Answer>,
    /// Whether the backstop was abandoned in this quarter.
    pub(crate) abandoned: bool,
}

/// Room that replicates use in turn.
#[derive(Clone, Debug)]
pub(crate) struct Scratch {
    pub(crate) hurdles: Hurdles,
    pub(crate) options: Vec<Options>,
    /// The allies' covers, one reading of one replicate per lane.
    pub(crate) covers: Vec<Pack>,
}

impl Scratch {
    pub(crate) fn new(model: &Model) -> Self {
        Self {
            hurdles: Hurdles::new(model),
            options: vec![Options::default(); model.allies.len()],
            covers: model.splitter.rows(),
        }
    }
}

/// The allies, in packs.
#[derive(Clone, Debug)]
pub(crate) struct Allies {
    pub(crate) beliefs: Beliefs,
    /// e, share of GDP.
    pub(crate) effort: Vec<Pack>,
    /// D, local capability.
    pub(crate) defence: Vec<Pack>,
    /// Who is in the force, one bit per lane.
    pub(crate) in_force: Vec<u8>,
}

/// What counts for resolve at each ally besides its features: a linear function of its local
/// capability.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CircumstancesAtAllies {
    balance: f64,
    common: f64,
}

impl CircumstancesAtAllies {
    /// At the allies of pack `j`.
    #[inline(always)]
    pub(crate) fn at<V: Vector>(self, state: &State, j: usize) -> V {
        V::load(&state.allies.defence[j]).mul_add(V::splat(self.balance), V::splat(self.common))
    }

    /// At one ally.
    #[inline(always)]
    pub(crate) fn at_one(self, state: &State, j: usize, lane: usize) -> f64 {
        Real::mul_add(state.allies.defence[j].0[lane], self.balance, self.common)
    }
}

impl State {
    /// A state with room for the model's allies; [`State::restart`] begins a replicate.
    pub(crate) fn new(model: &Model) -> Self {
        let packs = model.allies.len();
        Self {
            shocks: Shocks::default(),
            quarter: 0,
            washington: Washington::default(),
            guarantee: Guarantee::default(),
            allies: Allies {
                beliefs: model.allied_beliefs(),
                effort: vec![Pack::ZERO; packs],
                defence: vec![Pack::ZERO; packs],
                in_force: vec![0; packs],
            },
            capitals: model.capital_beliefs(),
            kyiv: Kyiv::default(),
            europe: Europe::default(),
            moscow: Moscow::default(),
            war: None,
            readings: Readings::new(model),
            challenge: None,
            incident: None,
            abandoned: false,
        }
    }

    /// Resets everything to the beginning of a replicate.
    pub(crate) fn restart(&mut self, model: &Model, seed: u64, replicate: u64) {
        let parameters = &model.parameters;
        // By name, without `..`, so that no field added later can be forgotten.
        let Self {
            shocks,
            quarter,
            washington,
            guarantee,
            allies,
            capitals,
            kyiv,
            europe,
            moscow,
            war,
            readings,
            challenge,
            incident,
            abandoned,
        } = self;
        shocks.draw(seed, replicate, model.quarters);
        *washington = Washington::draw(parameters, shocks);
        *guarantee = Guarantee::new(parameters);
        allies.beliefs.restart();
        for (j, ally) in model.allies.iter().enumerate() {
            allies.effort[j] = ally.effort;
            allies.defence[j] = ally.defence;
        }
        allies.in_force.fill(0);
        capitals.restart();
        *kyiv = Kyiv { capability: parameters.ukraine.capability0, ..Kyiv::default() };
        *europe = Europe { autonomy: parameters.europe.autonomy0, ..Europe::default() };
        *moscow = Moscow { capability: parameters.russia.capability0, ..Moscow::default() };
        (*quarter, *war, *challenge, *incident, *abandoned) = (0, None, None, None, false);
        readings.restart();
    }

    /// Opens a quarter in which nothing has happened yet.
    pub(crate) fn begin(&mut self, quarter: u32) {
        self.quarter = quarter;
        self.challenge = None;
        self.incident = None;
        self.abandoned = false;
    }

    /// This quarter's uniform draw for a purpose.
    #[inline(always)]
    pub(crate) fn shock(&self, purpose: Purpose) -> f64 {
        self.shocks.uniform(self.quarter, purpose)
    }

    /// The share of the administration shift that observers count on: credence·Δ.
    #[inline(always)]
    pub(crate) fn credited_shift(&self, model: &Model) -> f64 {
        let credence = model.parameters.learning.administration_credence;
        credence * self.washington.administration_shift(&model.parameters)
    }

    /// Whether an attack on Ukraine would find the force deployed under a promised backstop.
    #[inline(always)]
    pub(crate) fn deployed_under_backstop(&self) -> bool {
        self.guarantee.backstop && self.europe.force > 0.0
    }

    /// What a force deployed under a promised backstop adds to resolve at Ukraine.
    #[inline(always)]
    pub(crate) fn tripwire(&self, model: &Model) -> f64 {
        if self.deployed_under_backstop() { model.parameters.response.tripwire } else { 0.0 }
    }

    /// What the local balance adds to resolve at Ukraine.
    #[inline(always)]
    pub(crate) fn balance_at_ukraine(&self, model: &Model) -> f64 {
        let defence = self.kyiv.capability + self.europe.force;
        model.parameters.response.balance * (defence - self.moscow.capability)
    }

    /// What defends each ally of pack `j`: its own capability and what Europe pools.
    #[inline(always)]
    pub(crate) fn defence_of_allies<V: Vector>(&self, model: &Model, j: usize) -> V {
        V::load(&self.allies.defence[j]) + pooled(&model.parameters, self.europe.autonomy)
    }

    /// What the local balance adds to resolve at the allies, plus `rest`.
    #[inline(always)]
    pub(crate) fn circumstances_at_allies(
        &self,
        model: &Model,
        rest: f64,
    ) -> CircumstancesAtAllies {
        let balance = model.parameters.response.balance;
        let pooled = pooled(&model.parameters, self.europe.autonomy);
        CircumstancesAtAllies {
            balance,
            common: (pooled - self.moscow.capability) * balance + rest,
        }
    }

    /// credence·Δ + balance − κF − ambiguity at the allies: with an observer's φ·m added and divided by
    /// √v this is the margin of cover, whose Φ is the chance of a full answer to an attack.
    #[inline(always)]
    pub(crate) fn circumstances_of_cover(&self, model: &Model) -> CircumstancesAtAllies {
        let full = model.ally_band(Severity::Attack).full;
        self.circumstances_at_allies(model, self.credited_shift(model) - full)
    }

    /// The margin of each ally of pack `j`: Φ of it is its trust, P(full | attack on it) in its own
    /// eyes (ODD 7.3).
    #[inline(always)]
    pub(crate) fn own_margin<V: Vector>(
        &self,
        circumstances: CircumstancesAtAllies,
        j: usize,
    ) -> V {
        self.allies.beliefs.read_own::<V>(j).margin(circumstances.at(self, j))
    }

    /// What the local balance adds to resolve at one ally.
    pub(crate) fn balance_at_ally(&self, model: &Model, j: usize, lane: usize) -> f64 {
        self.circumstances_at_allies(model, 0.0).at_one(self, j, lane)
    }

    /// Ukraine as Washington means its guarantee.
    pub(crate) fn ukraine_as_meant(&self, model: &Model) -> Features<f64> {
        model.ukraine(self.guarantee.as_meant())
    }

    /// Ukraine as allies and Kyiv read its guarantee.
    #[inline(always)]
    pub(crate) fn ukraine_as_marketed(&self, model: &Model) -> Features<f64> {
        model.ukraine(self.guarantee.as_marketed())
    }

    /// The treaty feature that Moscow reads into the guarantee to Ukraine.
    #[inline(always)]
    pub(crate) fn treaty_in_moscow(&self, model: &Model) -> f64 {
        self.guarantee.as_discounted(model.parameters.russia.scepticism)
    }
}

impl Model {
    /// Ukraine's features under a likeness of its guarantee to Article 5.
    #[inline(always)]
    pub(crate) fn ukraine(&self, treaty: f64) -> Features<f64> {
        Features { treaty, stake: self.parameters.ukraine.stake, exposure: 1.0 }
    }
}
