//! One thing that hangs, in large: what is known of it, what was decided and
//! what is still missing.

use chrono::{DateTime, FixedOffset};
use ratatui::text::Line;

use super::clock;
use crate::domain::handoff::section::{Carried, Decision, Open};
use crate::domain::text::Clean;
use crate::panes::page::Page;
use crate::theme::Theme;

/// What is shown.
#[derive(Debug, Clone, Copy)]
pub struct Hangs<'a> {
    /// The row of the gate.
    pub row: &'a Carried,
    /// What else is known of it; none for what is put off.
    pub open: Option<&'a Open>,
    /// Its place among what hangs, from 1, and how many hang.
    pub place: (usize, usize),
}

/// All lines, each at most `width` columns.
pub fn lines(hangs: &Hangs<'_>, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let Hangs { row, open, place } = hangs;
    let mut page = Page::new(width, theme);
    let severity = row.of.severity.as_deref().unwrap_or("untriaged");
    page.hanging(("", theme.dim), &format!("{} of {} that hang", place.0, place.1), theme.dim);
    page.hanging(("", theme.title), &format!("{severity}  {}", row.of.id), theme.title);
    page.hanging(("", theme.title), row.of.title.as_str(), theme.title);
    page.lines.push(Line::default());
    let mut say = |label: &str, text: &str| page.hanging((&format!("{label:<12}"), theme.dim), text, theme.text);
    if let Some(open) = open {
        let owner = open.owner.as_ref().map(|owner| format!(", {owner}")).unwrap_or_default();
        say("state", &format!("{}{owner}", open.state));
        say("opened", &clock(open.opened_at));
        if let Some(due) = open.due_at {
            say(if open.overdue { "OVERDUE" } else { "due" }, &clock(due));
        }
        if let Some(last) = &open.last_event {
            let by = last.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
            say("last", &format!("{}{by}, {}", last.what, clock(last.at)));
        }
        if let Some(runbook) = &open.runbook {
            say("runbook", Clean::line(runbook).as_str());
        }
        for (label, text) in [("tried", &open.tried), ("stuck on", &open.stuck_on), ("trigger", &open.trigger)] {
            if let Some(text) = text {
                say(label, text.as_str());
            }
        }
    }
    page.lines.push(Line::default());
    let (decision, style) = match row.decision {
        Decision::Undecided => ("UNDECIDED: hand it to somebody, return it or snooze it".to_owned(), theme.warning),
        Decision::Handed | Decision::Returned | Decision::Snoozed => (decided(row, clock), theme.ok),
    };
    page.hanging((&format!("{:<12}", "decision"), theme.dim), &decision, style);
    let (next, style) = match &row.next_step {
        Some(next) => (next.as_str(), theme.ok),
        None => ("MISSING: what comes next?", theme.warning),
    };
    page.hanging((&format!("{:<12}", "next step"), theme.dim), next, style);
    page.lines
}

fn decided(row: &Carried, clock: impl Fn(DateTime<FixedOffset>) -> String) -> String {
    let to = row.to.as_ref().map(ToString::to_string).unwrap_or_default();
    match (row.decision, row.until) {
        (Decision::Handed, _) => format!("handed to {to}"),
        (Decision::Snoozed, Some(until)) => format!("snoozed until {}, wakes {to}", clock(until)),
        (decision, _) => decision.word().to_owned(),
    }
}
