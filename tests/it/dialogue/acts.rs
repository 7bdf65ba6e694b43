//! Decisions in words.

use dogwatch::app::dialogue::Giver;
use dogwatch::app::event::Fact;
use dogwatch::domain::journal::Outcome;
use dogwatch::domain::text::Clean;

use super::Talk;
use crate::screen::{incident, with};

#[test]
fn an_ack_is_said_once_it_is_on_disk_and_is_taken_back_whole() {
    let mut talk = Talk::shift();
    talk.says("list");
    talk.dialogue.line(crate::screen::now(), "ack 1");
    assert!(talk.dialogue.is_waiting(), "nothing is done before it is on disk");
    assert!(talk.dialogue.take_lines().is_empty());
    talk.dialogue.give_up();
    assert!(talk.dialogue.take_lines()[0].starts_with("Not done: it is not on disk yet"));

    let mut talk = Talk::shift();
    talk.says("list");
    assert_eq!(talk.hears("ack 1"), "Done: ack api#1, \"title of 1\".");
    assert_eq!(talk.hears("undo"), "Undone: ack api#1, \"title of 1\".");
    assert_eq!(talk.decided(), ["ack api#1", "unack api#1"]);
    assert_eq!(talk.hears("undo"), "Nothing to undo.");
}

#[test]
fn several_are_asked_about_once_and_nothing_happens_before_a_yes() {
    let mut talk = Talk::shift();
    talk.says("list");
    let asked = "Ack 2 incidents: api#1, \"title of 1\"; api#2, \"title of 2\"? Say yes or no.";
    assert_eq!(talk.hears("ack 1 3"), asked);
    assert_eq!(talk.dialogue.prompt(), "yes or no> ");
    assert_eq!(talk.hears("perhaps"), "Say yes or no.");
    assert_eq!(talk.hears("no"), "No; nothing was changed.");
    assert!(talk.decided().is_empty());
    let near = "Not done: there is no command \"akc\"; ack is like it; say help to hear them.";
    assert_eq!(talk.hears("help akc"), near);
    assert_eq!(talk.hears("merge 1 into 1"), "Not done: an incident cannot be merged into itself.");
    assert_eq!(talk.hears("ack 2-5,1"), "Ack 5 incidents: api#3, api#2, api#4, api#5, api#1? Say yes or no.");
    assert_eq!(talk.hears("yes"), "Done: ack 5 incidents.");
    assert_eq!(talk.decided().len(), 5);
    assert_eq!(talk.hears("undo"), "Undone: ack of 5 incidents.");
}

#[test]
fn a_close_and_a_merge_are_asked_about_and_name_what_goes() {
    let mut talk = Talk::shift();
    talk.says("list");
    assert_eq!(talk.hears("close 1"), "Close api#1, \"title of 1\", as completed? Say yes or no.");
    talk.says("no");
    assert_eq!(talk.hears("close 1 not planned"), "Close api#1, \"title of 1\", as not-planned? Say yes or no.");
    assert_eq!(talk.hears("yes"), "Done: close api#1, \"title of 1\", as not-planned.");
    let asked = "Merge api#2, \"title of 2\" into api#3, \"title of 3\"? It is closed as a duplicate. Say yes or no.";
    assert_eq!(talk.hears("merge 3 into 2"), asked);
    talk.dialogue.drop_line();
    assert_eq!(talk.dialogue.take_lines(), ["Dropped; nothing was changed."]);
    assert_eq!(talk.decided(), ["close api#1"]);
    assert!(talk.hears("close 2 because").contains("\"because\" is no reason to close"));
}

#[test]
fn what_a_decision_is_about_is_said_back() {
    let mut talk = Talk::shift();
    talk.says("list");
    assert_eq!(talk.hears("assign 1 to ben"), "Done: assign api#1, \"title of 1\", to ben.");
    assert_eq!(talk.hears("assign 2 me"), "Done: assign api#3, \"title of 3\", to ana.");
    assert_eq!(talk.hears("sev 4 sev1"), "Done: severity api#4, \"title of 4\", to sev1.");
    assert_eq!(talk.hears("snooze 3 for 2 hours"), "Done: snooze api#2, \"title of 2\", until 16:12.");
    assert_eq!(talk.hears("snooze 5 2h"), "Done: snooze api#5, \"title of 5\", until 16:12.");
    assert!(talk.hears("snooze 5 until whenever").contains("\"whenever\" is no time"));
    assert!(talk.hears("snooze 5").contains("until when?"));
    assert!(talk.hears("severity 1 SEV9").starts_with("Not done: api#1: no severity `SEV9`"));
    assert!(talk.hears("assign 1 ben soon").contains("\"soon\" is one word too many"));
}

#[test]
fn a_note_is_the_lines_up_to_a_single_full_stop() {
    let mut talk = Talk::shift();
    talk.says("list");
    talk.says("note 1");
    assert_eq!(talk.dialogue.prompt(), "note> ");
    talk.says("quit");
    talk.says("  and indented");
    assert_eq!(talk.hears("."), "Done: note api#1, \"title of 1\".");
    let note = format!("{:?}", talk.entries[0].decision);
    assert!(note.contains(r"quit\n  and indented"), "{note}");

    talk.says("note 2 2 workers died");
    let note = format!("{:?}", talk.entries[1].decision);
    assert!(note.contains("\"2 workers died\""), "the second number is text: {note}");

    talk.says("note 1");
    assert_eq!(talk.hears("."), "The note is empty and is not sent.");
    talk.says("note 1");
    talk.says("never mind");
    talk.dialogue.drop_line();
    assert_eq!(talk.dialogue.take_lines(), ["Dropped; the note is not sent."]);
    assert_eq!(talk.entries.len(), 2);
}

#[test]
fn the_lines_of_a_note_that_could_not_begin_are_no_commands_in_a_list() {
    let mut talk = Talk::given_by(Giver::List, crate::screen::shift());
    talk.says("list");
    assert_eq!(talk.hears("note 9"), "Not done: there is no number 9; the last is 5.");
    for line in ["ack 1", "undo", "quit"] {
        assert_eq!(talk.hears(line), "", "{line} was written as a note");
    }
    assert_eq!(talk.hears("."), "The note is not sent.");
    assert!(talk.decided().is_empty() && !talk.dialogue.is_over());
    assert!(talk.hears("ack 1").starts_with("Done: ack api#1"));
}

#[test]
fn what_was_not_answered_at_the_end_is_not_done() {
    for (line, said) in [
        ("close 1", "Not done: the last question was not answered, so nothing was changed."),
        ("note 1", "Not done: the note was not ended by a single full stop, so it is not sent."),
    ] {
        let mut talk = Talk::shift();
        talk.says("list");
        talk.says(line);
        talk.dialogue.end();
        assert_eq!(talk.dialogue.take_lines(), [said, "Nothing is unsent. Bye."]);
        assert!(talk.decided().is_empty());
        assert_eq!(talk.dialogue.failures(), 1);
    }
}

#[test]
fn a_new_incident_is_asked_about_and_told_by_its_number_once_it_has_one() {
    let mut talk = Talk::shift();
    assert_eq!(talk.hears("new login fails"), "File a new incident in api: \"login fails\"? Say yes or no.");
    assert_eq!(talk.hears("yes"), "Done: filed, its number follows, \"login fails\".");
    assert!(talk.decided()[0].starts_with("new new:"));
}

#[test]
fn a_refusal_is_said_and_can_be_put_away_by_its_number_in_the_log() {
    let mut talk = Talk::shift();
    talk.says("list");
    talk.says("ack 1");
    talk.settle(&Outcome::refused("the token may not write"));
    let said = talk.hears("where");
    assert!(said.contains("1 refusal to look at, say log"), "{said}");
    assert!(said.contains("Meanwhile: ack api#1 refused: the token may not write."), "{said}");
    let log = talk.hears("log");
    assert!(log.contains("1. less than a minute ago, ack api#1 refused: \"the token may not write\""), "{log}");
    assert_eq!(talk.hears("dismiss 1"), "It is put away.");
    assert!(!talk.hears("where").contains("to look at"));
    assert!(talk.hears("dismiss 1").contains("asks for nothing"));
}

#[test]
fn nothing_is_decided_where_nothing_may_be() {
    let mut talk = Talk::shift();
    talk.happens(Fact::ReadOnly(Clean::line("the disk is full")));
    talk.says("list");
    for line in ["ack 1", "close 1", "new one", "note 1"] {
        assert!(talk.hears(line).starts_with("Not done: nothing can be decided: the disk is full"), "{line}");
    }
    assert!(talk.decided().is_empty());
}

#[test]
fn what_is_not_an_eval_finding_cannot_be_called_flaky() {
    let mut talk = Talk::of(with(vec![incident("api#1", 60, &[])]));
    talk.says("list");
    let said = talk.hears("flaky 1 until monday because it flakes");
    assert!(said.starts_with("Not done: only an eval finding can be called flaky"), "{said}");
    assert!(said.ends_with("It is said as: flaky NUMBERS until DAY because WHY."), "{said}");
}
