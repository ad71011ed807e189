//! Reading a members table: what is wrong with it.

use super::{AllianceError, Member, REQUIRED_COLUMNS, TILE_COLUMNS, UKRAINE};
use crate::csv_fault::line_of;

/// The last column and row of the tile map: no chart can show more tiles in a line. A mistyped
/// digit would shrink all the others to a speck.
const LAST_TILE: u32 = 99;

/// Half of the Earth's circumference, kilometres: whatever is further is in another unit.
const LONGEST_DISTANCE_KM: f64 = 20_015.0;

/// The most US troops in one ally, thousands. All US active forces are fewer, so a larger number counts
/// heads.
const MAX_TROOPS_K: f64 = 1400.0;

/// The gross product of the world in 2025, rounded up, billion US dollars (IMF, World Economic Outlook).
const MAX_GDP_USD_BN: f64 = 120_000.0;

/// Nowhere does so small a share of a public trust in US protection, percent: where every ally is at or
/// below it, the column holds fractions.
pub const MIN_TRUST_PCT: f64 = 1.0;

/// No state with forces spends so little, percent of GDP: where no ally spends more, the column holds
/// fractions.
pub const MIN_SPENDING_PCT: f64 = 0.2;

/// Actors that the model has beside the allies.
const NO_ALLIES: [&str; 3] = [UKRAINE, "USA", "RUS"];

/// The error of a table that cannot be read.
pub(super) fn unreadable(
    table: &[u8],
    header: Option<&csv::StringRecord>,
) -> impl Fn(csv::Error) -> AllianceError {
    move |error| {
        let line = line_of(table, error.position());
        let column = match error.kind() {
            csv::ErrorKind::Deserialize { err, .. } => err
                .field()
                .and_then(|field| header?.get(usize::try_from(field).ok()?))
                .map(str::to_owned),
            _ => None,
        };
        AllianceError::Unreadable { line, column, source: error }
    }
}

/// Checks that each column that must be there is, and none that counts occurs twice.
pub(super) fn check_header(header: &csv::StringRecord) -> Result<(), AllianceError> {
    let times = |column: &str| header.iter().filter(|name| *name == column).count();
    if let Some(column) = REQUIRED_COLUMNS.into_iter().find(|column| times(column) == 0) {
        return Err(AllianceError::MissingColumn { column });
    }
    let repeated = REQUIRED_COLUMNS.into_iter().chain(TILE_COLUMNS).find(|name| times(name) > 1);
    repeated.map_or(Ok(()), |column| Err(AllianceError::RepeatedColumn { column }))
}

/// Checks one row.
pub(super) fn check(member: &Member, line: impl Fn() -> u64) -> Result<(), AllianceError> {
    if let Some(Wrong { column, value, wanted }) =
        wrong_name(member).or_else(|| wrong_number(member)).or_else(|| wrong_flag_or_tile(member))
    {
        let iso3 = member.iso3.clone();
        return Err(AllianceError::Invalid { line: line(), column, iso3, value, wanted });
    }
    let distance = member.distance_capital_to_russia_km;
    let by_1000 = "divide the column by 1000";
    for (column, value, most, unit, remedy) in [
        ("us_troops_k", member.us_troops_k, MAX_TROOPS_K, "thousands of soldiers", by_1000),
        ("distance_capital_to_russia_km", distance, LONGEST_DISTANCE_KM, "kilometres", by_1000),
        (
            "gdp_usd_bn",
            member.gdp_usd_bn,
            MAX_GDP_USD_BN,
            "billions of US dollars",
            "divide the column by 1000000000 if it holds dollars, by 1000 if millions",
        ),
    ] {
        if value > most {
            return Err(AllianceError::Unit {
                line: line(),
                column,
                found: format!("of {} is {value}", member.iso3),
                unit,
                remedy,
            });
        }
    }
    Ok(())
}

/// A field that cannot be.
struct Wrong {
    column: &'static str,
    value: String,
    wanted: &'static str,
}

fn wrong(column: &'static str, value: impl ToString, wanted: &'static str) -> Option<Wrong> {
    Some(Wrong { column, value: value.to_string(), wanted })
}

fn wrong_name(Member { iso3, name, .. }: &Member) -> Option<Wrong> {
    if iso3.len() != 3 || !iso3.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return wrong("iso3", iso3, "three capital letters");
    }
    if NO_ALLIES.contains(&iso3.as_str()) {
        return wrong("iso3", iso3, "an ally: this one is in the model by itself");
    }
    if name.is_empty() || name.contains(char::is_control) {
        return wrong("name", name.escape_debug(), "a name on one line");
    }
    None
}

fn wrong_number(member: &Member) -> Option<Wrong> {
    let finite_from_0 = |value: f64| value.is_finite() && value >= 0.0;
    let numbers = [
        ("gdp_usd_bn", member.gdp_usd_bn, "above 0", member.gdp_usd_bn > 0.0),
        ("us_troops_k", member.us_troops_k, "0 or more", true),
        ("distance_capital_to_russia_km", member.distance_capital_to_russia_km, "0 or more", true),
        (
            "defence_share_gdp_2025e",
            member.defence_share_gdp_2025e,
            "a percentage, 0 to 100",
            member.defence_share_gdp_2025e <= 100.0,
        ),
        (
            "trust_prior_pct",
            member.trust_prior_pct,
            "a percentage, above 0 and below 100",
            // As a share, so that what is too small for one is refused as well.
            member.trust() > 0.0 && member.trust() < 1.0,
        ),
    ];
    for (column, value, wanted, holds) in numbers {
        if !(finite_from_0(value) && holds) {
            return wrong(column, value, wanted);
        }
    }
    if member.force_caution.is_finite() {
        None
    } else {
        wrong("force_caution", member.force_caution, "a finite number")
    }
}

fn wrong_flag_or_tile(member: &Member) -> Option<Wrong> {
    for (column, flag) in [
        ("land_border_with_russia", member.land_border_with_russia),
        ("nuclear_weapons_state", member.nuclear_weapons_state),
    ] {
        if flag > 1 {
            return wrong(column, flag, "0 or 1");
        }
    }
    for (column, tile) in [("tile_col", member.tile_col), ("tile_row", member.tile_row)] {
        if let Some(tile) = tile.filter(|&tile| tile > LAST_TILE) {
            return wrong(column, tile, "a place on the tile map, 0 to 99");
        }
    }
    None
}

/// Checks that percentages are not fractions, which only a whole column can tell; the first row is on
/// `line`.
pub(super) fn check_units(members: &[Member], line: u64) -> Result<(), AllianceError> {
    let most = |value: fn(&Member) -> f64| members.iter().map(value).fold(0.0, f64::max);
    let fractions = |column, most: f64, unit| {
        Err(AllianceError::Unit {
            line,
            column,
            found: format!("is at most {most} in every row"),
            unit,
            remedy: "multiply the column by 100",
        })
    };
    let trust = most(|member| member.trust_prior_pct);
    if trust > 0.0 && trust <= MIN_TRUST_PCT {
        return fractions("trust_prior_pct", trust, "per cent of the public, as in 45");
    }
    // An alliance without any forces spends nothing, in every unit.
    let spending = most(|member| member.defence_share_gdp_2025e);
    if spending > 0.0 && spending < MIN_SPENDING_PCT {
        return fractions("defence_share_gdp_2025e", spending, "per cent of GDP, as in 2.1");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::alliance::{Alliance, AllianceError, REQUIRED_COLUMNS};

    fn table(rows: &[&str], end: &str) -> String {
        let header = REQUIRED_COLUMNS.join(",");
        [&[header.as_str()], rows].concat().join(end)
    }

    #[test]
    fn a_column_twice_is_refused_in_the_header() {
        let table = table(&["DEU,Germany,4700,35,0,1000,2.4,0,45,0.4"], "\n");
        for column in ["us_troops_k", "tile_row"] {
            let again = table.replace('\n', &format!(",{column},tile_row\n")) + ",3,3";
            let error = Alliance::from_csv(again.as_bytes()).unwrap_err();
            assert_eq!((error.line(), error.column()), (Some(1), Some(column)));
        }
    }

    #[test]
    fn columns_in_another_unit_are_refused_with_the_unit_and_the_remedy() {
        let read = |changes: &[(&str, &str)]| {
            let rows =
                ["DEU,Germany,4700,35,0,1000,2.4,0,45,0.4", "ISL,Iceland,38,0,0,2900,0,0,43,0.4"];
            let mut table = table(&rows, "\n");
            for (right, wrong) in changes {
                table = table.replace(right, wrong);
            }
            Alliance::from_csv(table.as_bytes())
        };
        assert!(read(&[]).is_ok());
        for (changes, column, unit, remedy) in [
            (
                &[(",45,", ",0.45,"), (",43,", ",0.43,")][..],
                "trust_prior_pct",
                "per cent",
                "multiply the column by 100",
            ),
            (
                &[(",2.4,", ",0.024,")],
                "defence_share_gdp_2025e",
                "per cent of GDP",
                "multiply the column by 100",
            ),
            (
                &[(",35,", ",35000,")],
                "us_troops_k",
                "thousands of soldiers",
                "divide the column by 1000",
            ),
            (
                &[(",4700,", ",4700000,")],
                "gdp_usd_bn",
                "billions of US dollars",
                "divide the column by 1000000000 if it holds dollars, by 1000 if millions",
            ),
        ] {
            let error = read(changes).unwrap_err();
            assert_eq!((error.line(), error.column()), (Some(2), Some(column)));
            assert!(error.to_string().contains(unit), "{error}");
            assert!(matches!(error, AllianceError::Unit { remedy: told, .. } if told == remedy));
        }
    }

    #[test]
    fn small_percentages_of_some_and_spending_of_none_are_no_fractions() {
        let rows =
            ["DEU,Germany,4700,1400,0,1000,0,0,0.5,0.4", "FRA,France,3300,0,0,1900,0,1,45,0.4"];
        assert!(Alliance::from_csv(table(&rows, "\n").as_bytes()).is_ok());
    }

    #[test]
    fn a_name_that_would_control_a_terminal_is_refused_and_shown_escaped() {
        let table = table(&["DEU,Ger\x1b[31mmany,4700,35,0,1000,2.4,0,45,0.4"], "\n");
        let error = Alliance::from_csv(table.as_bytes()).unwrap_err();
        assert_eq!((error.line(), error.column()), (Some(2), Some("name")));
        assert!(error.to_string().contains(r"Ger\u{1b}[31mmany"), "{error}");
    }

    #[test]
    fn a_tile_far_from_the_others_is_refused() {
        let table = |column: &str| {
            let header = REQUIRED_COLUMNS.join(",");
            format!(
                "{header},tile_col,tile_row\nDEU,Germany,4700,35,0,1000,2.4,0,45,0.4,{column},3"
            )
        };
        assert_eq!(Alliance::from_csv(table("99").as_bytes()).unwrap().len(), 1);
        let error = Alliance::from_csv(table("5000").as_bytes()).unwrap_err();
        assert_eq!(error.line(), Some(2));
        assert!(error.to_string().contains("tile_col"), "{error}");
    }

    #[test]
    fn a_fault_is_at_its_line_whatever_ends_the_lines() {
        let rows =
            ["DEU,Germany,4700,35,0,1000,2.4,0,45,0.4", "", "FRA,France,-1,0,0,1900,2,1,45,0.4"];
        for end in ["\n", "\r\n", "\r"] {
            let error = Alliance::from_csv(table(&rows, end).as_bytes()).unwrap_err();
            assert_eq!(error.line(), Some(4), "{error}");
            let word = rows.map(|row| row.replace("-1", "much"));
            let error =
                Alliance::from_csv(table(&word.each_ref().map(String::as_str), end).as_bytes());
            assert_eq!(error.unwrap_err().line(), Some(4));
        }
    }
}
