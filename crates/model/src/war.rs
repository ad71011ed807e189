//! Challenges and wars: Washington's answer to what Moscow chose, and what follows (steps 6 and 9:
//! ODD 7.8 and 7.11).

use crate::challenge::Test;
use crate::math::logistic;
use crate::model::Model;
use crate::observe::{Challenge, Commitment};
use crate::shocks::Purpose;
use crate::state::State;
use crate::washington::{Answer, Severity};

/// The share of its loss that Kyiv bears in a war that Moscow does not win.
const LOSS_WHEN_HELD: f64 = 0.5;

/// Step 6: a war may end; in peace Moscow recovers.
pub(crate) fn end_or_recover(model: &Model, state: &mut State) {
    let (war, russia) = (&model.parameters.war, &model.parameters.russia);
    let Some(answered) = state.war else {
        let lost = russia.capability_max - state.moscow.capability;
        state.moscow.capability += russia.recovery * lost;
        return;
    };
    if state.shock(Purpose::WarEnd) >= war.end_hazard {
        return;
    }
    state.war = None;
    let blunting = match answered {
        Answer::None => 0.0,
        Answer::Narrow => russia.narrow_blunting,
        Answer::Full => russia.full_blunting,
    };
    let advantage = state.moscow.capability - state.kyiv.capability - state.europe.force;
    let moscow_wins = (1.0 - blunting) * logistic(russia.contest_slope * advantage);
    let lost = state.shock(Purpose::WarOutcome) < moscow_wins;
    let ukrainian_loss = war.ukrainian_loss * if lost { 1.0 } else { LOSS_WHEN_HELD };
    wear(&mut state.moscow.capability, war.russian_loss, war.capability_floor);
    wear(&mut state.kyiv.capability, ukrainian_loss, war.capability_floor);
}

/// Takes a loss from a capability, down to the floor; one that is below it already loses nothing.
fn wear(capability: &mut f64, loss: f64, floor: f64) {
    *capability = (*capability - loss).max(floor.min(*capability));
}

/// Step 9, unless Moscow holds: Washington answers its challenge, all observers learn, and the
/// consequences follow. It returns the challenge and what it put to the test.
pub(crate) fn challenge(
    model: &Model,
    state: &mut State,
    commitment: Commitment,
    severity: Severity,
) -> (Challenge, Test) {
    let on_allied_troops = state.meets_allied_troops(severity);
    let test = Test::of_challenge(model, state, commitment, severity);
    let answer = state.answer_and_learn(model, &test);
    let challenge = Challenge { commitment, severity, answer };
    state.challenge = Some(challenge);
    match (commitment, severity) {
        (_, Severity::Probe) => {}
        (Commitment::Ally(_), Severity::Attack) => {
            let war = &model.parameters.war;
            wear(&mut state.moscow.capability, war.ally_attack_russian_loss, war.capability_floor);
        }
        (Commitment::Ukraine, Severity::Attack) => {
            state.war = Some(answer);
            state.abandoned = on_allied_troops && answer < Answer::Full;
            if state.abandoned {
                state.guarantee.backstop = false;
                state.europe.force = 0.0;
            }
        }
    }
    (challenge, test)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::Commitment::Ukraine;

    /// A quarter about to begin in a war that Washington answered so: R = 0.9, U = 0.5, F = 0.2.
    fn at_war(model: &Model, answered: Answer) -> State {
        let mut state = model.workspace().state_at_start(model, 2026, 1).clone();
        state.begin(1);
        state.war = Some(answered);
        state.moscow.capability = 0.9;
        state.kyiv.capability = 0.5;
        state.europe.force = 0.2;
        state
    }

    #[test]
    fn a_war_ends_where_its_draw_lies_below_the_hazard() {
        let draw = at_war(&Model::nato_with(&[]), Answer::None).shock(Purpose::WarEnd);
        for (hazard, ends) in [(draw.next_up(), true), (draw, false)] {
            let model = Model::nato_with(&[("war.end_hazard", hazard)]);
            let mut state = at_war(&model, Answer::None);
            end_or_recover(&model, &mut state);
            assert_eq!(state.war.is_none(), ends, "{hazard}");
            // Nobody recovers in a quarter of war.
            assert_eq!(state.moscow.capability, if ends { 0.9 - 0.35 } else { 0.9 });
        }
    }

    #[test]
    fn a_loss_stops_at_the_floor_and_raises_nothing_that_lies_below_it() {
        let after = |mut capability: f64, loss, floor| {
            wear(&mut capability, loss, floor);
            capability
        };
        assert_eq!([after(0.9, 0.25, 0.3), after(0.5, 0.25, 0.3)], [0.65, 0.3]);
        assert_eq!(after(0.2, 0.25, 0.3), 0.2);
    }

    #[test]
    fn moscow_wins_where_the_draw_lies_below_its_blunted_chance() {
        let draw = at_war(&Model::nato_with(&[]), Answer::None).shock(Purpose::WarOutcome);
        // The blunting that makes Moscow's chance equal to the draw; without an answer none is
        // needed.
        let slope = 10.0;
        let unblunted = 1.0 / (1.0 + libm::exp(-slope * (0.9 - 0.5 - 0.2)));
        assert!(draw < unblunted, "no blunting makes Moscow's chance the draw");
        for (answered, key) in
            [(Answer::Narrow, "russia.narrow_blunting"), (Answer::Full, "russia.full_blunting")]
        {
            for (nearly, wins) in [(1.0 + 1e-9, true), (1.0 - 1e-9, false)] {
                let model = Model::nato_with(&[
                    ("war.end_hazard", 1.0),
                    ("russia.contest_slope", slope),
                    (key, 1.0 - nearly * draw / unblunted),
                ]);
                let mut state = at_war(&model, answered);
                end_or_recover(&model, &mut state);
                let loss = if wins { 0.25 } else { 0.5 * 0.25 };
                assert!((state.kyiv.capability - (0.5 - loss)).abs() < 1e-15, "{key} {wins}");
            }
        }
    }

    #[test]
    fn only_an_attack_on_a_force_under_a_backstop_is_one_on_allied_troops() {
        for (severity, force, abandons) in [
            (Severity::Attack, 0.2, true),
            (Severity::Attack, 0.0, false),
            (Severity::Probe, 0.2, false),
        ] {
            // Washington never answers.
            let model = Model::nato_with(&[("response.general", -30.0)]);
            let mut state = at_war(&model, Answer::None);
            (state.war, state.europe.force) = (None, force);
            challenge(&model, &mut state, Ukraine, severity);
            assert_eq!(state.abandoned, abandons, "{severity} {force}");
            assert_eq!(state.guarantee.backstop, !abandons, "{severity} {force}");
            assert_eq!(state.europe.force, if abandons { 0.0 } else { force });
            assert_eq!(state.war.is_some(), severity == Severity::Attack);
            assert!(state.guarantee.pledge, "the pledge stays");
        }
    }
}
