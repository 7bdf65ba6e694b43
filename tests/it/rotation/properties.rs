//! What holds of every rotation in every zone.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use dogwatch::config::{Role, TeamFile};
use dogwatch::domain::rotation::{OnCall, Piece, Roster};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::made::any;
use super::oracle;

/// Cases for each zone.
const CASES: u32 = 6;

/// Runs a property over every zone and says over how many cases that was.
#[expect(clippy::print_stdout, reason = "`--nocapture` shows how much was tried")]
fn over_every_zone(name: &str, cases: u32, property: impl Fn(&TeamFile, DateTime<Utc>) -> Result<(), TestCaseError>) {
    let mut ran = 0;
    for zone in TZ_VARIANTS {
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        // Other cases in each zone, and the same ones tomorrow.
        let seed: Vec<u8> = zone.name().bytes().chain(name.bytes()).cycle().take(32).collect();
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let mut runner = TestRunner::new_with_rng(config, rng);
        let strategy = (any(zone), -15_000_i64..400_000);
        let result = runner.run(&strategy, |(team, minutes)| {
            let at = oracle::handover(&team.rotations[0], 0) + TimeDelta::minutes(minutes);
            property(&team, at)
        });
        assert!(result.is_ok(), "{zone}: {}", result.unwrap_err());
        ran += cases;
    }
    println!("{name}: {ran} cases over {} zones", TZ_VARIANTS.len());
}

fn roster(team: &TeamFile, at: DateTime<Utc>) -> Roster<'_> {
    Roster::new(team, &[], at, (at - TimeDelta::days(400), at + TimeDelta::days(400)))
}

fn on_call<'a>(roster: &Roster<'a>, at: DateTime<Utc>) -> OnCall<'a> {
    roster.on_call(at).remove(0)
}

fn shift(roster: &Roster<'_>, at: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let (start, end) = on_call(roster, at).shift;
    (start.to_utc(), end.to_utc())
}

fn pieces<'a>(team: &'a TeamFile, roster: &Roster<'a>, role: Role, days: i64, at: DateTime<Utc>) -> Vec<Piece<'a>> {
    roster.pieces(&team.rotations[0].id, role, (at - TimeDelta::days(days), at + TimeDelta::days(days)))
}

#[test]
fn every_answer_is_that_of_the_plain_reading_of_the_rules() {
    over_every_zone("answers", CASES, |team, at| {
        let (roster, rotation) = (roster(team, at), &team.rotations[0]);
        let told = on_call(&roster, at);
        let slot = oracle::slot(team, rotation, at);
        let covered = oracle::covered(team, rotation, at);
        prop_assert_eq!(told.off_hours, !(covered && slot.is_some()));
        for (role, held) in [(Role::Primary, &told.primary), (Role::Secondary, &told.secondary)] {
            let expected = oracle::holder(team, rotation, role, at);
            // Off hours change nothing about whose shift it is.
            let piece = roster.pieces(&rotation.id, role, (at, at + TimeDelta::seconds(1))).into_iter().next();
            let own = |piece: &Piece<'_>| (piece.person.to_owned(), piece.instead_of.map(ToOwned::to_owned));
            prop_assert_eq!(piece.as_ref().map(own), expected.clone());
            prop_assert_eq!(held.as_ref().map(own), expected.filter(|_| covered));
            if let (Some(slot), Some(piece)) = (&slot, &piece) {
                prop_assert_eq!(piece.shift(), (slot.start, slot.end));
                prop_assert!(piece.holds(at) && slot.start <= piece.start() && piece.end() <= slot.end);
            }
        }
        if let (Some((start, end)), true) = (told.duty, covered && !told.off_hours) {
            prop_assert!(start <= at && at < end);
        }
        Ok(())
    });
}

#[test]
fn shifts_hold_their_instant_and_meet_end_to_start_both_ways() {
    over_every_zone("shifts", CASES, |team, at| {
        let team = &TeamFile {
            rotations: vec![dogwatch::config::Rotation { until: None, ..team.rotations[0].clone() }],
            ..team.clone()
        };
        let roster = roster(team, at);
        let (start, end) = shift(&roster, at);
        prop_assert!(start <= at && at < end, "{start} {at} {end}");
        prop_assert_eq!(shift(&roster, end).0, end);
        prop_assert_eq!(shift(&roster, start - TimeDelta::seconds(1)).1, start);
        Ok(())
    });
}

#[test]
fn there_is_one_primary_at_every_covered_instant_and_no_two_ever() {
    over_every_zone("primary", CASES, |team, at| {
        let roster = roster(team, at);
        let rotation = &team.rotations[0];
        for role in [Role::Primary, Role::Secondary] {
            let pieces = pieces(team, &roster, role, 20, at);
            for pair in pieces.windows(2) {
                prop_assert!(pair[0].end() <= pair[1].start() && pair[0].start() < pair[1].start());
            }
        }
        for minutes in (0..8).map(|step| step * 4_877) {
            let at = at + TimeDelta::minutes(minutes);
            let served = oracle::slot(team, rotation, at).is_some();
            let here = roster.pieces(&rotation.id, Role::Primary, (at, at + TimeDelta::seconds(1)));
            prop_assert_eq!(here.len(), usize::from(served));
            prop_assert!(served || on_call(&roster, at).off_hours);
        }
        Ok(())
    });
}

#[test]
fn what_comes_next_is_the_first_instant_at_which_somebody_else_is_on_duty() {
    over_every_zone("next", CASES, |team, at| {
        let roster = roster(team, at);
        let told = on_call(&roster, at);
        let present = told.primary.as_ref().map(|piece| piece.person);
        let other = |at: DateTime<Utc>| {
            let then = on_call(&roster, at).primary.map(|piece| piece.person);
            then.is_some() && then != present
        };
        let Some(next) = told.next else { return Ok(()) };
        let start = next.start.to_utc();
        prop_assert!(start > at && other(start));
        prop_assert!(start == at + TimeDelta::seconds(1) || !other(start - TimeDelta::seconds(1)));
        for part in 1..12 {
            let between = at + (start - at) * part / 12;
            prop_assert!(between == at || !other(between), "{between}");
        }
        Ok(())
    });
}

#[test]
fn everybody_has_one_of_as_many_shifts_as_there_are_members_and_the_clock_is_kept() {
    over_every_zone("turns", CASES, |team, at| {
        let mut team = team.clone();
        (team.rotations[0].overrides, team.rotations[0].swaps) = (Vec::new(), Vec::new());
        let roster = roster(&team, at);
        let pieces = pieces(&team, &roster, Role::Primary, 40, at);
        let rotation = &team.rotations[0];
        for round in pieces.windows(rotation.members.len()) {
            let people: BTreeSet<&str> = round.iter().map(|piece| piece.person).collect();
            prop_assert_eq!(people.len(), rotation.members.len());
        }
        if !matches!(rotation.shift, dogwatch::config::Period::Hours(_)) {
            let zone = rotation.timezone;
            for piece in &pieces {
                let local = piece.start().with_timezone(&zone).naive_local();
                let kept = local.time() == rotation.start.time();
                // A clock that the zone skipped on that day.
                let skipped = oracle::first(local.date().and_time(rotation.start.time()), zone) == piece.start()
                    || oracle::first((local.date() - chrono::Days::new(1)).and_time(rotation.start.time()), zone)
                        == piece.start();
                prop_assert!(kept || skipped, "{local}");
            }
        }
        Ok(())
    });
}

#[test]
fn overrides_and_swaps_change_people_and_nothing_else() {
    over_every_zone("changes", CASES, |team, at| {
        let mut plain = team.clone();
        (plain.rotations[0].overrides, plain.rotations[0].swaps) = (Vec::new(), Vec::new());
        let (changed, before) = (roster(team, at), roster(&plain, at));
        let pieces = pieces(team, &changed, Role::Primary, 40, at);
        for piece in &pieces {
            let there = before.pieces("ops", Role::Primary, (piece.start(), piece.end()));
            prop_assert_eq!(there.len(), 1, "no handover moves");
            prop_assert_eq!(there[0].shift(), piece.shift());
            prop_assert_eq!(there[0].person, piece.instead_of.unwrap_or(piece.person), "no turn moves");
        }
        let told = (on_call(&changed, at), on_call(&before, at));
        prop_assert_eq!((told.0.off_hours, told.0.shift, told.0.duty), (told.1.off_hours, told.1.shift, told.1.duty));
        // Of tables that do not overlap, the order does not matter.
        let mut turned = team.clone();
        let one = &team.rotations[0];
        let apart = |from: &[dogwatch::config::Stretch]| {
            let local = |moment| match moment {
                dogwatch::config::Moment::Local(at) => at,
                _ => unreachable!(),
            };
            from.iter().enumerate().all(|(at, a)| {
                from[at + 1..].iter().all(|b| local(a.to) <= local(b.from) || local(b.to) <= local(a.from))
            })
        };
        if apart(&one.overrides.iter().map(|one| one.when).collect::<Vec<_>>()) {
            turned.rotations[0].overrides.reverse();
        }
        if apart(&one.swaps.iter().map(|one| one.when).collect::<Vec<_>>()) {
            turned.rotations[0].swaps.reverse();
        }
        let turned = roster(&turned, at)
            .pieces("ops", Role::Primary, (at - TimeDelta::days(40), at + TimeDelta::days(40)))
            .into_iter()
            .map(|piece| (piece.person.to_owned(), piece.start(), piece.end()))
            .collect::<Vec<_>>();
        prop_assert_eq!(
            turned,
            pieces.iter().map(|piece| (piece.person.to_owned(), piece.start(), piece.end())).collect::<Vec<_>>()
        );
        Ok(())
    });
}

#[test]
fn gaps_are_covered_time_of_people_who_are_not_there() {
    over_every_zone("gaps", 2, |team, at| {
        let mut team = team.clone();
        let day = |days: i64| (at + TimeDelta::days(days)).date_naive();
        for (place, person) in team.people.iter_mut().enumerate() {
            let from = i64::try_from(place).unwrap() * 3 - 8;
            person.timezone = Some(if place % 2 == 0 { Tz::Pacific__Apia } else { Tz::America__New_York });
            person.away = vec![dogwatch::config::Away { from: day(from), to: day(from + 5), why: None }];
        }
        let roster = roster(&team, at);
        let stretch = (at - TimeDelta::days(10), at + TimeDelta::days(10));
        let gaps = roster.gaps(stretch);
        for pair in gaps.windows(2) {
            prop_assert!(pair[0].end < pair[1].start, "what touches is one");
        }
        for minutes in (0..30).map(|step| step * 881 - 13_000) {
            let at = at + TimeDelta::minutes(minutes);
            let inside = gaps.iter().any(|gap| gap.start <= at && at < gap.end);
            prop_assert_eq!(inside, on_call(&roster, at).gap.is_some(), "{}", at);
        }
        Ok(())
    });
}

#[test]
fn decades_that_are_stepped_over_are_counted_as_if_they_were_walked() {
    over_every_zone("decades", 1, |team, at| {
        let mut team = team.clone();
        (team.rotations[0].until, team.rotations[0].shift) = (None, dogwatch::config::Period::Hours(7));
        let begin = oracle::handover(&team.rotations[0], 0);
        let late = at + TimeDelta::days(6_000);
        let week = (late - TimeDelta::days(3), late + TimeDelta::days(3));
        // A roster that reaches back to the first shift walks from there.
        let walked = Roster::new(&team, &[], late, (begin, week.1)).pieces("ops", Role::Primary, week);
        let stepped = Roster::new(&team, &[], late, week).pieces("ops", Role::Primary, week);
        prop_assert!(
            !walked.is_empty()
                || !dogwatch::domain::coverage::Hours::of(&team.rotations[0].coverage, &team.team).is_always()
        );
        prop_assert_eq!(walked, stepped);
        Ok(())
    });
}
