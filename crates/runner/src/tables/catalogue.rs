//! What a table says about its columns: their types, units and meanings.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The name of the column that numbers the design points.
pub(super) const POINT: &str = "point";

/// A table: the struct of its rows, and a description of its columns.
pub trait Table: Serialize + for<'a> Deserialize<'a> {
    /// The file's name without its ending.
    const NAME: &'static str;
    /// What a row is, in a phrase without a full stop.
    const TITLE: &'static str;
    /// The columns, in order.
    fn columns() -> Vec<Column>;

    /// The name of the table's CSV file.
    fn file_name() -> String {
        format!("{}.csv", Self::NAME)
    }
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name in the header.
    pub name: Cow<'static, str>,
    /// The type of its values.
    pub kind: Kind,
    /// Their unit; empty if there is none.
    pub unit: Cow<'static, str>,
    /// What they are, in a phrase without a full stop.
    pub meaning: Cow<'static, str>,
    /// Whether a field may be empty.
    pub optional: bool,
    /// Whether it is one of the columns that together tell the rows apart.
    pub key: bool,
    /// The possible values, if there are few.
    pub values: &'static [&'static str],
    /// The least and the largest possible value, if there are any.
    pub bounds: Option<(f64, f64)>,
}

/// The type of a column, as Frictionless calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A real number.
    Number,
}

/// What the type of a row's field says about the column.
pub(super) trait Field {
    const KIND: Kind;
    const OPTIONAL: bool = false;
    /// The possible values, if there are few.
    const VALUES: &'static [&'static str] = &[];
}

impl Field for String {
    const KIND: Kind = Kind::String;
}

impl Field for u8 {
    const KIND: Kind = Kind::Integer;
}

impl Field for u32 {
    const KIND: Kind = Kind::Integer;
}

impl Field for u64 {
    const KIND: Kind = Kind::Integer;
}

impl Field for f64 {
    const KIND: Kind = Kind::Number;
}

impl<T: Field> Field for Option<T> {
    const KIND: Kind = T::KIND;
    const OPTIONAL: bool = true;
    const VALUES: &'static [&'static str] = T::VALUES;
}

impl Column {
    /// Makes a column without empty fields.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        kind: Kind,
        unit: impl Into<Cow<'static, str>>,
        meaning: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (name, unit, meaning) = (name.into(), unit.into(), meaning.into());
        Self { name, kind, unit, meaning, optional: false, key: false, values: &[], bounds: None }
    }

    /// Makes the column of this name whose fields have the type `T`.
    pub(super) fn of<T: Field>(name: &'static str) -> Self {
        Self { optional: T::OPTIONAL, values: T::VALUES, ..Self::new(name, T::KIND, "", "") }
    }

    /// Makes the column of a parameter's values, named by its key.
    pub(super) fn of_parameter(key: &str) -> Self {
        let row = article5_model::parameters::parameter(key);
        let meaning = row.map_or(String::new(), |row| row.meaning.clone());
        Self::new(key.to_owned(), Kind::Number, "unit of the parameter", meaning)
    }

    /// Makes the column that numbers the design points.
    pub(super) fn of_design_point() -> Self {
        Self::new(POINT, Kind::Integer, "", "design point").key()
    }

    /// The same column with fields that may be empty.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// The same column, as one of those that together tell the rows apart.
    #[must_use]
    pub fn key(self) -> Self {
        Self { key: true, ..self }
    }

    /// The same column with only these values possible.
    #[must_use]
    pub fn one_of(self, values: &'static [&'static str]) -> Self {
        Self { values, ..self }
    }

    /// The same column with only values in this range possible.
    #[must_use]
    pub fn within(self, low: f64, high: f64) -> Self {
        Self { bounds: Some((low, high)), ..self }
    }

    /// The field of a Frictionless table schema.
    pub(super) fn field(&self) -> Value {
        let kind = match self.kind {
            Kind::String => "string",
            Kind::Integer => "integer",
            Kind::Number => "number",
        };
        let mut field = json!({
            "name": self.name,
            "type": kind,
            "description": self.meaning,
            "constraints": { "required": !self.optional },
        });
        if !self.values.is_empty() {
            field["constraints"]["enum"] = json!(self.values);
        }
        if let Some((low, high)) = self.bounds {
            field["constraints"]["minimum"] = json!(low);
            field["constraints"]["maximum"] = json!(high);
        }
        if !self.unit.is_empty() {
            field["unit"] = json!(self.unit);
        }
        field
    }
}
