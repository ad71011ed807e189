//! The uncertain parameters of a replicate, drawn from their ranges.
//!
//! Replicate r draws from ChaCha8 stream r under the key of the experiment's seed and the purpose
//! `uncert..`. The model's own draws have another key, so whether a parameter is uncertain changes
//! no shock. The parameter in row i of `parameters.csv` takes the i-th uniform number of the
//! stream, so what one parameter draws does not depend on which others are uncertain. Nothing else
//! enters: a replicate has the same values in every scenario, design point, shard and thread.

use article5_model::model::{Model, ModelError};
use article5_model::parameters::{PARAMETERS, Parameters};
use article5_model::scenario::Scenario;

use crate::config::{Experiment, Values};
use crate::design::{DesignError, Factor};
use crate::random::{Draws, Purpose};

/// The parameters that an experiment's replicates draw.
///
/// ```
/// use std::path::Path;
/// use article5_runner::{config::Experiment, uncertainty::Uncertain};
///
/// let text = "name = \"a\"\nscenarios = [\"ironclad\"]\n[uncertainty]\nvary = [\"learning.memory\"]";
/// let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
/// let uncertain = Uncertain::new(&experiment)?;
/// assert_eq!(uncertain.keys().collect::<Vec<_>>(), ["learning.memory"]);
/// let (_, memory) = uncertain.values(7).next().unwrap();
/// assert!((0.92..=0.995).contains(&memory));
/// # Ok::<(), article5_runner::design::DesignError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Uncertain {
    seed: u64,
    /// The factor of each row of the parameter table.
    factors: Vec<Option<Factor>>,
}

impl Uncertain {
    /// Finds what the replicates of an experiment draw: nothing if it has no `[uncertainty]`.
    ///
    /// # Errors
    ///
    /// A range holds no value; never in a configuration that was read.
    pub fn new(experiment: &Experiment) -> Result<Self, DesignError> {
        let factor = |row: &article5_model::parameters::Parameter| {
            let drawn = experiment.drawn(&row.key).map(Values::ends);
            drawn.map(|(low, high)| Factor::between(&row.key, row.kind, low, high)).transpose()
        };
        let factors = PARAMETERS.iter().map(factor).collect::<Result<_, _>>()?;
        Ok(Self { seed: experiment.seed, factors })
    }

    /// Makes the model of a scenario that has these parameters, for a replicate that draws others.
    ///
    /// # Errors
    ///
    /// Whatever the model refuses; nothing in a configuration that was read.
    pub fn model(
        &self,
        experiment: &Experiment,
        scenario: &Scenario,
        mut parameters: Parameters,
        replicate: u64,
    ) -> Result<Model, ModelError> {
        parameters.set_places(self.values(replicate));
        experiment.model_with(scenario, &parameters)
    }

    /// Whether nothing is drawn.
    pub fn is_empty(&self) -> bool {
        self.factors.iter().all(Option::is_none)
    }

    /// The keys of what is drawn, in the order of `parameters.csv`.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.factors.iter().flatten().map(|factor| factor.key.as_str())
    }

    /// What a replicate draws, in the order of [`Uncertain::keys`]: the parameter's place in
    /// [`PARAMETERS`], and its value.
    pub fn values(&self, replicate: u64) -> impl Iterator<Item = (usize, f64)> + '_ {
        let mut draws = Draws::new(self.seed, Purpose::Uncertainty, replicate);
        let factors = self.factors.iter().enumerate();
        factors.filter_map(move |(place, factor)| {
            let uniform = draws.uniform();
            factor.as_ref().map(|factor| (place, factor.at(uniform)))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn uncertain(vary: &str) -> Uncertain {
        let text =
            format!("name = \"a\"\nscenarios = [\"no-guarantee\"]\n[uncertainty]\nvary = [{vary}]");
        Uncertain::new(&Experiment::from_toml(&text, "a.toml", Path::new("")).unwrap()).unwrap()
    }

    #[test]
    fn what_a_parameter_draws_does_not_depend_on_what_else_is_uncertain() {
        let (few, many) = (uncertain("\"war.russian_loss\""), uncertain("\"w*\", \"learning.*\""));
        for replicate in [0, 1, u64::from(u32::MAX) + 7] {
            let own = few.values(replicate).next().unwrap();
            assert!(many.values(replicate).any(|other| other == own));
        }
    }

    #[test]
    fn a_range_of_ones_own_takes_the_place_of_the_plausible_one() {
        let own = "\"learning.*\"]\n[uncertainty.ranges]\n\
                   \"learning.memory\" = { low = 0.9, high = 0.91 }\n\
                   \"war.end_hazard\" = { low = 0.3, high = 0.4 }\n#";
        let [plausible, own] = ["\"learning.*\"", own].map(uncertain);
        let drawn = |of: &Uncertain, replicate| {
            of.keys().map(str::to_owned).zip(of.values(replicate)).collect::<Vec<_>>()
        };
        for replicate in 0..100 {
            let mut theirs = drawn(&plausible, replicate).into_iter();
            for (key, (place, value)) in drawn(&own, replicate) {
                match key.as_str() {
                    "learning.memory" => {
                        assert!((0.9..=0.91).contains(&value));
                        theirs.next();
                    }
                    "war.end_hazard" => assert!((0.3..=0.4).contains(&value)),
                    _ => assert_eq!(theirs.next(), Some((key, (place, value)))),
                }
            }
            assert_eq!(theirs.next(), None);
        }
    }

    #[test]
    fn draws_fill_their_range_evenly() {
        let uncertain = uncertain("\"russia.precision\", \"learning.shrinkage\"");
        let mut deciles = [[0_u32; 10]; 2];
        for replicate in 0..10_000 {
            let values: Vec<f64> = uncertain.values(replicate).map(|(_, value)| value).collect();
            let [shrinkage, precision] = values[..] else { panic!("two parameters") };
            deciles[0][(10.0 * shrinkage) as usize] += 1;
            deciles[1][(precision - 6.0) as usize] += 1;
        }
        // Four standard deviations: one seed in a thousand would fail any of twenty counts.
        let even = |counts: &[u32; 10]| counts.iter().all(|count| count.abs_diff(1_000) < 120);
        assert!(deciles.iter().all(even), "{deciles:?}");
    }
}
