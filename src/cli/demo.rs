//! `dogwatch demo`: the whole thing on an embedded sample team, with two MCP
//! servers of its own on loopback. No other network, no configuration, nothing
//! outside one folder.

mod berths;
mod handing;
mod past;
mod plan;
mod runbooks;
mod sample;
mod suites;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use self::past::PAST;
use self::sample::{Deed as Done, SAMPLES, Sample};
use super::context::{self, Context};
use super::exit::{Exit, Failure};
use super::{Global, open, out, queue, watch};
use crate::config::EXPECTED_FILE;
use crate::domain::decision::{Base, Decision, Deed, Over, StateLabels};
use crate::domain::id::{IncidentId, OpId, OpIds, SourceId};
use crate::domain::incident::{CloseReason, Incident};
use crate::domain::journal::Entry;
use crate::domain::quote::shell_word;
use crate::domain::source::SourceHealth;
use crate::domain::text::Clean;
use crate::shell::clock::Clock;
use crate::store::{Answer, Store, StoreError, files};
use crate::tracker::local;

const TEAM: &str = include_str!("demo/team.toml");

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Keeps the demo in this folder and goes on with what is there; default: a fresh temporary one.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Begins with the tour, also where it has been shown before.
    #[arg(long)]
    tour: bool,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let folder = match &args.dir {
        Some(folder) => folder.clone(),
        None => files::temporary_folder("dogwatch-demo").map_err(|error| unusable(&error))?,
    };
    let team = folder.join(context::TEAM_FILE);
    let data = folder.join("data");
    let mut made = None;
    if !team.exists() {
        files::folder(&folder).map_err(|error| unusable(&error))?;
        let now = Clock::starting(global.now).now();
        files::create(&team, &plan::dated(TEAM, now)).map_err(|error| unusable(&error))?;
        runbooks::lay_out(&folder).map_err(|error| unusable(&error))?;
        lay_out_results(&folder, now).map_err(|error| unusable(&error))?;
        made = Some(now);
    }
    let global = Global { config: Some(team.clone()), data_dir: Some(data.clone()), ..global.clone() };
    let on_screen = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    // They end when this goes, at the end of the command.
    let _servers =
        if on_screen && !global.offline { berths::start(&team, &context::read(&team)?).await? } else { Vec::new() };
    let context = Context::load(&global)?;
    seed(&data, &context).map_err(|error| unusable(&error))?;
    if let Some(now) = made {
        // Without git the demo goes on; its calendar says what it could not look at.
        let _why_not = plan::repository(&folder, &context.team, now).await;
    }
    let twins = format!(
        "the same from a command line: dogwatch --config {} --data-dir {} queue",
        shown(global.config.as_deref()),
        shown(global.data_dir.as_deref()),
    );
    if on_screen {
        let ended =
            Box::pin(watch::run(&global, if args.tour { watch::Begins::Tour } else { watch::Begins::Queue })).await;
        out::say(&twins);
        return ended;
    }
    let session = open(&context)?;
    let ended = queue::print(&global, session.desk(), &queue::Args::plain());
    out::say(&twins);
    ended
}

/// What the sample team's evaluations have left behind, and what was said of them.
fn lay_out_results(folder: &Path, now: DateTime<Utc>) -> Result<(), StoreError> {
    let said = folder.join(EXPECTED_FILE);
    if let Some(beside) = said.parent() {
        files::folder(beside)?;
    }
    files::create(&said, &suites::said(now))?;
    let folder = folder.join("evals");
    files::folder(&folder)?;
    suites::results(now).iter().try_for_each(|(name, text)| files::create(&folder.join(name), text))
}

fn shown(path: Option<&Path>) -> String {
    shell_word(&path.map(|path| path.display().to_string()).unwrap_or_default())
}

fn unusable(error: &StoreError) -> Failure {
    Failure::setting_up("the demo's folder cannot be used", error)
}

/// Lets the sample team live through its last four weeks, in a store that is still empty. Until the
/// demo's servers are asked for the first time, nothing is known to be wrong with them.
fn seed(folder: &Path, context: &Context) -> Result<(), StoreError> {
    let now = context.clock().start();
    let mut store = Store::open(folder, now)?.store;
    if !store.incidents(crate::store::Bodies::Without)?.is_empty() {
        return Ok(());
    }
    for source in &context.team.sources {
        let never = SourceHealth::never(SourceId::new(&source.id), source.kind.name());
        store.set_health(&SourceHealth { fetched_at: Some(now), ..never })?;
    }
    let mut life = Life { store: &mut store, ids: OpIds::seeded(1), now };
    // They come after the others, whose numbers stand in many a note.
    for sample in SAMPLES.iter().chain(PAST) {
        life.tell(sample)?;
    }
    runbooks::use_some(folder, now)?;
    handing::tell(folder, &context.team, now)
}

struct Life<'a> {
    store: &'a mut Store,
    ids: OpIds,
    now: DateTime<Utc>,
}

impl Life<'_> {
    fn tell(&mut self, sample: &Sample) -> Result<(), StoreError> {
        let labels = sample.labels.iter().map(ToString::to_string).collect();
        let opened = Decision::New { title: sample.title.into(), body: sample.body.into(), labels, signal: None };
        let Some(mut incident) = self.happen(None, opened, (sample.by, sample.ago))? else { return Ok(()) };
        for (ago, by, deed) in sample.deeds {
            let decision = decision(deed, &incident, self.now);
            incident = self.happen(Some(&incident), decision, (by, *ago))?.unwrap_or(incident);
        }
        Ok(())
    }

    /// Records a decision and has the local tracker do it, as an operator's would be.
    fn happen(
        &mut self,
        about: Option<&Incident>,
        decision: Decision,
        (by, ago): (&str, i64),
    ) -> Result<Option<Incident>, StoreError> {
        let at = self.now - TimeDelta::minutes(ago);
        let op = self.ids.next(at.timestamp_millis());
        let entry = entry(op, about, decision, Deed { by: Some(Clean::line(by)), at });
        self.store.record(std::slice::from_ref(&entry))?;
        let names = StateLabels { ack: "ack".into(), snoozed: "snoozed".into() };
        let outcome = self.store.local(&entry, at, |incident, number| {
            let (outcome, moment) = local::perform(incident, number, &entry, &names, at);
            Answer { outcome, moment }
        })?;
        Ok(outcome.facts().cloned())
    }
}

fn entry(op: OpId, about: Option<&Incident>, decision: Decision, deed: Deed) -> Entry {
    let incident = about.map_or_else(|| IncidentId::provisional(&op), |incident| incident.id.clone());
    Entry::decided(op, incident, decision, deed, about.map(Base::of).unwrap_or_default())
}

fn decision(deed: &Done, incident: &Incident, now: DateTime<Utc>) -> Decision {
    match deed {
        Done::Ack => Decision::Ack { over: Over::Nothing },
        Done::Assign(to) => Decision::Assign { to: Some(Clean::line(to)), from: incident.assignees.clone() },
        Done::Note(text) => Decision::Note { text: (*text).to_owned() },
        Done::Snooze(minutes) => Decision::Snooze { until: now + TimeDelta::minutes(*minutes) },
        Done::Kind(to) => Decision::Kind { to: Some((*to).to_owned()), from: Vec::new() },
        Done::Close => Decision::Close { reason: CloseReason::Completed },
        Done::NotPlanned => Decision::Close { reason: CloseReason::NotPlanned },
        Done::Reopen => Decision::Reopen,
    }
}
