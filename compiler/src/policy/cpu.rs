//! `--cpu`: a level of the target's CPU with optional features, or the features of this machine.

use crate::{Code, Error, Result};
use wasi_aot_targets::Target;

/// The CPU features that code may use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cpu {
    /// Bits of [`Target::features`].
    pub features: u64,
    /// Its normal form, whatever the user typed; `None`: the baseline.
    pub name: Option<String>,
}

impl Cpu {
    /// Parses the user's text: `native`, or `LEVEL[+FEATURE...]`.
    pub fn parse(typed: &str, target: &Target) -> Result<Cpu> {
        if typed == "native" {
            let host = wasi_aot_targets::host().filter(|host| host.triple == target.triple);
            return match host {
                Some(host) => Ok(Cpu::of(host.features_here(), target)),
                None => Err(unknown(typed, target, "this machine is another target")),
            };
        }
        let mut words = typed.split('+');
        let level = words.next().unwrap_or_default();
        let known = target.levels.iter().find(|known| known.name == level);
        let mut features = match known {
            Some(known) => known.features,
            None if level == target.cpu => 0,
            None => return Err(unknown(typed, target, "there is no such CPU")),
        };
        for word in words {
            match target.features.iter().position(|name| *name == word) {
                Some(bit) => features |= 1 << bit,
                None => return Err(unknown(typed, target, "there is no such feature")),
            }
        }
        Ok(Cpu::of(features, target))
    }

    /// The highest level that these features contain, and the remaining features.
    fn of(features: u64, target: &Target) -> Cpu {
        let levels = target.levels.iter().rev();
        let level = levels.clone().find(|level| level.features & !features == 0);
        let (mut name, rest) = match level {
            Some(level) => (level.name.to_owned(), features & !level.features),
            None => (target.cpu.to_owned(), features),
        };
        for (bit, feature) in target.features.iter().enumerate() {
            if rest >> bit & 1 != 0 {
                name = format!("{name}+{feature}");
            }
        }
        let name = (features != 0).then_some(name);
        Cpu { features, name }
    }
}

fn unknown(typed: &str, target: &Target, why: &str) -> Error {
    let levels = target.levels.iter().map(|level| level.name);
    let names: Vec<_> = std::iter::once(target.cpu).chain(levels).collect();
    let message = format!("--cpu {typed}: {why}");
    Error::new(Code::Option, message).help(format!(
        "{} has {}; +{} may follow",
        target.name,
        names.join(", "),
        target.features.join(", +")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn x86() -> &'static Target {
        wasi_aot_targets::find("x86_64-linux").unwrap()
    }

    #[test]
    fn a_name_is_the_same_however_it_is_typed() {
        let name = |typed| Cpu::parse(typed, x86()).map(|cpu| cpu.name);
        assert_eq!(name("x86-64-v2"), Ok(None));
        assert_eq!(name("x86-64-v3"), Ok(Some("x86-64-v3".into())));
        assert_eq!(name("x86-64-v2+fma"), Ok(Some("x86-64-v2+fma".into())));
        assert_eq!(
            name("x86-64-v3+fma+avx512vbmi"),
            Ok(Some("x86-64-v3+avx512vbmi".into()))
        );
        assert_eq!(
            name("x86-64-v2+lzcnt+fma+bmi2+bmi1+avx2+avx"),
            Ok(Some("x86-64-v3".into()))
        );
        for wrong in [
            "",
            "x86-64-v9",
            "x86-64-v3+",
            "x86-64-v3+neon",
            "armv8-a",
            "+avx",
        ] {
            assert_eq!(name(wrong).unwrap_err().code, Code::Option, "{wrong}");
        }
    }

    #[test]
    fn native_is_for_this_machine() {
        let host = wasi_aot_targets::host().expect("tests run on a target");
        for target in wasi_aot_targets::TARGETS {
            let native = Cpu::parse("native", target);
            assert_eq!(native.is_ok(), target.name == host.name);
        }
    }
}
