//! Error numbers, which are the same on x86-64 and aarch64.

/// Why a system call failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Errno(u16);

macro_rules! errnos {
    ($($name:ident $number:literal;)*) => {
        impl Errno {
            $(
                #[doc = concat!("`", stringify!($name), "` of errno(3).")]
                pub const $name: Errno = Errno($number);
            )*

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self.0 {
                    $($number => stringify!($name),)*
                    _ => "unknown error",
                }
            }
        }
    };
}

impl Errno {
    /// The kernel's number.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The reverse of [`Errno::number`].
    pub const fn from_number(number: u16) -> Errno {
        Errno(number)
    }

    /// The result of a system call: `-4095..=-1` are errors.
    pub(super) fn check(returned: usize) -> Result<usize, Errno> {
        // The frequent case is first: the compiler keeps the order.
        if returned <= usize::MAX - 4095 {
            Ok(returned)
        } else {
            Err(Errno(returned.wrapping_neg() as u16))
        }
    }
}

errnos! {
    EPERM 1; ENOENT 2; ESRCH 3; EINTR 4; EIO 5; ENXIO 6; E2BIG 7; ENOEXEC 8; EBADF 9; ECHILD 10;
    EAGAIN 11; ENOMEM 12; EACCES 13; EFAULT 14; ENOTBLK 15; EBUSY 16; EEXIST 17; EXDEV 18; ENODEV 19;
    ENOTDIR 20; EISDIR 21; EINVAL 22; ENFILE 23; EMFILE 24; ENOTTY 25; ETXTBSY 26; EFBIG 27;
    ENOSPC 28; ESPIPE 29; EROFS 30; EMLINK 31; EPIPE 32; EDOM 33; ERANGE 34; EDEADLK 35;
    ENAMETOOLONG 36; ENOLCK 37; ENOSYS 38; ENOTEMPTY 39; ELOOP 40; ENOMSG 42; EIDRM 43; ENOSTR 60;
    ENODATA 61; ETIME 62; ENONET 64; ENOLINK 67; EPROTO 71; EMULTIHOP 72; EBADMSG 74; EOVERFLOW 75; EILSEQ 84;
    EUSERS 87; ENOTSOCK 88; EDESTADDRREQ 89; EMSGSIZE 90; EPROTOTYPE 91; ENOPROTOOPT 92;
    EPROTONOSUPPORT 93; ESOCKTNOSUPPORT 94; EOPNOTSUPP 95; EPFNOSUPPORT 96; EAFNOSUPPORT 97;
    EADDRINUSE 98; EADDRNOTAVAIL 99; ENETDOWN 100; ENETUNREACH 101; ENETRESET 102; ECONNABORTED 103;
    ECONNRESET 104; ENOBUFS 105; EISCONN 106; ENOTCONN 107; ESHUTDOWN 108; ETIMEDOUT 110;
    ECONNREFUSED 111; EHOSTDOWN 112; EHOSTUNREACH 113; EALREADY 114; EINPROGRESS 115; ESTALE 116;
    EDQUOT 122; ECANCELED 125; EOWNERDEAD 130; ENOTRECOVERABLE 131;
}
