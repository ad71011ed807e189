//! What can be typed about a divided run on a cluster.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Changes;
use super::number::{SHARDS, within};

#[derive(Debug, Subcommand)]
pub(crate) enum Submit {
    /// Submit a Slurm job array of the shards that are missing, and a merge job to follow it.
    Slurm(Slurm),
}

#[derive(Debug, Args)]
pub(crate) struct Slurm {
    /// The configuration, a TOML file.
    pub(crate) config: PathBuf,
    #[command(flatten)]
    pub(crate) changes: Changes,
    /// How many shards to divide the run into; if left out, as many as before, or enough that each
    /// takes a few minutes.
    #[arg(long, value_name = "N", value_parser = within::<u32>(SHARDS), allow_negative_numbers = true)]
    pub(crate) shards: Option<u32>,
    /// The folder of the shards, on a file system that all nodes share; `output/NAME.shards` if
    /// left out. The merged run goes into its subfolder `run`.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Write the batch scripts and show what would be submitted.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Options for sbatch, after `--`, as in `-- --partition=long --time=60`.
    #[arg(last = true, value_name = "OPTION")]
    pub(crate) options: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Divided {
    /// The folder of the shards.
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
    /// How many shards the run is divided into, if the folder does not say.
    #[arg(long, value_name = "N", value_parser = within::<u32>(SHARDS), allow_negative_numbers = true)]
    pub(crate) shards: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) divided: Divided,
    /// As JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
