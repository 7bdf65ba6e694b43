//! What is asked before a team begins: little, each with an answer that Enter
//! takes.

use chrono_tz::Tz;

use super::Beginning;
use super::crew::{Member, counted};
use super::name::{id_of, said};
use crate::config::TrackerKind;
use crate::domain::text::Clean;

/// A team's name is no longer than this.
const NAME: usize = 60;
/// So many people take turns, at the most.
const TURNS: usize = 12;

/// What stands for nobody, and for nothing.
const NONE: &[&str] = &["nobody", "none"];

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// What the team is called.
    Team,
    /// Whose clock it goes by.
    TimeZone,
    /// Who takes turns on call.
    OnCall,
    /// What wakes people.
    Pages,
    /// Where decisions are recorded.
    Tracker,
}

/// A question, and what Enter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What it is about.
    pub topic: Topic,
    /// What helps to answer it, each on a line before it.
    pub facts: Vec<Clean>,
    /// As it is put, on one line.
    pub text: String,
    /// What an empty answer means.
    pub default: String,
}

/// From which severity on people are called at any hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    /// Never.
    Nothing,
    /// For the highest alone.
    Sev1,
    /// For the two highest.
    Sev2,
}

impl Pages {
    fn word(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Sev1 => "SEV1",
            Self::Sev2 => "SEV2",
        }
    }
}

/// What people have said, or what is taken for granted while they say nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// What the team is called.
    pub team: String,
    /// Whose clock it goes by.
    pub zone: Tz,
    /// The ids of those who take turns.
    pub on_call: Vec<String>,
    /// What wakes them.
    pub pages: Pages,
    /// Where decisions are recorded.
    pub tracker: TrackerKind,
}

impl Beginning {
    /// What holds if nobody says anything.
    pub fn answers(&self) -> Answers {
        let of_repo = self.repo.as_deref().and_then(|repo| repo.split('/').nth(1));
        let name = of_repo.and_then(|name| said(name, NAME)).or_else(|| said(&self.seen.folder, NAME));
        Answers {
            team: name.unwrap_or_else(|| "team".to_owned()),
            zone: self.seen.zone,
            on_call: self.crew.active(self.seen.now).take(TURNS).map(|member| member.id.clone()).collect(),
            // Nobody is woken who has not said so.
            pages: Pages::Nothing,
            tracker: self.tracker(),
        }
    }

    /// What to ask, in order: five questions at the most.
    pub fn questions(&self) -> Vec<Question> {
        let answers = self.answers();
        let on_call = if answers.on_call.is_empty() { "nobody".to_owned() } else { answers.on_call.join(" ") };
        let mut asked = vec![
            (Topic::Team, "What is the team called?", answers.team),
            (Topic::TimeZone, "Whose clock does it go by (an IANA time zone)?", answers.zone.name().to_owned()),
            (Topic::OnCall, "Who takes turns on call?", on_call),
            (Topic::Pages, "What wakes people at any hour: SEV1, SEV2 or none?", answers.pages.word().to_owned()),
        ];
        if answers.tracker == TrackerKind::Github {
            let text = "Where are decisions recorded: github (issues) or local (this machine)?";
            asked.push((Topic::Tracker, text, "github".to_owned()));
        }
        let question = |(topic, text, default): (Topic, &str, String)| {
            let facts = if topic == Topic::OnCall { self.work() } else { Vec::new() };
            Question { topic, facts, text: text.to_owned(), default }
        };
        asked.into_iter().map(question).collect()
    }

    /// What each of the people has committed, and until when.
    fn work(&self) -> Vec<Clean> {
        let told = |member: &Member| match member.last {
            Some(last) => {
                let day = last.with_timezone(&self.seen.zone).date_naive();
                format!("{}: {} in 12 months, the last on {day}", member.id, counted(member.commits))
            }
            None => format!("{}: no commit in 12 months", member.id),
        };
        self.crew.people().map(|member| Clean::line(&told(member))).collect()
    }

    /// Takes an answer; an empty one leaves what holds.
    ///
    /// # Errors
    ///
    /// What to write instead.
    pub fn take(&self, answers: &mut Answers, topic: Topic, text: &str) -> Result<(), String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        match topic {
            Topic::Team => answers.team = said(text, NAME).ok_or("write a name of a few words")?,
            Topic::TimeZone => {
                answers.zone = text.parse().map_err(|_| "write an IANA time zone, as in Europe/London")?;
            }
            Topic::OnCall => answers.on_call = self.turns(text)?,
            Topic::Pages => {
                let all = [Pages::Nothing, Pages::Sev1, Pages::Sev2];
                let none = is_none(text).then_some(Pages::Nothing);
                let meant = none.or_else(|| all.into_iter().find(|pages| pages.word().eq_ignore_ascii_case(text)));
                answers.pages = meant.ok_or("write SEV1, SEV2 or none")?;
            }
            Topic::Tracker => {
                answers.tracker = match text.to_lowercase().as_str() {
                    "github" => TrackerKind::Github,
                    "local" => TrackerKind::Local,
                    _ => return Err("write github or local".to_owned()),
                };
            }
        }
        Ok(())
    }

    /// People by their ids; where nobody has committed yet, whatever ids people give themselves.
    fn turns(&self, text: &str) -> Result<Vec<String>, String> {
        let mut ids: Vec<String> = Vec::new();
        for word in text.split([' ', ',', '\t']).filter(|word| !word.is_empty()) {
            let id = word.to_lowercase();
            if is_none(&id) || ids.contains(&id) {
                continue;
            }
            let all: Vec<&str> = self.crew.people().map(|member| member.id.as_str()).collect();
            let fits = if all.is_empty() { id_of(&id) == id && id != "everyone" } else { all.contains(&id.as_str()) };
            if !fits {
                return Err(if all.is_empty() {
                    "write ids of a-z, 0-9 and -, with a blank between them, or nobody".to_owned()
                } else {
                    format!("write some of {}, or nobody; others can be added to the file", all.join(" "))
                });
            }
            ids.push(id);
        }
        ids.truncate(TURNS);
        Ok(ids)
    }
}

fn is_none(text: &str) -> bool {
    NONE.iter().any(|word| word.eq_ignore_ascii_case(text))
}
