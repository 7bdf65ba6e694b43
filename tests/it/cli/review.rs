//! `dogwatch review`: one cycle in three forms, what it writes, and the diff.

use super::{Home, fields};

const MODEL: &str = "# the model\nversion = 1\n[team]\nname = \"sample\"\nlog_dir = \"ops\"\n[[people]]\nid = \"kim\"\n\
                     [[severities]]\nid = \"SEV3\"\nmeaning = \"slight\"\nclock = \"24x7\"\nack = \"1h\" # short\n";

/// Four incidents that were acked hours after their clock had passed.
fn busy() -> Home {
    let home = Home::new().of_person("kim");
    home.write("dogwatch.toml", MODEL);
    for day in 10..14 {
        let opened = format!("2026-11-{day}T09:00:00Z");
        let filed = home.run(&["--now", &opened, "new", "It fails", "--severity", "SEV3"]);
        assert_eq!(filed.code, 0, "{filed:?}");
        let acked = format!("2026-11-{day}T12:00:00Z");
        let id = format!("local#{}", day - 9);
        assert_eq!(home.run(&["--now", &acked, "ack", &id]).code, 0);
    }
    home
}

const CYCLE: [&str; 7] = ["--now", "2026-11-20T12:00:00Z", "review", "--from", "2026-11-09", "--to", "2026-11-15"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    CYCLE.iter().chain(more).copied().collect()
}

#[test]
fn the_same_cycle_is_told_in_three_forms_and_always_in_the_same_bytes() {
    let home = busy();
    let json = home.json(&with(&["--json"]));
    let mut keys = fields(&json);
    keys.retain(|key| ["schema", "from", "to", "incidents", "figures", "proposals"].contains(key));
    assert_eq!(keys, ["figures", "from", "incidents", "proposals", "schema", "to"]);
    assert_eq!(json["schema"], "dogwatch.review/1");
    assert_eq!((&json["from"], &json["to"]), (&"2026-11-09T00:00:00Z".into(), &"2026-11-16T00:00:00Z".into()));
    assert_eq!(json["figures"]["ack"][0]["median"], 3 * 3_600);
    assert_eq!(
        json["proposals"][0]["reason"].as_str().unwrap().split(':').next(),
        Some("SEV3 ack of 1h missed 4 of 4 (median of 4")
    );
    for form in [&["--json"][..], &["--format", "text"], &["--format", "markdown"], &[]] {
        let (one, other) = (home.run(&with(form)), home.run(&with(form)));
        assert_eq!((one.code, &one.out), (0, &other.out), "{form:?}");
    }
    let text = home.run(&with(&["--format", "text"])).out;
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("SEV3: median 3 h, slowest 3 h (local#1); n = 4: no trend claimed"), "{text}");
    assert!(home.run(&with(&[])).out.starts_with("# Cycle review of sample: Mon 9 Nov to Sun 15 Nov 2026\n"));
}

#[test]
fn the_diff_is_all_that_is_printed_and_changes_nothing() {
    let home = busy();
    let said = home.run(&with(&["--diff"]));
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    assert!(said.out.starts_with("--- a/dogwatch.toml\n+++ b/dogwatch.toml\n@@ "), "{said:?}");
    assert!(said.out.contains("\n-ack = \"1h\" # short\n+# review: SEV3 ack of 1h missed 4 of 4"), "{said:?}");
    assert!(said.out.contains("\n+ack = \"4h\" # short\n"), "{said:?}");
    assert_eq!(std::fs::read_to_string(home.path("dogwatch.toml")).unwrap(), MODEL);
    let quiet = ["--now", "2026-11-20T12:00:00Z", "review", "--from", "2026-11-01", "--to", "2026-11-02", "--diff"];
    let said = home.run(&quiet);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "nothing is proposed");
}

#[test]
fn what_is_written_is_where_the_next_one_begins() {
    let home = busy();
    let written = home.run(&with(&["--write"]));
    assert_eq!((written.code, written.out.as_str()), (0, ""), "{written:?}");
    let text = std::fs::read_to_string(home.path("ops/reviews/2026-11-15.md")).unwrap();
    assert_eq!(text, home.run(&with(&[])).out);
    assert!(home.path("ops/reviews/2026-11-15.json").exists());
    let next = home.json(&["--now", "2026-11-20T12:00:00Z", "review", "--json"]);
    assert_eq!((&next["from"], &next["to"]), (&"2026-11-16T00:00:00Z".into(), &"2026-11-20T12:00:00Z".into()));
    assert_eq!(next["figures"]["counts"]["opened"], 0);
    assert_eq!(next["figures"]["counts"]["carried"], 4);
    let put = home.run(&with(&["--format", "text", "--out", "cycle.txt"]));
    assert_eq!((put.code, put.out.as_str()), (0, ""));
    let kept = std::fs::read_to_string(home.path("cycle.txt")).unwrap();
    assert_eq!(kept, home.run(&with(&["--format", "text"])).out);
}

#[test]
fn what_is_no_cycle_is_wrong_usage() {
    let home = busy();
    for words in [
        &["review", "--from", "2026-11-20", "--to", "2026-11-10"][..],
        &["review", "--from", "soon-ish"],
        &["review", "--cycle", "first"],
        &["review", "--cycle", "last", "--from", "2026-11-01"],
        &["review", "--diff", "--json"],
        &["review", "--from", "2099-01-01", "--to", "2099-02-01"],
    ] {
        let said = home.run(words);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{words:?}: {said:?}");
        assert!(!said.err.is_empty());
    }
    let bare = Home::new().run(&["review"]);
    assert_eq!(bare.code, 0, "a machine without anything has a quiet cycle: {bare:?}");
    assert!(bare.out.contains("- no ledger: dogwatch has decided nothing on this machine"), "{bare:?}");
}

#[test]
fn written_again_on_the_same_day_it_is_the_same_cycle_and_another_one_is_left_alone() {
    let home = busy();
    let at = |time: &str, more: &[&str]| {
        let now = format!("2026-11-20T{time}Z");
        home.run(&[&["--now", &now, "review", "--write"], more].concat())
    };
    assert_eq!(at("12:00:00", &[]).code, 0);
    let page = || std::fs::read_to_string(home.path("ops/reviews/2026-11-20.md")).unwrap();
    assert!(page().contains("local#1"), "{}", page());
    let again = at("12:05:00", &[]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(page().contains("local#1"), "it is not what happened in five minutes: {}", page());
    let other = at("12:06:00", &["--from", "2026-11-18"]);
    assert_eq!(other.code, 2, "{other:?}");
    assert!(other.err.contains("is the review of another cycle, from 2026-10-23; move it"), "{other:?}");
    // A page that somebody wrote, and a link, wherever it leads.
    home.write("ops/reviews/2026-11-15.md", "my own words");
    let said = home.run(&with(&["--write"]));
    assert!(said.code == 2 && said.err.contains("is no review of ours"), "{said:?}");
    std::fs::remove_file(home.path("ops/reviews/2026-11-15.md")).unwrap();
    assert_eq!(home.run(&with(&["--write"])).code, 0);
    home.write("precious", "stays");
    std::fs::remove_file(home.path("ops/reviews/2026-11-15.md")).unwrap();
    std::os::unix::fs::symlink(home.path("precious"), home.path("ops/reviews/2026-11-15.md")).unwrap();
    let said = home.run(&with(&["--write"]));
    assert!(said.code != 0 && said.err.contains("it is a link"), "{said:?}");
    assert_eq!(std::fs::read_to_string(home.path("precious")).unwrap(), "stays");
}

#[test]
fn what_committed_files_say_reaches_the_terminal_tame() {
    let home = busy();
    let gap = "{\"rule\":\"x\\u001b]0;owned\\u0007\\n## Injected\",\"subject\":\"s\\u202e\",\"message\":\"m\",\
               \"since\":\"2026-01-01\"}";
    let review = format!(
        "{{\"schema\":\"dogwatch.review/1\",\"generated_at\":\"2026-11-01T00:00:00Z\",\"to\":\"2026-11-01T00:00:00Z\",\
         \"incidents\":[],\"figures\":{{\"gaps\":{{\"standing\":[{gap}]}}}}}}"
    );
    home.write("ops/reviews/2026-11-01.json", &review);
    let handoff = "{\"rotation\":\"ops\",\"shift\":{\"start\":\"2026-11-02T10:00:00Z\",\"end\":\"2026-11-09T10:00:00Z\"},\
                   \"generated_at\":\"2026-11-09T10:00:00Z\",\"sections\":{\"resolved\":[{\"id\":\"z\\u001b[31m\\n## Second\",\
                   \"follow_up\":\"<img src=x> @everyone [x](http://evil.example) #12\"}]}}";
    home.write("ops/handoffs/2026-11-09T1000-ops.json", handoff);
    for form in [&[][..], &["--format", "text"], &["--json"], &["--redact"]] {
        let said = home.run(&with(form));
        assert_eq!(said.code, 0, "{said:?}");
        let raw = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!said.out.contains(raw), "{form:?}: {:?}", said.out);
        assert!(!said.out.contains("\n## Injected") && !said.out.contains("\n## Second"), "{form:?}: {said:?}");
    }
    let page = home.run(&with(&[])).out;
    assert!(page.contains("&lt;img src=x> @\u{200b}everyone \\[x](http:\u{200b}//evil.example) #\u{200b}12"), "{page}");
}

#[test]
fn the_later_word_about_a_follow_up_counts_whatever_the_clock_said() {
    let home = busy();
    home.write("dogwatch.toml", &format!("{MODEL}{ROTATION}"));
    let say = |now: &str, words: &str| {
        let said = home.run(&["--now", now, "handoff", "--follow-up", words]);
        assert!(said.code < 2, "{said:?}");
    };
    say("2026-11-14T12:05:00Z", "local#1=kim: raise the limit by 2026-11-14");
    say("2026-11-14T12:04:00Z", "local#1=done");
    let figures = home.json(&with(&["--json"]))["figures"]["actions"].clone();
    assert_eq!((figures["done"].as_array().unwrap().len(), figures["open"].as_u64()), (1, Some(0)), "{figures}");
}

const ROTATION: &str =
    "[[rotations]]\nid = \"ops\"\nstart = \"2026-11-09T10:00\"\nshift = \"7d\"\nmembers = [\"kim\"]\n";
