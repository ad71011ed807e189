//! How precise a tally is: what a stopping rule asks.

use crate::outcome::{Outcome, Risk};
use crate::tally::{Counted, PointTally, Tally, standard_error, t_95, wilson};

/// Half the width of the 95 % interval of a risk (Wilson's, of having happened by the horizon) or an
/// outcome (Student's, of its mean there; if all replicates are equal, of the interval that unseen deviating
/// replicates could account for), the widest of all scenarios; `None` where a scenario has too
/// few replicates to tell, or nothing has that name.
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
    let (sd, n) = (found.sd()?, tally.n());
    if sd > 0.0 {
        return Some(t_95(n) * standard_error(sd, n));
    }
    // All are at the least, which is the most.
    let (value, _) = found.extremes()?;
    let (below, above) = (value - found.grid().low(), found.grid().high() - value);
    let (low, high) = Counted::Alike { value, below, above, n }.interval()?;
    Some((high - low) / 2.0)
}
