//! Code of functions from one build to the next: a rebuild compiles only the functions whose code
//! changes.
//!
//! A key is a hash of all that a function's code is made from, so it does not matter from which
//! build the code comes, and anything that is missing is compiled.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The key of a function's code: a SHA-256.
pub type Key = [u8; 32];

/// The bytes of a number in the contents.
const NUMBER: usize = 4;

/// Code of functions: that of an earlier build, and that of this build.
#[derive(Debug, Default)]
pub struct Kept {
    tool: Vec<u8>,
    checks: bool,
    /// The contents that the earlier build left.
    earlier: Vec<u8>,
    index: HashMap<Key, Range<usize>>,
    now: Mutex<Now>,
}

/// The code of this build.
#[derive(Debug, Default)]
struct Now {
    code: BTreeMap<Key, Part>,
    counts: Counts,
}

#[derive(Debug)]
enum Part {
    /// A range of the earlier contents.
    Earlier(Range<usize>),
    New(Vec<u8>),
}

/// How many functions had their code in an earlier build.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Functions whose code was there.
    pub found: usize,
    /// Functions that were compiled.
    pub compiled: usize,
}

impl Kept {
    /// The code in `contents` of an earlier build ([`Kept::into_contents`]); empty: none. `tool`
    /// identifies the build of this library: code of another one is not found.
    pub fn new(tool: &[u8], contents: Vec<u8>) -> Kept {
        Kept {
            tool: tool.into(),
            checks: false,
            index: index(&contents).unwrap_or_default(),
            earlier: contents,
            now: Mutex::default(),
        }
    }

    /// Compiles every function, and makes it an error if the code that is found for it differs.
    #[must_use]
    pub fn checked(mut self) -> Kept {
        self.checks = true;
        self
    }

    /// The identity of the build of this library.
    pub fn tool(&self) -> &[u8] {
        &self.tool
    }

    /// Whether what is found is compared with newly compiled code.
    pub fn checks(&self) -> bool {
        self.checks
    }

    /// The code of a key.
    pub fn find(&self, key: &Key) -> Option<&[u8]> {
        let range = self.index.get(key)?;
        let mut now = self.now();
        now.counts.found += 1;
        now.code.insert(*key, Part::Earlier(range.clone()));
        Some(&self.earlier[range.clone()])
    }

    /// Adds the code of a key.
    pub fn add(&self, key: Key, code: Vec<u8>) {
        let mut now = self.now();
        now.counts.compiled += 1;
        now.code.insert(key, Part::New(code));
    }

    /// How much was found so far.
    pub fn counts(&self) -> Counts {
        self.now().counts
    }

    /// The code of this build, for the next one: for each function its key, the length of its code,
    /// and the code.
    pub fn into_contents(self) -> Vec<u8> {
        let now = self
            .now
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let mut contents = Vec::new();
        for (key, part) in now.code {
            let code = match &part {
                Part::Earlier(range) => &self.earlier[range.clone()],
                Part::New(code) => code,
            };
            // What is larger than any code can be is not kept.
            if let Ok(length) = u32::try_from(code.len()) {
                contents.extend_from_slice(&key);
                contents.extend_from_slice(&length.to_le_bytes());
                contents.extend_from_slice(code);
            }
        }
        contents
    }

    /// Each change is complete, even if a thread panics after it.
    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the code of each key is; `None` if the contents end early.
fn index(contents: &[u8]) -> Option<HashMap<Key, Range<usize>>> {
    let mut index = HashMap::new();
    let mut rest = contents;
    while !rest.is_empty() {
        let (key, after) = rest.split_first_chunk::<{ size_of::<Key>() }>()?;
        let (length, after) = after.split_first_chunk::<NUMBER>()?;
        let start = contents.len() - after.len();
        let (code, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        index.insert(*key, start..start + code.len());
        rest = after;
    }
    Some(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_leaves_the_code_that_it_used() {
        let first = Kept::new(b"tool", Vec::new());
        for key in 1..4 {
            assert_eq!(first.find(&[key; 32]), None);
            first.add([key; 32], vec![key; usize::from(key)]);
        }
        let contents = first.into_contents();
        let second = Kept::new(b"tool", contents.clone());
        assert_eq!(second.find(&[1; 32]), Some(&[1][..]));
        assert_eq!(second.find(&[3; 32]), Some(&[3; 3][..]));
        assert_eq!(second.find(&[4; 32]), None);
        second.add([4; 32], Vec::new());
        let counts = Counts {
            found: 2,
            compiled: 1,
        };
        assert_eq!(second.counts(), counts);
        let third = Kept::new(b"tool", second.into_contents());
        let found = [1, 2, 3, 4].map(|key| third.find(&[key; 32]).map(<[u8]>::len));
        assert_eq!(found, [Some(1), None, Some(3), Some(0)]);
        // Contents that end early are none.
        for length in 1..contents.len() {
            let kept = Kept::new(b"tool", contents[..length].into());
            let whole = [32 + 4 + 1, 2 * (32 + 4) + 3].contains(&length);
            assert_eq!(kept.find(&[1; 32]).is_some(), whole, "{length}");
        }
    }
}
