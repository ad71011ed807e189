//! On how many threads a command works: as typed, and what it comes to.

use std::num::NonZeroUsize;

use clap::Args;

use super::number::{MAX_THREADS, THREADS, within};

/// The variable in which Slurm says how many cores a task has.
const GIVEN: &str = "SLURM_CPUS_PER_TASK";

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Threads {
    /// Threads to use; if left out, those that Slurm gives, or all cores.
    #[arg(long, value_name = "N", value_parser = within::<u16>(THREADS), allow_negative_numbers = true)]
    threads: Option<u16>,
}

impl Threads {
    /// How many to use: as many as asked for, or as Slurm gives, or as there are cores.
    pub(crate) fn number(self) -> usize {
        let given = || std::env::var(GIVEN).ok()?.parse().ok();
        let threads = self.threads.or_else(given);
        let threads = threads.filter(|threads| (1..=MAX_THREADS).contains(threads));
        let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        threads.map_or_else(cores, usize::from)
    }
}
