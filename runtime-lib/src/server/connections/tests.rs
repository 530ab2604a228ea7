//! Tests of connections and their lists.

use super::*;
use std::{
    os::{fd::IntoRawFd, unix::net::UnixStream},
    vec,
    vec::Vec,
};

/// The states in which connections can be.
const ALL: [State; 7] = [
    State::Idle,
    State::Head,
    State::Answer,
    State::Linger,
    State::Busy,
    State::Parked,
    State::Turn,
];

/// A descriptor of nothing, for connections that are not closed.
const NOWHERE: Fd = Fd(-1);

fn connections(most: usize) -> Connections {
    Connections::new(most).unwrap()
}

/// The indices of a list, which is emptied, and the times of its entries.
fn drain(all: &mut Connections, state: State) -> Vec<(u32, u64)> {
    let mut drained = Vec::new();
    while let Some(first) = all.longest(state) {
        drained.push(first);
        all.forget(first.0);
    }
    drained
}

#[test]
fn entries_are_used_again() {
    let mut all = connections(3);
    let added: Vec<_> = (0..5).map(|now| all.add(NOWHERE, now)).collect();
    assert_eq!(added, [Some(0), Some(1), Some(2), None, None]);
    assert_eq!(all.count(), 3);
    all.forget(1);
    all.forget(1);
    assert_eq!(all.count(), 2);
    assert!(all.get(1).is_none());
    assert_eq!(all.add(NOWHERE, 9), Some(1));
    assert_eq!(all.add(NOWHERE, 9), None);
    // An entry that was freed first is used first.
    all.forget(2);
    all.forget(0);
    assert_eq!(all.add(NOWHERE, 9), Some(2));
    assert_eq!(all.add(NOWHERE, 9), Some(0));
    assert_eq!(connections(0).add(NOWHERE, 0), None);
}

#[test]
fn a_new_connection_has_nothing_of_the_one_before() {
    let mut all = connections(1);
    assert_eq!(all.add(NOWHERE, 1), Some(0));
    let connection = all.get(0).unwrap();
    connection.kept.set(&[b"a"]).unwrap();
    connection.later.set(&[b"b"]).unwrap();
    connection.ends = true;
    all.wait(0, State::Head, 2);
    all.forget(0);
    assert_eq!(all.add(Fd(-2), 3), Some(0));
    let connection = all.get(0).unwrap();
    assert_eq!((connection.fd, connection.state), (Fd(-2), State::Busy));
    assert!(connection.kept.bytes().is_empty() && connection.later.bytes().is_empty());
    assert!(!connection.ends);
    assert_eq!(all.longest(State::Head), None);
    assert_eq!(all.longest(State::Busy), Some((0, 3)));
}

#[test]
fn lists_are_in_the_order_of_time() {
    let mut all = connections(8);
    for now in 0..5 {
        all.add(NOWHERE, now);
    }
    for (now, index) in [(10, 3), (11, 0), (12, 4)] {
        all.wait(index, State::Idle, now);
    }
    assert_eq!(all.longest(State::Idle), Some((3, 10)));
    assert_eq!(all.longest(State::Busy), Some((1, 1)));
    assert_eq!(all.longest(State::Answer), None);
    // Progress puts one to the end of its list, also the first and the last.
    all.progress(3, 13);
    assert_eq!(all.longest(State::Idle), Some((0, 11)));
    all.progress(3, 14);
    all.wait(0, State::Head, 15);
    assert_eq!(drain(&mut all, State::Idle), [(4, 12), (3, 14)]);
    assert_eq!(drain(&mut all, State::Busy), [(1, 1), (2, 2)]);
    assert_eq!(drain(&mut all, State::Head), [(0, 15)]);
    assert_eq!(all.count(), 0);
}

#[test]
fn what_is_not_there_changes_nothing() {
    let mut all = connections(2);
    all.add(NOWHERE, 1);
    for index in [1, 2, u32::MAX] {
        all.forget(index);
        all.close(index);
        all.progress(index, 5);
        assert!(all.get(index).is_none());
    }
    assert_eq!(all.count(), 1);
    assert_eq!(drain(&mut all, State::Busy), [(0, 1)]);
}

/// All connections of a random history: index, state, time.
#[test]
fn random_histories_have_their_lists() {
    let mut random = 1u32;
    let mut next = |below: u32| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 16) % below
    };
    let mut all = connections(20);
    let mut model: Vec<(u32, State, u64)> = Vec::new();
    for now in 0..5000 {
        let chosen = next(20);
        let place = model.iter().position(|(index, ..)| *index == chosen);
        match (next(4), place) {
            (0, _) => match all.add(NOWHERE, now) {
                Some(index) => model.push((index, State::Busy, now)),
                None => assert_eq!(model.len(), 20),
            },
            (1, Some(place)) => {
                all.forget(chosen);
                model.remove(place);
            }
            (2, Some(place)) => {
                let (_, state, _) = model.remove(place);
                all.progress(chosen, now);
                model.push((chosen, state, now));
            }
            (_, Some(place)) => {
                let state = ALL[next(ALL.len() as u32) as usize];
                model.remove(place);
                all.wait(chosen, state, now);
                model.push((chosen, state, now));
            }
            (_, None) => assert!(all.get(chosen).is_none()),
        }
        assert_eq!(all.count(), model.len());
        for state in ALL {
            let of_state = model.iter().find(|(_, other, _)| *other == state);
            let expected = of_state.map(|(index, _, since)| (*index, *since));
            assert_eq!(all.longest(state), expected, "{state:?} at {now}");
        }
    }
    for state in ALL {
        let of_state = model.iter().filter(|(_, other, _)| *other == state);
        let expected: Vec<_> = of_state.map(|(index, _, since)| (*index, *since)).collect();
        assert_eq!(drain(&mut all, state), expected, "{state:?}");
    }
}

#[test]
fn only_close_closes_the_socket() {
    use std::io::Read;
    let mut all = connections(2);
    let (one, mut client) = UnixStream::pair().unwrap();
    let (other, mut forgotten) = UnixStream::pair().unwrap();
    let kept = other.try_clone().unwrap();
    let index = all.add(Fd(one.into_raw_fd()), 1).unwrap();
    let second = all.add(Fd(other.into_raw_fd()), 1).unwrap();
    all.close(index);
    assert_eq!(client.read(&mut [0]).unwrap(), 0);
    let fd = all.get(second).unwrap().fd;
    all.forget(second);
    drop(kept);
    forgotten.set_nonblocking(true).unwrap();
    assert!(forgotten.read(&mut [0]).is_err(), "it is open");
    fd::close(fd).unwrap();
    assert_eq!(all.count(), 0);
}

#[test]
fn kept_bytes_are_a_copy() {
    let page = memory::page_size() as usize;
    let mut kept = Kept::NOTHING;
    assert!(kept.bytes().is_empty());
    let large = vec![b'x'; page + 1];
    for parts in [
        &[&b"ab"[..], b"", b"cde"][..],
        &[],
        &[b"f"],
        &[&large, b"y"],
        &[b"short again"],
    ] {
        kept.set(parts).unwrap();
        assert_eq!(kept.bytes(), parts.concat());
    }
    kept.drop_first(6);
    assert_eq!(kept.bytes(), b"again");
    kept.drop_first(0);
    assert_eq!(kept.bytes(), b"again");
    kept.drop_first(99);
    assert!(kept.bytes().is_empty());
    kept.set(&[b"z"]).unwrap();
    assert_eq!(kept.bytes(), b"z");
    kept.clear();
    assert!(kept.bytes().is_empty());
    kept.clear();
}
