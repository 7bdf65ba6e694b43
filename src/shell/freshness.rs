//! How fresh the pages are: their uses, and their last real edits as git tells of them.
//!
//! Whoever is paged does not wait for a history: what it said is kept beside
//! the store and asked for again only when there are new commits. What cannot
//! be known is said, and never taken for fresh.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::git::{Depth, Git, GitError, Known, Last, Pages, Reach, Spot, Walk};
use crate::config::Runbooks;
use crate::domain::hash::hex;
use crate::domain::runbook::freshness::{Edited, Freshness, Use, Went, judge};
use crate::domain::runbook::run::{self, Run};
use crate::domain::text::Clean;
use crate::store::copies::{self, Origin};
use crate::store::runs::Runs;

/// Another number when what is kept, or how it is found out, changes.
const FORM: u32 = 1;

/// What is asked of the histories.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Folders of pages, and single pages.
    pub places: &'a [PathBuf],
    /// Which files are pages, and how they are judged.
    pub rules: &'a Runbooks,
    /// Where the store lies, if something may be kept there.
    pub keep_in: Option<&'a Path>,
    /// They may take so long; what was known before is used then.
    pub patience: Duration,
    /// The time.
    pub now: DateTime<Utc>,
}

/// When the pages were really edited, as far as their repositories tell.
#[derive(Debug, Clone, Default)]
pub struct Histories {
    places: Vec<(PathBuf, Told)>,
    /// What could not be known, a sentence each.
    pub doubts: Vec<Clean>,
}

/// All by which pages are judged.
#[derive(Debug, Clone)]
pub struct Judge {
    /// Their edits.
    pub histories: Histories,
    /// The uses of each that say something, by how it is listed; none if they cannot be known: then nothing is fresh.
    pub uses: Option<BTreeMap<String, Vec<Use>>>,
    /// The time.
    pub now: DateTime<Utc>,
}

impl Judge {
    /// All that is known of these places: their histories, and the uses in the ledger of this folder.
    pub async fn gather(asked: &Asked<'_>, ledger: &Path) -> Self {
        Self::of(Histories::gather(asked).await, ledger, asked.now)
    }

    /// These histories, with the uses in the ledger of this folder.
    pub fn of(histories: Histories, ledger: &Path, now: DateTime<Utc>) -> Self {
        let mut histories = histories;
        let read = Runs::look_into(ledger).and_then(|runs| runs.map_or(Ok(Vec::new()), |runs| runs.lines(None)));
        let known = match read {
            Ok(lines) => Some(uses(&Run::all(lines))),
            Err(why) => {
                histories.doubts.push(Clean::line(&format!("how runbooks were used is not known: {why}")));
                None
            }
        };
        Self { histories, uses: known, now }
    }

    /// How fresh a page is: how it is listed, where it lies by the place that was asked for, and the time of its file.
    pub fn freshness(&self, listed: &str, (at, time): (&Path, Option<DateTime<Utc>>), rules: &Runbooks) -> Freshness {
        let Some(uses) = &self.uses else { return Freshness::default() };
        let uses = uses.get(listed).map_or(&[][..], Vec::as_slice);
        judge(uses, self.histories.edited(at, time), rules.stale_after, self.now)
    }
}

/// The uses that say whether a page works, by how it is listed.
pub fn uses(runs: &[Run]) -> BTreeMap<String, Vec<Use>> {
    let mut uses: BTreeMap<String, Vec<Use>> = BTreeMap::new();
    for run in runs {
        let Some((went, _, at, _)) = &run.ended else { continue };
        let went = match went {
            run::Went::Worked => Went::Worked,
            run::Went::Failed => Went::Failed,
            run::Went::NotThisOne => continue,
        };
        uses.entry(run.of.page.clone()).or_default().push(Use { at: *at, went });
    }
    uses
}

/// Places of a repository, and the ways to them from its top.
type Ways = Vec<(PathBuf, String)>;

/// What a repository tells of a place.
#[derive(Debug, Clone)]
enum Told {
    /// It has no history.
    Nothing,
    /// It has one that cannot be read.
    Unknown,
    /// The way from the top of the work tree to it, and what is known of the pages below that.
    Of(String, std::sync::Arc<Known>),
}

impl Histories {
    /// Asks the repositories of these places, each once, and only where there are commits that were not looked at before.
    pub async fn gather(asked: &Asked<'_>) -> Self {
        let mut gathered = Self::default();
        let mut repositories: BTreeMap<(PathBuf, Option<String>), (Spot, Ways)> = BTreeMap::new();
        for place in asked.places {
            match spot(place).await {
                Ok(Some((spot, way))) => {
                    // A page by itself is asked for apart, so that what is kept of the folders stays as it is.
                    let apart = Some(&way).filter(|way| !way.is_empty() && !way.ends_with('/')).cloned();
                    let key = (spot.top.clone(), apart);
                    let (_, places) = repositories.entry(key).or_insert((spot, Vec::new()));
                    places.push((place.clone(), way));
                }
                Ok(None) => gathered.places.push((place.clone(), Told::Nothing)),
                Err(why) => gathered.unknown(std::slice::from_ref(place), &why),
            }
        }
        for (spot, places) in repositories.into_values() {
            gathered.look(asked, &spot, places).await;
        }
        // The longest first, so that of two the nearer one speaks.
        gathered.places.sort_by_key(|(place, _)| std::cmp::Reverse(place.as_os_str().len()));
        gathered
    }

    /// When the page that lies there was last really edited; its file has this time.
    pub fn edited(&self, at: &Path, time: Option<DateTime<Utc>>) -> Edited {
        let told = self.places.iter().find_map(|(place, told)| Some((at.strip_prefix(place).ok()?, told)));
        let by_file = time.map_or(Edited::Unknown, Edited::File);
        let (below, way, known) = match told {
            None | Some((_, Told::Nothing)) => return by_file,
            Some((_, Told::Unknown)) => return Edited::Unknown,
            Some((below, Told::Of(way, known))) => (below, way, known),
        };
        let below = below.to_string_lossy();
        match known.pages.get(&format!("{way}{below}")) {
            Some(Last::At(at)) => Edited::At(*at),
            Some(Last::Never) => Edited::Never,
            Some(Last::Unknown) => Edited::Unknown,
            None if known.reach == Reach::Cut => Edited::Unknown,
            None => by_file,
        }
    }

    async fn look(&mut self, asked: &Asked<'_>, spot: &Spot, places: Ways) {
        let globs: Vec<glob::Pattern> =
            asked.rules.files.iter().filter_map(|glob| glob::Pattern::new(glob).ok()).collect();
        let ways = places.iter().map(|(_, way)| way.clone()).collect();
        let pages = Pages { places: ways, files: &globs, reviewed: &asked.rules.keys.reviewed };
        match known(asked, spot, &pages).await {
            Ok((known, doubt)) => {
                self.doubts.extend(doubt);
                if spot.depth == Depth::Shallow {
                    self.doubt(&places[0].0, &GitError::Shallow);
                } else if known.reach == Reach::Cut {
                    self.doubt(&places[0].0, &"its history is longer than is looked at");
                }
                let known = Arc::new(known);
                for (place, way) in places {
                    self.told(&place, &Told::Of(way, known.clone()));
                }
            }
            Err(why) => {
                let places: Vec<PathBuf> = places.into_iter().map(|(place, _)| place).collect();
                self.unknown(&places, &why);
            }
        }
    }

    fn unknown(&mut self, places: &[PathBuf], why: &GitError) {
        for place in places {
            self.told(place, &Told::Unknown);
        }
        match (places.first(), why) {
            (Some(place), GitError::Slow) => {
                self.doubt(place, &format!("{why}; `dogwatch runbook --list` gives it more time"));
            }
            (Some(place), _) => self.doubt(place, why),
            (None, _) => {}
        }
    }

    /// Whoever names a page by the way it really lies means the same.
    fn told(&mut self, place: &Path, told: &Told) {
        let really = std::fs::canonicalize(place).ok().filter(|really| really != place);
        let ways = [Some(place.to_owned()), really].into_iter().flatten();
        self.places.extend(ways.map(|way| (way, told.clone())));
    }

    fn doubt(&mut self, place: &Path, why: &dyn std::fmt::Display) {
        let text = format!("not known when the runbooks of {} were edited: {why}", place.display());
        self.doubts.push(Clean::line(&text));
    }
}

/// Where a place lies, and the way to it from the top of its repository; none if it has no history.
async fn spot(place: &Path) -> Result<Option<(Spot, String)>, GitError> {
    let (folder, name) = match (place.parent(), place.file_name()) {
        (Some(parent), Some(name)) if place.is_file() => (parent, Some(name)),
        (_, _) => (place, None),
    };
    let spot = match Git::at(folder).spot().await {
        Ok(Some(spot)) => spot,
        // Without git there are files and their times.
        Ok(None) | Err(GitError::NotRun(_)) => return Ok(None),
        Err(why) => return Err(why),
    };
    // A work tree that the repository's configuration puts elsewhere has nothing to say of what lies here.
    let whole = |path: &Path| std::fs::canonicalize(path).ok();
    let here = whole(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    if here.is_none() || here != whole(&spot.top.join(&spot.prefix)) {
        return Ok(None);
    }
    let way = name.map(|name| format!("{}{}", spot.prefix, name.to_string_lossy()));
    let way = way.unwrap_or_else(|| spot.prefix.clone());
    Ok(Some((spot, way)))
}

/// What is known of these pages, and what that leaves open.
async fn known(asked: &Asked<'_>, spot: &Spot, pages: &Pages<'_>) -> Result<(Known, Option<Clean>), GitError> {
    let place = spot.top.to_string_lossy().into_owned();
    let mut hash = Sha256::new();
    for part in [&place, pages.reviewed].into_iter().chain(asked.rules.files.iter().map(String::as_str)) {
        hash.update(part);
        hash.update([0]);
    }
    for way in &pages.places {
        hash.update(way);
        hash.update([1]);
    }
    let name = format!("edits-{FORM}-{}", hex(&hash.finalize()[..8]));
    let kept = asked.keep_in.and_then(|folder| copies::kept(folder, &name));
    let kept = kept.and_then(|(origin, bytes)| Some((origin.mark?, read(&bytes)?)));
    // A clone that has got its missing commits in the meantime is asked anew.
    let mark = if spot.depth == Depth::Shallow { format!("{} shallow", spot.head) } else { spot.head.clone() };
    let kept = match kept {
        Some((head, known)) if head == mark => return Ok((known, None)),
        Some((head, known)) if spot.depth == Depth::Whole && !head.contains(' ') => Some((head, known)),
        Some(_) | None => None,
    };
    let vain = Vain { folder: asked.keep_in, name: format!("{name}-slow"), mark: &mark };
    let patience = if vain.was(asked) { Duration::ZERO } else { asked.patience };
    let since = kept.as_ref().map(|(head, known)| (head.as_str(), known));
    let walk = Walk { head: &spot.head, since, depth: spot.depth, patience };
    let edits = Git::at(&spot.top).edits(pages, &walk).await;
    if edits == Err(GitError::Slow) && !patience.is_zero() {
        vain.note(asked, &place);
    }
    match (edits, kept) {
        (Ok(known), _) => {
            if let Some(folder) = asked.keep_in {
                let origin = Origin { place, mark: Some(mark), at: asked.now };
                // Where nothing can be kept it is asked again the next time.
                let _ = copies::keep(folder, &name, &origin, write(&known).as_bytes());
            }
            Ok((known, None))
        }
        (Err(GitError::Slow), Some((_, known))) => {
            let doubt = format!("the newest commits of {place} took too long to look at; edits are as of earlier ones");
            Ok((known, Some(Clean::line(&doubt))))
        }
        (Err(why), _) => Err(why),
    }
}

/// Whoever was kept waiting in vain is not kept waiting again: until there is more time, another commit, or another day.
struct Vain<'a> {
    folder: Option<&'a Path>,
    name: String,
    mark: &'a str,
}

impl Vain<'_> {
    fn was(&self, asked: &Asked<'_>) -> bool {
        let tried = self.folder.and_then(|folder| copies::origin(folder, &self.name));
        tried.is_some_and(|tried| {
            let waited =
                tried.mark.as_deref().and_then(|mark| mark.strip_prefix(self.mark)?.trim().parse::<u128>().ok());
            let lately = asked.now.signed_duration_since(tried.at).abs() < TimeDelta::days(1);
            lately && waited.is_some_and(|waited| asked.patience.as_millis() <= waited)
        })
    }

    fn note(&self, asked: &Asked<'_>, place: &str) {
        let Some(folder) = self.folder else { return };
        let mark = format!("{} {}", self.mark, asked.patience.as_millis());
        let origin = Origin { place: place.to_owned(), mark: Some(mark), at: asked.now };
        // Where nothing can be kept they wait again.
        let _ = copies::keep(folder, &self.name, &origin, b"");
    }
}

/// A line per page, the path last; NUL ends each, as no path holds one.
fn write(known: &Known) -> String {
    let mut text = String::from(if known.reach == Reach::Cut { "cut\0" } else { "whole\0" });
    for (page, last) in &known.pages {
        // Writing into a string cannot fail.
        let _ = match last {
            Last::At(at) => write!(text, "{} {page}\0", at.timestamp()),
            Last::Never => write!(text, "- {page}\0"),
            Last::Unknown => write!(text, "? {page}\0"),
        };
    }
    text
}

fn read(bytes: &[u8]) -> Option<Known> {
    let mut lines = std::str::from_utf8(bytes).ok()?.split_terminator('\0');
    let reach = if lines.next()? == "cut" { Reach::Cut } else { Reach::Whole };
    let page = |line: &str| {
        let (last, page) = line.split_once(' ')?;
        let last = match last {
            "-" => Last::Never,
            "?" => Last::Unknown,
            at => Last::At(DateTime::from_timestamp(at.parse().ok()?, 0)?),
        };
        Some((page.to_owned(), last))
    };
    Some(Known { pages: lines.map(page).collect::<Option<_>>()?, reach })
}
