//! One result file on disk, whatever its format.
//!
//! Only regular files are read: a pipe or a device at the end of a path never
//! holds the reader up. What is too large is said, not tried.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;

use chrono::{DateTime, Utc};

use super::sniff::{self, Shape};
use super::{Archive, Beside, FORMATS, Format, Reader, Sample, Skip, TEXT_BYTES};
use crate::domain::evals::{Case, Run, Tool, Trial};

/// Archives up to this size are read whole, in bytes; of larger ones only the members in question, which are few.
const SMALL: u64 = 32 << 10;

/// What an open file holds.
enum Content<'a> {
    Text(Vec<u8>),
    Borrowed(&'a [u8]),
    Archive(Box<dyn Archive + 'a>),
}

/// Every run that this file holds, and who wrote it.
///
/// # Errors
///
/// Why it is no result, or cannot be read now.
pub fn read(path: &Path, now: DateTime<Utc>, pass_at: f64) -> Result<(Tool, Vec<Run>), Skip> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    runs(open(path)?, &Beside { name: &name, now, pass_at })
}

/// As [`read`], of bytes that are at hand.
///
/// # Errors
///
/// As [`read`].
pub fn read_bytes(name: &str, bytes: &[u8], now: DateTime<Utc>, pass_at: f64) -> Result<(Tool, Vec<Run>), Skip> {
    runs(content(bytes), &Beside { name, now, pass_at })
}

/// One trial in full, from the file that told it.
///
/// # Errors
///
/// When the file is not what it was, or does not hold the sample.
pub fn open_sample(path: &Path, tool: Tool, case: &Case, trial: &Trial) -> Result<Sample, Skip> {
    sample(open(path)?, tool, case, trial)
}

/// As [`open_sample`], of bytes that are at hand.
///
/// # Errors
///
/// As [`open_sample`].
pub fn sample_in_bytes(bytes: &[u8], tool: Tool, case: &Case, trial: &Trial) -> Result<Sample, Skip> {
    sample(content(bytes), tool, case, trial)
}

fn content(bytes: &[u8]) -> Content<'_> {
    if bytes.starts_with(sniff::ZIP) {
        Content::Archive(Box::new(Cursor::new(bytes)))
    } else {
        Content::Borrowed(bytes)
    }
}

fn runs(content: Content<'_>, beside: &Beside<'_>) -> Result<(Tool, Vec<Run>), Skip> {
    let (runs, tool) = match content {
        Content::Text(text) => of_text(&text, beside)?,
        Content::Borrowed(text) => of_text(text, beside)?,
        Content::Archive(mut file) => {
            let format = format(&sniff::archive(&mut *file)?)?;
            let Reader::Archive { runs, .. } = format.reader else { return Err(unknown()) };
            (runs(&mut *file, beside)?, format.tool)
        }
    };
    Ok((tool, runs))
}

fn of_text(text: &[u8], beside: &Beside<'_>) -> Result<(Vec<Run>, Tool), Skip> {
    let format = format(&sniff::text(text)?)?;
    let Reader::Text { runs, .. } = format.reader else { return Err(unknown()) };
    Ok((runs(text, beside)?, format.tool))
}

fn sample(content: Content<'_>, tool: Tool, case: &Case, trial: &Trial) -> Result<Sample, Skip> {
    let of_text = |text: &[u8]| {
        let format = written_by(tool, &sniff::text(text)?)?;
        let Reader::Text { sample, .. } = format.reader else { return Err(unknown()) };
        sample(text, case, trial)
    };
    match content {
        Content::Text(text) => of_text(&text),
        Content::Borrowed(text) => of_text(text),
        Content::Archive(mut file) => {
            let format = written_by(tool, &sniff::archive(&mut *file)?)?;
            let Reader::Archive { sample, .. } = format.reader else { return Err(unknown()) };
            sample(&mut *file, case, trial)
        }
    }
}

fn written_by(tool: Tool, shape: &Shape) -> Result<&'static Format, Skip> {
    let format = format(shape)?;
    if format.tool == tool { Ok(format) } else { Err(Skip::because("the file is not what it was")) }
}

/// The first format that knows the shape.
fn format(shape: &Shape) -> Result<&'static Format, Skip> {
    FORMATS.iter().find(|format| (format.knows)(shape)).ok_or_else(unknown)
}

fn unknown() -> Skip {
    Skip::because("not a result of a tool that is read here")
}

fn open(path: &Path) -> Result<Content<'static>, Skip> {
    let failed = |error: std::io::Error| Skip::because(format!("cannot be read: {error}"));
    if !path.metadata().map_err(failed)?.is_file() {
        return Err(Skip::because("not a regular file"));
    }
    let mut file = without_waiting(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(Skip::because("not a regular file"));
    }
    announce(&file, Order::HereAndThere);
    let mut magic = Vec::with_capacity(sniff::ZIP.len());
    (&mut file).take(sniff::ZIP.len() as u64).read_to_end(&mut magic).map_err(failed)?;
    file.rewind().map_err(failed)?;
    let archive = magic == sniff::ZIP;
    if archive && metadata.len() > SMALL {
        return Ok(Content::Archive(Box::new(BufReader::new(file))));
    }
    announce(&file, Order::FrontToBack);
    let most = if archive { SMALL } else { TEXT_BYTES };
    let text = whole(file, metadata.len(), most).map_err(failed)?.ok_or_else(|| {
        Skip::because(format!("larger than {} MB, the most that is read of one text file", most >> 20))
    })?;
    Ok(if archive { Content::Archive(Box::new(Cursor::new(text))) } else { Content::Text(text) })
}

/// All of a file of this size, unless it is or has grown larger than `most`.
fn whole(file: File, size: u64, most: u64) -> std::io::Result<Option<Vec<u8>>> {
    if size > most {
        return Ok(None);
    }
    let mut text = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    let read = file.take(most + 1).read_to_end(&mut text)? as u64;
    Ok((read <= most).then_some(text))
}

/// In which order a file is about to be read.
#[derive(Debug, Clone, Copy)]
enum Order {
    /// A few members of an archive; most of it never.
    HereAndThere,
    /// All of it.
    FrontToBack,
}

/// Tells the system, which else fetches far more than the first bytes as soon as those are read.
#[cfg(target_os = "linux")]
fn announce(file: &File, order: Order) {
    use rustix::fs::{Advice, fadvise};

    let advice = match order {
        Order::HereAndThere => Advice::Random,
        Order::FrontToBack => Advice::Sequential,
    };
    // Advice that is not taken does no harm.
    let _taken = fadvise(file, 0, None, advice);
}

/// Nobody to tell on such a system.
#[cfg(not(target_os = "linux"))]
fn announce(_: &File, _: Order) {}

/// Opens without waiting for the other end, should it have become a pipe meanwhile.
#[cfg(unix)]
fn without_waiting(path: &Path) -> std::io::Result<File> {
    use rustix::fs::{Mode, OFlags};

    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

/// Opens it; nothing on such a system waits.
#[cfg(not(unix))]
#[expect(clippy::disallowed_methods, reason = "result files lie where the team file says")]
fn without_waiting(path: &Path) -> std::io::Result<File> {
    File::open(path)
}
