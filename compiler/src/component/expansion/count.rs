//! Simulates the instantiations of a component, and counts.

use super::{Definition, Definitions, Module, Named, Op, Size, Source};
use crate::error::{Error, Result, Whose};
use std::collections::HashMap;
use std::rc::Rc;
use wasmparser::{ComponentExternalKind as Kind, ComponentOuterAliasKind as OuterKind};

/// The maximum of component instances and core instances together.
const MAX_INSTANCES: u64 = 10_000;
/// The maximum of definitions, copies of them, and types that the translator may make for a
/// component.
const MAX_ITEMS: u64 = 1_000_000;
/// An adapter lifts and lowers each part of its type, so it costs this many times the size of the
/// type.
const ADAPTER: u64 = 8;
/// A function has a list of the instances around it: this many of them cost as much as an item.
const ANCESTORS: u64 = 32;
/// The translator copies its data about resource types: this many of them cost as much as an item.
const RESOURCES: u64 = 4;

/// The maximum of bytes of core modules for a component of this size. A module counts once for each
/// instance, because each instance has its own code and data.
const fn max_module_bytes(component: usize) -> u64 {
    (16 << 20) + 8 * component as u64
}

/// The size of a component after it is flattened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// Definitions, copies of them, and types.
    pub items: u64,
    /// Instances of components, excluding the root.
    pub instances: u64,
    /// Instances of core modules, excluding adapters.
    pub core_instances: u64,
    /// Bytes of the instances' modules.
    pub module_bytes: u64,
}

/// An item of an index space. The translator copies items; here they are shared.
#[derive(Clone, Debug)]
enum Value<'s> {
    Component(Rc<Closure<'s>>),
    Instance(Rc<Exports<'s>>),
    /// An instance that the root imports, or one within it.
    Imported,
    Module(Module),
    /// A function; `true`: it is lifted.
    Func(bool),
    /// A type.
    Other,
}

/// A component with the items that it captures from enclosing ones.
#[derive(Debug)]
struct Closure<'s> {
    definition: usize,
    outer: Vec<Value<'s>>,
    /// The number of items that a copy has.
    weight: u64,
}

#[derive(Debug)]
struct Exports<'s> {
    items: HashMap<&'s str, Value<'s>>,
    /// The number of items that a copy has.
    weight: u64,
}

impl Value<'_> {
    fn weight(&self) -> u64 {
        match self {
            Value::Component(component) => component.weight,
            Value::Instance(exports) => exports.weight,
            Value::Imported | Value::Module(_) | Value::Func(_) | Value::Other => 1,
        }
    }
}

fn weight<'v, 's: 'v>(values: impl IntoIterator<Item = &'v Value<'s>>) -> u64 {
    let weights = values.into_iter().map(Value::weight);
    weights.fold(1, u64::saturating_add)
}

/// A component during its instantiation.
struct Frame<'s> {
    ops: std::slice::Iter<'s, Op<'s>>,
    closure: Rc<Closure<'s>>,
    /// Its arguments; `None`: the root, which has imports.
    args: Option<HashMap<&'s str, Value<'s>>>,
    components: Vec<Value<'s>>,
    instances: Vec<Value<'s>>,
    modules: Vec<Value<'s>>,
    funcs: Vec<Value<'s>>,
    exports: HashMap<&'s str, Value<'s>>,
    /// The size of the type of the instance.
    size: Size,
    /// The resource types so far.
    resources: u64,
}

impl<'s> Frame<'s> {
    fn new(
        definition: &'s Definition<'s>,
        closure: Rc<Closure<'s>>,
        args: Option<HashMap<&'s str, Value<'s>>>,
        size: Size,
        resources: u64,
    ) -> Self {
        Frame {
            ops: definition.ops.iter(),
            closure,
            args,
            components: Vec::new(),
            instances: Vec::new(),
            modules: Vec::new(),
            funcs: Vec::new(),
            exports: HashMap::new(),
            size,
            resources,
        }
    }

    /// The index space of a kind; types and values are not tracked.
    fn space(&mut self, kind: Kind) -> Option<&mut Vec<Value<'s>>> {
        match kind {
            Kind::Component => Some(&mut self.components),
            Kind::Instance => Some(&mut self.instances),
            Kind::Module => Some(&mut self.modules),
            Kind::Func => Some(&mut self.funcs),
            Kind::Type | Kind::Value => None,
        }
    }

    fn push(&mut self, kind: Kind, value: Value<'s>) {
        if let Some(space) = self.space(kind) {
            space.push(value);
        }
    }

    fn get(&mut self, kind: Kind, index: u32) -> Value<'s> {
        let space = self.space(kind);
        let value = space.and_then(|space| space.get(index as usize).cloned());
        value.unwrap_or(Value::Other)
    }

    fn outer(&mut self, kind: OuterKind, source: Source) -> Value<'s> {
        match source {
            Source::Local(index) => self.get(sort(kind), index),
            Source::Outer(index) => self.closure.outer[index].clone(),
        }
    }

    /// An import: takes the instantiation's argument. Returns the items of the copy.
    fn import(&mut self, name: &str, kind: Kind, size: Size) -> u64 {
        let value = match &self.args {
            Some(args) => args.get(name).cloned().unwrap_or(Value::Other),
            None => imported(kind),
        };
        self.resources = self.resources.saturating_add(size.resources);
        self.copy(kind, value).saturating_add(size.items)
    }

    /// Adds a copy to an index space. Returns its number of items.
    fn copy(&mut self, kind: Kind, value: Value<'s>) -> u64 {
        let items = value.weight();
        self.push(kind, value);
        items
    }

    /// An instance made of definitions. Returns its number of items.
    fn instance(&mut self, exports: &'s [Named<'s>], size: Size) -> u64 {
        let items = self.named(exports);
        let weight = weight(items.values());
        let exports = Exports { items, weight };
        self.instances.push(Value::Instance(Rc::new(exports)));
        weight.saturating_add(size.items)
    }

    /// An export of an instance. Returns the items of the copy.
    fn alias(&mut self, instance: u32, name: &str, kind: Kind) -> u64 {
        let value = match self.get(Kind::Instance, instance) {
            Value::Instance(exports) => exports.items.get(name).cloned(),
            _ => Some(imported(kind)),
        };
        self.copy(kind, value.unwrap_or(Value::Other))
    }

    /// The cost of a lowered function, as a multiple of the size of its type.
    fn lower(&mut self, func: u32) -> u64 {
        match self.get(Kind::Func, func) {
            Value::Func(false) => 1,
            _ => ADAPTER,
        }
    }

    /// An export, which is also a definition. Returns the items of both copies.
    fn export(&mut self, export: &Named<'s>, size: Size) -> u64 {
        let value = self.get(export.kind, export.index);
        self.exports.insert(export.name, value.clone());
        let items = self.copy(export.kind, value);
        items.saturating_mul(2).saturating_add(size.items)
    }

    fn named(&mut self, names: &'s [Named<'s>]) -> HashMap<&'s str, Value<'s>> {
        let values = names
            .iter()
            .map(|item| (item.name, self.get(item.kind, item.index)));
        values.collect()
    }
}

fn sort(kind: OuterKind) -> Kind {
    match kind {
        OuterKind::CoreModule => Kind::Module,
        OuterKind::Component => Kind::Component,
        OuterKind::CoreType | OuterKind::Type => Kind::Type,
    }
}

/// An item that the root imports.
fn imported<'s>(kind: Kind) -> Value<'s> {
    match kind {
        Kind::Instance => Value::Imported,
        Kind::Func => Value::Func(false),
        Kind::Module => Value::Module(Module::default()),
        // The translator does not support imported components.
        Kind::Component | Kind::Type | Kind::Value => Value::Other,
    }
}

impl<'a> Definitions<'a> {
    /// Counts the definitions and instances that the component expands to. `bytes`: its size.
    ///
    /// # Errors
    ///
    /// `Limit`: it has too many instances, definitions, or bytes of core modules.
    pub fn count(&self, bytes: usize) -> Result<Totals> {
        let Some(root) = self.components.len().checked_sub(1) else {
            return Ok(Totals::default());
        };
        let closure = Rc::new(Closure {
            definition: root,
            outer: Vec::new(),
            weight: 1,
        });
        let size = Size::default();
        let mut count = Count {
            definitions: self,
            max_module_bytes: max_module_bytes(bytes),
            totals: Totals::default(),
            frames: vec![Frame::new(&self.components[root], closure, None, size, 0)],
        };
        count.run()?;
        Ok(count.totals)
    }
}

struct Count<'s> {
    definitions: &'s Definitions<'s>,
    max_module_bytes: u64,
    totals: Totals,
    frames: Vec<Frame<'s>>,
}

impl<'s> Count<'s> {
    fn run(&mut self) -> Result<()> {
        while let Some(frame) = self.frames.last_mut() {
            match frame.ops.next() {
                Some(op) => self.op(op)?,
                None => self.finish()?,
            }
        }
        Ok(())
    }

    fn items(&mut self, more: u64) -> Result<()> {
        self.totals.items = self.totals.items.saturating_add(more);
        match self.totals.items > MAX_ITEMS {
            true => Err(limit(&format!(
                "makes more than {MAX_ITEMS} definitions and copies of them"
            ))),
            false => Ok(()),
        }
    }

    /// Ends an instantiation: the new instance is added to the component that contains the
    /// instantiation.
    fn finish(&mut self) -> Result<()> {
        let Some(done) = self.frames.pop() else {
            return Ok(());
        };
        let weight = weight(done.exports.values());
        self.items(weight.saturating_add(done.size.items))?;
        if let Some(frame) = self.frames.last_mut() {
            frame.resources = frame.resources.saturating_add(done.size.resources);
            let items = done.exports;
            frame
                .instances
                .push(Value::Instance(Rc::new(Exports { items, weight })));
        }
        Ok(())
    }

    fn op(&mut self, op: &'s Op<'s>) -> Result<()> {
        let depth = self.frames.len() as u64;
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        let more = match op {
            Op::Plain => 0,
            Op::Resource => {
                frame.resources = frame.resources.saturating_add(1);
                0
            }
            Op::Import(name, kind, size) => frame.import(name, *kind, *size),
            Op::Module(module) => {
                let module = self.definitions.modules[*module];
                frame.copy(Kind::Module, Value::Module(module))
            }
            Op::Component(definition) => self.define(*definition),
            Op::Outer(kind, source) => {
                let value = frame.outer(*kind, *source);
                frame.copy(sort(*kind), value)
            }
            Op::CoreInstance(module) => return self.instantiate_core(*module),
            Op::Instantiate(component, args, size) => {
                return self.instantiate(*component, args, *size);
            }
            Op::Instance(exports, size) => frame.instance(exports, *size),
            Op::Alias(instance, name, kind) => frame.alias(*instance, name, *kind),
            Op::Lift(size) => {
                frame.funcs.push(Value::Func(true));
                size.items.saturating_add(depth / ANCESTORS)
            }
            Op::Lower(func, size) => {
                let items = size.items.saturating_mul(frame.lower(*func));
                items.saturating_add(depth / ANCESTORS)
            }
            Op::Export(export, size) => frame.export(export, *size),
        };
        self.items(more.saturating_add(1))
    }

    /// Defines a nested component, which captures its outer aliases. Returns the number of items.
    fn define(&mut self, definition: usize) -> u64 {
        let Some(frame) = self.frames.last_mut() else {
            return 0;
        };
        let outer = self.definitions.components[definition].outer.iter();
        let outer: Vec<_> = outer
            .map(|(kind, source)| frame.outer(*kind, *source))
            .collect();
        let weight = weight(&outer);
        frame.components.push(Value::Component(Rc::new(Closure {
            definition,
            outer,
            weight,
        })));
        weight
    }

    fn instantiate_core(&mut self, module: u32) -> Result<()> {
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        let module = match frame.get(Kind::Module, module) {
            Value::Module(module) => module,
            _ => Module::default(),
        };
        self.totals.module_bytes = self.totals.module_bytes.saturating_add(module.bytes);
        self.totals.core_instances += 1;
        if self.totals.core_instances > MAX_INSTANCES {
            let what = format!("makes more than {MAX_INSTANCES} instances of core modules");
            return Err(limit(&what));
        }
        if self.totals.module_bytes > self.max_module_bytes {
            let what = format!(
                "instantiates core modules of more than {} bytes in all",
                self.max_module_bytes
            );
            return Err(limit(&what));
        }
        self.items(module.imports.saturating_add(1))
    }

    fn instantiate(&mut self, component: u32, args: &'s [Named<'s>], size: Size) -> Result<()> {
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        let Value::Component(closure) = frame.get(Kind::Component, component) else {
            // An instantiation of an imported component, which the translator refuses.
            frame.instances.push(Value::Imported);
            return self.items(1);
        };
        let args = frame.named(args);
        let resources = frame.resources;
        let more = weight(args.values())
            .saturating_add(closure.weight)
            .saturating_add(resources / RESOURCES);
        self.totals.instances += 1;
        if self.totals.instances > MAX_INSTANCES {
            let what = format!("makes more than {MAX_INSTANCES} instances of components");
            return Err(limit(&what));
        }
        self.items(more)?;
        let definition = &self.definitions.components[closure.definition];
        let frame = Frame::new(definition, closure, Some(args), size, resources);
        self.frames.push(frame);
        Ok(())
    }
}

fn limit(what: &str) -> Error {
    let message = format!("the component {what}, when it is flattened");
    Error::limit(&message, Whose::Own)
        .help("what a component instantiates is made anew each time that it is instantiated itself")
}
