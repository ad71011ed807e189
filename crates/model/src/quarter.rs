//! The schedule of a quarter: ten steps in the order of ODD 3, nothing else.

use crate::math::Vector;
use crate::model::Model;
use crate::state::{Scratch, State};
use crate::vector::Task;
use crate::{europe, events, kyiv, moscow, politics, tiers, war};

/// Quarter `t`, from 1, of replicates that run side by side.
pub(crate) struct Run<'a> {
    pub(crate) model: &'a Model,
    pub(crate) states: &'a mut [State],
    pub(crate) scratch: &'a mut Scratch,
    pub(crate) t: u32,
}

impl Task for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn on<V: Vector>(self) {
        run::<V>(self.model, self.states, self.scratch, self.t);
    }
}

#[inline(always)]
fn run<V: Vector>(model: &Model, states: &mut [State], scratch: &mut Scratch, t: u32) {
    for state in &mut *states {
        state.begin(t);
        politics::inaugurate::<V>(model, state); // 1
        politics::drift_and_consult::<V>(model, state); // 2
        events::happen::<V>(model, state); // 3
    }
    kyiv::divide_effort::<V>(model, states); // 4
    for state in &mut *states {
        europe::divide_burden::<V>(model, state, &mut scratch.hurdles); // 5
        war::end_or_recover(model, state); // 6
        kyiv::incident(model, state); // 7
        // This also notes Moscow's reading for step 10: `choose` says what may come between them.
        let choice = moscow::choose::<V>(model, state, &mut scratch.options); // 8
        if let Some((commitment, severity)) = choice {
            war::challenge(model, state, commitment, severity); // 9
        }
    }
    tiers::measure::<V>(model, states, &mut scratch.covers); // 10
}
