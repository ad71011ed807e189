//! Handing units out and taking them in: what the threads of a run share.

use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rangemap::RangeSet;

use super::precision::half_width;
use super::worker::Worker;
use super::{Conduct, Ensemble, EnsembleError, Sink, Start};
use crate::config::Stop;
use crate::partial::{Partial, Shard};
use crate::plan::Plan;
use crate::tally::{PointTally, UnitTally};

/// Runs what is left of a shard.
pub(super) fn run<S: Sink + Send>(
    ensemble: &Ensemble<'_>,
    start: Start,
    conduct: Conduct<'_>,
    sink: &mut S,
) -> Result<(), S::Error> {
    let Start { next, open } = start;
    let shard = open.header.shard;
    let mut desk = Desk { ensemble, todo: Vec::new().into_iter().flatten(), open, next, sink };
    let done = match &ensemble.experiment().stop {
        None => {
            let from = ensemble.plan().units_of(next).start;
            desk.hand_on().and_then(|()| desk.round(from..ensemble.plan().units(), true, conduct))
        }
        Some(_) if shard != Shard::WHOLE => Err(EnsembleError::Divided.into()),
        Some(stop) => desk.run_until_precise(stop, conduct),
    };
    if done.is_err() {
        // What was finished is kept. Where that fails, it is the worse news.
        desk.sink.finished(&desk.open, true)?;
    }
    done
}

/// Units that are left, points that are not complete, and who takes those that are.
struct Desk<'a, S> {
    ensemble: &'a Ensemble<'a>,
    /// Units by their numbers within the shard.
    todo: std::iter::Flatten<std::vec::IntoIter<Range<u64>>>,
    open: Partial,
    /// Points below this are complete and handed on.
    next: u32,
    sink: &'a mut S,
}

impl<S: Sink + Send> Desk<'_, S> {
    /// Runs batch after batch of each point until a stopping rule is met. A decision sees whole
    /// batches alone, so it is the same whatever the threads, and in a run that is resumed.
    fn run_until_precise(&mut self, stop: &Stop, conduct: Conduct<'_>) -> Result<(), S::Error> {
        let plan = *self.ensemble.plan();
        for point in self.next..plan.points() {
            // All batches before the last one begun were found wanting.
            let units = plan.units_of(point);
            let last = self.open.units.overlapping(&units).next_back().map(|range| range.end - 1);
            for batch in last.map_or(0, |unit| plan.batch_of(unit))..plan.batches() {
                self.round(plan.units_of_batch(point, batch), false, conduct)?;
                let tally = self.open.points.get(&point);
                let width = tally.and_then(|tally| half_width(tally, &stop.outcome));
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
        conduct: Conduct<'_>,
    ) -> Result<(), S::Error> {
        let owned = Plan::owned(self.shard(), units);
        let left: Vec<Range<u64>> =
            if owned.is_empty() { Vec::new() } else { self.open.units.gaps(&owned).collect() };
        self.todo = left.into_iter().flatten();
        let ensemble = self.ensemble;
        let shared = Mutex::new((self, Ok(())));
        rayon::broadcast(|_| {
            if let Err(error) = work(ensemble, &shared, hand_on, conduct) {
                let (desk, outcome) = &mut *lock(&shared);
                desk.todo = Vec::new().into_iter().flatten();
                // The first error ends the run.
                if outcome.is_ok() {
                    *outcome = Err(error);
                }
            }
        });
        shared.into_inner().unwrap_or_else(PoisonError::into_inner).1
    }

    /// Adds a finished unit.
    fn absorb(&mut self, nth: u64, point: u32, tally: &UnitTally) -> Result<(), S::Error> {
        let (layout, plan) = (self.ensemble.layout(), self.ensemble.plan());
        let sum = self.open.points.entry(point);
        let sum =
            sum.or_insert_with(|| PointTally::new(Arc::clone(layout)).expecting(plan.replicates()));
        sum.absorb(tally).map_err(EnsembleError::from)?;
        self.open.units.insert(nth..nth + 1);
        Ok(())
    }

    /// Hands on the points that are complete, in order.
    fn hand_on(&mut self) -> Result<(), S::Error> {
        while self.next < self.ensemble.plan().points() {
            let owned = self.owned(self.next);
            // A shard need not have a unit of every point.
            if !owned.is_empty() && self.open.units.gaps(&owned).next().is_some() {
                break;
            }
            self.complete(self.next)?;
        }
        Ok(())
    }

    /// Hands on a point and forgets it.
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
        Plan::owned(self.shard(), self.ensemble.plan().units_of(point))
    }

    fn shard(&self) -> Shard {
        self.open.header.shard
    }
}

/// The desk, and how the round went.
type Shared<'d, 'a, S> = Mutex<(&'d mut Desk<'a, S>, Result<(), <S as Sink>::Error>)>;

/// What a thread does: takes units until there are none.
fn work<S: Sink + Send>(
    ensemble: &Ensemble<'_>,
    shared: &Shared<'_, '_, S>,
    hand_on: bool,
    conduct: Conduct<'_>,
) -> Result<(), S::Error> {
    let mut worker = Worker::new(ensemble);
    let shard = lock(shared).0.shard();
    // The lock is let go before the unit is run.
    let take = || lock(shared).0.todo.next();
    while let Some(nth) = take() {
        if conduct.stop.load(Ordering::Relaxed) {
            return Err(EnsembleError::Stopped.into());
        }
        let unit = ensemble.plan().unit(Plan::nth(shard, nth));
        worker.run(unit)?;
        let (desk, outcome) = &mut *lock(shared);
        desk.absorb(nth, unit.point, &worker.tally)?;
        if outcome.is_ok() {
            if hand_on {
                desk.hand_on()?;
            }
            desk.sink.finished(&desk.open, false)?;
        }
        (conduct.progress)(unit.count * ensemble.layout().scenarios() as u64);
    }
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
