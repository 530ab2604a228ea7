//! The same attack on a real executable: with `openat2`, and with a system that refuses it.

use super::{
    attacker::{Attack, Attackers},
    resolver::Act,
    tree::Tree,
    tries,
};
use libtest_mimic::Failed;
use std::{
    io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};
use wasi_aot_tests::without_openat2;

/// Runs `tries.wasm` as an executable in a tree under attack.
pub fn check(openat2: bool, tries: u64) -> Result<(), Failed> {
    let tree = Tree::new()?;
    let app = build(&tree.root)?;
    let mut command = if openat2 {
        Command::new(&app)
    } else {
        without_openat2::wrap(&Command::new(&app))
    };
    command.current_dir(&tree.root).arg(tries.to_string());
    let inodes = tree.inodes();
    command.arg(inodes.len().to_string());
    command.args(inodes.map(|inode| inode.to_string()));
    for tried in tries::all() {
        command.arg(format!("{:?}", tried.act)).arg(tried.path);
    }
    let mut attackers = Attackers::start(&tree.root, &Attack::ALL)?;
    let child = command.stdout(Stdio::piped()).spawn()?;
    let (output, damage) = watch(child, &tree)?;
    if !attackers.are_alive() {
        return Err("an attacker has ended".into());
    }
    println!("\n  {output}");
    if !damage.is_empty() {
        return Err(format!("the outside was changed: {damage:?}").into());
    }
    let count = |of: &str| {
        let mut parts = output.lines().next().unwrap_or_default().split(", ");
        let part = parts.find_map(|part| part.strip_suffix(of)?.trim().parse::<u64>().ok());
        part.ok_or(format!("no count of {of}: {output}"))
    };
    if count("escapes")? > 0 {
        return Err(output.into());
    }
    if count("inside")?.min(count("refused")?) < tries / 50 {
        return Err(format!("no race: {output}").into());
    }
    Ok(())
}

fn build(root: &Path) -> Result<PathBuf, Failed> {
    let app = root.join("inside/../app");
    let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("escape/tries.wasm");
    let mut build = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
    // Without the second wall, which would hide what the first lets through.
    build.args([
        "build",
        "--quiet",
        "--no-cache",
        "--harden=off",
        "--dir=inside::/",
        "-o",
    ]);
    let built = wasi_aot_tests::tool::run(build.arg(&app).arg(module), b"");
    if !built.status.success() {
        return Err(format!("not built:\n{}", String::from_utf8_lossy(&built.stderr)).into());
    }
    Ok(app)
}

/// Waits for the program, puts back what it moves, and looks after the outside.
fn watch(mut child: Child, tree: &Tree) -> io::Result<(String, Vec<String>)> {
    let mut damage = vec![];
    while child.try_wait()?.is_none() {
        for act in Act::ALL.into_iter().filter(|act| act.changes()) {
            tree.tidy(act)?;
        }
        damage.extend(tree.damage()?);
        if damage.len() > 20 {
            child.kill()?;
        }
        thread::sleep(Duration::from_micros(200));
    }
    damage.extend(tree.damage()?);
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok((format!("{text}{}", output.status), damage))
}
