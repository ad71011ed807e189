//! Arrays where tables belong: serde would take an array's elements for the values of a table, in the
//! order in which the type in the code has them. The schema says where there are tables.

use serde_json::Value;

use super::document::Place;
use super::error::ConfigError;
use super::schema::schema;

/// Refuses a file with an array where a table belongs.
pub(super) fn refuse_arrays(root: &Place<'_>) -> Result<(), ConfigError> {
    let schema = schema();
    Walk { whole: &schema }.table(root, &schema, "")
}

struct Walk<'s> {
    whole: &'s Value,
}

impl Walk<'_> {
    /// Checks the values of the table at `place`, which a header calls `path`.
    fn table(&self, place: &Place<'_>, schema: &Value, path: &str) -> Result<(), ConfigError> {
        place.keys().try_for_each(|key| {
            let Some(schema) = schema.get("properties").and_then(|all| all.get(key)) else {
                return Ok(());
            };
            let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            let place = place.get(key);
            match schema.get("items") {
                Some(items) => (0..place.elements())
                    .try_for_each(|index| self.value(&place.at(index), items, &path, true)),
                None => self.value(&place, schema, &path, false),
            }
        })
    }

    fn value(
        &self,
        place: &Place<'_>,
        schema: &Value,
        path: &str,
        repeats: bool,
    ) -> Result<(), ConfigError> {
        let schema = self.definition(schema);
        if let Some(remedy) = pair(place, schema) {
            return Err(place
                .wrong("an array where a range belongs", "must be a table")
                .help(remedy));
        }
        if !place.is_array() || schema.get("type").is_none_or(|kind| kind != "object") {
            return self.table(place, schema, path);
        }
        if !repeats && place.at(0).is_table() {
            let message = format!("there is only one `{path}`");
            return Err(place.wrong(message, "an array of tables").help(format!("write [{path}]")));
        }
        let header = if repeats { format!("[[{path}]]") } else { format!("[{path}]") };
        Err(place
            .wrong("an array where a table belongs", "must be a table")
            .help(format!("write what is in it as `key = value` below {header}, or in braces")))
    }

    /// The schema, or what it refers to: directly, beside a description, or as what may be left out.
    fn definition<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let more = ["allOf", "anyOf"].into_iter().filter_map(|of| schema.get(of)?.as_array());
        let mut forms = std::iter::once(schema).chain(more.flatten());
        let reference = forms.find_map(|form| form.get("$ref")?.as_str()?.strip_prefix('#'));
        reference.and_then(|path| self.whole.pointer(path)).unwrap_or(schema)
    }
}

/// The remedy for the ends of a range that are typed as a pair of numbers, where the schema has a
/// range; in a design, they may also be meant as values.
fn pair(place: &Place<'_>, schema: &Value) -> Option<String> {
    let forms = schema.get("anyOf").and_then(Value::as_array);
    let mut forms = std::iter::once(schema).chain(forms.into_iter().flatten());
    let is_range = |form: &Value| {
        ["low", "high"]
            .iter()
            .all(|end| form.get("properties").is_some_and(|all| all.get(end).is_some()))
    };
    if place.elements() != 2 || !forms.any(is_range) {
        return None;
    }
    let number = |index: usize| {
        let typed = place.document().typed(&place.at(index).span())?;
        typed.parse::<f64>().is_ok().then_some(typed)
    };
    let (low, high) = (number(0)?, number(1)?);
    let range = format!("write {{ low = {low}, high = {high} }}");
    Some(match is_range(schema) {
        true => range,
        false => format!("{range}, or {{ values = [{low}, {high}] }}"),
    })
}
