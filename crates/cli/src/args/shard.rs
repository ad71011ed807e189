//! Which shard of a run: by its number, or by that of a task in a job array.

use std::str::FromStr;

use article5_runner::partial::{NotAShard, Shard};

use crate::exit::Failure;

/// A shard, by its number or by that of the task in a job array.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ShardChoice {
    /// By its number.
    Numbered(Shard),
    /// One of this many, by the task's number.
    OfTask(u32),
}

/// The variables in which job arrays put the number of a task, each with the first task's number.
const TASKS: [(&str, u32); 4] = [
    ("SLURM_ARRAY_TASK_ID", 0),
    ("PBS_ARRAY_INDEX", 0),
    ("JOB_COMPLETION_INDEX", 0),
    ("SGE_TASK_ID", 1),
];

impl FromStr for ShardChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shard = match text.strip_prefix("auto/") {
            None => text.parse().map(Self::Numbered),
            // Only N is checked here: the task's number decides which shard it is.
            Some(of) => format!("0/{of}").parse().map(|shard: Shard| Self::OfTask(shard.of())),
        };
        shard.map_err(|error: NotAShard| format!("{error}; or `auto/N` in a job array"))
    }
}

impl ShardChoice {
    /// The shard that is meant.
    pub(crate) fn shard(self) -> Result<Shard, Failure> {
        let of = match self {
            Self::Numbered(shard) => return Ok(shard),
            Self::OfTask(of) => of,
        };
        let task = |(name, first): (&'static str, u32)| {
            let number: u32 = std::env::var(name).ok()?.parse().ok()?;
            Some((name, number.checked_sub(first)?))
        };
        match TASKS.into_iter().find_map(task) {
            Some((name, index)) => Shard::new(index, of).map_err(|_| {
                Failure::Input(miette::miette!(
                    help = "number the tasks of the array from the first to the last shard",
                    "{name} makes this shard {index} of {of}"
                ))
            }),
            None => Err(Failure::Input(miette::miette!(
                help = "name the shard, as in `--shard 3/16`",
                "`auto` finds no job array: none of {} is set to a number",
                TASKS.map(|(name, _)| name).join(", ")
            ))),
        }
    }
}
