//! Limits the cost of very large functions. Cranelift's optimisations and register allocation are
//! quadratic in some counts, so functions beyond a measured size get less of both. Other functions
//! are compiled as the options say.

use super::isa::{Choices, OptLevel, isa};
use super::spill;
use crate::Result;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{Block, Function};
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_codegen::{CodegenResult, Context};
use cranelift_entity::SecondaryMap;
use wasi_aot_targets::Target;

/// A function with fewer blocks and values than this has no significant cost.
const SMALL: usize = 4_096;

/// The limit on dominating blocks, summed over all instructions. A function that exceeds it is
/// compiled without optimisations.
///
/// Cranelift's e-graph finds the block in which a value is available by walking up the dominator
/// tree from the instruction (`depth_of_block_in_gvn_map`), so a chain of N branches costs N² / 2
/// steps of half a nanosecond for each instruction of a block. This limit corresponds to about half
/// a second.
const STEPS: u64 = 1 << 30;

/// The instruction set of a target, with the chosen optimisations and with none.
pub struct Isas {
    /// As the options say.
    pub chosen: OwnedTargetIsa,
    /// For code that is already optimised: it changes nothing.
    pub plain: OwnedTargetIsa,
    /// Without optimisations, but with the options that affect results.
    pub unoptimised: OwnedTargetIsa,
}

impl Isas {
    /// Those of a target.
    ///
    /// # Errors
    /// As [`isa`].
    pub fn new(target: &Target, choices: Choices) -> Result<Isas> {
        let unoptimised = Choices {
            opt_level: OptLevel::None,
            ..choices
        };
        let plain = Choices {
            nan_canonicalization: false,
            ..unoptimised
        };
        Ok(Isas {
            chosen: isa(target, choices)?,
            plain: isa(target, plain)?,
            unoptimised: isa(target, unoptimised)?,
        })
    }
}

/// Compiles the function in `context` with the optimisations that its size allows.
///
/// # Errors
/// Those of Cranelift.
pub fn compile(
    isas: &Isas,
    context: &mut Context,
    control: &mut ControlPlane,
) -> CodegenResult<()> {
    let dfg = &context.func.dfg;
    if dfg.num_blocks().max(dfg.num_values()) < SMALL {
        return finish(&*isas.chosen, context, control);
    }
    // Most functions are below the limit even if each block dominates all others.
    let most = dfg.num_blocks() as u64 * dfg.num_insts() as u64;
    let isa = if is_too_deep(most) && is_too_deep(steps(context)) {
        &*isas.unoptimised
    } else {
        &*isas.chosen
    };
    context.optimize(isa, control)?;
    spill::bound_live_values(context)?;
    finish(&*isas.plain, context, control)
}

fn finish(
    isa: &dyn TargetIsa,
    context: &mut Context,
    control: &mut ControlPlane,
) -> CodegenResult<()> {
    match context.compile(isa, control) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.inner),
    }
}

/// Whether optimisations with this number of steps cost more than they gain.
fn is_too_deep(steps: u64) -> bool {
    steps > STEPS
}

/// The number of dominating blocks, summed over all instructions.
fn steps(context: &mut Context) -> u64 {
    context.flowgraph();
    let (func, domtree) = (&context.func, &context.domtree);
    let mut depths = SecondaryMap::<_, u64>::new();
    let mut sum = 0u64;
    for &block in domtree.cfg_rpo() {
        let depth = domtree.idom(block).map_or(0, |above| depths[above] + 1);
        depths[block] = depth;
        sum = sum.saturating_add(depth * instructions(func, block));
    }
    sum
}

fn instructions(func: &Function, block: Block) -> u64 {
    func.layout.block_insts(block).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use cranelift_codegen::cursor::{Cursor as _, FuncCursor};
    use cranelift_codegen::ir::{InstBuilder as _, types};

    /// A function with a chain of this many blocks, each dominated by the previous one, with this
    /// many instructions each.
    fn chain(blocks: usize, instructions: usize) -> Context {
        let mut context = Context::new();
        let func = &mut context.func;
        let all: Vec<_> = (0..blocks).map(|_| func.dfg.make_block()).collect();
        let mut cursor = FuncCursor::new(func);
        for (index, &block) in all.iter().enumerate() {
            cursor.insert_block(block);
            for _ in 1..instructions {
                cursor.ins().iconst(types::I32, 0);
            }
            match all.get(index + 1) {
                Some(&next) => cursor.ins().jump(next, &[]),
                None => cursor.ins().return_(&[]),
            };
        }
        context
    }

    #[test]
    fn steps_are_the_sum_of_depths() {
        // Depths 0 to 9, with 3 instructions each.
        assert_eq!(steps(&mut chain(10, 3)), 45 * 3);
        assert_eq!(steps(&mut chain(1, 1000)), 0);
    }

    #[test]
    fn only_the_deepest_functions_are_compiled_without_optimisations() {
        // N blocks of one instruction take N² / 2 steps.
        assert!(!is_too_deep(steps(&mut chain(46_000, 1))));
        assert!(is_too_deep(steps(&mut chain(47_000, 1))));
        assert!(is_too_deep(steps(&mut chain(4_700, 100))));
    }
}
