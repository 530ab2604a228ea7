//! Tests of snapshots, of memory that nothing else uses. What regions grow by needs a program.

use super::*;
use crate::os::memory::map;
use core::{cell::UnsafeCell, slice};
use std::{
    env::temp_dir,
    fs::{File, remove_file},
    os::{fd::AsRawFd, unix::fs::FileExt},
    process::id,
    vec::Vec,
};

/// The largest page size.
const LARGEST: usize = 65536;

/// Data of the executable, in whole pages.
#[repr(C, align(65536))]
struct Data(UnsafeCell<[u8; 4 * LARGEST]>);

// SAFETY: only one test uses each.
unsafe impl Sync for Data {}

static DATA: Data = Data(UnsafeCell::new([7; 4 * LARGEST]));
static OTHER_DATA: Data = Data(UnsafeCell::new([7; 4 * LARGEST]));

/// The pages of a mapping, of which two parts belong to the memory of an instance.
const PAGES: usize = 300;
const GAP: Range<usize> = 100..110;

/// Memory of an instance: data, and zeros with a gap.
struct Memory {
    page: usize,
    data: usize,
    zeros: usize,
    /// The data as the executable has it.
    contents: usize,
}

impl Memory {
    fn new(data: &'static Data) -> Memory {
        let page = page_size() as usize;
        let contents = map(size_of::<Data>()).unwrap();
        // SAFETY: it has just been mapped.
        unsafe { fill(contents, &[7; size_of::<Data>()]) };
        Memory {
            page,
            data: data.0.get().addr(),
            zeros: map(PAGES * page).unwrap(),
            contents,
        }
    }

    /// `beside`: whether the data is mapped another time.
    fn parts(&self, beside: bool) -> [Part; 3] {
        let part = |start, file_end, end, before| Part {
            start,
            file_end,
            end,
            contents: 0,
            before,
        };
        let at = |page| self.zeros + page * self.page;
        let data = self.data + size_of::<Data>();
        let before = size_of::<Data>() / self.page;
        let first = Part {
            contents: if beside { self.contents } else { 0 },
            ..part(self.data, data, data, 0)
        };
        [
            first,
            part(at(0), at(0), at(GAP.start), before),
            part(at(GAP.end), at(GAP.end), at(PAGES), before + GAP.start),
        ]
    }

    /// A page of the data, then of the mapping.
    fn address(&self, page: usize) -> *mut u8 {
        let data = size_of::<Data>() / self.page;
        let address = match page.checked_sub(data) {
            None => self.data + page * self.page,
            Some(other) => self.zeros + other * self.page,
        };
        ptr::with_exposed_provenance_mut(address)
    }

    /// Writes into a page.
    fn write(&self, page: usize, value: u8) {
        // SAFETY: the page is one of these, which only this test uses.
        unsafe { self.address(page).add(page % 97).write_volatile(value) };
    }

    fn bytes(&self) -> Vec<u8> {
        let of = |start: usize, len| {
            let start = ptr::with_exposed_provenance(start);
            // SAFETY: as above.
            unsafe { slice::from_raw_parts::<u8>(start, len) }
        };
        let data = of(self.data, size_of::<Data>());
        [data, of(self.zeros, PAGES * self.page)].concat()
    }
}

/// A snapshot of this memory.
fn of(memory: &Memory, map: Option<PageMap>, beside: bool) -> Snapshot {
    let parts = Vec::from(memory.parts(beside)).leak();
    Snapshot::new(parts, map, 0).unwrap()
}

/// Restores the memory and compares it with what it was, except for the gap.
fn assert_restored(snapshot: &mut Snapshot, memory: &Memory, before: &[u8], round: usize) {
    // SAFETY: this test alone uses the memory.
    unsafe { snapshot.restore() };
    let after = memory.bytes();
    let pages = before.chunks(memory.page).zip(after.chunks(memory.page));
    let data = size_of::<Data>() / memory.page;
    let gap = data + GAP.start..data + GAP.end;
    for (number, (before, after)) in pages.enumerate() {
        let same = gap.contains(&number) || before == after;
        assert!(same, "page {number} after round {round}");
    }
}

/// Requests that write the same pages, or none, and then many other ones each time. Returns the
/// most pages that were restored in place although the fresh instance has not written them, and
/// their number at the end.
fn requests(memory: &Memory, snapshot: &mut Snapshot, learns: bool) -> (usize, usize) {
    let before = memory.bytes();
    let data = size_of::<Data>() / memory.page;
    let mut round = 0;
    for pages in [
        &[0, 2, data, data + 9, data + 299][..],
        &[],
        &[1, data + 120],
    ] {
        for _ in 0..4 {
            round += 1;
            for &page in pages {
                memory.write(page, round as u8);
            }
            memory.write(data + GAP.start, round as u8);
            snapshot.next_lesson = if learns { 0 } else { snapshot.next_lesson };
            assert_restored(snapshot, memory, &before, round);
            let gap = memory.bytes()[(data + GAP.start) * memory.page..][..memory.page].to_vec();
            assert!(gap.contains(&(round as u8)), "the gap belongs to others");
        }
    }
    let learned = |snapshot: &Snapshot| snapshot.written_pages - snapshot.fresh_pages;
    let (mut cold, mut most) = (0, learned(snapshot));
    let starts = [0, 40, GAP.end, GAP.end + 40, GAP.end + 80, GAP.end + 120];
    for start in starts.into_iter().cycle().take(3 * COLD as usize) {
        round += 1;
        memory.write(round % data, round as u8);
        for page in start..start + 40 {
            memory.write(data + page, round as u8);
        }
        snapshot.next_lesson = if learns { 0 } else { snapshot.next_lesson };
        assert_restored(snapshot, memory, &before, round);
        cold = cold.max(snapshot.cold);
        most = most.max(learned(snapshot));
    }
    // Too many pages were new ones, for a while. A map that is read also has those that were only
    // compared here.
    assert!(cold > 0 || !snapshot.map.is_some_and(PageMap::searches));
    (most, learned(snapshot))
}

#[test]
fn memory_is_as_it_was() {
    let map = PageMap::open().ok();
    let memory = Memory::new(&DATA);
    let read = map.map(PageMap::without_search);
    for (map, gives_back, learns, beside) in [
        (map, true, false, false),
        (map, true, false, true),
        (map, false, false, true),
        (read, true, false, false),
        (read, true, false, true),
        (None, true, false, false),
        (None, true, true, false),
        (None, true, true, true),
        (None, false, false, false),
        (None, false, false, true),
    ] {
        let mut snapshot = of(&memory, map, beside);
        snapshot.gives_back = Some(gives_back && snapshot.gives_back());
        // What the fresh instance has written.
        let data = size_of::<Data>() / memory.page;
        for page in [1, 3, data + 4, data + 200] {
            memory.write(page, 0xa5);
        }
        // SAFETY: the page is one of the data, which only this test uses.
        unsafe { ptr::write_bytes(memory.address(5), 0, memory.page) };
        snapshot.save_all().unwrap();
        let (most, last) = requests(&memory, &mut snapshot, learns);
        // Those of the last request after which it learned: that one wrote none of the earlier
        // ones, which were forgotten.
        let expected = match map.is_none() && snapshot.gives_back() {
            true => (41, 41),
            false => (0, 0),
        };
        assert_eq!((most, last), expected);
    }
}

/// A map that can be read up to the end of the data, all of whose pages are private in it.
fn map_that_ends(map: PageMap, memory: &Memory) -> (PageMap, File) {
    let path = temp_dir().join(std::format!("wasi-aot-pages-{}", id()));
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)
        .unwrap();
    remove_file(&path).unwrap();
    let pages = size_of::<Data>() / memory.page;
    let entries = (1u64 << 63).to_ne_bytes().repeat(pages);
    let offset = memory.data / memory.page * size_of::<u64>();
    file.write_all_at(&entries, offset as u64).unwrap();
    (map.without_search().at(Fd(file.as_raw_fd())), file)
}

#[test]
fn memory_is_as_it_was_if_the_map_fails_half_way() {
    let map = PageMap::open().unwrap();
    let memory = Memory::new(&OTHER_DATA);
    let data = size_of::<Data>() / memory.page;
    let (half, _file) = map_that_ends(map, &memory);
    for beside in [false, true] {
        let mut snapshot = of(&memory, Some(map), beside);
        memory.write(1, 0xa5);
        memory.write(data + 4, 0xa5);
        snapshot.save_all().unwrap();
        let before = memory.bytes();
        snapshot.map = Some(half);
        let found = snapshot.each_private(&mut |_, _| ());
        assert_eq!(found, Err(Errno::EIO));
        for round in 0..3 {
            for page in [1, 2, data + 4, data + 9, data + 200 + round] {
                memory.write(page, round as u8 + 1);
            }
            assert_restored(&mut snapshot, &memory, &before, round);
        }
    }
}

#[test]
fn the_parts_of_the_executable_are_found() {
    let mut parts = [Part::default(); PARTS];
    let count = find_parts(&mut parts, None, &[]).unwrap();
    let parts = &parts[..count];
    assert!(parts.is_sorted_by(|one, next| one.end <= next.start));
    let page = page_size() as usize;
    let mut pages = 0;
    for part in parts {
        assert!(part.start < part.end && part.file_end <= part.end);
        assert!(
            [part.start, part.file_end, part.end]
                .iter()
                .all(|at| at % page == 0)
        );
        assert_eq!(part.before, pages);
        pages += (part.end - part.start) / page;
    }
    assert!(pages > 0);
}
