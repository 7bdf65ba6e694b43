//! What can happen, and what can be asked for. Plain data: a session of
//! dogwatch is a list of events, and what it did is a list of effects.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::editing::Draft;
use super::handoff::Errand;
use super::reading::{Opened, Pages, Wanted};
use super::saying::{Said, Saying};
use crate::config::{Amendment, TeamFile};
use crate::domain::calendar::Facts;
use crate::domain::catalogue::Catalogue;
use crate::domain::check;
use crate::domain::evals::CaseKey;
use crate::domain::evals::evidence::Sheet;
use crate::domain::handoff::Brought;
use crate::domain::health::Endpoint;
use crate::domain::health::fleet::Fleet;
use crate::domain::id::{IncidentId, OpId, SourceId};
use crate::domain::incident::{Incident, Moment};
use crate::domain::journal::{Attempt, Entry, Outcome};
use crate::domain::map;
use crate::domain::minutes::{self, Minutes};
use crate::domain::review::Review;
use crate::domain::runbook::freshness::Freshness;
use crate::domain::runbook::run::{Line, Run};
use crate::domain::source::SourceHealth;
use crate::domain::text::Clean;

/// Something that happened outside the terminal. Arrives with the time at which it did.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// What this machine remembers: at start, before anything is asked of anybody.
    Loaded {
        /// Everything in the cache and the local tracker.
        incidents: Vec<Incident>,
        /// The journal, by place.
        entries: Vec<Entry>,
        /// Each source with its age.
        sources: Vec<SourceHealth>,
    },
    /// Another process wrote to the store: the journal and the changed incidents as they are there now.
    Mirrored {
        /// The journal, by place.
        entries: Vec<Entry>,
        /// Incidents that may have changed.
        incidents: Vec<Incident>,
        /// Each source with its age.
        sources: Vec<SourceHealth>,
    },
    /// These decisions are safe on disk, at these places.
    Recorded(Vec<(OpId, u64)>),
    /// These decisions could not be kept, so they were not taken.
    NotRecorded {
        /// Which.
        ops: Vec<OpId>,
        /// Why, with a remedy.
        reason: Clean,
    },
    /// This process now sends.
    LeaseTaken,
    /// This process no longer sends.
    LeaseLost,
    /// The tracker answered, or did not.
    Settled {
        /// Which decision.
        op: OpId,
        /// What became of it.
        outcome: Outcome,
    },
    /// A source is being asked.
    FetchStarted(SourceId),
    /// Some of what a source said, already in the store; more may follow.
    Page {
        /// Which source.
        source: SourceId,
        /// What changed, in any order.
        incidents: Vec<Incident>,
    },
    /// These MCP endpoints were probed; what is remembered of them now.
    Probed(Vec<Endpoint>),
    /// What is known of all MCP endpoints together: which host or gateway is gone.
    Ruled(Box<Fleet>),
    /// The tools of an endpoint as they were last listed; none if they never were.
    ToolsLoaded {
        /// Whose.
        endpoint: SourceId,
        /// Them.
        tools: Option<Arc<Catalogue>>,
    },
    /// What cases the finding behind a signal has; none if nothing is known of it.
    CasesLoaded {
        /// Whose.
        signal: IncidentId,
        /// Them.
        sheet: Option<Arc<Sheet>>,
    },
    /// One case in full, out of its files.
    CaseLoaded {
        /// Of which signal.
        signal: IncidentId,
        /// Which case.
        case: CaseKey,
        /// As Markdown.
        page: Clean,
    },
    /// The names of each endpoint's tools, in lower case, a line each: what it is found by.
    ToolNamesLoaded(BTreeMap<SourceId, String>),
    /// Sources say that these signals are well again.
    Recovered(Vec<IncidentId>),
    /// Sources say that these signals fail again, shortly after they were well.
    Relapsed(Vec<IncidentId>),
    /// A source has been asked; its health says how that went. What it said before stays.
    FetchEnded(SourceHealth),
    /// The text and the history of one incident.
    DetailLoaded {
        /// Which incident.
        id: IncidentId,
        /// Its body; none if it has none.
        body: Option<Clean>,
        /// Its history, oldest first.
        moments: Vec<Moment>,
    },
    /// Everybody whom a history names that this machine keeps; what private mode hides.
    LoginsKnown(Vec<Clean>),
    /// Who may be assigned, from the tracker.
    AssignableLoaded {
        /// Of which source.
        source: SourceId,
        /// Logins in the tracker's order.
        logins: Vec<Clean>,
    },
    /// Who this machine is to a source's tracker.
    Identified {
        /// To which source.
        source: SourceId,
        /// The login of its token.
        login: Clean,
    },
    /// The store can no longer be written.
    ReadOnly(Clean),
    /// An external editor gave back a note; none if it was left empty.
    NoteWritten {
        /// For which incidents.
        ids: Vec<IncidentId>,
        /// The note.
        text: Option<String>,
    },
    /// What was said of eval findings is written down, or not; those of which it is are closed for it.
    Said(Said),
    /// A runbook that was wanted.
    PageOpened(Box<Opened>),
    /// How far this runbook can be relied on, now that its repository was asked.
    PageJudged(String, Freshness),
    /// Why a runbook that was wanted is not there.
    PageMissing(Clean),
    /// The file of the runbook that is open has changed, or is gone.
    PageChanged(String),
    /// The runbooks that there are, or that were sought.
    PagesListed(Box<Pages>),
    /// This is in the ledger of the uses of runbooks, and so is all of its use.
    Written(Box<Line>, Box<Run>),
    /// What the ledger has of a use, and its incident's timeline has not.
    Untold(Box<Run>),
    /// A triage meeting is wanted, from the command line.
    MeetingCalled,
    /// The lines of the last triage meeting that this machine remembers; none if there was none.
    MeetingFound(Vec<minutes::Line>),
    /// Where the minutes were written, or why not.
    MinutesWritten(Result<Clean, Clean>),
    /// What handovers left out, in the order in which it is told.
    Dropped(Vec<IncidentId>),
    /// What the calendar can be held against.
    Gathered(Box<Gathered>),
    /// The cycle, looked back upon; or why not.
    Reviewed(Result<Box<Review>, Clean>),
    /// What is wrong with the operating model; or why nobody can say.
    Checked(Result<Box<Inspected>, Clean>),
    /// The team file was changed: what it says now.
    TeamRead(Box<TeamFile>),
    /// What the team file would be with a change; or why it cannot be made.
    Drafted(Result<Box<Draft>, Clean>),
    /// The team file was changed as it was shown, or why not.
    Amended(Result<(), Clean>),
    /// What a handoff is computed from.
    HandoffBrought(Box<Brought>),
    /// The team file asks for what could do harm, and nobody has allowed it:
    /// what it wants, in plain words.
    TrustWanted(Vec<Clean>),
    /// Something to tell the operator.
    Told {
        /// How bad.
        level: Level,
        /// One line.
        text: Clean,
    },
    /// Nothing but time.
    Ticked,
    /// The system asks us to go (SIGTERM, SIGHUP).
    Dismissed,
}

impl Fact {
    /// Whether the queue may look different after it; the rest is about other things.
    pub fn concerns_queue(&self) -> bool {
        match self {
            Self::Loaded { .. }
            | Self::Mirrored { .. }
            | Self::Recorded(_)
            | Self::NotRecorded { .. }
            | Self::LeaseTaken
            | Self::Settled { .. }
            | Self::Page { .. }
            | Self::Recovered(_)
            | Self::TeamRead(_)
            | Self::Relapsed(_) => true,
            Self::LeaseLost
            | Self::FetchStarted(_)
            | Self::FetchEnded(_)
            | Self::Probed(_)
            | Self::Ruled(_)
            | Self::ToolsLoaded { .. }
            | Self::CasesLoaded { .. }
            | Self::CaseLoaded { .. }
            | Self::ToolNamesLoaded(_)
            | Self::DetailLoaded { .. }
            | Self::AssignableLoaded { .. }
            | Self::LoginsKnown(_)
            | Self::Identified { .. }
            | Self::ReadOnly(_)
            | Self::NoteWritten { .. }
            | Self::Said(_)
            | Self::PageOpened(_)
            | Self::PageJudged(..)
            | Self::PageMissing(_)
            | Self::PageChanged(_)
            | Self::PagesListed(_)
            | Self::Written(..)
            | Self::Untold(_)
            | Self::MeetingCalled
            | Self::MeetingFound(_)
            | Self::MinutesWritten(_)
            | Self::Dropped(_)
            | Self::Gathered(_)
            | Self::Reviewed(_)
            | Self::Checked(_)
            | Self::Drafted(_)
            | Self::Amended(_)
            | Self::HandoffBrought(_)
            | Self::TrustWanted(_)
            | Self::Told { .. }
            | Self::Ticked
            | Self::Dismissed => false,
        }
    }
}

/// The operating model as its file says it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// What is wrong with it.
    pub answer: check::Answer,
    /// Who decides what.
    pub map: Vec<map::Row>,
}

/// What shows that planned things happened, and what could not be looked at.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gathered {
    /// The evidence.
    pub facts: Facts,
    /// Why something is not known, a sentence each; empty on a good day.
    pub doubts: Vec<Clean>,
}

/// How loudly something is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It worked.
    Done,
    /// Good to know.
    Info,
    /// It needs attention.
    Warning,
    /// It failed.
    Error,
}

/// Something to be done outside the core.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Keep these new decisions on disk, all or none; answered by `Recorded` or `NotRecorded`.
    Record(Vec<Entry>),
    /// Keep this as *sending*, then send it; answered by `Settled`.
    Send {
        /// The entry, marked as being sent.
        entry: Box<Entry>,
        /// Whether it may have been done before.
        attempt: Attempt,
    },
    /// Keep the new state of these decisions, and what the tracker said with it.
    Keep {
        /// The entries as they are now.
        entries: Vec<Entry>,
        /// The incident as the tracker has it now.
        facts: Option<Box<Incident>>,
    },
    /// Ask one source, or all.
    Fetch(Option<SourceId>),
    /// Read the text and history of one incident from disk; answered by `DetailLoaded`.
    LoadDetail(IncidentId),
    /// Ask the source of one incident for its history; answered by `DetailLoaded`.
    FetchDetail(IncidentId),
    /// Read the tools of this endpoint from disk; answered by `ToolsLoaded`.
    LoadTools(SourceId),
    /// Read what cases the finding behind this signal has; answered by `CasesLoaded`.
    LoadCases(IncidentId),
    /// Open the files of one case; answered by `CaseLoaded`.
    LoadCase {
        /// Of which signal.
        signal: IncidentId,
        /// Which case.
        case: CaseKey,
    },
    /// Read the names of all tools from disk; answered by `ToolNamesLoaded`.
    LoadToolNames,
    /// Ask who may be assigned.
    LoadAssignable(SourceId),
    /// Show this address in a browser.
    Browse(String),
    /// Put this on the clipboard.
    Copy {
        /// What it is, for the toast.
        what: &'static str,
        /// The text.
        text: String,
    },
    /// Put this code on the clipboard.
    CopyCode {
        /// The code, without prompts.
        text: String,
        /// What is to be known of it: what it still lacks, what it destroys. Empty: nothing.
        warning: String,
    },
    /// Look for a runbook; answered by `PageOpened` or `PageMissing`.
    OpenPage(Wanted),
    /// Look which runbooks there are; with words, which fit them. Answered by `PagesListed`.
    ListPages(String),
    /// Write down what was done with a runbook; answered by `Written`.
    Write(Box<Line>),
    /// Write down what happened in a triage meeting.
    Minute(Vec<minutes::Line>),
    /// Look for the last triage meeting; answered by `MeetingFound`.
    LoadMeeting,
    /// Write minutes into the team's log folder; answered by `MinutesWritten`.
    WriteMinutes(Box<Minutes>),
    /// Find this page by these words from now on.
    Learn {
        /// As they were typed.
        words: String,
        /// The page, as it is listed.
        page: String,
    },
    /// Let the operator change this page in their editor, at this line.
    EditPage {
        /// As it is listed.
        path: String,
        /// From 1.
        line: usize,
    },
    /// Write down what is said of eval findings; answered by `Said`.
    Say {
        /// What is said.
        saying: Saying,
        /// The incidents, and the signals for which they stand.
        findings: Vec<(IncidentId, IncidentId)>,
    },
    /// Take out of the file what was said of this finding.
    Unsay(IncidentId),
    /// Look back upon the running cycle; answered by `Reviewed`.
    Review,
    /// Look at the operating model; answered by `Checked`.
    Check,
    /// See what the team file would be with this, and write nothing; answered by `Drafted`.
    Draft(Amendment),
    /// Write the team file as it was shown; answered by `Amended`.
    Amend(Box<Draft>),
    /// See to a handoff.
    Handoff(Errand),
    /// Let the operator write a note in their editor.
    WriteNote(Vec<IncidentId>),
    /// Allow what the team file asks for, now and until that changes.
    Trust,
    /// Ring once.
    Bell,
    /// Show this where the operator looks: on their desktop, or through the terminal. At most 80 columns.
    Notify(Clean),
    /// Forget what is on the terminal and draw it anew.
    Redraw,
    /// Give the terminal back and stop until continued.
    Suspend,
    /// Leave.
    Quit,
}

/// One line for the operator.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    /// When.
    pub at: DateTime<Utc>,
    /// How loudly.
    pub level: Level,
    /// What.
    pub text: Clean,
    /// About which incident.
    pub incident: Option<IncidentId>,
}
