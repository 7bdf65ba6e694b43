//! `dogwatch queue`: the triage queue as text or JSON.

use std::time::Duration;

use super::context::{Context, word};
use super::exit::{Exit, Failure};
use super::{Global, json, open, out, text};
use crate::app::desk::Desk;
use crate::domain::queue::{Filter, Row, Section};
use crate::domain::source::Freshness;
use crate::shell::engine::Network;
use crate::shell::session::{Probes, Session};
use crate::shell::width;

/// A source that has never been asked is asked first, and may take this long.
const FIRST_SYNC: Duration = Duration::from_mins(1);

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Shows what is closed, too.
    #[arg(long)]
    all: bool,
    /// Only what matches: `mcp state:open -label:noise sev:SEV1 is:overdue who:ana`.
    #[arg(long, value_name = "QUERY", default_value = "", hide_default_value = true)]
    filter: String,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    let mut session = open(&context)?;
    first_sync(&mut session).await;
    session.freeze();
    print(global, session.desk(), args)
}

/// Asks the sources that have never been asked, so that the first queue is not an empty one.
pub(super) async fn first_sync(session: &mut Session) {
    let never = |desk: &Desk| {
        // Endpoints are probed by whoever watches; a queue does not wait for them.
        let polled = desk.sources().iter().filter(|health| health.kind != "mcp");
        polled.map(|health| health.freshness(desk.now())).any(|freshness| freshness == Freshness::Never)
    };
    if session.engine().network() == Network::Online && never(session.desk()) {
        out::say("asking the sources for the first time …");
        session.poll_once(FIRST_SYNC, Probes::None).await;
        session.flush().await;
    }
}

/// Prints what is on the desk.
pub(super) fn print(global: &Global, desk: &Desk, args: &Args) -> Result<Exit, Failure> {
    out::know(|veil| {
        desk.queue().rows.iter().filter_map(|row| desk.incident(&row.id)).for_each(|one| veil.know_incident(one));
    });
    let filter = Filter::parse(&args.filter);
    let closed = args.all || filter.wants_closed();
    let shown = |row: &&Row| {
        (closed || row.section != Section::Closed)
            && desk.incident(&row.id).is_some_and(|incident| filter.matches(row, incident, desk.model()))
    };
    let rows: Vec<&Row> = desk.queue().rows.iter().filter(shown).collect();
    if global.json {
        out::json(&json::queue(desk, &rows))?;
    } else {
        let columns = width::columns(word("COLUMNS").as_deref());
        out::answer(&text::queue(desk, &rows, columns))?;
        if rows.is_empty() && !args.filter.is_empty() {
            out::say("dogwatch: nothing matches the filter; `dogwatch queue --help` shows what it may say");
            for doubt in filter.doubts(desk.model()) {
                out::say(&format!("dogwatch: --filter {doubt}"));
            }
        }
    }
    complaints(desk);
    let failed = desk.sources().iter().any(|health| health.freshness(desk.now()) == Freshness::Failed);
    Ok(if failed { Exit::Unreached } else { Exit::Done })
}

/// What was refused or asks again is said until it is put away.
fn complaints(desk: &Desk) {
    let waiting = desk.journal().complaints().filter(|entry| entry.is_unseen_complaint()).count();
    if waiting > 0 {
        let decisions = if waiting == 1 { "decision waits" } else { "decisions wait" };
        out::say(&format!("dogwatch: {waiting} {decisions} for a word of yours; `dogwatch log` shows why"));
    }
}

impl Args {
    /// Everything that is not closed.
    pub(super) fn plain() -> Self {
        Self { all: false, filter: String::new() }
    }
}
