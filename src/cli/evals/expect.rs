//! `dogwatch evals expect`, `flaky`, `pin` and `accept`: what people say of
//! findings, written down beside the team file, and what has been said so far.

use chrono::NaiveDate;

use super::{said, written};
use crate::app::saying::{LONGEST, Said, Saying};
use crate::app::when;
use crate::app::wish::Wish;
use crate::cli::context::Context;
use crate::cli::decide::{Asked, finish, numbered};
use crate::cli::exit::{Exit, Failure};
use crate::cli::{Global, nearest, open, out};
use crate::config::{Chosen, EXPECTED_FILE, Expected, ExpectedEntry, Quarantined};
use crate::domain::id::IncidentId;
use crate::domain::incident::CloseReason;
use crate::domain::queue::State;
use crate::domain::text::Clean;
use crate::shell::saying::Speaker;
use crate::shell::session::{Decisions, Session};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Incidents of eval findings; they are closed for it. Without any, and without --suite: what has been said so far.
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// The suite, where nothing has been found yet.
    #[arg(long, value_name = "NAME", conflicts_with = "ids")]
    suite: Option<String>,
    /// A case, or a pattern of cases; may be given again. Default: those of the finding; to expect of a suite, all.
    #[arg(long = "case", value_name = "GLOB")]
    cases: Vec<String>,
    /// The commit or run from which on it holds. Default: the first run that shows the finding.
    #[arg(long, value_name = "COMMIT|RUN", requires = "suite")]
    from: Option<String>,
    /// The last day on which it holds: `2026-12-31`, `2w`, `friday`.
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    /// Why, for people to read.
    #[arg(long, short = 'm', value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct ChooseArgs {
    /// The suite.
    #[arg(value_name = "SUITE")]
    suite: String,
    /// The run: the tool's own name of it, or the first digits of its key in `baseline` and `candidate`.
    #[arg(value_name = "RUN")]
    run: String,
    /// Why, for people to read.
    #[arg(long, short = 'm', value_name = "TEXT")]
    reason: String,
}

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// That a change was meant.
    Expect,
    /// That cases are known to flake.
    Flaky,
}

impl Verb {
    const fn verdict(self) -> CloseReason {
        match self {
            Self::Expect => CloseReason::Expected,
            Self::Flaky => CloseReason::Flaky,
        }
    }
}

pub(super) async fn run(global: &Global, args: &Args, verb: Verb) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    if args.ids.is_empty() && args.suite.is_none() {
        if args.until.is_some() || args.reason.is_some() || !args.cases.is_empty() {
            return Err(Failure::wrong("say of what: an incident's id, or --suite"));
        }
        return said::list(global, &context);
    }
    let (until, reason) = (last_day(args, &context)?, reason(args.reason.as_deref())?);
    may_speak(&context)?;
    let session = open(&context)?;
    match &args.suite {
        Some(suite) => of_suite((global, &context), &session, (args, verb, suite), (until, reason)),
        None => of_incidents((global, &context), session, (args, verb), (until, reason)).await,
    }
}

pub(super) fn may_speak(context: &Context) -> Result<(), Failure> {
    if context.team_path.is_none() {
        let remedy = "there is no dogwatch.toml here or above";
        return Err(Failure::wrong(format!("what is said of evals stands beside the team file, and {remedy}")));
    }
    if context.decisions() == Decisions::NotTaken {
        return Err(Failure::wrong("nothing can be said with --readonly; leave it out"));
    }
    Ok(())
}

/// There is nothing that holds for ever.
fn last_day(args: &Args, context: &Context) -> Result<NaiveDate, Failure> {
    let Some(text) = &args.until else {
        return Err(Failure::wrong("say until when it holds: --until 2026-12-31, --until 2w"));
    };
    let (team, now) = (&context.team.team, context.clock().start());
    let at = when::parse(text, now, team).map_err(|why| Failure::wrong(format!("--until {text}: {why}")))?;
    let day = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&team.timezone).date_naive();
    if day(at) < day(now) {
        return Err(Failure::wrong(format!("--until {text}: that day is past")));
    }
    Ok(day(at))
}

fn reason(text: Option<&str>) -> Result<String, Failure> {
    let text = text.map(|text| Clean::line(text).to_string()).unwrap_or_default();
    match text.trim() {
        "" => Err(Failure::wrong("say why, for whoever reviews it: --reason 'new system prompt'")),
        long if long.len() > LONGEST => Err(Failure::wrong(format!("--reason is longer than {LONGEST} bytes"))),
        text => Ok(text.to_owned()),
    }
}

/// Writes it down, then closes the incidents for it.
async fn of_incidents(
    (global, context): (&Global, &Context),
    mut session: Session,
    (args, verb): (&Args, Verb),
    (until, reason): (NaiveDate, String),
) -> Result<Exit, Failure> {
    session.take_lease();
    let now = session.clock().start();
    let named: Vec<IncidentId> = args.ids.iter().map(|id| numbered(session.desk(), IncidentId::new(id))).collect();
    let (mut findings, mut refused) = (Vec::new(), Vec::new());
    for id in &named {
        let why = match (session.desk().row(id), session.desk().finding(id)) {
            (Some(row), Some(_)) if row.standing.state == State::Closed => {
                Clean::line("it is closed already; reopen it first")
            }
            (_, Some(signal)) => {
                findings.push((id.clone(), signal));
                continue;
            }
            (None, None) => nearest::unknown(session.desk(), id),
            (Some(_), None) => Clean::line("it is no eval finding"),
        };
        refused.push((id.clone(), why));
    }
    let doubt = |(_, signal): &(IncidentId, IncidentId)| session.engine().speaker().doubts_of(signal, &args.cases);
    doubted(&findings.iter().flat_map(doubt).collect::<Vec<_>>());
    let saying = Saying { ids: Vec::new(), verdict: verb.verdict(), until, reason, cases: args.cases.clone() };
    let Said { saying, refused: unsaid } = session.engine().speaker().say(saying, &findings);
    refused.extend(unsaid);
    // A comment that comes first would be news to the close.
    let wishes = [Wish::Close(saying.verdict), Wish::Note(saying.note())];
    let mut decided = session.decide(|desk| desk.wish_all(now, &saying.ids, &wishes));
    decided.refused.extend(refused);
    let verb = wishes.first().map_or("expect", Wish::verb);
    let said = !saying.ids.is_empty();
    let exit = finish(global, &mut session, vec![Asked { verb, ids: named, decided }]).await?;
    if said && !global.json {
        out::answer(&written(context))?;
    }
    Ok(exit)
}

/// Says it of cases of which nothing has been found yet.
fn of_suite(
    (global, context): (&Global, &Context),
    session: &Session,
    (args, verb, suite): (&Args, Verb, &str),
    (until, reason): (NaiveDate, String),
) -> Result<Exit, Failure> {
    let speaker = session.engine().speaker();
    let (suite, author, incident) = (suite.to_owned(), speaker.me.clone(), None);
    let all = || vec!["*".to_owned()];
    let entry = match verb {
        Verb::Expect => {
            let Some(from) = args.from.clone() else {
                return Err(Failure::wrong("say from which commit or run on: --from 3b2aabc"));
            };
            let cases = if args.cases.is_empty() { all() } else { args.cases.clone() };
            ExpectedEntry::Expected(Expected { suite, cases, from, reason, author, until, incident })
        }
        Verb::Flaky if args.cases.is_empty() => {
            return Err(Failure::wrong("say which cases flake: --case NAME"));
        }
        Verb::Flaky => {
            let cases = args.cases.clone();
            ExpectedEntry::Quarantined(Quarantined { suite, cases, reason, author, until, incident })
        }
    };
    let (cases, from) = match &entry {
        ExpectedEntry::Expected(one) => (&one.cases, Some(one.from.as_str())),
        ExpectedEntry::Quarantined(one) => (&one.cases, None),
        ExpectedEntry::Pinned(_) | ExpectedEntry::Accepted(_) => (&args.cases, None),
    };
    let doubts = speaker.doubts(args.suite.as_deref().unwrap_or_default(), cases, from);
    let exit = write((global, context), &speaker, &entry)?;
    doubted(&doubts);
    Ok(exit)
}

/// What is not known may still come: it is said, and written down all the same.
fn doubted(doubts: &[Clean]) {
    for doubt in doubts {
        out::say(&format!("dogwatch: {doubt}"));
    }
}

/// That a run is what its suite is held against from now on, or the new normal.
pub(super) fn choose(
    global: &Global,
    args: &ChooseArgs,
    entry: impl FnOnce(Chosen) -> ExpectedEntry,
) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    may_speak(&context)?;
    let reason = reason(Some(&args.reason))?;
    let session = open(&context)?;
    let speaker = session.engine().speaker();
    let known = speaker.knows(&args.suite, &args.run).map_err(|why| Failure::wrong(why.to_string()))?;
    if !known {
        let (suite, run) = (Clean::line(&args.suite), Clean::line(&args.run));
        let remedy = "`dogwatch evals --json` lists them as `run_id`; `dogwatch sync` reads new ones";
        let near = speaker.nearest_run(&args.suite, &args.run);
        let near = near.map(|near| format!("did you mean {near}? ")).unwrap_or_default();
        return Err(Failure::wrong(format!("no run {run} of a suite {suite} is known here; {near}{remedy}")));
    }
    let (suite, run, author) = (args.suite.clone(), args.run.clone(), speaker.me.clone());
    write((global, &context), &speaker, &entry(Chosen { suite, run, reason, author }))
}

fn write((global, context): (&Global, &Context), speaker: &Speaker, entry: &ExpectedEntry) -> Result<Exit, Failure> {
    speaker.write(entry).map_err(|why| Failure::wrong(why.to_string()))?;
    if global.json {
        let answer =
            serde_json::json!({"schema": "dogwatch.evals-said/1", "file": EXPECTED_FILE, "said": entry.block()});
        out::json(&answer)?;
    } else {
        out::answer(&format!(
            "{}, and says from now on:\n\n{}\n`dogwatch evals unsay SUITE` takes it back.",
            written(context),
            entry.block()
        ))?;
    }
    Ok(Exit::Done)
}
