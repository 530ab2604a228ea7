//! The arguments and environment variables that the program sees.

use crate::{
    os::process,
    program::{bytes, config, env},
};
use core::ffi::CStr;
use wasi_aot_abi::{Config, program::config_flags};

/// The arguments, the program's name first.
pub fn arguments() -> impl Iterator<Item = &'static [u8]> {
    let name = bytes(&config().argv0);
    let name = (!name.is_empty()).then_some(name);
    let given = process::arguments().map(CStr::to_bytes);
    name.into_iter()
        .chain(given.skip(usize::from(name.is_some())))
}

/// The variables as `K=V`: first those of the process, if they were granted all together, except
/// the ones that were granted individually; then those. If grants can be given at start, the
/// variables that give them are not passed on.
pub fn variables() -> impl Iterator<Item = &'static [u8]> {
    select(config(), process::environment().map(CStr::to_bytes))
}

fn select(
    config: &'static Config,
    process: impl Iterator<Item = &'static [u8]> + Clone,
) -> impl Iterator<Item = &'static [u8]> {
    let all = config.flags & config_flags::INHERIT_ENV != 0;
    let own = config.runtime_grants != 0;
    let process = process.filter(move |variable| !(own && variable.starts_with(b"WASI_AOT_")));
    let granted = env(config);
    let single = process.clone();
    // The process's variables are not searched if they were not granted.
    let inherited = process.take(if all { usize::MAX } else { 0 });
    let inherited = inherited.filter(move |variable| {
        !granted
            .iter()
            .any(|grant| granted_key(bytes(grant)) == key(variable))
    });
    inherited.chain(
        granted
            .iter()
            .enumerate()
            .filter_map(move |(index, grant)| {
                let grant = bytes(grant);
                // The last grant for a variable counts.
                if granted
                    .iter()
                    .skip(index + 1)
                    .any(|later| granted_key(bytes(later)) == granted_key(grant))
                {
                    return None;
                }
                match grant.iter().position(|&byte| byte == b'=') {
                    Some(0) => return None,
                    Some(_) => return Some(grant),
                    None => {}
                }
                single.clone().find(|variable| key(variable) == grant)
            }),
    )
}

/// The name of a variable in the configuration, which may be one that is removed.
pub(super) fn granted_key(grant: &[u8]) -> &[u8] {
    key(grant.strip_prefix(b"=").unwrap_or(grant))
}

/// The part before the `=`.
fn key(variable: &[u8]) -> &[u8] {
    variable
        .split(|&byte| byte == b'=')
        .next()
        .unwrap_or(variable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{boxed::Box, vec::Vec};
    use wasi_aot_abi::Str;

    fn selected(flags: u64, grants: &[&'static str]) -> Vec<&'static str> {
        let grants = grants.iter().map(|grant| Str::new(grant.as_bytes()));
        let env = grants.collect::<Vec<_>>().leak();
        let config = Box::leak(Box::new(Config {
            env: env.as_ptr(),
            env_count: env.len(),
            flags,
            ..Config::NONE
        }));
        let process = ["A=1", "B=2", "C=", "AB=3"];
        select(config, process.into_iter().map(str::as_bytes))
            .map(|variable| str::from_utf8(variable).unwrap())
            .collect()
    }

    #[test]
    fn only_what_is_granted_is_seen() {
        assert!(selected(0, &[]).is_empty());
        assert_eq!(selected(0, &["A", "X=y", "C", "D"]), ["A=1", "X=y", "C="]);
        assert_eq!(selected(0, &["A=first", "A=second=x"]), ["A=second=x"]);
        assert_eq!(selected(0, &["A=set", "A"]), ["A=1"]);
    }

    #[test]
    fn what_is_taken_away_is_not_seen() {
        let all = config_flags::INHERIT_ENV;
        assert_eq!(selected(all, &["=A", "=none"]), ["B=2", "C=", "AB=3"]);
        assert_eq!(selected(0, &["A", "B", "=A"]), ["B=2"]);
        assert_eq!(selected(0, &["A=x", "=A", "A"]), ["A=1"]);
    }

    #[test]
    fn a_grant_of_one_replaces_what_all_would_give() {
        let all = config_flags::INHERIT_ENV;
        assert_eq!(selected(all, &[]), ["A=1", "B=2", "C=", "AB=3"]);
        assert_eq!(
            selected(all, &["A=new", "B"]),
            ["C=", "AB=3", "A=new", "B=2"]
        );
    }
}
