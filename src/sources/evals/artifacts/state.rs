//! How far the artifacts of a repository have been read: kept beside their
//! runs, in the same breath, so that a crash neither skips nor repeats one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How often one artifact is tried before it is given up.
const TRIES: u8 = 4;
/// How long after the first failure it is tried again; twice as long after each further one.
const AGAIN_AFTER: TimeDelta = TimeDelta::minutes(5);

/// How far the artifacts of one name have been read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// Host, repository and name that this is about; of another one it says nothing.
    pub about: String,
    /// Which token and form of answers the `ETag`s were given for.
    pub mark: String,
    pub repository: Option<Repository>,
    /// The pages of the list, by address.
    pub pages: BTreeMap<String, Seen>,
    /// Listed and not read yet, by id.
    pub waiting: BTreeMap<u64, Waiting>,
    /// Read, or given up: never to be downloaded again.
    pub done: BTreeSet<u64>,
}

/// What the repository says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    /// The same through every rename.
    pub id: u64,
    /// Its default branch.
    pub branch: String,
}

/// A page that has been read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Seen {
    pub etag: Option<String>,
    pub next: Option<String>,
    /// The artifacts on it, ours or not.
    pub ids: Vec<u64>,
}

/// An artifact that is to be downloaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Where the API says that its archive is.
    pub url: String,
    /// The size that the list names, in bytes.
    pub size: u64,
    /// The SHA-256 of the archive, in lower-case digits; older artifacts have none.
    pub digest: Option<String>,
    /// The full SHA of the commit that was run.
    pub sha: String,
    /// The branch that was run.
    pub branch: String,
    /// When the artifact was made.
    pub created_at: Option<DateTime<Utc>>,
    /// How often it has failed.
    pub tries: u8,
    /// Not to be tried again before this.
    pub not_before: Option<DateTime<Utc>>,
}

/// What becomes of an artifact that could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prospect {
    /// It will be tried again.
    Again,
    /// It will not.
    GivenUp,
}

impl State {
    /// What the store kept; a fresh start if that is about something else.
    pub fn restore(kept: Option<&str>, about: &str) -> Self {
        let fresh = || Self { about: about.to_owned(), ..Self::default() };
        let read = kept.and_then(|kept| serde_json::from_str::<Self>(kept).ok());
        read.filter(|state| state.about == about).unwrap_or_else(fresh)
    }

    /// What the store is to keep.
    pub fn keep(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// Another token is asked with from now on: its answers have other `ETag`s.
    pub fn use_mark(&mut self, mark: String) {
        if self.mark != mark {
            self.mark = mark;
            self.pages.clear();
        }
    }

    /// What the repository says now. Another one of the same name is read from the start; another default branch
    /// makes other artifacts ours, so the list is read anew.
    pub fn meet(&mut self, repository: Repository) {
        match &self.repository {
            Some(known) if known.id != repository.id => {
                let (about, mark) = (std::mem::take(&mut self.about), std::mem::take(&mut self.mark));
                *self = Self { about, mark, ..Self::default() };
            }
            Some(known) if known.branch != repository.branch => {
                self.pages.clear();
                self.waiting.clear();
            }
            Some(_) | None => {}
        }
        self.repository = Some(repository);
    }

    /// Of the pages only these are still there, and of the artifacts only what stands on them.
    pub fn prune(&mut self, pages: &BTreeSet<String>) {
        self.pages.retain(|url, _| pages.contains(url));
        let listed: BTreeSet<u64> = self.pages.values().flat_map(|page| page.ids.iter().copied()).collect();
        self.waiting.retain(|id, _| listed.contains(id));
        self.done.retain(|id| listed.contains(id));
    }

    /// What may be tried now, the newest first, at most so many.
    pub fn due(&self, now: DateTime<Utc>, most: usize) -> Vec<(u64, Waiting)> {
        let due = self.waiting.iter().rev().filter(|(_, one)| one.not_before.is_none_or(|at| at <= now));
        due.take(most).map(|(id, one)| (*id, one.clone())).collect()
    }

    /// It has been read, or never will be.
    pub fn settle(&mut self, id: u64) {
        self.waiting.remove(&id);
        self.done.insert(id);
    }

    /// It could not be read this time.
    pub fn fail(&mut self, id: u64, now: DateTime<Utc>) -> Prospect {
        let Some(one) = self.waiting.get_mut(&id) else { return Prospect::GivenUp };
        one.tries = one.tries.saturating_add(1);
        if one.tries >= TRIES {
            self.settle(id);
            return Prospect::GivenUp;
        }
        one.not_before = Some(now + AGAIN_AFTER * (1 << (one.tries - 1)));
        Prospect::Again
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + 60 * minute, 0).unwrap()
    }

    fn waiting() -> Waiting {
        Waiting {
            url: "https://api.github.com/zip".into(),
            size: 1,
            digest: None,
            sha: "a".repeat(40),
            branch: "main".into(),
            created_at: None,
            tries: 0,
            not_before: None,
        }
    }

    fn ids(state: &State, now: DateTime<Utc>) -> Vec<u64> {
        state.due(now, 10).into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn a_failed_artifact_comes_again_later_and_later_and_is_given_up_after_the_fourth_time() {
        let mut state = State { waiting: BTreeMap::from([(1, waiting()), (2, waiting())]), ..State::default() };
        assert_eq!(ids(&state, at(0)), [2, 1]);
        let mut now = 0;
        for pause in [5, 10, 20] {
            assert_eq!(state.fail(2, at(now)), Prospect::Again);
            assert_eq!(ids(&state, at(now + pause - 1)), [1]);
            now += pause;
            assert_eq!(ids(&state, at(now)), [2, 1]);
        }
        assert_eq!(state.fail(2, at(now)), Prospect::GivenUp);
        assert_eq!((ids(&state, at(now + 999)), state.done), (vec![1], BTreeSet::from([2])));
    }

    #[test]
    fn what_the_list_no_longer_has_is_forgotten() {
        let page = |ids: &[u64]| Seen { etag: None, next: None, ids: ids.to_vec() };
        let mut state = State {
            pages: BTreeMap::from([("a".to_owned(), page(&[3, 2])), ("b".to_owned(), page(&[1]))]),
            waiting: BTreeMap::from([(1, waiting()), (3, waiting())]),
            done: BTreeSet::from([2, 9]),
            ..State::default()
        };
        state.prune(&BTreeSet::from(["a".to_owned()]));
        assert_eq!((ids(&state, at(0)), state.done.clone()), (vec![3], BTreeSet::from([2])));
        assert!(!state.pages.contains_key("b"));
    }

    #[test]
    fn another_repository_or_branch_under_the_same_name_is_read_anew() {
        let main = Repository { id: 5, branch: "main".into() };
        let begun = State {
            about: "x".into(),
            repository: Some(main.clone()),
            pages: BTreeMap::from([("a".to_owned(), Seen { etag: None, next: None, ids: vec![2] })]),
            done: BTreeSet::from([2]),
            ..State::default()
        };
        let mut state = State::restore(begun.keep().as_deref(), "x");
        state.meet(main);
        assert_eq!(state, begun);
        state.meet(Repository { id: 5, branch: "trunk".into() });
        assert_eq!((state.pages.len(), state.done.len()), (0, 1));
        state.meet(Repository { id: 6, branch: "trunk".into() });
        assert_eq!((state.about.as_str(), state.done.len()), ("x", 0));
        assert_eq!(State::restore(begun.keep().as_deref(), "y").done.len(), 0);
        assert_eq!(State::restore(Some("{broken"), "y").about, "y");
    }
}
