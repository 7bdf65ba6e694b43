//! `dogwatch log`: each decision once, with how far it is.

use super::context::Context;
use super::decide::Asked;
use super::exit::{Exit, Failure};
use super::{Global, decide, json, open, out};
use crate::domain::id::OpId;
use crate::domain::journal::{Entry, State};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Puts a refusal away, or drops a close that asks again.
    #[arg(long, value_name = "OP", conflicts_with = "confirm")]
    dismiss: Option<String>,
    /// Says yes to a close that asks again.
    #[arg(long, value_name = "OP")]
    confirm: Option<String>,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    let mut session = open(&context)?;
    session.take_lease();
    let now = session.clock().start();
    if let Some(op) = args.confirm.as_deref().map(OpId::new) {
        let asks = session.desk().journal().entry(&op).is_some_and(|entry| entry.state == State::Asking);
        if !asks {
            return Err(Failure::wrong(format!("--confirm {op}: no such decision asks again")));
        }
        let decided = session.consent(now, &op);
        let asked = Asked { verb: "close", decided, ..Asked::default() };
        return decide::finish(global, &mut session, vec![asked]).await;
    }
    if let Some(op) = args.dismiss.as_deref().map(OpId::new) {
        if session.desk().journal().complaints().all(|entry| entry.op != op) {
            return Err(Failure::wrong(format!("--dismiss {op}: no such decision waits for you")));
        }
        session.dismiss(now, &op);
        session.flush().await;
    }
    let entries = session.desk().journal().entries();
    if global.json {
        out::json(&json::log(entries.iter().rev()))?;
    } else if !entries.is_empty() {
        out::answer(&entries.iter().rev().map(line).collect::<Vec<_>>().join("\n"))?;
    }
    let complaints = entries.iter().any(Entry::is_unseen_complaint);
    Ok(if complaints { Exit::Found } else { Exit::Done })
}

fn line(entry: &Entry) -> String {
    let why = entry.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    let by = entry.deed.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let (at, verb, object) = (json::time(entry.deed.at), entry.decision.verb(), entry.decision.object());
    format!("{at} {} {verb} {}{object}{by} {}{why}", entry.op, entry.incident, entry.state.word())
}
