//! What is tallied: which quarters, how many members and scenarios, on which grids.

use article5_model::math::{LANES, Pack};
use article5_model::model::Model;
use article5_model::observe::Commitment;
use article5_model::washington::{Answer, Severity};

use super::block::NUMBERS;
use super::contrast::Contrast;
use super::grid::{self, Grid};
use super::quantizer::{Quantizer, Quantizers};
use crate::outcome::{OUTCOMES, Outcome, Ranges};

/// What an event is in `events.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountedEvent {
    /// Moscow challenged a commitment.
    Challenge(Severity, Commitment),
    /// An incident of doubtful authorship in Ukraine.
    Incident,
}

/// The answers in ascending order of resolve.
const ANSWERS: [Answer; 3] = [Answer::None, Answer::Narrow, Answer::Full];

/// Two scenarios, by number, whose replicates are compared one by one at the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    /// The scenario.
    pub scenario: usize,
    /// The scenario it is compared with.
    pub reference: usize,
}

/// The shape that all tallies of an experiment share. Tallies of different shapes never merge.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    scenarios: usize,
    members: usize,
    pairs: Vec<Pair>,
    contrasts: Vec<Contrast>,
    /// The quarters besides the horizon at which pairs are compared.
    comparison_quarters: Vec<u32>,
    /// Each pair at each quarter at which it is compared.
    comparisons: Vec<(Pair, u32)>,
    /// The quarters at which each replicate's quantities and risks are kept for pairs and contrasts.
    kept: Vec<u32>,
    quarters: Vec<u32>,
    cover_quarters: Vec<u32>,
    /// The grid of each quantity: the outcomes, then each member's trust.
    grids: Vec<Grid>,
    ranges: Ranges,
    /// The quantizers of each pack of quantities.
    pub(super) quantizers: Vec<Quantizers>,
    /// The quantizers of the members' effort, defence, allied and Moscow's cover.
    pub(super) member_quantizers: [Quantizers; NUMBERS],
    /// The quantizers of shares.
    pub(super) share: Quantizers,
}

impl Layout {
    /// Makes a layout for this many scenarios and members, without comparisons. `quarters` are
    /// those of the tables, in any order; the last one is the horizon. `cover_quarters` are those
    /// of the cover matrix.
    pub fn new(
        scenarios: usize,
        members: usize,
        quarters: &[u32],
        cover_quarters: &[u32],
        ranges: &Ranges,
    ) -> Self {
        let outcomes = Outcome::ALL.into_iter().map(|outcome| ranges.grid(outcome));
        let trust = std::iter::repeat_n(Ranges::share(), members);
        let grids: Vec<Grid> = outcomes.chain(trust).collect();
        Self {
            scenarios,
            members,
            pairs: Vec::new(),
            contrasts: Vec::new(),
            comparison_quarters: Vec::new(),
            comparisons: Vec::new(),
            kept: Vec::new(),
            quarters: rising(quarters),
            cover_quarters: rising(cover_quarters),
            ranges: *ranges,
            quantizers: grids.chunks(LANES).map(Quantizers::of).collect(),
            member_quantizers: [
                ranges.effort(),
                ranges.defence(),
                Ranges::share(),
                Ranges::share(),
            ]
            .map(|grid| Quantizers::of(&[grid; LANES])),
            share: Quantizers::of(&[Ranges::share(); LANES]),
            grids,
        }
    }

    /// The same layout with these pairs of scenarios compared; a pair with a scenario that does not
    /// exist is left out.
    #[must_use]
    pub fn with_pairs(mut self, pairs: impl IntoIterator<Item = Pair>) -> Self {
        let there = |pair: &Pair| pair.scenario.max(pair.reference) < self.scenarios;
        self.pairs = pairs.into_iter().filter(there).collect();
        self.keep()
    }

    /// The same layout with pairs compared at these quarters too, which are tallied as well.
    #[must_use]
    pub fn with_comparisons_at(mut self, quarters: &[u32]) -> Self {
        self.quarters = rising(&[&*self.quarters, quarters].concat());
        self.comparison_quarters = quarters.to_vec();
        self.keep()
    }

    /// The same layout with this quarter tallied as well.
    #[must_use]
    pub(crate) fn with_quarter(mut self, quarter: u32) -> Self {
        self.quarters = rising(&[&*self.quarters, &[quarter]].concat());
        self.keep()
    }

    /// The same layout with the cover matrices of these quarters.
    #[must_use]
    pub(crate) fn with_cover_quarters(self, quarters: &[u32]) -> Self {
        Self { cover_quarters: rising(quarters), ..self }
    }

    /// The same layout with these contrasts. Their quarters are tallied as well.
    #[must_use]
    pub fn with_contrasts(mut self, contrasts: Vec<Contrast>) -> Self {
        let quarters = || contrasts.iter().flat_map(Contrast::quarters);
        self.quarters =
            rising(&self.quarters.iter().copied().chain(quarters()).collect::<Vec<_>>());
        self.contrasts = contrasts;
        self.keep()
    }

    /// Finds the comparisons, and the quarters at which replicates are kept for them and for
    /// contrasts.
    fn keep(mut self) -> Self {
        let quarters = self.comparison_quarters.iter().copied().chain(self.horizon());
        let quarters = rising(&quarters.collect::<Vec<_>>());
        let at_each = |&pair: &Pair| quarters.iter().map(move |&quarter| (pair, quarter));
        self.comparisons = self.pairs.iter().flat_map(at_each).collect();
        let contrasts = self.contrasts.iter().flat_map(Contrast::quarters);
        let pairs = self.comparisons.iter().map(|&(_, quarter)| quarter);
        self.kept = rising(&contrasts.chain(pairs).collect::<Vec<_>>());
        self
    }

    /// How many scenarios there are.
    pub fn scenarios(&self) -> usize {
        self.scenarios
    }

    /// The pairs of scenarios whose differences are tallied.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// Each pair at each quarter at which it is compared, the horizon among them.
    pub fn comparisons(&self) -> &[(Pair, u32)] {
        &self.comparisons
    }

    /// What claims compare.
    pub fn contrasts(&self) -> &[Contrast] {
        &self.contrasts
    }

    /// How many members the alliance has.
    pub fn members(&self) -> usize {
        self.members
    }

    /// The quarters tallied, in ascending order.
    pub fn quarters(&self) -> &[u32] {
        &self.quarters
    }

    /// The quarters of the cover matrix, in ascending order.
    pub fn cover_quarters(&self) -> &[u32] {
        &self.cover_quarters
    }

    /// The last quarter tallied, at which scenarios are compared; `None` if none is tallied.
    pub fn horizon(&self) -> Option<u32> {
        self.quarters.last().copied()
    }

    /// The grid of an outcome.
    pub fn grid(&self, outcome: Outcome) -> &Grid {
        &self.grids[outcome as usize]
    }

    /// Which values each outcome can take.
    pub fn ranges(&self) -> &Ranges {
        &self.ranges
    }

    /// The grid of the members' effort, share of GDP.
    pub fn effort(&self) -> Grid {
        self.ranges.effort()
    }

    /// The grid of the members' local capability.
    pub fn defence(&self) -> Grid {
        self.ranges.defence()
    }

    /// Whether the cover matrix of this quarter is wanted.
    pub fn wants_cover(&self, quarter: u32) -> bool {
        self.cover_slot(quarter).is_some()
    }

    /// How many quantities have a histogram: the outcomes, then each member's trust.
    pub(super) fn quantities(&self) -> usize {
        OUTCOMES + self.members
    }

    /// How many packs of quantities there are.
    pub(super) fn packs(&self) -> usize {
        self.quantizers.len()
    }

    /// How many packs of members there are, as in the model: there is always a lane left for
    /// Ukraine.
    pub(super) fn member_packs(&self) -> usize {
        Model::packs_of(self.members)
    }

    /// A quantity's value in steps from the low end of its grid, clamped into it.
    pub(super) fn steps(&self, place: usize, value: f64) -> u64 {
        grid::clamp(self.quantizer(place).steps(value)) as u64
    }

    /// Whether a quantity's value lies outside its grid.
    pub(super) fn is_outside(&self, place: usize, value: f64) -> bool {
        let steps = self.quantizer(place).steps(value);
        grid::clamp(steps) != steps
    }

    fn quantizer(&self, place: usize) -> Quantizer {
        let (j, lane) = Pack::place(place);
        let Quantizers { per_unit, offset } = &self.quantizers[j];
        Quantizer { per_unit: per_unit.0[lane], offset: offset.0[lane] }
    }

    pub(super) fn slot(&self, quarter: u32) -> Option<usize> {
        place(&self.quarters, quarter)
    }

    /// How many quarters are kept for pairs and contrasts.
    pub(super) fn kept(&self) -> usize {
        self.kept.len()
    }

    pub(super) fn kept_slot(&self, quarter: u32) -> Option<usize> {
        place(&self.kept, quarter)
    }

    pub(super) fn cover_slot(&self, quarter: u32) -> Option<usize> {
        place(&self.cover_quarters, quarter)
    }

    /// How many kinds of event are counted, each answer separately.
    pub(crate) fn events(&self) -> usize {
        let challenges = 2 * (self.members + 1);
        (challenges + 1) * ANSWERS.len()
    }

    /// The place of an event among the counts.
    #[inline]
    pub(super) fn event(&self, happening: CountedEvent, answer: Answer) -> usize {
        let kind = match happening {
            CountedEvent::Challenge(severity, target) => {
                let target = match target {
                    Commitment::Ally(place) => place,
                    Commitment::Ukraine => self.members,
                };
                2 * target + usize::from(severity == Severity::Attack)
            }
            CountedEvent::Incident => 2 * (self.members + 1),
        };
        kind * ANSWERS.len() + answer as usize
    }

    /// Every event that is counted with its place among the counts: probes and attacks of each
    /// ally and of Ukraine, then incidents, each by answer.
    pub(super) fn all_events(&self) -> impl Iterator<Item = (CountedEvent, Answer, usize)> + '_ {
        let allies = (0..self.members).map(Commitment::Ally);
        let challenges = allies.chain([Commitment::Ukraine]).flat_map(|target| {
            [Severity::Probe, Severity::Attack]
                .map(|severity| CountedEvent::Challenge(severity, target))
        });
        challenges.chain([CountedEvent::Incident]).flat_map(move |happening| {
            ANSWERS.map(|answer| (happening, answer, self.event(happening, answer)))
        })
    }
}

/// The place of a quarter among quarters in ascending order. Most often these are all quarters, so
/// that the place is known without a search, whose time would be felt.
fn place(quarters: &[u32], quarter: u32) -> Option<usize> {
    let apart = quarter.checked_sub(*quarters.first()?)? as usize;
    let known = quarters.get(apart) == Some(&quarter);
    if known { Some(apart) } else { quarters.binary_search(&quarter).ok() }
}

fn rising(quarters: &[u32]) -> Vec<u32> {
    let mut sorted = quarters.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}
