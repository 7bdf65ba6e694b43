//! The command line: every verb of the screen, for scripts, for SSH, for
//! whoever cannot see a screen. Answers go to stdout, talk to stderr.

mod context;
mod decide;
mod demo;
mod doctor;
mod exit;
mod json;
mod log;
mod man;
mod new;
mod out;
mod queue;
mod show;
mod status;
mod store;
mod sync;
mod text;
mod trust;
mod watch;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::exit::Failure;
use crate::domain::incident::CloseReason;
use crate::shell::session::Session;

pub use exit::Exit;

const EXAMPLES: &str = "\
Examples:
  dogwatch demo                          the whole thing on a sample team
  dogwatch                               the queue of this repository's team
  dogwatch queue --filter 'sev:SEV1'     the same in plain text
  dogwatch ack github#12 github#14       I have these two
  dogwatch snooze github#12 --until 2h

Exit status: 0 done; 1 done, and something was found, missing or refused;
2 wrong usage or configuration; 3 a source could not be reached.";

/// The triage queue of a small team: incidents from GitHub issues, decided
/// once and never lost.
#[derive(Debug, Parser)]
#[command(name = "dogwatch", version, about, after_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The team file; default: `dogwatch.toml`, found upward from here.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where dogwatch keeps its store and logs; default: the platform's data folder, one per team file.
    #[arg(long, global = true, value_name = "DIR", env = "DOGWATCH_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// Acts as if the clock read this.
    #[arg(long, global = true, value_name = "RFC3339")]
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
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    color: Color,
    /// Trusts the team file's content for this run, without asking or remembering.
    #[arg(long, global = true)]
    trust: bool,
    /// Writes more into the log file; twice for all of it.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that has them, unless `NO_COLOR` is set.
    Auto,
    /// Also into a pipe.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The whole thing on an embedded sample team, without network or configuration.
    Demo(demo::Args),
    /// The triage queue.
    Queue(queue::Args),
    /// One incident with its history.
    Show(show::Args),
    /// Files a new incident.
    New(new::Args),
    /// I have these.
    Ack(AckArgs),
    /// I have these no longer.
    Unack(Ids),
    /// Gives these to a person (an id of the team file, or a login).
    Assign(AssignArgs),
    /// Done with these.
    Close(CloseArgs),
    /// Not done with these after all.
    Reopen(Ids),
    /// Not before a time.
    Snooze(SnoozeArgs),
    /// Ends a snooze.
    Wake(Ids),
    /// Writes a comment.
    Note(NoteArgs),
    /// Says how bad it is.
    Severity(LabelArgs),
    /// Says what sort of incident it is.
    Kind(LabelArgs),
    /// Closes these as duplicates of another incident.
    Merge(MergeArgs),
    /// Takes back your last act, whole.
    Undo,
    /// What was decided, and how far it is; refusals wait here until you put them away.
    Log(log::Args),
    /// Polls every source, sends what the journal holds, says what changed.
    Sync(sync::Args),
    /// Is everything reachable and sane?
    Doctor,
    /// Allows what this repository's team file asks for.
    Trust(trust::Args),
    /// Takes that back.
    Untrust,
    /// One line for a prompt, from what this machine remembers.
    Status,
    /// Writes the local tracker as JSON.
    Export(store::ExportArgs),
    /// Reads a local tracker from JSON.
    Import(store::ImportArgs),
    /// Completions for your shell.
    Completions(man::CompletionArgs),
    /// The manual page, as roff.
    Man,
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
}

impl From<Reason> for CloseReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Completed => Self::Completed,
            Reason::NotPlanned => Self::NotPlanned,
            Reason::Duplicate => Self::Duplicate,
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

/// Runs what the words ask for and says how that went.
pub fn main(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(usage) => return exit::usage(&usage),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
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
        None => watch::run(&global).await,
        Some(Command::Demo(args)) => demo::run(&global, &args).await,
        Some(Command::Queue(args)) => queue::run(&global, &args).await,
        Some(Command::Show(args)) => show::run(&global, &args).await,
        Some(Command::New(args)) => new::run(&global, &args).await,
        Some(Command::Log(args)) => log::run(&global, &args).await,
        Some(Command::Sync(args)) => sync::run(&global, &args).await,
        Some(Command::Doctor) => doctor::run(&global).await,
        Some(Command::Trust(args)) => trust::trust(&global, &args),
        Some(Command::Untrust) => trust::untrust(&global),
        Some(Command::Status) => status::run(&global),
        Some(Command::Export(args)) => store::export(&global, &args),
        Some(Command::Import(args)) => store::import(&global, &args),
        Some(Command::Completions(args)) => man::completions(&args),
        Some(Command::Man) => man::man(),
        Some(decision) => decide::run(&global, decision).await,
    }
}

/// Opens the session that these files describe.
fn open(context: &context::Context) -> Result<Session, Failure> {
    Session::open(&context.plan()).map_err(|error| Failure::setting_up("the store cannot be used", &error))
}
