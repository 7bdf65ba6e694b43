//! What can have the keys instead of the queue, one at a time.

use chrono::{DateTime, Utc};

use crate::app::editing::{Draft, Told};
use crate::app::event::News;
use crate::app::pick::Pick;
use crate::app::saying::Saying;
use crate::app::typed::Typed;
use crate::app::wish::Wish;
use crate::domain::id::{IncidentId, OpId, SourceId};
use crate::domain::journal::Entry;
use crate::domain::text::Clean;

/// What has the keys instead of the queue.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialog {
    /// The filter is being typed; the queue follows.
    Filter(Typed),
    /// The keys, and words to find one.
    Help {
        /// What is looked for.
        typed: Typed,
        /// How many lines have been scrolled away.
        top: usize,
        /// The health view from which it was opened, and to which it leads back.
        behind: Option<Box<HealthCursor>>,
    },
    /// A list to choose from.
    Pick(Box<Pick>),
    /// A question.
    Ask(Question),
    /// Whether the team file may do what it wants, in plain words.
    Trust(Vec<Clean>),
    /// A note is being written.
    Note {
        /// About which incidents: those that were seen when it was begun.
        ids: Vec<IncidentId>,
        /// The note.
        typed: Typed,
    },
    /// The title of a new incident is being typed.
    Title(Typed),
    /// Why something is said of eval findings is being typed.
    Why {
        /// What is said; its reason is still empty.
        saying: Saying,
        /// The reason.
        typed: Typed,
    },
    /// What the team file would be; a yes writes it.
    Draft(Box<DraftCursor>),
    /// What was decided and what became of it.
    Log(LogCursor),
    /// How the MCP endpoints are.
    Health(HealthCursor),
}

impl Dialog {
    /// The health view, if it is seen: by itself, or behind the keys.
    pub fn health(&self) -> Option<&HealthCursor> {
        match self {
            Self::Health(cursor) => Some(cursor),
            Self::Help { behind, .. } => behind.as_deref(),
            Self::Filter(_)
            | Self::Pick(_)
            | Self::Ask(_)
            | Self::Trust(_)
            | Self::Note { .. }
            | Self::Title(_)
            | Self::Why { .. }
            | Self::Draft(_)
            | Self::Log(_) => None,
        }
    }
}

/// One question before something that cannot simply be undone, or is about many.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// About which incidents.
    pub ids: Vec<IncidentId>,
    /// What a yes does.
    pub wish: Wish,
}

/// A change of the team file that waits for a yes.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftCursor {
    /// The change.
    pub draft: Draft,
    /// What it would do.
    pub told: Told,
    /// How many lines have been scrolled away.
    pub top: usize,
}

impl DraftCursor {
    /// Who has what instead of whom, what may not be meant, and the text that would change.
    pub fn lines(&self) -> Vec<Clean> {
        let who = self.told.lines();
        let doubts = self.told.doubts.iter().map(|doubt| format!("! {doubt}"));
        let diff = self.draft.diff.lines().map(ToOwned::to_owned);
        who.into_iter().chain(doubts).chain([String::new()]).chain(diff).map(|line| Clean::block(&line)).collect()
    }
}

/// The selected line of the log: bound to what it says, not to its place.
#[derive(Debug, Clone, PartialEq)]
pub struct LogCursor {
    /// Which line; none while there is none.
    pub name: Option<LogName>,
    /// Where it was last seen, counted from the newest.
    pub near: usize,
}

/// The selected endpoint: bound to its id, not to its place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HealthCursor {
    /// Which endpoint; none while there is none.
    pub id: Option<SourceId>,
    /// Where it was last seen, counted from the first of those that are listed.
    pub near: usize,
    /// Which endpoints are listed.
    pub seek: Seek,
    /// Whether all are shown, or this one.
    pub shows: Shows,
    /// The selected one of its tools.
    pub tool: ToolCursor,
}

/// The selected tool: bound to its name, not to its place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToolCursor {
    /// Which; none before the cursor has moved.
    pub name: Option<Clean>,
    /// Where it was last seen, counted from the first of those that are listed.
    pub near: usize,
    /// Which tools are listed.
    pub seek: Seek,
}

/// Words that narrow a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seek {
    /// The words.
    pub typed: Typed,
    /// Whether they are being typed.
    pub typing: Typing,
}

/// Whether keys are letters just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Typing {
    /// They are.
    Yes,
    /// They are not.
    #[default]
    No,
}

/// What the health view shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shows {
    /// All endpoints, a line each.
    #[default]
    List,
    /// How the selected endpoint is.
    One {
        /// How many lines have been scrolled away.
        top: usize,
    },
    /// The tools of the selected endpoint, a line each.
    Tools,
    /// The selected tool in full.
    Tool {
        /// How many lines have been scrolled away.
        top: usize,
    },
}

impl HealthCursor {
    /// The words that narrow what is shown; none where nothing is listed.
    pub fn seek(&self) -> Option<&Seek> {
        match self.shows {
            Shows::List => Some(&self.seek),
            Shows::Tools | Shows::Tool { .. } => Some(&self.tool.seek),
            Shows::One { .. } => None,
        }
    }
}

/// What a line of the log is known by.
#[derive(Debug, Clone, PartialEq)]
pub enum LogName {
    /// A decision.
    Decision(OpId),
    /// Something that was said then.
    Notice(DateTime<Utc>, Clean),
}

/// One line of the log.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LogLine<'a> {
    /// A decision, as it stands.
    Decision(&'a Entry),
    /// Something that was said.
    Notice(&'a News),
}

impl LogLine<'_> {
    /// What it is known by.
    pub fn name(&self) -> LogName {
        match self {
            Self::Decision(entry) => LogName::Decision(entry.op.clone()),
            Self::Notice(news) => LogName::Notice(news.at, news.text.clone()),
        }
    }
}
