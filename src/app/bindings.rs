//! Every key, in one table: help, footer, palette, configuration and docs
//! are read from it.
//!
//! A personal file replaces the keys of a binding by its name, in dialogs too.
//! Two bindings of one place never share a key: that is reported, not guessed.

mod answer;
mod keymap;
mod problem;
mod reach;

use crate::panes::frame::Pane;

pub use answer::{Answer, Hands, Meets, Reads};
pub use keymap::{Keymap, Step};
pub use problem::{Claim, KeyProblem};

/// Something that the operator can do with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is one row of BINDINGS, which says what it does")]
pub enum Command {
    Down,
    Up,
    Top,
    Bottom,
    HalfDown,
    HalfUp,
    DetailDown,
    DetailUp,
    NextCase,
    PreviousCase,
    In,
    Out,
    Leave,
    Filter,
    NextMatch,
    PreviousMatch,
    Closed,
    Mark,
    Range,
    MarkAll,
    Ack,
    Unack,
    Assign,
    Close,
    Expect,
    Flaky,
    Reopen,
    Snooze,
    Wake,
    Note,
    Severity,
    Kind,
    Merge,
    Escalate,
    New,
    Undo,
    Browse,
    CopyId,
    CopyLink,
    CopyRepeat,
    Refresh,
    RefreshAll,
    Freeze,
    Private,
    Log,
    Health,
    Handoff,
    Review,
    Model,
    Pane(Pane),
    Runbook,
    Triage,
    NextPane,
    PreviousPane,
    Zoom,
    Palette,
    Tour,
    Help,
    Redraw,
    Suspend,
    Quit,
    Answer(Answer),
}

/// Where a key means this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The queue and the detail.
    Queue,
    /// A list to choose from, where typing narrows it.
    List,
    /// The note that is being written.
    Note,
    /// A question.
    Question,
    /// Whether to trust a team file.
    Trust,
    /// A card of the tour.
    Tour,
    /// The log.
    Log,
    /// The health view.
    Health,
    /// The cycle review.
    Review,
    /// The operating model.
    Model,
    /// A pane beside the queue.
    Pane,
    /// The runbooks.
    Page,
    /// The triage meeting.
    Meeting,
    /// The handoff.
    Handoff,
}

impl Pane {
    /// Whose keys hold in it.
    pub const fn keys(self) -> Place {
        match self {
            Self::Queue => Place::Queue,
            Self::Rotation | Self::Calendar => Place::Pane,
            Self::Runbook => Place::Page,
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// What is done.
    pub command: Command,
    /// What the personal file calls it.
    pub name: &'static str,
    /// The keys that do it, unless replaced.
    pub keys: &'static [&'static str],
    /// One sentence.
    pub help: &'static str,
    /// One word for the footer; empty if it is not shown there.
    pub hint: &'static str,
    /// The heading under which help shows it.
    pub group: &'static str,
    /// Where it holds.
    pub place: Place,
}

macro_rules! bindings {
    ($($place:ident $group:literal { $($command:expr => $name:literal [$($key:literal),*] $help:literal $hint:literal)* })*) => {
        /// Every binding, in the order of help.
        pub const BINDINGS: &[Binding] = &[$($(Binding {
            command: $command, name: $name, keys: &[$($key),*], help: $help, hint: $hint, group: $group,
            place: Place::$place,
        },)*)*];
    };
}

bindings! {
    Queue "Move" {
        Command::Down => "down" ["j", "down"] "Next row; in the detail, scroll" ""
        Command::Up => "up" ["k", "up"] "Row before; in the detail, scroll" ""
        Command::Top => "top" ["g", "home"] "First row" ""
        Command::Bottom => "bottom" ["G", "end"] "Last row" ""
        Command::HalfDown => "half-down" ["ctrl-d", "pgdn"] "Half a page down" ""
        Command::HalfUp => "half-up" ["ctrl-u", "pgup"] "Half a page up" ""
        Command::DetailDown => "detail-down" ["J", "ctrl-e"] "Scroll the detail down" ""
        Command::DetailUp => "detail-up" ["K", "ctrl-y"] "Scroll the detail up" ""
        Command::NextCase => "next-case" ["]"] "Of an eval incident: the next case in full" ""
        Command::PreviousCase => "previous-case" ["["] "The case before; before the first, the summary" ""
        Command::In => "in" ["enter", "l", "right"] "Into the detail, and load its history" ""
        Command::Out => "out" ["esc"] "Out; then drop range, marks and filter, one by one" ""
        Command::Leave => "leave" ["h", "left"] "Out of the detail, and nothing else" ""
    }
    Queue "Find" {
        Command::Filter => "filter" ["/"] "Filter as you type: words, sev: who: label: state: is:overdue" "filter"
        Command::NextMatch => "next-match" ["n"] "Next row of the filter, around the end" ""
        Command::PreviousMatch => "previous-match" ["N"] "Row before in the filter, around the start" ""
        Command::Closed => "closed" ["e"] "Show closed incidents, or hide them" ""
    }
    Queue "Mark" {
        Command::Mark => "mark" ["space"] "Mark this row, or take the mark off, and go on" "mark"
        Command::Range => "range" ["v"] "Mark a range: from here to where the cursor goes" ""
        Command::MarkAll => "mark-all" ["*"] "Mark every row of the filter, or none" ""
    }
    Queue "Decide" {
        Command::Ack => "ack" ["a"] "Ack: I have it" "ack"
        Command::Unack => "unack" ["U"] "Unack: I have it no longer" ""
        Command::Assign => "assign" ["A"] "Assign it to a person, or to nobody" "assign"
        Command::Close => "close" ["x"] "Close it, with a reason" "close"
        Command::Expect => "expect" ["="] "Expected: this eval change was meant, until a day" ""
        Command::Flaky => "flaky" ["~"] "Flaky: quarantine these eval cases, until a day" ""
        Command::Reopen => "reopen" ["X"] "Reopen it" ""
        Command::Snooze => "snooze" ["s"] "Snooze: not before a time" "snooze"
        Command::Wake => "wake" ["w"] "Wake: end a snooze now" ""
        Command::Note => "note" ["c"] "Write a note" "note"
        Command::Severity => "severity" ["S"] "Severity: say how bad it is" "severity"
        Command::Kind => "kind" ["i"] "Kind: say what sort of incident it is" ""
        Command::Merge => "merge" ["m"] "Merge: close it as the duplicate of another" ""
        Command::Escalate => "escalate" ["E"] "Escalate: ask the next one to take it" ""
        Command::New => "new" ["+"] "A new incident" ""
        Command::Undo => "undo" ["u"] "Undo the last act, whole" "undo"
    }
    Queue "Look up" {
        Command::Runbook => "runbook" ["b"] "The runbook for this: its kind's, else the best for its title" "runbook"
    }
    Queue "Meet" {
        Command::Triage => "triage" ["T"] "Triage meeting: walk what nobody has triaged, one at a time" "triage"
    }
    Queue "Take along" {
        Command::Browse => "browse" ["o"] "Open in the browser" ""
        Command::CopyId => "copy-id" ["y"] "Copy the id" ""
        Command::CopyLink => "copy-link" ["Y"] "Copy the link" ""
        Command::CopyRepeat => "copy-repeat" ["C"] "Copy the command that runs just these eval cases again" ""
    }
    Queue "Panes" {
        Command::Pane(Pane::Queue) => "pane-queue" ["1"] "The queue" ""
        Command::Pane(Pane::Rotation) => "pane-rotation" ["2"] "The rotation: who is on call, why, until when" "rotation"
        Command::Pane(Pane::Calendar) => "pane-calendar" ["3"] "The calendar: what ships when, and what is frozen" "calendar"
        Command::Pane(Pane::Runbook) => "pane-runbook" ["4"] "The runbooks: all of them, or the page that is open" "runbooks"
        Command::Model => "model" ["5"] "The model: what is wrong with it, who can mend it, and who decides what" ""
        Command::NextPane => "next-pane" ["tab"] "The next pane" ""
        Command::PreviousPane => "previous-pane" ["shift-tab"] "The pane before" ""
        Command::Zoom => "zoom" ["z"] "Zoom: this pane alone, where all would fit" ""
    }
    Queue "Watch" {
        Command::Refresh => "refresh" ["r"] "Ask this incident's source now" ""
        Command::RefreshAll => "refresh-all" ["R"] "Ask all sources now" ""
        Command::Freeze => "freeze" ["F"] "Freeze the display, or let it move on" ""
        Command::Private => "private" ["P"] "Private mode: hide names, hosts and secrets, or show them" ""
        Command::Log => "log" ["L"] "Log: what was decided and what became of it" "log"
        Command::Health => "health" ["M"] "MCP health: every endpoint and its tools, what fails first" ""
        Command::Handoff => "handoff" ["H"] "Hand over: what the next one must know, and what still hangs" ""
        Command::Review => "review" ["V"] "Review: this cycle in figures, and what the team file could say better" ""
        Command::Palette => "palette" [":"] "Palette: find what to do by its words; a number goes there" ""
        Command::Tour => "tour" [] "Tour: the first keys to know, in less than a minute" ""
        Command::Help => "help" ["?", "f1"] "Help: these keys, searchable" "help"
        Command::Redraw => "redraw" ["ctrl-l"] "Redraw the screen" ""
        Command::Suspend => "suspend" ["ctrl-z"] "Suspend: back to the command line; `fg` returns" ""
        Command::Quit => "quit" ["q", "ctrl-c"] "Quit; what was decided is kept" "quit"
    }
    Pane "In the rotation and the calendar" {
        Command::Answer(Answer::Down) => "pane-down" ["j", "down", "ctrl-e"] "Next entry; after the last, scroll" ""
        Command::Answer(Answer::Up) => "pane-up" ["k", "up", "ctrl-y"] "Entry before" ""
        Command::Answer(Answer::Top) => "pane-top" ["g", "home"] "First entry" ""
        Command::Answer(Answer::Bottom) => "pane-bottom" ["G", "end"] "Last entry" ""
        Command::Answer(Answer::PageDown) => "pane-page-down" ["ctrl-d", "pgdn"] "A page down" ""
        Command::Answer(Answer::PageUp) => "pane-page-up" ["ctrl-u", "pgup"] "A page up" ""
        Command::Answer(Answer::Take) => "shift-take" ["t"] "Take this shift: I have it" "take"
        Command::Answer(Answer::Give) => "shift-give" ["y"] "Give this shift of mine away, or ask who would have it" "give"
        Command::Answer(Answer::Swap) => "shift-swap" ["s"] "Swap this shift with one of somebody else" "swap"
        Command::Answer(Answer::Hold) => "shift-override" ["o"] "Override: who has this shift, whoever's turn it is" "override"
        Command::Answer(Answer::Choose) => "pane-open" ["enter", "l", "right"] "In the calendar: more of this entry, its next dates" ""
        Command::Answer(Answer::Back) => "pane-back" ["esc", "h", "left"] "Back to the queue" "queue"
    }
    Page "In the runbooks" {
        Command::Answer(Answer::Down) => "runbook-down" ["j", "down", "ctrl-e"] "Next line" ""
        Command::Answer(Answer::Up) => "runbook-up" ["k", "up", "ctrl-y"] "Line before" ""
        Command::Answer(Answer::Top) => "runbook-top" ["g", "home"] "First line" ""
        Command::Answer(Answer::Bottom) => "runbook-bottom" ["G", "end"] "Last line" ""
        Command::Answer(Answer::PageDown) => "runbook-page-down" ["ctrl-d", "pgdn"] "A page down" ""
        Command::Answer(Answer::PageUp) => "runbook-page-up" ["ctrl-u", "pgup"] "A page up" ""
        Command::Answer(Answer::Read(Reads::Left)) => "runbook-left" ["h", "left"] "Long lines: back to their beginning; in the list, back to the queue" ""
        Command::Answer(Answer::Read(Reads::Right)) => "runbook-right" ["l", "right"] "Long lines: on to their end; in the list, open the page" ""
        Command::Answer(Answer::Next) => "runbook-next" ["n"] "Next place that has the words" ""
        Command::Answer(Answer::Previous) => "runbook-previous" ["N"] "Place before that has the words" ""
        Command::Answer(Answer::Tab) => "runbook-heading" ["]"] "Next heading" ""
        Command::Answer(Answer::Dismiss) => "runbook-heading-back" ["["] "Heading before" ""
        Command::Answer(Answer::Choose) => "runbook-open" ["enter"] "Open the page; in a page, follow the link" "open"
        Command::Answer(Answer::Read(Reads::Check)) => "runbook-check" ["space"] "Tick this step off, or take the tick back" "tick"
        Command::Answer(Answer::Read(Reads::Copy)) => "runbook-copy" ["y"] "Copy this code without prompts; asks for its placeholders" "copy"
        Command::Answer(Answer::Read(Reads::Note)) => "runbook-note" ["c"] "Note a line about this use" "note"
        Command::Answer(Answer::Read(Reads::Finish)) => "runbook-finish" ["w"] "Say how it went: worked, did not, not this one" "worked?"
        Command::Answer(Answer::Filter) => "runbook-find" ["/"] "Find words in the page; in the list, a page by its symptom" "find"
        Command::Answer(Answer::Read(Reads::Outline)) => "runbook-outline" ["t"] "Table of contents: go to a heading" "contents"
        Command::Answer(Answer::Read(Reads::Edit)) => "runbook-edit" ["e"] "Change the page in your own editor" ""
        Command::Answer(Answer::Back) => "runbook-back" ["esc"] "Back: where the link was, then the list, then the queue" "back"
    }
    Meeting "In the triage meeting (the keys that decide are those of the queue)" {
        Command::Answer(Answer::Choose) => "meeting-evidence" ["enter"] "The evidence: its text, history and cases; at the start, begin" "evidence"
        Command::Answer(Answer::Meet(Meets::Later)) => "meeting-later" ["space"] "Leave it for later, and go on; at the start, who is here" "later"
        Command::Answer(Answer::Take) => "meeting-take" ["t"] "Take what is proposed" "take"
        Command::Answer(Answer::Meet(Meets::Backlog)) => "meeting-backlog" ["B"] "Backlog: the severity that the team calls one" "backlog"
        Command::Answer(Answer::Down) => "meeting-next" ["n", "j", "down", "l", "right", "ctrl-e"] "Look at the next; in the evidence, scroll" "next"
        Command::Answer(Answer::Up) => "meeting-previous" ["N", "k", "up", "h", "left", "ctrl-y"] "Look at the one before" ""
        Command::Answer(Answer::Top) => "meeting-first" ["g", "home"] "The first" ""
        Command::Answer(Answer::Bottom) => "meeting-last" ["G", "end"] "The last" ""
        Command::Answer(Answer::PageDown) => "meeting-page-down" ["ctrl-d", "pgdn"] "A page down" ""
        Command::Answer(Answer::PageUp) => "meeting-page-up" ["ctrl-u", "pgup"] "A page up" ""
        Command::Answer(Answer::Meet(Meets::ComeBack)) => "meeting-come-back" ["v"] "Come back to what was left; at the start, to a meeting that was not ended" ""
        Command::Answer(Answer::Meet(Meets::Present)) => "meeting-present" ["@"] "Say who is here" ""
        Command::Answer(Answer::Meet(Meets::Minutes)) => "meeting-minutes" ["M"] "The minutes so far" "minutes"
        Command::Answer(Answer::Meet(Meets::Write)) => "meeting-write" ["W"] "Write the minutes into the team's log folder" ""
        Command::Answer(Answer::Back) => "meeting-out" ["esc"] "Back; from an item to the queue, while the meeting goes on" ""
        Command::Answer(Answer::Meet(Meets::End)) => "meeting-end" ["q"] "End the meeting; asks once if something was not reached" "end"
    }
    Handoff "In the handoff" {
        Command::Answer(Answer::Down) => "handoff-down" ["j", "down", "ctrl-e"] "Next line; of what hangs, leave this and go on" ""
        Command::Answer(Answer::Up) => "handoff-up" ["k", "up", "ctrl-y"] "Line before; of what hangs, the one before" ""
        Command::Answer(Answer::Top) => "handoff-top" ["g", "home"] "First line" ""
        Command::Answer(Answer::Bottom) => "handoff-bottom" ["G", "end"] "Last line" ""
        Command::Answer(Answer::PageDown) => "handoff-page-down" ["ctrl-d", "pgdn"] "A page down" ""
        Command::Answer(Answer::PageUp) => "handoff-page-up" ["ctrl-u", "pgup"] "A page up" ""
        Command::Answer(Answer::Refresh) => "handoff-again" ["ctrl-r"] "Compute it anew" ""
        Command::Answer(Answer::Choose) => "handoff-walk" ["enter", "l", "right"] "Walk through what hangs, one by one; there, leave this and go on" "walk/skip"
        Command::Answer(Answer::Hand(Hands::To)) => "handoff-hand" ["h"] "Hand it to somebody, the incoming person first" "hand to"
        Command::Answer(Answer::Hand(Hands::Return)) => "handoff-return" ["r"] "Return it to the queue" "return"
        Command::Answer(Answer::Hand(Hands::Snooze)) => "handoff-snooze" ["s"] "Snooze it: not before a time" "snooze"
        Command::Answer(Answer::Hand(Hands::NextStep)) => "handoff-next" ["n"] "Type the next step" "next step"
        Command::Answer(Answer::Hand(Hands::Fields)) => "handoff-fields" ["e"] "Type what else there is to say of it, or of the shift" "say"
        Command::Answer(Answer::Hand(Hands::Accept)) => "handoff-accept" ["A"] "Accept it, as the incoming person" "accept"
        Command::Answer(Answer::Hand(Hands::Write)) => "handoff-write" ["W"] "Write it into the team's log folder" "write"
        Command::Answer(Answer::Hand(Hands::Post)) => "handoff-post" ["p"] "Post it as one issue for the incoming person, or bring that issue up to date" "post"
        Command::Answer(Answer::Hand(Hands::Copy)) => "handoff-copy" ["y"] "Copy it as Markdown" "copy"
        Command::Answer(Answer::Help) => "handoff-help" ["?", "f1"] "Help: these keys, searchable" "help"
        Command::Answer(Answer::Back) => "handoff-back" ["esc", "q", "H", "left"] "Back: to the page, then to the queue" "back"
    }
    List "In a list (type to narrow it)" {
        Command::Answer(Answer::Down) => "list-down" ["down", "ctrl-n", "tab"] "Next line" ""
        Command::Answer(Answer::Up) => "list-up" ["up", "ctrl-p", "shift-tab"] "Line before" ""
        Command::Answer(Answer::PageDown) => "list-page-down" ["pgdn"] "A page down" ""
        Command::Answer(Answer::PageUp) => "list-page-up" ["pgup"] "A page up" ""
        Command::Answer(Answer::Help) => "list-help" ["f1"] "Help: these keys, searchable" ""
        Command::Answer(Answer::Choose) => "list-choose" ["enter"] "Choose this" "choose"
        Command::Answer(Answer::Back) => "list-back" ["esc"] "Back, changing nothing" "back"
    }
    Note "In a note" {
        Command::Answer(Answer::Send) => "note-done" ["ctrl-d", "alt-enter"] "Send it" "send"
        Command::Answer(Answer::Editor) => "note-editor" ["ctrl-o"] "Go on in your own editor" "editor"
        Command::Answer(Answer::Help) => "note-help" ["f1"] "Help: these keys, searchable" ""
        Command::Answer(Answer::Back) => "note-back" ["esc"] "Back; what was written is kept for the next note" "back"
    }
    Question "In a question" {
        Command::Answer(Answer::Down) => "question-down" ["j", "down", "ctrl-e"] "Of a change of the team file: scroll down" ""
        Command::Answer(Answer::Up) => "question-up" ["k", "up", "ctrl-y"] "Scroll up" ""
        Command::Answer(Answer::Top) => "question-top" ["g", "home"] "Its first line" ""
        Command::Answer(Answer::Bottom) => "question-bottom" ["G", "end"] "Its last line" ""
        Command::Answer(Answer::PageDown) => "question-page-down" ["ctrl-d", "pgdn"] "A page down" ""
        Command::Answer(Answer::PageUp) => "question-page-up" ["ctrl-u", "pgup"] "A page up" ""
        Command::Answer(Answer::Help) => "question-help" ["?", "f1"] "Help: these keys, searchable" ""
        Command::Answer(Answer::Yes) => "yes" ["y", "enter"] "Yes" "yes"
        Command::Answer(Answer::No) => "no" ["n", "esc", "q"] "No, changing nothing" "no"
    }
    Trust "Where a team file is to be trusted" {
        Command::Answer(Answer::Help) => "trust-help" ["?", "f1"] "Help: these keys, searchable" ""
        Command::Answer(Answer::Yes) => "trust-yes" ["y"] "Allow what it wants" "allow"
        Command::Answer(Answer::No) => "trust-no" ["n", "esc", "q"] "Not now; all that is harmless works without" "not now"
    }
    Tour "In the tour" {
        Command::Answer(Answer::Up) => "tour-previous" ["left"] "The card before" ""
        Command::Answer(Answer::Down) => "tour-next" ["enter", "space"] "The next card" "next"
        Command::Answer(Answer::Back) => "tour-end" ["esc", "q"] "End the tour" "end"
    }
    Log "In the log" {
        Command::Answer(Answer::Down) => "log-down" ["j", "down", "ctrl-e"] "Older" ""
        Command::Answer(Answer::Up) => "log-up" ["k", "up", "ctrl-y"] "Newer" ""
        Command::Answer(Answer::PageDown) => "log-page-down" ["ctrl-d", "pgdn"] "A page older" ""
        Command::Answer(Answer::PageUp) => "log-page-up" ["ctrl-u", "pgup"] "A page newer" ""
        Command::Answer(Answer::Top) => "log-top" ["g", "home"] "The newest" ""
        Command::Answer(Answer::Bottom) => "log-bottom" ["G", "end"] "The oldest" ""
        Command::Answer(Answer::Choose) => "log-confirm" ["enter"] "Close still, where it asks again; else show the incident" "confirm/show"
        Command::Answer(Answer::Dismiss) => "log-dismiss" ["d"] "Put a refusal away, or drop a close that asks again" "dismiss"
        Command::Answer(Answer::Help) => "log-help" ["?", "f1"] "Help: these keys, searchable" "help"
        Command::Answer(Answer::Back) => "log-back" ["esc", "q", "L", "h", "left"] "Back" "back"
    }
    Review "In the cycle review" {
        Command::Answer(Answer::Down) => "review-down" ["j", "down", "ctrl-e"] "Next line" ""
        Command::Answer(Answer::Up) => "review-up" ["k", "up", "ctrl-y"] "Line before" ""
        Command::Answer(Answer::Top) => "review-top" ["g", "home"] "First line" ""
        Command::Answer(Answer::Bottom) => "review-bottom" ["G", "end"] "Last line" ""
        Command::Answer(Answer::PageDown) => "review-page-down" ["ctrl-d", "pgdn", "space"] "A page down" ""
        Command::Answer(Answer::PageUp) => "review-page-up" ["ctrl-u", "pgup"] "A page up" ""
        Command::Answer(Answer::Next) => "review-next" ["]"] "Next heading" ""
        Command::Answer(Answer::Previous) => "review-previous" ["["] "Heading before" ""
        Command::Answer(Answer::Refresh) => "review-again" ["r"] "Look back anew" "again"
        Command::Answer(Answer::Help) => "review-help" ["?", "f1"] "Help: these keys, searchable" "help"
        Command::Answer(Answer::Back) => "review-back" ["esc", "q", "V", "h", "left"] "Back to the queue" "back"
    }
    Model "In the model" {
        Command::Answer(Answer::Down) => "model-down" ["j", "down", "ctrl-e"] "Next finding; in full and in the map, scroll" ""
        Command::Answer(Answer::Up) => "model-up" ["k", "up", "ctrl-y"] "Finding before; in full and in the map, scroll" ""
        Command::Answer(Answer::Top) => "model-top" ["g", "home"] "First line" ""
        Command::Answer(Answer::Bottom) => "model-bottom" ["G", "end"] "Last line" ""
        Command::Answer(Answer::PageDown) => "model-page-down" ["ctrl-d", "pgdn"] "A page down" ""
        Command::Answer(Answer::PageUp) => "model-page-up" ["ctrl-u", "pgup"] "A page up" ""
        Command::Answer(Answer::Choose) => "model-open" ["enter", "l", "right"] "In full: evidence, fix, place, and why there is such a rule" "open"
        Command::Answer(Answer::Take) => "model-fix" ["f"] "The fix as a change of the team file; it is written after a yes" "fix"
        Command::Answer(Answer::Editor) => "model-edit" ["e"] "The place in your own editor" "edit"
        Command::Answer(Answer::Copy) => "model-copy" ["y"] "Copy the fix, or the command in it" "copy"
        Command::Answer(Answer::Tab) => "model-map" ["tab", "shift-tab", "m", "]", "["] "The map of who decides what, or the findings" "map"
        Command::Answer(Answer::Refresh) => "model-again" ["r"] "Look again" ""
        Command::Answer(Answer::Help) => "model-help" ["?", "f1"] "Help: these keys, searchable" "help"
        Command::Answer(Answer::Back) => "model-back" ["esc", "q", "5", "h", "left"] "Back to the findings, then to the queue" "back"
    }
    Health "In the health view" {
        Command::Answer(Answer::Down) => "health-down" ["j", "down", "ctrl-e"] "Next line; in full, scroll" ""
        Command::Answer(Answer::Up) => "health-up" ["k", "up", "ctrl-y"] "Line before; in full, scroll" ""
        Command::Answer(Answer::Top) => "health-top" ["g", "home"] "First line" ""
        Command::Answer(Answer::Bottom) => "health-bottom" ["G", "end"] "Last line" ""
        Command::Answer(Answer::PageDown) => "health-page-down" ["ctrl-d", "pgdn"] "A page down" ""
        Command::Answer(Answer::PageUp) => "health-page-up" ["ctrl-u", "pgup"] "A page up" ""
        Command::Answer(Answer::Filter) => "health-filter" ["/"] "Filter the endpoints (id, state, trouble, tools), or one's tools" "filter"
        Command::Answer(Answer::Next) => "health-next" ["n"] "Next line of the filter, around the end" ""
        Command::Answer(Answer::Previous) => "health-previous" ["N"] "Line before in the filter, around the start" ""
        Command::Answer(Answer::Tab) => "health-tab" ["]", "[", "tab", "shift-tab"] "The tools of this endpoint, or its state" "tools/state"
        Command::Answer(Answer::Refresh) => "health-ask" ["r"] "Ask this endpoint now" "ask"
        Command::Answer(Answer::RefreshAll) => "health-ask-all" ["R"] "Ask all sources now" ""
        Command::Answer(Answer::Help) => "health-help" ["?", "f1"] "Help: these keys, searchable" "help"
        Command::Answer(Answer::Choose) => "health-open" ["enter", "l", "right"] "In full; from an endpoint in full to its incident in the queue" "open/show"
        Command::Answer(Answer::Back) => "health-back" ["esc", "q", "M", "h", "left"] "Drop the filter; then back to the list, then to the queue" "back"
    }
}

/// The row of a command.
pub fn binding(command: Command) -> Option<&'static Binding> {
    BINDINGS.iter().find(|binding| binding.command == command)
}
