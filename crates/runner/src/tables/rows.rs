//! The tables, each declared once as the struct of its rows, whose fields are the columns in the
//! order of the file.
//!
//! All tables are long (tidy): one row per estimate. Probabilities are fractions. `point` is the
//! design point, 0 if the experiment has no design; `quarter` counts from 1 and `date` is its
//! calendar name, as in `2026-Q1`. An empty field (`None`) is a quantity that does not exist, such
//! as the mean over no replicates.

use super::catalogue::{Column, Field, Kind};
use crate::analysis::claims::{Finding, Verdict};
use crate::analysis::doubt::Doubt;
use crate::config::Direction;
use crate::outcome::QuantityKind;
use crate::trace::Event;

/// Declares a table: its file, what a row is, and for each column its name, the type of its fields,
/// and the functions of [`Column`] that say what it is. The kind of a column and whether it may be
/// empty follow from the type; for text, which is never `None`, `.optional()` says that it may be
/// empty. `as` gives the name in the file if it is a keyword of Rust.
macro_rules! table {
    ($file:literal, $title:literal, $(#[$about:meta])* pub struct $Row:ident {$(
        $(#[$more:meta])*
        $field:ident $(as $name:literal)?: $type:ty
            => $is:ident($($meaning:literal $(, $unit:literal)?)?)$(.$also:ident($($of:expr),*))*,
    )*}) => {
        #[doc = concat!("`", $file, ".csv`: ", $title, ".")]
        ///
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[allow(missing_docs, reason = "columns that many tables have are explained once")]
        pub struct $Row {$(
            $(#[doc = concat!($meaning $(, ", ", $unit)?, ".")])?
            $(#[$more])*
            $(#[serde(rename = $name)])?
            pub $field: $type,
        )*}

        impl $crate::tables::catalogue::Table for $Row {
            const NAME: &'static str = $file;
            const TITLE: &'static str = $title;

            fn columns() -> Vec<Column> {
                vec![$(
                    Column::of::<$type>([$($name,)? stringify!($field)][0])
                        .$is($($meaning $(, $unit)?)?)$(.$also($($of),*))*,
                )*]
            }
        }
    };
}

mod answers;
mod claims;
mod estimates;

pub use article5_model::washington::Answer;

pub use crate::analysis::doubt::Want;
pub use answers::{BoxRow, Method, ResponseRow, SensitivityRow, TraceEventRow, TraceRow};
pub use claims::{ClaimParameterRow, ClaimPointRow, ClaimRow, DecisionRow, SpaceRiskRow};
pub use estimates::{
    AllianceRow, CodebookRow, ComparisonRow, CoverRow, EventRow, MemberComparisonRow, MemberRow,
    RiskRow, SummaryRow,
};

/// Makes table fields of enumerations, which are written as the names of their variants.
macro_rules! words {
    ($($Word:ty),*) => {$(
        impl Field for $Word {
            const KIND: Kind = Kind::String;
            const VALUES: &'static [&'static str] = <$Word as strum::VariantNames>::VARIANTS;
        }
    )*};
}

words!(QuantityKind, Direction, Verdict, Finding, Method, Doubt, Want, Event);

impl Field for Answer {
    const KIND: Kind = Kind::String;
    const VALUES: &'static [&'static str] = &["none", "narrow", "full"];
}

/// What a column holds.
impl Column {
    fn is(self, meaning: &'static str) -> Self {
        Self { meaning: meaning.into(), ..self }
    }

    fn measured(self, meaning: &'static str, unit: &'static str) -> Self {
        Self { unit: unit.into(), ..self.is(meaning) }
    }

    fn count(self, meaning: &'static str) -> Self {
        self.measured(meaning, "count")
    }

    fn flag(self, meaning: &'static str) -> Self {
        self.measured(meaning, "0 or 1")
    }

    fn share(self, meaning: &'static str) -> Self {
        self.measured(meaning, "share")
    }

    fn probability(self, meaning: &'static str) -> Self {
        self.measured(meaning, "probability").within(0.0, 1.0)
    }

    /// Of two probabilities.
    fn difference(self, meaning: &'static str) -> Self {
        self.measured(meaning, "probability").within(-1.0, 1.0)
    }

    fn of_outcome(self, meaning: &'static str) -> Self {
        self.measured(meaning, "unit of the outcome, as given in codebook.csv")
    }
}

/// Columns that several tables have in common.
impl Column {
    fn scenario(self) -> Self {
        self.is("name of the scenario").key()
    }

    fn point(self) -> Self {
        self.is("design point; 0 if there is no design, as at the baseline of claims").key()
    }

    fn quarter(self) -> Self {
        self.measured("quarter of the run, from 1", "quarter")
    }

    fn date(self) -> Self {
        self.is("calendar quarter, as in 2026-Q1")
    }

    fn replicates(self) -> Self {
        self.count("replicates")
    }

    /// Whether a comparison, a claim or an analysis is about a risk or an outcome.
    fn kind(self) -> Self {
        self.is("risk (having happened by the quarter) or outcome")
    }

    fn pairing_gain(self) -> Self {
        self.measured(
            "variance of the difference of independent samples over that of the paired one; empty if \
             that is 0, or too few replicates differ to tell it",
            "ratio",
        )
    }
}
