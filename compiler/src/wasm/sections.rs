//! The sections of a module, in order: each is validated, then its contents go into the [`Module`].

use super::explain::Failure;
use super::scan::ToValidate;
use super::{
    ConstExpr, Data, Elements, Export, Import, Item, MemoryIndex, Module, SegmentMode, TagIndex,
    const_expr, features, names,
};
use crate::error::Error;
use cranelift_entity::EntityRef;
use wasmparser::{
    AbstractHeapType, CompositeInnerType, DataKind, Element, ElementItems, ElementKind,
    ExternalKind, FieldType, FuncType, HeapType, KnownCustom, MemoryType, Parser, Payload,
    RecGroup, RefType, StorageType, TableInit, TableType, TagType, TypeRef, ValType, ValidPayload,
    Validator, WasmFeatures,
};

/// Reads all sections. Validates everything but the bodies, which it returns.
pub fn read(
    bytes: &[u8],
    flags: WasmFeatures,
) -> Result<(Module<'_>, Vec<ToValidate<'_>>), Failure> {
    let mut reader = Reader {
        module: Module::default(),
        used: WasmFeatures::empty(),
    };
    let bodies = walk(bytes, flags, |payload| reader.section(payload))?;
    let mut module = reader.module;
    names::clean(&mut module);
    module.features = features::names(reader.used);
    Ok((module, bodies))
}

/// Validates everything but the bodies, which it returns.
pub fn validate(bytes: &[u8], flags: WasmFeatures) -> Result<Vec<ToValidate<'_>>, Failure> {
    walk(bytes, flags, |_| Ok(()))
}

fn walk<'a>(
    bytes: &'a [u8],
    flags: WasmFeatures,
    mut section: impl FnMut(Payload<'a>) -> Result<(), Failure>,
) -> Result<Vec<ToValidate<'a>>, Failure> {
    let mut validator = Validator::new_with_features(flags);
    let mut parser = Parser::new(0);
    parser.set_features(flags);
    let mut bodies = Vec::new();
    for payload in parser.parse_all(bytes) {
        let payload = payload?;
        match validator.payload(&payload)? {
            ValidPayload::Func(to_validate, body) => bodies.push((to_validate, body)),
            _ => section(payload)?,
        }
    }
    Ok(bodies)
}

struct Reader<'a> {
    module: Module<'a>,
    used: WasmFeatures,
}

impl<'a> Reader<'a> {
    fn section(&mut self, payload: Payload<'a>) -> Result<(), Failure> {
        match payload {
            Payload::TypeSection(s) => each(s, |group| self.types(group)),
            Payload::ImportSection(s) => each(s.into_imports(), |import| self.import(import)),
            Payload::FunctionSection(s) => each(s, |ty| {
                self.module.functions.push(index(ty));
                Ok(())
            }),
            Payload::TableSection(s) => each(s, |table| self.table(table)),
            Payload::MemorySection(s) => each(s, |ty| {
                self.memory(ty);
                Ok(())
            }),
            Payload::GlobalSection(s) => each(s, |global| {
                let init = self.expr(&global.init_expr)?;
                self.value_type(global.ty.content_type);
                self.module.globals.push(global.ty);
                self.module.global_inits.push(init);
                Ok(())
            }),
            Payload::TagSection(s) => each(s, |ty| {
                self.tag(ty);
                Ok(())
            }),
            Payload::ExportSection(s) => each(s, |export| self.export(export)),
            Payload::StartSection { func, .. } => {
                self.module.start = Some(index(func));
                Ok(())
            }
            Payload::ElementSection(s) => each(s, |segment| self.elements(segment)),
            Payload::DataCountSection { .. } => {
                self.used |= WasmFeatures::BULK_MEMORY;
                Ok(())
            }
            Payload::DataSection(s) => each(s, |segment| self.data(segment)),
            Payload::CodeSectionStart {
                unchecked_range: range,
                ..
            } => {
                self.module.debug.code = range.start as u32..range.end as u32;
                Ok(())
            }
            Payload::CustomSection(s) => {
                if s.name().starts_with(".debug_") {
                    self.module.debug.contents.push((s.name(), s.data()));
                }
                match s.as_known() {
                    KnownCustom::Name(section) => names::read(&mut self.module, section),
                    KnownCustom::Producers(section) => {
                        self.module.is_go |= names::has_language(section, "Go");
                    }
                    _ => {}
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn types(&mut self, group: RecGroup) -> Result<(), Failure> {
        self.module.type_groups.push(group.types().len());
        if group.is_explicit_rec_group() {
            self.used |= WasmFeatures::GC;
        }
        for ty in group.into_types() {
            if !ty.is_final || !ty.supertype_idxs.is_empty() {
                self.used |= WasmFeatures::GC;
            }
            match &ty.composite_type.inner {
                CompositeInnerType::Func(ty) => self.function_type(ty),
                CompositeInnerType::Struct(ty) => self.fields(&ty.fields),
                CompositeInnerType::Array(ty) => self.fields(&[ty.0]),
                CompositeInnerType::Cont(_) => {
                    return Err(Error::unsupported("stack switching").into());
                }
            }
            self.module.types.push(ty);
        }
        Ok(())
    }

    fn fields(&mut self, fields: &[FieldType]) {
        self.used |= WasmFeatures::GC;
        for field in fields {
            if let StorageType::Val(ty) = field.element_type {
                self.value_type(ty);
            }
        }
    }

    fn function_type(&mut self, ty: &FuncType) {
        if ty.results().len() > 1 {
            self.used |= WasmFeatures::MULTI_VALUE;
        }
        for ty in ty.params().iter().chain(ty.results()) {
            self.value_type(*ty);
        }
    }

    fn value_type(&mut self, ty: ValType) {
        match ty {
            ValType::Ref(ty) => self.reference_type(ty),
            ValType::V128 => self.used |= WasmFeatures::SIMD,
            _ => {}
        }
    }

    fn reference_type(&mut self, ty: RefType) {
        self.used |= WasmFeatures::REFERENCE_TYPES;
        if ty == RefType::EXNREF || ty == RefType::EXNREF.as_non_null() {
            self.used |= WasmFeatures::EXCEPTIONS;
        }
        if ty.is_concrete_type_ref() || !ty.is_nullable() {
            self.used |= WasmFeatures::FUNCTION_REFERENCES;
        }
        if let HeapType::Abstract { ty, .. } = ty.heap_type() {
            use AbstractHeapType::*;
            match ty {
                Func | Extern | Exn | Cont => {}
                Any | Eq | I31 | Struct | Array | None | NoFunc | NoExtern | NoExn | NoCont => {
                    self.used |= WasmFeatures::GC;
                }
            }
        }
    }

    fn import(&mut self, import: wasmparser::Import<'a>) -> Result<(), Failure> {
        let item = match import.ty {
            TypeRef::Func(ty) => {
                self.module.imported_functions += 1;
                Item::Func(self.module.functions.push(index(ty)))
            }
            TypeRef::Table(ty) => {
                self.module.imported_tables += 1;
                self.table_type(&ty);
                Item::Table(self.module.tables.push(ty))
            }
            TypeRef::Memory(ty) => {
                self.module.imported_memories += 1;
                Item::Memory(self.memory(ty))
            }
            TypeRef::Global(ty) => {
                self.module.imported_globals += 1;
                if ty.mutable {
                    self.used |= WasmFeatures::MUTABLE_GLOBAL;
                }
                Item::Global(self.module.globals.push(ty))
            }
            TypeRef::Tag(ty) => {
                self.module.imported_tags += 1;
                Item::Tag(self.tag(ty))
            }
            TypeRef::FuncExact(_) => return Err(Error::unsupported("custom descriptors").into()),
        };
        self.module.imports.push(Import {
            module: import.module,
            name: import.name,
            item,
        });
        Ok(())
    }

    fn memory(&mut self, ty: MemoryType) -> MemoryIndex {
        if !self.module.memories.is_empty() {
            self.used |= WasmFeatures::MULTI_MEMORY;
        }
        if ty.memory64 {
            self.used |= WasmFeatures::MEMORY64;
        }
        if ty.page_size_log2.is_some() {
            self.used |= WasmFeatures::CUSTOM_PAGE_SIZES;
        }
        self.module.memories.push(ty)
    }

    fn tag(&mut self, ty: TagType) -> TagIndex {
        self.used |= WasmFeatures::EXCEPTIONS;
        self.module.tags.push(index(ty.func_type_idx))
    }

    fn table(&mut self, table: wasmparser::Table<'a>) -> Result<(), Failure> {
        let init = match &table.init {
            TableInit::RefNull => None,
            TableInit::Expr(expr) => {
                self.used |= WasmFeatures::FUNCTION_REFERENCES;
                Some(self.expr(expr)?)
            }
        };
        self.table_type(&table.ty);
        self.module.tables.push(table.ty);
        self.module.table_inits.push(init);
        Ok(())
    }

    fn table_type(&mut self, ty: &TableType) {
        if ty.element_type != RefType::FUNCREF || !self.module.tables.is_empty() {
            self.reference_type(ty.element_type);
        }
        if ty.table64 {
            self.used |= WasmFeatures::MEMORY64;
        }
    }

    fn export(&mut self, export: wasmparser::Export<'a>) -> Result<(), Failure> {
        let item = match export.kind {
            ExternalKind::Func | ExternalKind::FuncExact => Item::Func(index(export.index)),
            ExternalKind::Table => Item::Table(index(export.index)),
            ExternalKind::Memory => Item::Memory(index(export.index)),
            ExternalKind::Global => {
                let global = index(export.index);
                if self.module.globals[global].mutable {
                    self.used |= WasmFeatures::MUTABLE_GLOBAL;
                }
                Item::Global(global)
            }
            ExternalKind::Tag => Item::Tag(index(export.index)),
        };
        self.module.exports.push(Export {
            name: export.name,
            item,
        });
        Ok(())
    }

    fn elements(&mut self, segment: Element<'a>) -> Result<(), Failure> {
        let mode = match &segment.kind {
            ElementKind::Passive => {
                self.used |= WasmFeatures::BULK_MEMORY;
                SegmentMode::Passive
            }
            ElementKind::Active {
                table_index,
                offset_expr,
            } => SegmentMode::Active {
                target: index(table_index.unwrap_or(0)),
                offset: self.expr(offset_expr)?,
            },
            ElementKind::Declared => {
                self.used |= WasmFeatures::REFERENCE_TYPES;
                SegmentMode::Declared
            }
        };
        let mut items = Vec::new();
        let ty = match segment.items {
            ElementItems::Functions(functions) => {
                items.reserve_exact(functions.count() as usize);
                each(functions, |function| {
                    items.push(ConstExpr::Func(index(function)));
                    Ok(())
                })?;
                RefType::FUNCREF
            }
            ElementItems::Expressions(ty, expressions) => {
                items.reserve_exact(expressions.count() as usize);
                each(expressions, |expr| {
                    items.push(self.expr(&expr)?);
                    Ok(())
                })?;
                ty
            }
        };
        self.module.elements.push(Elements { ty, items, mode });
        Ok(())
    }

    fn data(&mut self, segment: wasmparser::Data<'a>) -> Result<(), Failure> {
        let mode = match &segment.kind {
            DataKind::Passive => {
                self.used |= WasmFeatures::BULK_MEMORY;
                SegmentMode::Passive
            }
            DataKind::Active {
                memory_index,
                offset_expr,
            } => SegmentMode::Active {
                target: index(*memory_index),
                offset: self.expr(offset_expr)?,
            },
        };
        self.module.data.push(Data {
            bytes: segment.data,
            mode,
        });
        Ok(())
    }

    fn expr(&mut self, expr: &wasmparser::ConstExpr<'a>) -> Result<ConstExpr, Failure> {
        const_expr::read(expr, &self.module.types, &mut self.used)
    }
}

fn index<T: EntityRef>(index: u32) -> T {
    T::new(index as usize)
}

fn each<T>(
    items: impl IntoIterator<Item = wasmparser::Result<T>>,
    mut take: impl FnMut(T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    items.into_iter().try_for_each(|item| take(item?))
}
