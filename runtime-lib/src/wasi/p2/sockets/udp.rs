//! `wasi:sockets/udp`, `wasi:sockets/udp-create-socket`.

use super::Result;
use crate::{
    canonical::{Borrow, Call, List, Own, Stored},
    host::net::{
        datagrams::{self, MOST},
        option, udp as socket,
    },
    os::socket::option::Opt,
    scratch::Scratch,
    wasi::p2::{
        Host,
        generated::{
            io::poll,
            sockets::{
                network::{IpAddressFamily, IpSocketAddress, Network},
                udp::{
                    self, IncomingDatagram, IncomingDatagramStream, OutgoingDatagram,
                    OutgoingDatagramStream, UdpSocket,
                },
                udp_create_socket,
            },
        },
        objects::{dropped, own},
    },
};
use core::net::SocketAddr;

/// The descriptor of a socket, for options.
fn settable(this: Borrow<UdpSocket>) -> u32 {
    socket::settable(this.rep())
}

impl udp::Functions for Host {
    fn udp_socket_start_bind(
        _: &Call<'_>,
        this: Borrow<UdpSocket>,
        _: Borrow<Network>,
        local_address: IpSocketAddress,
    ) -> Result {
        Ok(socket::start_bind(this.rep(), &local_address.into())?)
    }

    fn udp_socket_finish_bind(_: &Call<'_>, this: Borrow<UdpSocket>) -> Result {
        Ok(socket::finish_bind(this.rep())?)
    }

    fn udp_socket_stream(
        _: &Call<'_>,
        this: Borrow<UdpSocket>,
        remote_address: Option<IpSocketAddress>,
    ) -> Result<(Own<IncomingDatagramStream>, Own<OutgoingDatagramStream>)> {
        let remote = remote_address.map(SocketAddr::from);
        let (incoming, outgoing) = socket::streams(this.rep(), remote.as_ref())?;
        Ok((Own::new(incoming), Own::new(outgoing)))
    }

    fn udp_socket_local_address(_: &Call<'_>, this: Borrow<UdpSocket>) -> Result<IpSocketAddress> {
        Ok(socket::local(this.rep())?.into())
    }

    fn udp_socket_remote_address(_: &Call<'_>, this: Borrow<UdpSocket>) -> Result<IpSocketAddress> {
        Ok(socket::peer(this.rep())?.into())
    }

    fn udp_socket_address_family(_: &Call<'_>, this: Borrow<UdpSocket>) -> IpAddressFamily {
        socket::family(this.rep()).into()
    }

    fn udp_socket_unicast_hop_limit(_: &Call<'_>, this: Borrow<UdpSocket>) -> Result<u8> {
        let family = socket::family(this.rep());
        Ok(option::hop_limit(settable(this), family)?)
    }

    fn udp_socket_set_unicast_hop_limit(
        _: &Call<'_>,
        this: Borrow<UdpSocket>,
        value: u8,
    ) -> Result {
        let family = socket::family(this.rep());
        Ok(option::set_hop_limit(settable(this), family, value)?)
    }

    fn udp_socket_receive_buffer_size(_: &Call<'_>, this: Borrow<UdpSocket>) -> Result<u64> {
        Ok(option::buffer(settable(this), Opt::SO_RCVBUF)?)
    }

    fn udp_socket_set_receive_buffer_size(
        _: &Call<'_>,
        this: Borrow<UdpSocket>,
        value: u64,
    ) -> Result {
        Ok(option::set_buffer(settable(this), Opt::SO_RCVBUF, value)?)
    }

    fn udp_socket_send_buffer_size(_: &Call<'_>, this: Borrow<UdpSocket>) -> Result<u64> {
        Ok(option::buffer(settable(this), Opt::SO_SNDBUF)?)
    }

    fn udp_socket_set_send_buffer_size(
        _: &Call<'_>,
        this: Borrow<UdpSocket>,
        value: u64,
    ) -> Result {
        Ok(option::set_buffer(settable(this), Opt::SO_SNDBUF, value)?)
    }

    fn udp_socket_subscribe(_: &Call<'_>, this: Borrow<UdpSocket>) -> Own<poll::Pollable> {
        own(socket::subscribe(this.rep()))
    }

    fn incoming_datagram_stream_receive(
        call: &Call<'_>,
        this: Borrow<IncomingDatagramStream>,
        max_results: u64,
    ) -> Result<Stored<[IncomingDatagram]>> {
        let room = usize::try_from(max_results).unwrap_or(MOST).min(MOST);
        let mut received = Scratch::<IncomingDatagram, MOST>::new(room)?;
        datagrams::receive(this.rep(), max_results, |bytes, from| {
            received.push(IncomingDatagram {
                data: call.copied_cells(bytes),
                remote_address: from.into(),
            });
        })?;
        let received = received.values();
        Ok(call.list_of(received))
    }

    fn incoming_datagram_stream_subscribe(
        _: &Call<'_>,
        this: Borrow<IncomingDatagramStream>,
    ) -> Own<poll::Pollable> {
        own(datagrams::subscribe_incoming(this.rep()))
    }

    fn outgoing_datagram_stream_check_send(
        _: &Call<'_>,
        this: Borrow<OutgoingDatagramStream>,
    ) -> Result<u64> {
        Ok(datagrams::permit(this.rep()))
    }

    /// Traps if the datagrams exceed the permit of `check-send`.
    fn outgoing_datagram_stream_send(
        _: &Call<'_>,
        this: Borrow<OutgoingDatagramStream>,
        datagrams: List<'_, OutgoingDatagram<'_>>,
    ) -> Result<u64> {
        // An invalid datagram traps before any is sent.
        datagrams.iter().for_each(drop);
        let sent = datagrams.iter().map(|datagram| {
            let to = datagram.remote_address.map(SocketAddr::from);
            (datagram.data.cells(), to)
        });
        Ok(datagrams::send(this.rep(), sent)?)
    }

    fn outgoing_datagram_stream_subscribe(
        _: &Call<'_>,
        this: Borrow<OutgoingDatagramStream>,
    ) -> Own<poll::Pollable> {
        own(datagrams::subscribe_outgoing(this.rep()))
    }

    fn udp_socket_drop(rep: u32) {
        dropped(socket::remove(rep));
    }

    fn incoming_datagram_stream_drop(rep: u32) {
        dropped(datagrams::remove(rep));
    }

    fn outgoing_datagram_stream_drop(rep: u32) {
        dropped(datagrams::remove(rep));
    }
}

impl udp_create_socket::Functions for Host {
    fn create_udp_socket(_: &Call<'_>, address_family: IpAddressFamily) -> Result<Own<UdpSocket>> {
        Ok(Own::new(socket::create(address_family.into())?))
    }
}
