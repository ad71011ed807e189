//! Partials: the round trip, the merge, and every way in which one is refused.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use article5_runner::partial::{Expected, Header, JoinError, Partial, PartialError, Shard};
use proptest::prelude::*;

use common::{LAYOUT, point};

const UNITS: u64 = 4;
const BLOCK: u64 = 6;

fn header(shard: Shard) -> Header {
    Header {
        configuration: [7; 32],
        code_version: "article5 0.1.0 (e377f02)".to_owned(),
        shard,
        canary: [9; 32],
    }
}

fn expected(shard: Shard) -> Expected {
    Expected { header: header(shard), units: UNITS, points: 3, layout: Arc::clone(&LAYOUT) }
}

/// What one shard of a run of two points leaves: units 0 and 1 are of point 0, 2 and 3 of point 2.
fn part(shard: Shard) -> Partial {
    let mut part = Partial::new(header(shard));
    for unit in (0..UNITS).filter(|&unit| shard.owns(unit)) {
        let (place, first) = (if unit < 2 { 0 } else { 2 }, unit % 2 * BLOCK);
        let mut one = Partial::new(header(shard));
        one.units.insert(unit);
        one.points.insert(place, point(std::iter::once(first..first + BLOCK)));
        part.join(one).unwrap();
    }
    part
}

static WHOLE: LazyLock<Partial> = LazyLock::new(|| part(Shard::WHOLE));

static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| WHOLE.to_bytes());

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
    let checksum = blake3::hash(&bytes);
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
    assert_eq!(found.to_bytes(), WHOLE.to_bytes());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn shards_in_any_order_join_to_the_bytes_of_the_whole() {
    for of in [1, 3, 5] {
        for turn in [0, of / 2] {
            let mut joined = Partial::new(header(Shard::WHOLE));
            for index in (0..of).map(|index| (index + turn) % of) {
                joined.join(part(Shard { index, of })).unwrap();
            }
            assert_eq!(joined.to_bytes(), WHOLE.to_bytes(), "{of} shards from {turn}");
        }
    }
}

#[test]
fn a_unit_is_never_counted_twice() {
    let mut joined = part(Shard { index: 0, of: 2 });
    let before = joined.clone();
    assert_eq!(joined.join(part(Shard { index: 2, of: 4 })), Err(JoinError::Twice(2)));
    assert_eq!(joined, before);
}

#[test]
fn a_partial_of_another_run_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let shard = Shard { index: 1, of: 2 };
    let path = write(&part(shard), &folder);
    let refusal = |change: &dyn Fn(&mut Expected)| {
        let mut wanted = expected(shard);
        change(&mut wanted);
        let error = Partial::read(&path, &wanted).unwrap_err();
        assert!(error.to_string().contains("part-1-of-2.a5part"), "{error}");
        error
    };
    use PartialError::{Canary, Damaged, Foreign, Stale, WrongShard};
    let other_shard = Shard { index: 0, of: 2 };
    assert!(matches!(refusal(&|e| e.header.configuration[31] = 0), Foreign { .. }));
    assert!(matches!(refusal(&|e| e.header.code_version.push('1')), Stale { .. }));
    assert!(matches!(refusal(&|e| e.header.shard = other_shard), WrongShard { .. }));
    assert!(matches!(refusal(&|e| e.header.canary[0] = 0), Canary { .. }));
    assert!(matches!(refusal(&|e| e.units = 3), Damaged { .. }));
    assert!(matches!(refusal(&|e| e.points = 2), Damaged { .. }));

    let renamed = folder.path().join("part-0-of-2.a5part");
    fs::rename(&path, &renamed).unwrap();
    let error = Partial::read(&renamed, &expected(other_shard)).unwrap_err();
    assert!(matches!(error, PartialError::Misnamed { .. }), "{error}");
    let error = Partial::read(&path, &expected(shard)).unwrap_err();
    assert!(matches!(error, PartialError::Io { .. }), "{error}");
}

#[test]
fn a_folder_that_is_gone_is_reported_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let gone = folder.path().join("gone");
    assert!(matches!(WHOLE.write(&gone), Err(PartialError::Io { .. })));
    assert!(!gone.exists());
}

#[test]
fn a_partial_cut_anywhere_is_truncated_or_damaged() {
    let bytes = BYTES.as_slice();
    let ends = (0..120).chain((120..bytes.len()).step_by(997)).chain([bytes.len() - 1]);
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
                    article5_runner::outcome::Outcome::Force,
                );
            }
            prop_assert!(read(&part.to_bytes()).is_ok() || part.header.shard != Shard::WHOLE);
        }
    }

    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(read(&bytes).is_err());
    }
}
