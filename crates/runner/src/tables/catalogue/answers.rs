//! The columns of the tables that analyses and traces give.

use super::{
    ANSWERS, Column, Kind, OF_OUTCOME, Table, count, kind, number, place, probability, text,
};
use crate::tables::rows::{BoxRow, ResponseRow, SensitivityRow, TraceEventRow, TraceRow};

/// Which quantity an analysis is about.
fn subject() -> Vec<Column> {
    let [scenario, _, quarter, date] = place();
    vec![
        scenario,
        text("reference", "scenario it is compared with on common shocks; empty for the level")
            .optional()
            .key(),
        quarter,
        date,
        kind().key(),
        text("outcome", "name of the risk or outcome").key(),
    ]
}

/// An estimate and the ends of its interval.
fn estimate(names: [&'static str; 3], unit: &'static str, meaning: &'static str) -> [Column; 3] {
    let [value, low, high] = names;
    [
        number(value, unit, meaning).optional(),
        number(low, unit, "lower end of its 95 % interval").optional(),
        number(high, unit, "upper end of its 95 % interval").optional(),
    ]
}

impl Table for SensitivityRow {
    const NAME: &'static str = "sensitivity";
    const TITLE: &'static str = "How much of an outcome each parameter decides";

    fn columns() -> Vec<Column> {
        /// Unit of an elementary effect.
        const EFFECT: &str = "unit of the outcome per full range of the parameter";
        let mut columns = subject();
        columns.extend([
            text("parameter", "key of the parameter"),
            text("method", "sobol or morris").one_of(&["sobol", "morris"]),
            count("base", "base points of the Sobol design or trajectories of the Morris design"),
            count("n", "replicates a point"),
        ]);
        columns.extend(estimate(
            ["first", "first_low", "first_high"],
            "share",
            "Sobol's first-order index: share of variance that the parameter alone explains",
        ));
        columns.extend(estimate(
            ["total", "total_low", "total_high"],
            "share",
            "Sobol's total index: share that it explains with all its interactions",
        ));
        let uncorrected = "total index if replicate noise were taken for the parameter's doing";
        columns.push(number("total_with_noise", "share", uncorrected).optional());
        columns.extend(estimate(["mu", "mu_low", "mu_high"], EFFECT, "mean elementary effect"));
        columns.extend(estimate(
            ["mu_star", "mu_star_low", "mu_star_high"],
            EFFECT,
            "mean absolute elementary effect",
        ));
        columns.extend(estimate(
            ["sigma", "sigma_low", "sigma_high"],
            EFFECT,
            "standard deviation of the elementary effect, replicate noise taken out",
        ));
        columns.extend([
            number("mu_star_of_noise", EFFECT, "what replicate noise alone makes of mu_star")
                .optional(),
            number("noise_share", "share", "share of the raw variance that is replicate noise")
                .optional(),
            text("doubt", "negative, wide or noise where the sample is too small for an index")
                .optional(),
        ]);
        columns
    }
}

impl Table for ResponseRow {
    const NAME: &'static str = "responses";
    const TITLE: &'static str = "What sensitivity and boxes are made from, by design point";

    fn columns() -> Vec<Column> {
        let mut columns = subject();
        let [_, point, ..] = place();
        columns.insert(2, point);
        columns.extend([
            count("n", "replicates"),
            number("mean", OF_OUTCOME, "mean over the replicates; of a risk, its probability"),
            number("se", OF_OUTCOME, "standard error of the mean, from batches of replicates"),
        ]);
        columns
    }
}

impl Table for BoxRow {
    const NAME: &'static str = "boxes";
    const TITLE: &'static str = "In which corner of the parameter space it happens (PRIM)";

    fn columns() -> Vec<Column> {
        const OF_PARAMETER: &str = "unit of the parameter";
        let limit = |name, meaning| number(name, OF_PARAMETER, meaning);
        let share = |name, meaning| number(name, "share", meaning);
        let bound = |name, meaning| number(name, OF_OUTCOME, meaning).optional();
        let mut columns = subject();
        columns.extend([
            bound("at_least", "points whose mean is at least this are of interest"),
            bound("at_most", "points whose mean is at most this are of interest"),
            Column::new("box", Kind::Integer, "", "number of the box, from 1, in the order found"),
            text("parameter", "key of a parameter that the box restricts"),
            limit("low", "lower limit of the box"),
            limit("high", "upper limit of the box"),
            limit("range_low", "lower end of the parameter over the design"),
            limit("range_high", "upper end of the parameter over the design"),
            share("coverage", "share of all points of interest that lie in the box"),
            share("density", "share of the points in the box that are of interest"),
            share("mass", "share of all points that lie in the box"),
            number("mean", OF_OUTCOME, "mean of the outcome over the points in the box"),
            count("points", "points in the box"),
            count("points_of_interest", "points of interest in the box"),
            probability("quasi_p", "the greater quasi-p value of the two limits").optional(),
            probability("low_quasi_p", "chance of as dense a box without the lower limit")
                .optional(),
            probability("high_quasi_p", "chance of as dense a box without the upper limit")
                .optional(),
            share("reproduced_coverage", "share of resamples that restrict it, at like coverage"),
            share("reproduced_density", "share of resamples that restrict it, at like density"),
            limit("low_q05", "5 % quantile of the lower limit over the resamples"),
            limit("low_q95", "95 % quantile of the lower limit over the resamples"),
            limit("high_q05", "5 % quantile of the upper limit over the resamples"),
            limit("high_q95", "95 % quantile of the upper limit over the resamples"),
        ]);
        columns
    }
}

/// Where a trace is.
fn moment() -> Vec<Column> {
    let [scenario, _, quarter, date] = place();
    vec![
        scenario,
        Column::new("replicate", Kind::Integer, "", "number of the replicate, from 0").key(),
        quarter,
        date,
    ]
}

impl Table for TraceRow {
    const NAME: &'static str = "trace";
    const TITLE: &'static str = "One replicate's trust through time";

    fn columns() -> Vec<Column> {
        let mut columns = moment();
        columns.extend([
            text("series", "frontline, rear, or an ally, ISO 3166-1 alpha-3").key(),
            probability("trust", "trust at the end of the quarter; of a group, its mean"),
        ]);
        columns
    }
}

impl Table for TraceEventRow {
    const NAME: &'static str = "trace_events";
    const TITLE: &'static str = "What happened to one replicate";

    fn columns() -> Vec<Column> {
        let mut columns = moment();
        columns.extend([
            text(
                "event",
                "probe, attack, incident, scripted, internationalist, restraint, war_ends, \
                 abandoned, tiered, untiered, ruptured or unruptured",
            ),
            text(
                "target",
                "whom it met, ISO 3166-1 alpha-3, UKR for Ukraine; empty for nobody, or where \
                 several events are scripted",
            )
            .optional()
            .key(),
            text(
                "answer",
                "what Washington did, or is scripted to have done: none, narrow or full; empty \
                 where there was nothing to answer",
            )
            .one_of(&ANSWERS)
            .optional(),
            number(
                "margin",
                "latent units",
                "how far Washington's resolve was from another answer",
            )
            .optional(),
        ]);
        columns
    }
}
