//! What the labels of a chart say: English words, or what is read alike in every language.

use article5_runner::numbers::{self, estimate_decimals, number, range};

/// Which of the two the labels of a chart are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wording {
    /// English words, under a headline and a subtitle.
    #[default]
    English,
    /// The names and values of tables and configurations, which `codebook.csv` and `datapackage.json`
    /// explain; numbers, dates and symbols; no headline and no subtitle.
    Neutral,
}

impl Wording {
    /// Of a label in English and one in no language, the one that is wanted; the second is empty
    /// where nothing says the same.
    pub(crate) fn pick<T>(self, english: T, neutral: T) -> T {
        match self {
            Self::English => english,
            Self::Neutral => neutral,
        }
    }

    /// A count: with commas between thousands, or as tables have it.
    pub(crate) fn count(self, value: u64) -> String {
        match self {
            Self::English => numbers::count(value),
            Self::Neutral => value.to_string(),
        }
    }

    /// From one number to another.
    pub(crate) fn range(self, low: f64, high: f64, decimals: usize) -> String {
        match self {
            Self::English => range(low, high, decimals),
            Self::Neutral => format!("{} … {}", number(low, decimals), number(high, decimals)),
        }
    }

    /// An estimate with its interval, in as many decimals, `least` or more, as its width deserves.
    pub(crate) fn estimate(self, value: f64, (low, high): (f64, f64), least: usize) -> String {
        let decimals = estimate_decimals(value, low, high, least);
        format!("{} ({})", number(value, decimals), self.range(low, high, decimals))
    }
}
