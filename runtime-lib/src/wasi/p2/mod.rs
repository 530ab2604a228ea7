//! WASI 0.2: the traits that are generated from its WIT, implemented on [`crate::host`].

#[rustfmt::skip]
#[expect(unused_qualifications, reason = "every type is named the same way everywhere")]
pub mod generated;

/// What implements the functions of all interfaces.
#[derive(Debug)]
pub struct Host;
