//! Calendar quarters, as in `2026-Q1`.

use std::fmt;
use std::str::FromStr;

/// A quarter of a year.
///
/// ```
/// use article5_runner::config::CalendarQuarter;
///
/// let start: CalendarQuarter = "2026-Q3".parse().unwrap();
/// assert_eq!(start.plus(2).to_string(), "2027-Q1");
/// assert!("2026-Q5".parse::<CalendarQuarter>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CalendarQuarter {
    /// Quarters since the first one of the year 0.
    count: u32,
}

const QUARTERS_A_YEAR: u32 = 4;

/// A start that is not of the form `2026-Q1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quarter is written as in `2026-Q1`")]
pub struct NotAQuarter;

impl CalendarQuarter {
    /// The quarter in which the model's first quarter lies unless a configuration says otherwise.
    pub const DEFAULT_START: Self = Self { count: 2026 * QUARTERS_A_YEAR };

    /// The quarter that many quarters later.
    #[must_use]
    pub fn plus(self, quarters: u32) -> Self {
        Self { count: self.count.saturating_add(quarters) }
    }
}

impl fmt::Display for CalendarQuarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, quarter) = (self.count / QUARTERS_A_YEAR, self.count % QUARTERS_A_YEAR + 1);
        write!(f, "{year:04}-Q{quarter}")
    }
}

impl FromStr for CalendarQuarter {
    type Err = NotAQuarter;

    fn from_str(text: &str) -> Result<Self, NotAQuarter> {
        let (year, quarter) = text.split_once("-Q").ok_or(NotAQuarter)?;
        if year.len() != 4 || quarter.len() != 1 {
            return Err(NotAQuarter);
        }
        let year: u32 = year.parse().map_err(|_| NotAQuarter)?;
        let quarter: u32 = quarter.parse().map_err(|_| NotAQuarter)?;
        if !(1..=QUARTERS_A_YEAR).contains(&quarter) {
            return Err(NotAQuarter);
        }
        Ok(Self { count: year * QUARTERS_A_YEAR + quarter - 1 })
    }
}
