//! Logs of Inspect, as archives and as documents.
//!
//! An archive is read by its header and its summaries; samples stay folded
//! until somebody looks, or until the header says that some of them are void.
//! A run that is under way, or was killed, is read from its journal.

mod log;
mod loose;
pub mod member;
mod run;
mod transcript;

use std::borrow::Cow;
use std::cell::Cell;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::sniff::Shape;
use super::{Archive, Beside, Format, Reader, Sample, Skip, json};
use crate::domain::evals::{Case, Run, Tool, Trial};
use log::{Log, Row};
use member::Members;

/// The `.eval` log: a zip archive.
pub const ARCHIVE: Format = Format {
    tool: Tool::Inspect,
    about: "Logs of Inspect (.eval): a zip archive.",
    knows: is_archive,
    reader: Reader::Archive { runs: archive, sample: member },
};
/// The `.json` log: one document.
pub const DOCUMENT: Format = Format {
    tool: Tool::Inspect,
    about: "Logs of Inspect (.json): one document.",
    knows: is_document,
    reader: Reader::Text { runs, sample },
};

const HEADER: &str = "header.json";
const START: &str = "_journal/start.json";
const SUMMARIES: &str = "summaries.json";

fn is_archive(shape: &Shape) -> bool {
    matches!(shape, Shape::Archive(members) if members.iter().any(|name| name == HEADER || name == START))
}

fn is_document(shape: &Shape) -> bool {
    shape.is_object_with(&["version", "eval", "plan"])
}

fn unreadable(what: &str) -> impl Fn(serde_json::Error) -> Skip + '_ {
    move |error| Skip::because(format!("{what} cannot be read: {error}"))
}

fn archive(file: &mut dyn Archive, beside: &Beside<'_>) -> Result<Vec<Run>, Skip> {
    let allowance = Cell::new(0);
    let mut members = Members::open(file, &allowance)?;
    let (name, header) = match members.read(HEADER)? {
        Some(header) => (HEADER, header),
        None => (START, members.read(START)?.ok_or_else(|| Skip::because("a zip archive, but no log of Inspect"))?),
    };
    let mut spare = Vec::new();
    let log: Log<'_> = json::parse(&header, &mut spare).map_err(unreadable(name))?;
    let texts = if log.invalidated { Texts::Samples(samples(&mut members)?) } else { summaries(&mut members, name)? };
    let mut spares = vec![Vec::new(); texts.len()];
    let rows = texts.rows(&mut spares)?;
    Ok(vec![run::of(&log, &rows, beside)])
}

/// The texts that tell the samples.
enum Texts {
    /// Lists of summaries.
    Lists(Vec<Vec<u8>>),
    /// Samples in full, one each.
    Samples(Vec<Vec<u8>>),
}

impl Texts {
    fn len(&self) -> usize {
        match self {
            Self::Lists(texts) | Self::Samples(texts) => texts.len(),
        }
    }

    fn rows<'a>(&'a self, spares: &'a mut [Vec<u8>]) -> Result<Vec<Row<'a>>, Skip> {
        let mut rows = Vec::new();
        match self {
            Self::Lists(texts) => {
                for (text, spare) in texts.iter().zip(spares) {
                    let list: Vec<Row<'_>> = json::parse(text, spare).map_err(unreadable("a list of summaries"))?;
                    rows.extend(list);
                }
            }
            Self::Samples(texts) => {
                for (text, spare) in texts.iter().zip(spares) {
                    rows.push(json::parse(text, spare).map_err(unreadable("a sample"))?);
                }
            }
        }
        number(&mut rows);
        Ok(rows)
    }
}

/// Gives rows without an id the number of their place, as Inspect does.
fn number(rows: &mut [Row<'_>]) {
    for (at, row) in rows.iter_mut().enumerate() {
        if row.id.is_none() {
            row.id = Some(Cow::Owned((at + 1).to_string()));
        }
    }
}

/// The summaries of an ended run in one list, else those of the journal; without either, the samples.
fn summaries(members: &mut Members<'_>, header: &str) -> Result<Texts, Skip> {
    if let Some(all) = members.read(SUMMARIES)? {
        return Ok(Texts::Lists(vec![all]));
    }
    let journal = members.summaries();
    if journal.is_empty() && header == HEADER {
        return samples(members).map(Texts::Samples);
    }
    let lists: Result<Vec<_>, Skip> = journal.iter().filter_map(|name| members.read(name).transpose()).collect();
    lists.map(Texts::Lists)
}

fn samples(members: &mut Members<'_>) -> Result<Vec<Vec<u8>>, Skip> {
    let names = members.samples();
    names.iter().filter_map(|name| members.read(name).transpose()).collect()
}

fn member(file: &mut dyn Archive, case: &Case, trial: &Trial) -> Result<Sample, Skip> {
    let allowance = Cell::new(0);
    let mut members = Members::open(file, &allowance)?;
    let text = members.read(&member::sample(&case.raw, trial.no))?;
    transcript::read(&text.ok_or_else(gone)?)
}

fn gone() -> Skip {
    Skip::because("the sample is not in the log: it was not logged, or the log has changed")
}

fn runs(text: &[u8], beside: &Beside<'_>) -> Result<Vec<Run>, Skip> {
    let mut spare = Vec::new();
    let mut log: Log<'_> = json::parse(text, &mut spare).map_err(unreadable("the log"))?;
    let mut rows = log.samples.take().unwrap_or_default();
    number(&mut rows);
    Ok(vec![run::of(&log, &rows, beside)])
}

/// The samples of a document, folded.
#[derive(Deserialize)]
struct Folded<'a> {
    #[serde(borrow, default)]
    samples: Option<Vec<&'a RawValue>>,
}

/// Which sample it is.
#[derive(Deserialize)]
struct Which<'a> {
    #[serde(borrow, default, deserialize_with = "json::id")]
    id: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "json::number")]
    epoch: Option<f64>,
}

fn sample(text: &[u8], case: &Case, trial: &Trial) -> Result<Sample, Skip> {
    let mut spare = Vec::new();
    let folded: Folded<'_> = json::parse(text, &mut spare).map_err(unreadable("the log"))?;
    let samples = folded.samples.unwrap_or_default();
    let wanted = samples.iter().enumerate().rev().find(|(at, sample)| {
        serde_json::from_str::<Which<'_>>(sample.get()).is_ok_and(|which| {
            let id = which.id.unwrap_or_else(|| Cow::Owned((at + 1).to_string()));
            id == case.raw.as_ref() && run::epoch(which.epoch) == trial.no
        })
    });
    wanted.ok_or_else(gone).and_then(|(_, sample)| transcript::read(sample.get().as_bytes()))
}
