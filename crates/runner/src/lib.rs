//! Batches of article5 replicates: configuration, designs, exact aggregates, tables.

pub mod analysis;
mod clock;
pub mod config;
pub mod design;
pub mod ensemble;
pub mod estimate;
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
