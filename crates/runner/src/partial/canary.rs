//! A few fixed replicates and draws, which show whether the program and machine that wrote a
//! partial compute the same numbers, in the same steps, as those that read it.

use article5_model::alliance::Alliance;
use article5_model::cover::CoverMatrix;
use article5_model::model::ModelError;
use article5_model::parameters::{Kind, Parameters};
use article5_model::scenario::Scenario;
use blake3::Hasher;

use crate::design::{Factor, latin_hypercube, morris, saltelli, sobol};
use crate::outcome::{History, Outcome, Quantity, Ranges};
use crate::random::{Draws, Purpose};

/// Quarters of each replicate.
const QUARTERS: u32 = 16;

/// The digest, to the bit, of a short replicate of every shipped scenario, of the risks and
/// outcomes and the grids on which they are counted, and of what designs and uncertain parameters
/// draw.
///
/// # Errors
///
/// The model refuses a shipped scenario, which would be a defect of the model.
pub fn canary() -> Result<[u8; 32], ModelError> {
    let mut hasher = Hasher::new();
    let alliance = Alliance::nato();
    quantities(&mut hasher, &alliance);
    draws(&mut hasher);
    for scenario in Scenario::all() {
        let model = scenario.model(&alliance, QUARTERS)?;
        let mut workspace = model.workspace();
        let mut cover = CoverMatrix::default();
        let mut history = History::default();
        model.run(0, 0, &mut workspace, |quarter| {
            let members = [quarter.trust, quarter.allied_cover, quarter.moscow_cover];
            history.see(quarter);
            let outcomes = Outcome::values(quarter, &history);
            add(&mut hasher, members.into_iter().flatten().chain(&outcomes).copied());
            hasher.update(&[history.happened().bits(), history.holding().bits()]);
            if quarter.quarter == QUARTERS {
                quarter.cover(&mut cover);
                let pairs = (0..model.members())
                    .flat_map(|one| (0..model.members()).map(move |other| (one, other)));
                let seen = pairs.filter_map(|(observer, target)| cover.at(observer, target));
                add(&mut hasher, seen);
            }
        });
    }
    Ok(*hasher.finalize().as_bytes())
}

/// What is tallied, in order, with its grids.
fn quantities(hasher: &mut Hasher, alliance: &Alliance) {
    let mut ranges = Ranges::new(0.0, QUARTERS);
    ranges.include(&Parameters::default(), &[]);
    for quantity in Quantity::all() {
        hasher.update(quantity.name(alliance).as_bytes());
        if let Quantity::Outcome(outcome) = quantity {
            let grid = ranges.grid(outcome);
            add(hasher, [grid.low(), grid.step()]);
        }
    }
}

/// What each kind of design, and an uncertain parameter, draws.
#[expect(clippy::expect_used, reason = "a canary that left something out would let others pass")]
fn draws(hasher: &mut Hasher) {
    const POINTS: usize = 4;
    let factor = |key: &str| Factor::between(key, Kind::Real, 0.0, 1.0).expect("0 is below 1");
    let factors = [factor("a"), factor("b")];
    let designs = [
        latin_hypercube(&factors, POINTS, 0),
        sobol(&factors, POINTS, 0),
        saltelli(&factors, POINTS, 0),
        morris(&factors, POINTS, POINTS, 0),
    ];
    for design in designs {
        add(hasher, design.expect("two factors and four points are a design").points);
    }
    add(hasher, [Draws::new(0, Purpose::Uncertainty, 0).uniform()]);
}

fn add(hasher: &mut Hasher, values: impl IntoIterator<Item = f64>) {
    values.into_iter().for_each(|value| {
        hasher.update(&value.to_bits().to_le_bytes());
    });
}
