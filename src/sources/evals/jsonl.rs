//! Results of jsonl.

use super::sniff::Shape;
use super::{Beside, Format, Reader, Sample, Skip};
use crate::domain::evals::{Case, Run, Tool, Trial};

/// How it is written.
pub const FORMAT: Format = Format { tool: Tool::Jsonl, knows, reader: Reader::Text { runs, sample } };

fn knows(_: &Shape) -> bool {
    false
}

fn runs(_: &[u8], _: &Beside<'_>) -> Result<Vec<Run>, Skip> {
    Err(Skip::because("not read yet"))
}

fn sample(_: &[u8], _: &Case, _: &Trial) -> Result<Sample, Skip> {
    Err(Skip::because("not read yet"))
}
