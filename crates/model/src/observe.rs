//! What an observer of a replicate sees at the end of a quarter (ODD 4.11).

use std::fmt;

use crate::cover::{self, CoverMatrix};
use crate::math::{LANES, Pack};
use crate::model::Model;
use crate::replicate;
use crate::state::State;
use crate::washington::{Answer, Severity};

/// A commitment of Washington that Moscow may challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Commitment {
    /// An ally, by its place in the members table.
    Ally(usize),
    /// Ukraine.
    Ukraine,
}

/// A challenge that Moscow chose, and the answer to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Challenge {
    /// Who was challenged.
    pub commitment: Commitment,
    /// A probe or an attack.
    pub severity: Severity,
    /// What Washington did.
    pub answer: Answer,
}

/// The three readings of the same alliance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {
    /// Each ally's trust that it itself is covered: the headline.
    Own,
    /// The cover of each ally in the eyes of the average ally.
    Allied,
    /// The cover of each ally in Moscow's eyes.
    Moscow,
}

impl Reading {
    /// All readings, in the order of [`Quarter::tiers`].
    pub const ALL: [Self; 3] = [Self::Own, Self::Allied, Self::Moscow];
}

/// The best split of the alliance into two classes, in one reading.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Split {
    /// Mean of the upper class, 0 to 1.
    pub upper: f64,
    /// Mean of the lower class, 0 to 1.
    pub lower: f64,
    /// The difference of the two means.
    pub gap: f64,
    /// Separation η²: between-class variance over total variance, 0 to 1.
    pub separation: f64,
}

/// The tiers of the alliance in one reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tiers<'a> {
    /// The split of this quarter.
    pub split: Split,
    /// Whether the split has been wide, clean and stable for `measure.sustain` quarters.
    pub tiered: bool,
    /// Who is in the lower class.
    pub lower: Members<'a>,
}

/// Some of the allies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Members<'a> {
    /// As in [`Members::bytes`].
    pub(crate) bits: &'a [u8],
}

impl Members<'_> {
    /// One bit per ally, eight to a byte; the first ally's is the lowest bit of the first byte.
    pub fn bytes(&self) -> &[u8] {
        self.bits
    }

    /// Whether the ally at this place of the members table is among them.
    #[inline]
    pub fn contains(&self, place: usize) -> bool {
        self.bits.get(place / LANES).is_some_and(|bits| bits >> (place % LANES) & 1 == 1)
    }

    /// The share of the frontline allies that are among them, less that of the other allies.
    fn frontline_gap(self, model: &Model) -> f64 {
        let [mut front, mut rear] = [0, 0];
        for (ally, &members) in model.allies.iter().zip(self.bits) {
            front += (members & ally.frontline_bits).count_ones();
            rear += (members & !ally.frontline_bits).count_ones();
        }
        let share = |some: u32, all: f64| if all > 0.0 { f64::from(some) / all } else { 0.0 };
        let (n, front_count) = (model.members() as f64, model.frontline() as f64);
        share(front, front_count) - share(rear, n - front_count)
    }
}

/// One quarter of the year in replicates that run side by side.
#[derive(Clone, Copy, Debug)]
pub struct Quarters<'a> {
    pub(crate) model: &'a Model,
    pub(crate) states: &'a [State],
}

impl<'a> Quarters<'a> {
    /// The quarter, from 1; 0 where there are no replicates.
    pub fn quarter(&self) -> u32 {
        self.states.first().map_or(0, |state| state.quarter)
    }

    /// How many replicates there are.
    #[expect(
        clippy::len_without_is_empty,
        reason = "whoever runs replicates knows whether there are any"
    )]
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Shows `observe` the end of the quarter in one replicate after the other, each with its place
    /// among them.
    // Not an iterator: its closure would not be inlined, and each quarter, hardly looked at, would
    // be copied.
    #[inline(always)]
    pub fn each(&self, mut observe: impl FnMut(usize, &Quarter<'a>)) {
        for (place, state) in self.states.iter().enumerate() {
            observe(place, &replicate::show(self.model, state));
        }
    }

    /// The allies' numbers in packs, for loops over vectors: [`Quarter::effort`],
    /// [`Quarter::defence`], [`Quarter::allied_cover`] and [`Quarter::moscow_cover`] of each
    /// replicate. Lanes without an ally hold some finite number.
    #[inline]
    pub fn packs(&self) -> impl ExactSizeIterator<Item = [&'a [Pack]; 4]> + use<'a> {
        self.states.iter().map(|State { allies, readings, .. }| {
            let [allied, moscow] = [Reading::Allied, Reading::Moscow];
            [&allies.effort, &allies.defence, readings.cover_of(allied), readings.cover_of(moscow)]
        })
    }
}

/// The state of a replicate at the end of a quarter. All slices are in table order, one entry per
/// ally.
#[derive(Clone, Copy, Debug)]
pub struct Quarter<'a> {
    /// The quarter, from 1.
    pub quarter: u32,
    /// Whether the administration in office is internationalist.
    pub internationalist: bool,
    /// The challenge of the quarter; `None` where Moscow held.
    pub challenge: Option<Challenge>,
    /// The answer to the quarter's incident in Ukraine; `None` where there was no incident.
    pub incident: Option<Answer>,
    /// Whether the backstop was abandoned in this quarter.
    pub abandoned: bool,
    /// Whether Ukraine is at war.
    pub at_war: bool,
    /// The tiers by reading, in the order of [`Reading::ALL`].
    pub tiers: [Tiers<'a>; 3],
    /// Whether most allies have not counted on the US for `measure.sustain` quarters.
    pub ruptured: bool,
    /// Each ally's trust that Washington would answer an attack on it with force, 0 to 1.
    pub trust: &'a [f64],
    /// Each ally's cover in the eyes of the average ally, 0 to 1.
    pub allied_cover: &'a [f64],
    /// Each ally's cover in Moscow's eyes, 0 to 1.
    pub moscow_cover: &'a [f64],
    /// Defence effort of each ally, share of GDP.
    pub effort: &'a [f64],
    /// Local capability of each ally, on the scale of Moscow's capability (ODD 2).
    pub defence: &'a [f64],
    /// Who decided to be in the European force (step 5): one that Washington abandons later in the
    /// quarter is in it still.
    pub in_force: Members<'a>,
    /// Mean trust over the allies.
    pub trust_mean: f64,
    /// Mean trust over the frontline allies; 0 where there are none.
    pub frontline_trust: f64,
    /// Mean trust over the other allies; 0 where there are none.
    pub rear_trust: f64,
    /// Their share of the alliance's defence spending, 0 to 1.
    pub force_share: f64,
    /// Capability that the force adds in Ukraine, on the same scale: after Washington's answer, and in
    /// a war as it was deployed before.
    pub force: f64,
    /// European autonomy, 0 to 1.
    pub autonomy: f64,
    /// Spending-weighted mean of the allies' effort, share of GDP.
    pub effort_mean: f64,
    /// Kyiv's capability, on the same scale.
    pub kyiv_capability: f64,
    /// Moscow's capability.
    pub moscow_capability: f64,
    /// How like Article 5 the pledge is said to be; 0 without a pledge.
    pub likeness_marketed: f64,
    /// `p_K`: Kyiv's estimate, at step 4, of the probability that Washington answers an attack on Ukraine
    /// in full.
    pub p_full_kyiv: f64,
    /// `p_M`: Moscow's estimate of the same, at step 4.
    pub p_full_moscow: f64,
    /// Moscow's probability of holding.
    pub hold_probability: f64,
    /// Growth of Moscow's stake in Ukraine after an incident, as of step 7.
    pub grievance: f64,
    /// Kyiv's share of effort in arming.
    pub arming: f64,
    /// Kyiv's share of effort in diplomacy.
    pub diplomacy: f64,
    /// Kyiv's share of effort in lobbying.
    pub lobbying: f64,
    /// Where the cover matrix comes from.
    pub(crate) minds: Minds<'a>,
}

/// All that is in the observers' minds.
#[derive(Clone, Copy)]
pub(crate) struct Minds<'a> {
    pub(crate) model: &'a Model,
    pub(crate) state: &'a State,
}

impl fmt::Debug for Minds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Quarter<'_> {
    /// The share of the frontline allies that are in the lower tier, less that of the other allies,
    /// −1 to 1, while the alliance is tiered in its own reading; else 0.
    #[inline]
    pub fn lower_tier_gap(&self) -> f64 {
        let [own, ..] = &self.tiers;
        if own.tiered { own.lower.frontline_gap(self.minds.model) } else { 0.0 }
    }

    /// `β*`: Washington's type, the coefficients of general resolve, treaty, stake and exposure in
    /// its resolve, in units of the noise in an answer. It is drawn once a replicate, and nobody in
    /// the model knows it.
    ///
    /// ```
    /// use article5_model::{alliance::Alliance, model::Model, parameters::Parameters};
    ///
    /// let mut parameters = Parameters::default();
    /// for name in ["general", "treaty", "stake", "exposure"] {
    ///     parameters.set(&format!("response.type_sd_{name}"), 0.0)?;
    /// }
    /// let model = Model::new(&Alliance::nato(), &parameters, &[], 1)?;
    /// model.run(2026, 0, &mut model.workspace(), |quarter| {
    ///     let mean = &parameters.response;
    ///     let means = [mean.general, mean.treaty, mean.stake, mean.exposure];
    ///     assert_eq!(quarter.washington_type(), means);
    /// });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn washington_type(&self) -> [f64; 4] {
        self.minds.state.washington.response()
    }

    /// The cover matrix of the quarter.
    pub fn cover(&self, matrix: &mut CoverMatrix) {
        let Minds { model, state } = self.minds;
        model.level.compute(cover::Fill { model, state, matrix });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alliance::{Alliance, REQUIRED_COLUMNS};
    use crate::parameters::Parameters;

    #[test]
    fn the_frontline_gap_is_the_difference_of_two_shares() {
        let gap = |borders: &[bool], members: u8| {
            let row = |(i, &border): (usize, &bool)| {
                let (name, far) = (char::from(b'A' + i as u8), if border { 0 } else { 3000 });
                format!("A{name}A,Ally,100,1,{},{far},2,0,45,0.4", u8::from(border))
            };
            let rows: Vec<String> = borders.iter().enumerate().map(row).collect();
            let table = format!("{}\n{}", REQUIRED_COLUMNS.join(","), rows.join("\n"));
            let alliance = Alliance::from_csv(table.as_bytes()).unwrap();
            let model = Model::new(&alliance, &Parameters::default(), &[], 1).unwrap();
            Members { bits: &[members] }.frontline_gap(&model)
        };
        let (front, rear) = (true, false);
        assert_eq!(gap(&[front, rear, front, rear, rear], 0b01010), 0.0 - 2.0 / 3.0);
        assert_eq!(gap(&[front, rear, front, rear, rear], 0b01001), 0.5 - 1.0 / 3.0);
        assert_eq!(gap(&[front, rear], 0b01), 1.0);
        assert_eq!(gap(&[front, front], 0b10), 0.5);
        assert_eq!(gap(&[rear, rear], 0b10), -0.5);
    }

    #[test]
    fn the_lower_tier_has_a_gap_only_while_the_alliance_is_tiered() {
        let nato = Alliance::nato();
        for tiered in [true, false] {
            let mut parameters = Parameters::default();
            parameters.set("measure.tier_gap", if tiered { 0.0 } else { 1.0 }).unwrap();
            for key in ["measure.tier_separation", "measure.tier_stability"] {
                parameters.set(key, 0.0).unwrap();
            }
            let model = Model::new(&nato, &parameters, &[], 6).unwrap();
            model.run(2026, 0, &mut model.workspace(), |quarter| {
                let [own, ..] = quarter.tiers;
                assert_eq!(own.tiered, tiered && quarter.quarter >= 4);
                let share = |frontline: bool| {
                    let group = |&i: &usize| (nato.exposure()[i] >= 0.6) == frontline;
                    let all: Vec<usize> = (0..nato.len()).filter(group).collect();
                    let lower = all.iter().filter(|&&i| own.lower.contains(i)).count();
                    lower as f64 / all.len() as f64
                };
                let expected = if own.tiered { share(true) - share(false) } else { 0.0 };
                assert!((quarter.lower_tier_gap() - expected).abs() < 1e-15);
            });
        }
    }
}
