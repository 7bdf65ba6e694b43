//! What the words after a command mean: which incidents, and what of them.
//!
//! A number is the incident that was read out with it, wherever that stands by
//! now. What is not understood is said; nothing is guessed.

use super::{Dialogue, Listed};
use crate::app::desk::Desk;
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;
use crate::panes::spoken::quoted;

/// So many incidents one range may name.
const LONGEST_RANGE: usize = 500;

/// What stood after a command: the incidents, and the words behind them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meant {
    /// Which, each once, in the order in which they were said.
    pub ids: Vec<IncidentId>,
    /// What is left.
    pub rest: Vec<String>,
}

/// A word that names incidents.
enum Name {
    Numbers(Vec<usize>),
    Id(IncidentId),
}

/// The incidents that a word names; none if it is no such word.
fn name(word: &str, desk: &Desk) -> Option<Name> {
    if let Some(id) = id(word, desk) {
        return Some(Name::Id(id));
    }
    let mut numbers = Vec::new();
    for part in word.split(',').filter(|part| !part.is_empty()) {
        match part.split_once('-') {
            Some((first, last)) => {
                let (first, last) = (first.parse::<usize>().ok()?, last.parse::<usize>().ok()?);
                if last < first || last - first > LONGEST_RANGE {
                    return None;
                }
                numbers.extend(first..=last);
            }
            None => numbers.push(part.parse().ok()?),
        }
    }
    (!numbers.is_empty()).then_some(Name::Numbers(numbers))
}

/// `api#12`, `gateway:0f3…`, and `#12` where only one source has issues.
fn id(word: &str, desk: &Desk) -> Option<IncidentId> {
    let issues: Vec<_> = desk.issue_sources().collect();
    if let (Some(Ok(number)), [only]) = (word.strip_prefix('#').map(str::parse), issues.as_slice()) {
        return Some(IncidentId::numbered(only, number));
    }
    let id = IncidentId::new(word);
    let looks_like_one = word.contains('#') || word.starts_with("new:");
    (looks_like_one || desk.row(&id).is_some()).then_some(id)
}

impl Dialogue {
    /// The incidents that the first words name, or the one that was shown last.
    pub(super) fn meant(&self, words: &[String]) -> Result<Meant, String> {
        let desk = self.app.desk();
        let (mut ids, mut at) = (Vec::new(), 0);
        for word in words {
            let Some(name) = name(word, desk) else { break };
            match name {
                Name::Id(id) => ids.push(self.known(&id)?),
                Name::Numbers(numbers) => {
                    for number in numbers {
                        ids.push(self.numbered(number)?);
                    }
                }
            }
            at += 1;
        }
        if ids.is_empty() {
            ids.extend(self.subject.iter().filter(|id| desk.row(id).is_some()).map(|id| desk.called(id)));
        }
        if ids.is_empty() {
            let heard = words.first().map(|word| format!("{} is no number and no id. ", quoted(word)));
            let heard = heard.unwrap_or_default();
            return Err(format!("{heard}Which one? Say a number that was read out, or an id such as api#12"));
        }
        let mut each: Vec<IncidentId> = Vec::new();
        for id in ids {
            if !each.contains(&id) {
                each.push(id);
            }
        }
        Ok(Meant { ids: each, rest: words[at..].to_vec() })
    }

    /// The same, with nothing behind them.
    pub(super) fn only(&self, words: &[String]) -> Result<Vec<IncidentId>, String> {
        let meant = self.meant(words)?;
        match meant.rest.first() {
            None => Ok(meant.ids),
            Some(word) => Err(format!("{} is no number that was read out, and no id", quoted(word))),
        }
    }

    fn known(&self, id: &IncidentId) -> Result<IncidentId, String> {
        let desk = self.app.desk();
        let called = desk.called(id);
        if desk.row(&called).is_some() {
            return Ok(called);
        }
        let name = Clean::line(id.as_str());
        let far = |other: &str| strsim::damerau_levenshtein(other, id.as_str());
        let near = desk.queue().rows.iter().map(|row| row.name().as_str()).min_by_key(|other| far(other));
        let near = near.filter(|other| far(other) <= 2).map(|near| format!("; {near} is like it"));
        Err(format!("no incident {name} is known here{}", near.unwrap_or_default()))
    }

    /// The incident that was read out with a number.
    pub(super) fn numbered(&self, number: usize) -> Result<IncidentId, String> {
        let Listed::Incidents(ids) = &self.listed else {
            return Err(format!("{number} is {}; say list to hear the incidents again", self.listed.what()));
        };
        if ids.is_empty() {
            return Err(format!("nothing was read out yet that is number {number}; say list"));
        }
        match number.checked_sub(1).and_then(|at| ids.get(at)) {
            Some(_) if number > self.read_out => {
                Err(format!("number {number} was not read out yet; say more until you hear it"))
            }
            Some(id) => {
                let called = self.app.desk().called(id);
                let known = self.app.desk().row(&called).is_some();
                if known { Ok(called) } else { Err(format!("number {number} was {id}, which is no longer there")) }
            }
            None => Err(format!("there is no number {number}; the last is {}", ids.len())),
        }
    }

    /// Which entry of another list a single number means.
    pub(super) fn place(&self, word: &str, of: usize) -> Result<usize, String> {
        let number: usize = word.parse().map_err(|_| format!("{} is no number", quoted(word)))?;
        match number.checked_sub(1) {
            Some(_) if number > of => Err(format!("there is no number {number}; the last is {of}")),
            Some(_) if number > self.read_out => {
                Err(format!("number {number} was not read out yet; say more until you hear it"))
            }
            Some(at) => Ok(at),
            None => Err("numbers begin with 1".to_owned()),
        }
    }
}

/// The words before one of these, and those behind it.
pub(super) fn split(words: &[String], at: &[&str]) -> (Vec<String>, Option<Vec<String>>) {
    match words.iter().position(|word| at.iter().any(|one| word.eq_ignore_ascii_case(one))) {
        Some(place) => (words[..place].to_vec(), Some(words[place + 1..].to_vec())),
        None => (words.to_vec(), None),
    }
}
