//! `datapackage.json`: a Frictionless Data Package that describes the tables of a run and lists its other files.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::catalogue::{Column, Table};

/// A table that lies in the run's folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// The file's name without `.csv`, preceded by the name of its folder if it is in one.
    pub name: String,
    /// The file's path within the run's folder.
    pub path: String,
    /// What the rows are.
    pub title: String,
    /// The columns, in order.
    pub columns: Vec<Column>,
}

impl Resource {
    /// Makes the resource of the table in `name`.csv.
    pub fn new(name: &str, title: &str, columns: Vec<Column>) -> Self {
        let (name, path) = (name.to_owned(), format!("{name}.csv"));
        Self { name, path, title: title.to_owned(), columns }
    }

    /// Makes the resource of a table with fixed columns.
    pub fn of<T: Table>() -> Self {
        Self::new(T::NAME, T::TITLE, T::columns())
    }

    /// The same table in a folder of the run.
    #[must_use]
    pub fn within(self, folder: &str) -> Self {
        let name = format!("{folder}-{}", self.name);
        let path = format!("{folder}/{}", self.path);
        Self { name, path, ..self }
    }
}

/// Makes the data package of a run with these tables and these other files, given by their paths in
/// its folder.
///
/// ```
/// use article5_runner::tables::{package, rows};
///
/// let tables = [package::Resource::of::<rows::RiskRow>()];
/// let package = package::data_package("baseline", "Risks of a tiered alliance", &tables, ["risks.parquet"]);
/// let risks = &package["resources"][0];
/// assert_eq!(risks["path"], "risks.csv");
/// assert_eq!(risks["schema"]["primaryKey"][3], "risk");
/// assert_eq!(package["resources"][1]["path"], "risks.parquet");
/// ```
pub fn data_package<'a>(
    run: &str,
    title: &str,
    tables: &[Resource],
    files: impl IntoIterator<Item = &'a str>,
) -> Value {
    let resources: Vec<Value> = resources(tables, files).collect();
    json!({
        "profile": "data-package",
        "name": slug(run),
        "title": title,
        "resources": resources,
    })
}

/// Takes files out of a package, given by their paths in the run's folder.
pub(super) fn leave_out(package: &mut Value, files: &BTreeSet<String>) {
    let Some(there) = package.get_mut("resources").and_then(Value::as_array_mut) else { return };
    there.retain(|own| !own["path"].as_str().is_some_and(|path| files.contains(path)));
}

/// Describes more tables and files in a package, replacing what it said of them. Anything that is
/// not a package stays as it is.
pub(super) fn describe<'a>(
    package: &mut Value,
    tables: &[Resource],
    files: impl IntoIterator<Item = &'a str>,
) {
    let Some(there) = package.get_mut("resources").and_then(Value::as_array_mut) else { return };
    for resource in resources(tables, files) {
        match there.iter_mut().find(|own| own.get("path") == resource.get("path")) {
            Some(own) => *own = resource,
            None => there.push(resource),
        }
    }
}

fn resources<'a>(
    tables: &[Resource],
    files: impl IntoIterator<Item = &'a str>,
) -> impl Iterator<Item = Value> {
    let is_table = |path: &&str| tables.iter().any(|table| table.path == **path);
    tables
        .iter()
        .map(resource)
        .chain(files.into_iter().filter(move |path| !is_table(path)).map(file))
}

/// Lists a file that is not a table.
fn file(path: &str) -> Value {
    let format = Path::new(path).extension().unwrap_or_default().to_string_lossy();
    json!({
        "profile": "data-resource",
        // Otherwise Frictionless would take a file such as Parquet for a table and read it as one.
        "type": "file",
        "name": slug(path),
        "path": path,
        "format": format,
    })
}

fn resource(table: &Resource) -> Value {
    let fields: Vec<Value> = table.columns.iter().map(Column::field).collect();
    let mut schema = json!({ "fields": fields, "missingValues": [""] });
    // A column that may be empty cannot be part of a key: such a table has no key.
    let key = || table.columns.iter().filter(|column| column.key);
    if key().next().is_some() && !key().any(|column| column.optional) {
        schema["primaryKey"] = key().map(|column| column.name.as_ref()).collect();
    }
    json!({
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "path": table.path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    })
}

/// The name of a package has only lower-case letters, digits, dots, hyphens and underscores.
fn slug(name: &str) -> String {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    name.chars()
        .map(|letter| if allowed(letter) { letter.to_ascii_lowercase() } else { '-' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::rows::{MemberRow, SensitivityRow};

    #[test]
    fn a_table_has_a_key_where_none_of_its_columns_may_be_empty() {
        let key = |table: Resource| resource(&table)["schema"]["primaryKey"].clone();
        assert_eq!(
            key(Resource::of::<MemberRow>()),
            json!(["scenario", "point", "quarter", "iso3"])
        );
        assert_eq!(key(Resource::of::<SensitivityRow>()), Value::Null);
    }
}
