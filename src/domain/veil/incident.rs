//! An incident as others may see it: what it says, who is named in it, what happened to it.

use super::names::{Stand, fold};
use super::{Veil, is_private};
use crate::domain::incident::{Incident, Moment};
use crate::domain::journal::Entry;
use crate::domain::queue::Row;
use crate::domain::text::Clean;

impl Veil {
    /// What stands for somebody, also if nobody knows them.
    pub fn login(&self, login: &str) -> String {
        if !self.hides_names() || login.eq_ignore_ascii_case(super::OURSELVES) {
            return self.text(login);
        }
        let bare = login.trim().trim_start_matches('@');
        match self.names.exactly(bare) {
            Some(stand) => self.name(stand).into_owned(),
            None if super::stands::stand_in(bare, 0, None) == Some(bare.len()) => bare.to_owned(),
            None if matches!(bare, "outgoing" | "incoming" | "") => bare.to_owned(),
            None => {
                let number = self.stands().person(&fold(bare));
                self.name(&Stand::Person(number)).into_owned()
            }
        }
    }

    fn somebody(&self, login: &Clean) -> Clean {
        Clean::line(&self.login(login.as_str()))
    }

    /// The incident with everything that is read of it veiled; what it is called stays.
    #[must_use]
    pub fn incident(&self, incident: &Incident) -> Incident {
        let body = incident.body.as_ref().map(|body| self.whole(incident, body));
        Incident { body, ..self.brief(incident) }
    }

    /// The same without its text: for a line in a list.
    #[must_use]
    pub fn brief(&self, incident: &Incident) -> Incident {
        let mut veiled = Incident { body: None, ..incident.clone() };
        veiled.title = self.title(incident);
        veiled.url = incident.url.as_ref().map(|url| self.text(url));
        veiled.gone = incident.gone.as_ref().map(|gone| self.clean(gone));
        veiled.suite = incident.suite.as_ref().map(|suite| self.clean(suite));
        veiled.check = incident.check.as_ref().map(|check| self.clean(check));
        for login in veiled.author.iter_mut().chain(&mut veiled.assignees) {
            *login = self.somebody(login);
        }
        for label in &mut veiled.labels {
            *label = self.clean(label);
        }
        if let Some(by) = veiled.ack.as_mut().and_then(|ack| ack.by.as_mut()) {
            *by = self.somebody(by);
        }
        if let Some(by) = veiled.snooze.as_mut().and_then(|snooze| snooze.by.as_mut()) {
            *by = self.somebody(by);
        }
        for asked in &mut veiled.asked {
            for login in asked.who.iter_mut().chain(&mut asked.by) {
                *login = self.somebody(login);
            }
        }
        veiled
    }

    /// Its history; of a private one the words are gone, and what was done stays.
    pub fn moments(&self, incident: &Incident, moments: &[Moment]) -> Vec<Moment> {
        let veiled = |moment: &Moment| Moment {
            at: moment.at,
            by: moment.by.as_ref().map(|by| self.somebody(by)),
            what: self.clean(&moment.what),
            text: moment.text.as_ref().map(|text| self.whole(incident, text)),
        };
        moments.iter().map(veiled).collect()
    }

    /// Its row in the queue.
    #[must_use]
    pub fn row(&self, row: &Row) -> Row {
        let mut veiled = row.clone();
        if let Some(by) = veiled.standing.acked.as_mut().and_then(|(by, _)| by.as_mut()) {
            *by = self.somebody(by);
        }
        veiled.standing.again = row.standing.again.as_ref().map(|again| self.clean(again));
        veiled
    }

    /// A decision, as it is told.
    #[must_use]
    pub fn entry(&self, entry: &Entry) -> Entry {
        let mut veiled = entry.clone();
        veiled.reason = entry.reason.as_ref().map(|reason| self.clean(reason));
        veiled.deed.by = entry.deed.by.as_ref().map(|by| self.somebody(by));
        veiled
    }

    /// Whether nothing of what an incident says is shown.
    pub fn hides(&self, incident: &Incident) -> bool {
        self.hides_names() && is_private(incident)
    }
}
