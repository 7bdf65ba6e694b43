//! `ack`, `unack`, `assign`, `close`, `reopen`, `snooze`, `wake`, `note`,
//! `severity`, `kind`, `merge`, `undo`: the decisions of the screen.
//!
//! A decision is on disk before anything is said. Then the command waits up to
//! five seconds for the tracker; what has not been answered by then goes on in
//! the journal, and the answer is `pending`.

use std::io::Read;
use std::time::Duration;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::json::Result as Decision;
use super::{Command, Global, json, open, out};
use crate::app::desk::{Decided, Desk};
use crate::app::when;
use crate::app::wish::Wish;
use crate::domain::id::{IncidentId, OpId};
use crate::domain::journal::State;
use crate::shell::engine::Network;
use crate::shell::session::Session;

/// How long a command waits for the outcome of its decisions.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn run(global: &Global, command: Command) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    let mut session = open(&context)?;
    session.take_lease();
    let now = session.clock().start();
    let acts = acts(command, &context, now)?;
    let mut asked = Vec::new();
    for act in acts {
        let decided = match &act {
            Act::Wish { ids, wish } => session.decide(|desk| desk.wish(now, ids, wish)),
            Act::Undo => undo(&mut session, now),
        };
        asked.push((act.verb(), decided));
    }
    finish(global, &mut session, asked).await
}

enum Act {
    Wish { ids: Vec<IncidentId>, wish: Wish },
    Undo,
}

impl Act {
    fn verb(&self) -> &'static str {
        match self {
            Self::Undo => "undo",
            Self::Wish { wish, .. } => match wish {
                Wish::Ack => "ack",
                Wish::Unack => "unack",
                Wish::Assign(_) => "assign",
                Wish::Close(_) => "close",
                Wish::Reopen => "reopen",
                Wish::Snooze(_) => "snooze",
                Wish::Wake => "wake",
                Wish::Note(_) => "note",
                Wish::Severity(_) => "severity",
                Wish::Kind(_) => "kind",
                Wish::Merge(_) => "merge",
            },
        }
    }
}

/// Waits for what was decided and answers.
pub(super) async fn finish(
    global: &Global,
    session: &mut Session,
    asked: Vec<(&'static str, Decided)>,
) -> Result<Exit, Failure> {
    let ops: Vec<OpId> = asked.iter().flat_map(|(_, decided)| decided.ops.iter().map(|(_, op)| op.clone())).collect();
    let network = session.engine().network();
    session.until(|desk| ops.iter().all(|op| is_answered(desk, op, network)), PATIENCE).await;
    session.flush().await;
    let results: Vec<Decision> =
        asked.iter().flat_map(|(verb, decided)| results(session.desk(), verb, decided)).collect();
    if global.json {
        out::json(&json::decisions(&results))?;
    } else {
        out::answer(&results.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    }
    let good = |result: &Decision| matches!(result.outcome, "done" | "pending");
    Ok(if results.iter().all(good) { Exit::Done } else { Exit::Found })
}

/// Whether there is nothing more to wait for: offline, what waits on disk for another machine is answered.
fn is_answered(desk: &Desk, op: &OpId, network: Network) -> bool {
    desk.journal().entry(op).is_none_or(|entry| {
        let stays = network == Network::Offline && !entry.source.is_local() && entry.state == State::Queued;
        stays || !entry.state.is_unsettled() || entry.state.is_complaint()
    })
}

fn results(desk: &Desk, verb: &str, decided: &Decided) -> Vec<Decision> {
    let done = decided.ops.iter().map(|(id, op)| match desk.journal().entry(op) {
        Some(entry) => Decision {
            id: entry.incident.clone(),
            verb: entry.decision.verb().to_owned(),
            op: Some(op.clone()),
            outcome: entry.state.outcome(),
            reason: entry.reason.clone(),
        },
        None => Decision {
            id: id.clone(),
            verb: verb.to_owned(),
            op: Some(op.clone()),
            outcome: "refused",
            reason: Some(desk.read_only().cloned().unwrap_or_default()),
        },
    });
    let refused = decided.refused.iter().map(|(id, why)| Decision {
        id: id.clone(),
        verb: verb.to_owned(),
        op: None,
        outcome: "refused",
        reason: Some(why.clone()),
    });
    done.chain(refused).collect()
}

fn line(result: &Decision) -> String {
    let why = result.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    format!("{} {} {}{why}", result.verb, result.id, result.outcome)
}

fn undo(session: &mut Session, now: chrono::DateTime<chrono::Utc>) -> Decided {
    let Some(batch) = session.desk().last_act() else {
        let nothing = crate::domain::text::Clean::line("there is nothing of yours to take back");
        return Decided { refused: vec![(IncidentId::new("-"), nothing)], ..Decided::default() };
    };
    session.decide(|desk| {
        desk.update(now, crate::app::event::Fact::Ticked);
        desk.undo_act(&batch)
    })
}

fn acts(command: Command, context: &Context, now: chrono::DateTime<chrono::Utc>) -> Result<Vec<Act>, Failure> {
    let one = |ids: &[String], wish: Wish| Act::Wish { ids: ids.iter().map(IncidentId::new).collect(), wish };
    Ok(match command {
        Command::Ack(args) => {
            let mut acts = vec![one(&args.ids.ids, Wish::Ack)];
            acts.extend(args.note.map(|text| one(&args.ids.ids, Wish::Note(text))));
            acts
        }
        Command::Unack(ids) => vec![one(&ids.ids, Wish::Unack)],
        Command::Assign(args) => {
            let (person, ids) = last(&args.words);
            vec![one(ids, Wish::Assign((person != "nobody").then(|| person.to_owned())))]
        }
        Command::Close(args) => vec![one(&args.ids.ids, Wish::Close(args.reason.into()))],
        Command::Reopen(ids) => vec![one(&ids.ids, Wish::Reopen)],
        Command::Snooze(args) => {
            let until = when::parse(&args.until, now, &context.team.team)
                .map_err(|why| Failure::wrong(format!("--until {}: {why}", args.until)))?;
            vec![one(&args.ids.ids, Wish::Snooze(until))]
        }
        Command::Wake(ids) => vec![one(&ids.ids, Wish::Wake)],
        Command::Note(args) => vec![one(&args.ids.ids, Wish::Note(text(&args.text)?))],
        Command::Severity(args) => {
            let (name, ids) = last(&args.words);
            vec![one(ids, Wish::Severity((name != "none").then(|| name.to_owned())))]
        }
        Command::Kind(args) => {
            let (name, ids) = last(&args.words);
            vec![one(ids, Wish::Kind((name != "none").then(|| name.to_owned())))]
        }
        Command::Merge(args) => vec![one(&args.ids.ids, Wish::Merge(IncidentId::new(args.into)))],
        Command::Undo => vec![Act::Undo],
        Command::Demo(_)
        | Command::Queue(_)
        | Command::Show(_)
        | Command::New(_)
        | Command::Log(_)
        | Command::Sync(_)
        | Command::Doctor
        | Command::Trust(_)
        | Command::Untrust
        | Command::Status
        | Command::Export(_)
        | Command::Import(_)
        | Command::Completions(_)
        | Command::Man => Vec::new(),
    })
}

/// The last word, and those before it. Clap has seen to it that there are two.
fn last(words: &[String]) -> (&str, &[String]) {
    words.split_last().map_or(("", &[]), |(last, rest)| (last.as_str(), rest))
}

/// The text itself, or what standard input says.
fn text(given: &str) -> Result<String, Failure> {
    if given != "-" {
        return Ok(given.to_owned());
    }
    let mut text = String::new();
    std::io::stdin()
        .take(1 << 20)
        .read_to_string(&mut text)
        .map_err(|error| Failure::setting_up("cannot read the note from standard input", &error))?;
    Ok(text)
}
