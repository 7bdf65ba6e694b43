//! From runs to the queue: what they raise, kept where anybody finds it, and a
//! row for each that is an incident.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::TimeDelta;

use super::{Judged, Suites};
use crate::domain::evals::evidence::{self, Around};
use crate::domain::evals::findings::{AGAIN_DAYS, Finding, GoesOn, State, Story};
use crate::domain::evals::gather::Filed;
use crate::domain::evals::{CaseKey, Status};
use crate::domain::hash::sha256;
use crate::domain::id::IncidentId;
use crate::shell::rows;
use crate::store::results::Results;

/// Under which name the store remembers what was judged last.
const JUDGED: &str = "judged";
/// More new runs than this are not told one by one.
const FEW: usize = 500;

impl Suites {
    pub(super) async fn judge(&mut self) {
        self.judged = Judged::Yes;
        if self.words.are_unknown() {
            return;
        }
        let story = match self.gone_on().await {
            Some(story) => story,
            None => match self.told_from_the_beginning().await {
                Some(story) => story,
                None => return,
            },
        };
        let running = story.rows().values().filter(|row| row.status == Status::Running);
        self.running = running.map(|row| self.home.join(&row.file)).collect();
        let findings = self.with_overdue(story.findings()).await;
        let (source, kept) = (self.id.clone(), findings.clone());
        let keep = move |results: &mut Results| {
            let before = results.findings(&source).unwrap_or_default();
            // What cannot be kept is found again.
            let _unkept = results.keep_findings(&source, &kept);
            Ok(before)
        };
        let before = self.with(keep).await.and_then(Result::ok).unwrap_or_default();
        self.put_into_the_queue(&story, &findings, &before).await;
        self.story = Some(story);
        self.remember_what_was_judged().await;
    }

    /// The story with the new runs, if it goes on with them.
    async fn gone_on(&mut self) -> Option<Story> {
        let mut fresh = std::mem::take(&mut self.fresh);
        let mut story = self.story.take().filter(|_| fresh.len() <= FEW)?;
        lie_beside(&self.home, &mut fresh);
        self.know(&mut story, &fresh).await?;
        let told = tokio::task::spawn_blocking(move || (story.go_on(fresh), story));
        match told.await {
            Ok((GoesOn::On, story)) => Some(story),
            Ok((GoesOn::Anew, _)) | Err(_) => None,
        }
    }

    async fn told_from_the_beginning(&self) -> Option<Story> {
        let mut runs = self.runs().await;
        let (rules, home) = (self.rules(&runs).await, self.home.clone());
        let told = tokio::task::spawn_blocking(move || {
            lie_beside(&home, &mut runs);
            Story::of(rules, runs).0
        });
        told.await.ok()
    }

    /// `before` is what was found the last time: what the same runs do not show any more is over, too, since somebody
    /// has said something of them.
    async fn put_into_the_queue(&self, story: &Story, findings: &[Finding], before: &[Finding]) {
        let keys: BTreeSet<CaseKey> = findings.iter().flat_map(|finding| finding.cases.iter().copied()).collect();
        let names = self.names(keys.into_iter().collect()).await;
        let around = Around { runs: story.rows() };
        let is_open = |finding: &&Finding| finding.state == State::Open && evidence::is_incident(finding);
        let open: Vec<&Finding> = findings.iter().filter(is_open).collect();
        let id = |finding: &Finding| evidence::incident_id(&self.id, finding);
        let said = rows::Said {
            at: self.engine.clock().now(),
            standing: open.iter().filter_map(|finding| evidence::row(&self.id, finding, &around)).collect(),
            open: open.iter().map(|finding| id(finding)).collect(),
            again: TimeDelta::days(AGAIN_DAYS),
            // Only a new run says anything new.
            refresh: None,
            bodies: self.bodies(&open, &names).await,
        };
        // Only what runs have shown to be well again, or people have called expected, is over.
        let ended = findings.iter().filter(|finding| matches!(finding.state, State::Closed | State::Held));
        let there: BTreeSet<IncidentId> = findings.iter().map(id).collect();
        let known = |finding: &&Finding| finding.candidate.iter().all(|run| story.rows().contains_key(run));
        let gone = before.iter().filter(known).filter(|finding| !there.contains(&id(finding)));
        let theirs = self.words.being_closed();
        let over = ended.chain(gone).map(id).filter(|id| !theirs.contains(id.as_str()));
        let over: BTreeSet<IncidentId> = over.collect();
        rows::put(&self.engine, self.keeping, said, move |row| over.contains(&row.id)).await;
    }

    /// What everything that counts now is known by: the runs, those that did not come, and what was said of them.
    async fn stamp(&self) -> Option<String> {
        let source = self.id.clone();
        let edition = self.with(move |results| results.edition(&source)).await?.ok()?;
        let late = self.late().await?;
        Some(sha256(format!("{} {edition:?} {late:?} {:?}", env!("CARGO_PKG_VERSION"), self.spoken()).as_bytes()))
    }

    async fn remember_what_was_judged(&self) {
        let Some(stamp) = self.stamp().await.filter(|_| self.running.is_empty()) else { return };
        let source = self.id.clone();
        // What is not remembered is judged again.
        self.engine.keeper().ask(move |store| store.set_cursor(&source, JUDGED, Some(&stamp)).is_ok()).await;
    }

    /// Whether the runs were judged as they are, by what is said now, and none of them may have grown old since.
    pub(super) async fn was_judged(&self) -> bool {
        let Some(stamp) = self.stamp().await else { return false };
        let source = self.id.clone();
        let kept = self.engine.keeper().ask(move |store| store.cursor(&source, JUDGED)).await;
        matches!(kept, Some(Ok(Some(kept))) if kept == stamp)
    }
}

/// What is told of a file is where it lies beside the team file, not on which machine.
pub(super) fn lie_beside(home: &Path, runs: &mut [Filed]) {
    for filed in runs {
        if let Ok(beside) = filed.row.file.strip_prefix(home) {
            filed.row.file = beside.to_path_buf();
        }
    }
}
