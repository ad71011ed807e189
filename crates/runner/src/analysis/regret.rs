//! Regret: how much worse a policy does than the best one would have done, at each point of the
//! parameter space (Savage 1951).
//!
//! Estimates carry noise, and the least of several noisy numbers is too low on average, so regrets
//! are too high: their mean by at most about the standard error of a point times √(2 ln P) for P
//! policies, the regret at the worst of N points by up to that of √(2 ln N) more. Common shocks keep
//! that small.

use ndarray::{ArrayView2, Axis};

use super::{AnalysisError, check_finite, quantile};

/// The regret of one policy, in the unit of the risk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Regret {
    /// At the worst point.
    pub worst: f64,
    /// That point, by row.
    pub worst_point: usize,
    /// The 90th percentile over the points, interpolated linearly as NumPy does.
    pub p90: f64,
    /// The mean over the points.
    pub mean: f64,
    /// The share of the points at which it does best; a point at which several do is divided among
    /// them.
    pub best_share: f64,
}

/// Returns the regret of each policy from `risk`, with one row per design point and one column per
/// policy; smaller risks are better.
///
/// # Errors
///
/// [`AnalysisError`] if there is no point or policy, or a risk is not finite.
///
/// ```
/// use article5_runner::analysis::regret::regrets;
///
/// let risk = ndarray::array![[0.1, 0.3], [0.6, 0.2]];
/// let regrets = regrets(risk.view())?;
/// assert!((regrets[0].worst - 0.4).abs() < 1e-12 && regrets[0].worst_point == 1);
/// assert!((regrets[1].worst - 0.2).abs() < 1e-12);
/// # Ok::<(), article5_runner::analysis::AnalysisError>(())
/// ```
pub fn regrets(risk: ArrayView2<f64>) -> Result<Vec<Regret>, AnalysisError> {
    if risk.is_empty() {
        let expected = "at least one point and policy wanted".to_owned();
        return Err(AnalysisError::Shape { what: "risks", found: 0, expected });
    }
    risk.columns().into_iter().try_for_each(|column| check_finite("the risk", column))?;
    let best = risk.fold_axis(Axis(1), f64::INFINITY, |least, &own| least.min(own));
    let rows = risk.rows().into_iter().zip(&best);
    let leaders: Vec<f64> =
        rows.map(|(row, best)| row.iter().filter(|&own| own == best).count() as f64).collect();
    Ok(risk.columns().into_iter().map(|own| regret((&own - &best).to_vec(), &leaders)).collect())
}

/// The regret of a policy from its excess at each point, where `leaders` is the number of policies
/// that do best there.
fn regret(by_point: Vec<f64>, leaders: &[f64]) -> Regret {
    let n = by_point.len();
    let worst_of = |(at, worst), (point, &own): (usize, &f64)| {
        if own > worst { (point, own) } else { (at, worst) }
    };
    let (worst_point, worst) = by_point.iter().enumerate().fold((0, by_point[0]), worst_of);
    let leads = by_point.iter().zip(leaders).filter(|(own, _)| **own == 0.0);
    let best_share = leads.map(|(_, leaders)| 1.0 / leaders).sum::<f64>() / n as f64;
    let mut sorted = by_point;
    sorted.sort_by(f64::total_cmp);
    Regret {
        worst,
        worst_point,
        p90: quantile(&sorted, 0.9).unwrap_or_default(),
        mean: sorted.iter().sum::<f64>() / n as f64,
        best_share,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentile_is_that_of_numpy() {
        // numpy.percentile([0, 1, 4, 9, 16, 25], 90) = 20.5.
        let own = regret(vec![16.0, 1.0, 25.0, 0.0, 9.0, 4.0], &[1.0; 6]);
        assert_eq!((own.p90, own.worst, own.worst_point), (20.5, 25.0, 2));
        assert!(
            (own.mean - 55.0 / 6.0).abs() < 1e-12 && (own.best_share - 1.0 / 6.0).abs() < 1e-12
        );
    }

    #[test]
    fn a_policy_best_everywhere_has_no_regret() {
        let risk = ndarray::array![[0.1, 0.1], [0.2, 0.5]];
        let own = regrets(risk.view()).unwrap();
        // There are two points, and it shares the first.
        assert_eq!((own[0].worst, own[0].best_share), (0.0, 0.75));
        assert_eq!(own[1].best_share, 0.25);
        // Of points with equal regret, the first is given.
        assert_eq!(regret(vec![0.0, 0.3, 0.1, 0.3], &[1.0; 4]).worst_point, 1);
        assert_eq!(own[0].worst_point, 0);
    }
}
