//! Writes results atomically: no reader sees a half-written file, and no temporary file is left
//! over.

use super::plan::Destination;
pub use crate::error::plain;
use crate::{Code, Error, Result};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes one result. The file is either complete or absent; `executable` sets its mode.
pub fn write(bytes: &[u8], to: &Destination, executable: bool) -> Result<()> {
    let mode = if executable { 0o777 } else { 0o666 };
    match to {
        Destination::Stdout => {
            let mut out = io::stdout().lock();
            out.write_all(bytes)
                .and_then(|()| out.flush())
                .map_err(|error| output_error(Path::new("standard output"), &error))
        }
        Destination::File(path) => {
            write_file(bytes, path, mode).map_err(|error| output_error(path, &error))
        }
    }
}

/// Checks, before there is anything to write, that the destination can be written.
pub fn check(to: &Destination) -> Result<()> {
    match to {
        Destination::Stdout => Ok(()),
        Destination::File(path) => can_write(path).map_err(|error| output_error(path, &error)),
    }
}

fn can_write(path: &Path) -> io::Result<()> {
    if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let Place::Name(path) = place(path)? else {
        return Ok(());
    };
    let folder = folder_of(&path);
    if !fs::metadata(folder)?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    #[cfg(unix)]
    rustix::fs::access(
        folder,
        rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK,
    )?;
    Ok(())
}

/// The error for an output, with a remedy.
pub fn output_error(path: &Path, error: &io::Error) -> Error {
    let result = Error::new(
        Code::Output,
        format!("cannot write {}: {}", path.display(), plain(error)),
    );
    match error.kind() {
        io::ErrorKind::IsADirectory => result.help("name a file with -o PATH"),
        io::ErrorKind::NotFound => result.help("the folder must be there first"),
        _ => result,
    }
}

fn write_file(bytes: &[u8], path: &Path, mode: u32) -> io::Result<()> {
    match place(path)? {
        Place::Stream => {
            // Devices and pipes cannot be replaced by a rename.
            let mut file = fs::OpenOptions::new().write(true).open(path)?;
            file.write_all(bytes)
        }
        Place::Name(path) => {
            let new = New {
                parts: &[bytes],
                mode,
                is_exact: false,
                is_durable: false,
            };
            replace(&new, &path)
        }
    }
}

/// The kind of file at a path.
enum Place {
    /// A device, a pipe, or a link to a process's descriptor: written directly.
    Stream,
    /// A regular file or nothing yet, with links resolved.
    Name(PathBuf),
}

fn place(path: &Path) -> io::Result<Place> {
    let Ok(there) = fs::symlink_metadata(path) else {
        return Ok(Place::Name(path.into()));
    };
    if there.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if there.is_symlink() {
        let target = fs::canonicalize(path);
        let is_descriptor = ["/dev", "/proc"].iter().any(|root| path.starts_with(root));
        return match target {
            Ok(target) if !is_descriptor => place(&target),
            Err(_) if !is_descriptor => Ok(Place::Name(path.into())),
            _ => Ok(Place::Stream),
        };
    }
    Ok(if there.is_file() {
        Place::Name(path.into())
    } else {
        Place::Stream
    })
}

/// A file to be created.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// Its contents, in parts that are concatenated.
    pub parts: &'a [&'a [u8]],
    /// Its mode.
    pub mode: u32,
    /// Whether the mode is set regardless of the umask.
    pub is_exact: bool,
    /// Whether its contents reach the disk before the file gets its name.
    pub is_durable: bool,
}

impl New<'_> {
    fn write(&self, file: &mut File) -> io::Result<()> {
        for part in self.parts {
            file.write_all(part)?;
        }
        if self.is_exact {
            #[cfg(unix)]
            file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(self.mode))?;
        }
        if self.is_durable {
            file.sync_all()?;
        }
        Ok(())
    }
}

/// Writes a file next to `path` and renames it. On Linux, the file has no name until it is
/// complete, so nothing is left over even if the process is killed.
pub fn replace(new: &New<'_>, path: &Path) -> io::Result<()> {
    let folder = folder_of(path);
    #[cfg(target_os = "linux")]
    match nameless::replace(new, folder, path) {
        Err(error) if nameless::is_unsupported(&error) => {}
        done => return done,
    }
    named(new, folder, path)
}

/// The folder that contains the file at this path.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

fn named(new: &New<'_>, folder: &Path, path: &Path) -> io::Result<()> {
    let mut builder = aside();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(new.mode));
    let mut file = builder.tempfile_in(folder)?;
    new.write(file.as_file_mut())?;
    // Closed before it gets its name, for the same reason as in `nameless`.
    file.into_temp_path()
        .persist(path)
        .map_err(|error| error.error)
}

/// Random names for files that do not have their final name yet.
fn aside<'a>() -> tempfile::Builder<'a, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".wasi-aot.");
    builder
}

#[cfg(target_os = "linux")]
mod nameless {
    //! Files that have no name until they are complete (`O_TMPFILE`).

    use super::{New, aside};
    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};
    use rustix::io::Errno;
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd;
    use std::path::Path;

    pub fn is_unsupported(error: &io::Error) -> bool {
        let kinds = [Errno::OPNOTSUPP, Errno::ISDIR, Errno::INVAL, Errno::NOSYS];
        error
            .raw_os_error()
            .is_some_and(|code| kinds.iter().any(|k| k.raw_os_error() == code))
    }

    pub fn replace(new: &New<'_>, folder: &Path, path: &Path) -> io::Result<()> {
        let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
        let mut file = File::from(open(folder, flags, Mode::from_raw_mode(new.mode))?);
        new.write(&mut file)?;
        let file = no_longer_writable(file)?;
        link(&file, folder, path)
    }

    /// The same file without write access. Once it has a name, another process may execute it, and
    /// the kernel refuses that (`ETXTBSY`) while anyone has the file open for writing.
    fn no_longer_writable(file: File) -> io::Result<File> {
        let again = format!("/proc/self/fd/{}", file.as_raw_fd());
        match open(again, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()) {
            // There is no /proc here; the fallback works without it.
            Err(Errno::NOENT) => Err(Errno::NOSYS.into()),
            opened => Ok(File::from(opened?)),
        }
    }

    /// Gives the file its name. To replace an existing file, it needs a second name for a moment,
    /// because only `rename` replaces. That name is random. If another process could choose the
    /// same one (derived from a process ID, for example), one process would delete or rename the
    /// other's file.
    fn link(file: &File, folder: &Path, path: &Path) -> io::Result<()> {
        let source = format!("/proc/self/fd/{}", file.as_raw_fd());
        let link = |to: &Path| linkat(CWD, source.as_str(), CWD, to, AtFlags::SYMLINK_FOLLOW);
        match link(path) {
            Err(Errno::EXIST) => {}
            done => return Ok(done?),
        }
        // Tries names until one is free, and removes the name again if the rename fails.
        let aside = aside().make_in(folder, |name| Ok(link(name)?))?;
        Ok(aside.into_temp_path().persist(path)?)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::thread;

    const WAYS: [fn(&New<'_>, &Path) -> io::Result<()>; 2] =
        [replace, |new, path| named(new, folder_of(path), path)];

    fn new<'a>(parts: &'a [&'a [u8]]) -> New<'a> {
        New {
            parts,
            mode: 0o666,
            is_exact: false,
            is_durable: false,
        }
    }

    /// Builds in different containers may have the same process ID, as the threads of one process
    /// do.
    #[test]
    fn builds_with_one_process_number_do_not_mix() {
        for way in WAYS {
            let folder = tempfile::tempdir().unwrap();
            let work = |who: u8| {
                let path = folder.path().join(who.to_string());
                for _ in 0..300 {
                    way(&new(&[&[who; 64], b"end"]), &path).unwrap();
                    let bytes = fs::read(&path).unwrap();
                    assert!(
                        bytes == [&[who; 64][..], b"end"].concat(),
                        "{who}: {bytes:?}"
                    );
                }
            };
            thread::scope(|scope| {
                for who in 0..8 {
                    let work = &work;
                    scope.spawn(move || work(who));
                }
            });
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 8);
        }
    }

    #[test]
    fn what_others_made_stays() {
        for way in WAYS {
            let folder = tempfile::tempdir().unwrap();
            let other = folder
                .path()
                .join(format!(".wasi-aot.{}", std::process::id()));
            fs::write(&other, "other").unwrap();
            let path = folder.path().join("app");
            for _ in 0..2 {
                way(&new(&[b"app"]), &path).unwrap();
            }
            // A failed replacement leaves no temporary file.
            let taken = folder.path().join("taken");
            fs::create_dir(&taken).unwrap();
            assert!(way(&new(&[b"app"]), &taken).is_err());
            assert_eq!(fs::read(&other).unwrap(), b"other");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
        }
    }
}
