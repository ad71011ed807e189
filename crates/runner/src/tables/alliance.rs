//! The members table of an experiment as a run's folder holds it.

use super::rows::AllianceRow;
use super::to_csv;
use crate::config::Experiment;

/// The members table with the features computed from it.
pub fn alliance_rows(experiment: &Experiment) -> Vec<AllianceRow> {
    let alliance = &experiment.alliance;
    // An experiment that was read from a file always has a first scenario with sound parameters.
    let parameters = experiment
        .scenarios
        .first()
        .and_then(|scenario| scenario.parameters().ok())
        .unwrap_or_default();
    let features = alliance.stake().iter().zip(alliance.exposure());
    let row = |(member, (stake, exposure)): (&article5_model::alliance::Member, (&f64, &f64))| {
        AllianceRow {
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
            frontline: u8::from(*exposure >= parameters.measure.frontline_exposure),
        }
    };
    alliance.members().iter().zip(features).map(row).collect()
}

/// The same as CSV.
pub(crate) fn alliance_csv(experiment: &Experiment) -> Vec<u8> {
    to_csv(&alliance_rows(experiment))
}
