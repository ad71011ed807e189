//! Every parameter of the model by key: its default, plausible range, domain, meaning and basis.
//!
//! The table is `data/parameters.csv`. [`PARAMETERS`] is that table; [`Parameters`] is one set of
//! values, with one field per parameter, so that equations read `parameters.learning.memory`.
//!
//! ```
//! use article5_model::parameters::Parameters;
//!
//! let mut parameters = Parameters::default();
//! parameters.set("learning.memory", 0.95)?;
//! assert_eq!(parameters.learning.memory, 0.95);
//! assert!(parameters.set("learning.memory", 1.5).is_err());
//! # Ok::<(), article5_model::parameters::ParameterError>(())
//! ```

use std::sync::LazyLock;

use serde::Deserialize;

/// What values a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// 0 or 1; a configuration may also write `false` or `true`.
    Switch,
    /// A whole number.
    Count,
    /// A probability or a share, from 0 to 1.
    Share,
    /// Any number between the bounds.
    Real,
}

/// One row of the parameter table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Parameter {
    /// The key, `group.name`.
    pub key: String,
    /// The value if nothing else is set.
    pub default: f64,
    /// Low end of the plausible range, over which claims are tested.
    pub low: f64,
    /// High end of the plausible range.
    pub high: f64,
    /// What values it takes.
    pub kind: Kind,
    /// The least value the model accepts.
    pub least: f64,
    /// The largest value the model accepts.
    pub most: f64,
    /// What it is, with its unit where it has one.
    pub meaning: String,
    /// The source of the default and the range, or the word `judgement`.
    pub basis: String,
}

impl Parameter {
    /// Whether the plausible range has any width.
    pub fn varies(&self) -> bool {
        self.low < self.high
    }

    /// Checks that `value` lies in the parameter's domain.
    ///
    /// # Errors
    ///
    /// [`ParameterError::OutOfRange`] outside `least..=most` (and for NaN), and
    /// [`ParameterError::NotWhole`] for a fraction where a switch or a count is wanted.
    pub fn check(&self, value: f64) -> Result<(), ParameterError> {
        if !(self.least..=self.most).contains(&value) {
            let (least, most) = (self.least, self.most);
            return Err(ParameterError::OutOfRange { key: self.key.clone(), value, least, most });
        }
        if matches!(self.kind, Kind::Switch | Kind::Count) && value.fract() != 0.0 {
            return Err(ParameterError::NotWhole { key: self.key.clone(), value });
        }
        Ok(())
    }
}

/// A number as it would be typed: with an exponent where its digits would fill lines.
fn brief(value: f64) -> String {
    format!("{value:?}").trim_end_matches(".0").to_owned()
}

/// Why a value, or a set of values, is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ParameterError {
    /// No parameter has this key.
    #[error("there is no parameter `{key}`")]
    Unknown {
        /// The key that was asked for.
        key: String,
    },
    /// The value lies outside the parameter's domain.
    #[error("`{key}` is {}, outside its domain {least} to {most}", brief(*value))]
    OutOfRange {
        /// The parameter.
        key: String,
        /// The value refused.
        value: f64,
        /// The least value accepted.
        least: f64,
        /// The largest value accepted.
        most: f64,
    },
    /// A switch or a count was given a fraction.
    #[error("`{key}` is {value}, but must be a whole number")]
    NotWhole {
        /// The parameter.
        key: String,
        /// The value refused.
        value: f64,
    },
    /// Two parameters contradict each other.
    #[error("`{lower}` ({lower_value}) must {} `{upper}` ({upper_value}){}", relation(*.margin), by(*.margin))]
    Order {
        /// The key whose value must be the lower.
        lower: &'static str,
        /// Its value.
        lower_value: f64,
        /// The key whose value must be the upper.
        upper: &'static str,
        /// Its value.
        upper_value: f64,
        /// How far apart they must be at least.
        margin: f64,
    },
}

/// How a lower parameter must stand to an upper one.
fn relation(margin: f64) -> &'static str {
    if margin > 0.0 { "be below" } else { "not exceed" }
}

/// By how much it must, in words.
fn by(margin: f64) -> String {
    if margin > 0.0 { format!(" by at least {margin}") } else { String::new() }
}

/// The parameter table, in the order of `data/parameters.csv`.
pub static PARAMETERS: LazyLock<Vec<Parameter>> = LazyLock::new(|| {
    let mut table = csv::Reader::from_reader(include_str!("../data/parameters.csv").as_bytes());
    // The table is compiled in: a test reads it, so no input can make this fail.
    #[expect(clippy::expect_used, reason = "the table is compiled in and tested")]
    table.deserialize().collect::<Result<_, _>>().expect("parameters.csv is well formed")
});

/// The place in [`PARAMETERS`] of the parameter with this key.
pub fn place(key: &str) -> Option<usize> {
    PARAMETERS.iter().position(|parameter| parameter.key == key)
}

/// The row of the parameter with this key.
///
/// # Errors
///
/// [`ParameterError::Unknown`] where there is none.
pub fn parameter(key: &str) -> Result<&'static Parameter, ParameterError> {
    let row = place(key).and_then(|place| PARAMETERS.get(place));
    row.ok_or_else(|| ParameterError::Unknown { key: key.to_owned() })
}

/// The narrowest band between the cutpoints of Washington's answer, in latent units. Below it a
/// narrow answer would be next to impossible and, once seen, next to impossible to learn from.
pub const NARROWEST_BAND: f64 = 1e-3;

/// Declares the groups and fields of [`Parameters`] and the access to them by key.
macro_rules! parameters {
    ($($(#[$about:meta])* $group:ident: $Group:ident { $($field:ident),* $(,)? })*) => {
        $(
            $(#[$about])*
            #[derive(Clone, Copy, Debug, PartialEq)]
            #[expect(missing_docs, reason = "data/parameters.csv says what each field is")]
            pub struct $Group { $(pub $field: f64),* }
        )*

        /// One set of parameter values, checked one by one as they are [set](Parameters::set) and
        /// against each other by [`Parameters::check`].
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct Parameters { $($(#[$about])* pub $group: $Group),* }

        impl Parameters {
            const UNSET: Self = Self { $($group: $Group { $($field: f64::NAN),* }),* };

            /// The value of the parameter with this key.
            ///
            /// # Errors
            ///
            /// [`ParameterError::Unknown`] where there is none.
            pub fn get(&self, key: &str) -> Result<f64, ParameterError> {
                match key {
                    $($(concat!(stringify!($group), ".", stringify!($field)) => Ok(self.$group.$field),)*)*
                    _ => Err(ParameterError::Unknown { key: key.to_owned() }),
                }
            }

            /// All values, in the order of the table.
            fn values(&self) -> impl Iterator<Item = f64> {
                [$($(self.$group.$field),*),*].into_iter()
            }

            /// Sets parameters by their places in [`PARAMETERS`], quickly: a place beyond the table
            /// is ignored, and no value is checked until [`Parameters::check`].
            pub fn set_places(&mut self, values: impl IntoIterator<Item = (usize, f64)>) {
                let mut slots = [$($(&mut self.$group.$field),*),*];
                for (place, value) in values {
                    if let Some(slot) = slots.get_mut(place) {
                        **slot = value;
                    }
                }
            }

            fn slot(&mut self, key: &str) -> Option<&mut f64> {
                match key {
                    $($(concat!(stringify!($group), ".", stringify!($field)) => Some(&mut self.$group.$field),)*)*
                    _ => None,
                }
            }
        }
    };
}

parameters! {
    /// Washington's response function (ODD 7.2).
    response: Response {
        general, treaty, stake, exposure,
        type_sd_general, type_sd_treaty, type_sd_stake, type_sd_exposure,
        full_attack, narrow_attack, full_probe, narrow_probe,
        ambiguity_article5, balance, tripwire, incident_penalty,
    }
    /// Administrations and inaugurations.
    politics: Politics {
        administration_shift, flip_probability, first_inauguration, term,
        initial_internationalist, restraint_openness,
    }
    /// What observers learn from an answer (ODD 7.3).
    learning: Learning {
        prior_sd_general, prior_sd_treaty, prior_sd_stake, prior_sd_exposure,
        attention, shrinkage, memory, consultation, administration_credence,
        inauguration_variance, inauguration_reset, incident_clarity, negativity, moscow_attention,
    }
    /// The guarantee to Ukraine at the start.
    guarantee: GuaranteeTerms {
        pledge, backstop, likeness_marketed, likeness_binding, ambiguity, monitoring, arms,
        peace_deal, upgrade_rate, binding_upgrade_share,
    }
    /// Moscow's choice and capability.
    russia: Russia {
        precision, value_ukraine, value_allies, contest_slope, failure_cost, attack_cost,
        narrow_blunting, full_blunting, sanction_cost, escalation_cost, nuclear_cost,
        probe_gain, probe_sanction, probe_rebuff, probe_cost, information_value,
        hold_ceasefire, hold_peace_deal, diplomacy_value, scepticism,
        capability0, capability_max, recovery,
    }
    /// War in Ukraine and attacks on allies.
    war: War {
        end_hazard, russian_loss, ukrainian_loss, ally_attack_russian_loss, capability_floor,
    }
    /// The allies' efforts, their force and their autonomy.
    europe: Europe {
        force_baseline, force_backstop, force_exposure, force_peers, force_strength, force_likeness,
        threat_base, threat_exposure, us_protection, backstop_comfort, pooling,
        effort_response, effort_min, effort_max, effort_goal, effort_goal_quarters, compliance,
        effort_inertia, capability_rate, capability_base, capability_per_effort,
        autonomy_effort_floor, autonomy_effort_span, autonomy0, autonomy_rate, backstop_diversion,
    }
    /// Kyiv's capability, its shares of effort and the incidents on its soil.
    ukraine: Ukraine {
        stake, capability0, depreciation, build_rate, aid_rate,
        arming_weight, diplomacy_weight, lobbying_weight, hope_without_pledge,
        incident_base, moral_hazard, attribution, incident_grievance, grievance_decay,
    }
    /// When an alliance counts as tiered or ruptured (ODD 7.12).
    measure: Measure {
        tier_gap, tier_separation, tier_min_class, tier_stability, rupture_level, sustain,
        frontline_exposure,
    }
}

impl Default for Parameters {
    fn default() -> Self {
        let mut parameters = Self::UNSET;
        for row in PARAMETERS.iter() {
            if let Some(slot) = parameters.slot(&row.key) {
                *slot = row.default;
            }
        }
        parameters
    }
}

impl Parameters {
    /// Sets one parameter.
    ///
    /// # Errors
    ///
    /// An unknown key, or a value outside the parameter's domain; the set is then unchanged.
    pub fn set(&mut self, key: &str, value: f64) -> Result<(), ParameterError> {
        parameter(key)?.check(value)?;
        if let Some(slot) = self.slot(key) {
            *slot = value;
        }
        Ok(())
    }

    /// Checks each parameter against its domain, and the parameters against each other.
    ///
    /// # Errors
    ///
    /// A value outside its domain, or [`ParameterError::Order`] where the cutpoints of Washington's
    /// answer leave no band for a narrow one or the least effort exceeds the largest.
    pub fn check(&self) -> Result<(), ParameterError> {
        for (row, value) in PARAMETERS.iter().zip(self.values()) {
            row.check(value)?;
        }
        let ordered = [
            ("response.narrow_attack", "response.full_attack", NARROWEST_BAND),
            ("response.narrow_probe", "response.full_probe", NARROWEST_BAND),
            ("europe.effort_min", "europe.effort_max", 0.0),
        ];
        for (lower, upper, margin) in ordered {
            let (lower_value, upper_value) = (self.get(lower)?, self.get(upper)?);
            if upper_value - lower_value < margin {
                return Err(ParameterError::Order {
                    lower,
                    lower_value,
                    upper,
                    upper_value,
                    margin,
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_a_field_within_its_domain_and_no_field_is_left_out() {
        let parameters = Parameters::default();
        assert_eq!(parameters.values().count(), PARAMETERS.len());
        for (row, value) in PARAMETERS.iter().zip(parameters.values()) {
            assert_eq!((value, parameters.get(&row.key)), (row.default, Ok(row.default)));
            for value in [row.default, row.low, row.high] {
                row.check(value).unwrap();
            }
            assert!(row.low <= row.default && row.default <= row.high, "{}", row.key);
        }
        assert_eq!(parameters.check(), Ok(()));
    }

    #[test]
    fn a_parameter_set_by_its_place_is_the_one_of_its_key() {
        for (place, row) in PARAMETERS.iter().enumerate() {
            let mut parameters = Parameters::default();
            parameters.set_places([(place, row.high), (PARAMETERS.len(), 1.0)]);
            let mut by_key = Parameters::default();
            by_key.set(&row.key, row.high).unwrap();
            assert_eq!(parameters, by_key, "{}", row.key);
        }
    }

    #[test]
    fn values_outside_the_domain_are_refused_and_change_nothing() {
        let mut parameters = Parameters::default();
        for (key, value) in [
            ("learning.memory", 1.01),
            ("learning.memory", f64::NAN),
            ("russia.precision", f64::INFINITY),
            ("guarantee.pledge", 0.5),
            ("measure.sustain", 2.5),
            ("learning.memroy", 0.5),
        ] {
            assert!(parameters.set(key, value).is_err(), "{key} = {value}");
        }
        assert_eq!(parameters, Parameters::default());
    }

    #[test]
    fn cutpoints_that_leave_no_narrow_answer_are_refused() {
        let mut parameters = Parameters::default();
        parameters.set("response.narrow_attack", 0.0).unwrap();
        let message = parameters.check().unwrap_err().to_string();
        assert!(message.contains("`response.narrow_attack` (0) must be below"), "{message}");
    }
}
