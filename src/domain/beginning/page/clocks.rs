//! How bad things can be, what can happen, and what must keep happening.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::{Page, next, quoted};
use crate::config::{Clock, Severity, TeamFile};
use crate::domain::beginning::About;
use crate::domain::beginning::ground::Plot;
use crate::domain::beginning::question::Pages;

/// What can happen: its name, its severity, its page among the starters, and what it is about.
const KINDS: &[(&str, &str, &str, About)] = &[
    ("mcp-tool-failure", "SEV2", "mcp-tool-failing.md", About::Tools),
    ("schema-drift", "SEV2", "tool-schema-drift.md#breaking-change", About::Tools),
    ("eval-regression", "SEV3", "eval-regression-triage.md", About::Evals),
    ("profile-rotation", "SEV3", "rotate-cached-profiles.md", About::Tools),
];
/// What an incident is taken to be, by where it comes from.
const TRIAGE: &[(&str, &str)] = &[
    ("source = \"mcp\", check = \"drift\"", "schema-drift"),
    ("source = \"mcp\"", "mcp-tool-failure"),
    ("source = \"evals\"", "eval-regression"),
];
/// Days on which nobody reviews anything, as month and day.
const QUIET: &[(u32, u32)] = &[(12, 24), (12, 25), (12, 26), (12, 31), (1, 1)];

impl Page<'_> {
    pub(super) fn severities(&mut self) {
        self.section(&[
            "How bad it is, the highest first, and how soon somebody has to act. These clocks are a proposal.",
            "m, h and d pass in business hours, or day and night with `clock = \"24x7\"`; bd are business days.",
        ]);
        if self.answers.pages == Pages::Nothing {
            self.line(
                "# Nobody is woken at night. To be: `clock = \"24x7\"` in the severity that shall wake people, and",
            );
            self.line("# `coverage = \"24x7\"` in the rotation.");
        }
        let woken: &[&str] = match self.answers.pages {
            Pages::Nothing => &[],
            Pages::Sev1 => &["SEV1"],
            Pages::Sev2 => &["SEV1", "SEV2"],
        };
        let asks = self.text.contains("[[escalations]]");
        for severity in TeamFile::default().severities {
            let is_high = matches!(severity.id.as_str(), "SEV1" | "SEV2");
            let clock = if woken.contains(&severity.id.as_str()) { Clock::Always } else { Clock::Business };
            let escalation = (asks && is_high).then(|| "default".to_owned());
            self.severity(&Severity { clock, escalation, ..severity });
        }
        self.open.push("can the team keep the clocks of SEV1 to SEV4?".to_owned());
    }

    fn severity(&mut self, severity: &Severity) {
        self.line("[[severities]]");
        self.pair("id", &severity.id);
        self.pair("meaning", &severity.meaning);
        self.pair(
            "clock",
            match severity.clock {
                Clock::Always => "24x7",
                Clock::Business => "business",
            },
        );
        let spans = [
            ("ack", severity.ack, if severity.id == "SEV1" { " # from opened to the first ack" } else { "" }),
            ("owner_within", severity.owner_within, ""),
            ("mitigate", severity.mitigate, ""),
            ("update_every", severity.update_every, ""),
            ("review_within", severity.review_within, ""),
        ];
        for (key, span, comment) in spans {
            if let Some(span) = span {
                self.line(&format!("{key} = {}{comment}", quoted(&span.to_string())));
            }
        }
        if let Some(escalation) = &severity.escalation {
            self.pair("escalation", escalation);
        }
        if severity.backlog {
            self.line("backlog = true # becomes a backlog item at triage");
        }
    }

    pub(super) fn kinds(&mut self) {
        self.section(&["What can happen, how bad it is at first, whose it is, and the page for it."]);
        let id = |plot: Option<&Plot>| plot.map(|plot| plot.id.clone());
        let tools = id(self.mcp_area());
        let evals = id(self.begun.ground.evals(&self.begun.seen.files));
        let known: Vec<_> = self.known_kinds().collect();
        for (kind, severity, page, about) in known {
            self.line("[[kinds]]");
            self.pair("id", kind);
            self.pair("severity", severity);
            let area = match about {
                About::Tools => tools.as_deref(),
                About::Evals => evals.as_deref(),
                About::Anything | About::Answers | About::Prompts => None,
            };
            // Whose profiles are only people can say.
            if let Some(area) = area.filter(|_| *kind != "profile-rotation") {
                self.pair("area", area);
            }
            self.pair("runbook", page);
        }
        if self.known_kinds().next().is_none() {
            self.line("# [[kinds]] # what can happen here?");
            self.line("# id = \"service-down\"");
            self.line("# severity = \"SEV2\"");
            self.line("# runbook = \"service-down.md\" # a page in the folder of runbooks");
        }
    }

    /// The kinds of what there is here.
    fn known_kinds(&self) -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str, About)> {
        let begun = self.begun;
        KINDS.iter().filter(|(_, _, _, about)| begun.has(*about))
    }

    pub(super) fn triage(&mut self) {
        let known: Vec<&str> = self.known_kinds().map(|(kind, ..)| *kind).collect();
        if known.is_empty() {
            return;
        }
        self.section(&["What an incident is taken to be. The first rule that matches wins; the rest is untriaged."]);
        for (when, kind) in TRIAGE.iter().filter(|(_, kind)| known.contains(kind)) {
            self.line("[[triage]]");
            self.line(&format!("when = {{ {when} }}"));
            self.line(&format!("set = {{ kind = {} }}", quoted(kind)));
        }
    }

    pub(super) fn cadences(&mut self) {
        self.section(&["What must keep happening. `done_by` is what shows that it did."]);
        let owner = match self.answers.on_call.as_slice() {
            [] => None,
            [alone] => Some(alone.clone()),
            [_, ..] => Some("rotation:ops/primary".to_owned()),
        };
        let today = self.today();
        let held = [
            (
                "triage-weekly",
                "Triage meeting",
                after_quiet(today, |day| next(day, Weekday::Tue)),
                "FREQ=WEEKLY;BYDAY=TU",
                "2bd",
                "minutes",
            ),
            (
                "model-review",
                "Cycle review: is this file still true?",
                after_quiet(today, last_friday),
                "FREQ=MONTHLY;BYDAY=-1FR",
                "5bd",
                "review",
            ),
        ];
        for (id, title, start, rule, grace, done_by) in held {
            self.line("[[cadences]]");
            self.pair("id", id);
            self.pair("title", title);
            self.pair("start", &start.format("%Y-%m-%d").to_string());
            self.pair("rule", rule);
            match &owner {
                Some(owner) => self.pair("owner", owner),
                None => self.line("# who holds it?"),
            }
            self.pair("grace", grace);
            self.pair("done_by", done_by);
        }
        if owner.is_none() {
            self.open.push("who holds the triage meeting and the cycle review?".to_owned());
        }
    }
}

/// The first of these days after a day on which people are at work.
fn after_quiet(day: NaiveDate, next: impl Fn(NaiveDate) -> NaiveDate) -> NaiveDate {
    let mut next_day = next(day);
    while QUIET.contains(&(next_day.month(), next_day.day())) {
        next_day = next(next_day);
    }
    next_day
}

/// The first last Friday of a month after this day.
fn last_friday(day: NaiveDate) -> NaiveDate {
    let of_month = |day: NaiveDate| {
        let first = day.with_day(1).unwrap_or(day) + chrono::Months::new(1);
        // The Friday before the first of the next month.
        next(first - Days::new(8), Weekday::Fri)
    };
    let this = of_month(day);
    if this > day { this } else { of_month(day + Days::new(7)) }
}
