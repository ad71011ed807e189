//! Policies that no other dominates.
//!
//! Smaller risks are better. Policy a *dominates* policy b if on no risk its estimate is higher
//! than b's and on at least one it is lower by more than chance: the whole interval of the
//! difference a − b lies below zero. Chance alone puts an interval there in one comparison in forty
//! for each risk, so that of two policies that differ by noise in one risk and are equal in the
//! others, one rules out the other in one run in twenty. Nothing corrects for the number of risks
//! and pairs. A policy is never ruled out if it has any advantage at all, however uncertain; and
//! dominance cannot run in a circle, since along a chain of it estimates only fall.

use super::Estimate;

/// Returns for each of `policies`, by number, those that dominate it over `risks`: none for the
/// policies on the frontier. `difference(a, b, risk)` is the risk of policy a less that of b with
/// its interval, best from common shocks; its values must be differences of one estimate per
/// policy. A policy dominates none from which its difference in some risk is not known.
///
/// ```
/// use article5_runner::analysis::{Estimate, pareto::dominators};
///
/// let risks = [[0.30, 0.10], [0.20, 0.10], [0.10, 0.40]];
/// let difference = |a: usize, b: usize, risk: usize| {
///     let value = risks[a][risk] - risks[b][risk];
///     Some(Estimate { value, low: value - 0.02, high: value + 0.02 })
/// };
/// assert_eq!(dominators(3, 2, difference), [vec![1], vec![], vec![]]);
/// ```
pub fn dominators(
    policies: usize,
    risks: usize,
    difference: impl Fn(usize, usize, usize) -> Option<Estimate>,
) -> Vec<Vec<usize>> {
    let dominates = |a: usize, b: usize| {
        let all: Option<Vec<Estimate>> = (0..risks).map(|risk| difference(a, b, risk)).collect();
        all.is_some_and(|all| {
            all.iter().all(|own| own.value <= 0.0) && all.iter().any(|own| own.high < 0.0)
        })
    };
    (0..policies).map(|b| (0..policies).filter(|&a| a != b && dominates(a, b)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_width(risks: &[[f64; 2]], half_width: f64) -> Vec<Vec<usize>> {
        dominators(risks.len(), 2, |a, b, risk| {
            let value = risks[a][risk] - risks[b][risk];
            Some(Estimate { value, low: value - half_width, high: value + half_width })
        })
    }

    #[test]
    fn a_lead_within_the_interval_does_not_dominate() {
        let risks = [[0.30, 0.10], [0.28, 0.10]];
        assert_eq!(with_width(&risks, 0.01), [vec![1], vec![]]);
        assert_eq!(with_width(&[risks[1], risks[0]], 0.01), [vec![], vec![0]]);
        assert!(with_width(&risks, 0.03).iter().all(Vec::is_empty));
    }

    #[test]
    fn a_policy_with_any_advantage_is_not_dominated() {
        assert!(with_width(&[[0.50, 0.10], [0.10, 0.11]], 0.02).iter().all(Vec::is_empty));
    }

    #[test]
    fn a_policy_whose_difference_in_a_risk_is_not_known_does_not_dominate() {
        let of = |known: fn(usize) -> bool| {
            dominators(2, 2, |a, _, risk| {
                let value = if a == 1 { -0.1 } else { 0.1 };
                let estimate = Estimate { value, low: value - 0.01, high: value + 0.01 };
                known(risk).then_some(estimate)
            })
        };
        assert_eq!(of(|_| true), [vec![1], vec![]]);
        assert!(of(|risk| risk == 0).iter().all(Vec::is_empty));
        assert!(of(|_| false).iter().all(Vec::is_empty));
    }

    #[test]
    fn equal_policies_do_not_dominate_each_other() {
        assert!(with_width(&[[0.2, 0.2], [0.2, 0.2]], 0.0).iter().all(Vec::is_empty));
    }
}
