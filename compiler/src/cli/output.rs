//! Writes results so that nobody ever sees a half-written file, nor finds what is left of one.

use super::plan::Destination;
pub use crate::error::plain;
use crate::{Code, Error, Result};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes one result. A file is complete or not there at all; `executable` sets its mode.
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

/// What went wrong with an output, and a way out.
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
            // Devices and pipes have no name to rename to.
            let mut file = fs::OpenOptions::new().write(true).open(path)?;
            file.write_all(bytes)
        }
        Place::Name(path) => replace(bytes, &path, mode),
    }
}

/// What stands at a path.
enum Place {
    /// A device, a pipe, or a link to the descriptor of a process: written to as it is.
    Stream,
    /// A file, or nothing yet, with links followed.
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

/// Writes a file beside `path` and renames it. On Linux that file has no name until it is complete,
/// so that nothing is left even if the process is killed.
pub fn replace(bytes: &[u8], path: &Path, mode: u32) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    #[cfg(target_os = "linux")]
    match nameless::replace(bytes, folder, path, mode) {
        Err(error) if nameless::is_unsupported(&error) => {}
        done => return done,
    }
    named(bytes, folder, path, mode)
}

fn named(bytes: &[u8], folder: &Path, path: &Path, mode: u32) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".wasi-aot.");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    // Closed before it has its name, for the same reason as in `nameless`.
    file.into_temp_path()
        .persist(path)
        .map_err(|error| error.error)
}

#[cfg(target_os = "linux")]
mod nameless {
    //! Files that have no name until they are complete (`O_TMPFILE`).

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};
    use rustix::io::Errno;
    use std::fs::{self, File};
    use std::io::{self, Write};
    use std::os::fd::AsRawFd;
    use std::path::Path;

    pub fn is_unsupported(error: &io::Error) -> bool {
        let kinds = [Errno::OPNOTSUPP, Errno::ISDIR, Errno::INVAL, Errno::NOSYS];
        error
            .raw_os_error()
            .is_some_and(|code| kinds.iter().any(|k| k.raw_os_error() == code))
    }

    pub fn replace(bytes: &[u8], folder: &Path, path: &Path, mode: u32) -> io::Result<()> {
        let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
        let mut file = File::from(open(folder, flags, Mode::from_raw_mode(mode))?);
        file.write_all(bytes)?;
        let file = no_longer_writable(file)?;
        link(&file, folder, path)
    }

    /// The same file without the right to write it: once it has a name another process may
    /// execute it, which the kernel refuses (`ETXTBSY`) while anyone has it open for writing.
    fn no_longer_writable(file: File) -> io::Result<File> {
        let again = format!("/proc/self/fd/{}", file.as_raw_fd());
        match open(again, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()) {
            // No /proc here: the other way works without it.
            Err(Errno::NOENT) => Err(Errno::NOSYS.into()),
            opened => Ok(File::from(opened?)),
        }
    }

    /// Gives the file its name. Over an existing file that takes a second name for a moment,
    /// because only `rename` replaces.
    fn link(file: &File, folder: &Path, path: &Path) -> io::Result<()> {
        let source = format!("/proc/self/fd/{}", file.as_raw_fd());
        let link = |to: &Path| linkat(CWD, source.as_str(), CWD, to, AtFlags::SYMLINK_FOLLOW);
        match link(path) {
            Err(Errno::EXIST) => {}
            done => return Ok(done?),
        }
        let aside = folder.join(format!(".wasi-aot.{}", std::process::id()));
        match link(&aside) {
            Err(Errno::EXIST) => {
                fs::remove_file(&aside)?;
                link(&aside)?;
            }
            done => done?,
        }
        fs::rename(&aside, path).inspect_err(|_| {
            // The rename's error is the one to report.
            let _ = fs::remove_file(&aside);
        })
    }
}
