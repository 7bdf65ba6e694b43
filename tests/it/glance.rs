//! What a prompt is told agrees with the queue, whatever the store holds.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::app::desk::{Desk, Setup};
use dogwatch::app::event::{Effect, Fact};
use dogwatch::app::wish::Wish;
use dogwatch::config::{PersonalFile, Set, TeamFile, TriageRule, When};
use dogwatch::domain::id::{IncidentId, SourceId};
use dogwatch::domain::incident::{Ack, CloseReason, Incident, Snooze, Status};
use dogwatch::domain::queue::Section;
use dogwatch::domain::text::Clean;
use dogwatch::domain::triage::Model;
use dogwatch::shell::clock::Clock;
use dogwatch::shell::engine::Network;
use dogwatch::shell::glance::Glance;
use dogwatch::shell::session::{Decisions, Plan, Trust, looked_up};
use dogwatch::store::{Page, Store};
use proptest::prelude::*;

fn now() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// A team without a rule of its own, or with one that looks at what not every prompt reads.
fn team(rule: u8) -> TeamFile {
    let when = match rule {
        0 => return TeamFile::default(),
        1 => When { title: vec!["odd".into()], ..When::default() },
        2 => When { text: vec!["odd".into()], ..When::default() },
        _ => When { label: vec!["bug".into()], source: vec!["local".into()], ..When::default() },
    };
    let set = Set { severity: Some("SEV1".into()), ..Set::default() };
    TeamFile { triage: vec![TriageRule { when, set }], ..TeamFile::default() }
}

fn plan(folder: &Path, team: TeamFile) -> Plan {
    Plan {
        team,
        personal: PersonalFile::default(),
        team_path: None,
        folder: folder.to_owned(),
        clock: Clock::starting(Some(now())),
        network: Network::Offline,
        decisions: Decisions::NotTaken,
        trust: Trust::AsRemembered,
        verbosity: 0,
        account: "kim".into(),
    }
}

fn desk(team: TeamFile) -> Desk {
    let setup = Setup {
        model: Model::new(team),
        me: "kim".into(),
        routes: [(SourceId::local(), "local".to_owned())].into(),
        files_into: SourceId::local(),
        seed: 3,
        read_only: None,
    };
    Desk::new(setup, now())
}

/// How an incident came to be as it is.
#[derive(Debug, Clone)]
struct Lot {
    severity: usize,
    minutes: i64,
    acked: Option<i64>,
    snoozed: Option<i64>,
    state: u8,
    signal: Option<u8>,
    wish: u8,
}

fn lot() -> impl Strategy<Value = Lot> {
    let span = 0_i64..20_000;
    let maybe = |span| proptest::option::weighted(0.3, span);
    (
        0_usize..6,
        span.clone(),
        maybe(span.clone()),
        maybe(-600_i64..600),
        0_u8..8,
        proptest::option::weighted(0.2, 0_u8..4),
        0_u8..9,
    )
        .prop_map(|(severity, minutes, acked, snoozed, state, signal, wish)| Lot {
            severity,
            minutes,
            acked,
            snoozed,
            state,
            signal,
            wish,
        })
}

fn incident(number: usize, lot: &Lot) -> Incident {
    let ago = |minutes: i64| now() - TimeDelta::minutes(minutes);
    let (source, number) = (SourceId::local(), u64::try_from(number).unwrap() + 1);
    let title = if lot.minutes % 2 == 0 { "it fails" } else { "an odd failure" };
    let mut one = Incident::opened(&source, number, Clean::line(title), ago(lot.minutes));
    one.hint = (lot.minutes % 3 == 0).then(|| Clean::line("high"));
    one.reopened_at = (lot.minutes % 7 == 0).then(|| ago(lot.minutes / 2));
    one.human_at = (lot.minutes % 5 == 0).then(|| ago(lot.minutes / 3));
    let labels = ["SEV1", "SEV2", "SEV3", "SEV4", "bug"];
    one.labels = labels.get(lot.severity).map(|label| Clean::line(label)).into_iter().collect();
    one.ack = lot.acked.map(|minutes| Ack { by: Some(Clean::line("ana")), at: Some(ago(minutes)) });
    one.snooze = lot.snoozed.map(|minutes| Snooze { until: ago(minutes), by: None, at: None });
    match lot.state {
        0 => one.status = Status::Closed { at: Some(ago(1)), reason: CloseReason::Completed },
        1 => one.gone = Some(Clean::line("moved")),
        _ => {}
    }
    if let Some(cause) = lot.signal {
        let signal = IncidentId::new(format!("prober:00000000000{cause}"));
        if lot.state > 4 {
            (one.id, one.number, one.source) = (signal.clone(), 0, SourceId::new("prober"));
        }
        one.signal = Some(signal);
    }
    one
}

fn wish(which: u8) -> Option<Wish> {
    match which {
        0 => Some(Wish::Ack),
        1 => Some(Wish::Close(CloseReason::Completed)),
        2 => Some(Wish::Snooze(now() + TimeDelta::hours(2))),
        3 => Some(Wish::Severity(Some("SEV1".into()))),
        _ => None,
    }
}

fn counts_agree(folder: &Path, team: &TeamFile) {
    let plan = plan(folder, team.clone());
    let glance = Glance::take(&plan, now()).unwrap();
    let mut desk = desk(team.clone());
    let store = Store::open(folder, now()).unwrap().store;
    desk.update(now(), looked_up(&store, &plan, now()).unwrap());
    let queue = desk.queue();
    for section in [Section::NeedsYouNow, Section::Untriaged, Section::Acked, Section::Snoozed] {
        assert_eq!(glance.tally.section(section), queue.count(section), "{section:?}");
    }
    assert_eq!(glance.tally.overdue, queue.rows.iter().filter(|row| row.standing.overdue()).count());
    let open = [Section::NeedsYouNow, Section::Untriaged];
    assert_eq!(glance.tally.open(), open.map(|section| queue.count(section)).iter().sum::<usize>());
    for severity in (0..4).map(Some).chain([None]) {
        let of = queue.rows.iter().filter(|row| open.contains(&row.section) && row.class.severity == severity);
        assert_eq!(glance.tally.open_of(severity), of.count(), "{severity:?}");
    }
    let worst = queue.rows.first().filter(|row| open.contains(&row.section));
    assert_eq!(glance.tally.worst(), worst.map(dogwatch::domain::queue::Row::name));
    assert_eq!(glance.unsent, desk.journal().unsettled().count());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_a_prompt_is_told_is_what_the_queue_says(lots in proptest::collection::vec(lot(), 0..40), rule in 0_u8..4) {
        let team = team(rule);
        let folder = tempfile::TempDir::new().unwrap();
        let mut store = Store::open(folder.path(), now()).unwrap().store;
        let incidents: Vec<Incident> = lots.iter().enumerate().map(|(at, lot)| incident(at, lot)).collect();
        let page = Page { incidents: incidents.clone(), ..Page::default() };
        store.commit_page(&SourceId::local(), &page).unwrap();
        let mut desk = desk(team.clone());
        desk.update(now(), Fact::Loaded { incidents: incidents.clone(), entries: Vec::new(), sources: Vec::new() });
        for (lot, one) in lots.iter().zip(&incidents) {
            let Some(wish) = wish(lot.wish) else { continue };
            for effect in desk.wish(now(), std::slice::from_ref(&one.id), &wish).effects {
                if let Effect::Record(entries) = effect {
                    store.record(&entries).unwrap();
                }
            }
        }
        drop(store);
        counts_agree(folder.path(), &team);
    }
}

#[test]
fn where_no_store_is_yet_nothing_is_known_and_none_is_made() {
    let home = tempfile::TempDir::new().unwrap();
    let folder = home.path().join("data");
    let glance = Glance::take(&plan(&folder, TeamFile::default()), now()).unwrap();
    assert_eq!((glance.tally.open(), glance.tally.worst(), glance.unsent), (0, None, 0));
    assert!(!folder.exists(), "a prompt makes no folder");
}

/// A folder that cannot be looked into is not one in which nothing is.
#[test]
fn what_may_not_be_looked_at_is_not_called_quiet() {
    let home = tempfile::TempDir::new().unwrap();
    let file = home.path().join("file");
    std::fs::write(&file, "no folder").unwrap();
    let error = Glance::take(&plan(&file.join("data"), TeamFile::default()), now()).unwrap_err();
    assert!(error.to_string().contains("read"), "{error}");
}
