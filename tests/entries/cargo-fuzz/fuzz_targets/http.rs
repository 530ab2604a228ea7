//! libFuzzer calls `http` of `tests/entries`.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| wasi_aot_tests::entries::http(data));
