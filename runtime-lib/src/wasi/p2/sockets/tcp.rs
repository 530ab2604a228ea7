//! `wasi:sockets/tcp`, `wasi:sockets/tcp-create-socket`.

use super::{
    Result, address,
    error::of_address,
    option,
    state::{Socket, State},
};
use crate::{
    canonical::{Borrow, Call, Own},
    host::net::{grants, socket, stream},
    os::{
        Errno,
        socket::{Family, How, Type, open_stream, option::Opt},
    },
    wasi::p2::{
        Host,
        generated::{
            io::{
                poll::Pollable,
                streams::{InputStream, OutputStream},
            },
            sockets::{
                network::{ErrorCode, IpAddressFamily, IpSocketAddress, Network},
                tcp::{self, ShutdownType, TcpSocket},
                tcp_create_socket,
            },
        },
        objects::{Input, Output, Stream},
    },
};
use core::net::SocketAddr;

/// The bytes that come by a connection.
static INPUT: Input = Input {
    read: |input, vectors, wait| stream::read(input.number, vectors, wait),
};

/// The bytes that go.
static OUTPUT: Output = Output {
    room: |output| stream::room(output.number),
    write: |output, vectors| stream::write(output.number, vectors),
    flush: |_| Ok(()),
};

/// As many connections may wait as the system allows.
const BACKLOG: u32 = 4096;

type Streams = (Own<InputStream>, Own<OutputStream>);

fn streams(number: u32) -> Streams {
    let input = Stream::new(&INPUT, number).insert();
    (input, Stream::new(&OUTPUT, number).insert())
}

/// Does something with a socket, which may change it.
fn with<T>(this: Borrow<TcpSocket>, operation: impl FnOnce(&mut Socket) -> Result<T>) -> Result<T> {
    let mut socket = Socket::of(this.rep());
    let result = operation(&mut socket);
    socket.set(this.rep());
    result
}

/// The descriptor of a socket, for what it is set to.
fn settable(this: Borrow<TcpSocket>) -> Result<u32> {
    Socket::of(this.rep()).settable()
}

fn start_bind(socket: &mut Socket, local: &SocketAddr) -> Result {
    address::unicast(local)?;
    address::of_family(local, socket.family())?;
    socket.idle()?;
    if socket.state != State::Unbound {
        return Err(ErrorCode::InvalidState);
    }
    let bound = socket::bind(socket.number, Type::Stream, local);
    socket.may_listen = bound.map_err(of_address)?;
    socket.state = State::BindStarted;
    Ok(())
}

fn start_connect(socket: &mut Socket, remote: &SocketAddr) -> Result {
    socket.idle()?;
    if !matches!(socket.state, State::Unbound | State::Bound) {
        return Err(ErrorCode::InvalidState);
    }
    address::unicast(remote)?;
    address::remote(remote)?;
    address::of_family(remote, socket.family())?;
    grants::connect(remote)?;
    socket.state = State::Connecting;
    // What fails at once is told when it is finished.
    let failed = socket::connect(socket.number, remote).err();
    socket.failed = failed.map_or(0, |errno| errno.number());
    Ok(())
}

fn finish_connect(socket: &mut Socket) -> Result<Streams> {
    if socket.state != State::Connecting {
        return Err(ErrorCode::NotInProgress);
    }
    let connected = socket
        .failure()
        .and_then(|()| socket::connected(socket.number));
    match connected {
        Ok(()) => {
            socket.state = State::Connected;
            Ok(streams(socket.number))
        }
        Err(Errno::EAGAIN) => Err(ErrorCode::WouldBlock),
        Err(errno) => {
            socket.close(errno);
            Err(of_address(errno))
        }
    }
}

fn start_listen(socket: &mut Socket) -> Result {
    socket.idle()?;
    if socket.state == State::Bound && !socket.may_listen {
        grants::listen(&socket::local(socket.number)?)?;
    }
    socket.step(State::Bound, State::ListenStarted, ErrorCode::InvalidState)
}

fn finish_listen(socket: &mut Socket) -> Result {
    let (from, to) = (State::ListenStarted, State::Listening);
    socket.step(from, to, ErrorCode::NotInProgress)?;
    let listening = socket::listen(socket.number, backlog(socket.backlog));
    listening.inspect_err(|errno| socket.close(*errno))?;
    Ok(())
}

fn backlog(wanted: u32) -> u32 {
    if wanted == 0 { BACKLOG } else { wanted }
}

fn set_backlog(socket: &mut Socket, value: u64) -> Result {
    if value == 0 {
        return Err(ErrorCode::InvalidArgument);
    }
    let value = value.min(i32::MAX as u64) as u32;
    match socket.state {
        State::Unbound | State::Bound | State::ListenStarted => {}
        State::Listening => {
            socket::listen(socket.number, value).map_err(|_| ErrorCode::NotSupported)?
        }
        _ => return Err(ErrorCode::InvalidState),
    }
    socket.backlog = value;
    Ok(())
}

impl tcp::Functions for Host {
    fn tcp_socket_start_bind(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        _: Borrow<Network>,
        local_address: IpSocketAddress,
    ) -> Result {
        with(this, |socket| start_bind(socket, &local_address.into()))
    }

    fn tcp_socket_finish_bind(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result {
        let (from, to) = (State::BindStarted, State::Bound);
        with(this, |socket| {
            socket.step(from, to, ErrorCode::NotInProgress)
        })
    }

    fn tcp_socket_start_connect(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        _: Borrow<Network>,
        remote_address: IpSocketAddress,
    ) -> Result {
        with(this, |socket| start_connect(socket, &remote_address.into()))
    }

    fn tcp_socket_finish_connect(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<Streams> {
        with(this, finish_connect)
    }

    fn tcp_socket_start_listen(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result {
        with(this, start_listen)
    }

    fn tcp_socket_finish_listen(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result {
        with(this, finish_listen)
    }

    fn tcp_socket_accept(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
    ) -> Result<(Own<TcpSocket>, Own<InputStream>, Own<OutputStream>)> {
        let listener = Socket::of(this.rep());
        if listener.state != State::Listening {
            return Err(ErrorCode::InvalidState);
        }
        let number = socket::accept(listener.number)?;
        let accepted = Socket::insert(State::Connected, listener.family(), number);
        let (input, output) = streams(number);
        Ok((accepted, input, output))
    }

    fn tcp_socket_local_address(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<IpSocketAddress> {
        let socket = Socket::of(this.rep());
        socket.usable()?;
        match socket.state {
            State::Unbound | State::Connecting => Err(ErrorCode::InvalidState),
            _ => Ok(socket::local(socket.number)?.into()),
        }
    }

    fn tcp_socket_remote_address(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<IpSocketAddress> {
        let socket = Socket::of(this.rep());
        match socket.state {
            State::Connected => Ok(socket::peer(socket.number)?.into()),
            _ => Err(ErrorCode::InvalidState),
        }
    }

    fn tcp_socket_is_listening(_: &Call<'_>, this: Borrow<TcpSocket>) -> bool {
        Socket::of(this.rep()).state == State::Listening
    }

    fn tcp_socket_address_family(_: &Call<'_>, this: Borrow<TcpSocket>) -> IpAddressFamily {
        Socket::of(this.rep()).family().into()
    }

    fn tcp_socket_set_listen_backlog_size(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        value: u64,
    ) -> Result {
        with(this, |socket| set_backlog(socket, value))
    }

    fn tcp_socket_keep_alive_enabled(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<bool> {
        Ok(socket::option(settable(this)?, Opt::SO_KEEPALIVE)? != 0)
    }

    fn tcp_socket_set_keep_alive_enabled(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        value: bool,
    ) -> Result {
        let number = settable(this)?;
        Ok(socket::set_option(number, Opt::SO_KEEPALIVE, value.into())?)
    }

    fn tcp_socket_keep_alive_idle_time(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<u64> {
        option::time(settable(this)?, Opt::TCP_KEEPIDLE)
    }

    fn tcp_socket_set_keep_alive_idle_time(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        value: u64,
    ) -> Result {
        option::set_time(settable(this)?, Opt::TCP_KEEPIDLE, value)
    }

    fn tcp_socket_keep_alive_interval(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<u64> {
        option::time(settable(this)?, Opt::TCP_KEEPINTVL)
    }

    fn tcp_socket_set_keep_alive_interval(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        value: u64,
    ) -> Result {
        option::set_time(settable(this)?, Opt::TCP_KEEPINTVL, value)
    }

    fn tcp_socket_keep_alive_count(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<u32> {
        Ok(socket::option(settable(this)?, Opt::TCP_KEEPCNT)?)
    }

    fn tcp_socket_set_keep_alive_count(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        value: u32,
    ) -> Result {
        option::set_count(settable(this)?, Opt::TCP_KEEPCNT, value)
    }

    fn tcp_socket_hop_limit(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<u8> {
        option::hop_limit(settable(this)?, Socket::of(this.rep()).family())
    }

    fn tcp_socket_set_hop_limit(_: &Call<'_>, this: Borrow<TcpSocket>, value: u8) -> Result {
        option::set_hop_limit(settable(this)?, Socket::of(this.rep()).family(), value)
    }

    fn tcp_socket_receive_buffer_size(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<u64> {
        option::buffer(settable(this)?, Opt::SO_RCVBUF)
    }

    fn tcp_socket_set_receive_buffer_size(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        value: u64,
    ) -> Result {
        option::set_buffer(settable(this)?, Opt::SO_RCVBUF, value)
    }

    fn tcp_socket_send_buffer_size(_: &Call<'_>, this: Borrow<TcpSocket>) -> Result<u64> {
        option::buffer(settable(this)?, Opt::SO_SNDBUF)
    }

    fn tcp_socket_set_send_buffer_size(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        value: u64,
    ) -> Result {
        option::set_buffer(settable(this)?, Opt::SO_SNDBUF, value)
    }

    fn tcp_socket_subscribe(_: &Call<'_>, this: Borrow<TcpSocket>) -> Own<Pollable> {
        Socket::subscribe(this.rep())
    }

    fn tcp_socket_shutdown(
        _: &Call<'_>,
        this: Borrow<TcpSocket>,
        shutdown_type: ShutdownType,
    ) -> Result {
        let socket = Socket::of(this.rep());
        if socket.state != State::Connected {
            return Err(ErrorCode::InvalidState);
        }
        let how = match shutdown_type {
            ShutdownType::Receive => How::Read,
            ShutdownType::Send => How::Write,
            ShutdownType::Both => How::Both,
        };
        // A connection that the other end has ended is ended.
        let _ = stream::shutdown(socket.number, how);
        Ok(())
    }

    fn tcp_socket_drop(rep: u32) {
        Socket::remove(rep);
    }
}

impl tcp_create_socket::Functions for Host {
    fn create_tcp_socket(_: &Call<'_>, address_family: IpAddressFamily) -> Result<Own<TcpSocket>> {
        let family = Family::from(address_family);
        let number = socket::make(family, open_stream)?;
        Ok(Socket::insert(State::Unbound, family, number))
    }
}
