//! The proposed change of the team file: applied by a real `git apply`, read
//! again, with every comment and all order kept.

use std::process::Command;

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::config::{Does, ModelChange, Span, team_file};
use dogwatch::domain::calendar::{Calendar, Facts, Window};
use dogwatch::domain::history::{History, Told};
use dogwatch::domain::id::SourceId;
use dogwatch::domain::incident::Incident;
use dogwatch::domain::journal::{Journal, Rules};
use dogwatch::domain::queue;
use dogwatch::domain::review::{Ground, Notes, Page, Review, Sought};
use dogwatch::domain::rotation::Roster;
use dogwatch::domain::runbook::freshness::State;
use dogwatch::domain::text::Clean;
use dogwatch::domain::triage::Model;

/// Written as people write: comments, odd spacing, tables in any order.
const MODEL: &str = r#"# the sample team's model
version = 1

[team]
name     = "sample"   # invented
timezone = "Europe/London"

[[people]]
id = "ana"
[[people]]
id = "ben"

[runbooks]
dirs = ["docs/runbooks"]   # below the team file

# --- how bad -------------------------------------------------
[[severities]]
id      = "SEV1"
meaning = "grave"
ack     = "15m"      # agreed in May
mitigate = "4h"
[[severities]]
id      = "SEV3"
meaning = "slight"
clock   = "24x7"
ack     = "1h"       # too short?
[[severities]]
id = "SEV4"
meaning = "none"
backlog = true

[[kinds]]
id = "schema-drift"
severity = "SEV3"
area = "tools"
[[kinds]]
id = "other"

# the area nobody wanted
[[areas]]
  id     = "tools"
  paths  = ["tools/**"]
  backup = "ben"

# first match wins
[[triage]]
when = { title = "outage" }
set  = { severity = "SEV1" }

[[cadences]]
id = "triage"
start = "2026-11-03"
rule = "FREQ=WEEKLY"
done_by = "minutes"

[[lint.waivers]]
rule = "area-no-owner"
subject = "area:*"
why = "until the new year"
until = "2026-12-10"
"#;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Six incidents of one sort, acked hours late and given the same kind by hand.
fn review(text: &str, path: &str) -> Review {
    let model = Model::new(team_file(text, path).unwrap());
    let now = at("2026-11-30T12:00:00Z");
    let opened = |n: i64| at("2026-11-10T09:00:00Z") + TimeDelta::days(n);
    let mut facts = std::collections::BTreeMap::new();
    let mut told = Vec::new();
    for n in 1..=6_u64 {
        let days = i64::try_from(n).unwrap();
        let title = Clean::line(&format!("Schema of tool {n} differs"));
        let mut incident = Incident::opened(&SourceId::local(), n, title, opened(days));
        incident.labels = vec![Clean::line("SEV3"), Clean::line("schema-drift")];
        let line = |minutes, what: &str| Told {
            incident: incident.id.clone(),
            at: opened(days) + TimeDelta::minutes(minutes),
            by: Some("ana".to_owned()),
            what: what.to_owned(),
        };
        told.extend([line(100 + 10 * days, "acked"), line(5, "set kind schema-drift")]);
        facts.insert(incident.id.clone(), incident);
    }
    let queue = queue::build(&facts, &Journal::new(Rules::default()), &model, now);
    let history = History::of(&facts, &queue, told, &model, now);
    let cycle = (at("2026-11-02T00:00:00Z"), now);
    let roster = Roster::new(&model.team, &[], now, (now - TimeDelta::days(200), now + TimeDelta::days(200)));
    let evidence = Facts { minutes: Some(Vec::new()), ..Facts::default() };
    let day = |at: DateTime<Utc>| at.date_naive();
    let window = Window { from: day(cycle.0), to: day(cycle.1) };
    let calendar = Calendar::new(&model.team, &roster, &evidence, now, window);
    let entries = calendar.entries();
    let gap = ("area-no-owner".to_owned(), "area:tools".to_owned(), "tools has no owner".to_owned());
    let mut notes = Notes { gaps: vec![gap], ..Notes::default() };
    notes.searches = ["Token \"expired\"", "token \"expired\""]
        .map(|words| Sought { at: now - TimeDelta::days(1), words: Clean::line(words), page: None })
        .to_vec();
    let page = Page {
        path: "docs/runbooks/x.md".into(),
        below: "x.md".into(),
        title: Clean::line("x"),
        freshness: State::Fresh,
    };
    notes.pages = Some(vec![page]);
    let ground = Ground {
        cycle,
        now,
        model: &model,
        stories: &history.stories,
        roster: &roster,
        entries: &entries,
        notes: &notes,
    };
    let (mut review, proposed) = Review::of(&ground);
    review.draft(&proposed, (text, path));
    review
}

/// What the file is after git has applied the diff to it.
fn applied(text: &str, path: &str, diff: &str) -> String {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, text).unwrap();
    std::fs::write(folder.path().join("change.diff"), diff).unwrap();
    let git = |words: &[&str]| Command::new("git").args(words).current_dir(folder.path()).output().unwrap();
    assert!(git(&["init", "-q"]).status.success());
    let ended = git(&["apply", "--verbose", "change.diff"]);
    assert!(ended.status.success(), "{}\n{diff}", String::from_utf8_lossy(&ended.stderr));
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn each_proposal_is_a_hunk_below_its_reason_that_git_applies() {
    let review = review(MODEL, "ops/dogwatch.toml");
    let said: Vec<String> = review
        .proposals
        .iter()
        .map(|one| format!("{} {} {}/{:?} {}", one.rule, one.subject, one.n, one.of, one.in_diff))
        .collect();
    insta::assert_snapshot!(said.join("\n"), @"
    ack severity:SEV3 6/Some(6) true
    triage-rule kind:schema-drift 6/Some(6) true
    runbook kind:schema-drift 6/None true
    symptoms runbooks 2/None true
    waiver waiver:area-no-owner/area:* 1/None true
    cadence cadence:triage 4/Some(4) true
    owner area:tools 6/None true
    ");
    insta::assert_snapshot!(review.diff);
    let after = applied(MODEL, "ops/dogwatch.toml", &review.diff);
    let team = team_file(&after, "dogwatch.toml").unwrap();
    assert_eq!(team.severity("SEV3").unwrap().ack, Some(Span::Elapsed(TimeDelta::hours(3))), "median 2 h 15 min");
    assert_eq!(team.severity("SEV1"), team_file(MODEL, "").unwrap().severity("SEV1"));
    assert_eq!(team.areas[0].owner.as_deref(), Some("ben"));
    assert_eq!(team.triage.len(), 2);
    assert_eq!(team.lint.waivers[0].until.to_string(), "2027-01-07");
    // Nothing of what people wrote is gone but the two values that changed.
    let gone: Vec<&str> = MODEL.lines().filter(|line| !after.lines().any(|kept| kept == *line)).collect();
    assert_eq!(gone, ["ack     = \"1h\"       # too short?", "until = \"2026-12-10\""]);
    // The rule does by itself what people did by hand.
    let model = Model::new(team);
    let mut incident =
        Incident::opened(&SourceId::local(), 9, Clean::line("Schema of a tool differs"), at("2026-12-01T09:00:00Z"));
    assert_eq!(model.kind_id(model.classify(&incident).kind), Some("schema-drift"));
    incident.title = Clean::line("Something else");
    assert_eq!(model.classify(&incident).kind, None);
}

#[test]
fn what_was_applied_is_not_proposed_again() {
    let first = review(MODEL, "dogwatch.toml");
    let after = applied(MODEL, "dogwatch.toml", &first.diff);
    let second = review(&after, "dogwatch.toml");
    let left: Vec<&str> = second.proposals.iter().filter(|one| one.in_diff).map(|one| one.rule.as_str()).collect();
    assert!(!left.contains(&"ack") && !left.contains(&"triage-rule") && !left.contains(&"symptoms"), "{}", second.diff);
}

#[test]
fn other_ways_to_write_a_file_are_followed_too() {
    let inline = "version = 1\r\nseverities = [\r\n  { id = \"SEV1\", meaning = \"a\" }, # grave\r\n  { id = \"SEV2\", meaning = \"b\", ack = \"1h\" },\r\n]\r\n";
    let change = |nth| ModelChange {
        list: "severities",
        nth,
        does: Does::Set { key: "ack", value: "2h".to_owned() },
        because: "missed 3 of 4".to_owned(),
    };
    let changed = change(1).made_in(inline).unwrap();
    let changed = change(0).made_in(&changed.replace("missed 3 of 4", "missed 2 of 4")).unwrap();
    assert!(
        changed
            .contains("  # review: missed 3 of 4\r\n  { id = \"SEV1\", meaning = \"a\", ack = \"2h\" }, # grave\r\n")
    );
    assert!(changed.contains("  # review: missed 2 of 4\r\n  { id = \"SEV2\", meaning = \"b\", ack = \"2h\" },\r\n"));
    let bare = "version = 1\n[team]\nname = \"x\"";
    let rule = ModelChange {
        list: "triage",
        nth: usize::MAX,
        does: Does::Insert(vec![("when", "{ title = \"a\" }".into()), ("set", "{ severity = \"SEV1\" }".into())]),
        because: "3 of 3 by hand".to_owned(),
    };
    let changed = rule.made_in(bare).unwrap();
    assert_eq!(team_file(&changed, "").unwrap().triage.len(), 1);
    assert_eq!(rule.made_in(&changed), None, "it says so already");
    assert_eq!(change(0).made_in(bare), None, "there is no such table, and none is made up");
    let crooked = ModelChange { does: Does::Insert(vec![("when", "{ nonsense = 1 }".into())]), ..rule };
    assert_eq!(crooked.made_in(bare), None, "what would be no team file is not written");
}

#[test]
fn a_quiet_cycle_proposes_nothing() {
    let text = "version = 1\n[team]\nname = \"x\"\n";
    let model = Model::new(team_file(text, "").unwrap());
    let now = at("2026-11-30T12:00:00Z");
    let cycle = (now - TimeDelta::days(28), now);
    let roster = Roster::new(&model.team, &[], now, cycle);
    let notes = Notes::default();
    let ground = Ground { cycle, now, model: &model, stories: &[], roster: &roster, entries: &[], notes: &notes };
    let (mut review, proposed) = Review::of(&ground);
    review.draft(&proposed, (text, "dogwatch.toml"));
    assert_eq!((review.diff.as_str(), proposed.len(), review.incidents.len()), ("", 0, 0));
    let told = dogwatch::panes::review::text(&review);
    assert!(told.contains("\n  none\n") && told.contains("n = 0: no trend claimed"), "{told}");
}
