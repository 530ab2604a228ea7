//! Writes the policy that an executable carries in the form for the runtime:
//! [`wasi_aot_abi::Config`].

use super::Configuration;
use super::blob::{Blob, Record, Target};
use super::embed::{self, Placed};
use super::facts::{self, Facts, Server};
use crate::Result;
use crate::lower::symbol::Runtime;
use crate::policy::row::{Encode, rows};
use crate::policy::{Carried, Dir, RuntimeGrant};
use crate::shown;
use crate::wall::Wall;
use std::mem::offset_of;
use wasi_aot_abi::Str;
use wasi_aot_abi::http::{Http, flags};
use wasi_aot_abi::program::{self as abi, config_flags, dir_flags};
use wasi_aot_abi::words;

/// The variables that describe inherited sockets, which programs that take these over read.
const HANDED_OVER: [&str; 2] = ["LISTEN_FDS", "LISTEN_FDNAMES"];

/// Writes the configuration; the [`abi::Config`] is its first record. `embedded`: where the contents
/// of the embedded files are.
///
/// # Errors
/// Those of [`facts::growth`].
pub fn write(of: &Configuration, embedded: &Placed) -> Result<Blob> {
    let (carried, facts) = (of.carried, of.facts);
    let mut blob = Blob::default();
    let at = blob.record(&Record::new::<abi::Config>());
    let name = match &*facts.name {
        "" => &*carried.module,
        name => name,
    };
    let name = shown::line(name);
    let argv0 = carried.policy.grants.argv0.as_deref().unwrap_or_default();
    let texts = [
        (offset_of!(abi::Config, module), carried.module.as_str()),
        (offset_of!(abi::Config, name), &name),
        (offset_of!(abi::Config, argv0), argv0),
    ];
    let mut record = Record::new::<abi::Config>();
    for (at, value) in texts {
        record = str_field(record, at, Target::Config, text(&mut blob, value));
    }
    if of.names && (facts.named || facts.lines) {
        record = record.point(offset_of!(abi::Config, names), Target::Names, 0);
    }
    let hooks = start_hooks(carried, facts, of.wall).map(hook).collect();
    for (at, count_at, records) in arrays((carried, facts), embedded, hooks, &mut blob) {
        let count = records.len() as u64;
        let records = blob.records(records);
        record = record
            .u64(count_at, count)
            .point(at, Target::Config, records);
    }
    if let Some(wall) = of.wall {
        let at = write_wall(wall, &mut blob);
        record = record.point(offset_of!(abi::Config, wall), Target::Config, at);
    }
    if let Some(server) = &facts.server {
        let at = write_http(of, server, &mut blob);
        record = record.point(offset_of!(abi::Config, http), Target::Config, at);
    }
    if of.names && facts.lines {
        let print = Target::Runtime(Runtime::ReportLines);
        record = record.point(offset_of!(abi::Config, lines), print, 0);
    }
    if let Some(hook) = end_hook(carried, facts) {
        record = record.point(offset_of!(abi::Config, end), Target::Runtime(hook), 0);
    }
    let mut flags = carried.flags();
    if facts.asks_late {
        flags |= config_flags::ASKS_LATE;
    }
    let growth = facts::growth(facts.memory, &carried.policy.limits)?;
    record = record
        .u64(offset_of!(abi::Config, max_growth), growth)
        .u64(offset_of!(abi::Config, flags), flags)
        .u64(offset_of!(abi::Config, cpu), carried.cpu);
    for row in rows() {
        if let Encode::Word(at, word) = row.encode {
            record = record.u64(at, word(&carried.policy));
        }
    }
    blob.replace(at, &record);
    Ok(blob)
}

/// The arrays of [`abi::Config`]: the offsets of each array and its length there, and its contents.
fn arrays(
    (carried, facts): (&Carried, &Facts),
    embedded: &Placed,
    hooks: Vec<Record>,
    blob: &mut Blob,
) -> Vec<(usize, usize, Vec<Record>)> {
    macro_rules! array {
        ($array:ident $count:ident $records:expr) => {
            (
                offset_of!(abi::Config, $array),
                offset_of!(abi::Config, $count),
                $records,
            )
        };
    }
    let dirs = carried.policy.grants.dirs.iter();
    let dirs = dirs.map(|dir| write_dir(dir, blob)).collect();
    let mut strings = |lines: &[String]| lines.iter().map(|line| write_str(line, blob)).collect();
    let env = strings(&environment(carried, facts));
    let mut arrays = vec![array!(dirs dir_count dirs), array!(env env_count env)];
    for row in rows() {
        if let Encode::Texts(at, count_at, texts) = row.encode {
            arrays.push((at, count_at, strings(&texts(&carried.policy))));
        }
    }
    let embeds = embed::describe(&carried.embeds, embedded, blob);
    arrays.push(array!(embeds embed_count embeds));
    arrays.push(array!(start start_count hooks));
    arrays
}

/// The variables, in the form of [`wasi_aot_abi::Config::env`].
pub(super) fn environment(carried: &Carried, facts: &Facts) -> Vec<String> {
    let grants = &carried.policy.grants;
    let mut lines: Vec<_> = grants.env.iter().map(ToString::to_string).collect();
    // The sockets of a server are not the program's.
    if grants.listen_fds && facts.server.is_none() {
        let named = |name: &&str| grants.env.iter().any(|variable| variable.key == **name);
        let missing = HANDED_OVER.iter().filter(|name| !named(name));
        lines.extend(missing.map(|name| name.to_string()));
    }
    lines
}

/// Whether the program may look up names.
fn looks_up(carried: &Carried, facts: &Facts) -> bool {
    let grants = &carried.policy.grants;
    let named =
        |word: &str| words::net(word).is_some_and(|net| matches!(net.host, words::Host::Name(_)));
    let granted = grants.allow_name_lookup
        || grants.may_start_with(RuntimeGrant::Net)
        || grants.allow_net.iter().any(|net| named(net.word()));
    granted && facts.looks_up_hosts
}

/// What the runtime does when this program ends.
pub fn end_hook(carried: &Carried, facts: &Facts) -> Option<Runtime> {
    let wanted = facts.misses_grants && !carried.policy.grants.no_notes;
    wanted.then_some(Runtime::EndNotes)
}

/// The hooks that the runtime must call before this program starts, in the order of
/// [`wasi_aot_abi::symbols::hooks::START`].
pub fn start_hooks(
    carried: &Carried,
    facts: &Facts,
    wall: Option<&Wall>,
) -> impl Iterator<Item = Runtime> {
    let grants = &carried.policy.grants;
    let at_start = |what| grants.may_start_with(what);
    let server = facts.server.is_some();
    let listens = grants.listens() || at_start(RuntimeGrant::Listen);
    let timeout = carried.policy.limits.timeout.is_some() || at_start(RuntimeGrant::Limits);
    let kept_apart = wall.is_some_and(|wall| wall.note.paths || wall.note.sockets);
    [
        (Runtime::StartCpu, carried.cpu != 0),
        (Runtime::StartInherited, wall.is_some()),
        (Runtime::StartRuntimeGrants, !grants.at_start.is_empty()),
        (Runtime::StartThreads, facts.threads),
        (Runtime::StartListen, listens && !server),
        (Runtime::StartServer, server),
        (
            Runtime::StartDirs,
            !grants.dirs.is_empty() || at_start(RuntimeGrant::Dir),
        ),
        (Runtime::StartNames, looks_up(carried, facts)),
        (Runtime::StartEmbeds, !carried.embeds.is_empty()),
        // A server limits the time of each request.
        (Runtime::StartTimeout, timeout && !server),
        (Runtime::StartFiles, kept_apart),
        (Runtime::StartWall, wall.is_some()),
        (Runtime::StartWorker, server),
    ]
    .into_iter()
    .filter_map(|(hook, wanted)| wanted.then_some(hook))
}

fn hook(hook: Runtime) -> Record {
    Record::new::<usize>().point(0, Target::Runtime(hook), 0)
}

fn write_filter(filter: &[u64], blob: &mut Blob) -> u64 {
    let at = blob.align(8);
    for instruction in filter {
        blob.append(&instruction.to_le_bytes());
    }
    at
}

fn write_wall(wall: &Wall, blob: &mut Blob) -> u64 {
    let filter = write_filter(&wall.filter, blob);
    let process = wall.process.unwrap_or(abi::NO_PROCESS);
    let record = Record::new::<abi::Wall>()
        .u64(offset_of!(abi::Wall, flags), wall.flags)
        .point(offset_of!(abi::Wall, filter), Target::Config, filter)
        .u64(offset_of!(abi::Wall, filter_len), wall.filter.len() as u64)
        .u64(offset_of!(abi::Wall, process), process as u64);
    blob.record(&record)
}

fn write_http(of: &Configuration, server: &Server, blob: &mut Blob) -> u64 {
    let mut http = of.carried.policy.http();
    if server.instantiation_calls.is_some() {
        http.flags |= flags::INSTANTIATES;
    }
    macro_rules! record {
        ($($field:ident)*) => {
            Record::new::<Http>()$(.u64(offset_of!(Http, $field), http.$field))*
        };
    }
    let record = record!(head_bytes head_fields head_time idle_time progress_time body_bytes
        connections requests workers instance_requests grace flags);
    let filter = of.wall.map_or(&[][..], |wall| &wall.supervisor);
    let at = write_filter(filter, blob);
    let record = record
        .point(offset_of!(Http, filter), Target::Config, at)
        .u64(offset_of!(Http, filter_len), filter.len() as u64);
    blob.record(&record)
}

fn write_dir(dir: &Dir, blob: &mut Blob) -> Record {
    let flags = if dir.read_only {
        dir_flags::READ_ONLY
    } else {
        0
    };
    let (host, guest) = (text(blob, &dir.host), text(blob, &dir.guest));
    let record = str_field(
        Record::new::<abi::Dir>(),
        offset_of!(abi::Dir, host),
        Target::Config,
        host,
    );
    let record = str_field(record, offset_of!(abi::Dir, guest), Target::Config, guest);
    record.u64(offset_of!(abi::Dir, flags), flags)
}

fn write_str(value: &str, blob: &mut Blob) -> Record {
    str_field(Record::new::<Str>(), 0, Target::Config, text(blob, value))
}

fn text(blob: &mut Blob, text: &str) -> (u64, u64) {
    (blob.append(text.as_bytes()), text.len() as u64)
}

/// Sets a [`Str`] at `at` in a record: the offset of its bytes in `target`, and their number.
pub fn str_field(record: Record, at: usize, target: Target, (offset, len): (u64, u64)) -> Record {
    record
        .point(at + offset_of!(Str, ptr), target, offset)
        .u64(at + offset_of!(Str, len), len)
}
