//! Batches of article5 replicates: configuration, designs, exact aggregates, tables.
//!
//! A [configuration](config) resolves to an [`Experiment`](config::Experiment). An
//! [`Ensemble`](ensemble::Ensemble) runs its replicates, of every scenario and [design] point, on
//! several threads and adds up what [`outcome`] names in one exact [tally] per point. From tallies
//! come the [tables] of a run's folder, which a [batch] fills, and the [analyses](analysis):
//! [claims], decisions, [sensitivity] and discovery. [`trace`] tells one replicate as a story.
//!
//! Long runs are kept safe in this way: a [plan] cuts the work into units, which [shards] divide
//! among themselves; what is finished is kept in [partials](partial) and a [journal], or in the
//! [notes] of an inquiry; and a run's folder grows in a [workplace] until it is whole.
//!
//! ```
//! use std::path::Path;
//! use std::sync::atomic::AtomicBool;
//! use article5_runner::config::Experiment;
//! use article5_runner::ensemble::{RunControl, Ensemble, EnsembleError};
//! use article5_runner::outcome::{Outcome, Risk};
//! use article5_runner::tally::Pair;
//!
//! let text = "name = \"tour\"\nquarters = 20\nreplicates = 200\n\
//!             scenarios = [\"no-guarantee\", \"ironclad\"]";
//! let experiment = Experiment::from_toml(text, "tour.toml", Path::new("."))?;
//! let ensemble = Ensemble::new(&experiment)?;
//! let mut points = Vec::new();
//! let control = RunControl { progress: &|_| (), stop: &AtomicBool::new(false) };
//! ensemble.run(control, |_point, tally| {
//!     points.push(tally);
//!     Ok::<(), EnsembleError>(())
//! })?;
//! // Without a design there is one point; scenarios are in the order of the configuration.
//! let trust = points[0].scenarios()[1].outcome(20, Outcome::TrustMean).unwrap();
//! let [low, median, high] = trust.quantiles([0.05, 0.5, 0.95]).unwrap();
//! assert!(low < median && median < high);
//! // On common shocks: how much likelier war is under the second than under the first.
//! let pair = Pair { scenario: 1, reference: 0 };
//! let war = points[0].risk_effect(pair, 20, Risk::WarResumed).unwrap();
//! assert!(war.interval.is_some_and(|(_, high)| high < 0.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod analysis;
pub mod batch;
pub mod claims;
mod clock;
pub mod config;
pub mod design;
pub mod ensemble;
pub mod estimate;
mod files;
mod identity;
pub mod journal;
pub mod notes;
pub mod numbers;
pub mod outcome;
pub mod partial;
pub mod plan;
mod random;
pub mod sensitivity;
pub mod shards;
pub mod tables;
pub mod tally;
pub mod trace;
pub mod uncertainty;
pub mod workplace;
