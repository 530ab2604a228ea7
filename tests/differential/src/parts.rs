//! Splits a module into sections, to which a driver can append, and the types of its definitions.

use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, ImportSection, Instruction, MemorySection,
    MemoryType, Module, StartSection, SubType, TableSection, TableType, TagSection, TagType,
    TypeSection,
};
use wasmparser::{FunctionBody, Operator, Parser, Payload};

/// The number of functions that the driver imports, which come before the module's.
pub const IMPORTS: u32 = 2;

/// The number of functions that are appended before the one that is called before each
/// `unreachable`.
pub const BEFORE_LAST_WORDS: u32 = 6;

/// The error of this crate's other functions.
pub type Failure = Error<Infallible>;

/// The parts of a module without imports, except its exports.
#[derive(Default)]
pub struct Parts {
    /// Its types, by index.
    pub types: Vec<SubType>,
    /// The indices of its functions' types.
    pub functions: Vec<u32>,
    /// Its tables.
    pub tables: Vec<TableType>,
    /// Its memories.
    pub memories: Vec<MemoryType>,
    /// Its globals.
    pub globals: Vec<GlobalType>,
    /// Its tags.
    pub tags: Vec<TagType>,
    /// The number of appended types.
    pub(crate) added_types: u32,
    pub(crate) type_section: TypeSection,
    pub(crate) import_section: ImportSection,
    pub(crate) function_section: FunctionSection,
    table_section: TableSection,
    pub(crate) memory_section: MemorySection,
    tag_section: TagSection,
    pub(crate) global_section: GlobalSection,
    pub(crate) export_section: ExportSection,
    /// Its start function.
    pub(crate) start: Option<u32>,
    pub(crate) element_section: ElementSection,
    pub(crate) code_section: CodeSection,
    pub(crate) data_section: DataSection,
}

impl Parts {
    /// Splits a module.
    ///
    /// # Errors
    /// If it is malformed, or has items that the encoder cannot write.
    pub fn read(module: &[u8]) -> Result<Parts, Failure> {
        let mut parts = Parts::default();
        for payload in Parser::new(0).parse_all(module) {
            parts.section(payload?)?;
        }
        Ok(parts)
    }

    fn section(&mut self, payload: Payload<'_>) -> Result<(), Failure> {
        let last_words = IMPORTS + self.functions.len() as u32 + BEFORE_LAST_WORDS;
        let shift = &mut Shift { last_words };
        match payload {
            Payload::TypeSection(section) => {
                for group in section.clone() {
                    for ty in group?.into_types() {
                        self.types.push(shift.sub_type(ty)?);
                    }
                }
                shift.parse_type_section(&mut self.type_section, section)?;
            }
            Payload::FunctionSection(section) => {
                self.functions = section.clone().into_iter().collect::<Result<_, _>>()?;
                shift.parse_function_section(&mut self.function_section, section)?;
            }
            Payload::TableSection(section) => {
                for table in section.clone() {
                    self.tables.push(shift.table_type(table?.ty)?);
                }
                shift.parse_table_section(&mut self.table_section, section)?;
            }
            Payload::MemorySection(section) => {
                for memory in section.clone() {
                    self.memories.push(shift.memory_type(memory?)?);
                }
                shift.parse_memory_section(&mut self.memory_section, section)?;
            }
            Payload::TagSection(section) => {
                for tag in section.clone() {
                    self.tags.push(shift.tag_type(tag?)?);
                }
                shift.parse_tag_section(&mut self.tag_section, section)?;
            }
            Payload::GlobalSection(section) => {
                for global in section.clone() {
                    self.globals.push(shift.global_type(global?.ty)?);
                }
                shift.parse_global_section(&mut self.global_section, section)?;
            }
            Payload::StartSection { func, .. } => self.start = Some(shift.function_index(func)?),
            Payload::ElementSection(section) => {
                shift.parse_element_section(&mut self.element_section, section)?;
            }
            Payload::CodeSectionEntry(body) => {
                shift.parse_function_body(&mut self.code_section, body)?;
            }
            Payload::DataSection(section) => {
                shift.parse_data_section(&mut self.data_section, section)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The module with all its parts.
    pub fn finish(self) -> Vec<u8> {
        let mut module = Module::new();
        let count = self.data_section.len();
        module
            .section(&self.type_section)
            .section(&self.import_section)
            .section(&self.function_section)
            .section(&self.table_section)
            .section(&self.memory_section);
        // Even an empty section needs the exceptions proposal.
        if !self.tag_section.is_empty() {
            module.section(&self.tag_section);
        }
        module
            .section(&self.global_section)
            .section(&self.export_section);
        if let Some(function_index) = self.start {
            module.section(&StartSection { function_index });
        }
        module
            .section(&self.element_section)
            .section(&DataCountSection { count })
            .section(&self.code_section)
            .section(&self.data_section);
        module.finish()
    }

    /// Adds a global and returns its index.
    pub(crate) fn add_global(&mut self, ty: GlobalType, value: &ConstExpr) -> u32 {
        self.global_section.global(ty, value);
        self.global_section.len() - 1
    }
}

/// Encodes the module's code with the indices of functions shifted by the imports.
struct Shift {
    /// The function to call before each `unreachable`, including those that follow the end of the
    /// fuel.
    last_words: u32,
}

impl Reencode for Shift {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Failure> {
        Ok(function + IMPORTS)
    }

    /// Limits every wait to a microsecond, because nothing sends notifications.
    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Failure> {
        let mut function: Function = self.new_function_with_parsed_locals(&body)?;
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            match reader.clone().read()? {
                Operator::MemoryAtomicWait32 { .. } | Operator::MemoryAtomicWait64 { .. } => {
                    function.instruction(&Instruction::Drop);
                    function.instruction(&Instruction::I64Const(1000));
                }
                Operator::Unreachable => {
                    function.instruction(&Instruction::Call(self.last_words));
                }
                _ => {}
            }
            function.instruction(&self.parse_instruction(&mut reader)?);
        }
        code.function(&function);
        Ok(())
    }
}
