//! Tests of the reading and of the table. What reports show is tested against another engine
//! (`tests/traps`).

use super::places::{Known, Places};
use super::table;
use super::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use wasi_aot_abi::lines;

/// Random numbers, the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1);
        (self.0 >> 33) as usize % limit
    }
}

fn modules() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/traps");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let files: Vec<_> = files
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "wasm")
        })
        .collect();
    assert!(files.len() >= 5, "{files:?}");
    files
}

/// What the reader makes of a table, in the words of the compiler.
fn decoded(
    table: &lines::Table,
    unit: u32,
    record: u32,
) -> (Vec<(String, lines::Location)>, Option<lines::Location>) {
    let place = table.place(unit, record).expect("there is such a record");
    let mut chain = Vec::new();
    let mut number = place.scope;
    while let Some(scope) = place.scope(number) {
        chain.push((text(table, scope.name), scope.call));
        number = scope.outer;
    }
    chain.reverse();
    (chain, place.location)
}

/// A text by its number plus 1.
fn text(table: &lines::Table, number: u32) -> String {
    let mut bytes = Vec::new();
    if let Some(number) = number.checked_sub(1) {
        table
            .text(number, &mut |part| bytes.extend_from_slice(part))
            .expect("there is such a text");
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn tables_survive_the_round_trip() {
    let mut random = Random(7);
    let mut texts = Texts::default();
    let all: Vec<_> = (0..200)
        .map(|number| {
            texts.add(&format!(
                "{}/name-{}é",
                "shared/".repeat(number % 7),
                number * 37
            ))
        })
        .collect();
    let location = |random: &mut Random| {
        let lines = [300, 1 << 31][usize::from(random.below(9) == 0)];
        Location {
            file: all[random.below(20)],
            line: random.below(lines) as u32,
            column: random.below(150) as u32,
        }
    };
    let mut places = Places::default();
    for number in 0..3000u32 {
        // Some are deep.
        let outer = match number {
            1..100 => Some(number - 1),
            _ => (random.below(6) > 0).then(|| random.below(number.max(1) as usize) as u32),
        };
        places.scopes.push(Scope {
            outer: outer.filter(|_| number > 0),
            name: (random.below(5) > 0).then(|| all[20 + random.below(180)]),
            call: (random.below(5) > 0).then(|| location(&mut random)),
        });
    }
    for unit in 0..20 {
        let records = (0..unit * 10).map(|_| Known {
            scope: (random.below(4) > 0).then(|| random.below(3000) as u32),
            location: (random.below(9) > 0).then(|| location(&mut random)),
        });
        let records: Vec<_> = records.collect();
        // Most records have the place of the one before.
        places
            .units
            .push(records.iter().flat_map(|&known| [known; 2]).collect());
    }

    let bytes = table::encoded(&places, &texts);
    let table = lines::Table::new(&bytes);
    let same = |location: Location, read: lines::Location| {
        assert_eq!(text(&table, read.file), texts.get(location.file));
        assert_eq!((location.line, location.column), (read.line, read.column));
    };
    let mut deepest = 0;
    for (unit, records) in (0..).zip(&places.units) {
        // Each is read from the start of the function.
        for (index, known) in (0..).zip(records).step_by(5) {
            let outer = |scope: &u32| places.scopes[*scope as usize].outer;
            let mut around: Vec<_> = std::iter::successors(known.scope, outer).collect();
            around.reverse();
            deepest = deepest.max(around.len());
            // Where scopes are left out, the location is that of the call to the first of them.
            let known = match around.get(table::DEPTH) {
                None => *known,
                Some(&left_out) => Known {
                    scope: outer(&left_out),
                    location: places.scopes[left_out as usize].call,
                },
            };
            let (chain, read) = decoded(&table, unit, index);
            let scope = |number: u32| places.scopes[number as usize];
            let mut wanted: Vec<_> =
                std::iter::successors(known.scope, |&number| scope(number).outer).collect();
            wanted.reverse();
            assert_eq!(chain.len(), wanted.len());
            for ((name, call), wanted) in chain.iter().zip(wanted) {
                let wanted = scope(wanted);
                assert_eq!(name, wanted.name.map_or("", |name| texts.get(name)));
                match wanted.call {
                    _ if wanted.outer.is_none() => {}
                    Some(location) => same(location, *call),
                    None => assert_eq!(call.line, 0),
                }
            }
            assert_eq!(known.location.is_some(), read.is_some());
            if let (Some(location), Some(read)) = (known.location, read) {
                same(location, read);
            }
        }
        assert!(table.place(unit, records.len() as u32 + 8).is_none() || records.is_empty());
    }
    assert!(table.place(20, 0).is_none());
    assert!(deepest > table::DEPTH);
}

#[test]
fn damaged_tables_are_read_to_their_end() {
    let mut random = Random(3);
    let mut texts = Texts::default();
    let file = texts.add("a.c");
    let known = |line| Known {
        scope: None,
        location: Some(Location {
            file,
            line,
            column: 1,
        }),
    };
    let places = Places {
        units: vec![(0..100).map(known).collect(); 3],
        scopes: Vec::new(),
    };
    let good = table::encoded(&places, &texts);
    for _ in 0..20_000 {
        let mut bytes = good.clone();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len());
            bytes[at] = random.below(256) as u8;
        }
        let table = lines::Table::new(&bytes);
        if let Some(place) = table.place(random.below(4) as u32, random.below(100) as u32) {
            let file = place.location.map_or(0, |location| location.file);
            let _ = table.text(file.wrapping_sub(1), &mut |_| {});
        }
    }
}

#[test]
fn damaged_debug_information_is_read_or_refused() {
    let mut random = Random(11);
    let mut refused = 0;
    for path in modules() {
        let bytes = fs::read(path).unwrap();
        let module = crate::wasm::parse(&bytes, "a.wasm").unwrap();
        for _ in 0..2_000 {
            let mut owned: Vec<(&str, Vec<u8>)> = (module.debug.contents.iter())
                .map(|&(name, bytes)| (name, bytes.to_vec()))
                .collect();
            for _ in 0..=random.below(3) {
                let section = random.below(owned.len());
                let bytes = &mut owned[section].1;
                let at = random.below(bytes.len());
                match random.below(8) {
                    0 => bytes.truncate(at + 1),
                    1 => bytes[at] = 0xff,
                    _ => bytes[at] = random.below(256) as u8,
                }
            }
            let sections = Sections {
                contents: owned
                    .iter()
                    .map(|(name, bytes)| (*name, &**bytes))
                    .collect(),
                code: module.debug.code.clone(),
            };
            refused += u32::from(read(&sections, &mut Texts::default()).is_err());
        }
    }
    assert!((100..9_000).contains(&refused), "{refused}");
}

/// The bytes of a DWARF 4 unit with this content, and of its header.
fn unit(abbreviations: u32, content: &[u8]) -> Vec<u8> {
    let mut unit = (content.len() as u32 + 7).to_le_bytes().to_vec();
    unit.extend(4u16.to_le_bytes());
    unit.extend(abbreviations.to_le_bytes());
    unit.push(4);
    unit.extend(content);
    unit
}

/// Reads sections, and says how long it took and what is wrong with them.
fn timed(contents: &[(&'static str, Vec<u8>)]) -> (Duration, Option<String>) {
    let sections = Sections {
        contents: contents
            .iter()
            .map(|(name, bytes)| (*name, &**bytes))
            .collect(),
        code: 100..1_000_000,
    };
    let start = Instant::now();
    let read = read(&sections, &mut Texts::default());
    (start.elapsed(), read.err().map(|error| error.to_string()))
}

#[test]
fn parts_that_are_used_too_often_are_refused_in_time() {
    // A table of lines of a million bytes, which 50,000 units use.
    let mut program = vec![0; 1 << 20];
    let length = program.len() as u32 - 4;
    program[..4].copy_from_slice(&length.to_le_bytes());
    program[4] = 4;
    program[6..10].copy_from_slice(&12u32.to_le_bytes());
    program[10..16].copy_from_slice(&[1, 1, 1, 0, 1, 1]);
    // 1: a unit with its line program (DW_AT_stmt_list, DW_FORM_sec_offset).
    let abbreviations = vec![1, 0x11, 0, 0x10, 0x17, 0, 0, 0];
    let units: Vec<u8> = (0..50_000)
        .flat_map(|_| unit(0, &[1, 0, 0, 0, 0]))
        .collect();
    let (time, error) = timed(&[
        (".debug_line", program),
        (".debug_abbrev", abbreviations),
        (".debug_info", units),
    ]);
    assert!(error.is_some_and(|error| error.contains("too often")));
    assert!(time < Duration::from_secs(10), "{time:?}");
}

#[test]
fn attributes_without_bytes_are_counted() {
    // 100,000 attributes without bytes (DW_AT_external, DW_FORM_flag_present), for 100,000 units.
    let mut abbreviations = vec![1, 0x11, 0];
    abbreviations.extend([0x3f, 0x19].repeat(100_000));
    abbreviations.extend([0, 0, 0]);
    let units: Vec<u8> = (0..100_000).flat_map(|_| unit(0, &[1])).collect();
    let (time, error) = timed(&[
        (".debug_line", vec![0]),
        (".debug_abbrev", abbreviations),
        (".debug_info", units),
    ]);
    assert!(error.is_some_and(|error| error.contains("too often")));
    assert!(time < Duration::from_secs(10), "{time:?}");
}

#[test]
fn overlapping_abbreviations_are_read_once() {
    // A million bytes of abbreviations without an end, and units that start at each of them.
    let abbreviations = [1u8, 0x11, 0, 0, 0].repeat(200_000);
    let units: Vec<u8> = (0..100_000u32)
        .flat_map(|index| unit(5 * index, &[1]))
        .collect();
    let (time, _) = timed(&[
        (".debug_line", vec![0]),
        (".debug_abbrev", abbreviations),
        (".debug_info", units),
    ]);
    assert!(time < Duration::from_secs(10), "{time:?}");
}

#[test]
fn paths_are_joined_as_their_machine_does() {
    for (path, part, joined) in [
        ("", "a.c", "a.c"),
        ("/src", "a.c", "/src/a.c"),
        ("/src/", "a.c", "/src/a.c"),
        ("/src", "/b/a.c", "/b/a.c"),
        (r"C:\src", "a.c", r"C:\src\a.c"),
        ("/src", r"D:\a.c", r"D:\a.c"),
        ("é", "a.c", "é/a.c"),
    ] {
        let mut together = path.to_owned();
        dwarf::join(&mut together, part);
        assert_eq!(together, joined);
    }
}
