//! All servers together: one host, one incident; and this machine offline.

use dogwatch::domain::health::Endpoint;
use dogwatch::domain::health::fleet::{Control, Fleet, Member, Place, Ruling};
use dogwatch::domain::health::signal::Change;
use dogwatch::domain::probe::{Class, Condition, Failure, Level};
use proptest::prelude::*;

use super::{after, check, failure, named, play, play_at, report, rules};

fn on<'a>(host: &'a str, endpoints: &'a [Endpoint]) -> Vec<Member<'a>> {
    endpoints.iter().map(|endpoint| Member { endpoint, host: Some(host) }).collect()
}

/// Each on a host of its own.
fn apart(endpoints: &[Endpoint]) -> Vec<Member<'_>> {
    let hosts = ["one", "two", "three"];
    endpoints.iter().zip(hosts).map(|(endpoint, host)| Member { endpoint, host: Some(host) }).collect()
}

fn after_letters(id: &str, letters: &str) -> Endpoint {
    let mut endpoint = named(id);
    play(&mut endpoint, 0, 30, letters);
    endpoint
}

fn words(ruling: &Ruling) -> Vec<&'static str> {
    ruling.changes.iter().map(Change::word).collect()
}

/// The titles of what stands as an incident by itself, sorted.
fn standing(ruling: &Ruling) -> Vec<&str> {
    let stands = ruling.standings.iter().filter(|standing| standing.place == Place::Stands);
    let mut titles: Vec<&str> = stands.map(|standing| standing.signal.title.as_str()).collect();
    titles.sort_unstable();
    titles
}

#[test]
fn a_host_that_is_gone_is_one_incident() {
    let gone = [after_letters("a", "..rr"), after_letters("b", "..rr"), after_letters("c", "..rr")];
    let mut fleet = Fleet::default();
    let ruling = fleet.judge(after(90), &on("gw.example", &gone), Control::Passed);
    assert_eq!(words(&ruling), ["opened"]);
    assert_eq!(standing(&ruling), ["mcp gw.example: its servers fail together"]);
    assert_eq!(ruling.standings.len(), 4);
    let parent = &ruling.changes[0].signal().fingerprint;
    let children: Vec<_> = fleet.children(parent).unwrap().map(ToString::to_string).collect();
    assert_eq!(children, ["a", "b", "c"]);
    assert_eq!(words(&fleet.judge(after(120), &on("gw.example", &gone), Control::Passed)), [""; 0]);
}

/// The title of what stands for each signal of a server; `-` if it stands for itself.
fn above<'a>(fleet: &'a Fleet, endpoint: &'a Endpoint) -> Vec<&'a str> {
    let title = |signal| fleet.above(endpoint, signal).map_or("-", |above| above.title.as_str());
    endpoint.signals().map(title).collect()
}

#[test]
fn what_stands_for_a_signal_is_what_it_was_judged_to_be_under() {
    let gone = [after_letters("a", "..rr"), after_letters("b", "..rr"), after_letters("c", "....")];
    let mut fleet = Fleet::default();
    assert_eq!(above(&fleet, &gone[0]), ["-"]);
    fleet.judge(after(90), &on("gw.example", &gone), Control::Passed);
    assert_eq!(above(&fleet, &gone[0]), ["mcp gw.example: its servers fail together"]);
    assert_eq!(above(&fleet, &gone[2]), [""; 0]);

    let all = [after_letters("a", "..rr"), after_letters("b", "..rr"), after_letters("c", "..rr")];
    let mut offline = Fleet::default();
    let ruling = offline.judge(after(90), &apart(&all), Control::Failed);
    for standing in ruling.standings.iter().filter(|standing| standing.signal.endpoint.as_str() == "a") {
        let endpoint = &all[0];
        let over = offline.above(endpoint, &standing.signal).map(|above| Place::Under(above.fingerprint.clone()));
        assert_eq!(over.unwrap_or(Place::Stands), standing.place);
    }
}

#[test]
fn a_host_is_well_only_when_all_of_its_servers_are() {
    let mut all = [after_letters("a", "rr"), after_letters("b", "rr"), after_letters("c", "..")];
    let mut fleet = Fleet::default();
    assert_eq!(words(&fleet.judge(after(30), &on("gw", &all), Control::NotRun)), ["opened"]);
    play(&mut all[0], 60, 30, "....");
    let ruling = fleet.judge(after(150), &on("gw", &all), Control::NotRun);
    assert_eq!(words(&ruling), [""; 0]);
    assert_eq!(standing(&ruling), ["mcp gw: its servers fail together"], "what is left of it is no new incident");
    play(&mut all[1], 60, 30, "....");
    assert_eq!(words(&fleet.judge(after(180), &on("gw", &all), Control::NotRun)), ["recovered"]);
    play(&mut all[0], 210, 30, "rr");
    play(&mut all[1], 210, 30, "rr");
    assert_eq!(words(&fleet.judge(after(240), &on("gw", &all), Control::NotRun)), ["reopened"]);
}

#[test]
fn what_began_to_fail_long_before_fails_by_itself() {
    let mut old = named("a");
    play(&mut old, 0, 30, &"r".repeat(60));
    let mut young = named("b");
    play(&mut young, 0, 30, &format!("{}rr", ".".repeat(58)));
    let all = [old, young];
    let ruling = Fleet::default().judge(after(1770), &on("gw", &all), Control::Passed);
    assert_eq!(standing(&ruling), ["mcp a: handshake refused", "mcp b: handshake refused"]);
}

#[test]
fn a_gateway_that_lost_its_lists_is_one_incident() {
    let mut all = [named("a"), named("b")];
    for endpoint in &mut all {
        play_at(endpoint, Level::Tools, (0, 30), "eee");
    }
    let ruling = Fleet::default().judge(after(60), &on("gw", &all), Control::Passed);
    assert_eq!(standing(&ruling), ["mcp gw: its servers fail together"]);
}

#[test]
fn what_is_remembered_of_the_fleet_survives_a_restart() {
    let mut all = [after_letters("a", "rr"), after_letters("b", "rr")];
    let mut fleet = Fleet::default();
    fleet.judge(after(30), &on("gw", &all), Control::Passed);
    let mut other: Fleet = serde_json::from_str(&serde_json::to_string(&fleet).unwrap()).unwrap();
    assert_eq!(other, fleet);
    for endpoint in &mut all {
        play(endpoint, 60, 30, "....");
    }
    assert_eq!(words(&other.judge(after(180), &on("gw", &all), Control::Passed)), ["recovered"]);
}

#[test]
fn servers_that_answer_with_a_refusal_are_reached() {
    let all = [after_letters("a", "..aa"), after_letters("b", "..aa")];
    assert_eq!(Fleet::default().judge(after(90), &on("gw", &all), Control::Failed).frozen_since, None);
}

#[test]
fn one_of_many_servers_of_a_host_stands_for_itself() {
    let all = [after_letters("a", "..rr"), after_letters("b", "...."), after_letters("c", "....")];
    let ruling = Fleet::default().judge(after(90), &on("gw", &all), Control::Passed);
    assert_eq!(standing(&ruling), ["mcp a: handshake refused"]);
}

#[test]
fn a_signal_waits_a_minute_while_its_neighbours_seem_to_fail() {
    let all = [after_letters("a", "..rr"), after_letters("b", "...r")];
    let mut fleet = Fleet::default();
    let place = |ruling: &Ruling| ruling.standings[0].place.clone();
    assert_eq!(place(&fleet.judge(after(90), &on("gw", &all), Control::Passed)), Place::Confirming);
    assert_eq!(place(&fleet.judge(after(149), &on("gw", &all), Control::Passed)), Place::Confirming);
    assert_eq!(place(&fleet.judge(after(150), &on("gw", &all), Control::Passed)), Place::Stands);
}

#[test]
fn a_failing_handshake_stands_for_what_fails_above_it() {
    let mut prod = named("prod");
    play_at(&mut prod, Level::Tools, (0, 30), "eee");
    play_at(&mut prod, Level::Canary, (90, 30), "ccc");
    let alone = Fleet::default().judge(after(150), &on("gw", std::slice::from_ref(&prod)), Control::Passed);
    assert_eq!(standing(&alone), ["mcp prod: tools rpc-error (-32603)"]);
    play(&mut prod, 180, 30, "rr");
    let ruling = Fleet::default().judge(after(210), &on("gw", std::slice::from_ref(&prod)), Control::Passed);
    assert_eq!(standing(&ruling), ["mcp prod: handshake refused"]);
}

#[test]
fn a_server_that_says_it_is_degraded_hides_nothing_and_is_no_reason_to_ask_less() {
    let took = |letter| {
        let mut endpoint = named("a");
        for round in 0..4 {
            let mut report = report(Level::Handshake, failure(letter));
            let degraded = Failure::new(Class::Degraded, "the health address says degraded");
            report.checks.insert(0, check(Level::Health, Some(degraded)));
            endpoint.take(after(30 * round), &report, &rules());
        }
        endpoint
    };
    let interval = rules().interval;
    let well = took('.');
    assert_eq!((well.condition(after(90), interval), well.unreachable_since()), (Condition::Degraded, None));
    let gone = [took('r')];
    assert_eq!(gone[0].condition(after(90), interval), Condition::Down);
    let mut fleet = Fleet::default();
    assert_eq!(standing(&fleet.judge(after(90), &on("gw.example", &gone), Control::Passed)).len(), 1);
    // The handshake that is refused is what stands; what the health address said is below it.
    assert_eq!(above(&fleet, &gone[0]).iter().filter(|above| **above == "-").count(), 1);
    let alike = [took('.'), {
        let mut other = named("b");
        play(&mut other, 0, 30, "....");
        other
    }];
    let ruling = fleet.judge(after(120), &on("gw.example", &alike), Control::Passed);
    assert_eq!(standing(&ruling).len(), 1);
}

#[test]
fn this_machine_offline_blames_no_server() {
    let mut all = [after_letters("a", "..dd"), after_letters("b", "..dd"), after_letters("c", "...d")];
    let mut fleet = Fleet::default();
    let ruling = fleet.judge(after(90), &apart(&all), Control::Failed);
    assert_eq!(words(&ruling), ["opened"]);
    assert_eq!(ruling.frozen_since, Some(after(60)));
    assert_eq!(standing(&ruling), ["mcp: this machine reaches no server and not the control address"]);
    for endpoint in &mut all {
        endpoint.freeze(after(90), after(60));
        assert_eq!(endpoint.signals().count(), 0);
    }
    assert_eq!(fleet.judge(after(120), &apart(&all), Control::NotRun).frozen_since, Some(after(60)));
    let back = fleet.judge(after(150), &apart(&all), Control::Passed);
    assert_eq!((words(&back), back.frozen_since), (vec![], None), "judged again at once, told after two quiet minutes");
    assert_eq!(words(&fleet.judge(after(270), &apart(&all), Control::Passed)), ["recovered"]);
}

#[test]
fn a_control_check_alone_or_servers_alone_are_not_this_machine() {
    let well = [after_letters("a", ".."), after_letters("b", ".."), after_letters("c", ".d")];
    assert_eq!(Fleet::default().judge(after(30), &on("gw", &well), Control::Failed).frozen_since, None);
    let gone = [after_letters("a", "dd"), after_letters("b", "dd")];
    for control in [Control::Passed, Control::NotRun] {
        assert_eq!(Fleet::default().judge(after(30), &on("gw", &gone), control).frozen_since, None);
    }
    let children = [Member { endpoint: &gone[0], host: None }, Member { endpoint: &well[0], host: Some("gw") }];
    assert_eq!(Fleet::default().judge(after(30), &children, Control::Failed).frozen_since, None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_the_servers_does_not_matter(
        letters in prop::collection::vec("[.rtd5aq]{2,8}", 1..8),
        hosts in prop::collection::vec(0_usize..3, 8),
        turns in 0_usize..8,
    ) {
        let all: Vec<Endpoint> =
            letters.iter().enumerate().map(|(place, letters)| after_letters(&format!("s{place}"), letters)).collect();
        let names = ["one", "two", "three"];
        let members: Vec<Member<'_>> =
            all.iter().zip(&hosts).map(|(endpoint, host)| Member { endpoint, host: Some(names[*host]) }).collect();
        let mut turned: Vec<Member<'_>> = members.iter().rev().copied().collect();
        turned.rotate_left(turns % members.len());
        for control in [Control::Passed, Control::Failed, Control::NotRun] {
            let (mut one, mut other) = (Fleet::default(), Fleet::default());
            prop_assert_eq!(one.judge(after(240), &members, control), other.judge(after(240), &turned, control));
            prop_assert_eq!(one, other);
        }
    }

    #[test]
    fn each_failing_server_is_told_by_exactly_one_incident(
        letters in prop::collection::vec("[.rtd]{2,8}", 1..8),
        hosts in prop::collection::vec(0_usize..3, 8),
    ) {
        let all: Vec<Endpoint> =
            letters.iter().enumerate().map(|(place, letters)| after_letters(&format!("s{place}"), letters)).collect();
        let names = ["one", "two", "three"];
        let members: Vec<Member<'_>> =
            all.iter().zip(&hosts).map(|(endpoint, host)| Member { endpoint, host: Some(names[*host]) }).collect();
        let ruling = Fleet::default().judge(after(600), &members, Control::Passed);
        for standing in &ruling.standings {
            if let Place::Under(above) = &standing.place {
                let parents: Vec<_> = ruling.standings.iter().filter(|it| it.signal.fingerprint == *above).collect();
                prop_assert_eq!(parents.len(), 1);
                prop_assert_eq!(&parents[0].place, &Place::Stands);
            }
        }
    }
}
