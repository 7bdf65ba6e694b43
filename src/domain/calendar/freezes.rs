//! Freezes: what they cover, and how they stand. One inside another is normal.

use super::trains::Planned;
use super::{Calendar, Entry, Kind, Point, Status};
use crate::config::{Freeze, Scope, TeamFile};
use crate::domain::text::Clean;

/// The freezes whose days and scope hold this release, in file order.
pub(super) fn covering<'a>(team: &'a TeamFile, release: &'a Planned) -> impl Iterator<Item = &'a Freeze> {
    team.freezes.iter().filter(|freeze| (freeze.from..=freeze.to).contains(&release.day) && covers(freeze, release))
}

fn covers(freeze: &Freeze, release: &Planned) -> bool {
    freeze.covers.iter().any(|scope| match scope {
        Scope::Everything => true,
        Scope::Train(id) => release.train.as_ref() == Some(id),
        Scope::Area(id) => release.areas.contains(id),
    })
}

/// What a freeze is called in a sentence: by its title, with the word in it once.
pub(super) fn called(freeze: &Freeze) -> String {
    let said = freeze.title.to_lowercase().contains("freeze");
    if said { freeze.title.clone() } else { format!("{} freeze", freeze.title) }
}

/// What may land in it all the same, and who allows more: in brackets, as it stands in a sentence.
pub(super) fn allowance(freeze: &Freeze) -> String {
    let may = if freeze.except.is_empty() {
        "nothing may land".to_owned()
    } else {
        format!("{} may land", freeze.except.join(", "))
    };
    let ask = if freeze.approver.is_some() { "; ask the approver" } else { "" };
    format!("({may}{ask})")
}

/// What it covers, as a list of words; empty for everything.
pub(super) fn scope(freeze: &Freeze) -> String {
    let word = |scope: &Scope| match scope {
        Scope::Train(id) => Some(id.clone()),
        Scope::Area(id) => Some(format!("area {id}")),
        Scope::Everything => None,
    };
    let words: Option<Vec<String>> = freeze.covers.iter().map(word).collect();
    words.unwrap_or_default().join(", ")
}

impl Calendar<'_> {
    pub(super) fn freezes(&self) -> impl Iterator<Item = Entry> {
        let inside = |freeze: &&Freeze| self.window.touches(freeze.from, freeze.to);
        self.team.freezes.iter().filter(inside).map(|freeze| self.freeze(freeze))
    }

    fn freeze(&self, freeze: &Freeze) -> Entry {
        let today = self.today();
        let status = if today < freeze.from {
            Status::Planned
        } else if today <= freeze.to {
            Status::Active
        } else {
            Status::Over
        };
        let held = self
            .releases
            .iter()
            .filter(|release| (freeze.from..=freeze.to).contains(&release.day) && covers(freeze, release));
        let scope = scope(freeze);
        let scope = if scope.is_empty() { String::new() } else { format!("{scope} ") };
        let why = freeze.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        let approver = freeze.approver.as_ref();
        // Whoever approves today; of a freeze that is not now, on the day that is nearest.
        let (first, last) = (freeze.from.max(self.window.from), freeze.to.min(self.window.to));
        let day = today.max(first).min(last);
        Entry {
            kind: Kind::Freeze,
            id: Clean::line(&freeze.id),
            title: Clean::line(&freeze.title),
            date: Point::Day(freeze.from),
            end: Some(Point::Day(freeze.to)),
            owner: approver.and_then(|who| self.who(who, day)),
            status: Some(status),
            clash: held.map(|release| Clean::line(&release.id)).collect(),
            note: Some(Clean::line(&format!("{scope}{}{why}", allowance(freeze)))),
        }
    }
}
