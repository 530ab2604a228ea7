//! The table of preview 1's error numbers and the system's errors.

use crate::os;

/// An `errno` of preview 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Errno(u8);

impl Errno {
    /// `inval`: invalid argument.
    pub const INVAL: Errno = Errno(28);
    /// `nametoolong`: file name too long.
    pub const NAMETOOLONG: Errno = Errno(37);
    /// `notdir`: not a directory.
    pub const NOTDIR: Errno = Errno(54);
    /// `notcapable`: a right is missing.
    pub const NOTCAPABLE: Errno = Errno(76);
    /// `notsup`: not supported.
    pub const NOTSUP: Errno = Errno(58);
    /// `io`: all errors without a number of their own.
    const IO: Errno = Errno(29);

    /// The number.
    pub fn number(self) -> u8 {
        self.0
    }

    /// The reverse of [`Errno::number`].
    pub fn from_number(number: u8) -> Errno {
        Errno(number)
    }
}

macro_rules! errnos {
    ($($name:ident $number:literal;)*) => {
        /// The number of preview 1 for each number of the system; 0 if there is none.
        static NUMBERS: [u8; 132] = {
            let mut numbers = [0; 132];
            $(numbers[os::Errno::$name.number() as usize] = $number;)*
            numbers
        };
    };
}

errnos! {
    E2BIG 1; EACCES 2; EADDRINUSE 3; EADDRNOTAVAIL 4; EAFNOSUPPORT 5; EAGAIN 6; EALREADY 7; EBADF 8;
    EBADMSG 9; EBUSY 10; ECANCELED 11; ECHILD 12; ECONNABORTED 13; ECONNREFUSED 14; ECONNRESET 15;
    EDEADLK 16; EDESTADDRREQ 17; EDOM 18; EDQUOT 19; EEXIST 20; EFAULT 21; EFBIG 22; EHOSTUNREACH 23;
    EIDRM 24; EILSEQ 25; EINPROGRESS 26; EINTR 27; EINVAL 28; EIO 29; EISCONN 30; EISDIR 31; ELOOP 32;
    EMFILE 33; EMLINK 34; EMSGSIZE 35; EMULTIHOP 36; ENAMETOOLONG 37; ENETDOWN 38; ENETRESET 39;
    ENETUNREACH 40; ENFILE 41; ENOBUFS 42; ENODEV 43; ENOENT 44; ENOEXEC 45; ENOLCK 46; ENOLINK 47;
    ENOMEM 48; ENOMSG 49; ENOPROTOOPT 50; ENOSPC 51; ENOSYS 52; ENOTCONN 53; ENOTDIR 54; ENOTEMPTY 55;
    ENOTRECOVERABLE 56; ENOTSOCK 57; EOPNOTSUPP 58; ENOTTY 59; ENXIO 60; EOVERFLOW 61; EOWNERDEAD 62;
    EPERM 63; EPIPE 64; EPROTO 65; EPROTONOSUPPORT 66; EPROTOTYPE 67; ERANGE 68; EROFS 69; ESPIPE 70;
    ESRCH 71; ESTALE 72; ETIMEDOUT 73; ETXTBSY 74; EXDEV 75;
}

impl From<os::Errno> for Errno {
    fn from(errno: os::Errno) -> Self {
        match NUMBERS.get(usize::from(errno.number())) {
            Some(&number) if number != 0 => Errno(number),
            _ => Errno::IO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_there_once() {
        let mut numbers: std::vec::Vec<u8> =
            NUMBERS.into_iter().filter(|number| *number != 0).collect();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(1..=75));
    }

    #[test]
    fn what_preview_1_does_not_know_is_io() {
        assert_eq!(Errno::from(os::Errno::EUSERS).number(), 29);
        assert_eq!(Errno::from(os::Errno::ENOENT).number(), 44);
    }
}
