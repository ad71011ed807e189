//! The boxes of a survey: in which corner of the parameter space does something happen?

use article5_model::parameters::{Kind, parameter};
use ndarray::Array1;

use super::survey::{Subject, Survey, point_means, standard_errors};
use super::words::SHARE_DECIMALS;
use crate::analysis::AnalysisError;
use crate::analysis::prim::{Candidate, Cases, HeldOut, MIN_MASS, Reproducibility, Trajectory};
use crate::config::{DesignKind, DiscoverySpec, Values};
use crate::numbers::{counted, decimals_apart, hundredths, number, shortest};
use crate::tables::rows::BoxRow;
use crate::tally::Z_95;

/// How many random halves of the points are searched anew for a box.
const RESAMPLES: usize = 20;

/// What a search found.
#[derive(Clone, Debug)]
pub struct Discovered {
    /// The subject of the search.
    pub subject: Subject,
    /// How many points the design has.
    pub points: usize,
    /// How many of them that follow one another [share](crate::design::Design::block) values.
    pub block: usize,
    /// Whether the design is a grid, each point of which has neighbours that share most values.
    pub is_grid: bool,
    /// How many points are of interest.
    pub of_interest: usize,
    /// How many points have a mean whose 95 % interval contains the threshold: replicate noise may
    /// have put them on the wrong side.
    pub uncertain: usize,
    /// The least and the largest mean.
    pub extremes: (f64, f64),
    /// The density asked for.
    pub density: f64,
    /// How many boxes were sought.
    pub sought: u32,
    /// How many were found.
    pub boxes: usize,
    /// Why there are not as many as were sought.
    pub missing: Option<Missing>,
    /// One row for each parameter that a box restricts.
    pub rows: Vec<BoxRow>,
}

impl Discovered {
    /// Writes a density so that it shows whether it is as great as asked for.
    pub(super) fn beside_asked(&self, density: f64) -> String {
        number(density, decimals_apart(density, self.density, SHARE_DECIMALS))
    }

    /// Says why there are fewer boxes than were sought.
    pub(super) fn missing(&self) -> Option<String> {
        let missing = self.missing?;
        let no_cut = format!(
            "the best cut brings no greater density or leaves fewer than {} % of all points",
            hundredths(MIN_MASS, 0)
        );
        if self.boxes == 0 {
            return Some(match missing {
                Missing::NoneOfInterest => "there is no box, as no point is of interest".to_owned(),
                Missing::AllOfInterest => {
                    "there is no box, as every point is of interest".to_owned()
                }
                Missing::NoCut { .. } => format!("there is no box, as {no_cut}"),
                Missing::TooThin { densest } => format!(
                    "no box reaches the density asked for: the densest had {}; lower `density` to see it",
                    self.beside_asked(densest)
                ),
            });
        }
        let left = match missing {
            Missing::NoneOfInterest => "no point is of interest".to_owned(),
            Missing::AllOfInterest => "every point is of interest".to_owned(),
            Missing::NoCut { points } => {
                let points = counted(points as u64, "point is", "points are");
                format!("{points} left, and {no_cut}")
            }
            Missing::TooThin { densest } => {
                let (had, asked) = (self.beside_asked(densest), shortest(self.density));
                format!("the densest has {had}, where {asked} is asked for")
            }
        };
        let (number, sought) = (self.boxes + 1, self.sought);
        Some(format!(
            "there is no box {number} of the {sought} sought: outside the earlier ones {left}"
        ))
    }
}

/// Why a search found no box among the points that it had.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Missing {
    /// None of them is of interest.
    NoneOfInterest,
    /// All of them are of interest.
    AllOfInterest,
    /// The best cut makes them no denser, or leaves too few of them. Another may leave enough and
    /// gain less, but the search tries none but the best.
    NoCut {
        /// How many they are.
        points: usize,
    },
    /// No box is as dense as asked for.
    TooThin {
        /// The greatest density that a box had.
        densest: f64,
    },
}

/// Searches for the boxes of a subject of a survey; `None` if the survey is not about it.
///
/// # Errors
///
/// [`AnalysisError`] if something is not finite; never for a survey of a configuration. It is not
/// an error if no point is of interest, or if all are: then there are [no boxes](Missing).
pub(super) fn discover(
    survey: &Survey<'_>,
    subject: Subject,
    spec: &DiscoverySpec,
) -> Result<Option<Discovered>, AnalysisError> {
    let Some(batches) = survey.batches(subject) else { return Ok(None) };
    let experiment = survey.ensemble().experiment();
    let (n, kind) = (experiment.replicates, experiment.design.as_ref().map(|design| design.kind));
    let (means, errors) = (point_means(subject, batches, n), standard_errors(batches));
    let of_interest: Vec<bool> = means.iter().map(|&mean| spec.holds(mean)).collect();
    let near = |(&mean, &error): (&f64, &f64)| {
        spec.at_least.iter().chain(&spec.at_most).any(|bound| (mean - bound).abs() < Z_95 * error)
    };
    let (points, interesting) = (means.len(), of_interest.iter().filter(|own| **own).count());
    let uncertain = means.iter().zip(&errors).filter(|&pair| near(pair)).count();
    let extremes = (
        means.iter().copied().fold(f64::INFINITY, f64::min),
        means.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    );
    let (boxes, missing) = Hunt { survey, subject, spec, means, of_interest }.run()?;
    Ok(Some(Discovered {
        subject,
        points,
        block: survey.ensemble().design().block(),
        is_grid: matches!(kind, Some(DesignKind::Grid { .. })),
        of_interest: interesting,
        uncertain,
        extremes,
        density: spec.density,
        sought: spec.boxes,
        boxes: boxes.len(),
        missing,
        rows: boxes.concat(),
    }))
}

/// A search for boxes.
struct Hunt<'a> {
    survey: &'a Survey<'a>,
    subject: Subject,
    spec: &'a DiscoverySpec,
    means: Array1<f64>,
    of_interest: Vec<bool>,
}

impl Hunt<'_> {
    /// Searches for one box after another, each among the points outside the earlier ones. Returns
    /// the rows of each box, and why there are not as many as were sought.
    fn run(&self) -> Result<(Vec<Vec<BoxRow>>, Option<Missing>), AnalysisError> {
        let design = self.survey.ensemble().design();
        let (points, discrete) = (&design.points, self.discrete());
        let mut left: Vec<usize> = (0..points.nrows()).collect();
        let mut boxes = Vec::new();
        for number in 1..=self.spec.boxes {
            if let Some(missing) = self.alike(&left) {
                return Ok((boxes, Some(missing)));
            }
            let cases = Cases::new(points.view(), &self.of_interest, &discrete)?;
            let cases = cases.in_blocks(design.block());
            let trajectory = cases.search(&left);
            let Some(own) = self.choose(&trajectory) else {
                // The first is no box, but all that is left.
                let cut = trajectory.boxes.iter().skip(1);
                let missing = match cut.map(|own| own.density).reduce(f64::max) {
                    Some(densest) => Missing::TooThin { densest },
                    None => Missing::NoCut { points: left.len() },
                };
                return Ok((boxes, Some(missing)));
            };
            boxes.push(self.rows(number, own, &trajectory, &cases)?);
            left.retain(|&row| !cases.inside(row, &own.limits));
        }
        Ok((boxes, None))
    }

    /// Why there is nothing to search for among these points, if they are all alike.
    fn alike(&self, left: &[usize]) -> Option<Missing> {
        if left.iter().all(|&row| !self.of_interest[row]) {
            Some(Missing::NoneOfInterest)
        } else if left.iter().all(|&row| self.of_interest[row]) {
            Some(Missing::AllOfInterest)
        } else {
            None
        }
    }

    /// The rows of a box: one for each parameter that it restricts.
    fn rows(
        &self,
        number: u32,
        own: &Candidate,
        trajectory: &Trajectory,
        cases: &Cases<'_>,
    ) -> Result<Vec<BoxRow>, AnalysisError> {
        let Some(whole) = trajectory.boxes.first() else { return Ok(Vec::new()) };
        let seed = self.survey.ensemble().experiment().seed;
        let resampled = trajectory.resampled(cases, own, RESAMPLES, seed)?;
        let held_out = resampled.held_out;
        let quasi_p = trajectory.quasi_p(cases, own);
        let within = trajectory.searched().iter().filter(|&&row| cases.inside(row, &own.limits));
        let mean = within.map(|&row| self.means[row]).sum::<f64>() / own.points as f64;
        let restriction = |column: usize| {
            let (quasi_p, again) = (quasi_p[column], resampled.restrictions[column]);
            Restriction { number, column, own, whole, quasi_p, again, held_out, mean }
        };
        let columns = own.restricted(whole).into_iter();
        Ok(columns.map(|column| self.row(&restriction(column))).collect())
    }

    /// Chooses, among the boxes of a search that are dense enough, the one that covers most: those
    /// after it on the trajectory are denser, but cut off more and fit the sample more closely.
    fn choose<'b>(&self, searched: &'b Trajectory) -> Option<&'b Candidate> {
        let restricts = searched.boxes.iter().skip(1);
        let dense = restricts.filter(|own| own.density >= self.spec.density);
        dense.reduce(|one, other| if other.coverage > one.coverage { other } else { one })
    }

    /// Whether each parameter takes only chosen values.
    fn discrete(&self) -> Vec<bool> {
        let vary = self.survey.ensemble().experiment().design.iter().flat_map(|own| &own.vary);
        vary.map(|vary| match vary.values {
            Values::Chosen(_) => true,
            Values::Range { .. } => {
                parameter(&vary.key).is_ok_and(|row| matches!(row.kind, Kind::Count | Kind::Switch))
            }
        })
        .collect()
    }

    fn row(&self, limits: &Restriction<'_>) -> BoxRow {
        let experiment = self.survey.ensemble().experiment();
        let keys = &self.survey.ensemble().design().keys;
        let Restriction { column, own, whole, quasi_p: [low_quasi_p, high_quasi_p], .. } = *limits;
        let both = low_quasi_p.into_iter().chain(high_quasi_p);
        BoxRow {
            scenario: self.subject.scenario(experiment).to_owned(),
            reference: self.subject.reference(experiment).to_owned(),
            quarter: experiment.quarters,
            date: experiment.date(experiment.quarters),
            kind: self.subject.quantity.kind(),
            outcome: self.subject.outcome(experiment),
            at_least: self.spec.at_least,
            at_most: self.spec.at_most,
            number: limits.number,
            parameter: keys[column].clone(),
            low: own.limits[column].low,
            high: own.limits[column].high,
            range_low: whole.limits[column].low,
            range_high: whole.limits[column].high,
            coverage: own.coverage,
            density: own.density,
            mass: own.mass,
            coverage_held_out: limits.held_out.coverage,
            density_held_out: limits.held_out.density,
            mean: limits.mean,
            points: own.points as u64,
            points_of_interest: own.of_interest as u64,
            quasi_p: both.reduce(f64::max),
            low_quasi_p,
            high_quasi_p,
            reproduced_coverage: limits.again.by_coverage,
            reproduced_density: limits.again.by_density,
            low_q05: limits.again.low.q05,
            low_q95: limits.again.low.q95,
            high_q05: limits.again.high.q05,
            high_q95: limits.again.high.q95,
        }
    }
}

/// One parameter of one box.
struct Restriction<'a> {
    number: u32,
    column: usize,
    own: &'a Candidate,
    whole: &'a Candidate,
    quasi_p: [Option<f64>; 2],
    again: Reproducibility,
    held_out: HeldOut,
    /// Mean of the outcome over the box.
    mean: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Quantity, Risk};

    #[test]
    fn why_a_box_is_missing_is_told() {
        let quantity = Quantity::Risk(Risk::Tiered);
        let told = |boxes: usize, missing: Option<Missing>| {
            Discovered {
                subject: Subject { scenario: 0, reference: None, quantity },
                points: 100,
                block: 1,
                is_grid: false,
                of_interest: 40,
                uncertain: 0,
                extremes: (0.0, 1.0),
                density: 0.6,
                sought: 3,
                boxes,
                missing,
                rows: Vec::new(),
            }
            .missing()
            .unwrap_or_default()
        };
        let thin = |densest| Some(Missing::TooThin { densest });
        let later = "there is no box 2 of the 3 sought: outside the earlier ones";
        assert_eq!(
            told(1, thin(0.412)),
            format!("{later} the densest has 0.41, where 0.6 is asked for")
        );
        assert_eq!(
            told(1, thin(0.5971)),
            format!("{later} the densest has 0.597, where 0.6 is asked for")
        );
        let none = Some(Missing::NoneOfInterest);
        assert_eq!(told(1, none), format!("{later} no point is of interest"));
        let all = Some(Missing::AllOfInterest);
        assert_eq!(told(1, all), format!("{later} every point is of interest"));
        let first = "no box reaches the density asked for: the densest had 0.597; lower `density` to see it";
        assert_eq!(told(0, thin(0.5971)), first);
        assert_eq!(told(0, none), "there is no box, as no point is of interest");
        assert_eq!(told(0, all), "there is no box, as every point is of interest");
        let no_cut =
            "the best cut brings no greater density or leaves fewer than 5 % of all points";
        let few = |points| Some(Missing::NoCut { points });
        assert_eq!(told(1, few(4)), format!("{later} 4 points are left, and {no_cut}"));
        assert_eq!(told(1, few(1)), format!("{later} 1 point is left, and {no_cut}"));
        assert_eq!(told(0, few(64)), format!("there is no box, as {no_cut}"));
        assert_eq!(told(3, None), "");
    }
}
