//! Suites that did not run when they should have: silence is news too, as
//! long as the source was there to be heard.

use chrono::{DateTime, Utc};

use super::Suites;
use crate::domain::evals::findings::overdue::{self, Start};
use crate::domain::evals::findings::{Finding, Missed};
use crate::domain::evals::history::SuiteKey;

impl Suites {
    /// What runs say, and which suites have none that they should have.
    pub(super) async fn with_overdue(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        let source = self.id.clone();
        let before = self.with(move |results| results.findings(&source)).await;
        // What cannot be looked up now is with the next judgement.
        let (Some(starts), Some(Ok(before))) = (self.starts().await, before) else { return findings };
        overdue::add(&mut findings, &before, &starts, self.seen_until());
        findings
    }

    /// The suites that are overdue now; none if that cannot be looked up.
    pub(super) async fn late(&self) -> Option<Vec<(SuiteKey, Missed)>> {
        Some(overdue::late(&self.starts().await?, self.seen_until()))
    }

    async fn starts(&self) -> Option<Vec<Start>> {
        let source = self.id.clone();
        let mut starts = self.with(move |results| results.starts(&source)).await?.ok()?;
        starts.retain(|start| match (&self.branch, &start.branch) {
            (Some(default), Some(branch)) => **default == **branch,
            (None, _) | (_, None) => true,
        });
        Some(starts)
    }

    /// Up to when it is known what there is; none while folders or artifacts cannot be read.
    fn seen_until(&self) -> Option<DateTime<Utc>> {
        let well = self.told.as_ref().is_none_or(|(_, trouble)| trouble.is_none());
        let now = self.engine.clock().now();
        if self.source.artifacts.is_some() { self.fetched_at().filter(|_| well) } else { well.then_some(now) }
    }
}
