//! Whole numbers as typed: what is wrong with one, and how it would be written.

use std::ops::RangeInclusive;

use article5_runner::config::MAX_POINTS;
use article5_runner::partial::MAX_SHARDS;
use article5_runner::tally::MAX_REPLICATES;

/// The most threads that may be asked for: more than the cores of almost any machine, and few
/// enough to be started.
pub(super) const MAX_THREADS: u16 = 1024;

/// The numbers of threads.
pub(super) const THREADS: RangeInclusive<u64> = 1..=MAX_THREADS as u64;

/// The seeds that a configuration can hold: TOML's integers are signed.
pub(super) const SEEDS: RangeInclusive<u64> = 0..=i64::MAX as u64;

/// The numbers of replicates that a tally can hold.
pub(super) const REPLICATES: RangeInclusive<u64> = 1..=MAX_REPLICATES;

/// The numbers of shards.
pub(super) const SHARDS: RangeInclusive<u64> = 1..=MAX_SHARDS as u64;

/// The numbers that design points can have.
pub(super) const POINTS: RangeInclusive<u64> = 0..=MAX_POINTS as u64 - 1;

/// Any number: seconds, or a replicate.
pub(super) const ANY: RangeInclusive<u64> = 0..=u64::MAX;

/// Why what was typed is not the number that is wanted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotWanted {
    /// A whole number, but with signs in it.
    #[error("write it in digits alone: {0}")]
    Written(u64),
    /// No whole number.
    #[error("it must be a whole number, {}, in digits alone", range(.0))]
    NotWhole(RangeInclusive<u64>),
    /// A whole number, but not one of these.
    #[error("it must be {}", range(.0))]
    Outside(RangeInclusive<u64>),
}

fn range(range: &RangeInclusive<u64>) -> String {
    match (range.start(), range.end()) {
        (least, &u64::MAX) => format!("{least} or more"),
        (least, most) => format!("{least} to {most}"),
    }
}

/// Takes whole numbers in this range.
pub(super) fn within<T: TryFrom<u64>>(
    range: RangeInclusive<u64>,
) -> impl Fn(&str) -> Result<T, NotWanted> + Clone {
    move |text| {
        let Ok(number) = text.parse::<u64>() else {
            return Err(match written(text) {
                Some(number) if range.contains(&number) => NotWanted::Written(number),
                // All digits and still no u64: too many of them.
                None if !is_digits(text) => NotWanted::NotWhole(range.clone()),
                _ => NotWanted::Outside(range.clone()),
            });
        };
        let fitting = Some(number).filter(|number| range.contains(number));
        let fitting = fitting.and_then(|number| T::try_from(number).ok());
        fitting.ok_or_else(|| NotWanted::Outside(range.clone()))
    }
}

/// The whole number that is meant by `1e5`, `1_000` or `1,000`. A full stop may stand before a
/// fraction or between thousands, so with one in it nothing is meant for sure.
fn written(text: &str) -> Option<u64> {
    /// The signs that people put between thousands.
    const BETWEEN_THOUSANDS: [char; 6] = ['_', ',', '\'', '’', ' ', '\u{a0}'];
    if let Some((digits, power)) = text.split_once(['e', 'E']) {
        let (digits, power) = (digits.parse::<u64>().ok()?, power.parse().ok()?);
        return digits.checked_mul(10_u64.checked_pow(power)?);
    }
    let mut groups = text.split(BETWEEN_THOUSANDS);
    let is_grouped = groups.next().is_some_and(|first| is_digits(first) && first.len() <= 3)
        && groups.all(|group| is_digits(group) && group.len() == 3);
    if !is_grouped {
        return None;
    }
    text.replace(BETWEEN_THOUSANDS, "").parse().ok()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_signs_in_it_is_told_in_digits_and_nothing_is_guessed() {
        let typed = within::<u64>(1..=200_000);
        assert_eq!(typed("100000"), Ok(100_000));
        let meant = ["1e5", "1E5", "100_000", "100,000", "100 000", "100'000", "100\u{a0}000"];
        for text in meant {
            assert_eq!(typed(text), Err(NotWanted::Written(100_000)), "{text}");
        }
        for text in ["", "many", "100.000", "1.5", "1e", "e5", "1e-2", "-1", "1,0", ",100", "10k"] {
            assert_eq!(typed(text), Err(NotWanted::NotWhole(1..=200_000)), "{text}");
        }
        for text in ["0", "1e6", "200_001", "18446744073709551615", "99999999999999999999"] {
            assert_eq!(typed(text), Err(NotWanted::Outside(1..=200_000)), "{text}");
        }
        assert_eq!(NotWanted::Outside(0..=u64::MAX).to_string(), "it must be 0 or more");
    }
}
