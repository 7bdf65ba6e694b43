//! The running screen in a real terminal: at once there, quiet while nothing
//! happens, deaf to what titles would have it do, and gone without a trace.

#![cfg(unix)]

mod colours;

use crate::github::world::Draft;
use crate::github::{Fake, Fault, Matcher};
use crate::pty::{Launch, Pty};
use crate::station::{Station, TOKEN, team_file};

/// Some issues, and alice, who has seen them.
fn shift(titles: &[&str]) -> (Fake, Station) {
    let fake = Fake::start();
    for title in titles {
        fake.by("bob").open(title, &["bug"]);
    }
    let alice = Station::of(&fake, "alice");
    let said = alice.run(&["sync"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    (fake, alice)
}

fn contains(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}

fn is_left_clean(screen: &Pty) {
    assert_eq!(screen.wait_exit().signal, None);
    assert_eq!(screen.leftovers(), [""; 0]);
    let last = screen.screen();
    assert!(!last.contains("loader hangs"), "the main screen is as it was: {last}");
}

#[test]
fn the_queue_is_there_while_the_network_hangs_and_takes_decisions() {
    let (fake, alice) = shift(&["loader hangs", "cache misses"]);
    fake.fail_always(Matcher::any(), Fault::Hang);
    let screen = alice.screen(&[]).mute().start();
    screen.wait_for("! open    api#1 loader hangs");
    screen.wait_for("! open    api#2 cache misses");
    screen.send("a");
    screen.wait_for("+ acked   api#1");
    screen.send("q");
    is_left_clean(&screen);
    assert_eq!(alice.journal().len(), 1, "what was decided is kept");
    assert!(fake.writes().is_empty());
}

#[test]
fn nothing_that_a_title_a_body_or_a_comment_says_reaches_the_terminal_raw() {
    let (fake, alice) = shift(&["loader hangs"]);
    let hostile = "top\u{1b}[2Jwiped\u{1b}]52;c;cm0gLXJm\u{7}clip\u{202e}right\u{200b}zero\u{9b}31mred\u{feff}end";
    let draft = Draft { title: hostile.to_owned(), body: Some(hostile.to_owned()), ..Draft::default() };
    let number = fake.by("mallory").file(Draft { labels: vec![format!("l{hostile}")], ..draft });
    fake.by("mallory").comment(number, hostile);
    assert_eq!(alice.run(&["sync"]).code, Some(0));

    let id = format!("api#{number}");
    let screen = alice.screen(&[]).size(120, 40).start();
    screen.wait_for("top");
    screen.send("/top\r");
    screen.wait_for(&format!(">  ?    ! open    {id}"));
    screen.send("\r");
    screen.wait_for("mallory commented");
    screen.send("y");
    screen.wait_for("clipboard");
    let drawn = screen.screen();
    screen.send("q");
    screen.wait_exit();
    let mut said = vec![("the screen", screen.raw())];
    for words in [&["queue"][..], &["show", &id], &["status"], &["log"], &["queue", "--json"], &["show", &id, "--json"]]
    {
        let output = alice.run(words);
        said.push((words[0], [output.stdout, output.stderr].concat().into_bytes()));
    }
    for (whose, bytes) in said {
        for evil in ["\u{1b}[2J", "\u{1b}]52;c;cm0gLXJm", "\u{202e}", "\u{200b}", "\u{9b}", "\u{feff}"] {
            let found = contains(&bytes, evil.as_bytes());
            assert!(!found, "{whose} wrote {}", evil.escape_unicode());
        }
    }
    assert!(drawn.contains("wiped") && drawn.contains("⟨U+202E⟩"), "what was meant is shown: {drawn}");
}

#[test]
fn the_terminal_is_given_back_after_quitting_and_after_signals() {
    let (_fake, alice) = shift(&["loader hangs"]);
    for (keys, shown) in
        [("", "/ filter"), ("cdraft of a note", "draft of a note"), ("/loader", "loader"), ("?", "help")]
    {
        for signal in ["TERM", "HUP", "INT"] {
            let screen = alice.screen(&[]).start();
            screen.wait_for("loader hangs");
            screen.send(keys);
            screen.wait_for(shown);
            screen.signal(signal);
            is_left_clean(&screen);
        }
    }
    for quit in ["q", "\x03"] {
        let screen = alice.screen(&[]).start();
        screen.wait_for("loader hangs");
        screen.send(quit);
        is_left_clean(&screen);
        assert_eq!(screen.wait_exit().code, 0);
    }
}

/// The screen as a job of a shell, which goes on with it after a line, and does this before.
fn as_a_job(alice: &Station, meanwhile: &str) -> Launch {
    let script = format!("set -m; \"$@\"; echo \"stopped $?\"; {meanwhile}read line; fg >/dev/null; echo \"ended $?\"");
    let (program, words) = alice.words(&[]);
    let mut args = vec!["-c", &script, "sh", program];
    args.extend(words.iter().map(String::as_str));
    Launch::program("/bin/sh", &args).home(alice.home()).env(TOKEN, "")
}

#[test]
fn stopped_it_gives_the_terminal_back_and_continued_it_draws_anew() {
    let (_fake, alice) = shift(&["loader hangs"]);
    let screen = as_a_job(&alice, "").start();
    screen.wait_for("loader hangs");
    screen.send("\x1a");
    screen.wait_for("stopped");
    assert!(!screen.screen().contains("loader hangs"), "{}", screen.screen());
    assert_eq!(screen.leftovers(), [""; 0]);
    screen.send("\n");
    screen.wait_for("loader hangs");
    screen.send("q");
    screen.wait_for("ended 0");
    is_left_clean(&screen);
}

/// Nobody is asked before SIGSTOP, and the shell puts the terminal in order for itself.
#[cfg(target_os = "linux")]
#[test]
fn stopped_without_a_word_it_takes_the_terminal_again_when_it_goes_on() {
    let (_fake, alice) = shift(&["loader hangs"]);
    let screen = as_a_job(&alice, "stty sane; ").size(100, 30).start();
    screen.wait_for("loader hangs");
    let shell = screen.pid();
    let child = std::fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).unwrap();
    let stopped = std::process::Command::new("kill").args(["-s", "STOP", child.trim()]).status().unwrap();
    assert!(stopped.success());
    screen.wait_for("stopped");
    screen.resize(90, 28);
    screen.send("echo hello\n");
    // Keys arrive one by one again, and the screen has its new size.
    screen.wait_for("q quit");
    screen.send("a");
    screen.wait_for("+ acked   api#1");
    screen.send("q");
    screen.wait_for("ended 0");
    is_left_clean(&screen);
}

#[test]
fn a_storm_of_sizes_down_to_one_cell_ends_in_a_whole_screen() {
    let (_fake, alice) = shift(&["loader hangs"]);
    let screen = alice.screen(&[]).size(1, 1).start();
    for round in 0_u16..120 {
        screen.resize(1 + (round * 37) % 150, 1 + (round * 23) % 50);
    }
    screen.resize(20, 5);
    screen.wait_for("too small");
    screen.resize(100, 30);
    screen.wait_for("! open    api#1 loader hangs");
    screen.wait_for("/ filter");
    screen.send("a");
    screen.wait_for("+ acked   api#1");
    screen.send("q");
    is_left_clean(&screen);
}

#[test]
fn refreshes_that_change_nothing_write_nothing() {
    let fake = Fake::start();
    // On the screen the issue is a little older than a minute: its age steps when it is two, long after the test.
    let begin = chrono::DateTime::from_timestamp(1_794_000_000, 0).unwrap();
    fake.set_time(begin);
    fake.by("bob").open("loader hangs", &["bug"]);
    let alice = Station::of(&fake, "alice");
    let slowly = "token_env = \"DW_TOKEN\"";
    let team = team_file(&fake.url(), "0.02s", "0.3s").replace(slowly, &format!("{slowly}\nevery = \"1s\""));
    alice.team(&team);
    let now = (begin + chrono::TimeDelta::seconds(65)).to_rfc3339();
    let screen = alice.screen(&["--now", &now]).start();
    screen.wait_for("loader hangs");

    let polls = |requests: &[crate::github::Request]| {
        requests.iter().filter(|request| request.target.contains("/issues?")).count()
    };
    let seen = polls(&fake.requests());
    // When the next but one begins, what came of the first has been drawn.
    fake.wait_until("it has settled", |requests, _| polls(requests) >= seen + 3);
    let before = screen.raw();
    fake.wait_until("it has asked again and again", |requests, _| polls(requests) >= seen + 6);
    let after = screen.raw();
    let written = String::from_utf8_lossy(&after[before.len()..]).escape_debug().to_string();
    assert_eq!(written, "", "{}", screen.screen());
    fake.by("bob").retitle(1, "loader crawls");
    screen.wait_for("loader crawls");
}

#[test]
fn without_colours_the_selection_is_told_by_reversed_cells() {
    let (_fake, alice) = shift(&["loader hangs", "cache misses"]);
    let screen = alice.screen(&[]).size(80, 24).env("NO_COLOR", "1").start();
    screen.wait_for("/ filter");
    let reversed = |text: &str| {
        screen.look(|cells| {
            let row = (0..24).find(|row| cells.contents_between(*row, 0, *row, 80).contains(text)).unwrap();
            (0..80).filter(|column| cells.cell(row, *column).is_some_and(vt100::Cell::inverse)).count()
        })
    };
    assert_eq!((reversed("api#1 loader") > 20, reversed("api#2 cache")), (true, 0));
    screen.send("j");
    screen.wait_for(">  ?    ! open    api#2");
    assert_eq!((reversed("api#1 loader"), reversed("api#2 cache") > 20), (0, true));
    screen.send("q");
    screen.wait_exit();
    let raw = String::from_utf8_lossy(&screen.raw()).into_owned();
    for part in raw.split("\u{1b}[").skip(1) {
        let Some((numbers, _)) = part.split_once('m').filter(|(numbers, _)| numbers.len() < 16) else { continue };
        let colours = |number: &str| number.parse::<u8>().is_ok_and(|n| matches!(n, 30..=38 | 40..=48 | 90..=107));
        assert!(!numbers.split(';').any(colours), "a colour was written: {numbers}m");
    }
}

#[test]
fn the_mouse_is_taken_when_it_is_asked_for_and_given_back() {
    let (_fake, alice) = shift(&["loader hangs", "cache misses"]);
    let screen = alice.screen(&[]).size(100, 30).start();
    screen.wait_for("/ filter");
    assert!(!contains(&screen.raw(), b"\x1b[?1000h"), "nobody asked for it");
    screen.send(":mouse\r");
    screen.wait_for("the mouse clicks here");
    assert!(contains(&screen.raw(), b"\x1b[?1000h") && contains(&screen.raw(), b"\x1b[?1006h"));
    assert!(!contains(&screen.raw(), b"\x1b[?1003h"), "moves without a button are a flood");
    let row = screen.screen().lines().position(|line| line.contains("api#2")).unwrap() + 1;
    screen.send(&format!("\x1b[<0;20;{row}M\x1b[<0;20;{row}m"));
    screen.wait_for(">  ?    ! open    api#2");
    // With Shift held it is the terminal's, whatever it tells us.
    screen.send(&format!("\x1b[<4;20;{}M", row - 1));
    screen.send(":mouse\r");
    screen.wait_for("the mouse is the terminal's again");
    assert!(screen.screen().contains(">  ?    ! open    api#2"));
    screen.send(":mouse\r");
    screen.wait_for("the mouse clicks here");
    let taken = screen.raw().len();
    screen.send("q");
    is_left_clean(&screen);
    assert!(contains(&screen.raw()[taken..], b"\x1b[?1000l"), "given back");
}

/// More than is read at once: nothing waits for another key, and the way out is not stuck behind it.
#[test]
fn a_burst_of_keys_and_of_the_wheel_is_taken_whole() {
    let (_fake, alice) = shift(&["loader hangs", "cache misses"]);
    for burst in ["j".repeat(3000), "\x1b[<65;9;4M".repeat(600), "\x1b[<0;0;5M\x1b[<0;5;0M".repeat(40)] {
        let screen = alice.screen(&[]).size(100, 30).start();
        screen.wait_for("/ filter");
        screen.send(":mouse\r");
        screen.wait_for("the mouse clicks here");
        screen.send(&format!("{burst}q"));
        is_left_clean(&screen);
        assert_eq!(screen.wait_exit().code, 0);
    }
}

#[test]
fn the_screen_is_divided_as_it_was_left() {
    let (_fake, alice) = shift(&["loader hangs"]);
    let rule = |screen: &Pty| screen.screen().lines().nth(5).and_then(|line| line.chars().position(|c| c == '│'));
    let screen = alice.screen(&[]).size(120, 30).start();
    screen.wait_for("/ filter");
    let before = rule(&screen);
    screen.send("<<<y");
    screen.wait_for("clipboard");
    let moved = rule(&screen);
    assert_ne!(moved, before);
    screen.send("q");
    screen.wait_exit();
    let again = alice.screen(&[]).size(120, 30).start();
    again.wait_for("/ filter");
    assert_eq!(rule(&again), moved);
    again.send("|y");
    again.wait_for("all dividers are where they usually are");
    assert_eq!(rule(&again), before);
    again.send("q");
    again.wait_exit();
}

#[test]
fn the_tour_is_shown_at_the_very_first_start_and_not_again() {
    let (_fake, alice) = shift(&["loader hangs"]);
    let screen = alice.screen(&["--readonly"]).newcomer().start();
    screen.wait_for("/ filter");
    assert!(!screen.screen().contains("Tour"), "never where nothing is written: {}", screen.screen());
    screen.send("q");
    is_left_clean(&screen);

    let screen = alice.screen(&[]).newcomer().start();
    screen.wait_for("Tour 1/7");
    screen.send("\r");
    screen.wait_for("Tour 2/7");
    screen.send("a");
    screen.wait_for("Tour 3/7");
    screen.send("\x1b");
    screen.wait_for("/ filter");
    screen.send("q");
    is_left_clean(&screen);
    assert!(alice.journal().is_empty(), "nothing was decided by it");

    let screen = alice.screen(&[]).newcomer().start();
    screen.wait_for("/ filter");
    assert!(!screen.screen().contains("Tour"), "{}", screen.screen());
    screen.send(":tour\r");
    screen.wait_for("Tour 1/7");
    screen.send("\x03");
    is_left_clean(&screen);
}

#[test]
fn the_demo_shows_the_tour_to_newcomers_and_to_whoever_asks() {
    for (words, newcomer) in [(&["--offline", "demo"][..], true), (&["--offline", "demo", "--tour"], false)] {
        let launch = Launch::dogwatch(words);
        let screen = if newcomer { launch.newcomer() } else { launch }.start();
        screen.wait_for("Tour 1/7");
        screen.send("\x1b");
        screen.wait_for("/ filter");
        screen.send("q");
        assert_eq!(screen.wait_exit().code, 0);
    }
}

#[test]
fn keys_that_follow_each_other_in_a_real_terminal_do_one_thing() {
    let (_fake, alice) = shift(&["loader hangs"]);
    let config = alice.home().join(".config/dogwatch");
    std::fs::create_dir_all(&config).unwrap();
    let path = config.join("config.toml");
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    std::fs::write(&path, format!("{before}\n[keys]\nack = \"ctrl-x a\"\nprevious-pane = \"shift-tab\"\n")).unwrap();
    let screen = alice.screen(&[]).start();
    screen.wait_for("! open    api#1");
    screen.send("\x18");
    screen.wait_for("ctrl-x … (any other key drops it)");
    screen.send("a");
    screen.wait_for("+ acked   api#1");
    screen.send("\x1b[Z");
    screen.wait_for("no runbooks are known yet");
    screen.send("q");
    is_left_clean(&screen);
}
