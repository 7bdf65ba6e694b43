//! Result files of evaluations, whichever tool wrote them.
//!
//! What a file is, its content says, never its name. Anything that is not one
//! of the formats below is set aside with the reason: a wrong guess is worse
//! than a skip. A format is one file and one row of [`FORMATS`].

pub mod artifacts;
mod bounded;
pub mod deepeval;
pub mod file;
pub mod folder;
pub mod gather;
pub mod inspect;
pub mod json;
pub mod jsonl;
pub mod junit;
pub mod lines;
pub mod lm_eval;
pub mod many;
pub mod openai;
pub mod promptfoo;
pub mod sniff;

use std::io::{Read, Seek};

use chrono::{DateTime, Utc};

use crate::domain::evals::{Case, Run, Tool, Trial};

pub use crate::domain::evals::sample::Sample;

/// The largest text file that is read, in bytes.
pub const TEXT_BYTES: u64 = 512 << 20;

/// Why a file is no result, or cannot be read now. Lowercase, to be shown after the file's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Skip {
    /// In words; may quote the file, and is cleaned before it is shown.
    pub reason: String,
}

impl Skip {
    /// A file that is set aside for this reason.
    pub fn because(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// What a reader knows beside the content.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// The file's name without its folder; facts come from it only where a format has no other place for them.
    pub name: &'a str,
    /// The time against which an unended run is old.
    pub now: DateTime<Utc>,
    /// From which primary score on a trial without a verdict has passed.
    pub pass_at: f64,
}

/// An archive on disk, or in memory.
pub trait Archive: Read + Seek {}
impl<T: Read + Seek> Archive for T {}

/// How a format is read.
#[derive(Debug, Clone, Copy)]
pub enum Reader {
    /// From its text.
    Text {
        /// Every run that it holds.
        runs: fn(&[u8], &Beside<'_>) -> Result<Vec<Run>, Skip>,
        /// One trial in full.
        sample: fn(&[u8], &Case, &Trial) -> Result<Sample, Skip>,
    },
    /// From a zip archive.
    Archive {
        /// Every run that it holds.
        runs: fn(&mut dyn Archive, &Beside<'_>) -> Result<Vec<Run>, Skip>,
        /// One trial in full.
        sample: fn(&mut dyn Archive, &Case, &Trial) -> Result<Sample, Skip>,
    },
}

/// One way in which results are written.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Who writes so.
    pub tool: Tool,
    /// What of it is read, in one sentence.
    pub about: &'static str,
    /// Whether content of this shape is it.
    pub knows: fn(&sniff::Shape) -> bool,
    /// How it is read.
    pub reader: Reader,
}

/// Every format that is read; the first that knows the shape reads the file.
pub const FORMATS: &[Format] = &[
    inspect::ARCHIVE,
    inspect::DOCUMENT,
    promptfoo::DOCUMENT,
    junit::FORMAT,
    deepeval::FORMAT,
    lm_eval::RESULTS,
    jsonl::FORMAT,
    openai::FORMAT,
    promptfoo::ROWS,
    lm_eval::SAMPLES,
];
