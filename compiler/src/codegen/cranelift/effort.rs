//! What very large functions cost: Cranelift's optimisations and its register allocation take the square of some
//! counts, so that beyond a measured size both get less to do. Other functions are compiled as the options say.

use super::isa::{Choices, OptLevel, isa};
use super::spill;
use crate::Result;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{Block, Function};
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_codegen::{CodegenResult, Context};
use cranelift_entity::SecondaryMap;
use wasi_aot_targets::Target;

/// A function with fewer blocks and values than this costs nothing that is worth a look.
const SMALL: usize = 4_096;

/// How often the optimisations may look at a block that dominates an instruction, before a function is compiled without them.
///
/// Cranelift's e-graph looks for the block where a value is available from the instruction at hand up the dominator tree
/// (`depth_of_block_in_gvn_map`), so a chain of N branches costs N² / 2 steps of half a nanosecond for each instruction of a
/// block. This bound is some half a second.
const STEPS: u64 = 1 << 30;

/// The instruction set of a target, with the optimisations that were chosen and with none.
pub struct Isas {
    /// As the options say.
    pub chosen: OwnedTargetIsa,
    /// To go on with code that is optimised: it changes nothing.
    pub plain: OwnedTargetIsa,
    /// Without optimisations, but for what the options say of results.
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

/// Compiles the function in `context`, as hard as its size allows.
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
    let isa = match steps(context) > STEPS {
        true => &*isas.unoptimised,
        false => &*isas.chosen,
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

/// For each instruction the blocks that dominate it, in sum.
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
