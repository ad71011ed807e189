//! From a TOML file to a checked experiment; messages with place and remedy; the JSON Schema.
//!
//! [`input`](self) types say what may be typed, [`Experiment`] is what it means once checked. Settings
//! apply in this order, later ones winning: the defaults, `[parameters]`, the extended scenario, the
//! scenario's `theory`, its own parameters.

mod calendar;
mod error;
mod experiment;
mod input;
mod place;
mod read;
mod scenarios;
mod schema;

pub use calendar::{CalendarQuarter, NotAQuarter};
pub use error::{ConfigError, Mistake};
pub use experiment::{ALLIANCE_FILE, CONFIGURATION_FILE, Experiment, Output};
pub use read::read_alliance;
pub use schema::schema;
