//! What is measured: the three readings of the alliance, their tiers, and rupture (step 10:
//! ODD 7.12).

mod sort;
mod split;

use crate::belief::OfAllies;
use crate::math::{LANES, LaneMask as _, Pack, Vector, cdf};
use crate::model::Model;
use crate::observe::{Members, Reading, Split, Tiers};
use crate::parameters::Measure;
use crate::state::{CircumstancesAtAllies, MOSCOW, State};

use split::Splits;
pub(crate) use split::Splitter;

/// How many readings there are.
const READINGS: usize = Reading::ALL.len();

/// An alliance is ruptured where more of its allies than this share have ceased to count on the US.
const MAJORITY: f64 = 0.5;

/// The three readings of a quarter and what is remembered of earlier ones.
#[derive(Clone, Debug)]
pub(crate) struct Readings {
    /// Each ally's trust, then its cover in allied and in Moscow's eyes, in packs.
    cover: [Vec<Pack>; READINGS],
    trackers: [Tracker; READINGS],
    pub(crate) trust_mean: f64,
    pub(crate) frontline_trust: f64,
    pub(crate) rear_trust: f64,
    /// Quarters running in which most allies no longer counted on the US.
    rupture_run: u32,
}

/// The tiers of one reading through time.
#[derive(Clone, Debug)]
struct Tracker {
    split: Split,
    /// Who is in the lower class, one bit per lane.
    lower: Vec<u8>,
    /// Who was in it a quarter ago.
    before: Vec<u8>,
    /// Quarters running in which the split was wide, clean and stable.
    run: u32,
}

/// Step 10, of replicates that run side by side. `covers` has room for the covers of all allies
/// in eight readings.
#[inline(always)]
pub(crate) fn measure<V: Vector>(model: &Model, states: &mut [State], covers: &mut [Pack]) {
    for state in &mut *states {
        read::<V>(model, state);
    }
    // One reading of one replicate per lane.
    let lanes = READINGS * states.len();
    for first in (0..lanes).step_by(LANES) {
        let here = first..lanes.min(first + LANES);
        let eights = covers.chunks_exact_mut(LANES).take(model.allies.len());
        for (j, rows) in eights.enumerate() {
            let mut of_lanes = [V::splat(0.0); LANES];
            for (own, place) in of_lanes.iter_mut().zip(here.clone()) {
                let readings = &states[place / READINGS].readings;
                *own = V::load(&readings.cover[place % READINGS][j]);
            }
            let of_allies = V::transpose(of_lanes);
            for (row, of_ally) in rows.iter_mut().zip(&of_allies) {
                *row = of_ally.store();
            }
        }
        let splits = model.splitter.split::<V>(covers);
        for (lane, place) in here.enumerate() {
            let readings = &mut states[place / READINGS].readings;
            readings.track::<V>(model, place % READINGS, &splits, covers, lane);
        }
    }
}

/// The three readings of a replicate.
#[inline(always)]
fn read<V: Vector>(model: &Model, state: &mut State) {
    let readers = Readers::<V>::new(model, state);
    let packs = model.allies.len();
    let mut next = readers.margins(model, state, 0);
    for j in 0..packs {
        let margins = next;
        // The roots and quotients of the next pack overlap with the cdfs of this one.
        if j + 1 < packs {
            next = readers.margins(model, state, j + 1);
        }
        state.readings.note(Reading::Own, j, cdf(margins.own));
        state.readings.note(Reading::Allied, j, cdf(margins.allied));
        if let Some(moscow) = margins.moscow {
            state.readings.note(Reading::Moscow, j, cdf(moscow));
        }
    }
    state.readings.average_trust::<V>(model);
}

/// Who reads the cover of each ally, besides the ally itself.
struct Readers<V> {
    average: OfAllies<V>,
    /// None where Moscow held: then nothing has changed since it weighed an attack on each ally.
    moscow: Option<OfAllies<V>>,
    circumstances: CircumstancesAtAllies,
}

/// By how many standard deviations the latent answer to an attack on each ally of a pack lies above
/// what a full one takes, to each reader: Φ of it is the cover.
#[derive(Clone, Copy)]
struct Margins<V> {
    own: V,
    allied: V,
    moscow: Option<V>,
}

impl<V: Vector> Readers<V> {
    #[inline(always)]
    fn new(model: &Model, state: &mut State) -> Self {
        let moscow = if state.challenge.is_some() {
            Some(state.capitals.of(MOSCOW).of_allies())
        } else {
            None
        };
        Self {
            average: state.allies.beliefs.average_belief::<V>().of_allies(),
            moscow,
            circumstances: state.circumstances_of_cover(model),
        }
    }

    #[inline(always)]
    #[expect(clippy::manual_map, reason = "closures are not always inlined")]
    fn margins(&self, model: &Model, state: &State, j: usize) -> Margins<V> {
        let features = &model.allies[j].features;
        let (stake, exposure) = (V::load(&features.stake), V::load(&features.exposure));
        let circumstances = self.circumstances.at::<V>(state, j);
        Margins {
            own: state.allies.beliefs.read_own::<V>(j).margin(circumstances),
            allied: self.average.read(stake, exposure).margin_of_many(circumstances),
            moscow: match &self.moscow {
                Some(moscow) => Some(moscow.read(stake, exposure).margin(circumstances)),
                None => None,
            },
        }
    }
}

impl Readings {
    pub(crate) fn new(model: &Model) -> Self {
        let packs = model.allies.len();
        let tracker = Tracker {
            split: Split::default(),
            lower: vec![0; packs],
            before: vec![0; packs],
            run: 0,
        };
        Self {
            cover: [(); READINGS].map(|()| vec![Pack::ZERO; packs]),
            trackers: [(); READINGS].map(|()| tracker.clone()),
            trust_mean: 0.0,
            frontline_trust: 0.0,
            rear_trust: 0.0,
            rupture_run: 0,
        }
    }

    /// Forgets earlier quarters.
    pub(crate) fn restart(&mut self) {
        self.rupture_run = 0;
        for tracker in &mut self.trackers {
            tracker.run = 0;
            tracker.lower.fill(0);
        }
    }

    /// Notes how the allies of pack `j` are covered in a reading.
    #[inline(always)]
    pub(crate) fn note<V: Vector>(&mut self, reading: Reading, j: usize, cover: V) {
        self.cover[reading as usize][j] = cover.store();
    }

    /// The cover of each ally in a reading, packed.
    pub(crate) fn cover_of(&self, reading: Reading) -> &[Pack] {
        &self.cover[reading as usize]
    }

    /// The tiers in each reading.
    #[inline(always)]
    pub(crate) fn tiers(&self, measure: &Measure) -> [Tiers<'_>; READINGS] {
        self.trackers.each_ref().map(|tracker| Tiers {
            split: tracker.split,
            tiered: lasting(tracker.run, measure),
            lower: Members { bits: &tracker.lower },
        })
    }

    #[inline(always)]
    pub(crate) fn ruptured(&self, measure: &Measure) -> bool {
        lasting(self.rupture_run, measure)
    }

    /// Mean trust of all, of the frontline and of the rest; and whether most no longer trust.
    #[inline(always)]
    fn average_trust<V: Vector>(&mut self, model: &Model) {
        let zero = V::splat(0.0);
        let (mut all, mut front, mut distrustful) = (zero, zero, 0);
        let level = V::splat(model.parameters.measure.rupture_level);
        for (trust, ally) in self.cover_of(Reading::Own).iter().zip(&model.allies) {
            let trust = V::load(trust);
            all = trust.mul_add(V::load(&ally.member_mask), all);
            front = trust.mul_add(V::load(&ally.frontline_mask), front);
            distrustful += (trust.lt(level).bits() & ally.member_bits).count_ones();
        }
        let (n, front_count) = (model.members() as f64, model.frontline() as f64);
        let (all, front) = (all.sum(), front.sum());
        let mean = |total: f64, count: f64| if count > 0.0 { total / count } else { 0.0 };
        self.trust_mean = all / n;
        self.frontline_trust = mean(front, front_count);
        self.rear_trust = mean(all - front, n - front_count);
        self.rupture_run =
            if f64::from(distrustful) > MAJORITY * n { self.rupture_run + 1 } else { 0 };
    }

    /// Follows the lower class of a reading from last quarter's. `sorted` holds the covers that were
    /// split, this replicate's in `lane`.
    #[inline(always)]
    fn track<V: Vector>(
        &mut self,
        model: &Model,
        reading: usize,
        splits: &Splits,
        sorted: &[Pack],
        lane: usize,
    ) {
        let (split, in_lower) = splits.of(lane);
        let highest = in_lower.checked_sub(1).map(|place| sorted[place].0[lane]);
        let (tracker, cover) = (&mut self.trackers[reading], &self.cover[reading]);
        tracker.track::<V>(split, in_lower, highest, cover, model);
    }
}

/// Whether a state has lasted `measure.sustain` quarters.
fn lasting(run: u32, measure: &Measure) -> bool {
    f64::from(run) >= measure.sustain
}

impl Tracker {
    /// Takes in this quarter's split: the size of its lower class, and the value up to which it goes.
    #[inline(always)]
    fn track<V: Vector>(
        &mut self,
        split: Split,
        in_lower: usize,
        highest: Option<f64>,
        cover: &[Pack],
        model: &Model,
    ) {
        let measure = &model.parameters.measure;
        std::mem::swap(&mut self.lower, &mut self.before);
        self.set_lower::<V>(in_lower, highest, cover, model);
        let tiered = in_lower > 0
            && split.gap >= measure.tier_gap
            && split.separation >= measure.tier_separation;
        self.run = if !tiered {
            0
        } else if self.overlap() >= measure.tier_stability {
            self.run + 1
        } else {
            1
        };
        self.split = split;
    }

    /// Makes the `size` least covered allies the lower class; of those that tie at its upper end, the
    /// first in the table.
    #[inline(always)]
    fn set_lower<V: Vector>(
        &mut self,
        size: usize,
        highest: Option<f64>,
        cover: &[Pack],
        model: &Model,
    ) {
        let Some(highest) = highest else { return self.lower.fill(0) };
        let mut surplus = 0;
        for ((lower, cover), ally) in self.lower.iter_mut().zip(cover).zip(&model.allies) {
            let above = V::load(cover).gt(V::splat(highest)).bits();
            *lower = !above & ally.member_bits;
            surplus += lower.count_ones() as usize;
        }
        surplus -= size;
        for place in (0..model.members()).rev() {
            if surplus == 0 {
                break;
            }
            let (j, lane) = Pack::place(place);
            if cover[j].0[lane] == highest {
                self.lower[j] &= !(1 << lane);
                surplus -= 1;
            }
        }
    }

    /// The Jaccard overlap of the lower class, which has members, with last quarter's.
    #[inline(always)]
    fn overlap(&self) -> f64 {
        let (mut shared, mut union) = (0, 0);
        for (now, before) in self.lower.iter().zip(&self.before) {
            shared += (now & before).count_ones();
            union += (now | before).count_ones();
        }
        f64::from(shared) / f64::from(union)
    }
}

#[cfg(test)]
mod tests;
