//! The runs that claims are judged from.

use rangemap::RangeSet;

use super::{Answers, SpacePoint, SpaceSample};
use crate::analysis::AnalysisError;
use crate::config::Experiment;
use crate::ensemble::{Ensemble, EnsembleError, RunControl, Sink, Start};
use crate::estimate::{memory_at_most, tallies_at_most};
use crate::notes::{Found, Notes, NotesError};
use crate::partial::Shard;
use crate::tally::{Pair, PointTally};

/// Why claims cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum ClaimsError {
    /// The experiment of this name has no claims.
    #[error("`{0}` has no claim to judge")]
    NoClaim(String),
    /// The configuration has this table, which claims do not act on.
    #[error("`article5 claims` does not act on `[{0}]`")]
    NotActedOn(&'static str),
    /// The run failed, or was stopped.
    #[error(transparent)]
    Ensemble(#[from] EnsembleError),
    /// The notes of what was found cannot be kept.
    #[error(transparent)]
    Notes(#[from] NotesError),
    /// An outcome is not a number.
    #[error(transparent)]
    Analysis(#[from] AnalysisError),
}

/// The experiment over the space of the claims.
///
/// # Errors
///
/// [`ClaimsError::NoClaim`], and [`ClaimsError::NotActedOn`] if the experiment has a design,
/// uncertain parameters or a stopping rule.
pub fn over_space(experiment: &Experiment) -> Result<Experiment, ClaimsError> {
    if experiment.claims.is_empty() {
        return Err(ClaimsError::NoClaim(experiment.name.clone()));
    }
    let asked = [
        ("design", experiment.design.is_some()),
        ("uncertainty", !experiment.uncertainty.is_empty()),
        ("stop", experiment.stop.is_some()),
    ];
    experiment.over_space().ok_or_else(|| {
        let refused = asked.into_iter().find(|(_, asked)| *asked);
        ClaimsError::NotActedOn(refused.map_or("space", |(table, _)| table))
    })
}

/// The baseline of an experiment and the space over which its claims are judged, ready to run.
///
/// ```
/// use std::path::Path;
/// use std::sync::atomic::AtomicBool;
/// use article5_runner::claims::{Study, over_space};
/// use article5_runner::config::Experiment;
/// use article5_runner::ensemble::RunControl;
///
/// let text = "name = \"a\"\nquarters = 12\nreplicates = 200\n\
///             scenarios = [\"no-guarantee\", \"ironclad\"]
///             [space]\npoints = 12\nreplicates = 40
///             [[claim]]\nid = \"war\"\nstatement = \"A guarantee deters\"
///             treatment = \"ironclad\"\ncontrol = \"no-guarantee\"
///             outcome = \"war_resumed\"\ndirection = \"lower\"";
/// let experiment = Experiment::from_toml(text, "a.toml", Path::new("."))?;
/// let space = over_space(&experiment)?;
/// let study = Study::new(&experiment, &space)?;
/// let answers = study.run(RunControl { progress: &|_| (), stop: &AtomicBool::new(false) })?;
/// let claim = &answers.verdicts.claims[0];
/// // War resumes less often at the default parameters, and nowhere in the space more often.
/// assert!(claim.high.is_some_and(|high| high < 0.0));
/// assert_eq!((claim.points, claim.share_reversed), (12, Some(0.0)));
/// println!("{}: {}, as {}", claim.statement, claim.verdict.name(), claim.reason);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Study<'a> {
    pub(super) baseline: Ensemble<'a>,
    space: Ensemble<'a>,
}

impl<'a> Study<'a> {
    /// Prepares an experiment and the one that [`over_space`] makes of it.
    ///
    /// # Errors
    ///
    /// As [`Ensemble::new`].
    pub fn new(experiment: &'a Experiment, space: &'a Experiment) -> Result<Self, EnsembleError> {
        Ok(Self {
            baseline: Ensemble::new(experiment)?.with_pairs(all_pairs(experiment)).with_claims(),
            space: Ensemble::new(space)?
                .with_own_replicates()
                .with_claims()
                .with_pairs(pairs(&space.policies)),
        })
    }

    /// The ensemble over the space, of which [`Notes`] can be kept.
    pub fn space(&self) -> &Ensemble<'a> {
        &self.space
    }

    /// Whether this can be a point of the space.
    pub fn could_find(&self, point: &SpacePoint) -> bool {
        point.is_possible(self.space.experiment(), self.space.plan().replicates())
    }

    /// The most memory, in bytes, that the baseline with its tables and the tallies of the space take
    /// on this many threads.
    pub fn memory_at_most(&self, threads: usize) -> u64 {
        memory_at_most(&self.baseline, threads) + tallies_at_most(&self.space, threads)
    }

    /// How many replicates [`Study::run`] runs, counted over all scenarios, the baseline and the points.
    pub fn size(&self) -> u64 {
        self.baseline.size() + self.space.size()
    }

    /// How many of them [`Study::run_from`] skips if these points of the space are found.
    pub fn finished(&self, found: &Found<SpacePoint>) -> u64 {
        self.start(found).replicates(&self.space)
    }

    /// Where the space goes on. Points are noted in order: if one is missing, it and those after it
    /// are run again.
    fn start(&self, found: &Found<SpacePoint>) -> Start {
        let mut start = self.space.start(Shard::WHOLE);
        while found.contains_key(&start.next) {
            start.next += 1;
        }
        start
    }

    /// Runs the baseline and the space, and judges the claims, on the threads of the rayon pool in
    /// which it is called.
    ///
    /// # Errors
    ///
    /// As [`Ensemble::run`]; never [`ClaimsError::Analysis`] for a configuration that was read.
    pub fn run(&self, control: RunControl<'_>) -> Result<Answers<'_>, ClaimsError> {
        self.run_from(control, &Found::new(), None)
    }

    /// Runs and judges like [`Study::run`], but skips the points of the space that are in `found`,
    /// which are not reported to `control`. It keeps notes of the remaining points, even if it is
    /// stopped.
    ///
    /// # Errors
    ///
    /// As [`Study::run`], and [`NotesError`].
    pub fn run_from(
        &self,
        control: RunControl<'_>,
        found: &Found<SpacePoint>,
        notes: Option<Notes>,
    ) -> Result<Answers<'_>, ClaimsError> {
        let baseline = self.run_baseline(control)?;
        let space = self.run_space(control, found, notes)?;
        Answers::new(self, &baseline, space)
    }

    fn run_baseline(&self, control: RunControl<'_>) -> Result<PointTally, EnsembleError> {
        let mut baseline = PointTally::new(self.baseline.layout().clone());
        self.baseline.run(control, |_, tally| {
            baseline = tally;
            Ok::<_, EnsembleError>(())
        })?;
        Ok(baseline)
    }

    fn run_space(
        &self,
        control: RunControl<'_>,
        found: &Found<SpacePoint>,
        notes: Option<Notes>,
    ) -> Result<SpaceSample, ClaimsError> {
        let (design, replicates) = (self.space.design().clone(), self.space.plan().replicates());
        let mut sample = SpaceSample::new(self.space.experiment(), design, replicates);
        let start = self.start(found);
        found.range(..start.next).for_each(|(_, point)| sample.add_found(point));
        let mut points = Points { sample, notes };
        let done = self.space.run_from(start, control, &mut points);
        points.notes.as_mut().map_or(Ok(()), Notes::save)?;
        done.map(|()| points.sample)
    }
}

/// Every two of these scenarios once, since dominance is decided at each point.
fn pairs(scenarios: &[usize]) -> Vec<Pair> {
    let later = scenarios.iter().enumerate().flat_map(|(place, &reference)| {
        let others = scenarios.iter().skip(place + 1);
        others.map(move |&scenario| Pair { scenario, reference })
    });
    later.collect()
}

/// Every two scenarios once; those that the experiment compares, the way round that it does.
fn all_pairs(experiment: &Experiment) -> Vec<Pair> {
    let count = experiment.scenarios.len();
    let pairs = (0..count).flat_map(|one| (0..one).map(move |other| (one, other)));
    let turned = |(one, other)| {
        if experiment.compared_with(other) == Some(one) {
            Pair { scenario: other, reference: one }
        } else {
            Pair { scenario: one, reference: other }
        }
    };
    pairs.map(turned).collect()
}

/// Receives the points of the space. They come in order, so the notes have the first ones.
struct Points {
    sample: SpaceSample,
    notes: Option<Notes>,
}

impl Sink for Points {
    type Error = ClaimsError;

    // A point that is not complete is run again.
    fn complete(
        &mut self,
        point: u32,
        tally: PointTally,
        _: RangeSet<u64>,
    ) -> Result<(), ClaimsError> {
        self.sample.add(&tally);
        if let (Some(notes), Some(added)) = (&mut self.notes, self.sample.points().last()) {
            notes.add(point, added)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    use super::super::Verdicts;
    use super::*;
    use crate::analysis::claims::{Finding, Verdict};
    use crate::outcome::Risk;

    /// An experiment with a claim, which is judged over ten points, where this holds.
    fn experiment(wheres: &str) -> Experiment {
        let text = format!(
            "name = \"a\"\nquarters = 12\nreplicates = 100\n\
             scenarios = [\"no-guarantee\", \"ironclad\"]
             [space]\npoints = 10\nreplicates = 40\n{wheres}
             [[claim]]\nid = \"war\"\nstatement = \"A guarantee deters\"
             treatment = \"ironclad\"\ncontrol = \"no-guarantee\"
             outcome = \"war_resumed\"\ndirection = \"lower\""
        );
        Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap()
    }

    /// Judges the claim.
    fn judge(wheres: &str) -> Result<(Verdicts, SpaceSample, usize), ClaimsError> {
        let experiment = experiment(wheres);
        let space = over_space(&experiment)?;
        let study = Study::new(&experiment, &space)?;
        let answers = study.run(RunControl { progress: &|_| (), stop: &AtomicBool::new(false) })?;
        assert_eq!(answers.judged_where().is_some(), !wheres.is_empty());
        Ok((answers.verdicts, answers.space, answers.judged))
    }

    #[test]
    fn claims_are_judged_at_the_points_that_count_which_keep_their_numbers() {
        let (all, space, points) = judge("").unwrap();
        assert_eq!(points, 10);
        let wars: Vec<f64> =
            space.points().iter().map(|point| point.risks[0][Risk::WarResumed as usize]).collect();
        let counts = |point: &u32| (0.3..=0.8).contains(&wars[*point as usize]);
        let (some, again, points) = judge(
            "[[space.where]]\nscenario = \"no-guarantee\"\nrisk = \"war_resumed\"\n\
             at_least = 0.3\nat_most = 0.8",
        )
        .unwrap();
        // The space is run as before, and its tables have all of it.
        assert_eq!(again, space);
        let expected: Vec<_> = all.points.iter().filter(|row| counts(&row.point)).collect();
        assert_eq!(some.points.iter().collect::<Vec<_>>(), expected);
        assert!((2..10).contains(&points) && points == expected.len(), "{points}");
        let held = expected.iter().filter(|row| row.finding == Finding::Holds).count();
        let (claim, before) = (&some.claims[0], &all.claims[0]);
        assert_eq!(claim.share_of_space, Some(held as f64 / points as f64));
        assert_eq!((claim.points, claim.effect), (points as u64, before.effect));
    }

    #[test]
    fn points_after_one_that_is_missing_are_run_again() {
        let experiment = experiment("");
        let space = over_space(&experiment).unwrap();
        let study = Study::new(&experiment, &space).unwrap();
        let found =
            |points: &[u32]| points.iter().map(|point| (*point, SpacePoint::default())).collect();
        // Two scenarios with 40 replicates each.
        assert_eq!(study.finished(&found(&[0, 1, 3])), 2 * 2 * 40);
        assert_eq!(study.finished(&found(&[1, 2])), 0);
        assert_eq!(study.size(), 2 * 100 + 10 * 2 * 40);
    }

    #[test]
    fn values_out_of_range_are_told_of_the_baseline_and_of_points_run_or_found_before() {
        let experiment = experiment("");
        let space = over_space(&experiment).unwrap();
        let study = Study::new(&experiment, &space).unwrap();
        let control = RunControl { progress: &|_| (), stop: &AtomicBool::new(false) };
        let mut baseline = study.run_baseline(control).unwrap();
        let mut sample =
            SpaceSample::new(&space, study.space.design().clone(), study.space.plan().replicates());
        let told = |baseline: &PointTally, sample: &SpaceSample| {
            let told = Answers::new(&study, baseline, sample.clone()).unwrap().defect()?;
            Some(told.split_once(" lay outside").unwrap().0.to_owned())
        };
        sample.add(&baseline);
        assert_eq!(told(&baseline, &sample), None);
        baseline.scenarios[1].outside[0] = 2;
        assert_eq!(told(&baseline, &sample).as_deref(), Some("2 values"));
        sample.add(&baseline);
        assert_eq!(told(&baseline, &sample).as_deref(), Some("4 values"));
        let noted = serde_json::to_string(&sample.points()[1]).unwrap();
        sample.add_found(&serde_json::from_str(&noted).unwrap());
        assert_eq!(told(&baseline, &sample).as_deref(), Some("6 values"));
    }

    #[test]
    fn claims_that_no_point_counts_for_are_undecided() {
        let nowhere = "[[space.where]]\nscenario = \"ironclad\"\nrisk = \"war_resumed\"\n\
                       at_least = 0.999";
        let (verdicts, _, points) = judge(nowhere).unwrap();
        let claim = &verdicts.claims[0];
        assert_eq!((points, claim.points, claim.share_of_space), (0, 0, None));
        assert_eq!(claim.verdict, Verdict::Undecided);
        assert!(
            claim.reason.ends_with("no point of the parameter space counts"),
            "{}",
            claim.reason
        );
        assert!(verdicts.points.is_empty() && verdicts.parameters.is_empty());
    }
}
