//! The folders of a source: what is new in them is read once it has held still.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use super::{Judged, Suites, Touched};
use crate::domain::evals::gather::Filed;
use crate::domain::evals::{Status, Tool};
use crate::domain::text::Clean;
use crate::shell::engine::told;
use crate::sources::evals::folder::Walked;
use crate::sources::evals::many::read_many;
use crate::store::results::{FileMark, FileRead};

/// So many files are kept at once.
const BATCH: usize = 200;
/// A file that was read so often and grew again has to hold still this many looks longer.
const MOST_LOOKS: u32 = 50;

/// A file that was written to within so long may go on.
const AT_WORK: TimeDelta = TimeDelta::minutes(10);

/// Whether a file must have held still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// From one look to the next.
    TwoLooks,
    /// It is taken as it is.
    None,
}

/// Whether a look found anything that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// It did.
    Something,
    /// All is as it was.
    Nothing,
}

/// Files that may still be growing.
#[derive(Debug, Default)]
pub(super) struct Settling {
    /// As each was seen last, and how many looks it has yet to hold still.
    files: BTreeMap<PathBuf, (FileMark, u32)>,
    /// How often each has been read by this process.
    reads: BTreeMap<PathBuf, u32>,
}

impl Settling {
    /// Whether there are any.
    pub fn is_any(&self) -> bool {
        !self.files.is_empty()
    }

    /// They are to be looked at.
    pub fn touched(&self) -> Touched {
        Touched::These(self.files.keys().cloned().collect())
    }

    /// Whether a file that looks like this now has held still.
    fn is_still(&mut self, path: &PathBuf, mark: FileMark) -> bool {
        let looks = self.reads.get(path).copied().unwrap_or(0).min(MOST_LOOKS);
        match self.files.get_mut(path) {
            Some((before, 0)) if *before == mark => {
                self.files.remove(path);
                *self.reads.entry(path.clone()).or_default() += 1;
                true
            }
            Some((before, left)) if *before == mark => {
                *left -= 1;
                false
            }
            Some(_) | None => {
                self.files.insert(path.clone(), (mark, looks));
                false
            }
        }
    }
}

impl Suites {
    /// Looks at what was touched.
    pub(super) async fn look_at(&mut self, touched: Touched) {
        let files = match touched {
            Touched::Everything => {
                self.look_once(Patience::TwoLooks).await;
                return;
            }
            Touched::These(files) if files.is_empty() => return,
            // What is made in a new folder may have come before anybody listened there.
            Touched::These(files) if files.iter().any(|file| file.is_dir()) => {
                self.look_once(Patience::TwoLooks).await;
                return;
            }
            Touched::These(files) => files,
        };
        let (paths, looked_at) = (self.paths(), files.clone());
        let walked = tokio::task::spawn_blocking(move || Walked::among(&paths, &looked_at)).await.unwrap_or_default();
        self.settling.files.retain(|file, _| !files.contains(file) || walked.files.contains_key(file));
        let fresh = self.compare(&walked, Patience::TwoLooks);
        self.take_in(fresh).await;
    }

    /// Looks at all folders.
    pub(super) async fn look_once(&mut self, patience: Patience) -> Found {
        let paths = self.paths();
        let began = Instant::now();
        let walked = tokio::task::spawn_blocking(move || Walked::below(paths)).await.unwrap_or_default();
        self.walk = began.elapsed();
        self.settling.files.retain(|file, _| walked.files.contains_key(file));
        let fresh = self.compare(&walked, patience);
        let found = if fresh.is_empty() { Found::Nothing } else { Found::Something };
        self.take_in(fresh).await;
        let trouble = walked.aside.first();
        let trouble = trouble.map(|aside| Clean::line(&format!("{}: {}", aside.file.display(), aside.reason)));
        self.tell(trouble.or_else(|| self.words.trouble.clone())).await;
        found
    }

    pub(super) fn paths(&self) -> Vec<PathBuf> {
        self.source.paths.iter().map(|path| self.home.join(path)).collect()
    }

    /// What is another file than before, and has held still.
    fn compare(&mut self, walked: &Walked, patience: Patience) -> Vec<(PathBuf, FileMark)> {
        let mut fresh = Vec::new();
        for (path, mark) in &walked.files {
            if self.known.get(path) == Some(mark) {
                self.settling.files.remove(path);
            } else if patience == Patience::None || self.settling.is_still(path, *mark) {
                fresh.push((path.clone(), *mark));
            }
        }
        fresh
    }

    /// Reads these files and keeps what they hold, some at a time.
    async fn take_in(&mut self, fresh: Vec<(PathBuf, FileMark)>) {
        if fresh.is_empty() {
            return;
        }
        let (now, pass_at) = (self.engine.clock().now(), self.source.pass_at);
        let marks: BTreeMap<PathBuf, FileMark> = fresh.into_iter().collect();
        let files: Vec<PathBuf> = marks.keys().cloned().collect();
        let (tell, mut hear) = tokio::sync::mpsc::channel::<Vec<FileRead>>(2);
        let theirs = marks.clone();
        let mut named = BTreeSet::new();
        let reading = tokio::task::spawn_blocking(move || {
            let mut batch = Vec::with_capacity(BATCH);
            read_many(&files, now, pass_at, |told| {
                let Some(mark) = theirs.get(&told.file).copied() else { return };
                let path = told.file.to_string_lossy().into_owned();
                let (aside, mut runs) = match told.said {
                    Ok(runs) => (None, runs),
                    Err(skip) => (Some(Clean::line(&skip.reason)), Vec::new()),
                };
                for filed in &mut runs {
                    may_be_at_work(filed, mark);
                }
                // A name is kept once.
                for filed in &mut runs {
                    filed.names.retain(|one| named.insert(one.key));
                }
                batch.push(FileRead { path, mark, aside, runs });
                if batch.len() == BATCH {
                    let _gone = tell.blocking_send(std::mem::take(&mut batch));
                }
            });
            let _gone = tell.blocking_send(batch);
        });
        while let Some(batch) = hear.recv().await {
            let source = self.id.clone();
            let kept: Vec<PathBuf> = batch.iter().map(|file| PathBuf::from(&file.path)).collect();
            // Before they are judged for the first time, all of them are taken from the store.
            let runs = if self.story.is_some() {
                batch.iter().flat_map(|file| file.runs.clone()).collect()
            } else {
                Vec::new()
            };
            let done = self.with(move |results| results.keep(&source, &batch)).await;
            match done {
                Some(Ok(())) => {
                    self.known.extend(kept.into_iter().filter_map(|path| Some((path.clone(), *marks.get(&path)?))));
                    self.fresh.extend(runs);
                    self.judged = Judged::No;
                }
                // They are read again by the next look.
                Some(Err(error)) => self.tell(Some(told(&error))).await,
                None => return,
            }
        }
        // It has told everything.
        let _ended = reading.await;
    }
}

/// A file that stops short and was written to a moment ago may still be at work; it is looked at again before long.
/// Inspect says so itself.
fn may_be_at_work(filed: &mut Filed, mark: FileMark) {
    let young = Utc::now() - DateTime::from_timestamp_nanos(mark.modified) < AT_WORK;
    if young && filed.row.status == Status::Partial && filed.row.tool != Tool::Inspect {
        (filed.row.status, filed.record.status) = (Status::Running, Status::Running);
    }
}
