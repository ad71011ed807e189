//! The tables of a run's folder: their rows, what their columns mean, reading and writing them.

pub mod rows;
