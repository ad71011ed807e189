//! Quarters of calendar years, which label the axis of a run.

use std::fmt;
use std::str::FromStr;

/// A quarter of a calendar year.
///
/// ```
/// use article5_runner::config::CalendarQuarter;
///
/// let start: CalendarQuarter = "2026-Q1".parse().unwrap();
/// assert_eq!(start.plus(7).to_string(), "2027-Q4");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CalendarQuarter {
    /// The year, 1 to 9999 in a configuration.
    pub year: u32,
    /// The quarter, 1 to 4.
    pub quarter: u32,
}

impl CalendarQuarter {
    /// The calendar quarter `quarters` later.
    #[must_use]
    pub fn plus(self, quarters: u32) -> Self {
        let since = self.quarter.saturating_sub(1).saturating_add(quarters);
        Self { year: self.year.saturating_add(since / 4), quarter: since % 4 + 1 }
    }

    /// How many quarters later it is than `other`; negative if it is earlier.
    pub(crate) fn quarters_since(self, other: Self) -> i64 {
        let count = |own: Self| 4 * i64::from(own.year) + i64::from(own.quarter);
        count(self) - count(other)
    }
}

impl fmt::Display for CalendarQuarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-Q{}", self.year, self.quarter)
    }
}

/// A text that names no calendar quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a calendar quarter such as 2026-Q1")]
pub struct NotACalendarQuarter;

impl FromStr for CalendarQuarter {
    type Err = NotACalendarQuarter;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (year, quarter) = text.split_once("-Q").ok_or(NotACalendarQuarter)?;
        let digits = |part: &str, length| {
            part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(year, 4) || !digits(quarter, 1) {
            return Err(NotACalendarQuarter);
        }
        let number = |part: &str| part.parse().map_err(|_| NotACalendarQuarter);
        let (year, quarter) = (number(year)?, number(quarter)?);
        if year == 0 || !(1..=4).contains(&quarter) {
            return Err(NotACalendarQuarter);
        }
        Ok(Self { year, quarter })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_carry_over_the_year() {
        let start = CalendarQuarter { year: 2026, quarter: 3 };
        let later: Vec<String> = [0, 1, 2, 6].map(|n| start.plus(n).to_string()).into();
        assert_eq!(later, ["2026-Q3", "2026-Q4", "2027-Q1", "2028-Q1"]);
    }

    #[test]
    fn quarters_between_are_counted_either_way() {
        let [early, late] =
            [(2026, 1), (2027, 3)].map(|(year, quarter)| CalendarQuarter { year, quarter });
        assert_eq!((late.quarters_since(early), early.quarters_since(late)), (6, -6));
        assert_eq!(early.plus(6), late);
    }

    #[test]
    fn only_a_year_and_a_quarter_are_read() {
        assert_eq!("0900-Q4".parse(), Ok(CalendarQuarter { year: 900, quarter: 4 }));
        for bad in
            ["2026", "2026-Q5", "2026-Q0", "26-Q1", "2026-q1", "2026-Q1 ", "0000-Q1", "+026-Q1"]
        {
            assert_eq!(bad.parse::<CalendarQuarter>(), Err(NotACalendarQuarter), "{bad}");
        }
    }
}
