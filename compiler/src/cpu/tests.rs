//! Every target has a record, an unknown CPU has none, and each record names every item.

use super::*;
use std::collections::BTreeSet;
use wasi_aot_targets::TARGETS;

/// A target for another CPU.
fn for_cpu(triple: &'static str) -> Target {
    Target {
        name: "elsewhere",
        triple,
        ..TARGETS[0]
    }
}

#[test]
fn every_target_has_a_cpu_of_its_own_numbers() {
    let mut seen = BTreeSet::new();
    for target in TARGETS {
        let cpu = of(target).expect(target.name);
        assert!(cpu.object.is_some() && cpu.frame.is_some(), "{}", cpu.name);
        assert!(cpu.audit.is_some() && cpu.restart_syscall.is_some());
        seen.insert((cpu.name, cpu.audit));
    }
    let names: BTreeSet<_> = seen.iter().map(|(name, _)| *name).collect();
    let audits: BTreeSet<_> = seen.iter().map(|(_, audit)| *audit).collect();
    assert_eq!((names.len(), audits.len()), (seen.len(), seen.len()));
}

#[test]
fn an_unknown_cpu_is_not_taken_for_another() {
    for triple in [
        "riscv64gc-unknown-linux-gnu",
        "i686-unknown-linux-gnu",
        "s390x-unknown-linux-gnu",
    ] {
        let error = of(&for_cpu(triple)).expect_err(triple);
        assert_eq!(error.code, Code::Target);
        assert!(error.message.contains("is not known"), "{error}");
    }
    let error = of(&for_cpu("nonsense")).expect_err("no triple");
    assert_eq!(error.code, Code::Bug);
}

#[test]
fn the_cpu_that_has_nothing_is_refused_by_name() {
    let cpu = &unsupported::CPU;
    let found = Relocation::ALL.map(cpu.elf_relocation);
    assert_eq!(found, [None; Relocation::ALL.len()]);
    for relocation in Relocation::ALL {
        assert_eq!((cpu.coff_relocation)(relocation), None);
        assert_eq!((cpu.macho_relocation)(relocation), None);
    }
    assert_eq!((cpu.instruction)(&[0; 16], 0), None);
    assert_eq!((cpu.object, cpu.frame), (None, None));
    assert_eq!((cpu.audit, cpu.restart_syscall), (None, None));
    let error = cpu.lacks("object format");
    assert_eq!(error.code, Code::Target);
    assert_eq!(error.message, "the unsupported CPU has no object format");
}

/// A record that copied items from another one would hide a missing item.
#[test]
fn records_name_every_item() {
    for (file, text) in [
        ("x86_64.rs", include_str!("x86_64.rs")),
        ("aarch64.rs", include_str!("aarch64.rs")),
        ("unsupported.rs", include_str!("unsupported.rs")),
    ] {
        assert!(!text.contains(".."), "{file}");
    }
}

#[test]
fn operands_of_calls_have_the_distance() {
    let x86 = (x86_64::CPU.call_operand)(0, 0x100 + x86_64::CPU.call_addend);
    assert_eq!(x86, 0xfc, "from the end of the operand");
    let arm = (aarch64::CPU.call_operand)(0x9400_0000, -4 + aarch64::CPU.call_addend);
    assert_eq!(arm, 0x97ff_ffff, "`bl .-4`");
}
