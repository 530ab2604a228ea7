//! A path of the program, and its resolution below a directory without ever leaving it.

mod name;

pub use name::{SHORT, ShortName};

use super::{
    notes::{self, Shown},
    walk,
};
use crate::os::{
    Errno, Fd, fd,
    path::{self, can_open_below, flags, lacks_open_below, open_below},
};
use core::{
    cell::Cell,
    ffi::CStr,
    mem::MaybeUninit,
    slice,
    sync::atomic::{AtomicU8, Ordering},
};
use name::Seen;

/// The kernel's maximum length of a path, including the NUL.
pub const PATH_MAX: usize = 4096;

/// The error for a path below `dir` (`None`: unknown) that leads outside of the grants.
pub(super) fn escape(dir: Option<Fd>, path: &Shown) -> Errno {
    notes::outside(dir, path);
    Errno::EPERM
}

/// A buffer for one path. It is not cleared before use, because that would cost more than many
/// calls.
// The fields that every path uses are adjacent: the end of the bytes is in another page.
#[repr(C)]
pub struct PathBuffer {
    /// The number of `bytes` that have been written.
    written: usize,
    /// The number of bytes in use; a NUL follows them.
    len: usize,
    /// Not 0: the bytes in use may contain a slash or a NUL.
    parts: u64,
    bytes: [MaybeUninit<u8>; PATH_MAX],
}

/// A component of a path: see [`PathBuffer::component`].
pub(super) struct Component {
    /// Its start.
    pub start: usize,
    /// The start of the next one.
    pub next: usize,
    /// Whether nothing follows, not even a slash.
    pub last: bool,
}

impl PathBuffer {
    /// An empty path.
    pub fn empty() -> Self {
        PathBuffer {
            written: 0,
            len: 0,
            parts: 1,
            bytes: [const { MaybeUninit::uninit() }; PATH_MAX],
        }
    }

    /// Takes a path of the program. It must be relative (`EPERM`), not empty (`ENOENT`), UTF-8
    /// (`EILSEQ`), without NUL (`EINVAL`), and not too long (`ENAMETOOLONG`).
    pub fn load(&mut self, path: &[Cell<u8>]) -> Result<(), Errno> {
        notes::looked();
        match path.len() {
            0 => return Err(Errno::ENOENT),
            1..PATH_MAX => {}
            _ => return Err(Errno::ENAMETOOLONG),
        }
        let seen = name::copy(path, self.bytes.as_chunks_mut().0);
        self.written = (path.len() / 8 + 1) * 8;
        self.len = path.len();
        self.parts = seen.slash;
        if seen.nul | seen.foreign != 0 {
            self.check_foreign(seen)?;
        }
        self.relative()
    }

    /// Checks a path that is not plain ASCII.
    #[cold]
    #[inline(never)]
    fn check_foreign(&self, seen: Seen) -> Result<(), Errno> {
        if seen.nul != 0 {
            return Err(Errno::EINVAL);
        }
        match core::str::from_utf8(self.path()) {
            Ok(_) => Ok(()),
            Err(_) => Err(Errno::EILSEQ),
        }
    }

    /// Takes a path of the host, which may be absolute.
    pub fn load_host(&mut self, path: &[u8]) -> Result<(), Errno> {
        self.fill(path.len(), path.iter().copied())?;
        self.terminate(path.len())
    }

    /// Writes `len` bytes at the start.
    fn fill(&mut self, len: usize, bytes: impl Iterator<Item = u8>) -> Result<(), Errno> {
        match len {
            0 => return Err(Errno::ENOENT),
            1..PATH_MAX => self.written = 0,
            _ => return Err(Errno::ENAMETOOLONG),
        }
        self.add(bytes);
        Ok(())
    }

    /// Appends bytes after the written ones, as many as fit.
    fn add(&mut self, bytes: impl Iterator<Item = u8>) {
        for (place, byte) in self.bytes.iter_mut().skip(self.written).zip(bytes) {
            place.write(byte);
            self.written += 1;
        }
    }

    /// The bytes in use.
    fn path(&self) -> &[u8] {
        self.written().get(..self.len).unwrap_or_default()
    }

    /// The bytes that have been written.
    fn written(&self) -> &[u8] {
        // SAFETY: these bytes are within the array, and have been written.
        unsafe { slice::from_raw_parts(self.bytes.as_ptr().cast(), self.written) }
    }

    fn terminate(&mut self, len: usize) -> Result<(), Errno> {
        self.parts = 1;
        self.put(len, 0);
        self.len = len;
        if self.path().contains(&0) {
            Err(Errno::EINVAL)
        } else {
            Ok(())
        }
    }

    #[inline(always)]
    fn relative(&self) -> Result<(), Errno> {
        if self.at(0) == b'/' {
            self.refuse_absolute()
        } else {
            Ok(())
        }
    }

    #[cold]
    #[inline(never)]
    fn refuse_absolute(&self) -> Result<(), Errno> {
        Err(escape(None, &Shown::new(self.as_c_str().to_bytes())))
    }

    /// The whole path.
    #[inline(always)]
    pub fn as_c_str(&self) -> &CStr {
        match self.whole() {
            Some(path) => path,
            None => self.from(0),
        }
    }

    /// The whole path, if it has only one component.
    #[inline(always)]
    fn whole(&self) -> Option<&CStr> {
        if self.parts != 0 {
            return None;
        }
        let path = self.written().get(..=self.len)?;
        // SAFETY: a NUL follows the bytes in use, which contain none.
        Some(unsafe { CStr::from_bytes_with_nul_unchecked(path) })
    }

    /// The bytes from `start` up to the next NUL.
    pub(super) fn from(&self, start: usize) -> &CStr {
        self.written()
            .get(start..)
            .and_then(|rest| CStr::from_bytes_until_nul(rest).ok())
            .unwrap_or(c"")
    }

    fn at(&self, index: usize) -> u8 {
        self.written().get(index).copied().unwrap_or(0)
    }

    /// Writes a byte, at most one position after the written ones.
    fn put(&mut self, index: usize, byte: u8) {
        self.parts = 1;
        if index <= self.written
            && let Some(place) = self.bytes.get_mut(index)
        {
            place.write(byte);
            self.written = self.written.max(index + 1);
        }
    }

    fn skip_slashes(&self, mut index: usize) -> usize {
        while self.at(index) == b'/' {
            index += 1;
        }
        index
    }

    /// The path, if it has only one component and is not `..`: the kernel resolves it without
    /// leaving the directory, unless it follows a link.
    #[inline(always)]
    pub(super) fn plain_name(&self) -> Option<&CStr> {
        let name = self.whole()?;
        (name != c"..").then_some(name)
    }

    /// Whether the path ends in a slash, so that it must be a directory.
    pub(super) fn ends_in_slash(&self) -> bool {
        self.len > 0 && self.at(self.len - 1) == b'/'
    }

    /// The path without trailing slashes.
    pub(super) fn without_slash(&mut self) -> &CStr {
        while self.ends_in_slash() {
            self.len -= 1;
        }
        self.put(self.len, 0);
        self.as_c_str()
    }

    /// Whether the last component is `..`.
    fn ends_in_parent(&self) -> bool {
        let mut components = self.as_c_str().to_bytes().rsplit(|&byte| byte == b'/');
        components.find(|name| !name.is_empty()) == Some(b"..")
    }

    /// Whether the path ends in a name other than `..`, without a trailing slash.
    fn ends_in_name(&self) -> bool {
        let name = self
            .as_c_str()
            .to_bytes()
            .rsplit(|&byte| byte == b'/')
            .next();
        name.is_some_and(|name| !name.is_empty() && name != b"..")
    }

    /// Splits the path into the directory (`None`: the start of the path) and the last name, which
    /// keeps one trailing slash if it has any: the kernel knows its meaning.
    pub(super) fn split(&mut self) -> (Option<&CStr>, &CStr) {
        let mut end = self.len;
        while end > 0 && self.at(end - 1) == b'/' {
            end -= 1;
        }
        self.put(self.len.min(end + 1), 0);
        let mut name = end;
        while name > 0 && self.at(name - 1) != b'/' {
            name -= 1;
        }
        if name == 0 {
            return (None, self.from(0));
        }
        self.put(name - 1, 0);
        (Some(self.from(0)), self.from(name))
    }

    /// The component at or after `index`, terminated by a NUL. `None` at the end.
    pub(super) fn component(&mut self, index: usize) -> Option<Component> {
        let start = self.skip_slashes(index);
        if start >= self.len {
            return None;
        }
        let mut end = start;
        while end < self.len && self.at(end) != b'/' {
            end += 1;
        }
        let next = self.skip_slashes(end);
        self.put(end, 0);
        Some(Component {
            start,
            next,
            last: end == self.len,
        })
    }

    /// The target of the link `name` in `dir`; `EXDEV` if it is absolute.
    pub(super) fn load_link(&mut self, dir: Fd, name: &CStr) -> Result<(), Errno> {
        let mut target = [0; PATH_MAX];
        let len = path::readlinkat(dir, name, &mut target)?;
        if len >= PATH_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        self.fill(len, target.into_iter().take(len))?;
        self.terminate(len)?;
        match self.at(0) {
            b'/' => Err(Errno::EXDEV),
            _ => Ok(()),
        }
    }

    /// Replaces everything up to `component` by `target`.
    pub(super) fn expand(
        &mut self,
        target: &mut PathBuffer,
        component: &Component,
    ) -> Result<(), Errno> {
        if !component.last {
            // The slash after the component is significant even if nothing follows it.
            target.append(b"/")?;
            target.append(
                self.written()
                    .get(component.next..self.len)
                    .unwrap_or_default(),
            )?;
        }
        target.put(target.len, 0);
        self.bytes = target.bytes;
        self.written = target.written;
        self.len = target.len;
        self.parts = 1;
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), Errno> {
        let end = self.len + bytes.len();
        if end >= PATH_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        self.parts = 1;
        self.written = self.written.min(self.len);
        self.add(bytes.iter().copied());
        self.len = end;
        Ok(())
    }

    /// Appends a name and a NUL to a list of names.
    pub(super) fn push(&mut self, name: &CStr) -> Result<(), Errno> {
        self.append(name.to_bytes_with_nul())
    }

    /// Removes the last name of a list of names; returns `false` if it is empty.
    pub(super) fn pop(&mut self) -> bool {
        if self.len == 0 {
            return false;
        }
        self.len -= 1;
        while self.len > 0 && self.at(self.len - 1) != 0 {
            self.len -= 1;
        }
        true
    }

    /// The name at `index` in a list of names, and the start of the next one.
    pub(super) fn name(&self, index: usize) -> Option<(&CStr, usize)> {
        if index >= self.len {
            return None;
        }
        let name = self.from(index);
        Some((name, index + name.count_bytes() + 1))
    }
}

/// A directory that is closed at the end if it was opened for this purpose.
pub(super) struct Held {
    fd: Fd,
    owned: bool,
}

impl Held {
    pub(super) fn borrowed(fd: Fd) -> Self {
        Held { fd, owned: false }
    }

    pub(super) fn owned(fd: Fd) -> Self {
        Held { fd, owned: true }
    }

    pub(super) fn fd(&self) -> Fd {
        self.fd
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.owned {
            let _ = fd::close(self.fd);
        }
    }
}

/// The location of a path's last name.
pub(super) struct Place<'a> {
    /// The directory.
    pub dir: Held,
    /// The name in it, which is looked up without following a link.
    pub name: &'a CStr,
}

/// Flags for opening directories on the way.
pub(super) const SEARCH: u32 = flags::PATH | flags::DIRECTORY | flags::CLOEXEC;

/// The location at which to create, remove or rename `path`. The name may be `.` or `..` or end in
/// a slash, which the system calls that change directories refuse or understand without following
/// anything. `EPERM` if it is a `..` that leads outside.
pub(super) fn parent(dir: Fd, path: &mut PathBuffer) -> Result<Place<'_>, Errno> {
    if path.ends_in_parent() {
        check_inside(dir, path)?;
    }
    let (parent, name) = path.split();
    let dir = match parent {
        None => Held::borrowed(dir),
        Some(parent) => {
            let mut buffer = PathBuffer::empty();
            buffer.load_host(parent.to_bytes())?;
            Held::owned(open(dir, &mut buffer, SEARCH, 0)?)
        }
    };
    Ok(Place { dir, name })
}

#[inline(never)] // its large buffer is on the stack only here
fn check_inside(dir: Fd, path: &PathBuffer) -> Result<(), Errno> {
    let mut buffer = PathBuffer::empty();
    buffer.load_host(path.as_c_str().to_bytes())?;
    open(dir, &mut buffer, SEARCH, 0).map(Held::owned).map(drop)
}

/// The location at which to look up `path`, with `follow` after following links: the name is never
/// `..`, has no trailing slash, and with `follow` was no link a moment ago.
pub(super) fn place(dir: Fd, path: &mut PathBuffer, follow: bool) -> Result<Place<'_>, Errno> {
    if !follow && path.ends_in_name() {
        return parent(dir, path);
    }
    walk::walk(dir, path, follow)
}

/// Opens `path` below `dir`; a link is followed unless `flags` contain `NOFOLLOW`. `EPERM` if the
/// path leads outside.
#[inline(always)]
pub(super) fn open(dir: Fd, path: &mut PathBuffer, flags: u32, mode: u32) -> Result<Fd, Errno> {
    let flags = flags | flags::CLOEXEC | flags::NOCTTY;
    let opened = match path.plain_name() {
        // It cannot lead outside, so the kernel need not check that, which is costly.
        Some(name) if flags & flags::PATH == 0 => {
            path::openat(dir, name, flags | flags::NOFOLLOW, mode)
        }
        _ => Err(Errno::ELOOP),
    };
    let opened = match opened {
        // It may be a link.
        Err(Errno::ELOOP | Errno::ENOTDIR) if BELOW.load(Ordering::Relaxed) == 2 => {
            Err(Errno::ENOSYS)
        }
        Err(Errno::ELOOP | Errno::ENOTDIR) => open_below(dir, path.as_c_str(), flags, mode),
        opened => opened,
    };
    opened.or_else(|error| open_again(dir, path, flags, mode, error))
}

/// [`open`] after a failed attempt. It repeats attempts that simultaneous renames disturb, and
/// walks the path if the system cannot open below a directory.
#[cold]
#[inline(never)]
fn open_again(
    dir: Fd,
    path: &mut PathBuffer,
    flags: u32,
    mode: u32,
    mut error: Errno,
) -> Result<Fd, Errno> {
    /// The maximum of repetitions because of simultaneous renames.
    const TRIES: u32 = 16;
    let mut tries = 0;
    loop {
        match error {
            Errno::EINTR => {}
            Errno::EAGAIN if tries < TRIES => tries += 1,
            Errno::EXDEV => {
                return Err(escape(Some(dir), &Shown::new(path.as_c_str().to_bytes())));
            }
            Errno::EAGAIN => break,
            _ if lacks_open_below(error) && !available() => break,
            _ => return Err(error),
        }
        match open_below(dir, path.as_c_str(), flags, mode) {
            Ok(fd) => return Ok(fd),
            Err(again) => error = again,
        }
    }
    walk::open(dir, path, flags, mode)
}

/// Whether the system can open below a directory: 0 unknown, 1 yes, 2 no.
static BELOW: AtomicU8 = AtomicU8::new(0);

/// Sets whether [`open_below`] may be used, whatever the system supports.
pub fn use_open_below(yes: bool) {
    BELOW.store(if yes { 1 } else { 2 }, Ordering::Relaxed);
}

/// Whether [`open_below`] may be used.
fn available() -> bool {
    if BELOW.load(Ordering::Relaxed) == 0 {
        use_open_below(can_open_below());
    }
    BELOW.load(Ordering::Relaxed) == 1
}
