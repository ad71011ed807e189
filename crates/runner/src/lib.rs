//! Batches of article5 replicates: configuration, designs, exact aggregates, tables.

pub mod analysis;
pub mod design;
pub mod outcome;
mod random;
pub mod tables;
pub mod tally;
