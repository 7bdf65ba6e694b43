//! The command line: every verb of the screen, for scripts, for SSH, for
//! whoever cannot see a screen. Answers go to stdout, talk to stderr.

#![expect(
    clippy::disallowed_methods,
    reason = "the command line reads the two files, the environment and the clock, once"
)]

mod calendar;
mod check;
mod context;
mod decide;
mod demo;
mod doctor;
mod dress;
mod evals;
mod examples;
mod exit;
mod handoff;
mod help;
mod init;
mod json;
mod log;
mod man;
mod nearest;
mod new;
mod oncall;
mod out;
mod overrides;
mod paint;
mod posting;
mod probe;
mod publish;
mod queue;
mod review;
mod runbook;
mod shifts;
mod show;
mod starters;
mod status;
mod store;
mod sync;
mod text;
mod triage;
mod trust;
mod watch;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::app::event::Level;
use crate::cli::exit::Failure;
use crate::domain::incident::CloseReason;
use crate::shell::duty;
use crate::shell::session::{Decisions, Session};

pub use exit::Exit;

/// The triage queue of a small team: incidents from GitHub issues, decided
/// once and never lost.
#[derive(Debug, Parser)]
#[command(name = "dogwatch", version, after_help = examples::ALL, max_term_width = 80, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "For every command")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own, and any of them may be given with any other"
)]
pub struct Global {
    /// The team file; default: `dogwatch.toml`, found upward from here.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the store lies; default: `$DOGWATCH_DATA_DIR`, else one per team file in the platform's data folder.
    #[arg(long, global = true, value_name = "DIR", env = "DOGWATCH_DATA_DIR", hide_env = true)]
    data_dir: Option<PathBuf>,
    /// Acts as if the clock read this.
    #[arg(long, global = true, value_name = "RFC3339", value_parser = pretended)]
    now: Option<DateTime<Utc>>,
    /// Asks no source and sends nothing; decisions wait in the journal.
    #[arg(long, global = true)]
    offline: bool,
    /// Takes no decision.
    #[arg(long, global = true)]
    readonly: bool,
    /// Answers in JSON, where the command has an answer.
    #[arg(long, global = true)]
    json: bool,
    /// When the screen and runbooks use colours: auto, always or never; other answers have none.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t = Color::Auto,
        value_name = "WHEN",
        hide_possible_values = true,
        hide_default_value = true
    )]
    color: Color,
    /// The theme of the screen; `auto` fits the terminal's background where it says which it has. `dogwatch help themes` lists them.
    #[arg(long, global = true, value_name = "NAME")]
    theme: Option<String>,
    /// Instead of a screen a dialogue, line by line: for screen readers, Braille, dumb terminals and scripts.
    #[arg(long, global = true)]
    plain: bool,
    /// Replaces people, hosts, private titles and secrets by stand-ins in all that is said.
    #[arg(long, global = true)]
    redact: bool,
    /// Trusts the team file's content for this run, without asking or remembering.
    #[arg(long, global = true)]
    trust: bool,
    /// Says on standard error what happens meanwhile.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

impl Global {
    fn is_verbose(&self) -> bool {
        self.verbose > 0
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that has them, unless `NO_COLOR` is set.
    Auto,
    /// Also where `NO_COLOR` is set or the terminal does not say that it has them.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The whole thing on an embedded sample team, without network or configuration.
    #[command(after_help = examples::DEMO)]
    Demo(demo::Args),
    /// Begins: writes a team file, runbooks and a folder for handoffs, from what this repository shows.
    #[command(after_help = examples::INIT)]
    Init(init::Args),
    /// The triage queue.
    #[command(after_help = examples::QUEUE)]
    Queue(queue::Args),
    /// One incident with its history.
    #[command(after_help = examples::SHOW)]
    Show(show::Args),
    /// Files a new incident.
    #[command(after_help = examples::NEW)]
    New(new::Args),
    /// Acks these: I have them.
    #[command(after_help = examples::ACK)]
    Ack(AckArgs),
    /// Takes an ack back: I have them no longer.
    #[command(after_help = examples::UNACK)]
    Unack(Ids),
    /// Gives these to a person (an id of the team file, or a login).
    #[command(after_help = examples::ASSIGN)]
    Assign(AssignArgs),
    /// Closes these: done with them.
    #[command(after_help = examples::CLOSE)]
    Close(CloseArgs),
    /// Opens these again.
    #[command(after_help = examples::REOPEN)]
    Reopen(Ids),
    /// Puts these off until a time.
    #[command(after_help = examples::SNOOZE)]
    Snooze(SnoozeArgs),
    /// Ends a snooze.
    #[command(after_help = examples::WAKE)]
    Wake(Ids),
    /// Writes a comment on these.
    #[command(after_help = examples::NOTE)]
    Note(NoteArgs),
    /// Says how bad these are.
    #[command(after_help = examples::SEVERITY)]
    Severity(LabelArgs),
    /// Says what sort of incident these are.
    #[command(after_help = examples::KIND)]
    Kind(LabelArgs),
    /// Closes these as duplicates of another incident.
    #[command(after_help = examples::MERGE)]
    Merge(MergeArgs),
    /// Asks somebody else to take these: the next step of their escalation.
    #[command(after_help = examples::ESCALATE)]
    Escalate(EscalateArgs),
    /// Takes back your last act, whole.
    #[command(after_help = examples::UNDO)]
    Undo(UndoArgs),
    /// What was decided, and how far it is; refusals wait here until you put them away.
    #[command(after_help = examples::LOG)]
    Log(log::Args),
    /// Polls every source, sends what the journal holds, says what changed.
    #[command(after_help = examples::SYNC)]
    Sync(sync::Args),
    /// What MCP servers offer, and what changed about it.
    #[command(after_help = examples::PROBE)]
    Probe(probe::Args),
    /// What evaluations said, and whether it got worse.
    #[command(after_help = examples::EVALS)]
    Evals(evals::Args),
    /// Who is on call, why, until when, and who is next.
    #[command(after_help = examples::ONCALL)]
    Oncall(oncall::Args),
    /// Who has which shift in a stretch of time.
    #[command(after_help = examples::SHIFTS)]
    Shifts(shifts::Args),
    /// What ships, what is frozen, what is due, and when.
    #[command(after_help = examples::CALENDAR)]
    Calendar(calendar::Args),
    /// The triage meeting: what nobody has triaged, one at a time, and its minutes.
    #[command(after_help = examples::TRIAGE)]
    Triage(triage::Args),
    /// Ends a shift: what the next person must know, and nothing left hanging.
    #[command(after_help = examples::HANDOFF)]
    Handoff(Box<handoff::Args>),
    /// The page for what is in front of you, found by its symptom.
    #[command(after_help = examples::RUNBOOK)]
    Runbook(runbook::Args),
    /// One cycle, looked back upon, and what the team file could say better.
    #[command(after_help = examples::REVIEW)]
    Review(review::Args),
    /// What is wrong with the operating model, and how to mend it.
    #[command(after_help = examples::CHECK)]
    Check(check::Args),
    /// Changes who is on call, in the team file.
    #[command(after_help = examples::OVERRIDE)]
    Override(overrides::Args),
    /// The operating model as a page for everybody, and its areas as CODEOWNERS.
    #[command(after_help = examples::PUBLISH)]
    Publish(publish::Args),
    /// Is everything reachable and sane?
    #[command(after_help = examples::DOCTOR)]
    Doctor,
    /// Allows what this repository's team file asks for.
    #[command(after_help = examples::TRUST)]
    Trust(trust::Args),
    /// Takes that back.
    #[command(after_help = examples::UNTRUST)]
    Untrust,
    /// One line for a prompt, from what this machine remembers.
    #[command(after_help = status::help())]
    Status(status::Args),
    /// Writes the local tracker as JSON.
    #[command(after_help = examples::EXPORT)]
    Export(store::ExportArgs),
    /// Reads a local tracker from JSON.
    #[command(after_help = examples::IMPORT)]
    Import(store::ImportArgs),
    /// Completions for your shell.
    #[command(after_help = examples::COMPLETIONS)]
    Completions(man::CompletionArgs),
    /// The manual, as roff: of the program, of a command, of a topic.
    #[command(after_help = examples::MAN)]
    Man(man::ManArgs),
    /// What ships with the program: commands, keys, configuration, themes, formats.
    #[command(after_help = examples::HELP)]
    Help(help::Args),
}

/// Some incidents.
#[derive(Debug, Clone, Args)]
pub struct Ids {
    /// Incidents, as the queue names them: `github#12`, `local#3`.
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

#[derive(Debug, Args)]
struct AckArgs {
    #[command(flatten)]
    ids: Ids,
    /// Says a word with it.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

#[derive(Debug, Args)]
struct AssignArgs {
    /// Incidents, then the person: `github#12 github#14 ana`; `nobody` takes everybody off.
    #[arg(required = true, num_args = 2.., value_name = "ID… PERSON")]
    words: Vec<String>,
}

#[derive(Debug, Args)]
struct CloseArgs {
    #[command(flatten)]
    ids: Ids,
    /// Why.
    #[arg(long, value_enum, default_value_t = Reason::Completed)]
    reason: Reason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Reason {
    Completed,
    NotPlanned,
    Duplicate,
    /// An eval finding was mended; a run that shows it again opens it again.
    Fixed,
    /// An eval test is wrong, not what it tests.
    Invalid,
    /// An eval finding is true, and nothing will be done.
    Wontfix,
}

impl From<Reason> for CloseReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Completed => Self::Completed,
            Reason::NotPlanned => Self::NotPlanned,
            Reason::Duplicate => Self::Duplicate,
            Reason::Fixed => Self::Fixed,
            Reason::Invalid => Self::Invalid,
            Reason::Wontfix => Self::WontFix,
        }
    }
}

#[derive(Debug, Args)]
struct SnoozeArgs {
    #[command(flatten)]
    ids: Ids,
    /// When it wakes: `2h`, `3d`, `tomorrow`, `mon`, `2026-12-01 09:00` (the team's zone) or RFC 3339.
    #[arg(long, value_name = "TIME")]
    until: String,
}

#[derive(Debug, Args)]
struct NoteArgs {
    #[command(flatten)]
    ids: Ids,
    /// The comment, as Markdown; `-` reads it from standard input.
    #[arg(long, short = 'm', value_name = "TEXT", required = true)]
    text: String,
}

#[derive(Debug, Args)]
struct UndoArgs {
    /// Also an act of more than ten minutes ago, or one after which something came that stays.
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, Args)]
struct LabelArgs {
    /// Incidents, then the severity or kind by its id: `github#12 SEV2`; `none` takes it off.
    #[arg(required = true, num_args = 2.., value_name = "ID… NAME")]
    words: Vec<String>,
}

#[derive(Debug, Args)]
struct MergeArgs {
    #[command(flatten)]
    ids: Ids,
    /// The incident that stays.
    #[arg(long, value_name = "ID")]
    into: String,
}

#[derive(Debug, Args)]
struct EscalateArgs {
    #[command(flatten)]
    ids: Ids,
    /// A step by its number, or a person out of turn; default: the next that reaches somebody.
    #[arg(long, value_name = "STEP|PERSON")]
    to: Option<String>,
    /// Says a word with it.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// A time that calendars still know their way around.
fn pretended(text: &str) -> Result<DateTime<Utc>, String> {
    let at: DateTime<Utc> = text.parse().map_err(|_| "write RFC 3339, such as 2026-12-01T09:00:00Z".to_owned())?;
    let year = chrono::Datelike::year(&at);
    if (1970..9000).contains(&year) { Ok(at) } else { Err("write a year from 1970 to 8999".to_owned()) }
}

/// Runs what the words ask for and says how that went.
pub fn main(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(usage) => return exit::usage(&usage),
    };
    // A thousand connections of which each does little: handing them from thread to thread would be most of the work.
    // And a prompt needs no thread but its own.
    let mut builder = if matches!(cli.command, Some(Command::Probe(_) | Command::Status(_))) {
        tokio::runtime::Builder::new_current_thread()
    } else {
        tokio::runtime::Builder::new_multi_thread()
    };
    let runtime = builder.worker_threads(2).enable_all().build();
    let ended = match runtime {
        Ok(runtime) => {
            let ended = runtime.block_on(run(cli));
            // A browser or a hung request must not keep the operator's prompt waiting.
            runtime.shutdown_timeout(std::time::Duration::from_millis(100));
            ended
        }
        Err(error) => Err(Failure::setting_up("cannot start the runtime", &error)),
    };
    exit::code(ended)
}

async fn run(cli: Cli) -> Result<Exit, Failure> {
    let global = cli.global;
    match cli.command {
        None => Box::pin(watch::run(&global, watch::Begins::Queue)).await,
        Some(Command::Demo(args)) => Box::pin(demo::run(&global, &args)).await,
        Some(Command::Init(args)) => init::run(&global, &args).await,
        Some(Command::Queue(args)) => queue::run(&global, &args).await,
        Some(Command::Show(args)) => show::run(&global, &args).await,
        Some(Command::New(args)) => new::run(&global, &args).await,
        Some(Command::Log(args)) => log::run(&global, &args).await,
        Some(Command::Sync(args)) => sync::run(&global, &args).await,
        Some(Command::Probe(args)) => probe::run(&global, &args).await,
        Some(Command::Evals(args)) => evals::run(&global, &args).await,
        Some(Command::Oncall(args)) => oncall::run(&global, &args),
        Some(Command::Shifts(args)) => shifts::run(&global, &args),
        Some(Command::Calendar(args)) => calendar::run(&global, &args).await,
        Some(Command::Triage(args)) => Box::pin(triage::run(&global, &args)).await,
        Some(Command::Handoff(args)) => handoff::run(&global, &args).await,
        Some(Command::Runbook(args)) => runbook::run(&global, &args).await,
        Some(Command::Review(args)) => Box::pin(review::run(&global, &args)).await,
        Some(Command::Check(args)) => Box::pin(check::run(&global, &args)).await,
        Some(Command::Override(args)) => overrides::run(&global, &args),
        Some(Command::Publish(args)) => publish::run(&global, &args).await,
        Some(Command::Doctor) => doctor::run(&global).await,
        Some(Command::Trust(args)) => trust::trust(&global, &args),
        Some(Command::Untrust) => trust::untrust(&global),
        Some(Command::Status(args)) => status::run(&global, &args),
        Some(Command::Export(args)) => store::export(&global, &args),
        Some(Command::Import(args)) => store::import(&global, &args),
        Some(Command::Completions(args)) => man::completions(&args),
        Some(Command::Man(args)) => man::man(&global, &args),
        Some(Command::Help(args)) => help::run(&global, &args),
        Some(decision) => decide::run(&global, decision).await,
    }
}

/// Opens the session that these files describe, and says what the operator
/// has to know about that.
fn open(context: &context::Context) -> Result<Session, Failure> {
    let mut session = open_quietly(context)?;
    if context.decisions() == Decisions::Taken {
        // An answer does not fail because the ledger of shifts cannot be written; `oncall` says so.
        let clock = context.clock();
        let _told = duty::record(&context.folder, &context.team, (clock.start(), &clock));
        tell_news(&mut session);
    }
    if !session.untrusted().is_empty() {
        let wanted: Vec<String> = session.untrusted().iter().map(ToString::to_string).collect();
        let wanted = wanted.join("; ");
        out::say(&format!("dogwatch: not trusted yet: the team file wants to {wanted}; see `dogwatch trust`"));
    }
    Ok(session)
}

/// Opens it without a word: for a prompt, which has no room for one.
fn open_quietly(context: &context::Context) -> Result<Session, Failure> {
    Session::open(&context.plan()).map_err(|error| Failure::setting_up("the store cannot be used", &error))
}

/// Says the warnings and errors that have come up.
fn tell_news(session: &mut Session) {
    for news in session.take_news() {
        if news.level >= Level::Warning {
            out::say(&format!("dogwatch: {}", news.text));
        }
    }
}
