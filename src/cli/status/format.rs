//! The formats of `dogwatch status`: placeholders, sections that vanish, and
//! the lines that are ready to use.
//!
//! A value is cleaned and short, and in a format for tmux it cannot begin a
//! command or a colour of tmux's.

use chrono::{DateTime, TimeDelta, Utc};

use crate::cli::exit::Failure;
use crate::domain::queue::Section;
use crate::domain::rotation::{OnCall, Roster};
use crate::domain::source::Freshness;
use crate::domain::text::Clean;
use crate::panes::{fit, rotation};
use crate::shell::glance::Glance;

/// A value takes so many columns at the most.
const COLUMNS: usize = 40;
/// Sections stand within each other this deep at the most.
const DEEP: usize = 8;
/// Who is on call now is told by what lies within this.
const AROUND: TimeDelta = TimeDelta::days(2);
/// What stands before a format of one's own for tmux.
const FOR_TMUX: &str = "tmux:";

/// What can stand in a format.
struct Placeholder {
    name: &'static str,
    /// What stands after a colon; empty: nothing does.
    about: &'static str,
    means: &'static str,
    value: fn(&Glance, &str) -> Value,
}

/// Every placeholder, in the order of the help.
const PLACEHOLDERS: &[Placeholder] = &[
    of("open", "open incidents, untriaged ones too", |glance, _| Value::Count(glance.tally.open())),
    of("untriaged", "open, and nobody has said how grave", |glance, _| {
        Value::Count(glance.tally.section(Section::Untriaged))
    }),
    of("overdue", "open, and past the time for an ack", |glance, _| Value::Count(glance.tally.overdue)),
    of("acked", "somebody has them", |glance, _| Value::Count(glance.tally.section(Section::Acked))),
    of("snoozed", "asleep until a time", |glance, _| Value::Count(glance.tally.section(Section::Snoozed))),
    Placeholder {
        name: "sev",
        about: "SEV1",
        means: "open incidents of this severity",
        value: |glance, id| Value::Count(glance.tally.open_of(Some(severity(glance, id).unwrap_or(usize::MAX)))),
    },
    of("worst", "the incident on top of the queue", |glance, _| {
        Value::Text(glance.tally.worst().map(ToString::to_string).unwrap_or_default())
    }),
    of("unsent", "decisions not sent or not answered yet", |glance, _| Value::Count(glance.unsent)),
    of("unknown", "decisions sent of which nobody knows the end", |glance, _| Value::Count(glance.unknown)),
    of("asking", "decisions that ask you again", |glance, _| Value::Count(glance.asking)),
    of("refused", "decisions that were refused", |glance, _| Value::Count(glance.refused)),
    of("oncall", "who is on call, in the first rotation", |glance, _| Value::Text(on_call(glance, who))),
    of("until", "until when", |glance, _| Value::Text(on_call(glance, |one| until(one, glance.at)))),
    of("fresh", "fresh, stale, failed or never: the worst source", |glance, _| Value::Text(freshness(glance))),
    of("stale", "the sources that are not fresh", |glance, _| {
        Value::Text(glance.not_fresh().collect::<Vec<_>>().join(","))
    }),
];

/// The lines that are ready to use.
const PRESETS: &[(&str, &str)] = &[
    (
        "plain",
        "{open} open{?overdue:, {overdue} overdue}{?acked:, {acked} acked}{?unsent:, {unsent} unsent}\
         {?stale:, {stale} not fresh}{?oncall:, {oncall} on call}",
    ),
    (
        "tmux",
        "tmux:{?overdue:#[fg=red,bold]{overdue} overdue#[default] }{?open:#[fg=yellow]{open} open#[default]}\
         {!open:{!stale:#[fg=green]all quiet#[default]}}{?acked: {acked} acked}{?unsent: #[fg=magenta]{unsent} unsent#[default]}\
         {?stale: #[fg=red]{stale} not fresh#[default]}{?oncall: {oncall}}",
    ),
];

const fn of(name: &'static str, means: &'static str, value: fn(&Glance, &str) -> Value) -> Placeholder {
    Placeholder { name, about: "", means, value }
}

/// What a placeholder stands for.
enum Value {
    Count(usize),
    Text(String),
}

impl Value {
    fn is_nothing(&self) -> bool {
        match self {
            Self::Count(count) => *count == 0,
            Self::Text(text) => text.is_empty(),
        }
    }
}

/// A format that has been understood.
pub(super) struct Format {
    parts: Vec<Part>,
    /// Whether tmux reads it, so that what a value says must not be read as tmux's own.
    reader: Reader,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    Anybody,
    Tmux,
}

enum Part {
    Text(String),
    Value(Named),
    /// Shown where the value is something, or where it is nothing.
    Section(Named, When, Vec<Part>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Something,
    Nothing,
}

/// A placeholder, and what stands after its colon.
struct Named(&'static Placeholder, String);

impl Named {
    fn value(&self, glance: &Glance) -> Value {
        (self.0.value)(glance, &self.1)
    }
}

impl Format {
    /// Reads a format, or the name of one that is ready to use.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and everything that can stand in one.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let preset = PRESETS.iter().find(|(name, _)| *name == text).map(|(_, format)| *format);
        // A bare word is the name of a preset, and a wrong one would stand in every prompt.
        if preset.is_none() && !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) {
            let names: Vec<&str> = PRESETS.iter().map(|(name, _)| *name).collect();
            return Err(Failure::wrong(format!(
                "--format `{text}` is no preset; write {}, or a format with braces, as in '{{open}} open'",
                names.join(" or ")
            )));
        }
        let text = preset.unwrap_or(text);
        let (reader, text) = match text.strip_prefix(FOR_TMUX) {
            Some(text) => (Reader::Tmux, text),
            None => (Reader::Anybody, text),
        };
        let mut rest = text;
        let parts = parts(&mut rest, 0).map_err(|why| Failure::wrong(format!("--format: {why}")))?;
        Ok(Self { parts, reader })
    }

    /// The line.
    ///
    /// # Errors
    ///
    /// It names a severity that the team does not have.
    pub(super) fn line(&self, glance: &Glance) -> Result<String, Failure> {
        let mut line = String::new();
        self.write(&self.parts, glance, &mut line)?;
        Ok(line.split(['\n', '\r']).collect::<Vec<_>>().join(" "))
    }

    fn write(&self, parts: &[Part], glance: &Glance, line: &mut String) -> Result<(), Failure> {
        for part in parts {
            match part {
                Part::Text(text) => line.push_str(text),
                Part::Value(named) => {
                    known(named, glance)?;
                    match named.value(glance) {
                        Value::Count(count) => line.push_str(&count.to_string()),
                        Value::Text(text) => line.push_str(&self.safe(&text)),
                    }
                }
                Part::Section(named, when, inner) => {
                    known(named, glance)?;
                    if named.value(glance).is_nothing() == (*when == When::Nothing) {
                        self.write(inner, glance, line)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A text as it may stand in the line.
    fn safe(&self, text: &str) -> String {
        let text = fit::cut(Clean::line(text).as_str(), COLUMNS);
        match self.reader {
            Reader::Anybody => text,
            Reader::Tmux => text.replace('#', "##"),
        }
    }
}

/// Everything up to the end, or to the brace that ends the section.
fn parts(rest: &mut &str, depth: usize) -> Result<Vec<Part>, String> {
    let (mut parts, mut text) = (Vec::new(), String::new());
    loop {
        let Some(c) = rest.chars().next() else {
            if depth > 0 {
                return Err("a section is not closed; write } after it, as in {?open:{open} open}".to_owned());
            }
            break;
        };
        *rest = &rest[c.len_utf8()..];
        match c {
            '{' if rest.starts_with('{') => {
                *rest = &rest[1..];
                text.push('{');
            }
            '{' => {
                parts.extend((!text.is_empty()).then(|| Part::Text(std::mem::take(&mut text))));
                parts.push(braced(rest, depth)?);
            }
            '}' if depth > 0 => break,
            other => text.push(other),
        }
    }
    parts.extend((!text.is_empty()).then_some(Part::Text(text)));
    Ok(parts)
}

/// What stands after a brace: a placeholder up to the closing brace, or a section.
fn braced(rest: &mut &str, depth: usize) -> Result<Part, String> {
    let when = match rest.chars().next() {
        Some('?') => When::Something,
        Some('!') => When::Nothing,
        Some(_) | None => {
            let (words, after) = rest.split_once('}').ok_or_else(|| {
                format!("{{{} is not closed; write }} after it, and {{{{ for a brace", Clean::line(rest))
            })?;
            *rest = after;
            let (name, about) = words.split_once(':').unwrap_or((words, ""));
            return Ok(Part::Value(named(name, about)?));
        }
    };
    if depth >= DEEP {
        return Err(format!("sections stand more than {DEEP} deep in each other; take some out"));
    }
    *rest = &rest[1..];
    let mut word = |what: &str| {
        let (word, after) = rest.split_once(':').ok_or_else(|| {
            format!("a section has no {what}; write it as {{?open:{{open}} open}} or {{?sev:SEV1:{{sev:SEV1}} grave}}")
        })?;
        *rest = after;
        Ok::<_, String>(word)
    };
    let name = word("text")?;
    let takes_more = PLACEHOLDERS.iter().any(|one| one.name == name && !one.about.is_empty());
    let about = if takes_more { word("text")? } else { "" };
    let named = named(name, about)?;
    Ok(Part::Section(named, when, parts(rest, depth + 1)?))
}

fn named(name: &str, about: &str) -> Result<Named, String> {
    let all = || PLACEHOLDERS.iter().map(spelled).collect::<Vec<_>>().join(" ");
    let shown = Clean::line(name);
    let of = |name: &str| PLACEHOLDERS.iter().find(|one| one.name == name);
    let Some(placeholder) = of(name) else {
        if of(name.trim()).is_some() {
            return Err(format!("blanks within the braces are none of the name; write {{{shown}}}"));
        }
        return Err(format!("there is no placeholder {{{shown}}}; there are {}, and {{{{ for a brace", all()));
    };
    if placeholder.about.is_empty() != about.is_empty() {
        return Err(format!("{{{shown}}} is written as {}; there are {}", spelled(placeholder), all()));
    }
    Ok(Named(placeholder, about.to_owned()))
}

fn spelled(one: &Placeholder) -> String {
    if one.about.is_empty() { format!("{{{}}}", one.name) } else { format!("{{{}:{}}}", one.name, one.about) }
}

/// A severity that is misspelt would always count nothing.
fn known(named: &Named, glance: &Glance) -> Result<(), Failure> {
    if named.0.about.is_empty() || severity(glance, &named.1).is_some() {
        return Ok(());
    }
    let ids: Vec<&str> = glance.model.team.severities.iter().map(|one| one.id.as_str()).collect();
    let ids = ids.join(", ");
    Err(Failure::wrong(format!("--format: the team has no severity {}; it has {ids}", Clean::line(&named.1))))
}

fn severity(glance: &Glance, id: &str) -> Option<usize> {
    glance.model.team.severities.iter().position(|one| one.id.eq_ignore_ascii_case(id))
}

fn on_call(glance: &Glance, say: impl Fn(&OnCall<'_>) -> String) -> String {
    let team = &glance.model.team;
    if team.rotations.is_empty() {
        return String::new();
    }
    let roster = Roster::new(team, &[], glance.at, (glance.at - AROUND, glance.at + AROUND));
    roster.on_call_first(glance.at).map(|one| say(&one)).unwrap_or_default()
}

/// Nobody in off hours is nothing; nobody where somebody should be is said.
fn who(one: &OnCall<'_>) -> String {
    match (&one.primary, one.gap) {
        (Some(_), Some(_)) => "nobody".to_owned(),
        (Some(piece), None) => piece.person.to_owned(),
        (None, _) => String::new(),
    }
}

fn until(one: &OnCall<'_>, now: DateTime<Utc>) -> String {
    let until = one.until.filter(|_| one.primary.is_some() && one.gap.is_none());
    until.map(|until| rotation::until(until, now)).unwrap_or_default()
}

/// The worst of them; the local tracker alone is fresh.
fn freshness(glance: &Glance) -> String {
    let order = [Freshness::Failed, Freshness::Never, Freshness::Stale];
    let all: Vec<Freshness> = glance.sources.iter().map(|health| health.freshness(glance.at)).collect();
    order.into_iter().find(|one| all.contains(one)).unwrap_or(Freshness::Fresh).word().to_owned()
}

/// The placeholders and the formats that are ready to use, for the help.
pub(super) fn help() -> String {
    let mut lines = vec!["Placeholders:".to_owned()];
    lines.extend(PLACEHOLDERS.iter().map(|one| format!("  {:<12} {}", spelled(one), one.means)));
    lines.push("  {?NAME:TEXT} TEXT, unless NAME is zero or empty; TEXT may hold more of them".to_owned());
    lines.push("  {!NAME:TEXT} TEXT, if NAME is zero or empty".to_owned());
    lines.push("  {{           a brace".to_owned());
    lines.push(String::new());
    let names: Vec<&str> = PRESETS.iter().map(|(name, _)| *name).collect();
    lines.push(format!("Ready to use: {}. After `{FOR_TMUX}` a format of your own is", names.join(", ")));
    lines.push("made safe for tmux: a # in a name is written twice.".to_owned());
    lines.join("\n")
}
