//! The issue that is filed for a finding of an eval: it carries the evidence
//! as it is when the issue is sent, with the cases that fell the furthest.
//!
//! The journal holds the summary, so that no transcript lies on this machine's
//! disk. What is sent is told by its marker, not by its text, so that sending
//! it again still makes one issue.

use std::borrow::Cow;

use crate::domain::decision::Decision;
use crate::domain::evals::evidence::{body, case};
use crate::domain::id::IncidentId;
use crate::domain::journal::Entry;
use crate::domain::quote::span;
use crate::shell::engine::Engine;

/// So many cases stand in an issue in full.
const CASES: usize = 3;
/// So many bytes an issue's text has at the most; GitHub takes twice as many characters.
const BYTES: usize = 29_000;
/// Lines of an issue are broken at so many columns: GitHub scrolls code sideways.
const COLUMNS: usize = 100;

impl Engine {
    /// The entry as it is sent: where it files an issue for a finding of an eval, with all of its evidence.
    pub(in crate::shell) async fn with_evidence<'a>(&self, entry: &'a Entry) -> Cow<'a, Entry> {
        let signal = match &entry.decision {
            Decision::New { signal: Some(signal), .. } => &signal.id,
            Decision::New { signal: None, .. }
            | Decision::Ack { .. }
            | Decision::Unack
            | Decision::Assign { .. }
            | Decision::Close { .. }
            | Decision::Reopen
            | Decision::Snooze { .. }
            | Decision::Wake
            | Decision::Note { .. }
            | Decision::Runbook(_)
            | Decision::Post(_)
            | Decision::Retract { .. }
            | Decision::Severity { .. }
            | Decision::Kind { .. }
            | Decision::Escalate(_)
            | Decision::Recall(_)
            | Decision::Merge { .. } => return Cow::Borrowed(entry),
        };
        let Some(text) = self.evidence(signal).await else { return Cow::Borrowed(entry) };
        let mut sent = entry.clone();
        if let Decision::New { body, .. } = &mut sent.decision {
            *body = text;
        }
        Cow::Owned(sent)
    }

    /// The summary and the first cases in full; none if the signal is no finding of an eval that is known here.
    async fn evidence(&self, signal: &IncidentId) -> Option<String> {
        let scene = self.scene(signal).await?;
        let mut text = body(&scene).to_string();
        let all = scene.cases();
        let first = all.iter().take(CASES).copied().collect();
        let mut shown = 0;
        for opened in self.open_cases(signal, &scene, first).await {
            let page = case::page(&opened, COLUMNS);
            if text.len() + page.as_str().len() > BYTES {
                break;
            }
            text = format!("{text}\n\n{page}");
            shown += 1;
        }
        if all.len() > shown {
            let command = span(&format!("dogwatch show {signal} --case NAME"));
            text = format!("{text}\n\n{} more: {command} shows one where the files lie.", all.len() - shown);
        }
        Some(text)
    }
}
