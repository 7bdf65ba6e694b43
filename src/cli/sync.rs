//! `dogwatch sync`: asks every source, sends what the journal holds, says what
//! changed; with `--every` again and again, unattended.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::TimeDelta;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, json, open, out};
use crate::app::desk::Desk;
use crate::config;
use crate::domain::id::{IncidentId, OpId, SourceId};
use crate::domain::journal::{self, Entry};
use crate::domain::queue::{Row, State};
use crate::domain::source::Freshness;
use crate::domain::text::Clean;
use crate::shell::engine::Network;
use crate::shell::errand::Errand;
use crate::shell::session::{Probes, Session};
use crate::shell::terminal::{Signal, Signals};
use crate::store::{Retention, files};

/// One round may take this long: a first reading of a large repository does.
const ROUND: Duration = Duration::from_mins(15);
/// What waits in the journal gets this long to go out at the end of a single round.
const SENDING: Duration = Duration::from_mins(1);

/// The name under which an unattended `sync` says that it is alive, and how often it does.
pub(super) const HEART: &str = "sync";
const BEAT: Duration = Duration::from_mins(1);
/// The file in the store's folder that a supervisor looks at.
pub(super) const HEALTH: &str = "sync.health";
/// Its word for having ended well.
pub(super) const STOPPED: &str = "stopped";
/// What is on its way gets this long when it is told to stop.
const LEAVING: Duration = Duration::from_secs(5);

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Goes on until it is told to stop, with this pause: `60s`, `5m`.
    #[arg(long, value_name = "SPAN", value_parser = pause)]
    every: Option<TimeDelta>,
}

fn pause(text: &str) -> Result<TimeDelta, String> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => return Err("write a pause such as `60s`, `5m` or `1h`".into()),
    };
    let span = number.parse::<i64>().ok().and_then(|number| TimeDelta::try_seconds(number.checked_mul(seconds)?));
    span.filter(|span| *span >= TimeDelta::seconds(1)).ok_or_else(|| "write a pause of a second or more".into())
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    if context.network() == Network::Offline {
        return Err(Failure::wrong("sync asks sources, and --offline says not to; leave one of them out"));
    }
    let mut session = open(&context)?;
    session.take_lease();
    let config::Retention { cache: closed_incidents, evals: eval_runs, .. } = context.personal.retention;
    let forget = Retention { closed_incidents, eval_runs, ..Retention::default() };
    match args.every {
        None => once(global, &mut session, forget).await,
        Some(every) => unattended(global, &mut session, every.to_std().unwrap_or_default(), forget).await,
    }
}

async fn once(global: &Global, session: &mut Session, forget: Retention) -> Result<Exit, Failure> {
    let changes = round(session, SENDING, Probes::One).await;
    say_all(&Errand::of(session).run().await);
    session.forget(forget).await;
    session.flush().await;
    if global.json {
        out::json(&answer(session.desk(), &changes))?;
    } else {
        say_changes(&changes)?;
        if changes.is_empty() {
            out::say("dogwatch: nothing changed");
        }
    }
    let desk = session.desk();
    troubles(desk);
    let failed = desk.sources().iter().any(|health| health.freshness(desk.now()) == Freshness::Failed);
    let refused = desk.journal().complaints().any(Entry::is_unseen_complaint);
    Ok(match (failed, refused) {
        (true, _) => Exit::Unreached,
        (false, true) => Exit::Found,
        (false, false) => Exit::Done,
    })
}

/// Asks and sends until it is told to stop; says at least once a minute that it is alive.
async fn unattended(
    global: &Global,
    session: &mut Session,
    every: Duration,
    forget: Retention,
) -> Result<Exit, Failure> {
    let mut signals = Signals::new().map_err(|error| Failure::setting_up("cannot listen for signals", &error))?;
    let health = session.folder().join(HEALTH);
    session.file_by_policy();
    session.engine().keep_probing();
    session.engine().keep_the_watch();
    session.engine().keep_reading_results();
    let mut errand = Errand::of(session);
    loop {
        say_all(&errand.tend().await);
        beat(session, &health, "running").await;
        tokio::select! {
            changes = round(session, Duration::ZERO, Probes::None) => {
                if global.json {
                    out::json_line(&answer(session.desk(), &changes))?;
                } else {
                    say_changes(&changes)?;
                }
                troubles(session.desk());
            }
            () = told_to_leave(&mut signals) => break,
        }
        session.forget(forget).await;
        tokio::select! {
            said = rest(global, session, (every, &health)) => said?,
            () = told_to_leave(&mut signals) => break,
        }
    }
    // What is on its way is heard out, so that it need not be looked up the next time.
    session.until(|desk| !desk.journal().unsettled().any(Entry::is_sending), LEAVING).await;
    session.flush().await;
    beat(session, &health, STOPPED).await;
    Ok(Exit::Done)
}

/// Says that it is alive, or has ended well: in the store for `doctor`, in a file for a supervisor.
async fn beat(session: &Session, file: &Path, state: &str) {
    session.beat(HEART).await;
    let desk = session.desk();
    let failed = desk.sources().iter().filter(|health| health.freshness(desk.now()) == Freshness::Failed).count();
    let health = serde_json::json!({
        "schema": "dogwatch.health/1",
        "at": json::time(session.clock().now()),
        "state": state,
        "pid": std::process::id(),
        "sources_failed": failed,
        "unsent": desk.journal().unsettled().count(),
    });
    // A supervisor sees an old file, which is what it should see then.
    let _unkept = files::note(file, &format!("{health}\n"));
}

async fn told_to_leave(signals: &mut Signals) {
    loop {
        match signals.next().await {
            Signal::Leave => return,
            Signal::Continue => {}
            Signal::Suspend => {
                // If the system does not stop us, we go on: that is no harm.
                #[cfg(unix)]
                let _going_on = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP);
            }
        }
    }
}

/// Sends what is decided meanwhile, says what the endpoints' probes change, and that it is alive.
async fn rest(global: &Global, session: &mut Session, (every, health): (Duration, &Path)) -> Result<(), Failure> {
    let end = Instant::now() + every;
    let mut beaten = Instant::now();
    let mut before = Look::at(session.desk());
    while Instant::now() < end {
        let edition = session.desk().edition();
        session.until(|desk| desk.edition() != edition, end.duration_since(Instant::now()).min(BEAT)).await;
        if session.desk().edition() != edition {
            let after = Look::at(session.desk());
            tell(global, session.desk(), &before.changes(&after))?;
            before = after;
        }
        if beaten.elapsed() >= BEAT {
            beat(session, health, "running").await;
            beaten = Instant::now();
        }
    }
    Ok(())
}

/// A line for each change; nothing where there is none.
fn tell(global: &Global, desk: &Desk, changes: &[Change]) -> Result<(), Failure> {
    match (changes.is_empty(), global.json) {
        (true, _) => Ok(()),
        (false, true) => out::json_line(&answer(desk, changes)),
        (false, false) => say_changes(changes),
    }
}

/// Asks every source once, then gives what waits in the journal so long to go out.
async fn round(session: &mut Session, sending: Duration, probes: Probes) -> Vec<Change> {
    let before = Look::at(session.desk());
    session.poll_once(ROUND, probes).await;
    let reachable: BTreeSet<SourceId> = session.engine().remotes().keys().cloned().collect();
    session.until(|desk| nothing_goes_out(desk, &reachable), sending).await;
    before.changes(&Look::at(session.desk()))
}

/// Whether waiting longer would send anything.
fn nothing_goes_out(desk: &Desk, reachable: &BTreeSet<SourceId>) -> bool {
    let failed = |entry: &Entry| {
        let health = desk.sources().iter().find(|health| health.id == entry.source);
        let failed = health.is_some_and(|health| health.freshness(desk.now()) == Freshness::Failed);
        failed || !(entry.source.is_local() || reachable.contains(&entry.source))
    };
    // What has been decided a moment ago is not on disk yet, and then goes out.
    let waits = |entry: &Entry| entry.state.holds_its_place() || entry.state == journal::State::Deciding;
    desk.journal().unsettled().all(|entry| !waits(entry) || (failed(entry) && !entry.is_sending()))
}

/// One thing that is not as it was.
struct Change {
    id: IncidentId,
    what: String,
    text: Clean,
}

/// What incidents and decisions looked like, for saying what changed.
struct Look {
    incidents: BTreeMap<IncidentId, (State, Clean, Option<Clean>)>,
    decisions: BTreeMap<OpId, (IncidentId, &'static str, journal::State, Option<Clean>)>,
}

impl Look {
    fn at(desk: &Desk) -> Self {
        let one = |row: &Row| {
            let incident = desk.incident(&row.id)?;
            let who = incident.assignees.first().map(|who| desk.model().person(who));
            Some((row.name().clone(), (row.standing.state, incident.title.clone(), who)))
        };
        let decision = |entry: &Entry| {
            let told = (desk.name(&entry.incident), entry.decision.verb(), entry.state, entry.reason.clone());
            (entry.op.clone(), told)
        };
        Self {
            incidents: desk.queue().rows.iter().filter_map(one).collect(),
            decisions: desk.journal().entries().iter().map(decision).collect(),
        }
    }

    /// What became of decisions first, then what happened to incidents.
    fn changes(&self, after: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        for (op, (id, verb, state, why)) in &after.decisions {
            let had = self.decisions.get(op).map(|(_, _, had, _)| *had);
            let on_its_way = matches!(state, journal::State::Deciding | journal::State::Sending { .. });
            let moved = had.is_none_or(|had| had != *state && !matches!(state, journal::State::Queued));
            if moved && !on_its_way {
                let text = why.clone().unwrap_or_default();
                changes.push(Change { id: id.clone(), what: format!("{verb} {}", state.word()), text });
            }
        }
        for (id, (state, title, who)) in &after.incidents {
            let what = match self.incidents.get(id) {
                None if *state == State::Closed => continue,
                None => "new".to_owned(),
                Some((had, ..)) if had != state => format!("{} → {}", had.word(), state.word()),
                Some((_, _, had)) if had != who => {
                    format!("assigned {}", who.as_ref().map_or("nobody", Clean::as_str))
                }
                Some((_, had, _)) if had != title => "renamed".to_owned(),
                Some(_) => continue,
            };
            changes.push(Change { id: id.clone(), what, text: title.clone() });
        }
        let gone = self.incidents.iter().filter(|(id, _)| !after.incidents.contains_key(*id) && !after.has_filed(id));
        let gone = gone.map(|(id, (_, title, _))| Change { id: id.clone(), what: "gone".into(), text: title.clone() });
        changes.extend(gone);
        changes
    }

    /// Whether what waited under this name to be filed has its number, and goes on under that.
    fn has_filed(&self, id: &IncidentId) -> bool {
        let mut decisions = self.decisions.iter();
        id.is_provisional()
            && decisions.any(|(op, (filed, ..))| filed.is_numbered() && IncidentId::provisional(op) == *id)
    }
}

fn say_changes(changes: &[Change]) -> Result<(), Failure> {
    for Change { id, what, text } in changes {
        let text = if text.is_empty() { String::new() } else { format!(": {text}") };
        out::answer(&format!("{id} {what}{text}"))?;
    }
    Ok(())
}

/// `dogwatch.sync/1`: the sources as in `dogwatch.queue/1`, and what changed.
fn answer(desk: &Desk, changes: &[Change]) -> serde_json::Value {
    let change = |change: &Change| serde_json::json!({"id": change.id, "what": change.what, "text": change.text});
    serde_json::json!({
        "schema": "dogwatch.sync/1",
        "at": json::time(desk.now()),
        "sources": json::sources(desk),
        "changes": changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn say_all(told: &[Clean]) {
    for text in told {
        out::say(&format!("dogwatch: {text}"));
    }
}

fn troubles(desk: &Desk) {
    for health in desk.sources() {
        if let Some(why) = &health.error {
            out::say(&format!("dogwatch: {} not reached: {why}", health.id));
        }
        if health.unreadable > 0 {
            let (id, count) = (&health.id, health.unreadable);
            out::say(&format!("dogwatch: {id}: {count} items could not be read and were set aside"));
        }
    }
}
