//! Results that a workflow left behind, read over loopback from a GitHub and
//! from another host that must never see a token.

mod hostile;
mod listing;
mod trouble;

use std::io::{Cursor, Write};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::config;
use dogwatch::domain::id::SourceId;
use dogwatch::sources::evals::artifacts::{Artifacts, Bounds, Polled, Sink, Taken, target};
use dogwatch::sources::github::client::Client;
use dogwatch::sources::github::{NotKept, PollError};
use dogwatch::sources::tokens::Token;
use url::Url;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::github::Fake;
use crate::github::actions::{Artifact, Depot, Parcel};

const SHA: &str = "c0ffee5eedc0ffee5eedc0ffee5eedc0ffee5eed";
const JUNIT: &[u8] = br#"<testsuite name="tools"><testcase classname="t" name="one"/><testcase classname="t" name="two"><failure/></testcase></testsuite>"#;

fn lines(suite: &str) -> Vec<u8> {
    let run = format!(
        r#"{{"type":"run","schema":"dogwatch.eval.v1","run_id":"r-{suite}","suite":"{suite}","git_sha":"c0f","branch":"lies"}}"#
    );
    format!("{run}\n{}\n", r#"{"type":"trial","case_id":"a","trial":0,"status":"ok","pass":true}"#).into_bytes()
}

pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An archive with one run of this suite.
fn archive(suite: &str) -> Vec<u8> {
    zip(&[("results.jsonl", &lines(suite))])
}

/// What was handed on, step by step.
#[derive(Debug, Default)]
struct Shelf {
    steps: Vec<Taken>,
    full: bool,
}

impl Sink for Shelf {
    async fn keep(&mut self, taken: Taken) -> Result<(), NotKept> {
        if self.full {
            return Err(NotKept(dogwatch::domain::text::Clean::line("the disk is full")));
        }
        self.steps.push(taken);
        Ok(())
    }
}

impl Shelf {
    /// `place: suite` of every run, in the order in which they came.
    fn runs(&self) -> Vec<String> {
        let told = |taken: &Taken| {
            taken
                .found
                .iter()
                .map(|found| format!("{}: {}", found.place.display(), found.run.suite))
                .collect::<Vec<_>>()
        };
        self.steps.iter().flat_map(told).collect()
    }

    /// `place: reason` of everything that was set aside.
    fn aside(&self) -> Vec<String> {
        let told = |taken: &Taken| {
            taken.aside.iter().map(|one| format!("{}: {}", one.file.display(), one.reason)).collect::<Vec<_>>()
        };
        self.steps.iter().flat_map(told).collect()
    }
}

/// One source's reader, with its store.
struct Watch {
    client: Client,
    bounds: Bounds,
    artifacts: Artifacts,
    shelf: Shelf,
    now: DateTime<Utc>,
}

impl Watch {
    fn new(fake: &Fake) -> Self {
        Self::within(fake, Bounds::default())
    }

    fn within(fake: &Fake, bounds: Bounds) -> Self {
        let mut target = target("evals", Url::parse(&fake.url()).unwrap(), &wanted());
        assert_eq!(target.source, SourceId::from("evals"));
        target.patience.answer = Duration::from_secs(30);
        let token = Token::new(&fake.token("alice"), "test").unwrap();
        let client = Client::new(&target, token).unwrap();
        let artifacts = Artifacts::new(target, "evals", bounds, None);
        let now = "2026-11-22T16:00:00Z".parse().unwrap();
        Self { client, bounds, artifacts, shelf: Shelf::default(), now }
    }

    async fn try_poll(&mut self) -> Result<Polled, PollError> {
        self.artifacts.poll(&self.client, self.now, 1.0, &mut self.shelf).await
    }

    async fn poll(&mut self) -> Polled {
        self.try_poll().await.unwrap()
    }

    async fn poll_after(&mut self, minutes: i64) -> Polled {
        self.now += TimeDelta::minutes(minutes);
        self.poll().await
    }

    fn cursor(&self) -> Option<String> {
        self.shelf.steps.iter().rev().find_map(|step| step.cursor.clone())
    }

    /// As after a restart: everything but the store is forgotten.
    fn restart(&mut self, fake: &Fake) {
        let target = target("evals", Url::parse(&fake.url()).unwrap(), &wanted());
        self.artifacts = Artifacts::new(target, "evals", self.bounds, self.cursor().as_deref());
    }
}

fn wanted() -> config::Artifacts {
    let repo = config::Repo { owner: "acme".to_owned(), name: "dataface".to_owned() };
    config::Artifacts { repo, name: "evals".to_owned() }
}

/// Leaves an artifact whose archive the depot hands out so.
fn leave(fake: &Fake, depot: &Depot, archive: &[u8], parcel: Parcel) -> u64 {
    let path = format!("/{}.zip", fake.requests().len() + depot.asked().len());
    let at = depot.put(&path, parcel);
    fake.leave(Artifact::of(archive, &at))
}

/// As [`leave`], in good order.
fn leave_whole(fake: &Fake, depot: &Depot, suite: &str) -> u64 {
    let archive = archive(suite);
    let at = depot.put(&format!("/{suite}.zip"), Parcel::Whole(archive.clone()));
    fake.leave(Artifact::of(&archive, &at))
}

/// How often the API was asked for an address with this in it.
fn asked(fake: &Fake, part: &str) -> usize {
    fake.requests().iter().filter(|request| request.target.contains(part)).count()
}

/// A log of Inspect.
fn log() -> std::path::PathBuf {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/evals");
    let text = std::fs::read_to_string(folder.join("index.json")).unwrap();
    let entries: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let names = entries.iter().filter_map(|entry| entry["file"].as_str());
    folder.join(names.into_iter().find(|name| name.contains("/01-")).unwrap())
}
