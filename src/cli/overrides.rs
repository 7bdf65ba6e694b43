//! `dogwatch override`: who is on call is changed in the team file, with its
//! comments and order, and nothing is committed.

mod answer;
mod listed;
mod shift;

use std::path::Path;

use chrono::{DateTime, Utc};

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, open};
use crate::app::moments::HandoverClock;
use crate::app::saying::LONGEST;
use crate::config::{Amendment, Override, Role, Rotation, RotationEdit, Stretch, Swap};
use crate::domain::text::Clean;
use crate::shell::pen::Pen;
use crate::shell::session::Decisions;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Somebody has it for a stretch of time, whoever's turn it is.
    #[command(after_help = super::examples::OVERRIDE_ADD)]
    Add(AddArgs),
    /// The overrides and swaps of the team file.
    #[command(after_help = super::examples::OVERRIDE_LIST)]
    List(ListArgs),
    /// Takes an override or a swap out again.
    #[command(after_help = super::examples::OVERRIDE_REMOVE)]
    Remove(RemoveArgs),
    /// What is one person's in a stretch of time is another's; without TAKE it is asked who would.
    #[command(after_help = super::examples::OVERRIDE_SWAP)]
    Swap(SwapArgs),
    /// I take a shift: the running one, or that of a time. An open request for it is answered.
    #[command(after_help = super::examples::OVERRIDE_TAKE)]
    Take(TakeArgs),
    /// I give my shift away: the running or next one, or that of a time; without PERSON it is asked who would.
    #[command(after_help = super::examples::OVERRIDE_GIVE)]
    Give(GiveArgs),
}

/// What every change takes.
#[derive(Debug, Clone, clap::Args)]
struct Common {
    /// Which rotation; default: the only one.
    #[arg(long, value_name = "ID")]
    rotation: Option<String>,
    /// Why, for people to read.
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Shows the change, and writes nothing.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, clap::Args)]
struct Ends {
    /// From when on: `2026-12-28` or `monday` (its handover), `2026-12-28T18:00`, `now`, `2h`, or RFC 3339.
    #[arg(long, value_name = "TIME")]
    from: String,
    /// To when, excluded; as --from, and `7d` is counted from there.
    #[arg(long, value_name = "TIME")]
    to: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum RoleArg {
    Primary,
    Secondary,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Primary => Self::Primary,
            RoleArg::Secondary => Self::Secondary,
        }
    }
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// Who has it then: an id of the team file.
    #[arg(value_name = "PERSON")]
    person: String,
    #[command(flatten)]
    ends: Ends,
    /// Which of the duties.
    #[arg(long, value_enum, default_value_t = RoleArg::Primary)]
    role: RoleArg,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Only this rotation.
    #[arg(long, value_name = "ID")]
    rotation: Option<String>,
}

#[derive(Debug, clap::Args)]
struct RemoveArgs {
    /// Which: its name in `override list`, or as much of it as only one has.
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct SwapArgs {
    /// Whose it is.
    #[arg(value_name = "GIVE")]
    give: String,
    /// Who takes it.
    #[arg(value_name = "TAKE")]
    take: Option<String>,
    #[command(flatten)]
    ends: Ends,
    /// From when on GIVE does TAKE's in return.
    #[arg(long, value_name = "TIME", requires = "back_to", requires = "take")]
    back_from: Option<String>,
    /// To when.
    #[arg(long, value_name = "TIME", requires = "back_from")]
    back_to: Option<String>,
    /// Which of the duties.
    #[arg(long, value_enum, default_value_t = RoleArg::Primary)]
    role: RoleArg,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct TakeArgs {
    /// A time within the shift; default: now.
    #[arg(long, value_name = "TIME")]
    shift: Option<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct GiveArgs {
    /// Who takes it.
    #[arg(value_name = "PERSON")]
    person: Option<String>,
    /// A time within the shift; default: my running or next one.
    #[arg(long, value_name = "TIME")]
    shift: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// Changes the file, or shows what the change would be.
pub(super) fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    let Some(path) = context.team_path.clone() else {
        let remedy = "`dogwatch demo` shows one; the README says how to begin";
        return Err(Failure::wrong(format!("there is no dogwatch.toml here or above: {remedy}")));
    };
    let verb = match &args.what {
        What::List(args) => return listed::run(global, &context, args.rotation.as_deref()),
        What::Add(_) => "add",
        What::Remove(_) => "remove",
        What::Swap(_) => "swap",
        What::Take(_) => "take",
        What::Give(_) => "give",
    };
    let common = args.what.common();
    if context.decisions() == Decisions::NotTaken && !common.dry_run {
        return Err(Failure::wrong("nothing is changed with --readonly; --dry-run shows what would be"));
    }
    let here = Here::new(&context, common)?;
    let amendment = Amendment::Rotation { rotation: here.rotation.id.clone(), edit: here.edit(&args.what)? };
    // The name as it was given, not where a link leads.
    let file = global.config.clone().unwrap_or(path);
    let mut pen = Pen { file, data: context.folder.clone() };
    let failed = |why: Vec<Clean>| Failure::Wrong(why.iter().map(ToString::to_string).collect());
    let draft = if common.dry_run {
        pen.drafted(&amendment).map_err(failed)?
    } else {
        let session = open(&context)?;
        session.engine().folder().clone_into(&mut pen.data);
        pen.amend(&amendment, here.now).map_err(failed)?
    };
    answer::tell(global, (verb, common.dry_run), (&pen.file, &draft), here.now)
}

impl What {
    fn common(&self) -> &Common {
        match self {
            Self::Add(args) => &args.common,
            Self::Remove(args) => &args.common,
            Self::Swap(args) => &args.common,
            Self::Take(args) => &args.common,
            Self::Give(args) => &args.common,
            Self::List(_) => &NOTHING,
        }
    }
}

const NOTHING: Common = Common { rotation: None, why: None, dry_run: true };

/// The rotation that is meant, and when it is.
struct Here<'a> {
    context: &'a Context,
    rotation: &'a Rotation,
    clock: HandoverClock,
    now: DateTime<Utc>,
    why: Option<String>,
}

impl<'a> Here<'a> {
    fn new(context: &'a Context, common: &Common) -> Result<Self, Failure> {
        let rotation = chosen(context, common.rotation.as_deref())?;
        let clock = HandoverClock::of(rotation, &context.team.team);
        Ok(Self { context, rotation, clock, now: context.clock().start(), why: why(common.why.as_deref())? })
    }

    fn edit(&self, what: &What) -> Result<RotationEdit, Failure> {
        let why = || self.why.clone();
        Ok(match what {
            What::Add(args) => {
                let (when, person, role) = (self.stretch(&args.ends)?, self.person(&args.person)?, args.role.into());
                RotationEdit::AddOverride(Override { when, person, role, why: why() })
            }
            What::Swap(args) => {
                let back = match (&args.back_from, &args.back_to) {
                    (Some(from), Some(to)) => Some(self.between(("--back-from", from), ("--back-to", to))?),
                    (_, _) => None,
                };
                let take = args.take.as_ref().map(|take| self.person(take)).transpose()?;
                let (when, give, role) = (self.stretch(&args.ends)?, self.person(&args.give)?, args.role.into());
                if take.as_ref() == Some(&give) {
                    return Err(Failure::wrong("GIVE and TAKE are the same person; name two"));
                }
                RotationEdit::AddSwap(Swap { when, give, take, back, role, why: why() })
            }
            What::Remove(args) => listed::named(self.rotation, &args.name)?,
            What::Take(args) => self.taking(args.shift.as_deref())?,
            What::Give(args) => self.giving(args.person.as_deref(), args.shift.as_deref())?,
            What::List(_) => return Err(Failure::wrong("a list changes nothing")),
        })
    }

    fn stretch(&self, ends: &Ends) -> Result<Stretch, Failure> {
        self.between(("--from", &ends.from), ("--to", &ends.to))
    }

    fn between(&self, from: (&str, &str), to: (&str, &str)) -> Result<Stretch, Failure> {
        let read = |(flag, text): (&str, &str), seen: DateTime<Utc>| {
            self.clock.read(text, seen).map_err(|why| Failure::wrong(format!("{flag} {}: {why}", Clean::line(text))))
        };
        let start = read(from, self.now)?;
        let end = read(to, self.clock.instant(start))?;
        if self.clock.instant(start) >= self.clock.instant(end) {
            let (to, from) = (Clean::line(to.1), Clean::line(from.1));
            return Err(Failure::wrong(format!("{to} is not after {from}; write a later one, or swap the two")));
        }
        Ok(Stretch { from: start, to: end })
    }

    /// A person by the id of the team file; a GitHub login will do.
    fn person(&self, word: &str) -> Result<String, Failure> {
        let team = &self.context.team;
        match team.person(word).or_else(|| team.person_of_login(word)) {
            Some(person) => Ok(person.id.clone()),
            None => Err(unknown("person", word, team.people.iter().map(|person| person.id.as_str()))),
        }
    }
}

/// The rotation of this id, else the only one.
fn chosen<'a>(context: &'a Context, id: Option<&str>) -> Result<&'a Rotation, Failure> {
    let all = &context.team.rotations;
    let ids = || all.iter().map(|rotation| rotation.id.as_str());
    match (id, all.as_slice()) {
        (Some(id), _) => all.iter().find(|known| known.id == id).ok_or_else(|| unknown("rotation", id, ids())),
        (None, [only]) => Ok(only),
        (None, []) => Err(Failure::wrong("the team file has no [[rotations]]; write one first")),
        (None, _) => {
            let ids = ids().collect::<Vec<_>>().join(", ");
            Err(Failure::wrong(format!("say which rotation with --rotation: {ids}")))
        }
    }
}

/// There is nothing of this name; what may have been meant.
fn unknown<'a>(what: &str, word: &str, known: impl Iterator<Item = &'a str>) -> Failure {
    let known: Vec<&str> = known.collect();
    let distance = |id: &str| strsim::damerau_levenshtein(&id.to_lowercase(), &word.to_lowercase());
    let near = known.iter().map(|id| (distance(id), *id)).min().filter(|(far, _)| *far <= 2);
    let meant = match near {
        Some((_, near)) => format!("did you mean {near}?"),
        None if known.is_empty() => "it names none".to_owned(),
        None => format!("there are: {}", known.join(", ")),
    };
    Failure::wrong(format!("no {what} {} in the team file; {meant}", Clean::line(word)))
}

fn why(text: Option<&str>) -> Result<Option<String>, Failure> {
    let text = text.map(|text| Clean::line(text).to_string());
    match text.as_deref().map(str::trim) {
        None | Some("") => Ok(None),
        Some(long) if long.len() > LONGEST => Err(Failure::wrong(format!("--why is longer than {LONGEST} bytes"))),
        Some(text) => Ok(Some(text.to_owned())),
    }
}

/// A path as a shell takes it.
fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
