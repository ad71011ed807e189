//! What the points of the parameter space show of the claims.

use serde::{Deserialize, Serialize};

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

/// What a point of the parameter space showed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SpacePoint {
    /// Its number in the design.
    #[serde(skip)]
    pub(super) number: u32,
    /// The effect of each claim.
    pub(super) effects: Vec<Option<ContrastEffect>>,
    /// `[scenario][risk]`: the probability by the horizon.
    pub(super) risks: Vec<[f64; RISKS]>,
    /// Whether another policy dominates each policy.
    pub(super) dominated: Vec<bool>,
    /// How many values lay outside what their parameters allow.
    pub(super) outside: u64,
}

impl SpacePoint {
    /// Whether it can be a point of this experiment with so many replicates: effects whose events
    /// are no more than their replicates, chances, and who is dominated.
    pub(super) fn is_possible(&self, experiment: &Experiment, replicates: u64) -> bool {
        let Self { number: _, effects, risks, dominated, outside: _ } = self;
        let lengths = [effects.len(), risks.len(), dominated.len()];
        let Experiment { claims, scenarios, policies, .. } = experiment;
        lengths == [claims.len(), scenarios.len(), policies.len()]
            && effects.iter().flatten().all(|effect| is_possible(effect, replicates))
            && risks.iter().flatten().all(|risk| (0.0..=1.0).contains(risk))
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
            outside: tally.outside(),
        });
    }

    /// Adds the next point, found before.
    pub(super) fn add_found(&mut self, point: &SpacePoint) {
        self.points.push(SpacePoint { number: self.next(), ..point.clone() });
    }

    /// How many values at all points lay outside what their parameters allow.
    pub(super) fn outside(&self) -> u64 {
        self.points.iter().map(|point| point.outside).fold(0, u64::saturating_add)
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

/// Whether this can be an effect in so many replicates.
fn is_possible(effect: &ContrastEffect, replicates: u64) -> bool {
    let (events, n) = match effect.counted {
        None => (0, effect.n),
        Some(Counted::Risk { happened, n }) => (happened, n),
        Some(Counted::Pair { first, second, n }) => (first.saturating_add(second), n),
        Some(Counted::Alike { n, .. }) => (0, n),
        Some(Counted::Rare { differing, n, .. }) => (differing, n),
    };
    events <= n && n == effect.n && n <= replicates
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::claims::{Study, over_space};
    use crate::ensemble::RunControl;

    #[test]
    fn a_point_comes_back_from_its_notes_with_the_policies_that_are_dominated_there() {
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
        let mut again = SpaceSample::new(&space, own.design().clone(), own.replicates());
        for point in own.points() {
            let noted = serde_json::to_string(point).unwrap();
            let point: SpacePoint = serde_json::from_str(&noted).unwrap();
            assert!(study.could_find(&point));
            again.add_found(&point);
        }
        assert_eq!(again.points(), own.points());
        let could_find = |forge: &dyn Fn(&mut SpacePoint)| {
            let mut forged = own.points()[1].clone();
            forge(&mut forged);
            study.could_find(&forged)
        };
        assert!(could_find(&|point| point.effects[0] = None));
        // More replicates than were run.
        assert!(!could_find(&|point| point.effects[0].as_mut().unwrap().n = 201));
        assert!(!could_find(&|point| _ = point.effects.pop()));
        assert!(!could_find(&|point| point.risks.push([0.5; RISKS])));
        assert!(!could_find(&|point| point.dominated.push(true)));
        for chance in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(!could_find(&|point| point.risks[2][3] = chance), "{chance}");
        }
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
    fn no_more_replicates_count_than_there_are() {
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
        let with = |counted| ContrastEffect { counted: Some(counted), ..effect };
        for own in [
            effect,
            with(Counted::Risk { happened: 3, n }),
            with(Counted::Pair { first: 4, second: 0, n }),
            with(Counted::Alike { value: 0.2, below: 0.5, above: 1.5, n }),
            with(Counted::Rare { value: 0.2, low: 0.1, high: 0.7, differing: 9, n }),
        ] {
            assert!(is_possible(&own, n) && !is_possible(&own, n - 1));
            let noted = serde_json::to_string(&own).unwrap();
            assert_eq!(serde_json::from_str::<ContrastEffect>(&noted).unwrap(), own);
        }
        for counted in [
            Counted::Risk { happened: 501, n },
            Counted::Pair { first: 300, second: 300, n },
            Counted::Pair { first: u64::MAX, second: 1, n },
            Counted::Alike { value: 0.2, below: 0.5, above: 1.5, n: 501 },
            Counted::Rare { value: 0.2, low: 0.1, high: 0.7, differing: 501, n },
        ] {
            assert!(!is_possible(&with(counted), n), "{counted:?}");
        }
    }
}
