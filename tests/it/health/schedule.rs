//! When servers are asked: evenly, gently, and sooner when it matters.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::config::SourceKind;
use dogwatch::domain::drift::Impact;
use dogwatch::domain::health::Endpoint;
use dogwatch::domain::health::interface::{Drift, Notice};
use dogwatch::domain::health::schedule::{
    AGAIN, CANARY, HANDSHAKE, Plan, SPREAD, TOOLS, at_once, following, next, phase,
};
use dogwatch::domain::probe::{Level, Report, Server};
use dogwatch::domain::text::Clean;
use proptest::prelude::*;

use super::{after, check, endpoint, failure, named, play, play_at, report, rules, start};

const PLAN: Plan = Plan { handshake: HANDSHAKE, tools: TOOLS, canary: Some(CANARY) };

/// What is asked over this time by a process that never dawdles, all answers good.
fn asked(endpoint: &mut Endpoint, until: i64) -> Vec<(DateTime<Utc>, Vec<Level>)> {
    let mut asked = Vec::new();
    loop {
        let due = next(endpoint, &PLAN, start());
        if due.at > after(until) {
            return asked;
        }
        let checks = due.levels.iter().map(|level| check(*level, None)).collect();
        endpoint.take(due.at, &Report { checks, ..Report::empty() }, &rules());
        asked.push((due.at, due.levels));
    }
}

#[test]
fn an_interval_shorter_than_the_usual_one_is_kept_for_every_level() {
    let planned = |every: &str, canary: &str| {
        let text =
            format!("[[sources]]\nid = \"p\"\nkind = \"mcp\"\nurl = \"http://127.0.0.1:1/mcp\"\n{every}{canary}");
        let team = dogwatch::config::team_file(&format!("version = 1\n{text}"), "t").unwrap();
        let SourceKind::Mcp(mcp) = &team.sources[0].kind else { panic!("{:?}", team.sources) };
        Plan::of(mcp)
    };
    let canary = "canary = { tool = \"ping\" }\n";
    let ten = Duration::from_secs(10);
    assert_eq!(planned("every = \"10s\"\n", canary), Plan { handshake: ten, tools: ten, canary: Some(ten) });
    assert_eq!(planned("every = \"1m\"\n", canary), Plan { tools: Duration::from_mins(1), ..PLAN });
    assert_eq!(planned("", ""), Plan { canary: None, ..PLAN });
}

#[test]
fn each_level_is_asked_as_often_as_the_plan_says() {
    let rounds = asked(&mut endpoint(), 4 * 3600);
    let count = |level| rounds.iter().filter(|(_, levels)| levels.contains(&level)).count();
    assert!((470..=490).contains(&count(Level::Handshake)), "{}", count(Level::Handshake));
    assert!((44..=52).contains(&count(Level::Tools)), "{}", count(Level::Tools));
    assert!((120..=240).contains(&count(Level::Canary)), "{}", count(Level::Canary));
    assert!(rounds.windows(2).all(|two| two[1].0 - two[0].0 >= TimeDelta::seconds(24)));
    let canaries: Vec<_> = rounds.iter().filter(|(_, levels)| levels.contains(&Level::Canary)).map(|it| it.0).collect();
    assert!(canaries.windows(2).all(|two| {
        let pause = two[1] - two[0];
        pause >= TimeDelta::seconds(60) && pause <= TimeDelta::seconds(120)
    }));
}

#[test]
fn a_thousand_servers_are_asked_evenly() {
    let mut seconds = [0_u32; 30];
    for server in 0..1_000 {
        seconds[usize::try_from(phase(&format!("server-{server}"), HANDSHAKE).as_secs()).unwrap()] += 1;
    }
    assert!(seconds.iter().all(|count| (15..=60).contains(count)), "{seconds:?}");

    let mut rounds = [0_u32; 30];
    for server in 0..1_000 {
        for round in 0..10 {
            let at = following(&format!("server-{server}"), HANDSHAKE, after(3600 + round * 30));
            rounds[usize::try_from(at.timestamp().rem_euclid(30)).unwrap()] += 1;
        }
    }
    assert!(rounds.iter().all(|count| (200..=500).contains(count)), "{rounds:?}");
}

#[test]
fn at_the_start_and_after_a_sleep_there_is_no_herd() {
    let mut starts = [0_u32; 5];
    let mut wakes = [0_u32; 5];
    for server in 0..1_000 {
        let mut endpoint = named(&format!("server-{server}"));
        let due = next(&endpoint, &PLAN, start());
        assert_eq!(due.levels, Level::ALL);
        starts[usize::try_from((due.at - start()).num_seconds()).unwrap()] += 1;
        play(&mut endpoint, 0, 30, "..");
        let woken = next(&endpoint, &PLAN, after(36_000));
        wakes[usize::try_from((woken.at - after(36_000)).num_seconds()).unwrap()] += 1;
    }
    assert_eq!(SPREAD, Duration::from_secs(5));
    assert!(starts.iter().chain(&wakes).all(|count| (120..=280).contains(count)), "{starts:?} {wakes:?}");
}

/// After these results of the handshake 30 s apart, the most seconds until the next, and the least.
const HASTE: &[(&str, (i64, i64))] = &[
    ("....", (24, 60)),
    ("...r", (5, 5)),
    ("..rt", (5, 5)),
    ("..rr", (24, 60)),
    ("rr..", (24, 60)),
    ("...q", (24, 60)),
];

#[test]
fn a_first_failure_is_looked_at_again_within_five_seconds() {
    for (letters, (least, most)) in HASTE {
        let mut prod = endpoint();
        play(&mut prod, 0, 30, letters);
        let wait = (next(&prod, &PLAN, start()).at - after(90)).num_seconds();
        assert!((*least..=*most).contains(&wait), "{wait} s after {letters}");
    }
}

#[test]
fn the_upper_levels_are_looked_at_again_as_soon() {
    let mut prod = endpoint();
    play_at(&mut prod, Level::Tools, (0, 300), ".e");
    let due = next(&prod, &PLAN, start());
    assert_eq!(due.at, after(305));
    assert!(due.levels.contains(&Level::Tools));
    // Nothing above a server that does not answer can be asked.
    play(&mut prod, 330, 30, "rr");
    assert!(next(&prod, &PLAN, start()).at >= after(384));
}

#[test]
fn tools_that_recover_are_not_left_waiting_for_five_minutes() {
    let mut prod = endpoint();
    play_at(&mut prod, Level::Tools, (0, 30), "eee.");
    let lists: Vec<_> =
        asked(&mut prod, 240).into_iter().filter(|(_, levels)| levels.contains(&Level::Tools)).collect();
    assert!(lists.len() >= 2 && lists[0].0 <= after(90 + 60), "{lists:?}");
    assert_eq!(prod.signals().count(), 0, "well again after two and a half minutes");
}

#[test]
fn a_server_that_is_long_down_is_asked_every_two_minutes() {
    let mut prod = endpoint();
    play(&mut prod, 0, 30, &"r".repeat(20));
    assert!(next(&prod, &PLAN, start()).at <= after(570 + 60));
    play(&mut prod, 600, 30, "rr");
    let wait = (next(&prod, &PLAN, start()).at - after(630)).num_seconds();
    assert!((96..=240).contains(&wait), "{wait} s");
}

#[test]
fn a_server_is_left_alone_for_as_long_as_it_asks_but_not_for_ever() {
    for (asked, waited) in [(600, 600), (40 * 86_400, 3_600)] {
        let mut prod = endpoint();
        let mut refusal = failure('q');
        refusal.as_mut().unwrap().retry_after = Some(Duration::from_secs(asked));
        prod.take(after(0), &report(Level::Handshake, refusal), &rules());
        assert_eq!(next(&prod, &PLAN, start()).at, after(waited));
        play(&mut prod, waited, 30, ".");
        assert!(next(&prod, &PLAN, start()).at <= after(waited + 60));
    }
}

#[test]
fn what_somebody_wants_is_asked_whole_at_once_but_never_against_the_servers_word() {
    let mut server = endpoint();
    let wanted = at_once(&server, &PLAN, after(0));
    assert_eq!((wanted.at, wanted.levels), (after(0), Level::ALL.to_vec()));
    let plain = Plan { canary: None, ..PLAN };
    assert!(!at_once(&server, &plain, after(0)).levels.contains(&Level::Canary));
    play(&mut server, 0, 30, ".");
    let last = server.last().unwrap();
    assert_eq!(at_once(&server, &PLAN, last).at, last + TimeDelta::from_std(AGAIN).unwrap(), "keys repeat");
    assert_eq!(at_once(&server, &PLAN, last + TimeDelta::seconds(9)).at, last + TimeDelta::seconds(9));
    let mut refusal = failure('q');
    refusal.as_mut().unwrap().retry_after = Some(Duration::from_mins(10));
    server.take(after(30), &report(Level::Handshake, refusal), &rules());
    let until = server.not_before().unwrap();
    assert_eq!((until, at_once(&server, &PLAN, after(60)).at), (after(630), after(630)));
}

#[test]
fn the_list_is_read_at_once_when_the_server_says_so_or_is_another() {
    let mut prod = endpoint();
    play_at(&mut prod, Level::Tools, (0, 30), ".");
    play(&mut prod, 30, 30, ".");
    assert!(!next(&prod, &PLAN, start()).levels.contains(&Level::Tools));
    prod.take(after(60), &Report { list_changed: true, ..report(Level::Handshake, None) }, &rules());
    let due = next(&prod, &PLAN, start());
    assert_eq!(due.at, after(65));
    assert!(due.levels.contains(&Level::Tools));

    let mut renewed = endpoint();
    let version = |version: &str| {
        let server = Some(Server { name: Clean::line("face"), version: Clean::line(version) });
        Report { server, ..report(Level::Handshake, None) }
    };
    play_at(&mut renewed, Level::Tools, (0, 30), ".");
    renewed.take(after(30), &version("1.0"), &rules());
    assert_eq!(renewed.list_wanted(), None);
    renewed.take(after(60), &version("1.1"), &rules());
    assert!(next(&renewed, &PLAN, start()).at <= after(65));
    play_at(&mut renewed, Level::Tools, (66, 30), ".");
    assert_eq!(renewed.list_wanted(), None);
}

#[test]
fn drift_is_looked_at_again_in_time_to_confirm_it() {
    let mut prod = endpoint();
    play_at(&mut prod, Level::Tools, (0, 30), ".");
    let gone = Drift {
        tool: "search".into(),
        change: "tool-removed".into(),
        path: String::new(),
        hash: String::new(),
        impact: Impact::Breaking,
        notice: Notice::None,
        text: Clean::default(),
    };
    prod.drift(after(0), &[gone], &rules());
    play(&mut prod, 28, 30, ".");
    let due = next(&prod, &PLAN, start());
    assert!(due.at >= after(30) && due.at <= after(60) && due.levels.contains(&Level::Tools), "{due:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rounds_never_come_closer_than_four_fifths_nor_further_than_two(
        id in "[a-z]{1,12}", interval in 1_u64..4_000, from in 0_i64..1_000_000,
    ) {
        let interval = Duration::from_secs(interval);
        let mut at = after(from);
        for _ in 0..20 {
            let due = following(&id, interval, at);
            let pause = (due - at).to_std().unwrap();
            prop_assert!(pause >= interval * 4 / 5 && pause <= interval * 2, "{pause:?} of {interval:?}");
            at = due;
        }
    }

    #[test]
    fn missed_rounds_are_not_made_up_for(id in "[a-z]{1,12}", missed in 1_i64..100_000) {
        let at = following(&id, HANDSHAKE, after(missed));
        prop_assert!(at - after(missed) <= TimeDelta::seconds(60));
    }

    #[test]
    fn whatever_it_answers_no_server_is_asked_twice_within_the_least_pause(letters in "[.rt5acq]{1,60}") {
        let mut prod = endpoint();
        let mut last: Option<DateTime<Utc>> = None;
        for letter in letters.chars() {
            let due = next(&prod, &PLAN, start());
            if let Some(last) = last {
                let pause = due.at - last;
                prop_assert!(pause >= TimeDelta::seconds(5) && pause <= TimeDelta::minutes(4), "{pause}");
            }
            last = Some(due.at);
            prod.take(due.at, &report(Level::Handshake, failure(letter)), &rules());
        }
    }
}
