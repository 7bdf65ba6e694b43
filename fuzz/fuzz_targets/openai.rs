//! Events of OpenAI evals.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dogwatch_fuzz::reader(dogwatch_fuzz::format("openai", 0), bytes));
