//! Words that come and go: what was done, what was refused and why.

use chrono::{DateTime, TimeDelta, Utc};

use super::event::{Level, News};
use crate::domain::text::Clean;

/// So many are shown at once; an older one gives way.
const AT_ONCE: usize = 3;

/// So many notices are kept for the log.
const KEPT: usize = 500;

/// One message for a while.
#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    /// How loudly.
    pub level: Level,
    /// What.
    pub text: Clean,
    /// When it goes.
    pub until: DateTime<Utc>,
    /// Whether the log tells it, too.
    pub logged: Logged,
}

/// Whether the log tells a message, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logged {
    /// It does.
    Yes,
    /// It was the answer to a key, and is forgotten.
    No,
}

/// What is being said, and what has been said.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Toasts {
    shown: Vec<Toast>,
    notices: Vec<News>,
    /// Every word that nobody has heard yet; none where nobody listens.
    unheard: Option<Vec<News>>,
}

impl Toasts {
    /// What is being said, oldest first.
    pub fn shown(&self) -> &[Toast] {
        &self.shown
    }

    /// What has been said about no decision in particular, oldest first.
    pub fn notices(&self) -> &[News] {
        &self.notices
    }

    /// From here on every word is kept until it is heard, not only while it is shown.
    pub fn listen(&mut self) {
        self.unheard.get_or_insert_default();
    }

    /// What has been said since this was last asked, oldest first; of too much, the newest.
    pub fn hear(&mut self) -> Vec<News> {
        self.unheard.as_mut().map(std::mem::take).unwrap_or_default()
    }

    fn keep_for_ears(&mut self, news: &News) {
        if let Some(unheard) = &mut self.unheard {
            unheard.push(news.clone());
            let excess = unheard.len().saturating_sub(KEPT);
            unheard.drain(..excess);
        }
    }

    /// Says it. What belongs to a decision is told by the journal; the rest is kept here.
    pub fn say(&mut self, news: News) {
        self.keep_for_ears(&news);
        let until = news.at + lasts(news.level);
        self.show(Toast { level: news.level, text: news.text.clone(), until, logged: Logged::Yes });
        if news.incident.is_none() {
            self.notices.push(news);
            let excess = self.notices.len().saturating_sub(KEPT);
            self.notices.drain(..excess);
        }
    }

    /// Says it and forgets it: an answer to a key.
    pub fn hint(&mut self, text: &str, now: DateTime<Utc>) {
        self.keep_for_ears(&News { at: now, level: Level::Info, text: Clean::line(text), incident: None });
        let until = now + lasts(Level::Info);
        self.show(Toast { level: Level::Info, text: Clean::line(text), until, logged: Logged::No });
    }

    /// The same words twice are shown once.
    fn show(&mut self, toast: Toast) {
        self.shown.retain(|other| other.text != toast.text);
        self.shown.push(toast);
        let excess = self.shown.len().saturating_sub(AT_ONCE);
        self.shown.drain(..excess);
    }

    /// What has been said for long enough goes.
    pub fn expire(&mut self, now: DateTime<Utc>) {
        self.shown.retain(|toast| toast.until > now);
    }

    /// When the next one goes.
    pub fn alarm(&self) -> Option<DateTime<Utc>> {
        self.shown.iter().map(|toast| toast.until).min()
    }
}

fn lasts(level: Level) -> TimeDelta {
    TimeDelta::seconds(match level {
        Level::Done | Level::Info => 4,
        Level::Warning => 8,
        Level::Error => 12,
    })
}
