//! Names as people type them: which are safe, and which known one is meant.

use super::document::Place;
use super::error::{ConfigError, is_hidden};

/// The longest name accepted.
pub(super) const LONGEST: usize = 100;

/// The least likeness (Jaro–Winkler, 0 to 1) of a name worth suggesting: below it is noise.
const MIN_LIKENESS: f64 = 0.75;

/// The shortest part of a name that stands for it.
const MIN_PART: usize = 4;

/// The known name that is most like `found`, if any is like it at all.
pub(super) fn nearest<'a>(
    found: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let found = found.get(..found.floor_char_boundary(LONGEST)).unwrap_or_default().to_lowercase();
    let mut best = None;
    for name in known.clone() {
        let likeness = strsim::jaro_winkler(&found, &name.to_lowercase());
        if likeness >= MIN_LIKENESS && best.is_none_or(|(_, most)| likeness > most) {
            best = Some((name, likeness));
        }
    }
    // The likeness of short words and of parts of words is low: ETS for EST, width for half_width.
    let slip = |name: &&str| {
        let name = name.to_lowercase();
        strsim::osa_distance(&found, &name) == 1
            || (found.len() >= MIN_PART && name.contains(&found))
    };
    best.map(|(name, _)| name).or_else(|| known.into_iter().find(slip))
}

/// Returns the remedy for a name that is not among those known; `all_are` introduces their list.
///
/// ```
/// use article5_runner::config::did_you_mean;
///
/// let remedy = did_you_mean("ironclat", &["ironclad", "finessed"], "its scenarios are");
/// assert_eq!(remedy, "did you mean `ironclad`? (its scenarios are `ironclad`, `finessed`)");
/// ```
pub fn did_you_mean(found: &str, known: &[impl AsRef<str>], all_are: &str) -> String {
    /// With more names than this, a list is no help beside the name that is meant.
    const FEW: usize = 12;
    let known: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
    let all = format!("{all_are} {}", quoted(&known));
    match nearest(found, known.iter().copied()) {
        Some(name) if known.len() > FEW => format!("did you mean `{name}`?"),
        Some(name) => format!("did you mean `{name}`? ({all})"),
        None => all,
    }
}

/// Names that Windows keeps for devices, whatever follows them after a full stop.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Names that it keeps with a digit from 1 to 9 after them.
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

/// Why `name` cannot name a folder or a scenario on every system, if it cannot.
pub(super) fn unsafe_name(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("is empty");
    }
    if name.len() > LONGEST {
        return Some("is longer than 100 characters");
    }
    if name.contains(['/', '\\']) {
        return Some("has a path in it");
    }
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        return Some(
            "has characters other than Latin letters without accents, digits, `-`, `_` and `.`",
        );
    }
    if !name.starts_with(|first: char| first.is_ascii_alphanumeric()) || name.ends_with('.') {
        return Some("must start with a letter or a digit and not end with a full stop");
    }
    if is_a_device(name) {
        return Some(
            "is one that Windows keeps for a device, as it does con, prn, aux, nul, com1 and lpt1",
        );
    }
    None
}

fn is_a_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = stem.strip_suffix(|last: char| ('1'..='9').contains(&last)).unwrap_or_default();
    DEVICES.contains(&stem.as_str()) || NUMBERED_DEVICES.contains(&numbered)
}

/// Refuses a text with a [hidden](is_hidden) character.
pub(super) fn refuse_hidden(text: &str, place: &Place<'_>) -> Result<(), ConfigError> {
    // A text over several lines has its ends of lines as they are in the file.
    let hidden = text.replace("\r\n", "\n").chars().find(|&c| is_hidden(c));
    let Some(hidden) = hidden else { return Ok(()) };
    let message =
        format!("the text has the character {}, which is not shown", hidden.escape_unicode());
    Err(place.wrong(message, "in this text").help("leave it out"))
}

/// The names in backticks, separated by commas.
pub(super) fn quoted(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// The first few of a list, and how many more there are.
pub(super) fn first_few(list: &[String], few: usize) -> String {
    match list.split_at_checked(few) {
        Some((named, rest @ [_, ..])) => format!("{} and {} more", named.join(", "), rest.len()),
        _ => list.join(", "),
    }
}

/// What a safe name may contain.
pub(super) const SAFE: &str =
    "use Latin letters without accents, digits, `-`, `_` and `.`, as in my-run-1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_safe_where_it_can_name_a_folder_everywhere() {
        for good in ["baseline", "run-2", "a_b.c", "2026", "console", "com10", "com0", "a.con"] {
            assert_eq!(unsafe_name(good), None, "{good}");
        }
        let long = "x".repeat(LONGEST + 1);
        for bad in ["", "a/b", "..", ".hidden", "a\\b", "a b", "-x", "x.", "a\0", "ü", &long] {
            assert!(unsafe_name(bad).is_some(), "{bad}");
        }
        for device in ["con", "NUL", "Aux.2", "prn.a.b", "com1", "LPT9"] {
            assert!(unsafe_name(device).unwrap().contains("Windows"), "{device}");
        }
        for letters in ["Łódź", "λ", "naïve"] {
            assert!(unsafe_name(letters).unwrap().contains("Latin letters without accents"));
        }
    }

    #[test]
    fn the_nearest_name_is_suggested_and_noise_is_not() {
        let known = ["replicates", "quarters", "seed"];
        assert_eq!(nearest("replicats", known), Some("replicates"));
        assert_eq!(nearest("SEED", known), Some("seed"));
        assert_eq!(nearest("zzz", known), None);
        assert_eq!(nearest("ETS", ["ALB", "EST"]), Some("EST"));
        assert_eq!(nearest("width", ["outcome", "half_width"]), Some("half_width"));
    }
}
