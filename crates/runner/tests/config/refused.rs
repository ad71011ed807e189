//! Wrong files, each with the message it gives as a snapshot.

use std::fs;
use std::path::{MAIN_SEPARATOR, Path};

use article5_runner::config::{ConfigError, Experiment, read_alliance};
use miette::{GraphicalReportHandler, GraphicalTheme};
use proptest::prelude::*;

use super::accepted::again;
use super::{FOLDER, WHOLE};

/// The message as the command shows it, without colour and without the path of this folder.
fn rendered(error: &ConfigError) -> String {
    let mut text = String::new();
    GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .with_width(100)
        .with_links(false)
        .render_report(&mut text, error)
        .unwrap();
    let text = text.replace(&format!("{FOLDER}{MAIN_SEPARATOR}"), "").replace(FOLDER, "FOLDER");
    // Each system has its own words for a file that is not there.
    let not_there = std::io::Error::from_raw_os_error(2).to_string();
    text.replace(&not_there, "No such file or directory (os error 2)")
}

#[test]
fn every_wrong_file_gives_one_message_with_its_place_and_remedy() {
    let mut files: Vec<_> = fs::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    assert!(files.len() >= 30);
    for path in files {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let error = Experiment::read(&path).expect_err(&name);
        insta::assert_snapshot!(name, rendered(&error));
    }
}

#[test]
fn what_is_no_file_of_text_is_refused_in_one_message() {
    let folder = tempfile::tempdir().unwrap();
    let latin = folder.path().join("latin1.toml");
    fs::write(&latin, b"name = \"x\"\nstart = \"\xfc\"\n").unwrap();
    let messages = [
        (Path::new(FOLDER).to_owned(), "is a folder"),
        (folder.path().join("none.toml"), "cannot read"),
        (latin, "is not UTF-8 text"),
    ];
    for (path, said) in messages {
        let error = Experiment::read(&path).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
        assert!(error.remedy().is_some());
    }
}

#[test]
fn a_line_of_ten_megabytes_is_shown_in_part() {
    let ten_megabytes = "x".repeat(10_000_000);
    let long = "x".repeat(100_000);
    for text in [
        format!("name = \"{ten_megabytes}\""),
        format!("name = \"x\"\nscenarios = [\"{long}\"]"),
        format!("name = \"x\"\n{long} = 1"),
        format!("name = \"x\"\nseed = \"{long}\""),
        format!("name = \"x\"\nseed = {long}"),
        format!("name = \"x\"\n[parameters.learning]\n{long} = 1"),
        format!("name = \"x\"\n[parameters.{long}]\nmemory = 1"),
        format!("{long}\nname = \"x\""),
    ] {
        let shown = rendered(&super::read(&text).unwrap_err());
        assert!(shown.chars().count() < 2000, "{shown:.2000}");
    }
}

#[test]
fn a_broken_members_table_is_shown_by_its_own_line() {
    let place = |file: &str| {
        let text = format!("name = \"x\"\nscenarios = [\"ironclad\"]\nmembers = \"{file}\"");
        let error = super::read(&text).unwrap_err();
        let (name, line, column) = error.place().unwrap();
        // As one would open it, wherever the configuration is.
        assert_eq!(Path::new(name), Path::new(FOLDER).join(file));
        (Path::new(name).file_name().unwrap().to_str().unwrap().to_owned(), line, column)
    };
    assert_eq!(place("not_a_number.csv"), ("not_a_number.csv".to_owned(), 3, 14));
    assert_eq!(place("twice.csv"), ("twice.csv".to_owned(), 4, 1));
    assert_eq!(place("empty_row.csv"), ("empty_row.csv".to_owned(), 4, 1));
    let folder = tempfile::tempdir().unwrap();
    for end in ["\r\n", "\r"] {
        let text = fs::read_to_string(Path::new(FOLDER).join("twice.csv")).unwrap();
        let path = folder.path().join("members.csv");
        fs::write(&path, text.replace('\n', end)).unwrap();
        let error = read_alliance(&path).unwrap_err();
        assert_eq!(error.place().map(|(_, line, column)| (line, column)), Some((4, 1)));
    }
}

/// A file is read, and then repeats itself from what it resolves to; or it is refused in a message
/// of bearable length.
fn check(text: &str) {
    match super::read(text) {
        Err(error) => assert!(rendered(&error).chars().count() < 3000),
        Ok(experiment) => assert_eq!(again(&experiment).hash(), experiment.hash()),
    }
}

proptest! {
    #[test]
    fn a_damaged_file_is_read_or_refused_in_a_message_of_bearable_length(
        cut in 0..WHOLE.len(),
        length in 0..40_usize,
        put in r#"[a-z0-9."=\[\]{}#\n é\u{feff}-]{0,8}|nan|-1|1e400|99999999999999999999|true"#,
    ) {
        let start = WHOLE.floor_char_boundary(cut);
        let end = WHOLE.floor_char_boundary((cut + length).min(WHOLE.len()));
        let text = format!("{}{put}{}", &WHOLE[..start], &WHOLE[end..]);
        check(&text);
    }

    #[test]
    fn a_file_of_shuffled_lines_is_read_or_refused(
        lines in prop::sample::subsequence(WHOLE.lines().collect::<Vec<_>>(), 1..40).prop_shuffle(),
        twice in any::<prop::sample::Index>(),
    ) {
        let twice = *twice.get(&lines);
        check(&format!("name = \"x\"\n{}\n{twice}\n", lines.join("\n")));
    }

    #[test]
    fn bytes_of_any_kind_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        after in 0..WHOLE.len(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let [config, members] = ["a.toml", "a.csv"].map(|name| folder.path().join(name));
        fs::write(&config, [&WHOLE.as_bytes()[..after], &bytes].concat()).unwrap();
        fs::write(&members, &bytes).unwrap();
        let refusals = [Experiment::read(&config).err(), read_alliance(&members).err()];
        for error in refusals.iter().flatten() {
            prop_assert!(rendered(error).chars().count() < 3000);
        }
    }

    #[test]
    fn a_damaged_members_table_is_read_or_refused(
        cut in 0..300_usize,
        length in 0..40_usize,
        put in r#"[a-zA-Z0-9.,"\n é-]{0,8}|nan|inf|-1|1e400"#,
    ) {
        let table = fs::read_to_string(Path::new(FOLDER).join("two_allies.csv")).unwrap();
        let (start, end) = (cut.min(table.len()), (cut + length).min(table.len()));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("members.csv");
        fs::write(&path, format!("{}{put}{}", &table[..start], &table[end..])).unwrap();
        if let Err(error) = read_alliance(&path) {
            prop_assert!(rendered(&error).chars().count() < 3000);
        }
    }
}
