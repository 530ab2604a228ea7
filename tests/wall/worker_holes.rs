//! Holes in a server's worker: its handler is replaced by machine code that tries to get out, as in
//! `holes`. A worker has no way to the supervisor and to other workers but these, which follow from
//! what it has to have:
//!
//! - Its channel to the supervisor. That reads one word and at most one descriptor of a message,
//!   and nothing from the descriptor. A worker that lies gets connections that wait for others and
//!   leaves them unanswered, makes the supervisor start workers up to the limit, or gives away any
//!   descriptor it has in the place of a connection: another worker then reads requests from it,
//!   and writes answers to it. Neither gains a file, an address or a process by that.
//! - The listening sockets, which all share. It can take connections and leave them unanswered,
//!   and shut the sockets down, after which the server serves nobody until it is started again.
//! - The flags of open files, which all that have the file share: a worker that reads from a given
//!   connection, or accepts, may have to wait.
//! - The numbers of connections of all workers, in shared memory. It can make others believe that
//!   there are as many as allowed, so that they accept none.
//!
//! So an attacker who takes over a worker can stop the service and answer the clients that come to
//! this worker, but gets nothing that the program was not granted.

use super::holes::{
    self, EACCES, EADDRINUSE, EINVAL, ENOSYS, ENOTSOCK, ENOTTY, EPERM, End, Exit, Hole, KILLED,
    THROUGH,
};
use super::workers::Server;
use libtest_mimic::Trial;

const EAGAIN: i32 = 11;
const EFAULT: i32 = 14;

/// What a server imports and has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Granted {
    /// Nothing.
    Nothing,
    /// A directory, and an import that needs one.
    Files,
    /// An import that makes TCP sockets, and no grant.
    Tcp,
    /// The same for UDP.
    Udp,
}
use Granted::{Files, Nothing, Tcp, Udp};

holes::define_holes! {
    // openat(AT_FDCWD, "/etc/passwd", O_RDONLY)
    worker_open_passwd Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 257; mov edi, -100; lea rsi, [rip + 3f]; xor edx, edx; syscall; jmp 4f; 3: .asciz \"/etc/passwd\"; 4:";
    worker_open_passwd_beside_a_directory Files, Exit(EACCES), [Exit(THROUGH)],
        "mov eax, 257; mov edi, -100; lea rsi, [rip + 3f]; xor edx, edx; syscall; jmp 4f; 3: .asciz \"/etc/passwd\"; 4:";
    // openat(3, "../outside")
    worker_open_above Files, Exit(EACCES), [Exit(THROUGH)],
        "mov eax, 257; mov edi, 3; lea rsi, [rip + 3f]; xor edx, edx; syscall; jmp 4f; 3: .asciz \"../outside\"; 4:";
    // openat(3, "inside"): the policy allows granted files.
    worker_open_inside Files, Exit(THROUGH), [Exit(THROUGH)],
        "mov eax, 257; mov edi, 3; lea rsi, [rip + 3f]; xor edx, edx; syscall; jmp 4f; 3: .asciz \"inside\"; 4:";
    // openat(AT_FDCWD, "/proc/self/mem", O_RDWR)
    worker_open_own_memory Files, Exit(EACCES), [Exit(THROUGH)],
        "mov eax, 257; mov edi, -100; lea rsi, [rip + 3f]; mov edx, 2; syscall; jmp 4f; 3: .asciz \"/proc/self/mem\"; 4:";
    // unlinkat(3, "../outside", 0)
    worker_remove_above Files, Exit(EACCES), [Exit(THROUGH)],
        "mov eax, 263; mov edi, 3; lea rsi, [rip + 3f]; xor edx, edx; syscall; jmp 4f; 3: .asciz \"../outside\"; 4:";
    // execve("/bin/true", {"true", NULL}, NULL)
    worker_execve Nothing, KILLED, [Exit(0)],
        "lea rdi, [rip + 3f]; push 0; push rdi; mov rsi, rsp; xor edx, edx; mov eax, 59; syscall; jmp 4f; 3: .asciz \"/bin/true\"; 4:";
    worker_execve_beside_a_directory Files, KILLED, [Exit(0)],
        "lea rdi, [rip + 3f]; push 0; push rdi; mov rsi, rsp; xor edx, edx; mov eax, 59; syscall; jmp 4f; 3: .asciz \"/bin/true\"; 4:";
    // mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS)
    worker_mmap_exec Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 9; xor edi, edi; mov esi, 4096; mov edx, 7; mov r10d, 0x22; mov r8, -1; xor r9d, r9d; syscall";
    // mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS)
    worker_mmap_shared Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 9; xor edi, edi; mov esi, 4096; mov edx, 3; mov r10d, 0x21; mov r8, -1; xor r9d, r9d; syscall";
    // mprotect of a page of the stack
    worker_mprotect_exec Nothing, KILLED, [Exit(THROUGH)],
        "mov rdi, rsp; and rdi, -4096; mov esi, 4096; mov edx, 7; mov eax, 10; syscall";
    // madvise of a page of the stack with MADV_DONTFORK
    worker_madvise Nothing, KILLED, [Exit(THROUGH)],
        "mov rdi, rsp; and rdi, -4096; mov esi, 4096; mov edx, 10; mov eax, 28; syscall";
    // memfd_create("", 0)
    worker_memfd_create Nothing, KILLED, [Exit(THROUGH)],
        "push 0; mov rdi, rsp; xor esi, esi; mov eax, 319; syscall";
    // clone(SIGCHLD), then the child ends.
    worker_fork Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 56; mov edi, 17; xor esi, esi; xor edx, edx; xor r10d, r10d; xor r8d, r8d; syscall";
    // clone with the flags of a thread, which shares the stack: the first to exit ends both.
    worker_thread Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 56; mov edi, 0xd0f00; xor esi, esi; xor edx, edx; xor r10d, r10d; xor r8d, r8d; syscall";
    // clone3(NULL, 0)
    worker_clone3 Nothing, KILLED, [Exit(EINVAL)],
        "mov eax, 435; xor edi, edi; xor esi, esi; syscall";
    // kill(0, 0): the process group, which is the supervisor and all workers
    worker_kill_group Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 62; xor edi, edi; xor esi, esi; syscall";
    // getppid, which is a call too many already, then kill with its result; tgkill(1, 1, 0)
    worker_kill_supervisor Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 110; syscall; mov edi, eax; xor esi, esi; mov eax, 62; syscall";
    worker_tgkill Nothing, KILLED, [Exit(THROUGH), Exit(EPERM)],
        "mov eax, 234; mov edi, 1; mov esi, 1; xor edx, edx; syscall";
    // pidfd_open(1, 0)
    worker_pidfd Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 434; mov edi, 1; xor esi, esi; syscall";
    // fcntl(1, F_SETOWN, 1): input and output would send signals there.
    worker_signals_by_files Nothing, KILLED, [Exit(THROUGH), Exit(EPERM)],
        "mov eax, 72; mov edi, 1; mov esi, 8; mov edx, 1; syscall";
    // prctl(PR_SET_PDEATHSIG, 0): it would live on without the supervisor.
    worker_outlives Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 157; mov edi, 1; xor esi, esi; syscall";
    // ptrace(PTRACE_TRACEME)
    worker_ptrace Nothing, KILLED, [Exit(THROUGH), Exit(EPERM)],
        "mov eax, 101; xor edi, edi; xor esi, esi; xor edx, edx; xor r10d, r10d; syscall";
    // process_vm_readv of this process
    worker_process_vm_readv Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 39; syscall; mov edi, eax; mov eax, 310; xor esi, esi; xor edx, edx; xor r10d, r10d; xor r8d, r8d; xor r9d, r9d; syscall";
    // seccomp(SECCOMP_GET_ACTION_AVAIL, 0, &SECCOMP_RET_ALLOW)
    worker_seccomp Nothing, KILLED, [Exit(THROUGH)],
        "push 0x7fff0000; mov rdx, rsp; mov edi, 2; xor esi, esi; mov eax, 317; syscall";
    // io_uring_setup(1, NULL)
    worker_io_uring Nothing, KILLED, [Exit(EFAULT), Exit(EPERM), Exit(ENOSYS)],
        "mov eax, 425; mov edi, 1; xor esi, esi; syscall";
    // unshare(CLONE_NEWUSER)
    worker_unshare Nothing, KILLED, [Exit(THROUGH), Exit(EPERM)],
        "mov eax, 272; mov edi, 0x10000000; syscall";
    // ioctl(0, TIOCSTI)
    worker_ioctl Nothing, KILLED, [Exit(ENOTTY), Exit(EPERM)],
        "push 0; mov rdx, rsp; mov eax, 16; xor edi, edi; mov esi, 0x5412; syscall";
    // socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)
    worker_socket Nothing, KILLED, [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80801; xor edx, edx; syscall";
    // socketpair(AF_UNIX, SOCK_STREAM, 0, rsp)
    worker_socketpair Nothing, KILLED, [Exit(THROUGH)],
        "push 0; mov r10, rsp; mov eax, 53; mov edi, 1; mov esi, 1; xor edx, edx; syscall";
    // listen(N, 1) of every descriptor: of the listening socket it succeeds.
    worker_listen_anew Nothing, KILLED, [Exit(THROUGH)],
        "mov r12d, 3; 2: mov eax, 50; mov edi, r12d; mov esi, 1; syscall; test rax, rax; jns 4f; inc r12d; cmp r12d, 200; jb 2b; 4:";
    // bind(0, rsp, 16)
    worker_bind Nothing, KILLED, [Exit(ENOTSOCK)],
        "push 0; push 2; mov rsi, rsp; xor edi, edi; mov edx, 16; mov eax, 49; syscall";
    // setsockopt(0, SOL_SOCKET, SO_ATTACH_FILTER)
    worker_setsockopt Nothing, KILLED, [Exit(ENOTSOCK)],
        "mov eax, 54; xor edi, edi; mov esi, 1; mov edx, 26; xor r10d, r10d; xor r8d, r8d; syscall";
    // sendmsg(0, rsp, MSG_FASTOPEN | MSG_NOSIGNAL), recvmsg(0, rsp, MSG_ERRQUEUE)
    worker_fast_open Nothing, KILLED, [Exit(ENOTSOCK)],
        "sub rsp, 64; mov rsi, rsp; xor edi, edi; mov edx, 0x20004000; mov eax, 46; syscall";
    worker_receive_errors Nothing, KILLED, [Exit(ENOTSOCK)],
        "sub rsp, 64; mov rsi, rsp; xor edi, edi; mov edx, 0x2000; mov eax, 47; syscall";
    // accept4(0, rsp, rsp, SOCK_CLOEXEC)
    worker_accept_with_address Nothing, KILLED, [Exit(ENOTSOCK)],
        "push 0; mov rsi, rsp; mov rdx, rsp; xor edi, edi; mov r10d, 0x80000; mov eax, 288; syscall";
    // A socket of the program's own, then connect to port 20013 of 127.0.0.1; bind; listen
    worker_connect Tcp, KILLED, [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80801; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; lea rsi, [rip + 3f]; mov edx, 16; mov eax, 42; syscall; cmp eax, -115; je 5f; cmp eax, -111; jne 4f; 5: xor eax, eax; jmp 4f; 3: .byte 2, 0, 78, 45, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    worker_bind_own Tcp, KILLED, [Exit(THROUGH), Exit(EADDRINUSE)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80801; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; lea rsi, [rip + 3f]; mov edx, 16; mov eax, 49; syscall; jmp 4f; 3: .byte 2, 0, 78, 45, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    worker_listen_own Tcp, KILLED, [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80801; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; mov esi, 1; mov eax, 50; syscall; 4:";
    // Sockets of other kinds: UDP, AF_UNIX, ICMP
    worker_other_protocol Tcp, KILLED, [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80802; xor edx, edx; syscall";
    worker_local_socket Tcp, KILLED, [Exit(THROUGH)],
        "mov eax, 41; mov edi, 1; mov esi, 0x80801; xor edx, edx; syscall";
    worker_raw_socket Tcp, KILLED, [Exit(THROUGH), Exit(EPERM)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80803; mov edx, 1; syscall";
    worker_connect_datagrams Udp, KILLED, [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80802; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; lea rsi, [rip + 3f]; mov edx, 16; mov eax, 42; syscall; jmp 4f; 3: .byte 2, 0, 78, 45, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    // An empty datagram to port 20013 of 127.0.0.1. Workers make `sendmsg` without a grant, but no
    // sockets for datagrams.
    worker_send_datagram Udp, KILLED, [Exit(THROUGH)],
        "mov eax, 41; mov edi, 2; mov esi, 0x80802; xor edx, edx; syscall; test rax, rax; js 4f; mov edi, eax; push 0; push 0; push 0; push 0; push 0; push 16; lea rsi, [rip + 3f]; push rsi; mov rsi, rsp; mov edx, 0x4000; mov eax, 46; syscall; jmp 4f; 3: .byte 2, 0, 78, 45, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0; 4:";
    // accept4 of every descriptor: the listening socket has no other connection.
    worker_accepts Nothing, Exit(EAGAIN), [Exit(EAGAIN)],
        "mov r12d, 3; 2: mov eax, 288; mov edi, r12d; xor esi, esi; xor edx, edx; mov r10d, 0x80800; syscall; test rax, rax; jns 4f; cmp eax, -11; je 4f; inc r12d; cmp r12d, 200; jb 2b; 4:";
    // shutdown(N, SHUT_RDWR) of every descriptor until one is connected or listens
    worker_shuts_down Nothing, Exit(THROUGH), [Exit(THROUGH)],
        "mov r12d, 3; 2: mov eax, 48; mov edi, r12d; mov esi, 2; syscall; test rax, rax; jns 4f; inc r12d; cmp r12d, 200; jb 2b; 4:";
    // GIVES with its standard output, on the descriptor whose peer is of AF_UNIX
    worker_gives Nothing, Exit(THROUGH), [Exit(THROUGH)],
        "sub rsp, 256; mov r12d, 3; 2: mov qword ptr [rsp + 120], 16; mov qword ptr [rsp + 128], 0; mov eax, 52; mov edi, r12d; lea rsi, [rsp + 128]; lea rdx, [rsp + 120]; syscall; test rax, rax; jnz 3f; cmp word ptr [rsp + 128], 1; je 6f; 3: inc r12d; cmp r12d, 200; jb 2b; mov rax, -9; jmp 4f; 6: mov qword ptr [rsp], 4; mov [rsp + 8], rsp; mov qword ptr [rsp + 16], 8; mov qword ptr [rsp + 24], 20; mov dword ptr [rsp + 32], 1; mov dword ptr [rsp + 36], 1; mov qword ptr [rsp + 40], 1; mov qword ptr [rsp + 48], 0; mov qword ptr [rsp + 56], 0; lea rax, [rsp + 8]; mov [rsp + 64], rax; mov qword ptr [rsp + 72], 1; lea rax, [rsp + 24]; mov [rsp + 80], rax; mov qword ptr [rsp + 88], 24; mov qword ptr [rsp + 96], 0; mov eax, 46; mov edi, r12d; lea rsi, [rsp + 48]; mov edx, 0x4000; syscall; 4:";
    // What the supervisor must not trip over, many times: an unknown word, and CONTINUES with one
    // descriptor and with two; at last, two without a word.
    worker_lies Nothing, Exit(THROUGH), [Exit(THROUGH)],
        "sub rsp, 256; mov r12d, 3; 2: mov qword ptr [rsp + 120], 16; mov qword ptr [rsp + 128], 0; mov eax, 52; mov edi, r12d; lea rsi, [rsp + 128]; lea rdx, [rsp + 120]; syscall; test rax, rax; jnz 3f; cmp word ptr [rsp + 128], 1; je 6f; 3: inc r12d; cmp r12d, 200; jb 2b; mov rax, -9; jmp 4f; 6: mov [rsp + 8], rsp; mov dword ptr [rsp + 32], 1; mov dword ptr [rsp + 36], 1; mov dword ptr [rsp + 40], 1; mov dword ptr [rsp + 44], 2; mov qword ptr [rsp + 48], 0; mov qword ptr [rsp + 56], 0; lea rax, [rsp + 8]; mov [rsp + 64], rax; mov qword ptr [rsp + 72], 1; lea rax, [rsp + 24]; mov [rsp + 80], rax; mov qword ptr [rsp + 96], 0; mov r13d, 100; 7: mov qword ptr [rsp], 77; mov qword ptr [rsp + 16], 8; mov qword ptr [rsp + 88], 0; lea r14, [rip + 8f]; jmp 9f; 8: mov qword ptr [rsp], 3; mov qword ptr [rsp + 24], 20; mov qword ptr [rsp + 88], 24; lea r14, [rip + 8f]; jmp 9f; 8: mov qword ptr [rsp + 24], 24; lea r14, [rip + 8f]; jmp 9f; 8: dec r13d; jnz 7b; mov qword ptr [rsp + 16], 0; lea r14, [rip + 8f]; jmp 9f; 8: xor eax, eax; jmp 4f; 9: mov eax, 46; mov edi, r12d; lea rsi, [rsp + 48]; mov edx, 0x4000; syscall; cmp eax, -11; je 9b; jmp r14; 4:";
}

/// The code that tells the supervisor what is not true.
pub fn lies() -> Option<&'static [u8]> {
    let mut holes = holes().into_iter();
    holes
        .find(|hole| hole.name == "worker_lies")
        .map(|hole| hole.code)
}

pub fn trials(obstacle: &Option<String>) -> Vec<Trial> {
    // This one needs a supervisor that reads.
    let holes = holes()
        .into_iter()
        .filter(|hole| hole.name != "worker_lies");
    holes
        .map(|hole| {
            let name = format!("holes/{}", hole.name);
            super::trial(name, obstacle.clone(), move || {
                holes::judge(&hole, |harden| attempt(&hole, harden))
            })
        })
        .collect()
}

fn attempt(hole: &Hole<Granted>, harden: &'static str) -> Result<End, String> {
    Server::start(hole.granted, harden, hole.code)?.end()
}

/// The imports of a component that has a directory.
const FILES: &str = r#"(import "wasi:filesystem/types@0.2.0" (instance $files
    (export "descriptor" (type $descriptor (sub resource)))
    (type $error (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota"
      "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io"
      "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry"
      "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty"
      "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe"
      "read-only" "invalid-seek" "text-file-busy" "cross-device"))
    (export "error-code" (type $error-code (eq $error)))
    (export "[method]descriptor.unlink-file-at" (func
      (param "self" (borrow $descriptor)) (param "path" string)
      (result (result (error $error-code)))))))"#;

/// The imports of a component that makes sockets.
const SOCKETS: &str = r#"(import "wasi:sockets/network@0.2.0" (instance $network
    (type $code (enum "unknown" "access-denied" "not-supported" "invalid-argument" "out-of-memory"
      "timeout" "concurrency-conflict" "not-in-progress" "would-block" "invalid-state"
      "new-socket-limit" "address-not-bindable" "address-in-use" "remote-unreachable"
      "connection-refused" "connection-reset" "connection-aborted" "datagram-too-large"
      "name-unresolvable" "temporary-resolver-failure" "permanent-resolver-failure"))
    (export "error-code" (type (eq $code)))
    (type $family (enum "ipv4" "ipv6"))
    (export "ip-address-family" (type (eq $family)))))
  (alias export $network "error-code" (type $error-code))
  (alias export $network "ip-address-family" (type $family))
  (import "wasi:sockets/KIND@0.2.0" (instance $sockets
    (export "KIND-socket" (type (sub resource)))))
  (alias export $sockets "KIND-socket" (type $socket))
  (import "wasi:sockets/KIND-create-socket@0.2.0" (instance $create
    (alias outer 1 $error-code (type $outer-error))
    (export "error-code" (type $error-code (eq $outer-error)))
    (alias outer 1 $family (type $outer-family))
    (export "ip-address-family" (type $family (eq $outer-family)))
    (alias outer 1 $socket (type $outer-socket))
    (export "KIND-socket" (type $socket (eq $outer-socket)))
    (export "create-KIND-socket" (func (param "address-family" $family)
      (result (result (own $socket) (error $error-code)))))))"#;

/// The text of a component.
pub fn component(granted: Granted) -> String {
    let kind = if granted == Udp { "udp" } else { "tcp" };
    let create = format!("$create \"create-{kind}-socket\"");
    let imported = match granted {
        Nothing => None,
        Files => Some((FILES, "$files \"[method]descriptor.unlink-file-at\"", 4)),
        Tcp | Udp => Some((SOCKETS, &*create, 2)),
    };
    let stores: String = (0..64)
        .map(|n| format!("(i32.store (i32.const {}) (i32.const {n}))\n", 4 * n))
        .collect();
    let parts = imported.map_or(Default::default(), |(imports, function, parameters)| {
        let memory = "(memory (core memory $m \"memory\"))";
        let (types, zeros) = (
            " i32".repeat(parameters),
            "(i32.const 0) ".repeat(parameters),
        );
        [
            imports.replace("KIND", kind),
            format!("(core func $call (canon lower (func {function}) {memory}))"),
            format!("(import \"\" \"call\" (func $call (param{types})))"),
            format!("(call $call {zeros})"),
            "(with \"\" (instance (export \"call\" (func $call))))".to_owned(),
        ]
    });
    let names = ["imports", "lowered", "needs", "calls", "given"];
    let text = include_str!("server.wat").replace(";;stores", &stores);
    let parts = names.iter().zip(parts);
    parts.fold(text, |text, (name, part)| {
        text.replace(&format!(";;{name}"), &part)
    })
}
