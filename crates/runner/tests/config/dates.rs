//! Quarters by date.

use super::read;

/// A file with quarters wherever there can be some; `start` and these quarters are left open.
fn text(start: &str, quarters: [&str; 7]) -> String {
    let [event, inline, claim, since, first, second, third] = quarters;
    format!(
        "name = \"a\"\nreplicates = 20\nquarters = 12\n{start}scenarios = [\"ironclad\"]\n\
         [output]\nquarters = [2, {first}]\ncover_quarters = [{second}]\ncomparison_quarters = [{third}, 3]\n\
         [[claim]]\nid = \"a\"\nstatement = \"s\"\ntreatment = \"ironclad\"\noutcome = \"trust_mean\"\n\
         direction = \"lower\"\nat_most = 0.2\nquarter = {claim}\nsince = {since}\n\
         [[scenario]]\nname = \"b\"\nevent = [{{ quarter = {inline}, kind = \"policy\", pledge = false }}]\n\
         [[scenario]]\nname = \"c\"\n[[scenario.event]]\nquarter = {event}\nkind = \"policy\"\narms = 2\n"
    )
}

#[test]
fn a_quarter_by_its_date_is_the_one_counted_from_the_start() {
    let numbers = ["12", "5", "8", "1", "9", "4", "10"];
    let by_date = |start: &str, dates: [&str; 7]| {
        let dates = dates.map(|date| format!("\"{date}\""));
        read(&text(start, dates.each_ref().map(String::as_str))).unwrap()
    };
    let start = "start = \"2027-Q3\"\n";
    let dates = ["2030-Q2", "2028-Q3", "2029-Q2", "2027-Q3", "2029-Q3", "2028-Q2", "2029-Q4"];
    let (counted, dated) = (read(&text(start, numbers)).unwrap(), by_date(start, dates));
    assert_eq!(dated, counted);
    assert_eq!(dated.hash(), counted.hash());
    assert_eq!(dated.to_toml(), counted.to_toml());
    // Without a start, from the one that a configuration has if it names none.
    let dates = ["2028-Q4", "2027-Q1", "2027-Q4", "2026-Q1", "2028-Q1", "2026-Q4", "2028-Q2"];
    assert_eq!(by_date("", dates), read(&text("", numbers)).unwrap());
}

#[test]
fn the_first_election_can_be_given_by_its_date_for_all_scenarios_or_one() {
    let of = |first: &str, own: &str| {
        let text = format!(
            "name = \"a\"\nstart = \"2027-Q1\"\nparameters.politics.first_inauguration = {first}\n\
             [[scenario]]\nname = \"b\"\n[[scenario]]\nname = \"c\"\n\
             [scenario.parameters.politics]\nfirst_inauguration = {own}\n"
        );
        read(&text).unwrap()
    };
    assert_eq!(of("\"2028-Q4\"", "\"2032-Q4\""), of("8", "24"));
}

#[test]
fn the_first_election_can_vary_between_dates() {
    let of = |table: &str, [first, last]: [&str; 2], form: &str| {
        let values = form.replace("FIRST", first).replace("LAST", last);
        read(&format!(
            "name = \"a\"\nstart = \"2027-Q1\"\nscenarios = [\"no-guarantee\", \"article5-like\"]\n\
             {table}\n\"politics.first_inauguration\" = {values}\n"
        ))
    };
    let (values, ends) = ("{ values = [FIRST, LAST] }", "{ low = FIRST, high = LAST }");
    let grid = "[design]\nkind = \"grid\"\nlevels = 3\n[design.vary]";
    let claim = "[[claim]]\nid = \"a\"\nstatement = \"s\"\ntreatment = \"no-guarantee\"\n\
                 outcome = \"trust_mean\"\ndirection = \"lower\"\nat_most = 0.2\n[space.ranges]";
    for (table, form) in
        [(grid, values), (grid, ends), ("[uncertainty.ranges]", ends), (claim, ends)]
    {
        let dated = of(table, ["\"2028-Q4\"", "\"2032-Q4\""], form).unwrap();
        assert_eq!(dated, of(table, ["8", "24"], form).unwrap(), "{table}");
        let error = of(table, ["\"2028-Q5\"", "24"], form).unwrap_err();
        assert!(error.remedy().unwrap().contains("as in \"2026-Q1\""), "{error:?}");
        let error = of(table, ["\"2026-Q4\"", "24"], form).unwrap_err();
        assert!(error.to_string().contains("2026-Q4, before the run"), "{error}");
    }
}

#[test]
fn what_is_wrong_with_dates_to_vary_over_is_told_in_dates() {
    let refused = |what: &str| {
        read(&format!(
            "name = \"a\"\nscenarios = [\"no-guarantee\"]\n[design]\nkind = \"sobol\"\npoints = 4\n\
             [design.vary]\n\"politics.first_inauguration\" = {{ {what} }}\n"
        ))
        .unwrap_err()
    };
    let order = refused("low = \"2027-Q3\", high = \"2027-Q1\"").to_string();
    assert!(order.ends_with("is 2027-Q3 to 2027-Q1"), "{order}");
    let single = refused("values = \"2027-Q1\"");
    assert!(single.to_string().contains("the text \"2027-Q1\" where an array"), "{single}");
    assert_eq!(single.remedy(), Some("write it in brackets, as in [\"2027-Q1\"]"));
}

#[test]
fn a_date_leaves_every_other_fault_in_its_place() {
    let dates = "[[scenario]]\nname = \"b\"\nevent = [{ quarter = \"2027-Q1\", kind = \"policy\", arms = \"2\" }]\n";
    let error = read(&format!("name = \"a\"\n{dates}")).unwrap_err();
    assert_eq!(error.place(), Some(("test.toml", 4, 57)));
    let dates = dates.replace("\"policy\"", "7");
    let error = read(&format!("name = \"a\"\n{dates}")).unwrap_err();
    assert_eq!(error.place(), Some(("test.toml", 4, 40)));
    assert!(error.remedy().unwrap().contains("`statement`"), "{error:?}");
    // What is wrong with the start is said of the start.
    let error = read(&text("start = \"2027\"\n", ["\"2030-Q2\""; 7])).unwrap_err();
    assert!(error.to_string().contains("`start` is not a calendar quarter"), "{error}");
}
