//! What the ledger knows of the past, and what it has yet to be told.

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::config::{Period, Role, TeamFile};
use dogwatch::domain::rotation::{Begun, Roster};

use super::made::{held, local, rotation, team, utc};

/// A ledger as a machine keeps it, and who it looks at.
#[derive(Default)]
struct Machine {
    begun: Vec<Begun>,
    looked: Option<DateTime<Utc>>,
}

impl Machine {
    fn look(&mut self, team: &TeamFile, at: &str) -> usize {
        let now = utc(at);
        let since = self.looked.unwrap_or(now);
        let news = Roster::new(team, &self.begun, now, (since, now + TimeDelta::seconds(1))).to_record(Some(since));
        let told = news.len();
        self.begun.extend(news);
        self.looked = Some(now);
        told
    }

    fn was(&self, team: &TeamFile, now: &str, (from, to): (&str, &str)) -> Vec<String> {
        let (now, stretch) = (utc(now), (utc(from), utc(to)));
        let roster = Roster::new(team, &self.begun, now, stretch);
        let pieces = roster.pieces("ops", Role::Primary, stretch).into_iter();
        pieces
            .map(|piece| format!("{} {} {}", piece.start().format("%dT%H"), piece.end().format("%dT%H"), piece.person))
            .collect()
    }
}

fn weekly(members: &[&str]) -> TeamFile {
    team(vec![rotation("UTC", "2026-11-02T10:00", Period::Days(7), members)])
}

#[test]
fn new_members_change_today_and_tomorrow_and_never_yesterday() {
    let (before, after) = (weekly(&["ana", "ben", "chi"]), weekly(&["dev", "eli"]));
    let mut machine = Machine::default();
    assert_eq!(machine.look(&before, "2026-11-03T12:00:00Z"), 1);
    assert_eq!(machine.look(&before, "2026-11-04T12:00:00Z"), 0, "it knows");
    assert_eq!(machine.look(&before, "2026-11-10T12:00:00Z"), 1);
    let window = ("2026-11-02T10:00:00Z", "2026-11-17T00:00:00Z");
    assert_eq!(
        machine.was(&before, "2026-11-10T12:00:00Z", window),
        ["02T10 09T10 ana", "09T10 16T10 ben", "16T10 23T10 chi"]
    );
    // The file is edited on the eleventh, at noon.
    assert_eq!(machine.look(&after, "2026-11-11T12:00:00Z"), 1);
    let seen = machine.was(&after, "2026-11-12T00:00:00Z", window);
    assert_eq!(seen, ["02T10 09T10 ana", "09T10 11T12 ben", "11T12 16T10 eli", "16T10 23T10 dev"]);
    assert_eq!(machine.was(&before, "2026-11-12T00:00:00Z", window)[..2], seen[..2], "whatever the file says now");
}

#[test]
fn what_began_while_nobody_looked_is_told_afterwards_as_the_file_has_it() {
    let mut file = weekly(&["ana", "ben", "chi"]);
    let mut machine = Machine::default();
    machine.look(&file, "2026-11-03T12:00:00Z");
    file.rotations[0].overrides =
        vec![held(local("2026-11-05T00:00"), local("2026-11-06T00:00"), "zoe", Role::Primary)];
    assert_eq!(machine.look(&file, "2026-11-18T00:00:00Z"), 4, "zoe, ana again, ben, chi");
    let window = ("2026-11-02T10:00:00Z", "2026-11-17T00:00:00Z");
    let seen = ["02T10 05T00 ana", "05T00 06T00 zoe", "06T00 09T10 ana", "09T10 16T10 ben", "16T10 23T10 chi"];
    assert_eq!(machine.was(&file, "2026-11-18T00:00:00Z", window), seen);
    let other = weekly(&["eli"]);
    assert_eq!(machine.was(&other, "2026-11-18T00:00:00Z", window)[..4], seen[..4]);
}

#[test]
fn a_shortened_shift_is_told_once_and_an_ended_override_gives_the_shift_back() {
    let mut file = weekly(&["ana", "ben"]);
    let mut machine = Machine::default();
    machine.look(&file, "2026-11-03T12:00:00Z");
    file.rotations[0].overrides =
        vec![held(local("2026-11-05T00:00"), local("2026-11-08T00:00"), "zoe", Role::Primary)];
    assert_eq!(machine.look(&file, "2026-11-04T00:00:00Z"), 1, "ana's part ends earlier now");
    assert_eq!(machine.look(&file, "2026-11-04T01:00:00Z"), 0);
    assert_eq!(machine.look(&file, "2026-11-06T00:00:00Z"), 1);
    file.rotations[0].overrides.clear();
    assert_eq!(machine.look(&file, "2026-11-07T00:00:00Z"), 1);
    let window = ("2026-11-02T10:00:00Z", "2026-11-09T00:00:00Z");
    let seen = machine.was(&file, "2026-11-09T00:00:00Z", window);
    assert_eq!(seen, ["02T10 05T00 ana", "05T00 07T00 zoe", "07T00 09T10 ana"]);
}

#[test]
fn a_clock_that_was_ahead_has_seen_nothing_yet() {
    let mut machine = Machine::default();
    machine.look(&weekly(&["zoe"]), "2027-03-03T12:00:00Z");
    let file = weekly(&["ana", "ben"]);
    machine.looked = None;
    assert_eq!(machine.look(&file, "2026-11-03T12:00:00Z"), 1);
    let window = ("2026-11-02T10:00:00Z", "2026-11-09T00:00:00Z");
    assert_eq!(machine.was(&weekly(&["eli"]), "2026-11-10T00:00:00Z", window), ["02T10 09T10 ana"]);
}
