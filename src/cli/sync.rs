//! `dogwatch sync`: asks every source, sends what the journal holds, says what
//! changed; with `--every` again and again, unattended.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, open, out};
use crate::app::desk::Desk;
use crate::domain::id::IncidentId;
use crate::domain::queue::State;
use crate::domain::source::Freshness;
use crate::domain::text::Clean;
use crate::shell::engine::Network;
use crate::shell::session::Session;
use crate::shell::terminal::{Signal, Signals};

/// One round may take this long: a first reading of a large repository does.
const ROUND: Duration = Duration::from_secs(900);
/// What waits in the journal gets this long to go out at the end of a single round.
const SENDING: Duration = Duration::from_secs(60);

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
    let mut session = open(&context)?;
    if session.engine().network() == Network::Offline {
        return Err(Failure::wrong("sync asks sources, and --offline says not to; leave one of them out"));
    }
    session.take_lease();
    let Some(every) = args.every else { return once(global, &mut session).await };
    let mut signals = Signals::new().map_err(|error| Failure::setting_up("cannot listen for signals", &error))?;
    loop {
        tokio::select! {
            ended = round(&mut session, Duration::ZERO) => { say_changes(global, &ended)?; }
            signal = signals.next() => if signal == Signal::Leave { break },
        }
        let rest = every.to_std().unwrap_or_default();
        tokio::select! {
            () = session.until(|_| false, rest) => {}
            signal = signals.next() => if signal == Signal::Leave { break },
        }
    }
    session.flush().await;
    Ok(Exit::Done)
}

async fn once(global: &Global, session: &mut Session) -> Result<Exit, Failure> {
    let changes = round(session, SENDING).await;
    session.flush().await;
    say_changes(global, &changes)?;
    let desk = session.desk();
    for health in desk.sources() {
        if let Some(why) = &health.error {
            out::say(&format!("dogwatch: {} not reached: {why}", health.id));
        }
        if health.unreadable > 0 {
            out::say(&format!(
                "dogwatch: {}: {} items could not be read and were set aside",
                health.id, health.unreadable
            ));
        }
    }
    let failed = desk.sources().iter().any(|health| health.freshness(desk.now()) == Freshness::Failed);
    let refused = desk.journal().complaints().any(crate::domain::journal::Entry::is_unseen_complaint);
    Ok(match (failed, refused) {
        (true, _) => Exit::Unreached,
        (false, true) => Exit::Found,
        (false, false) => Exit::Done,
    })
}

/// What an incident looked like, for saying what changed.
type Look = BTreeMap<IncidentId, (State, Clean, Option<Clean>)>;

async fn round(session: &mut Session, sending: Duration) -> Vec<String> {
    let before = look(session.desk());
    session.beat("sync").await;
    session.poll_once(ROUND).await;
    session.until(|desk| desk.journal().unsettled().all(|entry| !entry.state.holds_its_place()), sending).await;
    changes(&before, &look(session.desk()))
}

fn look(desk: &Desk) -> Look {
    let one = |row: &crate::domain::queue::Row| {
        let incident = desk.incident(&row.id)?;
        let who = incident.assignees.first().map(|who| desk.model().person(who));
        Some((row.id.clone(), (row.standing.state, incident.title.clone(), who)))
    };
    desk.queue().rows.iter().filter_map(one).collect()
}

fn changes(before: &Look, after: &Look) -> Vec<String> {
    let mut lines = Vec::new();
    for (id, (state, title, who)) in after {
        let what = match before.get(id) {
            None if *state == State::Closed => continue,
            None => "new".to_owned(),
            Some((had, ..)) if had != state => format!("{} → {}", had.word(), state.word()),
            Some((_, _, had)) if had != who => {
                format!("assigned {}", who.as_ref().map_or("nobody", Clean::as_str))
            }
            Some((_, had, _)) if had != title => "renamed".to_owned(),
            Some(_) => continue,
        };
        lines.push(format!("{id} {what}: {title}"));
    }
    let gone = before.iter().filter(|(id, _)| !after.contains_key(*id));
    lines.extend(gone.map(|(id, (_, title, _))| format!("{id} gone: {title}")));
    lines
}

fn say_changes(global: &Global, changes: &[String]) -> Result<(), Failure> {
    if global.json {
        return out::json(&serde_json::json!({"schema": "dogwatch.sync/1", "changes": changes}));
    }
    for change in changes {
        out::answer(change)?;
    }
    Ok(())
}
