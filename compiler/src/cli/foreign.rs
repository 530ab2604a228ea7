//! Options of other tools: their equivalents here, or the reason why there is none.

use crate::shown;
use crate::{Code, Error};
use std::ffi::OsString;

/// An option of another tool that wasi-aot does not have under this name.
#[derive(Debug)]
struct Row {
    /// Its names, as they are typed. For an option with keys, `-S KEY`, the name alone covers all
    /// other keys.
    names: &'static [&'static str],
    /// The tool that it belongs to.
    whose: &'static str,
    /// The equivalent here.
    here: Here,
}

/// The equivalent that wasi-aot has for an option of another tool.
#[derive(Clone, Copy, Debug)]
enum Here {
    /// This option.
    Write(&'static str),
    /// Nothing: it is always so, as the sentence says.
    Always(&'static str),
    /// Nothing, for this reason.
    Not(&'static str),
}
use Here::{Always, Not, Write};

const fn row(names: &'static [&'static str], whose: &'static str, here: Here) -> Row {
    Row { names, whose, here }
}

const ENGINE: &str = "it is about an engine that compiles while the program runs";
const FEATURES: &str = "every feature of WebAssembly that wasi-aot has is on; `wasi-aot inspect` shows those of a module";
const NAMES: &str = "function names, unwind information and the source lines of reports are always there; debuggers do not get lines and variables of the source yet";
const STREAMS: &str = "the program always has the standard streams; redirect them in the shell";
const NOT_PREVIEW: &str = "it is no part of WASI 0.2 or preview 1";

/// The table.
const ROWS: &[Row] = &[
    // Files.
    row(
        &["--mapdir"],
        "wasmer and older wasmtime",
        Write("`--dir HOST::GUEST`"),
    ),
    row(&["--map-dir"], "iwasm", Write("`--dir HOST::GUEST`")),
    row(
        &["--volume"],
        "wasmer and Docker",
        Write("`--dir HOST::GUEST`"),
    ),
    row(
        &["-mount", "--mount"],
        "wazero and Docker",
        Write("`--dir HOST::GUEST[:ro]`"),
    ),
    row(
        &["--dirs", "--preopen", "--preopens"],
        "node's `WASI` and others",
        Write("`--dir HOST::GUEST`, once for each directory"),
    ),
    row(
        &["--allow-read", "--allow-fs-read"],
        "deno and node",
        Write("`--dir PATH:ro`"),
    ),
    row(
        &["--allow-write", "--allow-fs-write"],
        "deno and node",
        Write("`--dir PATH`"),
    ),
    row(
        &["--cwd", "-S cwd", "--wasi cwd"],
        "wasmer and wasmtime",
        Write("`--dir PATH::.` for a working directory that the program sees as `.`"),
    ),
    // Variables.
    row(
        &[
            "-S inherit-env",
            "--wasi inherit-env",
            "-env-inherit",
            "--forward-host-env",
            "--allow-env",
        ],
        "wasmtime, wazero, wasmer and deno",
        Write("`--inherit-env`, or `--env NAME` for one variable"),
    ),
    row(&["-env"], "wazero", Write("`--env NAME=VALUE`")),
    // Network.
    row(
        &["-S tcplisten", "--wasi tcplisten", "--tcplisten", "-listen"],
        "wasmtime and wazero",
        Write("`--listen ADDRESS:PORT`"),
    ),
    row(
        &["-S listenfd", "--wasi listenfd", "--listenfd"],
        "wasmtime",
        Write("`--listen-fds`"),
    ),
    row(
        &[
            "-S inherit-network",
            "--wasi inherit-network",
            "--inherit-network",
            "--net",
        ],
        "wasmtime and wasmer",
        Write("`--allow-net` `--allow-net-listen` `--allow-name-lookup`"),
    ),
    row(
        &[
            "--addr-pool",
            "-S tcp",
            "--wasi tcp",
            "-S udp",
            "--wasi udp",
        ],
        "iwasm and wasmtime",
        Write("`--allow-net HOST:PORT`, and `--allow-net-listen ADDRESS:PORT`"),
    ),
    row(
        &[
            "-S allow-ip-name-lookup",
            "--wasi allow-ip-name-lookup",
            "--allow-resolve",
        ],
        "wasmtime and iwasm",
        Write("`--allow-name-lookup`, or a name in `--allow-net`"),
    ),
    // Limits.
    row(
        &[
            "-W max-memory-size",
            "--wasm max-memory-size",
            "--memory-page-limit",
        ],
        "wasmtime and WasmEdge",
        Write("`--max-memory SIZE`, of all memories together"),
    ),
    row(
        &[
            "-W max-wasm-stack",
            "--wasm max-wasm-stack",
            "--max-wasm-stack",
            "--stack-size",
        ],
        "wasmtime, wasmer and iwasm",
        Write("`--max-stack SIZE`"),
    ),
    row(
        &["--heap-size", "--gc-heap-size"],
        "iwasm",
        Write("`--max-memory SIZE` for memories, `--max-heap SIZE` for objects"),
    ),
    row(
        &[
            "-W timeout",
            "--wasm timeout",
            "--wasm-timeout",
            "--time-limit",
            "-timeout",
        ],
        "wasmtime, WasmEdge and wazero",
        Write("`--timeout DURATION`"),
    ),
    row(
        &[
            "--fuel",
            "-W fuel",
            "--wasm fuel",
            "--gas-limit",
            "-S hostcall-fuel",
            "--wasi hostcall-fuel",
        ],
        "wasmtime and WasmEdge",
        Not("code that counts what it executes is slower; `--timeout DURATION` limits the time"),
    ),
    row(
        &[
            "--epoch-interruption",
            "-W epoch-interruption",
            "--wasm epoch-interruption",
        ],
        "wasmtime",
        Write("`--timeout DURATION`"),
    ),
    row(
        &["--max-threads"],
        "iwasm",
        Always("a program may have 1000 threads beside the first"),
    ),
    // Code.
    row(&["--debug"], "C compilers, rustc and others", Not(NAMES)),
    row(
        &["-D debug-info", "--debug debug-info"],
        "wasmtime",
        Not(NAMES),
    ),
    row(
        &[
            "-D address-map",
            "-D symbols",
            "-C native-unwind-info",
            "--codegen native-unwind-info",
        ],
        "wasmtime",
        Always(
            "symbols, offsets for reports and unwind information are always there; `--strip` leaves out names",
        ),
    ),
    row(
        &[
            "-D coredump",
            "--coredump-on-trap",
            "--coredump-for-wasmgdb",
        ],
        "wasmtime, wasmer and WasmEdge",
        Always(
            "a trap ends the process as by SIGABRT, so the system writes a core file where `ulimit -c` allows it",
        ),
    ),
    row(
        &["-D", "-D logging", "-D log-to-files"],
        "wasmtime",
        Not(ENGINE),
    ),
    row(
        &[
            "-W unknown-imports-trap",
            "--wasm unknown-imports-trap",
            "--trap-unknown-imports",
        ],
        "wasmtime",
        Write("`--unknown-imports trap`"),
    ),
    row(
        &[
            "-W unknown-imports-default",
            "--wasm unknown-imports-default",
            "--default-values-unknown-imports",
        ],
        "wasmtime",
        Not(
            "a function that is not there should not seem to work; `--unknown-imports trap` builds the program, and it traps where it calls one",
        ),
    ),
    row(
        &[
            "-W nan-canonicalization",
            "--wasm nan-canonicalization",
            "--enable-nan-canonicalization",
        ],
        "wasmtime and wasmer",
        Write("`--nan-canonicalization`"),
    ),
    row(
        &[
            "-W relaxed-simd-deterministic",
            "--wasm relaxed-simd-deterministic",
            "--relaxed-simd-deterministic",
        ],
        "wasmtime",
        Write("`--relaxed-simd deterministic`"),
    ),
    row(
        &["--disable-bounds-checks"],
        "iwasm",
        Not("it would leave the sandbox open; guard pages make checks cost nothing"),
    ),
    row(
        &["-C parallel-compilation", "--codegen parallel-compilation"],
        "wasmtime",
        Write("`--jobs N`"),
    ),
    row(
        &["-C cache", "--codegen cache", "--disable-cache"],
        "wasmtime and wasmer",
        Write("`--no-cache` (of `run`)"),
    ),
    row(
        &[
            "-cachedir",
            "--cache-dir",
            "-C cache-config",
            "--codegen cache-config",
        ],
        "wazero, wasmer and wasmtime",
        Not("the variable WASI_AOT_CACHE names the folder of the cache"),
    ),
    row(
        &[
            "-C compiler",
            "--codegen compiler",
            "--cranelift",
            "--llvm",
            "--singlepass",
            "--fast-jit",
            "--llvm-jit",
            "--enable-jit",
        ],
        "wasmtime, wasmer, WasmEdge and iwasm",
        Not("there is one code generator; `-O 0` compiles fast, `-O 2` for speed"),
    ),
    row(
        &["-C", "--codegen"],
        "wasmtime",
        Not(
            "settings of the code generator are `-O`, `--cpu`, `--bounds-checks` and `--spectre-mitigation`",
        ),
    ),
    row(
        &["--interp", "-interpreter", "--force-interpreter"],
        "iwasm, wazero and WasmEdge",
        Not("there is no interpreter; `-O 0` compiles fast"),
    ),
    row(
        &["--release"],
        "cargo",
        Always("code is compiled for speed unless `-O 0` says otherwise"),
    ),
    // Features.
    row(
        &[
            "-W",
            "--wasm",
            "--wasm-features",
            "--enable-all",
            "--enable-simd",
            "--enable-threads",
            "--enable-reference-types",
            "--enable-multi-value",
            "--enable-bulk-memory",
            "--enable-memory64",
            "--enable-tail-call",
            "--enable-exceptions",
        ],
        "wasmtime, wasmer and WasmEdge",
        Always(FEATURES),
    ),
    row(
        &["-S threads", "--wasi threads"],
        "wasmtime",
        Always("a module that imports `wasi.thread-spawn` has threads"),
    ),
    row(
        &[
            "-S cli",
            "--wasi cli",
            "-S common",
            "--wasi common",
            "-S preview2",
            "--wasi preview2",
            "-S preview0",
            "--wasi preview0",
            "--wasi-modules",
            "--allow-multiple-wasi-versions",
        ],
        "wasmtime and wasmer",
        Always("what a program imports of WASI is linked into it, and nothing else"),
    ),
    row(
        &["-S http", "--wasi http", "-S p3", "--wasi p3"],
        "wasmtime",
        Not("`wasi:http` and WASI 0.3 are not there yet"),
    ),
    row(
        &[
            "-S nn",
            "--wasi nn",
            "-S config",
            "--wasi config",
            "-S keyvalue",
            "--wasi keyvalue",
            "-S tls",
            "--wasi tls",
            "--nn-preload",
        ],
        "wasmtime and WasmEdge",
        Not(NOT_PREVIEW),
    ),
    row(
        &[
            "-S inherit-stdin",
            "--wasi inherit-stdin",
            "-S inherit-stdout",
            "--wasi inherit-stdout",
            "-S inherit-stderr",
            "--wasi inherit-stderr",
        ],
        "wasmtime",
        Always(STREAMS),
    ),
    row(
        &["-S", "--wasi"],
        "wasmtime",
        Not("each of its keys that wasi-aot has is an option of its own: see `wasi-aot help run`"),
    ),
    // Other features of engines.
    row(
        &["--allow-all", "-A"],
        "deno",
        Not(
            "nothing grants everything: name what the program needs, with `--dir`, `--env` and `--allow-net`",
        ),
    ),
    row(
        &[
            "--allow-run",
            "--allow-child-process",
            "--allow-command",
            "--allow-ffi",
            "--native-lib",
        ],
        "deno, node, WasmEdge and iwasm",
        Not("WASI has no way to start processes or to call native libraries"),
    ),
    row(
        &["--allow-precompiled"],
        "wasmtime",
        Not("machine code that another tool made cannot be checked; give the module"),
    ),
    row(
        &["--preload", "--use", "--module-path"],
        "wasmtime, wasmer and iwasm",
        Not(
            "core modules are not linked with one another; compose components, with `wac plug` for example",
        ),
    ),
    row(
        &["--entrypoint", "--entry-function", "--function", "-f"],
        "wasmer and iwasm",
        Write("`--invoke NAME`"),
    ),
    row(&["--reactor"], "WasmEdge", Write("`--invoke NAME`")),
    row(
        &["--profile", "-cpuprofile"],
        "wasmtime and wazero",
        Always(
            "`perf` reads the symbols of an executable: `wasi-aot build`, then `perf record ./app`",
        ),
    ),
    row(
        &["--experimental-wasi-unstable-preview1", "--allow-wasi"],
        "node",
        Always("WASI needs no option"),
    ),
];

/// The error for an option that another tool has; `None` if no tool has it. `option`: the name in
/// clap's error; `words`: the command line as it was typed.
pub fn error(option: &str, words: &[OsString]) -> Option<Error> {
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let at = words.iter().position(|word| word.starts_with(option))?;
    let next = words.get(at + 1).map(|word| &**word);
    let mut names = candidates(&words[at], next).into_iter();
    let (name, row) = names.find_map(|name| find(&name).map(|row| (name, row)))?;
    let (what, help) = match row.here {
        Write(ours) => ("", format!("here it is {ours}")),
        Always(sentence) => (", which wasi-aot does not need", sentence.to_owned()),
        Not(why) => (", which wasi-aot does not have", why.to_owned()),
    };
    let message = format!(
        "`{}` is an option of {}{what}",
        shown::line(&name),
        row.whose
    );
    Some(Error::new(Code::Option, message).help(help))
}

/// The names under which a typed option can be listed in the table: with its key, whole, or as a
/// short option directly followed by a value.
fn candidates(word: &str, next: Option<&str>) -> Vec<String> {
    let key = |text: &str| text.split(['=', ',']).next().unwrap_or_default().to_owned();
    let short = (!word.starts_with("--"))
        .then(|| word.split_at_checked(2))
        .flatten();
    let mut names = Vec::new();
    match (short, word.split_once('=')) {
        // `-Skey`, `-S=key`.
        (Some((name, value)), _) if !value.is_empty() => {
            names.extend(Some(key(word)).filter(|whole| whole != name));
            names.push(format!("{name} {}", key(value.trim_start_matches('='))));
            names.push(name.to_owned());
        }
        (None, Some((name, value))) => {
            names.push(format!("{name} {}", key(value)));
            names.push(name.to_owned());
        }
        (Some(_), _) | (None, None) => {
            names.extend(next.map(|next| format!("{word} {}", key(next))));
            names.push(word.to_owned());
        }
    }
    names
}

fn find(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.names.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Cli;
    use clap::CommandFactory;
    use std::collections::HashSet;

    fn help(option: &str, words: &[&str]) -> String {
        let words: Vec<OsString> = words.iter().map(Into::into).collect();
        let error = error(option, &words).expect("another tool has it");
        format!(
            "{}; {}",
            error.message,
            error.help.expect("it has a way out")
        )
    }

    #[test]
    fn an_option_is_found_however_its_value_is_written() {
        let ours = "; here it is `--inherit-env`, or `--env NAME` for one variable";
        for words in [
            &["run", "-S", "inherit-env", "a.wasm"][..],
            &["run", "-Sinherit-env=y", "a.wasm"],
            &["run", "-S=inherit-env,http", "a.wasm"],
        ] {
            let text = help("-S", words);
            assert!(
                text.starts_with("`-S inherit-env` ") && text.ends_with(ours),
                "{text}"
            );
        }
        assert!(help("--wasi", &["--wasi=inherit-env"]).ends_with(ours));
        assert!(help("--wasi", &["--wasi", "inherit-env"]).ends_with(ours));
        assert!(help("-m", &["-mount=/a:/b"]).starts_with("`-mount` is an option of wazero"));
        assert!(help("--debug", &["--debug"]).contains("function names"));
        assert!(help("-S", &["-S", "no-such-key"]).starts_with("`-S` is an option of wasmtime"));
        assert!(error("--frobnicate", &["--frobnicate".into()]).is_none());
    }

    /// No name is listed twice or is an option of `build` or `run`, and every equivalent exists.
    #[test]
    fn the_table_agrees_with_the_options_that_there_are() {
        let command = Cli::command();
        let mut ours = HashSet::new();
        for verb in ["build", "run"] {
            let verb = command.find_subcommand(verb).expect("it is a verb");
            for arg in verb.get_arguments() {
                ours.extend(arg.get_long().map(|long| format!("--{long}")));
                ours.extend(arg.get_short().map(|short| format!("-{short}")));
            }
        }
        let mut seen = HashSet::new();
        for name in ROWS.iter().flat_map(|row| row.names) {
            assert!(seen.insert(name), "{name} stands twice");
            assert!(!ours.contains(*name), "{name} is an option of wasi-aot");
        }
        for row in ROWS {
            let (Write(text) | Always(text) | Not(text)) = row.here;
            let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
            for word in words.filter(|word| word.starts_with('-') && word.len() > 1) {
                assert!(ours.contains(word) || word == "-c", "{word} is no option");
            }
            assert!(
                !matches!(row.here, Write(text) if !text.starts_with("`-")),
                "{text}"
            );
        }
    }
}
