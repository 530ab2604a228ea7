//! What the user grants and names at build: the plain form of [`wasi_aot_abi::Config`].

/// Grants, limits and names that the executable carries.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    /// The module's file name, for reports.
    pub module: String,
    /// `argv[0]` as the program sees it; `None`: as the process was called.
    pub argv0: Option<String>,
    /// Granted directories.
    pub dirs: Vec<Dir>,
    /// Environment variables, in order.
    pub env: Vec<EnvVar>,
    /// Whether the whole environment of the process is passed on.
    pub inherit_env: bool,
    /// Size of the program's stack in bytes.
    pub max_stack: u64,
}

/// A granted directory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dir {
    /// Path on the host; relative means to the directory at run time.
    pub host: String,
    /// Path that the program sees.
    pub guest: String,
    /// Whether nothing below may be changed.
    pub read_only: bool,
}

/// An environment variable that the program sees.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnvVar {
    /// Its name.
    pub key: String,
    /// Its value; `None`: the process's, if it is set there.
    pub value: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            module: String::new(),
            argv0: None,
            dirs: Vec::new(),
            env: Vec::new(),
            inherit_env: false,
            max_stack: wasi_aot_abi::DEFAULT_STACK,
        }
    }
}
