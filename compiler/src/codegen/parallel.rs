//! Compiles all functions to machine code on several threads. The result is the same for any number
//! of threads.

use super::Options;
use super::function::{Compiled, Compiler};
use super::generator::{Generators, Input};
use super::sources::Sources;
use crate::cpu::Cpu;
use crate::lower::Unit;
use crate::names::Names;
use crate::optimize::Bodies;
use crate::program::{FuncId, Program};
use crate::{Error, Result};
use cranelift_entity::SecondaryMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::Builder;

/// Stack of a thread, in bytes: the usual size of the main thread's stack.
pub const STACK: usize = 8 << 20;
/// The maximum number of threads, whatever the request. More threads than processors only take
/// memory, and time from other processes.
pub const MAX_THREADS: usize = 256;

/// The number of threads for `work` units of work if `wanted` were requested: at least one.
pub fn threads(wanted: NonZeroUsize, work: usize) -> usize {
    wanted.get().min(MAX_THREADS).min(work.max(1))
}

/// The units to compile, in their order in the text.
pub fn units(program: &Program) -> Vec<Unit> {
    let functions = program.functions.iter();
    let compiled = functions.filter(|(_, f)| f.reachable && f.has_code);
    let mut units: Vec<_> = compiled.map(|(id, _)| Unit::Func(id)).collect();
    if program.driver {
        units.extend((0..program.steps.len() as u32).map(Unit::Step));
    } else {
        units.push(Unit::Entry);
        units.extend(program.threads.map(|_| Unit::Thread));
    }
    units
}

/// The positions of functions in their order in the text.
pub fn positions(units: &[Unit]) -> SecondaryMap<FuncId, u32> {
    let mut positions = SecondaryMap::new();
    for (position, unit) in (0..).zip(units) {
        if let Unit::Func(id) = unit {
            positions[*id] = position;
        }
    }
    positions
}

/// Compiles `units` for a CPU; the results are in the order of `units`.
///
/// # Errors
/// The error of the first unit, in that order, that has one.
pub fn compile(
    program: &Program,
    names: &Names,
    (generators, cpu): (&Generators, &'static Cpu),
    units: &[Unit],
    options: &Options,
) -> Result<Vec<Compiled>> {
    let sources = options.kept.map(|_| Sources::new(program, generators));
    let positions = positions(units);
    let input = Input {
        program,
        names,
        emit: options.emit,
        positions: &positions,
        kept: options.kept.zip(sources.as_ref()),
    };
    let bodies = Bodies::new(program, &**generators.isa());
    let queue = Queue::new(program, units);
    let jobs = threads(options.jobs, units.len());
    let mut results: Vec<Option<Compiled>> = Vec::new();
    results.resize_with(units.len(), || None);
    let mut failed: Option<(usize, Error)> = None;
    std::thread::scope(|scope| {
        let worker = || {
            queue.work(
                units,
                Compiler::new(input, generators, &bodies, cpu),
                names,
                options,
            )
        };
        // If the system refuses more threads, the existing ones do the work.
        let others: Vec<_> = (1..jobs)
            .map_while(|_| {
                Builder::new()
                    .stack_size(STACK)
                    .spawn_scoped(scope, worker)
                    .ok()
            })
            .collect();
        let mut all = vec![worker()];
        for other in others {
            all.push(
                other
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            );
        }
        for (compiled, error) in all {
            for (index, compiled) in compiled {
                results[index] = Some(compiled);
            }
            failed = [failed.take(), error]
                .into_iter()
                .flatten()
                .min_by_key(|(index, _)| *index);
        }
    });
    match failed {
        Some((_, error)) => Err(error),
        None => Ok(results.into_iter().flatten().collect()),
    }
}

/// Units that wait for a thread: the largest first, so that all threads end at about the same time.
struct Queue {
    order: Vec<u32>,
    /// Bytes of the body of each, in the order of the units.
    bytes: Vec<usize>,
    next: AtomicUsize,
    /// Bytes of the bodies that are compiled.
    done: AtomicUsize,
    /// Lowest index that failed. Units after it need not be compiled; units before it must, because
    /// the first error is the one to report.
    failed: AtomicUsize,
}

type Work = (Vec<(usize, Compiled)>, Option<(usize, Error)>);

impl Queue {
    fn new(program: &Program, units: &[Unit]) -> Self {
        let bytes: Vec<_> = units.iter().map(|unit| bytes(program, *unit)).collect();
        let mut order: Vec<u32> = (0..units.len() as u32).collect();
        // How long what is no function takes, its bytes do not tell.
        order.sort_by_cached_key(|&index| match units[index as usize] {
            Unit::Func(_) => std::cmp::Reverse(bytes[index as usize]),
            Unit::Entry | Unit::Step(_) | Unit::Thread => std::cmp::Reverse(usize::MAX),
        });
        Queue {
            order,
            bytes,
            next: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            failed: AtomicUsize::new(usize::MAX),
        }
    }

    fn work(
        &self,
        units: &[Unit],
        mut compiler: Compiler,
        names: &Names,
        options: &Options,
    ) -> Work {
        let (mut results, mut error) = (Vec::new(), None::<(usize, Error)>);
        let all = self.bytes.iter().sum();
        while let Some(&index) = self.order.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            let index = index as usize;
            if index > self.failed.load(Ordering::Relaxed) {
                continue;
            }
            match compiler.compile(units[index]) {
                Ok(compiled) => results.push((index, compiled)),
                Err(found) => {
                    self.failed.fetch_min(index, Ordering::Relaxed);
                    if error.as_ref().is_none_or(|(first, _)| index < *first) {
                        let name = names.symbol(units[index]);
                        error = Some((index, found.in_function(&name)));
                    }
                }
            }
            if let Some(progress) = options.progress {
                let bytes = self.bytes[index];
                progress(self.done.fetch_add(bytes, Ordering::Relaxed) + bytes, all);
            }
        }
        (results, error)
    }
}

/// How long a unit takes, roughly: the bytes of its body. What has none is quick.
fn bytes(program: &Program, unit: Unit) -> usize {
    let Unit::Func(id) = unit else {
        return 0;
    };
    program.body(id).map_or(0, |body| body.bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_bounded_by_the_work_and_the_maximum() {
        let bound = |wanted, work| threads(NonZeroUsize::new(wanted).unwrap(), work);
        assert_eq!(bound(65535, 1_000_000), MAX_THREADS);
        assert_eq!(bound(65535, 3), 3);
        assert_eq!([bound(1, 0), bound(8, 0), bound(2, 100)], [1, 1, 2]);
    }
}
