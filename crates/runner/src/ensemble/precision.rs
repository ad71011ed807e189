//! How precise a tally is: the measure by which stopping rules decide.

use article5_model::alliance::Alliance;

use crate::config::Stop;
use crate::outcome::Quantity;
use crate::tally::{PointTally, Tally, chance_interval};

/// Half the width of the 95 % interval of a risk ([`chance_interval`], for having happened by the
/// horizon), an outcome or an ally's trust
/// ([for its mean](crate::tally::Distribution::mean_interval) there), the widest of all scenarios;
/// `None` if a scenario has too few replicates to tell, or nothing has that name.
pub fn half_width(tally: &PointTally, outcome: &str, alliance: &Alliance) -> Option<f64> {
    let quantity = Quantity::named(outcome, alliance)?;
    let widths = tally.scenarios().iter().map(|scenario| of_scenario(tally, scenario, quantity));
    widths.reduce(|one, other| Some(one?.max(other?))).flatten()
}

/// Whether a stopping rule is met.
pub(crate) fn is_precise(tally: &PointTally, stop: &Stop, alliance: &Alliance) -> bool {
    half_width(tally, &stop.outcome, alliance).is_some_and(|width| width <= stop.half_width)
}

fn of_scenario(point: &PointTally, tally: &Tally, quantity: Quantity) -> Option<f64> {
    let horizon = point.layout().horizon()?;
    let (low, high) = match quantity {
        Quantity::Risk(risk) => chance_interval(tally.risk(horizon, risk)?.by, tally.n())?,
        Quantity::Outcome(outcome) => {
            let ends = point.layout().ranges().ends(outcome, horizon);
            tally.outcome(horizon, outcome)?.mean_interval(ends)?
        }
        Quantity::Trust(ally) => tally.trust(horizon, ally)?.mean_interval((0.0, 1.0))?,
    };
    Some((high - low) / 2.0)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::config::Experiment;
    use crate::ensemble::{Ensemble, EnsembleError, RunControl};
    use crate::outcome::Outcome;
    use crate::tally::wilson;

    #[test]
    fn what_never_happened_is_as_uncertain_as_what_could_have_happened() {
        let text = "name = \"a\"\nscenarios = [\"no-guarantee\"]\nquarters = 4\nreplicates = 100\n\
                    parameters.ukraine.incident_base = 0.0\n";
        let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
        let control = RunControl { progress: &|_| (), stop: &AtomicBool::new(false) };
        let mut width = None;
        let keep = |_, tally: PointTally| {
            width = half_width(&tally, Outcome::Incidents.name(), &experiment.alliance);
            Ok::<(), EnsembleError>(())
        };
        Ensemble::new(&experiment).unwrap().run(control, keep).unwrap();
        // An incident in each of the four quarters, in as many replicates as Wilson's interval for
        // no events allows.
        assert_eq!(width, Some(4.0 * wilson(0, 100).unwrap().1 / 2.0));
    }
}
