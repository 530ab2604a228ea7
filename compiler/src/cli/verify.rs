//! `wasi-aot verify`: rebuilds a module with the settings that an executable records, and compares
//! the bytes.

use super::args::{LinkerArg, VerifyArgs};
use super::input::Input;
use super::inspect_executable;
use super::pipeline::{self, Job};
use super::plan::{self, Settings};
use super::print_line;
use super::progress::{Progress, thousands};
use super::value::Kind;
use crate::policy::note::{self, Info};
use crate::policy::row::find;
use crate::policy::{Carried, Embedded, Given, Policy, hex};
use crate::{Code, Error, Result, shown};
use object::{Object as _, ObjectSymbolTable as _};
use sha2::{Digest as _, Sha256};

/// Runs the verb.
pub fn run(args: &VerifyArgs) -> Result<()> {
    let progress = Progress::new(&args.speech, true);
    let app = Input::read(&args.app)?;
    let info = inspect_executable::info(&app.bytes).map_err(|error| {
        let help = "name the executable first, then the module: `wasi-aot verify app app.wasm`";
        error.in_file(&app.shown).help(help)
    })?;
    let input = Input::read(&args.module)?;
    let module = input.module()?;
    let mut reasons = before_building(&info, &hex(&Sha256::digest(&module)));
    let settings = settings(args, &info)?;
    let carried = Carried::new(&settings.policy, settings.target, &info.input.name)?;
    reasons.extend(about_embedded(&info, &carried));
    if reasons.is_empty() {
        plan::require_runtime(settings.target)?;
        let job = Job {
            module: &module,
            name: &info.input.name,
            shown: &input.shown,
            settings: &settings,
            info: carried.info(settings.target, info.input.clone(), info.invoke.clone()),
            carried,
            jobs: args.jobs.map(usize::from),
            // Cached code would be compared with itself.
            cache: None,
        };
        let made = pipeline::make(&job, &[Kind::Exe], &progress)
            .map_err(|error| error.in_file(&input.shown))?;
        reasons.extend(about_bytes(&info, &app.bytes, &made[0]));
    }
    progress.print_timings();
    if reasons.is_empty() {
        return print_line("the same bytes");
    }
    let message = format!("the executable differs: {}", reasons.join("; "));
    Err(Error::new(Code::Different, message).in_file(&app.shown))
}

/// The settings from the info note, with the files to embed taken from the command line.
fn settings(args: &VerifyArgs, info: &Info) -> Result<Settings> {
    let target = plan::target(&info.target)?;
    let mut given = Given::default();
    let row = find("embed").expect("the option is in the table");
    for text in &args.embed {
        given.push(row, text).map_err(|why| {
            Error::new(
                Code::Option,
                format!("--embed {}: {why}", shown::line(text)),
            )
        })?;
    }
    let mut policy: Policy = info.policy();
    policy.grants.embeds = given.policy()?.grants.embeds;
    Ok(Settings {
        target,
        policy: policy.on(target)?,
        invoke: info.invoke.clone(),
        strip: info.strip,
        debug: info.debug,
        linker: match info.system_linker {
            true => LinkerArg::System,
            false => LinkerArg::Internal,
        },
    })
}

/// The reasons why the bytes must differ, known before building. `sha256`: the hash of the given
/// module.
fn before_building(info: &Info, sha256: &str) -> Vec<String> {
    let mut reasons = Vec::new();
    if info.format < note::FORMAT {
        reasons.push("an older wasi-aot built it, which did not record all options".to_owned());
    }
    if info.run {
        let who = "`wasi-aot run` made it for its cache, which `wasi-aot cache verify` checks";
        reasons.push(who.to_owned());
    }
    let own = env!("CARGO_PKG_VERSION");
    if info.version != own {
        reasons.push(format!("wasi-aot {} built it, this is {own}", info.version));
    }
    if let (Some(its), Some(own)) = (&info.commit, note::COMMIT)
        && its != own
    {
        reasons.push(format!("commit {its} of wasi-aot built it, this is {own}"));
    }
    if info.input.sha256 != sha256 {
        reasons.push(format!(
            "it was built from another module, whose SHA-256 is {}, not {sha256}",
            info.input.sha256
        ));
    }
    reasons
}

/// The differences between the embedded files.
fn about_embedded(info: &Info, carried: &Carried) -> Vec<String> {
    let (its, now) = (&info.grants.embedded, &carried.policy.grants.embedded);
    let find = |list: &'_ [Embedded], guest: &str| {
        let found = list.iter().find(|embedded| embedded.guest == guest);
        found.map(|embedded| embedded.sha256.clone())
    };
    let mut reasons = Vec::new();
    for Embedded { guest, sha256, .. } in its {
        match find(now, guest) {
            None => reasons.push(format!(
                "it has embedded files as {guest}, which are not there: `--embed HOST::{guest}` names them"
            )),
            Some(other) if other != *sha256 => {
                reasons.push(format!("the files that it has embedded as {guest} have changed"));
            }
            Some(_) => {}
        }
    }
    let more = now.iter().filter(|now| find(its, &now.guest).is_none());
    reasons.extend(more.map(|now| format!("it has no embedded files as {}", now.guest)));
    reasons
}

/// The difference between the bytes, if there is one.
fn about_bytes(info: &Info, its: &[u8], made: &[u8]) -> Option<String> {
    if its == made {
        return None;
    }
    if !info.strip && !has_symbols(its) {
        return Some("it was stripped after it was built (`strip`)".into());
    }
    let same = its.iter().zip(made).take_while(|(a, b)| a == b).count();
    let of = |bytes: &[u8]| thousands(bytes.len() as u64);
    let (its_size, size) = (of(its), of(made));
    let how = match (&info.commit, note::COMMIT) {
        (Some(_), Some(_)) => "it was changed after it was built",
        (None, _) | (_, None) => {
            "it was changed after it was built, or another commit of wasi-aot built it"
        }
    };
    Some(format!(
        "{how}: it has {its_size} bytes, the rebuilt one {size}; they differ from offset {} on",
        thousands(same as u64)
    ))
}

fn has_symbols(executable: &[u8]) -> bool {
    let file = object::File::parse(executable).ok();
    let symbols = file.as_ref().and_then(|file| file.symbol_table());
    symbols.is_some_and(|table| table.symbols().next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::note::InputInfo;

    fn info() -> Info {
        let target = wasi_aot_targets::host().expect("tests run on a target");
        let input = InputInfo {
            name: "a.wasm".into(),
            sha256: "00".into(),
        };
        Carried::new(&Policy::default(), target, "a.wasm")
            .unwrap()
            .info(target, input, None)
    }

    #[test]
    fn what_is_known_before_building_is_a_sentence_each() {
        assert_eq!(before_building(&info(), "00"), Vec::<String>::new());
        let mut old = info();
        old.format = 2;
        old.version = "0.0.1".into();
        let reasons = before_building(&old, "01");
        assert_eq!(reasons.len(), 3, "{reasons:?}");
        assert!(
            reasons[1].starts_with("wasi-aot 0.0.1 built it"),
            "{reasons:?}"
        );
        assert!(reasons[2].contains("SHA-256 is 00, not 01"), "{reasons:?}");
    }
}
