//! Parses the types of functions, and computes their layout in the canonical ABI (Component Model,
//! Canonical ABI, "Alignment", "Element Size", "Flattening").

/// The type of a value, with the details that its layout needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Type {
    /// A number, a handle or flags, with this size in bytes.
    Scalar(u32),
    /// An address and a length: a list or a string.
    Pair,
    /// A record or a tuple.
    Fields(Vec<Type>),
    /// Any type with cases: their names and payloads.
    Cases(Vec<(String, Option<Type>)>),
}

/// The parameters and the result of a function.
#[derive(Clone, Debug)]
pub struct Function {
    /// The types of the parameters.
    pub params: Vec<Type>,
    /// The type of the result, if there is one.
    pub result: Option<Type>,
}

impl Function {
    /// Parses `(name:type,…)->type`.
    pub fn read(text: &str) -> Function {
        let mut reader = Reader { rest: text };
        reader.expect("(");
        let params = reader.list(")", |reader| {
            reader.name();
            reader.expect(":");
            reader.of_type()
        });
        let result = reader.take("->").then(|| reader.of_type());
        assert!(reader.rest.is_empty(), "{text}");
        Function { params, result }
    }
}

impl Type {
    /// The size in bytes, and the alignment.
    pub fn size_and_alignment(&self) -> (u32, u32) {
        match self {
            Type::Scalar(bytes) => (*bytes, *bytes),
            Type::Pair => (8, 4),
            Type::Fields(fields) => {
                let (mut size, mut alignment) = (0u32, 1);
                for (bytes, aligned) in fields.iter().map(Type::size_and_alignment) {
                    size = size.next_multiple_of(aligned) + bytes;
                    alignment = alignment.max(aligned);
                }
                (size.next_multiple_of(alignment), alignment)
            }
            Type::Cases(cases) => {
                assert!(cases.len() <= 256, "the discriminant is a byte");
                let payloads = cases.iter().filter_map(|(_, payload)| payload.as_ref());
                let most = payloads
                    .map(Type::size_and_alignment)
                    .fold((0, 1), |one, other| {
                        (one.0.max(other.0), one.1.max(other.1))
                    });
                let size = 1u32.next_multiple_of(most.1) + most.0;
                (size.next_multiple_of(most.1), most.1)
            }
        }
    }

    /// The number of core WebAssembly values.
    pub fn flat(&self) -> usize {
        match self {
            Type::Scalar(_) => 1,
            Type::Pair => 2,
            Type::Fields(fields) => fields.iter().map(Type::flat).sum(),
            Type::Cases(cases) => {
                let payloads = cases.iter().filter_map(|(_, payload)| payload.as_ref());
                1 + payloads.map(Type::flat).max().unwrap_or(0)
            }
        }
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, text: &str) {
        assert!(self.take(text), "no `{text}` before `{}`", self.rest);
    }

    /// A word. Names of resources also contain dots and other characters.
    fn name(&mut self) -> &'t str {
        let end = self.rest.find(|char| "<>{}(),".contains(char));
        let (word, _) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let word = word.split(':').next().unwrap_or(word);
        self.rest = &self.rest[word.len()..];
        word
    }

    /// The items that `item` parses, until `end`.
    fn list<T>(&mut self, end: &str, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut items = Vec::new();
        while !self.take(end) {
            items.push(item(self));
            self.take(",");
        }
        items
    }

    /// A type, or `_`.
    fn optional(&mut self) -> Option<Type> {
        (!self.take("_")).then(|| self.of_type())
    }

    fn of_type(&mut self) -> Type {
        let case = |name: &str, payload| (name.to_owned(), payload);
        match self.name() {
            "bool" | "u8" | "s8" => Type::Scalar(1),
            "u16" | "s16" => Type::Scalar(2),
            "u32" | "s32" | "f32" | "char" => Type::Scalar(4),
            "u64" | "s64" | "f64" => Type::Scalar(8),
            "string" => Type::Pair,
            "list" => {
                self.expect("<");
                self.list(">", Self::of_type);
                Type::Pair
            }
            "own" | "borrow" => {
                let end = self.rest.find('>').expect("it ends");
                self.rest = &self.rest[end + 1..];
                Type::Scalar(4)
            }
            "option" => {
                self.expect("<");
                let payload = self.of_type();
                self.expect(">");
                Type::Cases(vec![case("none", None), case("some", Some(payload))])
            }
            "result" => {
                let payloads = match self.take("<") {
                    true => self.list(">", Self::optional),
                    false => Vec::new(),
                };
                let payload = |index: usize| payloads.get(index).cloned().flatten();
                Type::Cases(vec![case("ok", payload(0)), case("err", payload(1))])
            }
            "tuple" => {
                self.expect("<");
                Type::Fields(self.list(">", Self::of_type))
            }
            "record" => {
                self.expect("{");
                Type::Fields(self.list("}", |reader| {
                    reader.name();
                    reader.expect(":");
                    reader.of_type()
                }))
            }
            "variant" | "enum" => {
                self.expect("{");
                Type::Cases(self.list("}", |reader| {
                    let name = reader.name();
                    case(name, reader.take(":").then(|| reader.of_type()))
                }))
            }
            "flags" => {
                self.expect("{");
                let names = self.list("}", |reader| reader.name().len());
                Type::Scalar(match names.len() {
                    0..=8 => 1,
                    9..=16 => 2,
                    _ => 4,
                })
            }
            other => panic!("`{other}` is no type"),
        }
    }
}
