//! What was done to each page, told backwards through its names.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::{Depth, Known, Last, Reach};
use crate::domain::runbook::edit::MANY;

/// What a commit has done to pages.
pub(super) struct Commit {
    /// Its name.
    pub id: String,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Whether nothing is known before it.
    pub rooted: bool,
    /// Each page that it touches.
    pub touches: Vec<Touch>,
}

/// A path, and the object that lay there.
type Was = (String, String);

/// A file that a commit touches.
pub(super) struct Touch {
    /// Its name before, unless it was new.
    before: Option<Was>,
    /// Its name after, unless it went.
    after: Option<Was>,
}

impl Touch {
    /// Reads `:100644 100644 ee73… 02f8… R096` and the one or two paths that follow.
    pub(super) fn read(change: &str, first: String, second: Option<String>) -> Option<Self> {
        let mut words = change.split(' ').skip(2);
        let (before, after, sort) = (words.next()?.to_owned(), words.next()?.to_owned(), words.next()?);
        let new = second.unwrap_or_else(|| first.clone());
        Some(match sort.as_bytes().first()? {
            b'A' | b'C' => Self { before: None, after: Some((new, after)) },
            b'D' => Self { before: Some((first, before)), after: None },
            _ => Self { before: Some((first, before)), after: Some((new, after)) },
        })
    }

    /// What it was, and what it is, where its name has changed: path and object each.
    pub(super) fn moved(&self) -> Option<(&Was, &Was)> {
        self.before.as_ref().zip(self.after.as_ref()).filter(|(before, after)| before.0 != after.0)
    }

    /// Its names.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.before.iter().chain(&self.after).map(|(path, _)| path.as_str())
    }
}

/// Something that may have been a real edit.
pub(super) enum Change {
    /// The page was written, or came from where no pages are.
    Made {
        /// When.
        at: DateTime<Utc>,
        /// By which commit.
        commit: String,
        /// Under which name.
        path: String,
    },
    /// It is another than before; whether in what it says has to be looked at.
    Between {
        /// When.
        at: DateTime<Utc>,
        /// The object that it was.
        before: String,
        /// The object that it became.
        after: String,
    },
}

impl Change {
    fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Made { at, .. } | Self::Between { at, .. } => *at,
        }
    }
}

/// What was done to one page.
#[derive(Default)]
pub(super) struct Thread {
    /// What may have been a real edit, the newest first.
    pub changes: Vec<Change>,
    /// Its name where the thread ends; none if it begins there.
    name: Option<String>,
    /// Whether it ends at the edge of what is known.
    edge: Edge,
}

/// What lies before the beginning of a thread.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Edge {
    /// Nothing.
    #[default]
    Nothing,
    /// What a shallow clone does not have.
    Unknown,
}

/// What was done to each page that is there now.
pub(super) struct Threads {
    pages: BTreeMap<String, Thread>,
    /// All names that pages have had.
    names: BTreeSet<String>,
    reach: Reach,
}

impl Threads {
    /// Joins what was done under each name into what was done to each page.
    pub(super) fn new(commits: Vec<Commit>, (reach, depth): (Reach, Depth), is_page: impl Fn(&str) -> bool) -> Self {
        let mut joined = Joining::default();
        for commit in commits {
            let edge = if commit.rooted && depth == Depth::Shallow { Edge::Unknown } else { Edge::Nothing };
            let many = commit.touches.len() > MANY;
            // Names change hands within a commit; so all are read before any is changed.
            let owners: Vec<Option<Owner>> = commit.touches.iter().map(|touch| joined.owner(touch)).collect();
            for touch in &commit.touches {
                joined.release(touch);
            }
            for (touch, owner) in commit.touches.into_iter().zip(owners) {
                joined.take(touch, owner, (&commit.id, commit.at), (many, edge));
            }
        }
        let mut threads = joined.threads;
        threads.retain(|page, _| is_page(page));
        for thread in threads.values_mut() {
            thread.changes.sort_by_key(|change| Reverse(change.at()));
        }
        Self { pages: threads, names: joined.seen, reach }
    }

    /// How far they reach.
    pub(super) fn reach(&self) -> Reach {
        self.reach
    }

    /// Each page with what was done to it, by its path now.
    pub(super) fn all(&self) -> impl Iterator<Item = (&String, &Thread)> {
        self.pages.iter()
    }

    /// What is known of all pages, with what was known before these.
    pub(super) fn known(&self, edits: &super::Edits, earlier: Option<&Known>) -> Known {
        let mut pages = earlier.map(|known| known.pages.clone()).unwrap_or_default();
        pages.retain(|page, _| !self.names.contains(page));
        let reach = earlier.map_or(self.reach, |known| if self.reach == Reach::Cut { Reach::Cut } else { known.reach });
        for (page, thread) in &self.pages {
            let before = || match (&thread.name, earlier) {
                _ if thread.edge == Edge::Unknown => Last::Unknown,
                (Some(name), Some(known)) if self.reach == Reach::Whole => {
                    known.pages.get(name).copied().unwrap_or(Last::Unknown)
                }
                (Some(_), _) if reach == Reach::Cut => Last::Unknown,
                (Some(_) | None, _) => Last::Never,
            };
            pages.insert(page.clone(), edits.get(page).map_or_else(before, |at| Last::At(*at)));
        }
        Known { pages, reach }
    }
}

/// Threads on the way back in time.
#[derive(Default)]
struct Joining {
    threads: BTreeMap<String, Thread>,
    /// Whose a name is at this point of the way; nobody's once it was somebody's and no longer is.
    owners: HashMap<String, Option<String>>,
    /// All names that were met.
    seen: BTreeSet<String>,
}

/// To which page a touch belongs.
struct Owner {
    page: String,
    /// A thread under the name before, which belongs to that page, too: it was renamed on one branch and edited on
    /// another.
    beside: Option<String>,
}

impl Joining {
    /// The page of now to which this is done; none if it is gone.
    fn owner(&mut self, touch: &Touch) -> Option<Owner> {
        self.seen.extend(touch.paths().map(str::to_owned));
        let (name, _) = touch.after.as_ref()?;
        let page = match self.owners.get(name) {
            Some(owner) => owner.clone()?,
            None => name.clone(),
        };
        let before = touch.before.as_ref().map(|(before, _)| before).filter(|before| *before != name);
        let beside =
            before.filter(|before| self.owners.get(*before).is_some_and(|owner| owner.as_ref() == Some(*before)));
        Some(Owner { page, beside: beside.cloned() })
    }

    /// Before this the names were whoever's.
    fn release(&mut self, touch: &Touch) {
        for path in touch.paths() {
            self.owners.insert(path.to_owned(), None);
        }
    }

    fn take(
        &mut self,
        touch: Touch,
        owner: Option<Owner>,
        (commit, at): (&str, DateTime<Utc>),
        (many, edge): (bool, Edge),
    ) {
        let Some(Owner { page, beside }) = owner else { return };
        let beside = beside.and_then(|beside| self.threads.remove(&beside));
        let thread = self.threads.entry(page.clone()).or_default();
        thread.changes.extend(beside.into_iter().flat_map(|beside| beside.changes));
        thread.name = touch.before.as_ref().map(|(name, _)| name.clone());
        thread.edge = if touch.before.is_none() { edge } else { Edge::Nothing };
        let counts = !many && edge == Edge::Nothing;
        match (&touch.before, touch.after) {
            (None, Some((path, _))) if counts => {
                thread.changes.push(Change::Made { at, commit: commit.to_owned(), path });
            }
            (Some((_, before)), Some((_, after))) if counts && *before != after => {
                thread.changes.push(Change::Between { at, before: before.clone(), after });
            }
            (None | Some(_), _) => {}
        }
        if let Some((name, _)) = touch.before {
            self.owners.insert(name, Some(page));
        }
    }
}
