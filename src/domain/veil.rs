//! What may be shown to anybody: a text, an answer, a screen without its secrets, and without names if asked for.
//!
//! Secrets are taken out of every export, always. A veil that was made for a
//! team also replaces its people, known logins, machines, mailboxes, titles of
//! private incidents and the words of `[ui] redact`, each by a stand-in that is
//! the same throughout: `person 3`, `outgoing`, `[redacted 1]`, `[secret]`.
//! Same input in the same order, same bytes; and veiling twice changes nothing.
//!
//! People are numbered in the order of the team file, then in that in which
//! they become known; everything else as it first appears. Names are found as
//! whole words, without case: of a person called `dev`, the word "dev" in a
//! sentence goes, and "development" stays.

mod host;
mod incident;
mod look;
mod names;
mod pattern;
mod secret;
mod stands;
mod value;

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use crate::config::{McpEndpoint, SourceKind, TeamFile};
use crate::domain::incident::Incident;
use crate::domain::text::Clean;
use names::{Names, Stand, fold, is_word, joins};
use pattern::Pattern;
use stands::Stands;

/// Stands where a secret was.
pub const SECRET: &str = "[secret]";
/// Labels that say that the title, the body and the comments of an incident are not for everybody.
pub const PRIVATE_LABELS: [&str; 3] = ["private", "confidential", "security"];
/// Parts of names that are words.
const PARTICLES: [&str; 13] =
    ["van", "von", "der", "den", "del", "dos", "das", "bin", "ibn", "the", "and", "team", "bot"];
/// No login is longer, in bytes.
const LOGIN: usize = 80;
/// Who is never a person: what dogwatch does by itself is done by this.
const OURSELVES: &str = "dogwatch";

/// Takes out of a text what others must not read.
#[derive(Debug)]
pub struct Veil {
    scope: Scope,
    titles: Names,
    names: Names,
    patterns: Vec<Pattern>,
    outgoing: Option<usize>,
    incoming: Option<usize>,
    stands: Mutex<Stands>,
}

/// How much is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Secrets,
    Everything,
}

impl Clone for Veil {
    fn clone(&self) -> Self {
        let stands = self.stands.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self {
            scope: self.scope,
            titles: self.titles.clone(),
            names: self.names.clone(),
            patterns: self.patterns.clone(),
            outgoing: self.outgoing,
            incoming: self.incoming,
            stands: Mutex::new(stands),
        }
    }
}

impl Default for Veil {
    fn default() -> Self {
        Self::of_secrets()
    }
}

/// Two are the same that hide the same; which numbers they have given away is no part of that.
impl PartialEq for Veil {
    fn eq(&self, other: &Self) -> bool {
        self.scope == other.scope
            && self.titles == other.titles
            && self.names == other.names
            && self.patterns == other.patterns
            && (self.outgoing, self.incoming) == (other.outgoing, other.incoming)
    }
}

impl Veil {
    /// Only what is secret: for every export, asked for or not.
    pub fn of_secrets() -> Self {
        Self {
            scope: Scope::Secrets,
            titles: Names::default(),
            names: Names::default(),
            patterns: Vec::new(),
            outgoing: None,
            incoming: None,
            stands: Mutex::default(),
        }
    }

    /// Also this team's people and machines, and these words (`[ui] redact`), in which `*` stands for any letters,
    /// digits, `-`, `_` and `.`.
    pub fn new(team: &TeamFile, words: &[String]) -> Self {
        let mut veil = Self { scope: Scope::Everything, ..Self::of_secrets() };
        veil.know_team(team);
        for word in words {
            match Pattern::new(word).filter(|_| word.contains('*')) {
                Some(pattern) => veil.patterns.push(pattern),
                None => veil.names.add(word, Stand::Hidden(fold(word.trim()))),
            }
        }
        veil.knowing_hosts(hosts(team).iter().map(String::as_str))
    }

    /// Also these logins: of authors, assignees, commenters. Those that are known keep their numbers.
    #[must_use]
    pub fn knowing<'a>(mut self, logins: impl Iterator<Item = &'a str>) -> Self {
        logins.for_each(|login| self.know(login));
        self
    }

    /// Also these machines, as `host` or `host:port`.
    #[must_use]
    pub fn knowing_hosts<'a>(mut self, hosts: impl Iterator<Item = &'a str>) -> Self {
        for host in hosts {
            let name = match host.rsplit_once(':') {
                Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
                Some(_) | None => host,
            };
            self.names.add(name, Stand::Hidden(fold(name)));
        }
        self
    }

    /// Also everybody whom these incidents name, and the titles of the private ones among them.
    #[must_use]
    pub fn knowing_incidents<'a>(mut self, incidents: impl Iterator<Item = &'a Incident>) -> Self {
        incidents.for_each(|incident| self.know_incident(incident));
        self
    }

    /// Calls these two people of the team (by id or login) by what they are in a handover.
    #[must_use]
    pub fn with_roles(mut self, outgoing: Option<&str>, incoming: Option<&str>) -> Self {
        let number = |name: Option<&str>| match self.names.exactly(name?) {
            Some(Stand::Person(number)) => Some(*number),
            Some(Stand::Hidden(_)) | None => None,
        };
        (self.outgoing, self.incoming) = (number(outgoing), number(incoming));
        self
    }

    /// Takes note of the people of a team; those that are known keep their numbers.
    pub fn know_team(&mut self, team: &TeamFile) {
        for person in &team.people {
            let number = match self.names.exactly(&person.id) {
                Some(Stand::Person(number)) => *number,
                Some(Stand::Hidden(_)) | None => self.stands().next_person(),
            };
            let names = [person.id.as_str(), &person.name, called(&person.name)];
            for name in names.into_iter().chain(person.github.as_deref()) {
                self.names.add(name, Stand::Person(number));
            }
        }
        // A part of a name gives way to whoever is called so.
        for person in &team.people {
            let Some(Stand::Person(number)) = self.names.exactly(&person.id).cloned() else { continue };
            let parts = called(&person.name).split_whitespace().filter(|part| part.chars().count() > 2);
            for part in parts.filter(|part| !PARTICLES.contains(&fold(part).as_str())) {
                self.names.add(part, Stand::Person(number));
            }
        }
    }

    /// Takes note of one more login.
    pub fn know(&mut self, login: &str) {
        let login = login.trim().trim_start_matches('@');
        if login.is_empty() || login.eq_ignore_ascii_case(OURSELVES) || self.names.exactly(login).is_some() {
            return;
        }
        let number = self.stands().person(&fold(login));
        self.names.add(login, Stand::Person(number));
    }

    /// Takes note of everybody whom an incident names, and of its title if that is private.
    pub fn know_incident(&mut self, incident: &Incident) {
        let by = incident.ack.as_ref().and_then(|ack| ack.by.as_ref());
        let until = incident.snooze.as_ref().and_then(|snooze| snooze.by.as_ref());
        let asked = incident.asked.iter().flat_map(|asked| asked.who.iter().chain(&asked.by));
        for login in incident.author.iter().chain(&incident.assignees).chain(by).chain(until).chain(asked) {
            self.know(login.as_str());
        }
        if is_private(incident) {
            self.titles.add(incident.title.as_str(), Stand::Hidden(fold(incident.title.as_str())));
        }
    }

    /// Whether names are replaced, too.
    pub fn hides_names(&self) -> bool {
        self.scope == Scope::Everything
    }

    /// The text without what must not be read. A line stays a line: of a secret of several, its line breaks are left.
    pub fn text(&self, text: &str) -> String {
        put_in(text, &self.pieces(text))
    }

    /// The same of a text that was laid out in lines: also a word that goes on in the next line is found.
    pub fn lines(&self, text: &str) -> String {
        let text = self.text(text);
        let (mut whole, mut places) = (String::with_capacity(text.len()), Vec::new());
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let end = line.trim_end();
            let begin = line.len() - line.trim_start().len();
            places.push((whole.len(), at + begin.min(end.len())));
            whole.push_str(&end[begin.min(end.len())..]);
            at += line.len();
        }
        let place = |byte: usize| {
            let (joined, there) = places[places.partition_point(|(joined, _)| *joined <= byte).saturating_sub(1)];
            there + byte - joined
        };
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for piece in self.pieces(&whole) {
            let (from, to) = (place(piece.from), place(piece.to - 1) + 1);
            if from < done || !text[from..to].contains('\n') {
                continue;
            }
            out.push_str(&text[done..from]);
            out.push_str(&piece.by);
            let second = text[from..to].find('\n').map_or(to, |at| from + at);
            let indent = text[second..to].len() - text[second..to].trim_start().len();
            out.push_str(&text[second..second + indent]);
            done = to;
        }
        out.push_str(&text[done..]);
        out
    }

    /// What of a text is replaced, in order.
    pub fn pieces(&self, text: &str) -> Vec<Piece> {
        // A word that is one letter long is taken for a name only where it stands alone.
        if let Some(stand) = self.names.exactly(text).filter(|_| text.trim().chars().count() == 1) {
            return vec![Piece { from: 0, to: text.len(), by: self.name(stand).into_owned() }];
        }
        let mut pieces = Vec::new();
        let (mut at, mut before) = (0, None);
        while let Some(c) = text[at..].chars().next() {
            let end = match self.found(text, at, before) {
                Some(found) => self.take(text, at, found, &mut pieces),
                None => at + c.len_utf8(),
            };
            before = text[..end].chars().next_back();
            at = end;
        }
        pieces
    }

    /// The same of a text that is safe to show.
    #[must_use]
    pub fn clean(&self, clean: &Clean) -> Clean {
        let text = self.text(clean.as_str());
        if text == clean.as_str() { clean.clone() } else { Clean::block(&text) }
    }

    /// An incident's title; of a private one nothing is left, if names are replaced.
    pub fn title(&self, incident: &Incident) -> Clean {
        self.whole(incident, &incident.title)
    }

    /// A text that belongs to an incident: its body, a comment; of a private one nothing is left, if names are replaced.
    pub fn whole(&self, incident: &Incident, text: &Clean) -> Clean {
        if !self.hides_names() || !is_private(incident) || text.is_empty() {
            return self.clean(text);
        }
        Clean::line(&self.name(&Stand::Hidden(fold(text.as_str()))))
    }

    fn stands(&self) -> std::sync::MutexGuard<'_, Stands> {
        self.stands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn name(&self, stand: &Stand) -> Cow<'static, str> {
        match stand {
            Stand::Person(number) if self.outgoing == Some(*number) => "outgoing".into(),
            Stand::Person(number) if self.incoming == Some(*number) => "incoming".into(),
            Stand::Person(number) => format!("person {number}").into(),
            Stand::Hidden(key) => format!("[redacted {}]", self.stands().hidden(key)).into(),
        }
    }

    /// What has to be replaced here, if anything.
    fn found(&self, text: &str, at: usize, before: Option<char>) -> Option<Found> {
        if let Some(end) = stands::stand_in(text, at, before) {
            return Some(Found::Kept(end));
        }
        let first = text[at..].chars().next()?;
        let starts = first.is_alphanumeric() && before.is_none_or(|before| !joins(before, first));
        let title = if starts { self.titles.at(text, at) } else { None };
        if let Some((end, stand)) = title {
            return Some(Found::Name(end, stand.clone()));
        }
        if let Some(end) = secret::begins(text, at) {
            return Some(Found::Secret(at, end));
        }
        let address = if starts { host::address(text, at) } else { None };
        if let Some(address) = address {
            return Some(Found::Address(address));
        }
        let named = if starts { secret::named(text, at) } else { None };
        if !self.hides_names() {
            return named.map(|(start, end)| Found::Secret(start, end));
        }
        let free = !before.is_some_and(|before| before.is_alphanumeric() || before == ':');
        let colon = first == ':' && free;
        let number = if starts || colon { host::number(text, at) } else { None };
        let mailbox = if starts { host::mailbox(text, at) } else { None };
        if let Some(end) = number.or(mailbox) {
            return Some(Found::Name(end, Stand::Hidden(fold(&text[at..end]))));
        }
        if first == '@' && !before.is_some_and(is_word) {
            return self.mention(text, at);
        }
        // The name of a machine may hold that of a person, and goes before it.
        let machine = if starts { host::name(text, at) } else { None };
        let known = if starts { self.known(text, at) } else { None };
        match (known, machine, named) {
            (Some((end, stand)), Some(machine), _) if end >= machine => Some(Found::Name(end, stand)),
            (_, Some(end), _) => Some(Found::Name(end, Stand::Hidden(fold(&text[at..end])))),
            (Some((end, stand)), None, Some((start, _))) if end > start => Some(Found::Name(end, stand)),
            (_, None, Some((start, end))) => Some(Found::Secret(start, end)),
            (Some((end, stand)), None, None) => Some(Found::Name(end, stand)),
            (None, None, None) => None,
        }
    }

    /// The longest name or pattern that begins here.
    fn known(&self, text: &str, at: usize) -> Option<(usize, Stand)> {
        let name = self.names.at(text, at).map(|(end, stand)| (end, stand.clone()));
        let ends = self.patterns.iter().filter_map(|pattern| pattern.at(text, at));
        let pattern = ends.max().map(|end| (end, Stand::Hidden(fold(&text[at..end]))));
        match (name, pattern) {
            (Some(name), Some(pattern)) => Some(if pattern.0 > name.0 { pattern } else { name }),
            (name, pattern) => name.or(pattern),
        }
    }

    /// Somebody who is spoken to: `@ana`, also if nobody knows them.
    fn mention(&self, text: &str, at: usize) -> Option<Found> {
        let rest = &text[at + 1..];
        let length = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(rest.len());
        let length = rest.floor_char_boundary(length.min(LOGIN));
        let login = rest[..length].trim_end_matches(['-', '_']);
        let known = self.names.at(text, at + 1).filter(|(end, _)| *end > at + login.len());
        if let Some((end, stand)) = known {
            return Some(Found::Name(end, stand.clone()));
        }
        if login.is_empty() || login.eq_ignore_ascii_case(OURSELVES) {
            return None;
        }
        let stand = self.names.exactly(login).cloned();
        let stand = stand.unwrap_or_else(|| Stand::Person(self.stands().person(&fold(login))));
        Some(Found::Name(at + 1 + login.len(), stand))
    }

    /// Takes down what stands for what was found here; returns where the text goes on.
    fn take(&self, text: &str, at: usize, found: Found, pieces: &mut Vec<Piece>) -> usize {
        let mut replace = |from: usize, to: usize, by: String| {
            if to > from && text[from..to] != by {
                pieces.push(Piece { from, to, by });
            }
            to
        };
        match found {
            Found::Kept(end) => end,
            Found::Name(end, stand) => replace(at, end, self.name(&stand).into_owned()),
            Found::Secret(start, end) => {
                // The word before it may hold a name: `ana_token=…`.
                for piece in self.pieces(&text[at..start]) {
                    replace(at + piece.from, at + piece.to, piece.by);
                }
                let breaks = text[start..end].matches('\n').count();
                replace(start, end, format!("{SECRET}{}", "\n".repeat(breaks)))
            }
            Found::Address(host::Address { user, host }) => {
                replace(user.0, user.1, SECRET.to_owned());
                let name = &text[host.0..host.1];
                if self.hides_names() && !name.is_empty() {
                    replace(host.0, host.1, self.name(&Stand::Hidden(fold(name))).into_owned());
                }
                host.1
            }
        }
    }
}

/// A part of a text, in bytes, and what stands in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// What is read there instead.
    pub by: String,
}

/// A text with these pieces of it, in order, replaced.
fn put_in(text: &str, pieces: &[Piece]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for piece in pieces {
        out.push_str(&text[at..piece.from]);
        out.push_str(&piece.by);
        at = piece.to;
    }
    out.push_str(&text[at..]);
    out
}

/// What has to be replaced, and where it ends.
enum Found {
    /// Something that stands for something already.
    Kept(usize),
    Name(usize, Stand),
    /// Where the secret begins; what is before it stays.
    Secret(usize, usize),
    Address(host::Address),
}

/// Whether the team wants its title, its body and its comments kept from others.
pub fn is_private(incident: &Incident) -> bool {
    PRIVATE_LABELS.iter().any(|label| incident.has_label(label))
}

/// A person's name without what is said of them: `Ana (on leave)`.
fn called(name: &str) -> &str {
    name.split('(').next().unwrap_or(name).trim()
}

/// The machines that a team file names, without their ports.
fn hosts(team: &TeamFile) -> Vec<String> {
    let mut hosts = Vec::new();
    for source in &team.sources {
        let urls = match &source.kind {
            SourceKind::Github(github) => vec![&github.api],
            SourceKind::Mcp(mcp) => {
                let at = match &mcp.endpoint {
                    McpEndpoint::Url(url) => Some(url),
                    McpEndpoint::Command(_) => None,
                };
                at.into_iter().chain(&mcp.health_url).collect()
            }
            SourceKind::Evals(_) => Vec::new(),
        };
        for host in urls.into_iter().filter_map(|url| url.host_str()) {
            hosts.push(host.to_owned());
            hosts.extend(host.strip_prefix("api.").map(str::to_owned));
        }
    }
    hosts
}
