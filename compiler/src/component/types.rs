//! Types of the component model, in the detail that lifting, lowering and error messages need, and
//! their text.
//!
//! The text is one line in WIT's syntax, with each type's definition instead of its name:
//! `func(self: borrow<wasi:io/streams.output-stream>, contents: list<u8>) -> result<_, variant {
//! last-operation-failed: own<wasi:io/error.error>, closed }>`.

use std::fmt::{self, Display as _};

/// A type of values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the component model's own names")]
pub enum Type {
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    Char,
    String,
    List(Box<Type>),
    /// A list of this length.
    FixedList(Box<Type>, u32),
    Record(Vec<(String, Type)>),
    Tuple(Vec<Type>),
    Variant(Vec<(String, Option<Type>)>),
    Enum(Vec<String>),
    Flags(Vec<String>),
    Option(Box<Type>),
    Result(Option<Box<Type>>, Option<Box<Type>>),
    Own(Resource),
    Borrow(Resource),
}

/// A resource type from the view of a component instance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Resource {
    /// Index into [`super::Plan::type_uses`].
    pub type_use: u32,
    /// The name under which the component imports or exports it: `INTERFACE.NAME` without a
    /// version, or `NAME` outside an interface. `#NUMBER` if it does neither: then no function of
    /// its own interfaces uses the type.
    pub name: String,
}

/// A function type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Func {
    /// Names and types of the parameters.
    pub params: Vec<(String, Type)>,
    /// The result.
    pub result: Option<Type>,
}

impl Func {
    /// The text without words and spaces that only serve readability: two types are equal if these
    /// texts are.
    pub fn structure(&self) -> String {
        self.to_string().replacen("func", "", 1).replace(' ', "")
    }
}

/// Returns the name of a type, if it has one.
pub type Names<'n> = &'n dyn Fn(&Type) -> Option<String>;

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.definition(&|_| None).fmt(f)
    }
}

impl fmt::Display for Func {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with(&|_| None).fmt(f)
    }
}

impl Type {
    /// The text of its definition. Types inside it are represented by their names, if they have
    /// any.
    pub fn definition<'t>(&'t self, names: Names<'t>) -> impl fmt::Display + 't {
        fmt::from_fn(move |f| self.write(f, names))
    }

    /// Its name, if it has one, or its definition.
    fn part<'t>(&'t self, names: Names<'t>) -> impl fmt::Display + 't {
        fmt::from_fn(move |f| match names(self) {
            Some(name) => f.write_str(&name),
            None => self.write(f, names),
        })
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, names: Names<'_>) -> fmt::Result {
        match self {
            Type::Bool => f.write_str("bool"),
            Type::S8 => f.write_str("s8"),
            Type::U8 => f.write_str("u8"),
            Type::S16 => f.write_str("s16"),
            Type::U16 => f.write_str("u16"),
            Type::S32 => f.write_str("s32"),
            Type::U32 => f.write_str("u32"),
            Type::S64 => f.write_str("s64"),
            Type::U64 => f.write_str("u64"),
            Type::F32 => f.write_str("f32"),
            Type::F64 => f.write_str("f64"),
            Type::Char => f.write_str("char"),
            Type::String => f.write_str("string"),
            Type::List(element) => write!(f, "list<{}>", element.part(names)),
            Type::FixedList(element, length) => {
                write!(f, "list<{}, {length}>", element.part(names))
            }
            Type::Record(fields) => braces(f, "record", fields, |f, (name, ty)| {
                write!(f, "{name}: {}", ty.part(names))
            }),
            Type::Tuple(types) => {
                f.write_str("tuple<")?;
                list(f, types, |f, ty| ty.part(names).fmt(f))?;
                f.write_str(">")
            }
            Type::Variant(cases) => braces(f, "variant", cases, |f, (name, ty)| match ty {
                Some(ty) => write!(f, "{name}: {}", ty.part(names)),
                None => f.write_str(name),
            }),
            Type::Enum(cases) => braces(f, "enum", cases, |f, name| f.write_str(name)),
            Type::Flags(flags) => braces(f, "flags", flags, |f, name| f.write_str(name)),
            Type::Option(some) => write!(f, "option<{}>", some.part(names)),
            Type::Result(ok, err) => {
                f.write_str("result<")?;
                payload(f, ok.as_deref(), names)?;
                f.write_str(", ")?;
                payload(f, err.as_deref(), names)?;
                f.write_str(">")
            }
            Type::Own(resource) => write!(f, "own<{}>", resource.name),
            Type::Borrow(resource) => write!(f, "borrow<{}>", resource.name),
        }
    }
}

impl Func {
    /// The text. Types are represented by their names, if they have any.
    pub fn with<'t>(&'t self, names: Names<'t>) -> impl fmt::Display + 't {
        fmt::from_fn(move |f| {
            f.write_str("func(")?;
            list(f, &self.params, |f, (name, ty)| {
                write!(f, "{name}: {}", ty.part(names))
            })?;
            f.write_str(")")?;
            match &self.result {
                Some(result) => write!(f, " -> {}", result.part(names)),
                None => Ok(()),
            }
        })
    }
}

fn payload(f: &mut fmt::Formatter<'_>, ty: Option<&Type>, names: Names<'_>) -> fmt::Result {
    match ty {
        Some(ty) => ty.part(names).fmt(f),
        None => f.write_str("_"),
    }
}

fn braces<T>(
    f: &mut fmt::Formatter<'_>,
    keyword: &str,
    items: &[T],
    item: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    write!(f, "{keyword} {{ ")?;
    list(f, items, item)?;
    f.write_str(" }")
}

fn list<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    item: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (position, value) in items.iter().enumerate() {
        if position > 0 {
            f.write_str(", ")?;
        }
        item(f, value)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_has_every_name() {
        let stream = Resource {
            type_use: 7,
            name: "wasi:io/streams.output-stream".into(),
        };
        let error = Type::Variant(vec![
            ("failed".into(), Some(Type::Own(stream.clone()))),
            ("closed".into(), None),
        ]);
        let func = Func {
            params: vec![
                ("self".into(), Type::Borrow(stream)),
                ("contents".into(), Type::List(Box::new(Type::U8))),
            ],
            result: Some(Type::Result(None, Some(Box::new(error)))),
        };
        assert_eq!(
            func.to_string(),
            "func(self: borrow<wasi:io/streams.output-stream>, contents: list<u8>) -> \
             result<_, variant { failed: own<wasi:io/streams.output-stream>, closed }>"
        );
    }
}
