//! What decides an outcome, by Sobol's indices and by Morris's elementary effects.

mod morris;
mod sobol;

use article5_runner::analysis::Estimate;
use article5_runner::numbers::counted;
use article5_runner::outcome::QuantityKind;
use article5_runner::tables::rows::{Method, SensitivityRow};
use itertools::Itertools;

pub(super) use morris::draw as morris;
pub(super) use sobol::draw as sobol;

use super::words;
use crate::Wording;
use crate::groups::groups;

/// The rows of each outcome by one method, in the order of the table.
pub(crate) fn of_each_subject<'a>(
    rows: impl IntoIterator<Item = &'a SensitivityRow>,
) -> Vec<Vec<&'a SensitivityRow>> {
    let key = |row: &'a SensitivityRow| {
        (row.method, &row.scenario, &row.reference, &row.outcome, row.quarter)
    };
    groups(rows, key).into_iter().map(|(_, rows)| rows).collect()
}

/// The indices of one outcome by one method.
struct Subject<'a> {
    rows: Vec<&'a SensitivityRow>,
}

impl<'a> Subject<'a> {
    /// The outcomes that a method was applied to, in the order of the table.
    fn all(rows: &'a [SensitivityRow], method: Method) -> Vec<Self> {
        let own = rows.iter().filter(|row| row.method == method);
        of_each_subject(own).into_iter().map(|rows| Self { rows }).collect()
    }

    /// The quarter of its rows.
    fn date(&self) -> &'a str {
        self.rows.first().map_or("", |row| &row.date)
    }

    fn title(&self, wording: Wording) -> String {
        let of = |row: &&SensitivityRow| {
            words::title(&row.outcome, &row.scenario, &row.reference, wording)
        };
        self.rows.first().map(of).unwrap_or_default()
    }

    /// How many parameters one may be said to matter most among: a design says nothing about
    /// others.
    fn varied(&self) -> String {
        format!("of the {} varied", counted(self.rows.len() as u64, "parameter", "parameters"))
    }

    fn noun(&self) -> String {
        let of = |row: &&SensitivityRow| {
            let noun = words::noun(&row.outcome);
            let noun =
                if row.kind == QuantityKind::Risk { format!("the chance of {noun}") } else { noun };
            if row.reference.is_empty() { noun } else { format!("the difference in {noun}") }
        };
        self.rows.first().map(of).unwrap_or_default()
    }
}

/// An index or an effect of a row, with its interval; `None` if a part is missing.
fn estimate_of(value: Option<f64>, low: Option<f64>, high: Option<f64>) -> Option<Estimate> {
    Some(Estimate { value: value?, low: low?, high: high? })
}

/// An estimate with its interval.
fn in_words(Estimate { value, low, high }: Estimate, wording: Wording) -> String {
    /// The fewest decimals.
    const DECIMALS: usize = 2;
    wording.estimate(value, (low, high), DECIMALS)
}

/// What there is too little of for the rows in doubt, each once: points, trajectories, replicates.
fn wanting<'a>(rows: impl Iterator<Item = &'a SensitivityRow>) -> Vec<&'static str> {
    let doubted = rows.filter(|row| row.doubt.is_some());
    doubted.filter_map(|row| Some(row.remedy?.name())).unique().collect()
}

/// Qualifies a finding that rests on these rows, if they are in doubt.
fn so_far_as<'a>(found: String, rows: impl Iterator<Item = &'a SensitivityRow>) -> String {
    match wanting(rows) {
        few if few.is_empty() => found,
        few => format!("As far as so few {} can show: {found}", words::list(&few)),
    }
}

/// The parameters that may be the most important: the one with the highest estimate, and those
/// whose intervals reach its interval; highest first.
fn leaders<'a>(ranked: &[(&'a str, Estimate)]) -> Vec<(&'a str, Estimate)> {
    let reach = ranked.first().map_or(f64::INFINITY, |(_, index)| index.low);
    ranked.iter().filter(|(_, index)| index.high >= reach).copied().collect()
}

/// The parameters with their estimates, highest first; equal ones in the order of the table.
fn ranked<'a>(
    subject: &Subject<'a>,
    of: impl Fn(&SensitivityRow) -> Option<Estimate>,
) -> Vec<(&'a str, Estimate)> {
    let named = |row: &&'a SensitivityRow| Some((row.parameter.as_str(), of(row)?));
    let mut ranked: Vec<(&str, Estimate)> = subject.rows.iter().filter_map(named).collect();
    ranked.sort_by(|one, other| other.1.value.total_cmp(&one.1.value));
    ranked
}

#[cfg(test)]
mod tests {
    use article5_runner::analysis::doubt::Doubt;
    use article5_runner::tables::Tables;
    use article5_runner::tables::rows::Want;

    use super::*;
    use crate::Options;
    use crate::charts::{awkward, kind};
    use crate::figure::Drawing;

    /// A row for each method: every index of the parameter is the same estimate with its interval.
    fn row(outcome: &str, parameter: &str, value: f64, half: f64) -> [SensitivityRow; 2] {
        let [value, low, high] = [value, value - half, value + half].map(Some);
        let doubt = (2.0 * half > value.unwrap_or(0.0)).then_some(Doubt::Wide);
        let common = SensitivityRow {
            scenario: "article5-like".to_owned(),
            quarter: 40,
            date: "2035-Q4".to_owned(),
            kind: QuantityKind::Risk,
            outcome: outcome.to_owned(),
            parameter: parameter.to_owned(),
            doubt,
            ..SensitivityRow::default()
        };
        let sobol = SensitivityRow {
            method: Method::Sobol,
            remedy: doubt.and(Some(Want::Points)),
            first: value,
            first_low: low,
            first_high: high,
            total: value,
            total_low: low,
            total_high: high,
            ..common.clone()
        };
        let morris = SensitivityRow {
            method: Method::Morris,
            remedy: doubt.and(Some(Want::Trajectories)),
            mu_star: value,
            mu_star_low: low,
            mu_star_high: high,
            sigma: value,
            sigma_low: low,
            sigma_high: high,
            mu_star_of_noise: Some(0.01),
            ..common
        };
        [sobol, morris]
    }

    fn rows(outcomes: &[&str], parameters: usize, value: fn(usize) -> f64) -> Vec<SensitivityRow> {
        let of = |outcome: &&str| -> Vec<SensitivityRow> {
            let row = |k| row(outcome, &format!("group.parameter_{k}"), value(k), 0.05);
            (0..parameters).flat_map(row).collect()
        };
        outcomes.iter().flat_map(of).collect()
    }

    #[test]
    fn indices_can_be_read_in_awkward_cases() {
        let falling: fn(usize) -> f64 = |k| 0.6 / (1.0 + k as f64);
        let five = ["tiered", "war_resumed", "ruptured", "trust_mean", "tier_gap"];
        let long = "a-parameter-with-a-very-long-key.".repeat(5);
        let cases = [
            ("one parameter", rows(&five[..1], 1, falling)),
            ("80 parameters", rows(&five[..1], 80, falling)),
            ("five outcomes", rows(&five, 12, falling)),
            ("nothing matters", rows(&five[..2], 9, |_| 0.0)),
            ("negative", rows(&five[..1], 9, |_| -0.2)),
            ("all alike", rows(&five[..1], 80, |_| 0.3)),
            ("beyond one", rows(&five[..1], 3, |_| 1.7)),
            ("long names", row("tiered", &long, 0.4, 3.0).to_vec()),
        ];
        for (case, sensitivity) in cases {
            let tables = Tables { sensitivity, ..Tables::default() };
            for name in ["sensitivity", "screening"] {
                awkward::check_drawn(&format!("{name}, {case}"), kind(name), &tables).unwrap();
            }
        }
    }

    #[test]
    fn a_headline_names_one_parameter_only_where_its_interval_is_clear_of_the_others() {
        let says = |name: &str, second: f64| {
            let rows = [row("tiered", "a.b", 0.6, 0.05), row("tiered", "c.d", second, 0.05)];
            let tables = Tables { sensitivity: rows.concat(), ..Tables::default() };
            awkward::draw(kind(name), &tables, &Options::default()).unwrap().drawing.headline
        };
        assert!(
            says("sensitivity", 0.3).starts_with("a.b matters most for the chance of a tiered")
        );
        assert!(says("sensitivity", 0.55).starts_with("a.b and c.d matter most"));
        assert!(says("screening", 0.3).starts_with("a.b moves the chance of a tiered"));
        assert!(says("screening", 0.55).starts_with("a.b and c.d move"));
        // A design says nothing about what it does not vary.
        for (name, second) in
            [("sensitivity", 0.3), ("sensitivity", 0.55), ("screening", 0.3), ("screening", 0.55)]
        {
            let told = says(name, second);
            assert!(told.contains(", of the 2 parameters varied"), "{told}");
        }
    }

    #[test]
    fn what_is_not_told_from_nothing_is_not_said_to_matter() {
        let says = |name: &str, half: f64| {
            let mut second = row("tiered", "c.d", 0.03, half);
            second[1].doubt = (half > 0.03).then_some(Doubt::Noise);
            let rows = [row("tiered", "a.b", 0.6, 0.58), second];
            let tables = Tables { sensitivity: rows.concat(), ..Tables::default() };
            awkward::draw(kind(name), &tables, &Options::default()).unwrap().drawing.headline
        };
        assert!(says("sensitivity", 0.02).contains("a.b and c.d matter most"));
        assert!(says("sensitivity", 0.3).contains("a.b matters most"));
        // The interval of the first is wide.
        let few = "As far as so few points can show: ";
        assert!(says("sensitivity", 0.3).starts_with(&format!("{few}a.b matters most")));
        let few = "As far as so few trajectories can show: ";
        assert!(says("screening", 0.02).starts_with(&format!("{few}a.b and c.d move")));
        assert!(says("screening", 0.3).starts_with(&format!("{few}a.b moves")));
    }

    #[test]
    fn a_parameter_that_changes_nothing_does_not_stand_out_from_noise() {
        let mut noise = row("tiered", "a.b", 0.03, 0.05);
        noise[1].doubt = Some(Doubt::Noise);
        let sensitivity = [noise, row("tiered", "c.d", 0.0, 0.0)].concat();
        let tables = Tables { sensitivity, ..Tables::default() };
        let drawing = awkward::draw(kind("screening"), &tables, &Options::default()).unwrap();
        let headline = &drawing.drawing.headline;
        assert!(headline.starts_with("No parameter’s effect"), "{headline}");
    }

    #[test]
    fn a_larger_estimate_that_is_noise_is_named_in_the_headline_of_a_screening_and_beside_its_point()
     {
        let drawn = |noisy: &[(&str, f64)]| {
            let mut rows = row("tiered", "a.b", 0.09, 0.02).to_vec();
            for (name, value) in noisy {
                let mut noise = row("tiered", name, *value, 0.05);
                noise[1].doubt = Some(Doubt::Noise);
                rows.extend(noise);
            }
            let tables = Tables { sensitivity: rows, ..Tables::default() };
            awkward::draw(kind("screening"), &tables, &Options::default()).unwrap().drawing
        };
        let two = drawn(&[("c.d", 0.2), ("e.f", 0.18), ("g.h", 0.03)]);
        let said = "; the larger estimates of c.d and e.f are not distinguished from noise";
        assert!(two.headline.contains("a.b moves") && two.headline.ends_with(said), "{two:?}");
        let named = |name: &str| two.placed.iter().any(|text| text.words == name);
        assert!(named("a.b") && named("c.d") && named("e.f") && !named("g.h"));
        assert!(drawn(&[("c.d", 0.2)]).headline.contains("the larger estimate of c.d is not"));
        assert!(!drawn(&[("c.d", 0.05)]).headline.contains("larger"));
        // One that stands out and nine larger ones are ten names; with one more a name is left out.
        let noisy: Vec<(String, f64)> =
            (0..10).map(|k| (format!("n.{k}"), 0.2 + 0.1 * f64::from(k))).collect();
        let noisy: Vec<(&str, f64)> = noisy.iter().map(|(name, at)| (&**name, *at)).collect();
        let told = "Named: at most 10 in each panel";
        assert!(!drawn(&noisy[1..]).subtitle.contains(told));
        assert!(drawn(&noisy).subtitle.contains(told));
    }

    #[test]
    fn parameters_without_room_for_their_names_have_the_same_numbers_in_all_panels() {
        let drawn = |value| {
            let sensitivity = rows(&["tiered", "ruptured"], 12, value);
            let tables = Tables { sensitivity, ..Tables::default() };
            awkward::check_drawn("crowded", kind("screening"), &tables).unwrap().drawing
        };
        let times = |drawing: &Drawing, words: &str| {
            drawing.placed.iter().filter(|text| text.words == words).count()
        };
        let crowded = drawn(|k| 0.5 + 0.03 * (k % 4) as f64 + 0.002 * k as f64);
        assert!(crowded.subtitle.contains("Named: at most 10"), "{}", crowded.subtitle);
        assert_eq!(times(&crowded, "group.parameter_11"), 1, "once, in the index");
        let noted = crowded.placed.iter().any(|text| text.words.starts_with("No room for"));
        assert!(noted || times(&crowded, "1") == 3, "in either panel and in the index");
        let apart = drawn(|k| 0.08 * k as f64);
        assert_eq!(times(&apart, "group.parameter_11"), 2, "in either panel");
    }

    #[test]
    fn a_headline_and_the_key_say_what_there_is_too_little_of() {
        let drawn = |half: f64, remedy| {
            let mut rows = [row("tiered", "a.b", 0.6, half), row("tiered", "c.d", 0.2, 0.01)];
            rows[0][0].remedy = Some(remedy);
            let tables = Tables { sensitivity: rows.concat(), ..Tables::default() };
            awkward::draw(kind("sensitivity"), &tables, &Options::default()).unwrap().drawing
        };
        let says = |half, remedy| drawn(half, remedy).headline;
        let tell = "As far as so few replicates can show: a.b matters most";
        assert!(says(0.35, Want::Replicates).starts_with(tell));
        let nothing = "Too few replicates to say which parameter matters";
        assert!(says(0.7, Want::Replicates).starts_with(nothing));
        assert!(says(0.7, Want::Points).starts_with("Too few points to say which parameter"));
    }

    #[test]
    fn every_outcome_that_is_drawn_is_also_told_to_those_who_do_not_see_it() {
        let rows = ["tiered", "war_resumed"].map(|outcome| row(outcome, "a.b", 0.6, 0.1));
        let tables = Tables { sensitivity: rows.concat(), ..Tables::default() };
        for name in ["sensitivity", "screening"] {
            let sheet = awkward::draw(kind(name), &tables, &Options::default()).unwrap();
            let Drawing { spoken, .. } = sheet.drawing;
            for outcome in ["A tiered alliance: ", "Renewed war: "] {
                assert!(spoken.contains(outcome), "{name}: {spoken}");
            }
        }
    }

    #[test]
    fn a_doubt_of_several_remedies_names_each_once() {
        let doubted = |remedy| {
            let (doubt, remedy) = (Some(Doubt::Wide), Some(remedy));
            SensitivityRow { doubt, remedy, ..SensitivityRow::default() }
        };
        let rows = [doubted(Want::Points), doubted(Want::Replicates), doubted(Want::Points)];
        let said = so_far_as("it rains".to_owned(), rows.iter());
        assert_eq!(said, "As far as so few points and replicates can show: it rains");
        assert_eq!(so_far_as("it rains".to_owned(), [].into_iter()), "it rains");
    }

    #[test]
    fn a_screening_chart_says_where_its_intervals_are_cut() {
        let says = |half: f64| {
            let rows = row("tiered", "a.b", 0.6, half).to_vec();
            let tables = Tables { sensitivity: rows, ..Tables::default() };
            let sheet = awkward::draw(kind("screening"), &tables, &Options::default()).unwrap();
            sheet.drawing.subtitle.contains("continues beyond it")
        };
        assert_eq!([says(0.05), says(3.0)], [false, true]);
    }
}
