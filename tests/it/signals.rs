//! Signals at the desk: filed once, by the first decision or by policy; closed
//! when their source says they are well; of two issues for one cause the lower
//! number stays.

mod escalating;

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::app::desk::{Decided, Desk, Setup};
use dogwatch::app::event::{Effect, Fact};
use dogwatch::app::wish::Wish;
use dogwatch::domain::decision::Decision;
use dogwatch::domain::health::signal::Fingerprint;
use dogwatch::domain::id::{IncidentId, OpId, SourceId};
use dogwatch::domain::incident::{Ack, CloseReason, Incident, Status};
use dogwatch::domain::journal::{Entry, Outcome};
use dogwatch::domain::text::Clean;
use dogwatch::domain::triage::Model;

const TEAM: &str = r#"version = 1
[[sources]]
id = "gh"
kind = "github"
repo = "acme/dataface"
api = "http://127.0.0.1:4030"
[[sources]]
id = "prod"
kind = "mcp"
url = "http://127.0.0.1:8811/mcp"
[[severities]]
id = "SEV1"
meaning = "nothing works"
[[severities]]
id = "SEV2"
meaning = "much does not"
[[kinds]]
id = "mcp-tool-failure"
severity = "SEV2"
[[kinds]]
id = "schema-drift"
[[triage]]
when = { source = "prod", check = "drift" }
set = { kind = "schema-drift" }
[[triage]]
when = { source = "mcp" }
set = { kind = "mcp-tool-failure" }
[filing]
severities = ["SEV1", "SEV2"]
max_per_hour = 3
"#;

fn start() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn signal(name: &str, check: &str) -> Incident {
    let source = SourceId::new("prod");
    let print = Fingerprint::of(["mcp", "prod", name]).to_string();
    let mut incident = Incident::opened(&source, 0, Clean::line(&format!("{name} fails")), start());
    incident.id = IncidentId::of_signal(&source, &print);
    incident.signal = Some(incident.id.clone());
    incident.check = Some(Clean::line(check));
    incident.body = Some(Clean::block("its evidence"));
    incident.fingerprint = Some(print);
    incident
}

/// Takes back the operator's last act, if there is one.
pub fn undo(desk: &mut Desk, now: DateTime<Utc>) -> Option<Decided> {
    let last = desk.last_act()?;
    Some(desk.undo(now, &last.batch))
}

/// The issue that was filed for a signal.
fn issue(signal: &Incident, number: u64) -> Incident {
    let source = SourceId::new("gh");
    let mut issue = Incident::opened(&source, number, signal.title.clone(), start());
    issue.key = 1000 + number;
    issue.signal.clone_from(&signal.signal);
    issue.fingerprint.clone_from(&signal.fingerprint);
    issue.labels = vec![Clean::line("SEV2"), Clean::line("mcp-tool-failure")];
    issue
}

/// A desk whose disk works and whose tracker is played by the test.
struct Watch {
    desk: Desk,
    now: DateTime<Utc>,
    sent: Vec<Entry>,
    seq: u64,
}

impl Watch {
    fn of(team: &str, files_into: &str) -> Self {
        let team = dogwatch::config::team_file(team, "dogwatch.toml").unwrap();
        let setup = Setup {
            model: Model::new(team),
            me: "ana".into(),
            routes: [(SourceId::new(files_into), "127.0.0.1:4030".to_owned())].into(),
            files_into: SourceId::new(files_into),
            seed: 1,
            read_only: None,
        };
        let mut watch = Self { desk: Desk::new(setup, start()), now: start(), sent: Vec::new(), seq: 0 };
        watch.happens(Fact::Loaded { incidents: Vec::new(), entries: Vec::new(), sources: Vec::new() });
        watch.happens(Fact::LeaseTaken);
        watch
    }

    fn github() -> Self {
        Self::of(TEAM, "gh")
    }

    fn happens(&mut self, fact: Fact) {
        let effects = self.desk.update(self.now, fact);
        self.take(effects);
    }

    fn says(&mut self, incidents: Vec<Incident>) {
        self.happens(Fact::Page { source: SourceId::new("prod"), incidents });
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Record(entries) => {
                    let places: Vec<(OpId, u64)> = entries
                        .iter()
                        .map(|entry| {
                            self.seq += 1;
                            (entry.op.clone(), self.seq)
                        })
                        .collect();
                    self.happens(Fact::Recorded(places));
                }
                Effect::Send { entry, .. } => self.sent.push(*entry),
                _ => {}
            }
        }
    }

    fn wishes(&mut self, id: &IncidentId, wish: &Wish) {
        let decided = self.desk.wish(self.now, std::slice::from_ref(id), wish);
        assert_eq!(decided.refused, []);
        self.take(decided.effects);
    }

    /// What goes out now, in words; nothing more goes out before it is answered.
    fn goes_out(&mut self) -> Vec<String> {
        self.sent.iter().map(|entry| format!("{} {}", entry.decision.verb(), self.desk.name(&entry.incident))).collect()
    }

    /// The tracker answers what is on its way with this.
    fn answers(&mut self, facts: Option<Incident>) -> Entry {
        let entry = self.sent.remove(0);
        let is_new = matches!(entry.decision, Decision::New { .. });
        let filed = facts.as_ref().filter(|_| is_new).map(|facts| facts.id.clone());
        let outcome = Outcome::Done { facts: facts.map(Box::new), filed, remark: None };
        self.happens(Fact::Settled { op: entry.op.clone(), outcome });
        self.passes(TimeDelta::seconds(5));
        entry
    }

    fn passes(&mut self, span: TimeDelta) {
        self.now += span;
        self.happens(Fact::Ticked);
    }

    /// What the operator has been told since this was last asked.
    fn told(&mut self) -> Vec<String> {
        self.desk.take_news().into_iter().map(|news| news.text.to_string()).collect()
    }

    fn rows(&self) -> Vec<String> {
        let row = |row: &dogwatch::domain::queue::Row| format!("{} {}", row.name(), row.standing.state.word());
        self.desk.queue().rows.iter().map(row).collect()
    }
}

#[test]
fn the_first_decision_files_an_issue_and_goes_on_to_it_under_the_signals_name() {
    let mut watch = Watch::github();
    let canary = signal("canary", "canary");
    let name = canary.id.clone();
    watch.says(vec![canary.clone()]);
    assert_eq!(watch.rows(), [format!("{name} open")]);
    watch.wishes(&name, &Wish::Ack);
    assert_eq!(watch.rows(), [format!("{name} acked")]);
    assert_eq!(watch.goes_out(), [format!("new {name}")]);
    let filed = watch.answers(Some(issue(&canary, 7)));
    let Decision::New { title, body, labels, signal } = filed.decision else { panic!("{filed:?}") };
    assert_eq!((title.as_str(), body.as_str()), ("canary fails", "its evidence"));
    assert_eq!(labels, ["SEV2", "mcp-tool-failure"]);
    assert_eq!(signal.map(|signal| signal.fingerprint), canary.fingerprint);
    assert_eq!(watch.goes_out(), [format!("ack {name}")]);
    assert_eq!(watch.sent[0].incident.as_str(), "gh#7");
    assert_eq!(watch.rows(), [format!("{name} acked")]);
    // A later word of the source about what is filed changes nothing in the queue.
    watch.says(vec![Incident { updated_at: watch.now, ..canary }]);
    assert_eq!(watch.rows(), [format!("{name} acked")]);
    watch.wishes(&name, &Wish::Note("on it".into()));
    assert!(watch.desk.journal().pending(&IncidentId::new("gh#7")).count() == 2, "{:?}", watch.desk.journal());
}

#[test]
fn nothing_is_filed_unattended_unless_the_policy_names_its_severity() {
    let mut watch = Watch::github();
    watch.says(vec![signal("canary", "canary")]);
    assert_eq!(watch.goes_out(), Vec::<String>::new(), "somebody looks, and has not decided");
    watch.desk.file_by_policy();
    let (canary, drift) = (signal("canary", "canary"), signal("tool gone", "drift"));
    watch.says(vec![drift, Incident { updated_at: start() + TimeDelta::seconds(1), ..canary.clone() }]);
    assert_eq!(watch.goes_out(), [format!("new {}", canary.id)], "drift has no severity here");
    watch.answers(Some(issue(&canary, 7)));
    watch.says(Vec::new());
    assert_eq!(watch.goes_out(), Vec::<String>::new());
}

#[test]
fn past_the_hours_room_one_incident_stands_for_the_storm_and_people_overtake() {
    let mut watch = Watch::github();
    watch.desk.file_by_policy();
    let signals: Vec<Incident> = (0..6).map(|n| signal(&format!("tool {n}"), "handshake")).collect();
    watch.says(signals.clone());
    let last = watch.desk.queue().rows.last().unwrap().name().clone();
    watch.wishes(&last, &Wish::Ack);
    let mut filed = Vec::new();
    for number in 1.. {
        let Some(entry) = watch.sent.first().cloned() else { break };
        filed.push((entry.decision.verb(), watch.desk.name(&entry.incident)));
        let facts = signals.iter().find(|signal| signal.id == entry.incident).map(|signal| issue(signal, number));
        watch.answers(facts.or_else(|| match &entry.decision {
            Decision::New { signal: Some(storm), .. } => {
                let mut issue = issue(&signals[0], number);
                (issue.signal, issue.fingerprint) = (Some(storm.id.clone()), Some(storm.fingerprint.clone()));
                Some(issue)
            }
            _ => None,
        }));
    }
    let news: Vec<_> = filed.iter().filter(|(verb, _)| *verb == "new").collect();
    assert_eq!(news.len(), 5, "three by policy, one for the storm, one for whoever decided: {filed:?}");
    assert_eq!(filed[1], ("new", last.clone()), "a person's decision waits for one filing at the most: {filed:?}");
    assert_eq!(filed[2], ("ack", last));
    let storms = watch.desk.queue().rows.iter().filter(|row| row.name().as_str().starts_with("gh:"));
    assert_eq!(storms.count(), 1);
    watch.passes(TimeDelta::minutes(61));
    watch.says(Vec::new());
    assert_eq!(watch.goes_out().len(), 1, "an hour later there is room again");
}

#[test]
fn what_is_well_again_is_closed_acked_or_not_and_opened_again_if_it_relapses() {
    let mut watch = Watch::github();
    let canary = signal("canary", "canary");
    let name = canary.id.clone();
    let well = || Fact::Recovered(vec![name.clone()]);
    watch.says(vec![canary.clone()]);
    watch.happens(well());
    assert_eq!(watch.goes_out(), Vec::<String>::new(), "nobody has filed it, so nobody needs to close it");
    watch.wishes(&name, &Wish::Ack);
    watch.answers(Some(issue(&canary, 7)));
    watch.answers(None);
    watch.happens(well());
    assert_eq!(watch.rows(), [format!("{name} closed")]);
    assert!(matches!(&watch.answers(None).decision, Decision::Note { text } if text.contains("well again")));
    let closed = Status::Closed { at: Some(watch.now), reason: CloseReason::Completed };
    let closed = Incident { status: closed, updated_at: watch.now, ..issue(&canary, 7) };
    assert_eq!(watch.answers(Some(closed)).decision, Decision::Close { reason: CloseReason::Recovered });
    watch.happens(well());
    assert_eq!(watch.goes_out(), Vec::<String>::new(), "closed once");
    watch.happens(Fact::Relapsed(vec![name.clone()]));
    assert_eq!(watch.goes_out(), [format!("reopen {name}")]);
}

#[test]
fn in_the_local_tracker_a_signal_is_an_incident_as_it_stands() {
    let mut watch = Watch::of(&TEAM.replace("[filing]", "[tracker]\nkind = \"local\"\n[filing]"), "local");
    let canary = signal("canary", "canary");
    watch.says(vec![canary.clone()]);
    watch.wishes(&canary.id, &Wish::Ack);
    assert_eq!(watch.goes_out(), [format!("ack {}", canary.id)]);
    assert!(watch.sent[0].source.is_local());
    watch.answers(None);
    watch.happens(Fact::Recovered(vec![canary.id.clone()]));
    watch.answers(None);
    assert_eq!(watch.goes_out(), [format!("close {}", canary.id)]);
}

/// As their source says that they are well.
fn well(signal: &Incident, at: DateTime<Utc>) -> Incident {
    let status = Status::Closed { at: Some(at), reason: CloseReason::Recovered };
    Incident { status, updated_at: at, ..signal.clone() }
}

#[test]
fn what_closes_because_it_is_well_again_is_told_once_whoever_holds_it() {
    let local = TEAM.replace("[filing]", "[tracker]\nkind = \"local\"\n[filing]");
    let canary = signal("canary", "canary");
    let name = canary.id.clone();
    let told = [format!("{name} is well again: closed")];

    let mut filed = Watch::github();
    filed.says(vec![canary.clone(), issue(&canary, 7)]);
    filed.happens(Fact::Recovered(vec![name.clone()]));
    assert_eq!(filed.told(), told);
    filed.answers(None);
    let closed = Status::Closed { at: Some(filed.now), reason: CloseReason::Completed };
    filed.answers(Some(Incident { status: closed, updated_at: filed.now, ..issue(&canary, 7) }));
    filed.says(vec![well(&canary, filed.now)]);
    assert_eq!(filed.told(), Vec::<String>::new());
    assert!(filed.rows().iter().all(|row| row.ends_with(" closed")), "{:?}", filed.rows());

    let mut here = Watch::of(&local, "local");
    here.says(vec![canary.clone()]);
    here.happens(Fact::Recovered(vec![name.clone()]));
    assert_eq!(here.told(), told);
    here.answers(None);
    let end = well(&canary, here.now);
    here.answers(Some(end.clone()));
    here.says(vec![end]);
    assert_eq!((here.told(), here.rows()), (vec![], vec![format!("{name} closed")]));

    // Nobody has filed it, and another process heard of it.
    let mut unfiled = Watch::github();
    unfiled.says(vec![canary.clone()]);
    let incidents = vec![well(&canary, unfiled.now)];
    unfiled.happens(Fact::Mirrored { incidents, entries: Vec::new(), sources: Vec::new() });
    assert_eq!(unfiled.told(), told);
    unfiled.happens(Fact::Recovered(vec![name.clone()]));
    assert_eq!(unfiled.told(), Vec::<String>::new());
}

#[test]
fn another_process_that_has_closed_what_is_well_again_is_heard_of() {
    let canary = signal("canary", "canary");
    let name = canary.id.clone();
    let mut one = Watch::github();
    one.says(vec![canary.clone(), issue(&canary, 7)]);
    let mut other = Watch::github();
    other.says(vec![canary.clone(), issue(&canary, 7)]);
    one.happens(Fact::Recovered(vec![name.clone()]));
    one.answers(None);
    let status = Status::Closed { at: Some(one.now), reason: CloseReason::Completed };
    let closed = Incident { status, updated_at: one.now, ..issue(&canary, 7) };
    one.answers(Some(closed.clone()));
    let entries = one.desk.journal().entries().to_vec();
    other.happens(Fact::Mirrored { incidents: vec![closed], entries, sources: Vec::new() });
    assert_eq!(other.told(), [format!("{name} is well again: closed")]);
}

#[test]
fn what_people_close_is_not_told_as_well_and_many_are_told_in_one_line() {
    let mut watch = Watch::github();
    let signals: Vec<Incident> = (0..3).map(|n| signal(&format!("tool {n}"), "handshake")).collect();
    watch.says(signals.iter().cloned().chain([issue(&signals[0], 7)]).collect());
    let status = Status::Closed { at: Some(watch.now), reason: CloseReason::Completed };
    watch.says(vec![Incident { status, updated_at: watch.now, ..issue(&signals[0], 7) }]);
    assert_eq!(watch.told(), Vec::<String>::new());
    watch.says(signals[1..].iter().map(|signal| well(signal, start())).collect());
    assert_eq!(watch.told(), ["2 incidents are well again: closed"]);
    watch.says(signals[1..].iter().map(|signal| well(signal, start() + TimeDelta::minutes(1))).collect());
    assert_eq!(watch.told(), Vec::<String>::new());
}

#[test]
fn of_two_issues_for_one_cause_the_later_is_closed_and_what_waits_for_it_moves_over() {
    let mut watch = Watch::github();
    let canary = signal("canary", "canary");
    let name = canary.id.clone();
    watch.says(vec![canary.clone(), issue(&canary, 9)]);
    // Something else is on its way, so what is decided now waits.
    let other = issue(&signal("other", "canary"), 3);
    watch.says(vec![other.clone()]);
    watch.wishes(&IncidentId::new("gh#3"), &Wish::Ack);
    watch.wishes(&name, &Wish::Note("on it".into()));
    assert_eq!(watch.desk.journal().pending(&IncidentId::new("gh#9")).count(), 1);
    watch.says(vec![issue(&canary, 8)]);
    assert_eq!(watch.desk.called(&name).as_str(), "gh#8");
    watch.answers(None);
    let mut rest = Vec::new();
    while !watch.sent.is_empty() {
        let entry = watch.answers(None);
        rest.push(format!("{} {}", entry.decision.verb(), entry.incident));
    }
    rest.sort();
    assert_eq!(rest, ["merge gh#9", "note gh#8"], "once, also where the answer does not say that it is closed");
}

#[test]
fn what_waits_moves_over_from_an_issue_that_another_machine_has_closed_as_the_duplicate() {
    let mut watch = Watch::github();
    let canary = signal("canary", "canary");
    watch.says(vec![canary.clone(), issue(&canary, 9)]);
    watch.says(vec![issue(&signal("other", "canary"), 3)]);
    watch.wishes(&IncidentId::new("gh#3"), &Wish::Ack);
    watch.wishes(&IncidentId::new("gh#9"), &Wish::Ack);
    let closed = Status::Closed { at: Some(watch.now), reason: CloseReason::Duplicate };
    let closed = Incident { status: closed, updated_at: watch.now, ..issue(&canary, 9) };
    watch.says(vec![issue(&canary, 8), closed]);
    watch.answers(None);
    // What is decided about the closed one as such stays with it.
    watch.wishes(&IncidentId::new("gh#9"), &Wish::Reopen);
    let mut rest = Vec::new();
    while !watch.sent.is_empty() {
        let entry = watch.answers(None);
        rest.push(format!("{} {}", entry.decision.verb(), entry.incident));
    }
    assert_eq!(rest, ["ack gh#8", "reopen gh#9"]);
}

#[test]
fn who_took_the_later_of_two_issues_has_the_first_too_once() {
    let mut watch = Watch::github();
    let canary = signal("canary", "canary");
    let ack = Some(Ack { by: Some(Clean::line("ana")), at: Some(start()) });
    let later = Incident { ack, updated_at: start() + TimeDelta::seconds(1), ..issue(&canary, 9) };
    watch.says(vec![issue(&canary, 9)]);
    watch.wishes(&IncidentId::new("gh#9"), &Wish::Ack);
    watch.answers(Some(later.clone()));
    watch.says(vec![issue(&canary, 8)]);
    let name = canary.id.clone();
    assert_eq!(watch.rows(), [format!("{name} acked"), "gh#9 closed".to_owned()], "the ack is never out of sight");
    let closed = Status::Closed { at: Some(watch.now), reason: CloseReason::Duplicate };
    let closed = Incident { status: closed, updated_at: watch.now, ..later };
    let mut rest = Vec::new();
    while let Some(entry) = watch.sent.first().cloned() {
        rest.push(format!("{} {} by {:?}", entry.decision.verb(), entry.incident, entry.deed.by));
        watch.answers(Some(closed.clone()).filter(|_| entry.decision.verb() == "merge"));
        watch.says(vec![issue(&canary, 8)]);
    }
    rest.sort();
    assert_eq!(rest, ["ack gh#8 by Some(Clean(\"ana\"))", "merge gh#9 by Some(Clean(\"dogwatch\"))"]);
}

#[test]
fn the_unattended_process_files_also_while_a_terminal_beside_it_sends() {
    let mut watch = Watch::github();
    watch.happens(Fact::LeaseLost);
    watch.desk.file_by_policy();
    let canary = signal("canary", "canary");
    watch.says(vec![canary.clone()]);
    watch.says(Vec::new());
    assert_eq!(watch.goes_out(), Vec::<String>::new(), "the other one sends");
    let decided: Vec<_> = watch.desk.journal().pending(&canary.id).map(|entry| entry.decision.verb()).collect();
    assert_eq!(decided, ["new"]);
}

#[test]
fn nobody_is_asked_about_a_duplicate_that_could_not_be_closed_for_a_while() {
    let mut watch = Watch::github();
    let canary = signal("canary", "canary");
    let other = issue(&signal("other", "canary"), 3);
    watch.says(vec![other]);
    watch.wishes(&IncidentId::new("gh#3"), &Wish::Ack);
    watch.says(vec![issue(&canary, 8), issue(&canary, 9)]);
    watch.passes(TimeDelta::minutes(16));
    watch.answers(None);
    assert_eq!(watch.goes_out().len(), 1);
    assert_eq!(watch.answers(None).decision, Decision::Merge { into: IncidentId::new("gh#8") });
}

#[test]
fn an_undo_takes_back_the_decision_and_leaves_the_issue() {
    let mut watch = Watch::github();
    let canary = signal("canary", "canary");
    watch.says(vec![canary.clone()]);
    watch.wishes(&canary.id, &Wish::Ack);
    watch.answers(Some(issue(&canary, 7)));
    watch.answers(None);
    let undone = undo(&mut watch.desk, watch.now).unwrap();
    watch.take(undone.effects);
    assert_eq!(watch.goes_out(), [format!("unack {}", canary.id)]);
}

#[test]
fn what_was_announced_fits_the_rules_for_drift_and_is_one_severity_lower() {
    let team = TEAM.replace("id = \"schema-drift\"", "id = \"schema-drift\"\nseverity = \"SEV1\"");
    let model = Model::new(dogwatch::config::team_file(&team, "dogwatch.toml").unwrap());
    let class = |check: &str| {
        let class = model.classify(&signal("search", check));
        (model.severity_id(class.severity).map(str::to_owned), model.kind_id(class.kind).map(str::to_owned))
    };
    let told = |severity: &str| (Some(severity.to_owned()), Some("schema-drift".to_owned()));
    assert_eq!((class("drift"), class("drift-announced")), (told("SEV1"), told("SEV2")));
    let lowest = Model::new(
        dogwatch::config::team_file(&team.replace("SEV1\"\n[[triage]]", "SEV2\"\n[[triage]]"), "t").unwrap(),
    );
    let severity = lowest.classify(&signal("search", "drift-announced")).severity;
    assert_eq!(lowest.severity_id(severity), Some("SEV2"), "lower than the lowest there is none");

    let mut labelled = signal("search", "drift-announced");
    labelled.labels = vec![Clean::line("SEV1")];
    assert_eq!(model.classify(&labelled).severity, Some(0), "what a person said counts as it is");
}
