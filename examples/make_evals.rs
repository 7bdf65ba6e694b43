//! Many logs of Inspect, made up, for measuring what reading them costs.
//!
//! ```sh
//! cargo run --release --example make_evals -- FOLDER 10000 100
//! ```
//!
//! So many logs of so many samples each, the same on every call: twenty
//! suites, an hour between two runs of one, cases that mostly pass, some that
//! waver and a few that rarely do. Members are those of the real tool; most
//! are zstd, as it writes them now, one log in eight is deflate, as it did
//! before. A transcript is about 3 KB, drawn from a pool, so that 10,000 × 100
//! take about 1.5 GB. A log that is there already is not written again.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool for the bench: what fails may fail loudly, and it writes the files that are measured"
)]

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Cursor, Write as _};
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use rayon::prelude::*;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const SUITES: u64 = 20;
/// Transcripts that differ.
const POOL: usize = 64;
/// Words of a transcript.
const WORDS: u64 = 380;
/// One log in so many is of an old version.
const OLD: u64 = 8;
const MODEL: &str = "example/model-1";

/// Numbers that look random and never change (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn of(parts: [u64; 3]) -> Self {
        let [a, b, c] = parts;
        let mut dice = Self(a.wrapping_mul(0x9E37_79B9).wrapping_add(b).wrapping_mul(0x85EB_CA6B).wrapping_add(c));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn word(&mut self) -> String {
        const PARTS: [&str; 16] = [
            "tool", "call", "list", "the", "server", "an", "swer", "path", "re", "source", "in", "dex", "to", "ken",
            "s", "ing",
        ];
        (0..=self.below(2)).map(|_| PARTS[usize::try_from(self.below(16)).unwrap()]).collect()
    }

    fn words(&mut self, count: u64) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    /// As the tool makes its identifiers.
    fn id(&mut self) -> String {
        const LETTERS: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        (0..22).map(|_| char::from(LETTERS[usize::try_from(self.below(57)).unwrap()])).collect()
    }
}

/// How often a case passes, in a thousand.
fn rate(suite: u64, case: u64) -> u64 {
    match Dice::of([7, suite, case]).below(100) {
        0..65 => 990,
        65..85 => 930,
        85..96 => 700,
        _ => 150,
    }
}

/// One run of one suite.
struct Log {
    number: u64,
    samples: u64,
    began: DateTime<Utc>,
}

impl Log {
    fn new(number: u64, samples: u64) -> Self {
        let first: DateTime<Utc> = "2026-10-01T04:00:00Z".parse().unwrap();
        let hours = i64::try_from(number / SUITES).unwrap();
        let minutes = i64::try_from(number % SUITES).unwrap();
        Self { number, samples, began: first + TimeDelta::hours(hours) + TimeDelta::minutes(minutes) }
    }

    fn suite(&self) -> u64 {
        self.number % SUITES
    }

    fn dice(&self) -> Dice {
        Dice::of([1, self.number, self.samples])
    }

    fn name(&self) -> String {
        let id = self.dice().id();
        format!(
            "{}_suite-{:02}_{id}.eval",
            self.began.format("%Y-%m-%dT%H-%M-%S%:z").to_string().replace(['+', ':'], "-"),
            self.suite()
        )
    }

    fn method(&self) -> CompressionMethod {
        if self.number.is_multiple_of(OLD) { CompressionMethod::Deflated } else { CompressionMethod::Zstd }
    }

    fn case(&self, case: u64) -> String {
        format!("case-{case:03}-{}", Dice::of([3, self.suite(), case]).word())
    }

    /// The log without its end: what is known when it starts.
    fn start(&self) -> Value {
        let mut dice = self.dice();
        let ids: Vec<_> = (0..self.samples).map(|case| self.case(case)).collect();
        let commit = format!("{:07x}", Dice::of([5, 0, self.number / SUITES / 4]).below(1 << 28));
        json!({"version": 2, "eval": {
            "task_id": dice.id(), "eval_id": dice.id(), "run_id": dice.id(), "created": self.began.to_rfc3339(),
            "task": format!("suite-{:02}", self.suite()), "task_version": 0, "task_file": "tasks.py",
            "dataset": {"name": "cases", "samples": self.samples, "sample_ids": ids, "shuffled": false},
            "model": MODEL, "model_args": {}, "config": {"epochs": 1, "fail_on_error": false, "log_samples": true},
            "revision": {"type": "git", "origin": "https://example.org/agent.git", "commit": commit, "dirty": false},
            "packages": {"inspect_ai": "0.3.285"}, "metadata": {"prompt_version": "p-14", "tool_schema_version": "7"},
        }, "plan": {"name": "plan", "steps": [{"solver": "generate", "params": {"tool_calls": "loop"}}], "config": {}}})
    }

    fn header(&self, passed: u64) -> Value {
        let mut header = self.start();
        let accuracy = json!({"name": "accuracy", "value": f64::from(u32::try_from(passed * 1000 / self.samples.max(1)).unwrap()) / 1000.0, "params": {}});
        header["status"] = json!("success");
        header["invalidated"] = json!(false);
        header["results"] = json!({"total_samples": self.samples, "completed_samples": self.samples, "scores": [
            {"name": "includes", "scorer": "includes", "params": {}, "metrics": {"accuracy": accuracy}}]});
        header["stats"] = json!({"started_at": self.began.to_rfc3339(),
            "completed_at": (self.began + TimeDelta::minutes(9)).to_rfc3339(),
            "model_usage": {MODEL: {"input_tokens": 900 * self.samples, "output_tokens": 300 * self.samples, "total_tokens": 1200 * self.samples}}});
        header
    }

    /// The summaries as text, and how many passed.
    fn summaries(&self) -> (String, u64) {
        let (mut text, mut passed) = (String::from("["), 0);
        for case in 0..self.samples {
            let mut dice = Dice::of([2, self.number, case]);
            let right = dice.below(1000) < rate(self.suite(), case);
            passed += u64::from(right);
            let mut asked = Dice::of([4, self.suite(), case]);
            let (input, target) = (asked.words(14), asked.words(2));
            let answer = dice.words(6);
            let took = 400 + dice.below(4000);
            let done = self.began + TimeDelta::milliseconds(i64::try_from(case * 3000 + took).unwrap());
            let [tokens_in, tokens_out] = [700 + dice.below(400), 200 + dice.below(200)];
            let summary = json!({
                "id": self.case(case), "epoch": 1, "input": input, "target": target,
                "metadata": {"area": format!("area-{}", case % 6), "owner": "@example"},
                "scores": {"includes": {"value": if right { "C" } else { "I" }, "answer": answer, "explanation": answer, "history": []}},
                "model_usage": {MODEL: {"input_tokens": tokens_in, "output_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}},
                "role_usage": {}, "started_at": self.began.to_rfc3339(), "completed_at": done.to_rfc3339(),
                "total_time": f64::from(u32::try_from(took).unwrap()) / 1000.0, "working_time": 0.3, "uuid": dice.id(), "retries": 0,
                "completed": true, "message_count": 3, "turn_count": 1,
            });
            write!(text, "{}{summary}", if case == 0 { "" } else { "," }).unwrap();
        }
        text.push(']');
        (text, passed)
    }

    /// Written under another name first, as the tool does.
    fn write(&self, folder: &Path, pool: &[u8]) -> u64 {
        let path = folder.join(self.name());
        if let Ok(about) = std::fs::metadata(&path) {
            return about.len();
        }
        let mut transcripts = ZipArchive::new(Cursor::new(pool)).unwrap();
        let unfinished = path.with_extension("tmp");
        let options = SimpleFileOptions::default().compression_method(self.method());
        let mut zip = ZipWriter::new(BufWriter::new(File::create(&unfinished).unwrap()));
        let add = |zip: &mut ZipWriter<_>, name: &str, text: &str| {
            zip.start_file(name, options).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        };
        add(&mut zip, "_journal/start.json", &self.start().to_string());
        let first = if self.method() == CompressionMethod::Deflated { POOL } else { 0 };
        let mut dice = Dice::of([6, self.number, 0]);
        for case in 0..self.samples {
            let one = first + usize::try_from(dice.below(POOL as u64)).unwrap();
            let name = format!("samples/{}_epoch_1.json", self.case(case));
            zip.raw_copy_file_rename(transcripts.by_index_raw(one).unwrap(), name).unwrap();
        }
        let (summaries, passed) = self.summaries();
        add(&mut zip, "_journal/summaries/1.json", &summaries);
        add(&mut zip, "summaries.json", &summaries);
        add(&mut zip, "header.json", &self.header(passed).to_string());
        zip.finish().unwrap().flush().unwrap();
        std::fs::rename(&unfinished, &path).unwrap();
        std::fs::metadata(&path).unwrap().len()
    }
}

/// Transcripts, packed once by each method; logs copy them as they are.
fn pool() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for method in [CompressionMethod::Zstd, CompressionMethod::Deflated] {
        for number in 0..POOL as u64 {
            let mut dice = Dice::of([8, number, 0]);
            let text = json!({"id": "pool", "epoch": 1, "input": dice.words(14), "target": dice.words(2),
                "messages": [{"id": dice.id(), "role": "user", "content": dice.words(14)},
                    {"id": dice.id(), "role": "assistant", "content": dice.words(WORDS)}],
                "output": {"model": MODEL, "choices": []}, "scores": {"includes": {"value": "C"}}, "events": []});
            let options = SimpleFileOptions::default().compression_method(method);
            zip.start_file(format!("{method:?}/{number}"), options).unwrap();
            zip.write_all(text.to_string().as_bytes()).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, logs, samples] = arguments.as_slice() else {
        println!("make_evals FOLDER LOGS SAMPLES");
        std::process::exit(2);
    };
    let (folder, logs, samples) = (Path::new(folder), logs.parse().unwrap(), samples.parse().unwrap());
    std::fs::create_dir_all(folder).unwrap();
    let pool = pool();
    let bytes: u64 = (0..logs).into_par_iter().map(|number: u64| Log::new(number, samples).write(folder, &pool)).sum();
    println!("{logs} logs of {samples} samples, {} MB", bytes >> 20);
}
