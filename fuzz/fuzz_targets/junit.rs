//! XML in the manner of JUnit.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dogwatch_fuzz::reader(dogwatch_fuzz::format("junit", 0), bytes));
