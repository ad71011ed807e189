//! Washington's interest in a state, from its size and the US troops there (ODD 2).

use super::Member;

/// US troops are entered in thousands; one thousand is added so that none has logarithm 0.
const TROOPS_OFFSET_K: f64 = 1.0;

/// The weight of an ally's size in Washington's interest; that of the troops there is the rest (ODD 2):
/// neither is known to count for more.
const GDP_WEIGHT: f64 = 0.5;

/// Numbers of order 1 (logarithms and z-scores) that vary by less than this do so by rounding.
const ROUNDING: f64 = 1e-12;

/// How size and troops make a stake: the mean of their z-scores, standardised in turn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct StakeScale {
    log_gdp: Scores,
    log_troops: Scores,
    interest: Scores,
}

impl StakeScale {
    pub(super) fn of(members: &[Member]) -> Self {
        let of = |number: fn(&Member) -> f64| Scores::of(members.iter().map(number).collect());
        let mut scale = Self {
            log_gdp: of(|own| libm::log(own.gdp_usd_bn)),
            log_troops: of(|own| libm::log(TROOPS_OFFSET_K + own.us_troops_k)),
            interest: Scores { mean: 0.0, sd: 1.0 },
        };
        let interest = members.iter().map(|own| scale.interest(own.gdp_usd_bn, own.us_troops_k));
        scale.interest = Scores::of(interest.collect());
        scale
    }

    fn interest(&self, gdp_usd_bn: f64, us_troops_k: f64) -> f64 {
        let gdp = self.log_gdp.score(libm::log(gdp_usd_bn));
        let troops = self.log_troops.score(libm::log(TROOPS_OFFSET_K + us_troops_k));
        GDP_WEIGHT * gdp + (1.0 - GDP_WEIGHT) * troops
    }

    pub(super) fn stake(&self, gdp_usd_bn: f64, us_troops_k: f64) -> f64 {
        self.interest.score(self.interest(gdp_usd_bn, us_troops_k))
    }
}

/// z-scores with the population standard deviation; 0 for all where they do not vary.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scores {
    mean: f64,
    sd: f64,
}

impl Scores {
    fn of(values: Vec<f64>) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
        Self { mean, sd: (squares / n).sqrt() }
    }

    fn score(self, value: f64) -> f64 {
        if self.sd > ROUNDING { (value - self.mean) / self.sd } else { 0.0 }
    }
}
