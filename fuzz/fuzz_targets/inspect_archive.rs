//! Logs of Inspect, as archives.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dogwatch_fuzz::archive(bytes));
