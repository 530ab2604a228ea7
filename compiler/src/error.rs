//! The two kinds of error: what a user can cause is a coded message with the place and a way out;
//! anything else is a bug and says so.

use crate::demangle::readable;
use std::fmt;
use std::io;

/// A place in the input.
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
        /// What went wrong, as documented and stable codes: `error[E0102]: …`.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }
        impl Code {
            /// All codes.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];
            /// As users see it.
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
    /// A feature of WebAssembly that is not there yet.
    Unsupported = "E0102";
    /// More than an implementation limit.
    Limit = "E0103";
    /// A component, where a module is expected.
    Component = "E0104";
    /// An import that nobody provides.
    UnknownImport = "E0201";
    /// An import whose type is not that of what provides it.
    ImportType = "E0202";
    /// No entry: `_start` or the `--invoke` function is missing or of the wrong type.
    Entry = "E0203";
    /// The name of the target is unknown, or its runtime is not in this build.
    Target = "E0301";
    /// The program does not fit where the target wants it.
    Layout = "E0302";
    /// The system linker failed, or there is none.
    SystemLinker = "E0303";
    /// Options that do not go together, or cannot be understood.
    Option = "E0401";
    /// A file with options (`wasi-aot.toml`) cannot be understood.
    Config = "E0402";
    /// Something among what is to be embedded that an executable cannot hold.
    Embed = "E0403";
    /// An executable is not what a module makes.
    Different = "E0501";
    /// A bug of wasi-aot.
    Bug = "E9999";
}

/// An error of any stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What kind.
    pub code: Code,
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// A way out, if one is known.
    pub help: Option<String>,
}

/// Whose an implementation limit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Our own.
    Own,
    /// The validator's.
    Validator,
    /// That of what makes components flat.
    Translator,
    /// The code generator's.
    Generator,
    /// That of what reads the text format.
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
    /// An error with no place yet.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Error {
            code,
            message: message.into(),
            place: Place::default(),
            help: None,
        }
    }

    /// A feature of WebAssembly that is not there yet.
    pub fn unsupported(feature: &str) -> Self {
        let verb = if feature.ends_with('s') { "are" } else { "is" };
        Error::new(
            Code::Unsupported,
            format!("{feature} {verb} not supported yet"),
        )
    }

    /// More than an implementation limit, which `message` says.
    pub fn limit(message: &str, whose: Whose) -> Self {
        Error::new(Code::Limit, format!("{message} (a limit of {whose})"))
    }

    /// Sets the offset, unless one is known.
    pub fn at(mut self, offset: u64) -> Self {
        self.place.offset.get_or_insert(offset);
        self
    }

    /// Sets the function, unless one is known. A mangled name is shown as [`readable`] gives it.
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

    /// Sets the way out.
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
