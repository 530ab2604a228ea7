//! Two builds of one input produce the same bytes, whatever the directory and the number of
//! threads. The size of an executable changes only on purpose.

use crate::scratch::Scratch;
use crate::{ensure, trials};
use libtest_mimic::{Failed, Trial};
use std::fmt::Write;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::SystemTime;
use wasi_aot_targets::{Runtime, TARGETS, Target};

pub fn trials() -> Vec<Trial> {
    trials![builds_are_reproducible, sizes_are_known]
}

/// Many functions, so that the threads could finish them in different orders.
fn many_functions() -> String {
    let mut text = String::from("(module (memory (export \"memory\") 1)\n");
    for index in 0..500 {
        let callee = index * 7 % 500;
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            text,
            "(func $f{index} (param i32) (result i32) (if (result i32) (local.get 0) (then (call $f{callee} \
             (i32.sub (local.get 0) (i32.const 1)))) (else (i32.load offset={index} (local.get 0)))))"
        );
    }
    text + "(func (export \"_start\") (drop (call $f3 (i32.const 9)))))"
}

fn builds_are_reproducible() -> Result<(), Failed> {
    let one = Scratch::new()?;
    let other = Scratch::new()?;
    for scratch in [&one, &other] {
        fs::write(scratch.path("many.wat"), many_functions())?;
    }
    fs::create_dir(other.path("deep"))?;
    // The same files, created in another order at another time by another user.
    let names = ["one", "two", "three"];
    for (scratch, names) in [(&one, names), (&other, [names[2], names[0], names[1]])] {
        fs::create_dir_all(scratch.path("tree/sub"))?;
        for name in names {
            fs::write(scratch.path(format!("tree/{name}")), name)?;
            symlink(
                format!("../{name}"),
                scratch.path(format!("tree/sub/{name}")),
            )?;
        }
    }
    let old = fs::File::open(other.path("tree/one"))?;
    old.set_modified(SystemTime::UNIX_EPOCH)?;
    old.set_permissions(fs::Permissions::from_mode(0o400))?;
    for module in ["show.wasm", "many.wat"] {
        for target in TARGETS
            .iter()
            .filter(|t| !matches!(t.runtime(), Runtime::Missing(_)))
        {
            let first = build(&one, target, "1", Path::new(module))?;
            for (jobs, path) in [
                ("1", module.into()),
                ("2", other.path(module)),
                ("7", Path::new("deep/..").join(module)),
            ] {
                let same = build(&other, target, jobs, &path)? == first;
                ensure!(
                    same,
                    "{module} for {} with -j {jobs} from {}",
                    target.name,
                    path.display()
                );
            }
        }
    }
    Ok(())
}

/// All outputs of a build, concatenated.
fn build(scratch: &Scratch, target: &Target, jobs: &str, path: &Path) -> Result<Vec<u8>, Failed> {
    let path = path.to_str().ok_or("a path that is no text")?;
    let all = "exe=deep.exe,obj=deep.obj,asm=deep.asm,clif=deep.clif,program=deep.program";
    let common = ["build", "-q", "--dir", ".", "--embed", "tree::/tree"];
    let these = ["-j", jobs, "--target", target.name, "--emit", all, path];
    let output = scratch.wasi_aot(&[&common[..], &these].concat());
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let kinds = ["exe", "obj", "asm", "clif", "program"];
    let kinds = kinds.map(|kind| fs::read(scratch.path(format!("deep.{kind}"))));
    Ok(kinds.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
}

/// `tests/cli/sizes.txt`: target, module, bytes with `--strip`. Another version of the compiler may
/// change the runtime's size by a little. Any larger change must be recorded there
/// (`WASI_AOT_BLESS=1`).
fn sizes_are_known() -> Result<(), Failed> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("cli/sizes.txt");
    let known = fs::read_to_string(&file)?;
    let scratch = Scratch::new()?;
    let (mut seen, mut wrong) = (String::new(), String::new());
    for line in known.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [target, module, bytes] = words[..] else {
            seen += &format!("{line}\n");
            continue;
        };
        let missing = wasi_aot_targets::find(target)
            .is_none_or(|t| matches!(t.runtime(), Runtime::Missing(_)));
        if missing && !wasi_aot_tests::tool::in_ci() {
            seen += &format!("{line}\n");
            continue;
        }
        let output = scratch.wasi_aot(&[
            "build", "-q", "--strip", "--target", target, module, "-o", "app",
        ]);
        ensure!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let size = fs::metadata(scratch.path("app"))?.len();
        let bound: u64 = bytes.parse()?;
        seen += &format!("{target:<15} {module:<12} {size:>8}\n");
        if size.abs_diff(bound) * 20 > bound {
            wrong += &format!("{module} for {target}: {size} bytes, {bound} were expected\n");
        }
    }
    if std::env::var_os("WASI_AOT_BLESS").is_some() {
        return Ok(fs::write(file, seen)?);
    }
    ensure!(wrong.is_empty(), "{wrong}");
    Ok(())
}
