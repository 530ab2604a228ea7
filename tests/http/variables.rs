//! Variables that change a server's limits when it starts, where the build allows it.

use crate::isolation::Test;
use crate::server::{Machine, Server};
use crate::{answer::Answer, connection::Connection, connection::Missing, ensure};
use libtest_mimic::Failed;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

/// How long a socket may take to appear, and an answer.
const PATIENCE: Duration = Duration::from_secs(20);

pub const TESTS: &[(&str, Test)] = &[
    ("limits_of_requests_change", limits_of_requests_change),
    ("times_change", times_change),
    ("the_grace_period_has_no_end", the_grace_period_has_no_end),
    ("workers_and_instances_change", workers_and_instances_change),
    (
        "workers_are_no_more_than_requests",
        workers_are_no_more_than_requests,
    ),
    ("the_access_log_changes", the_access_log_changes),
    ("a_path_is_added", a_path_is_added),
    ("what_is_malformed_is_refused", what_is_malformed_is_refused),
    (
        "what_was_not_allowed_is_refused",
        what_was_not_allowed_is_refused,
    ),
];

/// The options with which all variables are heeded.
const ALLOWED: &str = "--runtime-grants=listen,server";

fn start(machine: &Machine, variables: &[(&str, &str)]) -> Result<Server, Failed> {
    machine.serve_with("low", &[ALLOWED.to_owned()], variables)
}

/// The answer to a request on a new connection.
fn answer(server: &Server, request: &[u8]) -> Result<Answer, Failed> {
    let mut connection = Connection::new(server.address)?;
    connection.send(request)?;
    Answer::read(&mut connection, false).map_err(|missing| match missing {
        Missing::End => Failed::from("no answer"),
        Missing::Failed(failed) => failed,
    })
}

/// The request gets this status if the variable has this value, and 200 without it.
fn refuses(
    machine: &Machine,
    variable: (&str, &str),
    request: &str,
    status: u16,
) -> Result<(), Failed> {
    for (variables, expected) in [(&[variable][..], status), (&[][..], 200)] {
        let got = answer(&start(machine, variables)?, request.as_bytes())?;
        ensure!(got.status == expected, "{variable:?}: {}", got.shown());
    }
    Ok(())
}

fn limits_of_requests_change(machine: &Machine) -> Result<(), Failed> {
    let long = format!(
        "GET /state HTTP/1.1\r\nHost: a\r\nx: {}\r\n\r\n",
        "y".repeat(3000)
    );
    refuses(machine, ("WASI_AOT_MAX_HEAD", "2K"), &long, 431)?;
    let many = "GET /state HTTP/1.1\r\nHost: a\r\na: b\r\nc: d\r\n\r\n";
    refuses(machine, ("WASI_AOT_MAX_FIELDS", "2"), many, 431)?;
    let body = "POST /state HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world";
    refuses(machine, ("WASI_AOT_MAX_BODY", "10"), body, 413)?;
    // A limit of the build can be taken away.
    let options = [ALLOWED, "--max-body=10"].map(str::to_owned);
    for (variables, status) in [(&[][..], 413), (&[("WASI_AOT_MAX_BODY", "-")][..], 200)] {
        let server = machine.serve_with("low", &options, variables)?;
        let got = answer(&server, body.as_bytes())?;
        ensure!(got.status == status, "{variables:?}: {}", got.shown());
    }
    Ok(())
}

fn times_change(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &[("WASI_AOT_HEAD_TIMEOUT", "100ms")])?;
    let late = answer(&server, b"GET / HTTP/1.1\r\n")?;
    ensure!(late.status == 408, "{}", late.shown());
    let server = start(machine, &[("WASI_AOT_IDLE_TIMEOUT", "100ms")])?;
    let mut idle = Connection::new(server.address)?;
    match Answer::read(&mut idle, false) {
        Err(Missing::End) => Ok(()),
        Err(Missing::Failed(failed)) => Err(failed),
        Ok(answer) => Err(answer.shown().into()),
    }
}

/// Without a limit of the grace period, a request that runs gets its answer.
fn the_grace_period_has_no_end(machine: &Machine) -> Result<(), Failed> {
    let mut server = start(machine, &[("WASI_AOT_GRACE", "-")])?;
    let mut connection = Connection::new(server.address)?;
    connection.send(b"GET /sleep?ms=1000 HTTP/1.1\r\nHost: a\r\n\r\n")?;
    thread::sleep(Duration::from_millis(300));
    let (status, _) = server.stop(libc::SIGTERM)?;
    ensure!(status.success(), "{status}");
    match Answer::read(&mut connection, false) {
        Ok(got) if got.status == 200 && !got.cut => Ok(()),
        Ok(got) => Err(got.shown().into()),
        Err(_) => Err("no answer".into()),
    }
}

/// There are no more workers than requests at once.
fn workers_are_no_more_than_requests(machine: &Machine) -> Result<(), Failed> {
    let variables = [("WASI_AOT_WORKERS", "8"), ("WASI_AOT_MAX_REQUESTS", "2")];
    let server = start(machine, &variables)?;
    answer(&server, b"GET /state HTTP/1.1\r\nHost: a\r\n\r\n")?;
    let workers = server.workers().len();
    ensure!(workers <= 2, "{workers} workers");
    Ok(())
}

fn workers_and_instances_change(machine: &Machine) -> Result<(), Failed> {
    let variables = [
        ("WASI_AOT_WORKERS", "1"),
        ("WASI_AOT_INSTANCE_REQUESTS", "3"),
    ];
    let server = start(machine, &variables)?;
    for expected in ["1\n", "2\n", "3\n", "1\n"] {
        let got = answer(&server, b"GET /state HTTP/1.1\r\nHost: a\r\n\r\n")?;
        ensure!(
            got.body == expected.as_bytes(),
            "{expected}: {}",
            got.shown()
        );
    }
    let workers = server.workers().len();
    ensure!(workers == 1, "{workers} workers");
    Ok(())
}

fn the_access_log_changes(machine: &Machine) -> Result<(), Failed> {
    for (form, begins) in [("json", "{\""), ("common", "127.0.0.1 - - [")] {
        let mut server = start(machine, &[("WASI_AOT_ACCESS_LOG", form)])?;
        answer(&server, b"GET /state HTTP/1.1\r\nHost: a\r\n\r\n")?;
        let (_, [errors, _]) = server.stop(libc::SIGTERM)?;
        ensure!(errors.starts_with(begins), "{form}: {errors}");
    }
    let options = [ALLOWED, "--access-log=json"].map(str::to_owned);
    let mut server = machine.serve_with("low", &options, &[("WASI_AOT_ACCESS_LOG", "-")])?;
    answer(&server, b"GET /state HTTP/1.1\r\nHost: a\r\n\r\n")?;
    let (_, [errors, _]) = server.stop(libc::SIGTERM)?;
    ensure!(errors == "stopped\n", "none: {errors}");
    Ok(())
}

fn a_path_is_added(machine: &Machine) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("socket");
    let value = format!("unix:{}", path.display());
    let mut server = start(machine, &[("WASI_AOT_LISTEN", &value)])?;
    // It is the second address: the first one may be printed before this one is there.
    let until = Instant::now() + PATIENCE;
    while !path.exists() && Instant::now() < until {
        thread::sleep(Duration::from_millis(5));
    }
    let mut stream = UnixStream::connect(&path)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /state HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    ensure!(
        text.starts_with("HTTP/1.1 200 ") && text.contains("\r\n1\n\r\n"),
        "{text}"
    );
    let (_, [errors, _]) = server.stop(libc::SIGTERM)?;
    ensure!(
        errors.contains(&format!("listening at {value}\n")),
        "{errors}"
    );
    Ok(())
}

/// What a server that does not start prints.
fn refused(machine: &Machine, option: &str, variable: (&str, &str)) -> Result<String, Failed> {
    match machine.serve_with("low", &[option.to_owned()], &[variable]) {
        Ok(_) => Err(format!("{variable:?}: it starts").into()),
        Err(failed) => Ok(failed.message().unwrap_or_default().to_owned()),
    }
}

fn what_is_malformed_is_refused(machine: &Machine) -> Result<(), Failed> {
    for (name, value) in [
        ("WASI_AOT_MAX_HEAD", "1023"),
        ("WASI_AOT_MAX_HEAD", "-"),
        ("WASI_AOT_WORKERS", "0"),
        ("WASI_AOT_WORKERS", "-"),
        ("WASI_AOT_IDLE_TIMEOUT", "0s"),
        ("WASI_AOT_GRACE", "soon"),
        ("WASI_AOT_ACCESS_LOG", "xml"),
        ("WASI_AOT_LISTEN", "unix:"),
    ] {
        let said = refused(machine, ALLOWED, (name, value))?;
        let expected = format!("`{value}` in the variable {name} is not understood");
        ensure!(said.contains(&expected), "{name}={value}: {said}");
    }
    Ok(())
}

fn what_was_not_allowed_is_refused(machine: &Machine) -> Result<(), Failed> {
    let said = refused(
        machine,
        "--runtime-grants=limits",
        ("WASI_AOT_MAX_HEAD", "2K"),
    )?;
    let expected = "the variable WASI_AOT_MAX_HEAD is not opened by `--runtime-grants`";
    ensure!(said.contains(expected), "{said}");
    Ok(())
}
