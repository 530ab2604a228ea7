//! The calls of the module's functions, and `_start`.

use super::print::Print;
use super::values::words;
use super::{ANSWER, ARGS_SIZES_GET, Driver};
use crate::parts::{BEFORE_LAST_WORDS, IMPORTS};
use crate::profile::FUEL;
use crate::random::Random;
use wasm_encoder::{
    BlockType, Catch, CompositeInnerType, ExportKind, FuncType, Function, InstructionSink, ValType,
};

/// The maximum of calls by a driver.
const CALLS: usize = 16;

impl Driver {
    /// Adds the calls as functions `() → ()`: each of the module's functions in turn, repeatedly if
    /// there are few.
    pub(super) fn calls(
        &mut self,
        random: &mut Random,
        print: &Print,
        describe: u32,
        state: u32,
    ) -> Vec<u32> {
        let catches = !self.parts.tags.is_empty() && random.coin();
        let count = self.parts.functions.len();
        let mut calls = Vec::new();
        for number in 0..CALLS.max(count).min(2 * CALLS) {
            let function = (number % count) as u32;
            let ty = self.signature(self.parts.functions[function as usize]);
            let arguments: Option<Vec<Vec<u8>>> = ty
                .params()
                .iter()
                .map(|param| self.argument(*param, random))
                .collect();
            let Some(arguments) = arguments else { continue };
            let label = self.keep(&format!("{} f{function} ", calls.len()));
            let call = Call {
                function,
                ty,
                arguments,
                catches,
                label,
            };
            calls.push(self.call(&call, print, describe, state));
        }
        calls
    }

    /// The function type with this index.
    ///
    /// # Panics
    /// If it is another kind of type.
    fn signature(&self, ty: u32) -> FuncType {
        match &self.parts.types[ty as usize].composite_type.inner {
            CompositeInnerType::Func(ty) => ty.clone(),
            other => panic!("{other:?} is no type of functions"),
        }
    }

    fn call(&mut self, call: &Call, print: &Print, describe: u32, state: u32) -> u32 {
        let tags: Vec<Vec<ValType>> = match call.catches {
            true => {
                let tag = |tag: &wasm_encoder::TagType| {
                    self.signature(tag.func_type_idx).params().to_vec()
                };
                self.parts.tags.iter().map(tag).collect()
            }
            false => vec![],
        };
        // The results, then the values of each tag.
        let mut locals: Vec<ValType> = call.ty.results().to_vec();
        let mut first: Vec<u32> = vec![];
        for carried in &tags {
            first.push(locals.len() as u32);
            locals.extend(carried);
        }
        let blocks: Vec<u32> = tags.iter().map(|carried| self.ty(&[], carried)).collect();
        let (newline, _) = self.keep(".\n");
        let (thrown, length) = self.keep("thrown ");
        let mut body = Function::new_with_locals_types(locals);
        let mut code = body.instructions();
        code.i32_const(call.label.0)
            .i32_const(call.label.1)
            .call(print.text)
            .call(print.flush);
        code.i32_const(FUEL as i32).global_set(self.fuel);
        // Blocks for the end and for each tag, outermost first; branches count from the inside.
        code.block(BlockType::Empty);
        for block in &blocks {
            code.block(BlockType::FunctionType(*block));
        }
        let depth = blocks.len() as u32;
        if call.catches {
            let catch = |tag: u32| Catch::One {
                tag,
                label: depth - 1 - tag,
            };
            code.try_table(BlockType::Empty, (0..depth).map(catch).collect::<Vec<_>>());
        }
        for argument in &call.arguments {
            body.raw(argument.iter().copied());
        }
        let mut code = body.instructions();
        code.call(call.function + IMPORTS);
        self.take(&mut code, call.ty.results(), 0, print, describe);
        code.br(depth + u32::from(call.catches));
        if call.catches {
            code.end();
        }
        for (tag, carried) in tags.iter().enumerate().rev() {
            // This point is unreachable: the call above branches.
            code.unreachable().end();
            self.take(&mut code, carried, first[tag], print, describe);
            code.i32_const(thrown).i32_const(length).call(print.text);
            code.i64_const(tag as i64).call(print.word).br(tag as u32);
        }
        code.end();
        code.call(state).call(print.word);
        code.i32_const(newline)
            .i32_const(2)
            .call(print.text)
            .call(print.flush)
            .end();
        self.define(&[], &[], &body)
    }

    /// Prints the values on the stack, for which locals from `first` on are used.
    fn take(
        &self,
        code: &mut InstructionSink<'_>,
        types: &[ValType],
        first: u32,
        print: &Print,
        describe: u32,
    ) {
        for local in (0..types.len() as u32).rev() {
            code.local_set(first + local);
        }
        for (local, ty) in (first..).zip(types) {
            for number in 0..words(*ty) {
                code.local_get(local);
                self.word(code, *ty, number, describe);
                code.call(print.word);
            }
        }
    }

    /// Adds the function that prints the state before `unreachable` traps.
    pub(super) fn last_words(&mut self, print: &Print, state: u32) {
        let (at, length) = self.keep("at ");
        let mut body = Function::new([]);
        body.instructions()
            .call(state)
            .call(print.word)
            .i32_const(at)
            .i32_const(length)
            .call(print.text)
            .call(print.flush)
            .end();
        let index = self.define(&[], &[], &body);
        assert_eq!(
            index,
            IMPORTS + self.parts.functions.len() as u32 + BEFORE_LAST_WORDS
        );
    }

    /// Adds `_start`.
    pub(super) fn start(&mut self, print: &Print, calls: &[u32]) {
        let (end, length) = self.keep("end\n");
        let mut body = Function::new([(1, ValType::I32)]);
        let mut code = body.instructions();
        code.i32_const(ANSWER)
            .i32_const(ANSWER + 4)
            .call(ARGS_SIZES_GET)
            .drop();
        // Does not count the program's name.
        code.i32_const(0)
            .i32_load(self.at(ANSWER))
            .i32_const(1)
            .i32_sub()
            .local_set(0);
        for (number, call) in calls.iter().enumerate() {
            code.local_get(0).i32_const(number as i32).i32_le_u();
            code.if_(BlockType::Empty).call(*call).end();
        }
        code.i32_const(end)
            .i32_const(length)
            .call(print.text)
            .call(print.flush)
            .end();
        let start = self.define(&[], &[], &body);
        self.parts
            .export_section
            .export("_start", ExportKind::Func, start);
    }
}

/// A call to make.
struct Call {
    function: u32,
    ty: FuncType,
    /// The code of each argument.
    arguments: Vec<Vec<u8>>,
    /// Whether exceptions are caught and printed.
    catches: bool,
    /// The location of the text that is printed first, and its length.
    label: (i32, i32),
}
