//! Takes in finished units and hands on complete points.

use std::iter;
use std::ops::Range;
use std::sync::Arc;

use rangemap::RangeSet;

use super::precision::is_precise;
use super::round::{Finished, Round};
use super::schedule::Schedule;
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
    let done = match ensemble.stop {
        None => {
            let from = ensemble.plan().units_of(next).start;
            desk.hand_on()
                .and_then(|()| desk.round(iter::once(from..ensemble.plan().units()), control))
        }
        Some(_) if shard != Shard::WHOLE => Err(EnsembleError::Divided.into()),
        Some(stop) => desk.run_until_precise(stop, control),
    };
    if done.is_err() {
        // Finished work is kept. If that fails too, its error is the more serious one to report.
        desk.sink.stopped(&desk.open)?;
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
        let mut schedule = Schedule::new(&plan, self.next, rayon::current_num_threads() as u64);
        loop {
            let waiting = self.waiting_bytes(&schedule);
            let batches = schedule.round(waiting, |point| self.next_batch(point));
            if batches.is_empty() {
                return Ok(());
            }
            let batches = batches.iter().map(|&(point, batch)| plan.units_of_batch(point, batch));
            self.round(batches, control)?;
            let decided =
                schedule.decide(|point, all_run| self.is_decided(point, all_run, stop, control));
            for point in self.next..decided {
                self.complete(point)?;
            }
        }
    }

    /// The batch of a point that is to be run, or gone on with. All batches before the last one
    /// begun had not met the rule.
    fn next_batch(&self, point: u32) -> u64 {
        let plan = self.ensemble.plan();
        let begun = self.open.units.overlapping(&plan.units_of(point)).next_back();
        begun.map_or(0, |units| plan.batch_of(units.end - 1))
    }

    /// The bytes of the points that are decided and wait for those before them.
    fn waiting_bytes(&self, schedule: &Schedule) -> u64 {
        let waiting = self.open.points.iter().filter(|&(&point, _)| !schedule.is_undecided(point));
        waiting.map(|(_, tally)| tally.bytes()).sum()
    }

    /// Whether a point is decided: all of its replicates are run, or it meets the rule, which makes
    /// the rest of them unnecessary.
    fn is_decided(
        &mut self,
        point: u32,
        all_run: bool,
        stop: &Stop,
        control: RunControl<'_>,
    ) -> bool {
        let alliance = &self.ensemble.experiment().alliance;
        let Some(tally) = self.open.points.get_mut(&point) else { return all_run };
        if !all_run && !is_precise(tally, stop, alliance) {
            return false;
        }
        let most = self.ensemble.plan().replicates();
        let rest = tally.scenarios().iter().map(|scenario| most.saturating_sub(scenario.n()));
        (control.progress)(rest.sum());
        // It may have to wait, and is to take no more memory than it needs.
        tally.settle();
        true
    }

    /// Runs those of the units that are not finished, on all threads.
    fn round(
        &mut self,
        units: impl IntoIterator<Item = Range<u64>>,
        control: RunControl<'_>,
    ) -> Result<(), S::Error> {
        let mut left: Vec<Range<u64>> = Vec::new();
        for units in units {
            let owned = self.shard().owned(units);
            if !owned.is_empty() {
                left.extend(self.open.units.gaps(&owned));
            }
        }
        if left.is_empty() {
            return Ok(());
        }
        let ensemble = self.ensemble;
        Round::new(self, left).run(ensemble, control)
    }

    /// Takes in a finished unit and, if the round is going `well`, hands on what is complete.
    /// With a stopping rule, that is known at the end of the round only.
    pub(super) fn take_in(&mut self, finished: &Finished, well: bool) -> Result<(), S::Error> {
        self.absorb(finished)?;
        if well {
            if self.ensemble.stop.is_none() {
                self.hand_on()?;
            }
            self.sink.progress(&self.open)?;
        }
        Ok(())
    }

    /// Adds a finished unit.
    fn absorb(&mut self, finished: &Finished) -> Result<(), EnsembleError> {
        let Finished { nth, unit, tally } = finished;
        let (layout, plan) = (self.ensemble.layout(), self.ensemble.plan());
        let sum = self.open.points.entry(unit.point);
        // With a stopping rule, most points may need one batch.
        let sum =
            sum.or_insert_with(|| PointTally::new(Arc::clone(layout)).expecting(plan.batch()));
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

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    use super::*;
    use crate::config::Experiment;
    use crate::ensemble::half_width;

    const BATCH: u64 = 100;
    const BATCHES: u64 = 6;

    fn experiment() -> Experiment {
        let text = format!(
            "name = \"a\"\nquarters = 8\nreplicates = {BATCH}\nscenarios = [\"article5-like\"]\n\
             [stop]\noutcome = \"incidents\"\nhalf_width = 0.08\nmax_replicates = {}\n\
             [design]\nkind = \"list\"\n[design.vary]\n\
             \"ukraine.incident_base\" = {{ values = [0.05, 0.2, 0.02, 0.1, 0.01, 0.15, 0.03] }}\n",
            BATCH * BATCHES
        );
        Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap()
    }

    /// A sink that takes a limited number of units, and keeps what is open when the run ends.
    struct Limited {
        units_left: usize,
        tallies: Vec<PointTally>,
        open: Option<Partial>,
    }

    impl Sink for Limited {
        type Error = EnsembleError;

        fn complete(
            &mut self,
            point: u32,
            tally: PointTally,
            _: RangeSet<u64>,
        ) -> Result<(), EnsembleError> {
            assert_eq!(point as usize, self.tallies.len());
            self.tallies.push(tally);
            Ok(())
        }

        fn progress(&mut self, _: &Partial) -> Result<(), EnsembleError> {
            self.units_left = self.units_left.checked_sub(1).ok_or(EnsembleError::Stopped)?;
            Ok(())
        }

        fn stopped(&mut self, open: &Partial) -> Result<(), EnsembleError> {
            self.open = Some(open.clone());
            Ok(())
        }
    }

    /// Runs from `start` on so many threads until the sink is full; returns how many replicates
    /// were finished or no longer needed then.
    fn run(ensemble: &Ensemble<'_>, start: Start, threads: usize, sink: &mut Limited) -> u64 {
        let finished = AtomicU64::new(start.replicates(ensemble));
        let progress = |more| {
            finished.fetch_add(more, Ordering::Relaxed);
        };
        let control = RunControl { progress: &progress, stop: &AtomicBool::new(false) };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let done = pool.install(|| ensemble.run_from(start, control, sink));
        assert_eq!(done.is_ok(), sink.open.is_none());
        finished.into_inner()
    }

    #[test]
    fn each_point_ends_with_the_first_batch_that_meets_the_rule_however_it_is_run() {
        let experiment = experiment();
        let (stop, alliance) = (experiment.stop.as_ref().unwrap(), &experiment.alliance);
        let ensemble = Ensemble::new(&experiment).unwrap();
        // The widths after so many batches, of runs without a rule.
        let widths = |batches: u64| {
            let fixed =
                Experiment { stop: None, replicates: batches * BATCH, ..experiment.clone() };
            let control = RunControl { progress: &|_| (), stop: &AtomicBool::new(false) };
            let mut widths = Vec::new();
            let keep = |_, tally: PointTally| {
                widths.push(half_width(&tally, &stop.outcome, alliance).unwrap());
                Ok::<(), EnsembleError>(())
            };
            Ensemble::new(&fixed).unwrap().run(control, keep).unwrap();
            widths
        };
        let widths: Vec<_> = (1..=BATCHES).map(widths).collect();
        let needed = |point: usize| {
            let met = widths.iter().position(|widths| widths[point] <= stop.half_width);
            BATCH * met.map_or(BATCHES, |place| place as u64 + 1)
        };
        let needed: Vec<u64> = (0..ensemble.plan().points() as usize).map(needed).collect();
        assert!(needed.iter().min() < needed.iter().max(), "{needed:?}");

        let mut alone = Limited { units_left: usize::MAX, tallies: Vec::new(), open: None };
        let finished = run(&ensemble, ensemble.start(Shard::WHOLE), 1, &mut alone);
        let n: Vec<u64> = alone.tallies.iter().map(|tally| tally.scenarios()[0].n()).collect();
        assert_eq!(n, needed);
        assert_eq!(finished, ensemble.size());
        for (threads, units) in [(3, usize::MAX), (1, 9), (2, 3), (2, 17)] {
            let mut cut = Limited { units_left: units, tallies: Vec::new(), open: None };
            let mut finished = run(&ensemble, ensemble.start(Shard::WHOLE), threads, &mut cut);
            if let Some(open) = cut.open.take() {
                cut.units_left = usize::MAX;
                let start = Start { next: cut.tallies.len() as u32, open };
                finished = run(&ensemble, start, 3 - threads, &mut cut);
            }
            assert_eq!(cut.tallies, alone.tallies, "{threads} threads, {units} units");
            assert_eq!(finished, ensemble.size());
        }
    }
}
