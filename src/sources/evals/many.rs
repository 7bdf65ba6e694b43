//! Many files at once, on all cores.

use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

use chrono::{DateTime, Utc};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::folder::mark_of;
use super::{Skip, file};
use crate::domain::evals::Run;
use crate::domain::evals::gather::Filed;

/// How many files may wait to be taken.
const WAITING: usize = 64;

/// What came of one file.
#[derive(Debug)]
pub struct Told {
    /// Which one.
    pub file: PathBuf,
    /// Its runs, or why it has none.
    pub said: Result<Vec<Filed>, Skip>,
}

/// Reads these files and hands on what each of them says, in no order.
pub fn read_many(files: &[PathBuf], now: DateTime<Utc>, pass_at: f64, mut each: impl FnMut(Told)) {
    let (tell, told) = sync_channel(WAITING);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            files.par_iter().for_each_with(tell, |tell, path| {
                let said = file::read(path, now, pass_at);
                let said = said.map(|(_, runs)| runs.iter().map(|run| filed(path, run)).collect());
                // Whoever listened has gone: what is left is not wanted.
                let _gone = tell.send(Told { file: path.clone(), said });
            });
        });
        told.into_iter().for_each(&mut each);
    });
}

/// What is kept of a run. One that names no time is ordered by when its file was written: there is nothing better.
fn filed(path: &Path, run: &Run) -> Filed {
    let mut filed = Filed::of(path, run);
    if filed.record.at.is_none() {
        let written = mark_of(path).map(|mark| DateTime::from_timestamp_nanos(mark.modified));
        filed.record.at = written;
    }
    filed
}
