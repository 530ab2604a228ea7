//! Errors of the system in the words of `wasi:sockets`: one table.

use crate::{os::Errno, wasi::p2::generated::sockets::network::ErrorCode};

macro_rules! codes {
    ($($code:ident: $($errno:ident)*;)*) => {
        impl From<Errno> for ErrorCode {
            fn from(errno: Errno) -> ErrorCode {
                match errno {
                    $($(Errno::$errno)|* => ErrorCode::$code,)*
                    _ => ErrorCode::Unknown,
                }
            }
        }
    };
}

codes! {
    AccessDenied: EACCES EPERM;
    NotSupported: EOPNOTSUPP ENOPROTOOPT EPFNOSUPPORT EPROTONOSUPPORT EPROTOTYPE ESOCKTNOSUPPORT EAFNOSUPPORT;
    InvalidArgument: EINVAL;
    OutOfMemory: ENOMEM ENOBUFS;
    Timeout: ETIMEDOUT;
    ConcurrencyConflict: EALREADY;
    WouldBlock: EAGAIN;
    InvalidState: EISCONN ENOTCONN EDESTADDRREQ;
    NewSocketLimit: EMFILE ENFILE;
    AddressNotBindable: EADDRNOTAVAIL;
    AddressInUse: EADDRINUSE;
    RemoteUnreachable: EHOSTUNREACH EHOSTDOWN ENETDOWN ENETUNREACH ENETRESET ENONET;
    ConnectionRefused: ECONNREFUSED;
    ConnectionReset: ECONNRESET;
    ConnectionAborted: ECONNABORTED;
    DatagramTooLarge: EMSGSIZE;
}

/// The error of giving a socket an address, or connecting it: one of another family is no argument for it.
pub fn of_address(errno: Errno) -> ErrorCode {
    match errno {
        Errno::EAFNOSUPPORT => ErrorCode::InvalidArgument,
        errno => errno.into(),
    }
}
