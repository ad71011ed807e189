//! How an ally's trust moved, and through what.

use crate::features::FEATURES;
use crate::math::{Pack, cdf, pdf};
use crate::model::Model;
use crate::state::State;

/// A change of the latent index below this moves trust as its slope says.
const SLIGHT: f64 = 1e-9;

/// A change of an ally's trust, Φ(index/sd), divided among the causes it came through; the parts
/// sum to the change.
///
/// The index φ·m + credence·Δ + balance − κF − ambiguity is a sum, so its share of the change is
/// divided in proportion to its terms; the shares of the index and of sd are Shapley's (for each,
/// the mean of its effect before and after the other's).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Move {
    /// Trust before, 0 to 1.
    pub before: f64,
    /// Trust after, 0 to 1.
    pub after: f64,
    /// Through the belief about general resolve.
    pub general: f64,
    /// Through the belief about the treaty coefficient.
    pub treaty: f64,
    /// Through the belief about the stake coefficient, at this ally's stake.
    pub stake: f64,
    /// Through the belief about the exposure coefficient, at this ally's exposure.
    pub exposure: f64,
    /// Through how sure the ally is.
    pub certainty: f64,
    /// Through the administration in office and the local balance.
    pub circumstances: f64,
}

impl Move {
    /// What is behind a change, in the order of [`Move::parts`].
    pub const CHANNELS: [&str; 6] =
        ["general", "treaty", "stake", "exposure", "certainty", "circumstances"];

    /// By how much trust changed.
    #[must_use]
    pub fn change(&self) -> f64 {
        self.after - self.before
    }

    /// The parts of the change.
    #[must_use]
    pub fn parts(&self) -> [f64; 6] {
        let Self { general, treaty, stake, exposure, certainty, circumstances, .. } = *self;
        [general, treaty, stake, exposure, certainty, circumstances]
    }

    pub(super) fn between(before: &Standing, after: &Standing) -> Self {
        let (old, new) = (before.index(), after.index());
        let trust = |index: f64, sd: f64| cdf(index / sd);
        let change = |sd: f64| trust(new, sd) - trust(old, sd);
        let through_index = 0.5 * (change(before.sd) + change(after.sd));
        let through_sd = |index: f64| trust(index, after.sd) - trust(index, before.sd);
        let slope = if (new - old).abs() > SLIGHT {
            through_index / (new - old)
        } else {
            let middle = 0.5 * (old + new);
            0.5 * (pdf(middle / before.sd) / before.sd + pdf(middle / after.sd) / after.sd)
        };
        let [general, treaty, stake, exposure] =
            std::array::from_fn(|k| slope * (after.belief[k] - before.belief[k]));
        Self {
            before: trust(old, before.sd),
            after: trust(new, after.sd),
            general,
            treaty,
            stake,
            exposure,
            certainty: 0.5 * (through_sd(old) + through_sd(new)),
            circumstances: slope * (after.circumstances - before.circumstances),
        }
    }
}

/// What an ally's trust is made of.
pub(super) struct Standing {
    /// φ_k·m_k of each feature.
    belief: [f64; FEATURES],
    /// credence·Δ + balance − κF − ambiguity.
    circumstances: f64,
    /// √(1 + φᵀSφ).
    sd: f64,
}

impl Standing {
    /// Of every ally, in table order.
    pub(super) fn of_all(model: &Model, state: &State) -> Vec<Self> {
        let circumstances = state.circumstances_of_cover(model);
        let one = |i: usize| {
            let (j, lane) = Pack::place(i);
            let own = model.allies[j].features.lane(lane);
            let belief = state.allies.beliefs.of(i);
            let [general, treaty, stake, exposure] = belief.mean;
            Self {
                belief: [general, own.treaty * treaty, own.stake * stake, own.exposure * exposure],
                circumstances: circumstances.at_one(state, j, lane),
                sd: belief.read(own).variance.sqrt(),
            }
        };
        (0..model.members()).map(one).collect()
    }

    fn index(&self) -> f64 {
        self.belief.iter().sum::<f64>() + self.circumstances
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing() -> Standing {
        Standing { belief: [0.3, 0.5, -0.2, 0.1], circumstances: -0.6, sd: 1.4 }
    }

    #[test]
    fn what_alone_changed_is_the_channel_of_the_whole_move() {
        let before = standing();
        let mut changed: Vec<(&str, Standing)> = ["general", "treaty", "stake", "exposure"]
            .into_iter()
            .enumerate()
            .map(|(k, channel)| {
                let mut after = standing();
                after.belief[k] += 0.25;
                (channel, after)
            })
            .collect();
        changed.push(("certainty", Standing { sd: 0.5, ..standing() }));
        changed.push(("circumstances", Standing { circumstances: -0.4, ..standing() }));
        assert_eq!(changed.len(), Move::CHANNELS.len());
        for (channel, after) in changed {
            let own = Move::between(&before, &after);
            assert!(own.change() > 0.01, "{channel}");
            for (name, part) in Move::CHANNELS.into_iter().zip(own.parts()) {
                let expected = if name == channel { own.change() } else { 0.0 };
                assert!((part - expected).abs() < 1e-15, "{channel}: {name} {part}");
            }
        }
    }
}
