//! The documented lines.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dogwatch_fuzz::reader(dogwatch_fuzz::format("jsonl", 0), bytes));
