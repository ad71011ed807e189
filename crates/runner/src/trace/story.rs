//! A trace as a story, for analysts to read or for programs as JSON.

use article5_model::explain::{self, Cause, Consideration};
use article5_model::washington::Answer;
use serde::Serialize;

use super::{Event, Happening, Seen, Trace, words};

/// How many allies a passage names.
const NAMED: usize = 3;

/// A move of trust below this is not mentioned.
pub(super) const TOLD: f64 = 0.005;

/// One replicate, explained.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Story {
    /// The experiment's name.
    pub experiment: String,
    /// Its seed.
    pub seed: u64,
    /// The scenario.
    pub scenario: String,
    /// The replicate's number.
    pub replicate: u64,
    /// The uncertain parameters as it draws them, the same in every scenario.
    pub drawn: Vec<Drawn>,
    /// The scenario that it is compared with on the same shocks.
    pub against: Option<String>,
    /// The quarters in which something happened, in either scenario.
    pub chapters: Vec<Chapter>,
    /// How it ends.
    pub ending: Ending,
    /// How the other scenario ends.
    pub ending_against: Option<Ending>,
}

/// An uncertain parameter as a replicate draws it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Drawn {
    /// Its key.
    pub parameter: &'static str,
    /// Its value.
    pub value: f64,
}

/// A quarter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chapter {
    /// The quarter, from 1.
    pub quarter: u32,
    /// Its calendar name.
    pub date: String,
    /// Mean trust over the allies at its end.
    pub trust_mean: f64,
    /// Mean trust of the frontline allies at its end, if there are any.
    pub frontline_trust: Option<f64>,
    /// Mean trust of the other allies at its end, if there are any.
    pub rear_trust: Option<f64>,
    /// What happened, in order.
    pub passages: Vec<Passage>,
    /// What happened under the other scenario.
    pub against: Option<Elsewhere>,
}

/// A quarter under the other scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Elsewhere {
    /// Whether the same happened, even if for other reasons.
    pub the_same: bool,
    /// Mean trust over the allies at its end.
    pub trust_mean: f64,
    /// What happened, in one sentence each.
    pub sentences: Vec<String>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Passage {
    /// What happened.
    pub event: Event,
    /// The state concerned, ISO 3166-1 alpha-3.
    pub target: Option<String>,
    /// What Washington did.
    pub answer: Option<Answer>,
    /// Why Moscow chose it.
    pub motive: Option<Motive>,
    /// Why Washington answered as it did.
    pub resolve: Option<Resolve>,
    /// Whose trust it moved most, starting with the largest move.
    pub moves: Vec<Moved>,
    /// All of this in words: what happened, then why.
    pub sentences: Vec<String>,
}

/// Why Moscow chose a challenge; utilities in its units of value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Motive {
    /// Its expected utility less that of holding.
    pub over_holding: f64,
    /// The parts of that difference, the weightiest first.
    pub parts: Vec<(&'static str, f64)>,
    /// The chances that Moscow saw of no answer, a narrow one and a full one.
    pub expected: [f64; 3],
    /// The probability with which it chose exactly this.
    pub probability: f64,
    /// The probability with which it would have held.
    pub hold_probability: f64,
}

/// Washington's resolve, latent units.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Resolve {
    /// The sum of the parts.
    pub value: f64,
    /// Its parts.
    pub parts: Vec<(&'static str, f64)>,
    /// The cutpoint of a narrow answer.
    pub narrow: f64,
    /// The cutpoint of a full answer.
    pub full: f64,
    /// How far it is from a different answer.
    pub margin: f64,
}

/// How an ally's trust moved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moved {
    /// The ally, ISO 3166-1 alpha-3.
    pub iso3: String,
    /// Its name.
    pub name: String,
    /// Trust before, 0 to 1.
    pub before: f64,
    /// Trust after.
    pub after: f64,
    /// The parts of the change, by what moved it, the weightiest first.
    pub parts: Vec<(&'static str, f64)>,
}

/// How a replicate ends.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ending {
    /// Calendar name of the last quarter.
    pub date: String,
    /// Mean trust over the allies.
    pub trust_mean: f64,
    /// Mean trust of the frontline allies, if there are any.
    pub frontline_trust: Option<f64>,
    /// Mean trust of the other allies, if there are any.
    pub rear_trust: Option<f64>,
    /// Whether the alliance is tiered.
    pub tiered: bool,
    /// The lower tier if it is tiered, ISO 3166-1 alpha-3.
    pub lower_tier: Vec<String>,
    /// The spells in which it was tiered.
    pub tiered_spells: Vec<Spell>,
    /// Whether most allies no longer count on the US.
    pub ruptured: bool,
    /// The spells in which most allies did not count on the US.
    pub ruptured_spells: Vec<Spell>,
    /// How often each kind of challenge occurred: probes of and attacks on Ukraine, the same for
    /// allies, and incidents.
    pub challenges: Vec<(&'static str, usize)>,
}

/// Quarters in a row in which something holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spell {
    /// Calendar name of the first.
    pub from: String,
    /// Calendar name of the last.
    pub to: String,
}

impl Trace<'_> {
    /// Tells the story, beside that of another trace on the same shocks if one is given.
    #[must_use]
    pub fn story(&self, against: Option<&Trace<'_>>) -> Story {
        let chapters = self.quarters.iter().enumerate().filter_map(|(place, seen)| {
            let there = against.and_then(|other| Some((other, other.quarters.get(place)?)));
            let happened = !seen.happenings.is_empty();
            let happened_there = there.is_some_and(|(_, seen)| !seen.happenings.is_empty());
            (happened || happened_there).then(|| self.chapter(seen, there))
        });
        Story {
            experiment: self.experiment.name.clone(),
            seed: self.experiment.seed,
            scenario: self.scenario.name.clone(),
            replicate: self.replicate,
            drawn: self.drawn.clone(),
            against: against.map(|other| other.scenario.name.clone()),
            chapters: chapters.collect(),
            ending: self.ending(),
            ending_against: against.map(Trace::ending),
        }
    }

    /// Tells a quarter, and what another trace has `there`.
    fn chapter(&self, seen: &Seen, there: Option<(&Trace<'_>, &Seen)>) -> Chapter {
        let against = there.map(|(other, seen_there)| {
            let sentences = other.headlines(seen_there);
            Elsewhere {
                the_same: sentences == self.headlines(seen),
                trust_mean: seen_there.trust_mean,
                sentences,
            }
        });
        Chapter {
            quarter: seen.quarter,
            date: self.experiment.date(seen.quarter),
            trust_mean: seen.trust_mean,
            frontline_trust: seen.frontline_trust,
            rear_trust: seen.rear_trust,
            passages: seen.happenings.iter().map(|own| self.passage(own, seen)).collect(),
            against,
        }
    }

    fn passage(&self, own: &Happening, seen: &Seen) -> Passage {
        let cause = own.episode.as_ref().map(|episode| &episode.cause);
        let (motive, resolve) = match cause {
            Some(Cause::Challenge { motive, resolve, .. }) => (Some(&**motive), Some(resolve)),
            Some(Cause::Incident(resolve)) => (None, Some(resolve)),
            _ => (None, None),
        };
        let mut passage = Passage {
            event: own.event,
            target: own.target.map(|target| self.experiment.alliance.iso3(target).to_owned()),
            answer: own.answer,
            motive: motive.map(Motive::new),
            resolve: resolve.map(Resolve::new),
            moves: self.moves(own),
            sentences: vec![self.headline(own, seen)],
        };
        let reasons = words::reasons(&passage);
        passage.sentences.extend(reasons);
        passage
    }

    /// The allies whose trust something moved most.
    fn moves(&self, own: &Happening) -> Vec<Moved> {
        let moves = own.episode.iter().flat_map(|episode| &episode.moves);
        let mut moved: Vec<Moved> = moves
            .zip(self.experiment.alliance.members())
            .filter(|(own, _)| own.change().abs() >= TOLD)
            .map(|(own, member)| Moved {
                iso3: member.iso3.clone(),
                name: member.name.clone(),
                before: own.before,
                after: own.after,
                parts: heaviest_first(explain::Move::CHANNELS.into_iter().zip(own.parts())),
            })
            .collect();
        moved.sort_by(|one, other| other.change().abs().total_cmp(&one.change().abs()));
        moved.truncate(NAMED);
        moved
    }

    /// What happened in a quarter, in one sentence each.
    fn headlines(&self, seen: &Seen) -> Vec<String> {
        seen.happenings.iter().map(|own| self.headline(own, seen)).collect()
    }

    fn headline(&self, own: &Happening, seen: &Seen) -> String {
        words::headline(self.experiment, self.scenario, own, seen)
    }

    fn ending(&self) -> Ending {
        let last = self.quarters.last();
        let members = self.experiment.alliance.members();
        let tiered = last.filter(|seen| seen.state.tiered);
        let lower = tiered.iter().flat_map(|seen| &seen.state.lower);
        let lower_tier =
            lower.filter_map(|&place| Some(members.get(place)?.iso3.clone())).collect();
        Ending {
            date: self.experiment.date(last.map_or(0, |seen| seen.quarter)),
            trust_mean: last.map_or(f64::NAN, |seen| seen.trust_mean),
            frontline_trust: last.and_then(|seen| seen.frontline_trust),
            rear_trust: last.and_then(|seen| seen.rear_trust),
            tiered: tiered.is_some(),
            tiered_spells: self.spells(|seen| seen.state.tiered),
            lower_tier,
            ruptured: last.is_some_and(|seen| seen.state.ruptured),
            ruptured_spells: self.spells(|seen| seen.state.ruptured),
            challenges: self.challenges(),
        }
    }

    fn spells(&self, holds: fn(&Seen) -> bool) -> Vec<Spell> {
        let date = |seen: &Seen| self.experiment.date(seen.quarter);
        let alike = self.quarters.chunk_by(|one, next| holds(one) == holds(next));
        let spell = |quarters: &[Seen]| match quarters {
            [first, .., last] if holds(first) => Some(Spell { from: date(first), to: date(last) }),
            [only] if holds(only) => Some(Spell { from: date(only), to: date(only) }),
            _ => None,
        };
        alike.filter_map(spell).collect()
    }

    fn challenges(&self) -> Vec<(&'static str, usize)> {
        use article5_model::observe::Commitment;
        let count = |event: Event, on_ukraine: bool| {
            let all = self.quarters.iter().flat_map(|seen| &seen.happenings);
            all.filter(|own| {
                own.event == event && (own.target == Some(Commitment::Ukraine)) == on_ukraine
            })
            .count()
        };
        vec![
            ("probes of Ukraine", count(Event::Probe, true)),
            ("attacks on Ukraine", count(Event::Attack, true)),
            ("probes of allies", count(Event::Probe, false)),
            ("attacks on allies", count(Event::Attack, false)),
            ("incidents", count(Event::Incident, true)),
        ]
    }
}

impl Moved {
    /// How much trust changed.
    #[must_use]
    pub fn change(&self) -> f64 {
        self.after - self.before
    }
}

impl Motive {
    fn new(own: &explain::Motive) -> Self {
        let parts = own.parts.iter().filter(|(_, utility)| *utility != 0.0);
        Self {
            over_holding: own.over_holding(),
            parts: heaviest_first(parts.map(|&(part, utility)| (consideration(part), utility))),
            expected: own.expected,
            probability: own.probability,
            hold_probability: own.hold_probability,
        }
    }
}

impl Resolve {
    fn new(own: &explain::Resolve) -> Self {
        let parts = [
            ("commitment", own.commitment),
            ("administration", own.administration),
            ("tripwire", own.tripwire),
            ("balance of power", own.balance),
            ("doubt about the author", -own.penalty),
            ("chance", own.luck),
        ];
        Self {
            value: own.value(),
            parts: parts.into_iter().filter(|(_, part)| *part != 0.0).collect(),
            narrow: own.narrow,
            full: own.full,
            margin: own.margin(),
        }
    }
}

fn heaviest_first(parts: impl Iterator<Item = (&'static str, f64)>) -> Vec<(&'static str, f64)> {
    let mut parts: Vec<_> = parts.collect();
    parts.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()));
    parts
}

fn consideration(part: Consideration) -> &'static str {
    match part {
        Consideration::Gain => "what it may gain",
        Consideration::Failure => "an attack that fails",
        Consideration::Sanctions => "sanctions",
        Consideration::Force => "meeting US force",
        Consideration::Cost => "its own cost",
        Consideration::NuclearRisk => "the target's nuclear weapons",
        Consideration::Information => "what it learns about Ukraine's guarantee",
        Consideration::Peace => "the peace given up",
        Consideration::Diplomacy => "Kyiv's offers given up",
    }
}
