//! Partials: the round trip, the merge, and every way in which one is refused.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use article5_runner::config::Experiment;
use article5_runner::partial::{
    Expected, Header, Merge, Partial, PartialError, PartialFile, Role, Shard,
};
use article5_runner::plan::Plan;
use article5_runner::tally::PointTally;
use proptest::prelude::*;

use common::{LAYOUT, point};

/// Two points of two units each, the second unit of a point a short one.
static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    let text = "name = \"a\"\nreplicates = 131\nscenarios = [\"ironclad\"]";
    Plan::new(&Experiment::from_toml(text, "a.toml", Path::new("")).unwrap(), 2).unwrap()
});

fn header(shard: Shard) -> Header {
    Header {
        configuration: [7; 32],
        members: [8; 32],
        code_version: "article5 0.1.0 (e377f02)".to_owned(),
        shard,
        role: Role::Whole,
        canary: [9; 32],
    }
}

fn expected(shard: Shard) -> Expected {
    Expected { header: header(shard), plan: *PLAN, layout: Arc::clone(&LAYOUT) }
}

/// What one shard leaves.
fn part(shard: Shard) -> Partial {
    let mut part = Partial::new(header(shard));
    for nth in shard.owned(0..PLAN.units()) {
        let unit = PLAN.unit(shard.nth(nth));
        let tally = point(std::iter::once(unit.first..unit.first + unit.count));
        let sum = part.points.entry(unit.point);
        sum.or_insert_with(|| PointTally::new(Arc::clone(&LAYOUT))).merge(&tally).unwrap();
        part.units.insert(nth..nth + 1);
    }
    part
}

static WHOLE: LazyLock<Partial> = LazyLock::new(|| part(Shard::WHOLE));

static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    fs::read(write(&WHOLE, &folder)).unwrap()
});

/// Reads bytes as the partial of an undivided run.
fn read(bytes: &[u8]) -> Result<Partial, PartialError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(Shard::WHOLE.file_name());
    fs::write(&path, bytes).unwrap();
    Partial::read(&path, &expected(Shard::WHOLE))
}

/// Bytes with the checksum that belongs to them.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() - blake3::OUT_LEN);
    let length = (bytes.len() + blake3::OUT_LEN) as u64;
    bytes[8..16].copy_from_slice(&length.to_le_bytes());
    let mut hasher = blake3::Hasher::new();
    let checksum = hasher.update(&bytes[16..]).update(&bytes[..16]).finalize();
    bytes.extend(checksum.as_bytes());
    bytes
}

fn write(part: &Partial, folder: &tempfile::TempDir) -> PathBuf {
    part.write(folder.path()).unwrap()
}

#[test]
fn a_partial_is_read_as_it_was_written_and_leaves_nothing_else_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(&WHOLE, &folder);
    write(&WHOLE, &folder);
    let found = Partial::read(&path, &expected(Shard::WHOLE)).unwrap();
    assert_eq!(&found, &*WHOLE);
    assert_eq!(fs::read(&path).unwrap(), *BYTES);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn shards_in_any_order_merge_to_the_points_of_the_whole() {
    for of in [1, 3, 5] {
        for turn in [0, of / 2] {
            let folder = tempfile::tempdir().unwrap();
            let shards = (0..of).map(|index| Shard::new((index + turn) % of, of).unwrap());
            let files = shards.map(|shard| {
                PartialFile::open(&write(&part(shard), &folder), &expected(shard)).unwrap()
            });
            let mut merge = Merge::default();
            files.for_each(|file| merge.add(file));
            let mut points = BTreeMap::new();
            while let Some((point, tally)) = merge.next_point().unwrap() {
                assert!(points.insert(point, tally).is_none());
            }
            assert_eq!(points, WHOLE.points, "{of} shards from {turn}");
        }
    }
}

/// Some systems let a process open 256 files, and a run may have more shards.
#[cfg(target_os = "linux")]
#[test]
fn of_the_partials_that_are_merged_a_few_are_kept_open() {
    for (of, most) in [(2, 2), (300, 200)] {
        let folder = tempfile::tempdir().unwrap();
        let open_files = || {
            let links = fs::read_dir("/proc/self/fd").unwrap();
            let links = links.filter_map(|link| fs::read_link(link.unwrap().path()).ok());
            links.filter(|file| file.starts_with(folder.path())).count()
        };
        let mut merge = Merge::default();
        // The four that have units come last.
        for shard in (0..of).rev().map(|index| Shard::new(index, of).unwrap()) {
            let path = write(&part(shard), &folder);
            merge.add(PartialFile::open(&path, &expected(shard)).unwrap());
            assert!(open_files() <= most);
        }
        if of == 2 {
            // What is open is read, whatever has its name.
            fs::remove_dir_all(folder.path()).unwrap();
        }
        for (point, tally) in &WHOLE.points {
            let (found, sum) = merge.next_point().unwrap().unwrap();
            assert!((&found, &sum) == (point, tally) && open_files() <= most);
        }
        assert!(merge.next_point().unwrap().is_none());
    }
}

#[test]
fn a_partial_without_all_units_of_its_shard_is_not_whole_and_its_replicates_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let mut part = part(Shard::WHOLE);
    part.units.remove(3..4);
    part.points.remove(&1);
    part.points.insert(1, point(std::iter::once(0..128)));
    let error = Partial::read(&write(&part, &folder), &expected(Shard::WHOLE)).unwrap_err();
    assert!(error.to_string().contains("units are missing"), "{error}");

    part.header.role = Role::Open;
    let mut wanted = expected(Shard::WHOLE);
    wanted.header.role = Role::Open;
    assert_eq!(Partial::read(&write(&part, &folder), &wanted).unwrap(), part);
    part.points.insert(1, point(std::iter::once(0..127)));
    let error = Partial::read(&write(&part, &folder), &wanted).unwrap_err();
    assert!(error.to_string().contains("replicates of its units"), "{error}");
    part.points.remove(&1);
    let error = Partial::read(&write(&part, &folder), &wanted).unwrap_err();
    assert!(error.to_string().contains("not those of its units"), "{error}");
}

#[test]
fn a_partial_of_another_run_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let shard = Shard::new(1, 2).unwrap();
    let path = write(&part(shard), &folder);
    let refusal = |change: &dyn Fn(&mut Expected)| {
        let mut wanted = expected(shard);
        change(&mut wanted);
        let error = Partial::read(&path, &wanted).unwrap_err();
        assert!(error.to_string().contains("part-1-of-2.a5part"), "{error}");
        error
    };
    use PartialError::{Canary, Foreign, Misplaced, OtherMembers, Stale};
    let other_shard = Shard::new(0, 2).unwrap();
    assert!(matches!(refusal(&|e| e.header.configuration[31] = 0), Foreign { .. }));
    assert!(matches!(refusal(&|e| e.header.members[31] = 0), OtherMembers { .. }));
    assert!(matches!(refusal(&|e| e.header.code_version.push('1')), Stale { .. }));
    assert!(matches!(refusal(&|e| e.header.shard = other_shard), Misplaced { .. }));
    assert!(matches!(refusal(&|e| e.header.canary[0] = 0), Canary { .. }));
    // Another version may give the same configuration another hash, and the members table too.
    let other_version = |e: &mut Expected| {
        e.header.code_version.push('1');
        e.header.configuration[31] = 0;
        e.header.members[31] = 0;
    };
    assert!(matches!(refusal(&other_version), Stale { .. }));
    assert!(matches!(refusal(&|e| e.header.role = Role::Open), Misplaced { .. }));

    let renamed = folder.path().join("part-0-of-2.a5part");
    fs::rename(&path, &renamed).unwrap();
    let error = Partial::read(&renamed, &expected(other_shard)).unwrap_err();
    assert!(matches!(error, PartialError::Misnamed { .. }), "{error}");
    let error = Partial::read(&path, &expected(shard)).unwrap_err();
    assert!(matches!(error, PartialError::Read { .. }), "{error}");
}

#[test]
fn a_folder_that_is_gone_is_reported_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let gone = folder.path().join("gone");
    assert!(matches!(WHOLE.write(&gone), Err(PartialError::Write { .. })));
    assert!(!gone.exists());
}

#[test]
fn a_partial_cut_anywhere_is_truncated_or_damaged() {
    let bytes = BYTES.as_slice();
    let ends = (0..120).chain((120..bytes.len()).step_by(9973)).chain([bytes.len() - 1]);
    for end in ends {
        let error = read(&bytes[..end]).unwrap_err();
        let header = 16;
        let named = match error {
            PartialError::Truncated { .. } => end >= header,
            PartialError::Damaged { .. } => end < header,
            _ => false,
        };
        assert!(named, "{end} bytes: {error}");
    }
    let longer = [bytes, b"x"].concat();
    assert!(matches!(read(&longer), Err(PartialError::Damaged { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn a_changed_byte_is_always_noticed(place in any::<prop::sample::Index>(), change in 1..=255u8) {
        let mut bytes = BYTES.clone();
        let place = place.index(bytes.len());
        bytes[place] ^= change;
        prop_assert!(read(&bytes).is_err());
    }

    /// A forger can mend the checksum. Then what is read is either refused or sound, and never
    /// trips the reader, nor what is computed from it.
    #[test]
    fn forged_bytes_never_trip_the_reader(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        near_the_front in any::<bool>(),
    ) {
        let mut bytes = BYTES.clone();
        let length = if near_the_front { 700 } else { bytes.len() - blake3::OUT_LEN };
        for (place, value) in changes {
            bytes[16 + place.index(length - 16)] = value;
        }
        if let Ok(mut part) = read(&sealed(bytes)) {
            for tally in part.points.values_mut() {
                let other = tally.clone();
                let _ = tally.merge(&other);
                let _ = tally.outcome_effect(
                    article5_runner::tally::Pair { scenario: 1, reference: 0 },
                    common::QUARTERS,
                    article5_runner::outcome::Outcome::Force,
                );
            }
        }
    }

    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(read(&bytes).is_err());
    }
}
