//! The table of the functions of WASI preview 1 and its predecessor: names, parameters, and whether
//! they can fail for lack of a grant. The compiler derives core types from it, the runtime the
//! functions that it exports.

/// The module name of preview 1's functions.
pub const MODULE: &str = "wasi_snapshot_preview1";

/// The module name of snapshot 0: its functions have the same names and core types, but some use
/// other structures in memory.
pub const SNAPSHOT_0: &str = "wasi_unstable";

/// Passes all functions to a macro, in groups: `both` are the same in snapshot 0, `changed` have
/// other structures or numbers there, `added` are missing there, and `ends` do not return. `grant`
/// marks those that can fail for lack of a grant. All that return, return an `errno`.
#[macro_export]
macro_rules! preview1 {
    ($then:ident) => {
        $then! {
            both {
                /// Stores the arguments: their addresses in `argv`, their bytes in `argv_buf`.
                args_get(argv: u32, argv_buf: u32);
                /// Number and bytes of the arguments.
                args_sizes_get(argc: u32, argv_buf_size: u32);
                /// Stores the variables, as `args_get` stores the arguments.
                environ_get(environ: u32, environ_buf: u32);
                /// Number and bytes of the variables.
                environ_sizes_get(environc: u32, environ_buf_size: u32);
                /// The resolution of a clock.
                clock_res_get(id: u32, resolution: u32);
                /// The time of a clock.
                clock_time_get(id: u32, precision: u64, time: u32);
                /// `posix_fadvise`.
                fd_advise(fd: u32, offset: u64, len: u64, advice: u32);
                /// `posix_fallocate`.
                fd_allocate(fd: u32, offset: u64, len: u64);
                /// `close`.
                fd_close(fd: u32);
                /// `fdatasync`.
                fd_datasync(fd: u32);
                /// `fcntl(F_SETFL)`.
                fd_fdstat_set_flags(fd: u32, flags: u32);
                /// Gives up rights.
                fd_fdstat_set_rights(fd: u32, base: u64, inheriting: u64);
                /// `ftruncate`.
                fd_filestat_set_size(fd: u32, size: u64);
                /// `futimens`.
                fd_filestat_set_times(fd: u32, atim: u64, mtim: u64, flags: u32);
                /// `preadv`.
                fd_pread(fd: u32, iovs: u32, iovs_len: u32, offset: u64, nread: u32);
                /// Describes a granted directory.
                fd_prestat_get(fd: u32, prestat: u32) grant;
                /// The path of a granted directory.
                fd_prestat_dir_name(fd: u32, path: u32, path_len: u32) grant;
                /// `pwritev`.
                fd_pwrite(fd: u32, iovs: u32, iovs_len: u32, offset: u64, nwritten: u32);
                /// `readv`.
                fd_read(fd: u32, iovs: u32, iovs_len: u32, nread: u32);
                /// Reads entries of a directory, the last one possibly truncated.
                fd_readdir(fd: u32, buf: u32, buf_len: u32, cookie: u64, used: u32);
                /// `dup2`, then frees the old number.
                fd_renumber(from: u32, to: u32);
                /// `fsync`.
                fd_sync(fd: u32);
                /// Gets the position.
                fd_tell(fd: u32, position: u32);
                /// `writev`.
                fd_write(fd: u32, iovs: u32, iovs_len: u32, nwritten: u32);
                /// `mkdirat`.
                path_create_directory(fd: u32, path: u32, path_len: u32) grant;
                /// `utimensat`.
                path_filestat_set_times(
                    fd: u32, flags: u32, path: u32, path_len: u32, atim: u64, mtim: u64, fst_flags: u32
                ) grant;
                /// `linkat`.
                path_link(
                    old_fd: u32, old_flags: u32, old_path: u32, old_len: u32, new_fd: u32, new_path: u32, new_len: u32
                ) grant;
                /// `openat`.
                path_open(
                    fd: u32, dirflags: u32, path: u32, path_len: u32, oflags: u32, base: u64, inheriting: u64,
                    fdflags: u32, opened: u32
                ) grant;
                /// `readlinkat`.
                path_readlink(fd: u32, path: u32, path_len: u32, buf: u32, buf_len: u32, used: u32) grant;
                /// `unlinkat(AT_REMOVEDIR)`.
                path_remove_directory(fd: u32, path: u32, path_len: u32) grant;
                /// `renameat`.
                path_rename(
                    old_fd: u32, old_path: u32, old_len: u32, new_fd: u32, new_path: u32, new_len: u32
                ) grant;
                /// `symlinkat`.
                path_symlink(old_path: u32, old_len: u32, fd: u32, new_path: u32, new_len: u32) grant;
                /// `unlinkat`.
                path_unlink_file(fd: u32, path: u32, path_len: u32) grant;
                /// Sends a signal to the process.
                proc_raise(signal: u32);
                /// `sched_yield`.
                sched_yield();
                /// Random bytes.
                random_get(buf: u32, buf_len: u32);
                /// `recv`.
                sock_recv(fd: u32, iovs: u32, iovs_len: u32, flags: u32, received: u32, result_flags: u32);
                /// `send`.
                sock_send(fd: u32, iovs: u32, iovs_len: u32, flags: u32, sent: u32);
                /// `shutdown`.
                sock_shutdown(fd: u32, how: u32);
            }
            changed {
                /// Kind, flags and rights of a descriptor.
                fd_fdstat_get(fd: u32, stat: u32);
                /// `fstat`.
                fd_filestat_get(fd: u32, stat: u32);
                /// `lseek`.
                fd_seek(fd: u32, offset: i64, whence: u32, position: u32);
                /// `fstatat`.
                path_filestat_get(fd: u32, flags: u32, path: u32, path_len: u32, stat: u32) grant;
                /// Waits for descriptors and times.
                poll_oneoff(subscriptions: u32, events: u32, count: u32, stored: u32);
            }
            added {
                /// `accept`.
                sock_accept(fd: u32, flags: u32, accepted: u32) grant;
            }
            ends {
                /// Ends the process; codes 0 to 255 pass through unchanged, of others the system
                /// keeps the low 8 bits.
                proc_exit(code: u32);
            }
        }
    };
}
