//! The stages of a build, which its watcher is told of.

/// Something that a watcher is told.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event {
    /// This stage begins, and the one before it is over.
    Stage(Stage),
    /// The program is known, and so is the runtime object that it is linked with.
    Runtime {
        /// Whether it is the one for programs with threads.
        threads: bool,
        /// Its size.
        bytes: usize,
    },
}

/// A stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Reads and validates the module, or makes core modules of a component.
    Validate,
    /// Makes a program of it: links its modules, finds what is reached, places everything.
    Program,
    /// Compiles its functions.
    Compile,
    /// Computes what its process may do, and writes the object.
    Object,
    /// Links it with the runtime object.
    Link,
}

impl Stage {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Validate => "validate",
            Stage::Program => "program",
            Stage::Compile => "compile",
            Stage::Object => "object",
            Stage::Link => "link",
        }
    }
}
