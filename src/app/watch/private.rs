//! Private mode: what is drawn is veiled, what is done is not. A key still acts
//! on the real incident, and what is copied or opened is the real thing, since
//! that leaves the screen on purpose.

use std::borrow::Cow;
use std::sync::Arc;

use ratatui::text::Line;

use super::App;
use crate::app::event::{Effect, Fact};
use crate::domain::calendar::{Entry, Warning};
use crate::domain::incident::{Incident, Moment};
use crate::domain::journal;
use crate::domain::queue::Row;
use crate::domain::runbook::document::Document;
use crate::domain::runbook::found::Listed;
use crate::domain::text::Clean;
use crate::domain::veil::Veil;
use crate::panes::detail;
use crate::panes::rotation::Watchbill;

/// Whether names, hosts and private titles are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Privacy {
    /// They are.
    #[default]
    Open,
    /// Stand-ins are in their place.
    Private,
}

/// What of the selected incident may be read.
struct Shade {
    incident: Incident,
    row: Row,
    body: Option<Clean>,
    moments: Option<Vec<Moment>>,
    case: Option<(usize, Clean)>,
    page: Option<Clean>,
    after: Option<(Clean, i64)>,
    entries: Vec<journal::Entry>,
}

impl App {
    /// What hides names on the screen; none while they are shown.
    pub fn veil(&self) -> Option<&Veil> {
        match self.privacy {
            Privacy::Open => None,
            Privacy::Private => Some(&self.veil),
        }
    }

    /// A text as it may be read on this screen.
    pub fn veiled<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.veil().map_or(Cow::Borrowed(text), |veil| veil.text(text).into())
    }

    /// An incident as it may be read on this screen, without its text.
    pub fn shown<'a>(&self, incident: &'a Incident) -> Cow<'a, Incident> {
        self.veil().map_or(Cow::Borrowed(incident), |veil| Cow::Owned(veil.brief(incident)))
    }

    /// A row of the queue as it may be read on this screen.
    pub fn shown_row<'a>(&self, row: &'a Row) -> Cow<'a, Row> {
        self.veil().map_or(Cow::Borrowed(row), |veil| Cow::Owned(veil.row(row)))
    }

    /// A page in a list as it may be read on this screen.
    pub fn shown_page<'a>(&self, page: &'a Listed) -> Cow<'a, Listed> {
        let veiled = |veil: &Veil| Listed {
            path: veil.text(&page.path),
            title: veil.clean(&page.title),
            owner: page.owner.as_ref().map(|owner| veil.clean(owner)),
            ..page.clone()
        };
        self.veil().map_or(Cow::Borrowed(page), |veil| Cow::Owned(veiled(veil)))
    }

    /// Who is on call, as it may be read on this screen.
    pub(super) fn shown_bill(&self) -> Cow<'_, Watchbill> {
        let Some(veil) = self.veil() else { return Cow::Borrowed(&self.watchbill) };
        let mut bill = self.watchbill.clone();
        for one in &mut bill.bills {
            for text in [&mut one.name, &mut one.brief, &mut one.sentence].into_iter().chain(&mut one.handover) {
                *text = veil.text(text);
            }
            for (_, text) in &mut one.beside {
                *text = veil.text(text);
            }
            for turn in &mut one.turns {
                (turn.person, turn.who) = (veil.login(&turn.person), veil.text(&turn.who));
            }
        }
        for (_, what, remedy) in &mut bill.amiss {
            (*what, *remedy) = (veil.text(what), veil.text(remedy));
        }
        for (who, how) in &mut bill.load {
            (*who, *how) = (veil.text(who), veil.text(how));
        }
        Cow::Owned(bill)
    }

    /// What is planned, as it may be read on this screen.
    pub(super) fn shown_plans<'a>(
        &self,
        entries: &'a [Entry],
        amiss: &'a [Warning],
    ) -> (Cow<'a, [Entry]>, Cow<'a, [Warning]>) {
        let Some(veil) = self.veil() else { return (Cow::Borrowed(entries), Cow::Borrowed(amiss)) };
        let entry = |entry: &Entry| Entry {
            title: veil.clean(&entry.title),
            owner: entry.owner.as_ref().map(|owner| veil.text(owner)),
            note: entry.note.as_ref().map(|note| veil.clean(note)),
            ..entry.clone()
        };
        let warning = |one: &Warning| Warning { message: veil.text(&one.message), ..one.clone() };
        (entries.iter().map(entry).collect(), amiss.iter().map(warning).collect())
    }

    /// A runbook as it may be read on this screen, line for line.
    pub(super) fn shown_document(&self, document: &Arc<Document>) -> Arc<Document> {
        let Some(veil) = self.veil() else { return Arc::clone(document) };
        let keys = &self.desk.model().team.runbooks.keys;
        Arc::new(Document::read(&veil.text(&document.source), keys))
    }

    /// The detail of the selected incident, each line at most `width` columns; empty if none is selected.
    pub fn detail(&self, width: u16) -> Vec<Line<'static>> {
        let Some(subject) = self.subject() else { return Vec::new() };
        let theme = &self.outfit.theme;
        let Some(veil) = self.veil() else { return detail::lines(&subject, width, theme) };
        let shade = Shade::of(&subject, veil);
        let entries = shade.entries.iter().collect();
        let tabs = subject.tabs.as_ref().map(|tabs| detail::Tabs {
            case: shade.case.as_ref().map(|(at, name)| (*at, name)),
            page: shade.page.as_ref(),
            ..tabs.clone()
        });
        let shown = detail::Subject {
            incident: &shade.incident,
            row: &shade.row,
            body: shade.body.as_ref(),
            moments: shade.moments.as_deref(),
            after: shade.after.as_ref().map(|(what, minutes)| (what, *minutes)),
            escalation: subject.escalation.as_ref().map(|line| veil.text(line)),
            entries,
            tabs,
            ..subject
        };
        detail::lines(&shown, width, theme)
    }

    /// Hides names, hosts and private titles, or shows them again.
    pub(super) fn toggle_private(&mut self) -> Vec<Effect> {
        self.privacy = match self.privacy {
            Privacy::Open => Privacy::Private,
            Privacy::Private => Privacy::Open,
        };
        self.know_everybody();
        self.reader.lay_out_anew();
        match self.privacy {
            Privacy::Open => self.hint("private mode is off: names and hosts are shown"),
            Privacy::Private => self.hint("private mode: names, hosts and private titles are replaced"),
        }
    }

    /// Takes note of everybody who is named in what is known.
    pub(super) fn know_everybody(&mut self) {
        if self.privacy == Privacy::Open {
            return;
        }
        let desk = &self.desk;
        for row in &desk.queue().rows {
            if let Some(incident) = desk.incident(&row.id) {
                self.veil.know_incident(incident);
            }
        }
        let moments = self.told.values().flat_map(|told| &told.moments);
        let logins = self.assignable.values().flatten().chain(moments.filter_map(|moment| moment.by.as_ref()));
        for login in logins {
            self.veil.know(login.as_str());
        }
        self.veil.know(self.desk.me());
    }

    /// Takes note of everybody whom a fact names, before it is shown.
    pub(super) fn know_those_of(&mut self, fact: &Fact) {
        if let Fact::LoginsKnown(logins) = fact {
            for login in logins {
                self.veil.know(login.as_str());
            }
        }
        if self.privacy == Privacy::Open {
            return;
        }
        if let Fact::Loaded { incidents, .. } | Fact::Mirrored { incidents, .. } | Fact::Page { incidents, .. } = fact {
            for incident in incidents {
                self.veil.know_incident(incident);
            }
        }
        if let Fact::DetailLoaded { moments, .. } = fact {
            moments.iter().filter_map(|moment| moment.by.as_ref()).for_each(|by| self.veil.know(by.as_str()));
        }
        if let Fact::AssignableLoaded { logins, .. } = fact {
            for login in logins {
                self.veil.know(login.as_str());
            }
        }
        if let Fact::Identified { login, .. } = fact {
            self.veil.know(login.as_str());
        }
        if let Fact::TeamRead(newer) = fact {
            self.veil.know_team(newer);
        }
    }
}

impl Shade {
    fn of(subject: &detail::Subject<'_>, veil: &Veil) -> Self {
        let incident = subject.incident;
        let tabs = subject.tabs.as_ref();
        Self {
            row: veil.row(subject.row),
            body: subject.body.map(|body| veil.whole(incident, body)),
            moments: subject.moments.map(|moments| veil.moments(incident, moments)),
            case: tabs.and_then(|tabs| tabs.case).map(|(at, name)| (at, veil.clean(name))),
            page: tabs.and_then(|tabs| tabs.page).map(|page| veil.whole(incident, page)),
            after: subject.after.map(|(what, minutes)| (veil.clean(what), minutes)),
            entries: subject.entries.iter().map(|entry| veil.entry(entry)).collect(),
            incident: veil.incident(incident),
        }
    }
}
