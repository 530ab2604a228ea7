//! Holes: programs whose code is replaced by machine code that the compiler never generates, as if
//! the compiler had been tricked into it. With the sandbox policy, the kernel stops each one.
//! Without the policy, each one succeeds; otherwise its test would prove nothing.

use libtest_mimic::Trial;
use object::{Object, ObjectSection, ObjectSymbol};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

/// The exit code of a hole whose system call succeeded. If the call failed, the exit code is the
/// error number.
pub const THROUGH: i32 = 42;
pub const EPERM: i32 = 1;
const EBADF: i32 = 9;
pub const EACCES: i32 = 13;
pub const EINVAL: i32 = 22;
pub const ENOTTY: i32 = 25;
pub const ENOSYS: i32 = 38;
pub const ENOTSOCK: i32 = 88;
const EOPNOTSUPP: i32 = 95;
pub const EADDRINUSE: i32 = 98;

/// How a process ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// With this code.
    Exit(i32),
    /// By this signal.
    Signal(i32),
}
pub use End::{Exit, Signal};

/// The result of a call that the filter does not allow: SIGSYS.
pub const KILLED: End = Signal(31);

/// The grants of a program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Granted {
    /// No grants, and no imports that need a directory.
    Nothing,
    /// A directory, for reading and writing.
    Directory,
    /// A directory, read-only.
    ReadOnly,
    /// No grants, and the program starts threads.
    Threads,
    /// To connect to port 20011 of this machine, and to listen at port 20012. The program is a
    /// component.
    Network,
    /// To connect to port 20011 of this machine. The program is the same component.
    Connections,
    /// No grants, for the same component.
    NoNetwork,
}
use Granted::{Connections, Directory, Network, NoNetwork, Nothing, ReadOnly, Threads};

/// A hole of a program that has the grants `G`.
pub struct Hole<G> {
    pub name: &'static str,
    pub code: &'static [u8],
    pub granted: G,
    /// How it ends with the sandbox policy.
    pub wall: End,
    /// How it may end without the policy.
    pub open: &'static [End],
}

/// Defines the function `holes`: the code of each hole, whose result is in rax. Descriptor 3 is the
/// granted directory. On CPUs other than that of this machine code there are none.
macro_rules! define_holes {
    ($($name:ident $granted:ident, $wall:expr, $open:expr, $code:literal;)*) => {
        $(
            #[cfg(target_arch = "x86_64")]
            core::arch::global_asm!(
                ".pushsection .rodata",
                concat!("hole_start_", stringify!($name), ":"),
                $code,
                "mov edi, 42",
                "test rax, rax",
                "jns 5f",
                "neg eax",
                "mov edi, eax",
                "5: mov eax, 231",
                "syscall",
                concat!("hole_end_", stringify!($name), ":"),
                ".popsection",
            );
        )*
        #[cfg(target_arch = "x86_64")]
        fn holes() -> Vec<Hole<Granted>> {
            vec![$({
                let (start, end): (*const u8, *const u8);
                // SAFETY: these are addresses.
                unsafe {
                    core::arch::asm!(
                        concat!("lea {0}, [rip + hole_start_", stringify!($name), "]"),
                        concat!("lea {1}, [rip + hole_end_", stringify!($name), "]"),
                        out(reg) start,
                        out(reg) end,
                    );
                }
                Hole {
                    name: stringify!($name),
                    // SAFETY: read-only data between two labels.
                    code: unsafe { std::slice::from_raw_parts(start, end.offset_from(start) as usize) },
                    granted: $granted,
                    wall: $wall,
                    open: &$open,
                }
            }),*]
        }
        #[cfg(not(target_arch = "x86_64"))]
        fn holes() -> Vec<Hole<Granted>> {
            Vec::new()
        }
    };
}
pub(crate) use define_holes;

define_holes! {
    // openat(AT_FDCWD, "/etc/passwd", O_RDONLY)
    open_passwd Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 257; mov edi, -100; lea rsi, [rip + 3f]; xor edx, edx; syscall; jmp 4f; 3: .asciz \"/etc/passwd\"; 4:";
    open_passwd_beside_a_directory Directory, Exit(EACCES), [Exit(THROUGH)],
        "mov eax, 257; mov edi, -100; lea rsi, [rip + 3f]; xor edx, edx; syscall; jmp 4f; 3: .asciz \"/etc/passwd\"; 4:";
    // openat2 without RESOLVE_BENEATH
    open_passwd_by_openat2 Directory, Exit(EACCES), [Exit(THROUGH)],
        "push 0; push 0; push 0; mov rdx, rsp; mov r10d, 24; mov eax, 437; mov edi, -100; lea rsi, [rip + 3f]; syscall; jmp 4f; 3: .asciz \"/etc/passwd\"; 4:";
    // openat(3, "../outside")
    open_above Directory, Exit(EACCES), [Exit(THROUGH)],
        "mov eax, 257; mov edi, 3; lea rsi, [rip + 3f]; xor edx, edx; syscall; jmp 4f; 3: .asciz \"../outside\"; 4:";
    // openat(3, "inside"): the policy allows granted files.
    open_inside Directory, Exit(THROUGH), [Exit(THROUGH)],
        "mov eax, 257; mov edi, 3; lea rsi, [rip + 3f]; xor edx, edx; syscall; jmp 4f; 3: .asciz \"inside\"; 4:";
    // openat(3, "new", O_CREAT | O_WRONLY, 0600)
    create Directory, Exit(THROUGH), [Exit(THROUGH)],
        "mov eax, 257; mov edi, 3; lea rsi, [rip + 3f]; mov edx, 0101; mov r10d, 0600; syscall; jmp 4f; 3: .asciz \"new\"; 4:";
    create_read_only ReadOnly, Exit(EACCES), [Exit(THROUGH)],
        "mov eax, 257; mov edi, 3; lea rsi, [rip + 3f]; mov edx, 0101; mov r10d, 0600; syscall; jmp 4f; 3: .asciz \"new\"; 4:";
    // openat(3, "inside", O_WRONLY)
    write_read_only ReadOnly, Exit(EACCES), [Exit(THROUGH)],
        "mov eax, 257; mov edi, 3; lea rsi, [rip + 3f]; mov edx, 1; syscall; jmp 4f; 3: .asciz \"inside\"; 4:";
    // unlinkat(3, "../outside", 0)
    remove_above Directory, Exit(EACCES), [Exit(THROUGH)],
        "mov eax, 263; mov edi, 3; lea rsi, [rip + 3f]; xor edx, edx; syscall; jmp 4f; 3: .asciz \"../outside\"; 4:";
    // openat(3, "new", O_CREAT | O_WRONLY, 04755)
    set_user_id Directory, KILLED, [Exit(THROUGH)],
        "mov eax, 257; mov edi, 3; lea rsi, [rip + 3f]; mov edx, 0101; mov r10d, 04755; syscall; jmp 4f; 3: .asciz \"new\"; 4:";
    // openat2(3, "new", {O_CREAT | O_WRONLY, 04755}): the filter does not see the mode. The first
    // byte that is written clears the bit if the process is not root; with the policy, also for
    // root.
    set_user_id_in_memory Directory, Exit(EPERM), [Exit(THROUGH), Exit(EPERM)],
        "push 0; push 04755; push 0101; mov rdx, rsp; mov r10d, 24; mov eax, 437; mov edi, 3; lea rsi, [rip + 3f]; syscall; test rax, rax; js 4f; mov r12d, eax; mov edi, eax; mov rsi, rsp; mov edx, 1; mov eax, 1; syscall; test rax, rax; js 4f; sub rsp, 256; mov edi, r12d; mov rsi, rsp; mov eax, 5; syscall; test rax, rax; js 4f; mov rax, -1; test dword ptr [rsp + 24], 04000; jz 4f; xor eax, eax; jmp 4f; 3: .asciz \"new\"; 4:";
    // openat(3, ".", O_TMPFILE | O_WRONLY, 0600)
    nameless Directory, KILLED, [Exit(THROUGH), Exit(EOPNOTSUPP)],
        "mov eax, 257; mov edi, 3; lea rsi, [rip + 3f]; mov edx, 020200001; mov r10d, 0600; syscall; jmp 4f; 3: .asciz \".\"; 4:";
    // mkdirat(3, "new", 02777)
    set_group_id Directory, KILLED, [Exit(THROUGH)],
        "mov eax, 258; mov edi, 3; lea rsi, [rip + 3f]; mov edx, 02777; syscall; jmp 4f; 3: .asciz \"new\"; 4:";
    // renameat2(3, "inside", 3, "moved", RENAME_WHITEOUT): would create a device
    whiteout Directory, KILLED, [Exit(THROUGH), Exit(EINVAL), Exit(EPERM)],
        "mov eax, 316; mov edi, 3; lea rsi, [rip + 3f]; mov edx, 3; lea r10, [rip + 2f]; mov r8d, 4; syscall; jmp 4f; 3: .asciz \"inside\"; 2: .asciz \"moved\"; 4:";
    // mknodat(3, "device", S_IFCHR | 0600, makedev(1, 3))
    device Directory, KILLED, [Exit(THROUGH), Exit(EPERM)],
        "mov eax, 259; mov edi, 3; lea rsi, [rip + 3f]; mov edx, 020600; mov r10d, 0x103; syscall; jmp 4f; 3: .asciz \"device\"; 4:";
    // linkat(3, "inside", 3, "second", AT_SYMLINK_FOLLOW)
    link_through_links Directory, KILLED, [Exit(THROUGH)],
        "mov eax, 265; mov edi, 3; lea rsi, [rip + 3f]; mov edx, 3; lea r10, [rip + 2f]; mov r8d, 0x400; syscall; jmp 4f; 3: .asciz \"inside\"; 2: .asciz \"second\"; 4:";
    // utimensat(3, "", NULL, AT_EMPTY_PATH)
    times_of_nothing Directory, KILLED, [Exit(THROUGH)],
        "mov eax, 280; mov edi, 3; lea rsi, [rip + 3f]; xor edx, edx; mov r10d, 0x1000; syscall; jmp 4f; 3: .asciz \"\"; 4:";
    // openat(3, "/proc/self/fd/1"): opens the pipe that is the standard output, for reading. This
    // remains possible: pipes are in no directory, so Landlock allows opening them.
    read_own_output Directory, Exit(THROUGH), [Exit(THROUGH)],
        "mov eax, 257; mov edi, 3; lea rsi, [rip + 3f]; xor edx, edx; syscall; jmp 4f; 3: .asciz \"/proc/self/fd/1\"; 4:";
    // statx(AT_FDCWD, "/etc/passwd", 0, 0, rsp)
    stat_passwd Nothing, KILLED, [Exit(THROUGH)],
        "sub rsp, 512; mov eax, 332; mov edi, -100; lea rsi, [rip + 3f]; xor edx, edx; xor r10d, r10d; mov r8, rsp; syscall; jmp 4f; 3: .asciz \"/etc/passwd\"; 4:";
    // execve("/bin/true", {"true", NULL}, NULL)
    execve Nothing, KILLED, [Exit(0)],
        "lea rdi, [rip + 3f]; push 0; push rdi; mov rsi, rsp; xor edx, edx; mov eax, 59; syscall; jmp 4f; 3: .asciz \"/bin/true\"; 4:";
    execve_beside_a_directory Directory, KILLED, [Exit(0)],
        "lea rdi, [rip + 3f]; push 0; push rdi; mov rsi, rsp; xor edx, edx; mov eax, 59; syscall; jmp 4f; 3: .asciz \"/bin/true\"; 4:";
    // socket(AF_INET, SOCK_DGRAM, 0), then connect to port 53 of 127.0.0.1
    connect Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 2; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; mov eax, 42; lea rsi, [rip + 3f]; mov edx, 16; syscall; jmp 4f; 3: .byte 2, 0, 0, 53, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    // ptrace(PTRACE_TRACEME)
    ptrace Nothing, KILLED, [Exit(THROUGH), Exit(EPERM)],
        "mov eax, 101; xor edi, edi; xor esi, esi; xor edx, edx; xor r10d, r10d; syscall";
    // process_vm_readv of this process
    process_vm_readv Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 39; syscall; mov edi, eax; mov eax, 310; xor esi, esi; xor edx, edx; xor r10d, r10d; xor r8d, r8d; xor r9d, r9d; syscall";
    // mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS)
    mmap_exec Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 9; xor edi, edi; mov esi, 4096; mov edx, 7; mov r10d, 0x22; mov r8, -1; xor r9d, r9d; syscall";
    // mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS)
    mmap_shared Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 9; xor edi, edi; mov esi, 4096; mov edx, 3; mov r10d, 0x21; mov r8, -1; xor r9d, r9d; syscall";
    // mprotect of a page of the stack
    mprotect_exec Threads, KILLED, [Exit(THROUGH)],
        "mov rdi, rsp; and rdi, -4096; mov esi, 4096; mov edx, 7; mov eax, 10; syscall";
    // tgkill(1, 1, 0): has no effect, but the kernel would have sent a signal.
    tgkill Nothing, KILLED, [Exit(THROUGH), Exit(EPERM)],
        "mov eax, 234; mov edi, 1; mov esi, 1; xor edx, edx; syscall";
    // kill(1, 0)
    kill Nothing, KILLED, [Exit(THROUGH), Exit(EPERM)],
        "mov eax, 62; mov edi, 1; xor esi, esi; syscall";
    // getppid
    getppid Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 110; syscall";
    // clone(SIGCHLD), then the child ends.
    fork Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 56; mov edi, 17; xor esi, esi; xor edx, edx; xor r10d, r10d; xor r8d, r8d; syscall";
    // clone with the flags of a thread, which shares the stack: the first of the two to exit ends
    // both.
    thread Threads, Exit(THROUGH), [Exit(THROUGH)],
        "mov eax, 56; mov edi, 0xd0f00; xor esi, esi; xor edx, edx; xor r10d, r10d; xor r8d, r8d; syscall";
    // clone(SIGCHLD): no CLONE_VM
    fork_beside_threads Threads, KILLED, [Exit(THROUGH)],
        "mov eax, 56; mov edi, 17; xor esi, esi; xor edx, edx; xor r10d, r10d; xor r8d, r8d; syscall";
    // clone(SIGCHLD | CLONE_NEWUSER)
    new_user_beside_threads Threads, KILLED, [Exit(THROUGH), Exit(EPERM)],
        "mov eax, 56; mov edi, 0x10000011; xor esi, esi; xor edx, edx; xor r10d, r10d; xor r8d, r8d; syscall";
    // A thread with CLONE_PTRACE
    traced_thread Threads, KILLED, [Exit(THROUGH)],
        "mov eax, 56; mov edi, 0xd2f00; xor esi, esi; xor edx, edx; xor r10d, r10d; xor r8d, r8d; syscall";
    // clone3(NULL, 0)
    clone3 Threads, KILLED, [Exit(EINVAL)],
        "mov eax, 435; xor edi, edi; xor esi, esi; syscall";
    // futex(FUTEX_WAKE): of shared memory
    shared_futex Threads, KILLED, [Exit(THROUGH)],
        "push 0; mov rdi, rsp; mov eax, 202; mov esi, 1; xor edx, edx; syscall";
    // unshare(CLONE_NEWUSER)
    unshare Nothing, KILLED, [Exit(THROUGH), Exit(EPERM)],
        "mov eax, 272; mov edi, 0x10000000; syscall";
    // getpid of the x32 architecture
    x32 Nothing, KILLED, [Exit(THROUGH), Exit(ENOSYS)],
        "mov eax, 0x40000027; syscall";
    // getpid of the 32-bit architecture; a kernel without it has no gate 0x80.
    int80 Nothing, KILLED, [Exit(THROUGH), Signal(11)],
        "mov eax, 20; int 0x80";
    // prctl(PR_SET_DUMPABLE, 1)
    prctl Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 157; mov edi, 4; mov esi, 1; syscall";
    // memfd_create("", 0)
    memfd_create Nothing, KILLED, [Exit(THROUGH)],
        "push 0; mov rdi, rsp; xor esi, esi; mov eax, 319; syscall";
    // fcntl(0, F_SETSIG, 0)
    fcntl Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 72; xor edi, edi; mov esi, 10; xor edx, edx; syscall";
    // ioctl(0, TIOCSTI): would type into the terminal, if it were one.
    ioctl Nothing, KILLED, [Exit(ENOTTY)],
        "push 0; mov rdx, rsp; mov eax, 16; xor edi, edi; mov esi, 0x5412; syscall";
    // prlimit64(0, RLIMIT_CORE, NULL, NULL)
    prlimit Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 302; xor edi, edi; mov esi, 4; xor edx, edx; xor r10d, r10d; syscall";
    // seccomp(SECCOMP_GET_ACTION_AVAIL, 0, &SECCOMP_RET_ALLOW)
    seccomp Nothing, KILLED, [Exit(THROUGH)],
        "push 0x7fff0000; mov rdx, rsp; mov edi, 2; xor esi, esi; mov eax, 317; syscall";
    // socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), then connect to ports of
    // 127.0.0.1, refused or in progress: Landlock checks the ports.
    connect_elsewhere Network, Exit(EACCES), [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80801; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; lea rsi, [rip + 3f]; mov edx, 16; mov eax, 42; syscall; cmp eax, -115; je 5f; cmp eax, -111; jne 4f; 5: xor eax, eax; jmp 4f; 3: .byte 2, 0, 78, 45, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    connect_where_it_listens Network, Exit(EACCES), [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80801; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; lea rsi, [rip + 3f]; mov edx, 16; mov eax, 42; syscall; cmp eax, -115; je 5f; cmp eax, -111; jne 4f; 5: xor eax, eax; jmp 4f; 3: .byte 2, 0, 78, 44, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    // A granted connection remains possible; nobody listens there.
    connect_where_it_may Network, Exit(THROUGH), [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80801; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; lea rsi, [rip + 3f]; mov edx, 16; mov eax, 42; syscall; cmp eax, -115; je 5f; cmp eax, -111; jne 4f; 5: xor eax, eax; jmp 4f; 3: .byte 2, 0, 78, 43, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    // The same, then bind
    bind_elsewhere Network, Exit(EACCES), [Exit(THROUGH), Exit(EADDRINUSE)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80801; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; lea rsi, [rip + 3f]; mov edx, 16; mov eax, 49; syscall; jmp 4f; 3: .byte 2, 0, 78, 45, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    bind_where_it_may Network, Exit(THROUGH), [Exit(THROUGH), Exit(EADDRINUSE)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80801; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; lea rsi, [rip + 3f]; mov edx, 16; mov eax, 49; syscall; jmp 4f; 3: .byte 2, 0, 78, 44, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    // socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP)
    raw_socket Network, KILLED, [Exit(THROUGH), Exit(EPERM)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80803; mov edx, 1; syscall";
    // socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)
    local_socket Network, KILLED, [Exit(THROUGH)],
        "mov eax, 41; mov edi, 1; mov esi, 0x80801; xor edx, edx; syscall";
    // setsockopt(0, SOL_SOCKET, SO_ATTACH_FILTER)
    filter_socket Network, KILLED, [Exit(ENOTSOCK)],
        "mov eax, 54; xor edi, edi; mov esi, 1; mov edx, 26; xor r10d, r10d; xor r8d, r8d; syscall";
    open_passwd_beside_the_network Network, KILLED, [Exit(THROUGH)],
        "mov eax, 257; mov edi, -100; lea rsi, [rip + 3f]; xor edx, edx; syscall; jmp 4f; 3: .asciz \"/etc/passwd\"; 4:";
    execve_beside_the_network Network, KILLED, [Exit(0)],
        "lea rdi, [rip + 3f]; push 0; push rdi; mov rsi, rsp; xor edx, edx; mov eax, 59; syscall; jmp 4f; 3: .asciz \"/bin/true\"; 4:";
    // sendmsg with MSG_FASTOPEN connects a TCP socket, to a port that Landlock does not check.
    fast_open Network, KILLED, [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80801; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; push 0; push 0; push 0; push 0; push 0; push 16; lea rsi, [rip + 3f]; push rsi; mov rsi, rsp; mov edx, 0x20004000; mov eax, 46; syscall; cmp eax, -115; je 5f; cmp eax, -111; jne 4f; 5: xor eax, eax; jmp 4f; 3: .byte 2, 0, 78, 45, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    // recvmsg(0, rsp, MSG_ERRQUEUE)
    receive_errors Network, KILLED, [Exit(ENOTSOCK)],
        "sub rsp, 64; mov rsi, rsp; xor edi, edi; mov edx, 0x2000; mov eax, 47; syscall";
    // accept4(0, NULL, NULL, 0): exec would leave the descriptor open
    accept_for_others Network, KILLED, [Exit(ENOTSOCK)],
        "xor edi, edi; xor esi, esi; xor edx, edx; xor r10d, r10d; mov eax, 288; syscall";
    // accept4(0, rsp, rsp, SOCK_CLOEXEC)
    accept_with_address Network, KILLED, [Exit(ENOTSOCK)],
        "push 0; mov rsi, rsp; mov rdx, rsp; xor edi, edi; mov r10d, 0x80000; mov eax, 288; syscall";
    // listen without bind: the kernel chooses the port.
    listen_without_grant Connections, KILLED, [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80801; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; mov esi, 1; mov eax, 50; syscall; 4:";
    listen_without_network NoNetwork, KILLED, [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80801; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; mov esi, 1; mov eax, 50; syscall; 4:";
    connect_without_network NoNetwork, KILLED, [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80801; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; lea rsi, [rip + 3f]; mov edx, 16; mov eax, 42; syscall; cmp eax, -115; je 5f; cmp eax, -111; jne 4f; 5: xor eax, eax; jmp 4f; 3: .byte 2, 0, 78, 45, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    bind_without_network NoNetwork, KILLED, [Exit(THROUGH), Exit(EADDRINUSE)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80801; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; lea rsi, [rip + 3f]; mov edx, 16; mov eax, 49; syscall; jmp 4f; 3: .byte 2, 0, 78, 45, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    // An empty datagram to port 20013 of 127.0.0.1: sendmsg, and connect
    send_without_network NoNetwork, KILLED, [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80802; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; push 0; push 0; push 0; push 0; push 0; push 16; lea rsi, [rip + 3f]; push rsi; mov rsi, rsp; mov edx, 0x4000; mov eax, 46; syscall; jmp 4f; 3: .byte 2, 0, 78, 45, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    connect_datagrams_without_network NoNetwork, KILLED, [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80802; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; lea rsi, [rip + 3f]; mov edx, 16; mov eax, 42; syscall; jmp 4f; 3: .byte 2, 0, 78, 45, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    // This remains possible: if one address is granted, datagrams can be sent to any, because
    // Landlock does not cover UDP. A program that may listen at one port may also listen at one
    // that the kernel chooses, because Landlock does not check that.
    send_anywhere Network, Exit(THROUGH), [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80802; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; push 0; push 0; push 0; push 0; push 0; push 16; lea rsi, [rip + 3f]; push rsi; mov rsi, rsp; mov edx, 0x4000; mov eax, 46; syscall; jmp 4f; 3: .byte 2, 0, 78, 45, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    listen_anywhere Network, Exit(THROUGH), [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80801; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; mov esi, 1; mov eax, 50; syscall; 4:";
    // write(9, …): a descriptor that the process inherited
    inherited Nothing, Exit(EBADF), [Exit(THROUGH)],
        "push 0; mov rsi, rsp; mov edx, 1; mov edi, 9; mov eax, 1; syscall";
}

/// The module whose function `hole` is replaced: the function is long enough for every hole. Its
/// calls before that make the filter allow `mmap`, `fcntl`, `ioctl` and `kill`, and of a program
/// with threads `mprotect`, with the right arguments.
fn module(granted: Granted) -> String {
    let (import, call) = match granted {
        Nothing | Network | Connections | NoNetwork => ("", ""),
        Threads => (
            "(import \"wasi\" \"thread-spawn\" (func $spawn (param i32) (result i32)))",
            "(drop (call $spawn (i32.const 0)))
             (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))",
        ),
        Directory | ReadOnly => (
            "(import \"wasi_snapshot_preview1\" \"path_open\" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
             (import \"wasi_snapshot_preview1\" \"path_unlink_file\" (func $unlink (param i32 i32 i32) (result i32)))
             (import \"wasi_snapshot_preview1\" \"path_create_directory\" (func $mkdir (param i32 i32 i32) (result i32)))
             (import \"wasi_snapshot_preview1\" \"path_rename\" (func $rename (param i32 i32 i32 i32 i32 i32) (result i32)))
             (import \"wasi_snapshot_preview1\" \"path_link\" (func $link (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
             (import \"wasi_snapshot_preview1\" \"path_filestat_set_times\" (func $times (param i32 i32 i32 i32 i64 i64 i32) (result i32)))",
            "(drop (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 0)
                     (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0)))
             (drop (call $unlink (i32.const 3) (i32.const 0) (i32.const 1)))
             (drop (call $mkdir (i32.const 3) (i32.const 0) (i32.const 1)))
             (drop (call $rename (i32.const 3) (i32.const 0) (i32.const 1) (i32.const 3) (i32.const 0) (i32.const 1)))
             (drop (call $link (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 3) (i32.const 0) (i32.const 1)))
             (drop (call $times (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 1) (i64.const 0) (i64.const 0) (i32.const 0)))",
        ),
    };
    let shared = if granted == Threads { "shared" } else { "" };
    let stores: String = (0..64)
        .map(|n| format!("(i32.store (i32.const {}) (i32.const {n}))\n", 4 * n))
        .collect();
    format!(
        "(module {import}
            (import \"wasi_snapshot_preview1\" \"fd_fdstat_get\" (func $fdstat (param i32 i32) (result i32)))
            (import \"wasi_snapshot_preview1\" \"proc_raise\" (func $raise (param i32) (result i32)))
            (memory (export \"memory\") 1 2 {shared})
            (func (export \"wasi_thread_start\") (param i32 i32))
            (func $hole (export \"_start\")
                {call}
                (drop (call $fdstat (i32.const 0) (i32.const 0)))
                (drop (call $raise (i32.const 0)))
                (drop (memory.grow (i32.const 1)))
                {stores}))"
    )
}

pub fn trials() -> Vec<Trial> {
    let obstacle = obstacle();
    let mut trials: Vec<Trial> = holes()
        .into_iter()
        .map(|hole| {
            let name = format!("holes/{}", hole.name);
            let ports = || (hole.granted == Network).then(no_ports).flatten();
            super::trial(name, obstacle.clone().or_else(ports), move || check(&hole))
        })
        .collect();
    if trials.is_empty() {
        let reason = "holes are machine code of x86-64".to_owned();
        trials.push(wasi_aot_tests::tool::left_out("holes", reason));
    }
    trials
}

/// The reason why holes cannot be tested here.
pub fn obstacle() -> Option<String> {
    let works = || -> Result<End, String> {
        let host = wasi_aot_targets::host().ok_or("this machine is no target")?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let executable = folder.path().join("app");
        let text = "(module (func (export \"_start\")))";
        super::build(host, text, &["--harden=required".into()], &executable)?;
        run(&executable)
    };
    match works() {
        Ok(Exit(0)) => None,
        Ok(end) => Some(format!("the kernel has no wall: {end:?}")),
        Err(error) => Some(error),
    }
}

/// The reason why network holes cannot be tested here.
fn no_ports() -> Option<String> {
    const VERSION: u32 = 1;
    // SAFETY: `landlock_create_ruleset` without attributes touches no memory, and returns its
    // version.
    let version = unsafe { libc::syscall(444, 0, 0, VERSION) };
    (version < 4).then(|| "the kernel's Landlock knows no ports (Linux 6.7)".into())
}

fn check(hole: &Hole<Granted>) -> Result<(), String> {
    judge(hole, |harden| attempt(hole, harden))
}

/// Compares the ends of a hole with the policy and without.
pub fn judge<G>(
    hole: &Hole<G>,
    attempt: impl Fn(&'static str) -> Result<End, String>,
) -> Result<(), String> {
    let wall = attempt("required")?;
    if wall != hole.wall {
        return Err(format!("at the wall: {wall:?}, not {:?}", hole.wall));
    }
    let open = attempt("off")?;
    if !hole.open.contains(&open) {
        return Err(format!(
            "without the wall: {open:?}, not one of {:?}",
            hole.open
        ));
    }
    Ok(())
}

/// Builds a program with the hole, and runs it.
fn attempt(hole: &Hole<Granted>, harden: &str) -> Result<End, String> {
    let io = |error: std::io::Error| error.to_string();
    let host = wasi_aot_targets::host().ok_or("this machine is no target")?;
    let folder = tempfile::tempdir().map_err(io)?;
    let granted = folder.path().join("granted");
    fs::create_dir(&granted).map_err(io)?;
    fs::write(granted.join("inside"), "inside").map_err(io)?;
    fs::write(folder.path().join("outside"), "outside").map_err(io)?;
    let mut options = vec![format!("--harden={harden}")];
    let suffix = if hole.granted == ReadOnly { ":ro" } else { "" };
    if let Directory | ReadOnly = hole.granted {
        options.push(format!("--dir={}::.{suffix}", granted.display()));
    }
    let executable = folder.path().join("app");
    if let Network | Connections = hole.granted {
        options.push("--allow-net=127.0.0.1:20011".into());
    }
    if hole.granted == Network {
        options.push("--allow-net-listen=127.0.0.1:20012".into());
    }
    if let Network | Connections | NoNetwork = hole.granted {
        super::build_file(host, &network(), &options, &executable)?;
        patch(&executable, CONNECT, hole.code)?;
    } else {
        super::build(host, &module(hole.granted), &options, &executable)?;
        patch(&executable, "hole", hole.code)?;
    }
    run(&executable)
}

/// A network program, which connects if its arguments are [`CONNECTS`].
fn network() -> PathBuf {
    super::folder().join("../grants/net.wasm")
}

/// The runtime function that is replaced in it. It is called after the policy is in force, like any
/// code of the program.
const CONNECT: &str = "wasi:sockets/tcp@0.2#[method]tcp-socket.start-connect";
const CONNECTS: [&str; 3] = ["connect", "127.0.0.1:1", "x"];

/// Replaces the code of a function.
pub fn patch(executable: &Path, function: &str, code: &[u8]) -> Result<(), String> {
    let mut bytes = fs::read(executable).map_err(|error| error.to_string())?;
    let file = object::File::parse(&*bytes).map_err(|error| error.to_string())?;
    let symbol = file.symbols().find(|symbol| symbol.name() == Ok(function));
    let symbol = symbol.ok_or(format!("no symbol `{function}`"))?;
    if symbol.size() < code.len() as u64 {
        return Err(format!(
            "{} bytes have no room in {}",
            code.len(),
            symbol.size()
        ));
    }
    let index = symbol.section_index().ok_or("it is nowhere")?;
    let section = file
        .section_by_index(index)
        .map_err(|error| error.to_string())?;
    let (offset, _) = section.file_range().ok_or("it is not in the file")?;
    let at = (symbol.address() - section.address() + offset) as usize;
    bytes[at..][..code.len()].copy_from_slice(code);
    fs::write(executable, bytes).map_err(|error| error.to_string())
}

/// Runs a program that inherits a descriptor 9. Core files are disabled because nobody needs them.
fn run(executable: &Path) -> Result<End, String> {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "ulimit -c 0; exec \"$0\" \"$@\" 9>/dev/null"])
        .arg(executable)
        .args(CONNECTS);
    let output = wasi_aot_tests::tool::run(&mut shell, b"");
    end(output.status).ok_or_else(|| format!("it ended with {}", output.status))
}

fn end(status: ExitStatus) -> Option<End> {
    status.code().map(Exit).or(status.signal().map(Signal))
}
