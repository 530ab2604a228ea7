//! Finds patterns in the source of SQLite. Arguments: how many bytes of it, and how often.
use regex::Regex;
use wasi_aot_compare_rust::{argument, input, mixed};

const PATTERNS: [&str; 6] = [
    r"sqlite3_[a-z]+_v2",
    r"\b(\w+)\s*=\s*(\w+)\s*\+\s*1;",
    r"(?i)memory|database|pointer",
    r"/\*[^*]*\*/",
    r"[0-9]+\.[0-9]+|0x[0-9a-fA-F]{4,8}",
    r"(?m)^#\s*(?:ifdef|ifndef|define)\s+(\w+)",
];

fn main() {
    let text = input(argument(1));
    let mut sum = 0;
    for _ in 0..argument(2) {
        for pattern in PATTERNS {
            let pattern = Regex::new(pattern).expect("the pattern is right");
            for found in pattern.captures_iter(&text) {
                let group = found.iter().flatten().last().expect("group 0 is there");
                sum = mixed(sum, (group.start() as u64) ^ (group.len() as u64) << 32);
            }
        }
    }
    println!("{sum:016x}");
}
