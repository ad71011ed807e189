//! From a finished tally to the rows of the tables.

use std::convert::Infallible;

use article5_model::alliance::UKRAINE;
use article5_model::observe::Commitment;
use article5_model::scenario::Scenario;
use rayon::prelude::*;

use super::alliance::{alliance_rows, frontline};
use super::comparison::Comparison;
use super::package::Resource;
use super::rows::{
    AllianceRow, BoxRow, ClaimRow, ComparisonRow, CoverRow, DecisionRow, EventRow,
    MemberComparisonRow, MemberRow, RiskRow, SensitivityRow, SummaryRow, TraceEventRow, TraceRow,
};
use super::to_csv;
use crate::config::{Experiment, MAX_CHARTED};
use crate::design::Design;
use crate::ensemble::Ensemble;
use crate::outcome::{Outcome, Risk};
use crate::tally::{
    CountedEvent, Distribution, Layout, PointTally, Tally, chance_interval, standard_error,
};
use crate::trace::Event;

/// The quantiles that tables hold.
const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// How many parts per thread are worked out before they are handed on: in this way few threads wait
/// for the last part, and few rows wait in memory.
const PARTS_A_THREAD: usize = 4;

/// The aggregate tables of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables {
    /// `summary.csv`.
    pub summary: Vec<SummaryRow>,
    /// `risks.csv`.
    pub risks: Vec<RiskRow>,
    /// `members.csv`.
    pub members: Vec<MemberRow>,
    /// `cover.csv`.
    pub cover: Vec<CoverRow>,
    /// `events.csv`.
    pub events: Vec<EventRow>,
    /// `comparisons.csv`.
    pub comparisons: Vec<ComparisonRow>,
    /// `member_comparisons.csv`.
    pub member_comparisons: Vec<MemberComparisonRow>,
    /// `alliance.csv`.
    pub alliance: Vec<AllianceRow>,
    /// `design.csv`, if there is a design.
    pub design: Option<Design>,
    /// `claims.csv`, if the run has it.
    pub claims: Vec<ClaimRow>,
    /// `decisions.csv`, if the run has it.
    pub decisions: Vec<DecisionRow>,
    /// `sensitivity.csv`, if the run has it.
    pub sensitivity: Vec<SensitivityRow>,
    /// `boxes.csv`, if the run has it.
    pub boxes: Vec<BoxRow>,
    /// The scenarios that the configuration names as policies; if it names none, all are.
    pub policies: Vec<String>,
    /// `trace.csv` of one replicate.
    pub trace: Vec<TraceRow>,
    /// `trace_events.csv` of the same replicate.
    pub trace_events: Vec<TraceEventRow>,
}

impl Tables {
    /// The tables of an experiment before any design point is in them: only the alliance.
    pub fn new(experiment: &Experiment) -> Self {
        let policies =
            experiment.policies.iter().filter_map(|&place| experiment.scenarios.get(place));
        let policies = policies.map(|scenario| scenario.name.clone()).collect();
        Self { alliance: alliance_rows(experiment), policies, ..Self::default() }
    }

    /// Adds the rows of the tables by design point; of the other tables there is one for all points.
    pub fn add(&mut self, rows: Self) {
        // Each by its name, so that none is forgotten.
        let Self {
            summary,
            risks,
            members,
            cover,
            events,
            comparisons,
            member_comparisons,
            alliance: _,
            design: _,
            claims: _,
            decisions: _,
            sensitivity: _,
            boxes: _,
            policies: _,
            trace: _,
            trace_events: _,
        } = rows;
        self.summary.extend(summary);
        self.risks.extend(risks);
        self.members.extend(members);
        self.cover.extend(cover);
        self.events.extend(events);
        self.comparisons.extend(comparisons);
        self.member_comparisons.extend(member_comparisons);
    }

    /// The tables by design point, each as CSV with its description.
    pub(crate) fn csv_files(&self) -> [(Resource, Vec<u8>); 7] {
        [
            (Resource::of::<SummaryRow>(), to_csv(&self.summary)),
            (Resource::of::<RiskRow>(), to_csv(&self.risks)),
            (Resource::of::<MemberRow>(), to_csv(&self.members)),
            (Resource::of::<CoverRow>(), to_csv(&self.cover)),
            (Resource::of::<EventRow>(), to_csv(&self.events)),
            (Resource::of::<ComparisonRow>(), to_csv(&self.comparisons)),
            (Resource::of::<MemberComparisonRow>(), to_csv(&self.member_comparisons)),
        ]
    }

    /// Adds what charts and reports are made from. Without a design these are all,
    /// of comparisons those at the last quarter. With a design of at most [`MAX_CHARTED`] points they
    /// are the risks (of several points at the last quarter alone) and their comparisons at the last
    /// quarter; of a larger one there are none, so that memory does not grow with its points.
    pub fn keep_for_charts(&mut self, mut rows: Self) {
        let end = rows.comparisons.iter().map(|row| row.quarter).max();
        rows.comparisons.retain(|row| Some(row.quarter) == end);
        rows.member_comparisons.retain(|row| Some(row.quarter) == end);
        match &self.design {
            None => self.add(rows),
            Some(design) if design.points.nrows() <= MAX_CHARTED => {
                let last = rows.risks.iter().map(|row| row.quarter).max();
                let whole = design.points.nrows() == 1;
                let kept = rows.risks.into_iter().filter(|row| whole || Some(row.quarter) == last);
                self.risks.extend(kept);
                let of_risks =
                    rows.comparisons.into_iter().filter(|row| Risk::named(&row.outcome).is_some());
                self.comparisons.extend(of_risks);
            }
            Some(_) => {}
        }
    }

    /// The rows of one design point, to be [added](Self::add) to [new](Self::new) tables, which
    /// have the alliance that charts need; worked out on the threads of the rayon pool in which
    /// this is called.
    pub fn of_point(ensemble: &Ensemble<'_>, point: u32, total: &PointTally) -> Self {
        let mut tables = Self::default();
        let Ok(()) = Self::each_part(ensemble, point, total, |rows| {
            tables.add(rows);
            Ok::<(), Infallible>(())
        });
        tables
    }

    /// Hands on the same rows in parts that follow each other in every table, so that memory need
    /// not hold all rows: one part for each scenario and quarter, and finally the cover matrices
    /// and the comparisons of scenarios.
    pub(super) fn each_part<E>(
        ensemble: &Ensemble<'_>,
        point: u32,
        total: &PointTally,
        mut take: impl FnMut(Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let (experiment, layout) = (ensemble.experiment(), total.layout());
        let frontline_of = |scenario: &Scenario| {
            // An ensemble has scenarios with sound parameters alone.
            let parameters = ensemble.parameters(point, scenario).unwrap_or_default();
            frontline(&experiment.alliance, parameters.measure.frontline_exposure)
        };
        let scenarios = experiment.scenarios.iter().zip(total.scenarios());
        let pages: Vec<Page<'_>> = scenarios
            .map(|(scenario, tally)| Page {
                experiment,
                scenario: &scenario.name,
                point,
                tally,
                layout,
                frontline: frontline_of(scenario),
            })
            .collect();
        let quarters = layout.quarters();
        let parts = pages.iter().flat_map(|page| quarters.iter().map(move |&at| (page, at)));
        let parts: Vec<(&Page<'_>, u32)> = parts.collect();
        for few in parts.chunks(PARTS_A_THREAD * rayon::current_num_threads()) {
            let rows: Vec<Self> = few.par_iter().map(|(page, at)| page.quarter(*at)).collect();
            rows.into_iter().try_for_each(&mut take)?;
        }
        let mut rest = Self::default();
        for page in &pages {
            for &quarter in total.layout().cover_quarters() {
                page.cover(quarter, &mut rest.cover);
            }
        }
        for &(pair, quarter) in layout.comparisons() {
            if let Some(comparison) = Comparison::new(experiment, point, total, pair, quarter) {
                rest.comparisons.extend(comparison.rows());
                rest.member_comparisons.extend(comparison.member_rows());
            }
        }
        take(rest)
    }
}

/// One scenario's part of the tables.
struct Page<'a> {
    experiment: &'a Experiment,
    scenario: &'a str,
    point: u32,
    tally: &'a Tally,
    layout: &'a Layout,
    /// For each ally, whether it is at the frontline in this scenario at the point.
    frontline: Vec<u8>,
}

impl Page<'_> {
    fn quarter(&self, quarter: u32) -> Tables {
        let mut tables = Tables::default();
        let summary = |outcome: Outcome| {
            self.summary(quarter, outcome, &self.tally.outcome(quarter, outcome)?)
        };
        tables.summary.extend(Outcome::ALL.into_iter().filter_map(summary));
        tables.risks.extend(Risk::ALL.into_iter().filter_map(|risk| self.risk(quarter, risk)));
        let members = 0..self.experiment.alliance.len();
        tables.members.extend(members.filter_map(|member| self.member(quarter, member)));
        tables.events.extend(self.tally.events(quarter).map(|(happening, answer, count)| {
            let (event, target) = self.name_event(happening);
            EventRow {
                scenario: self.scenario.to_owned(),
                point: self.point,
                quarter,
                date: self.experiment.date(quarter),
                event,
                target,
                answer,
                count,
                n: self.tally.n(),
            }
        }));
        tables
    }

    fn summary(
        &self,
        quarter: u32,
        outcome: Outcome,
        distribution: &Distribution<'_>,
    ) -> Option<SummaryRow> {
        let ends = self.layout.ranges().ends(outcome, quarter);
        let Spread { mean, sd, interval, quantiles: [q05, q25, q50, q75, q95] } =
            spread(distribution, ends)?;
        let n = self.tally.n();
        Some(SummaryRow {
            scenario: self.scenario.to_owned(),
            point: self.point,
            quarter,
            date: self.experiment.date(quarter),
            outcome: outcome.name().to_owned(),
            n,
            mean,
            sd,
            se: sd.map(|sd| standard_error(sd, n)),
            low: interval.map(|(low, _)| low),
            high: interval.map(|(_, high)| high),
            q05,
            q25,
            q50,
            q75,
            q95,
        })
    }

    fn risk(&self, quarter: u32, risk: Risk) -> Option<RiskRow> {
        let seen = self.tally.risk(quarter, risk)?;
        let n = self.tally.n();
        let (by_low, by_high) = chance_interval(seen.by, n)?;
        let (at_low, at_high) = chance_interval(seen.at, n)?;
        Some(RiskRow {
            scenario: self.scenario.to_owned(),
            point: self.point,
            quarter,
            date: self.experiment.date(quarter),
            risk: risk.name().to_owned(),
            n,
            by: seen.by as f64 / n as f64,
            by_low,
            by_high,
            at: seen.at as f64 / n as f64,
            at_low,
            at_high,
        })
    }

    fn member(&self, quarter: u32, member: usize) -> Option<MemberRow> {
        let means = self.tally.member(quarter, member)?;
        let trust = spread(&self.tally.trust(quarter, member)?, (0.0, 1.0))?;
        let [q05, q25, q50, q75, q95] = trust.quantiles;
        Some(MemberRow {
            scenario: self.scenario.to_owned(),
            point: self.point,
            quarter,
            date: self.experiment.date(quarter),
            iso3: self.iso3(member),
            frontline: self.frontline.get(member).copied()?,
            n: self.tally.n(),
            trust_mean: trust.mean,
            trust_sd: trust.sd,
            // An interval for few replicates can reach beyond what is possible.
            trust_low: trust.interval.map(|(low, _)| low.max(0.0)),
            trust_high: trust.interval.map(|(_, high)| high.min(1.0)),
            trust_q05: q05,
            trust_q25: q25,
            trust_q50: q50,
            trust_q75: q75,
            trust_q95: q95,
            tiered_n: means.tiered_n,
            lower_tier: means.lower_tier,
            effort_mean: means.effort,
            defence_mean: means.defence,
            in_force: means.in_force,
            allied_cover_mean: means.allied_cover,
            moscow_cover_mean: means.moscow_cover,
        })
    }

    fn cover(&self, quarter: u32, rows: &mut Vec<CoverRow>) {
        for observer in 0..self.experiment.alliance.len() {
            for target in 0..self.experiment.alliance.len() {
                let Some(p_full_mean) = self.tally.cover(quarter, observer, target) else {
                    continue;
                };
                rows.push(CoverRow {
                    scenario: self.scenario.to_owned(),
                    point: self.point,
                    quarter,
                    date: self.experiment.date(quarter),
                    observer: self.iso3(observer),
                    target: self.iso3(target),
                    n: self.tally.n(),
                    p_full_mean,
                });
            }
        }
    }

    fn name_event(&self, happening: CountedEvent) -> (Event, String) {
        match happening {
            CountedEvent::Incident => (Event::Incident, UKRAINE.to_owned()),
            CountedEvent::Challenge(severity, target) => {
                (severity.into(), self.experiment.alliance.iso3(target).to_owned())
            }
        }
    }

    fn iso3(&self, member: usize) -> String {
        self.experiment.alliance.iso3(Commitment::Ally(member)).to_owned()
    }
}

/// A summary of a distribution.
struct Spread {
    mean: f64,
    sd: Option<f64>,
    /// The interval of the mean.
    interval: Option<(f64, f64)>,
    quantiles: [f64; 5],
}

/// Sums up the distribution of a quantity that lies between two ends; `None` over no replicates.
fn spread(distribution: &Distribution<'_>, ends: (f64, f64)) -> Option<Spread> {
    Some(Spread {
        mean: distribution.mean()?,
        sd: distribution.sd(),
        interval: distribution.mean_interval(ends),
        quantiles: distribution.quantiles(QUANTILES)?,
    })
}
