//! The table of targets, for the library and for the build script.

use super::target::{AddressPlan, Level, Target};
use wasi_aot_abi::cpu;

/// The features of the level that Cranelift uses.
const X86_64_V3: u64 = cpu::bits(
    cpu::X86_64,
    &["avx", "avx2", "bmi1", "bmi2", "fma", "lzcnt"],
);
const X86_64_V4: u64 = X86_64_V3 | cpu::bits(cpu::X86_64, &["avx512f", "avx512dq", "avx512vl"]);

/// All targets, in the order in which `wasi-aot targets` lists them.
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
        features: cpu::X86_64,
        levels: &[
            Level {
                name: "x86-64-v3",
                features: X86_64_V3,
            },
            Level {
                name: "x86-64-v4",
                features: X86_64_V4,
            },
        ],
        addresses: AddressPlan {
            image: 0x20_0000,
            fixed: 0x3f00_0000,
            region: 0x4000_0000,
            stride: 0x2_0000_0000,
            page: 0x1000,
            segment: true,
        },
        rustc: &["-Ctarget-cpu=x86-64-v2"],
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
        features: cpu::AARCH64,
        levels: &[Level {
            name: "armv8.1-a",
            features: cpu::bits(cpu::AARCH64, &["lse"]),
        }],
        addresses: AddressPlan {
            image: 0x20_0000,
            fixed: 0x3f00_0000,
            region: 0x4000_0000,
            stride: 0x2_0000_0000,
            page: 0x1_0000,
            segment: false,
        },
        // Outlined atomics are functions of a library that is not linked.
        rustc: &["-Ctarget-feature=-outline-atomics"],
    },
];
