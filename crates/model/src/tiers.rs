//! What is measured: the three readings of the alliance, their tiers, and rupture (step 10 of
//! section 4, and section 7).

use crate::belief::Belief;
use crate::europe::own_trust;
use crate::features::Features;
use crate::math::{Pack, cdf};
use crate::model::Model;
use crate::observe::{Reading, Split, Tiers};
use crate::parameters::Measure;
use crate::state::{MOSCOW, State};
use crate::washington::Severity;

/// The three readings of a quarter and what is remembered of earlier ones.
#[derive(Clone, Debug)]
pub(crate) struct Readings {
    /// Each ally's trust, then its cover in allied and in Moscow's eyes, in packs.
    pub(crate) cover: [Vec<Pack>; 3],
    pub(crate) trackers: [Tracker; 3],
    pub(crate) trust_mean: f64,
    pub(crate) frontline_trust: f64,
    pub(crate) rear_trust: f64,
    /// Quarters running in which most allies no longer counted on the US.
    rupture_run: u32,
}

/// The tiers of one reading through time.
#[derive(Clone, Debug)]
pub(crate) struct Tracker {
    pub(crate) split: Split,
    /// Who is in the lower class.
    pub(crate) lower: Vec<bool>,
    /// Quarters running in which the split was wide, clean and stable.
    run: u32,
    /// The allies from the least covered to the best. Last quarter's order is nearly this one's.
    order: Vec<usize>,
}

/// Step 10.
#[inline(always)]
pub(crate) fn measure(model: &Model, state: &mut State) {
    let full = model.ally_band(Severity::Attack).full;
    let average = state.allies.beliefs.average();
    let moscow = state.capitals.of(MOSCOW);
    let mut readings = std::mem::replace(&mut state.readings, Readings::EMPTY);
    let shift = state.credited_shift(model) - full;
    for (j, ally) in model.allies.iter().enumerate() {
        let day = state.balance_at_allies(model, j) + shift;
        readings.cover[0][j] = own_trust(model, state, j);
        readings.cover[1][j] = cover(&average, ally.features, day);
        readings.cover[2][j] = cover(&moscow, ally.features, day);
    }
    readings.average_trust(model);
    let measure = &model.parameters.measure;
    for (tracker, cover) in readings.trackers.iter_mut().zip(&readings.cover) {
        tracker.track(&Pack::flatten(cover)[..model.len()], measure);
    }
    state.readings = readings;
}

/// P(full | attack) at a pack of allies under one belief, `day` being what counts besides the belief
/// less what a full answer takes.
#[inline(always)]
fn cover(belief: &Belief, features: Features<Pack>, day: Pack) -> Pack {
    let reading = belief.read(features);
    cdf((reading.latent + day) / reading.variance.sqrt())
}

impl Readings {
    const EMPTY: Self = Self {
        cover: [const { Vec::new() }; 3],
        trackers: [const { Tracker::EMPTY }; 3],
        trust_mean: 0.0,
        frontline_trust: 0.0,
        rear_trust: 0.0,
        rupture_run: 0,
    };

    pub(crate) fn new(model: &Model) -> Self {
        let n = model.len();
        let tracker = Tracker { lower: vec![false; n], order: (0..n).collect(), ..Tracker::EMPTY };
        Self {
            cover: [(); 3].map(|()| vec![Pack::ZERO; model.allies.len()]),
            trackers: [(); 3].map(|()| tracker.clone()),
            ..Self::EMPTY
        }
    }

    /// Forgets earlier quarters.
    pub(crate) fn restart(&mut self) {
        self.rupture_run = 0;
        for tracker in &mut self.trackers {
            tracker.run = 0;
            tracker.lower.fill(false);
            for (place, ally) in tracker.order.iter_mut().enumerate() {
                *ally = place;
            }
        }
    }

    /// The cover of each ally in a reading, packed.
    pub(crate) fn cover_of(&self, reading: Reading) -> &[Pack] {
        &self.cover[reading as usize]
    }

    /// The tiers in each reading.
    pub(crate) fn tiers(&self, measure: &Measure) -> [Tiers<'_>; 3] {
        self.trackers.each_ref().map(|tracker| Tiers {
            split: tracker.split,
            tiered: lasting(tracker.run, measure),
            lower: &tracker.lower,
        })
    }

    pub(crate) fn ruptured(&self, measure: &Measure) -> bool {
        lasting(self.rupture_run, measure)
    }

    /// Mean trust of all, of the frontline and of the rest; and whether most no longer trust.
    #[inline(always)]
    fn average_trust(&mut self, model: &Model) {
        let (mut all, mut front, mut front_count) = (Pack::ZERO, Pack::ZERO, Pack::ZERO);
        let mut distrustful = Pack::ZERO;
        let level = Pack::splat(model.parameters.measure.rupture_level);
        for (trust, ally) in self.cover_of(Reading::Own).iter().zip(&model.allies) {
            all = all + *trust * ally.member;
            front = front + *trust * ally.frontline;
            front_count = front_count + ally.frontline;
            distrustful = distrustful + trust.lt(level).select(ally.member, Pack::ZERO);
        }
        let n = model.len() as f64;
        let (all, front, front_count) = (all.sum(), front.sum(), front_count.sum());
        let distrustful = distrustful.sum();
        let mean = |total: f64, count: f64| if count > 0.0 { total / count } else { 0.0 };
        self.trust_mean = all / n;
        self.frontline_trust = mean(front, front_count);
        self.rear_trust = mean(all - front, n - front_count);
        self.rupture_run = if distrustful > 0.5 * n { self.rupture_run + 1 } else { 0 };
    }
}

/// Whether a state has lasted `measure.sustain` quarters.
fn lasting(run: u32, measure: &Measure) -> bool {
    f64::from(run) >= measure.sustain
}

impl Tracker {
    const EMPTY: Self = Self {
        split: Split { upper: 0.0, lower: 0.0, gap: 0.0, separation: 0.0 },
        lower: Vec::new(),
        run: 0,
        order: Vec::new(),
    };

    /// Splits this quarter's values, and follows the lower class from last quarter's.
    fn track(&mut self, values: &[f64], measure: &Measure) {
        sort_nearly_sorted(&mut self.order, values);
        let smallest = measure.tier_min_class as usize;
        let (split, in_lower) = split(values, &self.order, smallest);
        let stays = self.replace_lower(in_lower) >= measure.tier_stability;
        let tiered = in_lower > 0
            && split.gap >= measure.tier_gap
            && split.separation >= measure.tier_separation;
        self.run = match (tiered, stays) {
            (false, _) => 0,
            (true, false) => 1,
            (true, true) => self.run + 1,
        };
        self.split = split;
    }

    /// Makes the first `size` allies in order the lower class; its Jaccard overlap with the old one.
    fn replace_lower(&mut self, size: usize) -> f64 {
        let before = self.lower.iter().filter(|&&lower| lower).count();
        let class = &self.order[..size];
        let shared = class.iter().filter(|&&ally| self.lower[ally]).count();
        self.lower.fill(false);
        for &ally in class {
            self.lower[ally] = true;
        }
        let union = before + size - shared;
        if union == 0 { 1.0 } else { shared as f64 / union as f64 }
    }
}

/// Sorts allies by value, equal ones in table order: by insertion, as the order they come in is
/// nearly the right one.
fn sort_nearly_sorted(order: &mut [usize], values: &[f64]) {
    let before = |a: usize, b: usize| (values[a], a) < (values[b], b);
    for end in 1..order.len() {
        let ally = order[end];
        let mut place = end;
        while place > 0 && before(ally, order[place - 1]) {
            order[place] = order[place - 1];
            place -= 1;
        }
        order[place] = ally;
    }
}

/// The two-class split with the largest between-class variance (Otsu's; Jenks's with two classes),
/// each class of at least `smallest` values, the smaller lower class on a tie; and the size of the
/// lower class. `order` sorts the values. Too few values, or values that do not vary, are one
/// class.
fn split(values: &[f64], order: &[usize], smallest: usize) -> (Split, usize) {
    let n = values.len();
    let count = n as f64;
    let mean = values.iter().sum::<f64>() / count;
    let one_class = (Split { upper: mean, lower: mean, gap: 0.0, separation: 0.0 }, 0);
    let (least, most) = (values[order[0]], values[order[n - 1]]);
    if n < 2 * smallest || least == most {
        return one_class;
    }
    let (mut best, mut size, mut shortfall_there) = (f64::NEG_INFINITY, 0, 0.0);
    // How far the values so far fall short of as many means.
    let mut shortfall = 0.0;
    for (place, &ally) in order[..n - smallest].iter().enumerate() {
        shortfall += mean - values[ally];
        let below = (place + 1) as f64;
        let between = shortfall * shortfall / (below * (count - below));
        if place + 1 >= smallest && between > best {
            (best, size, shortfall_there) = (between, place + 1, shortfall);
        }
    }
    let total: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let below = size as f64;
    let lower = mean - shortfall_there / below;
    let upper = mean + shortfall_there / (count - below);
    let separation = (best * count / total).min(1.0);
    (Split { upper, lower, gap: upper - lower, separation }, size)
}
