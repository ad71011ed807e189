//! What is worth knowing about a members table that is not the built-in one.

use article5_model::alliance::{Alliance, MIN_SPENDING_PCT, MIN_TRUST_PCT, Member};
use article5_model::parameters::parameter;
use article5_model::scenario::Scenario;

use super::Experiment;
use super::names::first_few;
use super::settings::set_in;
use crate::numbers::{number, shortest};

/// The stake of Ukraine, on the scale of the allies' stakes.
const UKRAINE_STAKE: &str = "ukraine.stake";

/// What its default was computed from: GDP in billion USD, and thousands of US troops
/// (`parameters.csv`).
const UKRAINE_GDP_USD_BN: f64 = 190.7;
const UKRAINE_TROOPS_K: f64 = 0.016;

/// A stake, which is shown with two decimals, is mentioned if it differs by more than this.
const TOLD_FROM: f64 = 0.05;

/// How many allies a list names.
const NAMED: usize = 6;

impl Experiment {
    /// Says what is worth knowing, in one sentence each; nothing about the built-in table.
    pub(super) fn about_the_table(&self) -> Vec<String> {
        let nato = Alliance::nato();
        let Some(changes) = changes(&nato, &self.alliance) else { return Vec::new() };
        let mut remarks = vec![format!("the members table is not the built-in one: {changes}")];
        if self.alliance.len() != nato.len() {
            remarks.push(format!(
                "the more allies, the more of them Moscow may challenge: `russia.*` was tuned for {}, and \
                 here there {}",
                nato.len(),
                match self.alliance.len() {
                    1 => "is 1".to_owned(),
                    allies => format!("are {allies}"),
                }
            ));
        }
        remarks.extend(self.small_percentages());
        remarks.extend(self.beyond_the_most_effort());
        remarks.extend(self.stake_of_another_scale());
        remarks.extend(self.tiles_that_clash());
        remarks
    }

    /// Warns if an ally has a percentage so small that it may be meant as a fraction.
    fn small_percentages(&self) -> Option<String> {
        let small = |value: f64, least: f64| 0.0 < value && value < least;
        let told = self.alliance.members().iter().flat_map(|member| {
            let Member { iso3, trust_prior_pct, defence_share_gdp_2025e, .. } = member;
            [
                ("trust_prior_pct", *trust_prior_pct, MIN_TRUST_PCT),
                ("defence_share_gdp_2025e", *defence_share_gdp_2025e, MIN_SPENDING_PCT),
            ]
            .into_iter()
            .filter(|(_, value, least)| small(*value, *least))
            .map(move |(column, value, _)| format!("`{column}` of {iso3} ({value})"))
        });
        let told: Vec<String> = told.collect();
        (!told.is_empty())
            .then(|| format!("read as percentages, not as fractions: {}", first_few(&told, NAMED)))
    }

    /// Warns if an ally starts above the most that an ally may spend, to which it then falls.
    fn beyond_the_most_effort(&self) -> Option<String> {
        let most = 100.0 * self.least("europe.effort_max")?;
        let beyond =
            self.alliance.members().iter().filter(|own| own.defence_share_gdp_2025e > most);
        let told = beyond.map(|own| format!("{} ({} %)", own.iso3, own.defence_share_gdp_2025e));
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| {
            format!(
                "allies that start above `europe.effort_max` ({} % of GDP), to which they fall: {}",
                shortest(most),
                first_few(&told, NAMED)
            )
        })
    }

    /// Warns if Ukraine's stake is the default, which is on the scale of the built-in table.
    fn stake_of_another_scale(&self) -> Option<String> {
        let default = parameter(UKRAINE_STAKE).ok()?.default;
        let stake = self.alliance.stake_of(UKRAINE_GDP_USD_BN, UKRAINE_TROOPS_K);
        let kept = |own: &Scenario| set_in(own, UKRAINE_STAKE).is_none_or(|set| set == default);
        let kept = self.varied(UKRAINE_STAKE).is_none() && self.scenarios.iter().any(kept);
        let matters = (stake - default).abs() > TOLD_FROM;
        (matters && kept).then(|| {
            format!(
                "`{UKRAINE_STAKE}` is {}, Washington's interest on the scale of the built-in table: on the \
                 scale of this one the same GDP and troops come to {}",
                number(default, 2),
                number(stake, 2)
            )
        })
    }

    /// Warns if two allies have the same tile of the map.
    fn tiles_that_clash(&self) -> Option<String> {
        let members = self.alliance.members();
        let tile = |member: &Member| member.tile_col.zip(member.tile_row);
        members.iter().enumerate().find_map(|(place, member)| {
            let own = tile(member)?;
            let other = members.iter().take(place).find(|other| tile(other) == Some(own))?;
            Some(format!(
                "{} and {} have the same tile ({}, {}): maps put the allies in the order of the table",
                other.iso3, member.iso3, own.0, own.1
            ))
        })
    }
}

/// How a table differs from another in what the model reads; `None` if it does not.
fn changes(from: &Alliance, to: &Alliance) -> Option<String> {
    // The codes of the one that the other has, or has not.
    let codes = |own: &Alliance, other: &Alliance, has: bool| -> Vec<String> {
        let members = own.members().iter();
        let asked = members.filter(|member| other.position(&member.iso3).is_some() == has);
        asked.map(|member| member.iso3.clone()).collect()
    };
    let changed = to.members().iter().filter_map(|member| {
        let before = from.members().get(from.position(&member.iso3)?)?;
        let columns = differing(before, member);
        (!columns.is_empty()).then(|| format!("{} ({})", member.iso3, columns.join(", ")))
    });
    let lists = [
        ("with", codes(to, from, false)),
        ("without", codes(from, to, false)),
        ("changed", changed.collect()),
    ];
    let mut told: Vec<String> = lists
        .into_iter()
        .filter(|(_, list)| !list.is_empty())
        .map(|(words, list)| format!("{words} {}", first_few(&list, NAMED)))
        .collect();
    // In the table's order, the first ally whose cumulative share exceeds a draw is challenged.
    let moved = codes(from, to, true) != codes(to, from, true);
    told.extend(moved.then(|| "in another order".to_owned()));
    (!told.is_empty()).then(|| told.join("; "))
}

/// The columns that the model reads and that differ.
fn differing(before: &Member, after: &Member) -> Vec<&'static str> {
    let columns = [
        ("gdp_usd_bn", before.gdp_usd_bn != after.gdp_usd_bn),
        ("us_troops_k", before.us_troops_k != after.us_troops_k),
        (
            "land_border_with_russia",
            before.land_border_with_russia != after.land_border_with_russia,
        ),
        (
            "distance_capital_to_russia_km",
            before.distance_capital_to_russia_km != after.distance_capital_to_russia_km,
        ),
        (
            "defence_share_gdp_2025e",
            before.defence_share_gdp_2025e != after.defence_share_gdp_2025e,
        ),
        ("nuclear_weapons_state", before.nuclear_weapons_state != after.nuclear_weapons_state),
        ("trust_prior_pct", before.trust_prior_pct != after.trust_prior_pct),
        ("force_caution", before.force_caution != after.force_caution),
    ];
    columns.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// What is said of the built-in table after a change.
    fn told(change: fn(&mut Vec<Member>)) -> Vec<String> {
        let text = "name = \"a\"\nscenarios = [\"article5-like\"]";
        let mut experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
        let mut members = experiment.alliance.members().to_vec();
        change(&mut members);
        experiment.alliance = Alliance::new(members).unwrap();
        experiment.about_the_table()
    }

    #[test]
    fn nothing_is_told_of_the_built_in_table_or_of_names_and_tiles() {
        assert_eq!(told(|_| ()), Vec::<String>::new());
        assert_eq!(told(|members| members[0].name = "Illyria".to_owned()), Vec::<String>::new());
    }

    #[test]
    fn what_another_table_changes_is_told() {
        let remarks = told(|members| {
            members.retain(|member| member.iso3 != "POL");
            let new = Member { iso3: "AUT".to_owned(), ..members[3].clone() };
            members.push(new);
            members[0].us_troops_k += 0.001;
        });
        let [changes, clash] = remarks.as_slice() else { panic!("{remarks:?}") };
        assert!(
            changes.ends_with("one: with AUT; without POL; changed ALB (us_troops_k)"),
            "{changes}"
        );
        assert!(clash.contains(" and AUT have the same tile"), "{clash}");
    }

    #[test]
    fn another_order_is_told_for_moscow_chooses_in_it() {
        let [changes] = told(|members| members.swap(3, 7)).try_into().unwrap();
        assert!(changes.ends_with("not the built-in one: in another order"), "{changes}");
    }

    #[test]
    fn what_looks_like_a_fraction_or_does_not_last_is_told() {
        let remarks = told(|members| {
            members[0].trust_prior_pct = 0.55;
            members[1].defence_share_gdp_2025e = 0.0896;
            members[2].defence_share_gdp_2025e = 8.96;
        });
        let [_, small, beyond] = remarks.as_slice() else { panic!("{remarks:?}") };
        assert!(
            small.ends_with(
                ": `trust_prior_pct` of ALB (0.55), `defence_share_gdp_2025e` of BEL (0.0896)"
            ),
            "{small}"
        );
        assert!(beyond.ends_with("(6 % of GDP), to which they fall: BGR (8.96 %)"), "{beyond}");
    }

    #[test]
    fn the_stake_of_ukraine_is_told_where_the_scale_is_another() {
        // For the eight largest by GDP, worked out from the table in Python: −3.8186.
        let remarks = told(|members| {
            members.sort_by(|a, b| b.gdp_usd_bn.total_cmp(&a.gdp_usd_bn));
            members.truncate(8);
        });
        let [_, count, stake] = remarks.as_slice() else { panic!("{remarks:?}") };
        assert!(count.ends_with("tuned for 31, and here there are 8"), "{count}");
        assert!(stake.ends_with("come to −3.82"), "{stake}");
    }
}
