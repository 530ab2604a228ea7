//! A name server on this machine, over UDP and TCP, whose answers are chosen by the test.

use libtest_mimic::Failed;
use std::{
    io::{Read, Write},
    net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// A query.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// The name, without a trailing dot.
    pub name: String,
    /// Whether it asks for IPv6 addresses.
    pub ipv6: bool,
    /// Whether it came over TCP.
    pub by_tcp: bool,
    /// The number of earlier queries.
    pub number: usize,
    bytes: Vec<u8>,
}

/// Response code and flags (RFC 1035, 4.1.1): a response with recursion available.
const RESPONSE: u16 = 0x8180;
/// The response is truncated.
const TRUNCATED: u16 = 0x0200;

/// The messages that answer a query.
pub type Answer = Vec<Vec<u8>>;

impl Question {
    fn read(message: &[u8], by_tcp: bool, number: usize) -> Option<Question> {
        let mut labels = Vec::new();
        let mut rest = message.get(12..)?;
        loop {
            let (len, after) = rest.split_first()?;
            if *len == 0 {
                rest = after;
                break;
            }
            let (label, after) = after.split_at_checked(usize::from(*len))?;
            labels.push(String::from_utf8_lossy(label).into_owned());
            rest = after;
        }
        Some(Question {
            name: labels.join("."),
            ipv6: rest.get(..2)? == [0, 28],
            by_tcp,
            number,
            bytes: message.to_vec(),
        })
    }

    fn response(&self, flags: u16, records: &[Vec<u8>]) -> Vec<u8> {
        let mut message = self.bytes.clone();
        message[2..4].copy_from_slice(&(RESPONSE | flags).to_be_bytes());
        message[6..8].copy_from_slice(&(records.len() as u16).to_be_bytes());
        message.extend(records.iter().flatten());
        message
    }

    /// The addresses of the kind that the query asks for.
    pub fn addresses(&self, addresses: &[&str]) -> Answer {
        vec![self.response(0, &self.records(&self.name, addresses))]
    }

    /// The name is an alias of another name, which has these addresses.
    pub fn alias(&self, names: &[&str], addresses: &[&str]) -> Answer {
        let owners = [&*self.name].into_iter().chain(names.iter().copied());
        let aliases = owners.zip(names);
        let mut records: Vec<_> = aliases
            .map(|(owner, name)| record(owner, 5, &encoded(name)))
            .collect();
        let last = names.last().expect("it is an alias of something");
        records.extend(self.records(last, addresses));
        vec![self.response(0, &records)]
    }

    fn records(&self, owner: &str, addresses: &[&str]) -> Vec<Vec<u8>> {
        let addresses = addresses.iter().map(|text| text.parse::<IpAddr>());
        let addresses = addresses.map(|address| address.expect("it is an address"));
        let wanted = addresses.filter(|address| address.is_ipv6() == self.ipv6);
        wanted
            .map(|address| match address {
                IpAddr::V4(ip) => record(owner, 1, &ip.octets()),
                IpAddr::V6(ip) => record(owner, 28, &ip.octets()),
            })
            .collect()
    }

    /// A response code and no records. 2: server failure; 3: the name does not exist.
    pub fn code(&self, code: u16) -> Answer {
        vec![self.response(code, &[])]
    }

    /// The answer is too long for UDP.
    pub fn truncated(&self) -> Answer {
        vec![self.response(TRUNCATED, &[])]
    }

    /// A response to another query: one with another ID.
    pub fn forged(&self, addresses: &[&str]) -> Answer {
        let mut answer = self.addresses(addresses);
        answer[0][0] ^= 1;
        answer
    }
}

/// A name as labels.
fn encoded(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.split('.') {
        bytes.push(label.len() as u8);
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes
}

fn record(owner: &str, kind: u16, data: &[u8]) -> Vec<u8> {
    let mut record = encoded(owner);
    record.extend(kind.to_be_bytes());
    record.extend([0, 1, 0, 0, 0, 60]);
    record.extend((data.len() as u16).to_be_bytes());
    record.extend(data);
    record
}

/// The server. It stops when it is dropped.
pub struct NameServer {
    /// `ADDRESS:PORT`.
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<Question>>>,
    over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// How long it waits before it checks whether it should stop.
const TURN: Duration = Duration::from_millis(20);

impl NameServer {
    /// Starts a server that answers with this function.
    pub fn start(
        answers: impl Fn(&Question) -> Answer + Send + Sync + 'static,
    ) -> Result<NameServer, Failed> {
        let (udp, tcp) = sockets()?;
        let address = udp.local_addr()?;
        let (asked, over) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let answers = Arc::new(answers);
        let asked: Arc<Mutex<Vec<Question>>> = asked;
        let answer = {
            let asked = asked.clone();
            move |message: &[u8], by_tcp| {
                let mut asked = asked.lock().expect("nobody panics with it");
                let question = Question::read(message, by_tcp, asked.len())?;
                asked.push(question.clone());
                drop(asked);
                Some(answers(&question))
            }
        };
        let (of_tcp, ends, ended) = (answer.clone(), over.clone(), over.clone());
        let by_udp = thread::spawn(move || serve_udp(&udp, &ends, answer));
        let by_tcp = thread::spawn(move || serve_tcp(&tcp, &ended, of_tcp));
        Ok(NameServer {
            address,
            asked,
            over,
            threads: vec![by_udp, by_tcp],
        })
    }

    /// The queries that it received.
    pub fn asked(&self) -> Vec<Question> {
        self.asked.lock().expect("nobody panics with it").clone()
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// A UDP and a TCP socket on the same port.
fn sockets() -> Result<(UdpSocket, TcpListener), Failed> {
    for _ in 0..50 {
        let tcp = TcpListener::bind("127.0.0.1:0")?;
        if let Ok(udp) = UdpSocket::bind(tcp.local_addr()?) {
            udp.set_read_timeout(Some(TURN))?;
            tcp.set_nonblocking(true)?;
            return Ok((udp, tcp));
        }
    }
    Err("no port is free".into())
}

fn serve_udp(
    socket: &UdpSocket,
    over: &AtomicBool,
    answer: impl Fn(&[u8], bool) -> Option<Answer>,
) {
    let mut room = [0; 1500];
    while !over.load(Ordering::Relaxed) {
        let Ok((bytes, from)) = socket.recv_from(&mut room) else {
            continue;
        };
        for message in answer(&room[..bytes], false).unwrap_or_default() {
            // A client that no longer waits for the answer does not receive it.
            let _ = socket.send_to(&message, from);
        }
    }
}

fn serve_tcp(
    listener: &TcpListener,
    over: &AtomicBool,
    answer: impl Fn(&[u8], bool) -> Option<Answer>,
) {
    while !over.load(Ordering::Relaxed) {
        match listener.accept() {
            // A client may close the connection early.
            Ok((stream, _)) => drop(serve_stream(stream, &answer)),
            Err(_) => thread::sleep(TURN),
        }
    }
}

/// Answers one query, in pieces.
fn serve_stream(
    mut stream: TcpStream,
    answer: impl Fn(&[u8], bool) -> Option<Answer>,
) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut len = [0; 2];
    stream.read_exact(&mut len)?;
    let mut question = vec![0; usize::from(u16::from_be_bytes(len))];
    stream.read_exact(&mut question)?;
    for message in answer(&question, true).unwrap_or_default() {
        let mut framed = (message.len() as u16).to_be_bytes().to_vec();
        framed.extend(message);
        let (first, rest) = framed.split_at(1);
        stream.write_all(first)?;
        stream.flush()?;
        thread::sleep(Duration::from_millis(5));
        let (second, rest) = rest.split_at(rest.len() / 2);
        stream.write_all(second)?;
        thread::sleep(Duration::from_millis(5));
        stream.write_all(rest)?;
    }
    Ok(())
}
