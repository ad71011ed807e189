//! How precise a tally is: what a stopping rule asks.

use crate::outcome::{Outcome, Risk};
use crate::tally::{PointTally, Tally, wilson};

/// Half the width of the 95 % interval of a risk (Wilson's, of having happened by the horizon) or an
/// outcome ([of its mean](crate::tally::Distribution::mean_interval) there), the widest of all scenarios;
/// `None` where a scenario has too few replicates to tell, or nothing has that name.
pub fn half_width(tally: &PointTally, outcome: &str) -> Option<f64> {
    let widths = tally.scenarios().iter().map(|scenario| of_scenario(tally, scenario, outcome));
    widths.reduce(|one, other| Some(one?.max(other?))).flatten()
}

fn of_scenario(point: &PointTally, tally: &Tally, outcome: &str) -> Option<f64> {
    let horizon = point.layout().horizon()?;
    if let Some(risk) = Risk::named(outcome) {
        let (low, high) = wilson(tally.risk(horizon, risk)?.by, tally.n())?;
        return Some((high - low) / 2.0);
    }
    let outcome = Outcome::ALL.into_iter().find(|known| known.name() == outcome)?;
    let found = tally.outcome(horizon, outcome)?;
    let (low, high) = found.mean_interval(point.layout().ranges().ends(outcome, horizon))?;
    Some((high - low) / 2.0)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::config::Experiment;
    use crate::ensemble::{Ensemble, EnsembleError, RunControl};

    #[test]
    fn what_never_happened_is_as_uncertain_as_what_could_have_happened() {
        let text = "name = \"a\"\nscenarios = [\"no-guarantee\"]\nquarters = 4\nreplicates = 100\n\
                    parameters.ukraine.incident_base = 0.0\n";
        let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
        let control = RunControl { progress: &|_| (), stop: &AtomicBool::new(false) };
        let mut width = None;
        let keep = |_, tally: PointTally| {
            width = half_width(&tally, Outcome::Incidents.name());
            Ok::<(), EnsembleError>(())
        };
        Ensemble::new(&experiment).unwrap().run(control, keep).unwrap();
        // An incident in each of the four quarters, in as many replicates as Wilson's interval of none allows.
        assert_eq!(width, Some(4.0 * wilson(0, 100).unwrap().1 / 2.0));
    }
}
