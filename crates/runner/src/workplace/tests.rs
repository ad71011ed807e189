//! What commands find in a workplace that others have left, or are working in.

use super::*;

fn experiment() -> Experiment {
    let text = "name = \"a\"\nscenarios = [\"article5-like\"]";
    Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap()
}

fn begin(target: &Path, replace: bool) -> Result<Workplace, WorkplaceError> {
    Workplace::begin(Task::Claims, target, &experiment(), replace)
}

#[test]
fn one_process_begins_a_run_and_another_goes_on_with_it_once_that_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a");
    assert!(matches!(Workplace::open(&target), Err(WorkplaceError::NotThere(_))));
    let place = begin(&target, false).unwrap();
    assert!(Workplace::is_begun(&target));
    assert!(matches!(begin(&target, true), Err(WorkplaceError::Busy(_))));
    assert!(matches!(Workplace::open(&target), Err(WorkplaceError::Busy(_))));
    assert!(!Workplace::clear_done(&target).unwrap());
    drop(place);
    assert!(matches!(begin(&target, false), Err(WorkplaceError::Begun(_))));
    let place = Workplace::open(&target).unwrap();
    assert!(place.path().join(CONFIGURATION_FILE).exists());
    assert_eq!(place.task().unwrap(), Task::Claims);
    assert!(!place.replaces().unwrap() && !place.is_old_run(&target).unwrap());
    drop(place);
    begin(&target, true).unwrap().remove().unwrap();
    assert!(!Workplace::beside(&target).exists());
}

#[test]
fn what_is_to_be_replaced_is_not_what_replaces_it() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a");
    fs::create_dir(&target).unwrap();
    fs::write(target.join(MANIFEST_FILE), "old").unwrap();
    let place = begin(&target, true).unwrap();
    assert!(place.replaces().unwrap() && place.is_old_run(&target).unwrap());
    fs::write(target.join(MANIFEST_FILE), "new").unwrap();
    assert!(!place.is_old_run(&target).unwrap());
    fs::remove_dir_all(&target).unwrap();
    assert!(place.replaces().unwrap() && !place.is_old_run(&target).unwrap());
}

#[test]
fn a_shard_that_another_process_works_on_is_worked_on_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("part-0-of-2.a5part");
    let first = Workplace::of_shard(&target, &experiment()).unwrap();
    let second = Workplace::of_shard(&target, &experiment()).unwrap();
    assert_eq!(first.path(), Workplace::beside(&target));
    assert_ne!(second.path(), first.path());
    assert_eq!(second.path().parent(), Some(folder.path()));
    // Nothing in it is finished.
    assert!(!second.leave_work());
    let (path, work) = (first.path().to_owned(), first.path().join("part-0-of-2.open.a5part"));
    fs::write(work, "work").unwrap();
    assert!(first.leave_work() && path.exists());
    assert!(Workplace::clear_done(&target).unwrap() && !path.exists());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A link to itself stands for what the disk does not give.
#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_not_taken_for_what_is_not_there() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a");
    let place = begin(&target, false).unwrap();
    fs::remove_file(place.path().join(TASK)).unwrap();
    assert!(matches!(place.task(), Err(WorkplaceError::NoTask(_))));
    for name in [TASK, REPLACES] {
        symlink(name, place.path().join(name)).unwrap();
    }
    assert!(matches!(place.task(), Err(WorkplaceError::Read { .. })));
    assert!(matches!(place.replaces(), Err(WorkplaceError::Read { .. })));
    assert!(matches!(place.is_old_run(&target), Err(WorkplaceError::Read { .. })));
    // Nor is a run taken for one that is done, and removed.
    let configuration = place.path().join(CONFIGURATION_FILE);
    drop(place);
    fs::remove_file(&configuration).unwrap();
    symlink(CONFIGURATION_FILE, &configuration).unwrap();
    assert!(matches!(Workplace::open(&target), Err(WorkplaceError::NotOurs(_))));
    assert!(configuration.is_symlink());
}

/// A link to itself stands for a manifest that may not be read.
#[cfg(unix)]
#[test]
fn a_run_that_cannot_be_told_from_others_is_not_replaced_and_no_empty_workplace_stays() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a");
    fs::create_dir(&target).unwrap();
    std::os::unix::fs::symlink(MANIFEST_FILE, target.join(MANIFEST_FILE)).unwrap();
    assert!(matches!(begin(&target, true), Err(WorkplaceError::Read { .. })));
    assert!(!Workplace::beside(&target).exists());
    // What is finished of another run stays.
    let place = begin(&target, false).unwrap();
    fs::write(place.path().join("part-0-of-1.open.a5part"), "work").unwrap();
    drop(place);
    assert!(matches!(begin(&target, true), Err(WorkplaceError::Read { .. })));
    assert!(Workplace::is_begun(&target));
}
