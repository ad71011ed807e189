//! The answers in words and aligned numbers.

use std::fmt;

use strum::VariantArray;

use super::answers::Answers;
use super::discovery::Discovered;
use super::indices::Indices;
use super::survey::Subject;
use crate::analysis::doubt::Doubt;
use crate::config::{Experiment, is_switch, setting_in_words};
use crate::numbers::{
    at_most, count, counted, decimals, estimate, estimate_decimals, hundredths, number, shortest,
    within,
};
use crate::outcome::QuantityKind;
use crate::tables::rows::{BoxRow, Method, SensitivityRow, Want};

/// The fewest decimals of indices, effects and limits.
const DECIMALS: usize = 3;

/// Decimals of a box's density and coverage.
pub(super) const SHARE_DECIMALS: usize = 2;

/// Above this share of noise the indices depend on how well it is taken out; above the next one
/// they may be nothing but noise.
const NOISY: f64 = 0.3;
const MOSTLY_NOISE: f64 = 0.5;

/// Above this share of points within noise of the threshold a box may be nothing but noise.
const BLURRED: f64 = 0.2;

impl fmt::Display for Answers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ensemble = self.survey.ensemble();
        let experiment = ensemble.experiment();
        writeln!(
            f,
            "{}: {} at {}, {} a point, seed {}",
            experiment.name,
            counted(ensemble.design().keys.len() as u64, "parameter", "parameters"),
            counted(ensemble.design().points.nrows() as u64, "point", "points"),
            counted(experiment.replicates, "replicate", "replicates"),
            experiment.seed
        )?;
        for own in &self.indices {
            writeln!(f, "\n{}", title(own.subject, experiment))?;
            tell_indices(f, own)?;
        }
        if let (Some(own), Some(spec)) = (&self.discovered, &experiment.discovery) {
            writeln!(
                f,
                "\nWhere {} is {}",
                title(own.subject, experiment),
                within(spec.at_least, spec.at_most, shortest)
            )?;
            tell_boxes(f, own)?;
        }
        let warnings = self.warnings();
        if !warnings.is_empty() {
            writeln!(f)?;
        }
        warnings.iter().try_for_each(|warning| writeln!(f, "! {warning}"))
    }
}

impl Answers<'_> {
    /// Says what an analyst must know before relying on the answers, in one sentence each.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let experiment = self.survey.ensemble().experiment();
        let of = |subject: Subject| title(subject, experiment);
        let indices = self.indices.iter().flat_map(|own| doubts(own, &of(own.subject)));
        let boxes = self.discovered.iter().flat_map(|own| box_doubts(own, &of(own.subject)));
        indices.chain(boxes).collect()
    }
}

/// The title of an analysis: what it is about.
fn title(subject: Subject, experiment: &Experiment) -> String {
    let (name, date) = (subject.outcome(experiment), experiment.date(experiment.quarters));
    let when = match subject.quantity.kind() {
        QuantityKind::Risk => "by",
        QuantityKind::Outcome => "at",
    };
    let scenario = subject.scenario(experiment);
    match subject.reference(experiment) {
        "" => format!("{name} under {scenario} {when} {date}"),
        reference => format!("{name} under {scenario} less {reference} {when} {date}"),
    }
}

/// Rows below a header, each column as wide as its widest field.
fn columns(f: &mut fmt::Formatter<'_>, header: &[&str], rows: Vec<Vec<String>>) -> fmt::Result {
    let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
    let width = |place: usize| {
        let fields = rows.iter().filter_map(|row| row.get(place));
        fields.map(|field| field.chars().count()).max().unwrap_or_default()
    };
    for row in &rows {
        let fields =
            row.iter().enumerate().map(|(place, field)| format!("  {field:<0$}", width(place)));
        writeln!(f, "{}", fields.collect::<String>().trim_end())?;
    }
    Ok(())
}

fn tell_indices(f: &mut fmt::Formatter<'_>, own: &Indices) -> fmt::Result {
    let mut rows: Vec<&SensitivityRow> = own.rows.iter().collect();
    let weight = |row: &SensitivityRow| row.total.or(row.mu_star).unwrap_or_default();
    rows.sort_by(|one, other| weight(other).total_cmp(&weight(one)));
    let Some(first) = rows.first() else {
        return writeln!(f, "  does not vary over the design beyond its replicate noise");
    };
    let estimate = |value: Option<f64>, low: Option<f64>, high: Option<f64>| {
        let [value, low, high] = [value, low, high].map(|x| x.unwrap_or(f64::NAN));
        estimate(value, low, high, DECIMALS)
    };
    let sobol = |row: &&SensitivityRow| {
        let first = estimate(row.first, row.first_low, row.first_high);
        let total = estimate(row.total, row.total_low, row.total_high);
        vec![row.parameter.clone(), first, total + mark(row)]
    };
    let morris = |row: &&SensitivityRow| {
        let mu_star = estimate(row.mu_star, row.mu_star_low, row.mu_star_high);
        let mu = estimate(row.mu, row.mu_low, row.mu_high);
        vec![row.parameter.clone(), mu_star, mu, spread(row) + mark(row)]
    };
    if first.method == Method::Sobol {
        columns(f, &["parameter", "first", "total"], rows.iter().map(sobol).collect())?;
    } else {
        columns(f, &["parameter", "mu*", "mu", "sigma"], rows.iter().map(morris).collect())?;
    }
    if let (Some(spread), Some(noise)) = (own.spread, own.rows.first().and_then(|r| r.noise_share))
    {
        let (noise, spread) = (percent(noise), number(spread, decimals(spread, DECIMALS)));
        writeln!(
            f,
            "  standard deviation over the design {spread}; replicate noise was {noise} of the raw variance and is taken out"
        )?;
    }
    Ok(())
}

fn tell_boxes(f: &mut fmt::Formatter<'_>, own: &Discovered) -> fmt::Result {
    let share = percent(own.of_interest as f64 / own.points as f64);
    let (least, most) = own.extremes;
    let mean_decimals = decimals(most - least, DECIMALS);
    let mean_of = |mean: f64| number(mean, mean_decimals);
    writeln!(
        f,
        "  {} of {} points ({share}) are of interest; means run from {} to {}",
        count(own.of_interest as u64),
        count(own.points as u64),
        mean_of(least),
        mean_of(most)
    )?;
    let mut last = 0;
    let width = own.rows.iter().map(|row| row.parameter.len()).max().unwrap_or_default();
    for row in &own.rows {
        if row.number != last {
            last = row.number;
            let BoxRow { number, coverage, density, mass, mean, points, .. } = row;
            writeln!(
                f,
                "  box {number}: density {density:.2}, coverage {coverage:.2}, mass {mass:.2} \
                 ({}), mean {}",
                counted(*points, "point", "points"),
                mean_of(*mean)
            )?;
            writeln!(f, "    on points held out: {}", held_out(row))?;
        }
        let within = between(row, row.low, row.high);
        let range = format!("of {}", between(row, row.range_low, row.range_high));
        let quasi_p = row.quasi_p.map_or_else(String::new, |p| format!("quasi-p {p:.1e}"));
        let again = percent(row.reproduced_coverage);
        writeln!(
            f,
            "    {:width$}  {within:<18}  {range:<18}  {quasi_p}, found in {again} of resamples",
            row.parameter
        )?;
    }
    Ok(())
}

/// How good a box is on points that it was not chosen from.
fn held_out(row: &BoxRow) -> String {
    let say =
        |share: Option<f64>| share.map_or("unknown".to_owned(), |own| number(own, SHARE_DECIMALS));
    let [density, coverage] = [row.density_held_out, row.coverage_held_out].map(say);
    format!("density {density}, coverage {coverage}")
}

/// Says what is doubtful about the indices of an outcome.
fn doubts(own: &Indices, about: &str) -> Vec<String> {
    let mut told = Vec::new();
    for &doubt in Doubt::VARIANTS {
        for &remedy in Want::VARIANTS {
            let of_both =
                |row: &&SensitivityRow| (row.doubt, row.remedy) == (Some(doubt), Some(remedy));
            let names: Vec<&str> =
                own.rows.iter().filter(of_both).map(|row| row.parameter.as_str()).collect();
            if !names.is_empty() {
                told.push(format!("{about}: {}", wanting(doubt, remedy, &names.join(", "))));
            }
        }
    }
    told.extend(noise_doubt(own).map(|said| format!("{about}: {said}")));
    if own.rows.is_empty() {
        told.push(format!("{about}: no index can be given"));
    }
    told
}

/// Says what a doubt about parameters means, and of what more is needed to settle it.
fn wanting(doubt: Doubt, remedy: Want, names: &str) -> String {
    let more = remedy.name();
    match doubt {
        Doubt::Negative => format!("an index is negative, so more {more} are needed for {names}"),
        Doubt::Wide => {
            format!("an interval is wider than its index, so more {more} are needed for {names}")
        }
        Doubt::Noise => format!(
            "for {names} no influence could be told from replicate noise; more {more} might show one"
        ),
        Doubt::Rare => format!(
            "it varies at one or two base points only, so that the intervals are too narrow and more \
             {more} are needed for {names}"
        ),
    }
}

/// Says what is doubtful about indices from which much noise had to be taken out.
fn noise_doubt(own: &Indices) -> Option<String> {
    let noise = own.rows.first().and_then(|row| row.noise_share)?;
    let sum: f64 = own.rows.iter().filter_map(|row| row.first).sum();
    let share = percent(noise);
    if noise > MOSTLY_NOISE && sum > 1.0 {
        let sum = number(sum, 2);
        return Some(format!(
            "{share} of the raw variance is replicate noise, and the first indices sum to {sum}, \
             although their sum cannot exceed 1: how much a parameter decides cannot be told"
        ));
    }
    (noise > NOISY).then(|| {
        format!(
            "{share} of the raw variance is replicate noise: the indices depend on how well it is taken out"
        )
    })
}

/// Says what is doubtful about the boxes.
fn box_doubts(own: &Discovered, about: &str) -> Vec<String> {
    let mut told = Vec::new();
    let blurred = own.uncertain as f64 / own.points as f64;
    if blurred > BLURRED {
        told.push(format!(
            "{about}: {} of the points lie within replicate noise of the threshold",
            percent(blurred)
        ));
    }
    if own.block > 1 {
        told.push(format!(
            "{about}: each {} points of this design share most of their values, so that fewer points than it \
             has speak for a box, and its quasi-p values are too small: a design of kind `sobol` or \
             `latin-hypercube` finds boxes better",
            own.block
        ));
    }
    if own.is_grid {
        told.push(format!(
            "{about}: each point of a grid has neighbours, so that a box looks as good on the points held out as \
             on its own: a design of kind `sobol` or `latin-hypercube` tells more"
        ));
    }
    told.extend(own.missing().map(|why| format!("{about}: {why}")));
    told.extend(thin_elsewhere(own).map(|doubt| format!("{about}: {doubt}")));
    let named: Vec<String> = own
        .rows
        .iter()
        .filter(|row| row.may_be_chance())
        .map(|row| format!("{} (box {})", row.parameter, row.number))
        .collect();
    if !named.is_empty() {
        told.push(format!(
            "{about}: these limits may be chance (a quasi-p above {}, or found by fewer than half of \
             the resamples): {}",
            BoxRow::BY_CHANCE,
            named.join(", ")
        ));
    }
    told
}

/// The boxes that are less dense than asked for on points that they were not chosen from.
fn thin_elsewhere(own: &Discovered) -> impl Iterator<Item = String> {
    let first_of_box =
        own.rows.chunk_by(|one, other| one.number == other.number).map(|rows| &rows[0]);
    first_of_box.filter(|row| row.falls_short(own.density)).map(|row| {
        format!(
            "on points that it was not chosen from, box {} is less dense than asked for: {} against {}, \
             where its own points give {}",
            row.number,
            own.beside_asked(row.density_held_out.unwrap_or(f64::NAN)),
            shortest(own.density),
            number(row.density, SHARE_DECIMALS)
        )
    })
}

fn mark(row: &SensitivityRow) -> &'static str {
    if row.doubt.is_some() { "  !" } else { "" }
}

/// The standard deviation of a parameter's effects, in the decimals that its interval deserves.
fn spread(row: &SensitivityRow) -> String {
    let [value, low, high] =
        [row.sigma, row.sigma_low, row.sigma_high].map(|x| x.unwrap_or(f64::NAN));
    number(value, estimate_decimals(value, low, high, DECIMALS))
}

/// Two limits in the parameter's unit, with as many decimals as its range deserves; for a switch,
/// the values it may have.
fn between(row: &BoxRow, low: f64, high: f64) -> String {
    let decimals = decimals(row.range_high - row.range_low, DECIMALS);
    let switch = is_switch(&row.parameter);
    let say = |limit: f64| {
        if switch { setting_in_words(&row.parameter, limit) } else { at_most(limit, decimals) }
    };
    let (low, high) = (say(low), say(high));
    match (low == high, switch) {
        (true, _) => low,
        (false, true) => format!("{low} or {high}"),
        (false, false) => format!("{low} to {high}"),
    }
}

fn percent(share: f64) -> String {
    format!("{} %", hundredths(share, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Outcome, Quantity};

    #[test]
    fn warnings_ask_for_what_is_wanting() {
        let row = |parameter: &str, remedy| SensitivityRow {
            parameter: parameter.to_owned(),
            first: Some(0.6),
            noise_share: Some(0.6),
            doubt: Some(Doubt::Wide),
            remedy: Some(remedy),
            ..SensitivityRow::default()
        };
        let quantity = Quantity::Outcome(Outcome::TrustMean);
        let own = Indices {
            subject: Subject { scenario: 0, reference: None, quantity },
            rows: vec![row("a", Want::Points), row("b", Want::Replicates)],
            spread: None,
        };
        let [points, replicates, noise] = <[String; 3]>::try_from(doubts(&own, "it")).unwrap();
        assert!(points.ends_with("so more points are needed for a"), "{points}");
        assert!(replicates.ends_with("so more replicates are needed for b"), "{replicates}");
        assert!(noise.contains("sum to 1.20, although their sum cannot exceed 1"), "{noise}");
    }
}
