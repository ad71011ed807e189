//! The members table and the features of each commitment computed from it (ODD 2).
//!
//! ```
//! use article5_model::alliance::Alliance;
//!
//! let nato = Alliance::nato();
//! assert_eq!(nato.len(), 31);
//! let estonia = nato.position("EST").unwrap();
//! assert_eq!(nato.exposure()[estonia], 1.0); // a land border with Russia
//! ```

mod stake;
mod table;

use std::sync::LazyLock;

use serde::Deserialize;

use crate::csv_fault::{line_of, said};
use crate::observe::Commitment;
use stake::StakeScale;
pub use table::{MIN_SPENDING_PCT, MIN_TRUST_PCT};
use table::{check, check_header, check_units, unreadable};

/// The distance, in kilometres, over which exposure to Russia falls to 1/e (ODD 2).
const EXPOSURE_DISTANCE_KM: f64 = 600.0;

/// The code of Ukraine among targets. No ally may use it.
pub const UKRAINE: &str = "UKR";

/// The largest alliance accepted: more members than there are states.
pub const MAX_MEMBERS: usize = 512;

/// One row of the members table. The table may have further columns; they are not read.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Member {
    /// Three capital letters, ISO 3166-1 alpha-3.
    pub iso3: String,
    /// The name shown in charts and stories.
    pub name: String,
    /// Gross domestic product, billion US dollars; above 0.
    pub gdp_usd_bn: f64,
    /// US troops stationed there, thousands.
    pub us_troops_k: f64,
    /// 1 for a land border with Russia (Kaliningrad counts), else 0.
    pub land_border_with_russia: u8,
    /// From the capital to the nearest Russian territory, kilometres.
    pub distance_capital_to_russia_km: f64,
    /// Defence spending, percent of GDP, 0 to 100; 0 for an ally without forces.
    pub defence_share_gdp_2025e: f64,
    /// 1 for a state with nuclear weapons of its own, else 0.
    pub nuclear_weapons_state: u8,
    /// The share of the public that trusts in US protection at the start, percent, between 0 and 100.
    pub trust_prior_pct: f64,
    /// Reluctance to join a European force in Ukraine, in the latent units of readiness.
    pub force_caution: f64,
    /// Column of the ally's tile on the map; left out, the chart finds a place.
    #[serde(default)]
    pub tile_col: Option<u32>,
    /// Row of the ally's tile on the map.
    #[serde(default)]
    pub tile_row: Option<u32>,
}

/// The columns that a members table must have.
pub const REQUIRED_COLUMNS: [&str; 10] = [
    "iso3",
    "name",
    "gdp_usd_bn",
    "us_troops_k",
    "land_border_with_russia",
    "distance_capital_to_russia_km",
    "defence_share_gdp_2025e",
    "nuclear_weapons_state",
    "trust_prior_pct",
    "force_caution",
];

/// The further columns that it may have.
pub(crate) const TILE_COLUMNS: [&str; 2] = ["tile_col", "tile_row"];

/// Why a members table is refused.
#[derive(Debug, thiserror::Error)]
pub enum AllianceError {
    /// A column is missing.
    #[error("the column `{column}` is missing")]
    MissingColumn {
        /// Its name.
        column: &'static str,
    },
    /// Two columns have one name.
    #[error("the column `{column}` occurs twice")]
    RepeatedColumn {
        /// The name.
        column: &'static str,
    },
    /// A row cannot be read: not CSV, the wrong number of fields, not a number.
    #[error("{}", said(source))]
    Unreadable {
        /// The line in the file, from 1; that of the header where it is not known.
        line: u64,
        /// The column's name, where one field is at fault.
        column: Option<String>,
        /// What the reader said, with its own line number.
        source: csv::Error,
    },
    /// A value that no member can have.
    #[error("`{column}` of {iso3} is {value}, but must be {wanted}")]
    Invalid {
        /// The line in the file, from 1.
        line: u64,
        /// The column.
        column: &'static str,
        /// The member.
        iso3: String,
        /// The value refused.
        value: String,
        /// What would be right.
        wanted: &'static str,
    },
    /// A value, or a column, in another unit than the table's.
    #[error("`{column}` {found}, but its unit is {unit}")]
    Unit {
        /// The line in the file, from 1; for a whole column, the line of its first value.
        line: u64,
        /// The column.
        column: &'static str,
        /// What is there, and where.
        found: String,
        /// The unit that it must have.
        unit: &'static str,
        /// What makes it right.
        remedy: &'static str,
    },
    /// A member that is already in the table.
    #[error("{iso3} is in the table twice, first on line {first}")]
    Duplicate {
        /// The line in the file, from 1.
        line: u64,
        /// The member.
        iso3: String,
        /// The line of its first row.
        first: u64,
    },
    /// No rows, or more than [`MAX_MEMBERS`].
    #[error("the table has {rows} members, but must have 1 to {MAX_MEMBERS}")]
    Size {
        /// The rows read.
        rows: usize,
    },
}

impl AllianceError {
    /// The line of the file that is at fault, from 1, if one is.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::MissingColumn { .. } | Self::RepeatedColumn { .. } => Some(1),
            Self::Unreadable { line, .. }
            | Self::Invalid { line, .. }
            | Self::Unit { line, .. }
            | Self::Duplicate { line, .. } => Some(*line),
            Self::Size { .. } => None,
        }
    }

    /// The column at fault, if one is.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::MissingColumn { column }
            | Self::RepeatedColumn { column }
            | Self::Invalid { column, .. }
            | Self::Unit { column, .. } => Some(column),
            Self::Unreadable { column, .. } => column.as_deref(),
            Self::Duplicate { .. } => Some("iso3"),
            Self::Size { .. } => None,
        }
    }
}

/// The allies, all NATO members but the US, with the features of Washington's commitment to each.
#[derive(Clone, Debug, PartialEq)]
pub struct Alliance {
    members: Vec<Member>,
    scale: StakeScale,
    stake: Vec<f64>,
    exposure: Vec<f64>,
    spending_weight: Vec<f64>,
}

/// The members table of [`Alliance::nato`]: CSV to start another one from.
pub const NATO_TABLE: &str = include_str!("../data/members.csv");

static NATO: LazyLock<Alliance> = LazyLock::new(|| {
    // The table is compiled in: a test reads it, so no input can make this fail.
    #[expect(clippy::expect_used, reason = "the table is compiled in and tested")]
    Alliance::from_csv(NATO_TABLE.as_bytes()).expect("members.csv is well formed")
});

impl Alliance {
    /// The 31 allies of `data/members.csv`.
    pub fn nato() -> Self {
        NATO.clone()
    }

    /// Reads a members table: UTF-8 CSV with a header that has the [`REQUIRED_COLUMNS`] in any
    /// order. A byte-order mark and lines that end in CRLF or CR are accepted, further columns
    /// ignored.
    ///
    /// # Errors
    ///
    /// [`AllianceError`] names the line and the column at fault.
    pub fn from_csv(table: &[u8]) -> Result<Self, AllianceError> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(table);
        let header = reader.headers().map_err(unreadable(table, None))?.clone();
        check_header(&header)?;
        let mut members: Vec<Member> = Vec::new();
        let mut places = Vec::new();
        for record in reader.records() {
            let record = record.map_err(unreadable(table, Some(&header)))?;
            let place = record.position().cloned();
            let member: Member =
                record.deserialize(Some(&header)).map_err(unreadable(table, Some(&header)))?;
            members.push(member);
            places.push(place);
        }
        let place = |row: usize| places.get(row).and_then(Option::as_ref);
        Self::of(members, |row| line_of(table, place(row)))
    }

    /// An alliance of these members, with the checks of a members table.
    ///
    /// # Errors
    ///
    /// [`AllianceError`], whose line is the member's place, from 1.
    ///
    /// ```
    /// use article5_model::alliance::Alliance;
    ///
    /// let mut members = Alliance::nato().members().to_vec();
    /// members.retain(|member| ["EST", "LVA", "LTU", "POL", "DEU"].contains(&member.iso3.as_str()));
    /// assert_eq!(Alliance::new(members)?.len(), 5);
    /// # Ok::<(), article5_model::alliance::AllianceError>(())
    /// ```
    pub fn new(members: Vec<Member>) -> Result<Self, AllianceError> {
        Self::of(members, |place| place as u64 + 1)
    }

    /// An alliance of these members, each on its line.
    fn of(members: Vec<Member>, line: impl Fn(usize) -> u64) -> Result<Self, AllianceError> {
        for (place, member) in members.iter().enumerate() {
            check(member, || line(place))?;
            let alike = members.iter().take(place).position(|other| other.iso3 == member.iso3);
            if let Some(first) = alike {
                let (line, first) = (line(place), line(first));
                return Err(AllianceError::Duplicate { line, iso3: member.iso3.clone(), first });
            }
        }
        check_units(&members, line(0))?;
        if members.is_empty() || members.len() > MAX_MEMBERS {
            return Err(AllianceError::Size { rows: members.len() });
        }
        let scale = StakeScale::of(&members);
        let spending: Vec<f64> =
            members.iter().map(|member| member.gdp_usd_bn * member.effort()).collect();
        let total: f64 = spending.iter().sum();
        let weight = |own: &f64| if total > 0.0 { own / total } else { 0.0 };
        Ok(Self {
            stake: members.iter().map(|own| scale.stake(own.gdp_usd_bn, own.us_troops_k)).collect(),
            scale,
            exposure: members.iter().map(Member::exposure).collect(),
            spending_weight: spending.iter().map(weight).collect(),
            members,
        })
    }

    /// How many allies there are, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "an alliance is never empty")]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// The members in table order.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The place of the ally with this code.
    pub fn position(&self, iso3: &str) -> Option<usize> {
        self.members.iter().position(|member| member.iso3 == iso3)
    }

    /// The code of the state to which a commitment is made; empty if the alliance has no such ally.
    ///
    /// ```
    /// use article5_model::alliance::Alliance;
    /// use article5_model::observe::Commitment;
    ///
    /// let nato = Alliance::nato();
    /// assert_eq!(nato.iso3(Commitment::Ukraine), "UKR");
    /// assert_eq!(nato.iso3(Commitment::Ally(nato.position("EST").unwrap())), "EST");
    /// ```
    pub fn iso3(&self, commitment: Commitment) -> &str {
        match commitment {
            Commitment::Ukraine => UKRAINE,
            Commitment::Ally(place) => self.members.get(place).map_or("", |member| &member.iso3),
        }
    }

    /// Washington's interest in each ally, standard deviations from the mean ally.
    pub fn stake(&self) -> &[f64] {
        &self.stake
    }

    /// The stake of a state with this GDP (billion USD) and this many US troops (thousands), on the
    /// scale of these allies.
    ///
    /// ```
    /// use article5_model::alliance::Alliance;
    ///
    /// // Ukraine: what `ukraine.stake` was computed from.
    /// assert!((Alliance::nato().stake_of(190.7, 0.016) - -0.48).abs() < 0.005);
    /// ```
    pub fn stake_of(&self, gdp_usd_bn: f64, us_troops_k: f64) -> f64 {
        self.scale.stake(gdp_usd_bn, us_troops_k)
    }

    /// Exposure to Russia, 0 to 1.
    pub fn exposure(&self) -> &[f64] {
        &self.exposure
    }

    /// Each ally's share w of the alliance's defence spending at the start; they sum to 1, or are
    /// all 0 where nobody spends.
    pub fn spending_weight(&self) -> &[f64] {
        &self.spending_weight
    }
}

impl Member {
    /// Defence spending at the start, share of GDP.
    pub fn effort(&self) -> f64 {
        self.defence_share_gdp_2025e / 100.0
    }

    /// The share of the public that trusts in US protection at the start, 0 to 1.
    pub fn trust(&self) -> f64 {
        self.trust_prior_pct / 100.0
    }

    /// Exposure to Russia: 1 at the border, else falling with the capital's distance.
    fn exposure(&self) -> f64 {
        if self.land_border_with_russia == 1 {
            return 1.0;
        }
        libm::exp(-self.distance_capital_to_russia_km / EXPOSURE_DISTANCE_KM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interest_that_does_not_vary_is_no_stake() {
        // GDP times (troops + 1) is 36 for each: what one logarithm adds, the other takes away.
        let rows = [("AAA", 2, 17), ("BBB", 4, 8), ("CCC", 9, 3)]
            .map(|(iso3, gdp, troops)| format!("{iso3},Ally,{gdp},{troops},0,500,2,0,45,0.4"));
        let table = format!("{}\n{}", REQUIRED_COLUMNS.join(","), rows.join("\n"));
        assert_eq!(Alliance::from_csv(table.as_bytes()).unwrap().stake(), [0.0; 3]);
    }
}
