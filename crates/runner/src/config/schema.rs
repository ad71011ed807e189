//! The JSON Schema of a configuration, from the types that read it and the parameter table.

use article5_model::parameters::{Kind, PARAMETERS, Parameter};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::input::Input;

/// The JSON Schema (draft 2020-12) of a configuration.
///
/// ```
/// let schema = article5_runner::config::schema();
/// assert_eq!(schema["properties"]["quarters"]["type"], serde_json::json!(["integer", "null"]));
/// ```
pub fn schema() -> Value {
    schemars::schema_for!(Input).to_value()
}

/// The schema of a table of parameters: groups of keys, each with its domain and its meaning.
pub(super) fn parameters(_: &mut SchemaGenerator) -> Schema {
    let mut groups: Map<String, Value> = Map::new();
    for row in PARAMETERS.iter() {
        let Some((group, name)) = row.key.split_once('.') else { continue };
        let group = groups.entry(group).or_insert_with(
            || json!({ "type": "object", "additionalProperties": false, "properties": {} }),
        );
        if let Some(properties) = group["properties"].as_object_mut() {
            properties.insert(name.to_owned(), parameter(row));
        }
    }
    json_schema!({ "type": "object", "additionalProperties": false, "properties": groups })
}

fn parameter(row: &Parameter) -> Value {
    let description =
        format!("{}. Plausible range {} to {}; {}", row.meaning, row.low, row.high, row.basis);
    if row.kind == Kind::Switch {
        let default = row.default == 1.0;
        return json!({ "description": description, "enum": [true, false, 0, 1], "default": default });
    }
    let kind = if row.kind == Kind::Count { "integer" } else { "number" };
    json!({
        "description": description, "type": kind,
        "minimum": row.least, "maximum": row.most, "default": row.default,
    })
}
