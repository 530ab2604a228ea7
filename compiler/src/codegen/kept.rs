//! Code of functions from one build to the next: a rebuild compiles only the functions whose code
//! changes, and lowers only those whose CLIF may have changed.
//!
//! A key is a hash of all that a function's code is made from, so it does not matter from which
//! build the code comes, and anything that is missing is compiled. A second key leads to the first:
//! that of a shortcut, a hash of all that the function's CLIF is made from.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A key of kept code, or of a shortcut to it: a SHA-256.
pub type Key = [u8; 32];

/// The bytes of a number in the contents.
const NUMBER: usize = 4;

/// Code of functions: that of an earlier build, and that of this build.
#[derive(Debug, Default)]
pub struct Kept {
    tool: Vec<u8>,
    checks: bool,
    /// The contents that the earlier build left.
    contents: Vec<u8>,
    earlier: HashMap<Key, Earlier>,
    now: Mutex<Now>,
}

/// Something that an earlier build left.
#[derive(Debug)]
struct Earlier {
    /// Its place in the contents.
    range: Range<usize>,
    /// Whether this build found it.
    found: AtomicBool,
}

/// What is new in this build.
#[derive(Debug, Default)]
struct Now {
    new: BTreeMap<Key, Vec<u8>>,
    counts: Counts,
}

/// How many functions had their code in an earlier build.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Functions whose code was there.
    pub found: usize,
    /// Functions that were compiled.
    pub compiled: usize,
    /// Functions that were lowered, because no shortcut led to their code.
    pub lowered: usize,
}

impl Kept {
    /// The code in `contents` of an earlier build ([`Kept::into_contents`]); empty: none. `tool`
    /// identifies the build of this library: code of another one is not found.
    pub fn new(tool: &[u8], contents: Vec<u8>) -> Kept {
        Kept {
            tool: tool.into(),
            checks: false,
            earlier: index(&contents).unwrap_or_default(),
            contents,
            now: Mutex::default(),
        }
    }

    /// Compiles every function, and makes it an error if the code that is found for it differs, or
    /// if its shortcut leads to other code.
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
        let code = self.find_shortcut(key)?;
        self.now().counts.found += 1;
        Some(code)
    }

    /// Adds the code of a key.
    pub fn add(&self, key: Key, code: Vec<u8>) {
        let mut now = self.now();
        now.counts.compiled += 1;
        now.new.insert(key, code);
    }

    /// The shortcut of a key.
    pub fn find_shortcut(&self, key: &Key) -> Option<&[u8]> {
        let earlier = self.earlier.get(key)?;
        earlier.found.store(true, Ordering::Relaxed);
        Some(&self.contents[earlier.range.clone()])
    }

    /// Adds the shortcut of a function that was lowered.
    pub fn add_shortcut(&self, key: Key, shortcut: Vec<u8>) {
        let mut now = self.now();
        now.counts.lowered += 1;
        now.new.insert(key, shortcut);
    }

    /// How much was found so far.
    pub fn counts(&self) -> Counts {
        self.now().counts
    }

    /// The code and shortcuts of this build, for the next one, by their keys: the key, the number
    /// of bytes, and the bytes.
    pub fn into_contents(self) -> Vec<u8> {
        let now = self
            .now
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let found = self.earlier.iter().filter_map(|(key, earlier)| {
            let found = earlier.found.load(Ordering::Relaxed);
            found.then(|| (key, &self.contents[earlier.range.clone()]))
        });
        let mut all: BTreeMap<&Key, &[u8]> = found.collect();
        all.extend(now.new.iter().map(|(key, bytes)| (key, &**bytes)));
        let bytes = all
            .values()
            .map(|bytes| size_of::<Key>() + NUMBER + bytes.len());
        let mut contents = Vec::with_capacity(bytes.sum());
        for (key, bytes) in all {
            // What is larger than any code can be is not kept.
            if let Ok(length) = u32::try_from(bytes.len()) {
                contents.extend_from_slice(key);
                contents.extend_from_slice(&length.to_le_bytes());
                contents.extend_from_slice(bytes);
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
fn index(contents: &[u8]) -> Option<HashMap<Key, Earlier>> {
    let mut index = HashMap::new();
    let mut rest = contents;
    while !rest.is_empty() {
        let (key, after) = rest.split_first_chunk::<{ size_of::<Key>() }>()?;
        let (length, after) = after.split_first_chunk::<NUMBER>()?;
        let start = contents.len() - after.len();
        let (code, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let earlier = Earlier {
            range: start..start + code.len(),
            found: AtomicBool::new(false),
        };
        index.insert(*key, earlier);
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
            lowered: 0,
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
