//! Every sample of every tool through the one door: as it is, cut, and with a
//! flipped bit. What is damaged is said or survived, and never an alarm.

mod damage;
mod shapes;
mod truth;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde_json::Value;

/// Long after every sample.
fn late() -> DateTime<Utc> {
    "2026-12-31T00:00:00Z".parse().unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/evals")
}

/// A file, and the rows that it gives; none where it is no result.
struct Entry {
    file: String,
    expect: Option<Vec<Value>>,
}

impl Entry {
    fn path(&self) -> PathBuf {
        folder().join(&self.file)
    }

    /// Its name without the folders: a few facts stand there alone.
    fn name(&self) -> &str {
        self.file.rsplit('/').next().unwrap()
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.path()).unwrap()
    }
}

fn index() -> Vec<Entry> {
    let text = std::fs::read_to_string(folder().join("index.json")).unwrap();
    let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
    let entry = |entry: Value| Entry {
        file: entry["file"].as_str().unwrap().to_owned(),
        expect: entry["expect"].as_array().cloned(),
    };
    entries.into_iter().map(entry).collect()
}
