//! Batches of article5 replicates: configuration, designs, exact aggregates, tables.

pub mod outcome;
pub mod tables;
pub mod tally;
