//! The cover matrix: how each ally is covered in the eyes of each (ODD 7.12).

use crate::belief::OfAllies;
use crate::math::{Pack, Vector, cdf};
use crate::model::Model;
use crate::state::{CircumstancesAtAllies, State};
use crate::vector::Task;

/// P(full | attack on j) in the eyes of ally i, for all pairs of allies. One matrix serves any number
/// of quarters, so that looking at them allocates nothing.
///
/// ```
/// use article5_model::cover::CoverMatrix;
/// use article5_model::{alliance::Alliance, scenario::Scenario};
///
/// let scenario = Scenario::builtin("article5-like").unwrap();
/// let model = scenario.model(&Alliance::nato(), 1)?;
/// let mut matrix = CoverMatrix::default();
/// model.run(2026, 0, &mut model.workspace(), |quarter| {
///     quarter.cover(&mut matrix);
///     // What an ally thinks of its own cover is its trust.
///     let own = matrix.at(4, 4).unwrap();
///     assert!((own - quarter.trust[4]).abs() < 1e-12);
/// });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct CoverMatrix {
    /// `[target][pack of observers]`.
    cells: Vec<Pack>,
    packs: usize,
    members: usize,
}

impl CoverMatrix {
    /// P(full | attack on `target`) in the eyes of `observer`, 0 to 1, both by their place in the
    /// members table; `None` where there is no such ally, or no quarter has been looked at.
    pub fn at(&self, observer: usize, target: usize) -> Option<f64> {
        let (j, lane) = Pack::place(observer);
        let there = observer.max(target) < self.members;
        there.then(|| self.cells[target * self.packs + j].0[lane])
    }

    /// The cells, `[target][pack of observers]`; lanes without an observer hold anything.
    pub fn packs(&self) -> &[Pack] {
        &self.cells
    }
}

/// How many margins are ahead of the cdfs, so that their roots and quotients overlap with those.
const AHEAD: usize = 4;

/// Fills the matrix at the end of a quarter.
pub(crate) struct Fill<'a> {
    pub(crate) model: &'a Model,
    pub(crate) state: &'a State,
    pub(crate) matrix: &'a mut CoverMatrix,
}

impl Task for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn on<V: Vector>(self) {
        let Self { model, state, matrix } = self;
        let packs = model.allies.len();
        (matrix.packs, matrix.members) = (packs, model.members());
        matrix.cells.resize(model.members() * packs, Pack::ZERO);
        let (circumstances, last) = (state.circumstances_of_cover(model), model.members() - 1);
        for j in 0..packs {
            let mind = state.allies.beliefs.of_allies::<V>(j);
            let margin =
                |target: usize| margin(&mind, model, state, circumstances, target.min(last));
            let mut ahead = [V::splat(0.0); AHEAD];
            for (target, ahead) in ahead.iter_mut().enumerate() {
                *ahead = margin(target);
            }
            for (target, row) in matrix.cells.chunks_exact_mut(packs).enumerate() {
                let this = ahead[target % AHEAD];
                ahead[target % AHEAD] = margin(target + AHEAD);
                row[j] = cdf(this).store();
            }
        }
    }
}

/// The margin of a full answer to an attack on `target` in the eyes of each mind.
#[inline(always)]
fn margin<V: Vector>(
    mind: &OfAllies<V>,
    model: &Model,
    state: &State,
    circumstances: CircumstancesAtAllies,
    target: usize,
) -> V {
    let (j, lane) = Pack::place(target);
    let features = &model.allies[j].features;
    let (stake, exposure) = (features.stake.0[lane], features.exposure.0[lane]);
    let circumstances = circumstances.at_one(state, j, lane);
    mind.read(V::splat(stake), V::splat(exposure)).margin_of_many(V::splat(circumstances))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alliance::Alliance;
    use crate::features::FEATURES;
    use crate::parameters::Parameters;

    /// Φ((φ·m + credence·Δ + balance − κF − a)/√(1 + φᵀSφ)) of each belief, component by component.
    #[test]
    fn each_cell_is_the_trust_expression_of_one_ally_for_another() {
        let nato = Alliance::nato();
        let mut parameters = Parameters::default();
        for (key, value) in [
            ("learning.prior_sd_stake", 0.9),
            ("learning.prior_sd_treaty", 0.7),
            ("ukraine.incident_base", 0.3),
            ("response.full_attack", 0.3),
        ] {
            parameters.set(key, value).unwrap();
        }
        let model = Model::new(&nato, &parameters, &[], 12).unwrap();
        let mut workspace = model.workspace();
        let mut matrix = CoverMatrix::default();
        model.run(2026, 0, &mut workspace, |quarter| quarter.cover(&mut matrix));
        let state = workspace.state();
        let learned = state.allies.beliefs.of(3).covariance[1];
        assert!(learned.abs() > 1e-3, "a diagonal covariance tells no cell from another");
        let shift = if state.washington.internationalist { 0.25 } else { -0.25 };
        for observer in 0..nato.len() {
            let belief = state.allies.beliefs.of(observer);
            for (target, (stake, exposure)) in nato.stake().iter().zip(nato.exposure()).enumerate()
            {
                let f = [1.0, 1.0, *stake, *exposure];
                let mut entries = belief.covariance.iter();
                let (mut latent, mut variance) = (0.8 * shift, 1.0);
                for i in 0..FEATURES {
                    latent += f[i] * belief.mean[i];
                    for k in i..FEATURES {
                        let twice = if i == k { 1.0 } else { 2.0 };
                        variance += twice * f[i] * f[k] * entries.next().unwrap();
                    }
                }
                let (j, lane) = Pack::place(target);
                let defence = state.allies.defence[j].0[lane] + 0.3 * state.europe.autonomy;
                let balance = 0.3 * (defence - state.moscow.capability);
                let expected = cdf((latent + balance - 0.3 - 0.1) / variance.sqrt());
                let found = matrix.at(observer, target).unwrap();
                assert!(
                    (found - expected).abs() < 1e-13,
                    "{observer} {target}: {found} {expected}"
                );
            }
        }
        assert_eq!(matrix.at(nato.len(), 0), None);
        assert_eq!(matrix.at(0, nato.len()), None);
    }
}
