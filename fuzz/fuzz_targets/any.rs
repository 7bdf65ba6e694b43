//! Whatever a file is.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dogwatch_fuzz::any(bytes));
