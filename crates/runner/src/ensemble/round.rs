//! What the threads of a round share: the units that are left, and the way to the desk.

use std::collections::VecDeque;
use std::iter::Flatten;
use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::vec::IntoIter;

use super::desk::Desk;
use super::worker::Worker;
use super::{Ensemble, EnsembleError, RunControl, Sink};
use crate::partial::Shard;
use crate::plan::{BLOCK, Unit};
use crate::tally::UnitTally;

/// How many finished units may wait at the desk before a thread that brings another has to wait:
/// enough to last while the desk writes to the disk, and they take little memory.
pub(crate) const MAX_WAITING: usize = 4;

/// A unit whose replicates have been run.
pub(super) struct Finished {
    /// The unit's number within the shard.
    pub(super) nth: u64,
    pub(super) unit: Unit,
    pub(super) tally: UnitTally,
}

/// Some units, run on all threads. A thread that finds another at the desk leaves its unit there
/// and goes on: waiting would take a fifteenth of its time, and more if there are many threads.
pub(super) struct Round<'d, 'a, S: Sink> {
    shard: Shard,
    /// The units left to run, by their numbers within the shard.
    todo: Mutex<Flatten<IntoIter<Range<u64>>>>,
    /// Whether there is one unit, at most.
    is_single: bool,
    waiting: Mutex<Waiting>,
    desk: Mutex<&'d mut Desk<'a, S>>,
    /// How the round is going.
    outcome: Mutex<Result<(), S::Error>>,
}

/// Units that wait to be taken in, and tallies that can be reused.
#[derive(Default)]
struct Waiting {
    finished: VecDeque<Finished>,
    spare: Vec<UnitTally>,
}

impl<'d, 'a, S: Sink + Send> Round<'d, 'a, S> {
    pub(super) fn new(desk: &'d mut Desk<'a, S>, units: Vec<Range<u64>>) -> Self {
        Self {
            shard: desk.shard(),
            is_single: units.iter().flat_map(Range::clone).nth(1).is_none(),
            todo: Mutex::new(units.into_iter().flatten()),
            waiting: Mutex::default(),
            desk: Mutex::new(desk),
            outcome: Mutex::new(Ok(())),
        }
    }

    /// Runs the units on all threads, or a single one on the thread at hand: waking the others, and
    /// waiting for them, may take longer than the unit. The first error ends the round.
    pub(super) fn run(
        self,
        ensemble: &Ensemble<'_>,
        control: RunControl<'_>,
    ) -> Result<(), S::Error> {
        let work = || {
            let _alarm = Alarm(&self.todo);
            if let Err(error) = self.work(ensemble, control) {
                self.end(error);
            }
        };
        if self.is_single {
            work();
        } else {
            rayon::broadcast(|_| work());
        }
        self.outcome.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the round once the units in hand are finished; the error that came first is reported.
    fn end(&self, error: S::Error) {
        *lock(&self.todo) = Flatten::default();
        let outcome = &mut *lock(&self.outcome);
        if outcome.is_ok() {
            *outcome = Err(error);
        }
    }

    /// The work of one thread: takes units until there are none.
    fn work(&self, ensemble: &Ensemble<'_>, control: RunControl<'_>) -> Result<(), S::Error> {
        let mut worker = Worker::new(ensemble);
        let new_tally = || {
            let block = BLOCK.min(ensemble.plan().replicates());
            UnitTally::new(Arc::clone(ensemble.layout()), block as usize)
        };
        // The lock is released before the unit is run.
        let take = || lock(&self.todo).next();
        while let Some(nth) = take() {
            if control.stop.load(Ordering::Relaxed) {
                return Err(EnsembleError::Stopped.into());
            }
            let unit = ensemble.plan().unit(self.shard.nth(nth));
            // The lock is held to take a spare tally, not to make a new one.
            let spare = lock(&self.waiting).spare.pop();
            let mut tally = spare.unwrap_or_else(new_tally);
            worker.run(unit, &mut tally)?;
            lock(&self.waiting).finished.push_back(Finished { nth, unit, tally });
            self.empty_desk(|unit| {
                (control.progress)(unit.count * ensemble.layout().scenarios() as u64);
            });
        }
        Ok(())
    }

    /// Takes in all units that wait, unless another thread is about to.
    fn empty_desk(&self, progress: impl Fn(Unit)) {
        loop {
            let waiting = lock(&self.waiting).finished.len();
            if waiting == 0 {
                return;
            }
            let mut desk = match self.desk.try_lock() {
                Ok(desk) => desk,
                Err(TryLockError::WouldBlock) if waiting > MAX_WAITING => match self.desk.lock() {
                    Ok(desk) => desk,
                    Err(_) => return,
                },
                // The thread that holds the desk looks once more after leaving it. One that
                // panicked there may have left half a unit in the total, which must then not be
                // added to or saved.
                Err(TryLockError::WouldBlock | TryLockError::Poisoned(_)) => return,
            };
            while let Some(finished) = self.next_waiting() {
                let well = lock(&self.outcome).is_ok();
                if let Err(error) = desk.take_in(&finished, well) {
                    self.end(error);
                }
                progress(finished.unit);
                lock(&self.waiting).spare.push(finished.tally);
            }
        }
    }

    /// The unit that has waited longest, as points are handed on in order.
    fn next_waiting(&self) -> Option<Finished> {
        lock(&self.waiting).finished.pop_front()
    }
}

/// Stops all threads from taking further units if its own thread panics; the panic is reported once
/// all threads are done.
struct Alarm<'t>(&'t Mutex<Flatten<IntoIter<Range<u64>>>>);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            *lock(self.0) = Flatten::default();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::path::Path;
    use std::sync::atomic::AtomicBool;
    use std::time::Duration;

    use rangemap::RangeSet;

    use super::*;
    use crate::config::Experiment;
    use crate::partial::Partial;
    use crate::tally::PointTally;

    /// A sink that is slower than the threads, and takes a limited number of units.
    struct Slow {
        units_left: usize,
        /// The tallies of what was complete, or finished when the run ended.
        tallies: Vec<PointTally>,
    }

    impl Sink for Slow {
        type Error = EnsembleError;

        fn complete(
            &mut self,
            _: u32,
            tally: PointTally,
            _: RangeSet<u64>,
        ) -> Result<(), EnsembleError> {
            self.tallies.push(tally);
            Ok(())
        }

        fn progress(&mut self, _: &Partial) -> Result<(), EnsembleError> {
            std::thread::sleep(Duration::from_millis(2));
            self.units_left = self.units_left.checked_sub(1).ok_or(EnsembleError::Divided)?;
            Ok(())
        }

        fn stopped(&mut self, open: &Partial) -> Result<(), EnsembleError> {
            let units: u64 = open.units.iter().map(|range| range.end - range.start).sum();
            let n = |tally: &PointTally| tally.scenarios()[0].n();
            assert_eq!(open.points.values().map(n).sum::<u64>(), units * BLOCK);
            self.tallies.extend(open.points.values().cloned());
            Ok(())
        }
    }

    /// A sink that panics at the third unit.
    #[derive(Default)]
    struct Broken {
        units: usize,
    }

    impl Sink for Broken {
        type Error = EnsembleError;

        fn complete(
            &mut self,
            _: u32,
            _: PointTally,
            _: RangeSet<u64>,
        ) -> Result<(), EnsembleError> {
            Ok(())
        }

        fn progress(&mut self, _: &Partial) -> Result<(), EnsembleError> {
            self.units += 1;
            assert!(self.units < 3, "broken");
            Ok(())
        }
    }

    /// Runs 24 units of two quarters on `threads` threads into a sink that takes `units` of them.
    fn run(threads: usize, units: usize) -> (Vec<PointTally>, Result<(), EnsembleError>) {
        let mut sink = Slow { units_left: units, tallies: Vec::new() };
        let outcome = run_into(&mut sink, threads);
        (sink.tallies, outcome)
    }

    fn run_into<S: Sink + Send>(sink: &mut S, threads: usize) -> Result<(), S::Error>
    where
        S::Error: From<EnsembleError> + Send,
    {
        let text = "name = \"a\"\nquarters = 2\nreplicates = 3072\nscenarios = [\"article5-like\"]";
        let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
        let ensemble = Ensemble::new(&experiment).unwrap();
        let control = RunControl { progress: &|_| (), stop: &AtomicBool::new(false) };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let start = ensemble.start(Shard::WHOLE);
        pool.install(|| ensemble.run_from(start, control, sink))
    }

    #[test]
    fn no_unit_is_left_waiting_at_a_desk_that_is_slower_than_the_threads() {
        let (alone, outcome) = run(1, 24);
        assert!(outcome.is_ok());
        assert_eq!(alone[0].scenarios()[0].n(), 3072);
        let (together, outcome) = run(3 * MAX_WAITING, 24);
        assert!(outcome.is_ok());
        assert_eq!(together, alone);
    }

    #[test]
    fn an_error_ends_the_round_and_what_is_finished_is_kept() {
        let units = |threads| {
            let (kept, outcome) = run(threads, 5);
            assert!(matches!(outcome, Err(EnsembleError::Divided)));
            kept[0].scenarios()[0].n() / BLOCK
        };
        // The refused unit is kept too; with more threads, so is what waited and what each had in
        // hand.
        assert_eq!(units(1), 6);
        assert!((6..=6 + MAX_WAITING as u64 + 2 * 2).contains(&units(2)));
    }

    #[test]
    fn a_panic_ends_the_round_and_nothing_is_added_or_saved_after_it() {
        for threads in [1, 2, 8] {
            let mut sink = Broken::default();
            let ran = catch_unwind(AssertUnwindSafe(|| run_into(&mut sink, threads)));
            assert!(ran.is_err());
            assert_eq!(sink.units, 3);
        }
    }
}
