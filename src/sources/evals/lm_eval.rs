//! Results of lm_eval.

use super::sniff::Shape;
use super::{Beside, Format, Reader, Sample, Skip};
use crate::domain::evals::{Case, Run, Tool, Trial};

/// How it is written.
pub const RESULTS: Format = Format { tool: Tool::LmEval, knows, reader: Reader::Text { runs, sample } };

/// How it is written.
pub const SAMPLES: Format = Format { tool: Tool::LmEval, knows, reader: Reader::Text { runs, sample } };

fn knows(_: &Shape) -> bool {
    false
}

fn runs(_: &[u8], _: &Beside<'_>) -> Result<Vec<Run>, Skip> {
    Err(Skip::because("not read yet"))
}

fn sample(_: &[u8], _: &Case, _: &Trial) -> Result<Sample, Skip> {
    Err(Skip::because("not read yet"))
}
