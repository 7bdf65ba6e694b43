//! One story of what happened: the words of GitHub, of the local tracker and
//! of this machine's ledger, each thing told once.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::config::team_file;
use dogwatch::domain::history::{Event, History, Story, Told, What};
use dogwatch::domain::id::{IncidentId, SourceId};
use dogwatch::domain::incident::{Ack, CloseReason, Incident, Snooze, Status};
use dogwatch::domain::journal::{Journal, Rules};
use dogwatch::domain::queue;
use dogwatch::domain::text::Clean;
use dogwatch::domain::triage::Model;

const TEAM: &str = "version = 1\n[[people]]\nid = \"ana\"\ngithub = \"ana-gh\"\n[[people]]\nid = \"ben\"\n\
                    [[kinds]]\nid = \"drift\"\n[[sources]]\nid = \"github\"\nkind = \"github\"\nrepo = \"a/b\"\n\
                    [tracker]\nkind = \"github\"\n";

fn now() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn opened() -> DateTime<Utc> {
    now() - TimeDelta::hours(10)
}

fn model() -> Model {
    Model::new(team_file(TEAM, "dogwatch.toml").unwrap_or_else(|problems| panic!("{problems:#?}")))
}

fn incident(number: u64) -> Incident {
    let source = SourceId::new("github");
    Incident {
        author: Some(Clean::line("ana-gh")),
        ..Incident::opened(&source, number, Clean::line("It fails"), opened())
    }
}

fn line(id: &IncidentId, (minutes, seconds): (i64, i64), by: Option<&str>, what: &str) -> Told {
    let at = opened() + TimeDelta::minutes(minutes) + TimeDelta::seconds(seconds);
    Told { incident: id.clone(), at, by: by.map(str::to_owned), what: what.to_owned() }
}

fn history(incidents: Vec<Incident>, told: Vec<Told>) -> History {
    let model = model();
    let facts: BTreeMap<IncidentId, Incident> = incidents.into_iter().map(|one| (one.id.clone(), one)).collect();
    let queue = queue::build(&facts, &Journal::new(Rules::default()), &model, now());
    History::of(&facts, &queue, told, &model, now())
}

/// `minute who what`, a line each.
fn events(story: &Story) -> Vec<String> {
    let one = |event: &Event| {
        let minute = (event.at - opened()).num_minutes();
        format!("{minute} {} {:?}", event.by.as_deref().unwrap_or("-"), event.what)
    };
    story.events.iter().map(one).collect()
}

fn lived(incident: Incident, told: &[(i64, Option<&str>, &str)]) -> Vec<String> {
    let id = incident.id.clone();
    let lines = told.iter().map(|(minute, by, what)| line(&id, (*minute, 0), *by, what)).collect();
    events(&history(vec![incident], lines).stories[0])
}

#[test]
fn the_words_of_github_and_of_the_local_tracker_are_read_alike() {
    let words = [
        ("acked", "Acked"),
        ("unacked", "Unacked"),
        ("took back the ack", "Unacked"),
        ("assigned ana-gh", "Assigned(\"ana\")"),
        ("assigned ben", "Assigned(\"ben\")"),
        ("assigned stranger", "Assigned(\"stranger\")"),
        ("assigned nobody", "Unassigned(None)"),
        ("unassigned ana-gh", "Unassigned(Some(\"ana\"))"),
        ("reopened", "Reopened"),
        ("commented", "Noted"),
        ("followed a runbook", "Followed"),
        ("ended the snooze", "Woken"),
        ("unlabeled snoozed", "Woken"),
        ("labeled snoozed", "Snoozed(None)"),
        ("snoozed until 2026-11-21 09:00Z", "Snoozed(Some(2026-11-21T09:00:00Z))"),
        ("set severity SEV2", "Severity(Some(\"SEV2\"))"),
        ("set severity none", "Severity(None)"),
        ("labeled sev2", "Severity(Some(\"SEV2\"))"),
        ("set kind drift", "Kind(Some(\"drift\"))"),
        ("labeled Drift", "Kind(Some(\"drift\"))"),
        ("labeled anything", "Other"),
        ("marked as a duplicate", "Merged"),
        ("merged into github#2", "Merged"),
        ("escalated to ben", "Escalated"),
        ("took back asking ben", "Recalled"),
        ("renamed it", "Other"),
        ("closed", "Closed(None)"),
        ("closed as flaky", "Closed(Some(Flaky))"),
        ("closed as something new", "Closed(None)"),
    ];
    for (what, read) in words {
        assert_eq!(lived(incident(1), &[(9, Some("ana-gh"), what)])[1..], [format!("9 ana {read}")], "{what}");
    }
}

#[test]
fn what_ledger_and_tracker_both_tell_is_told_once_and_each_adds_what_the_other_lacks() {
    let mut closed = incident(1);
    closed.status = Status::Closed { at: Some(opened() + TimeDelta::minutes(60)), reason: CloseReason::Completed };
    let id = closed.id.clone();
    let told = vec![
        line(&id, (60, 0), Some("ana-gh"), "closed"),
        line(&id, (5, 0), Some("ana"), "acked"),
        line(&id, (6, 30), Some("ana-gh"), "acked"),
        line(&id, (59, 0), Some("ana"), "closed as completed"),
        line(&id, (20, 0), Some("ana"), "snoozed until 2026-11-20 03:00Z"),
        line(&id, (20, 1), Some("ana-gh"), "labeled snoozed"),
        line(&id, (30, 0), Some("ana"), "assigned nobody"),
        line(&id, (30, 2), Some("ana-gh"), "unassigned ben"),
    ];
    let story = &history(vec![closed], told).stories[0];
    assert_eq!(
        events(story),
        [
            "0 ana Opened",
            "5 ana Acked",
            "20 ana Snoozed(Some(2026-11-20T03:00:00Z))",
            "30 ana Unassigned(Some(\"ben\"))",
            "59 ana Closed(Some(Completed))",
        ]
    );
    assert_eq!(story.closed_at(), Some(opened() + TimeDelta::minutes(59)));
}

#[test]
fn two_comments_are_two_comments_and_two_acks_an_hour_apart_are_two_acks() {
    let told = [
        (5, Some("ana"), "commented"),
        (6, Some("ana"), "commented"),
        (10, Some("ana"), "acked"),
        (70, Some("ana"), "acked"),
    ];
    assert_eq!(lived(incident(1), &told)[1..], ["5 ana Noted", "6 ana Noted", "10 ana Acked", "70 ana Acked"]);
}

#[test]
fn what_follows_from_the_facts_is_told_though_nobody_said_so() {
    let mut one = incident(1);
    let after = |minutes| Some(opened() + TimeDelta::minutes(minutes));
    one.ack = Some(Ack { by: Some(Clean::line("ana-gh")), at: after(7) });
    let until = opened() + TimeDelta::minutes(90);
    one.snooze = Some(Snooze { until, by: Some(Clean::line("ben")), at: after(30) });
    one.reopened_at = after(20);
    one.status = Status::Closed { at: after(95), reason: CloseReason::Recovered };
    let story = &history(vec![one], Vec::new()).stories[0];
    assert_eq!(
        events(story),
        [
            "0 ana Opened".to_owned(),
            "7 ana Acked".to_owned(),
            "20 - Reopened".to_owned(),
            format!("30 ben Snoozed(Some({}))", until.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
            "95 - Closed(Some(Recovered))".to_owned(),
        ]
    );
    let mut silent = incident(2);
    silent.updated_at = opened() + TimeDelta::minutes(40);
    silent.status = Status::Closed { at: None, reason: CloseReason::NotPlanned };
    let story = &history(vec![silent], Vec::new()).stories[0];
    assert_eq!(story.closed_at(), after(40), "as far as the tracker's last change tells");
}

#[test]
fn a_signal_and_the_issue_that_was_filed_for_it_are_one_story() {
    let name = IncidentId::new("mcp:0123456789ab");
    let mut signal = incident(0);
    signal.id = name.clone();
    signal.source = SourceId::new("mcp");
    signal.signal = Some(name.clone());
    signal.check = Some(Clean::line("drift"));
    signal.suite = Some(Clean::line("sql"));
    let mut issue = incident(12);
    issue.signal = Some(name.clone());
    let told = vec![
        line(&name, (3, 0), Some("ana"), "acked"),
        line(&issue.id, (50, 0), Some("ben"), "commented"),
        line(&IncidentId::new("github#99"), (1, 0), Some("ben"), "acked"),
    ];
    let history = history(vec![signal, issue.clone()], told);
    assert_eq!(history.stories.len(), 1);
    let story = history.story(&name).unwrap();
    assert_eq!((&story.name, &story.incident.id), (&name, &issue.id));
    assert_eq!(events(story), ["0 ana Opened", "3 ana Acked", "50 ben Noted"]);
    let word = |text: &Option<Clean>| text.as_ref().map(ToString::to_string);
    assert_eq!((word(&story.check), word(&story.suite)), (Some("drift".into()), Some("sql".into())));
    assert_eq!(history.story(&issue.id).map(|story| &story.name), Some(&name), "by either name");
}

#[test]
fn what_is_gone_has_no_story_and_the_rest_are_in_the_order_of_their_names() {
    let gone = Incident { gone: Some(Clean::line("deleted")), ..incident(3) };
    let history = history(vec![incident(2), gone, incident(1)], Vec::new());
    let names: Vec<&str> = history.stories.iter().map(|story| story.name.as_str()).collect();
    assert_eq!(names, ["github#1", "github#2"]);
}

#[test]
fn an_ack_counts_as_the_first_only_before_the_first_close() {
    let told = [(5, Some("ben"), "closed as completed"), (9, Some("ana"), "reopened"), (12, Some("ana"), "acked")];
    let one = incident(1);
    let id = one.id.clone();
    let lines = told.iter().map(|(minute, by, what)| line(&id, (*minute, 0), *by, what)).collect();
    let history = history(vec![one], lines);
    let story = &history.stories[0];
    assert_eq!(story.first_ack(), None);
    assert_eq!(story.reopened(), 1);
    assert_eq!(story.last_human().map(|event| &event.what), Some(&What::Acked));
    assert_eq!(story.closed_at(), None, "it is open");
    let between = (opened() + TimeDelta::minutes(5), opened() + TimeDelta::minutes(12));
    assert_eq!(story.between(between).count(), 2, "the end is not in it");
}
