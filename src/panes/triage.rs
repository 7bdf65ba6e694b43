//! One incident as one line of the queue.
//!
//! The state is a mark and a word, never a colour alone. Where room is short,
//! columns go in the order of what can best be spared; severity, state and id
//! are never cut.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{age, fit};
use crate::domain::incident::Incident;
use crate::domain::queue::{Row, Section, State};
use crate::domain::text::Clean;
use crate::domain::triage::Model;
use crate::theme::Theme;

/// The widths of the columns; 0 where one is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns {
    width: usize,
    severity: usize,
    state: usize,
    id: usize,
    title: usize,
    who: usize,
    age: usize,
    clock: usize,
}

const MARKS: usize = 3;
const WHO: usize = 9;
const AGE: usize = 4;
const CLOCK: usize = 12;
const STATE: usize = 9;
const OVERDUE: &str = "overdue";
/// The column of ids is no wider than this part of a line, unless that is less than this.
const SHARE: usize = 6;
const LEAST_ID: usize = 10;
/// Below this, a column goes rather than that the title shrinks on.
const TITLE: usize = 24;

impl Columns {
    /// What fits into this width, for ids that take so many columns.
    pub fn fit(width: u16, ids: &BTreeSet<usize>, model: &Model) -> Self {
        let width = usize::from(width);
        let severities = model.team.severities.iter();
        let severity = severities.map(|severity| fit::columns(&severity.id)).max().unwrap_or(0).max(1);
        let mut columns = Self { width, severity, state: STATE, id: 0, title: 0, who: 0, age: 0, clock: 0 };
        let around = MARKS + severity + 1 + 1 + 1;
        // Of the state the mark stays, and the heading has the word.
        let widest = ids.last().copied().unwrap_or(0);
        if around + STATE + widest > width {
            columns.state = 1;
        }
        // A long id takes its room from its own title, and from no other.
        let most = (width / SHARE).max(LEAST_ID).min(width.saturating_sub(around + columns.state));
        columns.id = ids.range(..=most).next_back().copied().unwrap_or(widest.min(most));
        let needed = around + columns.state + columns.id;
        let mut left = width.saturating_sub(needed);
        let mut give = |column: &mut usize, wanted: usize, spare: usize| {
            if left >= wanted + spare {
                *column += wanted;
                left -= wanted;
            }
        };
        give(&mut columns.clock, CLOCK + 1, 8);
        give(&mut columns.age, AGE + 1, TITLE);
        give(&mut columns.who, WHO + 1, TITLE);
        columns.title = left;
        columns
    }

    /// The same with room for an id of this width on its own line: after the title go who has it, the age, and as much
    /// of the clock as is needed.
    fn with_room_for(mut self, id: usize) -> Self {
        // Half of a name or of an age says nothing.
        for spare in [&mut self.who, &mut self.age] {
            if id > self.id + self.title {
                self.title += std::mem::take(spare);
            }
        }
        let taken = id.saturating_sub(self.id + self.title).min(self.clock);
        self.title += taken;
        self.clock -= taken;
        self
    }
}

/// What a line says beside the incident.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Marked<'a> {
    /// The cursor is here.
    pub selected: Selected,
    /// ` `, `*` for a mark, `+` for the range.
    pub mark: char,
    /// Decisions that the tracker has not answered, newest last.
    pub pending: &'a [&'static str],
}

/// Whether the cursor is on the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selected {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// The times by which ages are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// For what is younger than a minute.
    pub now: DateTime<Utc>,
    /// For the rest: it steps by the minute.
    pub minute: DateTime<Utc>,
}

/// The mark of a state.
pub fn state_mark(state: State) -> char {
    match state {
        State::Open => '!',
        State::Acked => '+',
        State::Snoozed => '~',
        State::Closed => '-',
    }
}

/// The style of a state.
pub fn state_style(state: State, theme: &Theme) -> Style {
    match state {
        State::Open => theme.text,
        State::Acked => theme.acked,
        State::Snoozed => theme.snoozed,
        State::Closed => theme.closed,
    }
}

/// A severity's name and style; `?` for what is untriaged.
pub fn severity<'a>(place: Option<usize>, model: &'a Model, theme: &Theme) -> (&'a str, Style) {
    match place {
        Some(place) => (model.severity_id(Some(place)).unwrap_or("?"), theme.severity(place)),
        None => ("?", theme.warning),
    }
}

/// The clock that matters in this state: due, waking, or who has it.
pub fn clock(row: &Row, minute: DateTime<Utc>) -> String {
    let standing = &row.standing;
    match standing.state {
        State::Open => standing.due_at.map(|due| due_words(due, minute)).unwrap_or_default(),
        State::Acked => match &standing.acked {
            Some((Some(by), _)) => format!("by {by}"),
            Some((None, _)) | None => String::new(),
        },
        State::Snoozed => {
            standing.snoozed_until.map(|until| format!("wakes {}", age::left(until, minute))).unwrap_or_default()
        }
        State::Closed => String::new(),
    }
}

/// The same in so much room: of a time, all or nothing but that it is past.
fn clock_words(row: &Row, minute: DateTime<Utc>, room: usize) -> String {
    let words = clock(row, minute);
    match row.standing.state {
        _ if fit::columns(&words) <= room => words,
        State::Acked => fit::cut(&words, room),
        State::Open if row.standing.overdue() && room >= OVERDUE.len() => OVERDUE.to_owned(),
        State::Open | State::Snoozed | State::Closed => String::new(),
    }
}

/// `due 12m`, or `overdue 5m`: by the minutes of the clock on the wall.
pub fn due_words(due: DateTime<Utc>, minute: DateTime<Utc>) -> String {
    if due <= minute {
        return match age::calm(minute - due).as_str() {
            "<1m" => OVERDUE.to_owned(),
            since => format!("{OVERDUE} {since}"),
        };
    }
    format!("due {}", age::left(due, minute))
}

/// How old an incident is: in seconds in its first minute, then by the minute.
pub fn row_age(opened: DateTime<Utc>, clocks: Clocks) -> String {
    let exact = clocks.now - opened;
    if exact < TimeDelta::minutes(1) {
        return age::short(exact);
    }
    age::short((clocks.minute - opened).max(TimeDelta::minutes(1)))
}

/// What is drawn of one incident.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    /// Place, class and clocks.
    pub row: &'a Row,
    /// The incident.
    pub incident: &'a Incident,
    /// Its id as it is shown.
    pub id: &'a str,
    /// What went out shortly before it was opened.
    pub after: Option<&'a Clean>,
    /// Cursor, mark, pending.
    pub marked: Marked<'a>,
}

/// One line of exactly the width of the columns.
pub fn line(cells: &Cells<'_>, columns: &Columns, model: &Model, clocks: Clocks, theme: &Theme) -> Line<'static> {
    let (row, incident) = (cells.row, cells.incident);
    let state = row.standing.state;
    let (severity_word, severity_style) = severity(row.class.severity, model, theme);
    let quiet = matches!(row.section, Section::Snoozed | Section::Closed);
    let text = if quiet { theme.dim } else { theme.text };
    let mark = state_mark(state).to_string();
    let word = if columns.state > 1 { format!("{mark} {}", state.word()) } else { mark };
    let columns = columns.with_room_for(fit::columns(cells.id));
    // What is longer than even that begins later: its end is the number.
    let id = fit::tail(cells.id, columns.id + columns.title);
    let id = format!("{id:<width$}", width = columns.id);
    let room = (columns.id + columns.title).saturating_sub(fit::columns(&id));
    let mut spans = vec![
        Span::styled(marks(&cells.marked), mark_style(cells.marked.mark, theme)),
        Span::styled(fit::pad(severity_word, columns.severity), severity_style),
        Span::raw(" "),
        Span::styled(fit::pad(&word, columns.state), state_style(state, theme)),
        Span::raw(" "),
        Span::styled(id, theme.dim),
        Span::raw(" "),
    ];
    spans.extend(title(cells, room, text, theme));
    if columns.who > 0 {
        spans.push(Span::styled(format!(" {}", fit::pad(&who(incident, model), columns.who - 1)), theme.dim));
    }
    if columns.age > 0 {
        let age = row_age(row.opened_at, clocks);
        spans.push(Span::styled(format!(" {age:>width$}", width = columns.age - 1), theme.dim));
    }
    if columns.clock > 0 {
        let style = if row.standing.overdue() { theme.overdue } else { theme.dim };
        let words = clock_words(row, clocks.minute, columns.clock - 1);
        let blanks = (columns.clock - 1).saturating_sub(fit::columns(&words)) + 1;
        spans.push(Span::raw(" ".repeat(blanks)));
        spans.push(Span::styled(words, style));
    }
    finish(spans, &cells.marked, theme)
}

fn marks(marked: &Marked<'_>) -> String {
    let cursor = match marked.selected {
        Selected::Yes => '>',
        Selected::No => ' ',
    };
    format!("{cursor}{} ", marked.mark)
}

fn mark_style(mark: char, theme: &Theme) -> Style {
    if mark == ' ' { theme.text } else { theme.marked }
}

/// The title, with what is pending before it, which must not be cut off, and the release that it came after.
fn title(cells: &Cells<'_>, width: usize, style: Style, theme: &Theme) -> Vec<Span<'static>> {
    let pending = match cells.marked.pending {
        [] => String::new(),
        verbs => format!("…{} ", verbs.join(" …")),
    };
    let pending = fit::cut(&pending, width);
    let left = width - fit::columns(&pending);
    // Half of the room at the most: what happened matters more than what came before it.
    let room = (left / 2).saturating_sub("after : ".len());
    let after = cells.after.filter(|_| room > 3).map(|what| format!("after {}: ", fit::cut(what.as_str(), room)));
    let after = after.unwrap_or_default();
    let left = left - fit::columns(&after);
    vec![
        Span::styled(pending, theme.pending),
        Span::styled(after, theme.warning),
        Span::styled(fit::pad(cells.incident.title.as_str(), left), style),
    ]
}

/// Who has it: the first, and how many more.
fn who(incident: &Incident, model: &Model) -> String {
    match incident.assignees.as_slice() {
        [] => "-".to_owned(),
        [only] => model.person(only).to_string(),
        [first, rest @ ..] => format!("{}+{}", fit::cut(model.person(first).as_str(), WHO - 2), rest.len()),
    }
}

/// The line where an incident was, and what became of it.
pub fn ghost(id: &str, title: &Clean, why: &Clean, marked: &Marked<'_>, theme: &Theme) -> Line<'static> {
    let spans = vec![
        Span::raw(marks(marked)),
        Span::styled(format!("({why}) "), theme.warning),
        Span::styled(format!("{id} {title}"), theme.ghost),
    ];
    finish(spans, marked, theme)
}

fn finish(spans: Vec<Span<'static>>, marked: &Marked<'_>, theme: &Theme) -> Line<'static> {
    match marked.selected {
        Selected::Yes => Line::from(spans).patch_style(theme.selected),
        Selected::No => Line::from(spans),
    }
}
