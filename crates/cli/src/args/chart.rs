//! The name of a chart as typed: help and completions list the names, but any name is taken, as
//! only the run's tables can tell which charts there are and which of them is meant.

use std::ffi::OsStr;

use article5_plot::charts::KINDS;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Error};

#[derive(Clone, Copy, Debug)]
pub(super) struct ChartName;

impl TypedValueParser for ChartName {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(KINDS.iter().map(|kind| PossibleValue::new(kind.name).help(kind.shows))))
    }
}
