//! Random edits of modules, such as a change of the source makes them.

use std::convert::Infallible;
use wasi_aot_tests::random::Random;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, DataSection, Elements, Function, FunctionSection,
    GlobalSection, Instruction, MemoryType, Module, TableType, TypeSection,
};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, Data, ElementItems, FunctionBody,
    FunctionSectionReader, Global, Operator, Parser, Payload, TypeRef, TypeSectionReader,
};

/// An edit. Functions are counted without imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A constant of a body has another value. Nothing moves.
    Constant,
    /// A body has one more instruction, which does nothing: what follows has another place.
    Moved { body: usize, before: usize },
    /// A function is added at this index, and this body calls it.
    Added { at: usize, caller: usize },
    /// A function is removed. Those that used it use another one.
    Removed { body: usize, by: usize },
    /// A data segment is longer.
    Data { segment: usize, by: usize },
    /// A global is mutable.
    Mutable { global: usize },
    /// No instruction sets a global.
    Unwritten { global: usize },
    /// Memories have more pages, and this maximum above them.
    Memory { pages: u64, room: Option<u64> },
    /// An element is another function.
    Element { element: usize, body: usize },
    /// Tables have this many more elements.
    Table { more: u64 },
    /// A global of type `i32` has another initial value.
    Initial { global: usize, value: i32 },
    /// A data segment begins with another byte.
    Byte { segment: usize, value: u8 },
    /// No instruction grows a memory.
    Ungrown,
    /// No instruction sets an element of a table.
    Unset,
    /// No instruction throws an exception.
    Unthrown,
}

/// The number of kinds of edits.
pub const KINDS: usize = 16;

/// The counts of what a module has.
#[derive(Debug, Default)]
struct Survey {
    types: u32,
    imported_functions: u32,
    imported_globals: u32,
    function_types: Vec<u32>,
    globals: usize,
    segments: usize,
    elements: usize,
    /// The places of constants of one byte.
    constants: Vec<usize>,
}

/// A random edit of a module or component, and the edited bytes; they may be invalid.
pub fn any(random: &mut Random, bytes: &[u8]) -> Option<(Edit, Vec<u8>)> {
    let kinds = if Parser::is_component(bytes) {
        1
    } else {
        KINDS
    };
    let kind = random.below(kinds);
    of_kind(random, bytes, kind)
}

/// The same with an edit of this kind. A component only has the first.
pub fn of_kind(random: &mut Random, bytes: &[u8], kind: usize) -> Option<(Edit, Vec<u8>)> {
    let survey = survey(bytes)?;
    let edit = choose(random, &survey, kind)?;
    if edit == Edit::Constant {
        let mut edited = bytes.to_vec();
        // The value of one byte is not negative.
        edited[random.pick(&survey.constants)] = random.below(0x40) as u8;
        return Some((edit, edited));
    }
    let mut editor = Editor {
        edit,
        survey: &survey,
        bodies: 0,
        globals: 0,
        segments: 0,
        elements: 0,
    };
    let mut module = Module::new();
    editor
        .parse_core_module(&mut module, Parser::new(0), bytes)
        .ok()?;
    Some((edit, module.finish()))
}

fn choose(random: &mut Random, survey: &Survey, kind: usize) -> Option<Edit> {
    let bodies = survey.function_types.len();
    let some = |random: &mut Random, count: usize| (count > 0).then(|| random.below(count));
    Some(match kind {
        0 | 1 => some(random, survey.constants.len()).map(|_| Edit::Constant)?,
        2 => Edit::Moved {
            body: some(random, bodies)?,
            before: random.below(8),
        },
        3 => Edit::Added {
            at: some(random, bodies)?,
            caller: random.below(bodies),
        },
        4 => {
            let body = some(random, bodies)?;
            let is_like = |by: &usize| survey.function_types[*by] == survey.function_types[body];
            let others: Vec<_> = (0..bodies)
                .filter(|&by| by != body)
                .filter(is_like)
                .collect();
            let by = some(random, others.len()).map(|other| others[other])?;
            Edit::Removed { body, by }
        }
        5 => Edit::Data {
            segment: some(random, survey.segments)?,
            by: 1 + random.below(5000),
        },
        6 => Edit::Mutable {
            global: some(random, survey.globals)?,
        },
        7 => Edit::Unwritten {
            global: some(random, survey.globals)?,
        },
        8 => Edit::Memory {
            pages: random.below(4) as u64,
            room: random.coin().then(|| random.below(100) as u64),
        },
        9 => Edit::Element {
            element: some(random, survey.elements)?,
            body: random.below(bodies),
        },
        10 => Edit::Table {
            more: 1 + random.below(9) as u64,
        },
        11 => Edit::Initial {
            global: some(random, survey.globals)?,
            value: random.below(1 << 20) as i32,
        },
        12 => Edit::Byte {
            segment: some(random, survey.segments)?,
            value: random.number() as u8,
        },
        13 => Edit::Ungrown,
        14 => Edit::Unset,
        _ => Edit::Unthrown,
    })
}

/// Counts what a module has; of a component, what all of its modules have. `None`: it is invalid.
fn survey(bytes: &[u8]) -> Option<Survey> {
    let mut survey = Survey::default();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.ok()? {
            Payload::TypeSection(types) => {
                for group in types {
                    survey.types += group.ok()?.types().len() as u32;
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    match import.ok()?.ty {
                        TypeRef::Func(_) => survey.imported_functions += 1,
                        TypeRef::Global(_) => survey.imported_globals += 1,
                        _ => {}
                    }
                }
            }
            Payload::FunctionSection(functions) => {
                let types = functions.into_iter().collect::<Result<Vec<_>, _>>();
                survey.function_types.extend(types.ok()?);
            }
            Payload::GlobalSection(globals) => survey.globals += globals.count() as usize,
            Payload::DataSection(data) => survey.segments += data.count() as usize,
            Payload::ElementSection(elements) => {
                for element in elements {
                    if let ElementItems::Functions(functions) = element.ok()?.items {
                        survey.elements += functions.count() as usize;
                    }
                }
            }
            Payload::CodeSectionEntry(body) => constants(&body, &mut survey.constants)?,
            _ => {}
        }
    }
    Some(survey)
}

/// Adds the places of the values of `i32.const` of one byte.
fn constants(body: &FunctionBody<'_>, places: &mut Vec<usize>) -> Option<()> {
    let mut reader = body.get_operators_reader().ok()?;
    while !reader.eof() {
        let (operator, at) = reader.read_with_offset().ok()?;
        if matches!(operator, Operator::I32Const { .. }) && reader.original_position() == at + 2 {
            places.push(usize::try_from(at + 1).ok()?);
        }
    }
    Some(())
}

/// Writes a module anew with an edit.
struct Editor<'s> {
    edit: Edit,
    survey: &'s Survey,
    /// How many of each were written.
    bodies: usize,
    globals: usize,
    segments: usize,
    elements: usize,
}

impl Editor<'_> {
    /// The index of a function before the edit.
    fn old(&self, body: usize) -> u32 {
        self.survey.imported_functions + body as u32
    }

    fn shifted(&self, func: u32) -> u32 {
        match self.edit {
            Edit::Added { at, .. } if func >= self.old(at) => func + 1,
            Edit::Removed { body, by } if func == self.old(body) => self.shifted(self.old(by)),
            Edit::Removed { body, .. } if func > self.old(body) => func - 1,
            _ => func,
        }
    }

    /// Adds an instruction, or what takes its place.
    fn add(&self, function: &mut Function, instruction: &Instruction<'_>) {
        match (self.edit, instruction) {
            (Edit::Unwritten { global }, Instruction::GlobalSet(index))
                if *index == self.survey.imported_globals + global as u32 =>
            {
                function.instruction(&Instruction::Drop)
            }
            (Edit::Ungrown, Instruction::MemoryGrow(_)) => function
                .instruction(&Instruction::Drop)
                .instruction(&Instruction::I32Const(-1)),
            (Edit::Unset, Instruction::TableSet(_)) => function
                .instruction(&Instruction::Drop)
                .instruction(&Instruction::Drop),
            (Edit::Unthrown, Instruction::Throw(_)) => {
                function.instruction(&Instruction::Unreachable)
            }
            _ => function.instruction(instruction),
        };
    }
}

type Done = Result<(), Error<Infallible>>;

impl Reencode for Editor<'_> {
    type Error = Infallible;

    fn function_index(&mut self, func: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.shifted(func))
    }

    fn memory_type(&mut self, ty: wasmparser::MemoryType) -> Result<MemoryType, Error<Infallible>> {
        let mut ty = utils::memory_type(self, ty);
        if let Edit::Memory { pages, room } = self.edit {
            ty.minimum += pages;
            ty.maximum = match room {
                Some(room) => Some(ty.minimum + room),
                None => ty.maximum.map(|maximum| maximum.max(ty.minimum)),
            };
        }
        Ok(ty)
    }

    fn parse_custom_section(
        &mut self,
        module: &mut Module,
        section: CustomSectionReader<'_>,
    ) -> Done {
        // It would name the function that is removed.
        if matches!(self.edit, Edit::Removed { .. }) {
            return Ok(());
        }
        let section: CustomSection<'_> = self.custom_section(section)?;
        module.section(&section);
        Ok(())
    }

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Done {
        utils::parse_type_section(self, types, section)?;
        if matches!(self.edit, Edit::Added { .. }) {
            types.ty().function([], []);
        }
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Done {
        for (index, ty) in section.into_iter().enumerate() {
            match self.edit {
                Edit::Removed { body, .. } if body == index => continue,
                Edit::Added { at, .. } if at == index => {
                    functions.function(self.survey.types);
                }
                _ => {}
            }
            functions.function(ty?);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Done {
        for body in section {
            self.parse_function_body(code, body?)?;
            self.bodies += 1;
        }
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Done {
        let index = self.bodies;
        let mut function = self.new_function_with_parsed_locals(&body)?;
        match self.edit {
            Edit::Removed { body, .. } if body == index => return Ok(()),
            Edit::Added { at, caller } => {
                if at == index {
                    let mut added = Function::new([]);
                    added.instruction(&Instruction::End);
                    code.function(&added);
                }
                if caller == index {
                    function.instruction(&Instruction::Call(self.old(at)));
                }
            }
            _ => {}
        }
        let mut reader = body.get_operators_reader()?;
        for at in 0.. {
            if reader.eof() {
                break;
            }
            if self.edit
                == (Edit::Moved {
                    body: index,
                    before: at,
                })
            {
                function.instruction(&Instruction::Nop);
            }
            let instruction = self.parse_instruction(&mut reader)?;
            self.add(&mut function, &instruction);
        }
        code.function(&function);
        Ok(())
    }

    fn parse_global(&mut self, globals: &mut GlobalSection, mut global: Global<'_>) -> Done {
        if self.edit
            == (Edit::Mutable {
                global: self.globals,
            })
        {
            global.ty.mutable = true;
        }
        let index = self.globals;
        self.globals += 1;
        match self.edit {
            Edit::Initial { global: at, value }
                if at == index && global.ty.content_type == wasmparser::ValType::I32 =>
            {
                let ty = self.global_type(global.ty)?;
                globals.global(ty, &ConstExpr::i32_const(value));
                Ok(())
            }
            _ => utils::parse_global(self, globals, global),
        }
    }

    fn table_type(&mut self, ty: wasmparser::TableType) -> Result<TableType, Error<Infallible>> {
        let mut ty = utils::table_type(self, ty)?;
        if let Edit::Table { more } = self.edit {
            ty.minimum += more;
            ty.maximum = ty.maximum.map(|maximum| maximum + more);
        }
        Ok(ty)
    }

    fn parse_data(&mut self, data: &mut DataSection, segment: Data<'_>) -> Done {
        let mut bytes = segment.data.to_vec();
        match self.edit {
            Edit::Data { segment, by } if segment == self.segments => {
                bytes.extend((0..by).map(|byte| byte as u8));
            }
            Edit::Byte { segment, value } if segment == self.segments => {
                if let Some(first) = bytes.first_mut() {
                    *first = value;
                }
            }
            _ => {}
        }
        self.segments += 1;
        let segment = Data {
            data: &bytes,
            ..segment
        };
        utils::parse_data(self, data, segment)
    }

    fn element_items<'a>(
        &mut self,
        items: ElementItems<'a>,
    ) -> Result<Elements<'a>, Error<Infallible>> {
        let ElementItems::Functions(functions) = items else {
            return utils::element_items(self, items);
        };
        let mut edited = Vec::new();
        for function in functions {
            edited.push(match self.edit {
                Edit::Element { element, body } if element == self.elements => self.old(body),
                _ => self.shifted(function?),
            });
            self.elements += 1;
        }
        Ok(Elements::Functions(edited.into()))
    }
}
