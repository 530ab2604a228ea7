//! A map from dense keys that is emptied for every function, without a search or deallocation.

use cranelift_entity::{EntityRef, SecondaryMap};

/// The current function's imports of one kind: at most one value per key.
#[derive(Clone, Debug)]
pub(super) struct Memo<K: EntityRef, V: Clone> {
    values: SecondaryMap<K, Option<V>>,
    filled: Vec<K>,
}

impl<K: EntityRef, V: Clone> Default for Memo<K, V> {
    fn default() -> Self {
        Memo {
            values: SecondaryMap::new(),
            filled: Vec::new(),
        }
    }
}

impl<K: EntityRef, V: Copy> Memo<K, V> {
    /// The value of `key`, if it has one.
    pub fn get(&self, key: K) -> Option<V> {
        self.values.get(key).copied().flatten()
    }

    /// Gives `key` its value.
    pub fn set(&mut self, key: K, value: V) -> V {
        self.values[key] = Some(value);
        self.filled.push(key);
        value
    }

    /// Forgets all values.
    pub fn clear(&mut self) {
        for key in self.filled.drain(..) {
            self.values[key] = None;
        }
    }
}
