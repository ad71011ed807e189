//! Running an experiment: units of replicates over threads, into exact tallies, one a design point.
//!
//! Threads take units in order and finish them in any; a tally adds integers, so the order leaves
//! no trace. A point whose units are all in is handed on, points in order, and forgotten: memory
//! holds the points that are being worked on and no others.

mod models;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use article5_model::model::ModelError;

use crate::config::Experiment;
use crate::design::{Design, DesignError};
use crate::plan::{BLOCK, Plan, PlanError, Unit};
use crate::tally::{Layout, MergeError, Pair, PointTally, UnitTally};
use crate::uncertainty::Uncertain;

pub use models::Models;

/// Why an experiment did not run to its end.
#[derive(Debug, thiserror::Error)]
pub enum EnsembleError {
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
    /// The tally cannot hold so many replicates.
    #[error(transparent)]
    Tally(#[from] MergeError),
    /// The run was stopped.
    #[error("stopped")]
    Stopped,
}

/// How an experiment is run; none of it changes a result.
#[derive(Clone, Copy)]
pub struct Conduct<'a> {
    /// Told after each unit how many replicates are finished, counted over all scenarios.
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Set by anyone to stop the run after the units in hand.
    pub stop: &'a AtomicBool,
}

/// An experiment laid out: its design points, its units, the shape of its tallies.
///
/// ```
/// use std::path::Path;
/// use std::sync::atomic::AtomicBool;
/// use article5_runner::config::Experiment;
/// use article5_runner::ensemble::{Conduct, Ensemble, EnsembleError};
/// use article5_runner::outcome::Risk;
///
/// let text = "name = \"a\"\nquarters = 4\nreplicates = 8\nscenarios = [\"article5-like\"]
///             [design]\nkind = \"list\"
///             [design.vary]\n\"guarantee.monitoring\" = { values = [0.3, 0.9] }";
/// let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
/// let ensemble = Ensemble::new(&experiment)?;
/// let conduct = Conduct { progress: &|_| (), stop: &AtomicBool::new(false) };
/// let mut wars = Vec::new();
/// ensemble.run(conduct, |_point, tally| {
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
    design: Design,
    uncertain: Uncertain,
    layout: Arc<Layout>,
    plan: Plan,
}

impl<'a> Ensemble<'a> {
    /// Lays out an experiment.
    ///
    /// # Errors
    ///
    /// A design that cannot be made, more replicates than a tally counts, or a scenario that the
    /// model refuses.
    pub fn new(experiment: &'a Experiment) -> Result<Self, EnsembleError> {
        let design = experiment.points()?;
        let points = u32::try_from(design.points.nrows()).unwrap_or(u32::MAX);
        Ok(Self {
            experiment,
            plan: Plan::new(experiment, points)?,
            uncertain: Uncertain::new(experiment)?,
            layout: Arc::new(models::layout(experiment)?),
            design,
        })
    }

    /// The same experiment, with these pairs of scenarios compared instead of each with the first.
    #[must_use]
    pub fn with_pairs(self, pairs: impl IntoIterator<Item = Pair>) -> Self {
        let layout = Layout::clone(&self.layout).with_pairs(pairs);
        Self { layout: Arc::new(layout), ..self }
    }

    /// The experiment.
    pub fn experiment(&self) -> &'a Experiment {
        self.experiment
    }

    /// The design points; one at which nothing varies where there is no design.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// The parameters that a design point sets, by key.
    pub fn values(&self, point: u32) -> impl Iterator<Item = (&str, f64)> {
        let Design { keys, points, .. } = &self.design;
        let row = (point as usize) < points.nrows();
        let row = row.then(|| points.row(point as usize));
        let values = row.into_iter().flat_map(|row| row.iter().copied().collect::<Vec<_>>());
        keys.iter().map(String::as_str).zip(values)
    }

    /// How the experiment is cut.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What is tallied.
    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// The parameters that replicates draw.
    pub fn uncertain(&self) -> &Uncertain {
        &self.uncertain
    }

    /// The models of a design point.
    ///
    /// # Errors
    ///
    /// [`EnsembleError::Model`] where the model refuses a scenario.
    pub fn models(&self, point: u32) -> Result<Models<'_>, EnsembleError> {
        Models::new(self, point)
    }

    /// Runs every scenario over every replicate of every design point, on the threads of the rayon
    /// pool that it is called in, and hands each point's tally to `complete`, points in order.
    ///
    /// # Errors
    ///
    /// What `complete` returns, [`EnsembleError::Stopped`] once [`Conduct::stop`] is set, or more
    /// replicates than a tally holds.
    pub fn run<E>(
        &self,
        conduct: Conduct<'_>,
        complete: impl FnMut(u32, PointTally) -> Result<(), E> + Send,
    ) -> Result<(), E>
    where
        E: From<EnsembleError> + Send,
    {
        let desk = Mutex::new(Desk {
            next: 0,
            open: BTreeMap::new(),
            handed_on: 0,
            complete,
            outcome: Ok(()),
        });
        rayon::broadcast(|_| {
            if let Err(error) = self.work(conduct, &desk) {
                lock(&desk).fail(error);
            }
        });
        desk.into_inner().unwrap_or_else(PoisonError::into_inner).outcome
    }

    /// What a thread does: takes units until there are none.
    fn work<E, F>(&self, conduct: Conduct<'_>, desk: &Mutex<Desk<E, F>>) -> Result<(), E>
    where
        E: From<EnsembleError>,
        F: FnMut(u32, PointTally) -> Result<(), E>,
    {
        let mut worker = Worker::new(self);
        let take = || lock(desk).take(&self.plan);
        while let Some(unit) = take() {
            if conduct.stop.load(Ordering::Relaxed) {
                return Err(EnsembleError::Stopped.into());
            }
            worker.run(unit)?;
            lock(desk).absorb(self, unit, &mut worker.tally)?;
            (conduct.progress)(unit.count * self.layout.scenarios() as u64);
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the threads share: which unit is next, and the points that are not complete yet.
struct Desk<E, F> {
    /// The number of the next unit.
    next: u64,
    /// Points begun, with the units that each still lacks.
    open: BTreeMap<u32, (PointTally, u64)>,
    /// Points below this are complete and handed on.
    handed_on: u32,
    complete: F,
    outcome: Result<(), E>,
}

impl<E, F> Desk<E, F>
where
    E: From<EnsembleError>,
    F: FnMut(u32, PointTally) -> Result<(), E>,
{
    fn take(&mut self, plan: &Plan) -> Option<Unit> {
        let wanted = self.outcome.is_ok() && self.next < plan.units();
        wanted.then(|| {
            self.next += 1;
            plan.unit(self.next - 1)
        })
    }

    /// Adds a finished unit, and hands on what is complete.
    fn absorb(
        &mut self,
        ensemble: &Ensemble<'_>,
        unit: Unit,
        tally: &mut UnitTally,
    ) -> Result<(), E> {
        let units = ensemble.plan.units_of(unit.point);
        let (point, missing) = self.open.entry(unit.point).or_insert_with(|| {
            (PointTally::new(Arc::clone(&ensemble.layout)), units.end - units.start)
        });
        point.absorb(tally).map_err(EnsembleError::from)?;
        *missing -= 1;
        while let Some(entry) = self.open.first_entry()
            && *entry.key() == self.handed_on
            && entry.get().1 == 0
            && self.outcome.is_ok()
        {
            let (point, (tally, _)) = entry.remove_entry();
            self.handed_on += 1;
            (self.complete)(point, tally)?;
        }
        Ok(())
    }

    /// Keeps the first error, which ends the run.
    fn fail(&mut self, error: E) {
        if self.outcome.is_ok() {
            self.outcome = Err(error);
        }
    }
}

/// What a thread keeps from unit to unit.
struct Worker<'a> {
    ensemble: &'a Ensemble<'a>,
    models: Option<(u32, Models<'a>)>,
    tally: UnitTally,
    /// The cover matrix of one quarter.
    cover: Vec<f64>,
    wants_cover: Vec<bool>,
}

impl<'a> Worker<'a> {
    fn new(ensemble: &'a Ensemble<'a>) -> Self {
        let layout = &ensemble.layout;
        let last = layout.horizon().unwrap_or(0);
        let cover_last = layout.cover_quarters().last().copied().unwrap_or(0);
        let block = BLOCK.min(ensemble.plan.replicates());
        Self {
            ensemble,
            models: None,
            tally: UnitTally::new(Arc::clone(layout), block as usize),
            cover: Vec::with_capacity(layout.members() * layout.members()),
            wants_cover: (0..=last.max(cover_last))
                .map(|quarter| layout.wants_cover(quarter))
                .collect(),
        }
    }

    /// Runs a unit.
    fn run(&mut self, unit: Unit) -> Result<(), EnsembleError> {
        let Self { ensemble, models, tally, cover, wants_cover } = self;
        let models = match models {
            Some((point, models)) if *point == unit.point => models,
            _ => &mut models.insert((unit.point, ensemble.models(unit.point)?)).1,
        };
        tally.clear();
        for (scenario, block) in tally.blocks().iter_mut().enumerate() {
            for replicate in unit.first..unit.first + unit.count {
                block.begin();
                models.run(scenario, replicate, |quarter| {
                    block.observe(quarter);
                    if wants_cover.get(quarter.quarter as usize) == Some(&true) {
                        cover.clear();
                        quarter.cover(|p_full| cover.push(p_full));
                        block.observe_cover(quarter.quarter, cover);
                    }
                })?;
            }
        }
        Ok(())
    }
}
