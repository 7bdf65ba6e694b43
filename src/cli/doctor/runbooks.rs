//! The folders of runbooks: whether they are there, how many pages they hold,
//! and which kinds of incident name one that is not.

use std::collections::BTreeMap;

use super::{Findings, Level};
use crate::cli::context::Context;
use crate::config::Runbooks;
use crate::shell::runbooks::{Library, Shelf};
use crate::shell::session::Plan;

pub(super) fn look(context: &Context, plan: &Plan, findings: &mut Findings) {
    if context.team_path.is_none() {
        return;
    }
    let mut group = findings.group("runbooks");
    let mut library = Library::open(Shelf::of(plan, BTreeMap::new()));
    let (pages, doubts) = library.list();
    let dirs = context.team.runbooks.dirs.join(", ");
    if pages.is_empty() {
        let begin = "`dogwatch runbook --starters` shows pages to begin with";
        // Whoever has not said where they are need not have any.
        let level = if context.team.runbooks.dirs == Runbooks::default().dirs { Level::Ok } else { Level::Warn };
        group.note((level, "pages"), &format!("none in {dirs}"), Some(begin));
        if level == Level::Ok {
            return;
        }
    } else {
        let many = if pages.len() == 1 { "1 page".to_owned() } else { format!("{} pages", pages.len()) };
        group.ok("pages", &format!("{many} in {dirs}"));
    }
    for doubt in &doubts {
        group.warn("pages", doubt.as_str(), "");
    }
    for kind in &context.team.kinds {
        let Some(target) = &kind.runbook else { continue };
        // What is filled in from an incident cannot be looked for without one.
        if !target.contains('{') && library.of_kind(&kind.id, &BTreeMap::new()).is_none() {
            let text = format!("the kind {} names {target}, which is not there", kind.id);
            group.warn("kinds", &text, "mend the name in the team file, or write the page");
        }
    }
}
