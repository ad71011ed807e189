//! Which points with a stopping rule run side by side.

use crate::plan::Plan;

/// How many units a round has for each thread, if there are enough: with fewer, threads would wait
/// for the last of them too often.
const UNITS_EACH: u64 = 4;

/// The bytes, for each thread, of decided points that wait for those before them: once so many wait,
/// no more points are begun than run together. Up to there, points that need more replicates than
/// those after them leave no thread without work.
const WAITING_BYTES_EACH: u64 = 8 << 20;

/// How many points with a stopping rule are run at the same time: as many as give so many threads
/// enough to do.
pub(crate) fn points_together(plan: &Plan, threads: u64) -> u32 {
    let batch = plan.units_of_batch(0, 0);
    let points = (threads * UNITS_EACH).div_ceil((batch.end - batch.start).max(1));
    u32::try_from(points.max(1)).unwrap_or(u32::MAX)
}

/// The bytes of decided points above which no more points are begun than run together. With the
/// points that run together, this is the most that points with a stopping rule take: when the last
/// one beyond those was begun, fewer bytes waited, and only those that ran then can have joined.
pub(crate) fn waiting_bytes(threads: u64) -> u64 {
    threads * WAITING_BYTES_EACH
}

/// Deals out batches of points until a stopping rule has decided on each of them.
pub(super) struct Schedule {
    points: u32,
    /// The most batches of a point.
    batches: u64,
    together: u32,
    waiting_bytes: u64,
    /// Points below this number are decided.
    decided: u32,
    /// Points from this number on are not begun.
    begun: u32,
    /// The points that are begun and not decided, in order, with their next batches.
    undecided: Vec<(u32, u64)>,
}

impl Schedule {
    /// A schedule of the points from number `from` on.
    pub(super) fn new(plan: &Plan, from: u32, threads: u64) -> Self {
        Self {
            points: plan.points(),
            batches: plan.batches(),
            together: points_together(plan, threads),
            waiting_bytes: waiting_bytes(threads),
            decided: from,
            begun: from,
            undecided: Vec::new(),
        }
    }

    /// The points that run next, each with the number of its batch; none once all are decided.
    /// `waiting` is how many bytes the decided points in memory take; `first` tells the batch with
    /// which a point begins.
    pub(super) fn round(&mut self, waiting: u64, first: impl Fn(u32) -> u64) -> &[(u32, u64)] {
        let has_room = waiting < self.waiting_bytes;
        while self.undecided.len() < self.together as usize
            && self.begun < self.points
            && (has_room || self.begun - self.decided < self.together)
        {
            self.undecided.push((self.begun, first(self.begun)));
            self.begun += 1;
        }
        &self.undecided
    }

    /// Whether a point is among those that run.
    pub(super) fn is_undecided(&self, point: u32) -> bool {
        self.undecided.binary_search_by_key(&point, |&(own, _)| own).is_ok()
    }

    /// Asks, after a round, which of its points are decided, given each with whether all of its
    /// batches are run. Returns the point below which all are decided.
    pub(super) fn decide(&mut self, mut is_decided: impl FnMut(u32, bool) -> bool) -> u32 {
        let batches = self.batches;
        self.undecided.retain_mut(|(point, batch)| {
            *batch += 1;
            !is_decided(*point, *batch >= batches)
        });
        self.decided = self.undecided.first().map_or(self.begun, |&(point, _)| point);
        self.decided
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Experiment;

    fn plan(replicates: u64, most: u64, points: u32) -> Plan {
        let text = format!(
            "name = \"a\"\nreplicates = {replicates}\nscenarios = [\"article5-like\"]\n\
             [stop]\noutcome = \"incidents\"\nhalf_width = 0.1\nmax_replicates = {most}\n"
        );
        Plan::new(&Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap(), points).unwrap()
    }

    /// How many points each round has, if each point needs so many batches and begins with its
    /// first, and 24 of them may wait; and the most points that were in memory.
    fn rounds(plan: &Plan, threads: u64, needed: &[u64]) -> (Vec<usize>, u32) {
        let bytes = waiting_bytes(threads) / 24;
        let mut schedule = Schedule::new(plan, 0, threads);
        let mut run = vec![0; needed.len()];
        let (mut rounds, mut decided, mut most) = (Vec::new(), 0, 0);
        loop {
            let waiting = (decided..schedule.begun).filter(|&point| !schedule.is_undecided(point));
            let waiting = bytes * waiting.count() as u64;
            let round = schedule.round(waiting, |_| 0).to_vec();
            let Some(&(last, _)) = round.last() else { break };
            most = most.max(last + 1 - decided);
            rounds.push(round.len());
            for (point, batch) in round {
                assert_eq!(run[point as usize], batch);
                run[point as usize] += 1;
            }
            decided = schedule.decide(|point, all_run| {
                assert_eq!(all_run, run[point as usize] == plan.batches());
                run[point as usize] == needed[point as usize]
            });
        }
        assert_eq!((run.as_slice(), decided as usize), (needed, needed.len()));
        (rounds, most)
    }

    #[test]
    fn as_many_points_are_run_together_as_give_all_threads_enough_to_do() {
        let of = |batch: u64, threads: u64| points_together(&plan(batch, batch, 7), threads);
        // A batch of 300 has three units, and one of 10,000 has 79.
        assert_eq!([of(300, 1), of(300, 64), of(10_000, 2), of(100, 16)], [2, 86, 1, 64]);
    }

    #[test]
    fn a_point_that_needs_many_batches_does_not_keep_others_from_being_begun() {
        // Two threads run eight points of a unit each, while 24 others may wait.
        let mut needed = [16; 25];
        needed[0] = 400;
        let (of_all, _) = rounds(&plan(100, 100_000, 25), 2, &needed);
        // Seven at a time, the others take four times 16 rounds, or a little more.
        assert!(of_all.iter().take(48).all(|&points| points == 8), "{of_all:?}");
        assert_eq!(of_all.len(), 400);
        assert!(of_all.iter().skip(64).all(|&points| points == 1), "{of_all:?}");
    }

    #[test]
    fn no_more_points_are_in_memory_than_are_reckoned_with() {
        let mut needed = [2; 100];
        (needed[0], needed[60]) = (300, 1000);
        let plan = plan(100, 100_000, 100);
        let (_, most) = rounds(&plan, 2, &needed);
        // Seven at a time are decided while a point runs on. When the last seven are begun 21 wait,
        // as there is room for 23; then all 28 do.
        assert_eq!(most, 1 + 28);
        assert_eq!(rounds(&plan, 2, &[1000; 100]).1, 8);
    }
}
