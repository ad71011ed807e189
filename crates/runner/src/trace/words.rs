//! The sentences of a story.

use std::fmt;

use article5_model::alliance::UKRAINE;
use article5_model::explain::Cause;
use article5_model::observe::Commitment;
use article5_model::scenario::Scenario;
use article5_model::washington::Answer;

use super::story::{Chapter, Drawn, Ending, Motive, Moved, Passage, Resolve, Spell, Story, TOLD};
use super::{Event, Happening, Seen};
use crate::config::{Experiment, setting_in_words};
use crate::numbers::{hundredths, signed, small_decimals};

/// How many terms of Moscow's utility a sentence names.
const TERMS: usize = 3;

/// How many channels of a change of trust a sentence names.
const CHANNELS: usize = 2;

/// A channel that carries less than this share of a change is not named.
const MIN_SHARE: f64 = 0.15;

/// Says what happened, in a sentence.
pub(super) fn headline(
    experiment: &Experiment,
    scenario: &Scenario,
    own: &Happening,
    seen: &Seen,
) -> String {
    let target = own.target.map_or("nobody", |target| name(experiment, target));
    let answered = own.answer.map_or("does not answer", answered);
    match own.event {
        Event::Probe => format!("Moscow probes {target}; Washington {answered}."),
        Event::Attack if own.target == Some(Commitment::Ukraine) => {
            format!("Moscow attacks Ukraine and reopens the war; Washington {answered}.")
        }
        Event::Attack => format!("Moscow attacks {target}; Washington {answered}."),
        Event::Incident => {
            format!("An incident of doubtful authorship in Ukraine; Washington {answered}.")
        }
        Event::Scripted => {
            let now = scenario.events.iter().filter(|event| event.quarter == seen.quarter);
            let kinds: Vec<String> = now.map(|event| event.kind.to_string()).collect();
            format!("Scripted: {}.", kinds.join("; "))
        }
        Event::Internationalist => format!("An internationalist administration {}.", comes(own)),
        Event::Restraint => format!("A restraint administration {}.", comes(own)),
        Event::WarEnds => "The war in Ukraine ends.".to_owned(),
        Event::Abandoned => "Called on, the backstop is abandoned.".to_owned(),
        Event::Tiered => {
            let lower = seen.state.lower.iter();
            let names: Vec<&str> =
                lower.map(|&place| name(experiment, Commitment::Ally(place))).collect();
            format!("The alliance is tiered. The lower tier: {}.", names.join(", "))
        }
        Event::Untiered => "The alliance is no longer tiered.".to_owned(),
        Event::Ruptured => "Most allies no longer count on the US.".to_owned(),
        Event::Unruptured => "Most allies count on the US again.".to_owned(),
    }
}

/// Says why it happened and what it did, in one sentence each.
pub(super) fn reasons(passage: &Passage) -> Vec<String> {
    let motive = passage.motive.iter().flat_map(motive);
    let answered = passage.resolve.iter().zip(passage.answer);
    let resolve = answered.map(|(own, answer)| resolve(own, answer));
    let mut told: Vec<String> = motive.chain(resolve).collect();
    let learned_from = passage.resolve.is_some() || passage.event == Event::Scripted;
    match passage.moves.as_slice() {
        [] if learned_from => told.push(format!("No ally's trust moves by {TOLD}.")),
        [] => {}
        moves => {
            let moves: Vec<String> = moves.iter().map(moved).collect();
            told.push(format!("Trust moves most in {}.", moves.join(", ")));
        }
    }
    told
}

fn motive(own: &Motive) -> Vec<String> {
    let terms = own.parts.iter().take(TERMS);
    let terms: Vec<String> =
        terms.map(|(part, utility)| format!("{part} {}", signed(*utility, 2))).collect();
    let [none, narrow, full] = own.expected.map(percent);
    vec![
        format!(
            "Why, against holding: {}; in all {}.",
            if terms.is_empty() { "nothing".to_owned() } else { terms.join(", ") },
            signed(own.over_holding, 2)
        ),
        format!(
            "Chosen with a probability of {} (holding: {}), expecting no answer at {none}, a narrow \
             one at {narrow}, a full one at {full}.",
            percent(own.probability),
            percent(own.hold_probability)
        ),
    ]
}

fn resolve(own: &Resolve, answer: Answer) -> String {
    let Resolve { value, narrow, full, .. } = *own;
    let number = |x: f64| signed(x, 2);
    let gap = |from: f64| format!("{:.2}", (value - from).abs());
    let against = match answer {
        Answer::Full => format!("{} above what a full answer takes ({})", gap(full), number(full)),
        Answer::Narrow => format!(
            "{} short of a full answer ({}) and {} above none ({})",
            gap(full),
            number(full),
            gap(narrow),
            number(narrow)
        ),
        Answer::None => format!("{} short of a narrow answer ({})", gap(narrow), number(narrow)),
    };
    let parts: Vec<String> =
        own.parts.iter().map(|(part, value)| format!("{part} {}", number(*value))).collect();
    format!("Washington's resolve is {}, {against}: {}.", number(value), parts.join(", "))
}

fn moved(own: &Moved) -> String {
    let change = own.change();
    let heavy = |part: &&(&str, f64)| part.1.abs() >= MIN_SHARE * change.abs();
    let parts = own.parts.iter().filter(heavy).take(CHANNELS);
    let parts: Vec<String> =
        parts.map(|(channel, part)| format!("{channel} {}", signed(*part, 3))).collect();
    format!("{} {} ({})", own.name, signed(change, 3), parts.join(", "))
}

fn name(experiment: &Experiment, commitment: Commitment) -> &str {
    match commitment {
        Commitment::Ukraine => "Ukraine",
        Commitment::Ally(place) => {
            experiment.alliance.members().get(place).map_or(UKRAINE, |member| &member.name)
        }
    }
}

fn answered(answer: Answer) -> &'static str {
    match answer {
        Answer::None => "does not answer",
        Answer::Narrow => "answers narrowly",
        Answer::Full => "answers in full",
    }
}

/// The verb for an inauguration, by whether it brings an administration of the other kind.
fn comes(inauguration: &Happening) -> &'static str {
    match inauguration.episode.as_ref().map(|episode| &episode.cause) {
        Some(Cause::Inauguration { changes: false, .. }) => "is re-elected",
        _ => "is elected",
    }
}

fn percent(share: f64) -> String {
    format!("{} %", hundredths(share, small_decimals(share)))
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { experiment, scenario, replicate, seed, .. } = self;
        write!(f, "{experiment}: {scenario}, replicate {replicate}, seed {seed}")?;
        if let Some(against) = &self.against {
            write!(f, "; against {against} on the same shocks")?;
        }
        writeln!(f)?;
        for chapter in &self.chapters {
            self.tell(f, chapter)?;
        }
        self.close(f)
    }
}

/// Since when something holds, and when it did; `None` if it never did.
fn spells(what: &str, all: &[Spell], holds_now: bool) -> Option<String> {
    let (now, before) = match all {
        [before @ .., now] if holds_now => (Some(now), before),
        _ => (None, all),
    };
    let before = before.iter().map(|Spell { from, to }| {
        if from == to { format!("in {from}") } else { format!("from {from} to {to}") }
    });
    let before: Vec<String> = before.collect();
    let before = before.join(" and ");
    match (now, before.is_empty()) {
        (None, true) => None,
        (None, false) => Some(format!("was {what} {before}")),
        (Some(now), true) => Some(format!("{what} since {}", now.from)),
        (Some(now), false) => Some(format!("{what} since {}, and was {before}", now.from)),
    }
}

/// Mean trust over all allies, and over those of each group that has any.
fn trust(mean: f64, frontline: Option<f64>, rear: Option<f64>) -> String {
    let groups = [("frontline", frontline), ("rear", rear)].into_iter();
    let groups = groups.filter_map(|(name, trust)| Some(format!(", {name} {:.3}", trust?)));
    format!("mean trust {mean:.3}{}", groups.collect::<String>())
}

impl Story {
    fn tell(&self, f: &mut fmt::Formatter<'_>, chapter: &Chapter) -> fmt::Result {
        let Chapter { date, quarter, trust_mean, frontline_trust, rear_trust, .. } = chapter;
        let trust = trust(*trust_mean, *frontline_trust, *rear_trust);
        writeln!(f, "\n{date} (quarter {quarter})  {trust}")?;
        for passage in &chapter.passages {
            let mut sentences = passage.sentences.iter();
            if let Some(headline) = sentences.next() {
                writeln!(f, "  {headline}")?;
            }
            for reason in sentences {
                writeln!(f, "    {reason}")?;
            }
        }
        if chapter.passages.is_empty() {
            writeln!(f, "  Nothing happens.")?;
        }
        let (Some(name), Some(there)) = (&self.against, &chapter.against) else { return Ok(()) };
        let told = match there.sentences.as_slice() {
            _ if there.the_same => "the same happens.".to_owned(),
            [] => "nothing happens.".to_owned(),
            sentences => sentences.join(" "),
        };
        writeln!(f, "  Under {name} (mean trust {:.3}): {told}", there.trust_mean)
    }

    fn close(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nAt the end of {}", self.ending.date)?;
        let ending = |f: &mut fmt::Formatter<'_>, name: &str, own: &Ending| {
            let trust = trust(own.trust_mean, own.frontline_trust, own.rear_trust);
            let told = [
                spells("tiered", &own.tiered_spells, own.tiered),
                spells("ruptured", &own.ruptured_spells, own.ruptured),
            ];
            let told: Vec<String> = told.into_iter().flatten().collect();
            let tiers = match told.as_slice() {
                [] => "never tiered or ruptured".to_owned(),
                told => told.join("; "),
            };
            let challenges: Vec<String> =
                own.challenges.iter().map(|(what, count)| format!("{what} {count}")).collect();
            writeln!(f, "  {name}: {trust}; {tiers}; {}.", challenges.join(", "))
        };
        ending(f, &self.scenario, &self.ending)?;
        if let (Some(name), Some(own)) = (&self.against, &self.ending_against) {
            ending(f, name, own)?;
        }
        self.parameters(f)
    }

    /// Writes what the replicate drew, if anything is uncertain.
    fn parameters(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.drawn.is_empty() {
            writeln!(f, "\nParameters that the replicate draws")?;
        }
        self.drawn.iter().try_for_each(|Drawn { parameter, value }| {
            writeln!(f, "  {parameter} {}", setting_in_words(parameter, *value))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_passed_is_told_with_what_holds() {
        let spell = |from: &str, to: &str| Spell { from: from.to_owned(), to: to.to_owned() };
        let all = [spell("2027-Q1", "2027-Q3"), spell("2031-Q4", "2031-Q4")];
        let told = |all: &[Spell], holds: bool| spells("tiered", all, holds).unwrap_or_default();
        assert_eq!(told(&all, false), "was tiered from 2027-Q1 to 2027-Q3 and in 2031-Q4");
        assert_eq!(told(&all, true), "tiered since 2031-Q4, and was from 2027-Q1 to 2027-Q3");
        assert_eq!(told(&all[1..], true), "tiered since 2031-Q4");
        assert_eq!(told(&[], false), "");
    }
}
