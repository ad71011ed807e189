//! What is worth knowing before a run: settings that are allowed but better done otherwise, or
//! results that will mean nothing.

use article5_model::parameters::{Parameter, parameter};
use article5_model::scenario::{PRESETS, Scenario};

use super::experiment::Experiment;
use super::file::DEFAULT_START;
use super::names::first_few;
use super::output::MAX_CHARTED;
use super::settings::{GUARANTEE, is_implausible, set_in, setting_in_words};
use crate::analysis::claims::{MOST_OF_SPACE, share_in_words};
use crate::numbers::count;
use crate::tally::wilson;

/// The parameter for the quarter of the run in which the first administration is elected.
pub(super) const FIRST_INAUGURATION: &str = "politics.first_inauguration";

/// How many settings a remark names.
const NAMED: usize = 4;

impl Experiment {
    /// Says what is allowed but better done otherwise, and which results mean nothing, in one
    /// sentence each.
    pub fn remarks(&self) -> Vec<String> {
        let design = self.design.iter().filter_map(super::DesignSpec::remark);
        let design = design.chain(self.too_large_for_charts()).chain(self.too_few_points());
        let alliance = self.too_small_for_tiers().into_iter().chain(self.empty_groups());
        let scenarios = self.inaugurations_moved().into_iter().chain(self.about_the_scenarios());
        let scenarios = scenarios.chain(self.learned_otherwise());
        let remarks = design.chain(alliance).chain(scenarios).chain(self.too_short_for_tiers());
        let remarks = remarks.chain(self.output_of_runs()).chain(self.beyond_what_is_plausible());
        remarks.chain(self.about_the_table()).collect()
    }

    /// Names what is set, or varies, beyond the range that a parameter's basis gives, except for
    /// policy and the theories that presets take to the extreme.
    fn beyond_what_is_plausible(&self) -> Option<String> {
        let of_a_theory = |key: &str, value: f64| {
            PRESETS.iter().flat_map(|preset| preset.overrides).any(|own| *own == (key, value))
        };
        let set = self.settings().into_iter().flat_map(|setting| {
            let parameter = setting.parameter;
            setting.values.into_iter().map(move |(value, _)| (parameter, value))
        });
        let varied = self.varying().into_iter().flat_map(|own| {
            let (least, most) = own.values.ends();
            [(own.parameter, least), (own.parameter, most)]
        });
        let beyond = |&(parameter, value): &(&Parameter, f64)| {
            is_implausible(parameter, value)
                // Policy is set as one likes: it is no matter of plausibility.
                && !parameter.key.starts_with(GUARANTEE)
                && !of_a_theory(&parameter.key, value)
        };
        let beyond = set.chain(varied).filter(beyond);
        let told = beyond.map(|(Parameter { key, low, high, .. }, value)| {
            let [value, low, high] = [value, *low, *high].map(|own| setting_in_words(key, own));
            format!("`{key}` {value} ({low} to {high})")
        });
        let told: Vec<String> = told.collect();
        (!told.is_empty())
            .then(|| format!("beyond its plausible range: {}", first_few(&told, NAMED)))
    }

    /// Warns if a design has more points than charts are drawn for, and no analysis is asked for.
    fn too_large_for_charts(&self) -> Option<String> {
        let points = self.design.as_ref()?.points();
        let analysed = self.sensitivity.is_some() || self.discovery.is_some();
        (points > MAX_CHARTED as u64 && !analysed).then(|| {
            format!(
                "the design has {} points: for more than {} there are tables, but no charts and no findings in \
                 a report",
                count(points),
                count(MAX_CHARTED as u64)
            )
        })
    }

    /// Names the tables and quarters asked for that an analysis of the design does not write.
    fn output_of_runs(&self) -> Option<String> {
        let analysed = self.sensitivity.is_some() || self.discovery.is_some();
        let output = &self.output;
        // With a design, the tables by quarter hold the last one if nothing else is asked for.
        let set = [
            ("replicates", output.replicates),
            ("trajectories", output.trajectories),
            ("quarters", output.quarters != [self.quarters]),
            ("cover_quarters", !output.cover_quarters.is_empty()),
        ];
        let set = set.into_iter().filter(|(_, is_set)| analysed && *is_set);
        let set: Vec<String> = set.map(|(key, _)| format!("`output.{key}`")).collect();
        let has = if set.len() == 1 { "has" } else { "have" };
        (!set.is_empty()).then(|| {
            format!(
                "the analysis of a design writes means over replicates, at the last quarter: {} {has} no effect \
                 on it",
                set.join(", ")
            )
        })
    }

    /// Warns if the run, or what a claim is about, ends before a state can have lasted long enough
    /// to count.
    fn too_short_for_tiers(&self) -> Option<String> {
        let least = self.least("measure.sustain")?;
        let told = |what: String| {
            format!(
                "{what}, and tiers and rupture count once they have lasted {least} quarters \
                 (`measure.sustain`): their risks are 0"
            )
        };
        if f64::from(self.quarters) < least {
            return Some(told(format!("the run ends with quarter {}", self.quarters)));
        }
        let lasting = |outcome: &str| outcome.starts_with("tiered") || outcome == "ruptured";
        self.claims.iter().find_map(|claim| {
            let quarter = claim.quarter.filter(|quarter| f64::from(*quarter) < least)?;
            lasting(&claim.outcome)
                .then(|| told(format!("claim `{}` is about quarter {quarter}", claim.id)))
        })
    }

    /// Warns if claims are judged over so few points that even all of them would not establish the
    /// share that a verdict requires.
    fn too_few_points(&self) -> Option<String> {
        let points = self.space.as_ref().filter(|_| !self.claims.is_empty())?.design.points();
        let (least, _) = wilson(points, points)?;
        (least < MOST_OF_SPACE).then(|| {
            format!(
                "the [space] has {} points: even if a claim were shown at all of them, the 95 % interval of its share of \
                 the space would begin at {} %, and verdicts require {} %",
                count(points),
                share_in_words(least),
                share_in_words(MOST_OF_SPACE)
            )
        })
    }

    /// Warns if the start moves the calendar but, in some scenario, nothing moves the inaugurations,
    /// which are counted from the start.
    fn inaugurations_moved(&self) -> Option<String> {
        let later = self.start.quarters_since(DEFAULT_START);
        let set = |scenario: &&Scenario| set_in(scenario, FIRST_INAUGURATION).is_some();
        let setting = self.scenarios.iter().filter(set).count();
        if setting == self.scenarios.len() || self.varied(FIRST_INAUGURATION).is_some() {
            return None;
        }
        let place = if setting > 0 { " in scenarios that do not set it" } else { "" };
        // Both are counts.
        let of = |key| parameter(key).ok().map(|row| row.default as i64);
        let (first, term) = (of(FIRST_INAUGURATION)?, of("politics.term")?);
        // The first inauguration, of those a term apart, that is not over by the start.
        let kept = (first - later - 1).checked_rem_euclid(term)? + 1;
        if kept == first {
            return None;
        }
        let date = |quarter: i64| Some(self.date(u32::try_from(quarter).ok()?));
        Some(format!(
            "`start` moves the calendar but not the US elections: the first is in quarter {first} of \
             the run{place}, now {}; with `{FIRST_INAUGURATION} = {kept}` there is one in {}, as with the start {DEFAULT_START}",
            date(first)?,
            date(kept)?
        ))
    }

    /// Warns if no scenario can have tiers, at any point of the design.
    fn too_small_for_tiers(&self) -> Option<String> {
        let least = 2.0 * self.least("measure.tier_min_class")?;
        let allies = self.alliance.len();
        ((allies as f64) < least).then(|| {
            let allies = if allies == 1 { "1 ally".to_owned() } else { format!("{allies} allies") };
            format!(
                "{allies} cannot split into two tiers, which take {least} (twice `measure.tier_min_class`): \
                 the risks of tiers are 0"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_an_analysis_does_not_write_is_told_where_it_is_asked_for() {
        let told = |asked: &str, output: &str| {
            let text = format!(
                "name = \"a\"\nreplicates = 20\nquarters = 20\nscenarios = [\"ironclad\"]\n\
                 [design]\nkind = \"saltelli\"\npoints = 16\n[design.vary]\n\
                 \"learning.memory\" = \"range\"\n{asked}\n[output]\n{output}\n"
            );
            let experiment = Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap();
            experiment.remarks().into_iter().find(|remark| remark.contains("no effect"))
        };
        let asked = "[sensitivity]\noutcomes = [\"tiered\"]";
        let ends = |output: &str, end: &str| {
            let remark = told(asked, output).unwrap();
            assert!(remark.ends_with(end), "{remark}");
        };
        ends("replicates = true", ": `output.replicates` has no effect on it");
        ends(
            "trajectories = true\nquarters = [4, 20]\ncover_quarters = [20]",
            ": `output.trajectories`, `output.quarters`, `output.cover_quarters` have no effect on it",
        );
        assert_eq!(told(asked, "quarters = [20]"), None);
        assert_eq!(told("", "replicates = true"), None);
    }
}
