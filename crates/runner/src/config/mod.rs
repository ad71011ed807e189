//! From TOML to a checked experiment, or a message with place and remedy if it is refused.
//!
//! [`ConfigFile`] and the tables in it are a configuration as typed in; [`Experiment`] is what it
//! resolves to. Each concept has a file, which holds both what is typed and how it is checked.
//!
//! A scenario takes its values from these, each overriding the ones before: the defaults of
//! `parameters.csv`, the table `[parameters]`, the scenario it extends, its theory, its own
//! parameters. What varies (by a design or by uncertainty) may not be set as well: nothing in a
//! configuration is silently undone. The space over which claims are judged is the exception, since
//! a claim compares scenarios that set things: there a parameter keeps its value in the scenarios
//! that set it and varies in the others.

mod analysis;
mod arrays;
mod brackets;
mod calendar;
mod canonical;
mod claims;
mod context;
mod dates;
mod design;
mod design_table;
mod document;
mod error;
mod events;
mod experiment;
mod faults;
mod file;
mod groups;
mod known;
mod members;
mod names;
mod output;
mod parameters;
mod ranges;
mod references;
mod remarks;
mod scenario_remarks;
mod scenarios;
mod schema;
mod settings;
mod soundness;
mod source;
mod space;
mod space_where;
mod stop;
mod table_remarks;
mod uncertainty;
mod varying;

pub use analysis::{DiscoverySpec, SensitivitySpec};
pub use article5_model::parameters::{Kind, Parameter, parameter};
pub use calendar::{CalendarQuarter, NotACalendarQuarter};
pub use claims::{ClaimSpec, Direction};
pub use design::{DesignKind, DesignSpec, MAX_POINTS, Values, Vary};
pub use design_table::{DesignName, DesignTable, VaryTable, VaryValue};
pub use error::{ConfigError, if_forbidden};
pub use events::{EventName, EventTable};
pub use experiment::{ALLIANCE_FILE, CONFIGURATION_FILE, Experiment, MAX_QUARTERS};
pub use file::ConfigFile;
pub use members::read_alliance;
pub use names::did_you_mean;
pub use output::{MAX_CHARTED, OutputOptions, OutputTable};
pub use parameters::{ParameterTable, ParameterValue};
pub use ranges::{RangeTable, RangeTables};
pub use scenarios::ScenarioTable;
pub use schema::schema;
pub(crate) use settings::set_in;
pub use settings::{Setting, Varying, is_implausible, is_switch, range_in_words, setting_in_words};
pub use soundness::UnsoundExperiment;
pub use source::Source;
pub use space::{SpaceName, SpaceSpec, SpaceTable};
pub use space_where::SpaceWhere;
pub use stop::Stop;
pub use uncertainty::UncertaintyTable;

/// A commented configuration to start from.
pub const STARTER: &str = include_str!("starter.toml");
