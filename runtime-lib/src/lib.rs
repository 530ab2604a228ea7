//! The runtime inside every executable.
#![no_std]
