//! How far a repository has been read: kept beside what was read, in the same
//! breath, so that a crash never skips a page.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::id::IncidentId;
use crate::domain::incident::{Incident, Moment};
use crate::domain::text::Clean;

/// Issues that change in the second we read them must be read again.
const OVERLAP: TimeDelta = TimeDelta::seconds(2);
/// How long the set of open issues is trusted to be whole.
const SWEEP_EVERY: TimeDelta = TimeDelta::minutes(30);

/// How far one repository has been read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// Host and repository that this is about; of another one it says nothing.
    pub about: String,
    /// Which token and form of answers the `ETag`s were given for.
    pub mark: String,
    pub repository: Option<Named>,
    pub first: First,
    /// Everything changed before this (by the server's clock) has been read.
    pub since: Option<DateTime<Utc>>,
    /// The pages of the present delta, by address.
    pub pages: BTreeMap<String, Seen>,
    pub events_etag: Option<String>,
    pub last_event: Option<u64>,
    pub swept_at: Option<DateTime<Utc>>,
    /// Issues whose ack has nobody's name yet.
    pub events_owed: BTreeSet<u64>,
    /// Snoozed issues that have changed, and those about which somebody may have been asked.
    pub comments_owed: BTreeSet<u64>,
    /// Of open issues that escalate: how many comments they had when those were last read.
    pub comments_read: BTreeMap<u64, u64>,
    /// Issues that could not be read; 0 for those without a number.
    pub unreadable: BTreeSet<u64>,
}

/// A repository as its host knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Named {
    pub id: u64,
    /// `owner/name`; renames change it.
    pub full_name: String,
}

/// How far the first reading is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) enum First {
    #[default]
    NotBegun,
    /// This page of the listing for this label comes next.
    At {
        label: usize,
        url: String,
    },
    Done,
}

/// A page that has been read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Seen {
    pub etag: String,
    pub next: Option<String>,
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
            self.events_etag = None;
        }
    }

    /// A page has been read whose newest change is this old. Never back, and
    /// never past the server's own clock.
    pub fn advance(&mut self, newest: Option<DateTime<Utc>>, server: Option<DateTime<Utc>>) {
        let Some(newest) = newest else { return };
        let since = server.map_or(newest, |server| newest.min(server)) - OVERLAP;
        if self.since.is_none_or(|before| before < since) {
            self.since = Some(since);
            self.pages.clear();
        }
    }

    /// Whether the set of open issues is to be compared again.
    pub fn is_sweep_due(&self, now: DateTime<Utc>) -> bool {
        self.swept_at.is_none_or(|at| at > now || now - at >= SWEEP_EVERY)
    }
}

/// One page's worth of news, to be kept whole or not at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// Incidents as they are now, tombstones included. One with a lower
    /// `updated_at` than what is kept is older news; an equal one replaces it.
    pub incidents: Vec<Incident>,
    /// Lines of the timeline, each with a key that never changes.
    pub moments: Vec<(IncidentId, String, Moment)>,
    /// Items that could not be read: raw, and why.
    pub unreadable: Vec<(String, String)>,
    /// How far the source has been read, by name.
    pub cursors: Vec<(String, Option<String>)>,
}

/// The store could not keep a page: nothing of it counts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot keep what was read: {0}")]
pub struct NotKept(pub Clean);

/// Where pages are kept.
pub trait Sink: Send {
    /// Keeps the page, all of it with its cursors, before it returns.
    ///
    /// # Errors
    ///
    /// [`NotKept`] ends the poll; the next one reads the page again.
    fn keep(&mut self, page: Page) -> impl Future<Output = Result<(), NotKept>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    #[test]
    fn the_cursor_goes_forward_only_and_never_past_the_servers_clock() {
        let cases = [
            (None, Some(10), None, Some(8)),
            (Some(8), Some(10), None, Some(8)),
            (Some(8), Some(9), None, Some(8)),
            (Some(8), None, Some(50), Some(8)),
            (Some(8), Some(20), Some(50), Some(18)),
            (Some(8), Some(9_000), Some(50), Some(48)),
        ];
        for (before, newest, server, want) in cases {
            let mut state = State { since: before.map(at), ..State::default() };
            state.advance(newest.map(at), server.map(at));
            assert_eq!(state.since, want.map(at), "{before:?} {newest:?} {server:?}");
        }
    }

    #[test]
    fn a_cursor_of_another_repository_is_not_believed() {
        let state = State { about: "h acme/x".into(), since: Some(at(0)), ..State::default() };
        let kept = state.keep();
        assert_eq!(State::restore(kept.as_deref(), "h acme/x"), state);
        assert_eq!(State::restore(kept.as_deref(), "h acme/y").since, None);
        assert_eq!(State::restore(Some("{broken"), "h acme/y").since, None);
    }

    #[test]
    fn a_sweep_is_due_at_first_after_half_an_hour_and_when_the_clock_was_set_back() {
        let swept = |second| State { swept_at: Some(at(second)), ..State::default() };
        assert!(State::default().is_sweep_due(at(0)));
        assert!(!swept(0).is_sweep_due(at(1_799)));
        assert!(swept(0).is_sweep_due(at(1_800)));
        assert!(swept(60).is_sweep_due(at(0)));
    }
}
