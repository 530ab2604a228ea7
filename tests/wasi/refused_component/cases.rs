//! The calls: each function called correctly, and with all wrong variants of each of its pointers
//! and handles.

use super::world::{Encoding, Import, Resource, World};
use wasi_aot_abi::Trap;
use wit_parser::{Handle, Param, Type, TypeDefKind};

/// The size of the module's memory in bytes.
const MEMORY: u64 = 65536;

/// The address of results, when they are stored correctly.
const RESULT: u64 = 30720;

/// The address of the data that arguments point to; `makers.wat` uses the memory below.
const DATA: u64 = 1024;

/// Functions that allocate the contents of a list's elements before the list: they know its length
/// only when they have all elements.
const INNER_FIRST: &[&str] = &["incoming-datagram-stream.receive"];

/// A call.
pub struct Case {
    pub name: String,
    /// The body of a function that makes the call, and returns 0 if it succeeds.
    pub code: String,
    /// The trap that it ends with; none if the call is valid.
    pub trap: Option<Trap>,
}

/// The data that arguments point to.
#[derive(Default)]
pub struct Data {
    bytes: Vec<u8>,
}

impl Data {
    /// Adds these bytes, and returns their address, a multiple of 8.
    fn place(&mut self, bytes: &[u8]) -> u64 {
        let mut places = (0..self.bytes.len()).step_by(8);
        let found = places.find(|at| self.bytes[*at..].starts_with(bytes));
        let at = found.unwrap_or_else(|| {
            let at = self.bytes.len();
            self.bytes.extend(bytes);
            self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
            at
        });
        let address = DATA + at as u64;
        assert!(address + (bytes.len() as u64) < RESULT, "too much data");
        address
    }

    /// The data as a field of a module.
    pub fn field(&self) -> String {
        let bytes: String = self
            .bytes
            .iter()
            .map(|byte| format!("\\{byte:02x}"))
            .collect();
        format!("(data (i32.const {DATA}) \"{bytes}\")")
    }
}

/// The units of a list or a string.
#[derive(Clone, Copy)]
enum Units {
    Text(Encoding),
    /// Elements, with their size and alignment in bytes.
    Elements(u64, u64),
}

impl Units {
    fn alignment(self) -> u64 {
        match self {
            Units::Text(encoding) => encoding.alignment(),
            Units::Elements(_, alignment) => alignment,
        }
    }

    fn bytes(self, length: u64) -> u64 {
        match self {
            Units::Text(encoding) => encoding.bytes(length),
            Units::Elements(bytes, _) => bytes * length,
        }
    }

    fn outside(self) -> Trap {
        match self {
            Units::Text(_) => Trap::StringOutOfBounds,
            Units::Elements(..) => Trap::ListOutOfBounds,
        }
    }

    /// Wrong addresses and lengths, where `length` is the right length.
    fn wrong(self, length: u64) -> Vec<(u64, u64, Trap)> {
        let bytes = self.bytes(length);
        let addresses = around_the_end(bytes);
        let mut lengths = vec![0, 1, length, MEMORY + 1, length | 1 << 31, (1 << 32) - 1];
        if let Units::Elements(bytes @ 2.., _) = self {
            // The list would have few bytes if their number wrapped around.
            lengths.push((1u64 << 32).div_ceil(bytes));
        }
        lengths.sort_unstable();
        lengths.dedup();
        let pairs = addresses.iter();
        let pairs = pairs.flat_map(|at| lengths.iter().map(move |length| (*at, *length)));
        let wrong = |(address, length): (u64, u64)| {
            let trap = match address.is_multiple_of(self.alignment()) {
                false => Trap::UnalignedPointer,
                true if address + self.bytes(length) > MEMORY => self.outside(),
                true => return None,
            };
            Some((address, length, trap))
        };
        pairs.filter_map(wrong).collect()
    }
}

/// Addresses at which this number of bytes is out of bounds, or would be if a sum wrapped around or
/// a check failed.
fn around_the_end(bytes: u64) -> Vec<u64> {
    const ALL: u64 = 1 << 32;
    let mut addresses = vec![0, 1, 2, RESULT + 1, RESULT + 2, RESULT + 4];
    addresses.extend([1, 2, 4, 8, bytes, bytes / 2].map(|less| MEMORY - less));
    addresses.extend([MEMORY - bytes + 1, MEMORY, MEMORY + 1, MEMORY + 8]);
    addresses.extend([ALL / 2 - 1, ALL / 2, ALL - MEMORY]);
    addresses.extend([1, 2, 8, bytes].map(|less| ALL - less.max(1)));
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

/// Resource types that only a terminal provides.
const UNMADE: &[&str] = &["terminal-input", "terminal-output"];

/// Functions of `makers.wat` whose resources cannot be dropped because resources made from them are
/// alive.
const PARENTS: &[&str] = &["udp-connected"];

/// An argument: the code that produces it, and its wrong variants.
#[derive(Default)]
struct Argument {
    good: String,
    /// The same argument at the very end of the memory.
    at_end: Option<String>,
    wrong: Vec<(String, Trap)>,
    /// A variant that becomes wrong after all arguments are made: its code, and the code that makes
    /// it wrong.
    spoilt: Option<(String, String)>,
}

fn i32s(values: &[u64]) -> String {
    let code = values.iter().map(|value| format!("(i32.const {value})"));
    code.collect::<Vec<_>>().join(" ")
}

/// The properties of a function that its calls depend on.
struct Caller<'c> {
    import: &'c Import<'c>,
    /// Whether the first byte of its result says whether it failed.
    fails: bool,
    cases: Vec<Case>,
}

impl Caller<'_> {
    /// Adds a case: its arguments, the action after all of them are made, and the address of the
    /// result.
    fn add(
        &mut self,
        what: &str,
        arguments: &[String],
        last: &str,
        place: u64,
        trap: Option<Trap>,
    ) {
        let (name, arguments) = (self.import.name(), arguments.join(" "));
        let (pointer, end) = match &self.import.signature {
            signature if signature.retptr && self.fails => (
                i32s(&[place]),
                format!("(i32.ne (i32.load8_u (i32.const {place})) (i32.const 0))"),
            ),
            signature if signature.retptr => (i32s(&[place]), i32s(&[0])),
            signature if signature.results.is_empty() => (String::new(), i32s(&[0])),
            _ => (String::new(), "drop (i32.const 0)".into()),
        };
        self.cases.push(Case {
            name: format!("{name} {what}"),
            code: format!("{arguments} {pointer} {last} call ${name} {end}"),
            trap,
        });
    }
}

/// The cases of a function; none if no call of it can be invalid.
pub fn of(world: &World, import: &Import<'_>, data: &mut Data) -> Vec<Case> {
    let params = import.function.params.iter();
    let is_handle = |kind: &TypeDefKind| matches!(kind, TypeDefKind::Handle(_));
    let takes_handle = |ty: &Type| matches!(ty, Type::Id(id) if is_handle(world.kind(*id)));
    if !import.uses_memory() && !params.clone().any(|param| takes_handle(&param.ty)) {
        return Vec::new();
    }
    let arguments: Vec<_> = params
        .map(|param| argument(world, import, param, data))
        .collect();
    let result = import.function.result;
    let mut caller = Caller {
        import,
        fails: result.is_some_and(|result| failure(world, &result)),
        cases: Vec::new(),
    };
    let good: Vec<_> = arguments.iter().map(|it| it.good.clone()).collect();
    caller.add("as it should be", &good, "", RESULT, None);
    for (index, argument) in arguments.iter().enumerate() {
        let mut changed = good.clone();
        if let Some(at_end) = &argument.at_end {
            changed[index] = at_end.clone();
            caller.add("with an argument at the end", &changed, "", RESULT, None);
        }
        for (code, trap) in &argument.wrong {
            changed[index] = code.clone();
            caller.add(&format!("with {code}"), &changed, "", RESULT, Some(*trap));
        }
        if let Some((code, last)) = &argument.spoilt {
            changed[index] = code.clone();
            let what = format!("with {code} {last}");
            caller.add(&what, &changed, last, RESULT, Some(Trap::UnknownHandle));
        }
    }
    if let Some(result) = result.filter(|_| import.signature.retptr) {
        results(world, &mut caller, &result, &good);
    }
    caller.cases
}

/// The cases of a function that returns this type through memory: the address of the result, and
/// the data that the result points to.
fn results(world: &World, caller: &mut Caller<'_>, result: &Type, good: &[String]) {
    let bytes = world.sizes.size(result).size_wasm32() as u64;
    let alignment = world.sizes.align(result).align_wasm32() as u64;
    let end = (MEMORY - bytes) / alignment * alignment;
    caller.add("with a result at the end", good, "", end, None);
    for place in around_the_end(bytes) {
        let trap = match place.is_multiple_of(alignment) {
            false => Trap::UnalignedPointer,
            true if place + bytes > MEMORY => Trap::MemoryOutOfBounds,
            true => continue,
        };
        let what = format!("with a result at {place}");
        caller.add(&what, good, "", place, Some(trap));
    }
    for (call, address, trap) in rooms(world, caller.import, result) {
        let last = format!(
            "(global.set $calls (i32.const 0)) (global.set $bad-call (i32.const {call}))
             (global.set $bad-address (i32.const {address}))"
        );
        let what = format!("and {address} as room {call}");
        caller.add(&what, good, &last, RESULT, Some(trap));
    }
}

/// The cases of dropping a handle.
pub fn of_drop(resource: &Resource<'_>) -> Vec<Case> {
    let name = resource.name;
    let mut handle = handle(name, maker("drop", name));
    if UNMADE.contains(&name) {
        (handle.good, handle.spoilt) = (String::new(), None);
    }
    let case = |code: &str, trap| Case {
        name: format!("{name}.drop of {code}"),
        code: format!("{code} call ${name}.drop (i32.const 0)"),
        trap,
    };
    let good = Some(&handle.good).filter(|code| !code.is_empty());
    let twice = handle.spoilt.map(|(code, last)| format!("{code} {last}"));
    let bad = handle.wrong.iter();
    good.map(|code| case(code, None))
        .into_iter()
        .chain(bad.map(|(code, trap)| case(code, Some(*trap))))
        .chain(twice.map(|code| case(&code, Some(Trap::UnknownHandle))))
        .collect()
}

/// Whether the first byte of the result of a function that returns this type says whether it
/// failed.
fn failure(world: &World, result: &Type) -> bool {
    matches!(result, Type::Id(id) if matches!(world.kind(*id), TypeDefKind::Result(_)))
}

/// Wrong addresses that `realloc` returns, each with the index of its call.
fn rooms(world: &World, import: &Import<'_>, result: &Type) -> Vec<(usize, u64, Trap)> {
    let mut levels = Vec::new();
    nested(world, import.encoding, result, &mut levels);
    if INNER_FIRST.contains(&&*import.plain) {
        levels.reverse();
    }
    // There is no current directory.
    if import.plain == "environment.initial-cwd" {
        levels.clear();
    }
    let mut rooms = Vec::new();
    for (level, (bytes, alignment)) in levels.into_iter().enumerate() {
        let all = 1u64 << 32;
        let mut outside = vec![
            MEMORY,
            MEMORY + 8,
            all / 2,
            all - MEMORY,
            all - 8,
            all - alignment,
        ];
        if bytes > alignment {
            outside.push(MEMORY - alignment);
        }
        outside.dedup();
        rooms.extend(
            outside
                .iter()
                .map(|at| (level + 1, *at, Trap::ReallocOutOfBounds)),
        );
        let misaligned = [1, 32768 + 1, 32768 + 2, MEMORY - 1, MEMORY + 1, all - 1];
        let misaligned = misaligned.iter().filter(|at| !at.is_multiple_of(alignment));
        rooms.extend(misaligned.map(|at| (level + 1, *at, Trap::ReallocUnaligned)));
    }
    rooms
}

/// The first list or string in a type, and the first in its elements: size and alignment of each
/// unit.
fn nested(world: &World, encoding: Encoding, ty: &Type, levels: &mut Vec<(u64, u64)>) {
    if *ty == Type::String {
        return levels.push((encoding.bytes(1), encoding.alignment()));
    }
    if let Type::Id(id) = ty
        && let TypeDefKind::List(of) = world.kind(*id)
    {
        let alignment = world.sizes.align(of).align_wasm32();
        levels.push((world.sizes.size(of).size_wasm32() as u64, alignment as u64));
    }
    let before = levels.len();
    for part in world.parts(ty) {
        if levels.len() == before {
            nested(world, encoding, &part, levels);
        }
    }
}

fn argument(world: &World, import: &Import<'_>, param: &Param, data: &mut Data) -> Argument {
    let plain = |good| Argument {
        good,
        ..Argument::default()
    };
    if param.ty == Type::String {
        let text = text(&import.plain, &param.name);
        let place = data.place(&import.encoding.encode(text));
        let units = Units::Text(import.encoding);
        return span(units, &i32s(&[place]), text.len() as u64);
    }
    let list = match &param.ty {
        Type::Id(id) => match world.kind(*id) {
            TypeDefKind::List(of) => *of,
            TypeDefKind::Handle(Handle::Borrow(of)) => {
                let resource = world.resolve.types[*of].name.as_deref();
                let resource = resource.expect("it has a name");
                return handle(resource, maker(&import.plain, resource));
            }
            _ => return plain(value(world, &import.plain, &param.ty)),
        },
        _ => return plain(value(world, &import.plain, &param.ty)),
    };
    let units = Units::Elements(
        world.sizes.size(&list).size_wasm32() as u64,
        world.sizes.align(&list).align_wasm32() as u64,
    );
    match &*import.plain {
        "poll.poll" => {
            let mut pollables = span(units, "(call $pollables)", 2);
            for number in [0u32, 50_000, u32::MAX] {
                let place = data.place(&number.to_le_bytes());
                let bad = i32s(&[place, 1]);
                pollables.wrong.push((bad, Trap::UnknownHandle));
            }
            pollables
        }
        "outgoing-datagram-stream.send" => datagrams(units, data),
        _ => {
            assert!(list == Type::U8, "{} takes a list of its own", import.plain);
            let place = data.place(b"text");
            span(units, &i32s(&[place]), 4)
        }
    }
}

/// A list or a string at the address that the code `place` returns.
fn span(units: Units, place: &str, length: u64) -> Argument {
    let bytes = units.bytes(length);
    let end = (MEMORY - bytes) / units.alignment() * units.alignment();
    let wrong = units.wrong(length).into_iter();
    Argument {
        good: format!("{place} (i32.const {length})"),
        at_end: Some(format!(
            "(memory.copy (i32.const {end}) {place} (i32.const {bytes})) {}",
            i32s(&[end, length])
        )),
        wrong: wrong
            .map(|(address, length, trap)| (i32s(&[address, length]), trap))
            .collect(),
        spoilt: None,
    }
}

/// A handle that this function of `makers.wat` makes. The wrong variants are no handle, one of
/// another type, and one that was dropped after all arguments were made, so that its number is not
/// reused for any of them.
fn handle(resource: &str, maker: &str) -> Argument {
    let mut wrong: Vec<_> = [0, 50_000, 1 << 31, (1 << 32) - 1]
        .map(|number| (i32s(&[number]), Trap::UnknownHandle))
        .into();
    let other = match resource {
        "pollable" => "(call $network)",
        _ => "(call $pollable)",
    };
    wrong.push((other.into(), Trap::WrongHandle));
    Argument {
        good: format!("(call ${maker})"),
        at_end: None,
        wrong,
        spoilt: (!PARENTS.contains(&maker)).then(|| {
            let code = format!("(call $keep (call ${maker}))");
            (code, format!("(call ${resource}.drop (global.get $kept))"))
        }),
    }
}

/// Datagrams, including some whose bytes are at wrong addresses.
fn datagrams(units: Units, data: &mut Data) -> Argument {
    let bytes = Units::Elements(1, 1);
    let datagram = |address: u64, length: u64| {
        let pair = [address as u32, length as u32];
        let mut datagram: Vec<u8> = pair.into_iter().flat_map(u32::to_le_bytes).collect();
        datagram.resize(units.bytes(1) as usize, 0);
        datagram
    };
    let good = datagram(DATA, 8);
    let place = data.place(&good);
    let mut argument = span(units, &i32s(&[place]), 1);
    for (address, length, trap) in bytes.wrong(8) {
        let bad = datagram(address, length);
        let place = data.place(&bad);
        argument.wrong.push((i32s(&[place, 1]), trap));
    }
    for (address, length) in [(MEMORY, 1), (1, (1 << 32) - 1)] {
        let bad = datagram(address, length);
        // After a valid one, and after one that is too long to be sent.
        for first in [&good, &datagram(0, 65535)] {
            let place = data.place(&[&**first, &bad].concat());
            let code = i32s(&[place, 2]);
            argument.wrong.push((code, Trap::ListOutOfBounds));
        }
    }
    argument
}

/// The text with which a function succeeds: `f` is a file, `d` a folder, `l` a link, and `n` does
/// not exist.
fn text(function: &str, param: &str) -> &'static str {
    match (function, param) {
        ("ip-name-lookup.resolve-addresses", _) => "127.0.0.1",
        ("descriptor.create-directory-at" | "descriptor.open-at", _) => "n",
        ("descriptor.remove-directory-at", _) => "d",
        ("descriptor.readlink-at", _) => "l",
        (_, "new-path") => "n",
        _ => "f",
    }
}

/// The code for a value without pointers with which a function succeeds.
fn value(world: &World, function: &str, ty: &Type) -> String {
    let Type::Id(id) = ty else {
        let core = if *ty == Type::U64 { "i64" } else { "i32" };
        return format!("({core}.const 1)");
    };
    let name = world.resolve.types[*id].name.as_deref().unwrap_or_default();
    match (world.kind(*id), name) {
        (TypeDefKind::Type(ty), _) => value(world, function, ty),
        (TypeDefKind::Flags(_), "open-flags") => "(i32.const 1)".into(),
        (TypeDefKind::Flags(_), "descriptor-flags") => "(i32.const 3)".into(),
        (TypeDefKind::Flags(_) | TypeDefKind::Enum(_), _) => "(i32.const 0)".into(),
        // Now.
        (_, "new-timestamp") => "(i32.const 1) (i64.const 0) (i32.const 0)".into(),
        (_, "ip-socket-address") => {
            let port = match function {
                "tcp-socket.start-connect" => "(call $port)",
                _ => "(i32.const 0)",
            };
            format!(
                "(i32.const 0) {port} {}",
                i32s(&[127, 0, 0, 1, 0, 0, 0, 0, 0, 0])
            )
        }
        (_, "datetime") => "(i64.const 1) (i32.const 1)".into(),
        // No address.
        (TypeDefKind::Option(_), _) => i32s(&[0; 13]),
        (other, _) => panic!("{function} takes {}", other.as_str()),
    }
}

/// The function of `makers.wat` that makes the resource with which a function succeeds.
fn maker<'r>(function: &str, resource: &'r str) -> &'r str {
    match function {
        "descriptor.read-directory" => "dir",
        _ if resource == "network" => resource,
        _ if resource == "descriptor" && function.ends_with("-at") => "dir",
        _ if resource == "descriptor" => "file",
        "output-stream.write" | "output-stream.write-zeroes" => "permitted",
        "outgoing-datagram-stream.send" => "outgoing-permitted",
        "tcp-socket.finish-bind" => "tcp-binding",
        "tcp-socket.finish-connect" => "tcp-connecting",
        "tcp-socket.start-listen" | "tcp-socket.local-address" => "tcp-bound",
        "tcp-socket.finish-listen" => "tcp-listening-soon",
        "tcp-socket.accept" => "tcp-pending",
        "tcp-socket.remote-address" | "tcp-socket.shutdown" => "tcp-connected",
        "udp-socket.finish-bind" => "udp-binding",
        "udp-socket.stream" | "udp-socket.local-address" => "udp-bound",
        "udp-socket.remote-address" => "udp-connected",
        _ => resource,
    }
}
