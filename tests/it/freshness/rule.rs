//! The rule, and what counts as an edit.

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::domain::runbook::edit::is_real;
use dogwatch::domain::runbook::freshness::{Because, Edited, Freshness, State, Use, Went, judge};

/// So many days before now.
fn ago(days: i64) -> DateTime<Utc> {
    now() - TimeDelta::days(days)
}

fn now() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// `+3` worked three days ago, `-3` did not.
fn uses(words: &str) -> Vec<Use> {
    let one = |word: &str| {
        let went = if word.starts_with('+') { Went::Worked } else { Went::Failed };
        Use { at: ago(word[1..].parse().unwrap()), went }
    };
    words.split_whitespace().map(one).collect()
}

fn told(used: &str, edited: Edited) -> Freshness {
    judge(&uses(used), edited, TimeDelta::days(180), now())
}

#[test]
fn a_page_is_fresh_for_the_newest_of_what_worked_and_what_was_edited() {
    use Edited::{At, File, Never, Unknown};
    let cases: &[(&str, Edited, &str)] = &[
        ("", Never, "unused"),
        ("", Unknown, "unused"),
        ("", At(ago(3)), "fresh (edited 3 d ago)"),
        ("", At(ago(180)), "fresh (edited 180 d ago)"),
        ("", At(ago(181)), "stale (edited 181 d ago)"),
        ("", At(ago(284)), "stale (edited 284 d ago)"),
        ("", File(ago(3)), "fresh (file changed 3 d ago, no history)"),
        ("", File(ago(300)), "stale (file changed 300 d ago, no history)"),
        ("+3", Never, "fresh (worked 3 d ago)"),
        ("+3", Unknown, "fresh (worked 3 d ago)"),
        ("+300", Never, "stale (worked 300 d ago)"),
        ("+300", At(ago(3)), "fresh (edited 3 d ago)"),
        ("+3", At(ago(300)), "fresh (worked 3 d ago)"),
        ("+300 +2 +30", At(ago(20)), "fresh (worked 2 d ago)"),
        ("+3", At(ago(3)), "fresh (worked 3 d ago)"),
        ("+3", File(ago(1)), "fresh (file changed 24 h ago, no history)"),
        // It did not work: stale at once, until it worked again or somebody mended it.
        ("-2", Never, "stale (did not work 2 d ago)"),
        ("-2", At(ago(3)), "stale (did not work 2 d ago)"),
        ("-2", File(ago(3)), "stale (did not work 2 d ago)"),
        ("-2", At(ago(1)), "fresh (edited 24 h ago)"),
        ("-2 +1", At(ago(300)), "fresh (worked 24 h ago)"),
        ("+3 -2", At(ago(300)), "stale (did not work 2 d ago)"),
        ("-2 +3", At(ago(300)), "stale (did not work 2 d ago)"),
        ("-9 +3", Never, "fresh (worked 3 d ago)"),
        ("-300 +290", Never, "stale (worked 290 d ago)"),
        // A clock that was ahead.
        ("", At(ago(-3)), "fresh (edited 0 min ago)"),
        ("-2", At(ago(-30_000)), "stale (did not work 2 d ago)"),
        ("+-900 -2", Never, "stale (did not work 2 d ago)"),
        ("--900 +2", Never, "fresh (worked 2 d ago)"),
    ];
    for (used, edited, words) in cases {
        assert_eq!(told(used, *edited).words(now()), *words, "{used:?} {edited:?}");
    }
}

#[test]
fn a_page_that_did_not_work_still_says_what_it_was_trusted_for() {
    let failed = told("-2", Edited::At(ago(3)));
    assert_eq!((failed.state, failed.at, failed.because), (State::Stale, Some(ago(3)), Some(Because::Edit)));
    assert_eq!(failed.failed, Some(ago(2)));
    assert!(!told("-2", Edited::File(ago(3))).is_weak(), "that it did not work is no weak knowledge");
    assert!(told("", Edited::File(ago(3))).is_weak());
    assert_eq!(told("-3", Edited::At(ago(2))).failed, None, "mended since");
}

#[test]
fn spans_are_told_in_their_largest_unit() {
    let told =
        |minutes| judge(&[], Edited::At(now() - TimeDelta::minutes(minutes)), TimeDelta::days(180), now()).words(now());
    assert_eq!(told(59), "fresh (edited 59 min ago)");
    assert_eq!(told(60), "fresh (edited 1 h ago)");
    assert_eq!(told(48 * 60 - 1), "fresh (edited 47 h ago)");
    assert_eq!(told(48 * 60), "fresh (edited 2 d ago)");
}

#[test]
fn dates_and_blanks_are_no_edit() {
    let none: &[(&str, &str)] = &[
        ("Drain the node.", "Drain the node."),
        ("Drain the node.\n", "Drain  the\nnode.\n\n"),
        ("Drain the node.\r\n", "Drain the node.\n"),
        ("- a\n  - b\n", "- a\n    - b\n"),
        ("\u{FEFF}a", "a"),
        ("As of 2026-01-01.", "As of 2026-11-20."),
        ("As of 2026-01-01.", "As of 1 December 2026."),
        ("Tested Dec 1, 2026", "Tested January 12, 2027"),
        ("Tested 1st of may", "Tested 1st of may"),
        ("on 01/12/2026", "on 1.2.2027"),
        ("at 2026-01-01T10:00:00Z", "at 2026-11-20 09:30"),
        ("at 2026-01-01T10:00:00.5+02:00", "at 2026-11-20T10:00:00-0800"),
        ("a\nb", "a\nLast reviewed: 2026-11-20\nb"),
        ("a\n_Last updated on 3 March 2026_\n", "a\n"),
        ("---\ntitle: a\nlast_reviewed_on: 2026-01-01\n---\nb", "---\ntitle: a\nlast_reviewed_on: 2026-11-20\n---\nb"),
        ("---\ntitle: a\n---\nb", "---\ntitle: a\nlast_reviewed_on: today\n---\nb"),
        ("---\n\"last_reviewed_on\" : x\n---\nb", "---\nlast_reviewed_on: y\n---\nb"),
        ("+++\nlast_reviewed_on = 2026-01-01\n+++\nb", "+++\nlast_reviewed_on = 2026-01-02\n+++\nb"),
    ];
    for (before, after) in none {
        assert!(!is_real(before, after, "last_reviewed_on"), "{before:?} → {after:?}");
        assert!(!is_real(after, before, "last_reviewed_on"), "{after:?} → {before:?}");
    }
    let real: &[(&str, &str)] = &[
        ("Drain the node.", "Drain a node."),
        ("a", "a\nb"),
        ("a\nb", "b\na"),
        ("", "a"),
        ("kubectl delete pod a", "kubectl delete pod b"),
        ("timeout 10", "timeout 20"),
        ("image:1.2.3", "image:1.2.4"),
        ("image:2026.11.1", "image:2026.11.2"),
        ("10.0.0.1", "10.0.0.2"),
        ("port 2026", "port 2027"),
        ("On 2026-01-01 ask ana", "On 2026-11-20 ask ben"),
        ("a\nb", "a\nLast reviewed: 2026-11-20, step 3 was wrong\nb"),
        ("---\nowner: ana\n---\nb", "---\nowner: ben\n---\nb"),
        // What looks like the key further down is text.
        ("---\ntitle: a\n---\nlast_reviewed_on: x", "---\ntitle: a\n---\nlast_reviewed_on: y"),
        ("last_reviewed_on: x", "last_reviewed_on: y"),
        ("---\nlast_reviewed_only: x\n---\n", "---\nlast_reviewed_only: y\n---\n"),
    ];
    for (before, after) in real {
        assert!(is_real(before, after, "last_reviewed_on"), "{before:?} → {after:?}");
    }
    assert!(!is_real("---\nchecked: x\n---\n", "---\nchecked: y\n---\n", "checked"), "the team's own key");
    assert!(is_real("---\n: x\n---\n", "---\n: y\n---\n", ""), "no key");
}
