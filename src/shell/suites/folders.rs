//! The folders of a source: what is new in them is read once it has held still.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use tokio::time::Instant;

use super::{Judged, Patience, Suites};
use crate::domain::text::Clean;
use crate::shell::engine::told;
use crate::sources::evals::folder::Walked;
use crate::sources::evals::many::read_many;
use crate::store::results::{FileMark, FileRead};

/// So many files are kept at once.
const BATCH: usize = 200;

/// What one look found.
struct Look {
    fresh: Vec<(PathBuf, FileMark)>,
    growing: bool,
    trouble: Option<Clean>,
}

impl Suites {
    /// Whether something may still be growing.
    pub(super) async fn look_once(&mut self, patience: Patience) -> bool {
        let paths: Vec<PathBuf> = self.source.paths.iter().map(|path| self.home.join(path)).collect();
        let began = Instant::now();
        let walked = tokio::task::spawn_blocking(move || Walked::below(paths)).await.unwrap_or_default();
        self.walk = began.elapsed();
        let look = self.compare(&walked, patience);
        if !look.fresh.is_empty() {
            self.take_in(look.fresh).await;
        }
        self.tell(look.trouble).await;
        look.growing
    }

    fn compare(&mut self, walked: &Walked, patience: Patience) -> Look {
        let mut fresh = Vec::new();
        let mut settling = BTreeMap::new();
        for (path, mark) in &walked.files {
            if self.known.get(path) == Some(mark) {
                continue;
            }
            if patience == Patience::None || self.settling.get(path) == Some(mark) {
                fresh.push((path.clone(), *mark));
            } else {
                settling.insert(path.clone(), *mark);
            }
        }
        self.settling = settling;
        let trouble = walked.aside.first();
        let trouble = trouble.map(|aside| Clean::line(&format!("{}: {}", aside.file.display(), aside.reason)));
        Look { fresh, growing: !self.settling.is_empty(), trouble }
    }

    /// Reads these files and keeps what they hold, some at a time.
    async fn take_in(&mut self, fresh: Vec<(PathBuf, FileMark)>) {
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
            let done = self.with(move |results| results.keep(&source, &batch)).await;
            match done {
                Some(Ok(())) => {
                    self.known.extend(kept.into_iter().filter_map(|path| Some((path.clone(), *marks.get(&path)?))));
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
