//! One function: CLIF to machine code, and the compact records of what the object must say about it.

use crate::cpu::Relocation;
use crate::lower::symbol::Symbol;
use crate::lower::trap;
use crate::lower::{Lowering, Unit};
use crate::program::{FuncId, Program};
use crate::{Code, Error, Result, Whose};
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{ExternalName, TrapCode};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::isa::unwind::{UnwindInfo, systemv};
use cranelift_codegen::settings::OptLevel;
use cranelift_codegen::{
    CodegenError, CompiledCode, Context, Final, FinalizedMachReloc, FinalizedRelocTarget,
    MachBufferFinalized,
};
use wasi_aot_abi::Trap;
use wasi_aot_abi::sites::{self, Site};

use super::effort::{self, Isas};
use super::inline::Inliner;
use super::listing;
use crate::codegen::Emit;
use crate::names::{self, Names};
use crate::object::exceptions;
use crate::object::heap::Call;

/// A compiled function. Offsets are from its first instruction.
#[derive(Debug)]
pub struct Compiled {
    /// What reports call it. It is found here because demangling all names on one thread would show.
    pub name: Option<Box<str>>,
    /// Machine code.
    pub code: Box<[u8]>,
    /// What its first instruction must be aligned to, in bytes.
    pub alignment: u32,
    /// Direct calls of functions of the program: where the call's operand is, and whom.
    pub calls: Box<[(u32, FuncId)]>,
    /// Everything else that the code refers to by name.
    pub references: Box<[Reference]>,
    /// Records in the encoding of [`wasi_aot_abi::sites`].
    pub sites: Box<[u8]>,
    /// Calls that references to objects are alive over, ascending.
    pub safepoints: Box<[Call]>,
    /// Calls whose exceptions it catches, ascending.
    pub caught: Box<[exceptions::Call]>,
    /// How to unwind its frame.
    pub unwind: Option<systemv::UnwindInfo>,
    /// CLIF, if it was asked for.
    pub clif: Option<String>,
    /// Disassembly, if it was asked for.
    pub asm: Option<String>,
}

/// A reference of the code to a symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reference {
    /// Where.
    pub offset: u32,
    /// How it is written.
    pub kind: Relocation,
    /// To what.
    pub target: Symbol,
    /// What is added to the target's address.
    pub addend: i64,
}

/// Compiles functions one after the other, with the allocations of the function before.
pub struct Compiler<'a> {
    program: &'a Program<'a>,
    names: &'a Names<'a>,
    isas: &'a Isas,
    isa: &'a dyn TargetIsa,
    emit: Emit,
    lowering: Lowering,
    inliner: Option<Inliner<'a>>,
    context: Context,
    control: ControlPlane,
}

impl<'a> Compiler<'a> {
    /// A compiler for the functions of `program`.
    pub fn new(program: &'a Program<'a>, names: &'a Names<'a>, isas: &'a Isas, emit: Emit) -> Self {
        let isa = &*isas.chosen;
        Compiler {
            program,
            names,
            isas,
            isa,
            emit,
            lowering: Lowering::new(isas.cpu),
            inliner: (isa.flags().opt_level() != OptLevel::None)
                .then(|| Inliner::new(program, isa)),
            context: Context::new(),
            control: ControlPlane::default(),
        }
    }

    /// Lowers and compiles `unit`.
    ///
    /// # Errors
    /// Those of the lowering, and [`Code::Limit`] for a function that is too large for Cranelift.
    pub fn compile(&mut self, unit: Unit) -> Result<Compiled> {
        self.context.clear();
        self.lowering
            .lower(self.program, unit, self.isa, &mut self.context.func)?;
        if let Some(inliner) = &mut self.inliner {
            inliner
                .replace(&mut self.lowering, unit, &mut self.context)
                .map_err(|error| codegen_error(self.program, unit, &error))?;
        }
        let clif = self
            .emit
            .clif
            .then(|| listing::clif(self.names, &self.context.func, &self.names.label(unit)));
        effort::compile(self.isas, &mut self.context, &mut self.control)
            .map_err(|error| codegen_error(self.program, unit, &error))?;
        let Some(code) = self.context.take_compiled_code() else {
            return Err(Error::new(Code::Bug, "compiled, but no code is there"));
        };
        let mut compiled = self.records(unit, &code)?;
        compiled.clif = clif;
        if self.emit.asm {
            compiled.asm = Some(listing::asm(
                self.names,
                self.isa,
                &code,
                &self.context.func,
                &self.names.label(unit),
            )?);
        }
        Ok(compiled)
    }

    fn records(&self, unit: Unit, code: &CompiledCode) -> Result<Compiled> {
        let (calls, references) = self.references(&code.buffer)?;
        let unwind = match code.create_unwind_info(self.isa) {
            Ok(Some(UnwindInfo::SystemV(info))) => Some(info),
            Ok(_) => None,
            Err(error) => return Err(codegen_error(self.program, unit, &error)),
        };
        let mut bytes = Vec::new();
        sites::write(&self.sites(unit, &code.buffer)?, 0, |byte| bytes.push(byte));
        Ok(Compiled {
            name: self.names.reported(unit),
            code: code.code_buffer().into(),
            alignment: code.buffer.alignment,
            calls: calls.into(),
            references: references.into(),
            sites: bytes.into(),
            safepoints: safepoints(&code.buffer),
            caught: exceptions::calls(&code.buffer),
            unwind,
            clif: None,
            asm: None,
        })
    }

    fn references(&self, buffer: &MachBufferFinalized<Final>) -> Result<(Calls, Vec<Reference>)> {
        let (mut calls, mut references) = (Vec::new(), Vec::new());
        for reloc in buffer.relocs() {
            let target = self.target(reloc)?;
            match (reloc.kind, target) {
                (Reloc::X86CallPCRel4 | Reloc::Arm64Call, Symbol::Func(callee)) => {
                    calls.push((reloc.offset, callee));
                }
                (kind, target) => references.push(Reference {
                    offset: reloc.offset,
                    kind: relocation(kind)?,
                    target,
                    addend: reloc.addend,
                }),
            }
        }
        Ok((calls, references))
    }

    /// What a relocation of the current function refers to.
    fn target(&self, reloc: &FinalizedMachReloc) -> Result<Symbol> {
        match &reloc.target {
            FinalizedRelocTarget::ExternalName(ExternalName::User(name)) => Ok(
                Symbol::from_external(&self.context.func.params.user_named_funcs()[*name]),
            ),
            other => Err(Error::new(
                Code::Bug,
                format!("code refers to {}", other.display(None)),
            )),
        }
    }

    /// The sites of a function, sorted. Calls matter for backtraces, which only show functions of modules.
    fn sites(&self, unit: Unit, buffer: &MachBufferFinalized<Final>) -> Result<Vec<Site>> {
        let mut found = Vec::with_capacity(buffer.traps().len() + buffer.call_sites().count());
        for trap in buffer.traps() {
            let code = trap_code(trap.code)?;
            let kind = match code {
                Trap::MemoryOutOfBounds => sites::ACCESS,
                _ => sites::TRAP,
            };
            found.push(Site {
                code: trap.offset,
                wasm: 0,
                kind: kind as u8,
                trap: code.code(),
            });
        }
        if matches!(unit, Unit::Func(_)) {
            found.extend(buffer.call_sites().map(|call| Site {
                code: call.ret_addr,
                wasm: 0,
                kind: sites::CALL as u8,
                trap: 0,
            }));
        }
        found.sort_unstable_by_key(|site| (site.code, site.kind));
        place(&mut found, buffer);
        Ok(found)
    }
}

/// How Cranelift's relocation is written.
fn relocation(kind: Reloc) -> Result<Relocation> {
    match kind {
        Reloc::Abs8 => Ok(Relocation::Address),
        Reloc::X86PCRel4 => Ok(Relocation::Distance),
        Reloc::X86CallPCRel4 | Reloc::Arm64Call => Ok(Relocation::Call),
        Reloc::Aarch64AdrPrelPgHi21 => Ok(Relocation::Page),
        Reloc::Aarch64AddAbsLo12Nc => Ok(Relocation::PageOffset),
        other => {
            let message = format!("no relocation stands for {other}");
            Err(Error::new(Code::Bug, message))
        }
    }
}

type Calls = Vec<(u32, FuncId)>;

fn safepoints(buffer: &MachBufferFinalized<Final>) -> Box<[Call]> {
    let maps = buffer.user_stack_maps().iter();
    let calls = maps.map(|(returns, frame, map)| {
        let mut slots: Box<[u32]> = map.entries().map(|(_, offset)| offset).collect();
        slots.sort_unstable();
        Call {
            returns: *returns,
            frame: *frame,
            slots,
        }
    });
    calls.collect()
}

/// Sets the WebAssembly offsets of sorted sites. A return address belongs to the instruction in front of it.
fn place(found: &mut [Site], buffer: &MachBufferFinalized<Final>) {
    let mut ranges = buffer.get_srclocs_sorted().iter().peekable();
    for site in found {
        let pc = site.code - u32::from(u64::from(site.kind) == sites::CALL);
        while ranges.next_if(|range| range.end <= pc).is_some() {}
        if let Some(range) = ranges.peek().filter(|range| range.start <= pc)
            && !range.loc.is_default()
        {
            site.wasm = range.loc.bits();
        }
    }
}

/// The trap that a trap code of CLIF means.
pub fn trap_code(code: TrapCode) -> Result<Trap> {
    trap::from_code(code).ok_or_else(|| Error::new(Code::Bug, format!("unknown trap code {code}")))
}

/// A limit of Cranelift is the program's; anything else is a bug.
fn codegen_error(program: &Program, unit: Unit, error: &CodegenError) -> Error {
    let error = match error {
        CodegenError::ImplLimitExceeded | CodegenError::CodeTooLarge => {
            Error::limit("the function is too large", Whose::Generator)
                .help("split the function, or compile the module with less inlining")
        }
        other => Error::new(Code::Bug, format!("code generator: {other}")),
    };
    match names::offset(program, unit) {
        Some(offset) => error.at(offset),
        None => error,
    }
}
