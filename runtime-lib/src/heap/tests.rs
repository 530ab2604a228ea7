//! Random programs on random heaps, compared with a model that keeps all objects.

use super::{
    collector::{Collector, Full, Roots},
    object::REFERENCE,
};
use crate::os::memory::{map_at, protection, unmap};
use core::cell::{Cell, RefCell};
use std::{collections::HashMap, vec, vec::Vec};
use wasi_aot_abi::heap::{
    ARRAY_LENGTH, CARD_SHIFT, Free, HOST, HOST_SHIFT, Heap, I31, I31_SHIFT, ObjectType, most,
};

const fn ty(bytes: u32, stride: u32, first: u32, count: u32) -> ObjectType {
    ObjectType {
        bytes,
        stride,
        first,
        count,
    }
}

const LEAF: u32 = 1;
const PAIR: u32 = 2;
const LINK: u32 = 3;
const REFERENCES: u32 = 4;
const BYTES: u32 = 5;
const WORDS: u32 = 6;
const EMPTY: u32 = 7;

static TYPES: [ObjectType; 8] = [
    ty(0, 0, 0, 0),
    ty(16, 0, 0, 0),
    ty(32, 0, 0, 2),
    ty(16, 0, 2, 1),
    ty(12, 4, 3, 1),
    ty(12, 1, 0, 0),
    ty(16, 8, 0, 0),
    ty(8, 0, 0, 0),
];

static OFFSETS: [u32; 4] = [8, 24, 12, 0];

/// A random number generator (splitmix64).
struct Random(Cell<u64>);

impl Random {
    fn next(&self, below: usize) -> usize {
        self.0.set(self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        let mut word = self.0.get();
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((word ^ (word >> 31)) % below as u64) as usize
    }
}

/// A reference in the model.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Reference {
    /// Null, an `i31` or a host reference: the word itself.
    Word(u32),
    Object(usize),
}

const NULL: Reference = Reference::Word(0);

/// An object of the model.
struct Model {
    ty: u32,
    references: Vec<Reference>,
    /// The byte in its data, and its number of elements.
    data: (u8, usize),
}

/// The words outside the heap that refer to objects.
struct Words(RefCell<Vec<u64>>);

impl Roots for Words {
    fn each(&self, mut visit: impl FnMut(*mut u64)) {
        let first = self.0.borrow_mut().as_mut_ptr();
        for index in 0..self.0.borrow().len() {
            visit(first.wrapping_add(index));
        }
    }
}

/// A heap, and the model of its contents.
struct World {
    collector: Collector,
    free: Free,
    base: usize,
    mapped: usize,
    words: Words,
    roots: Vec<Reference>,
    objects: Vec<Model>,
    random: Random,
}

fn load<T: Copy>(address: usize) -> T {
    // SAFETY: tests only use addresses of their heap's objects.
    unsafe { *(address as *const T) }
}

fn store<T>(address: usize, value: T) {
    // SAFETY: as above.
    unsafe { *(address as *mut T) = value }
}

impl World {
    /// A heap at `base`, which no other test may use.
    fn new(base: usize, limit: u64, roots: usize, seed: u64) -> Self {
        let reserved = limit + limit / 64 + (1 << 16);
        let reserved = reserved.next_multiple_of(1 << 16);
        // SAFETY: nothing else is mapped there.
        unsafe {
            map_at(
                base,
                reserved as usize,
                protection::READ | protection::WRITE,
            )
        }
        .expect("address space");
        let mut free = Free { next: 0, end: 0 };
        assert!(limit <= most(reserved));
        let heap = Heap {
            base: base as *mut u8,
            reserved,
            free: &raw mut free,
            types: TYPES.as_ptr(),
            type_count: TYPES.len() as u64,
            offsets: OFFSETS.as_ptr(),
            roots: core::ptr::null(),
            root_count: 0,
            safepoints: core::ptr::null(),
            safepoint_count: 0,
            slots: core::ptr::null(),
        };
        World {
            // SAFETY: only this test uses the heap.
            collector: unsafe { Collector::new(&heap, limit) }.expect("address space"),
            free,
            base,
            mapped: reserved as usize,
            words: Words(RefCell::new(vec![0; roots])),
            roots: vec![NULL; roots],
            objects: Vec::new(),
            random: Random(Cell::new(seed)),
        }
    }

    /// Allocates as compiled code does.
    fn allocate(&mut self, bytes: u64) -> Result<usize, Full> {
        if self.free.next + bytes <= self.free.end {
            let object = self.free.next;
            self.free.next += bytes;
            return Ok(object as usize);
        }
        let made = self
            .collector
            .allocate(&mut self.free, bytes, &self.words)?;
        Ok(made as usize)
    }

    fn bytes(ty: u32, elements: usize) -> u64 {
        let ty = TYPES[ty as usize];
        (u64::from(ty.bytes) + u64::from(ty.stride) * elements as u64).next_multiple_of(8)
    }

    /// The addresses of an object's references.
    fn places(ty: u32, object: usize, elements: usize) -> Vec<usize> {
        let ty = TYPES[ty as usize];
        if ty.count == 0 {
            return Vec::new();
        }
        if ty.stride != 0 {
            let first = object + ty.bytes as usize;
            return (0..elements)
                .map(|index| first + REFERENCE * index)
                .collect();
        }
        let offsets = &OFFSETS[ty.first as usize..][..ty.count as usize];
        offsets
            .iter()
            .map(|offset| object + *offset as usize)
            .collect()
    }

    /// The addresses of an object's bytes that are not references.
    fn data(ty: u32, object: usize, elements: usize) -> Vec<usize> {
        match ty {
            LEAF => (8..16).map(|offset| object + offset).collect(),
            PAIR => (16..24).map(|offset| object + offset).collect(),
            LINK => (8..12).map(|offset| object + offset).collect(),
            BYTES | WORDS => {
                let ty = TYPES[ty as usize];
                let bytes = ty.stride as usize * elements;
                (0..bytes)
                    .map(|index| object + ty.bytes as usize + index)
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// A reachable reference, or one that is no object's, and its current word.
    fn pick(&self) -> (Reference, u32) {
        match self.random.next(10) {
            0 => return (NULL, 0),
            1 => {
                let word = (self.random.next(1 << 31) << I31_SHIFT) as u32 | I31 as u32;
                return (Reference::Word(word), word);
            }
            2 => {
                let word = (self.random.next(1 << 30) << HOST_SHIFT) as u32 | HOST as u32;
                return (Reference::Word(word), word);
            }
            _ => {}
        }
        let root = self.random.next(self.roots.len());
        let mut at = (self.roots[root], self.words.0.borrow()[root] as u32);
        for _ in 0..self.random.next(6) {
            let Reference::Object(id) = at.0 else { break };
            let model = &self.objects[id];
            if model.references.is_empty() {
                break;
            }
            let index = self.random.next(model.references.len());
            let place = Self::places(model.ty, at.1 as usize, model.data.1)[index];
            at = (model.references[index], load(place));
        }
        at
    }

    /// Allocates an object.
    fn make(&mut self, large: usize) -> Result<(), Full> {
        let ty = self.random.next(EMPTY as usize) as u32 + 1;
        let elements = match (ty, self.random.next(2000)) {
            (REFERENCES | BYTES | WORDS, 0) => self.random.next(large),
            (REFERENCES | BYTES | WORDS, _) => self.random.next(20),
            _ => 0,
        };
        let bytes = Self::bytes(ty, elements);
        let object = self.allocate(bytes)?;
        for word in (object..object + bytes as usize).step_by(8) {
            assert_eq!(load::<u64>(word), 0, "memory is zero");
        }
        store(object, ty);
        if TYPES[ty as usize].stride != 0 {
            store(object + ARRAY_LENGTH as usize, elements as u32);
        }
        let mut references = Vec::new();
        for place in Self::places(ty, object, elements) {
            // No card is marked, because the object is new.
            let (reference, word) = self.pick();
            store(place, word);
            references.push(reference);
        }
        let byte = self.random.next(256) as u8;
        for place in Self::data(ty, object, elements) {
            store(place, byte);
        }
        let id = self.objects.len();
        self.objects.push(Model {
            ty,
            references,
            data: (byte, elements),
        });
        let root = self.random.next(self.roots.len());
        self.roots[root] = Reference::Object(id);
        self.words.0.borrow_mut()[root] = object as u64;
        Ok(())
    }

    /// Changes a reference in an object.
    fn change(&mut self) {
        let (Reference::Object(id), object) = self.pick() else {
            return;
        };
        let (reference, word) = self.pick();
        let model = &mut self.objects[id];
        if model.references.is_empty() {
            return;
        }
        let index = self.random.next(model.references.len());
        let place = Self::places(model.ty, object as usize, model.data.1)[index];
        let marked = match TYPES[model.ty as usize].stride {
            0 => object as usize,
            _ => place,
        };
        store(self.base + ((marked - self.base) >> CARD_SHIFT), 1u8);
        store(place, word);
        model.references[index] = reference;
    }

    fn forget(&mut self, part: usize) {
        for root in 0..self.roots.len() {
            if self.random.next(part) == 0 {
                self.roots[root] = NULL;
                self.words.0.borrow_mut()[root] = 0;
            }
        }
    }

    /// Compares all reachable objects, and removes the others from the model.
    fn compare(&mut self) {
        let mut known = HashMap::new();
        let mut order = Vec::new();
        let mut see =
            |reference: Reference, word: u32, order: &mut Vec<(usize, usize)>| match reference {
                Reference::Word(expected) => {
                    assert_eq!(word, expected);
                    reference
                }
                Reference::Object(id) => {
                    let number = known.len();
                    let (number, address) = *known.entry(id).or_insert_with(|| {
                        order.push((id, word as usize));
                        (number, word)
                    });
                    assert_eq!(word, address, "an object is in one place");
                    Reference::Object(number)
                }
            };
        for (root, word) in self.roots.iter_mut().zip(self.words.0.borrow().iter()) {
            *root = see(*root, *word as u32, &mut order);
        }
        let mut objects = Vec::new();
        while let Some(&(id, object)) = order.get(objects.len()) {
            let model = &self.objects[id];
            let (byte, elements) = model.data;
            assert_eq!(load::<[u32; 2]>(object), [model.ty, 0]);
            if TYPES[model.ty as usize].stride != 0 {
                assert_eq!(load::<u32>(object + ARRAY_LENGTH as usize), elements as u32);
            }
            for place in Self::data(model.ty, object, elements) {
                assert_eq!(load::<u8>(place), byte);
            }
            let places = Self::places(model.ty, object, elements);
            let references = model.references.iter().zip(places);
            objects.push(Model {
                ty: model.ty,
                references: references
                    .map(|(reference, place)| see(*reference, load(place), &mut order))
                    .collect(),
                data: model.data,
            });
        }
        self.objects = objects;
    }

    /// Allocates an object; if the heap is full, half of the roots are removed.
    fn make_or_forget(&mut self, large: usize) {
        if self.make(large) == Err(Full) {
            self.compare();
            self.forget(2);
        }
    }

    /// Runs `steps` random steps with arrays of up to `large` elements.
    fn run(&mut self, steps: usize, large: usize) {
        for step in 0..steps {
            match self.random.next(8) {
                0..4 => self.make_or_forget(large),
                4..7 => self.change(),
                _ if self.random.next(1000) == 0 => self.forget(4),
                _ => {}
            }
            if step % 10_000 == 0 {
                self.compare();
            }
        }
        self.compare();
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // SAFETY: the test no longer uses it.
        unsafe { unmap(self.base, self.mapped) }.expect("it was mapped");
    }
}

#[test]
fn random_programs_in_a_small_heap() {
    for seed in 0..4 {
        World::new(0x1000_0000, 1 << 20, 500, seed).run(500_000, 5_000);
    }
}

#[test]
fn random_programs_in_a_large_heap() {
    World::new(0x2000_0000, 64 << 20, 20_000, 7).run(3_000_000, 300_000);
}

#[test]
fn random_programs_that_keep_much() {
    World::new(0x3000_0000, 4 << 20, 60_000, 3).run(2_000_000, 50_000);
}

#[test]
fn random_programs_under_stress() {
    for seed in 0..10 {
        let mut world = World::new(0x3800_0000, 1 << 20, 20, seed);
        world.collector.stress();
        world.run(10_000, 2_000);
    }
}
