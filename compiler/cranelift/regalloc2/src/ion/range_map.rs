//! A map from disjoint ranges of program points to what is live there, for the physical registers.
//!
//! The allocator mostly asks which ranges follow a point, and adds one range at a time. A sorted
//! list answers that with less work than a B-tree of small nodes does. The list consists of chunks,
//! so that it takes little time to add a range to a long one.

use super::{LiveRangeIndex, LiveRangeKey};
use alloc::vec::Vec;

/// How many ranges a chunk has at most.
const CHUNK: usize = 128;

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: LiveRangeKey,
    value: LiveRangeIndex,
}

#[derive(Clone, Debug, Default)]
pub struct RangeMap {
    /// The ranges, ascending. No chunk is empty.
    chunks: Vec<Vec<Entry>>,
    /// Where the last range of each chunk ends.
    ends: Vec<u32>,
    /// Empty chunks, for their memory.
    unused: Vec<Vec<Entry>>,
}

impl RangeMap {
    pub fn clear(&mut self) {
        self.ends.clear();
        for mut chunk in self.chunks.drain(..) {
            chunk.clear();
            self.unused.push(chunk);
        }
    }

    /// The place of the first range that ends after a point.
    #[inline]
    fn find(&self, point: u32) -> Option<(usize, usize)> {
        let chunk = match self.ends[..] {
            [] => return None,
            [end] => usize::from(end <= point),
            _ => self.ends.partition_point(|&end| end <= point),
        };
        let entries = self.chunks.get(chunk)?;
        let at = entries.partition_point(|entry| entry.key.to <= point);
        Some((chunk, at))
    }

    /// The place of the first range that overlaps another.
    #[inline]
    fn find_overlap(&self, key: &LiveRangeKey) -> Option<(usize, usize)> {
        let (chunk, at) = self.find(key.from)?;
        (self.chunks[chunk][at].key.from < key.to).then_some((chunk, at))
    }

    #[inline]
    pub fn contains_key(&self, key: &LiveRangeKey) -> bool {
        self.find_overlap(key).is_some()
    }

    /// Adds a range. If it overlaps one of the map, that one gets the value, and its old value is
    /// returned.
    pub fn insert(&mut self, key: LiveRangeKey, value: LiveRangeIndex) -> Option<LiveRangeIndex> {
        let Some((mut chunk, mut at)) = self.find(key.from) else {
            self.push(Entry { key, value });
            return None;
        };
        let found = &mut self.chunks[chunk][at];
        if found.key.from < key.to {
            return Some(core::mem::replace(&mut found.value, value));
        }
        if self.chunks[chunk].len() == CHUNK {
            self.split(chunk);
            if at > CHUNK / 2 {
                (chunk, at) = (chunk + 1, at - CHUNK / 2);
            }
        }
        self.chunks[chunk].insert(at, Entry { key, value });
        // The range is before another one of its chunk, except after a split.
        self.ends[chunk] = self.ends[chunk].max(key.to);
        None
    }

    /// Adds a range after all others.
    fn push(&mut self, entry: Entry) {
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => {
                last.push(entry);
                *self.ends.last_mut().unwrap() = entry.key.to;
            }
            _ => {
                let mut chunk = self.unused.pop().unwrap_or_default();
                chunk.push(entry);
                self.chunks.push(chunk);
                self.ends.push(entry.key.to);
            }
        }
    }

    fn split(&mut self, chunk: usize) {
        let mut second = self.unused.pop().unwrap_or_default();
        second.extend(self.chunks[chunk].drain(CHUNK / 2..));
        let end = self.chunks[chunk].last().unwrap().key.to;
        self.ends.insert(chunk, end);
        self.chunks.insert(chunk + 1, second);
    }

    pub fn remove(&mut self, key: &LiveRangeKey) {
        let Some((chunk, at)) = self.find_overlap(key) else {
            return;
        };
        let entries = &mut self.chunks[chunk];
        entries.remove(at);
        match entries.last() {
            Some(last) => self.ends[chunk] = last.key.to,
            None => {
                self.unused.push(self.chunks.remove(chunk));
                self.ends.remove(chunk);
            }
        }
    }

    /// The ranges that end after a point, ascending.
    #[inline]
    pub fn after(&self, point: u32) -> After<'_> {
        match self.find(point) {
            Some((chunk, at)) => After {
                entries: &self.chunks[chunk][at..],
                chunks: &self.chunks[chunk + 1..],
            },
            None => After {
                entries: &[],
                chunks: &[],
            },
        }
    }
}

/// See [`RangeMap::after`].
#[derive(Clone, Copy)]
pub struct After<'a> {
    entries: &'a [Entry],
    chunks: &'a [Vec<Entry>],
}

impl After<'_> {
    /// The next range, which stays the next one.
    #[inline]
    pub fn peek(&self) -> Option<(LiveRangeKey, LiveRangeIndex)> {
        match (self.entries, self.chunks) {
            ([entry, ..], _) => Some((entry.key, entry.value)),
            ([], [chunk, ..]) => Some((chunk[0].key, chunk[0].value)),
            ([], []) => None,
        }
    }
}

impl Iterator for After<'_> {
    type Item = (LiveRangeKey, LiveRangeIndex);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.entries.is_empty() {
            let (first, rest) = self.chunks.split_first()?;
            (self.entries, self.chunks) = (first, rest);
        }
        let (entry, rest) = self.entries.split_first()?;
        self.entries = rest;
        Some((entry.key, entry.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;

    fn key(from: u32, to: u32) -> LiveRangeKey {
        LiveRangeKey { from, to }
    }

    fn pairs(map: &RangeMap, point: u32) -> Vec<(u32, u32, usize)> {
        map.after(point)
            .map(|(key, value)| (key.from, key.to, value.index()))
            .collect()
    }

    #[test]
    fn says_the_same_as_a_tree() {
        let mut map = RangeMap::default();
        let mut tree: BTreeMap<LiveRangeKey, LiveRangeIndex> = BTreeMap::new();
        let mut state = 1u32;
        let mut random = move |limit: u32| {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            (state >> 8) % limit
        };
        for step in 0..40_000 {
            let from = random(9000);
            let range = key(from, from + 1 + random(3));
            if random(3) == 0 {
                let exact = tree.get_key_value(&range).map(|(&key, _)| key);
                if let Some(exact) = exact {
                    map.remove(&exact);
                    tree.remove(&exact);
                }
            } else if map.contains_key(&range) {
                assert!(tree.contains_key(&range));
            } else {
                let value = LiveRangeIndex::new(step);
                assert!(map.insert(range, value).is_none());
                assert!(tree.insert(range, value).is_none());
            }
            if step % 1000 == 0 {
                let point = random(9000);
                let expected: Vec<_> = tree
                    .range(key(point, point)..)
                    .map(|(key, value)| (key.from, key.to, value.index()))
                    .collect();
                assert_eq!(pairs(&map, point), expected);
            }
        }
        map.clear();
        assert!(map.after(0).peek().is_none());
    }

    #[test]
    fn a_range_that_overlaps_another_takes_its_place() {
        let mut map = RangeMap::default();
        map.insert(key(2, 6), LiveRangeIndex::new(1));
        let old = map.insert(key(4, 5), LiveRangeIndex::new(2));
        assert_eq!(old.map(|value| value.index()), Some(1));
        assert_eq!(pairs(&map, 5), [(2, 6, 2)]);
        assert_eq!(pairs(&map, 6), []);
    }
}
