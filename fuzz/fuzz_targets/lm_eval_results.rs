//! Results of lm-evaluation-harness.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dogwatch_fuzz::reader(dogwatch_fuzz::format("lm_eval", 0), bytes));
