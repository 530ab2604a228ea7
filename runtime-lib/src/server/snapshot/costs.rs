//! What a restoration costs, beside giving all pages back and mapping the memory again. Measures
//! only if it is asked to: `cargo test --release -p wasi-aot-runtime --lib costs -- --ignored
//! --nocapture`. Prints microseconds: of the restoration, and of it with the request before it.

use super::*;
use crate::os::{
    child::small_pages,
    memory::{map, map_over, protection},
};
use std::{eprintln, time::Instant, vec, vec::Vec};

/// Requests of a series: as many as it takes until the server tries again to keep pages.
const SERIES: usize = COLD as usize + PATIENCE as usize;

/// Series of each way, of which the median counts.
const COUNT: usize = 40;

/// An instance's memory, and what requests do to it.
struct Case {
    name: &'static str,
    pages: usize,
    /// Pages that a request writes.
    written: usize,
    /// Pages that the fresh instance has written: the first ones, which requests write, too.
    fresh: usize,
    /// Whether each request writes other pages than the one before.
    others: bool,
}

const CASES: [Case; 5] = [
    case("12 of 32, zeros", 32, 12, 0, false),
    case("12 of 32, with contents", 32, 12, 12, false),
    case("300 of 3,000, zeros", 3000, 300, 0, false),
    case("300 of 3,000, with contents", 3000, 300, 300, false),
    case("300 others of 3,000", 3000, 300, 150, true),
];

const fn case(
    name: &'static str,
    pages: usize,
    written: usize,
    fresh: usize,
    others: bool,
) -> Case {
    Case {
        name,
        pages,
        written,
        fresh,
        others,
    }
}

/// How the memory becomes as it was.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// As servers do.
    Snapshot,
    /// As servers do where the kernel does not tell which pages were written.
    WithoutMap,
    /// All pages are given back, and those of the fresh instance are copied.
    GiveBack,
    /// The memory is mapped again, and those of the fresh instance are copied.
    MapAgain,
}

fn snapshot(memory: usize, pages: usize, has_map: bool) -> Snapshot {
    let page = page_size() as usize;
    let parts = vec![Part {
        start: memory,
        file_end: memory,
        end: memory + pages * page,
        contents: 0,
        before: 0,
    }];
    let map = PageMap::open().ok().filter(|_| has_map);
    let mut snapshot = Snapshot::new(parts.leak(), map, 0).unwrap();
    snapshot.gives_back = Some(true);
    snapshot
}

/// A request: one byte of each page that it writes.
fn request(case: &Case, memory: usize, round: usize) {
    let page = page_size() as usize;
    let window = (case.pages / case.written).saturating_sub(1).max(1);
    let first = match case.others {
        true => case.fresh + round % window * case.written,
        false => 0,
    };
    for number in first..first + case.written {
        let address: *mut u8 = ptr::with_exposed_provenance_mut(memory + number * page);
        // SAFETY: only this test uses the memory, and the page is part of it.
        unsafe { address.write_volatile(round as u8 | 1) };
    }
}

fn restore(snapshot: &mut Snapshot, way: Way) {
    let Part { start, end, .. } = snapshot.parts[0];
    let access = protection::READ | protection::WRITE;
    // SAFETY: only this test uses the memory.
    unsafe {
        match way {
            Way::Snapshot | Way::WithoutMap => return snapshot.restore(),
            Way::GiveBack => assert!(give_back(start, end - start)),
            Way::MapAgain => map_over(start, end - start, access).unwrap(),
        }
        for number in 0..snapshot.written_pages {
            snapshot.copy_back(number as u32, snapshot.written[number]);
        }
    }
}

/// One way to restore a memory of its own.
struct Ground {
    way: Way,
    memory: usize,
    snapshot: Snapshot,
    /// Requests so far.
    round: usize,
    /// For each series the microseconds of a restoration, and of it with the request.
    alone: Vec<f64>,
    both: Vec<f64>,
}

impl Ground {
    fn new(case: &Case, way: Way) -> Ground {
        let page = page_size() as usize;
        let memory = map(case.pages * page).unwrap();
        for number in 0..case.fresh {
            let address: *mut u8 = ptr::with_exposed_provenance_mut(memory + number * page);
            // SAFETY: the memory has just been mapped.
            unsafe { ptr::write_bytes(address, 0xa5, page) };
        }
        let has_map = !matches!(way, Way::WithoutMap);
        let mut snapshot = snapshot(memory, case.pages, has_map);
        snapshot.save_all().unwrap();
        assert_eq!(snapshot.written_pages, case.fresh);
        Ground {
            way,
            memory,
            snapshot,
            round: 0,
            alone: Vec::new(),
            both: Vec::new(),
        }
    }

    /// A series of requests with their restorations.
    fn run(&mut self, case: &Case) {
        let (mut alone, mut both) = (0, 0);
        for _ in 0..SERIES {
            self.round += 1;
            let start = Instant::now();
            request(case, self.memory, self.round);
            let middle = Instant::now();
            restore(&mut self.snapshot, self.way);
            let end = Instant::now();
            alone += (end - middle).as_nanos();
            both += (end - start).as_nanos();
        }
        let mean = |nanoseconds| nanoseconds as f64 / 1e3 / SERIES as f64;
        self.alone.push(mean(alone));
        self.both.push(mean(both));
    }
}

/// The median, without the first series, in which pages become private that later ones find so.
fn median(series: &[f64]) -> f64 {
    let mut sorted = series[1..].to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

#[test]
#[ignore = "measures: it needs a build with optimisation and a quiet machine"]
fn costs() {
    small_pages().unwrap();
    for case in &CASES {
        let ways = [Way::Snapshot, Way::WithoutMap, Way::GiveBack, Way::MapAgain];
        let mut grounds = ways.map(|way| Ground::new(case, way));
        // In turn: what disturbs the machine disturbs all alike.
        for _ in 0..COUNT {
            grounds.iter_mut().for_each(|ground| ground.run(case));
        }
        for Ground {
            way, alone, both, ..
        } in &grounds
        {
            let (alone, both) = (median(alone), median(both));
            // The comparison of servers reads these lines (`benches/serve`).
            eprintln!("reset {} | {way:?} | {alone:.2} | {both:.2}", case.name);
        }
    }
}
