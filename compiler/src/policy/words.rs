//! Values of the policy, in their form on the command line, in `wasi-aot.toml` and in the note of
//! an executable.

use crate::embed;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use wasi_aot_abi::words::{self, Host, TIME_UNITS, UNIX, Wrong};

/// A granted directory: `HOST[::GUEST][:ro]`, `--dir`.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dir {
    /// Path on the host, as typed; a relative path is relative to the working directory at run
    /// time.
    pub host: String,
    /// Path that the program sees.
    pub guest: String,
    /// Whether everything below it is read-only.
    pub read_only: bool,
}

/// An environment variable that the program sees: `K=V` or `K`, `--env`.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash)]
#[serde(try_from = "String", into = "String")]
pub struct EnvVar {
    /// Its name.
    pub key: String,
    /// Its value; `None`: the value in the process's environment, if it is set there.
    pub value: Option<String>,
}

/// Where a program listens when it starts, `--listen`.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash)]
#[serde(try_from = "String", into = "String")]
pub enum Listen {
    /// An address for TCP connections: `ADDRESS:PORT`.
    Tcp(SocketAddr),
    /// The path of a Unix socket: `unix:PATH`. A relative path is relative to the working directory
    /// at run time. Only HTTP servers have such sockets.
    Unix(String),
}

/// Addresses to which the program may connect: `HOST:PORT` or `*`, `--allow-net`, as typed.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Net(String);

/// Addresses on which it may accept connections: `HOST:PORT` or `*`, no host names,
/// `--allow-net-listen`, as typed.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash)]
pub struct NetListen(String);

/// A time above zero, in nanoseconds: `500ms`, `10s`, `2m`, `1h`; a bare number is in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeout(pub u64);

/// A number of bytes: `65536`, `64K`, `16M`, `1G`, in powers of 1024 (`KiB` and so on mean the
/// same).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

impl fmt::Display for EnvVar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}={value}", self.key),
            None => f.write_str(&self.key),
        }
    }
}

impl From<EnvVar> for String {
    fn from(variable: EnvVar) -> String {
        variable.to_string()
    }
}

impl TryFrom<String> for EnvVar {
    type Error = String;

    fn try_from(text: String) -> Result<EnvVar, String> {
        text.parse()
    }
}

impl Net {
    /// The user's text: a word of [`wasi_aot_abi::words::net`].
    pub fn word(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for NetListen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Dir {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let dir = words::dir(text.as_bytes()).filter(|_| !text.contains('\0'));
        let dir = dir.ok_or(
            "this names no directory: write HOST[::GUEST][:ro]; `.` is where the program is started",
        )?;
        Ok(Dir {
            host: typed(dir.host),
            guest: typed(dir.guest),
            read_only: dir.read_only,
        })
    }
}

/// Part of the user's text, cut at ASCII characters.
fn typed(part: &[u8]) -> String {
    String::from_utf8_lossy(part).into_owned()
}

/// `HOST[::GUEST]`, `--embed`.
impl FromStr for embed::Grant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.ends_with(":ro") {
            return Err("embedded files are always read-only: leave out `:ro`".into());
        }
        let paths = words::host_and_guest(text.as_bytes()).filter(|_| !text.contains('\0'));
        let (host, guest) = paths.ok_or("this names no file or directory: write HOST[::GUEST]")?;
        Ok(embed::Grant {
            host: typed(host).into(),
            guest: typed(guest),
        })
    }
}

impl FromStr for EnvVar {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.starts_with('=') {
            return Err("there is no name before `=`".into());
        }
        let text = without_nul(text)?;
        Ok(match text.split_once('=') {
            Some((key, value)) => EnvVar {
                key: key.into(),
                value: Some(value.into()),
            },
            None => EnvVar {
                key: text,
                value: None,
            },
        })
    }
}

/// Checks text that the runtime hands to the program: not empty, no NUL byte.
pub(super) fn text(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("it is empty".into());
    }
    without_nul(text)
}

fn without_nul(text: &str) -> Result<String, String> {
    if text.contains('\0') {
        return Err("there is a NUL byte in it".into());
    }
    Ok(text.into())
}

/// The longest path of a Unix socket in bytes (`sockaddr_un`, without the NUL byte).
const MAX_UNIX_PATH: usize = 107;

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix(UNIX) {
            return match self::text(path)? {
                path if path.len() > MAX_UNIX_PATH => Err(format!(
                    "the path of a socket has at most {MAX_UNIX_PATH} bytes"
                )),
                path => Ok(Listen::Unix(path)),
            };
        }
        match words::address(text) {
            Some(SocketAddr::V6(address)) if address.scope_id() != 0 => {
                Err("an address with a zone cannot be given".into())
            }
            Some(address) => Ok(Listen::Tcp(address)),
            None => Err(
                "write ADDRESS:PORT: 127.0.0.1:8080, [::1]:8080, localhost:8080, or *:8080 for \
                 every IPv4 address; names are not looked up"
                    .into(),
            ),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Listen::Tcp(address) => write!(f, "{address}"),
            Listen::Unix(path) => write!(f, "{UNIX}{path}"),
        }
    }
}

impl From<Listen> for String {
    fn from(listen: Listen) -> String {
        listen.to_string()
    }
}

impl TryFrom<String> for Listen {
    type Error = String;

    fn try_from(text: String) -> Result<Listen, String> {
        text.parse()
    }
}

impl FromStr for Net {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match words::net(text) {
            Some(net) if net.last != 0 => Ok(Net(text.into())),
            _ => Err(
                "write HOST:PORT, like example.com:443, 10.0.0.0/8:8000-8099 or [::1]:8080; `*` is any host or port"
                    .into(),
            ),
        }
    }
}

impl FromStr for NetListen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match words::net(text).map(|net| net.host) {
            Some(Host::Name(name)) if !words::is_localhost(name) => {
                Err("names are not looked up: write an address, or `*` for any".into())
            }
            Some(_) => Ok(NetListen(text.into())),
            None => Err(
                "write ADDRESS:PORT, like 127.0.0.1:8080, [::]:8080 or *:8000-8099; port 0 is one that the system chooses"
                    .into(),
            ),
        }
    }
}

impl FromStr for Timeout {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match words::duration(text.as_bytes()) {
            Ok(0) => {
                Err("no program can do anything in no time; without it there is no limit".into())
            }
            Ok(nanoseconds) => Ok(Timeout(nanoseconds)),
            Err(Wrong::Syntax) => Err("write a number followed by ms, s, m or h".into()),
            Err(Wrong::TooLarge) => {
                Err("that is more than 292 years; without it there is no limit".into())
            }
        }
    }
}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = |(_, unit): &&(&str, u64)| self.0.is_multiple_of(*unit);
        let (name, unit) = TIME_UNITS.iter().find(exact).unwrap_or(&("ns", 1));
        write!(f, "{} {name}", self.0 / unit)
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        words::size(text.as_bytes()).map(Size).map_err(|wrong| {
            match wrong {
                Wrong::Syntax => "write a number of bytes, such as 64K, 16M or 1G",
                Wrong::TooLarge => "that is more than any machine has",
            }
            .into()
        })
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
        for (shift, unit) in units {
            if self.0 >= 1 << shift && self.0.trailing_zeros() >= shift {
                return write!(f, "{} {unit}", self.0 >> shift);
            }
        }
        write!(f, "{} bytes", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_have_a_guest_path_and_a_mode() {
        let grant = |text: &str| {
            let dir: Dir = text.parse().ok()?;
            Some((dir.host, dir.guest, dir.read_only))
        };
        assert_eq!(grant("."), Some((".".into(), ".".into(), false)));
        assert_eq!(grant("a::/b:ro"), Some(("a".into(), "/b".into(), true)));
        assert_eq!(grant("a:b"), Some(("a:b".into(), "a:b".into(), false)));
        for wrong in ["", "::/b", "a::", ":ro", "a\0b", "a::b\0"] {
            assert_eq!(grant(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn embedded_files_are_read_only_anyway() {
        let grant = |text: &str| text.parse().map(|g: embed::Grant| (g.host, g.guest));
        assert_eq!(grant("a/b"), Ok(("a/b".into(), "a/b".into())));
        assert_eq!(grant("a::/b"), Ok(("a".into(), "/b".into())));
        for wrong in ["", "a::", "a::/b:ro"] {
            assert!(grant(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn sockets_listen_at_numbers() {
        let address = |text: &str| text.parse().map(|listen: Listen| listen.to_string());
        for (typed, meant) in [
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("localhost:8080", "127.0.0.1:8080"),
            ("*:0", "0.0.0.0:0"),
            ("[::]:65535", "[::]:65535"),
            ("[0::0:1]:1", "[::1]:1"),
            ("unix:a b", "unix:a b"),
        ] {
            assert_eq!(address(typed), Ok(meant.into()), "{typed}");
        }
        for wrong in [
            "",
            ":80",
            "80",
            "localhost",
            "*:",
            "example.com:80",
            "::1:80",
            "1.2.3:80",
            "01.2.3.4:80",
            "1.2.3.4:65536",
            "1.2.3.4:-1",
            "[fe80::1%2]:80",
            "localhost:80\0",
            "unix:",
            "unix:a\0",
        ] {
            assert!(address(wrong).is_err(), "{wrong:?}");
        }
        let path = |length| ["unix:", &"x".repeat(length)].concat();
        assert!(address(&path(107)).is_ok() && address(&path(108)).is_err());
    }

    #[test]
    fn connections_go_to_a_host_and_a_port() {
        for right in [
            "*",
            "a.b:1",
            "[::1]:443",
            "*:443",
            "127.0.0.1:*",
            "*.a.b:1",
            "10.0.0.0/8:1-9",
        ] {
            assert!(right.parse::<Net>().is_ok(), "{right}");
            let name = right.contains("a.b");
            assert_eq!(right.parse::<NetListen>().is_err(), name, "{right}");
        }
        for wrong in [
            "", "a", "a:", ":1", "a:0", "a:65536", "[::1]", "[x]:1", "a b:1", "a\0:1",
        ] {
            assert!(wrong.parse::<Net>().is_err(), "{wrong:?}");
        }
        assert!("localhost:0".parse::<NetListen>().is_ok());
    }

    #[test]
    fn times_have_units() {
        let time = |text: &str| text.parse::<Timeout>().map(|time| time.0).ok();
        assert_eq!(time("500ms"), Some(500_000_000));
        assert_eq!(time("10"), Some(10_000_000_000));
        assert_eq!(time("2m"), Some(120_000_000_000));
        assert_eq!(time("9223372036854775807ns"), Some(i64::MAX as u64));
        for wrong in [
            "",
            "s",
            "0",
            "0ms",
            "1.5s",
            "-1s",
            "1d",
            "1 s",
            "9223372037s",
            "99999999999999999999ns",
        ] {
            assert_eq!(time(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn times_are_shown_exactly() {
        let shown = |time: &str| time.parse::<Timeout>().unwrap().to_string();
        assert_eq!(
            ["90s", "120s", "1500ms", "3600000ms", "7ns"].map(shown),
            ["90 s", "2 m", "1500 ms", "1 h", "7 ns"]
        );
    }

    #[test]
    fn sizes_have_units() {
        let bytes = |text: &str| text.parse::<Size>().map(|size| size.0);
        assert_eq!(bytes("0"), Ok(0));
        assert_eq!(bytes("64K"), Ok(65536));
        assert_eq!(bytes("16MiB"), Ok(16 << 20));
        assert_eq!(bytes("4g"), Ok(4 << 30));
        for wrong in [
            "",
            "K",
            "-1",
            "1.5M",
            "1T",
            "99999999999999999999",
            "18446744073709551615K",
        ] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes_are_shown_exactly() {
        assert_eq!(Size(8 << 20).to_string(), "8 MiB");
        assert_eq!(Size(3 << 30).to_string(), "3 GiB");
        assert_eq!(Size(65537).to_string(), "65537 bytes");
        assert_eq!(Size(0).to_string(), "0 bytes");
    }

    #[test]
    fn variables_have_names() {
        for (typed, key, value) in [
            ("A=b=c", "A", Some("b=c")),
            ("A", "A", None),
            ("A=", "A", Some("")),
        ] {
            let variable: EnvVar = typed.parse().unwrap();
            assert_eq!((&*variable.key, variable.value.as_deref()), (key, value));
            assert_eq!(variable.to_string(), typed);
        }
        for wrong in ["", "=", "=b", "A=\0"] {
            assert!(wrong.parse::<EnvVar>().is_err(), "{wrong:?}");
        }
    }
}
