//! The team's runbooks, behind one door: found by symptom, listed, opened.
//!
//! The command line and the screen ask the same and are told the same.
//! Nothing on the network is asked, no process is waited for, and what cannot
//! be looked at is said beside the answer, never in its place.

mod index;
mod kinds;
mod near;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use chrono::DateTime;

use super::freshness::{self, Judge};
use super::place::Place;
use super::session::{Decisions, Plan, Trusted, trust_of};
use crate::config::{TeamFile, leads_out, wants_trust};
use crate::domain::runbook::document::Document;
use crate::domain::runbook::found::{Found, Hit, Listed};
use crate::domain::runbook::freshness::Freshness;
use crate::domain::runbook::{owned, words};
use crate::domain::text::Clean;
use crate::sources::runbooks::{Bounds, Folder, Seen, Unread, Walked, read_page, shown, stamp_of, walk};
use crate::store::Wanted;
use crate::store::pages::{Answer, Asked, Entry, Match, Pages, Read, Stamp};

pub use kinds::Aim;
use kinds::Targets;

/// Where the runbooks stand, and what is known of them beside their text.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// Where the paths of the team file begin, and how far they may lead.
    pub place: Place,
    /// The store's folder; none to keep the index in memory alone.
    pub folder: Option<PathBuf>,
    /// Whether the index may be written there.
    pub wanted: Wanted,
    /// The operating model: the folders, the kinds, the areas.
    pub team: TeamFile,
    /// By path, the phrases that led somebody to a page that worked.
    pub learned: BTreeMap<String, Vec<String>>,
    /// How much of the disk is looked at.
    pub bounds: Bounds,
}

impl Shelf {
    /// The shelf of a team file, with the phrases that were learned.
    pub fn of(plan: &Plan, learned: BTreeMap<String, Vec<String>>) -> Self {
        let home = plan.team_path.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
        // To look whether it was allowed takes the store; nearly nobody has to ask.
        let trusted = if plan.team.runbooks.dirs.iter().any(|dir| leads_out(dir)) {
            trust_of(plan, &wants_trust(&plan.team))
        } else {
            Trusted::No
        };
        Self {
            place: Place { home, trusted },
            folder: Some(plan.folder.clone()),
            wanted: match plan.decisions {
                Decisions::Taken => Wanted::ReadWrite,
                Decisions::NotTaken => Wanted::ReadOnly,
            },
            team: plan.team.clone(),
            learned,
            bounds: Bounds::default(),
        }
    }
}

/// A page that was opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Where it lies on the disk.
    pub at: PathBuf,
    /// What is known of it; its path as people see it.
    pub about: Listed,
    /// What it says.
    pub document: Document,
}

/// Why a page is not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// It lies neither in the repository nor in a folder of runbooks.
    #[error("{} lies outside the repository", .0)]
    Outside(Clean),
    /// It is not there, no text, or not to be read.
    #[error("{path}: {why}")]
    Unread {
        /// As it was named.
        path: Clean,
        /// What stands in the way.
        why: Unread,
    },
}

/// All runbooks of the team.
#[derive(Debug)]
pub struct Library {
    shelf: Shelf,
    folders: Vec<Folder>,
    targets: Targets,
    pages: Pages,
    doubts: Vec<Clean>,
    judge: Option<Judge>,
}

impl Library {
    /// Opens the library; nothing is read yet.
    pub fn open(shelf: Shelf) -> Self {
        let mut folders = Vec::new();
        let mut doubts = Vec::new();
        for dir in &shelf.team.runbooks.dirs {
            match shelf.place.of(dir) {
                Ok(at) => folders.push(folder(&shelf.place.home, at)),
                Err(doubt) => doubts.push(doubt),
            }
        }
        let targets = Targets::of(&shelf.team.kinds, &folders);
        let home = std::fs::canonicalize(here(&shelf.place.home)).unwrap_or_default();
        let how = format!("{} {:?}", home.display(), shelf.team.runbooks.keys);
        let pages = Pages::new(shelf.folder.as_deref(), shelf.wanted, &how);
        Self { shelf, folders, targets, pages, doubts, judge: None }
    }

    /// The library of a plan, whose pages are judged as of its time, and what stood in the way of that. The history of
    /// the pages gets so long.
    pub async fn judged(plan: &Plan, patience: Duration) -> (Self, Vec<Clean>) {
        let mut library = Self::open(Shelf::of(plan, BTreeMap::new()));
        let places: Vec<PathBuf> = library.folders().map(Path::to_owned).collect();
        let taken = plan.decisions == Decisions::Taken;
        let asked = freshness::Asked {
            places: &places,
            rules: &plan.team.runbooks,
            keep_in: taken.then_some(plan.folder.as_path()),
            patience,
            now: plan.clock.start(),
        };
        let judge = Judge::gather(&asked, &plan.folder).await;
        let doubts = judge.histories.doubts.clone();
        library.judge_by(judge);
        (library, doubts)
    }

    /// Where the folders of runbooks lie, as far as they may be looked at.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.folders.iter().map(|folder| folder.at.as_path())
    }

    /// Says by what pages are judged from now on; before that nothing is known of how fresh they are.
    pub fn judge_by(&mut self, judge: Judge) {
        self.judge = Some(judge);
    }

    /// The pages that fit these words best, so many at the most.
    pub fn find(&mut self, typed: &str, most: usize) -> Found {
        let look = self.look();
        let words = words::asked(Clean::block(typed).as_str());
        let anchor = self.anchor_of(typed);
        let answer = self.answer(&look, Some(&Asked { typed, words: &words, anchor: anchor.as_deref(), most }));
        let hit = |one: Match| Hit {
            page: self.listed(one.page, &look),
            heading: one.heading,
            line: one.line,
            score: Some(one.score),
        };
        let hits = answer.matches.into_iter().map(hit).collect();
        let nearest = near::nearest(answer.all, &words);
        let nearest = nearest.into_iter().map(|entry| self.listed(entry, &look)).collect();
        Found { hits, nearest, doubts: look.doubts() }
    }

    /// All pages in order of their paths, and what could not be looked at.
    pub fn list(&mut self) -> (Vec<Listed>, Vec<Clean>) {
        let look = self.look();
        let answer = self.answer(&look, None);
        (answer.all.into_iter().map(|entry| self.listed(entry, &look)).collect(), look.doubts())
    }

    /// The page with this path, relative to the team file or absolute: one of the repository, or of a folder of
    /// runbooks that may be read. Links of a page lead no further.
    ///
    /// # Errors
    ///
    /// [`PageError`]: it is not to be had, or not allowed.
    pub fn page(&self, path: &str) -> Result<Page, PageError> {
        let named = self.shelf.place.home.join(path);
        let at = std::fs::canonicalize(&named)
            .map_err(|error| PageError::Unread { path: Clean::line(path), why: error.into() })?;
        if !self.may_be_read(&at) {
            return Err(PageError::Outside(Clean::line(path)));
        }
        self.file(&named)
    }

    /// What lies at this path, relative to the team file: whether it is a file; none if nothing is there.
    ///
    /// # Errors
    ///
    /// [`PageError::Outside`]: nobody is to know from a page what lies there.
    pub fn stands(&self, path: &str) -> Result<Option<bool>, PageError> {
        let named = self.shelf.place.home.join(path);
        let outside = || PageError::Outside(Clean::line(path));
        match std::fs::canonicalize(&named) {
            Ok(at) if self.may_be_read(&at) => Ok(Some(at.is_file())),
            Ok(_) => Err(outside()),
            Err(_) if leads_out(path) => Err(outside()),
            Err(_) => Ok(None),
        }
    }

    fn may_be_read(&self, at: &Path) -> bool {
        let within = |folder: &Path| std::fs::canonicalize(folder).is_ok_and(|folder| at.starts_with(folder));
        within(here(&self.shelf.place.home)) || self.folders.iter().any(|folder| within(&folder.at))
    }

    /// The page in this file, wherever it lies: the person named it.
    ///
    /// # Errors
    ///
    /// [`PageError::Unread`]: it is not to be had.
    pub fn file(&self, at: &Path) -> Result<Page, PageError> {
        let path = self.path_of(at);
        let text = read_page(at).map_err(|why| PageError::Unread { path: Clean::line(&path), why })?;
        let document = Document::read(&text, &self.shelf.team.runbooks.keys);
        let title = document.title.clone().unwrap_or_else(|| Clean::line(index::stem(&path)));
        let kinds = self.targets.kinds_of(self.below(&path).as_slice());
        let freshness = self.freshness(&path, at, stamp_of(at, &path).as_ref());
        let entry = Entry { path, title, owner: document.header.owner.clone() };
        Ok(Page { at: at.to_owned(), about: self.with_kinds(entry, kinds, freshness), document })
    }

    /// The page and the heading that a kind of incident names, with what stands in braces filled in: `{tool}`. None if
    /// the kind names none, or none that is there within the folders of runbooks.
    pub fn of_kind(&self, kind: &str, filled: &BTreeMap<String, String>) -> Option<Aim> {
        let target = self.shelf.team.kind(kind)?.runbook.as_deref()?;
        kinds::aim(target, filled, &self.folders)
    }

    /// The heading that the kind of this name names.
    fn anchor_of(&self, typed: &str) -> Option<String> {
        let named = words::key(typed);
        let kind = self.shelf.team.kinds.iter().find(|kind| words::key(&kind.id) == named)?;
        kind.runbook.as_deref()?.split_once('#').map(|(_, anchor)| anchor.trim().to_lowercase())
    }

    /// Whether a kind of incident names a page, there or not.
    pub fn names_a_page(&self, kind: &str) -> bool {
        self.shelf.team.kind(kind).is_some_and(|kind| kind.runbook.is_some())
    }

    /// What a file's path is to people, and what it is known by: relative to the team file where it lies below it,
    /// else absolute.
    pub fn path_of(&self, at: &Path) -> String {
        let home = &self.shelf.place.home;
        let is_below = at.strip_prefix(home).is_ok_and(|below| !leads_out(&below.to_string_lossy()));
        match (std::fs::canonicalize(here(home)), std::fs::canonicalize(at)) {
            (Ok(home), Ok(at)) if !is_below => shown(&home, &at),
            (Ok(_) | Err(_), Ok(_) | Err(_)) => shown(home, at),
        }
    }

    /// Whether a page can be relied on.
    fn freshness(&self, path: &str, at: &Path, stamp: Option<&Stamp>) -> Freshness {
        let Some(judge) = &self.judge else { return Freshness::default() };
        let time = stamp.map(|stamp| DateTime::from_timestamp_nanos(stamp.modified));
        judge.freshness(path, (at, time), &self.shelf.team.runbooks)
    }

    fn look(&self) -> Look {
        let Walked { pages, doubts } = walk(&self.folders, &self.shelf.team.runbooks.files, &self.shelf.bounds);
        let doubts = self.doubts.iter().cloned().chain(doubts).collect();
        let kinds = self.targets.of_pages(&pages);
        let learned = &self.shelf.learned;
        let extra = |(place, page): (usize, &Seen)| {
            let kinds = kinds.get(&place).map_or(&[][..], Vec::as_slice);
            index::extra(&self.shelf.team.kinds, kinds, learned.get(&page.stamp.path))
        };
        let extras = pages.iter().enumerate().map(extra).collect();
        Look { pages, kinds, extras, doubts: Mutex::new(doubts) }
    }

    fn answer(&mut self, look: &Look, asked: Option<&Asked<'_>>) -> Answer {
        let (team, learned) = (&self.shelf.team, &self.shelf.learned);
        let read = |place| look.read(place, team, learned);
        let answer = self.pages.answer(&look.stamps(), &read, asked);
        match answer {
            Ok(answer) => {
                for (path, why) in &answer.aside {
                    look.doubt(&format!("{path}: {why}, and is left out"));
                }
                answer
            }
            Err(error) => {
                look.doubt(&error.to_string());
                Answer::default()
            }
        }
    }

    fn listed(&self, entry: Entry, look: &Look) -> Listed {
        let place = look.pages.binary_search_by(|page| page.stamp.path.as_str().cmp(&entry.path));
        let kinds = place.ok().and_then(|place| look.kinds.get(&place)).map_or(&[][..], Vec::as_slice).to_vec();
        let seen = place.ok().and_then(|place| look.pages.get(place));
        let freshness = seen.map(|seen| self.freshness(&entry.path, &seen.at, Some(&seen.stamp)));
        self.with_kinds(entry, kinds, freshness.unwrap_or_default())
    }

    fn with_kinds(&self, entry: Entry, kinds: Vec<usize>, freshness: Freshness) -> Listed {
        let Entry { path, title, owner } = entry;
        let area = || owned::area_of(&self.shelf.team.areas, &path)?.owner.as_deref().map(Clean::line);
        let owner = owner.or_else(area);
        let id = |kind: usize| self.shelf.team.kinds.get(kind).map(|kind| kind.id.clone());
        Listed { title, owner, kinds: kinds.into_iter().filter_map(id).collect(), freshness, path }
    }

    /// Where a page lies below the folders of runbooks.
    fn below(&self, path: &str) -> Vec<(usize, String)> {
        let below = |(place, folder): (usize, &Folder)| {
            let rest = if folder.shown.is_empty() {
                path
            } else {
                path.strip_prefix(folder.shown.as_str())?.strip_prefix('/')?
            };
            Some((place, rest.to_owned()))
        };
        self.folders.iter().enumerate().filter_map(below).collect()
    }
}

/// One look at the disk.
struct Look {
    pages: Vec<Seen>,
    /// By the place of a page, the places of the kinds that name it.
    kinds: BTreeMap<usize, Vec<usize>>,
    extras: Vec<i64>,
    doubts: Mutex<BTreeSet<Clean>>,
}

impl Look {
    fn stamps(&self) -> Vec<Stamp> {
        let stamp = |(page, extra): (&Seen, &i64)| Stamp { extra: *extra, ..page.stamp.clone() };
        self.pages.iter().zip(&self.extras).map(stamp).collect()
    }

    fn doubts(self) -> Vec<Clean> {
        self.doubts.into_inner().unwrap_or_default().into_iter().collect()
    }

    fn doubt(&self, why: &str) {
        if let Ok(mut doubts) = self.doubts.lock() {
            doubts.insert(Clean::line(why));
        }
    }

    /// Reads a page to be indexed.
    fn read(&self, place: usize, team: &TeamFile, learned: &BTreeMap<String, Vec<String>>) -> Read {
        let Some(page) = self.pages.get(place) else { return Read::Failed };
        let path = &page.stamp.path;
        let text = match read_page(&page.at) {
            Ok(text) => text,
            Err(why @ (Unread::NoText | Unread::Long | Unread::NoFile)) => {
                return Read::Aside(Clean::line(&why.to_string()));
            }
            Err(why @ (Unread::Missing | Unread::Io(_))) => {
                self.doubt(&format!("{path}: {why}"));
                return Read::Failed;
            }
        };
        let kinds = self.kinds.get(&place).map_or(&[][..], Vec::as_slice);
        let kinds = kinds.iter().filter_map(|kind| team.kinds.get(*kind)).collect();
        let learned = learned.get(path).map_or(&[][..], Vec::as_slice);
        let about = index::About { path, below: &page.below, kinds, learned };
        let document = Document::read(&text, &team.runbooks.keys);
        let indexed = Box::new(index::indexed(&document, &about));
        if index::is_young(&page.stamp) { Read::Young(indexed) } else { Read::Page(indexed) }
    }
}

/// The home as a path that can be opened.
fn here(home: &Path) -> &Path {
    if home.as_os_str().is_empty() { Path::new(".") } else { home }
}

/// A folder of runbooks, and what its pages' paths begin with.
fn folder(home: &Path, at: PathBuf) -> Folder {
    let plain = !leads_out(&at.strip_prefix(home).unwrap_or(&at).to_string_lossy());
    if plain {
        return Folder { shown: shown(home, &at), at };
    }
    // One that was allowed may come back by another way.
    let whole = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    Folder { shown: shown(&whole(here(home)), &whole(&at)), at }
}
