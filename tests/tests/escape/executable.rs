//! The same attack on a real executable: with `openat2`, and with a system that refuses it.

use super::{
    attacker::{Attack, Attackers},
    resolver::Act,
    tree::Tree,
    tries,
};
use libtest_mimic::Failed;
use std::{
    env, io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// Asks this test binary to become what its arguments say, without `openat2`.
const ROLE: &str = "WASI_AOT_ESCAPE_WITHOUT_OPENAT2";

/// Runs `tries.wasm` as an executable in a tree under attack.
pub fn check(openat2: bool, tries: u64) -> Result<(), Failed> {
    let tree = Tree::new()?;
    let app = build(&tree.root)?;
    let mut command = if openat2 {
        Command::new(&app)
    } else {
        let mut command = Command::new(env::current_exe()?);
        command.env(ROLE, "").arg(&app);
        command
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
    build.args(["build", "--quiet", "--harden=off", "--dir=inside::/", "-o"]);
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

/// If this process is to start a program without `openat2`, it becomes the program.
pub fn serve() {
    if env::var_os(ROLE).is_none() {
        return;
    }
    refuse_openat2().expect("seccomp is there");
    // SAFETY: the addresses are null, and nothing is done.
    let answer = unsafe { libc::syscall(libc::SYS_openat2, -1, 0, 0, 0) };
    let refused = io::Error::last_os_error().raw_os_error() == Some(libc::ENOSYS);
    assert!(answer == -1 && refused, "openat2 is still there");
    let mut arguments = env::args_os().skip(1);
    let program = arguments.next().expect("a program to start");
    let error = Command::new(program)
        .args(arguments)
        .env_remove(ROLE)
        .exec();
    panic!("cannot start: {error}");
}

/// From now on `openat2` does not exist for this process and what it becomes.
fn refuse_openat2() -> io::Result<()> {
    let statement = |code: u32, k: u32, jt, jf| libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    };
    let mut filter = [
        // The system call's number is the first word.
        statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        statement(
            libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K,
            libc::SYS_openat2 as u32,
            0,
            1,
        ),
        statement(
            libc::BPF_RET | libc::BPF_K,
            libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32,
            0,
            0,
        ),
        statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0, 0),
    ];
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: takes numbers only.
    let privileges = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    // SAFETY: the program and its statements live until the call returns.
    let filtered =
        unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &program) };
    if privileges == 0 && filtered == 0 {
        return Ok(());
    }
    Err(io::Error::last_os_error())
}
