//! `wasi:filesystem/preopens`.

use crate::{
    canonical::{Call, Own, Stored},
    host::{descriptor, guest_name, notes},
    wasi::p2::{
        Host,
        generated::filesystem::{preopens::Functions, types::Descriptor},
    },
};

impl Functions for Host {
    /// Each call returns new handles: the grants stay when these are dropped.
    fn get_directories(call: &Call<'_>) -> Stored<[(Own<Descriptor>, Stored<str>)]> {
        notes::no_directory();
        let mut granted = descriptor::granted_dirs();
        call.list(descriptor::granted_dirs().count(), |_| {
            let (number, dir) = granted.next().unwrap_or((0, descriptor::Descriptor::FREE));
            descriptor::hold(number);
            (Own::new(number), call.text(guest_name(&dir)))
        })
    }
}
