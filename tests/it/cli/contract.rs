//! What `check --format sarif` writes before the schema of the standard.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::Home;

/// Where the schema lies, fetched by the lock file beside it.
fn schema() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract/sarif/Cargo.toml");
    let said = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1", "--manifest-path"])
        .arg(manifest)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&said.stderr).into_owned();
    let metadata: Value = serde_json::from_slice(&said.stdout).unwrap_or_else(|error| panic!("{error}: {told}"));
    let package = metadata["packages"].as_array().unwrap().iter().find(|one| one["name"] == "serde-sarif").unwrap();
    Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("src").join("schema.json")
}

/// What the judge says of a log; nothing, if it is one.
fn judged(schema: &Path, log: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract/sarif.cjs");
    let mut judge = Command::new("node")
        .arg(script)
        .arg(schema)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("the contract test needs Node.js 20 or newer: {error}"));
    judge.stdin.take().unwrap().write_all(log.as_bytes()).unwrap();
    let said = judge.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    assert_eq!(said.status.success(), text.is_empty(), "{text}");
    text
}

#[test]
fn each_log_is_one_by_the_schema_of_the_standard() {
    let schema = schema();
    let home = Home::new();
    let log = |team: &str| {
        home.write("dogwatch.toml", team);
        home.run(&["--now", "2026-11-30T12:00:00Z", "check", "--format", "sarif"]).out
    };
    let found = log(include_str!("check.toml"));
    let results = serde_json::from_str::<Value>(&found).unwrap()["runs"][0]["results"].as_array().unwrap().len();
    assert!(results >= 3, "{found}");
    let waived = "version = 1\n[[lint.waivers]]\nrule = \"nobody-on-call\"\nsubject = \"*\"\nwhy = \"w\"\nuntil = \"2026-12-31\"\n";
    for log in [found, log("version = 1\n"), log(waived), log("version = 1\nnonsense = 2\n")] {
        assert_eq!(judged(&schema, &log), "", "{log}");
    }
    // The judge can say no.
    assert!(judged(&schema, "{\"version\": \"2.0.0\", \"runs\": 3}").contains("/version"));
}
