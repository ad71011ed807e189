//! What every column of every table is: its type, unit and meaning.

mod answers;
mod claims;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::rows::{
    AllianceRow, CodebookRow, ComparisonRow, CoverRow, EventRow, MemberRow, RiskRow, SummaryRow,
};

/// A table: a struct a row, and what its columns are.
pub trait Table: Serialize + for<'a> Deserialize<'a> {
    /// The file's name without its ending.
    const NAME: &'static str;
    /// What a row is, in a phrase without a full stop.
    const TITLE: &'static str;
    /// The columns, in order.
    fn columns() -> Vec<Column>;
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name in the header.
    pub name: Cow<'static, str>,
    /// The type of its values.
    pub kind: Kind,
    /// Their unit; empty where there is none.
    pub unit: Cow<'static, str>,
    /// What they are, in a phrase without a full stop.
    pub meaning: Cow<'static, str>,
    /// Whether a field may be empty.
    pub optional: bool,
    /// Whether it is one of those that together tell the rows apart.
    pub key: bool,
    /// The values that there are, where they are few.
    pub values: &'static [&'static str],
    /// The least and the largest value, where no table has others.
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

impl Column {
    /// A column without empty fields.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        kind: Kind,
        unit: impl Into<Cow<'static, str>>,
        meaning: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (name, unit, meaning) = (name.into(), unit.into(), meaning.into());
        Self { name, kind, unit, meaning, optional: false, key: false, values: &[], bounds: None }
    }

    /// The column of a parameter's values, named by its key.
    pub(super) fn of_parameter(key: &str) -> Self {
        let row = article5_model::parameters::parameter(key);
        let meaning = row.map_or(String::new(), |row| row.meaning.clone());
        Self::new(key.to_owned(), Kind::Number, "unit of the parameter", meaning)
    }

    /// The same column with fields that may be empty.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// The same column as one of those that together tell the rows apart.
    #[must_use]
    pub fn key(self) -> Self {
        Self { key: true, ..self }
    }

    /// The same column with these values alone.
    #[must_use]
    pub fn one_of(self, values: &'static [&'static str]) -> Self {
        Self { values, ..self }
    }

    /// The same column with values in this range alone.
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

fn text(name: &'static str, meaning: &'static str) -> Column {
    Column::new(name, Kind::String, "", meaning)
}

fn count(name: &'static str, meaning: &'static str) -> Column {
    Column::new(name, Kind::Integer, "count", meaning)
}

fn number(name: &'static str, unit: &'static str, meaning: &'static str) -> Column {
    Column::new(name, Kind::Number, unit, meaning)
}

fn probability(name: &'static str, meaning: &'static str) -> Column {
    number(name, "probability", meaning).within(0.0, 1.0)
}

/// What a comparison, a claim or an analysis may be about, and the word for it.
fn kind() -> Column {
    text("kind", "risk (having happened by the quarter) or outcome").one_of(&["risk", "outcome"])
}

/// What Washington may have done.
const ANSWERS: [&str; 3] = ["none", "narrow", "full"];

const OF_OUTCOME: &str = "unit of the outcome, as codebook.csv has it";

/// The columns with which most tables begin.
fn place() -> [Column; 4] {
    [
        text("scenario", "name of the scenario").key(),
        Column::new(
            "point",
            Kind::Integer,
            "",
            "design point; 0 where there is no design, as at the baseline of claims",
        )
        .key(),
        Column::new("quarter", Kind::Integer, "quarter", "quarter of the run, from 1").key(),
        text("date", "calendar quarter, as in 2026-Q1"),
    ]
}

fn replicates() -> Column {
    count("n", "replicates")
}

fn with_place(columns: impl IntoIterator<Item = Column>) -> Vec<Column> {
    place().into_iter().chain(columns).collect()
}

impl Table for SummaryRow {
    const NAME: &'static str = "summary";
    const TITLE: &'static str = "Distribution of each outcome over the replicates";

    fn columns() -> Vec<Column> {
        let quantile = |name, meaning| number(name, OF_OUTCOME, meaning);
        with_place([
            text("outcome", "name of the outcome").key(),
            replicates(),
            number("mean", OF_OUTCOME, "mean"),
            number("sd", OF_OUTCOME, "standard deviation, divisor n-1").optional(),
            number("se", OF_OUTCOME, "standard error of the mean").optional(),
            quantile("q05", "5 % quantile, to 1/4096 of the outcome's range"),
            quantile("q25", "25 % quantile, to 1/4096 of the outcome's range"),
            quantile("q50", "median, to 1/4096 of the outcome's range"),
            quantile("q75", "75 % quantile, to 1/4096 of the outcome's range"),
            quantile("q95", "95 % quantile, to 1/4096 of the outcome's range"),
        ])
    }
}

impl Table for RiskRow {
    const NAME: &'static str = "risks";
    const TITLE: &'static str = "Probability of each risk by and at each quarter";

    fn columns() -> Vec<Column> {
        with_place([
            text("risk", "name of the risk").key(),
            replicates(),
            probability("by", "share of the replicates in which it has happened by the quarter"),
            probability("by_low", "lower end of its Wilson 95 % interval"),
            probability("by_high", "upper end of its Wilson 95 % interval"),
            probability("at", "share of the replicates in which it holds at the quarter"),
            probability("at_low", "lower end of its Wilson 95 % interval"),
            probability("at_high", "upper end of its Wilson 95 % interval"),
        ])
    }
}

impl Table for MemberRow {
    const NAME: &'static str = "members";
    const TITLE: &'static str = "Each ally's trust, cover, effort and place in the tiers";

    fn columns() -> Vec<Column> {
        with_place([
            text("iso3", "ally, ISO 3166-1 alpha-3").key(),
            replicates(),
            probability("trust_mean", "mean of the ally's trust that it is covered"),
            probability("trust_sd", "its standard deviation, divisor n-1").optional(),
            probability("trust_q05", "its 5 % quantile"),
            probability("trust_q25", "its 25 % quantile"),
            probability("trust_q50", "its median"),
            probability("trust_q75", "its 75 % quantile"),
            probability("trust_q95", "its 95 % quantile"),
            count("tiered_n", "replicates in which the alliance is tiered at the quarter"),
            probability("lower_tier", "share of those in which the ally is in the lower tier")
                .optional(),
            number("effort_mean", "share of GDP", "mean defence effort"),
            number("defence_mean", "capability", "mean local capability"),
            number("in_force", "share", "share of the replicates in which it is in the force"),
            probability(
                "allied_cover_mean",
                "mean cover in the eyes of an ally that holds the mean of all allies' beliefs",
            ),
            probability("moscow_cover_mean", "mean cover in Moscow's eyes"),
        ])
    }
}

impl Table for AllianceRow {
    const NAME: &'static str = "alliance";
    const TITLE: &'static str = "The members table as the run used it, with computed features";

    fn columns() -> Vec<Column> {
        let flag = |name, meaning| Column::new(name, Kind::Integer, "0 or 1", meaning);
        vec![
            text("iso3", "ally, ISO 3166-1 alpha-3").key(),
            text("name", "name of the ally"),
            number("gdp_usd_bn", "billion US dollars", "gross domestic product"),
            number("us_troops_k", "thousand", "US troops stationed there"),
            flag("land_border_with_russia", "1 with a land border with Russia"),
            number("distance_capital_to_russia_km", "km", "from the capital to Russian territory"),
            number("defence_share_gdp_2025e", "percent of GDP", "defence spending, 2025"),
            flag("nuclear_weapons_state", "1 with nuclear weapons of its own"),
            number("trust_prior_pct", "percent", "public trusting in US protection at the start"),
            number("force_caution", "latent units", "reluctance to join a European force"),
            Column::new("tile_col", Kind::Integer, "", "column on the tile map").optional(),
            Column::new("tile_row", Kind::Integer, "", "row on the tile map").optional(),
            number("stake", "standard deviations", "Washington's interest in the ally"),
            number("exposure", "share", "exposure to Russia, 0 to 1"),
            flag("frontline", "1 for a frontline ally"),
        ]
    }
}

impl Table for CodebookRow {
    const NAME: &'static str = "codebook";
    const TITLE: &'static str = "The risks and outcomes that other tables name";

    fn columns() -> Vec<Column> {
        vec![
            text("kind", "risk or outcome").one_of(&["risk", "outcome"]),
            text("outcome", "name of the risk or outcome").key(),
            text("unit", "unit of its values"),
            text("meaning", "what it is"),
        ]
    }
}

impl Table for CoverRow {
    const NAME: &'static str = "cover";
    const TITLE: &'static str = "Each ally's chance of a full answer in each ally's eyes";

    fn columns() -> Vec<Column> {
        with_place([
            text("observer", "ally that judges, ISO 3166-1 alpha-3").key(),
            text("target", "ally that is attacked, ISO 3166-1 alpha-3").key(),
            replicates(),
            probability("p_full_mean", "mean chance of a full answer to the attack"),
        ])
    }
}

impl Table for EventRow {
    const NAME: &'static str = "events";
    const TITLE: &'static str = "How often each target was challenged in a quarter, by answer";

    fn columns() -> Vec<Column> {
        with_place([
            text("event", "probe, attack or incident")
                .one_of(&["probe", "attack", "incident"])
                .key(),
            text("target", "whom it met, ISO 3166-1 alpha-3, UKR for Ukraine").key(),
            text("answer", "what Washington did: none, narrow or full").one_of(&ANSWERS).key(),
            count("count", "events of this kind over all replicates"),
            replicates(),
        ])
    }
}

impl Table for ComparisonRow {
    const NAME: &'static str = "comparisons";
    const TITLE: &'static str = "Each scenario against the reference on the same shocks";

    fn columns() -> Vec<Column> {
        let [scenario, point, quarter, date] = place();
        vec![
            scenario,
            text("reference", "name of the scenario it is compared with").key(),
            point,
            quarter,
            date,
            kind().key(),
            text("outcome", "name of the risk or outcome").key(),
            replicates(),
            number("difference", OF_OUTCOME, "mean paired difference from the reference"),
            number("low", OF_OUTCOME, "lower end of its 95 % interval").optional(),
            number("high", OF_OUTCOME, "upper end of its 95 % interval").optional(),
            number(
                "pairing_gain",
                "ratio",
                "variance of the difference of independent samples over that of the paired one",
            )
            .optional(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::rows::{BoxRow, ResponseRow, SensitivityRow, TraceEventRow, TraceRow};
    use crate::tables::rows::{
        ClaimParameterRow, ClaimPointRow, ClaimRow, DecisionRow, SpaceRiskRow,
    };
    use crate::tables::to_csv;

    /// Reads a row made from the catalogue alone: a struct with other fields, or of other types,
    /// refuses it, or writes another header.
    fn check<T: Table>() {
        let columns = T::columns();
        let value = |column: &Column| match column.kind {
            Kind::String => "a",
            Kind::Integer => "1",
            Kind::Number => "0.5",
        };
        let names: Vec<&str> = columns.iter().map(|column| &*column.name).collect();
        let table = |fields: &[&str]| format!("{}\n{}\n", names.join(","), fields.join(","));
        let read = |table: &str| -> Result<Vec<T>, csv::Error> {
            csv::Reader::from_reader(table.as_bytes()).deserialize().collect()
        };
        let full: Vec<&str> = columns.iter().map(value).collect();
        let rows = read(&table(&full)).unwrap();
        assert_eq!(to_csv(&rows), table(&full).as_bytes(), "{}", T::NAME);
        for (place, column) in columns.iter().enumerate() {
            let mut fields = full.clone();
            fields[place] = "";
            let may_be_empty = column.optional || column.kind == Kind::String;
            assert_eq!(read(&table(&fields)).is_ok(), may_be_empty, "{} {}", T::NAME, column.name);
        }
    }

    #[test]
    fn the_catalogue_names_the_columns_of_each_table_in_order_and_their_types() {
        check::<SummaryRow>();
        check::<RiskRow>();
        check::<MemberRow>();
        check::<AllianceRow>();
        check::<CodebookRow>();
        check::<SpaceRiskRow>();
        check::<CoverRow>();
        check::<EventRow>();
        check::<ComparisonRow>();
        check::<SensitivityRow>();
        check::<BoxRow>();
        check::<ResponseRow>();
        check::<TraceRow>();
        check::<TraceEventRow>();
        check::<ClaimRow>();
        check::<ClaimPointRow>();
        check::<ClaimParameterRow>();
        check::<DecisionRow>();
    }
}
