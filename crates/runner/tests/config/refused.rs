//! Wrong files, each with the message it gives as a snapshot.

use std::fs;
use std::path::Path;

use article5_runner::config::{ConfigError, Experiment};
use miette::{GraphicalReportHandler, GraphicalTheme};

use super::FOLDER;

/// The message as the command shows it, without colour and without the path of this folder.
fn rendered(error: &ConfigError) -> String {
    let mut text = String::new();
    GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .with_width(100)
        .with_links(false)
        .render_report(&mut text, error)
        .unwrap();
    text.replace(&format!("{FOLDER}/"), "").replace(FOLDER, "FOLDER")
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
        (Path::new(name).file_name().unwrap().to_str().unwrap().to_owned(), line, column)
    };
    assert_eq!(place("not_a_number.csv"), ("not_a_number.csv".to_owned(), 3, 14));
    assert_eq!(place("twice.csv"), ("twice.csv".to_owned(), 4, 1));
}
