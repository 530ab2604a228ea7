//! Casts and type tests: one comparison of an object's type with a constant, unless the known types
//! already decide.

use super::super::control::Label;
use super::super::emit::Emit;
use super::super::function::FunctionLowering;
use super::super::state::ObjectPart;
use crate::program::is_heap;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Opcode, Value, types};
use std::mem::offset_of;
use std::ops::Range;
use wasi_aot_abi::Trap;
use wasi_aot_abi::heap::{HOST, I31, KIND_MASK, Object};
use wasmparser::{AbstractHeapType, CompositeInnerType, HeapType, Operator, RefType};

/// Offset of the type of a function whose address is taken, from its first instruction.
pub const FUNCTION_TYPE: i32 = -8;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    match *op {
        Operator::RefTestNonNull { hty } => f.ref_test(hty, false),
        Operator::RefTestNullable { hty } => f.ref_test(hty, true),
        Operator::RefCastNonNull { hty } => f.ref_cast(hty, false),
        Operator::RefCastNullable { hty } => f.ref_cast(hty, true),
        Operator::BrOnCast {
            relative_depth,
            from_ref_type,
            to_ref_type,
        } => f.branch_on_cast(relative_depth, from_ref_type, to_ref_type, true),
        Operator::BrOnCastFail {
            relative_depth,
            from_ref_type,
            to_ref_type,
        } => f.branch_on_cast(relative_depth, from_ref_type, to_ref_type, false),
        _ => return false,
    }
    true
}

/// The test that decides whether a reference other than null has a type.
enum Test {
    /// It always has.
    Always,
    /// It never has.
    Never,
    /// It has if it is an `i31`.
    I31,
    /// It has unless it is a host reference.
    NotHost,
    /// It has if none of these tag bits of its word is set, and the number at this offset is in
    /// this range.
    Number {
        tags: u64,
        offset: i32,
        range: Range<u32>,
    },
}

/// A block, and its arguments.
type Goal<'b> = (Block, &'b [BlockArg]);

/// The arguments of a block, with `chosen` instead of the last one if that is `reference`.
fn with_last(goal: Goal<'_>, reference: Value, chosen: Value) -> Vec<BlockArg> {
    let mut arguments = goal.1.to_vec();
    if let Some(last) = arguments.last_mut()
        && *last == BlockArg::Value(reference)
    {
        *last = BlockArg::Value(chosen);
    }
    arguments
}

impl FunctionLowering<'_> {
    fn ref_test(&mut self, ty: HeapType, nullable: bool) {
        let ty = self.heap_type(ty);
        let reference = self.pop();
        let result = self.emit.ref_test(reference, ty, nullable);
        self.push(result);
    }

    fn ref_cast(&mut self, ty: HeapType, nullable: bool) {
        let ty = self.heap_type(ty);
        let reference = self.pop();
        let cast = self.emit.ref_cast(reference, ty, nullable);
        self.push(cast);
    }

    /// `br_on_cast` and `br_on_cast_fail`: the reference is the last argument of the branch, and
    /// stays on the stack if the branch is not taken.
    fn branch_on_cast(&mut self, depth: u32, from: RefType, to: RefType, taken: bool) {
        let (from, to) = (self.reference_type(from), self.reference_type(to));
        let reference = self.pop();
        self.push(reference);
        self.emit.note_reference(reference, from);
        let Label { block, arguments } = self.label(depth);
        let emit = &mut self.emit;
        let next = emit.builder.create_block();
        let (cast, taking) = match taken {
            true => (reference, None),
            false => emit.taking(next, reference),
        };
        let (branch, through): (Goal<'_>, Goal<'_>) =
            ((block, &arguments), (next, taking.as_slice()));
        let (yes, no) = match taken {
            true => (branch, through),
            false => (through, branch),
        };
        emit.branch_on_type(reference, to.heap_type(), to.is_nullable(), yes, no);
        emit.builder.switch_to_block(next);
        emit.builder.seal_block(next);
        if !taken {
            emit.note_reference(cast, to);
            self.pop();
            self.push(cast);
        } else if to.is_nullable() {
            emit.set_not_null(reference);
        }
    }
}

impl Emit<'_> {
    fn test(&self, reference: Value, ty: HeapType) -> Test {
        use AbstractHeapType::*;
        if self.is_known(reference, ty) {
            return Test::Always;
        }
        let program = self.program;
        let object = |range: &Range<u32>| Test::Number {
            tags: self.tags(reference),
            offset: offset_of!(Object, ty) as i32,
            range: range.clone(),
        };
        match ty {
            HeapType::Abstract { ty, .. } => match ty {
                Any | Extern | Func | Exn | Cont => Test::Always,
                None | NoExtern | NoFunc | NoExn | NoCont => Test::Never,
                I31 => Test::I31,
                Eq => Test::NotHost,
                Struct => object(&program.structures),
                Array => object(&program.arrays),
            },
            HeapType::Concrete(_) | HeapType::Exact(_) => {
                let Some(id) = crate::program::concrete(ty) else {
                    return Test::Never;
                };
                let ty = &program.types[id];
                match ty.definition.composite_type.inner {
                    CompositeInnerType::Func(_) => Test::Number {
                        tags: 0,
                        offset: FUNCTION_TYPE,
                        range: ty.subtypes.clone(),
                    },
                    _ => object(&ty.subtypes),
                }
            }
        }
    }

    /// The bits of a reference's word that may be set if it does not refer to an object.
    fn tags(&self, reference: Value) -> u64 {
        if self.is_known(reference, RefType::STRUCT.heap_type())
            || self.is_known(reference, RefType::ARRAY.heap_type())
        {
            0
        } else if self.is_known(reference, RefType::EQ.heap_type()) {
            I31
        } else {
            KIND_MASK
        }
    }

    fn ref_test(&mut self, reference: Value, ty: HeapType, nullable: bool) -> Value {
        let not_null = self.is_not_null(reference);
        match self.test(reference, ty) {
            Test::Always if nullable || not_null => self.int(1),
            Test::Always => self.compare(IntCC::NotEqual, reference, 0),
            Test::Never if nullable && !not_null => self.compare(IntCC::Equal, reference, 0),
            Test::Never => self.int(0),
            Test::I31 | Test::NotHost | Test::Number { .. } => {
                let done = self.builder.create_block();
                let result = self.builder.append_block_param(done, types::I32);
                let one = BlockArg::Value(self.int(1));
                let zero = BlockArg::Value(self.int(0));
                self.branch_on_type(reference, ty, nullable, (done, &[one]), (done, &[zero]));
                self.builder.switch_to_block(done);
                self.builder.seal_block(done);
                result
            }
        }
    }

    /// Traps unless the reference has this type; returns the reference. With Spectre mitigation it
    /// returns another value, which is null during speculation past a failing check, and the type
    /// is known of that value only.
    fn ref_cast(&mut self, reference: Value, ty: HeapType, nullable: bool) -> Value {
        let may_be_null = !self.is_not_null(reference);
        let mut cast = reference;
        match self.test(reference, ty) {
            Test::Always if nullable || !may_be_null => {}
            Test::Always => self.trap_if_zero(reference, Trap::CastFailure),
            Test::Never if nullable => self.trap_if(reference, Trap::CastFailure),
            Test::Never => {
                let one = self.int(1);
                self.trap_if(one, Trap::CastFailure);
            }
            Test::Number {
                tags,
                offset,
                range,
            } if !(nullable && may_be_null) => {
                if tags != 0 {
                    let tagged = self.builder.ins().band_imm_u(reference, tags as i64);
                    self.trap_if(tagged, Trap::CastFailure);
                    cast = self.unless(tagged, cast);
                }
                // The load faults on null.
                let number = self.number(cast, offset, ObjectPart::TypeOfNull);
                let other = self.is_outside(number, &range);
                self.trap_if(other, Trap::CastFailure);
                cast = self.unless(other, cast);
            }
            Test::I31 | Test::NotHost | Test::Number { .. } => {
                let (fail, done) = (self.builder.create_block(), self.builder.create_block());
                self.builder.set_cold_block(fail);
                let taking;
                (cast, taking) = self.taking(done, reference);
                let yes = (done, taking.as_slice());
                self.branch_on_type(reference, ty, nullable, yes, (fail, &[]));
                self.builder.switch_to_block(fail);
                self.builder.seal_block(fail);
                let code = super::super::trap::code(Trap::CastFailure);
                self.builder.ins().trap(code);
                self.builder.switch_to_block(done);
                self.builder.seal_block(done);
            }
        }
        self.set_type(cast, ty);
        if !nullable {
            self.set_not_null(cast);
        }
        if cast != reference {
            self.note_reference(
                cast,
                RefType::new(nullable, ty).expect("a type of the program"),
            );
        }
        cast
    }

    /// The reference in `block` if [`Self::branch_on_type`] goes there with these arguments: with
    /// Spectre mitigation it is a block parameter.
    fn taking(&mut self, block: Block, reference: Value) -> (Value, Option<BlockArg>) {
        if !self.is_mitigated() {
            return (reference, None);
        }
        let parameter = self.builder.append_block_param(block, types::I64);
        (parameter, Some(BlockArg::Value(reference)))
    }

    /// Ends the block: continues at `yes` if the reference has this type, or is null and
    /// `nullable`, else at `no`. With Spectre mitigation the last argument of `yes`, if it is the
    /// reference, is null during speculation past a failing check.
    fn branch_on_type(
        &mut self,
        reference: Value,
        ty: HeapType,
        nullable: bool,
        yes: Goal<'_>,
        no: Goal<'_>,
    ) {
        let may_be_null = !self.is_not_null(reference);
        let of_null = match nullable && may_be_null && self.is_mitigated() {
            true => with_last(yes, reference, self.word(0)),
            false => yes.1.to_vec(),
        };
        let null = if nullable { (yes.0, &*of_null) } else { no };
        match self.test(reference, ty) {
            Test::Always if may_be_null => self.branch(reference, yes, null),
            Test::Always => _ = self.builder.ins().jump(yes.0, yes.1),
            Test::Never if may_be_null => self.branch(reference, no, null),
            Test::Never => _ = self.builder.ins().jump(no.0, no.1),
            Test::I31 => {
                if nullable && may_be_null {
                    self.branch_and_go_on(reference, null);
                }
                let bit = self.builder.ins().band_imm_u(reference, I31 as i64);
                if self.is_mitigated() {
                    let other = self.compare(IntCC::Equal, bit, 0);
                    self.branch_unless(other, (reference, reference), yes, no);
                } else {
                    self.branch(bit, yes, no);
                }
            }
            Test::NotHost => {
                if !nullable && may_be_null {
                    self.branch_and_go_on(reference, null);
                }
                let kind = self.builder.ins().band_imm_u(reference, KIND_MASK as i64);
                let is_host = self.compare(IntCC::Equal, kind, HOST);
                self.branch_unless(is_host, (reference, reference), yes, no);
            }
            Test::Number {
                tags,
                offset,
                range,
            } => {
                if may_be_null {
                    self.branch_and_go_on(reference, null);
                }
                let mut object = reference;
                if tags != 0 {
                    let tagged = self.builder.ins().band_imm_u(reference, tags as i64);
                    let untagged = self.compare(IntCC::Equal, tagged, 0);
                    self.branch_and_go_on(untagged, no);
                    object = self.unless(tagged, object);
                }
                let number = self.number(object, offset, ObjectPart::Header);
                let other = self.is_outside(number, &range);
                self.branch_unless(other, (reference, object), yes, no);
            }
        }
    }

    /// Ends the block: continues at `no` if `wrong`, else at `yes`. With Spectre mitigation, `yes`
    /// gets `object`, or null during wrong speculation, instead of the reference.
    fn branch_unless(
        &mut self,
        wrong: Value,
        (reference, object): (Value, Value),
        yes: Goal<'_>,
        no: Goal<'_>,
    ) {
        let chosen = self.unless(wrong, object);
        let arguments = with_last(yes, reference, chosen);
        self.branch(wrong, no, (yes.0, &arguments));
    }

    /// Ends the block: continues at `yes` if the condition is not zero, else at `no`.
    fn branch(&mut self, condition: Value, yes: Goal<'_>, no: Goal<'_>) {
        let ins = self.builder.ins();
        ins.brif(condition, yes.0, yes.1, no.0, no.1);
    }

    /// Continues at `no` if the condition is zero, else in a new block.
    fn branch_and_go_on(&mut self, condition: Value, no: Goal<'_>) {
        let next = self.builder.create_block();
        self.branch(condition, (next, &[]), no);
        self.builder.switch_to_block(next);
        self.builder.seal_block(next);
    }

    fn number(&mut self, reference: Value, offset: i32, part: ObjectPart) -> Value {
        let flags = self.object_flags(part);
        self.load(Opcode::Load, types::I32, flags, (reference, offset))
    }

    /// Whether a type's number is not in a range.
    pub fn is_outside(&mut self, number: Value, range: &Range<u32>) -> Value {
        let (first, count) = (range.start, range.end - range.start);
        if count == 1 {
            return self.compare(IntCC::NotEqual, number, first.into());
        }
        let position = match first {
            0 => number,
            _ => self.builder.ins().iadd_imm_s(number, -i64::from(first)),
        };
        self.compare(IntCC::UnsignedGreaterThanOrEqual, position, count.into())
    }

    /// Whether one of the reference's known types is this type or a subtype.
    fn is_known(&self, reference: Value, ty: HeapType) -> bool {
        let known = self.buffers.facts.types(reference);
        let mut known = known.filter(|known| is_heap(&self.program.types, *known, ty));
        known.next().is_some()
    }

    /// Records that a reference has this type or is null.
    pub fn set_type(&mut self, reference: Value, ty: HeapType) {
        if !self.is_known(reference, ty) {
            self.buffers.facts.add_type(reference, ty);
        }
    }
}
