//! The result files inside an artifact's archive, read one after the other.
//!
//! The archive is somebody else's: how many members are read, how large each
//! of them and all of them unfold, and the directory itself are bounded,
//! whatever its headers claim. Names of members are names here and nothing
//! else: nothing is written to disk, and none of them leads anywhere.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{BufReader, Cursor, Read};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use zip::ZipArchive;

use super::Bounds;
use super::state::Waiting;
use crate::domain::evals::gather::{Filed, SetAside};
use crate::domain::evals::{Run, Status};
use crate::sources::evals::bounded::Bounded;
use crate::sources::evals::file;

/// The most that is read to find the archive's directory and to read it, in bytes: some 80,000 members.
const DIRECTORY_BYTES: u64 = 8 << 20;
/// How far any member may unfold, in bytes, and a larger one for each of its packed bytes.
const UNFOLD_BYTES: u64 = 64 << 20;
const UNFOLD_RATIO: u64 = 1000;
/// How many members are named among those set aside; the rest are counted.
const NAMED: usize = 50;
/// The longest name that is kept, in characters.
const NAME: usize = 200;

const MB: u64 = 1 << 20;

/// One run out of an artifact.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The artifact's id; it grows with time.
    pub artifact: u64,
    /// The name of the member that told it; raw.
    pub member: String,
    /// Stands where a file's path would: see [`place`].
    pub place: PathBuf,
    /// When the artifact was made, for runs that name no time.
    pub created_at: Option<DateTime<Utc>>,
    /// The run, with commit and branch of the workflow's run.
    pub run: Run,
}

impl Found {
    /// What is kept of it. A run that names no time is ordered by when its artifact was made.
    pub fn filed(&self) -> Filed {
        let mut filed = Filed::of(&self.place, &self.run);
        filed.record.at = filed.record.at.or(self.created_at);
        filed
    }
}

/// What an archive holds.
#[derive(Debug, Default)]
pub(super) struct Unpacked {
    pub found: Vec<Found>,
    pub aside: Vec<SetAside>,
    /// What its members unfold to by their headers, in bytes.
    pub stated: u64,
    /// Members beyond those that are named.
    unnamed: usize,
}

/// A name in the place of a path, for an artifact or a member of it. It ends
/// in the member's own file name, and whatever the member is called, it leads
/// to no file: `..` and empty parts are written out.
pub fn place(artifact: u64, member: Option<&str>) -> PathBuf {
    let mut place = PathBuf::from(format!("artifact:{artifact}"));
    let name: String = member.unwrap_or_default().chars().take(NAME).collect();
    for part in name.split(['/', '\\']) {
        match part {
            "" => {}
            "." => place.push("%2E"),
            ".." => place.push("%2E%2E"),
            part => place.push(part.replace('\0', "%00").replace(':', "%3A")),
        }
    }
    place
}

/// Whether a path is such a name, and no file.
pub fn is_place(path: &std::path::Path) -> bool {
    path.to_str().is_some_and(|path| path.starts_with("artifact:"))
}

/// What stands beside the archive.
#[derive(Debug, Clone)]
pub(super) struct Beside {
    pub id: u64,
    pub artifact: Waiting,
    pub now: DateTime<Utc>,
    pub pass_at: f64,
    pub bounds: Bounds,
}

/// Every run in the archive.
///
/// # Errors
///
/// Why it is no archive that is read here.
pub(super) fn runs(archive: &[u8], beside: &Beside) -> Result<Unpacked, String> {
    let left = Cell::new(DIRECTORY_BYTES);
    let inner = BufReader::new(Cursor::new(archive));
    let mut zip = ZipArchive::new(Bounded::new(inner, &left))
        .map_err(|error| format!("no zip archive that can be read, or one with too many members ({error})"))?;
    left.set(u64::MAX);
    let mut unpacked = Unpacked::default();
    let mut total = beside.bounds.unpacked_bytes;
    for index in 0..zip.len() {
        if index == beside.bounds.members {
            let reason = format!("{} members; the first {index} of them are read", zip.len());
            unpacked.aside.push(SetAside { file: place(beside.id, None), reason });
            break;
        }
        let known = zip.name_for_index(index).and_then(Result::ok);
        let name = known.map_or_else(|| format!("member {index}"), Cow::into_owned);
        let read = unfold(&mut zip, (index, &name), &mut total, &mut unpacked.stated);
        match read.and_then(|text| text.map_or(Ok(Vec::new()), |text| told(&name, &text, beside))) {
            Ok(runs) => unpacked.found.extend(runs.into_iter().map(|run| found(run, &name, beside))),
            Err(reason) => unpacked.set_aside(beside.id, &name, reason),
        }
    }
    if unpacked.unnamed > 0 {
        let reason = format!("{} further members are set aside", unpacked.unnamed);
        unpacked.aside.push(SetAside { file: place(beside.id, None), reason });
    }
    Ok(unpacked)
}

impl Unpacked {
    fn set_aside(&mut self, id: u64, member: &str, reason: String) {
        if self.aside.len() < NAMED {
            self.aside.push(SetAside { file: place(id, Some(member)), reason });
        } else {
            self.unnamed += 1;
        }
    }
}

/// Folders, and what tools keep beside their results.
fn is_passed_over(name: &str) -> bool {
    name.ends_with(['/', '\\']) || name.split(['/', '\\']).any(|part| part == ".git" || part.ends_with(".checkpoints"))
}

/// The bytes of a member; none of what is passed over.
fn unfold(
    zip: &mut ZipArchive<Bounded<'_, BufReader<Cursor<&[u8]>>>>,
    (index, name): (usize, &str),
    total: &mut u64,
    stated: &mut u64,
) -> Result<Option<Vec<u8>>, String> {
    let member = zip.by_index(index).map_err(|error| error.to_string())?;
    *stated = stated.saturating_add(member.size());
    if is_passed_over(name) {
        return Ok(None);
    }
    let unfold = UNFOLD_BYTES.max(member.compressed_size().saturating_mul(UNFOLD_RATIO));
    let most = Bounds::MEMBER_BYTES.min(unfold).min(*total);
    let over = || format!("unfolds to over {} MB, the most that is read of it here", most / MB);
    if member.size() > most {
        return Err(over());
    }
    let mut text = Vec::with_capacity(usize::try_from(member.size().min(8 * MB)).unwrap_or_default());
    let read = member.take(most + 1).read_to_end(&mut text).map_err(|error| format!("broken: {error}"));
    *total = total.saturating_sub(text.len() as u64);
    read?;
    if text.len() as u64 > most { Err(over()) } else { Ok(Some(text)) }
}

fn told(name: &str, text: &[u8], beside: &Beside) -> Result<Vec<Run>, String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    file::read_bytes(last, text, beside.now, beside.pass_at).map(|(_, runs)| runs).map_err(|skip| skip.reason)
}

/// The workflow's run knows the whole SHA and the branch; files abbreviate the one and lack the other.
fn found(mut run: Run, member: &str, beside: &Beside) -> Found {
    run.git_sha = Some(beside.artifact.sha.clone());
    run.branch = Some(beside.artifact.branch.clone());
    // Nobody is at work on what lies in an archive, however new it is.
    if run.status == Status::Running {
        run.status = Status::Partial;
    }
    Found {
        artifact: beside.id,
        member: member.to_owned(),
        place: place(beside.id, Some(member)),
        created_at: beside.artifact.created_at,
        run,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use super::*;

    #[test]
    fn the_place_of_a_member_leads_nowhere_and_ends_in_its_name() {
        let cases = [
            ("logs/a.eval", "artifact:7/logs/a.eval"),
            ("../../etc/passwd", "artifact:7/%2E%2E/%2E%2E/etc/passwd"),
            ("/etc/passwd", "artifact:7/etc/passwd"),
            ("..\\a.xml", "artifact:7/%2E%2E/a.xml"),
            ("C:\\a.xml", "artifact:7/C%3A/a.xml"),
            ("./a.xml", "artifact:7/%2E/a.xml"),
            ("", "artifact:7"),
        ];
        for (member, want) in cases {
            let got = place(7, Some(member));
            assert_eq!(got, PathBuf::from(want), "{member}");
            assert!(got.components().all(|part| matches!(part, Component::Normal(_))), "{member}");
        }
    }
}
