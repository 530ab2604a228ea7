//! Applies variables that give or remove grants when the program starts, if the builder allowed it.
//! `docs/reference.md` describes their syntax.

use super::{
    environment::granted_key,
    items::{self, Items},
};
use crate::{
    fatal::{refuse_grant, refuse_stack},
    memory,
    os::{Fd, memory::map, process},
    program::{self, bytes, config, dirs, env, listen},
    stack,
    text::Text,
};
use core::{ffi::CStr, ptr};
use wasi_aot_abi::{
    Config, MAX_STACK, MIN_STACK, Str,
    http::{self, Http, flags},
    program::{LIMITS, Limit, Unit, config_flags, runtime_grants as bits},
    variables::{ACCESS_LOG, PREFIX, is_near, is_other},
    words,
};

/// A variable, for messages.
#[derive(Clone, Copy)]
struct Variable {
    /// Its name, without [`PREFIX`].
    name: &'static str,
    /// The syntax of its value.
    syntax: &'static str,
}

/// A variable of [`wasi_aot_abi::variables::GRANTS`]: the bit of [`bits`] that allows it, and the
/// effect of its value.
struct Grant {
    bit: u64,
    variable: Variable,
    apply: fn(&Variable, &mut Config, &'static [u8]),
}

static GRANTS: [Grant; 10] = [
    Grant {
        bit: bits::DIR,
        variable: Variable {
            name: "DIR",
            syntax: "write HOST[::GUEST][:ro], or -GUEST to take one away; `;` separates several",
        },
        apply: apply_dirs,
    },
    Grant {
        bit: bits::ENV,
        variable: Variable {
            name: "ENV",
            syntax: "write K=V, or K to pass one on, or -K to take one away; `;` separates several",
        },
        apply: apply_env,
    },
    Grant {
        bit: bits::LISTEN,
        variable: Variable {
            name: "LISTEN",
            syntax: "write ADDRESS:PORT, like 127.0.0.1:8080 or [::1]:8080, for an HTTP server also unix:PATH, or the same after - to take one away; `;` separates several",
        },
        apply: apply_listen,
    },
    Grant {
        bit: bits::NET,
        variable: Variable {
            name: "NET",
            syntax: "write HOST:PORT, like example.com:443, 10.0.0.0/8:* or [::1]:8080, or * for everything, or -HOST:PORT to take one away; `;` separates several",
        },
        apply: |variable, config, value| {
            let list = apply_net(variable, program::net(), value);
            (config.net, config.net_count) = list;
        },
    },
    Grant {
        bit: bits::NET,
        variable: Variable {
            name: "NET_LISTEN",
            syntax: "write ADDRESS:PORT, like 127.0.0.1:8080 or *:8000-8099, or * for everything, or -ADDRESS:PORT to take one away; `;` separates several",
        },
        apply: |variable, config, value| {
            let list = apply_net(variable, program::net_listen(), value);
            (config.net_listen, config.net_listen_count) = list;
        },
    },
    Grant {
        bit: bits::NET,
        variable: Variable {
            name: "NAME_LOOKUP",
            syntax: "write 1, or - to take it away",
        },
        apply: apply_name_lookup,
    },
    Grant {
        bit: bits::NET,
        variable: Variable {
            name: "NAME_SERVER",
            syntax: "write ADDRESS:PORT, like 127.0.0.1:53; `;` separates several",
        },
        apply: apply_name_servers,
    },
    Grant {
        bit: bits::LIMITS,
        variable: Variable {
            name: "MAX_MEMORY",
            syntax: "write a number of bytes, such as 64K, 16M or 1G, or - for no limit",
        },
        apply: apply_max_memory,
    },
    Grant {
        bit: bits::LIMITS,
        variable: Variable {
            name: "MAX_STACK",
            syntax: "write a number of bytes, such as 64K, 16M or 1G, from 128K to 64G",
        },
        apply: apply_max_stack,
    },
    Grant {
        bit: bits::SERVER,
        variable: Variable {
            name: ACCESS_LOG,
            syntax: "write common or json, or - for none",
        },
        apply: |variable, config, value| {
            let log = match value {
                NONE => 0,
                b"common" => flags::LOG_COMMON,
                b"json" => flags::LOG_JSON,
                _ => variable.refuse(value),
            };
            change_server(config, |http| {
                http.flags = http.flags & !(flags::LOG_COMMON | flags::LOG_JSON) | log;
            });
        },
    },
];

/// The value that removes everything of a kind, or a limit.
const NONE: &[u8] = b"-";

/// Changes the configuration as the variables say. If one is malformed, unknown or not allowed, the
/// process ends with a message and exit code 1; empty variables are ignored.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_runtime_grants() {
    if process::heeds_variables() {
        refuse_others();
    }
    let mut changed = *config();
    for grant in &GRANTS {
        if let Some(value) = grant.variable.value() {
            (grant.apply)(&grant.variable, &mut changed, value);
            // SAFETY: the program does not run yet, and no reference to the old configuration is
            // kept.
            unsafe { program::set_config(&changed) };
        }
    }
    for limit in &LIMITS {
        let variable = Variable::of(limit);
        if let Some(value) = variable.value() {
            (limit.set)(&mut changed, limited(&variable, limit, value));
        }
    }
    for limit in &http::LIMITS {
        let variable = Variable::of(limit);
        if let Some(value) = variable.value() {
            let value = limited(&variable, limit, value);
            change_server(&mut changed, |http| (limit.set)(http, value));
        }
    }
    // SAFETY: as above.
    unsafe { program::set_config(&changed) };
}

/// Changes what an HTTP server is told.
fn change_server(config: &mut Config, change: impl FnOnce(&mut Http)) {
    // SAFETY: it is null, or immutable data of the image or of an earlier change.
    if let Some(old) = unsafe { config.http.as_ref() } {
        let mut copy = List::new(&[*old], 0);
        if let Some(http) = copy.values().first_mut() {
            change(http);
        }
        config.http = copy.first;
    }
}

/// All variables: the bit that allows each, and its name without [`PREFIX`].
fn all() -> impl Iterator<Item = (u64, &'static str)> {
    let limits = LIMITS.iter().map(|limit| (bits::LIMITS, limit.variable));
    let server = http::LIMITS.iter().map(|limit| limit.variable);
    let server = server.map(|variable| (bits::SERVER, variable));
    let grants = GRANTS.iter().map(|grant| (grant.bit, grant.variable.name));
    grants.chain(limits).chain(server)
}

/// Ends the process if there is a variable that resembles a known one and has no effect: a user who
/// has set it expects one.
fn refuse_others() {
    for variable in process::environment().map(CStr::to_bytes) {
        let mut parts = variable.splitn(2, |&byte| byte == b'=');
        let (name, value) = (parts.next().unwrap_or_default(), parts.next());
        let Some(short) = name.strip_prefix(PREFIX.as_bytes()) else {
            continue;
        };
        if value.unwrap_or_default().is_empty() || is_other(short) {
            continue;
        }
        let help = b"`wasi-aot inspect` shows which variables an executable heeds";
        match all().find(|(_, known)| known.as_bytes() == short) {
            Some((bit, _)) if config().runtime_grants & bit != 0 => {}
            Some((bits::SERVER, _)) if config().http.is_null() => refuse_grant(
                &[
                    b"the variable ",
                    name,
                    b" is for HTTP servers, and the program is none",
                ],
                None,
                &[help],
            ),
            Some(_) => refuse_grant(
                &[
                    b"the variable ",
                    name,
                    b" is not opened by `--runtime-grants`",
                ],
                None,
                &[help],
            ),
            None => {
                let what: &[&[u8]] = &[b"there is no variable ", name];
                match all().find(|(_, known)| is_near(known.as_bytes(), short)) {
                    Some((_, near)) => refuse_grant(
                        what,
                        None,
                        &[b"did you mean ", PREFIX.as_bytes(), near.as_bytes(), b"?"],
                    ),
                    None => refuse_grant(what, None, &[help]),
                }
            }
        }
    }
}

impl Variable {
    fn of<C>(limit: &Limit<C>) -> Self {
        Variable {
            name: limit.variable,
            syntax: limit.syntax,
        }
    }

    /// Its value; `None` if it is empty.
    fn value(&self) -> Option<&'static [u8]> {
        let mut name = Text::<64>::new(Fd(-1));
        name.push(PREFIX.as_bytes()).push(self.name.as_bytes());
        process::own_variable(name.pending()).filter(|value| !value.is_empty())
    }

    /// Ends the process because the value, or a part of it, is malformed.
    fn refuse(&self, item: &[u8]) -> ! {
        refuse_grant(
            &[
                b"`",
                item,
                b"` in the variable ",
                PREFIX.as_bytes(),
                self.name.as_bytes(),
                b" is not understood",
            ],
            None,
            &[self.syntax.as_bytes()],
        )
    }

    /// Ends the process because the item to remove does not exist.
    fn missing(&self, item: &[u8]) -> ! {
        refuse_grant(
            &[
                b"the variable ",
                PREFIX.as_bytes(),
                self.name.as_bytes(),
                b" takes away `",
                item,
                b"`, which the program does not have",
            ],
            None,
            &[b"`wasi-aot inspect` shows what an executable was granted"],
        )
    }

    /// The items of a list.
    fn items(&self, value: &[u8]) -> Items {
        let copy: List<u8> = List::new(value, 0);
        // SAFETY: it was just mapped, and nothing else refers to it.
        Items::new(unsafe { core::slice::from_raw_parts_mut(copy.first, copy.len) })
    }
}

/// An array with a fixed capacity. It exists until the process ends.
struct List<T> {
    first: *mut T,
    len: usize,
}

impl<T: Copy> List<T> {
    /// An array with the values of `old`, and capacity for `more`.
    fn new(old: &[T], more: usize) -> Self {
        let bytes = (old.len() + more) * size_of::<T>();
        let address = match map(bytes.max(1)) {
            Ok(address) => address,
            Err(error) => refuse_grant(
                &[b"no memory is left for the grants"],
                Some(error),
                &[b"raise the limit on address space (`ulimit -v`)"],
            ),
        };
        let first = ptr::with_exposed_provenance_mut(address);
        // SAFETY: the mapping is new and large enough.
        unsafe { ptr::copy_nonoverlapping(old.as_ptr(), first, old.len()) };
        List {
            first,
            len: old.len(),
        }
    }

    fn values(&mut self) -> &mut [T] {
        // SAFETY: all of these values have been written.
        unsafe { core::slice::from_raw_parts_mut(self.first, self.len) }
    }

    /// Adds a value; the capacity must suffice.
    fn push(&mut self, value: T) {
        // SAFETY: the index is below the capacity.
        unsafe { self.first.add(self.len).write(value) };
        self.len += 1;
    }

    /// Removes all values for which `is` holds; returns whether there was one.
    fn remove(&mut self, is: impl Fn(&T) -> bool) -> bool {
        let before = self.len;
        let mut kept = 0;
        for index in 0..before {
            // SAFETY: both indices are below the length.
            unsafe {
                let value = self.first.add(index).read();
                if !is(&value) {
                    self.first.add(kept).write(value);
                    kept += 1;
                }
            }
        }
        self.len = kept;
        kept < before
    }
}

/// The maximum number of items in a list.
fn most(value: &[u8]) -> usize {
    1 + value.iter().filter(|&&byte| byte == b';').count()
}

fn apply_dirs(variable: &Variable, config: &mut Config, value: &'static [u8]) {
    let mut list = List::new(dirs(), most(value));
    for item in variable.items(value) {
        let item: &'static [u8] = item;
        if item == NONE {
            list.len = 0;
        } else if let Some(guest) = item.strip_prefix(NONE) {
            if !list.remove(|dir| bytes(&dir.guest) == guest) {
                variable.missing(guest);
            }
        } else if let Some(dir) = items::dir(item) {
            let guest = bytes(&dir.guest);
            match list
                .values()
                .iter_mut()
                .find(|old| bytes(&old.guest) == guest)
            {
                Some(old) => *old = dir,
                None => list.push(dir),
            }
        } else {
            variable.refuse(item);
        }
    }
    (config.dirs, config.dir_count) = (list.first, list.len);
}

fn apply_env(variable: &Variable, config: &mut Config, value: &'static [u8]) {
    let mut list: List<Str> = List::new(env(config), most(value));
    for item in variable.items(value) {
        match &mut *item {
            [] | [b'=', ..] => variable.refuse(item),
            [b'-'] => {
                list.len = 0;
                config.flags &= !config_flags::INHERIT_ENV;
                continue;
            }
            [b'-', name @ ..] if name.contains(&b'=') => variable.refuse(item),
            [sign @ b'-', name @ ..] => {
                let mut granted = list.values().iter();
                let all = config.flags & config_flags::INHERIT_ENV != 0;
                if !all && !granted.any(|grant| granted_key(bytes(grant)) == name) {
                    variable.missing(name);
                }
                // Restores the form that the configuration requires.
                *sign = b'=';
            }
            _ => {}
        }
        list.push(Str::new(item));
    }
    (config.env, config.env_count) = (list.first, list.len);
}

fn apply_listen(variable: &Variable, config: &mut Config, value: &'static [u8]) {
    let mut list = List::new(listen(), most(value));
    for item in variable.items(value) {
        let item: &'static [u8] = item;
        let taken = item.strip_prefix(NONE);
        if item == NONE {
            list.len = 0;
            continue;
        }
        let word = taken.unwrap_or(item);
        let address = items::address(word);
        let is_path = !config.http.is_null() && items::socket_path(word).is_some();
        if address.is_none() && !is_path {
            variable.refuse(item);
        }
        let had = list.remove(|old| match address {
            Some(_) => items::address(bytes(old)) == address,
            None => bytes(old) == word,
        });
        match taken {
            Some(taken) if !had => variable.missing(taken),
            Some(_) => {}
            None => list.push(Str::new(item)),
        }
    }
    (config.listen, config.listen_count) = (list.first, list.len);
}

/// Applies a list of addresses to the network grants `old`.
fn apply_net(
    variable: &Variable,
    old: &'static [Str],
    value: &'static [u8],
) -> (*const Str, usize) {
    let mut list = List::new(old, most(value));
    for item in variable.items(value) {
        let item: &'static [u8] = item;
        let taken = item.strip_prefix(NONE);
        let word = taken.unwrap_or(item);
        if item == NONE {
            list.len = 0;
            continue;
        }
        if str::from_utf8(word).ok().and_then(words::net).is_none() {
            variable.refuse(item);
        }
        let had = list.remove(|old| bytes(old) == word);
        match taken {
            Some(taken) if !had => variable.missing(taken),
            Some(_) => {}
            None => list.push(Str::new(item)),
        }
    }
    (list.first, list.len)
}

fn apply_name_lookup(variable: &Variable, config: &mut Config, value: &'static [u8]) {
    match value {
        NONE => config.flags &= !config_flags::NAME_LOOKUP,
        b"1" => config.flags |= config_flags::NAME_LOOKUP,
        _ => variable.refuse(value),
    }
}

fn apply_name_servers(variable: &Variable, config: &mut Config, value: &'static [u8]) {
    let mut list = List::new(&[], most(value));
    for item in variable.items(value) {
        let item: &'static [u8] = item;
        if items::address(item).is_none() {
            variable.refuse(item);
        }
        list.push(Str::new(item));
    }
    (config.name_servers, config.name_server_count) = (list.first, list.len);
}

fn apply_max_memory(variable: &Variable, config: &mut Config, value: &'static [u8]) {
    let limit = match value {
        NONE => u64::MAX,
        _ => items::size(value).unwrap_or_else(|| variable.refuse(value)),
    };
    // SAFETY: the program does not run yet.
    let left = unsafe { memory::limit(limit) };
    config.max_growth = left.unwrap_or_else(|| {
        refuse_grant(
            &[
                PREFIX.as_bytes(),
                variable.name.as_bytes(),
                b"=",
                value,
                b" is less than what the program's memory starts with",
            ],
            None,
            &[b"give it more; `wasi-aot inspect` shows how much it is"],
        )
    });
}

fn apply_max_stack(variable: &Variable, config: &mut Config, value: &'static [u8]) {
    let bytes = items::size(value).filter(|bytes| (MIN_STACK..=MAX_STACK).contains(bytes));
    let Some(bytes) = bytes else {
        variable.refuse(value)
    };
    config.max_stack = bytes;
    // SAFETY: the program does not run yet.
    if unsafe { stack::replace(bytes) }.is_err() {
        refuse_stack(bytes);
    }
}

/// The value of a limit; ends the process if it is malformed.
fn limited<C>(variable: &Variable, limit: &Limit<C>, value: &'static [u8]) -> u64 {
    let number = match value {
        NONE => limit.none,
        _ => number(limit, value),
    };
    number.unwrap_or_else(|| variable.refuse(value))
}

/// A number in the limit's unit, not below its minimum.
fn number<C>(limit: &Limit<C>, value: &[u8]) -> Option<u64> {
    let number = match limit.unit {
        Unit::Bytes => words::size(value),
        Unit::Nanoseconds => words::duration(value),
        Unit::Things => words::count(value),
    };
    number.ok().filter(|number| *number >= limit.least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;
    use wasi_aot_abi::variables;

    #[test]
    fn the_variables_are_those_of_the_list() {
        let (here, listed): (Vec<_>, Vec<_>) = (all().collect(), variables::grants().collect());
        assert_eq!(here, listed);
    }
    /// The value of the limit with this name.
    fn of(name: &str, value: &str) -> Option<u64> {
        let limit = LIMITS.iter().find(|limit| limit.variable == name);
        number(limit.expect("a limit"), value.as_bytes())
    }

    #[test]
    fn no_time_is_no_limit() {
        assert_eq!(of("TIMEOUT", "500ms"), Some(500_000_000));
        for wrong in ["0", "0ms", "1d", "9223372037s"] {
            assert_eq!(of("TIMEOUT", wrong), None, "{wrong}");
        }
    }

    #[test]
    fn counts_are_numbers_above_zero() {
        assert_eq!(of("MAX_OPEN_FILES", "12"), Some(12));
        for wrong in ["", "0", "1K", "-1", "99999999999999999999"] {
            assert_eq!(of("MAX_OPEN_FILES", wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_heap_has_a_least_size() {
        assert_eq!(of("MAX_HEAP", "1M"), Some(1 << 20));
        assert_eq!(of("MAX_HEAP", "1023K"), None);
    }
}
