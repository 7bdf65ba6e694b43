//! Reads every result file below the given paths and lets it go again, for
//! measuring what reading costs without what comes after it.
//!
//! ```sh
//! cargo run --release --example read_evals -- FOLDER
//! ```

#![expect(clippy::print_stdout, reason = "a tool for the bench")]

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use dogwatch::domain::evals::Counts;
use dogwatch::sources::evals::folder::Walked;
use dogwatch::sources::evals::many::read_many;

fn main() {
    let walked = Walked::below(std::env::args_os().skip(1).map(PathBuf::from));
    let files: Vec<PathBuf> = walked.files.into_keys().collect();
    let (mut runs, mut trials, mut skipped) = (0_u64, 0_u64, 0_u64);
    read_many(&files, DateTime::<Utc>::MAX_UTC, 1.0, |told| match told.said {
        Ok(found) => {
            runs += found.len() as u64;
            trials += found.iter().filter_map(|run| run.row.counts).map(Counts::trials).sum::<u64>();
        }
        Err(_) => skipped += 1,
    });
    println!("{} files, {runs} runs, {trials} trials, {skipped} skipped", files.len());
}
