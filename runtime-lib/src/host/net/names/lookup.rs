//! A lookup in progress. It never blocks: its owner continues it after the event that it waits for.

use super::{
    super::super::{clock, notes},
    super::grants,
    addresses::Addresses,
    exchange::{Exchange, Progress, random_id},
    hosts, known,
    message::{self, Answer, Kind, QUESTION},
    name::{self, Name, Written},
    order,
    resolv::Resolv,
    sources::{HOSTS, SERVERS},
};
use crate::{
    os::{Errno, Fd, socket::Type},
    program::{bytes, config, name_servers},
    text::Text,
};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use wasi_aot_abi::{
    program::{config_flags, runtime_grants},
    words::{self, is_localhost},
};

/// The reason why there are no addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// The text is neither a valid name nor an address.
    Syntax,
    /// The program may not look it up.
    NotGranted,
    /// The name does not exist, or has no addresses.
    NoName,
    /// No server could answer; a later attempt may succeed.
    Temporary,
}

/// The event for which a lookup waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wait {
    /// The kernel's descriptor, and the direction.
    pub on: Option<(Fd, u16)>,
    /// The time of the monotonic clock at which it continues anyway.
    pub deadline: u64,
}

/// A lookup.
#[derive(Debug)]
pub struct Lookup {
    /// Its result; `None`: it is in progress.
    result: Option<Result<(), Failure>>,
    addresses: Addresses,
    /// The index of the next address to return.
    next: usize,
    /// The requested name.
    name: Name,
    resolv: Resolv,
    /// The name that is currently queried, and its number.
    candidate: Name,
    candidates: usize,
    /// The number of rounds through all servers, and the current server.
    attempt: usize,
    server: usize,
    /// The IDs of the unanswered queries, by [`KINDS`].
    asked: [Option<u16>; 2],
    exchange: Exchange,
    deadline: u64,
    /// Whether a server could not answer.
    failed: bool,
}

/// The kinds of records to query.
const KINDS: [Kind; 2] = [Kind::A, Kind::Aaaa];

const SECOND: u64 = 1_000_000_000;

impl Lookup {
    /// Not started.
    pub const NONE: Lookup = Lookup {
        result: None,
        addresses: Addresses::EMPTY,
        next: 0,
        name: Name::EMPTY,
        resolv: Resolv::EMPTY,
        candidate: Name::EMPTY,
        candidates: 0,
        attempt: 0,
        server: 0,
        asked: [None; 2],
        exchange: Exchange::NONE,
        deadline: 0,
        failed: false,
    };

    /// Starts the lookup of the name or address in `text`.
    ///
    /// # Errors
    /// It is malformed, or not granted.
    pub fn begin(&mut self, text: &[u8]) -> Result<(), Failure> {
        match name::read(text) {
            None => return Err(Failure::Syntax),
            Some(Written::Address(address)) => {
                self.addresses.add(address);
                self.result = Some(Ok(()));
                return Ok(());
            }
            Some(Written::Name(name)) => self.name = name,
        }
        granted(&self.name)?;
        self.read_hosts();
        if self.addresses.all().is_empty() && is_local(&self.name) {
            self.addresses.add(Ipv6Addr::LOCALHOST.into());
            self.addresses.add(Ipv4Addr::LOCALHOST.into());
        }
        if !self.addresses.all().is_empty() {
            self.end(Ok(()));
            return Ok(());
        }
        self.read_configuration();
        self.next_candidate();
        Ok(())
    }

    fn read_hosts(&mut self) {
        HOSTS.lines(|line| {
            if let Some(address) = hosts::address(line, self.name.text()) {
                self.addresses.add(address);
            }
        });
    }

    fn read_configuration(&mut self) {
        SERVERS.lines(|line| self.resolv.line(line));
        if name_servers().is_empty() {
            return;
        }
        self.resolv.forget_servers();
        for server in name_servers() {
            let server = str::from_utf8(bytes(server)).ok().and_then(words::address);
            if let Some(server) = server {
                self.resolv.server(server);
            }
        }
    }

    /// The next address, or `None` after the last; the outer `None` means that it is not known yet.
    pub fn next_address(&mut self) -> Option<Result<Option<IpAddr>, Failure>> {
        self.advance();
        let result = self.result?;
        Some(result.map(|()| {
            let address = self.addresses.all().get(self.next).copied();
            self.next += usize::from(address.is_some());
            address
        }))
    }

    /// Continues; returns the next event to wait for. `None`: the result is known.
    pub fn advance(&mut self) -> Option<Wait> {
        while self.result.is_none() {
            match self.exchange.advance() {
                Progress::Answer(bytes) => self.answered(bytes),
                Progress::Failed => self.next_server(),
                Progress::Nothing if clock::monotonic() >= self.deadline => self.next_server(),
                Progress::Nothing => {
                    return Some(Wait {
                        on: self.exchange.waits_for(),
                        deadline: self.deadline,
                    });
                }
            }
        }
        None
    }

    fn end(&mut self, result: Result<(), Failure>) {
        self.exchange.end();
        self.result = Some(result);
        if result.is_err() {
            return;
        }
        order::sort(&mut self.addresses);
        for (grant, granted) in grants::names() {
            if self.name.is_granted(granted) {
                for address in self.addresses.all() {
                    known::add(grant, *address);
                }
            }
        }
    }

    /// Queries the next candidate name.
    fn next_candidate(&mut self) {
        match self.name.candidate(&self.resolv, self.candidates) {
            Some(candidate) => {
                self.candidate = candidate;
                self.candidates += 1;
                (self.attempt, self.server) = (0, 0);
                self.asked = [Some(0); 2];
                self.ask(Type::Datagram);
            }
            None if self.failed => self.end(Err(Failure::Temporary)),
            None => self.end(Err(Failure::NoName)),
        }
    }

    /// Sends the server all unanswered queries; by TCP one after the other.
    fn ask(&mut self, how: Type) {
        self.deadline = clock::monotonic().saturating_add(self.resolv.timeout * SECOND);
        if self.try_to_ask(how).is_err() {
            // The failure is noticed when the lookup continues.
            self.exchange.end();
        }
    }

    fn try_to_ask(&mut self, how: Type) -> Result<(), Errno> {
        let server = *self
            .resolv
            .servers()
            .get(self.server)
            .ok_or(Errno::EINVAL)?;
        self.exchange.begin(&server, how)?;
        for (asked, kind) in self.asked.iter_mut().zip(KINDS) {
            let Some(id) = asked else { continue };
            *id = random_id()?;
            let mut room = [0; QUESTION];
            let question = message::question(&mut room, *id, &self.candidate, kind);
            self.exchange.ask(question)?;
            if how == Type::Stream {
                break;
            }
        }
        Ok(())
    }

    /// Handles a message from the server, or from an attacker that pretends to be it.
    fn answered(&mut self, bytes: usize) {
        let answer = self.exchange.answer(bytes);
        let by_stream = self.exchange.is_stream();
        let asked = self.asked.iter_mut().zip(KINDS);
        let found = asked.into_iter().find_map(|(asked, kind)| {
            let id = (*asked)?;
            let answer = message::answer(answer, id, &self.candidate, kind, &mut self.addresses)?;
            if matches!(answer, Answer::Complete | Answer::NoName) {
                *asked = None;
            }
            Some(answer)
        });
        match found {
            // Anyone may have sent it: the correct answer may still arrive.
            None if !by_stream => {}
            None | Some(Answer::Failed) => {
                self.failed = true;
                self.next_server();
            }
            Some(Answer::Truncated) if by_stream => self.next_server(),
            Some(Answer::Truncated) => self.ask(Type::Stream),
            Some(Answer::Complete | Answer::NoName) if self.asked == [None; 2] => {
                if self.addresses.all().is_empty() {
                    self.next_candidate();
                } else {
                    self.end(Ok(()));
                }
            }
            Some(Answer::Complete | Answer::NoName) if by_stream => self.ask(Type::Stream),
            Some(Answer::Complete | Answer::NoName) => {}
        }
    }

    /// Queries another server, or starts another round; finally gives up.
    fn next_server(&mut self) {
        self.server += 1;
        if self.server >= self.resolv.servers().len() {
            self.server = 0;
            self.attempt += 1;
        }
        if self.attempt < self.resolv.attempts {
            return self.ask(Type::Datagram);
        }
        if self.addresses.all().is_empty() {
            self.failed = true;
            self.next_candidate();
        } else {
            self.end(Ok(()));
        }
    }
}

/// Whether a name denotes this machine.
fn is_local(name: &Name) -> bool {
    str::from_utf8(name.text()).is_ok_and(is_localhost)
}

/// Whether the program may look up this name: any name, or one to which it may connect.
fn granted(name: &Name) -> Result<(), Failure> {
    let any = config().flags & config_flags::NAME_LOOKUP != 0;
    let mut names = grants::names();
    if any || names.any(|(_, granted)| name.is_granted(granted)) {
        return Ok(());
    }
    notes::missing(say);
    Err(Failure::NotGranted)
}

fn say(text: &mut Text<512>) {
    text.push(b"the program wanted to look up a name, which it was not granted\n");
    let grant: (&[u8], &[u8]) = (b"--allow-name-lookup", b"WASI_AOT_NAME_LOOKUP=1");
    notes::help(text, runtime_grants::NET, grant, &[]);
}
