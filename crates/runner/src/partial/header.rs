//! Where a partial comes from, and whether that is where it should come from.

use std::path::Path;

use super::{PartialError, Role, Shard};
use crate::tally::DecodeError;
use crate::tally::codec::{put, take_most};

/// The longest code version that is read back.
const LONGEST_VERSION: usize = 256;

/// Where a partial comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Hash of the resolved configuration without its members table.
    pub configuration: [u8; 32],
    /// Hash of the members table.
    pub members: [u8; 32],
    /// Version of the code, at most 256 bytes.
    pub code_version: String,
    /// Which part of the run it is.
    pub shard: Shard,
    /// How far that part got.
    pub role: Role,
    /// Digest of a few fixed replicates, computed on the machine that wrote it.
    pub canary: [u8; 32],
}

impl Header {
    /// The name that the file must have.
    pub fn file_name(&self) -> String {
        self.role.file_name(self.shard)
    }

    pub(super) fn encode(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.configuration);
        bytes.extend(self.members);
        let version = self.code_version.as_bytes();
        let version = version.get(..LONGEST_VERSION).unwrap_or(version);
        put(bytes, version.len() as u128);
        bytes.extend(version);
        let (role, number) = self.role.code();
        for value in [self.shard.index(), self.shard.of(), role.into(), number] {
            put(bytes, value.into());
        }
        bytes.extend(self.canary);
    }

    pub(super) fn decode(bytes: &mut &[u8]) -> Result<Self, DecodeError> {
        let (configuration, members) = (take_array(bytes)?, take_array(bytes)?);
        let length = take_most(bytes, LONGEST_VERSION as u128)? as usize;
        let (version, rest) = bytes.split_at_checked(length).ok_or(EARLY_END)?;
        *bytes = rest;
        let code_version =
            str::from_utf8(version).map_err(|_| DecodeError("the version is not text"))?.to_owned();
        let mut number = || Ok(take_most(bytes, u32::MAX.into())? as u32);
        let (index, of, role, sealed) = (number()?, number()?, number()?, number()?);
        let shard = Shard::new(index, of).map_err(|_| DecodeError("it is of no known shard"))?;
        let role = u8::try_from(role).ok().and_then(|role| Role::from_code((role, sealed)));
        Ok(Self {
            configuration,
            members,
            code_version,
            shard,
            role: role.ok_or(DecodeError("it has no known role"))?,
            canary: take_array(bytes)?,
        })
    }

    /// Checks that this is the header wanted, and that the file has the name that its header
    /// requires.
    pub(super) fn check(&self, path: &Path, wanted: &Self) -> Result<(), PartialError> {
        let path = || path.to_owned();
        // This comes first: another version may give the same configuration another hash.
        if self.code_version != wanted.code_version {
            let (found, wanted) = (self.code_version.clone(), wanted.code_version.clone());
            return Err(PartialError::Stale { path: path(), found, wanted });
        }
        if self.configuration != wanted.configuration {
            return Err(PartialError::Foreign { path: path() });
        }
        if self.members != wanted.members {
            return Err(PartialError::OtherMembers { path: path() });
        }
        if path().file_name().is_none_or(|name| name != self.file_name().as_str()) {
            return Err(PartialError::Misnamed { path: path(), name: self.file_name() });
        }
        if (self.shard, self.role) != (wanted.shard, wanted.role) {
            return Err(PartialError::Misplaced { path: path(), wanted: wanted.file_name() });
        }
        if self.canary != wanted.canary {
            return Err(PartialError::Canary { path: path() });
        }
        Ok(())
    }
}

pub(super) const EARLY_END: DecodeError = DecodeError("it ends too early");

pub(super) fn take_array<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], DecodeError> {
    let (array, rest) = bytes.split_first_chunk().ok_or(EARLY_END)?;
    *bytes = rest;
    Ok(*array)
}
