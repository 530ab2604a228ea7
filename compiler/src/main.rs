//! The `wasi-aot` command.

fn main() {}
