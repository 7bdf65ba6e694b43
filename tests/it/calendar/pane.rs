//! The agenda as the pane shows it.

use dogwatch::domain::calendar::{Calendar, Entry, Event, Facts, Point, outlook, today};
use dogwatch::domain::text::Clean;
use dogwatch::panes::calendar::{Agenda, lines, weeks};
use dogwatch::panes::fit;
use dogwatch::theme::Theme;

use super::{TEAM, Weekly, at, tags, team, window};

/// The agenda of December at so many columns, with the place of each line's entry before it.
fn agenda(width: u16, now: &str) -> Vec<String> {
    let team = team(TEAM);
    let mut facts = tags(&["prompts-v7 2026-12-03"]);
    let evening = at("2026-12-10T23:30:00Z").with_timezone(&chrono_tz::Asia::Tokyo).fixed_offset();
    facts.events.push(Event {
        calendar: "company".into(),
        uid: Clean::line("a"),
        title: Clean::line("懇親会 – a party with a title that is much longer than a line of this pane"),
        place: None,
        start: Point::At(evening),
        end: None,
        tag: None,
    });
    let now = at(now);
    let entries = Calendar::new(&team, &Weekly, &facts, now, window("2026-12-01", "2026-12-20")).entries();
    let outlook = outlook(&team, now);
    let doubts = [Clean::line("not checked: minutes: no such folder")];
    let agenda = Agenda {
        outlook: &outlook,
        entries: &entries,
        doubts: &doubts,
        zone: team.team.timezone,
        today: today(&team, now),
    };
    let theme = Theme::default();
    assert!(weeks(&agenda, width, &theme).len() < lines(&agenda, width, &theme).len());
    let shown = lines(&agenda, width, &theme).into_iter();
    shown
        .map(|(place, line)| {
            let text = line.to_string();
            assert!(fit::columns(&text) <= usize::from(width).max(26), "{text:?} is wider than {width}");
            assert!(place.is_none_or(|place| place < entries.len()));
            let place = place.map_or_else(String::new, |place| place.to_string());
            format!("{place:>2} {}", text.trim_end()).trim_end().to_owned()
        })
        .collect()
}

#[test]
fn a_wide_pane_says_all_and_each_line_knows_its_entry() {
    insta::assert_snapshot!(agenda(76, "2026-12-08").join("\n"), @"
       OPEN until Fri 18 Dec, then year-end freeze to 4 Jan (SEV1, SEV2 may land;
       ask the approver)
       not checked: minutes: no such folder

       Week of Mon 30 Nov
     0 Tue  1 Dec  · due      cadence      Triage meeting                       ana
     1 Thu  3 Dec  ✓ shipped  release      Prompt artifacts                     ben

       Week of Mon 7 Dec, this week
     2 Mon  7 Dec  ✓ done     handover     10:00 MCP and eval on-call           ben
     3 today       · due      cadence      Triage meeting                       ben
     4 today       · planned  release      MCP tool schemas 2.0.0               ana
     5 Thu 10 Dec             event        23:30 懇親会 – a party with a title that
     5                                     is much longer than a line of this pane

       Week of Mon 14 Dec
     6 Mon 14 Dec  · planned  handover     10:00 MCP and eval on-call           chi
     7 Tue 15 Dec  · due      cadence      Triage meeting                       chi
     8 Thu 17 Dec  · due      cadence      runbook-drill                        dev
     9 Thu 17 Dec  · planned  release      Prompt artifacts                     chi
    10 Fri 18 Dec  · planned  freeze       year-end (to Mon 4 Jan)              ben
    ");
}

#[test]
fn a_narrow_pane_lets_the_sort_and_the_owner_go_first() {
    insta::assert_snapshot!(agenda(38, "2026-12-08").join("\n"), @"
       OPEN until Fri 18 Dec, then year-end
       freeze to 4 Jan (SEV1, SEV2 may land;
       ask the approver)
       not checked: minutes: no such folder

       Week of Mon 30 Nov
     0 Tue  1 Dec  · due      Triage meeting
     1 Thu  3 Dec  ✓ shipped  Prompt
     1                        artifacts

       Week of Mon 7 Dec, this week
     2 Mon  7 Dec  ✓ done     10:00 MCP and
     2                        eval on-call to
     2                        ben
     3 today       · due      Triage meeting
     4 today       · planned  MCP tool
     4                        schemas 2.0.0
     5 Thu 10 Dec             23:30 懇親会 –
     5                        a party with a
     5                        title that is
     5                        much longer
     5                        than a line of
     5                        this pane

       Week of Mon 14 Dec
     6 Mon 14 Dec  · planned  10:00 MCP and
     6                        eval on-call to
     6                        chi
     7 Tue 15 Dec  · due      Triage meeting
     8 Thu 17 Dec  · due      runbook-drill
     9 Thu 17 Dec  · planned  Prompt
     9                        artifacts
    10 Fri 18 Dec  · planned  year-end freeze
    10                        (to Mon 4 Jan)
    ");
}

#[test]
fn any_width_holds_and_nothing_planned_says_so() {
    for width in 0..120 {
        let _lines = agenda(width, "2026-12-18");
    }
    let (none, doubts): (Vec<Entry>, Vec<Clean>) = (Vec::new(), Vec::new());
    let facts = Facts::default();
    assert_eq!(facts.tags, None);
    let agenda = Agenda {
        outlook: "OPEN: no freeze ahead",
        entries: &none,
        doubts: &doubts,
        zone: chrono_tz::UTC,
        today: today(&team(TEAM), at("2026-12-08")),
    };
    let shown: Vec<String> = lines(&agenda, 40, &Theme::default()).iter().map(|(_, line)| line.to_string()).collect();
    assert_eq!(shown, ["OPEN: no freeze ahead", "", "nothing is planned in these days"]);
}
