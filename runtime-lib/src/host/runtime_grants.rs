//! What is granted or taken away when the program is started, by variables, as far as the builder has opened
//! it. The README says how they are written.

use super::{
    environment::granted_key,
    items::{self, Items},
};
use crate::{
    fatal::{refuse_grant, refuse_stack},
    memory,
    os::{memory::map, process},
    program::{self, bytes, config, dirs, env, listen},
    stack,
};
use core::{ffi::CStr, ptr};
use wasi_aot_abi::{
    Config, MAX_STACK, MIN_HEAP, MIN_STACK, Str,
    program::{config_flags, runtime_grants as bits},
    variables::{PREFIX, is_near, is_other},
    words,
};

/// A variable of [`wasi_aot_abi::variables::GRANTS`]: which bit of [`bits`] opens it, its name, and what its value does.
struct Variable {
    bit: u64,
    name: &'static [u8],
    apply: fn(&Variable, &mut Config, &'static [u8]),
    /// How the value is written.
    syntax: &'static [u8],
}

static VARIABLES: [Variable; 12] = [
    Variable {
        bit: bits::DIR,
        name: b"WASI_AOT_DIR",
        apply: apply_dirs,
        syntax: b"write HOST[::GUEST][:ro], or -GUEST to take one away; `;` separates several",
    },
    Variable {
        bit: bits::ENV,
        name: b"WASI_AOT_ENV",
        apply: apply_env,
        syntax: b"write K=V, or K to pass one on, or -K to take one away; `;` separates several",
    },
    Variable {
        bit: bits::LISTEN,
        name: b"WASI_AOT_LISTEN",
        apply: apply_listen,
        syntax: b"write ADDRESS:PORT, like 127.0.0.1:8080 or [::1]:8080, or - in front to take one away; `;` separates several",
    },
    Variable {
        bit: bits::NET,
        name: b"WASI_AOT_NET",
        apply: |variable, config, value| {
            let list = apply_net(variable, program::net(), value);
            (config.net, config.net_count) = list;
        },
        syntax: b"write HOST:PORT, like example.com:443, 10.0.0.0/8:* or [::1]:8080, or * for everything, or - in front to take one away; `;` separates several",
    },
    Variable {
        bit: bits::NET,
        name: b"WASI_AOT_NET_LISTEN",
        apply: |variable, config, value| {
            let list = apply_net(variable, program::net_listen(), value);
            (config.net_listen, config.net_listen_count) = list;
        },
        syntax: b"write ADDRESS:PORT, like 127.0.0.1:8080 or *:8000-8099, or * for everything, or - in front to take one away; `;` separates several",
    },
    Variable {
        bit: bits::NET,
        name: b"WASI_AOT_NAME_LOOKUP",
        apply: apply_name_lookup,
        syntax: b"write 1, or - to take it away",
    },
    Variable {
        bit: bits::NET,
        name: b"WASI_AOT_NAME_SERVER",
        apply: apply_name_servers,
        syntax: b"write ADDRESS:PORT, like 127.0.0.1:53; `;` separates several",
    },
    Variable {
        bit: bits::LIMITS,
        name: b"WASI_AOT_MAX_MEMORY",
        apply: apply_max_memory,
        syntax: b"write a number of bytes, with K, M or G behind it, or - for no limit",
    },
    Variable {
        bit: bits::LIMITS,
        name: b"WASI_AOT_MAX_HEAP",
        apply: apply_max_heap,
        syntax: b"write a number of bytes, with K, M or G behind it, not less than 1M, or - for no limit",
    },
    Variable {
        bit: bits::LIMITS,
        name: b"WASI_AOT_MAX_STACK",
        apply: apply_max_stack,
        syntax: b"write a number of bytes, with K, M or G behind it, from 128K to 64G",
    },
    Variable {
        bit: bits::LIMITS,
        name: b"WASI_AOT_TIMEOUT",
        apply: apply_timeout,
        syntax: b"write a number with ms, s, m or h behind it, or - for no limit",
    },
    Variable {
        bit: bits::LIMITS,
        name: b"WASI_AOT_MAX_OPEN_FILES",
        apply: apply_max_open_files,
        syntax: b"write a number, or - for no limit",
    },
];

/// Takes away everything of a kind, or a limit.
const NONE: &[u8] = b"-";

/// Changes the configuration as the variables say. One that is not understood, not known or not opened ends the process with
/// a message and exit code 1; an empty one is as good as none.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_runtime_grants() {
    if process::heeds_variables() {
        refuse_others();
    }
    let mut changed = *config();
    for variable in &VARIABLES {
        let value = process::own_variable(variable.name).unwrap_or_default();
        if !value.is_empty() {
            (variable.apply)(variable, &mut changed, value);
            // SAFETY: the program does not run yet, and no reference is kept.
            unsafe { program::set_config(&changed) };
        }
    }
}

/// Ends the process if there is a variable that looks like one of ours and gives nothing: who has set it believes that it does.
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
        match VARIABLES.iter().find(|known| known.name == name) {
            Some(known) if config().runtime_grants & known.bit != 0 => {}
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
                match VARIABLES.iter().find(|known| is_near(known.name, name)) {
                    Some(near) => refuse_grant(what, None, &[b"did you mean ", near.name, b"?"]),
                    None => refuse_grant(what, None, &[help]),
                }
            }
        }
    }
}

impl Variable {
    /// Ends the process: the value, or a part of it, is not understood.
    fn refuse(&self, item: &[u8]) -> ! {
        refuse_grant(
            &[
                b"`",
                item,
                b"` in the variable ",
                self.name,
                b" is not understood",
            ],
            None,
            &[self.syntax],
        )
    }

    /// Ends the process: what is to be taken away is not there.
    fn missing(&self, item: &[u8]) -> ! {
        refuse_grant(
            &[
                b"the variable ",
                self.name,
                b" takes away `",
                item,
                b"`, which the program has not",
            ],
            None,
            &[b"`wasi-aot inspect` shows what an executable was granted"],
        )
    }

    /// The items of a list.
    fn items(&self, value: &[u8]) -> Items {
        let copy: List<u8> = List::new(value, 0);
        // SAFETY: mapped just now, and `copy` is gone after this.
        Items::new(unsafe { core::slice::from_raw_parts_mut(copy.first, copy.len) })
    }
}

/// An array that grows up to what it was made for. It stays for as long as the process lives.
struct List<T> {
    first: *mut T,
    len: usize,
}

impl<T: Copy> List<T> {
    /// The values of `old`, with room for `more`.
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
        // SAFETY: the mapping is new and has room for these.
        unsafe { ptr::copy_nonoverlapping(old.as_ptr(), first, old.len()) };
        List {
            first,
            len: old.len(),
        }
    }

    fn values(&mut self) -> &mut [T] {
        // SAFETY: all of these were written.
        unsafe { core::slice::from_raw_parts_mut(self.first, self.len) }
    }

    /// Adds a value: one of those that it was made for.
    fn push(&mut self, value: T) {
        // SAFETY: there is room for it.
        unsafe { self.first.add(self.len).write(value) };
        self.len += 1;
    }

    /// Removes all values for which `is` holds; whether there was one.
    fn remove(&mut self, is: impl Fn(&T) -> bool) -> bool {
        let before = self.len;
        let mut kept = 0;
        for index in 0..before {
            // SAFETY: both are below the length.
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

/// At most this many items are in a list.
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
                // As the configuration has it.
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
        let Some(address) = items::address(taken.unwrap_or(item)) else {
            variable.refuse(item)
        };
        let had = list.remove(|old| items::address(bytes(old)) == Some(address));
        match taken {
            Some(taken) if !had => variable.missing(taken),
            Some(_) => {}
            None => list.push(Str::new(item)),
        }
    }
    (config.listen, config.listen_count) = (list.first, list.len);
}

/// A list of addresses: grants of the network that were `old`.
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
                variable.name,
                b"=",
                value,
                b" is less than what the program's memory starts with",
            ],
            None,
            &[b"give it more; `wasi-aot inspect` shows how much it is"],
        )
    });
}

fn apply_max_heap(variable: &Variable, config: &mut Config, value: &'static [u8]) {
    config.max_heap = match value {
        NONE => u64::MAX,
        _ => items::size(value)
            .filter(|bytes| *bytes >= MIN_HEAP)
            .unwrap_or_else(|| variable.refuse(value)),
    };
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

fn apply_timeout(variable: &Variable, config: &mut Config, value: &'static [u8]) {
    config.timeout = match value {
        NONE => 0,
        _ => items::duration(value).unwrap_or_else(|| variable.refuse(value)),
    };
}

fn apply_max_open_files(variable: &Variable, config: &mut Config, value: &'static [u8]) {
    config.max_open_files = match value {
        NONE => 0,
        _ => items::count(value).unwrap_or_else(|| variable.refuse(value)),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{string::String, vec::Vec};
    use wasi_aot_abi::variables::GRANTS;

    #[test]
    fn the_variables_are_those_of_the_list() {
        let listed = GRANTS
            .iter()
            .map(|(bit, name)| (*bit, [PREFIX, name].concat()));
        let here = VARIABLES.iter().map(|variable| {
            let name = String::from_utf8(variable.name.to_vec()).expect("it is text");
            (variable.bit, name)
        });
        assert_eq!(here.collect::<Vec<_>>(), listed.collect::<Vec<_>>());
    }
}
