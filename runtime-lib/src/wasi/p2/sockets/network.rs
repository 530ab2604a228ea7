//! `wasi:sockets/network`, `wasi:sockets/instance-network`.

use crate::{
    canonical::{Borrow, Call, Own},
    wasi::p2::{
        Host,
        generated::{
            io::error::Error,
            sockets::{
                instance_network,
                network::{self, ErrorCode, Network},
            },
        },
        objects,
    },
};

impl network::Functions for Host {
    fn network_error_code(_: &Call<'_>, err: Borrow<Error>) -> Option<ErrorCode> {
        Some(objects::errno(err.rep()).into())
    }

    fn network_drop(_: u32) {}
}

impl instance_network::Functions for Host {
    /// There is one network; grants restrict the reachable addresses.
    fn instance_network(_: &Call<'_>) -> Own<Network> {
        Own::new(0)
    }
}
