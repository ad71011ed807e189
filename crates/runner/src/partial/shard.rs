//! Which part of a divided run a file holds, and the name that goes with it.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// The most shards of a run: schedulers' job arrays seldom take more.
pub const MAX_SHARDS: u32 = 1000;

/// A part of a divided run: of `N` parts, number `I` has the units whose number leaves the
/// remainder `I` when divided by `N`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    index: u32,
    of: u32,
}

/// A text, or two numbers, that are not a shard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a shard: it must be `I/N`, N from 1 to {MAX_SHARDS} and I from 0 to N-1")]
pub struct NotAShard;

/// How far the units in a file got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything that the shard has to do.
    Whole,
    /// Complete points of a shard that is still at work, in the order of these numbers.
    Sealed(u32),
    /// Finished units of points that are not complete.
    Open,
}

impl Shard {
    /// A run that is not divided.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// Part number `index`, from 0, of `of`.
    ///
    /// # Errors
    ///
    /// [`NotAShard`] if there is no such part, or there are more than [`MAX_SHARDS`].
    pub fn new(index: u32, of: u32) -> Result<Self, NotAShard> {
        if of <= MAX_SHARDS && index < of { Ok(Self { index, of }) } else { Err(NotAShard) }
    }

    /// All parts of `of`.
    ///
    /// # Errors
    ///
    /// [`NotAShard`] unless `of` is from 1 to [`MAX_SHARDS`].
    pub fn all(of: u32) -> Result<impl Iterator<Item = Self>, NotAShard> {
        Self::new(0, of).map(Self::siblings)
    }

    /// All parts of the run of which this is one.
    pub fn siblings(self) -> impl Iterator<Item = Self> {
        (0..self.of).map(move |index| Self { index, ..self })
    }

    /// Which part it is, from 0.
    pub fn index(self) -> u32 {
        self.index
    }

    /// How many parts there are, from 1 to [`MAX_SHARDS`].
    pub fn of(self) -> u32 {
        self.of
    }

    /// The shard's units among `units`, by their numbers within the shard, of which the first is 0.
    pub fn owned(self, units: Range<u64>) -> Range<u64> {
        let (index, of) = (u64::from(self.index), u64::from(self.of));
        // How many of the shard's units lie below `end`.
        let below = |end: u64| end.saturating_sub(index).div_ceil(of);
        below(units.start)..below(units.end)
    }

    /// The unit that has the number `nth` within the shard.
    pub fn nth(self, nth: u64) -> u64 {
        nth * u64::from(self.of) + u64::from(self.index)
    }

    /// The name of its partial.
    ///
    /// ```
    /// use article5_runner::partial::Shard;
    ///
    /// let shard: Shard = "3/16".parse()?;
    /// assert_eq!(shard.file_name(), "part-3-of-16.a5part");
    /// assert_eq!(Shard::of_file_name("part-3-of-16.a5part"), Some(shard));
    /// # Ok::<(), article5_runner::partial::NotAShard>(())
    /// ```
    pub fn file_name(self) -> String {
        Role::Whole.file_name(self)
    }

    /// The shard whose partial has this name.
    pub fn of_file_name(name: &str) -> Option<Self> {
        let (index, of) =
            name.strip_prefix("part-")?.strip_suffix(".a5part")?.split_once("-of-")?;
        let shard: Self = format!("{index}/{of}").parse().ok()?;
        (shard.file_name() == name).then_some(shard)
    }
}

impl FromStr for Shard {
    type Err = NotAShard;

    fn from_str(text: &str) -> Result<Self, NotAShard> {
        let (index, of) = text.split_once('/').ok_or(NotAShard)?;
        let (Ok(index), Ok(of)) = (index.parse(), of.parse()) else { return Err(NotAShard) };
        Self::new(index, of)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl Role {
    /// The name of a shard's file in this role.
    pub fn file_name(self, Shard { index, of }: Shard) -> String {
        match self {
            Self::Whole => format!("part-{index}-of-{of}.a5part"),
            Self::Sealed(number) => format!("part-{index}-of-{of}.sealed-{number}.a5part"),
            Self::Open => format!("part-{index}-of-{of}.open.a5part"),
        }
    }

    /// The role as two numbers, for the header.
    pub(super) fn code(self) -> (u8, u32) {
        match self {
            Self::Whole => (0, 0),
            Self::Sealed(number) => (1, number),
            Self::Open => (2, 0),
        }
    }

    pub(super) fn from_code(code: (u8, u32)) -> Option<Self> {
        match code {
            (0, 0) => Some(Self::Whole),
            (1, number) => Some(Self::Sealed(number)),
            (2, 0) => Some(Self::Open),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_share_the_units_without_rest() {
        for of in 1..6 {
            let mut seen = [0; 23];
            for shard in Shard::all(of).unwrap() {
                for nth in shard.owned(0..23) {
                    let unit = shard.nth(nth);
                    assert_eq!(unit % u64::from(of), u64::from(shard.index));
                    seen[unit as usize] += 1;
                }
            }
            assert_eq!(seen, [1; 23]);
            let last = Shard::new(of - 1, of).unwrap();
            let owned = (7..14).filter(|unit: &u32| unit % of == last.index);
            assert_eq!(last.owned(7..14).count(), owned.count());
        }
    }

    #[test]
    fn a_shard_is_read_as_it_is_written_and_nothing_else_is_one() {
        for shard in [Shard::WHOLE, Shard::new(999, MAX_SHARDS).unwrap()] {
            assert_eq!(shard.to_string().parse(), Ok(shard));
            assert_eq!(Shard::of_file_name(&shard.file_name()), Some(shard));
        }
        for text in ["", "1", "2/2", "0/0", "-1/3", "0/1001", "1/2/3", "a/b", "0/99999999999"] {
            assert_eq!(text.parse::<Shard>(), Err(NotAShard), "{text}");
        }
        for name in ["part-01-of-2.a5part", "part-1-of-2.open.a5part", "part-2-of-2.a5part"] {
            assert_eq!(Shard::of_file_name(name), None, "{name}");
        }
    }
}
