//! Errors of the exchange's streams. They carry a mark beside the system's number, because the
//! program may ask later whether an error came from such a stream.

use crate::os::Errno;

/// The stream that failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum Origin {
    /// The body of the request that the instance handles.
    Incoming = 1,
    /// The body of a response.
    Response = 2,
    /// The body of a request that the program makes.
    Request = 3,
}

/// The number of bits that a system's number has.
const NUMBER: u32 = 12;

/// Marks an error. Those that a stream interprets itself stay as they are: `EAGAIN`, and `EPIPE`,
/// which closes it without an error.
pub fn marked(errno: Errno, origin: Origin) -> Errno {
    match errno {
        Errno::EAGAIN | Errno::EPIPE => errno,
        _ => Errno::from_number(plain(errno).number() | (origin as u16) << NUMBER),
    }
}

/// An error without its mark.
pub const fn plain(errno: Errno) -> Errno {
    Errno::from_number(errno.number() & ((1 << NUMBER) - 1))
}

/// The stream from which an error came; `None`: it is no error of such a stream.
pub const fn origin(errno: Errno) -> Option<Origin> {
    match errno.number() >> NUMBER {
        1 => Some(Origin::Incoming),
        2 => Some(Origin::Response),
        3 => Some(Origin::Request),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks() {
        for from in [Origin::Incoming, Origin::Response, Origin::Request] {
            let errno = marked(marked(Errno::EPROTO, Origin::Response), from);
            assert_eq!((plain(errno), origin(errno)), (Errno::EPROTO, Some(from)));
            assert_eq!(marked(Errno::EPIPE, from), Errno::EPIPE);
            assert_eq!(marked(Errno::EAGAIN, from), Errno::EAGAIN);
        }
        assert_eq!(origin(Errno::EOWNERDEAD), None);
        assert_eq!(plain(Errno::EIO), Errno::EIO);
    }
}
