//! The table of `error-code`s and the system's errors.

use crate::{os::Errno, wasi::p2::generated::filesystem::types::ErrorCode};

macro_rules! codes {
    ($($code:ident $($errno:ident)+;)*) => {
        /// The code for each number of the system.
        static CODES: [ErrorCode; 132] = {
            // The default for errors without a code.
            let mut codes = [ErrorCode::Io; 132];
            $($(codes[Errno::$errno.number() as usize] = ErrorCode::$code;)+)*
            codes
        };
    };
}

codes! {
    Access EACCES; WouldBlock EAGAIN; Already EALREADY; BadDescriptor EBADF; Busy EBUSY; Deadlock EDEADLK;
    Quota EDQUOT; Exist EEXIST; FileTooLarge EFBIG; IllegalByteSequence EILSEQ; InProgress EINPROGRESS;
    Interrupted EINTR; Invalid EINVAL; Io EIO; IsDirectory EISDIR; Loop ELOOP; TooManyLinks EMLINK;
    MessageSize EMSGSIZE; NameTooLong ENAMETOOLONG; NoDevice ENODEV; NoEntry ENOENT; NoLock ENOLCK;
    InsufficientMemory ENOMEM; InsufficientSpace ENOSPC; NotDirectory ENOTDIR; NotEmpty ENOTEMPTY;
    NotRecoverable ENOTRECOVERABLE; Unsupported EOPNOTSUPP ENOSYS; NoTty ENOTTY; NoSuchDevice ENXIO;
    Overflow EOVERFLOW; NotPermitted EPERM; Pipe EPIPE; ReadOnly EROFS; InvalidSeek ESPIPE;
    TextFileBusy ETXTBSY; CrossDevice EXDEV;
}

impl From<Errno> for ErrorCode {
    fn from(errno: Errno) -> Self {
        let code = CODES.get(usize::from(errno.number()));
        code.copied().unwrap_or(ErrorCode::Io)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn every_code_is_there() {
        let mut numbers: Vec<_> = CODES.iter().map(|code| *code as u8).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert!(numbers.into_iter().eq(0..=36));
    }

    #[test]
    fn what_has_no_code_is_io() {
        assert_eq!(ErrorCode::from(Errno::EMFILE), ErrorCode::Io);
        assert_eq!(ErrorCode::from(Errno::ENOENT), ErrorCode::NoEntry);
    }
}
