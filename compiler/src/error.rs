//! The two kinds of error: a user's mistake gives a coded message with its location and a remedy;
//! anything else is a bug and says so.

use crate::demangle::readable;
use std::fmt;
use std::io;

/// A location in the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file, as the user named it.
    pub file: Option<String>,
    /// The function: its name, or `#INDEX`.
    pub function: Option<String>,
    /// Offset in the module's bytes.
    pub offset: Option<u64>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        /// The kind of an error, as a documented, stable code: `error[E0102]: …`.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }
        impl Code {
            /// All codes.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];
            /// The code that users see.
            pub const fn as_str(self) -> &'static str { match self { $(Code::$name => $code,)* } }
            /// Its meaning, an example and the way out, which `wasi-aot explain` prints (Markdown).
            pub const fn explanation(self) -> &'static str {
                match self { $(Code::$name => include_str!(concat!("error/explain/", $code, ".md")),)* }
            }
        }
    };
}

codes! {
    /// The input cannot be read.
    Input = "E0001";
    /// The output cannot be written.
    Output = "E0002";
    /// The text format does not parse.
    Text = "E0003";
    /// The module is malformed or does not validate.
    Invalid = "E0101";
    /// A feature of WebAssembly that is not supported yet.
    Unsupported = "E0102";
    /// An implementation limit is exceeded.
    Limit = "E0103";
    /// A component, where a module is expected.
    Component = "E0104";
    /// An import that nothing provides.
    UnknownImport = "E0201";
    /// An import with a type that differs from the provided item's.
    ImportType = "E0202";
    /// No entry: `_start` or the `--invoke` function is missing or of the wrong type.
    Entry = "E0203";
    /// The name of the target is unknown, or its runtime is not in this build.
    Target = "E0301";
    /// The program does not fit the target's address plan.
    Layout = "E0302";
    /// The system linker failed, or there is none.
    SystemLinker = "E0303";
    /// Contradictory or malformed options.
    Option = "E0401";
    /// A malformed file of options (`wasi-aot.toml`).
    Config = "E0402";
    /// A file to embed that an executable cannot hold.
    Embed = "E0403";
    /// An executable is not what a module makes.
    Different = "E0501";
    /// A program that `bench` compares fails, or does not do the same as another.
    Comparison = "E0502";
    /// A bug of wasi-aot.
    Bug = "E9999";
}

/// An error of any stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Its kind.
    pub code: Code,
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// The location.
    pub place: Place,
    /// A remedy, if one is known.
    pub help: Option<String>,
}

/// The component whose implementation limit is exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// This compiler.
    Own,
    /// The validator.
    Validator,
    /// The translator, which flattens components.
    Translator,
    /// The code generator.
    Generator,
    /// The parser of the text format.
    TextParser,
}

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Whose::Own => "wasi-aot",
            Whose::Validator => "wasmparser, the validator",
            Whose::Translator => "wasmtime-environ, which flattens components",
            Whose::Generator => "Cranelift, the code generator",
            Whose::TextParser => "wast, which reads the text format",
        })
    }
}

/// Shorthand for the stages.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error without a location.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Error {
            code,
            message: message.into(),
            place: Place::default(),
            help: None,
        }
    }

    /// The error for a feature of WebAssembly that is not supported yet.
    pub fn unsupported(feature: &str) -> Self {
        let verb = if feature.ends_with('s') { "are" } else { "is" };
        Error::new(
            Code::Unsupported,
            format!("{feature} {verb} not supported yet"),
        )
    }

    /// The error for an exceeded implementation limit, which `message` describes.
    pub fn limit(message: &str, whose: Whose) -> Self {
        Error::new(Code::Limit, format!("{message} (a limit of {whose})"))
    }

    /// Sets the offset, unless one is known.
    pub fn at(mut self, offset: u64) -> Self {
        self.place.offset.get_or_insert(offset);
        self
    }

    /// Sets the function, unless one is known. A mangled name is shown in its [`readable`] form.
    pub fn in_function(mut self, function: &str) -> Self {
        self.place
            .function
            .get_or_insert_with(|| readable(function).into_owned());
        self
    }

    /// Sets the file, unless one is known.
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.place.file.get_or_insert_with(|| file.into());
        self
    }

    /// Sets the remedy.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)
    }
}

impl std::error::Error for Error {}

/// An operating system's message without Rust's `(os error N)`.
pub fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_string(),
        None => text,
    }
}
