//! A quantity at every point of a design, in batches of the same replicates.

use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use article5_model::observe::Quarter;
use article5_model::replicate::TOGETHER;
use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;

use crate::config::Experiment;
use crate::ensemble::{Ensemble, EnsembleError, Models, RunControl};
use crate::notes::{Found, Notes, NotesError};
use crate::outcome::{History, OUTCOMES, Outcome, Quantity};
use crate::tables::rows::ResponseRow;

/// Batches of the replicates of a point: the more, the better the noise is known, and the more
/// replicates a point needs. Jackknife variances over 20 are off by about a third (√(2/19)).
pub const BATCHES: u64 = 20;

/// What an analysis is about: a quantity under a scenario, or its difference from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The scenario's place in the experiment.
    pub scenario: usize,
    /// The place of the scenario it is compared with, on common shocks.
    pub reference: Option<usize>,
    /// What is measured.
    pub quantity: Quantity,
}

/// The subjects at every design point.
#[derive(Clone, Debug)]
pub struct Survey<'a> {
    ensemble: &'a Ensemble<'a>,
    /// Each subject with its batch means, one row per point and one column per batch.
    means: Vec<(Subject, Array2<f64>)>,
}

/// Why a survey cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
    /// The replicates do not make batches of one size.
    #[error("{replicates} replicates do not make {BATCHES} batches of one size")]
    Batches {
        /// The replicates of a point.
        replicates: u64,
    },
    /// The experiment has a stopping rule, which would give points different replicates.
    #[error("a survey runs the same replicates at every point, and `[stop]` would not")]
    Stop,
    /// The run failed, or was stopped.
    #[error(transparent)]
    Ensemble(#[from] EnsembleError),
    /// The notes of what was found cannot be kept.
    #[error(transparent)]
    Notes(#[from] NotesError),
}

impl Subject {
    /// The name of the subject's scenario.
    #[must_use]
    pub fn scenario(self, experiment: &Experiment) -> &str {
        experiment.scenarios.get(self.scenario).map_or("", |scenario| &scenario.name)
    }

    /// The name of what is measured.
    #[must_use]
    pub fn outcome(self, experiment: &Experiment) -> String {
        self.quantity.name(&experiment.alliance)
    }

    /// The name of the scenario it is compared with; empty if there is none.
    #[must_use]
    pub fn reference(self, experiment: &Experiment) -> &str {
        let reference = self.reference.and_then(|place| experiment.scenarios.get(place));
        reference.map_or("", |scenario| &scenario.name)
    }
}

impl<'a> Survey<'a> {
    /// Runs the scenarios that the subjects need over every replicate of every design point, on the
    /// threads of the rayon pool in which it is called.
    ///
    /// # Errors
    ///
    /// The replicates do not make [`BATCHES`] batches, there is a stopping rule, the model refuses
    /// a point, or the run was stopped.
    pub fn run(
        ensemble: &'a Ensemble<'a>,
        subjects: Vec<Subject>,
        control: RunControl<'_>,
    ) -> Result<Self, SurveyError> {
        Self::run_from(ensemble, subjects, control, Found::new(), None)
    }

    /// Does the same as [`Survey::run`], but skips the points that are in `found`, which are not
    /// reported to `control`. It keeps notes of the remaining points, even if it is stopped.
    ///
    /// # Errors
    ///
    /// As [`Survey::run`], and [`NotesError`].
    pub fn run_from(
        ensemble: &'a Ensemble<'a>,
        subjects: Vec<Subject>,
        control: RunControl<'_>,
        mut found: Found<Vec<f64>>,
        notes: Option<Notes>,
    ) -> Result<Self, SurveyError> {
        let experiment = ensemble.experiment();
        Self::check(experiment)?;
        let batch = experiment.replicates / BATCHES;
        let visit = Visit { ensemble, subjects: &subjects, batch, control };
        let left: Vec<u32> =
            (0..ensemble.plan().points()).filter(|point| !found.contains_key(point)).collect();
        let notes = Mutex::new(notes);
        let lock = || notes.lock().unwrap_or_else(PoisonError::into_inner);
        let visited = left.into_par_iter().map(|point| {
            let means = visit.point(point)?;
            lock().as_mut().map_or(Ok(()), |notes| notes.add(point, &means))?;
            Ok::<_, SurveyError>((point, means))
        });
        let visited = visited.collect::<Result<Vec<_>, _>>();
        lock().as_mut().map_or(Ok(()), Notes::save)?;
        found.extend(visited?);
        let points: Vec<Vec<f64>> = found.into_values().collect();
        let columns = BATCHES as usize;
        // In the numbers of a point, one subject follows another.
        let of_subject = |(place, subject): (usize, Subject)| {
            let means = Array2::from_shape_fn((points.len(), columns), |(point, batch)| {
                points[point][place * columns + batch]
            });
            (subject, means)
        };
        let means = subjects.into_iter().enumerate().map(of_subject).collect();
        Ok(Self { ensemble, means })
    }

    /// Refuses an experiment that cannot be surveyed.
    ///
    /// # Errors
    ///
    /// The replicates do not make [`BATCHES`] batches, or there is a stopping rule.
    pub fn check(experiment: &Experiment) -> Result<(), SurveyError> {
        let replicates = experiment.replicates;
        if experiment.stop.is_some() {
            return Err(SurveyError::Stop);
        }
        if !replicates.is_multiple_of(BATCHES) || replicates == 0 {
            return Err(SurveyError::Batches { replicates });
        }
        Ok(())
    }

    /// Whether these can be the numbers that a point gives.
    #[must_use]
    pub fn could_find(subjects: &[Subject], numbers: &[f64]) -> bool {
        let width = subjects.len() * BATCHES as usize;
        numbers.len() == width && numbers.iter().all(|number| number.is_finite())
    }

    /// How many replicates [`Survey::run`] runs, counted over scenarios and points.
    pub fn size(ensemble: &Ensemble<'_>, subjects: &[Subject]) -> u64 {
        Self::size_of_point(ensemble, subjects) * u64::from(ensemble.plan().points())
    }

    /// How many of them [`Survey::run_from`] skips if these points are found.
    pub fn finished(ensemble: &Ensemble<'_>, subjects: &[Subject], found: &Found<Vec<f64>>) -> u64 {
        Self::size_of_point(ensemble, subjects) * found.len() as u64
    }

    fn size_of_point(ensemble: &Ensemble<'_>, subjects: &[Subject]) -> u64 {
        ensemble.experiment().replicates * scenarios(subjects).len() as u64
    }

    /// The ensemble that was run.
    #[must_use]
    pub fn ensemble(&self) -> &'a Ensemble<'a> {
        self.ensemble
    }

    /// The batch means of a subject: one row per point, one column per batch. `None` if the survey
    /// is not about it.
    #[must_use]
    pub fn batches(&self, subject: Subject) -> Option<&Array2<f64>> {
        self.means.iter().find(|(own, _)| *own == subject).map(|(_, means)| means)
    }

    /// The rows of `responses.csv`: each subject at each point.
    #[must_use]
    pub fn rows(&self) -> Vec<ResponseRow> {
        let experiment = self.ensemble.experiment();
        let rows = self.means.iter().flat_map(|(subject, batches)| {
            let n = experiment.replicates;
            let (means, errors) = (point_means(*subject, batches, n), standard_errors(batches));
            (0_u32..).zip(means.to_vec()).zip(errors.to_vec()).map(move |((point, mean), se)| {
                ResponseRow {
                    scenario: subject.scenario(experiment).to_owned(),
                    reference: subject.reference(experiment).to_owned(),
                    point,
                    quarter: experiment.quarters,
                    date: experiment.date(experiment.quarters),
                    kind: subject.quantity.kind(),
                    outcome: subject.outcome(experiment),
                    n: experiment.replicates,
                    mean,
                    se,
                }
            })
        });
        rows.collect()
    }
}

/// The mean at each point over `replicates` replicates. For a risk it is the count of those in
/// which it happened over all: the shares of the batches are rounded, and equal counts must give
/// equal means.
pub(super) fn point_means(subject: Subject, batches: &Array2<f64>, replicates: u64) -> Array1<f64> {
    let mean = batches.sum_axis(Axis(1)) / batches.ncols() as f64;
    match subject.quantity {
        Quantity::Risk(_) => {
            mean.mapv(|mean| (mean * replicates as f64).round()) / replicates as f64
        }
        Quantity::Outcome(_) | Quantity::Trust(_) => mean,
    }
}

/// The standard error of the mean at each point, from the spread of its batches.
pub(super) fn standard_errors(batches: &Array2<f64>) -> Array1<f64> {
    let n = batches.ncols() as f64;
    batches.map_axis(Axis(1), |row| {
        let mean = row.sum() / n;
        let squares: f64 = row.iter().map(|value| (value - mean) * (value - mean)).sum();
        (squares / (n * (n - 1.0))).sqrt()
    })
}

/// The scenarios that subjects need, by place.
fn scenarios(subjects: &[Subject]) -> Vec<usize> {
    let all = subjects.iter().flat_map(|own| std::iter::once(own.scenario).chain(own.reference));
    let mut places: Vec<usize> = all.collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// A replicate at the horizon.
#[derive(Clone)]
struct End {
    history: History,
    outcomes: [f64; OUTCOMES],
    /// Of each ally.
    trust: Vec<f64>,
}

impl End {
    fn value(&self, quantity: Quantity) -> f64 {
        match quantity {
            Quantity::Risk(risk) => f64::from(u8::from(self.history.happened().has(risk))),
            Quantity::Outcome(outcome) => self.outcomes[outcome as usize],
            Quantity::Trust(ally) => self.trust.get(ally).copied().unwrap_or(f64::NAN),
        }
    }

    /// Before the first quarter.
    fn unseen() -> Self {
        Self { history: History::default(), outcomes: [0.0; OUTCOMES], trust: Vec::new() }
    }

    fn see(&mut self, quarter: &Quarter<'_>, horizon: u32) {
        self.history.see(quarter);
        if quarter.quarter == horizon {
            self.outcomes = Outcome::values(quarter, &self.history);
            self.trust.clear();
            self.trust.extend_from_slice(quarter.trust);
        }
    }
}

/// What it takes to visit design points.
struct Visit<'a, 'b> {
    ensemble: &'a Ensemble<'a>,
    subjects: &'b [Subject],
    /// Replicates in a batch.
    batch: u64,
    control: RunControl<'b>,
}

impl Visit<'_, '_> {
    /// The batch means at a point, subject after subject.
    fn point(&self, point: u32) -> Result<Vec<f64>, EnsembleError> {
        let experiment = self.ensemble.experiment();
        let mut models = self.ensemble.models(point)?;
        let needed = scenarios(self.subjects);
        // The ends for each scenario of the replicates that run side by side.
        let mut ends = vec![[(); TOGETHER].map(|()| End::unseen()); experiment.scenarios.len()];
        let columns = BATCHES as usize;
        let mut sums = vec![0.0; self.subjects.len() * columns];
        for batch in 0..BATCHES {
            if self.control.stop.load(Ordering::Relaxed) {
                return Err(EnsembleError::Stopped);
            }
            let first = experiment.first_replicate + batch * self.batch;
            let end = first + self.batch;
            let together = models.together();
            for first in (first..end).step_by(together) {
                let group = first..end.min(first + together as u64);
                self.run(&mut models, &needed, &group, &mut ends)?;
                for place in 0..(group.end - group.start) as usize {
                    let values = self.subjects.iter().map(|own| difference(own, &ends, place));
                    for (sums, value) in sums.chunks_exact_mut(columns).zip(values) {
                        sums[batch as usize] += value;
                    }
                }
            }
            (self.control.progress)(self.batch * needed.len() as u64);
        }
        sums.iter_mut().for_each(|sum| *sum /= self.batch as f64);
        Ok(sums)
    }

    /// Runs the scenarios that are needed over a group of replicates to their ends.
    fn run(
        &self,
        models: &mut Models<'_>,
        needed: &[usize],
        group: &Range<u64>,
        ends: &mut [[End; TOGETHER]],
    ) -> Result<(), EnsembleError> {
        let horizon = self.ensemble.experiment().quarters;
        for &scenario in needed {
            let Some(ends) = ends.get_mut(scenario) else { continue };
            ends.iter_mut().for_each(|end| end.history = History::default());
            models.run_together(scenario, group.clone(), |quarters| {
                quarters.each(|place, quarter| ends[place].see(quarter, horizon));
            })?;
        }
        Ok(())
    }
}

/// A subject's value in the replicate at a place of its group.
fn difference(subject: &Subject, ends: &[[End; TOGETHER]], place: usize) -> f64 {
    let value = |scenario: usize| {
        ends.get(scenario).map_or(f64::NAN, |ends| ends[place].value(subject.quantity))
    };
    value(subject.scenario) - subject.reference.map_or(0.0, value)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::outcome::Risk;

    #[test]
    fn the_mean_over_the_allies_of_their_trust_is_the_mean_trust() {
        let text = "name = \"a\"\nquarters = 8\nreplicates = 20\nscenarios = [\"article5-like\"]
                    [design]\nkind = \"latin-hypercube\"\npoints = 3
                    [design.vary]\n\"response.general\" = \"range\"";
        let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
        let ensemble = Ensemble::new(&experiment).unwrap();
        let allies = experiment.alliance.len();
        let mean = Quantity::Outcome(Outcome::TrustMean);
        let of = |quantity| Subject { scenario: 0, reference: None, quantity };
        let subjects = std::iter::once(mean).chain((0..allies).map(Quantity::Trust)).map(of);
        let control = RunControl { progress: &|_| (), stop: &AtomicBool::new(false) };
        let survey = Survey::run(&ensemble, subjects.collect(), control).unwrap();
        let batches = |quantity| survey.batches(of(quantity)).unwrap();
        let whole = batches(mean);
        let trusts = (0..allies).map(Quantity::Trust).map(batches);
        let sum = trusts.fold(Array2::<f64>::zeros(whole.raw_dim()), |sum, own| sum + own);
        for (mean, sum) in whole.iter().zip(&sum) {
            assert!((mean - sum / allies as f64).abs() < 1e-12, "{mean} {sum}");
        }
    }

    #[test]
    fn equal_counts_have_equal_means_whatever_the_batches_that_they_fell_into() {
        let subject =
            Subject { scenario: 0, reference: None, quantity: Quantity::Risk(Risk::Tiered) };
        // 30 of 100 in batches of five, distributed in many ways.
        let batches = Array2::from_shape_fn((20, BATCHES as usize), |(point, batch)| {
            let count = match (batch + point) % 20 {
                place if place < point => 3,
                place if place < 2 * point => 0,
                place if place % 2 == 0 => 1,
                _ => 2,
            };
            f64::from(count) / 5.0
        });
        let means = point_means(subject, &batches, 100);
        let counts = batches.map_axis(Axis(1), |row| row.iter().map(|x| (x * 5.0).round()).sum());
        assert_eq!(means, counts.mapv(|count: f64| count / 100.0));
        assert!(means.iter().filter(|mean| **mean == 0.3).count() > 1);
    }
}
