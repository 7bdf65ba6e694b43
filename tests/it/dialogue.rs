//! Sessions of the dialogue: lines and facts in, lines and effects out. No
//! terminal and no disk: what is to be recorded is recorded at once.

mod acts;
mod hearing;
#[cfg(unix)]
mod process;

use dogwatch::app::App;
use dogwatch::app::dialogue::verbs::{VERBS, verb};
use dogwatch::app::dialogue::{Dialogue, Giver};
use dogwatch::app::event::{Effect, Fact};
use dogwatch::domain::id::{IncidentId, SourceId};
use dogwatch::domain::incident::{Incident, Moment};
use dogwatch::domain::journal::{Entry, Outcome};
use dogwatch::domain::text::Clean;
use proptest::prelude::*;

use crate::screen::{HOSTILE, incident, now, titled, with};

/// Somebody who talks with the program, and the disk that answers it.
pub struct Talk {
    dialogue: Dialogue,
    entries: Vec<Entry>,
    /// What each incident's history is.
    moments: Vec<Moment>,
}

impl Talk {
    fn of(app: App) -> Self {
        Self::given_by(Giver::Person, app)
    }

    fn given_by(giver: Giver, app: App) -> Self {
        let (dialogue, _) = Dialogue::begin(app, giver, now());
        let mut talk = Self { dialogue, entries: Vec::new(), moments: Vec::new() };
        talk.dialogue.take_lines();
        talk
    }

    /// Five incidents, the most pressing first: api#1 SEV1, api#3 and api#2 SEV2, api#4 SEV3, api#5 untriaged.
    fn shift() -> Self {
        Self::of(crate::screen::shift())
    }

    /// Types a line; what is said until the next prompt.
    fn says(&mut self, line: &str) -> Vec<String> {
        let effects = self.dialogue.line(now(), line);
        self.perform(effects);
        assert!(!self.dialogue.is_waiting(), "{line} is not answered");
        self.dialogue.take_lines()
    }

    /// The same as one text.
    fn hears(&mut self, line: &str) -> String {
        self.says(line).join("\n")
    }

    fn happens(&mut self, fact: Fact) -> Vec<String> {
        let effects = self.dialogue.fact(now(), fact);
        self.perform(effects);
        self.dialogue.take_lines()
    }

    /// Somebody else changed these.
    fn changed(&mut self, incidents: Vec<Incident>) -> Vec<String> {
        self.happens(Fact::Page { source: SourceId::from("api"), incidents })
    }

    /// The tracker answers whatever is on its way.
    fn settle(&mut self, outcome: &Outcome) {
        let unsettled = self.dialogue.app().desk().journal().unsettled();
        let ops: Vec<_> = unsettled.filter(|entry| entry.is_sending()).map(|entry| entry.op.clone()).collect();
        for op in ops {
            let effects = self.dialogue.fact(now(), Fact::Settled { op, outcome: outcome.clone() });
            self.perform(effects);
        }
    }

    /// What was decided, as `verb id`.
    fn decided(&self) -> Vec<String> {
        self.entries.iter().map(|entry| format!("{} {}", entry.decision.verb(), entry.incident)).collect()
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let fact = match effect {
                Effect::Record(entries) => {
                    let first = self.entries.len() as u64 + 1;
                    let places = entries.iter().zip(first..).map(|(entry, seq)| (entry.op.clone(), seq)).collect();
                    self.entries.extend(entries);
                    Fact::Recorded(places)
                }
                Effect::LoadDetail(id) => Fact::DetailLoaded {
                    id,
                    body: Some(Clean::block("first\n\nsecond")),
                    moments: self.moments.clone(),
                },
                _ => continue,
            };
            let more = self.dialogue.fact(now(), fact);
            self.perform(more);
        }
    }
}

#[test]
fn at_the_start_it_says_where_one_is_and_how_to_go_on() {
    let (mut dialogue, _) = Dialogue::begin(crate::screen::shift(), Giver::Person, now());
    assert_eq!(
        dialogue.take_lines(),
        [
            "dogwatch for team, as ana. Open: 1 SEV1, 2 SEV2, 1 SEV3, 1 untriaged. Api is fresh. Nothing is unsent.",
            "Say list to hear them, help for all commands.",
        ]
    );
    assert_eq!(dialogue.prompt(), "dogwatch> ");
}

#[test]
fn the_list_is_a_sentence_each_with_all_state_in_words() {
    let said = Talk::shift().says("list");
    assert_eq!(said[0], "5 incidents.");
    assert_eq!(
        said[1],
        "1. SEV1, needs you now, api#1, \"title of 1\", open 30 minutes, overdue by 15 minutes, nobody has it."
    );
    assert!(said[5].starts_with("5. untriaged, api#5, \"title of 5\", open 10 minutes"), "{said:?}");
    assert_eq!(Talk::shift().says("list sev:SEV2")[0], "2 incidents.");
    assert_eq!(Talk::shift().hears("l nothing-like-it"), "Nothing matches.");
}

#[test]
fn a_number_means_what_was_read_out_wherever_that_stands_by_now() {
    let mut talk = Talk::shift();
    talk.says("list");
    talk.changed(vec![incident("api#9", 40, &["SEV1"])]);
    let rows = &talk.dialogue.app().desk().queue().rows;
    assert_eq!(rows[0].id, IncidentId::new("api#9"), "the list is another one by now");
    talk.says("ack 1");
    assert_eq!(talk.decided(), ["ack api#1"]);
    talk.says("list");
    talk.says("ack 1");
    assert_eq!(talk.decided(), ["ack api#1", "ack api#9"]);
}

#[test]
fn what_was_not_read_out_yet_has_no_number() {
    let many = (1..=60).map(|number| incident(&format!("api#{number}"), 100 - number, &["SEV2"])).collect();
    let mut talk = Talk::of(with(many));
    let said = talk.says("list");
    assert_eq!(said.last().unwrap(), "35 more lines; say more to hear them.");
    assert_eq!(talk.hears("ack 26"), "Not done: number 26 was not read out yet; say more until you hear it.");
    talk.says("more");
    assert!(talk.hears("ack 26").starts_with("Done: ack api#26"));
    assert!(talk.hears("ack 61").contains("there is no number 61; the last is 60"));
}

#[test]
fn a_number_of_another_list_is_no_incident() {
    let mut talk = Talk::shift();
    assert!(talk.hears("ack 1").contains("nothing was read out yet that is number 1; say list"));
    talk.says("list");
    talk.says("ack 1");
    talk.says("log");
    assert!(talk.hears("ack 1").contains("1 is a line of the log; say list to hear the incidents again"));
    assert_eq!(talk.decided(), ["ack api#1"]);
    talk.says("ack api#2");
    assert_eq!(talk.decided(), ["ack api#1", "ack api#2"], "an id means the same everywhere");
}

#[test]
fn one_incident_is_told_in_full_and_needs_no_number_after_that() {
    let mut talk = Talk::shift();
    let by = Some(Clean::line("ben"));
    talk.moments = vec![Moment { at: now(), by, what: Clean::line("commented"), text: Some(Clean::block("a\nb")) }];
    talk.says("list");
    let said = talk.says("show 2");
    assert_eq!(said[0], "api#3, \"title of 3\".");
    let text = ["Its text, 2 lines:", "\"first\"", "\"second\"", "History, 1 event, the oldest first:"];
    assert!(said.windows(4).any(|lines| lines == text), "{said:#?}");
    assert!(
        said.ends_with(&["less than a minute ago, ben commented:", "\"a\"", "\"b\""].map(str::to_owned)),
        "{said:#?}"
    );
    assert_eq!(talk.hears("ack"), "Done: ack api#3, \"title of 3\".");
    talk.says("list");
    assert!(talk.hears("ack").contains("Which one?"), "a new list ends it");
}

#[test]
fn a_hostile_title_stays_within_its_line_and_its_quotation_marks() {
    let evil = format!("x\". \n2. SEV1, needs you now, api#66, \"fake{HOSTILE}");
    let mut talk = Talk::of(with(vec![titled(incident("api#1", 30, &["SEV1"]), &evil)]));
    talk.moments =
        vec![Moment { at: now(), by: None, what: Clean::line("commented"), text: Some(Clean::block(&evil)) }];
    let mut said = talk.says("list");
    assert_eq!(said.len(), 2, "{said:#?}");
    assert_eq!(said[1].matches('"').count(), 2, "{said:#?}");
    assert!(said[1].starts_with("1. SEV1, needs you now, api#1, \"x'."), "{said:#?}");
    said.extend(talk.says("show 1"));
    assert!(!said.iter().any(|line| line.starts_with("2. ")), "{said:#?}");
    for line in &said {
        assert!(!line.chars().any(char::is_control) && !line.contains(['\u{202e}', '\u{200b}']), "{line:?}");
    }
}

#[test]
fn no_answer_has_a_mark_or_a_box_of_the_screen() {
    let mut talk = Talk::shift();
    let asked = ["list", "where", "log", "rotation", "calendar", "health", "events", "help", "triage", "next", "trust"];
    for line in asked.into_iter().chain(VERBS.iter().map(|verb| verb.name).filter(|name| *name == "more")) {
        for said in talk.says(line) {
            let drawn = |c: char| matches!(c, '\u{2500}'..='\u{25ff}' | '…' | '·' | '✗' | '✓');
            assert!(!said.chars().any(drawn), "{line}: {said}");
        }
    }
}

#[test]
fn every_command_has_words_of_its_own_and_help_tells_it() {
    let mut words = std::collections::BTreeMap::new();
    for verb in VERBS {
        for word in verb.also.iter().chain([&verb.name]) {
            let known = words.insert(*word, verb.does);
            assert!(known.is_none(), "{word} means two things");
        }
        let told = Talk::shift().hears(&format!("help {}", verb.name));
        assert!(told.starts_with(&verb.form()), "{told}");
    }
    for name in ["ack", "unack", "assign", "close", "reopen", "snooze", "wake", "note", "severity", "kind", "merge"]
        .into_iter()
        .chain([
            "escalate", "new", "undo", "log", "show", "queue", "oncall", "calendar", "triage", "handoff", "runbook",
        ])
        .chain(["review", "check", "trust", "status"])
    {
        assert!(verb(name).is_some(), "the command line knows {name}");
    }
}

#[test]
fn a_typing_error_does_nothing_and_names_the_nearest_command() {
    let mut talk = Talk::shift();
    talk.says("list");
    assert_eq!(talk.hears("aks 1"), "There is no command \"aks\"; nothing was done. The nearest is ack NUMBERS.");
    assert_eq!(
        talk.hears("frobnicate 1"),
        "There is no command \"frobnicate\"; nothing was done. Say help to hear the commands."
    );
    assert!(talk.hears("ack one").contains("\"one\" is no number and no id. Which one?"));
    assert!(talk.hears("ack api#77").contains("no incident api#77 is known here"));
    assert!(talk.hears("override ops").contains("run dogwatch override in a shell"));
    assert!(talk.decided().is_empty());
    assert_eq!(talk.dialogue.failures(), 5);
}

#[test]
fn a_triage_walks_one_at_a_time_and_decides_without_numbers() {
    let mut talk = Talk::of(with(vec![incident("api#1", 60, &[]), incident("api#2", 30, &[])]));
    let said = talk.says("triage");
    assert!(said[0].starts_with("2 incidents to walk."), "{said:?}");
    assert!(said[1].starts_with("1 of 2, untriaged, api#1,"), "{said:?}");
    assert!(said[1].ends_with("it has no severity and no kind."), "{said:?}");
    talk.says("severity SEV2");
    assert!(talk.hears("next").starts_with("2 of 2, untriaged, api#2,"));
    talk.says("sev SEV3");
    assert_eq!(talk.hears("next"), "That was the last; the triage is over.");
    assert_eq!(talk.decided(), ["severity api#1", "severity api#2"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_typed_is_answered_in_clean_lines(lines in prop::collection::vec(typed(), 1..12)) {
        let mut talk = Talk::shift();
        for line in lines {
            let effects = talk.dialogue.line(now(), &line);
            talk.perform(effects);
            if talk.dialogue.is_waiting() {
                talk.dialogue.give_up();
            }
            for said in talk.dialogue.take_lines() {
                prop_assert!(!said.chars().any(char::is_control), "{line:?}: {said:?}");
            }
        }
    }
}

/// A command with some words, or any text.
fn typed() -> impl Strategy<Value = String> {
    let names: Vec<&str> = VERBS.iter().map(|verb| verb.name).collect();
    let word = prop_oneof![Just("1"), Just("2-4"), Just("api#2"), Just("into"), Just("until"), Just("2h"), Just("ben")];
    let command = (prop::sample::select(names), prop::collection::vec(word, 0..4));
    let command = command.prop_map(|(name, words)| format!("{name} {}", words.join(" ")));
    prop_oneof![4 => command, 1 => Just("yes".to_owned()), 1 => Just(".".to_owned()), 1 => any::<String>()]
}
