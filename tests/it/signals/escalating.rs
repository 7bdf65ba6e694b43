//! What is filed by policy has somebody from the start, and goes on to the next who can be reached while nobody acks.

use dogwatch::domain::decision::Asking;
use dogwatch::domain::incident::Asked;

use super::*;

const ON_CALL: &str = r#"
[[people]]
id = "ana"
github = "ana-example"
[[people]]
id = "ben"
github = "ben-example"
[[rotations]]
id = "ops"
start = "2026-11-02T10:00"
shift = "7d"
members = ["ana", "ben"]
secondary = "next"
coverage = "24x7"
[[escalations]]
id = "default"
steps = [
  { to = "rotation:ops/primary", wait = "15m" },
  { to = "rotation:ops/secondary", wait = "15m" },
  { to = "everyone" },
]
"#;

fn team(clock: &str) -> String {
    let escalates = format!("meaning = \"much does not\"\nclock = \"{clock}\"\nescalation = \"default\"\n");
    format!("{}{ON_CALL}", TEAM.replace("meaning = \"much does not\"\n", &escalates))
}

/// The unattended process, after its source has said that something fails.
fn unattended(clock: &str, now: &str) -> (Watch, Incident) {
    let mut watch = Watch::of(&team(clock), "gh");
    watch.now = now.parse().unwrap();
    watch.happens(Fact::Ticked);
    watch.desk.file_by_policy();
    let mut canary = signal("canary", "canary");
    (canary.opened_at, canary.updated_at) = (watch.now, watch.now);
    watch.says(vec![canary.clone()]);
    (watch, canary)
}

fn asking(entry: &Entry) -> Asking {
    let Decision::Escalate(asking) = &entry.decision else { panic!("{entry:?}") };
    asking.clone()
}

/// The issue as the tracker has it once this was done.
fn after(issue: &Incident, asking: &Asking, now: DateTime<Utc>) -> Incident {
    let mut issue = issue.clone();
    issue.note_asked(asking.asked(Some(Clean::line("bot")), now));
    if let Some(to) = &asking.to {
        issue.assignees = vec![to.clone()];
    }
    (issue.comments, issue.updated_at) = (issue.comments + 1, now);
    issue
}

#[test]
fn whoever_is_on_duty_gets_what_is_filed_and_the_next_ones_follow_by_the_clock() {
    let (mut watch, canary) = unattended("24x7", "2026-11-20T12:00:00Z");
    let name = canary.id.clone();
    let mut filed = issue(&canary, 7);
    filed.opened_at = watch.now;
    assert_eq!(watch.goes_out(), [format!("new {name}")]);
    watch.answers(Some(filed.clone()));
    assert_eq!(watch.goes_out(), [format!("escalate {name}")]);
    let first = asking(&watch.sent[0]);
    assert_eq!((first.step, first.to.as_ref().unwrap().as_str()), (1, "ana-example"));
    assert_eq!(first.text, "@ana-example given to ana (ops primary): filed, and nobody has it yet; step 1 of 3.");
    let told = after(&filed, &first, watch.now);
    watch.answers(Some(told.clone()));
    watch.passes(TimeDelta::minutes(14));
    assert_eq!(watch.goes_out(), [""; 0]);
    assert!(watch.desk.alarm().is_some_and(|at| at > watch.now), "it wakes by itself");
    watch.passes(TimeDelta::minutes(1));
    let second = asking(&watch.sent[0]);
    assert_eq!((second.step, second.from.as_slice()), (2, [Clean::line("ana-example")].as_slice()));
    assert_eq!(second.text, "@ben-example escalated to ben (ops secondary): no ack for 15m; step 2 of 3.");
    let told = after(&told, &second, watch.now);
    watch.answers(Some(told.clone()));
    // Only people who were asked already are left: that is its end.
    watch.passes(TimeDelta::hours(5));
    assert_eq!(watch.goes_out(), [""; 0]);
    assert_eq!(watch.rows(), [format!("{name} open")]);
}

#[test]
fn an_ack_or_a_close_ends_it_and_a_snooze_lets_it_rest() {
    for ended in ["ack", "close", "snooze"] {
        let (mut watch, canary) = unattended("24x7", "2026-11-20T12:00:00Z");
        let mut filed = issue(&canary, 7);
        filed.opened_at = watch.now;
        watch.answers(Some(filed.clone()));
        let first = asking(&watch.sent[0]);
        let mut told = after(&filed, &first, watch.now);
        watch.answers(Some(told.clone()));
        match ended {
            "ack" => told.ack = Some(Ack { by: Some(Clean::line("ana-example")), at: Some(watch.now) }),
            "close" => told.status = Status::Closed { at: Some(watch.now), reason: CloseReason::Completed },
            _ => {
                let until = watch.now + TimeDelta::minutes(40);
                told.snooze = Some(dogwatch::domain::incident::Snooze { until, by: None, at: Some(watch.now) });
            }
        }
        told.updated_at = watch.now;
        watch.happens(Fact::Page { source: SourceId::new("gh"), incidents: vec![told] });
        watch.passes(TimeDelta::minutes(30));
        assert_eq!(watch.goes_out(), [""; 0], "{ended}");
        watch.passes(TimeDelta::minutes(15));
        let again = if ended == "snooze" { vec![format!("escalate {}", canary.id)] } else { Vec::new() };
        assert_eq!(watch.goes_out(), again, "{ended}");
        if ended == "snooze" {
            assert_eq!(asking(&watch.sent[0]).step, 1, "whoever is on duty then is asked first");
        }
    }
}

#[test]
fn on_a_business_clock_nobody_is_asked_in_the_night() {
    // A Saturday: the team works Monday to Friday from nine.
    let (mut watch, canary) = unattended("business", "2026-11-21T03:00:00Z");
    let mut filed = issue(&canary, 7);
    filed.opened_at = watch.now;
    watch.answers(Some(filed.clone()));
    assert_eq!(watch.goes_out(), [""; 0]);
    watch.now = "2026-11-23T08:59:00Z".parse().unwrap();
    watch.happens(Fact::Ticked);
    assert_eq!(watch.goes_out(), [""; 0]);
    watch.passes(TimeDelta::minutes(7));
    assert_eq!(watch.goes_out(), [format!("escalate {}", canary.id)]);
}

#[test]
fn who_did_not_begin_it_waits_longer_and_asks_nobody_whom_another_machine_has_asked() {
    let (watch, canary) = unattended("24x7", "2026-11-20T12:00:00Z");
    // Another machine has filed it and asked ana.
    let op = watch.sent[0].op.clone();
    let mut filed = issue(&canary, 7);
    filed.opened_at = watch.now;
    filed.asked = vec![Asked {
        escalation: "default".into(),
        step: 1,
        who: vec![Clean::line("ana")],
        since: watch.now,
        at: watch.now,
        by: None,
        back: None,
    }];
    let mut other = Watch::of(&team("24x7"), "gh");
    other.desk.file_by_policy();
    other.happens(Fact::Page { source: SourceId::new("gh"), incidents: vec![filed.clone()] });
    other.passes(TimeDelta::minutes(16));
    assert_eq!(other.goes_out(), [""; 0], "whoever has begun it goes on");
    other.passes(TimeDelta::minutes(6));
    assert_eq!(other.goes_out(), ["escalate gh#7".to_owned().replace("gh#7", canary.id.as_str())], "they may be gone");
    assert_eq!(asking(&other.sent[0]).step, 2);
    assert_ne!(op, other.sent[0].op);
}

#[test]
fn without_policy_and_where_nobody_began_it_nothing_escalates_by_itself() {
    let mut issue = issue(&signal("canary", "canary"), 7);
    issue.signal = None;
    let mut watch = Watch::of(&team("24x7"), "gh");
    watch.desk.file_by_policy();
    watch.happens(Fact::Page { source: SourceId::new("gh"), incidents: vec![issue.clone()] });
    watch.passes(TimeDelta::hours(2));
    assert_eq!(watch.goes_out(), [""; 0], "people have opened it");
    let mut screen = Watch::of(&team("24x7"), "gh");
    issue.note_asked(Asked {
        escalation: "default".into(),
        step: 1,
        who: vec![Clean::line("ana")],
        since: start(),
        at: start(),
        by: None,
        back: None,
    });
    screen.happens(Fact::Page { source: SourceId::new("gh"), incidents: vec![issue] });
    screen.passes(TimeDelta::hours(2));
    assert_eq!(screen.goes_out(), [""; 0], "somebody looks");
}

#[test]
fn an_undo_gives_it_back_to_whoever_had_it() {
    let mut watch = Watch::of(&team("24x7"), "gh");
    let mut known = issue(&signal("canary", "canary"), 7);
    (known.signal, known.assignees) = (None, vec![Clean::line("ana-example")]);
    watch.happens(Fact::Page { source: SourceId::new("gh"), incidents: vec![known.clone()] });
    let id = known.id.clone();
    let wish = Wish::Escalate(dogwatch::app::escalating::Escalation {
        to: dogwatch::app::escalating::Rung::Next,
        by: "ana".into(),
        note: String::new(),
    });
    watch.wishes(&id, &wish);
    let asked = asking(&watch.sent[0]);
    assert_eq!((asked.step, asked.to.clone()), (2, Some(Clean::line("ben-example"))));
    assert_eq!(watch.desk.incident(&id).unwrap().assignees, [Clean::line("ben-example")], "it shows at once");
    let told = after(&known, &asked, watch.now);
    watch.answers(Some(told));
    let undone = undo(&mut watch.desk, watch.now).unwrap();
    watch.take(undone.effects);
    let Decision::Recall(back) = &watch.sent[0].decision else { panic!("{:?}", watch.sent[0].decision) };
    assert_eq!((&back.to[..], &back.from), (&[Clean::line("ana-example")][..], &Some(Clean::line("ben-example"))));
    assert_eq!((&back.asking, watch.sent.len()), (&asked, 1), "what was asked is taken back with it");
    let seen = watch.desk.incident(&id).unwrap();
    assert_eq!((seen.standing_asks().count(), &seen.assignees[..]), (0, &[Clean::line("ana-example")][..]));
}
