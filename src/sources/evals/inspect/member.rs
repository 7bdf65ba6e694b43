//! Members of an `.eval` archive, read within bounds.
//!
//! An archive is somebody else's: its directory, each member, how far a member
//! may unfold, and all of them together are bounded, whatever its headers
//! claim. Nothing is ever written under a member's name.

use std::cell::Cell;
use std::io::{BufReader, Read};

use zip::ZipArchive;

use crate::sources::evals::bounded::Bounded;
use crate::sources::evals::{Archive, Skip};

/// The largest directory, in bytes: well over a million members.
const DIRECTORY_BYTES: u64 = 128 << 20;
/// The largest member that is read, in bytes.
pub const MEMBER_BYTES: u64 = 512 << 20;
/// The most that is read of one archive at once, in bytes.
const TOTAL_BYTES: u64 = 2 << 30;
/// How far any member may unfold, in bytes, and a larger one for each of its packed bytes.
const UNFOLD_BYTES: u64 = 64 << 20;
const UNFOLD_RATIO: u64 = 1000;
/// Where summaries of samples stand while a run is under way.
const SUMMARIES: &str = "_journal/summaries/";
/// Where samples stand.
const SAMPLES: &str = "samples/";

const MB: u64 = 1 << 20;

/// The directory of an open archive.
pub struct Members<'a> {
    zip: ZipArchive<Bounded<'a, BufReader<&'a mut dyn Archive>>>,
    left: u64,
}

impl<'a> Members<'a> {
    /// Reads the directory; a name that stands there twice means the last.
    ///
    /// # Errors
    ///
    /// Without a directory (a cut archive), or with one that is too large.
    pub fn open(file: &'a mut dyn Archive, allowance: &'a Cell<u64>) -> Result<Self, Skip> {
        allowance.set(DIRECTORY_BYTES);
        let zip = ZipArchive::new(Bounded::new(BufReader::new(file), allowance)).map_err(|error| {
            if allowance.get() < MB {
                Skip::because(format!("the zip directory is larger than {} MB", DIRECTORY_BYTES / MB))
            } else {
                Skip::because(format!("no readable zip archive: cut off? ({error})"))
            }
        })?;
        allowance.set(u64::MAX);
        Ok(Self { zip, left: TOTAL_BYTES })
    }

    /// The text of a member; none without one of this name.
    ///
    /// # Errors
    ///
    /// Over a bound, or when it is broken.
    pub fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, Skip> {
        match self.zip.index_for_name_raw(name.as_bytes()).or_else(|| self.zip.index_for_name(name)) {
            Some(index) => self.unfold(index).map(Some).map_err(|reason| {
                let name: String = name.chars().take(100).collect();
                Skip::because(format!("{name}: {reason}"))
            }),
            None => Ok(None),
        }
    }

    fn unfold(&mut self, index: usize) -> Result<Vec<u8>, String> {
        let member = self.zip.by_index(index).map_err(|error| error.to_string())?;
        let unfold = UNFOLD_BYTES.max(member.compressed_size().saturating_mul(UNFOLD_RATIO));
        let most = MEMBER_BYTES.min(unfold).min(self.left);
        if member.size() > most {
            return Err(over(member.size(), most));
        }
        let mut text = Vec::with_capacity(usize::try_from(member.size().min(8 * MB)).unwrap_or(0));
        let read = member.take(most + 1).read_to_end(&mut text).map_err(|error| format!("broken: {error}"))? as u64;
        self.left = self.left.saturating_sub(read);
        if read > most { Err(over(read, most)) } else { Ok(text) }
    }

    /// The journal's summaries, oldest first.
    pub fn summaries(&self) -> Vec<String> {
        let mut numbered: Vec<(u64, String)> = self
            .below(SUMMARIES)
            .filter_map(|name| Some((name.strip_prefix(SUMMARIES)?.strip_suffix(".json")?.parse().ok()?, name)))
            .collect();
        numbered.sort_unstable();
        numbered.into_iter().map(|(_, name)| name).collect()
    }

    /// The samples, in the directory's order.
    pub fn samples(&self) -> Vec<String> {
        self.below(SAMPLES).filter(|name| is_json(name)).collect()
    }

    fn below<'b>(&'b self, folder: &'b str) -> impl Iterator<Item = String> + 'b {
        self.zip
            .file_names_raw()
            .filter(move |name| name.starts_with(folder.as_bytes()))
            .map(|name| String::from_utf8_lossy(name).into_owned())
    }
}

fn over(size: u64, most: u64) -> String {
    format!("unfolds to over {} MB; at most {} MB are read here", size / MB, most / MB)
}

fn is_json(name: &str) -> bool {
    name.as_bytes().ends_with(b".json")
}

/// The member that holds one sample.
pub fn sample(id: &str, epoch: u32) -> String {
    format!("{SAMPLES}{id}_epoch_{epoch}.json")
}

/// The members that tell what an archive is: all but samples and summaries.
///
/// # Errors
///
/// As [`Members::open`].
pub fn names(file: &mut dyn Archive) -> Result<Vec<String>, Skip> {
    let allowance = Cell::new(0);
    let members = Members::open(file, &allowance)?;
    Ok(members.below("").filter(|name| !name.starts_with(SAMPLES) && !name.starts_with(SUMMARIES)).collect())
}
