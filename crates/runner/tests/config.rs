//! Configurations from outside: what is refused and how, what is accepted and what it means.

#![expect(clippy::unwrap_used, reason = "a test's helper fails the test")]

#[path = "config/accepted.rs"]
mod accepted;
#[path = "config/refused.rs"]
mod refused;
#[path = "config/shipped.rs"]
mod shipped;

use std::path::Path;

use article5_runner::config::{ConfigError, Experiment};

/// The folder of the files of these tests.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/config");

/// Reads a configuration whose paths are relative to [`FOLDER`].
fn read(text: &str) -> Result<Experiment, ConfigError> {
    Experiment::from_toml(text, "test.toml", Path::new(FOLDER))
}
