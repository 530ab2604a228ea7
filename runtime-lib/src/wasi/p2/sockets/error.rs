//! The table of `wasi:sockets`'s error codes and the system's errors.

use crate::{
    component::raise, host::net::refusal::Refusal, os::Errno,
    wasi::p2::generated::sockets::network::ErrorCode,
};
use wasi_aot_abi::Trap;

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

/// Traps if it was not permitted, if objects that depend on it still exist, or if there are too
/// many handles.
impl From<Refusal> for ErrorCode {
    #[cold]
    #[inline(never)]
    fn from(refusal: Refusal) -> ErrorCode {
        match refusal {
            Refusal::InvalidState => ErrorCode::InvalidState,
            Refusal::NotInProgress => ErrorCode::NotInProgress,
            Refusal::Failed(errno) => errno.into(),
            Refusal::NotPermitted => raise(Trap::SendNotPermitted),
            Refusal::HasChildren => raise(Trap::ResourceHasChildren),
            Refusal::TooMany => raise(Trap::TooManyHandles),
        }
    }
}
