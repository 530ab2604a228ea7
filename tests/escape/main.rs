//! The sandbox under attack: while other processes change the tree as fast as they can, no path
//! leads out of the grants. The same attackers succeed against naive sandboxes; otherwise the test
//! would prove nothing.
//!
//! `WASI_AOT_ESCAPE_TRIES=1000000` sets the number of tries per way; the default takes a few
//! seconds.

mod agreement;
mod attacker;
mod executable;
mod resolver;
mod tree;
mod tries;

use attacker::Attack;
use libtest_mimic::{Arguments, Failed, Trial};
use resolver::{Naive, NaiveResolver, Runtime};
use std::{env, process::ExitCode};
use tree::{MOVER, Tree};
use tries::{Counts, Limits, fight};
use wasi_aot_runtime::host::path::use_open_below;
use wasi_aot_tests::{empty_program, without_openat2};

fn main() -> ExitCode {
    if attacker::serve() {
        return ExitCode::SUCCESS;
    }
    std::hint::black_box(&empty_program::PROGRAM);
    without_openat2::serve();
    let mut arguments = Arguments::from_args();
    // The runtime's descriptor table and its choice of path resolution are global to the process,
    // and every attacker needs a CPU of its own.
    arguments.test_threads = Some(1);
    let mut trials = vec![
        Trial::test("naive/looks", || naive(Naive::Looks)),
        Trial::test("naive/counts", || naive(Naive::Counts)),
    ];
    for (name, openat2) in [("openat2", true), ("walk", false)] {
        trials.push(Trial::test(name, move || runtime(openat2)));
        trials.push(Trial::test(format!("{name}/held"), move || held(openat2)));
    }
    for (name, openat2) in [("openat2", true), ("walk", false)] {
        let name = format!("executable/{name}");
        trials.push(Trial::test(name, move || {
            executable::check(openat2, tries())
        }));
    }
    trials.push(Trial::test("both-agree", agreement::check));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The number of tries per way.
fn tries() -> u64 {
    match env::var("WASI_AOT_ESCAPE_TRIES") {
        Ok(tries) => tries.parse().expect("WASI_AOT_ESCAPE_TRIES is a number"),
        Err(_) => 30_000,
    }
}

/// How many escapes a naive sandbox must have in ten times as many tries. On a busy machine,
/// attackers rarely run at the right moment.
const WINS: u64 = 50;

/// The attackers succeed against a naive sandbox.
fn naive(way: Naive) -> Result<(), Failed> {
    let mut tree = Tree::new()?;
    let resolver = NaiveResolver::new(&tree, way)?;
    let mut tried = tries::all();
    // One naive sandbox is vulnerable to links, the other to directories that move.
    tried.retain(|tried| (tried.attack == Attack::Move) == (way == Naive::Counts));
    let limits = Limits {
        tries: 10 * tries().max(30_000),
        escapes: (tries() / 300).max(2 * WINS),
        attributed: true,
    };
    let counts = fight(&mut tree, &resolver, &tried, limits)?;
    println!("\n  a sandbox that {way:?}: {counts}");
    for (what, times) in &counts.by_try {
        println!("    {times:6} {what}");
    }
    if counts.escapes < WINS {
        return Err(format!("too weak an attack: {counts}").into());
    }
    Ok(())
}

/// No attacker succeeds against the runtime.
fn runtime(openat2: bool) -> Result<(), Failed> {
    use_open_below(openat2);
    let mut tree = Tree::new()?;
    let resolver = Runtime::new(&tree, "")?;
    let counts = fight(&mut tree, &resolver, &tries::all(), limits(tries()))?;
    println!("\n  {counts}");
    safe(&counts)?;
    // Enough tries met an attack, and enough reached the right files.
    if counts.inside.min(counts.refused) < counts.tries / 50 {
        return Err(format!("no race: {counts}").into());
    }
    Ok(())
}

/// A directory that the program has open offers no way out when it is moved out of the grant.
fn held(openat2: bool) -> Result<(), Failed> {
    use_open_below(openat2);
    let mut tree = Tree::new()?;
    let resolver = Runtime::new(&tree, &format!("{MOVER}/down"))?;
    let (below, up) = tries::from_held();
    let counts = fight(&mut tree, &resolver, &below, limits(tries() / 10))?;
    println!("\n  below: {counts}");
    safe(&counts)?;
    if counts.inside < counts.tries / 2 {
        return Err(format!("what is held cannot be reached: {counts}").into());
    }
    let counts = fight(&mut tree, &resolver, &up, limits(tries() / 10))?;
    println!("  up: {counts}");
    safe(&counts)?;
    if counts.refused != counts.tries {
        return Err(format!("not all were refused: {counts}").into());
    }
    Ok(())
}

fn limits(tries: u64) -> Limits {
    Limits {
        tries,
        escapes: u64::MAX,
        attributed: false,
    }
}

fn safe(counts: &Counts) -> Result<(), Failed> {
    if counts.escapes > 0 {
        return Err(format!("{counts}\n{:#?}", counts.examples).into());
    }
    if !counts.strange.is_empty() {
        return Err(format!("{counts}\nunexpected errors: {:#?}", counts.strange).into());
    }
    Ok(())
}
