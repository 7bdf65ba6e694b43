//! The calendar: what is planned, whether it happened, and what is wrong with the plan.

mod evidence;
mod pane;
mod plan;

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};
use dogwatch::config::{Role, TeamFile, team_file};
use dogwatch::domain::calendar::{Calendar, Duties, Entry, Facts, Handover, Tag, Window};

/// The release calendar of a team of four, with the freeze of a year's end.
const TEAM: &str = r#"version = 1
[team]
name = "dataface-ai"
timezone = "Europe/London"
holidays = ["2026-12-25", "2026-12-28", "2027-01-01"]
[[people]]
id = "ana"
[[people]]
id = "ben"
[[people]]
id = "chi"
[[people]]
id = "dev"
[[areas]]
id = "mcp-contracts"
owner = "ana"
[[areas]]
id = "prompts"
owner = "ben"
[[areas]]
id = "runbooks"
owner = "dev"
[[rotations]]
id = "ops"
title = "MCP and eval on-call"
start = "2026-11-02T10:00"
shift = "7d"
members = ["ana", "ben", "chi", "dev"]
[[cadences]]
id = "triage-weekly"
title = "Triage meeting"
start = "2026-11-03"
rule = "FREQ=WEEKLY;BYDAY=TU"
skip = ["2026-12-29"]
owner = "rotation:ops/primary"
grace = "2bd"
done_by = "minutes"
[[cadences]]
id = "runbook-drill"
start = "2026-11-19"
rule = "FREQ=MONTHLY;BYDAY=3TH"
owner = "area:runbooks/owner"
grace = "5bd"
done_by = "drill"
[[trains]]
id = "tools"
title = "MCP tool schemas"
start = "2026-11-10"
rule = "FREQ=MONTHLY;BYDAY=2TU"
owners = ["ana", "ben"]
areas = ["mcp-contracts"]
evidence = "tag:tools-v*"
[[trains]]
id = "prompts"
title = "Prompt artifacts"
start = "2026-11-05"
rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"
skip = ["2026-12-31"]
owners = ["ben", "chi"]
areas = ["prompts"]
evidence = "tag:prompts-v*"
[[releases]]
train = "tools"
date = "2026-12-08"
version = "2.0.0"
owner = "ana"
deputy = "ben"
[[releases]]
train = "tools"
date = "2027-01-19"
instead_of = "2027-01-12"
why = "one week of baking after the freeze"
[[releases]]
id = "docs-relaunch"
title = "New documentation site"
date = "2027-02-02"
owner = "dev"
deputy = "chi"
evidence = "git:docs/CHANGELOG.md"
[[freezes]]
id = "year-end"
from = "2026-12-18"
to = "2027-01-04"
covers = ["train:tools", "train:prompts"]
except = ["SEV1", "SEV2"]
approver = "ben"
why = "low staffing"
[[deprecations]]
tool = "profile_lookup"
since = "2026-11-10"
min_window = "90d"
remove_on = "2027-02-09"
replacement = "profiles.search"
owner = "ana"
"#;

fn team(text: &str) -> TeamFile {
    team_file(text, "dogwatch.toml").unwrap_or_else(|problems| panic!("{}", problems[0]))
}

/// A small team in London with these further tables.
fn small(tables: &str) -> TeamFile {
    let head = "version = 1\n[team]\ntimezone = \"Europe/London\"\n[[people]]\nid = \"ana\"\n[[people]]\nid = \"ben\"\n[[people]]\nid = \"chi\"\n[[areas]]\nid = \"core\"\nowner = \"ana\"\n";
    team(&format!("{head}{tables}"))
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Noon of a day, or an instant.
fn at(text: &str) -> DateTime<Utc> {
    if text.len() == 10 { format!("{text}T12:00:00Z").parse().unwrap() } else { text.parse().unwrap() }
}

fn window(from: &str, to: &str) -> Window {
    Window { from: day(from), to: day(to) }
}

/// Tags with their days or instants: `tools-v1.0.0 2026-11-10`.
fn tags(tags: &[&str]) -> Facts {
    let tag = |text: &&str| {
        let (name, when) = text.rsplit_once(' ').unwrap();
        Tag { name: name.to_owned(), at: at(when), commit: None }
    };
    Facts { tags: Some(tags.iter().map(tag).collect()), ..Facts::default() }
}

/// Weekly handovers on Mondays at ten, ana first, from 2 November 2026.
struct Weekly;

const CREW: [&str; 4] = ["ana", "ben", "chi", "dev"];

impl Weekly {
    fn start() -> DateTime<Utc> {
        at("2026-11-02T10:00:00Z")
    }
}

impl Duties for Weekly {
    fn holder(&self, rotation: &str, role: Role, at: DateTime<Utc>) -> Option<String> {
        assert_eq!(rotation, "ops");
        let week = usize::try_from((at - Self::start()).num_weeks()).ok()?;
        let before = if role == Role::Primary { 0 } else { 3 };
        Some(CREW[(week + before) % 4].to_owned())
    }

    fn handovers(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Handover> {
        let weeks = (0..60).map(|week| Self::start() + chrono::TimeDelta::weeks(week));
        weeks
            .filter(|at| (from..to).contains(at))
            .map(|at| Handover {
                rotation: "ops".into(),
                at: at.with_timezone(&chrono_tz::Europe::London).fixed_offset(),
                incoming: self.holder("ops", Role::Primary, at),
            })
            .collect()
    }
}

/// One line an entry: `date [to end] kind id status owner [clash …]`.
fn lines(entries: &[Entry]) -> String {
    let mut text = String::new();
    for entry in entries {
        let end = entry.end.map(|end| format!("..{}", end.text())).unwrap_or_default();
        let status = entry.status.map_or("-", |status| status.word());
        let owner = entry.owner.as_deref().unwrap_or("-");
        let (date, kind, id) = (entry.date.text(), entry.kind.word(), &entry.id);
        write!(text, "{date}{end} {kind} {id} {status} {owner}").unwrap();
        for id in &entry.clash {
            write!(text, " !{id}").unwrap();
        }
        text.push('\n');
    }
    text
}

/// The ids and statuses of the entries of one kind: `tools/2026-11-10 shipped, …`.
fn standing(team: &TeamFile, facts: &Facts, now: &str, kind: &str) -> String {
    let calendar = Calendar::new(team, &(), facts, at(now), window("2026-10-01", "2027-03-31"));
    let entries = calendar.entries();
    let of_kind = entries.iter().filter(|entry| entry.kind.word() == kind);
    let told: Vec<String> =
        of_kind.map(|entry| format!("{} {}", entry.id, entry.status.map_or("-", |status| status.word()))).collect();
    told.join(", ")
}
