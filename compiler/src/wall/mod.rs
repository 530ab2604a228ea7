//! The sandbox policy: it derives the privileges that the process gives up before the program's
//! first instruction from the program's imports.
//!
//! The system calls that a program can make are not a table: the runtime object marks each of its
//! system calls, and the linker finds the marks that are reachable from the program's imports. Only
//! the conditions on arguments are a table (`rules`). Both become a seccomp filter (`filter`), and
//! a note that `inspect` reads back.

pub mod bpf;
mod filter;
mod rules;

use crate::policy::{Harden, Policy};
use crate::{Code, Error, Result, cpu};
use filter::Action;
use rules::Holds;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use wasi_aot_abi::program::{MAX_FILTER, wall_flags};
use wasi_aot_abi::symbols;
use wasi_aot_abi::symbols::hooks::{self, After};
use wasi_aot_linker::Marks;
use wasi_aot_targets::Target;

/// The sandbox policy of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wall {
    /// Bits of [`wall_flags`].
    pub flags: u64,
    /// The seccomp filter in the kernel's form.
    pub filter: Vec<u64>,
    /// The index of the instruction into which the runtime writes the process's ID.
    pub process: Option<usize>,
    /// The filter of a server's supervisor, which its workers also have; empty: the program is no
    /// server.
    pub supervisor: Vec<u64>,
    /// Its description, for `inspect`.
    pub note: Note,
}

/// An executable's description of its sandbox policy.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The allowed system calls.
    pub calls: Vec<Allowed>,
    /// Whether some of them open or change files by path: Landlock then restricts them to the
    /// granted directories.
    pub paths: bool,
    /// Whether some of them make sockets: Landlock then restricts TCP sockets to the granted ports,
    /// if the grants list ports.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub sockets: bool,
}

impl Note {
    /// The note's contents in the executable.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data has a JSON form")
    }

    /// Finds the note in an executable; `None` if there is none, or this version cannot read it.
    pub fn find(executable: &[u8]) -> Option<Note> {
        let note = wasi_aot_linker::read_note(executable, symbols::NOTE_OWNER, symbols::NOTE_WALL)?;
        serde_json::from_slice(&note).ok()
    }
}

/// An allowed system call.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allowed {
    /// Its name.
    pub name: String,
    /// Its number.
    pub number: u32,
    /// The conditions on its arguments; `None`: all arguments are allowed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub only: Option<String>,
}

/// The input of [`build`].
pub struct Input<'a> {
    /// The runtime object.
    pub runtime: &'a [u8],
    /// The machine.
    pub target: &'a Target,
    /// The program's policy.
    pub policy: &'a Policy,
    /// The runtime's symbols that the program refers to.
    pub symbols: &'a BTreeSet<&'a str>,
}

/// The sandbox policy of a program; `None` if the options turn it off.
///
/// # Errors
/// [`Code::Bug`] if the runtime object lacks expected information.
pub fn build(input: &Input) -> Result<Option<Wall>> {
    let required = match input.policy.harden {
        Harden::Off => return Ok(None),
        Harden::Auto => 0,
        Harden::Required => wall_flags::REQUIRED,
    };
    let Reached { calls, forms } = reached(input, &roots(input.symbols))?;
    let forms = forms.iter().map(|form| &**form).collect();
    let serves = input
        .symbols
        .contains(wasi_aot_abi::component::symbols::SERVE);
    let holds = Holds::new(input.policy, serves, forms);
    let mut actions = BTreeMap::<u32, Action>::new();
    let mut note = Note {
        calls: Vec::new(),
        paths: false,
        sockets: calls.contains_key("socket"),
    };
    for (name, number) in &calls {
        let Some(rule) = holds.rule(name) else {
            continue;
        };
        note.paths |= holds.path(name);
        note.calls.push(Allowed {
            name: name.clone(),
            number: *number,
            only: rule.map(|rule| rule.only.text()),
        });
        let checks = rule.map_or(&[][..], |rule| rule.checks);
        actions.insert(*number, Action::Allow(checks));
    }
    let cpu = cpu::of(input.target)?;
    let architecture = cpu
        .audit
        .ok_or_else(|| cpu.lacks("filter of system calls"))?;
    let filter = assemble(architecture, &actions)?;
    let supervisor = match serves {
        true => supervisor(input, architecture)?,
        false => Vec::new(),
    };
    let renames = calls.keys().any(|name| rules::RENAMES.contains(&&**name));
    let flags = [
        (renames, wall_flags::RENAMES),
        (note.sockets, wall_flags::SOCKETS),
    ];
    let flags = flags.iter().filter(|(is, _)| *is);
    Ok(Some(Wall {
        flags: flags.fold(required, |flags, (_, flag)| flags | flag),
        filter: filter.instructions,
        process: filter.process,
        supervisor,
        note,
    }))
}

fn assemble(architecture: u32, actions: &BTreeMap<u32, Action>) -> Result<filter::Filter> {
    let filter = filter::assemble(architecture, actions)?;
    match filter.instructions.len() > MAX_FILTER {
        true => Err(bug("the filter of system calls is too long")),
        false => Ok(filter),
    }
}

/// The filter of a server's supervisor. It starts workers, which inherit the filter. So it allows
/// all calls that a worker makes, also before it confines itself further, and none besides: no
/// program can be executed, and no page be made executable.
fn supervisor(input: &Input, architecture: u32) -> Result<Vec<u64>> {
    let always = roots(input.symbols);
    // The hooks of the policy itself are known only after it.
    let own = [hooks::INHERITED, hooks::FILES, hooks::WALL];
    let all = input.symbols.iter().copied().chain(always).chain(own);
    let Reached { calls, .. } = reached(input, &all.collect::<Vec<_>>())?;
    let actions = calls.iter().map(|(name, number)| {
        let checks = rules::SUPERVISOR.iter().find(|(call, _)| call == name);
        (
            *number,
            Action::Allow(checks.map_or(&[], |(_, checks)| checks)),
        )
    });
    Ok(assemble(architecture, &actions.collect())?.instructions)
}

/// The system calls that are reachable from the program.
struct Reached {
    /// Their numbers.
    calls: BTreeMap<String, u32>,
    /// The forms of calls that have several: `CALL.FORM`.
    forms: BTreeSet<String>,
}

fn reached(input: &Input, roots: &[&str]) -> Result<Reached> {
    let triple = cpu::triple(input.target)?;
    let target = wasi_aot_linker::Target::new(&triple).map_err(|e| bug(&e))?;
    let marks = Marks::read("the runtime", input.runtime, &target).map_err(|e| bug(&e))?;
    let names: BTreeMap<u64, &str> = marks
        .names(symbols::SYSTEM_CALL)
        .map(|(name, number)| (number, name))
        .collect();
    let roots = roots.iter().copied();
    let numbers = marks.reached(roots).map_err(|e| bug(&e))?;
    let (mut calls, mut forms) = (BTreeMap::new(), BTreeSet::new());
    for mark in numbers {
        let name = names
            .get(&mark)
            .ok_or_else(|| bug(&format!("system call {mark} has no name")))?;
        let (call, form) = name.split_once('.').unzip();
        forms.extend(form.map(|_| (*name).to_owned()));
        let number = mark & ((1 << symbols::FORM_SHIFT) - 1);
        calls.insert(call.unwrap_or(name).to_owned(), number as u32);
    }
    // The kernel makes the process execute two calls: the return from a signal handler, which the
    // runtime has marked, and the restart of a call after a stop, which the runtime does not
    // contain.
    let cpu = cpu::of(input.target)?;
    let restart = cpu.restart_syscall;
    let restart = restart.ok_or_else(|| cpu.lacks("number of restart_syscall"))?;
    calls.insert("restart_syscall".into(), restart);
    Ok(Reached { calls, forms })
}

/// The entries into the runtime after the policy is in force: from the program, for signals, and at
/// the end.
fn roots<'a>(symbols: &'a BTreeSet<&str>) -> Vec<&'a str> {
    let start = hooks::START.iter();
    let over = start.filter(|hook| hook.after == After::Over);
    let over: Vec<_> = over.map(|hook| hook.symbol).collect();
    let entered = symbols.iter().copied();
    let entered = entered.filter(move |symbol| !over.contains(symbol));
    let timeout = symbols.contains(hooks::TIMEOUT);
    let always = [
        symbols::RAISE_TRAP,
        symbols::SIGNAL_HANDLER,
        symbols::SIGNAL_RETURN,
    ];
    let handlers = timeout.then_some(symbols::TIMEOUT_HANDLER);
    entered.chain(always).chain(handlers).collect()
}

fn bug(error: &(impl std::fmt::Display + ?Sized)) -> Error {
    Error::new(Code::Bug, format!("the sandbox policy: {error}"))
}
