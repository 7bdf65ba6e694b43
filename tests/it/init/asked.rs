//! The questions, in a terminal: answered, taken as they are, and broken off.

use dogwatch::config::{Clock, Coverage, Secondary, TrackerKind};

use super::{ANA, BEN, CHI, Ground, NOON};
use crate::pty::{Launch, Pty};

fn ground() -> Ground {
    let ground = Ground::empty();
    ground.git(&["remote", "add", "origin", "https://github.com/acme/harbour"], ANA, "2026-11-01");
    ground.commit(ANA, "2026-11-02", &[("evals/a", "")]);
    ground.work(ANA, "evals/a", 3);
    ground.work(BEN, "evals/a", 3);
    ground.work(CHI, "evals/a", 3);
    ground
}

fn asked(ground: &Ground) -> Pty {
    let pty = Launch::dogwatch(&["--now", NOON, "init"]).size(100, 50).home(&ground.home()).cwd(&ground.path(""));
    let pty = pty.env("TZ", "Europe/Lisbon").start();
    pty.wait_for("What is the team called? [harbour]");
    pty
}

#[test]
fn five_questions_are_asked_and_their_answers_written_down() {
    let ground = ground();
    let pty = asked(&ground);
    pty.send("the \"pier\"\n");
    pty.wait_for("an IANA time zone)? [Europe/Lisbon]");
    pty.send("Mars\n");
    pty.wait_for("write an IANA time zone, as in Europe/London");
    pty.send("America/New_York\n");
    pty.wait_for("Who takes turns on call? [ana ben chi]");
    pty.wait_for("  ana: 4 commits in 12 months, the last on 2026-11-02");
    pty.send("ana zoe\n");
    pty.wait_for("write some of ana ben chi, or nobody; others can be added to the file");
    pty.send("chi, Ana\n");
    pty.wait_for("SEV1, SEV2 or none? [none]");
    pty.send("sev2\n");
    pty.wait_for("github (issues) or local (this machine)? [github]");
    pty.send("local\n");
    assert_eq!(pty.wait_exit().code, 0);
    assert!(pty.screen().contains("wrote dogwatch.toml"), "{}", pty.screen());
    let team = ground.team();
    assert_eq!((team.team.name.as_str(), team.team.timezone.name()), ("the \"pier\"", "America/New_York"));
    assert_eq!(team.rotations[0].members, ["chi", "ana"]);
    assert_eq!(team.rotations[0].coverage, Coverage::Always, "who is woken at any hour has the hour");
    assert_eq!(team.rotations[0].secondary, Some(Secondary::Previous));
    let clocks: Vec<Clock> = team.severities.iter().map(|severity| severity.clock).collect();
    assert_eq!(clocks, [Clock::Always, Clock::Always, Clock::Business, Clock::Business]);
    assert_eq!((team.tracker.kind, team.sources.len()), (TrackerKind::Local, 1));
}

#[test]
fn enter_alone_says_what_yes_says() {
    let ground = ground();
    let dry = ground.run(&["init", "--yes", "--dry-run"]);
    let pty = asked(&ground);
    pty.send("\n\n\n\n\n");
    assert_eq!(pty.wait_exit().code, 0);
    assert!(dry.out.contains(&format!("==> dogwatch.toml <==\n{}\n", ground.text())), "{}", ground.text());
}

#[test]
fn whoever_breaks_off_leaves_everything_as_it_was() {
    let ground = ground();
    let before = ground.tree();
    for (typed, code, signal) in [("\x04", 1, None), ("pier\n\n\x04", 1, None), ("pier\n\x03", 0, Some("Interrupt"))] {
        let pty = asked(&ground);
        for line in typed.split_inclusive('\n') {
            pty.send(line);
        }
        let ended = pty.wait_exit();
        if let Some(signal) = signal {
            assert_eq!(ended.signal.as_deref(), Some(signal), "{}", pty.screen());
        } else {
            assert_eq!((ended.code, ended.signal), (code, None), "{}", pty.screen());
            assert!(pty.screen().contains("nothing was written"), "{}", pty.screen());
        }
        assert_eq!(ground.tree(), before, "after {typed:?}");
    }
}

#[test]
fn where_nobody_has_committed_people_name_themselves() {
    let ground = Ground::empty();
    let pty = asked(&ground);
    pty.send("\n\n");
    pty.wait_for("Who takes turns on call? [nobody]");
    pty.send("Kim! lou\n");
    pty.wait_for("write ids of a-z, 0-9 and -, with a blank between them, or nobody");
    pty.send("kim lou\n");
    pty.wait_for("SEV1, SEV2 or none? [none]");
    pty.send("nobody\n");
    // Without a repository on GitHub there is no fifth question.
    assert_eq!(pty.wait_exit().code, 0);
    let team = ground.team();
    assert_eq!(team.people.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["kim", "lou"]);
    assert_eq!(team.rotations[0].members, ["kim", "lou"]);
    assert!(team.severities.iter().all(|severity| severity.clock == Clock::Business));
}

#[test]
fn none_is_nobody_and_nobody_is_none() {
    for (turns, pages) in [("none", "nobody"), ("Nobody", "NONE")] {
        let ground = ground();
        let pty = asked(&ground);
        pty.send("\n\n");
        pty.wait_for("Who takes turns on call?");
        pty.send(&format!("{turns}\n"));
        pty.wait_for("SEV1, SEV2 or none?");
        pty.send(&format!("{pages}\n"));
        pty.wait_for("github (issues) or local");
        pty.send("\n");
        assert_eq!(pty.wait_exit().code, 0, "{}", pty.screen());
        let team = ground.team();
        assert!(team.rotations.is_empty() && team.people.len() == 3);
        assert!(team.severities.iter().all(|severity| severity.clock == Clock::Business));
    }
}
