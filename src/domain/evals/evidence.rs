//! What an incident says about a finding: one sentence with figures, how the
//! cases did run by run, what it is measured against, and how to see it again.
//!
//! A summary is made of what the store remembers, and one case in full of two
//! files that are opened when somebody looks. The same finding gives the same
//! bytes, on the screen, on the command line and in an issue.

mod between;
pub mod case;
mod headline;
pub mod repeat;
mod scene;
pub mod strip;
pub mod words;

use std::collections::BTreeMap;

use self::repeat::Repeat;
use super::CaseKey;
use super::findings::{Finding, Kind, Severity};
use super::gather::Row;
use super::history::RunKey;
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::Incident;
use crate::domain::quote::fence;
use crate::domain::text::Clean;

pub use headline::{commit, died, p_value};
pub use scene::{Scene, Suspect};

/// What there is to step through and to copy, beside the summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The cases with their names, the one that fell the furthest first.
    pub cases: Vec<(CaseKey, Clean)>,
    /// How to run them again.
    pub repeat: Repeat,
}

impl Sheet {
    /// Of a finding among its runs.
    pub fn of(scene: &Scene) -> Self {
        let cases = scene.cases().into_iter().map(|key| (key, scene.name(key))).collect();
        Self { cases, repeat: repeat::of(scene) }
    }
}

/// So many cases are named.
pub const NAMED: usize = 20;
/// How many digits of a fingerprint go into the id of an incident.
const SHORT: usize = 12;

/// The rows of the runs, by their keys.
pub struct Around<'a> {
    /// Them.
    pub runs: &'a BTreeMap<RunKey, Row>,
}

impl Around<'_> {
    /// The row of the newest of these runs that is known.
    fn newest(&self, runs: &[RunKey]) -> Option<&Row> {
        runs.iter().rev().find_map(|key| self.runs.get(key))
    }
}

/// The id of the incident of a finding of this source.
pub fn incident_id(source: &SourceId, finding: &Finding) -> IncidentId {
    let print = finding.fingerprint.as_str();
    IncidentId::new(format!("{source}:{}", print.get(..SHORT).unwrap_or(print)))
}

/// The row that a finding becomes in the queue, without its evidence.
pub fn row(source: &SourceId, finding: &Finding, around: &Around<'_>) -> Option<Incident> {
    let newest = around.newest(&finding.candidate)?;
    let opened = finding.opened_at.or(newest.started_at)?;
    let id = incident_id(source, finding);
    Some(Incident {
        id: id.clone(),
        signal: Some(id),
        check: Some(Clean::line(finding.kind.name())),
        suite: Some(Clean::line(&newest.suite)),
        hint: Some(Clean::line(finding.severity.name())),
        fingerprint: Some(finding.fingerprint.as_str().to_owned()),
        shown_at: newest.started_at,
        ..Incident::opened(source, 0, title(finding, newest), opened)
    })
}

/// What is wrong, without anything that changes from run to run while the same cases are concerned.
fn title(finding: &Finding, newest: &Row) -> Clean {
    let suite = Clean::line(&newest.suite);
    let cases = finding.cases.len();
    let many = |what: &str| if cases == 1 { format!("1 case {what}") } else { format!("{cases} cases {what}") };
    let what = match finding.kind {
        Kind::SuiteRegression => "the suite fell".to_owned(),
        Kind::CaseRegression => finding.tag.as_ref().map_or_else(|| many("broke"), |tag| format!("{tag} broke")),
        Kind::Errors if finding.missed.is_some() => "no run on schedule".to_owned(),
        Kind::Errors => "runs die".to_owned(),
        Kind::Cost => "it costs more".to_owned(),
        Kind::Latency => "it takes longer".to_owned(),
        Kind::SuiteChanged => "the suite changed: re-baseline?".to_owned(),
        Kind::Grader => "the grader changed".to_owned(),
    };
    let again = if finding.again { " again" } else { "" };
    Clean::line(&format!("evals {suite}: {what}{again}"))
}

/// The summary of the evidence, as Markdown.
pub fn body(scene: &Scene) -> Clean {
    let mut parts = vec![headline::sentence(scene)];
    parts.extend(headline::with_it(scene));
    parts.extend(scene.suspicion());
    parts.extend(strip::block(scene));
    parts.extend(between::list(scene));
    let again = repeat::of(scene);
    match &again.command {
        Some(command) => {
            parts.push(format!("{} (nothing runs it but you):", again.remark));
            parts.push(fence(repeat::LANGUAGE, command));
        }
        None => parts.push(again.remark),
    }
    Clean::block(&parts.join("\n\n"))
}

/// Whether it is worth an incident of its own: what is merely to be known, or is part of another, is only listed.
pub fn is_incident(finding: &Finding) -> bool {
    finding.severity > Severity::Info && finding.part_of.is_none()
}
