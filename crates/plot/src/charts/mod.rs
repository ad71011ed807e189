//! The charts, one file each.

mod risk;

use article5_runner::tables::Tables;

use crate::{Chart, Options, PlotError, Provenance};

/// Every chart that the tables allow.
///
/// # Errors
///
/// [`PlotError::Draw`] where plotters fails.
pub fn all(
    tables: &Tables,
    provenance: &Provenance,
    options: &Options,
) -> Result<Vec<Chart>, PlotError> {
    Ok(risk::draw(tables, provenance, options)?.into_iter().collect())
}
