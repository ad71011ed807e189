//! The tables of a run.

use super::{Answer, Column};
use crate::outcome::QuantityKind;
use crate::trace::Event;

table! { "summary", "Distribution of each outcome over the replicates",
    pub struct SummaryRow {
        scenario: String => scenario(),
        point: u32 => point(),
        quarter: u32 => quarter().key(),
        date: String => date(),
        outcome: String => is("name of the outcome").key(),
        n: u64 => replicates(),
        mean: f64 => of_outcome("mean"),
        /// Empty for a single replicate, as are `se`, `low` and `high`.
        sd: Option<f64> => of_outcome("standard deviation, divisor n-1"),
        se: Option<f64> => of_outcome("standard error of the mean"),
        /// Student's, or Hall's where replicates are few for a skewed outcome; if few or none differ
        /// from all others, from how many differ and by how much.
        low: Option<f64> => of_outcome("lower end of the 95 % interval of the mean"),
        high: Option<f64> => of_outcome("upper end of the 95 % interval of the mean"),
        q05: f64 => of_outcome("5 % quantile, to 1/4096 of the outcome's range"),
        q25: f64 => of_outcome("25 % quantile, to 1/4096 of the outcome's range"),
        q50: f64 => of_outcome("median, to 1/4096 of the outcome's range"),
        q75: f64 => of_outcome("75 % quantile, to 1/4096 of the outcome's range"),
        q95: f64 => of_outcome("95 % quantile, to 1/4096 of the outcome's range"),
    }
}

table! { "risks", "Probability of each risk by and at each quarter",
    pub struct RiskRow {
        scenario: String => scenario(),
        point: u32 => point(),
        quarter: u32 => quarter().key(),
        date: String => date(),
        risk: String => is("name of the risk").key(),
        n: u64 => replicates(),
        by: f64
            => probability("share of the replicates in which it has happened by the quarter"),
        /// Wilson's interval, as of `at`; the exact one of Clopper and Pearson on a side on which
        /// fewer than five were counted.
        by_low: f64 => probability("lower end of its 95 % interval"),
        by_high: f64 => probability("upper end of its 95 % interval"),
        at: f64 => probability("share of the replicates in which it holds at the quarter"),
        at_low: f64 => probability("lower end of its 95 % interval"),
        at_high: f64 => probability("upper end of its 95 % interval"),
    }
}

table! { "members", "Each ally's trust, cover, effort and place in the tiers",
    pub struct MemberRow {
        scenario: String => scenario(),
        point: u32 => point(),
        quarter: u32 => quarter().key(),
        date: String => date(),
        iso3: String => is("ally, ISO 3166-1 alpha-3").key(),
        frontline: u8 => flag(
            "1 for a frontline ally by the scenario's measure.frontline_exposure at the design point"
        ),
        n: u64 => replicates(),
        trust_mean: f64 => probability("mean of the ally's trust that it is covered"),
        /// Empty for a single replicate, as are `trust_low` and `trust_high`.
        trust_sd: Option<f64> => probability("its standard deviation, divisor n-1"),
        trust_low: Option<f64> => probability("lower end of the 95 % interval of the mean"),
        trust_high: Option<f64> => probability("upper end of the 95 % interval of the mean"),
        trust_q05: f64 => probability("its 5 % quantile"),
        trust_q25: f64 => probability("its 25 % quantile"),
        trust_q50: f64 => probability("its median"),
        trust_q75: f64 => probability("its 75 % quantile"),
        trust_q95: f64 => probability("its 95 % quantile"),
        tiered_n: u64 => count("replicates in which the alliance is tiered at the quarter"),
        lower_tier: Option<f64>
            => probability("share of those in which the ally is in the lower tier"),
        effort_mean: f64 => measured("mean defence effort", "share of GDP"),
        defence_mean: f64 => measured("mean local capability", "capability"),
        in_force: f64 => share("share of the replicates in which it is in the force"),
        allied_cover_mean: f64 => probability(
            "mean cover in the eyes of an ally that holds the mean of all allies' beliefs"
        ),
        moscow_cover_mean: f64 => probability("mean cover in Moscow's eyes"),
    }
}

table! { "alliance", "The members table as the run used it, with computed features",
    pub struct AllianceRow {
        iso3: String => is("ally, ISO 3166-1 alpha-3").key(),
        name: String => is("name of the ally"),
        gdp_usd_bn: f64 => measured("gross domestic product", "billion US dollars"),
        us_troops_k: f64 => measured("US troops stationed there", "thousand"),
        land_border_with_russia: u8 => flag("1 with a land border with Russia"),
        distance_capital_to_russia_km: f64
            => measured("from the capital to Russian territory", "km"),
        defence_share_gdp_2025e: f64 => measured("defence spending, 2025", "percent of GDP"),
        nuclear_weapons_state: u8 => flag("1 with nuclear weapons of its own"),
        trust_prior_pct: f64
            => measured("public trusting in US protection at the start", "percent"),
        force_caution: f64 => measured("reluctance to join a European force", "latent units"),
        tile_col: Option<u32> => is("column on the tile map"),
        tile_row: Option<u32> => is("row on the tile map"),
        stake: f64 => measured("Washington's interest in the ally", "standard deviations"),
        exposure: f64 => share("exposure to Russia, 0 to 1"),
        frontline: u8 => flag(
            "1 for a frontline ally: exposure reaches measure.frontline_exposure of the first scenario"
        ),
    }
}

table! { "codebook", "The risks and outcomes that other tables name",
    pub struct CodebookRow {
        kind: QuantityKind => is("risk or outcome"),
        outcome: String => is("name of the risk or outcome").key(),
        unit: String => is("unit of its values"),
        /// With the thresholds of the run; if one differs between scenarios or points, the
        /// parameter's key takes its place.
        meaning: String => is("what it is"),
    }
}

table! { "cover", "Each ally's chance of a full answer in each ally's eyes",
    pub struct CoverRow {
        scenario: String => scenario(),
        point: u32 => point(),
        quarter: u32 => quarter().key(),
        date: String => date(),
        observer: String => is("ally that judges, ISO 3166-1 alpha-3").key(),
        target: String => is("ally that is attacked, ISO 3166-1 alpha-3").key(),
        n: u64 => replicates(),
        p_full_mean: f64 => probability("mean chance of a full answer to the attack"),
    }
}

table! { "events", "How often each target was challenged in a quarter, by answer",
    /// There are no rows for events that never occurred.
    pub struct EventRow {
        scenario: String => scenario(),
        point: u32 => point(),
        quarter: u32 => quarter().key(),
        date: String => date(),
        event: Event
            => is("probe, attack or incident").one_of(&["probe", "attack", "incident"]).key(),
        target: String => is("state concerned, ISO 3166-1 alpha-3, UKR for Ukraine").key(),
        answer: Answer => is("what Washington did: none, narrow or full").key(),
        count: u64 => count("events of this kind over all replicates"),
        n: u64 => replicates(),
    }
}

table! { "comparisons", "Each scenario against the reference on the same shocks",
    /// At the last quarter of the tables and those of `output.comparison_quarters`.
    pub struct ComparisonRow {
        scenario: String => scenario(),
        reference: String => is("name of the scenario it is compared with").key(),
        point: u32 => point(),
        quarter: u32 => quarter().key(),
        date: String => date(),
        kind: QuantityKind => kind().key(),
        outcome: String => is("name of the risk or outcome").key(),
        n: u64 => replicates(),
        difference: f64 => of_outcome("mean paired difference from the reference"),
        /// Empty for a single replicate, as is `high`.
        low: Option<f64> => of_outcome("lower end of its 95 % interval"),
        high: Option<f64> => of_outcome("upper end of its 95 % interval"),
        /// Empty if the paired difference does not vary.
        pairing_gain: Option<f64> => pairing_gain(),
    }
}

table! { "member_comparisons", "Each ally's trust against that under the reference on the same shocks",
    /// At the quarters of `comparisons.csv`.
    pub struct MemberComparisonRow {
        scenario: String => scenario(),
        reference: String => is("name of the scenario it is compared with").key(),
        point: u32 => point(),
        quarter: u32 => quarter().key(),
        date: String => date(),
        iso3: String => is("ally, ISO 3166-1 alpha-3").key(),
        n: u64 => replicates(),
        trust_difference: f64
            => difference("mean paired difference of its trust from that under the reference"),
        /// Empty for a single replicate, as is `trust_high`.
        trust_low: Option<f64> => difference("lower end of its 95 % interval"),
        trust_high: Option<f64> => difference("upper end of its 95 % interval"),
        /// Empty if the paired difference does not vary.
        pairing_gain: Option<f64> => pairing_gain(),
    }
}
