//! From what is spelt to what is meant: values parsed, ids resolved, defaults filled in.
//!
//! Reading goes on after a problem, with a stand-in that is never handed out,
//! so that one run names all that is wrong.

mod expected;
mod house;
mod personal;
mod plan;
mod rotation;
mod sources;
mod team;

use std::ops::Range;

use chrono::{NaiveDate, TimeDelta};

use super::expected::ExpectedFile;
use super::parse::{self, Refused, nearest};
use super::problem::{Problems, quoted};
use super::raw::RawTeamFile;
use super::raw::expected::RawExpectedFile;
use super::raw::personal::RawPersonalFile;
use super::text::{Placed, Text};
use super::values::{Span, Who};
use super::{PersonalFile, TeamFile};

/// Makes sense of a team file; what does not make sense is noted.
pub(super) fn team_file(raw: &RawTeamFile, problems: &mut Problems<'_>) -> TeamFile {
    let mut reader = Reader { problems, ids: Ids::default() };
    reader.ids = reader.collect(raw);
    reader.team_file(raw)
}

/// Makes sense of a personal file; what does not make sense is noted.
pub(super) fn personal_file(raw: &RawPersonalFile, problems: &mut Problems<'_>) -> PersonalFile {
    Reader { problems, ids: Ids::default() }.personal_file(raw)
}

/// Makes sense of what was said of eval findings; what does not make sense is noted.
pub(super) fn expected_file(raw: &RawExpectedFile, problems: &mut Problems<'_>) -> ExpectedFile {
    Reader { problems, ids: Ids::default() }.expected_file(raw)
}

/// What ids can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Person,
    Area,
    Decision,
    Rotation,
    Escalation,
    Severity,
    Kind,
    Cadence,
    Train,
    Freeze,
    Calendar,
    Source,
}

impl Named {
    /// As a message calls it, and the table in which it stands.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Person => ("person", "people"),
            Self::Area => ("area", "areas"),
            Self::Decision => ("decision", "decisions"),
            Self::Rotation => ("rotation", "rotations"),
            Self::Escalation => ("escalation", "escalations"),
            Self::Severity => ("severity", "severities"),
            Self::Kind => ("kind", "kinds"),
            Self::Cadence => ("cadence", "cadences"),
            Self::Train => ("train", "trains"),
            Self::Freeze => ("freeze", "freezes"),
            Self::Calendar => ("calendar", "calendars"),
            Self::Source => ("source", "sources"),
        }
    }
}

/// The ids of a file, by what they name.
#[derive(Debug, Default)]
struct Ids(Vec<(Named, Vec<String>)>);

impl Ids {
    fn of(&self, named: Named) -> &[String] {
        self.0.iter().find(|(known, _)| *known == named).map_or(&[], |(_, ids)| ids)
    }
}

struct Reader<'p, 't> {
    problems: &'p mut Problems<'t>,
    ids: Ids,
}

impl Reader<'_, '_> {
    fn problem(&mut self, at: &Range<usize>, message: &str, remedy: impl Into<String>) {
        self.problems.at(at, message, Some(&remedy.into()));
    }

    fn refused(&mut self, text: &Text, refused: &Refused) {
        let message = format!("{} {}", quoted(&text.value), refused.why);
        self.problems.at(&text.at, &message, Some(&refused.remedy));
    }

    /// Reads one word; a word that is refused is noted.
    fn word<T>(&mut self, text: &Text, read: impl Fn(&str) -> Result<T, Refused>) -> Option<T> {
        read(&text.value).map_err(|refused| self.refused(text, &refused)).ok()
    }

    /// As [`Self::word`], for a key that may be absent.
    fn maybe<T>(&mut self, text: Option<&Text>, read: impl Fn(&str) -> Result<T, Refused>) -> Option<T> {
        text.and_then(|text| self.word(text, read))
    }

    fn words<T>(&mut self, texts: &[Text], read: impl Fn(&str) -> Result<T, Refused>) -> Vec<T> {
        texts.iter().filter_map(|text| self.word(text, &read)).collect()
    }

    fn day(&mut self, text: &Text) -> NaiveDate {
        self.word(text, parse::day).unwrap_or_default()
    }

    fn span(&mut self, text: Option<&Text>) -> Option<Span> {
        self.maybe(text, parse::span)
    }

    fn elapsed(&mut self, text: Option<&Text>) -> Option<TimeDelta> {
        self.maybe(text, parse::elapsed)
    }

    /// Text for people: what is only white space says nothing.
    fn said(&mut self, text: &Text) -> String {
        let said = text.value.split_whitespace().collect::<Vec<_>>().join(" ");
        if said.is_empty() {
            self.problem(&text.at, "this text is empty", "write something, or leave the key out");
        }
        said
    }

    fn maybe_said(&mut self, text: Option<&Text>) -> Option<String> {
        text.map(|text| self.said(text))
    }

    fn all_said(&mut self, texts: &[Text]) -> Vec<String> {
        texts.iter().map(|text| self.said(text)).collect()
    }

    /// A list that must hold something.
    fn some<'r>(&mut self, list: &'r Placed<Vec<Text>>, key: &str) -> &'r [Text] {
        if list.value.is_empty() {
            self.problem(&list.at, &format!("`{key}` is empty"), "name at least one");
        }
        &list.value
    }

    /// The id that a text refers to; one that names nothing is noted.
    fn known(&mut self, text: &Text, named: Named) -> String {
        if !self.ids.of(named).contains(&text.value) {
            self.unknown(text, &text.value, named);
        }
        text.value.clone()
    }

    fn maybe_known(&mut self, text: Option<&Text>, named: Named) -> Option<String> {
        text.map(|text| self.known(text, named))
    }

    fn all_known(&mut self, texts: &[Text], named: Named) -> Vec<String> {
        let mut seen: Vec<String> = Vec::new();
        for text in texts {
            if seen.contains(&text.value) {
                self.problem(&text.at, &format!("{} stands here twice", quoted(&text.value)), "keep one of them");
            }
            seen.push(self.known(text, named));
        }
        seen
    }

    fn unknown(&mut self, text: &Text, id: &str, named: Named) {
        let (word, table) = named.words();
        let ids: Vec<&str> = self.ids.of(named).iter().map(String::as_str).filter(|id| !id.starts_with('-')).collect();
        let remedy = match nearest(id, ids.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if ids.is_empty() => format!("add it as [[{table}]]"),
            None => format!("write one of {}, or add it as [[{table}]]", ids.join(", ")),
        };
        self.problem(&text.at, &format!("there is no {word} {}", quoted(id)), remedy);
    }

    /// A person or a late name.
    fn who(&mut self, text: &Text) -> Who {
        let late = |id: &str| id.to_owned();
        match text.value.split_once(':') {
            None if text.value == "everyone" => Who::Everyone,
            None => Who::Person(self.known(text, Named::Person)),
            Some(("area", "owner")) => Who::OwnerOfArea,
            Some(("release", "owner")) => Who::ReleaseOwner,
            Some(("freeze", "approver")) => Who::FreezeApprover,
            Some(("rotation", rest)) => match rest.split_once('/') {
                Some((id, "primary")) => {
                    self.inside(text, id, Named::Rotation);
                    Who::RotationPrimary(late(id))
                }
                Some((id, "secondary")) => {
                    self.inside(text, id, Named::Rotation);
                    Who::RotationSecondary(late(id))
                }
                Some(_) | None => self.nobody(text),
            },
            Some(("area", rest)) => match rest.split_once('/') {
                Some((id, "owner")) => {
                    self.inside(text, id, Named::Area);
                    Who::AreaOwner(late(id))
                }
                Some(_) | None => self.nobody(text),
            },
            Some(_) => self.nobody(text),
        }
    }

    fn maybe_who(&mut self, text: Option<&Text>) -> Option<Who> {
        text.map(|text| self.who(text))
    }

    /// Checks an id that is a part of a text.
    fn inside(&mut self, text: &Text, id: &str, named: Named) {
        if !self.ids.of(named).iter().any(|known| known == id) {
            self.unknown(text, id, named);
        }
    }

    fn nobody(&mut self, text: &Text) -> Who {
        const FORMS: [&str; 5] = ["area:owner", "release:owner", "freeze:approver", "everyone", "rotation:ID/primary"];
        let remedy = nearest(&text.value, FORMS).map_or_else(
            || {
                "write a person, rotation:ID/primary, rotation:ID/secondary, area:ID/owner, area:owner, \
                 release:owner, freeze:approver or everyone"
                    .into()
            },
            |near| format!("did you mean `{near}`?"),
        );
        self.problem(&text.at, &format!("{} names nobody", quoted(&text.value)), remedy);
        Who::Everyone
    }

    fn version(&mut self, version: Option<&Placed<i64>>) {
        if let Some(version) = version.filter(|version| version.value != 1) {
            let message = format!("this file has version {}, and this program reads version 1", version.value);
            self.problem(&version.at, &message, "write `version = 1`, or use a newer dogwatch");
        }
    }

    /// A whole number of at least one.
    fn count(&mut self, number: Option<&Placed<i64>>, default: u32) -> u32 {
        let Some(number) = number else { return default };
        match u32::try_from(number.value) {
            Ok(count) if count > 0 && count <= 1_000_000 => count,
            Ok(_) | Err(_) => {
                let message = format!("`{}` is out of range", number.value);
                self.problem(&number.at, &message, format!("write a number from 1, as {default}"));
                default
            }
        }
    }

    /// A number within bounds, both included.
    fn fraction(&mut self, number: Option<&Placed<f64>>, bounds: (f64, f64), default: f64) -> f64 {
        let Some(number) = number else { return default };
        if number.value >= bounds.0 && number.value <= bounds.1 {
            return number.value;
        }
        let message = format!("`{}` is out of range", number.value);
        self.problem(&number.at, &message, format!("write a number from {} to {}", bounds.0, bounds.1));
        default
    }

    /// The name of a variable. A value that is no name is not repeated: it may be the secret itself.
    fn variable(&mut self, text: &Text) -> String {
        let mut chars = text.value.chars();
        let first = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        if !first || text.value.len() > 100 || !chars.all(|c| c.is_ascii_alphanumeric() || c == '_') {
            self.problem(
                &text.at,
                "this is no name of a variable",
                "write the name of the variable that holds the token, as `GITHUB_TOKEN`, never the token",
            );
        }
        text.value.clone()
    }
}
