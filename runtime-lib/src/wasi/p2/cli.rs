//! `wasi:cli`: arguments, variables, exit, standard streams, terminals.

use super::{
    Host,
    generated::{
        cli::{
            environment, exit, stderr, stdin, stdout,
            terminal_input::{self, TerminalInput},
            terminal_output::{self, TerminalOutput},
            terminal_stderr, terminal_stdin, terminal_stdout,
        },
        io::streams::{InputStream, OutputStream},
    },
    objects::own,
};
use crate::{
    canonical::{Call, Own, Stored},
    end,
    host::{
        descriptor, environment as host_environment,
        streams::{
            Stream,
            kinds::{STREAM_INPUT, STREAM_OUTPUT},
        },
    },
    os::{Fd, fd},
};

impl environment::Functions for Host {
    fn get_environment(call: &Call<'_>) -> Stored<[(Stored<str>, Stored<str>)]> {
        let mut variables = host_environment::variables();
        call.list(host_environment::variables().count(), |_| {
            let variable = variables.next().unwrap_or_default();
            let equals = variable.iter().position(|byte| *byte == b'=');
            let (name, value) = variable.split_at(equals.unwrap_or(variable.len()));
            (
                call.text(name),
                call.text(value.get(1..).unwrap_or_default()),
            )
        })
    }

    fn get_arguments(call: &Call<'_>) -> Stored<[Stored<str>]> {
        let mut arguments = host_environment::arguments();
        call.list(host_environment::arguments().count(), |_| {
            call.text(arguments.next().unwrap_or_default())
        })
    }

    /// The program chooses the base of relative paths.
    fn initial_cwd(_: &Call<'_>) -> Option<Stored<str>> {
        None
    }
}

impl exit::Functions for Host {
    fn exit(_: &Call<'_>, status: Result<(), ()>) {
        end::exit(status.is_err().into())
    }

    fn exit_with_code(_: &Call<'_>, status_code: u8) {
        end::exit(status_code.into())
    }
}

/// The numbers of the standard streams are the system's.
fn number(stream: Fd) -> u32 {
    stream.0 as u32
}

fn output(stream: Fd) -> Own<OutputStream> {
    own(Stream::new(&STREAM_OUTPUT, number(stream)).insert())
}

impl stdin::Functions for Host {
    fn get_stdin(_: &Call<'_>) -> Own<InputStream> {
        own(Stream::new(&STREAM_INPUT, number(Fd::STDIN)).insert())
    }
}

impl stdout::Functions for Host {
    fn get_stdout(_: &Call<'_>) -> Own<OutputStream> {
        output(Fd::STDOUT)
    }
}

impl stderr::Functions for Host {
    fn get_stderr(_: &Call<'_>) -> Own<OutputStream> {
        output(Fd::STDERR)
    }
}

/// The handle of a terminal, which has no properties, if the stream is one.
fn terminal<T>(stream: Fd) -> Option<Own<T>> {
    let (descriptor, _) = descriptor::peek(number(stream)).ok()?;
    fd::is_terminal(descriptor.fd).then(|| Own::new(number(stream)))
}

impl terminal_input::Functions for Host {
    fn terminal_input_drop(_: u32) {}
}

impl terminal_output::Functions for Host {
    fn terminal_output_drop(_: u32) {}
}

impl terminal_stdin::Functions for Host {
    fn get_terminal_stdin(_: &Call<'_>) -> Option<Own<TerminalInput>> {
        terminal(Fd::STDIN)
    }
}

impl terminal_stdout::Functions for Host {
    fn get_terminal_stdout(_: &Call<'_>) -> Option<Own<TerminalOutput>> {
        terminal(Fd::STDOUT)
    }
}

impl terminal_stderr::Functions for Host {
    fn get_terminal_stderr(_: &Call<'_>) -> Option<Own<TerminalOutput>> {
        terminal(Fd::STDERR)
    }
}
