//! Errors that no system returns.

/// Why a call failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Errno(u16);

macro_rules! errnos {
    ($($name:ident $number:literal;)*) => {
        impl Errno {
            $(
                #[doc = concat!("`", stringify!($name), "` of errno(3).")]
                pub const $name: Errno = Errno($number);
            )*
        }
    };
}

impl Errno {
    /// Its name.
    pub const fn name(self) -> &'static str {
        "not supported"
    }

    /// Its number.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The reverse of [`Errno::number`].
    pub const fn from_number(number: u16) -> Errno {
        Errno(number)
    }
}

errnos! {
    EPERM 1;
    ENOENT 2;
    ESRCH 3;
    EINTR 4;
    EIO 5;
    ENXIO 6;
    E2BIG 7;
    ENOEXEC 8;
    EBADF 9;
    ECHILD 10;
    EAGAIN 11;
    ENOMEM 12;
    EACCES 13;
    EFAULT 14;
    EBUSY 16;
    EEXIST 17;
    EXDEV 18;
    ENODEV 19;
    ENOTDIR 20;
    EISDIR 21;
    EINVAL 22;
    ENFILE 23;
    EMFILE 24;
    ENOTTY 25;
    ETXTBSY 26;
    EFBIG 27;
    ENOSPC 28;
    ESPIPE 29;
    EROFS 30;
    EMLINK 31;
    EPIPE 32;
    EDOM 33;
    ERANGE 34;
    EDEADLK 35;
    ENAMETOOLONG 36;
    ENOLCK 37;
    ENOSYS 38;
    ENOTEMPTY 39;
    ELOOP 40;
    ENOMSG 41;
    EIDRM 42;
    ENONET 46;
    ENOLINK 47;
    EPROTO 48;
    EMULTIHOP 49;
    EBADMSG 50;
    EOVERFLOW 51;
    EILSEQ 52;
    ENOTSOCK 54;
    EDESTADDRREQ 55;
    EMSGSIZE 56;
    EPROTOTYPE 57;
    ENOPROTOOPT 58;
    EPROTONOSUPPORT 59;
    ESOCKTNOSUPPORT 60;
    EOPNOTSUPP 61;
    EPFNOSUPPORT 62;
    EAFNOSUPPORT 63;
    EADDRINUSE 64;
    EADDRNOTAVAIL 65;
    ENETDOWN 66;
    ENETUNREACH 67;
    ENETRESET 68;
    ECONNABORTED 69;
    ECONNRESET 70;
    ENOBUFS 71;
    EISCONN 72;
    ENOTCONN 73;
    ETIMEDOUT 75;
    ECONNREFUSED 76;
    EHOSTDOWN 77;
    EHOSTUNREACH 78;
    EALREADY 79;
    EINPROGRESS 80;
    ESTALE 81;
    EDQUOT 82;
    ECANCELED 83;
    EOWNERDEAD 84;
    ENOTRECOVERABLE 85;
}
