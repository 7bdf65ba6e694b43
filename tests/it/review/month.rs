//! A month that is lived by chance: incidents of all severities, and what
//! people do about them, as told lines and as facts.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::config::team_file;
use dogwatch::domain::history::{History, Told};
use dogwatch::domain::id::{IncidentId, SourceId};
use dogwatch::domain::incident::{CloseReason, Incident, Status};
use dogwatch::domain::journal::{Journal, Rules};
use dogwatch::domain::queue;
use dogwatch::domain::text::Clean;
use dogwatch::domain::triage::Model;

/// The first minute of the simulation; minutes are counted from here.
const BEGIN: &str = "2027-02-22T00:00:00Z";
/// How many are lived: into the week after the cycle.
pub const LIVED: i64 = 42 * 1_440;

/// Numbers by chance, the same for the same seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, most: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % most.max(1)
    }

    pub fn one_in(&mut self, most: i64) -> bool {
        self.below(most) == 0
    }

    pub fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[usize::try_from(self.below(i64::try_from(all.len()).unwrap())).unwrap()]
    }
}

pub fn minute(at: i64) -> DateTime<Utc> {
    BEGIN.parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(at)
}

pub fn minute_of(at: &str) -> i64 {
    (at.parse::<DateTime<Utc>>().unwrap() - minute(0)).num_minutes()
}

/// Something that somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Ack,
    Unack,
    Assign(&'static str),
    Note,
    Snooze(i64),
    Wake,
    Escalate,
    Kind(&'static str),
    Close(CloseReason),
    Reopen,
}

/// One incident, as it was lived.
#[derive(Debug, Clone)]
pub struct Lived {
    pub id: String,
    pub source: &'static str,
    pub severity: Option<&'static str>,
    pub kind: Option<&'static str>,
    pub suite: Option<&'static str>,
    pub fingerprint: Option<String>,
    pub opened: i64,
    pub acts: Vec<(i64, &'static str, Act)>,
}

const PEOPLE: &[&str] = &["ana", "ben", "chi"];
const REASONS: &[CloseReason] =
    &[CloseReason::Completed, CloseReason::NotPlanned, CloseReason::Duplicate, CloseReason::Recovered];
const VERDICTS: &[CloseReason] = &[
    CloseReason::Fixed,
    CloseReason::Expected,
    CloseReason::Flaky,
    CloseReason::Invalid,
    CloseReason::WontFix,
    CloseReason::Recovered,
];

/// So many incidents of a seed.
pub fn month(seed: u64, n: i64) -> Vec<Lived> {
    let mut dice = Dice(seed.wrapping_mul(7_919).wrapping_add(17));
    (1..=n).map(|number| incident(&mut dice, number)).collect()
}

fn incident(dice: &mut Dice, number: i64) -> Lived {
    let severity = [Some("SEV1"), Some("SEV2"), Some("SEV2"), Some("SEV3"), Some("SEV3"), Some("SEV4"), None];
    let severity = severity[usize::try_from(dice.below(7)).unwrap()];
    let is_eval = dice.one_in(4);
    let opened = dice.below(LIVED - 2_000);
    let kind = [None, Some("outage"), Some("question"), Some("eval-fall")][usize::try_from(dice.below(4)).unwrap()];
    // What is not triaged bears no kind either: a kind would give it a severity.
    let kind = severity.and(kind);
    let mut lived = Lived {
        id: format!("local#{number}"),
        source: "local",
        severity,
        kind,
        suite: is_eval.then_some("sql"),
        fingerprint: dice.one_in(3).then(|| format!("f{}", dice.below(6))),
        opened,
        acts: Vec::new(),
    };
    let (mut at, mut open, mut snoozed) = (opened, true, false);
    // Hours for what is grave, days for the rest.
    let pace = if severity == Some("SEV1") { 90 } else { 1_500 };
    for _ in 0..dice.below(11) {
        at += 3 + dice.below(pace);
        if at >= LIVED {
            break;
        }
        let by = dice.of(PEOPLE);
        let act = match (open, dice.below(12)) {
            (false, 0..=5) => Act::Reopen,
            (false, _) | (true, 5) => Act::Note,
            (true, 0..=2) => Act::Ack,
            (true, 3) => Act::Unack,
            (true, 4) => Act::Assign(dice.of(PEOPLE)),
            (true, 6) if !snoozed => Act::Snooze(at + 30 + dice.below(pace * 2)),
            (true, 7) => Act::Wake,
            (true, 8) => Act::Escalate,
            (true, 9) if lived.kind.is_some() => Act::Kind(lived.kind.unwrap()),
            (true, _) => {
                let reasons = if is_eval { VERDICTS } else { REASONS };
                Act::Close(reasons[usize::try_from(dice.below(i64::try_from(reasons.len()).unwrap())).unwrap()])
            }
        };
        snoozed = matches!(act, Act::Snooze(_));
        open = match act {
            Act::Close(_) => false,
            Act::Reopen => true,
            _ => open,
        };
        let by = if act == Act::Close(CloseReason::Recovered) { "dogwatch" } else { by };
        lived.acts.push((at, by, act));
    }
    lived
}

fn words(act: &Act) -> String {
    match act {
        Act::Ack => "acked".to_owned(),
        Act::Unack => "took back the ack".to_owned(),
        Act::Assign(who) => format!("assigned {who}"),
        Act::Note => "commented".to_owned(),
        Act::Snooze(until) => format!("snoozed until {}", minute(*until).format("%Y-%m-%d %H:%MZ")),
        Act::Wake => "ended the snooze".to_owned(),
        Act::Escalate => "escalated to ben".to_owned(),
        Act::Kind(kind) => format!("set kind {kind}"),
        Act::Close(reason) => format!("closed as {}", reason.word()),
        Act::Reopen => "reopened".to_owned(),
    }
}

/// The same as this machine knows it: facts, and lines that tell most things twice.
pub fn history(month: &[Lived], model: &Model, now: DateTime<Utc>) -> History {
    let mut facts: BTreeMap<IncidentId, Incident> = BTreeMap::new();
    let mut told: Vec<Told> = Vec::new();
    for lived in month {
        let number = lived.id.rsplit_once('#').unwrap().1.parse().unwrap();
        let title = Clean::line(&format!("incident {number}"));
        let mut incident = Incident::opened(&SourceId::local(), number, title, minute(lived.opened));
        incident.labels = lived.severity.iter().chain(&lived.kind).map(|label| Clean::line(label)).collect();
        incident.suite = lived.suite.map(Clean::line);
        incident.fingerprint.clone_from(&lived.fingerprint);
        for (at, by, act) in &lived.acts {
            match act {
                Act::Close(reason) => incident.status = Status::Closed { at: Some(minute(*at)), reason: *reason },
                Act::Reopen => incident.status = Status::Open,
                Act::Assign(who) => incident.assignees = vec![Clean::line(who)],
                _ => {}
            }
            let line =
                Told { incident: incident.id.clone(), at: minute(*at), by: Some((*by).to_owned()), what: words(act) };
            told.push(line.clone());
            if *act != Act::Note {
                told.push(Told { at: line.at + TimeDelta::seconds(at % 2), ..line });
            }
        }
        facts.insert(incident.id.clone(), incident);
    }
    told.reverse();
    let queue = queue::build(&facts, &Journal::new(Rules::default()), model, now);
    History::of(&facts, &queue, told, model, now)
}

pub fn model() -> Model {
    Model::new(team_file(super::TEAM, "dogwatch.toml").unwrap_or_else(|problems| panic!("{problems:#?}")))
}
