//! What the labels of a chart say: English words, or what reads the same in every language.

use article5_runner::numbers::{self, estimate_decimals, number, range};

/// The kind of labels that a chart has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wording {
    /// English words, under a headline and a subtitle.
    #[default]
    English,
    /// The names and values of tables and configurations, which `codebook.csv` and
    /// `datapackage.json` explain; numbers, dates and symbols; no headline and no subtitle.
    Neutral,
}

impl Wording {
    /// Picks the label that is wanted, in English or in no language; the second is empty if nothing
    /// says the same.
    pub(crate) fn pick<T>(self, english: T, neutral: T) -> T {
        match self {
            Self::English => english,
            Self::Neutral => neutral,
        }
    }

    /// A count: with commas between thousands, or as in the tables.
    pub(crate) fn count(self, value: u64) -> String {
        match self {
            Self::English => numbers::count(value),
            Self::Neutral => value.to_string(),
        }
    }

    /// The range from one number to another.
    pub(crate) fn range(self, low: f64, high: f64, decimals: usize) -> String {
        match self {
            Self::English => range(low, high, decimals),
            Self::Neutral => format!("{} … {}", number(low, decimals), number(high, decimals)),
        }
    }

    /// An estimate with its interval, in as many decimals as its width warrants, at least `least`.
    pub(crate) fn estimate(self, value: f64, (low, high): (f64, f64), least: usize) -> String {
        let decimals = estimate_decimals(value, low, high, least);
        format!("{} ({})", number(value, decimals), self.range(low, high, decimals))
    }
}
