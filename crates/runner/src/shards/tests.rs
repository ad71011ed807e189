//! Which files are the shards of a run.

use super::*;

/// A folder with an empty file of each of these names, and their paths.
fn files(names: &[&str]) -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = names.iter().map(|name| folder.path().join(name)).collect();
    paths.iter().for_each(|path| fs::write(path, b"").unwrap());
    (folder, paths)
}

fn merged(paths: &[PathBuf]) -> ShardsError {
    let text = "name = \"a\"\nscenarios = [\"article5-like\"]";
    let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
    merge(paths, &Ensemble::new(&experiment).unwrap()).unwrap_err()
}

#[test]
fn shards_of_two_divisions_are_not_merged_nor_one_shard_twice() {
    let (_folder, paths) =
        files(&["part-0-of-2.a5part", "part-1-of-2.a5part", "part-1-of-3.a5part"]);
    let error = merged(&paths);
    let ShardsError::Mixed(one, other) = &error else { panic!("{error}") };
    assert_eq!((one, other), (&paths[0], &paths[2]));
    assert!(error.to_string().contains("different divisions"), "{error}");
    let (_other_folder, others) = files(&["part-0-of-2.a5part"]);
    let error = merged(&[&paths[..2], &others].concat());
    let ShardsError::Twice(one, other) = &error else { panic!("{error}") };
    assert_eq!((one, other), (&paths[0], &others[0]));
    assert!(error.to_string().contains("the same shard"), "{error}");
    assert!(matches!(merged(&[PathBuf::from("part-2-of-2.a5part")]), ShardsError::Unnamed(_)));
}

#[test]
fn what_is_refused_is_reported_with_what_is_missing() {
    let (_folder, paths) = files(&["part-0-of-3.a5part"]);
    let error = merged(&paths);
    let ShardsError::Refused { refused, missing, of: 3 } = &error else { panic!("{error}") };
    assert!(matches!(refused[..], [PartialError::Damaged { .. }]));
    assert_eq!(missing, &[1, 2]);
    let (_folder, paths) = files(&["part-0-of-1.a5part"]);
    assert!(matches!(merged(&paths), ShardsError::Partial(PartialError::Damaged { .. })));
}

/// A link to itself stands for what the disk does not give.
#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_neither_missing_nor_refused() {
    use std::os::unix::fs::symlink;

    let (folder, mut paths) = files(&["part-0-of-2.a5part"]);
    paths.push(folder.path().join("part-1-of-2.a5part"));
    symlink("part-1-of-2.a5part", &paths[1]).unwrap();
    assert!(matches!(merged(&paths), ShardsError::Partial(PartialError::Read { .. })));
    let shards = ShardFolder::at(folder.path());
    assert_eq!(shards.divided_into().unwrap(), Some(2));
    symlink("division", folder.path().join("division")).unwrap();
    assert!(matches!(shards.divided_into(), Err(ShardsError::Io { .. })));
}

/// A link to itself stands for what the disk does not give.
#[cfg(unix)]
#[test]
fn a_folder_whose_configuration_cannot_be_read_is_not_made_that_of_another_run() {
    let text = "name = \"a\"\nscenarios = [\"article5-like\"]";
    let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(CONFIGURATION_FILE, folder.path().join(CONFIGURATION_FILE)).unwrap();
    assert!(ShardFolder::create(folder.path(), &experiment).is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
