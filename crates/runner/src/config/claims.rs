//! Hypotheses: what is claimed of an outcome, and by how much.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use article5_model::alliance::Alliance;

use super::Experiment;
use super::dates::{as_typed, must_be_within};
use super::document::Place;
use super::error::ConfigError;
use super::known::Known;
use super::names::{did_you_mean, refuse_hidden};
use super::scenarios::check_named;
use super::schema;
use crate::analysis::claims::Region;
use crate::outcome::{Outcome, Quantity, of_difference};
use crate::tally::Contrast;

/// The remedy for a share or a probability in percent.
pub(super) const FRACTIONS: &str =
    "probabilities and shares are written as fractions of 1, such as 0.3 for 30 %";

/// A hypothesis (section 8 of the model's ODD protocol).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimSpec {
    /// A short name, as in "H4".
    pub id: String,
    /// What is claimed, in a sentence.
    pub statement: String,
    /// The scenario that the claim is about.
    pub treatment: String,
    /// The scenario it is compared with, on the same shocks; if left out, the treatment alone is
    /// judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
    /// The risk or outcome compared; an ally's trust by its code, as in `trust_EST`.
    #[schemars(schema_with = "schema::outcome")]
    pub outcome: String,
    /// The outcome to divide by, mean by mean: the share of full answers is `full_answers_ukraine`
    /// per `answers_ukraine`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::outcome_alone")]
    pub per: Option<String>,
    /// The sign that is claimed for the effect (without a control, for the outcome itself).
    pub direction: Direction,
    /// The quarter that is judged; the last one if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::quarter")]
    pub quarter: Option<u32>,
    /// The quarter from which the change of the outcome is taken; the outcome itself if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::quarter")]
    pub since: Option<u32>,
    /// The least effect (or outcome) with which the claim still holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// The largest effect (or outcome) with which the claim still holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

/// The sign that is claimed for an effect.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Direction {
    /// Above 0, or `at_least`.
    Higher,
    /// Below 0, or `at_most`.
    Lower,
    /// No difference to speak of: within `at_least` and `at_most`.
    #[default]
    None,
}

impl Direction {
    /// The least and the largest effect that are claimed, given the bounds on them: 0 where a
    /// direction has none. `None` where no effect is too small, or too large.
    pub fn bounds(self, at_least: Option<f64>, at_most: Option<f64>) -> (Option<f64>, Option<f64>) {
        let zero_if = |claimed: Self| (self == claimed).then_some(0.0);
        (at_least.or(zero_if(Self::Higher)), at_most.or(zero_if(Self::Lower)))
    }
}

impl ClaimSpec {
    /// What is compared; `None` if the name is unknown, which never happens in a configuration that
    /// was read.
    pub fn quantity(&self, alliance: &Alliance) -> Option<Quantity> {
        Quantity::named(&self.outcome, alliance)
    }

    /// An interval cut down to what is possible, if the effect is a share or a difference of two.
    pub(crate) fn cut(&self, (low, high): (f64, f64), alliance: &Alliance) -> (f64, f64) {
        match self.limits(alliance).filter(|_| self.per.is_some()) {
            Some((least, most)) => (low.max(least), high.min(most)),
            None => (low, high),
        }
    }

    /// The effects that are claimed. A bound at the end of what is possible bounds nothing.
    pub fn region(&self, alliance: &Alliance) -> Region {
        let (low, high) = self.limits(alliance).unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        let (least, most) = self.direction.bounds(self.at_least, self.at_most);
        Region {
            least: least.filter(|&least| least > low).unwrap_or(f64::NEG_INFINITY),
            most: most.filter(|&most| most < high).unwrap_or(f64::INFINITY),
        }
    }

    /// Whether the claim is about a difference rather than a level.
    fn compares(&self) -> bool {
        self.control.is_some() || self.since.is_some()
    }

    /// The least and the largest effect (or outcome) possible whatever the parameters; `None` if it
    /// depends on them.
    fn limits(&self, alliance: &Alliance) -> Option<(f64, f64)> {
        let quantity = self.quantity(alliance)?;
        let own = match (quantity, &self.per) {
            (_, None) => quantity.limits(false)?,
            (Quantity::Outcome(part), Some(whole)) if part.is_part_of(Outcome::named(whole)?) => {
                (0.0, 1.0)
            }
            // The ratio of any other two means can have any size.
            (_, Some(_)) => return None,
        };
        let differences = usize::from(self.control.is_some()) + usize::from(self.since.is_some());
        Some((0..differences).fold(own, |ends, _| of_difference(ends)))
    }

    /// What the claim compares in an experiment; `None` if it names what does not exist there, which
    /// never happens in a configuration that was read.
    pub fn contrast(&self, experiment: &Experiment) -> Option<Contrast> {
        let place =
            |name: &str| experiment.scenarios.iter().position(|scenario| scenario.name == name);
        let control = match &self.control {
            Some(name) => Some(place(name)?),
            None => None,
        };
        let per = match &self.per {
            Some(name) => Some(Outcome::named(name)?),
            None => None,
        };
        Some(Contrast {
            treatment: place(&self.treatment)?,
            control,
            quantity: self.quantity(&experiment.alliance)?,
            quarter: self.quarter.unwrap_or(experiment.quarters),
            since: self.since,
            per,
        })
    }

    /// Checks the claim against what is known and the claims above it.
    pub(super) fn check(
        &self,
        known: &Known<'_>,
        above: &[Self],
        place: &Place<'_>,
    ) -> Result<(), ConfigError> {
        if self.id.trim().is_empty() {
            return Err(place.get("id").wrong("the claim's `id` is empty", "must be a short name"));
        }
        for (key, text) in [("id", &self.id), ("statement", &self.statement)] {
            refuse_hidden(text, &place.get(key))?;
        }
        if above.iter().any(|claim| claim.id == self.id) {
            return Err(place
                .get("id")
                .wrong(format!("there are two claims `{}`", self.id), "the second one")
                .help("give each claim an `id` of its own"));
        }
        let named = [("treatment", Some(&self.treatment)), ("control", self.control.as_ref())];
        for (key, name) in named.into_iter().filter_map(|(key, name)| Some((key, name?))) {
            check_named(name, known.scenarios, &place.get(key))?;
        }
        if self.control.as_ref() == Some(&self.treatment) {
            return Err(place.get("control").wrong(
                format!("`{}` is compared with itself", self.treatment),
                "must be a scenario other than the treatment",
            ));
        }
        known.check_outcome(&self.outcome, &place.get("outcome"))?;
        let quarters = known.quarters;
        if let Some(quarter) = self.quarter.filter(|quarter| !(1..=quarters).contains(quarter)) {
            let place = place.get("quarter");
            let quarter = as_typed(quarter, &place);
            return Err(
                place.wrong(format!("`quarter` is {quarter}"), must_be_within(quarters, &place))
            );
        }
        self.check_form(quarters, place)?;
        self.check_bounds(known.alliance, place)
    }

    /// Checks what the outcome is divided by, and since when it changes.
    fn check_form(&self, quarters: u32, place: &Place<'_>) -> Result<(), ConfigError> {
        if let Some(per) = &self.per
            && Outcome::named(per).is_none()
        {
            let names: Vec<&str> = Outcome::ALL.into_iter().map(Outcome::name).collect();
            return Err(place
                .get("per")
                .wrong(format!("there is no outcome `{per}`"), "unknown outcome")
                .help(did_you_mean(per, &names, "it may be one of")));
        }
        if self.per.as_ref() == Some(&self.outcome) {
            return Err(place
                .get("per")
                .wrong(format!("`{}` is divided by itself", self.outcome), "the outcome itself")
                .help("name another outcome, or leave `per` out"));
        }
        let Some(since) = self.since else { return Ok(()) };
        let end = self.quarter.unwrap_or(quarters);
        if !(1..end).contains(&since) {
            let label = if since == 0 { "before the run" } else { "too late" };
            let end = as_typed(end, &place.get("quarter"));
            let place = place.get("since");
            let since = as_typed(since, &place);
            return Err(place
                .wrong(format!("`since` is {since}, and the claim is about quarter {end}"), label)
                .help("the change is measured from an earlier quarter, 1 or later"));
        }
        if self.per.is_some() {
            return Err(place
                .get("since")
                .wrong("a claim about a ratio has no `since`", "not with `per`")
                .help("leave `since` or `per` out"));
        }
        Ok(())
    }

    fn check_bounds(&self, alliance: &Alliance, place: &Place<'_>) -> Result<(), ConfigError> {
        // With a band around 0 a claim says that a level is next to nothing.
        let around_0 = !self.compares() && self.direction == Direction::None;
        let limits = self.limits(alliance);
        let possible = if around_0 { limits.map(of_difference) } else { limits };
        check_thresholds(self.at_least, self.at_most, possible, place)?;
        let region = self.region(alliance);
        self.check_band(region, place)?;
        self.check_direction(alliance, place)?;
        let Region { least, most } = region;
        if least == f64::NEG_INFINITY && most == f64::INFINITY {
            return Err(place
                .get(self.bound())
                .wrong("the claim allows every possible effect", "always holds")
                .help("claim something that could be false, as in `at_most = 0.05`"));
        }
        if limits.is_some_and(|(low, high)| least >= high || most <= low) {
            return Err(place
                .get(self.bound())
                .wrong("the claim allows no possible effect", "never holds")
                .help("claim something that could be true, as in `at_most = 0.05`"));
        }
        Ok(())
    }

    /// The bound that is blamed if the two together are at fault.
    fn bound(&self) -> &'static str {
        if self.at_most.is_some() { "at_most" } else { "at_least" }
    }

    /// Checks that the claim holds with some effect, and a claim of no difference with 0.
    fn check_band(
        &self,
        Region { least, most }: Region,
        place: &Place<'_>,
    ) -> Result<(), ConfigError> {
        if least >= most {
            return Err(place
                .get(self.bound())
                .wrong(format!("no effect is above {least} and below {most}"), "never holds")
                .help(
                    "without a bound of its own, `higher` means above 0 and `lower` below 0; the \
                     bounds themselves are excluded",
                ));
        }
        if self.direction == Direction::None && self.compares() && !(least < 0.0 && most > 0.0) {
            return Err(place
                .get("direction")
                .wrong("the band of a claim of no difference must contain 0", "0 is outside")
                .help("claim `higher` or `lower` with these bounds"));
        }
        Ok(())
    }

    /// Checks that the direction has the bounds that it needs.
    fn check_direction(&self, alliance: &Alliance, place: &Place<'_>) -> Result<(), ConfigError> {
        let limits = self.quantity(alliance).and_then(|quantity| quantity.limits(false));
        let level = !(self.compares() || limits.is_some_and(|(least, _)| least < 0.0));
        match (self.direction, self.at_least, self.at_most) {
            (Direction::Higher, None, _) | (Direction::Lower, _, None) if level => {
                let key = if self.direction == Direction::Higher { "at_least" } else { "at_most" };
                Err(place
                    .get("direction")
                    .wrong(
                        format!("`{}` by itself is never below 0", self.outcome),
                        "compared with nothing",
                    )
                    .help(format!("add `{key}`, or a `control` to compare it with")))
            }
            (Direction::None, least, most) if least.is_none() || most.is_none() => Err(place
                .get("direction")
                .wrong("a claim of no difference needs a band", "no band is given")
                .help(
                    "add `at_least` and `at_most`, the band within which a difference is negligible",
                )),
            _ => Ok(()),
        }
    }
}

/// Checks the bounds of a quantity that lies within `possible`.
pub(super) fn check_thresholds(
    least: Option<f64>,
    most: Option<f64>,
    possible: Option<(f64, f64)>,
    place: &Place<'_>,
) -> Result<(), ConfigError> {
    let (low, high) = possible.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    for (key, bound) in [("at_least", least), ("at_most", most)] {
        let Some(bound) = bound else { continue };
        if !bound.is_finite() {
            let message = format!("`{key}` is not finite");
            return Err(place.get(key).wrong(message, "must be a number"));
        }
        if !(low..=high).contains(&bound) {
            let label = format!("must be {low} to {high}");
            return Err(place.get(key).wrong(format!("`{key}` is {bound}"), label).help(FRACTIONS));
        }
    }
    match (least, most) {
        (Some(least), Some(most)) if least > most => Err(place.get("at_most").wrong(
            format!("`at_most` ({most}) is below `at_least` ({least})"),
            "nothing can be both",
        )),
        _ => Ok(()),
    }
}
