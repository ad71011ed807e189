//! Numbers as prose, tables and pictures show them: with the decimals that they deserve, a true
//! minus sign, no negative zero, and no false certainty. Files that programs read have their own
//! way of writing numbers ([`tables`](crate::tables)).

/// A share in per cent, without the per cent sign. One that would round to nothing, or to all,
/// without being exactly that is shown as less than the smallest number that the decimals can
/// express, or as more than the largest.
///
/// ```
/// use article5_runner::numbers::hundredths;
///
/// assert_eq!([hundredths(0.1934, 0), hundredths(0.1934, 1)], ["19", "19.3"]);
/// assert_eq!([hundredths(0.005, 0), hundredths(0.995, 0)], ["<1", ">99"]);
/// assert_eq!([hundredths(0.0, 1), hundredths(1.0, 1)], ["0", "100"]);
/// ```
pub fn hundredths(share: f64, decimals: usize) -> String {
    const ALL: f64 = 100.0;
    if share == 0.0 || share == 1.0 {
        return number(ALL * share, 0);
    }
    let shown = number(ALL * share, decimals);
    let least = (0..decimals).fold(1.0, |least, _| least / 10.0);
    // What counts is the rounded form that is shown, in which halves go to the even neighbour.
    let rounded: Option<f64> = shown.parse().ok();
    match rounded {
        Some(0.0) if share > 0.0 => format!("<{}", number(least, decimals)),
        Some(all) if all >= ALL && share < 1.0 => format!(">{}", number(ALL - least, decimals)),
        _ => shown,
    }
}

/// The same with the per cent sign.
///
/// ```
/// use article5_runner::numbers::percent;
///
/// assert_eq!([percent(0.1934, 0), percent(0.0002, 1)], ["19%", "<0.1%"]);
/// ```
pub fn percent(share: f64, decimals: usize) -> String {
    format!("{}%", hundredths(share, decimals))
}

/// How many decimals a percentage deserves: one if its interval is narrower than four points or the
/// share itself is small, otherwise none.
pub fn percent_decimals(share: f64, low: f64, high: f64) -> usize {
    const NARROW: f64 = 0.04;
    usize::from(high - low < NARROW).max(small_decimals(share))
}

/// How many decimals a percentage without an interval deserves: one if it is small.
///
/// ```
/// use article5_runner::numbers::{percent, small_decimals};
///
/// let [small, large] = [0.034, 0.34].map(|share| percent(share, small_decimals(share)));
/// assert_eq!([small, large], ["3.4%", "34%"]);
/// ```
pub fn small_decimals(share: f64) -> usize {
    const SMALL: f64 = 0.1;
    usize::from(share < SMALL)
}

/// A share with its interval.
///
/// ```
/// use article5_runner::numbers::percent_interval;
///
/// assert_eq!(percent_interval(0.193, 0.185, 0.201), "19.3% (18.5–20.1%)");
/// assert_eq!(percent_interval(0.0, 0.0, 0.0004), "0% (0–<0.1%)");
/// ```
pub fn percent_interval(share: f64, low: f64, high: f64) -> String {
    let decimals = percent_decimals(share, low, high);
    format!("{} ({})", percent(share, decimals), percent_range(low, high, decimals))
}

/// A range from one share to another, with the per cent sign only once.
///
/// ```
/// use article5_runner::numbers::percent_range;
///
/// assert_eq!(percent_range(0.185, 0.201, 1), "18.5–20.1%");
/// ```
pub fn percent_range(low: f64, high: f64, decimals: usize) -> String {
    format!("{}–{}", hundredths(low, decimals), percent(high, decimals))
}

/// How many decimals, `least` or more, leave two digits of the width of an interval; `least` if the
/// width is nothing but rounding.
///
/// ```
/// use article5_runner::numbers::decimals;
///
/// assert_eq!([decimals(0.03, 2), decimals(0.0, 2), decimals(3e-9, 2)], [3, 2, 2]);
/// ```
pub fn decimals(width: f64, least: usize) -> usize {
    /// No table has more decimals than this.
    const MAX: usize = 9;
    /// The standard deviation that rounding can give to equal numbers of about 1: the square root
    /// of the smallest difference from 1.
    const ROUNDING: f64 = 1.5e-8;
    if width.is_nan() || width <= ROUNDING {
        return least;
    }
    // Done by multiplication, as a logarithm's last bit is not the same everywhere.
    let scaled = |decimals: usize| (0..decimals).fold(width, |scaled, _| 10.0 * scaled);
    (least..MAX).find(|&decimals| scaled(decimals) >= 10.0).unwrap_or(MAX)
}

/// How many decimals, `least` or more, it takes to show on which side of a bound a number is; a
/// number at the bound is on the upper side.
///
/// ```
/// use article5_runner::numbers::decimals_apart;
///
/// assert_eq!([0.797, 0.8, 0.41].map(|density| decimals_apart(density, 0.8, 2)), [3, 2, 2]);
/// ```
pub fn decimals_apart(value: f64, bound: f64, least: usize) -> usize {
    const MAX: usize = 9;
    let tells = |&decimals: &usize| {
        let shown = format!("{value:.decimals$}").parse::<f64>();
        shown.is_ok_and(|shown| (shown >= bound) == (value >= bound))
    };
    (least..MAX).find(tells).unwrap_or(MAX)
}

/// An estimate with its interval, in as many decimals, `least` or more, as its width deserves.
///
/// ```
/// use article5_runner::numbers::estimate;
///
/// assert_eq!(estimate(0.4, 0.1, 0.7, 2), "0.40 (0.10 to 0.70)");
/// assert_eq!(estimate(0.0004, -0.0002, 0.0012, 2), "0.0004 (−0.0002 to 0.0012)");
/// assert_eq!(estimate(-0.00031, -0.00031, -0.00031, 2), "−0.00031 (−0.00031 to −0.00031)");
/// ```
pub fn estimate(value: f64, low: f64, high: f64, least: usize) -> String {
    let decimals = estimate_decimals(value, low, high, least);
    format!("{} ({})", number(value, decimals), range(low, high, decimals))
}

/// The decimals of an estimate; if its interval has no width, those that leave two digits of the
/// value.
pub fn estimate_decimals(value: f64, low: f64, high: f64, least: usize) -> usize {
    let width = high - low;
    decimals(if width > 0.0 { width } else { value.abs() }, least)
}

/// A number with a fixed count of decimals and a true minus sign; never a negative zero.
///
/// ```
/// use article5_runner::numbers::number;
///
/// assert_eq!([number(-0.347, 2), number(-0.001, 2)], ["−0.35", "0.00"]);
/// ```
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if is_nothing(rest) => rest.to_owned(),
        Some(rest) => format!("−{rest}"),
        None => text,
    }
}

/// A range from one number to another.
///
/// ```
/// use article5_runner::numbers::range;
///
/// assert_eq!(range(-0.2, 1.0, 2), "−0.20 to 1.00");
/// ```
pub fn range(low: f64, high: f64, decimals: usize) -> String {
    format!("{} to {}", number(low, decimals), number(high, decimals))
}

/// The same for where there is little room.
///
/// ```
/// use article5_runner::numbers::short_range;
///
/// assert_eq!(short_range(0.38, 0.44, 2), "0.38–0.44");
/// ```
pub fn short_range(low: f64, high: f64, decimals: usize) -> String {
    format!("{}–{}", number(low, decimals), number(high, decimals))
}

/// A number with its sign.
///
/// ```
/// use article5_runner::numbers::signed;
///
/// assert_eq!([signed(0.04, 2), signed(-0.12, 2), signed(0.001, 2)], ["+0.04", "−0.12", "0.00"]);
/// ```
pub fn signed(value: f64, decimals: usize) -> String {
    let text = number(value, decimals);
    if value > 0.0 && !is_nothing(&text) { format!("+{text}") } else { text }
}

/// Whether digits are all zero.
fn is_nothing(digits: &str) -> bool {
    digits.bytes().all(|digit| matches!(digit, b'0' | b'.'))
}

/// A number that somebody typed, with as many digits as it has.
///
/// ```
/// use article5_runner::numbers::shortest;
///
/// assert_eq!([shortest(100.0 * 0.07), shortest(-0.025)], ["7", "−0.025"]);
/// ```
pub fn shortest(value: f64) -> String {
    // Fewer digits than a double has, so that what arithmetic adds at the end is not shown.
    let rounded = format!("{value:.12e}").parse().unwrap_or(value) + 0.0;
    rounded.to_string().replace('-', "−")
}

/// The same with a sign: `+0.05`, `−2`, `0`.
pub fn signed_shortest(value: f64) -> String {
    if value <= 0.0 { shortest(value) } else { format!("+{}", shortest(value)) }
}

/// A number in as many decimals as it has, but not more than a fixed count.
///
/// ```
/// use article5_runner::numbers::at_most;
///
/// assert_eq!([at_most(0.5, 3), at_most(0.12345, 3), at_most(-0.0001, 3)], ["0.5", "0.123", "0"]);
/// ```
pub fn at_most(value: f64, decimals: usize) -> String {
    shortest(format!("{value:.decimals$}").parse().unwrap_or(value))
}

/// What two bounds allow, each shown in this way.
///
/// ```
/// use article5_runner::numbers::{percent, shortest, within};
///
/// assert_eq!(within(Some(0.2), Some(0.5), shortest), "between 0.2 and 0.5");
/// assert_eq!(within(Some(0.2), None, shortest), "at least 0.2");
/// assert_eq!(within(None, Some(0.5), |share| percent(share, 0)), "at most 50%");
/// assert_eq!(within(None, None, shortest), "anything");
/// ```
pub fn within(
    at_least: Option<f64>,
    at_most: Option<f64>,
    shown: impl Fn(f64) -> String,
) -> String {
    match (at_least.map(&shown), at_most.map(&shown)) {
        (Some(least), Some(most)) => format!("between {least} and {most}"),
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => "anything".to_owned(),
    }
}

/// A count with commas between thousands: `10,000`.
///
/// ```
/// use article5_runner::numbers::count;
///
/// assert_eq!(count(1234567), "1,234,567");
/// ```
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of things: `1 run`, `20,000 runs`.
///
/// ```
/// use article5_runner::numbers::counted;
///
/// assert_eq!(counted(1, "ally", "allies"), "1 ally");
/// assert_eq!(counted(31, "ally", "allies"), "31 allies");
/// ```
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_that_is_neither_nothing_nor_all_is_never_shown_as_such() {
        for parts in [3_u32, 200, 1000, 2000, 30_000] {
            for k in 1..parts {
                let share = f64::from(k) / f64::from(parts);
                for decimals in 0..3 {
                    let shown = hundredths(share, decimals);
                    let bare = shown.trim_start_matches(['<', '>']);
                    let value: f64 = bare.parse().unwrap();
                    assert!(value > 0.0 && value < 100.0, "{k} of {parts} is {shown} per cent");
                }
            }
        }
    }

    #[test]
    fn no_number_is_a_negative_zero() {
        let shown = [number(-0.0, 2), signed(-0.001, 2), shortest(-0.0), at_most(-1e-9, 3)];
        assert_eq!(shown, ["0.00", "0.00", "0", "0"]);
        assert_eq!(estimate(-1e-12, -2e-12, 1e-12, 2), "0.00 (0.00 to 0.00)");
    }
}
