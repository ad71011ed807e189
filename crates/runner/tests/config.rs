//! Configurations from outside: what is refused and how, what is accepted and what it means.

#![expect(clippy::unwrap_used, reason = "a test's helper fails the test")]

#[path = "config/accepted.rs"]
mod accepted;
#[path = "config/bounds.rs"]
mod bounds;
#[path = "config/dates.rs"]
mod dates;
#[path = "config/events.rs"]
mod events;
#[path = "config/refused.rs"]
mod refused;
#[path = "config/remarks.rs"]
mod remarks;
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

/// One of everything.
const WHOLE: &str = r#"
name = "whole"
seed = 9223372036854775807
replicates = 20
first_replicate = 7
quarters = 12
start = "2027-Q3"
members = "two_allies.csv"
scenarios = ["no-guarantee", "back-away"]
parameters.learning = { shrinkage = 0.5, consultation = 0.1 }

[[scenario]]
name = "base"
theory = "constant-gain"
[scenario.parameters]
measure.sustain = 3
guarantee = { peace_deal = true, likeness_marketed = 0.7 }
[[scenario.event]]
quarter = 2
kind = "response"
commitment = "EST"
severity = "probe"
answer = "narrow"

[[scenario]]
name = "child"
meaning = "a child"
extends = "base"
reference = "base"
theory = "bayes"
parameters.learning.attention = 0.4
event = [
  { quarter = 1, kind = "policy", pledge = 0, arms = 2 },
  { quarter = 3, kind = "statement", value = -0.5, sd = 0.8 },
  { quarter = 4, kind = "response", treaty = 0.3, stake = -0.8, exposure = 1, severity = "attack", answer = "none", ambiguity = 0.4, clarity = 0.5 },
]

[design]
kind = "saltelli"
points = 6
[design.vary]
"russia.precision" = { low = 8, high = 12 }
"learning.memory" = "range"

[uncertainty]
vary = ["response.*", "learning.prior_sd_*"]

[stop]
outcome = "tiered"
half_width = 0.01
max_replicates = 1000

[[claim]]
id = "H16"
statement = "A deal or a ceasefire: little difference"
treatment = "child"
control = "base"
outcome = "autonomy"
direction = "none"
quarter = 8
at_least = -0.02
at_most = 0.02

[sensitivity]
scenario = "child"
reference = "base"
outcomes = ["autonomy", "tiered"]
resamples = 50

[discovery]
scenario = "child"
outcome = "tiered"
at_least = 0.25
at_most = 0.75
density = 0.6
boxes = 3

[output]
charts = false
trajectories = true
replicates = true
parquet = true
cover_quarters = [4, 2, 4]
quarters = [12, 4]
"#;
