//! The JSON Schema of a configuration, with which an editor completes and checks it.

use std::borrow::Cow;

use article5_model::parameters::{Kind, PARAMETERS, Parameter};
use article5_model::scenario::PRESETS;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};
use strum::VariantArray;

use super::events::EventName;
use super::file::ConfigFile;
use super::known::outcome_names;
use super::parameters::{ParameterTable, about, group_of, groups, name_of};
use super::remarks::FIRST_INAUGURATION;
use super::scenarios::builtin_names;
use crate::outcome::{Outcome, Risk, TRUST_OF};

/// How a calendar quarter is written.
pub(super) const DATE: &str = "^[0-9]{4}-Q[1-4]$";

/// Returns the JSON Schema (draft 7, which editors know best) of a configuration.
pub fn schema() -> Value {
    SchemaSettings::draft07().into_generator().into_root_schema_for::<ConfigFile>().to_value()
}

impl JsonSchema for ParameterTable {
    fn schema_name() -> Cow<'static, str> {
        "Parameters".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut all = Map::new();
        for group in groups() {
            let rows = PARAMETERS.iter().filter(|row| group_of(row) == group);
            let names: Map<String, Value> =
                rows.map(|row| (name_of(row).to_owned(), of_parameter(row))).collect();
            let group_schema =
                json!({ "type": "object", "properties": names, "additionalProperties": false });
            all.insert(group.to_owned(), group_schema);
        }
        json_schema!({
            "description": "Parameter values by group and name.",
            "type": "object",
            "properties": all,
            "additionalProperties": false,
        })
    }
}

/// The schema of one parameter's value.
fn of_parameter(row: &Parameter) -> Value {
    let mut schema = value_of(row);
    if let Some(schema) = schema.as_object_mut() {
        let whole = matches!(row.kind, Kind::Count);
        let default = match row.kind {
            Kind::Switch => json!(row.default != 0.0),
            _ if whole => json!(row.default as i64),
            _ => json!(row.default),
        };
        schema.insert("description".to_owned(), json!(about(row)));
        schema.insert("default".to_owned(), default);
    }
    schema
}

fn value_of(row: &Parameter) -> Value {
    match row.kind {
        _ if row.key == FIRST_INAUGURATION => a_quarter(),
        Kind::Switch => json!({ "enum": [true, false, 0, 1] }),
        Kind::Count => json!({ "type": "integer", "minimum": row.least, "maximum": row.most }),
        Kind::Share | Kind::Real => {
            json!({ "type": "number", "minimum": row.least, "maximum": row.most })
        }
    }
}

/// The schema of `[design.vary]`: what each parameter may vary over.
pub(super) fn vary(_: &mut SchemaGenerator) -> Schema {
    let of = |row: &Parameter| {
        let value = value_of(row);
        let values = json!({ "type": "array", "items": value, "minItems": 1 });
        let mut forms = vec![json!({
            "type": "object", "properties": { "values": values },
            "required": ["values"], "additionalProperties": false,
        })];
        if row.kind != Kind::Switch {
            forms.push(json!({
                "type": "object", "properties": { "low": value, "high": value },
                "required": ["low", "high"], "additionalProperties": false,
            }));
        }
        if row.varies() {
            forms.push(json!({ "const": "range" }));
        }
        (row.key.clone(), json!({ "description": about(row), "anyOf": forms }))
    };
    let properties: Map<String, Value> = PARAMETERS.iter().map(of).collect();
    json_schema!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "minProperties": 1,
    })
}

/// The schema of ranges of one's own, by parameter key.
pub(super) fn ranges(generator: &mut SchemaGenerator) -> Schema {
    /// Written once, as two tables hold ranges.
    struct Ranges;
    impl JsonSchema for Ranges {
        fn schema_name() -> Cow<'static, str> {
            "Ranges".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            let of = |row: &Parameter| {
                let value = value_of(row);
                let range = json!({
                    "description": about(row),
                    "type": "object", "properties": { "low": value, "high": value },
                    "required": ["low", "high"], "additionalProperties": false,
                });
                (row.key.clone(), range)
            };
            let rows = PARAMETERS.iter().filter(|row| row.kind != Kind::Switch);
            let properties: Map<String, Value> = rows.map(of).collect();
            json_schema!({
                "type": "object", "properties": properties, "additionalProperties": false,
            })
        }
    }
    generator.subschema_for::<Ranges>()
}

/// Requires patterns or ranges: where nothing is named, nothing varies.
pub(super) fn varies_named(schema: &mut Schema) {
    varies(schema, &["vary"]);
}

/// Requires patterns or ranges where `vary` is given: where it is left out, everything varies.
pub(super) fn varies_all(schema: &mut Schema) {
    varies(schema, &[]);
}

/// Requires a pattern in `vary`, with the keys that must be there for that, or a range.
fn varies(schema: &mut Schema, required: &[&str]) {
    let patterns = json!({ "required": required, "properties": { "vary": { "minItems": 1 } } });
    let ranges =
        json!({ "required": ["ranges"], "properties": { "ranges": { "minProperties": 1 } } });
    schema.insert("anyOf".to_owned(), json!([patterns, ranges]));
}

/// Narrows the schema of an event to the keys of its kind.
pub(super) fn event_kinds(schema: &mut Schema) {
    let Some(all) = schema.get("properties").and_then(Value::as_object).cloned() else { return };
    let of = |kind: &EventName| {
        let (keys, needed) = kind.keys();
        let mut properties = Map::new();
        for key in ["quarter"].iter().chain(&keys) {
            properties.extend(all.get(*key).map(|value| ((*key).to_owned(), value.clone())));
        }
        properties.insert("kind".to_owned(), json!({ "const": kind }));
        let required: Vec<&str> = ["quarter", "kind"].iter().chain(needed).copied().collect();
        let mut schema = json!({
            "type": "object", "properties": properties, "required": required,
            "additionalProperties": false, "minProperties": 3,
        });
        if *kind == EventName::Response
            && let Some(schema) = schema.as_object_mut()
        {
            let features = json!({ "required": ["treaty", "stake", "exposure"] });
            schema.insert("oneOf".to_owned(), json!([{ "required": ["commitment"] }, features]));
        }
        schema
    };
    let kinds: Vec<Value> = EventName::VARIANTS.iter().map(of).collect();
    schema.remove("properties");
    schema.remove("required");
    schema.remove("additionalProperties");
    schema.insert("oneOf".to_owned(), json!(kinds));
}

/// The schema of a quarter: its number, or its date.
fn a_quarter() -> Value {
    json!({ "anyOf": [
        { "type": "integer", "minimum": 1 },
        { "type": "string", "pattern": DATE },
    ] })
}

pub(super) fn quarter(_: &mut SchemaGenerator) -> Schema {
    let Value::Object(schema) = a_quarter() else { return Schema::default() };
    schema.into()
}

pub(super) fn quarters(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": a_quarter() })
}

pub(super) fn switch(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": [true, false, 0, 1] })
}

pub(super) fn severity(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": ["probe", "attack"] })
}

pub(super) fn answer(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": ["none", "narrow", "full"] })
}

pub(super) fn theory(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": PRESETS.map(|preset| preset.name) })
}

/// The schema of what can be asked about. Which allies there are, the members table says.
pub(super) fn outcome(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "anyOf": [
        { "enum": outcome_names() },
        { "type": "string", "pattern": format!("^{TRUST_OF}.+$") },
    ] })
}

pub(super) fn outcomes(generator: &mut SchemaGenerator) -> Schema {
    let items = outcome(generator);
    json_schema!({ "type": "array", "items": items, "minItems": 1, "uniqueItems": true })
}

pub(super) fn risk(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": Risk::ALL.map(Risk::name).to_vec() })
}

pub(super) fn outcome_alone(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": Outcome::ALL.map(Outcome::name).to_vec() })
}

pub(super) fn builtin_scenarios(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array",
        "items": { "enum": builtin_names() },
        "uniqueItems": true,
    })
}
