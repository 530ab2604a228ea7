//! The table of targets.

use crate::{AddressPlan, Runtime, Target};

include!(concat!(env!("OUT_DIR"), "/runtimes.rs"));

/// All targets, the order in which `wasi-aot targets` lists them.
pub static TARGETS: &[Target] = &[
    Target {
        name: "x86_64-linux",
        aliases: &[
            "x86_64-unknown-linux-gnu",
            "x86_64-unknown-linux-musl",
            "x86_64-linux-gnu",
            "x86_64-linux-musl",
        ],
        triple: "x86_64-unknown-linux-gnu",
        baseline: &[
            "has_cmpxchg16b",
            "has_sse3",
            "has_ssse3",
            "has_sse41",
            "has_sse42",
            "has_popcnt",
        ],
        cpu: "x86-64-v2",
        addresses: AddressPlan {
            image: 0x20_0000,
            fixed: 0x3f00_0000,
            region: 0x4000_0000,
            stride: 0x2_0000_0000,
            page: 0x1000,
        },
        runtime: X86_64_LINUX,
    },
    Target {
        name: "aarch64-linux",
        aliases: &[
            "aarch64-unknown-linux-gnu",
            "aarch64-unknown-linux-musl",
            "aarch64-linux-gnu",
            "aarch64-linux-musl",
            "arm64-linux",
        ],
        triple: "aarch64-unknown-linux-gnu",
        baseline: &[],
        cpu: "armv8-a",
        addresses: AddressPlan {
            image: 0x20_0000,
            fixed: 0x3f00_0000,
            region: 0x4000_0000,
            stride: 0x2_0000_0000,
            page: 0x1_0000,
        },
        runtime: AARCH64_LINUX,
    },
];
