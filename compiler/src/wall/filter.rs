//! The system call filter: it checks the architecture, then finds the number by a balanced search,
//! then checks the arguments.

use super::bpf::*;
use crate::Result;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// A condition on an argument; arguments are counted from 0. Only the low 32 bits are compared,
/// except where stated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Check {
    /// Only bits of this mask are set.
    Within(u32, u32),
    /// It is one of these values.
    OneOf(u32, &'static [u32]),
    /// It and the next argument are one of these pairs.
    PairOf(u32, &'static [(u32, u32)]),
    /// All its 64 bits are 0.
    Null(u32),
    /// The first argument is the process's own ID.
    Process,
}

/// The treatment of a system call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// It is allowed if all conditions hold, else the process is killed.
    Allow(&'static [Check]),
    /// The process is killed.
    Kill,
}

/// An assembled filter.
#[derive(Debug)]
pub struct Filter {
    /// The instructions in the kernel's form.
    pub instructions: Vec<u64>,
    /// The index of the instruction whose operand the runtime sets to the process's ID.
    pub process: Option<usize>,
}

struct Builder {
    assembler: Assembler,
    allow: Label,
    kill: Label,
    /// The label of each set of checks in use, in the order of their code.
    checks: Vec<(&'static [Check], Label)>,
}

/// Assembles the filter for a CPU (`AUDIT_ARCH_…`). It applies `actions` and kills the process on
/// every other call.
///
/// # Errors
/// [`crate::Code::Bug`] if it is too long for BPF.
pub fn assemble(architecture: u32, actions: &BTreeMap<u32, Action>) -> Result<Filter> {
    let mut assembler = Assembler::default();
    let (allow, kill, start) = (assembler.label(), assembler.label(), assembler.label());
    let mut builder = Builder {
        assembler,
        allow,
        kill,
        checks: Vec::new(),
    };
    let assembler = &mut builder.assembler;
    assembler.plain(LOAD, ARCHITECTURE);
    assembler.jump(JUMP_EQUAL, architecture, start, kill);
    assembler.place(start);
    assembler.plain(LOAD, NUMBER);
    let runs = runs(actions);
    builder.search(&mut Order::new(&runs), 0..runs.len());
    let process = builder.checks();
    let assembler = &mut builder.assembler;
    assembler.place(kill);
    assembler.plain(RETURN, KILL);
    assembler.place(allow);
    assembler.plain(RETURN, ALLOW);
    Ok(Filter {
        instructions: builder.assembler.finish()?,
        process,
    })
}

/// The ranges of consecutive numbers with one action, each as its first number, from 0 on. The last
/// range has no end: it includes the calls of x32, which begin at 0x4000_0000 and are never
/// allowed.
fn runs(actions: &BTreeMap<u32, Action>) -> Vec<(u32, Action)> {
    let mut runs = vec![(0, Action::Kill)];
    let mut put = |number, action| {
        runs.retain(|(start, _)| *start != number);
        if runs.last().is_none_or(|(_, last)| *last != action) {
            runs.push((number, action));
        }
    };
    for (&number, &action) in actions {
        put(number, action);
        if !actions.contains_key(&(number + 1)) {
            put(number + 1, Action::Kill);
        }
    }
    runs
}

impl Builder {
    /// The label of the code for an action.
    fn target(&mut self, action: Action) -> Label {
        let checks = match action {
            Action::Kill => return self.kill,
            Action::Allow([]) => return self.allow,
            Action::Allow(checks) => checks,
        };
        if let Some((_, label)) = self.checks.iter().find(|(other, _)| *other == checks) {
            return *label;
        }
        let label = self.assembler.label();
        self.checks.push((checks, label));
        label
    }

    /// Emits the search among some of the ranges.
    fn search(&mut self, order: &mut Order, range: Range<usize>) {
        let runs = order.runs;
        if let Some((around, number, action)) = order.single(&range) {
            let (action, around) = (self.target(action), self.target(around));
            self.assembler.jump(JUMP_EQUAL, number, action, around);
            return;
        }
        let middle = order.best(range.clone()).1;
        let sides = [range.start..middle, middle..range.end];
        let [low, high] = sides.clone().map(|side| match side.len() {
            1 => self.target(runs[side.start].1),
            _ => self.assembler.label(),
        });
        self.assembler
            .jump(JUMP_AT_LEAST, runs[middle].0, high, low);
        for (side, label) in sides.into_iter().zip([low, high]) {
            if side.len() > 1 {
                self.assembler.place(label);
                self.search(order, side);
            }
        }
    }

    /// Emits the checks of arguments; returns the index of the instruction that needs the process's
    /// ID.
    fn checks(&mut self) -> Option<usize> {
        let mut process = None;
        let mut next = 0;
        while let Some(&(checks, label)) = self.checks.get(next) {
            next += 1;
            self.assembler.place(label);
            for (index, &check) in checks.iter().enumerate() {
                let passed = match index + 1 == checks.len() {
                    true => self.allow,
                    false => self.assembler.label(),
                };
                let at = self.check(check, passed);
                if check == Check::Process {
                    process = Some(at);
                }
                if passed != self.allow {
                    self.assembler.place(passed);
                }
            }
        }
        process
    }

    /// Emits one check, which continues at `passed` or kills. Returns the index of its last
    /// comparison.
    fn check(&mut self, check: Check, passed: Label) -> usize {
        let kill = self.kill;
        let assembler = &mut self.assembler;
        match check {
            Check::Within(index, bits) => {
                assembler.plain(LOAD, argument(index));
                assembler.jump(JUMP_ANY_BIT, !bits, kill, passed);
            }
            Check::OneOf(index, values) => {
                assembler.plain(LOAD, argument(index));
                for (at, &value) in values.iter().enumerate() {
                    if at + 1 == values.len() {
                        assembler.jump(JUMP_EQUAL, value, passed, kill);
                    } else {
                        let other = assembler.label();
                        assembler.jump(JUMP_EQUAL, value, passed, other);
                        assembler.place(other);
                    }
                }
            }
            Check::PairOf(index, pairs) => {
                for (at, &(first, second)) in pairs.iter().enumerate() {
                    let (holds, other) = match at + 1 == pairs.len() {
                        true => (assembler.label(), kill),
                        false => (assembler.label(), assembler.label()),
                    };
                    assembler.plain(LOAD, argument(index));
                    assembler.jump(JUMP_EQUAL, first, holds, other);
                    assembler.place(holds);
                    assembler.plain(LOAD, argument(index + 1));
                    assembler.jump(JUMP_EQUAL, second, passed, other);
                    if other != kill {
                        assembler.place(other);
                    }
                }
            }
            Check::Null(index) => {
                let high = assembler.label();
                assembler.plain(LOAD, argument(index));
                assembler.jump(JUMP_EQUAL, 0, high, kill);
                assembler.place(high);
                assembler.plain(LOAD, argument(index) + 4);
                assembler.jump(JUMP_EQUAL, 0, passed, kill);
            }
            Check::Process => {
                assembler.plain(LOAD, argument(0));
                assembler.jump(JUMP_EQUAL, 0, passed, kill);
            }
        }
        assembler.here() - 1
    }
}

/// The order of comparisons. The kernel compiles the filter when it is installed, and runs it once
/// per number to find the calls that need no filter. These two account for most of the time that
/// the filter costs.
struct Order<'r> {
    runs: &'r [(u32, Action)],
    /// For each range of `runs`: its cost, and the best index to divide it.
    known: HashMap<(usize, usize), (u64, usize)>,
}

impl<'r> Order<'r> {
    /// The count of numbers that the kernel tries.
    const NUMBERS: u32 = 480;
    /// The cost of an instruction, as a multiple of one step of such a try.
    const INSTRUCTION: u64 = 100;

    fn new(runs: &'r [(u32, Action)]) -> Self {
        Order {
            runs,
            known: HashMap::new(),
        }
    }

    /// Whether these ranges are a single number among others, so that one comparison is enough: the
    /// action for the numbers around it, the number, and its action.
    fn single(&self, range: &Range<usize>) -> Option<(Action, u32, Action)> {
        match self.runs[range.clone()] {
            [(_, around), (number, action), (next, last)]
                if next == number + 1 && around == last =>
            {
                Some((around, number, action))
            }
            _ => None,
        }
    }

    /// The cost of the search among these ranges, and the index at which to divide them.
    fn best(&mut self, range: Range<usize>) -> (u64, usize) {
        if range.len() == 1 {
            return (0, range.start);
        }
        if let Some(known) = self.known.get(&(range.start, range.end)) {
            return *known;
        }
        let first = self.runs[range.start].0.min(Self::NUMBERS);
        let next = self.runs.get(range.end).map_or(Self::NUMBERS, |run| run.0);
        let step = Self::INSTRUCTION + u64::from(next.min(Self::NUMBERS) - first);
        let best = match self.single(&range) {
            Some(_) => (step, range.start),
            None => (range.start + 1..range.end)
                .map(|middle| {
                    let low = self.best(range.start..middle).0;
                    (step + low + self.best(middle..range.end).0, middle)
                })
                .min()
                .unwrap_or((step, range.start)),
        };
        self.known.insert((range.start, range.end), best);
        best
    }
}
