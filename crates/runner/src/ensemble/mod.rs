//! Runs an experiment: several threads run units of replicates into exact tallies, one per design
//! point.
//!
//! Threads take units in order and finish them in any; a tally adds integers, so the order leaves
//! no trace. Once all units of a point are in, it is handed on and forgotten; points are handed on
//! in order. So memory holds only the points that are being worked on.

mod desk;
mod models;
mod precision;
mod round;
mod schedule;
mod worker;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use article5_model::model::ModelError;
use article5_model::parameters::Parameters;
use article5_model::scenario::Scenario;
use rangemap::RangeSet;

use crate::config::{Experiment, Stop, UnsoundExperiment};
use crate::design::{Design, DesignError};
use crate::partial::{Expected, Header, Partial, Role, Shard, canary, code_version};
use crate::plan::{Plan, PlanError};
use crate::tally::{Layout, MergeError, Pair, PointTally};
use crate::uncertainty::Uncertain;

pub use models::Models;
pub use precision::half_width;
pub(crate) use precision::is_precise;
pub(crate) use round::MAX_WAITING;
pub(crate) use schedule::{points_together, waiting_bytes};

/// Why an experiment did not run to the end.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EnsembleError {
    /// Code has turned the experiment into something that no configuration could describe.
    #[error(transparent)]
    Unsound(#[from] UnsoundExperiment),
    /// The design cannot be made.
    #[error(transparent)]
    Design(#[from] DesignError),
    /// The experiment cannot be cut into units.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The model refuses a scenario.
    #[error("scenario `{scenario}`: {source}")]
    Model {
        /// The scenario.
        scenario: String,
        /// What the model says.
        source: ModelError,
    },
    /// The model refuses a shipped scenario, which would be a defect of it.
    #[error("a scenario that comes with article5 is refused: {0}")]
    Canary(ModelError),
    /// The tally cannot hold that many replicates.
    #[error(transparent)]
    Tally(#[from] MergeError),
    /// The experiment has a stopping rule, so it has no shards.
    #[error(
        "a run with [stop] cannot be divided: no shard can tell how precise all of them together are"
    )]
    Divided,
    /// The run was stopped.
    #[error("stopped")]
    Stopped,
}

/// How an experiment is run; none of it changes a result.
#[derive(Clone, Copy)]
pub struct RunControl<'a> {
    /// Called after each unit with the number of replicates finished, counted over all scenarios;
    /// and, once a point meets a stopping rule, with the number of those no longer needed.
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Can be set from anywhere to stop the run after the units in hand.
    pub stop: &'a AtomicBool,
}

/// An experiment prepared for running: its design points, its units, the shape of its tallies.
///
/// ```
/// use std::path::Path;
/// use std::sync::atomic::AtomicBool;
/// use article5_runner::config::Experiment;
/// use article5_runner::ensemble::{RunControl, Ensemble, EnsembleError};
/// use article5_runner::outcome::Risk;
///
/// let text = "name = \"a\"\nquarters = 4\nreplicates = 8\nscenarios = [\"article5-like\"]
///             [design]\nkind = \"list\"
///             [design.vary]\n\"guarantee.monitoring\" = { values = [0.3, 0.9] }";
/// let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
/// let ensemble = Ensemble::new(&experiment)?;
/// let control = RunControl { progress: &|_| (), stop: &AtomicBool::new(false) };
/// let mut wars = Vec::new();
/// ensemble.run(control, |_point, tally| {
///     let risk = tally.scenarios()[0].risk(4, Risk::WarResumed);
///     wars.push(risk.map(|risk| risk.by));
///     Ok::<(), EnsembleError>(())
/// })?;
/// assert_eq!(wars.len(), 2);
/// # Ok::<(), EnsembleError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Ensemble<'a> {
    experiment: &'a Experiment,
    /// The rule by which points are ended.
    stop: Option<&'a Stop>,
    design: Design,
    uncertain: Uncertain,
    layout: Arc<Layout>,
    plan: Plan,
    /// The header that says where partials come from.
    origin: Header,
}

impl<'a> Ensemble<'a> {
    /// Prepares an experiment.
    ///
    /// # Errors
    ///
    /// The experiment is not [sound](Experiment::check), its design cannot be made, it has more
    /// replicates than a tally counts, or the model refuses a scenario.
    pub fn new(experiment: &'a Experiment) -> Result<Self, EnsembleError> {
        experiment.check()?;
        let design = experiment.points()?;
        let points = u32::try_from(design.points.nrows()).unwrap_or(u32::MAX);
        let [configuration, members] = experiment.hashes().map(Into::into);
        let origin = Header {
            configuration,
            members,
            code_version: code_version(),
            shard: Shard::WHOLE,
            role: Role::Open,
            canary: canary().map_err(EnsembleError::Canary)?,
        };
        Ok(Self {
            origin,
            experiment,
            stop: experiment.stop.as_ref(),
            plan: Plan::new(experiment, points)?,
            uncertain: Uncertain::new(experiment)?,
            layout: Arc::new(models::layout(experiment)?),
            design,
        })
    }

    /// The same experiment, with these pairs of scenarios compared instead of each scenario with
    /// the reference.
    #[must_use]
    pub fn with_pairs(self, pairs: impl IntoIterator<Item = Pair>) -> Self {
        let layout = Layout::clone(&self.layout).with_pairs(pairs);
        Self { layout: Arc::new(layout), ..self }
    }

    /// The same experiment, tallying also what its claims compare and the last quarter, at which
    /// decisions are weighed.
    #[must_use]
    pub fn with_claims(self) -> Self {
        let layout = Layout::clone(&self.layout).with_quarter(self.experiment.quarters);
        let layout = layout.with_contrasts(models::contrasts(self.experiment));
        Self { layout: Arc::new(layout), ..self }
    }

    /// The same experiment, tallying the cover matrices of these quarters instead of those asked for.
    #[must_use]
    pub(crate) fn with_cover_quarters(self, quarters: &[u32]) -> Self {
        let layout = Layout::clone(&self.layout).with_cover_quarters(quarters);
        Self { layout: Arc::new(layout), ..self }
    }

    /// The same experiment with no point ended before its last replicate.
    #[must_use]
    pub(crate) fn without_stop(self) -> Self {
        Self { stop: None, ..self }
    }

    /// The same experiment with different replicates at each point, so that the errors of what is
    /// counted over points average out.
    #[must_use]
    pub fn with_own_replicates(self) -> Self {
        Self { plan: self.plan.with_own_replicates(), ..self }
    }

    /// The experiment.
    pub fn experiment(&self) -> &'a Experiment {
        self.experiment
    }

    /// The design points; without a design, a single one at which nothing varies.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// How the experiment is cut into units.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The most replicates that it runs, counted over all scenarios and points.
    pub fn size(&self) -> u64 {
        let scenarios = self.experiment.scenarios.len() as u64;
        self.plan.replicates() * u64::from(self.plan.points()) * scenarios
    }

    /// How many of them a shard runs.
    pub fn size_of(&self, shard: Shard) -> u64 {
        let units = shard.owned(0..self.plan.units());
        let counts = units.map(|nth| self.plan.unit(shard.nth(nth)).count);
        counts.sum::<u64>() * self.experiment.scenarios.len() as u64
    }

    /// What is tallied.
    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// The parameters that replicates draw.
    pub fn uncertain(&self) -> &Uncertain {
        &self.uncertain
    }

    /// The parameters with which a scenario runs at a design point, before replicates draw theirs.
    ///
    /// # Errors
    ///
    /// [`EnsembleError::Model`] if the scenario sets what no parameter can be; never for one of
    /// this experiment.
    pub fn parameters(&self, point: u32, scenario: &Scenario) -> Result<Parameters, EnsembleError> {
        models::parameters(&self.design, point, scenario)
    }

    /// The models of a design point.
    ///
    /// # Errors
    ///
    /// [`EnsembleError::Model`] if the model refuses a scenario.
    pub fn models(&self, point: u32) -> Result<Models<'_>, EnsembleError> {
        Models::new(self, point)
    }

    /// Runs every scenario over every replicate of every design point, on the threads of the rayon
    /// pool in which it is called, and hands each point's tally to `complete`, in the order of
    /// points.
    ///
    /// # Errors
    ///
    /// What `complete` returns, [`EnsembleError::Stopped`] once [`RunControl::stop`] is set, or more
    /// replicates than a tally holds.
    pub fn run<E>(
        &self,
        control: RunControl<'_>,
        complete: impl FnMut(u32, PointTally) -> Result<(), E> + Send,
    ) -> Result<(), E>
    where
        E: From<EnsembleError> + Send,
    {
        self.run_from(self.start(Shard::WHOLE), control, &mut Completed(complete))
    }

    /// Runs what is left of a shard, as [`Ensemble::run`] does.
    ///
    /// # Errors
    ///
    /// As [`Ensemble::run`], and [`EnsembleError::Divided`] for a shard of an experiment that stops
    /// by itself.
    pub fn run_from<S: Sink + Send>(
        &self,
        start: Start,
        control: RunControl<'_>,
        sink: &mut S,
    ) -> Result<(), S::Error> {
        desk::run(self, start, control, sink)
    }

    /// The start of a shard of which nothing has been done.
    pub fn start(&self, shard: Shard) -> Start {
        Start { next: 0, open: Partial::new(self.header(shard, Role::Open)) }
    }

    /// The header of a shard's partials.
    pub fn header(&self, shard: Shard, role: Role) -> Header {
        Header { shard, role, ..self.origin.clone() }
    }

    /// What a shard's partials must match to be read.
    pub fn expected(&self, shard: Shard, role: Role) -> Expected {
        let (plan, layout) = (self.plan, Arc::clone(&self.layout));
        Expected { header: self.header(shard, role), plan, layout }
    }
}

/// Where a run starts or continues.
#[derive(Clone, Debug)]
pub struct Start {
    /// Points below this number are complete, and are not handed on again.
    pub next: u32,
    /// The shard, and its finished units for points from there on.
    pub open: Partial,
}

impl Start {
    /// How many replicates are finished, or no longer needed, counted over all scenarios.
    pub fn replicates(&self, ensemble: &Ensemble<'_>) -> u64 {
        let (plan, shard) = (ensemble.plan(), self.open.header.shard);
        let before = shard.owned(0..plan.units_of(self.next).start);
        let open = self.open.units.iter().flat_map(|range| range.start..range.end);
        let counts = before.chain(open).map(|nth| plan.unit(shard.nth(nth)).count);
        counts.sum::<u64>() * ensemble.layout().scenarios() as u64
    }
}

/// The receiver of what a run finishes. Calls come one at a time, from any thread.
pub trait Sink {
    /// Why nothing more can be taken, which ends the run.
    type Error: From<EnsembleError> + Send;

    /// Takes the tally of a complete point, and its units by their numbers within the shard; called
    /// once per point, in ascending order.
    ///
    /// # Errors
    ///
    /// Whatever ends the run.
    fn complete(
        &mut self,
        point: u32,
        tally: PointTally,
        units: RangeSet<u64>,
    ) -> Result<(), Self::Error>;

    /// Sees, after each unit, what is finished of points that are not complete.
    ///
    /// # Errors
    ///
    /// Whatever ends the run.
    fn progress(&mut self, _open: &Partial) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Sees the same once more if the run ends before its end: the last chance to keep it.
    ///
    /// # Errors
    ///
    /// Whatever is more serious than what ended the run.
    fn stopped(&mut self, _open: &Partial) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// A sink that takes only complete points.
struct Completed<F>(F);

impl<E, F> Sink for Completed<F>
where
    E: From<EnsembleError> + Send,
    F: FnMut(u32, PointTally) -> Result<(), E>,
{
    type Error = E;

    fn complete(&mut self, point: u32, tally: PointTally, _: RangeSet<u64>) -> Result<(), E> {
        (self.0)(point, tally)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn claims_are_tallied_where_they_are_asked_for_and_with_them_the_last_quarter() {
        let text = "name = \"a\"\nquarters = 24\nscenarios = [\"no-guarantee\", \"article5-like\"]
            [output]\nquarters = [4]
            [[claim]]\nid = \"H\"\nstatement = \"s\"\ntreatment = \"article5-like\"
            control = \"no-guarantee\"\noutcome = \"tiered\"\ndirection = \"higher\"\nquarter = 8";
        let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
        let ensemble = Ensemble::new(&experiment).unwrap();
        assert_eq!(
            (ensemble.layout().quarters(), ensemble.layout().contrasts().len()),
            (&[4][..], 0)
        );
        let judged = ensemble.with_claims();
        let layout = judged.layout();
        assert_eq!((layout.quarters(), layout.contrasts().len()), (&[4, 8, 24][..], 1));
        assert_eq!(layout.horizon(), Some(24));
    }
}
