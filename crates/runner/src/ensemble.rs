//! Running an experiment: blocks of replicates over threads, into one exact tally.
//!
//! Every block runs all scenarios over the same replicates, because paired differences on common
//! shocks need them side by side. Blocks finish in any order; the tally adds integers, so the order
//! leaves no trace.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use article5_model::model::{Model, ModelError};
use article5_model::replicate::Workspace;
use rayon::prelude::*;

use crate::config::Experiment;
use crate::outcome::Ranges;
use crate::tally::{Layout, MergeError, PointTally, UnitTally};

/// Replicates in a block: enough to make handing one out cheap, few enough to balance threads.
const BLOCK: u64 = 128;

/// Why an experiment did not run to its end.
#[derive(Debug, thiserror::Error)]
pub enum EnsembleError {
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
    /// Told after each block how many replicates are finished, counted over all scenarios.
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Set by anyone to stop the run after the blocks in hand.
    pub stop: &'a AtomicBool,
}

/// The models of an experiment, one a scenario.
///
/// # Errors
///
/// [`EnsembleError::Model`] where the model refuses a scenario.
pub fn models(experiment: &Experiment) -> Result<Vec<Model>, EnsembleError> {
    let model = |scenario| {
        experiment
            .model(scenario)
            .map_err(|source| EnsembleError::Model { scenario: scenario.name.clone(), source })
    };
    experiment.scenarios.iter().map(model).collect()
}

/// The shape of an experiment's tallies.
fn layout(experiment: &Experiment, models: &[Model]) -> Layout {
    let efforts = experiment.alliance.members().iter().map(|member| member.effort());
    let mut ranges = Ranges::new(efforts.fold(0.0, f64::max), experiment.quarters);
    for (model, scenario) in models.iter().zip(&experiment.scenarios) {
        ranges.include(model.parameters(), &scenario.events);
    }
    let output = &experiment.output;
    let (quarters, cover_quarters) = (&output.quarters, &output.cover_quarters);
    Layout::new(models.len(), experiment.alliance.len(), quarters, cover_quarters, &ranges)
}

/// Runs every scenario over every replicate, on the threads of the rayon pool that it is called in.
///
/// # Errors
///
/// A scenario that the model refuses, more replicates than a tally holds, or a stop.
pub fn run(experiment: &Experiment, conduct: Conduct<'_>) -> Result<PointTally, EnsembleError> {
    let models = models(experiment)?;
    let layout = Arc::new(layout(experiment, &models));
    let total = Mutex::new(PointTally::new(Arc::clone(&layout)));
    (0..experiment.replicates.div_ceil(BLOCK)).into_par_iter().try_for_each_init(
        || Worker::new(&models, &layout),
        |worker, block| {
            if conduct.stop.load(Ordering::Relaxed) {
                return Err(EnsembleError::Stopped);
            }
            let first = block * BLOCK;
            let count = BLOCK.min(experiment.replicates - first);
            worker.run(experiment, experiment.first_replicate + first, count);
            total.lock().unwrap_or_else(PoisonError::into_inner).absorb(&mut worker.unit)?;
            (conduct.progress)(count * models.len() as u64);
            Ok(())
        },
    )?;
    Ok(total.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// What a thread keeps from block to block.
struct Worker<'a> {
    models: &'a [Model],
    workspaces: Vec<Workspace>,
    unit: UnitTally,
    /// The cover matrix of one quarter.
    cover: Vec<f64>,
    wants_cover: Vec<bool>,
}

impl<'a> Worker<'a> {
    fn new(models: &'a [Model], layout: &Arc<Layout>) -> Self {
        let last = layout.horizon().unwrap_or(0);
        let cover_last = layout.cover_quarters().last().copied().unwrap_or(0);
        Self {
            models,
            workspaces: models.iter().map(Model::workspace).collect(),
            unit: UnitTally::new(Arc::clone(layout), BLOCK as usize),
            cover: Vec::with_capacity(layout.members() * layout.members()),
            wants_cover: (0..=last.max(cover_last))
                .map(|quarter| layout.wants_cover(quarter))
                .collect(),
        }
    }

    /// Runs a block of replicates of every scenario.
    fn run(&mut self, experiment: &Experiment, first: u64, count: u64) {
        let Self { models, workspaces, unit, cover, wants_cover } = self;
        unit.clear();
        let scenarios = models.iter().zip(workspaces).zip(unit.blocks());
        for ((model, workspace), block) in scenarios {
            for replicate in first..first + count {
                block.begin();
                model.run(experiment.seed, replicate, workspace, |quarter| {
                    block.observe(quarter);
                    if wants_cover.get(quarter.quarter as usize) == Some(&true) {
                        cover.clear();
                        quarter.cover(|p_full| cover.push(p_full));
                        block.observe_cover(quarter.quarter, cover);
                    }
                });
            }
        }
    }
}
