//! Separate processes that change the tree as fast as they can while other processes resolve paths
//! in it.

use super::tree::{DIRS, FILES, FRESH, FRESH_TARGET, MOVER};
use rustix::{
    fs::{self as sys, AtFlags, CWD, Mode, OFlags, RenameFlags},
    io::Errno,
};
use std::{
    env, io,
    os::{fd::OwnedFd, unix::process::parent_id},
    path::Path,
    process::{Child, Command, Stdio},
};

/// The variable that names the attack and makes this test binary an attacker.
const ROLE: &str = "WASI_AOT_ESCAPE_ATTACK";

/// The action that an attacker repeats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attack {
    /// Directories and links to directories are exchanged.
    Dirs,
    /// Files and links to files are exchanged; a link to a missing file is created and removed.
    Files,
    /// A directory is moved out of the grant and back.
    Move,
}

impl Attack {
    /// All attacks.
    pub const ALL: [Attack; 3] = [Attack::Dirs, Attack::Files, Attack::Move];
}

/// Running attackers. They end when this is dropped.
#[derive(Debug)]
pub struct Attackers(Vec<Child>);

impl Attackers {
    /// Starts one process per attack in `attacks`, on the tree at `root`.
    pub fn start(root: &Path, attacks: &[Attack]) -> io::Result<Attackers> {
        let mut attackers = Attackers(vec![]);
        for attack in attacks {
            let mut command = Command::new(env::current_exe()?);
            command.env(ROLE, format!("{attack:?}")).arg(root);
            attackers
                .0
                .push(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?);
        }
        Ok(attackers)
    }

    /// Whether all attackers are still running. The test proves nothing if one has failed.
    pub fn are_alive(&mut self) -> bool {
        self.0
            .iter_mut()
            .all(|child| matches!(child.try_wait(), Ok(None)))
    }
}

impl Drop for Attackers {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Runs the attack if this process is an attacker, until its parent exits, and returns `true` then.
pub fn serve() -> bool {
    let Ok(role) = env::var(ROLE) else {
        return false;
    };
    let root = env::args_os().nth(1).expect("the root is the argument");
    let attack = Attack::ALL
        .into_iter()
        .find(|attack| format!("{attack:?}") == role)
        .expect("the role is an attack");
    let open = |dir| {
        let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
        sys::openat(CWD, Path::new(&root).join(dir), flags, Mode::empty())
    };
    let inside = open("inside").expect("the tree is there");
    let beyond = open("beyond").expect("the tree is there");
    let parent = parent_id();
    while parent_id() == parent {
        for _ in 0..1000 {
            if let Err(error) = once(attack, &inside, &beyond) {
                // Without its target, the attack fails because the tree is gone.
                panic!("the attack {attack:?} fails: {error}");
            }
        }
    }
    true
}

fn once(attack: Attack, inside: &OwnedFd, beyond: &OwnedFd) -> Result<(), Errno> {
    let exchange = |name: &str| {
        let link = format!("{name}-link");
        sys::renameat_with(inside, name, inside, link, RenameFlags::EXCHANGE)
    };
    match attack {
        Attack::Dirs => DIRS.into_iter().try_for_each(exchange),
        Attack::Files => {
            FILES.into_iter().try_for_each(exchange)?;
            match sys::symlinkat(FRESH_TARGET, inside, FRESH) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(error),
            }
            match sys::unlinkat(inside, FRESH, AtFlags::empty()) {
                Ok(()) | Err(Errno::NOENT) => Ok(()),
                Err(error) => Err(error),
            }
        }
        Attack::Move => {
            // A previous attacker may have left it there.
            match sys::renameat(inside, MOVER, beyond, MOVER) {
                Ok(()) | Err(Errno::NOENT) => sys::renameat(beyond, MOVER, inside, MOVER),
                Err(error) => Err(error),
            }
        }
    }
}
