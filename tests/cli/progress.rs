//! A build tells its watcher of progress, by the bytes of code, and of the stages in their order.

use crate::{ensure, trials};
use libtest_mimic::{Failed, Trial};
use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use wasi_aot::{Event, Linker, Options, Stage};

pub fn trials() -> Vec<Trial> {
    trials![progress_goes_by_bytes, stages_come_in_their_order]
}

/// A module with one function that has most of the code, and many small ones.
fn uneven() -> Result<Vec<u8>, Failed> {
    let additions = "(global.set $g (i32.add (global.get $g) (i32.const 1)))".repeat(2000);
    let small: String = (0..50)
        .map(|n| format!("(func $f{n} (global.set $g (i32.const {n})))"))
        .collect();
    let calls: String = (0..50).map(|n| format!("(call $f{n})")).collect();
    let text = format!(
        r#"(module (global $g (mut i32) (i32.const 0)) {small} (func $large {additions})
          (func (export "_start") {calls} (call $large)))"#
    );
    Ok(wat::parse_str(text)?)
}

fn progress_goes_by_bytes() -> Result<(), Failed> {
    let seen = Mutex::new(Vec::new());
    let progress = |done, all| seen.lock().expect("nothing panics").push((done, all));
    let target = wasi_aot_targets::host().ok_or("tests run on a target")?;
    let mut options = Options::new(target);
    options.jobs = NonZeroUsize::MIN;
    options.progress = Some(&progress);
    wasi_aot::build(&uneven()?, "uneven.wasm", &options)?;
    let seen = seen.into_inner()?;
    let (_, all) = seen[0];
    let is_sum = seen.iter().all(|(_, total)| *total == all) && seen.last() == Some(&(all, all));
    ensure!(is_sum, "{seen:?}");
    ensure!(seen.is_sorted_by_key(|(done, _)| *done), "{seen:?}");
    // The large function comes first, and is most of it, whatever the number of the others.
    let first = seen
        .iter()
        .find(|(done, _)| *done > 0)
        .map(|(done, _)| *done);
    ensure!(first.is_some_and(|first| first > all / 2), "{seen:?}");
    Ok(())
}

fn stages_come_in_their_order() -> Result<(), Failed> {
    let target = wasi_aot_targets::host().ok_or("tests run on a target")?;
    let all = [
        Stage::Validate,
        Stage::Program,
        Stage::Compile,
        Stage::Object,
        Stage::Link,
    ];
    for (link, expected) in [(Some(Linker::Internal), &all[..]), (None, &all[..4])] {
        let seen = RefCell::new(Vec::new());
        let watch = |event| {
            if let Event::Stage(stage) = event {
                seen.borrow_mut().push(stage);
            }
        };
        let mut options = Options::new(target);
        options.link = link;
        options.watch = Some(&watch);
        wasi_aot::build(&uneven()?, "uneven.wasm", &options)?;
        ensure!(*seen.borrow() == expected, "{link:?}: {seen:?}");
    }
    Ok(())
}
