//! Takes in finished units and hands on complete points.

use std::ops::Range;
use std::sync::Arc;

use rangemap::RangeSet;

use super::precision::half_width;
use super::round::{Finished, Round};
use super::{Ensemble, EnsembleError, RunControl, Sink, Start};
use crate::config::Stop;
use crate::partial::{Partial, Shard};
use crate::tally::PointTally;

/// Runs what is left of a shard.
pub(super) fn run<S: Sink + Send>(
    ensemble: &Ensemble<'_>,
    start: Start,
    control: RunControl<'_>,
    sink: &mut S,
) -> Result<(), S::Error> {
    let Start { next, open } = start;
    let shard = open.header.shard;
    let mut desk = Desk { ensemble, open, next, sink };
    let done = match &ensemble.experiment().stop {
        None => {
            let from = ensemble.plan().units_of(next).start;
            desk.hand_on().and_then(|()| desk.round(from..ensemble.plan().units(), true, control))
        }
        Some(_) if shard != Shard::WHOLE => Err(EnsembleError::Divided.into()),
        Some(stop) => desk.run_until_precise(stop, control),
    };
    if done.is_err() {
        // Finished work is kept. If that fails too, its error is the more serious one to report.
        desk.sink.finished(&desk.open, true)?;
    }
    done
}

/// The points that are not complete, and the sink that takes those that are.
pub(super) struct Desk<'a, S> {
    ensemble: &'a Ensemble<'a>,
    open: Partial,
    /// Points below this number are complete and have been handed on.
    next: u32,
    sink: &'a mut S,
}

impl<S: Sink + Send> Desk<'_, S> {
    /// Runs batch after batch of each point until a stopping rule is met. Decisions rest on whole
    /// batches only, so they are the same whatever the threads, and in a resumed run.
    fn run_until_precise(&mut self, stop: &Stop, control: RunControl<'_>) -> Result<(), S::Error> {
        let plan = *self.ensemble.plan();
        let alliance = &self.ensemble.experiment().alliance;
        for point in self.next..plan.points() {
            // All batches before the last one begun had not met the rule.
            let units = plan.units_of(point);
            let last = self.open.units.overlapping(&units).next_back().map(|range| range.end - 1);
            for batch in last.map_or(0, |unit| plan.batch_of(unit))..plan.batches() {
                self.round(plan.units_of_batch(point, batch), false, control)?;
                let tally = self.open.points.get(&point);
                let width = tally.and_then(|tally| half_width(tally, &stop.outcome, alliance));
                if width.is_some_and(|width| width <= stop.half_width) {
                    break;
                }
            }
            self.complete(point)?;
        }
        Ok(())
    }

    /// Runs those of the units that are not finished, on all threads.
    fn round(
        &mut self,
        units: Range<u64>,
        hand_on: bool,
        control: RunControl<'_>,
    ) -> Result<(), S::Error> {
        let owned = self.shard().owned(units);
        let left: Vec<Range<u64>> =
            if owned.is_empty() { Vec::new() } else { self.open.units.gaps(&owned).collect() };
        let ensemble = self.ensemble;
        Round::new(self, left, hand_on).run(ensemble, control)
    }

    /// Takes in a finished unit and, if the round is going `well`, hands on what is complete.
    pub(super) fn take_in(
        &mut self,
        finished: &Finished,
        hand_on: bool,
        well: bool,
    ) -> Result<(), S::Error> {
        self.absorb(finished)?;
        if well {
            if hand_on {
                self.hand_on()?;
            }
            self.sink.finished(&self.open, false)?;
        }
        Ok(())
    }

    /// Adds a finished unit.
    fn absorb(&mut self, finished: &Finished) -> Result<(), EnsembleError> {
        let Finished { nth, unit, tally } = finished;
        let (layout, plan) = (self.ensemble.layout(), self.ensemble.plan());
        let sum = self.open.points.entry(unit.point);
        let sum =
            sum.or_insert_with(|| PointTally::new(Arc::clone(layout)).expecting(plan.replicates()));
        sum.absorb(tally)?;
        self.open.units.insert(*nth..nth + 1);
        Ok(())
    }

    /// Hands on the points that are complete, in order.
    fn hand_on(&mut self) -> Result<(), S::Error> {
        while self.next < self.ensemble.plan().points() {
            let owned = self.owned(self.next);
            // A shard does not necessarily have units of every point.
            if !owned.is_empty() && self.open.units.gaps(&owned).next().is_some() {
                break;
            }
            self.complete(self.next)?;
        }
        Ok(())
    }

    /// Hands on a complete point and forgets it.
    fn complete(&mut self, point: u32) -> Result<(), S::Error> {
        let owned = self.owned(point);
        self.next = point + 1;
        let Some(mut tally) = self.open.points.remove(&point) else { return Ok(()) };
        tally.settle();
        let units = self.open.units.overlapping(&owned);
        let units = units.map(|range| range.start.max(owned.start)..range.end.min(owned.end));
        let units: RangeSet<u64> = units.collect();
        self.open.units.remove(owned);
        self.sink.complete(point, tally, units)
    }

    fn owned(&self, point: u32) -> Range<u64> {
        self.shard().owned(self.ensemble.plan().units_of(point))
    }

    pub(super) fn shard(&self) -> Shard {
        self.open.header.shard
    }
}
