//! Sobol and Morris indices of a survey.

use ndarray::{Array1, Array2, ArrayView2};

use super::survey::{Subject, Survey, point_means};
use crate::analysis::doubt::{Doubt, Want};
use crate::analysis::morris::{MorrisEffect, morris_effects};
use crate::analysis::sobol::{SobolIndex, sobol_indices};
use crate::analysis::{AnalysisError, Noise};
use crate::design::{Design, Structure};
use crate::tables::rows::{Method, SensitivityRow};

/// The mean absolute effect that noise alone produces, over its standard error: the mean of a
/// half-normal distribution, √(2/π).
const HALF_NORMAL_MEAN: f64 = 0.797_884_560_802_865_4;

/// The sensitivity of one subject.
#[derive(Clone, Debug)]
pub struct Indices {
    /// What the analysis is about.
    pub subject: Subject,
    /// One row per parameter, in the order of the design; none if the outcome does not vary beyond
    /// its noise.
    pub rows: Vec<SensitivityRow>,
    /// Standard deviation of the outcome over a Sobol design, without replicate noise, in the
    /// outcome's unit.
    pub spread: Option<f64>,
}

/// Estimates the indices of these subjects of a survey over a Saltelli or Morris design, with
/// intervals from `resamples` bootstrap resamples; empty for any other design.
///
/// # Errors
///
/// [`AnalysisError`] if the design does not have the structure of its kind or something is not
/// finite; never for a survey that was run over a design of a configuration.
pub fn indices(
    survey: &Survey<'_>,
    subjects: &[Subject],
    resamples: usize,
) -> Result<Vec<Indices>, AnalysisError> {
    let design = survey.ensemble().design();
    let each = |&subject: &Subject| {
        let analysis = Analysis { survey, subject, batches: survey.batches(subject)?, resamples };
        match &design.structure {
            Structure::Saltelli => Some(analysis.sobol(design)),
            Structure::Morris { shares } => Some(analysis.morris(design, shares.view())),
            Structure::Free => None,
        }
    };
    subjects.iter().filter_map(each).collect()
}

/// The analysis of one subject.
struct Analysis<'a> {
    survey: &'a Survey<'a>,
    subject: Subject,
    batches: &'a Array2<f64>,
    resamples: usize,
}

impl Analysis<'_> {
    fn sobol(&self, design: &Design) -> Result<Indices, AnalysisError> {
        let k = design.keys.len();
        let (outcomes, noise) = (self.means(), Noise::Common(self.batches.view()));
        let seed = self.survey.ensemble().experiment().seed;
        let found = match sobol_indices(k, outcomes.view(), noise, self.resamples, seed) {
            Err(AnalysisError::NoVariance) => return Ok(self.silent()),
            found => found?,
        };
        let base = design.points.nrows() / (k + 2);
        let rows = design.keys.iter().zip(&found.parameters).map(|(key, own)| SensitivityRow {
            method: Method::Sobol,
            base: base as u64,
            noise_share: Some(found.noise_share),
            ..of_sobol(own, found.doubt(), self.row(key))
        });
        let (rows, spread) = (rows.collect(), Some(found.variance.sqrt()));
        Ok(Indices { subject: self.subject, rows, spread })
    }

    fn morris(&self, design: &Design, unit: ArrayView2<f64>) -> Result<Indices, AnalysisError> {
        let (outcomes, noise) = (self.means(), Noise::Common(self.batches.view()));
        let seed = self.survey.ensemble().experiment().seed;
        let effects = morris_effects(unit, outcomes.view(), noise, self.resamples, seed)?;
        if effects.iter().all(|effect| effect.mu_star.value == 0.0) {
            return Ok(self.silent());
        }
        let trajectories = design.points.nrows() / (design.keys.len() + 1);
        let rows = design.keys.iter().zip(&effects).map(|(key, own)| SensitivityRow {
            method: Method::Morris,
            base: trajectories as u64,
            ..of_morris(own, self.row(key))
        });
        Ok(Indices { subject: self.subject, rows: rows.collect(), spread: None })
    }

    fn means(&self) -> Array1<f64> {
        point_means(self.subject, self.batches, self.survey.ensemble().experiment().replicates)
    }

    fn silent(&self) -> Indices {
        Indices { subject: self.subject, rows: Vec::new(), spread: None }
    }

    /// The row of a parameter with the fields that do not depend on the method.
    fn row(&self, key: &str) -> SensitivityRow {
        let experiment = self.survey.ensemble().experiment();
        SensitivityRow {
            scenario: self.subject.scenario(experiment).to_owned(),
            reference: self.subject.reference(experiment).to_owned(),
            quarter: experiment.quarters,
            date: experiment.date(experiment.quarters),
            kind: self.subject.quantity.kind(),
            outcome: self.subject.outcome(experiment),
            parameter: key.to_owned(),
            n: experiment.replicates,
            ..SensitivityRow::default()
        }
    }
}

/// `of_all` is what is doubtful about the indices of all parameters.
fn of_sobol(
    own: &SobolIndex,
    of_all: Option<(Doubt, Want)>,
    row: SensitivityRow,
) -> SensitivityRow {
    let (doubt, remedy) = of_all.or_else(|| own.doubt()).unzip();
    SensitivityRow {
        first: Some(own.first.value),
        first_low: Some(own.first.low),
        first_high: Some(own.first.high),
        first_from_replicates: Some(own.first_from_replicates),
        total: Some(own.total.value),
        total_low: Some(own.total.low),
        total_high: Some(own.total.high),
        total_from_replicates: Some(own.total_from_replicates),
        total_with_noise: Some(own.total_with_noise),
        doubt,
        remedy,
        ..row
    }
}

fn of_morris(own: &MorrisEffect, row: SensitivityRow) -> SensitivityRow {
    let of_noise = HALF_NORMAL_MEAN * own.noise;
    let width = own.mu_star.high - own.mu_star.low;
    // A mean effect that is clear of zero is an influence, however small beside the noise of single
    // effects.
    let directed = own.mu.low > 0.0 || own.mu.high < 0.0;
    // What changes nothing in any replicate of any trajectory has no noise to be told from.
    let is_nothing = own.mu_star.high == 0.0;
    let doubt = if is_nothing {
        None
    } else if own.mu_star.low <= of_noise && !directed {
        Some(Doubt::Noise)
    } else {
        (width > own.mu_star.value).then_some(Doubt::Wide)
    };
    let remedy = doubt.map(|doubt| match doubt {
        // No larger than what noise produces: more trajectories would only confirm that.
        Doubt::Noise if own.mu_star.value <= of_noise => Want::Replicates,
        _ => Want::most(own.mu_star_from_replicates, Want::Trajectories),
    });
    SensitivityRow {
        mu: Some(own.mu.value),
        mu_low: Some(own.mu.low),
        mu_high: Some(own.mu.high),
        mu_star: Some(own.mu_star.value),
        mu_star_low: Some(own.mu_star.low),
        mu_star_high: Some(own.mu_star.high),
        mu_star_from_replicates: Some(own.mu_star_from_replicates),
        sigma: Some(own.sigma.value),
        sigma_low: Some(own.sigma.low),
        sigma_high: Some(own.sigma.high),
        mu_star_of_noise: Some(of_noise),
        doubt,
        remedy,
        ..row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Estimate;

    fn around(value: f64, half: f64) -> Estimate {
        Estimate { value, low: value - half, high: value + half }
    }

    #[test]
    fn an_index_below_zero_is_told_before_one_that_is_wide() {
        let of = |first, total| {
            let (first_from_replicates, total_from_replicates) = (0.9, 0.1);
            SobolIndex {
                first,
                total,
                first_from_replicates,
                total_from_replicates,
                total_with_noise: 0.0,
            }
            .doubt()
        };
        let (sound, wide, negative) = (around(0.5, 0.1), around(0.3, 0.4), around(-0.1, 0.4));
        assert_eq!(of(sound, sound), None);
        assert_eq!(of(wide, sound), Some((Doubt::Wide, Want::Replicates)));
        assert_eq!(of(wide, wide), Some((Doubt::Wide, Want::Points)));
        assert_eq!(of(negative, wide), Some((Doubt::Negative, Want::Replicates)));
        assert_eq!(of(wide, negative), Some((Doubt::Negative, Want::Points)));
    }

    #[test]
    fn a_small_effect_of_one_direction_is_told_from_noise() {
        let told = |mu_star: f64, mu, mu_star_from_replicates| {
            let (mu_star, sigma) = (around(mu_star, 0.06), around(0.05, 0.01));
            let effect = MorrisEffect { mu, mu_star, mu_star_from_replicates, sigma, noise: 0.1 };
            let row = of_morris(&effect, SensitivityRow::default());
            (row.doubt, row.remedy)
        };
        let said = |doubt, remedy| (Some(doubt), Some(remedy));
        let (either, upwards) = (around(0.0, 0.05), around(0.085, 0.065));
        assert_eq!(told(0.09, either, 0.1), said(Doubt::Noise, Want::Trajectories));
        assert_eq!(told(0.09, either, 0.9), said(Doubt::Noise, Want::Replicates));
        assert_eq!(told(0.07, either, 0.1), said(Doubt::Noise, Want::Replicates));
        assert_eq!(told(0.09, upwards, 0.1), said(Doubt::Wide, Want::Trajectories));
        assert_eq!(told(0.09, upwards, 0.9), said(Doubt::Wide, Want::Replicates));
        assert_eq!(told(0.5, upwards, 0.9), (None, None));
        let nothing = around(0.0, 0.0);
        let effect = MorrisEffect {
            mu: nothing,
            mu_star: nothing,
            mu_star_from_replicates: 0.0,
            sigma: nothing,
            noise: 0.0,
        };
        let row = of_morris(&effect, SensitivityRow::default());
        assert_eq!((row.doubt, row.remedy), (None, None));
    }
}
