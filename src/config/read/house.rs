//! Runbooks, filing, maintenance, expected changes, limits and lint.

use std::collections::BTreeMap;

use chrono::{NaiveTime, TimeDelta};
use chrono_tz::Tz;

use super::rotation::Civil;
use super::{Named, Reader};
use crate::config::defaults;
use crate::config::house::{Expected, Filing, FrontMatter, Limits, Lint, Maintenance, Runbooks, Waiver};
use crate::config::parse::{self, nearest};
use crate::config::problem::quoted;
use crate::config::raw::house::{RawExpected, RawFiling, RawLimits, RawLint, RawMaintenance, RawRunbooks};
use crate::config::text::Text;

/// The rules of `check`, by the names under which they can be waived or denied.
pub(in crate::config) const RULES: &[&str] = &[
    "area-no-owner",
    "bus-factor",
    "owner-unreachable",
    "path-unowned",
    "decision-unowned",
    "rotation-gap",
    "rotation-away",
    "overloaded",
    "escalation-dead-end",
    "severity-no-sla",
    "kind-no-runbook",
    "runbook-no-owner",
    "runbook-stale",
    "runbook-broken-link",
    "cadence-missed",
    "release-no-owner",
    "release-missed",
    "freeze-violated",
    "deprecation-overdue",
    "backlog-untouched",
    "codeowners-drift",
    "rotation-thin",
    "rotation-moved",
    "runbook-broken-command",
    "runbook-incomplete",
    "freeze-conflict",
    "calendar-inconsistent",
    "deprecation-thin",
    "schema-unreleased",
    "prompt-unevaluated",
    "needinfo-lingering",
    "review-lingering",
    "review-overdue",
    "action-unowned",
    "waiver-expired",
];

impl Reader<'_, '_> {
    pub(super) fn runbooks(&mut self, raw: &RawRunbooks) -> Runbooks {
        let default = Runbooks::default();
        let keys = FrontMatter::default();
        Runbooks {
            dirs: raw.dirs.as_ref().map_or(default.dirs, |dirs| self.all_said(dirs)),
            files: raw.files.as_ref().map_or(default.files, |files| self.all_said(files)),
            stale_after: self.elapsed(raw.stale_after.as_ref()).unwrap_or(default.stale_after),
            keys: FrontMatter {
                title: self.maybe_said(raw.keys.title.as_ref()).unwrap_or(keys.title),
                owner: self.maybe_said(raw.keys.owner.as_ref()).unwrap_or(keys.owner),
                alerts: self.maybe_said(raw.keys.alerts.as_ref()).unwrap_or(keys.alerts),
                symptoms: self.maybe_said(raw.keys.symptoms.as_ref()).unwrap_or(keys.symptoms),
                reviewed: self.maybe_said(raw.keys.reviewed.as_ref()).unwrap_or(keys.reviewed),
            },
        }
    }

    pub(super) fn filing(&mut self, raw: &RawFiling) -> Filing {
        Filing {
            severities: self.all_known(&raw.severities, Named::Severity),
            max_per_hour: self.count(raw.max_per_hour.as_ref(), Filing::default().max_per_hour),
        }
    }

    pub(super) fn maintenance(&mut self, raw: &RawMaintenance, zone: Tz) -> Maintenance {
        let sources = self.some(&raw.sources, "sources");
        let when = self.stretch(&raw.from, &raw.to, Civil { zone, handover: NaiveTime::MIN });
        Maintenance {
            sources: self.all_known(sources, Named::Source),
            from: when.from,
            to: when.to,
            why: self.maybe_said(raw.why.as_ref()),
        }
    }

    pub(super) fn expected(&mut self, raw: &RawExpected) -> Expected {
        let author = self.known(&raw.author, Named::Person);
        Expected { author, ..self.expected_by_anybody(raw) }
    }

    pub(super) fn expected_by_anybody(&mut self, raw: &RawExpected) -> Expected {
        Expected {
            suite: self.said(&raw.suite),
            cases: raw.cases.as_ref().map_or_else(|| vec!["*".into()], |cases| self.all_said(&cases.all())),
            from: self.said(&raw.from),
            reason: self.said(&raw.reason),
            author: raw.author.value.clone(),
            until: self.day(&raw.until),
            incident: raw.incident.as_ref().map(|incident| incident.value.clone()),
        }
    }

    pub(super) fn limits(&mut self, raw: &RawLimits) -> Limits {
        let default = Limits::default();
        Limits {
            incidents_per_shift: self.count(raw.incidents_per_shift.as_ref(), default.incidents_per_shift),
            oncall_share: self.fraction(raw.oncall_share.as_ref(), (0.0, 1.0), default.oncall_share),
            areas_per_owner: self.count(raw.areas_per_owner.as_ref(), default.areas_per_owner),
            horizon: self.elapsed(raw.horizon.as_ref()).unwrap_or(default.horizon),
            untouched: self.untouched(&raw.untouched.0),
        }
    }

    fn untouched(&mut self, raw: &[(Text, Text)]) -> BTreeMap<String, TimeDelta> {
        let mut untouched = defaults::untouched();
        untouched.retain(|id, _| self.ids.of(Named::Severity).contains(id));
        for (severity, text) in raw {
            let severity = self.known(severity, Named::Severity);
            if let Some(lying) = self.word(text, parse::elapsed) {
                untouched.insert(severity, lying);
            }
        }
        untouched
    }

    pub(super) fn lint(&mut self, raw: &RawLint) -> Lint {
        Lint {
            deny: raw.deny.iter().map(|text| self.rule(text)).collect(),
            ignore_paths: self.all_said(&raw.ignore_paths),
            waivers: raw
                .waivers
                .iter()
                .map(|one| Waiver {
                    rule: self.rule(&one.rule),
                    subject: self.said(&one.subject),
                    why: self.said(&one.why),
                    until: self.day(&one.until),
                })
                .collect(),
        }
    }

    fn rule(&mut self, text: &Text) -> String {
        if !RULES.contains(&text.value.as_str()) {
            let remedy = nearest(&text.value, RULES.iter().copied()).map_or_else(
                || "`dogwatch check` names the rule in front of each finding".into(),
                |near| format!("did you mean `{near}`?"),
            );
            self.problem(&text.at, &format!("there is no rule {}", quoted(&text.value)), remedy);
        }
        text.value.clone()
    }
}
