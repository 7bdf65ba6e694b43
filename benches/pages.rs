//! What finding a runbook costs among 5,000 of them: without an index, after
//! ten have changed, and with nothing changed.
//!
//! The aims are 3 s, 60 ms and 40 ms for the whole process, which
//! `benches/runbooks.py` measures; here it is the library alone.

#![expect(clippy::unwrap_used, reason = "a bench that cannot set its scene should fail loudly")]
#![expect(clippy::disallowed_methods, reason = "a bench makes the pages that it measures")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use divan::{Bencher, black_box};
use dogwatch::config::TeamFile;
use dogwatch::shell::place::Place;
use dogwatch::shell::runbooks::{Library, Shelf};
use dogwatch::shell::session::Trusted;
use dogwatch::sources::runbooks::Bounds;
use dogwatch::store::Wanted;
use tempfile::TempDir;

const PAGES: u32 = 5_000;
const CHANGED: u32 = 10;
const QUESTION: &str = "database connections exhausted after the deploy, pods crash looping";

fn main() {
    divan::main();
}

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    /// Few words are common and many are rare, as in any language; those of the question are in a tenth to a half of
    /// the pages.
    fn word(&mut self) -> String {
        const ASKED: [&str; 7] = ["database", "connections", "exhausted", "deploy", "pods", "crash", "looping"];
        let rank = self.below(4_000) * self.below(4_000) / 4_000;
        let rare = usize::try_from(rank).unwrap_or_default();
        match ASKED.iter().position(|word| rare == 150 + word.len() * 60) {
            Some(at) => ASKED[at].to_owned(),
            None => format!("w{}x{}", rank % 97, rank),
        }
    }

    fn sentence(&mut self) -> String {
        let words: Vec<String> = (0..12).map(|_| self.word()).collect();
        words.join(" ") + ".\n"
    }
}

/// A page of about 4 kB, with a header, six headings, lists and code.
fn page(number: u32) -> String {
    let mut dice = Dice(u64::from(number) + 1);
    let mut text = format!("---\ntitle: {}\nowner: team-{}\n---\n\n", dice.word(), number % 40);
    for heading in ["Meaning", "Impact", "Diagnosis", "Mitigation", "Verify", "Roll back"] {
        let _written = write!(text, "## {heading} {}\n\n", dice.word());
        for item in 1..=7 {
            let _written = write!(text, "{item}. {}", dice.sentence());
        }
        let _written = write!(text, "\n```sh\nkubectl -n {} get pods\n```\n\n", dice.word());
    }
    text
}

fn make(home: &Path) {
    for number in 0..PAGES {
        let folder = home.join(format!("docs/runbooks/area-{}", number % 50));
        fs::create_dir_all(&folder).unwrap();
        let at = folder.join(format!("page-{number}.md"));
        fs::write(&at, page(number)).unwrap();
        // As of yesterday: what has only just changed is read once more.
        let then = SystemTime::now() - Duration::from_hours(24);
        fs::File::options().write(true).open(&at).unwrap().set_modified(then).unwrap();
    }
}

fn library(home: &Path, data: &Path) -> Library {
    Library::open(Shelf {
        place: Place { home: home.to_owned(), trusted: Trusted::No },
        folder: Some(data.to_owned()),
        wanted: Wanted::ReadWrite,
        team: TeamFile::default(),
        learned: BTreeMap::new(),
        bounds: Bounds::default(),
    })
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn without_an_index(bencher: Bencher<'_, '_>) {
    let home = TempDir::new().unwrap();
    make(home.path());
    bencher.with_inputs(|| TempDir::new().unwrap()).bench_local_values(|data| {
        let found = library(home.path(), data.path()).find(QUESTION, 10);
        black_box((data, found))
    });
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn after_ten_have_changed(bencher: Bencher<'_, '_>) {
    let (home, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    make(home.path());
    library(home.path(), data.path()).find(QUESTION, 10);
    let mut round = PAGES;
    bencher
        .with_inputs(|| {
            round += 1;
            for number in 0..CHANGED {
                let at = home.path().join(format!("docs/runbooks/area-{number}/page-{number}.md"));
                fs::write(&at, page(number + round)).unwrap();
                let then = SystemTime::now() - Duration::from_secs(u64::from(round));
                fs::File::options().write(true).open(&at).unwrap().set_modified(then).unwrap();
            }
        })
        .bench_local_values(|()| library(home.path(), data.path()).find(QUESTION, 10));
}

#[divan::bench(sample_count = 50, sample_size = 1)]
fn with_nothing_changed(bencher: Bencher<'_, '_>) {
    let (home, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    make(home.path());
    library(home.path(), data.path()).find(QUESTION, 10);
    bencher.bench_local(|| library(home.path(), data.path()).find(QUESTION, 10));
}
