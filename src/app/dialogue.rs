//! The program as a dialogue: a line in, lines and effects out. For whoever
//! does not see a screen, or has none that can be drawn on.
//!
//! It is the same watch as on the screen, with the same decisions and the same
//! undo. Every line is new and stays as it was said; a number means what was
//! read out with it, wherever that stands by now; what happens meanwhile is
//! said after the next line, never into it.

mod acts;
mod asked;
mod events;
mod hearing;
mod looks;
mod pages;
mod reports;
mod requests;
pub mod verbs;

use std::collections::{BTreeSet, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

use self::events::{Events, Glimpse};
use self::verbs::{Does, Verb, nearest, verb};
use super::App;
use super::event::{Effect, Fact};
use super::wish::Wish;
use crate::domain::id::{IncidentId, OpId, SourceId};
use crate::domain::text::Clean;
use crate::panes::spoken::quoted;

/// So many lines are read out at once; `more` goes on.
const AT_ONCE: usize = 25;
/// The longest line that is understood, in bytes.
const LONGEST: usize = 4_096;
/// The longest note, in bytes; what is sent may be a little shorter.
const LONGEST_NOTE: usize = 100_000;

/// What the numbers mean that were read out last.
#[derive(Debug, Clone, PartialEq)]
enum Listed {
    Incidents(Vec<IncidentId>),
    Pages(Vec<String>),
    Endpoints(Vec<SourceId>),
    Findings(usize),
    Decisions(Vec<Option<OpId>>),
}

impl Listed {
    /// What a number is, where it is no incident.
    fn what(&self) -> &'static str {
        match self {
            Self::Incidents(_) => "an incident",
            Self::Pages(_) => "a runbook",
            Self::Endpoints(_) => "an MCP endpoint",
            Self::Findings(_) => "a finding about the model",
            Self::Decisions(_) => "a line of the log",
        }
    }
}

/// How the next line is understood.
#[derive(Debug, Clone, PartialEq)]
enum Mode {
    Command,
    /// Yes or no.
    Question(Question),
    /// A note on these; what was typed of it.
    Note(Vec<IncidentId>, String),
    /// The lines of a note that could not begin: none of them is a command.
    Lost,
}

/// Who gives the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Giver {
    /// Somebody who hears each answer before the next line.
    Person,
    /// A list that was written before.
    List,
}

/// What a yes does.
#[derive(Debug, Clone, PartialEq)]
enum Question {
    Decide(Vec<IncidentId>, Vec<Wish>),
    File(String),
    Trust,
    Undo(OpId),
}

/// What the last line is still waiting for.
#[derive(Debug, Clone, PartialEq)]
enum Awaited {
    Nothing,
    /// These decisions are to be on disk.
    Recorded(BTreeSet<OpId>),
    Detail(IncidentId),
    Said,
    Page,
    Pages,
    Written,
    Trusted,
    Checkup,
    Review,
    Handoff,
    /// What these sources say.
    Sources(BTreeSet<SourceId>),
}

/// Whether the dialogue goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    On,
    Over,
}

/// Whether what happens is said at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Live {
    On,
    Off,
}

/// What a triage walks, and how far it is.
#[derive(Debug, Clone, PartialEq)]
struct Walk {
    ids: Vec<(IncidentId, &'static str)>,
    at: usize,
}

/// A line that waits to be read out, and the number that it begins with.
type Waiting = (Option<usize>, String);

/// The running dialogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Dialogue {
    app: App,
    listed: Listed,
    /// The highest number that was read out of that.
    read_out: usize,
    rest: VecDeque<Waiting>,
    /// The incident that was shown last.
    subject: Option<IncidentId>,
    /// How many events of its history were told.
    told: usize,
    mode: Mode,
    awaited: Awaited,
    events: Events,
    glimpse: Glimpse,
    live: Live,
    giver: Giver,
    walk: Option<Walk>,
    /// The step of the open runbook that was read last.
    step: Option<usize>,
    trust: Vec<Clean>,
    /// What is to be said behind the decision that is awaited: to whom, until when.
    doing: String,
    out: Vec<String>,
    failed: usize,
    course: Course,
}

impl Dialogue {
    /// Begins to speak for this watch; with it, what is to be done first.
    pub fn begin(mut app: App, giver: Giver, now: DateTime<Utc>) -> (Self, Vec<Effect>) {
        let effects = app.update(now, Fact::Ticked);
        app.listen();
        let glimpse = Glimpse::of(app.desk());
        let mut dialogue = Self {
            app,
            listed: Listed::Incidents(Vec::new()),
            read_out: 0,
            rest: VecDeque::new(),
            subject: None,
            told: 0,
            mode: Mode::Command,
            awaited: Awaited::Nothing,
            events: Events::default(),
            glimpse,
            live: Live::Off,
            giver,
            walk: None,
            step: None,
            trust: Vec::new(),
            doing: String::new(),
            out: Vec::new(),
            failed: 0,
            course: Course::On,
        };
        dialogue.say_where();
        dialogue.say("Say list to hear them, help for all commands.");
        (dialogue, effects)
    }

    /// The watch behind it.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// What is said now, each on a line of its own; none of it has control characters.
    pub fn take_lines(&mut self) -> Vec<String> {
        std::mem::take(&mut self.out)
    }

    /// What stands before the line that is typed next.
    pub fn prompt(&self) -> &'static str {
        match self.mode {
            Mode::Command => "dogwatch> ",
            Mode::Question(_) => "yes or no> ",
            Mode::Note(..) | Mode::Lost => "note> ",
        }
    }

    /// Whether the answer to the last line is not complete yet.
    pub fn is_waiting(&self) -> bool {
        self.awaited != Awaited::Nothing
    }

    /// How long that may take.
    pub fn patience(&self) -> TimeDelta {
        match self.awaited {
            Awaited::Sources(_) | Awaited::Checkup | Awaited::Review | Awaited::Handoff => TimeDelta::seconds(30),
            Awaited::Nothing
            | Awaited::Recorded(_)
            | Awaited::Detail(_)
            | Awaited::Said
            | Awaited::Page
            | Awaited::Pages
            | Awaited::Written
            | Awaited::Trusted => TimeDelta::seconds(10),
        }
    }

    /// Whether it has come to its end.
    pub fn is_over(&self) -> bool {
        self.course == Course::Over
    }

    /// How many commands were not understood or came to nothing.
    pub fn failures(&self) -> usize {
        self.failed
    }

    /// When it wants to be told that time has passed.
    pub fn alarm(&self) -> Option<DateTime<Utc>> {
        self.app.alarm()
    }

    /// Whether something is still on its way to a tracker that may answer soon.
    pub fn is_sending(&self) -> bool {
        self.app.desk().journal().unsettled().any(|entry| !entry.state.is_complaint())
    }

    /// Takes a line that was typed; returns what is to be done about it.
    pub fn line(&mut self, now: DateTime<Utc>, line: &str) -> Vec<Effect> {
        let mut effects = self.app.update(now, Fact::Ticked);
        self.hear_meanwhile();
        match std::mem::replace(&mut self.mode, Mode::Command) {
            Mode::Note(ids, text) => effects.extend(self.note_line(ids, text, line)),
            Mode::Question(question) => effects.extend(self.answer_question(question, line)),
            Mode::Lost => self.lose(line),
            Mode::Command => effects.extend(self.command(line)),
        }
        self.hear_answer();
        if !self.is_waiting() {
            self.say_meanwhile();
        }
        effects
    }

    /// The line that was being typed is dropped, and what it would have belonged to.
    pub fn drop_line(&mut self) {
        match std::mem::replace(&mut self.mode, Mode::Command) {
            Mode::Command if self.is_waiting() => self.give_up(),
            Mode::Command => {}
            Mode::Question(_) => self.say("Dropped; nothing was changed."),
            Mode::Note(..) | Mode::Lost => self.say("Dropped; the note is not sent."),
        }
    }

    /// The answer did not come in time, or is not waited for.
    pub fn give_up(&mut self) {
        match std::mem::replace(&mut self.awaited, Awaited::Nothing) {
            Awaited::Nothing => return,
            Awaited::Recorded(_) | Awaited::Said | Awaited::Written => {
                self.complain("it is not on disk yet, so it may not be done; say log to see");
            }
            Awaited::Sources(left) => {
                let left: Vec<String> = left.iter().map(ToString::to_string).collect();
                self.complain(&format!("no answer yet from {}; what comes is said later", left.join(", ")));
            }
            Awaited::Detail(_)
            | Awaited::Page
            | Awaited::Pages
            | Awaited::Trusted
            | Awaited::Checkup
            | Awaited::Review
            | Awaited::Handoff => self.complain("no answer in time; say it again"),
        }
        self.say_meanwhile();
    }

    /// The last words, once it is over.
    pub fn end(&mut self) {
        self.say_all_meanwhile();
        match std::mem::replace(&mut self.mode, Mode::Command) {
            Mode::Command | Mode::Lost => {}
            Mode::Question(_) => self.complain("the last question was not answered, so nothing was changed"),
            Mode::Note(..) => self.complain("the note was not ended by a single full stop, so it is not sent"),
        }
        let unsent = self.unsent();
        self.say(&format!("{}. Bye.", unsent.unwrap_or_else(|| "Nothing is unsent".to_owned())));
    }

    fn command(&mut self, line: &str) -> Vec<Effect> {
        if line.len() > LONGEST {
            self.complain(&format!("that line is longer than {LONGEST} bytes; say it in fewer words"));
            return Vec::new();
        }
        let line = Clean::line(line);
        let words: Vec<String> = line.as_str().split_whitespace().map(str::to_owned).collect();
        let Some((first, rest)) = words.split_first() else { return Vec::new() };
        if let Some(verb) = verb(first) {
            return self.run(verb, rest);
        }
        // Looking at what was read out needs no verb.
        if rest.is_empty() && (first.parse::<usize>().is_ok() || first.contains('#')) {
            return self.show(&words);
        }
        if let Some(name) = verbs::ELSEWHERE.iter().find(|name| name.eq_ignore_ascii_case(first)) {
            self.complain(&format!("that is not said here; run dogwatch {name} in a shell"));
            return Vec::new();
        }
        let near = nearest(first).map(|near| format!(" The nearest is {}.", near.form()));
        let help = near.unwrap_or_else(|| " Say help to hear the commands.".to_owned());
        self.failed += 1;
        self.say(&format!("There is no command {}; nothing was done.{help}", quoted(first)));
        Vec::new()
    }

    fn run(&mut self, verb: &Verb, words: &[String]) -> Vec<Effect> {
        match verb.does {
            Does::List => self.list(words),
            Does::Show => return self.show(words),
            Does::More => self.more(),
            Does::Where => self.say_where(),
            Does::Events => self.tell_events(),
            Does::Log => self.tell_log(),
            Does::Rotation => self.tell_rotation(),
            Does::Calendar => self.tell_calendar(),
            Does::Health => self.tell_health(words),
            Does::Model => return self.tell_model(words),
            Does::Review => return self.ask_review(),
            Does::Handoff => return self.ask_handoff(),
            Does::Triage => return self.begin_walk(),
            Does::Runbooks => return self.ask_pages(words),
            Does::Runbook => return self.ask_page(words),
            Does::Next => return self.next(),
            Does::Done => return self.tick(),
            Does::Page => self.read_page(),
            Does::Worked | Does::Failed => return self.end_page(verb.does, words),
            Does::Undo => return self.undo(),
            Does::New => self.ask_new(words),
            Does::Confirm | Does::Dismiss => return self.answer_log(verb.does, words),
            Does::Refresh => return self.refresh(),
            Does::Live => self.turn_live(words),
            Does::Private => return self.turn_private(words),
            Does::Trust => self.ask_trust(),
            Does::Help => self.help(words),
            Does::Quit => self.course = Course::Over,
            Does::Ack
            | Does::Unack
            | Does::Assign
            | Does::Close
            | Does::Say
            | Does::Reopen
            | Does::Snooze
            | Does::Wake
            | Does::Note
            | Does::Severity
            | Does::Kind
            | Does::Merge
            | Does::Escalate => return self.decide(verb, words),
        }
        Vec::new()
    }

    fn help(&mut self, words: &[String]) {
        let Some(word) = words.first() else {
            for line in verbs::overview() {
                self.say(&line);
            }
            self.say("NUMBERS are numbers that were read out, as 3, or 1 3 5, or 2-4, or ids such as api#12.");
            self.say("After show they may be left out. What stands in quotation marks was written by others.");
            self.say("Say help and a command to hear more of it.");
            return;
        };
        if let Some(verb) = verb(word) {
            let same = verbs::VERBS.iter().filter(|other| other.name == verb.name);
            same.for_each(|verb| self.say(&verb.told()));
        } else {
            let near = nearest(word).map(|near| format!("; {} is like it", near.name)).unwrap_or_default();
            self.complain(&format!("there is no command {}{near}; say help to hear them", quoted(word)));
        }
    }

    /// Says a line, as it may be heard.
    fn say(&mut self, text: &str) {
        let line = self.heard(text);
        self.out.push(line);
    }

    fn heard(&self, text: &str) -> String {
        Clean::line(&self.app.veiled(text)).to_string()
    }

    /// Says why something came to nothing.
    fn complain(&mut self, why: &str) {
        self.failed += 1;
        self.say(&format!("Not done: {why}."));
    }

    /// Reads these out as far as one can listen; the rest waits for `more`.
    fn read_out(&mut self, lines: impl IntoIterator<Item = Waiting>) {
        self.rest = lines.into_iter().collect();
        self.go_on_reading();
    }

    fn go_on_reading(&mut self) {
        let all = self.rest.len() <= AT_ONCE + 3;
        let many = if all { self.rest.len() } else { AT_ONCE };
        let now: Vec<Waiting> = self.rest.drain(..many).collect();
        for (number, line) in now {
            self.read_out = self.read_out.max(number.unwrap_or(0));
            self.say(&line);
        }
        if !self.rest.is_empty() {
            self.say(&format!("{} more lines; say more to hear them.", self.rest.len()));
        }
    }

    fn more(&mut self) {
        if self.rest.is_empty() {
            self.say("That was all.");
        } else {
            self.go_on_reading();
        }
    }
}

/// Lines without numbers.
fn unnumbered(lines: Vec<String>) -> impl Iterator<Item = Waiting> {
    lines.into_iter().map(|line| (None, line))
}
