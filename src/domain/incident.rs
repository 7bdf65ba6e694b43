//! One thing that needs a person, as its tracker knows it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::id::{IncidentId, SourceId};
use super::text::Clean;

/// What the tracker knows of one incident. Decisions that the tracker has not
/// answered are not in here: they lie over it (see [`super::queue`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// What keys and commands are bound to.
    pub id: IncidentId,
    /// Who reported it.
    pub source: SourceId,
    /// Its number in the tracker; 0 while it has none.
    pub number: u64,
    /// The tracker's own key for it (GitHub: the `id`, not the number); 0 while it has none.
    pub key: u64,
    /// One line.
    pub title: Clean,
    /// Loaded only where a triage rule or the detail needs it.
    pub body: Option<Clean>,
    /// Where a browser shows it.
    pub url: Option<String>,
    /// Who opened it.
    pub author: Option<Clean>,
    /// In the tracker's order. Severities and kinds are labels named as their ids.
    pub labels: Vec<Clean>,
    /// Logins (or people's ids in the local tracker), in the tracker's order.
    pub assignees: Vec<Clean>,
    /// Open or closed, and why.
    pub status: Status,
    /// When the source first said so.
    pub opened_at: DateTime<Utc>,
    /// The tracker's own last change; facts with a lower one are older.
    pub updated_at: DateTime<Utc>,
    /// How many comments it has.
    pub comments: u64,
    /// The ack that the tracker's order of events says is the first; none if the label is absent.
    pub ack: Option<Ack>,
    /// When it was last opened again.
    pub reopened_at: Option<DateTime<Utc>>,
    /// The last ack, note, assignment, severity, merge or snooze by a person.
    pub human_at: Option<DateTime<Utc>>,
    /// The snooze that the tracker holds, also when its time is past.
    pub snooze: Option<Snooze>,
    /// Of a signal: stable across runs and restarts.
    pub fingerprint: Option<String>,
    /// Of a signal: the name that it keeps for ever, also after an issue was filed for it.
    #[serde(default)]
    pub signal: Option<IncidentId>,
    /// Of a signal: which check of its source says so, for the triage rules (`handshake`, `drift`).
    #[serde(default)]
    pub check: Option<Clean>,
    /// Of an eval signal: the suite that it is about, for the triage rules.
    #[serde(default)]
    pub suite: Option<Clean>,
    /// Of an eval signal: how grave its source thinks it is (`high`, `medium`, `low`, `info`), where no rule says so.
    #[serde(default)]
    pub hint: Option<Clean>,
    /// Of an eval signal: when the newest run began that shows it.
    #[serde(default)]
    pub shown_at: Option<DateTime<Utc>>,
    /// Why the tracker no longer has it (deleted, transferred); a tombstone is never dropped silently.
    pub gone: Option<Clean>,
    /// Who has been asked to take it, by an escalation; oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<Asked>,
}

/// Somebody was asked to take it: a step of an escalation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The id of the escalation.
    pub escalation: String,
    /// Which of its steps, from 1; 0 for a person out of turn.
    pub step: u32,
    /// The ids of people, in the order of the team file.
    pub who: Vec<Clean>,
    /// From when on nobody had it: what was asked before that counts no more.
    pub since: DateTime<Utc>,
    /// When they were told.
    pub at: DateTime<Utc>,
    /// Who wrote it: a login or a person's id.
    pub by: Option<Clean>,
    /// When it was taken back; none while it stands. What was taken back is remembered, so that no old story asks anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<DateTime<Utc>>,
}

impl Asked {
    /// The most that is remembered of one incident.
    pub const MOST: usize = 50;

    /// The tracker's clock and ours may differ by this much; and it counts in whole seconds.
    const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(2);

    /// Whether it was asked after nobody had it any more.
    pub fn is_since(&self, since: DateTime<Utc>) -> bool {
        since.signed_duration_since(self.at) <= Self::CLOCKS_DIFFER
    }

    /// Whether this is the same step as one that was to be asked in a round that began then.
    pub fn is(&self, escalation: &str, step: u32, since: DateTime<Utc>) -> bool {
        self.step == step && step > 0 && self.escalation == escalation && self.is_since(since)
    }

    /// The same, asked anew after it was taken back before, however coarse the clock.
    #[must_use]
    pub fn anew(self, known: &[Self]) -> Self {
        let back = known.iter().filter_map(|one| one.back).max().filter(|back| *back >= self.at);
        Self { at: back.map_or(self.at, |back| back + TimeDelta::milliseconds(1)), ..self }
    }

    /// Whether it is still asked.
    pub fn stands(&self) -> bool {
        self.back.is_none()
    }

    /// Whether both are words for one asking, and not for two with a taking back between them.
    fn is_same_as(&self, other: &Self) -> bool {
        // Of one second, by their order: the tracker does not count finer.
        let over = |one: &Self, another: &Self| {
            one.back.is_some_and(|back| back < another.at || back == another.at && one.at < another.at)
        };
        let named = self.is(&other.escalation, other.step, other.since) && self.since == other.since
            || self.who == other.who && self.step == other.step && self.at == other.at;
        named && !over(self, other) && !over(other, self)
    }
}

/// Whether the tracker holds it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Somebody has to look at it.
    Open,
    /// Done with, at this time, for this reason.
    Closed {
        /// When; none if the tracker does not say.
        at: Option<DateTime<Utc>>,
        /// Why.
        reason: CloseReason,
    },
}

/// Why an incident was closed: GitHub's three in dogwatch's spelling, and what an operator may say of an eval finding,
/// of which GitHub only knows whether something was mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CloseReason {
    /// Mended.
    Completed,
    /// Nothing will be done.
    NotPlanned,
    /// Another incident stands for it.
    Duplicate,
    /// Its source says that it is well again; nobody chooses this.
    Recovered,
    /// An eval finding: mended; the next run that shows it again opens it again.
    Fixed,
    /// An eval finding: it was meant, and is the new normal.
    Expected,
    /// An eval finding: its cases are known to do either.
    Flaky,
    /// An eval finding: the test is wrong, not what it tests.
    Invalid,
    /// An eval finding: true, and nothing will be done.
    #[serde(rename = "wontfix")]
    WontFix,
}

impl CloseReason {
    /// Those that an operator may give, in the order in which they are offered.
    pub const OFFERED: [Self; 3] = [Self::Completed, Self::NotPlanned, Self::Duplicate];

    /// What an operator may say of an eval finding, in the order in which it is offered.
    pub const OF_FINDINGS: [Self; 6] =
        [Self::Fixed, Self::Expected, Self::Flaky, Self::Invalid, Self::WontFix, Self::Duplicate];

    /// The one with this word.
    pub fn of_word(word: &str) -> Option<Self> {
        let all = Self::OFFERED.into_iter().chain([Self::Recovered]).chain(Self::OF_FINDINGS);
        all.into_iter().find(|reason| reason.word() == word)
    }

    /// Whether it says something of an eval finding, and nothing of any other incident.
    pub fn is_of_findings(self) -> bool {
        match self {
            Self::Fixed | Self::Expected | Self::Flaky | Self::Invalid | Self::WontFix => true,
            Self::Completed | Self::NotPlanned | Self::Duplicate | Self::Recovered => false,
        }
    }

    /// Whether it says that the cause is gone, so that what shows it again is news.
    pub fn is_mended(self) -> bool {
        match self {
            Self::Completed | Self::Fixed | Self::Recovered => true,
            Self::NotPlanned | Self::Duplicate | Self::Expected | Self::Flaky | Self::Invalid | Self::WontFix => false,
        }
    }

    /// Whether it stands in a file beside the team file, too, and ends on a day.
    pub fn is_written_down(self) -> bool {
        matches!(self, Self::Expected | Self::Flaky)
    }

    /// The word for it, on screen and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::NotPlanned => "not-planned",
            Self::Duplicate => "duplicate",
            Self::Recovered => "recovered",
            Self::Fixed => "fixed",
            Self::Expected => "expected",
            Self::Flaky => "flaky",
            Self::Invalid => "invalid",
            Self::WontFix => "wontfix",
        }
    }
}

/// Somebody has said: I have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// The login, or the person's id in the local tracker; none if the tracker does not say.
    pub by: Option<Clean>,
    /// When; none if the tracker does not say.
    pub at: Option<DateTime<Utc>>,
}

/// Somebody has said: not before then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snooze {
    /// When it wakes.
    pub until: DateTime<Utc>,
    /// Who snoozed it.
    pub by: Option<Clean>,
    /// When it was snoozed.
    pub at: Option<DateTime<Utc>>,
}

/// One line of an incident's history, as the detail shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it: a login or a person's id; none for the source itself.
    pub by: Option<Clean>,
    /// What happened, as a verb in the past tense with its object: `acked`, `labeled SEV2`, `commented`.
    pub what: Clean,
    /// A comment's text, a refusal's reason.
    pub text: Option<Clean>,
}

impl Incident {
    /// A fresh open incident without labels or history.
    pub fn opened(source: &SourceId, number: u64, title: Clean, at: DateTime<Utc>) -> Self {
        Self {
            id: IncidentId::numbered(source, number),
            source: source.clone(),
            number,
            key: 0,
            title,
            body: None,
            url: None,
            author: None,
            labels: Vec::new(),
            assignees: Vec::new(),
            status: Status::Open,
            opened_at: at,
            updated_at: at,
            comments: 0,
            ack: None,
            reopened_at: None,
            human_at: None,
            snooze: None,
            fingerprint: None,
            signal: None,
            check: None,
            suite: None,
            hint: None,
            shown_at: None,
            gone: None,
            asked: Vec::new(),
        }
    }

    /// Takes note that somebody was asked, once each, in order.
    pub fn note_asked(&mut self, asked: Asked) {
        match self.asked.iter_mut().find(|known| known.is_same_as(&asked)) {
            // Of two words for one, the earlier counts: it is the one that was written first.
            Some(known) => {
                let back = known.back.into_iter().chain(asked.back).min();
                if asked.at < known.at {
                    *known = asked;
                }
                known.back = back;
            }
            None => self.asked.push(asked),
        }
        self.asked.sort_by_key(|one| one.at);
        let over = self.asked.len().saturating_sub(Asked::MOST);
        self.asked.drain(..over);
    }

    /// Who is asked to take it, oldest first: without what was taken back.
    pub fn standing_asks(&self) -> impl DoubleEndedIterator<Item = &Asked> {
        self.asked.iter().filter(|asked| asked.stands())
    }

    /// Whether the tracker holds it open.
    pub fn is_open(&self) -> bool {
        matches!(self.status, Status::Open)
    }

    /// Whether it bears this label; GitHub compares label names without case.
    pub fn has_label(&self, name: &str) -> bool {
        self.labels.iter().any(|label| same_name(label.as_str(), name))
    }
}

/// Whether two label names or logins mean the same to GitHub, which ignores case.
pub fn same_name(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    one.to_lowercase() == other.to_lowercase()
}
