//! The conditions on arguments, read back from the instructions of a filter: for expectations, and
//! to find arguments that one filter allows and another might not.

use std::fmt::Write as _;
use wasi_aot::wall::bpf;

/// What is known of a word, on one way through a filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fact {
    Is(u32),
    IsNot(u32),
    /// It has none of these bits.
    Lacks(u32),
    /// It has one of these bits.
    Has(u32),
}
use Fact::{Has, Is, IsNot, Lacks};

/// A way through a filter on which a call is allowed: facts about words of `struct seccomp_data`,
/// by their offsets.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Way(Vec<(u32, Fact)>);

/// The ways on which a filter allows a call; none: it never allows it.
pub fn ways(filter: &[u64], architecture: u32, number: u32) -> Vec<Way> {
    let known = Way(vec![
        (bpf::ARCHITECTURE, Is(architecture)),
        (bpf::NUMBER, Is(number)),
    ]);
    let mut found = Vec::new();
    // Where each way continues, the word that it has loaded, and its facts.
    let mut work = vec![(0, 0, known)];
    while let Some((at, mut loaded, way)) = work.pop() {
        let instruction: u64 = filter[at];
        let (code, operand) = (instruction as u16, (instruction >> 32) as u32);
        let [held, not] = [16, 24].map(|shift| at + 1 + (instruction >> shift) as usize % 256);
        let facts = match code {
            bpf::LOAD => {
                loaded = operand;
                work.push((at + 1, loaded, way));
                continue;
            }
            bpf::RETURN if operand == bpf::ALLOW => {
                found.push(way.of_arguments());
                continue;
            }
            bpf::RETURN => continue,
            bpf::JUMP_EQUAL => [Is(operand), IsNot(operand)],
            bpf::JUMP_ANY_BIT => [Has(operand), Lacks(operand)],
            bpf::JUMP_AT_LEAST => match way.value(loaded) {
                Some(value) => {
                    let next = if value >= operand { held } else { not };
                    work.push((next, loaded, way));
                    continue;
                }
                None => panic!("arguments are compared in order"),
            },
            other => panic!("instruction {other:#x}"),
        };
        // The first to be taken is the last that is pushed.
        for (fact, next) in facts.into_iter().zip([held, not]).rev() {
            if let Some(way) = way.with(loaded, fact) {
                work.push((next, loaded, way));
            }
        }
    }
    found
}

impl Way {
    /// The value of a word, if it is known.
    fn value(&self, word: u32) -> Option<u32> {
        self.0.iter().find_map(|(of, fact)| match fact {
            Is(value) if *of == word => Some(*value),
            _ => None,
        })
    }

    /// The same with a further fact; `None`: what is known contradicts it.
    fn with(&self, word: u32, fact: Fact) -> Option<Way> {
        if let Some(value) = self.value(word) {
            let holds = match fact {
                Is(other) => value == other,
                IsNot(other) => value != other,
                Lacks(bits) => value & bits == 0,
                Has(bits) => value & bits != 0,
            };
            return holds.then(|| self.clone());
        }
        if let Is(value) = fact
            && self.0.contains(&(word, IsNot(value)))
        {
            return None;
        }
        let mut way = self.clone();
        if matches!(fact, Is(_)) {
            way.0.retain(|(other, _)| *other != word);
        }
        way.0.push((word, fact));
        Some(way)
    }

    fn of_arguments(&self) -> Way {
        let first = bpf::argument(0);
        let facts = self.0.iter().copied();
        Way(facts.filter(|(word, _)| *word >= first).collect())
    }

    /// Arguments with which the call is allowed: all other words empty and full, and every bit that
    /// a word may have alone.
    pub fn samples(&self) -> Vec<[u64; 6]> {
        let masks = self.0.iter().filter_map(|(word, fact)| match fact {
            Lacks(bits) => Some((*word, !bits)),
            _ => None,
        });
        let alone = masks.flat_map(|(word, bits)| {
            let bits = (0..32)
                .map(|bit| 1 << bit)
                .filter(move |bit| bits & bit != 0);
            bits.map(move |bit| Some((word, bit)))
        });
        let mut samples = Vec::new();
        for single in alone.chain([None]) {
            for fill in [0, u32::MAX] {
                samples.push(self.sample(fill, single));
            }
        }
        samples
    }

    fn sample(&self, fill: u32, single: Option<(u32, u32)>) -> [u64; 6] {
        let first = bpf::argument(0);
        let word = |offset: u32| -> u32 {
            let facts = self.0.iter().filter(|(of, _)| *of == offset);
            let value = facts.fold(fill, |value, (_, fact)| match fact {
                Is(other) => *other,
                Lacks(bits) => value & !bits,
                IsNot(_) | Has(_) => panic!("such a condition is not expected"),
            });
            match single {
                Some((of, bit)) if of == offset => bit,
                _ => value,
            }
        };
        [0, 1, 2, 3, 4, 5].map(|index| {
            let low = first + 8 * index;
            u64::from(word(low + 4)) << 32 | u64::from(word(low))
        })
    }
}

/// The ways as text, without those for which another makes none of its conditions: `a1` is the low
/// half of the argument 1, counted from 0, and `a1>>32` its high half.
pub fn text(ways: &[Way]) -> String {
    let mut lines: Vec<(String, u32, String)> = Vec::new();
    for way in ways {
        let mut facts = way.0.iter();
        let last = facts.next_back();
        let start: String = facts
            .map(|&(word, fact)| shown(word, fact) + ", ")
            .collect();
        let Some(&(word, fact)) = last else {
            return String::new();
        };
        match (lines.last_mut(), fact) {
            (Some((same, of, text)), Is(value)) if *same == start && *of == word => {
                let _ = write!(text, "|{value:#x}");
            }
            _ => lines.push((start, word, shown(word, fact))),
        }
    }
    let lines: Vec<_> = lines
        .iter()
        .map(|(start, _, end)| format!("{start}{end}"))
        .collect();
    lines.join("; ")
}

fn shown(word: u32, fact: Fact) -> String {
    let (index, high) = ((word - bpf::argument(0)) / 8, word % 8 == 4);
    let word = format!("a{index}{}", if high { ">>32" } else { "" });
    match fact {
        Is(value) => format!("{word}={value:#x}"),
        IsNot(value) => format!("{word}!={value:#x}"),
        Lacks(bits) => format!("{word} within {:#x}", !bits),
        Has(bits) => format!("{word} has some of {bits:#x}"),
    }
}
