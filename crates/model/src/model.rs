//! A model ready to run: parameters, alliance and events, with everything that no quarter changes
//! worked out once.

use std::sync::Arc;

use crate::alliance::Alliance;
use crate::belief::{Beliefs, Prior};
use crate::europe::pooled;
use crate::features::Features;
use crate::math::{LANES, Pack, inverse_cdf};
use crate::observe::Commitment;
use crate::parameters::{ParameterError, Parameters};
use crate::scenario::{
    Event, EventKind, MAX_AMBIGUITY, MAX_ARMS, MAX_NEWS, MAX_NOISE, MAX_STAKE, MIN_NOISE, Policy,
    ScriptedCommitment, ScriptedResponse,
};
use crate::state::{KYIV, MOSCOW};
use crate::tiers::Splitter;
use crate::vector::Level;
use crate::washington::{Answer, Band, Severity, administration_shift};

/// The parameters, the alliance and the scripted events of a scenario, ready to run.
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) parameters: Parameters,
    pub(crate) quarters: u32,
    pub(crate) events: Vec<Scripted>,
    /// The allies in packs, with an empty lane behind the last one for Ukraine.
    pub(crate) allies: Vec<AllyPack>,
    members: usize,
    /// How many of them are at the frontline.
    frontline: usize,
    pub(crate) splitter: Splitter,
    prior: Prior,
    pub(crate) level: Level,
    /// Shared by a model, its clones and their workspaces: shows when a workspace is another
    /// model's.
    pub(crate) identity: Arc<()>,
}

/// Why a model cannot be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ModelError {
    /// A parameter is out of its domain or contradicts another.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// There are no quarters to run.
    #[error("a replicate needs at least one quarter")]
    NoQuarters,
    /// An event lies outside the quarters that are run.
    #[error("an event is set for quarter {quarter}, outside 1 to {quarters}")]
    EventOutsideHorizon {
        /// The event's quarter.
        quarter: u32,
        /// The quarters of the run.
        quarters: u32,
    },
    /// An event names an ally that is not in the members table.
    #[error("an event names `{iso3}`, who is not in the members table")]
    UnknownAlly {
        /// The code.
        iso3: String,
    },
    /// A number of an event lies outside its domain.
    #[error("an event's `{key}` is {value}, but must be {least} to {most}")]
    EventValue {
        /// The key.
        key: &'static str,
        /// The value refused.
        value: f64,
        /// The least value accepted.
        least: f64,
        /// The largest value accepted.
        most: f64,
    },
}

/// A scripted event with its names looked up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scripted {
    pub(crate) quarter: u32,
    pub(crate) kind: ScriptedKind,
}

/// What happens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ScriptedKind {
    Response { commitment: ScriptedFeatures, answer: Answer, band: Band, clarity: f64 },
    Statement { value: f64, sd: f64 },
    Policy(Policy),
}

/// What observers read into the commitment of a scripted answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ScriptedFeatures {
    Fixed(Features<f64>),
    /// Those of Ukraine in that quarter.
    Ukraine,
}

/// A pack of allies: what never changes in a run. Empty lanes hold 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AllyPack {
    /// 1 for an ally, 0 for an empty lane; and the same as one bit per lane.
    pub(crate) member_mask: Pack,
    pub(crate) member_bits: u8,
    pub(crate) features: Features<Pack>,
    /// 1 for a frontline ally, else 0; and the same as one bit per lane.
    pub(crate) frontline_mask: Pack,
    pub(crate) frontline_bits: u8,
    /// e0, the effort at the start, share of GDP.
    pub(crate) effort: Pack,
    /// By how much the effort at the start lies below the common goal.
    pub(crate) short_of_goal: Pack,
    /// D at the start.
    pub(crate) defence: Pack,
    /// w, the share of the alliance's defence spending at the start.
    pub(crate) weight: Pack,
    /// Readiness to join the force, apart from belief and peers.
    pub(crate) readiness: Pack,
    /// Moscow's value of prevailing.
    pub(crate) value: Pack,
    /// What nuclear weapons of its own add to the cost of an attack.
    pub(crate) nuclear_cost: Pack,
    /// The shift of the prior mean that puts trust at the start at its poll share.
    prior_shift: Pack,
}

impl Model {
    /// A model of `quarters` quarters.
    ///
    /// # Errors
    ///
    /// Parameters that contradict each other, no quarters, or an event that names an unknown ally
    /// or has a quarter or a number outside its domain.
    pub fn new(
        alliance: &Alliance,
        parameters: &Parameters,
        events: &[Event],
        quarters: u32,
    ) -> Result<Self, ModelError> {
        parameters.check()?;
        if quarters == 0 {
            return Err(ModelError::NoQuarters);
        }
        let mut model = Self {
            parameters: *parameters,
            quarters,
            events: Vec::new(),
            allies: vec![AllyPack::EMPTY; Self::packs_of(alliance.len())],
            members: alliance.len(),
            frontline: 0,
            splitter: Splitter::new(alliance.len(), parameters.measure.tier_min_class as usize),
            prior: Prior::new(parameters),
            level: Level::best(),
            identity: Arc::new(()),
        };
        for i in 0..alliance.len() {
            model.place(alliance, i);
        }
        model.shift_priors(alliance);
        for event in events {
            let scripted = model.script(alliance, event)?;
            model.events.push(scripted);
        }
        Ok(model)
    }

    /// The same model on another set of vector instructions; what it gives has the same bits.
    #[must_use]
    pub fn with_level(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// How many packs hold this many allies, with a lane left for Ukraine.
    pub const fn packs_of(members: usize) -> usize {
        members / LANES + 1
    }

    /// The commitment at a pack and lane: Ukraine's is behind the last ally's.
    pub(crate) fn commitment_at(&self, j: usize, lane: usize) -> Commitment {
        let place = j * LANES + lane;
        if place == self.members() { Commitment::Ukraine } else { Commitment::Ally(place) }
    }

    /// The pack and lane of a commitment.
    pub(crate) fn place_of(&self, commitment: Commitment) -> (usize, usize) {
        Pack::place(match commitment {
            Commitment::Ally(ally) => ally,
            Commitment::Ukraine => self.members(),
        })
    }

    /// How many quarters a replicate has.
    pub fn quarters(&self) -> u32 {
        self.quarters
    }

    /// How many allies there are.
    pub fn members(&self) -> usize {
        self.members
    }

    /// How many of them are at the frontline.
    pub fn frontline(&self) -> usize {
        self.frontline
    }

    /// The parameters.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Puts ally `i` into its lane.
    fn place(&mut self, alliance: &Alliance, i: usize) {
        let Parameters { europe, russia, measure, .. } = &self.parameters;
        let member = &alliance.members()[i];
        let (stake, exposure) = (alliance.stake()[i], alliance.exposure()[i]);
        let effort = member.effort();
        let (j, lane) = Pack::place(i);
        let pack = &mut self.allies[j];
        pack.member_mask.0[lane] = 1.0;
        pack.member_bits |= 1 << lane;
        pack.features.set_lane(lane, Features { treaty: 1.0, stake, exposure });
        let frontline = u8::from(exposure >= measure.frontline_exposure);
        pack.frontline_mask.0[lane] = frontline.into();
        pack.frontline_bits |= frontline << lane;
        self.frontline += usize::from(frontline);
        pack.effort.0[lane] = effort;
        pack.short_of_goal.0[lane] = (europe.effort_goal - effort).max(0.0);
        pack.defence.0[lane] = europe.capability_base + europe.capability_per_effort * effort;
        pack.weight.0[lane] = alliance.spending_weight()[i];
        pack.readiness.0[lane] =
            europe.force_baseline + europe.force_exposure * exposure - member.force_caution;
        pack.value.0[lane] = russia.value_allies * exposure;
        pack.nuclear_cost.0[lane] = russia.nuclear_cost * f64::from(member.nuclear_weapons_state);
    }

    /// Shifts the general component of each ally's prior mean so that its trust at the start equals
    /// its poll share, given the administration and the balance at the start.
    fn shift_priors(&mut self, alliance: &Alliance) {
        let Parameters { response, politics, learning, europe, russia, .. } = &self.parameters;
        let internationalist = politics.initial_internationalist == 1.0;
        let shift = administration_shift(&self.parameters, internationalist);
        let shift = learning.administration_credence * shift;
        let full = self.ally_band(Severity::Attack).full;
        for (i, member) in alliance.members().iter().enumerate() {
            let (j, lane) = Pack::place(i);
            let ally = &self.allies[j];
            let features = ally.features.lane(lane);
            let defence = ally.defence.0[lane] + pooled(&self.parameters, europe.autonomy0);
            let balance = response.balance * (defence - russia.capability0);
            let sd = (1.0 + self.prior.spread(features)).sqrt();
            let unshifted = features.dot_shared(&self.prior.mean) + shift + balance - full;
            self.allies[j].prior_shift.0[lane] = inverse_cdf(member.trust()) * sd - unshifted;
        }
    }

    /// Looks up the names of an event and checks its numbers.
    fn script(&self, alliance: &Alliance, event: &Event) -> Result<Scripted, ModelError> {
        let (quarter, quarters) = (event.quarter, self.quarters);
        if !(1..=quarters).contains(&quarter) {
            return Err(ModelError::EventOutsideHorizon { quarter, quarters });
        }
        let kind = match &event.kind {
            EventKind::Response(response) => self.script_response(alliance, response)?,
            &EventKind::Statement { value, sd } => {
                within("value", value, -MAX_NEWS, MAX_NEWS)?;
                within("sd", sd, MIN_NOISE, MAX_NOISE)?;
                ScriptedKind::Statement { value, sd }
            }
            EventKind::Policy(policy) => {
                let Policy {
                    pledge: _,
                    backstop: _,
                    likeness_marketed,
                    likeness_binding,
                    arms,
                    monitoring,
                    peace_deal: _,
                } = *policy;
                for (key, value) in [
                    ("likeness_marketed", likeness_marketed),
                    ("likeness_binding", likeness_binding),
                    ("monitoring", monitoring),
                ] {
                    within(key, value.unwrap_or(0.0), 0.0, 1.0)?;
                }
                within("arms", arms.unwrap_or(0.0), 0.0, MAX_ARMS)?;
                ScriptedKind::Policy(*policy)
            }
        };
        Ok(Scripted { quarter, kind })
    }

    fn script_response(
        &self,
        alliance: &Alliance,
        scripted: &ScriptedResponse,
    ) -> Result<ScriptedKind, ModelError> {
        let response = &self.parameters.response;
        let commitment = match &scripted.commitment {
            ScriptedCommitment::Ally(iso3) => {
                let i = alliance
                    .position(iso3)
                    .ok_or_else(|| ModelError::UnknownAlly { iso3: iso3.clone() })?;
                let (j, lane) = Pack::place(i);
                ScriptedFeatures::Fixed(self.allies[j].features.lane(lane))
            }
            ScriptedCommitment::Ukraine => ScriptedFeatures::Ukraine,
            &ScriptedCommitment::Features { treaty, stake, exposure } => {
                within("treaty", treaty, 0.0, 1.0)?;
                within("stake", stake, -MAX_STAKE, MAX_STAKE)?;
                within("exposure", exposure, 0.0, 1.0)?;
                ScriptedFeatures::Fixed(Features { treaty, stake, exposure })
            }
        };
        let clarity = scripted.clarity;
        within("clarity", clarity, 0.0, 1.0)?;
        let usual = match commitment {
            ScriptedFeatures::Ukraine => self.parameters.guarantee.ambiguity,
            ScriptedFeatures::Fixed(_) => response.ambiguity_article5,
        };
        let ambiguity = scripted.ambiguity.unwrap_or(usual);
        within("ambiguity", ambiguity, 0.0, MAX_AMBIGUITY)?;
        let band = Band::new(response, scripted.severity, ambiguity);
        Ok(ScriptedKind::Response { commitment, answer: scripted.answer, band, clarity })
    }

    /// The allies' beliefs, at the prior.
    pub(crate) fn allied_beliefs(&self) -> Beliefs {
        let observers =
            self.allies.iter().map(|ally| (ally.features, ally.prior_shift, ally.member_mask));
        Beliefs::new(self.prior, observers)
    }

    /// The beliefs of Kyiv and Moscow, at the prior.
    pub(crate) fn capital_beliefs(&self) -> Beliefs {
        let mut attention = Pack::ZERO;
        attention.0[KYIV] = 1.0;
        attention.0[MOSCOW] = self.parameters.learning.moscow_attention;
        Beliefs::new(self.prior, std::iter::once((AllyPack::EMPTY.features, Pack::ZERO, attention)))
    }
}

fn within(key: &'static str, value: f64, least: f64, most: f64) -> Result<(), ModelError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(ModelError::EventValue { key, value, least, most })
}

impl AllyPack {
    const EMPTY: Self = Self {
        member_mask: Pack::ZERO,
        member_bits: 0,
        features: Features { treaty: Pack::ZERO, stake: Pack::ZERO, exposure: Pack::ZERO },
        frontline_mask: Pack::ZERO,
        frontline_bits: 0,
        effort: Pack::ZERO,
        short_of_goal: Pack::ZERO,
        defence: Pack::ZERO,
        weight: Pack::ZERO,
        readiness: Pack::ZERO,
        value: Pack::ZERO,
        nuclear_cost: Pack::ZERO,
        prior_shift: Pack::ZERO,
    };
}

#[cfg(test)]
impl Model {
    /// The model of NATO over a year, with some parameters changed.
    pub(crate) fn nato_with(changes: &[(&str, f64)]) -> Self {
        let mut parameters = Parameters::default();
        for (key, value) in changes {
            parameters.set(key, *value).unwrap();
        }
        Self::new(&Alliance::nato(), &parameters, &[], 4).unwrap()
    }
}
