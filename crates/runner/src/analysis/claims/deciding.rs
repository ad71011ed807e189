//! Which parameters decide a claim.
//!
//! The rank correlation of a parameter with the effect over the points of the space (Spearman
//! 1904): the usual measure where an effect rises or falls with a parameter, whatever the shape,
//! and hardly disturbed by replicate noise, which it only weakens. A parameter with which the
//! effect first rises and then falls escapes it; a variance-based index would find it.

use ndarray::ArrayView1;

use super::holm;
use crate::analysis::correlation;

/// How strongly a parameter decides an effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Influence {
    /// The parameter, by column.
    pub parameter: usize,
    /// Spearman's rank correlation with the effect, −1 to 1.
    pub correlation: f64,
    /// Its two-sided p-value from the normal distribution with variance 1/(n − 1), after Holm's
    /// correction for the number of parameters.
    pub p_holm: f64,
}

/// Returns the influence of each parameter, the strongest first, from its values and the effects at
/// the same points; none if there are no points. A parameter or an effect that does not vary has
/// correlation 0.
pub fn influences(parameters: &[ArrayView1<'_, f64>], effects: &[f64]) -> Vec<Influence> {
    if effects.is_empty() {
        return Vec::new();
    }
    let of_effect = ranks(effects);
    let n = effects.len() as f64;
    let correlations: Vec<f64> =
        parameters.iter().map(|values| correlation(&ranks(&values.to_vec()), &of_effect)).collect();
    let p_values: Vec<f64> = correlations
        .iter()
        .map(|own| libm::erfc(own.abs() * (n - 1.0).max(0.0).sqrt() / std::f64::consts::SQRT_2))
        .collect();
    let mut all: Vec<Influence> = holm(&p_values)
        .into_iter()
        .zip(correlations)
        .enumerate()
        .map(|(parameter, (p_holm, correlation))| Influence { parameter, correlation, p_holm })
        .collect();
    // A stable sort: ties stay in the order of the columns.
    all.sort_by(|a, b| b.correlation.abs().total_cmp(&a.correlation.abs()));
    all
}

/// Ranks from 1; values that tie all get their mean rank.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let mean = first as f64 + (tied.len() as f64 + 1.0) / 2.0;
        tied.iter().for_each(|&place| ranks[place] = mean);
        first += tied.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_correlation_is_that_of_scipy_ties_included() {
        // scipy.stats.spearmanr([1, 2, 2, 3, 4, 5, 5, 6], [2.1, 1.0, 3.3, 3.3, 2.0, 7.5, 4.1, 9.9])
        let x = ndarray::array![1.0, 2.0, 2.0, 3.0, 4.0, 5.0, 5.0, 6.0];
        let constant = ndarray::Array1::from_elem(8, 0.5);
        let effects = [2.1, 1.0, 3.3, 3.3, 2.0, 7.5, 4.1, 9.9];
        let found = influences(&[constant.view(), x.view()], &effects);
        assert_eq!((found[0].parameter, found[1].correlation), (1, 0.0));
        assert!((found[0].correlation - SPEARMAN).abs() < 1e-12, "{found:?}");
        // erfc(ρ·√7/√2), twice for the two that were tested.
        assert!((found[0].p_holm - 2.0 * 0.045_027_885_900_815).abs() < 1e-12, "{found:?}");
        assert_eq!(found[1].p_holm, 1.0);
    }

    #[test]
    fn a_parameter_that_an_effect_falls_with_is_as_strong_as_one_it_rises_with() {
        let (falling, weak) = (ndarray::array![3.0, 2.0, 1.0], ndarray::array![1.0, 3.0, 2.0]);
        let found = influences(&[weak.view(), falling.view()], &[0.1, 0.2, 0.4]);
        let places: Vec<usize> = found.iter().map(|own| own.parameter).collect();
        assert_eq!(places, [1, 0], "{found:?}");
        assert!((found[0].correlation + 1.0).abs() < 1e-12);
        assert!((found[1].correlation - 0.5).abs() < 1e-12);
        let found = influences(&[falling.view(), weak.view()], &[0.1, 0.2, 0.4]);
        assert_eq!(found[0].parameter, 0, "{found:?}");
        // Two points have ranks of 1 and 2, and where all effects are the same, no ranks matter.
        let two = ndarray::array![0.7, 0.2];
        assert!((influences(&[two.view()], &[0.1, 0.2])[0].correlation + 1.0).abs() < 1e-12);
        assert_eq!(influences(&[falling.view()], &[0.3; 3])[0].correlation, 0.0);
        // Of no points, nothing can be said.
        assert!(influences(&[ndarray::aview1(&[])], &[]).is_empty());
    }

    const SPEARMAN: f64 = 0.757_589_671_196_107_8;

    #[test]
    fn a_parameter_that_an_effect_rises_with_is_found_among_others() {
        let n = 200;
        let rising = ndarray::Array1::from_iter((0..n).map(f64::from));
        let other = ndarray::Array1::from_iter((0..n).map(|i| f64::from(i * 83 % n)));
        let effects: Vec<f64> = (0..n).map(|i| f64::from(i * i)).collect();
        let found = influences(&[other.view(), rising.view()], &effects);
        assert_eq!(found[0].parameter, 1);
        assert!((found[0].correlation - 1.0).abs() < 1e-12 && found[0].p_holm < 1e-10);
        assert!(found[1].p_holm > 0.05);
    }
}
