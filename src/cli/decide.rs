//! `ack`, `unack`, `assign`, `close`, `reopen`, `snooze`, `wake`, `note`,
//! `severity`, `kind`, `merge`, `escalate`, `undo`: the decisions of the screen.
//!
//! A decision is on disk before anything is said. Then the command waits up to
//! five seconds for the tracker; what has not been answered by then goes on in
//! the journal, and the answer is `pending`.

mod wished;

pub(super) use wished::{decide as wished, numbered};

use std::io::Read;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::context::Context;
use super::exit::{Exit, Failure};
use super::json::Result as Decision;
use super::{Command, EscalateArgs, Global, json, open, out};
use crate::app::desk::{Decided, Desk};
use crate::app::escalating::{Escalation, Rung};
use crate::app::event::Fact;
use crate::app::when;
use crate::app::wish::Wish;
use crate::domain::id::{IncidentId, OpId};
use crate::domain::journal::{Entry, State};
use crate::domain::rotation::words;
use crate::domain::text::Clean;
use crate::panes::age;
use crate::shell::engine::Network;
use crate::shell::session::Session;

/// How long a command waits for the outcome of its decisions.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn run(global: &Global, command: Command) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    let mut session = open(&context)?;
    session.take_lease();
    let now = session.clock().start();
    let mut asked = Vec::new();
    for act in acts(command, &context, now)? {
        let verb = act.verb();
        let asking = match act {
            Act::Wish { ids, wishes } => wished::decide(&mut session, now, ids, &wishes).await,
            Act::Undo(sure) => undo(&mut session, now, sure),
        };
        asked.push(Asked { verb, ..asking });
    }
    finish(global, &mut session, asked).await
}

/// What was asked for, and what became of it until it is sent.
#[derive(Default)]
pub(in crate::cli) struct Asked {
    /// The verb of the command.
    pub verb: &'static str,
    /// The incidents in the order in which they were named.
    pub ids: Vec<IncidentId>,
    /// What was decided and what was not.
    pub decided: Decided,
}

enum Act {
    Wish { ids: Vec<IncidentId>, wishes: Vec<Wish> },
    Undo(Sure),
}

/// Whether an act is taken back that is old, or that others came after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sure {
    Yes,
    No,
}

impl Act {
    fn verb(&self) -> &'static str {
        match self {
            Self::Undo(_) => "undo",
            Self::Wish { wishes, .. } => wishes.first().map_or("nothing", Wish::verb),
        }
    }
}

/// Waits for what was decided, and says what became of it, a line each.
pub(super) async fn ended(session: &mut Session, asked: Vec<Asked>) -> Vec<String> {
    judged(session, &asked).await.0
}

/// The same, and how it went as a whole.
pub(super) async fn judged(session: &mut Session, asked: &[Asked]) -> (Vec<String>, Exit) {
    settle(session, asked).await;
    let told = Told { desk: session.desk(), network: session.engine().network(), unkept: None };
    let results: Vec<Decision> = asked.iter().flat_map(|asked| told.results(asked)).collect();
    (results.iter().map(|result| told.line(result)).collect(), told.exit(&results))
}

/// Waits until what was decided is answered, or for so long at the most.
async fn settle(session: &mut Session, asked: &[Asked]) {
    let of = |asked: &Asked| asked.decided.ops.iter().map(|(_, op)| op.clone()).collect::<Vec<_>>();
    let ops: Vec<OpId> = asked.iter().flat_map(of).collect();
    let network = session.engine().network();
    session.until(|desk| ops.iter().all(|op| is_answered(desk, op, network)), PATIENCE).await;
    session.flush().await;
    // What is not on disk yet is not pending: the store keeps it, or says why not.
    session.until(|desk| ops.iter().all(|op| !is_being_recorded(desk, op)), UNRECORDED).await;
}

fn is_being_recorded(desk: &Desk, op: &OpId) -> bool {
    desk.journal().entry(op).is_some_and(|entry| entry.state == State::Deciding)
}

/// Waits for what was decided and answers.
pub(super) async fn finish(global: &Global, session: &mut Session, asked: Vec<Asked>) -> Result<Exit, Failure> {
    settle(session, &asked).await;
    let network = session.engine().network();
    let news = session.take_news();
    if global.is_verbose() {
        for news in &news {
            out::say(news.text.as_str());
        }
    }
    let unkept = news.iter().rev().find(|news| news.text.as_str().starts_with(UNKEPT)).map(|news| news.text.clone());
    let told = Told { desk: session.desk(), network, unkept };
    let results: Vec<Decision> = asked.iter().flat_map(|asked| told.results(asked)).collect();
    if global.json {
        out::json(&json::decisions(&results))?;
    } else {
        out::answer(&results.iter().map(|result| told.line(result)).collect::<Vec<_>>().join("\n"))?;
    }
    Ok(told.exit(&results))
}

/// How long the store may take to say whether it has kept a decision, beyond that.
const UNRECORDED: Duration = Duration::from_secs(10);

/// How the desk begins what it says of a decision that the store did not take.
const UNKEPT: &str = "not decided: ";

/// Whether waiting longer would tell more. Offline nobody answers for another
/// machine, and what is on disk has arrived.
fn is_answered(desk: &Desk, op: &OpId, network: Network) -> bool {
    let Some(entry) = desk.journal().entry(op) else { return true };
    if !entry.state.is_unsettled() || entry.state.is_complaint() {
        return true;
    }
    // A host that was not reached is tried again later, by whoever sends then.
    if entry.state == State::Queued && entry.reason.is_some() {
        return true;
    }
    network == Network::Offline && !entry.source.is_local() && entry.state != State::Deciding && !entry.is_sending()
}

/// Puts what became of decisions into words.
struct Told<'a> {
    desk: &'a Desk,
    network: Network,
    unkept: Option<Clean>,
}

impl Told<'_> {
    /// In the order in which the incidents were named.
    fn results(&self, asked: &Asked) -> Vec<Decision> {
        // An issue that a signal got by the way is told only if it could not be filed.
        let by_the_way = |result: &Decision| {
            asked.verb != "new" && result.verb == "new" && matches!(result.outcome, "done" | "pending" | "unknown")
        };
        let done = asked.decided.ops.iter().map(|(id, op)| (id, self.result(asked.verb, id, op)));
        let done = done.filter(|(_, result)| !by_the_way(result));
        let refused = asked.decided.refused.iter().map(|(id, why)| {
            let reason = Some(why.clone());
            let verb = asked.verb.to_owned();
            (id, Decision { id: id.clone(), verb, op: None, outcome: "refused", reason })
        });
        let mut results: Vec<(&IncidentId, Decision)> = done.chain(refused).collect();
        results.sort_by_key(|(id, _)| asked.ids.iter().position(|named| named == *id));
        results.into_iter().map(|(_, result)| result).collect()
    }

    fn result(&self, verb: &str, id: &IncidentId, op: &OpId) -> Decision {
        let Some(entry) = self.desk.journal().entry(op) else {
            let reason = self.unkept.clone().or_else(|| self.desk.read_only().cloned());
            let verb = verb.to_owned();
            return Decision { id: id.clone(), verb, op: Some(op.clone()), outcome: "refused", reason };
        };
        if entry.state == State::Deciding {
            let reason = Some(Clean::line("it could not be written to disk in time; decide it again"));
            return Decision {
                id: id.clone(),
                verb: verb.to_owned(),
                op: Some(op.clone()),
                outcome: "refused",
                reason,
            };
        }
        let outcome = entry.state.outcome();
        let waits = match (self.network, entry.source.is_local()) {
            (Network::Offline, false) => "working offline; it is on disk and goes out with the next `dogwatch sync`",
            (Network::Online, _) | (Network::Offline, true) => "no answer yet; it is on disk and goes on",
        };
        let reason = entry.told().filter(|_| outcome != "pending" || self.network == Network::Online);
        Decision {
            id: self.desk.name(&entry.incident),
            verb: entry.decision.verb().to_owned(),
            op: Some(op.clone()),
            outcome,
            reason: reason.or_else(|| (outcome == "pending").then(|| Clean::line(waits))),
        }
    }

    fn line(&self, result: &Decision) -> String {
        let why = result.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        let remedy = match &result.op {
            Some(op) if self.asks(result) => format!(" (`dogwatch log --confirm {op}`, or --dismiss)"),
            Some(_) | None => String::new(),
        };
        let (verb, outcome) = match (self.undone(result), result.outcome) {
            (Some(undone), "done") => (undone.to_owned(), "undone"),
            (Some(undone), outcome) => (format!("undo of {undone}"), outcome),
            (None, outcome) => (result.verb.clone(), outcome),
        };
        format!("{verb} {} {outcome}{why}{remedy}", result.id)
    }

    /// What was taken back by this, if that is what it does.
    fn undone(&self, result: &Decision) -> Option<&'static str> {
        let entry = |op: &OpId| self.desk.journal().entry(op);
        let batch = entry(result.op.as_ref()?)?.undoes.as_ref()?;
        let of_it = |other: &&Entry| other.batch == *batch && self.desk.called(&other.incident) == result.id;
        let undone = self.desk.journal().entries().iter().find(of_it).or_else(|| entry(batch))?;
        Some(undone.decision.verb())
    }

    fn exit(&self, results: &[Decision]) -> Exit {
        let good = |result: &Decision| matches!(result.outcome, "done" | "pending" | "unknown") && !self.asks(result);
        if results.iter().all(good) { Exit::Done } else { Exit::Found }
    }

    /// Whether it is a close that waits for another word.
    fn asks(&self, result: &Decision) -> bool {
        let entry = result.op.as_ref().and_then(|op| self.desk.journal().entry(op));
        entry.is_some_and(|entry| entry.state == State::Asking)
    }
}

fn undo(session: &mut Session, now: DateTime<Utc>, sure: Sure) -> Asked {
    let refused = |id: IncidentId, why: &str| {
        let decided = Decided { refused: vec![(id, Clean::line(why))], ..Decided::default() };
        Asked { decided, ..Asked::default() }
    };
    let Some(last) = session.desk().last_act() else {
        return refused(IncidentId::new("-"), "there is nothing of yours to take back");
    };
    if sure == Sure::No && last.asks(now) {
        let stays = last.stays.as_ref().map(|(verb, id)| format!(", and the {verb} on {id} since then stays"));
        let (verb, ago, stays) = (last.verb, age::calm(now - last.at), stays.unwrap_or_default());
        let why = format!("the {verb} was decided {ago} ago{stays}; `dogwatch undo --yes` takes it back");
        return refused(last.about.into_iter().next().unwrap_or_else(|| IncidentId::new("-")), &why);
    }
    let decided = session.decide(|desk| {
        desk.update(now, Fact::Ticked);
        desk.undo(now, &last.batch)
    });
    Asked { decided, ..Asked::default() }
}

fn acts(command: Command, context: &Context, now: DateTime<Utc>) -> Result<Vec<Act>, Failure> {
    let all = |ids: &[String], wishes| Act::Wish { ids: ids.iter().map(IncidentId::new).collect(), wishes };
    let one = |ids: &[String], wish| all(ids, vec![wish]);
    Ok(match command {
        Command::Ack(args) => {
            let wishes = std::iter::once(Wish::Ack).chain(args.note.map(Wish::Note)).collect();
            vec![all(&args.ids.ids, wishes)]
        }
        Command::Unack(ids) => vec![one(&ids.ids, Wish::Unack)],
        Command::Assign(args) => {
            let (person, ids) = last(&args.words);
            vec![one(ids, Wish::Assign((person != "nobody").then(|| person.to_owned())))]
        }
        Command::Close(args) => vec![one(&args.ids.ids, Wish::Close(args.reason.into()))],
        Command::Reopen(ids) => vec![one(&ids.ids, Wish::Reopen)],
        Command::Snooze(args) => vec![one(&args.ids.ids, Wish::Snooze(waking(&args.until, context, now)?))],
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
        Command::Escalate(args) => vec![one(&args.ids.ids, escalation(&args, context)?)],
        Command::Undo(args) => vec![Act::Undo(if args.yes { Sure::Yes } else { Sure::No })],
        Command::Demo(_)
        | Command::Init(_)
        | Command::Queue(_)
        | Command::Show(_)
        | Command::New(_)
        | Command::Log(_)
        | Command::Sync(_)
        | Command::Probe(_)
        | Command::Evals(_)
        | Command::Oncall(_)
        | Command::Shifts(_)
        | Command::Calendar(_)
        | Command::Handoff(_)
        | Command::Runbook(_)
        | Command::Triage(_)
        | Command::Review(_)
        | Command::Check(_)
        | Command::Override(_)
        | Command::Publish(_)
        | Command::Doctor
        | Command::Trust(_)
        | Command::Untrust
        | Command::Status(_)
        | Command::Export(_)
        | Command::Import(_)
        | Command::Completions(_)
        | Command::Man(_)
        | Command::Help(_) => Vec::new(),
    })
}

/// When a snooze ends; whoever sleeps then is named.
fn waking(until: &str, context: &Context, now: DateTime<Utc>) -> Result<DateTime<Utc>, Failure> {
    let at =
        when::parse(until, now, &context.team.team).map_err(|why| Failure::wrong(format!("--until {until}: {why}")))?;
    if let Some(whose) = words::whose(&context.team, at) {
        out::say(&format!("dogwatch: wakes {whose}"));
    }
    Ok(at)
}

fn escalation(args: &EscalateArgs, context: &Context) -> Result<Wish, Failure> {
    let to = args.to.as_deref().map_or(Rung::Next, Rung::named);
    let note = args.note.as_deref().map(text).transpose()?.unwrap_or_default();
    Ok(Wish::Escalate(Escalation { to, by: context.me(), note }))
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
    let mut bytes = Vec::new();
    std::io::stdin()
        .take(1 << 20)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::setting_up("cannot read the note from standard input", &error))?;
    // A log may hold anything; what is no text is marked as such.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
