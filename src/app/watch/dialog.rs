//! What can have the keys instead of the queue, one at a time.

use chrono::{DateTime, Utc};

use super::handing::HandAsk;
use super::model::ModelCursor;
use super::reader::PageAsk;
use crate::app::bindings::Place;
use crate::app::editing::{Draft, Told};
use crate::app::event::News;
use crate::app::pick::Pick;
use crate::app::saying::Saying;
use crate::app::typed::Typed;
use crate::app::wish::Wish;
use crate::domain::id::{IncidentId, OpId, SourceId};
use crate::domain::journal::Entry;
use crate::domain::text::Clean;
use crate::panes::fit;

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
        /// What it was opened from, and to which it leads back.
        behind: Option<Box<Dialog>>,
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
    /// Something about the runbook is being typed.
    Page(PageAsk, Typed),
    /// What was decided and what became of it.
    Log(LogCursor),
    /// How the MCP endpoints are.
    Health(HealthCursor),
    /// The handoff that is open.
    Handoff,
    /// Something is being typed into it.
    Hand(HandAsk, Typed),
    /// The cycle, looked back upon: how many lines have been scrolled away.
    Review(usize),
    /// The operating model.
    Model(ModelCursor),
}

impl Dialog {
    /// The place whose keys it takes.
    pub fn place(&self) -> Place {
        match self {
            Self::Health(cursor) if cursor.seek().is_some_and(|seek| seek.typing == Typing::Yes) => Place::List,
            Self::Health(_) => Place::Health,
            Self::Handoff => Place::Handoff,
            Self::Review(_) => Place::Review,
            Self::Model(_) => Place::Model,
            Self::Log(_) => Place::Log,
            Self::Ask(_) | Self::Draft(_) => Place::Question,
            Self::Trust(_) => Place::Trust,
            Self::Note { .. } => Place::Note,
            Self::Filter(_)
            | Self::Help { .. }
            | Self::Pick(_)
            | Self::Title(_)
            | Self::Why { .. }
            | Self::Hand(..)
            | Self::Page(..) => Place::List,
        }
    }

    /// The health view, if it is seen: by itself, or behind the keys.
    pub fn health(&self) -> Option<&HealthCursor> {
        match self {
            Self::Health(cursor) => Some(cursor),
            Self::Help { behind, .. } => behind.as_deref()?.health(),
            Self::Filter(_)
            | Self::Pick(_)
            | Self::Ask(_)
            | Self::Trust(_)
            | Self::Note { .. }
            | Self::Title(_)
            | Self::Why { .. }
            | Self::Draft(_)
            | Self::Page(..)
            | Self::Handoff
            | Self::Hand(..)
            | Self::Review(_)
            | Self::Model(_)
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
    pub yes: Yes,
}

/// What is done when a question has been answered with yes.
#[derive(Debug, Clone, PartialEq)]
pub enum Yes {
    /// This is decided about each of the incidents.
    Decide(Wish),
    /// This act is taken back.
    Undo(OpId),
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
    /// What it was asked for in, and to which it leads back.
    pub behind: Option<Box<Dialog>>,
}

/// What a line of a draft is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftLine {
    /// Who has what instead of whom.
    Change,
    /// What may not be meant.
    Doubt,
    /// The text that would change, or nothing.
    Text,
}

impl DraftCursor {
    /// Who has what instead of whom, what may not be meant, and the text that would change, in lines of at most so
    /// many columns. Only the text is not wrapped: it is a file's.
    pub fn lines(&self, width: usize) -> Vec<(DraftLine, String)> {
        let wrapped = |about: DraftLine, text: &str| {
            let lines = fit::wrap(Clean::line(text).as_str(), width.saturating_sub(2)).into_iter().enumerate();
            lines.map(|(at, line)| (about, if at == 0 { line } else { format!("  {line}") })).collect::<Vec<_>>()
        };
        let who = self.told.lines().into_iter().flat_map(|line| wrapped(DraftLine::Change, &line));
        let doubts = self.told.doubts.iter().flat_map(|doubt| wrapped(DraftLine::Doubt, &format!("! {doubt}")));
        let text = |line: &str| (DraftLine::Text, Clean::block(line).to_string());
        let diff = std::iter::once("").chain(self.draft.diff.lines()).map(text);
        who.chain(doubts).chain(diff).collect()
    }

    /// How wide and high the box is that shows it in a place of this size, and how many lines of it fit.
    pub fn room((width, height): (u16, u16), lines: usize) -> (u16, u16, usize) {
        let high = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2).min(height);
        (width.min(100), high, usize::from(high.saturating_sub(2)))
    }

    /// So many columns a line may have in a place this wide.
    pub fn columns(width: u16) -> usize {
        usize::from(width.min(100)).saturating_sub(4)
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
