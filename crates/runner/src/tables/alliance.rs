//! The members table of an experiment as a run's folder holds it.

use article5_model::alliance::{Alliance, Member};

use super::rows::AllianceRow;
use super::to_csv;
use crate::config::Experiment;

/// The rows of the members table, with the features computed from it.
pub fn alliance_rows(experiment: &Experiment) -> Vec<AllianceRow> {
    let alliance = &experiment.alliance;
    let first = experiment.scenarios.first();
    // An experiment that was read from a file has scenarios with sound parameters alone.
    let parameters = first.and_then(|scenario| scenario.parameters().ok()).unwrap_or_default();
    let frontline = frontline(alliance, parameters.measure.frontline_exposure);
    let features = alliance.stake().iter().zip(alliance.exposure()).zip(frontline);
    let row =
        |(member, ((stake, exposure), frontline)): (&Member, ((&f64, &f64), u8))| AllianceRow {
            iso3: member.iso3.clone(),
            name: member.name.clone(),
            gdp_usd_bn: member.gdp_usd_bn,
            us_troops_k: member.us_troops_k,
            land_border_with_russia: member.land_border_with_russia,
            distance_capital_to_russia_km: member.distance_capital_to_russia_km,
            defence_share_gdp_2025e: member.defence_share_gdp_2025e,
            nuclear_weapons_state: member.nuclear_weapons_state,
            trust_prior_pct: member.trust_prior_pct,
            force_caution: member.force_caution,
            tile_col: member.tile_col,
            tile_row: member.tile_row,
            stake: *stake,
            exposure: *exposure,
            frontline,
        };
    alliance.members().iter().zip(features).map(row).collect()
}

/// Which allies are at the frontline, as 1 or 0 each in table order: those whose exposure reaches
/// the threshold.
pub(super) fn frontline(alliance: &Alliance, threshold: f64) -> Vec<u8> {
    alliance.exposure().iter().map(|&own| u8::from(own >= threshold)).collect()
}

/// The rows of the members table as CSV.
pub(crate) fn alliance_csv(experiment: &Experiment) -> Vec<u8> {
    to_csv(&alliance_rows(experiment))
}
