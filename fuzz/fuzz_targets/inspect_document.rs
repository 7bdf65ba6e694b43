//! Logs of Inspect, as documents.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dogwatch_fuzz::reader(dogwatch_fuzz::format("inspect", 1), bytes));
