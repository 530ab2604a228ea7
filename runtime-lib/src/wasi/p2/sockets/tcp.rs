//! `wasi:sockets/tcp`, `wasi:sockets/tcp-create-socket`.

use super::Result;
use crate::{
    canonical::{Borrow, Call, Own},
    host::net::{
        option,
        socket::{option as get, set_option as set},
        tcp as socket,
    },
    os::socket::{How, option::Opt},
    wasi::p2::{
        Host,
        generated::{
            io::{
                poll::Pollable,
                streams::{InputStream, OutputStream},
            },
            sockets::{
                network::{IpAddressFamily, IpSocketAddress, Network},
                tcp::{self, ShutdownType, TcpSocket},
                tcp_create_socket,
            },
        },
        objects::{dropped, own},
    },
};

type Streams = (Own<InputStream>, Own<OutputStream>);

fn streams((input, output): socket::Streams) -> Streams {
    (Own::new(input), Own::new(output))
}

/// The descriptor of a socket, for options.
fn settable(this: Borrow<TcpSocket>) -> Result<u32> {
    Ok(socket::settable(this.rep())?)
}

impl tcp::Functions for Host {
    fn tcp_socket_start_bind(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        _: Borrow<Network>,
        local_address: IpSocketAddress,
    ) -> Result {
        Ok(socket::start_bind(this.rep(), &local_address.into())?)
    }

    fn tcp_socket_finish_bind(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result {
        Ok(socket::finish_bind(this.rep())?)
    }

    fn tcp_socket_start_connect(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        _: Borrow<Network>,
        remote_address: IpSocketAddress,
    ) -> Result {
        Ok(socket::start_connect(this.rep(), &remote_address.into())?)
    }

    fn tcp_socket_finish_connect(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<Streams> {
        Ok(streams(socket::finish_connect(this.rep())?))
    }

    fn tcp_socket_start_listen(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result {
        Ok(socket::start_listen(this.rep())?)
    }

    fn tcp_socket_finish_listen(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result {
        Ok(socket::finish_listen(this.rep())?)
    }

    fn tcp_socket_accept(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
    ) -> Result<(Own<TcpSocket>, Own<InputStream>, Own<OutputStream>)> {
        let (accepted, both) = socket::accept(this.rep())?;
        let (input, output) = streams(both);
        Ok((Own::new(accepted), input, output))
    }

    fn tcp_socket_local_address(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<IpSocketAddress> {
        Ok(socket::local(this.rep())?.into())
    }

    fn tcp_socket_remote_address(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<IpSocketAddress> {
        Ok(socket::peer(this.rep())?.into())
    }

    fn tcp_socket_is_listening(_: &Call<'_>, this: Borrow<TcpSocket>) -> bool {
        socket::is_listening(this.rep())
    }

    fn tcp_socket_address_family(_: &Call<'_>, this: Borrow<TcpSocket>) -> IpAddressFamily {
        socket::family(this.rep()).into()
    }

    fn tcp_socket_set_listen_backlog_size(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        value: u64,
    ) -> Result {
        Ok(socket::set_backlog(this.rep(), value)?)
    }

    fn tcp_socket_keep_alive_enabled(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<bool> {
        Ok(get(settable(this)?, Opt::SO_KEEPALIVE)? != 0)
    }

    fn tcp_socket_set_keep_alive_enabled(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        value: bool,
    ) -> Result {
        let number = settable(this)?;
        Ok(set(number, Opt::SO_KEEPALIVE, value.into())?)
    }

    fn tcp_socket_keep_alive_idle_time(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<u64> {
        Ok(option::time(settable(this)?, Opt::TCP_KEEPIDLE)?)
    }

    fn tcp_socket_set_keep_alive_idle_time(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        value: u64,
    ) -> Result {
        Ok(option::set_time(settable(this)?, Opt::TCP_KEEPIDLE, value)?)
    }

    fn tcp_socket_keep_alive_interval(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<u64> {
        Ok(option::time(settable(this)?, Opt::TCP_KEEPINTVL)?)
    }

    fn tcp_socket_set_keep_alive_interval(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        value: u64,
    ) -> Result {
        Ok(option::set_time(
            settable(this)?,
            Opt::TCP_KEEPINTVL,
            value,
        )?)
    }

    fn tcp_socket_keep_alive_count(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<u32> {
        Ok(get(settable(this)?, Opt::TCP_KEEPCNT)?)
    }

    fn tcp_socket_set_keep_alive_count(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        value: u32,
    ) -> Result {
        Ok(option::set_count(settable(this)?, Opt::TCP_KEEPCNT, value)?)
    }

    fn tcp_socket_hop_limit(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<u8> {
        Ok(option::hop_limit(
            settable(this)?,
            socket::family(this.rep()),
        )?)
    }

    fn tcp_socket_set_hop_limit(_: &Call<'_>, this: Borrow<TcpSocket>, value: u8) -> Result {
        Ok(option::set_hop_limit(
            settable(this)?,
            socket::family(this.rep()),
            value,
        )?)
    }

    fn tcp_socket_receive_buffer_size(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<u64> {
        Ok(option::buffer(settable(this)?, Opt::SO_RCVBUF)?)
    }

    fn tcp_socket_set_receive_buffer_size(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        value: u64,
    ) -> Result {
        Ok(option::set_buffer(settable(this)?, Opt::SO_RCVBUF, value)?)
    }

    fn tcp_socket_send_buffer_size(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<u64> {
        Ok(option::buffer(settable(this)?, Opt::SO_SNDBUF)?)
    }

    fn tcp_socket_set_send_buffer_size(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        value: u64,
    ) -> Result {
        Ok(option::set_buffer(settable(this)?, Opt::SO_SNDBUF, value)?)
    }

    fn tcp_socket_subscribe(_: &Call<'_>, this: Borrow<TcpSocket>) -> Own<Pollable> {
        own(socket::subscribe(this.rep()))
    }

    fn tcp_socket_shutdown(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        shutdown_type: ShutdownType,
    ) -> Result {
        let how = match shutdown_type {
            ShutdownType::Receive => How::Read,
            ShutdownType::Send => How::Write,
            ShutdownType::Both => How::Both,
        };
        Ok(socket::shutdown(this.rep(), how)?)
    }

    fn tcp_socket_drop(rep: u32) {
        dropped(socket::remove(rep));
    }
}

impl tcp_create_socket::Functions for Host {
    fn create_tcp_socket(_: &Call<'_>, address_family: IpAddressFamily) -> Result<Own<TcpSocket>> {
        Ok(Own::new(socket::create(address_family.into())?))
    }
}
