//! The program itself, spoken with over a terminal and over a pipe.

use crate::github::{Fake, Fault, Matcher};
use crate::pty::Launch;
use crate::station::Station;

fn shift(titles: &[&str]) -> (Fake, Station) {
    let fake = Fake::start();
    for title in titles {
        fake.by("bob").open(title, &["bug"]);
    }
    let alice = Station::of(&fake, "alice");
    assert_eq!(alice.run(&["sync"]).code, Some(0));
    (fake, alice)
}

#[test]
fn on_a_terminal_not_one_byte_is_for_drawing() {
    let (fake, alice) = shift(&["loader hangs", "evil \u{1b}[2J\u{9b}31m title"]);
    fake.fail_always(Matcher::any(), Fault::Hang);
    let talk = alice.screen(&["--plain"]).start();
    talk.wait_for_raw(b"dogwatch> ");
    talk.send("list\r");
    talk.wait_for_raw(b"1. untriaged, api#1, \"loader hangs\"");
    talk.send("ack 1\r");
    talk.wait_for_raw(b"Done: ack api#1, \"loader hangs\".");
    talk.send("undo\r");
    talk.wait_for_raw(b"Undone: ack api#1, \"loader hangs\".");
    talk.send("close 2\r");
    talk.wait_for_raw(b"yes or no> ");
    talk.send("\x03");
    talk.wait_for_raw(b"Dropped; nothing was changed.");
    talk.send("quit\r");
    assert_eq!(talk.wait_exit().code, 0);
    let raw = talk.raw();
    assert!(!raw.iter().any(|byte| matches!(byte, 0x1b | 0x07 | 0x08)), "{}", String::from_utf8_lossy(&raw));
    assert!(!String::from_utf8_lossy(&raw).contains('\u{9b}'));
    assert!(fake.writes().is_empty());
}

#[test]
fn a_dumb_terminal_gets_the_dialogue_and_the_end_of_input_leaves_it() {
    let (_fake, alice) = shift(&["loader hangs"]);
    let talk = alice.screen(&[]).env("TERM", "dumb").start();
    talk.wait_for_raw(b"dogwatch> ");
    talk.send("\x04");
    talk.wait_for_raw(b"Bye.");
    assert_eq!(talk.wait_exit().code, 0);
    assert!(!talk.raw().contains(&0x1b));
}

#[test]
fn the_personal_file_can_ask_for_it() {
    let (_fake, alice) = shift(&["loader hangs"]);
    let folder = alice.home().join(".config/dogwatch");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "[ui]\nplain = true\n").unwrap();
    let talk = alice.screen(&[]).start();
    talk.wait_for_raw(b"dogwatch> ");
    talk.signal("TERM");
    talk.wait_for_raw(b"Bye.");
    assert_eq!(talk.wait_exit().code, 0);
}

#[test]
fn a_list_of_commands_is_done_in_its_order_and_reaches_the_tracker() {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &["bug"]);
    let alice = Station::of(&fake, "alice");
    let said = alice.pipe(&["--plain"], "refresh\nlist\nsev 1 SEV2\nack 1\nnote 1 seen it\nquit\n");
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stdout.contains("\ndogwatch> ack 1\nDone: ack api#1, \"loader hangs\".\n"), "{}", said.stdout);
    assert!(said.stdout.ends_with("Nothing is unsent. Bye.\n"), "{}", said.stdout);
    assert_eq!(fake.comments(1).iter().filter(|comment| comment.body.contains("seen it")).count(), 1);
    let labels = format!("{:?}", fake.issue(1));
    assert!(labels.contains("SEV2"), "{labels}");
}

#[test]
fn a_command_that_comes_to_nothing_is_told_by_the_exit_code() {
    let (_fake, alice) = shift(&["loader hangs"]);
    let said = alice.pipe(&["--plain"], "list\nack 7\n");
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("Not done: there is no number 7; the last is 1."), "{}", said.stdout);
    let fine = alice.pipe(
        &["--plain"],
        "list
ack 1
",
    );
    assert_eq!(fine.code, Some(0), "{fine:?}");
}

#[test]
fn without_a_terminal_and_the_flag_the_queue_is_printed_once() {
    let (_fake, alice) = shift(&["loader hangs"]);
    let said = alice.pipe(&[], "ack 1\n");
    assert_eq!(said.code, Some(0));
    assert!(said.stderr.contains("this is no terminal, so here is the queue as text"), "{said:?}");
    assert!(said.stdout.contains("api#1") && alice.journal().is_empty());
}

#[test]
fn a_demo_reads_a_runbook_step_by_step() {
    let home = tempfile::TempDir::new().unwrap();
    let script = "list\nrunbook 1\nnext\ndone\nworked it helped\nquit\n";
    let talk = Launch::program(
        "/bin/sh",
        &["-c", &format!("printf '{script}' | \"$0\" demo --plain"), env!("CARGO_BIN_EXE_dogwatch")],
    )
    .home(home.path())
    .start();
    talk.wait_for_raw(b"Runbook \"An MCP tool fails\", the page for mcp-tool-failure");
    talk.wait_for_raw(b"Step 1 of ");
    talk.wait_for_raw(b"Done: ticked off: 1 of ");
    talk.wait_for_raw(b"Step 2 of ");
    talk.wait_for_raw(b"An MCP tool fails: worked");
    assert_eq!(talk.wait_exit().code, 0);
    assert!(!talk.raw().contains(&0x1b));
}
