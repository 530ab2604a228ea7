//! `wasi:sockets/udp`, `wasi:sockets/udp-create-socket`: the sockets.

use super::{Result, address, datagrams::Datagrams, error::of_address, option};
use crate::{
    canonical::{Borrow, Call, List, Own, Stored},
    component::raise,
    host::{
        descriptor,
        net::{datagram, socket},
        table::{Entry, Table},
    },
    os::socket::{Family, Type, open_datagram, option::Opt},
    wasi::p2::{
        Host,
        generated::{
            io::poll,
            sockets::{
                network::{ErrorCode, IpAddressFamily, IpSocketAddress, Network},
                udp::{
                    self, IncomingDatagram, IncomingDatagramStream, OutgoingDatagram,
                    OutgoingDatagramStream, UdpSocket,
                },
                udp_create_socket,
            },
        },
        objects::{self, Parent, Pollable},
    },
};
use core::net::SocketAddr;
use wasi_aot_abi::Trap;

/// How far a socket has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Debug)]
#[repr(u8)]
enum State {
    /// The entry of the table is free.
    Free,
    /// It is new.
    Unbound,
    /// `start-bind` has succeeded.
    BindStarted,
    /// It has an address.
    Bound,
    /// And deals with one address only.
    Connected,
}

/// A socket.
#[derive(Clone, Copy, Debug)]
pub struct Socket {
    state: State,
    ipv6: bool,
    /// Whether its address is granted to wait at.
    may_listen: bool,
    /// Its descriptor, of which it is a holder.
    number: u32,
    /// Streams that were made of it.
    streams: u32,
    /// Pollables that were made of it.
    pollables: u32,
}

impl Entry for Socket {
    const FREE: Socket = Socket {
        state: State::Free,
        ipv6: false,
        may_listen: false,
        number: 0,
        streams: 0,
        pollables: 0,
    };

    fn is_free(&self) -> bool {
        self.state == State::Free
    }
}

static SOCKETS: Table<Socket> = Table::new();

/// There is nothing that a socket itself waits for.
static PARENT: Parent = Parent {
    now: |_| {},
    works: false,
    ready: |_| true,
    left: |rep| Socket::change(rep, |socket| socket.pollables -= 1),
};

impl Socket {
    fn of(rep: u32) -> Socket {
        objects::found(&SOCKETS, rep)
    }

    fn change<T>(rep: u32, change: impl FnOnce(&mut Socket) -> T) -> T {
        let mut socket = Socket::of(rep);
        let result = change(&mut socket);
        SOCKETS.write(rep as usize, socket);
        result
    }

    fn family(&self) -> Family {
        if self.ipv6 {
            Family::Ipv6
        } else {
            Family::Ipv4
        }
    }

    /// A stream of it is gone.
    pub fn stream_gone(rep: u32) {
        Socket::change(rep, |socket| socket.streams -= 1);
    }

    fn start_bind(&mut self, local: &SocketAddr) -> Result {
        match self.state {
            State::Unbound => {}
            State::BindStarted => return Err(ErrorCode::ConcurrencyConflict),
            _ => return Err(ErrorCode::InvalidState),
        }
        address::of_family(local, self.family())?;
        let bound = socket::bind(self.number, Type::Datagram, local);
        self.may_listen = bound.map_err(of_address)?;
        self.state = State::BindStarted;
        Ok(())
    }

    fn finish_bind(&mut self) -> Result {
        if self.state != State::BindStarted {
            return Err(ErrorCode::NotInProgress);
        }
        self.state = State::Bound;
        Ok(())
    }

    /// Deals with this address from now on, or with all. Traps if there are streams from before.
    fn associate(&mut self, remote: Option<&SocketAddr>) -> Result {
        if self.streams != 0 {
            raise(Trap::ResourceHasChildren);
        }
        if self.state < State::Bound {
            return Err(ErrorCode::InvalidState);
        }
        if self.state == State::Connected {
            datagram::disconnect(self.number)?;
            self.state = State::Bound;
        }
        if let Some(remote) = remote {
            address::of_family(remote, self.family())?;
            address::remote(remote)?;
            datagram::connect(self.number, remote).map_err(of_address)?;
            self.state = State::Connected;
        }
        Ok(())
    }

    /// Its streams.
    fn streams(&mut self, rep: u32) -> (Own<IncomingDatagramStream>, Own<OutgoingDatagramStream>) {
        let stream = Datagrams::new(rep, self.number, self.family())
            .connected(self.state == State::Connected)
            .waiting_there(self.may_listen);
        self.streams = 2;
        (Own::new(stream.insert()), Own::new(stream.insert()))
    }
}

impl udp::Functions for Host {
    fn udp_socket_start_bind(
        _: &Call<'_>,
        this: Borrow<UdpSocket>,
        _: Borrow<Network>,
        local_address: IpSocketAddress,
    ) -> Result {
        Socket::change(this.rep(), |socket| {
            socket.start_bind(&local_address.into())
        })
    }

    fn udp_socket_finish_bind(_: &Call<'_>, this: Borrow<UdpSocket>) -> Result {
        Socket::change(this.rep(), Socket::finish_bind)
    }

    fn udp_socket_stream(
        _: &Call<'_>,
        this: Borrow<UdpSocket>,
        remote_address: Option<IpSocketAddress>,
    ) -> Result<(Own<IncomingDatagramStream>, Own<OutgoingDatagramStream>)> {
        let remote = remote_address.map(SocketAddr::from);
        Socket::change(this.rep(), |socket| {
            socket.associate(remote.as_ref())?;
            Ok(socket.streams(this.rep()))
        })
    }

    fn udp_socket_local_address(_: &Call<'_>, this: Borrow<UdpSocket>) -> Result<IpSocketAddress> {
        let socket = Socket::of(this.rep());
        match socket.state {
            State::Unbound => Err(ErrorCode::InvalidState),
            _ => Ok(socket::local(socket.number)?.into()),
        }
    }

    fn udp_socket_remote_address(_: &Call<'_>, this: Borrow<UdpSocket>) -> Result<IpSocketAddress> {
        let socket = Socket::of(this.rep());
        match socket.state {
            State::Connected => Ok(socket::peer(socket.number)?.into()),
            _ => Err(ErrorCode::InvalidState),
        }
    }

    fn udp_socket_address_family(_: &Call<'_>, this: Borrow<UdpSocket>) -> IpAddressFamily {
        Socket::of(this.rep()).family().into()
    }

    fn udp_socket_unicast_hop_limit(_: &Call<'_>, this: Borrow<UdpSocket>) -> Result<u8> {
        let socket = Socket::of(this.rep());
        option::hop_limit(socket.number, socket.family())
    }

    fn udp_socket_set_unicast_hop_limit(
        _: &Call<'_>,
        this: Borrow<UdpSocket>,
        value: u8,
    ) -> Result {
        let socket = Socket::of(this.rep());
        option::set_hop_limit(socket.number, socket.family(), value)
    }

    fn udp_socket_receive_buffer_size(_: &Call<'_>, this: Borrow<UdpSocket>) -> Result<u64> {
        option::buffer(Socket::of(this.rep()).number, Opt::SO_RCVBUF)
    }

    fn udp_socket_set_receive_buffer_size(
        _: &Call<'_>,
        this: Borrow<UdpSocket>,
        value: u64,
    ) -> Result {
        option::set_buffer(Socket::of(this.rep()).number, Opt::SO_RCVBUF, value)
    }

    fn udp_socket_send_buffer_size(_: &Call<'_>, this: Borrow<UdpSocket>) -> Result<u64> {
        option::buffer(Socket::of(this.rep()).number, Opt::SO_SNDBUF)
    }

    fn udp_socket_set_send_buffer_size(
        _: &Call<'_>,
        this: Borrow<UdpSocket>,
        value: u64,
    ) -> Result {
        option::set_buffer(Socket::of(this.rep()).number, Opt::SO_SNDBUF, value)
    }

    fn udp_socket_subscribe(_: &Call<'_>, this: Borrow<UdpSocket>) -> Own<poll::Pollable> {
        Socket::change(this.rep(), |socket| socket.pollables += 1);
        Pollable::of_parent(&PARENT, this.rep())
    }

    fn incoming_datagram_stream_receive(
        call: &Call<'_>,
        this: Borrow<IncomingDatagramStream>,
        max_results: u64,
    ) -> Result<Stored<[IncomingDatagram]>> {
        Datagrams::of(this.rep()).receive(call, max_results)
    }

    fn incoming_datagram_stream_subscribe(
        _: &Call<'_>,
        this: Borrow<IncomingDatagramStream>,
    ) -> Own<poll::Pollable> {
        Datagrams::subscribe_incoming(this.rep())
    }

    fn outgoing_datagram_stream_check_send(
        _: &Call<'_>,
        this: Borrow<OutgoingDatagramStream>,
    ) -> Result<u64> {
        Ok(Datagrams::change(this.rep(), Datagrams::check_send))
    }

    fn outgoing_datagram_stream_send(
        _: &Call<'_>,
        this: Borrow<OutgoingDatagramStream>,
        datagrams: List<'_, OutgoingDatagram<'_>>,
    ) -> Result<u64> {
        Datagrams::change(this.rep(), |stream| stream.send(datagrams))
    }

    fn outgoing_datagram_stream_subscribe(
        _: &Call<'_>,
        this: Borrow<OutgoingDatagramStream>,
    ) -> Own<poll::Pollable> {
        Datagrams::subscribe_outgoing(this.rep())
    }

    /// Traps if a stream or a pollable was made of it that lives.
    fn udp_socket_drop(rep: u32) {
        let socket = Socket::of(rep);
        if socket.streams != 0 || socket.pollables != 0 {
            raise(Trap::ResourceHasChildren);
        }
        SOCKETS.remove(rep as usize);
        // Nobody could be told.
        let _ = descriptor::let_go(socket.number);
    }

    fn incoming_datagram_stream_drop(rep: u32) {
        Datagrams::remove(rep);
    }

    fn outgoing_datagram_stream_drop(rep: u32) {
        Datagrams::remove(rep);
    }
}

impl udp_create_socket::Functions for Host {
    fn create_udp_socket(_: &Call<'_>, address_family: IpAddressFamily) -> Result<Own<UdpSocket>> {
        let family = Family::from(address_family);
        let number = socket::make(family, open_datagram)?;
        Ok(Own::new(objects::inserted(
            &SOCKETS,
            Socket {
                state: State::Unbound,
                ipv6: family == Family::Ipv6,
                number,
                ..Socket::FREE
            },
        )))
    }
}
