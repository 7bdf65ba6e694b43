//! Decisions in words. One incident is acked at once, since that
//! can be taken back; what cannot, and what is about several, is asked once.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::asked::{Meant, split};
use super::verbs::{Does, Verb};
use super::{Awaited, Course, Dialogue, Giver, LONGEST_NOTE, Mode, Question};
use crate::app::escalating::{Escalation, Rung};
use crate::app::event::Effect;
use crate::app::saying::{LONGEST, Saying};
use crate::app::when;
use crate::app::wish::{INTO_ITSELF, Wish};
use crate::domain::id::{IncidentId, OpId};
use crate::domain::incident::CloseReason;
use crate::domain::text::Clean;
use crate::panes::spoken::quoted;

/// So many incidents are named with their titles when something is asked about them.
const FEW: usize = 3;
/// Ends a note.
const END: &str = ".";
/// Units of time as they are said, and as they are written.
const UNITS: [(&str, &str); 10] = [
    ("minute", "m"),
    ("minutes", "m"),
    ("hour", "h"),
    ("hours", "h"),
    ("day", "d"),
    ("days", "d"),
    ("week", "w"),
    ("weeks", "w"),
    ("workday", "bd"),
    ("workdays", "bd"),
];

/// What is to be done, once it is understood.
enum Act {
    Wish(Vec<IncidentId>, Wish),
    /// The lines that follow are the note.
    Note(Vec<IncidentId>),
    Say(Saying),
}

impl Dialogue {
    /// Does what a command of these decides, or says why not.
    pub(super) fn decide(&mut self, verb: &Verb, words: &[String]) -> Vec<Effect> {
        let read_only = self.app.desk().read_only().map(|why| format!("nothing can be decided: {why}"));
        match read_only.clone().map_or_else(|| self.understood(verb, words), Err) {
            Ok(Act::Wish(ids, wish)) => self.ask_or_act(ids, wish),
            Ok(Act::Note(ids)) => {
                let about = self.about(&ids);
                self.say(&format!("Type the note on {about}; a line with a single full stop sends it."));
                self.mode = Mode::Note(ids, String::new());
                Vec::new()
            }
            Ok(Act::Say(saying)) => self.write_down(saying),
            Err(why) => {
                // Which incidents are meant is understood by itself; the rest may have been said in another form.
                let form = read_only.is_none() && self.meant(words).is_ok();
                let form = if form { format!(". It is said as: {}", verb.form()) } else { String::new() };
                self.complain(&format!("{why}{form}"));
                // What follows was written as a note, whatever it looks like.
                let names = |word: &String| word.contains('#') || word.starts_with(|c: char| c.is_ascii_digit());
                if verb.does == Does::Note && words.iter().all(names) && self.giver == Giver::List {
                    self.mode = Mode::Lost;
                }
                Vec::new()
            }
        }
    }

    fn understood(&self, verb: &Verb, words: &[String]) -> Result<Act, String> {
        let simple = |wish: Wish| Ok(Act::Wish(self.only(words)?, wish));
        match verb.does {
            Does::Ack => simple(Wish::Ack),
            Does::Unack => simple(Wish::Unack),
            Does::Reopen => simple(Wish::Reopen),
            Does::Wake => simple(Wish::Wake),
            Does::Assign => {
                let (ids, person) = self.with_last(words, "who shall have it?")?;
                let to = match person.to_lowercase().as_str() {
                    "nobody" => None,
                    "me" => Some(self.app.desk().me().to_owned()),
                    _ => Some(self.person(&ids, &person)?),
                };
                Ok(Act::Wish(ids, Wish::Assign(to)))
            }
            Does::Severity => {
                let (ids, name) = self.with_last(words, "how bad is it?")?;
                Ok(Act::Wish(ids, Wish::Severity((name != "none").then_some(name))))
            }
            Does::Kind => {
                let (ids, name) = self.with_last(words, "what sort is it?")?;
                Ok(Act::Wish(ids, Wish::Kind((name != "none").then_some(name))))
            }
            Does::Close => self.close(words),
            Does::Snooze => self.snooze(words),
            Does::Note => self.note(words),
            Does::Merge => {
                let (before, after) = split(words, &["into"]);
                let into = self.only(&after.filter(|after| !after.is_empty()).ok_or("into which one?")?)?;
                let [into] = into.as_slice() else { return Err("into one only".to_owned()) };
                Ok(Act::Wish(self.only(&before)?, Wish::Merge(into.clone())))
            }
            Does::Escalate => self.escalate(words),
            Does::Say => self.saying(verb, words),
            _ => Err("that decides nothing".to_owned()),
        }
    }

    /// Incidents, then one more word.
    fn with_last(&self, words: &[String], question: &str) -> Result<(Vec<IncidentId>, String), String> {
        let Meant { ids, rest } = self.meant(words)?;
        let rest: Vec<&String> = rest.iter().filter(|word| !word.eq_ignore_ascii_case("to")).collect();
        match rest.as_slice() {
            [] => Err(question.to_owned()),
            [word] => Ok((ids, (*word).clone())),
            [_, word, ..] => Err(format!("{} is one word too many", quoted(word))),
        }
    }

    /// A person by their id or login. GitHub knows its own logins; of the local tracker the team file says who there is.
    fn person(&self, ids: &[IncidentId], word: &str) -> Result<String, String> {
        let desk = self.app.desk();
        let team = &desk.model().team;
        let person = desk.model().person(&Clean::line(word)).to_string();
        let local = ids.iter().filter_map(|id| desk.incident(id)).any(|incident| incident.source.is_local());
        if !local || team.people.is_empty() || team.person(&person).is_some() {
            return Ok(person);
        }
        let known: Vec<&str> = team.people.iter().map(|person| person.id.as_str()).collect();
        Err(format!("no person {} in the team file; there are {}", quoted(word), known.join(", ")))
    }

    fn close(&self, words: &[String]) -> Result<Act, String> {
        let Meant { ids, rest } = self.meant(words)?;
        let word = rest.iter().filter(|word| !word.eq_ignore_ascii_case("as")).cloned().collect::<Vec<_>>().join("-");
        let reason = if word.is_empty() {
            CloseReason::Completed
        } else {
            CloseReason::of_word(&word.to_lowercase())
                .filter(|reason| *reason != CloseReason::Recovered)
                .ok_or_else(|| format!("{} is no reason to close", quoted(&word)))?
        };
        if reason.is_written_down() {
            let verb = if reason == CloseReason::Flaky { "flaky" } else { "expect" };
            return Err(format!("that needs a day and a reason; say {verb} N until DAY because WHY"));
        }
        Ok(Act::Wish(ids, Wish::Close(reason)))
    }

    fn snooze(&self, words: &[String]) -> Result<Act, String> {
        let (before, after) = split(words, &["until", "for"]);
        let Meant { ids, rest } = self.meant(&before)?;
        let time = if rest.is_empty() { after.unwrap_or_default() } else { rest };
        if time.is_empty() {
            return Err("until when?".to_owned());
        }
        Ok(Act::Wish(ids, Wish::Snooze(self.time(&time)?)))
    }

    fn time(&self, words: &[String]) -> Result<chrono::DateTime<chrono::Utc>, String> {
        let unit = |word: &String| {
            let known = UNITS.iter().find(|(said, _)| word.eq_ignore_ascii_case(said));
            known.map_or_else(|| word.clone(), |(_, written)| (*written).to_owned())
        };
        let text = words.iter().map(unit).collect::<Vec<_>>().join(" ");
        let desk = self.app.desk();
        when::parse(&text, desk.now(), &desk.model().team.team).map_err(|why| why.to_string().replace('`', "\""))
    }

    /// A word of text that looks like a number is text: only the first word says which.
    fn note(&self, words: &[String]) -> Result<Act, String> {
        if let Ok(ids) = self.only(words) {
            return Ok(Act::Note(ids));
        }
        let first = words.first().map(std::slice::from_ref).unwrap_or_default();
        let Meant { ids, rest } = self.meant(first)?;
        let text = rest.iter().chain(&words[1.min(words.len())..]).cloned().collect::<Vec<_>>().join(" ");
        Ok(Act::Wish(ids, Wish::Note(text.trim_start_matches(": ").to_owned())))
    }

    fn escalate(&self, words: &[String]) -> Result<Act, String> {
        let (before, because) = split(words, &["because"]);
        let (before, to) = split(&before, &["to"]);
        let to = match to.as_deref() {
            None => Rung::Next,
            Some([word]) => Rung::named(word.trim_start_matches("step")),
            Some([step, word]) if step.eq_ignore_ascii_case("step") => Rung::named(word),
            Some(_) => return Err("to whom?".to_owned()),
        };
        let note = because.unwrap_or_default().join(" ");
        let by = self.app.desk().me().to_owned();
        Ok(Act::Wish(self.only(&before)?, Wish::Escalate(Escalation { to, by, note })))
    }

    fn saying(&self, verb: &Verb, words: &[String]) -> Result<Act, String> {
        let verdict = if verb.name == "flaky" { CloseReason::Flaky } else { CloseReason::Expected };
        let (before, reason) = split(words, &["because"]);
        let (before, day) = split(&before, &["until"]);
        let ids = self.only(&before)?;
        let desk = self.app.desk();
        if ids.iter().any(|id| desk.finding(id).is_none()) {
            return Err(format!("only an eval finding can be called {}", verdict.word()));
        }
        if let Some(why) = ids.iter().find_map(|id| desk.unsayable(id, verdict)) {
            return Err(why.to_string());
        }
        let reason = reason.unwrap_or_default().join(" ");
        if reason.is_empty() || reason.len() > LONGEST {
            return Err(format!("it needs a reason of at most {LONGEST} bytes"));
        }
        let until = self.day(&day.ok_or("until which day?")?)?;
        Ok(Act::Say(Saying { ids, verdict, until, reason, cases: Vec::new() }))
    }

    fn day(&self, words: &[String]) -> Result<NaiveDate, String> {
        let at = self.time(words)?;
        let desk = self.app.desk();
        if at < desk.now() {
            return Err("that day is past".to_owned());
        }
        Ok(at.with_timezone(&desk.model().team.team.timezone).date_naive())
    }

    fn write_down(&mut self, saying: Saying) -> Vec<Effect> {
        let finding = |id: &IncidentId| Some((id.clone(), self.app.desk().finding(id)?));
        let findings = saying.ids.iter().filter_map(finding).collect();
        self.awaited = Awaited::Said;
        vec![Effect::Say { saying, findings }]
    }

    /// Close, merge and what is about several are asked once.
    fn ask_or_act(&mut self, ids: Vec<IncidentId>, wish: Wish) -> Vec<Effect> {
        if let Wish::Merge(into) = &wish
            && ids.contains(into)
        {
            self.complain(INTO_ITSELF);
            return Vec::new();
        }
        let about = self.about(&ids);
        let question = match &wish {
            Wish::Close(reason) => Some(format!("Close {about}, as {}?", reason.word())),
            Wish::Merge(into) => {
                let into = self.about(std::slice::from_ref(into));
                Some(format!("Merge {about} into {into}? It is closed as a duplicate."))
            }
            other if ids.len() > 1 => {
                Some(format!("{} {about}{}?", super::hearing::capital(other.verb()), self.tail(other)))
            }
            _ => None,
        };
        match question {
            Some(text) => self.ask(&text, Question::Decide(ids, vec![wish])),
            None => return self.act(&ids, &[wish]),
        }
        Vec::new()
    }

    pub(super) fn ask(&mut self, text: &str, question: Question) {
        self.say(&format!("{text} Say yes or no."));
        self.mode = Mode::Question(question);
    }

    /// What stands behind the incidents when a decision is said: to whom, until when.
    fn tail(&self, wish: &Wish) -> String {
        match wish {
            Wish::Assign(None) => ", to nobody".to_owned(),
            Wish::Snooze(until) => format!(", until {}", self.app.wakes_at(*until)),
            Wish::Severity(None) | Wish::Kind(None) => ", to none".to_owned(),
            Wish::Assign(Some(to)) | Wish::Severity(Some(to)) | Wish::Kind(Some(to)) => format!(", to {to}"),
            Wish::Close(reason) => format!(", as {}", reason.word()),
            Wish::Merge(into) => format!(", into {}", self.app.desk().name(into)),
            Wish::Ack
            | Wish::Unack
            | Wish::Reopen
            | Wish::Wake
            | Wish::Note(_)
            | Wish::Runbook(_)
            | Wish::Escalate(_) => String::new(),
        }
    }

    /// Which incidents, in words: of a few the titles, of many the names.
    fn about(&self, ids: &[IncidentId]) -> String {
        let name = |id: &IncidentId| self.app.desk().name(id).to_string();
        match ids {
            [only] => {
                let title = self.title_of(only).map(|title| format!(", {title}")).unwrap_or_default();
                format!("{}{title}", name(only))
            }
            few if few.len() <= FEW => {
                let each: Vec<String> = few.iter().map(|id| self.about(std::slice::from_ref(id))).collect();
                format!("{} incidents: {}", few.len(), each.join("; "))
            }
            all => format!("{} incidents: {}", all.len(), all.iter().map(name).collect::<Vec<_>>().join(", ")),
        }
    }

    fn act(&mut self, ids: &[IncidentId], wishes: &[Wish]) -> Vec<Effect> {
        let effects = self.app.act(ids, wishes);
        self.await_record(&effects);
        self.doing =
            if self.is_waiting() { wishes.iter().map(|wish| self.tail(wish)).collect() } else { String::new() };
        effects
    }

    /// What is to be on disk is waited for.
    fn await_record(&mut self, effects: &[Effect]) {
        let entries = effects.iter().filter_map(|effect| match effect {
            Effect::Record(entries) => Some(entries),
            _ => None,
        });
        let ops: BTreeSet<OpId> = entries.flatten().map(|entry| entry.op.clone()).collect();
        if !ops.is_empty() {
            self.awaited = Awaited::Recorded(ops);
        }
    }

    pub(super) fn answer_question(&mut self, question: Question, line: &str) -> Vec<Effect> {
        let word = line.trim().to_lowercase();
        match word.as_str() {
            "yes" | "y" => {}
            "no" | "n" => {
                self.say("No; nothing was changed.");
                return Vec::new();
            }
            // Whoever leaves has not said yes.
            "quit" | "exit" => {
                self.say("No; nothing was changed.");
                self.course = Course::Over;
                return Vec::new();
            }
            _ => {
                self.say("Say yes or no.");
                self.mode = Mode::Question(question);
                return Vec::new();
            }
        }
        match question {
            Question::Decide(ids, wishes) => self.act(&ids, &wishes),
            Question::File(title) => {
                let effects = self.app.open_new(&title);
                self.await_record(&effects);
                effects
            }
            Question::Undo(batch) => self.take_back(&batch),
            Question::Trust => {
                self.awaited = Awaited::Trusted;
                vec![Effect::Trust]
            }
        }
    }

    pub(super) fn lose(&mut self, line: &str) {
        if line.trim() == END {
            self.say("The note is not sent.");
        } else {
            self.mode = Mode::Lost;
        }
    }

    pub(super) fn note_line(&mut self, ids: Vec<IncidentId>, mut text: String, line: &str) -> Vec<Effect> {
        if line.trim() == END {
            if text.trim().is_empty() {
                self.say("The note is empty and is not sent.");
                return Vec::new();
            }
            return self.ask_or_act(ids, Wish::Note(text));
        }
        if text.len() + line.len() > LONGEST_NOTE {
            self.complain("the note is too long; what was typed before is kept, a single full stop sends it");
        } else {
            text.push_str(Clean::block(line).as_str());
            text.push('\n');
        }
        self.mode = Mode::Note(ids, text);
        Vec::new()
    }

    pub(super) fn undo(&mut self) -> Vec<Effect> {
        let Some(last) = self.app.desk().last_act() else {
            self.say("Nothing to undo.");
            self.failed += 1;
            return Vec::new();
        };
        if last.asks(self.app.desk().now()) {
            let text = self.app.before_undoing(&last);
            self.ask(&text, Question::Undo(last.batch));
            return Vec::new();
        }
        self.take_back(&last.batch)
    }

    fn take_back(&mut self, batch: &OpId) -> Vec<Effect> {
        let effects = self.app.take_back(batch);
        if effects.is_empty() {
            self.failed += 1;
        }
        self.await_record(&effects);
        effects
    }

    pub(super) fn ask_new(&mut self, words: &[String]) {
        let title = words.join(" ");
        if let Some(why) = self.app.desk().read_only().cloned() {
            self.complain(&format!("nothing can be decided: {why}"));
        } else if title.is_empty() {
            self.complain("an incident needs a title; say new and the title");
        } else {
            let into = self.app.desk().files_into().clone();
            self.ask(&format!("File a new incident in {into}: {}?", quoted(&title)), Question::File(title));
        }
    }
}
