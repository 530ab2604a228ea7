//! The worlds whose components are programs: the export of such a component that the runtime
//! enters.

use super::plan::Export;

/// A world.
#[derive(Debug)]
pub struct World {
    /// Its name, which `inspect` shows.
    pub name: &'static str,
    /// The entry, in the runtime's form of names: `INTERFACE@COMPATIBLE#FUNCTION`.
    pub symbol: &'static str,
    /// The interface, for messages.
    pub shown: &'static str,
    /// The types of the entry's parameters, as text.
    pub params: &'static [&'static str],
    /// That of its result.
    pub result: Option<&'static str>,
    /// Its type, for messages.
    pub shown_type: &'static str,
    /// How the program enters it.
    pub kind: Kind,
}

/// How the program enters the export of a world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// By one call, whose result is that of the program.
    Command,
    /// By one call for each HTTP request.
    Server,
}

/// All worlds. If a component exports the entries of several, the first is used, except that a
/// [`Kind::Server`] is used if the program has something to listen on.
pub const WORLDS: &[World] = &[
    World {
        name: "wasi:cli/command",
        symbol: "wasi:cli/run@0.2#run",
        shown: "wasi:cli/run@0.2.0",
        params: &[],
        result: Some("result<_, _>"),
        shown_type: "func() -> result<_, _>",
        kind: Kind::Command,
    },
    World {
        name: "wasi:http/proxy",
        symbol: "wasi:http/incoming-handler@0.2#handle",
        shown: "wasi:http/incoming-handler@0.2.0",
        params: &[
            "own<wasi:http/types.incoming-request>",
            "own<wasi:http/types.response-outparam>",
        ],
        result: None,
        shown_type: "func(request: own<wasi:http/types.incoming-request>, response-out: own<wasi:http/types.response-outparam>)",
        kind: Kind::Server,
    },
];

impl World {
    /// Whether the type of an export is that of the world's entry, names of parameters aside.
    pub fn fits(&self, export: &Export) -> bool {
        let ty = &export.ty;
        let params = ty.params.iter().map(|(_, ty)| ty.to_string());
        params.eq(self.params.iter().copied())
            && ty.result.as_ref().map(ToString::to_string).as_deref() == self.result
    }
}
