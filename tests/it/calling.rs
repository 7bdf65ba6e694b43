//! Calls as they leave the program: the bell, the sequences that terminals
//! document, the desktop's own program, the title; and the terminal without
//! any of it afterwards.

#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;

use crate::github::Fake;
use crate::pty::{Launch, Pty};
use crate::station::{Station, team_file};

/// Alice, whose screen asks each second, and an issue that she knows.
fn alice() -> (Fake, Station) {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &["bug"]);
    let alice = Station::of(&fake, "alice");
    let slowly = "token_env = \"DW_TOKEN\"";
    alice.team(&team_file(&fake.url(), "0.02s", "0.3s").replace(slowly, &format!("{slowly}\nevery = \"1s\"")));
    assert_eq!(alice.run(&["sync"]).code, Some(0));
    (fake, alice)
}

fn personal(alice: &Station, text: &str) {
    let folder = alice.home().join(".config/dogwatch");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), text).unwrap();
}

fn with(launch: Launch, variables: &[(&str, &str)]) -> Launch {
    variables.iter().fold(launch, |launch, (name, value)| launch.env(name, value))
}

fn place(all: &[u8], part: &str) -> Option<usize> {
    all.windows(part.len()).position(|window| window == part.as_bytes())
}

fn leave(screen: &Pty) -> Vec<u8> {
    screen.send("q");
    assert_eq!(screen.wait_exit().code, 0);
    assert_eq!(screen.leftovers(), [""; 0]);
    screen.raw()
}

#[test]
fn a_call_rings_and_then_speaks_as_the_terminal_understands_it() {
    let told = "new SEV1: api#2 cache, misses";
    let ssh = ("SSH_TTY", "/dev/pts/9");
    let osc9 = format!("\x1b]9;dogwatch: {told}\x1b\\");
    let wrapped = format!("\x1bPtmux;\x1b\x1b]9;dogwatch: {told}\x1b\x1b\\\x1b\\");
    let pieces = format!("\x1bP\x1b]9;dogwatch: {told}\x07\x1b\\");
    let osc777 = format!("\x1b]777;notify;dogwatch;{told}\x1b\\");
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[ssh, ("LC_TERMINAL", "iTerm2")], &osc9),
        (&[("TERM_PROGRAM", "WezTerm")], &osc9),
        (&[("TMUX", "/tmp/none,1,0"), ("TERM", "tmux-256color"), ("LC_TERMINAL", "iTerm2")], &wrapped),
        (&[("STY", "1.pts"), ("TERM", "screen"), ("GHOSTTY_RESOURCES_DIR", "/opt/ghostty")], &pieces),
        (&[ssh, ("TERM", "rxvt-unicode-256color")], &osc777),
    ];
    for (variables, expected) in cases {
        let (fake, alice) = alice();
        let screen = with(alice.screen(&[]), variables).start();
        screen.wait_for("loader hangs");
        fake.by("bob").open("cache; misses", &["SEV1"]);
        screen.wait_for_raw(expected.as_bytes());
        let raw = leave(&screen);
        let bell = place(&raw, "\x07").unwrap();
        assert!(bell < place(&raw, expected).unwrap(), "the bell is heard everywhere: {variables:?}");
    }
}

#[test]
fn a_terminal_that_nobody_knows_only_rings_and_so_does_one_that_is_looked_at() {
    for (variables, keys) in [(&[("SSH_TTY", "x")], ""), (&[("TERM_PROGRAM", "WezTerm")], "\x1b[I")] {
        let (fake, alice) = alice();
        let screen = with(alice.screen(&[]), variables).start();
        screen.wait_for("loader hangs");
        screen.send(keys);
        fake.by("bob").open("cache misses", &["SEV1"]);
        screen.wait_for_raw(b"\x07");
        let raw = leave(&screen);
        assert_eq!((place(&raw, "\x1b]9;"), place(&raw, "\x1b]777;")), (None, None), "{variables:?}");
    }
}

#[test]
fn on_a_desktop_the_text_is_an_argument_of_its_program_and_nothing_else() {
    let (fake, alice) = alice();
    let bin = alice.home().join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    let program = bin.join("notify-send");
    let script = "#!/bin/sh\nfor word in \"$@\"; do printf '[%s]' \"$word\"; done > \"$HOME/heard.new\"\n\
                  mv \"$HOME/heard.new\" \"$HOME/heard\"\necho noise; echo noise >&2\n";
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let screen = with(alice.screen(&[]), &[("DISPLAY", ":7"), ("PATH", &path), ("TERM_PROGRAM", "WezTerm")]).start();
    screen.wait_for("loader hangs");
    fake.by("mallory").open("--help $(touch x) `id` <b>\u{1b}]0;x\u{7} \"q'", &["SEV1"]);
    screen.wait_for_raw(b"\x07");
    let heard = alice.home().join("heard");
    fake.wait_until("the program has run", |_, _| heard.exists());
    let words = std::fs::read_to_string(heard).unwrap();
    let expected = "[--app-name=dogwatch][--][dogwatch: new SEV1: api#2 --help $(touch x) `id` <b>";
    assert!(words.starts_with(expected), "{words:?}");
    assert!(!words.contains(['\u{1b}', '\u{7}']), "{words:?}");
    let raw = leave(&screen);
    assert_eq!(place(&raw, "\x1b]9;"), None, "it is told once");
    assert_eq!(place(&raw, "noise"), None, "what the program says is nobody's business");
    assert!(!alice.home().join("x").exists());
}

#[test]
fn the_title_counts_while_the_screen_runs_and_is_given_back() {
    let (fake, alice) = alice();
    let screen = alice.screen(&[]).start();
    screen.wait_for_raw(b"\x1b]2;dogwatch: 1 untriaged\x1b\\");
    fake.by("bob").open("\u{1b}]2;evil\u{7}", &["SEV1"]);
    screen.wait_for_raw(b"\x1b]2;dogwatch: 1 need you, 1 untriaged\x1b\\");
    let raw = leave(&screen);
    let (kept, set) = (place(&raw, "\x1b[22;0t").unwrap(), place(&raw, "\x1b]2;").unwrap());
    assert!(kept < set && set < place(&raw, "\x1b[23;0t").unwrap());
    assert_eq!(place(&raw, "\x1b]2;evil"), None);
    let count = |part: &str| raw.windows(part.len()).filter(|window| *window == part.as_bytes()).count();
    assert_eq!((count("\x1b]2;"), count("\x1b[?1004h"), count("\x1b[?1004l")), (2, 1, 1), "said where it changes");
}

#[test]
fn a_title_that_is_switched_off_stays_as_it_is() {
    let (_fake, alice) = alice();
    personal(&alice, "[ui]\ntitle = false\n");
    let screen = alice.screen(&[]).start();
    screen.wait_for("loader hangs");
    let raw = leave(&screen);
    for part in ["\x1b]2;", "\x1b[22;0t", "\x1b[23;0t"] {
        assert_eq!(place(&raw, part), None, "{}", part.escape_debug());
    }
}

#[test]
fn the_last_words_stand_below_the_prompt_and_say_what_is_unsent() {
    let (_fake, alice) = alice();
    let screen = alice.screen(&["--offline"]).size(120, 24).start();
    screen.wait_for("loader hangs");
    screen.send("a");
    screen.wait_for("+ acked   api#1");
    leave(&screen);
    let last = screen.screen();
    assert_eq!(last, "decided here: 1 ack; 1 decision is not sent yet; it is kept, and `dogwatch sync` sends it");
    let quiet = alice.screen(&["--offline", "--readonly"]).start();
    quiet.wait_for("loader hangs");
    leave(&quiet);
}
