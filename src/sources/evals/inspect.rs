//! Logs of Inspect, as archives and as documents.

use super::sniff::Shape;
use super::{Archive, Beside, Format, Reader, Sample, Skip};
use crate::domain::evals::{Case, Run, Tool, Trial};

/// The `.eval` log: a zip archive.
pub const ARCHIVE: Format =
    Format { tool: Tool::Inspect, knows, reader: Reader::Archive { runs: archive, sample: member } };
/// The `.json` log: one document.
pub const DOCUMENT: Format = Format { tool: Tool::Inspect, knows, reader: Reader::Text { runs, sample } };

fn knows(_: &Shape) -> bool {
    false
}

fn archive(_: &mut dyn Archive, _: &Beside<'_>) -> Result<Vec<Run>, Skip> {
    Err(Skip::because("not read yet"))
}

fn member(_: &mut dyn Archive, _: &Case, _: &Trial) -> Result<Sample, Skip> {
    Err(Skip::because("not read yet"))
}

fn runs(_: &[u8], _: &Beside<'_>) -> Result<Vec<Run>, Skip> {
    Err(Skip::because("not read yet"))
}

fn sample(_: &[u8], _: &Case, _: &Trial) -> Result<Sample, Skip> {
    Err(Skip::because("not read yet"))
}
