//! Every system call of the runtime is marked: the filter's list follows from the marks.

use capstone::prelude::*;
use libtest_mimic::Trial;
use object::{Object, ObjectSection, ObjectSymbol, RelocationTarget};
use std::collections::{BTreeMap, BTreeSet};
use wasi_aot_abi::symbols::SYSTEM_CALL;
use wasi_aot_targets::{Runtime, TARGETS, Target};

pub fn trials() -> Vec<Trial> {
    let trial = |target: &'static Target| {
        let name = format!("marks/{}", target.name);
        match target.runtime() {
            Runtime::Object {
                product, threads, ..
            } => super::trial(name, None, move || {
                check(target, product)?;
                check(target, threads)
            }),
            Runtime::Missing(how) => super::trial(name, Some(how.into()), || Ok(())),
        }
    };
    TARGETS.iter().map(trial).collect()
}

/// The instructions that make a system call are exactly where the marks are.
fn check(target: &Target, runtime: &[u8]) -> Result<(), String> {
    let file = object::File::parse(runtime).map_err(|error| error.to_string())?;
    let disassembler = disassembler(target).map_err(|error| error.to_string())?;
    let cpu = wasi_aot::cpu::of(target).map_err(|error| error.to_string())?;
    let (mut instructions, mut marks) = (BTreeSet::new(), BTreeMap::new());
    for section in file
        .sections()
        .filter(|section| section.kind() == object::SectionKind::Text)
    {
        let name = section.name().unwrap_or_default().to_owned();
        let code = section.data().map_err(|error| error.to_string())?;
        let decoded = disassembler
            .disasm_all(code, 0)
            .map_err(|error| error.to_string())?;
        let length: usize = decoded.iter().map(|instruction| instruction.len()).sum();
        if length != code.len() {
            return Err(format!(
                "{name}: {length} of {} bytes are instructions",
                code.len()
            ));
        }
        for instruction in decoded.iter() {
            // The disassembler of listings has to see the same instructions.
            let listed = (cpu.instruction)(instruction.bytes(), instruction.address());
            if listed.is_none_or(|(length, _)| length != instruction.len()) {
                return Err(format!("{name}: listings have no {instruction}"));
            }
            let word = instruction.mnemonic().unwrap_or_default();
            if ["syscall", "svc", "int", "sysenter"].contains(&word) {
                instructions.insert((name.clone(), instruction.address()));
            }
        }
        for (offset, relocation) in section.relocations() {
            let object::RelocationFlags::Elf { r_type: 0 } = relocation.flags() else {
                continue;
            };
            let absolute = match relocation.target() {
                RelocationTarget::Absolute => true,
                RelocationTarget::Symbol(index) => index.0 == 0,
                _ => false,
            };
            if absolute {
                marks.insert((name.clone(), offset), relocation.addend());
            }
        }
    }
    let places: BTreeSet<_> = marks.keys().cloned().collect();
    if places != instructions || places.len() < 40 {
        return Err(format!(
            "not marked: {:?}\nmarked, but no system call: {:?}",
            instructions.difference(&places).collect::<Vec<_>>(),
            places.difference(&instructions).collect::<Vec<_>>(),
        ));
    }
    let named: BTreeSet<i64> = file
        .symbols()
        .filter(|symbol| {
            symbol
                .name()
                .is_ok_and(|name| name.starts_with(SYSTEM_CALL))
        })
        .map(|symbol| symbol.address() as i64)
        .collect();
    match marks.values().find(|number| !named.contains(number)) {
        Some(number) => Err(format!("system call {number} has no name")),
        None => Ok(()),
    }
}

fn disassembler(target: &Target) -> CsResult<Capstone> {
    if target.triple.starts_with("aarch64") {
        let builder = Capstone::new().arm64().mode(arch::arm64::ArchMode::Arm);
        return builder.build();
    }
    Capstone::new()
        .x86()
        .mode(arch::x86::ArchMode::Mode64)
        .build()
}
