//! The state that a process inherits through `execve`, and the runtime's treatment of it.

/// A kind of state that a process can inherit.
#[derive(Debug)]
pub struct State {
    /// The kind of state.
    pub what: &'static str,
    /// The runtime's treatment of it.
    pub treatment: &'static str,
    /// The test that shows it, in `tests/grants/inherited.rs`.
    pub test: &'static str,
}

/// The table, which `docs/inherited-state.md` also shows.
pub const TABLE: &[State] = &[
    State {
        what: "blocked signals",
        treatment: "those of faults (`SEGV`, `BUS`, `ILL`, `FPE`, `TRAP`) and `ABRT` are \
            unblocked, since the kernel kills a process whose fault is blocked, without a \
            report; with `--timeout` also `VTALRM`. Others stay blocked",
        test: "faults_and_the_timeout_are_unblocked",
    },
    State {
        what: "ignored signals",
        treatment: "faults are handled, and a trap ends by `ABRT`. Others stay ignored: `HUP` \
            after `nohup`; where `PIPE` is ignored, a write to a closed pipe fails with \
            `EPIPE`. A program that has accepted a connection ignores `PIPE`",
        test: "ignored_signals_stay_ignored",
    },
    State {
        what: "pending signals",
        treatment: "kept; one that is unblocked is delivered at once",
        test: "pending_signals_stay_pending",
    },
    State {
        what: "signal handlers and their stack",
        treatment: "`execve` removes them. The runtime handles faults and the signal of `--timeout`; \
            each thread has a stack for handlers",
        test: "handlers_are_gone",
    },
    State {
        what: "timers (`alarm`, `setitimer`)",
        treatment: "kept: their signal ends the program. `--timeout` has a timer and a signal of \
            its own, and the first to fire counts",
        test: "an_inherited_alarm_comes_as_well",
    },
    State {
        what: "resource limits (`ulimit`)",
        treatment: "kept. `XCPU` and `XFSZ` end the program, unless they are ignored (a write then \
            fails with `EFBIG`). The limit on the stack has no effect: the program has its \
            own stack (`--max-stack`)",
        test: "limits_are_kept",
    },
    State {
        what: "umask",
        treatment: "kept: files are created with 0666 and directories with 0777, less the mask",
        test: "the_umask_is_kept",
    },
    State {
        what: "working directory",
        treatment: "kept: relative grants are relative to it",
        test: "the_working_directory_is_kept",
    },
    State {
        what: "descriptors",
        treatment: "0, 1 and 2 are kept; others are closed, except the sockets of `--listen-fds`. \
            With `--harden=off` they stay open, but the program has no number for them",
        test: "descriptors_are_closed",
    },
    State {
        what: "user, groups, capabilities, `no_new_privs`, filters",
        treatment: "kept; `no_new_privs` is set and filters are added, except with `--harden=off`",
        test: "privileges_are_kept_and_no_new_ones_come",
    },
    State {
        what: "process group, session, signal at the parent's end",
        treatment: "kept",
        test: "the_place_among_processes_is_kept",
    },
    State {
        what: "priority, CPU affinity",
        treatment: "kept",
        test: "priority_and_cpus_are_kept",
    },
    State {
        what: "personality (`setarch`)",
        treatment: "kept; no data becomes executable",
        test: "a_personality_changes_nothing",
    },
    State {
        what: "arguments, environment",
        treatment: "the program sees all arguments, and the variables that it was granted",
        test: "variables_are_not_seen",
    },
];
