//! Batches of article5 replicates: configuration, designs, exact aggregates, tables.

pub mod analysis;
pub mod design;
mod random;
pub mod tables;
