//! What the points of the parameter space show of the claims.

use super::decisions::dominators_at;
use crate::config::Experiment;
use crate::design::Design;
use crate::outcome::{RISKS, Risk};
use crate::tables::rows::SpaceRiskRow;
use crate::tally::{ContrastEffect, Counted, PointTally};

/// What the points of the parameter space showed.
#[derive(Clone, Debug, PartialEq)]
pub struct SpaceSample {
    /// A row for each point of the space, by number.
    design: Design,
    /// Replicates of each scenario at each point.
    replicates: u64,
    /// How many claims there are.
    claims: usize,
    /// The scenarios that are policies, by number.
    policies: Vec<usize>,
    points: Vec<SpacePoint>,
}

/// What a point showed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SpacePoint {
    /// Its number in the design.
    pub(super) number: u32,
    /// The effect of each claim.
    pub(super) effects: Vec<Option<ContrastEffect>>,
    /// `[scenario][risk]`: the probability by the horizon.
    pub(super) risks: Vec<[f64; RISKS]>,
    /// Whether another policy dominates each policy.
    pub(super) dominated: Vec<bool>,
}

impl SpacePoint {
    /// The numbers that it [comes back](SpaceSample::add_numbers) from.
    pub(super) fn numbers(&self) -> Vec<f64> {
        let effects = self.effects.iter().flat_map(|effect| to_numbers(*effect));
        let risks = self.risks.iter().flatten().copied();
        let dominated = self.dominated.iter().map(|&own| f64::from(u8::from(own)));
        effects.chain(risks).chain(dominated).collect()
    }
}

impl SpaceSample {
    /// The sample of this experiment's space, with no point in it yet.
    pub(super) fn new(experiment: &Experiment, design: Design, replicates: u64) -> Self {
        let (claims, policies) = (experiment.claims.len(), experiment.policies.clone());
        Self { design, replicates, claims, policies, points: Vec::new() }
    }

    /// The points at which the experiment's claims are judged ([`SpaceSpec::wheres`]).
    ///
    /// [`SpaceSpec::wheres`]: crate::config::SpaceSpec::wheres
    pub(super) fn judged(&self, experiment: &Experiment) -> Self {
        let wheres = experiment.space.iter().flat_map(|space| &space.wheres);
        let asked: Vec<_> = wheres
            .filter_map(|own| {
                let scenario =
                    experiment.scenarios.iter().position(|one| one.name == own.scenario)?;
                Some((scenario, Risk::named(&own.risk)?, own))
            })
            .collect();
        let counts = |point: &&SpacePoint| {
            asked.iter().all(|(scenario, risk, own)| {
                point.risks.get(*scenario).is_some_and(|risks| own.allows(risks[*risk as usize]))
            })
        };
        Self {
            design: self.design.clone(),
            policies: self.policies.clone(),
            points: self.points.iter().filter(counts).cloned().collect(),
            ..*self
        }
    }

    /// The points added so far, in order.
    pub(super) fn points(&self) -> &[SpacePoint] {
        &self.points
    }

    /// Adds the next point.
    pub(super) fn add(&mut self, tally: &PointTally) {
        let horizon = tally.layout().horizon().unwrap_or_default();
        let scenarios = tally.scenarios().iter().map(|tally| {
            Risk::ALL.map(|risk| {
                let happened = tally.risk(horizon, risk).map_or(0, |seen| seen.by);
                happened as f64 / tally.n().max(1) as f64
            })
        });
        let dominators = dominators_at(&self.policies, tally);
        self.points.push(SpacePoint {
            number: self.next(),
            effects: (0..self.claims).map(|claim| tally.contrast(claim)).collect(),
            risks: scenarios.collect(),
            dominated: dominators.iter().map(|all| !all.is_empty()).collect(),
        });
    }

    /// How many numbers a point has, given the experiment's claims and scenarios.
    pub(super) fn width(experiment: &Experiment) -> usize {
        let of_scenarios = experiment.scenarios.len() * RISKS + experiment.policies.len();
        experiment.claims.len() * EFFECT_NUMBERS + of_scenarios
    }

    /// Whether these can be the numbers of a point with so many replicates: effects whose events are
    /// no more than their replicates, chances, and who is dominated.
    pub(super) fn could_hold(experiment: &Experiment, replicates: u64, numbers: &[f64]) -> bool {
        if numbers.len() != Self::width(experiment) {
            return false;
        }
        let (of_effects, others) = numbers.split_at(experiment.claims.len() * EFFECT_NUMBERS);
        let (of_effects, _) = of_effects.as_chunks();
        of_effects.iter().all(|numbers| is_possible(numbers, replicates))
            && others.iter().all(|share| (0.0..=1.0).contains(share))
    }

    /// Adds the next point from its [numbers](SpacePoint::numbers), of which there are
    /// [`width`](SpaceSample::width).
    pub(super) fn add_numbers(&mut self, numbers: &[f64]) {
        let (of_effects, others) =
            numbers.split_at(numbers.len().min(self.claims * EFFECT_NUMBERS));
        let risks = others.len().saturating_sub(self.policies.len());
        let (of_risks, of_policies) = others.split_at(risks);
        self.points.push(SpacePoint {
            number: self.next(),
            effects: of_effects.as_chunks().0.iter().map(|own| from_numbers(*own)).collect(),
            risks: of_risks.as_chunks().0.to_vec(),
            dominated: of_policies.iter().map(|own| *own != 0.0).collect(),
        });
    }

    fn next(&self) -> u32 {
        self.points.last().map_or(0, |last| last.number + 1)
    }

    /// All points of the space.
    pub(super) fn design(&self) -> &Design {
        &self.design
    }

    /// The values of a column of the design at these points.
    pub(super) fn column(&self, column: usize) -> Vec<f64> {
        let value = |point: &SpacePoint| self.design.points[(point.number as usize, column)];
        self.points.iter().map(value).collect()
    }

    /// Replicates of each scenario at each point.
    pub(super) fn replicates(&self) -> u64 {
        self.replicates
    }

    /// The effects of a claim at the points.
    pub(super) fn effects(&self, claim: usize) -> Vec<Option<ContrastEffect>> {
        let effect = |point: &SpacePoint| point.effects.get(claim).copied().flatten();
        self.points.iter().map(effect).collect()
    }

    /// The rows of `space_risks.csv`, for the scenarios of this experiment.
    pub(super) fn risk_rows(&self, experiment: &Experiment) -> Vec<SpaceRiskRow> {
        let mut rows = Vec::new();
        for (place, scenario) in experiment.scenarios.iter().enumerate() {
            for point in &self.points {
                let Some(by) = point.risks.get(place) else { continue };
                rows.extend(Risk::ALL.into_iter().zip(by).map(|(risk, by)| SpaceRiskRow {
                    scenario: scenario.name.clone(),
                    point: point.number,
                    risk: risk.name().to_owned(),
                    n: self.replicates,
                    by: *by,
                }));
            }
        }
        rows
    }
}

/// What an effect's interval was counted from, as a number.
const RISK: f64 = 0.0;
const PAIR: f64 = 1.0;
const ALIKE: f64 = 2.0;
const RARE: f64 = 3.0;

/// How many numbers an effect takes.
const EFFECT_NUMBERS: usize = 11;

/// An effect as numbers, with NaN for what it lacks.
fn to_numbers(effect: Option<ContrastEffect>) -> [f64; EFFECT_NUMBERS] {
    let Some(effect) = effect else { return [f64::NAN; EFFECT_NUMBERS] };
    let ContrastEffect { n, treatment, control, effect, interval, counted, pairing_gain } = effect;
    let or_nan = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let (low, high) = interval.unwrap_or((f64::NAN, f64::NAN));
    // Numbers of replicates are below 2^32.
    let [kind, first, second, third] = match counted {
        None => [f64::NAN; 4],
        Some(Counted::Risk { happened, .. }) => [RISK, happened as f64, f64::NAN, f64::NAN],
        Some(Counted::Pair { first, second, .. }) => [PAIR, first as f64, second as f64, f64::NAN],
        Some(Counted::Alike { value, below, above, .. }) => [ALIKE, value, below, above],
        // The effect is its value.
        Some(Counted::Rare { low, high, differing, .. }) => [RARE, differing as f64, low, high],
    };
    let gain = or_nan(pairing_gain);
    [n as f64, treatment, or_nan(control), effect, low, high, gain, kind, first, second, third]
}

fn from_numbers(numbers: [f64; EFFECT_NUMBERS]) -> Option<ContrastEffect> {
    let [n, treatment, control, effect, low, high, gain, kind, first, second, third] = numbers;
    let known = |value: f64| (!value.is_nan()).then_some(value);
    let n = known(n)? as u64;
    let counted = if kind == RISK {
        Some(Counted::Risk { happened: first as u64, n })
    } else if kind == PAIR {
        Some(Counted::Pair { first: first as u64, second: second as u64, n })
    } else if kind == ALIKE {
        Some(Counted::Alike { value: first, below: second, above: third, n })
    } else if kind == RARE {
        let (value, differing) = (effect, first as u64);
        Some(Counted::Rare { value, low: second, high: third, differing, n })
    } else {
        None
    };
    Some(ContrastEffect {
        n,
        treatment,
        control: known(control),
        effect,
        interval: known(low).zip(known(high)),
        counted,
        pairing_gain: known(gain),
    })
}

/// Whether an effect with these numbers can be that of so many replicates.
fn is_possible(numbers: &[f64; EFFECT_NUMBERS], replicates: u64) -> bool {
    let Some(effect) = from_numbers(*numbers) else { return true };
    let ContrastEffect { n, treatment, effect, counted, .. } = effect;
    let events = match counted {
        None | Some(Counted::Alike { .. }) => 0,
        Some(Counted::Risk { happened, .. }) => happened,
        Some(Counted::Pair { first, second, .. }) => first.saturating_add(second),
        Some(Counted::Rare { differing, .. }) => differing,
    };
    let [.., kind, first, _, _] = *numbers;
    let is_known = kind.is_nan() || [RISK, PAIR, ALIKE, RARE].contains(&kind) && !first.is_nan();
    // What it lacks is no number, but nothing is infinite.
    let is_finite = !numbers.iter().any(|number| number.is_infinite());
    let is_whole = !treatment.is_nan() && !effect.is_nan();
    is_known && is_finite && is_whole && n <= replicates && events <= n
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::claims::{Study, over_space};
    use crate::ensemble::RunControl;

    #[test]
    fn a_point_comes_back_from_its_numbers_with_the_policies_that_are_dominated_there() {
        let text = "name = \"a\"\nquarters = 12\nreplicates = 200\n\
                    scenarios = [\"no-guarantee\", \"ironclad\", \"as-meant\"]
                    policies = [\"no-guarantee\", \"ironclad\"]
                    [space]\npoints = 2\nreplicates = 200
                    [[claim]]\nid = \"war\"\nstatement = \"A guarantee deters\"
                    treatment = \"ironclad\"\ncontrol = \"no-guarantee\"
                    outcome = \"war_resumed\"\ndirection = \"lower\"";
        let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
        let space = over_space(&experiment).unwrap();
        let study = Study::new(&experiment, &space).unwrap();
        let control = RunControl { progress: &|_| (), stop: &AtomicBool::new(false) };
        let answers = study.run(control).unwrap();
        let own = &answers.space;
        let (first, second) = (&own.points()[0], &own.points()[1]);
        let numbers = second.numbers();
        assert_eq!(numbers.len(), SpaceSample::width(&experiment));
        assert!(study.could_find(&numbers) && !study.could_find(&numbers[1..]));
        let could_find_with = |place: usize, value: f64| {
            let mut forged = numbers.clone();
            forged[place] = value;
            study.could_find(&forged)
        };
        for place in 0..numbers.len() {
            assert!(!could_find_with(place, f64::INFINITY), "{place}");
            // An effect may lack something, a chance not.
            assert!(place < EFFECT_NUMBERS || !could_find_with(place, f64::NAN), "{place}");
        }
        // More replicates than were run, and what no effect is counted from.
        assert!(!could_find_with(0, 201.0) && !could_find_with(7, 4.0));
        let mut again = SpaceSample::new(&space, own.design().clone(), own.replicates());
        again.add_numbers(&first.numbers());
        again.add_numbers(&numbers);
        assert_eq!(again.points(), own.points());
        // The decision table has the share of the points; whoever dominates is nowhere estimated likelier.
        for (policy, rows) in answers.decisions.chunks(RISKS).enumerate() {
            let dominated: Vec<_> =
                own.points().iter().filter(|point| point.dominated[policy]).collect();
            assert_eq!(rows[0].dominated_share, Some(dominated.len() as f64 / 2.0));
            for SpacePoint { risks, .. } in dominated {
                assert!(
                    risks[1 - policy].iter().zip(risks[policy]).all(|(other, by)| *other <= by)
                );
            }
        }
    }

    #[test]
    fn effects_come_back_from_their_numbers_whatever_they_were_counted_from() {
        let n = 500;
        let effect = ContrastEffect {
            n,
            treatment: 0.3,
            control: Some(0.1),
            effect: 0.2,
            interval: Some((0.1, 0.3)),
            counted: None,
            pairing_gain: Some(1.5),
        };
        for counted in [
            None,
            Some(Counted::Risk { happened: 3, n }),
            Some(Counted::Pair { first: 4, second: 0, n }),
            Some(Counted::Alike { value: 0.2, below: 0.5, above: 1.5, n }),
            Some(Counted::Rare { value: 0.2, low: 0.1, high: 0.7, differing: 9, n }),
        ] {
            let own = Some(ContrastEffect { counted, ..effect });
            assert_eq!(from_numbers(to_numbers(own)), own);
            assert!(is_possible(&to_numbers(own), n) && !is_possible(&to_numbers(own), n - 1));
        }
        let of_pair = to_numbers(Some(ContrastEffect {
            counted: Some(Counted::Pair { first: 300, second: 300, n }),
            ..effect
        }));
        assert!(!is_possible(&of_pair, n));
        let none = ContrastEffect { control: None, interval: None, pairing_gain: None, ..effect };
        assert_eq!(from_numbers(to_numbers(Some(none))), Some(none));
        assert_eq!(from_numbers(to_numbers(None)), None);
    }
}
