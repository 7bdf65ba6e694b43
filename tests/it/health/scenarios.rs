//! The table of damping, a line a case.

use std::time::Duration;

use dogwatch::domain::health::Endpoint;
use dogwatch::domain::health::signal::{Cause, Change};
use dogwatch::domain::probe::{Class, Condition, Level, Report};

use super::{after, check, endpoint, failure, open, play, play_at, report, rules, said};

/// Results half a minute apart, and what they lead to.
const HANDSHAKE: &[(&str, &str)] = &[
    // Hard: two in a row, back after two and two quiet minutes.
    ("r", ""),
    ("rr", "1:opened"),
    ("r.r.", ""),
    ("rr..", "1:opened"),
    ("rr...", "1:opened"),
    ("rr....", "1:opened 5:recovered"),
    ("rr..r....", "1:opened 8:recovered"),
    ("rd....", "1:opened 5:recovered"),
    // Transient: three of the last five, back after three.
    ("tt", ""),
    ("tt.", ""),
    ("ttt", "2:opened"),
    ("t.t.t", "4:opened"),
    ("t..t..t..t", ""),
    ("ttt....", "2:opened 6:recovered"),
    ("555....", "2:opened 6:recovered"),
    ("eee....", "2:opened 6:recovered"),
    // Auth: two in a row, back after one, quiet all the same.
    ("a", ""),
    ("aa", "1:opened"),
    ("aa...", "1:opened"),
    ("aa....", "1:opened 5:recovered"),
    // Sorts mixed: one cause, opened as soon as either rule says so.
    ("tr", ""),
    ("rt", ""),
    ("rtr", "2:opened"),
    ("ttr", "2:opened"),
    ("trr", "2:opened"),
    ("rrtt", "1:opened 2:updated"),
    ("rrttrr", "1:opened 2:updated 4:updated"),
    // Unknown neither opens nor resolves, nor breaks a row.
    ("qqqqqqqq", ""),
    ("rqqr", "3:opened"),
    ("rrqqqqqqqqqq", "1:opened"),
    ("rr.qqqqqqqq", "1:opened"),
    ("rr..qqqqqqqq", "1:opened"),
    ("rr.qqqqqqqq.", "1:opened 11:recovered"),
    // Known again within half an hour: the same incident.
    ("rr....rr", "1:opened 5:recovered 7:reopened"),
    ("rr....ttt", "1:opened 5:recovered 8:opened"),
    // After an opening or a closing only fresh results count.
    ("ttt....t", "2:opened 6:recovered"),
    ("ttt....tt", "2:opened 6:recovered"),
];

#[test]
fn each_sort_of_trouble_is_damped_in_its_own_way() {
    for (letters, expected) in HANDSHAKE {
        assert_eq!(said(&play(&mut endpoint(), 0, 30, letters)), *expected, "after {letters}");
    }
}

/// Results of the canary 90 s apart.
const CANARY: &[(&str, &str)] = &[
    ("cc", ""),
    ("c.c.c", "4:opened"),
    ("ccc", "2:opened"),
    ("ccc.", "2:opened"),
    ("ccc..", "2:opened 4:recovered"),
    ("ccc..c", "2:opened 4:recovered"),
    ("ccc..ccc", "2:opened 4:recovered 7:reopened"),
];

#[test]
fn the_canary_may_miss_twice_and_is_back_after_two() {
    for (letters, expected) in CANARY {
        assert_eq!(said(&play_at(&mut endpoint(), Level::Canary, (0, 90), letters)), *expected, "after {letters}");
    }
}

#[test]
fn two_quiet_minutes_are_asked_for_however_fast_the_answers_come() {
    let mut prod = endpoint();
    play(&mut prod, 0, 5, "rr");
    assert_eq!(said(&play(&mut prod, 10, 5, &".".repeat(30))), "23:recovered", "120 s after the failure at 5 s");
}

#[test]
fn half_an_hour_later_the_same_trouble_is_a_new_incident() {
    for (pause, word) in [(29 * 60, "reopened"), (31 * 60, "opened")] {
        let mut prod = endpoint();
        play(&mut prod, 0, 30, "rr....");
        let closed = 150;
        play(&mut prod, closed + 30, 30, &".".repeat(usize::try_from(pause / 30 - 2).unwrap()));
        assert_eq!(said(&play(&mut prod, closed + pause - 30, 30, "rr")), format!("1:{word}"), "{pause} s later");
    }
}

#[test]
fn a_cause_keeps_its_name_while_its_look_changes() {
    let mut prod = endpoint();
    let told = play(&mut prod, 0, 30, "rr5t");
    let names: Vec<_> = told.iter().map(|(_, change)| &change.signal().fingerprint).collect();
    assert!(names.windows(2).all(|pair| pair[0] == pair[1]));
    let (_, last) = told.last().unwrap();
    assert_eq!(last.signal().cause, Cause::Failing(Class::Refused));
    assert_eq!(last.signal().now.as_ref().unwrap().class, Class::Timeout);
    assert_eq!(last.signal().title, "mcp prod: handshake refused");
    assert_eq!((last.signal().since, last.signal().last), (after(0), after(90)));
}

#[test]
fn what_recovers_needs_as_much_as_its_worst_look() {
    // Refused is back after two, a timeout after three.
    let mut prod = endpoint();
    assert_eq!(said(&play(&mut prod, 0, 60, "rrt...")), "1:opened 2:updated 5:recovered");
    let mut prod = endpoint();
    assert_eq!(said(&play(&mut prod, 0, 60, "rrr..")), "1:opened 4:recovered");
}

#[test]
fn names_tell_apart_what_is_apart_and_nothing_else() {
    let name = |id: &str, letters: &str, level| {
        let mut endpoint = super::named(id);
        let told = play_at(&mut endpoint, level, (0, 30), letters);
        told[0].1.signal().fingerprint.as_str().to_owned()
    };
    let base = name("prod", "555", Level::Handshake);
    assert_eq!(base.len(), 64);
    assert_eq!(base, name("prod", ".5.5.5", Level::Handshake), "when it began is no part of it");
    assert_ne!(base, name("test", "555", Level::Handshake));
    assert_ne!(base, name("prod", "555", Level::Tools));
    assert_ne!(base, name("prod", "ttt", Level::Handshake));
    assert_eq!(
        name("prod", "rr", Level::Handshake),
        "d9cb472e210564d9444721e517f949a0eb92951a4c0b873e04cd68ddc3befbc5",
        "it may never change: incidents are found again by it"
    );
}

#[test]
fn what_comes_and_goes_is_one_incident_until_it_is_quiet_for_long() {
    let mut prod = endpoint();
    // Down for a minute, up for two and a half: each time it would be closed and opened anew.
    let told = play(&mut prod, 0, 30, "rr....rr....rr....rr....");
    assert_eq!(said(&told), "1:opened 5:recovered 7:reopened 11:flapping");
    let quiet = play(&mut prod, 24 * 30, 30, &".".repeat(40));
    // The last failure was at 19 × 30 s; fifteen minutes later is the 49th result.
    assert_eq!(said(&quiet), "25:recovered");
    // From there on it is counted anew: three turns are none too many.
    assert_eq!(said(&play(&mut prod, 64 * 30, 30, "rr....rr....")), "1:reopened 5:recovered 7:reopened 11:flapping");
}

#[test]
fn what_fails_every_third_time_is_told_as_flapping() {
    let mut prod = endpoint();
    let told = play(&mut prod, 0, 30, &"..t".repeat(8));
    assert_eq!(said(&told), "20:opened");
    assert_eq!(open(&prod), ["mcp prod: handshake flapping"]);
    assert!(told[0].1.signal().flapping.is_some());
    assert_eq!(said(&play(&mut prod, 24 * 30, 30, &".".repeat(31))), "29:recovered", "15 min after the last failure");
}

#[test]
fn what_fails_steadily_for_long_no_longer_flaps() {
    let mut prod = endpoint();
    play(&mut prod, 0, 30, "rr....rr....");
    let told = play(&mut prod, 12 * 30, 30, &"r".repeat(35));
    assert_eq!(said(&told), "30:updated");
    assert_eq!(told[0].1.signal().flapping, None);
    assert_eq!(said(&play(&mut prod, 47 * 30, 30, "....")), "3:recovered");
}

/// After these results of the handshake, asked after so many seconds more.
const CONDITIONS: &[(&str, i64, Condition)] = &[
    ("", 0, Condition::Unknown),
    (".", 0, Condition::Up),
    (".", 90, Condition::Up),
    (".", 91, Condition::Unknown),
    ("r", 0, Condition::Unknown),
    (".r", 0, Condition::Up),
    ("rr", 0, Condition::Down),
    ("rr", 91, Condition::Unknown),
    ("rr...", 0, Condition::Down),
    ("rr....", 0, Condition::Up),
    ("aa", 0, Condition::Degraded),
    ("aat", 0, Condition::Down),
    (".q", 0, Condition::Unknown),
    ("rrq", 0, Condition::Unknown),
    ("rrqr", 0, Condition::Down),
];

#[test]
fn the_condition_is_damped_and_unknown_when_nothing_is_known() {
    for (letters, later, expected) in CONDITIONS {
        let mut prod = endpoint();
        play(&mut prod, 0, 30, letters);
        let last = 30 * i64::try_from(letters.len()).unwrap() - 30;
        let condition = prod.condition(after(last + later), Duration::from_secs(30));
        assert_eq!(condition, *expected, "{later} s after {letters}");
    }
}

#[test]
fn a_failing_canary_degrades_and_does_not_take_down() {
    let mut prod = endpoint();
    play_at(&mut prod, Level::Canary, (0, 30), "ttt");
    assert_eq!(prod.condition(after(60), Duration::from_secs(30)), Condition::Degraded);
}

#[test]
fn a_server_that_is_long_down_is_not_unknown_between_two_slower_rounds() {
    let mut prod = endpoint();
    play(&mut prod, 0, 30, &"r".repeat(23));
    let last = 22 * 30;
    assert_eq!(prod.condition(after(last + 119), Duration::from_secs(30)), Condition::Down);
    assert_eq!(said(&play(&mut prod, last + 120, 120, "...")), "1:recovered", "slower rounds are no waking up");
}

fn timed(millis: u64) -> Report {
    let mut timed = check(Level::Handshake, None);
    timed.took = Duration::from_millis(millis);
    Report { checks: vec![timed], ..Report::empty() }
}

fn play_timed(endpoint: &mut Endpoint, from: i64, millis: &[u64]) -> Vec<(usize, Change)> {
    let mut told = Vec::new();
    for (place, millis) in millis.iter().enumerate() {
        let at = after(from + 30 * i64::try_from(place).unwrap());
        told.extend(endpoint.take(at, &timed(*millis), &rules()).into_iter().map(|change| (place, change)));
    }
    told
}

#[test]
fn slowness_is_told_after_five_minutes_and_only_beside_what_is_usual() {
    let mut prod = endpoint();
    assert_eq!(said(&play_timed(&mut prod, 0, &[100; 40])), "");
    let told = play_timed(&mut prod, 1200, &[3000; 30]);
    // Two of the last twenty are needed for the 95th percentile, then five minutes.
    assert_eq!(said(&told), "11:opened");
    assert_eq!(open(&prod), ["mcp prod: handshake slow"]);
    assert_eq!(prod.condition(after(1200 + 29 * 30), Duration::from_secs(30)), Condition::Degraded);
    // Nineteen good ones push the slow ones out, then five minutes.
    assert_eq!(said(&play_timed(&mut prod, 2100, &[100; 40])), "28:recovered");

    let mut always = endpoint();
    assert_eq!(said(&play_timed(&mut always, 0, &[3000; 60])), "", "slow, and as slow as ever");
    let mut quick = endpoint();
    play_timed(&mut quick, 0, &[10; 40]);
    assert_eq!(said(&play_timed(&mut quick, 1200, &[1000; 60])), "", "a hundred times slower, and quick enough");
}

#[test]
fn a_result_that_comes_late_changes_nothing() {
    let mut prod = endpoint();
    play(&mut prod, 0, 30, "r.");
    let before = prod.clone();
    assert_eq!(prod.take(after(10), &report(Level::Handshake, failure('r')), &rules()), []);
    assert_eq!(prod.take(after(30), &report(Level::Handshake, failure('r')), &rules()), []);
    assert_eq!(prod, before);
}

#[test]
fn a_clock_that_is_set_back_stops_nothing() {
    let mut prod = endpoint();
    play(&mut prod, 7200, 30, "rr");
    assert_eq!(said(&play(&mut prod, 0, 30, "....")), "");
    assert_eq!(said(&play(&mut prod, 120, 30, ".")), "0:recovered", "quiet since the clock was set");
    assert_eq!(prod.last(), Some(after(120)));
}

#[test]
fn memory_is_bounded() {
    let mut prod = endpoint();
    for place in 0..2_000 {
        let letter = ['.', 'r', 'r', 't', '5', '.', '.', 'q'][place % 8];
        let at = after(30 * i64::try_from(place).unwrap());
        prod.take(at, &report(Level::Canary, failure(letter)), &rules());
    }
    assert!(serde_json::to_string(&prod).unwrap().len() < 16_384);
}
