//! Every key, in one table: help, footer, palette, configuration and docs
//! are read from it.
//!
//! A personal file replaces the keys of a binding by its name, in dialogs too.
//! Two bindings of one place never share a key: that is reported, not guessed.

use std::collections::BTreeMap;

use super::key::{Held, Key, UnknownKey};

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
    In,
    Out,
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
    Reopen,
    Snooze,
    Wake,
    Note,
    Severity,
    Kind,
    Merge,
    New,
    Undo,
    Browse,
    CopyId,
    CopyLink,
    Refresh,
    RefreshAll,
    Freeze,
    Log,
    Palette,
    Help,
    Redraw,
    Suspend,
    Quit,
    ListDown,
    ListUp,
    ListPageDown,
    ListPageUp,
    ListChoose,
    ListBack,
    NoteDone,
    NoteEditor,
    NoteBack,
    Yes,
    No,
    LogDown,
    LogUp,
    LogPageDown,
    LogPageUp,
    LogConfirm,
    LogDismiss,
    LogBack,
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
    /// The log.
    Log,
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
    ($($place:ident $group:literal { $($command:ident $name:literal [$($key:literal),*] $help:literal $hint:literal)* })*) => {
        /// Every binding, in the order of help.
        pub const BINDINGS: &[Binding] = &[$($(Binding {
            command: Command::$command, name: $name, keys: &[$($key),*], help: $help, hint: $hint, group: $group,
            place: Place::$place,
        },)*)*];
    };
}

bindings! {
    Queue "Move" {
        Down "down" ["j", "down"] "Next row; in the detail, scroll" ""
        Up "up" ["k", "up"] "Row before; in the detail, scroll" ""
        Top "top" ["g", "home"] "First row" ""
        Bottom "bottom" ["G", "end"] "Last row" ""
        HalfDown "half-down" ["ctrl-d", "pgdn"] "Half a page down" ""
        HalfUp "half-up" ["ctrl-u", "pgup"] "Half a page up" ""
        DetailDown "detail-down" ["J", "ctrl-e"] "Scroll the detail down" ""
        DetailUp "detail-up" ["K", "ctrl-y"] "Scroll the detail up" ""
        In "in" ["enter"] "Into the detail, and load its history" ""
        Out "out" ["esc"] "Out; then drop range, marks and filter, one by one" ""
    }
    Queue "Find" {
        Filter "filter" ["/"] "Filter as you type: words, state:, sev:, who:, label:, is:overdue" "filter"
        NextMatch "next-match" ["n"] "Next row of the filter, around the end" ""
        PreviousMatch "previous-match" ["N"] "Row before in the filter, around the start" ""
        Closed "closed" ["e"] "Show closed incidents, or hide them" ""
    }
    Queue "Mark" {
        Mark "mark" ["space"] "Mark this row, or take the mark off, and go on" "mark"
        Range "range" ["v"] "Mark a range: from here to where the cursor goes" ""
        MarkAll "mark-all" ["*"] "Mark every row of the filter, or none" ""
    }
    Queue "Decide" {
        Ack "ack" ["a"] "I have it" "ack"
        Unack "unack" ["U"] "I have it no longer" ""
        Assign "assign" ["A"] "Give it to a person" "assign"
        Close "close" ["x"] "Close it, with a reason" "close"
        Reopen "reopen" ["X"] "Open it again" ""
        Snooze "snooze" ["s"] "Not before a time" "snooze"
        Wake "wake" ["w"] "End a snooze now" ""
        Note "note" ["c"] "Write a note" "note"
        Severity "severity" ["S"] "Say how bad it is" "severity"
        Kind "kind" ["i"] "Say what sort of incident it is" ""
        Merge "merge" ["m"] "Close it as the duplicate of another" ""
        New "new" ["+"] "A new incident" ""
        Undo "undo" ["u"] "Take back the last act, whole" "undo"
    }
    Queue "Take along" {
        Browse "browse" ["o"] "Open in the browser" ""
        CopyId "copy-id" ["y"] "Copy the id" ""
        CopyLink "copy-link" ["Y"] "Copy the link" ""
    }
    Queue "Watch" {
        Refresh "refresh" ["r"] "Ask this incident's source now" ""
        RefreshAll "refresh-all" ["R"] "Ask all sources now" ""
        Freeze "freeze" ["F"] "Let the display stand still, or move on" ""
        Log "log" ["L"] "What was decided and what became of it" "log"
        Palette "palette" [":"] "Find a command by its words" ""
        Help "help" ["?", "f1"] "These keys" "help"
        Redraw "redraw" ["ctrl-l"] "Draw the screen anew" ""
        Suspend "suspend" ["ctrl-z"] "Back to the command line; `fg` returns" ""
        Quit "quit" ["q", "ctrl-c"] "Leave; what was decided is kept" "quit"
    }
    List "In a list (type to narrow it)" {
        ListDown "list-down" ["down", "ctrl-n"] "Next line" ""
        ListUp "list-up" ["up", "ctrl-p"] "Line before" ""
        ListPageDown "list-page-down" ["pgdn"] "A page down" ""
        ListPageUp "list-page-up" ["pgup"] "A page up" ""
        ListChoose "list-choose" ["enter"] "Choose this" "choose"
        ListBack "list-back" ["esc"] "Back, changing nothing" "back"
    }
    Note "In a note" {
        NoteDone "note-done" ["ctrl-d", "alt-enter"] "Send it" "send"
        NoteEditor "note-editor" ["ctrl-o"] "Go on in your own editor" "editor"
        NoteBack "note-back" ["esc"] "Back; what was written is kept for the next note" "back"
    }
    Question "In a question" {
        Yes "yes" ["y", "enter"] "Yes" "yes"
        No "no" ["n", "esc", "q"] "No, changing nothing" "no"
    }
    Log "In the log" {
        LogDown "log-down" ["j", "down"] "Older" ""
        LogUp "log-up" ["k", "up"] "Newer" ""
        LogPageDown "log-page-down" ["ctrl-d", "pgdn"] "A page older" ""
        LogPageUp "log-page-up" ["ctrl-u", "pgup"] "A page newer" ""
        LogConfirm "log-confirm" ["enter"] "Close still, where it asks again; else show the incident" "confirm/show"
        LogDismiss "log-dismiss" ["d"] "Put a refusal away, or drop a close that asks again" "dismiss"
        LogBack "log-back" ["esc", "q", "L"] "Back" "back"
    }
}

/// Why the keys of the personal file cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// No binding has this name.
    #[error("[keys] {name}: there is no such binding; write `{nearest}` or remove it")]
    UnknownBinding {
        /// As written.
        name: String,
        /// The binding with the most similar name.
        nearest: &'static str,
    },
    /// A word that names no key.
    #[error("[keys] {name}: {why}")]
    UnknownKey {
        /// Of which binding.
        name: &'static str,
        /// What is wrong with it.
        why: UnknownKey,
    },
    /// One key, two meanings.
    #[error("[keys] `{key}` is both `{one}` and `{other}`; give one of them another key")]
    Conflict {
        /// The key.
        key: String,
        /// The first binding that has it.
        one: &'static str,
        /// The second.
        other: &'static str,
    },
    /// A character where typing writes.
    #[error("[keys] {name}: `{key}` is typed there; use a key like `ctrl-t` or `f2`")]
    Typed {
        /// Of which binding.
        name: &'static str,
        /// The key.
        key: String,
    },
}

/// The keys that hold in this session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    keys: Vec<(&'static Binding, Vec<Key>)>,
}

impl Default for Keymap {
    fn default() -> Self {
        let own =
            |binding: &'static Binding| (binding, binding.keys.iter().filter_map(|key| key.parse().ok()).collect());
        Self { keys: BINDINGS.iter().map(own).collect() }
    }
}

impl Keymap {
    /// The table, with the keys of the personal file in place of its own; an
    /// empty list takes all keys away. `ctrl-c` leaves, whatever the file says.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, in the order of the names.
    pub fn with(personal: &BTreeMap<String, Vec<String>>) -> Result<Self, Vec<KeyProblem>> {
        let mut map = Self::default();
        let mut problems = Vec::new();
        for (name, keys) in personal {
            match map.keys.iter_mut().find(|(binding, _)| binding.name == name) {
                None => problems.push(KeyProblem::UnknownBinding { name: name.clone(), nearest: nearest(name) }),
                Some((binding, own)) => {
                    let (parsed, wrong): (Vec<_>, Vec<_>) = keys.iter().map(|key| key.parse()).partition(Result::is_ok);
                    *own = parsed.into_iter().filter_map(Result::ok).collect();
                    let wrong = wrong.into_iter().filter_map(Result::err);
                    problems.extend(wrong.map(|why| KeyProblem::UnknownKey { name: binding.name, why }));
                }
            }
        }
        problems.extend(map.conflicts());
        problems.extend(map.typed());
        if problems.is_empty() { Ok(map) } else { Err(problems) }
    }

    /// What this key does here.
    pub fn command(&self, place: Place, key: Key) -> Option<Command> {
        let bound = |(binding, keys): &&(&Binding, Vec<Key>)| binding.place == place && keys.contains(&key);
        self.keys.iter().find(bound).map(|(binding, _)| binding.command)
    }

    /// Every binding with its keys as they are now, in the order of help.
    pub fn rows(&self) -> impl Iterator<Item = (&'static Binding, String)> + '_ {
        self.keys.iter().map(|(binding, keys)| {
            let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
            (*binding, names.join(" "))
        })
    }

    /// The first key of a command; empty if it has none.
    pub fn key_of(&self, command: Command) -> String {
        let row = self.keys.iter().find(|(binding, _)| binding.command == command);
        row.and_then(|(_, keys)| keys.first()).map(ToString::to_string).unwrap_or_default()
    }

    fn conflicts(&self) -> Vec<KeyProblem> {
        let mut seen: BTreeMap<(Place, Key), &'static str> = BTreeMap::new();
        let mut problems = Vec::new();
        for (binding, keys) in &self.keys {
            for key in keys {
                match seen.insert((binding.place, *key), binding.name) {
                    Some(one) if one != binding.name => {
                        problems.push(KeyProblem::Conflict { key: key.to_string(), one, other: binding.name });
                    }
                    Some(_) | None => {}
                }
            }
        }
        problems
    }

    /// Characters cannot be bound where they are typed.
    fn typed(&self) -> Vec<KeyProblem> {
        let writes = |place| matches!(place, Place::List | Place::Note);
        let rows = self.keys.iter().filter(|(binding, _)| writes(binding.place));
        rows.flat_map(|(binding, keys)| {
            let typed = keys.iter().filter(|key| key.typed().is_some() && key.held == Held::Nothing);
            typed.map(|key| KeyProblem::Typed { name: binding.name, key: key.to_string() })
        })
        .collect()
    }
}

/// The row of a command.
pub fn binding(command: Command) -> Option<&'static Binding> {
    BINDINGS.iter().find(|binding| binding.command == command)
}

fn nearest(name: &str) -> &'static str {
    let best = BINDINGS.iter().min_by_key(|binding| strsim::damerau_levenshtein(name, binding.name));
    best.map_or("", |binding| binding.name)
}
