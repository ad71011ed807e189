//! `datapackage.json`: a Frictionless Data Package that describes the tables of a run.

use serde_json::{Value, json};

use super::catalogue::{Column, Table};

/// A table that lies in the run's folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// The file's name without `.csv`.
    pub name: String,
    /// What a row is.
    pub title: String,
    /// The columns, in order.
    pub columns: Vec<Column>,
}

impl Resource {
    /// The resource of a table with fixed columns.
    pub fn of<T: Table>() -> Self {
        Self { name: T::NAME.to_owned(), title: T::TITLE.to_owned(), columns: T::columns() }
    }
}

/// The data package of a run with these tables.
///
/// ```
/// use article5_runner::tables::{package, rows};
///
/// let tables = [package::Resource::of::<rows::Risk>()];
/// let package = package::data_package("baseline", "Risks of a tiered alliance", &tables);
/// assert_eq!(package["resources"][0]["path"], "risks.csv");
/// ```
pub fn data_package(run: &str, title: &str, tables: &[Resource]) -> Value {
    let resources: Vec<Value> = tables.iter().map(resource).collect();
    json!({
        "profile": "tabular-data-package",
        "name": slug(run),
        "title": title,
        "resources": resources,
    })
}

fn resource(table: &Resource) -> Value {
    let fields: Vec<Value> = table.columns.iter().map(Column::field).collect();
    json!({
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "path": format!("{}.csv", table.name),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": { "fields": fields, "missingValues": [""] },
    })
}

/// A package's name has lower-case letters, digits, dots, hyphens and underscores alone.
fn slug(name: &str) -> String {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    name.chars()
        .map(|letter| if allowed(letter) { letter.to_ascii_lowercase() } else { '-' })
        .collect()
}
