//! `dogwatch init`: a first operating model for the repository it is run in.
//!
//! It looks, asks little, and writes what is not there yet: what people wrote
//! is never changed, and where there is a team file nothing is written at all.

mod laying;

use std::io::{BufRead as _, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use super::context::{self, TEAM_FILE, shown};
use super::exit::{Exit, Failure};
use super::starters::STARTERS;
use super::{Global, out};
use crate::config::{Person, team_file};
use crate::domain::beginning::{Answers, Beginning, Draft, Starter};
use crate::domain::text::Clean;
use crate::shell::beginning::{Sight, look, zone};
use crate::shell::clock::Clock;
use crate::shell::git::{Git, Tree};
use laying::Shown;

/// Nobody's answer is longer than this, in bytes.
const LONGEST: u64 = 4_096;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Asks nothing; takes what is evident.
    #[arg(long)]
    yes: bool,
    /// Prints which files there would be, and the team file, and writes none; without a terminal, as --yes would.
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: prints the text of every file.
    #[arg(long, requires = "dry_run")]
    full: bool,
    /// Begins in this folder; default: the top of the git repository around here. It need be in none.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// What becomes of the questions.
enum Said {
    /// They were answered, or not asked.
    All(Answers),
    /// Somebody had enough of them.
    BrokenOff,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    if global.config.is_some() {
        return Err(Failure::wrong("init makes a team file, and --config names one; leave it out, or give --dir DIR"));
    }
    if global.readonly && !args.dry_run {
        return Err(Failure::wrong(
            "init writes files, and --readonly changes nothing; leave it out, or say --dry-run",
        ));
    }
    let (home, tree) = home(args).await?;
    if let Some(there) = team_file_of(&home, args, tree.as_ref())? {
        let text = context::read(&there)?;
        team_file(&text, &there.display().to_string())
            .map_err(|problems| Failure::Wrong(problems.iter().map(ToString::to_string).collect()))?;
        out::answer(&format!("{} is there already; nothing was changed", shown(&there)))?;
        return Ok(Exit::Done);
    }
    let asks = !args.yes && std::io::stdin().is_terminal();
    if !args.yes && !asks && !args.dry_run {
        return Err(Failure::wrong("nobody is here to ask; say --yes to take what is evident, or --dry-run to see it"));
    }
    let zone = zone(context::word("TZ").as_deref());
    let Sight { seen, doubts } = look(&home, tree.as_ref(), (Clock::starting(global.now).start(), zone)).await;
    let begun = Beginning::of(seen);
    let starters: Vec<Starter<'_>> =
        STARTERS.iter().map(|page| Starter { file: page.file, text: page.text, about: page.about }).collect();
    // Names are hidden before the first of them is said.
    hide(global, &begun, &draft(&begun, &begun.answers(), &starters)?)?;
    for doubt in doubts.iter().chain(&begun.aside()) {
        out::say(&format!("dogwatch: {doubt}"));
    }
    let answers = match if asks { ask(&begun)? } else { Said::All(begun.answers()) } {
        Said::All(answers) => answers,
        Said::BrokenOff => {
            out::say("\ndogwatch: nothing was written");
            return Ok(Exit::Found);
        }
    };
    let draft = draft(&begun, &answers, &starters)?;
    let laid = laying::plan(&home, draft.files)?;
    if args.dry_run {
        laying::show(&laid, if args.full { Shown::All } else { Shown::Model })?;
    } else {
        laying::write(&laid)?;
    }
    tell_open(&draft.open)?;
    Ok(Exit::Done)
}

/// Where the model is begun, and the work tree around it.
async fn home(args: &Args) -> Result<(PathBuf, Option<Tree>), Failure> {
    let here = match &args.dir {
        Some(folder) => std::fs::canonicalize(folder)
            .ok()
            .filter(|folder| folder.is_dir())
            .ok_or_else(|| Failure::wrong(format!("--dir {} is no folder; make it first", shown(folder))))?,
        None => std::env::current_dir().map_err(|error| Failure::setting_up("cannot see this folder", &error))?,
    };
    match (Git::at(&here).tree().await, &args.dir) {
        (Ok(tree), Some(_)) => {
            if tree.is_none() {
                out::say("dogwatch: no git repository is here, so nobody's work can be seen");
            }
            Ok((here, tree))
        }
        (Ok(Some(tree)), None) => Ok((tree.top.clone(), Some(Tree { prefix: String::new(), ..tree }))),
        (Ok(None), None) => Err(Failure::wrong(format!(
            "{} is in no git repository; make one with `git init`, or name a folder with --dir",
            shown(&here)
        ))),
        (Err(why), Some(_)) => {
            out::say(&format!("dogwatch: {why}; so nobody's work can be seen"));
            Ok((here, None))
        }
        (Err(why), None) => Err(Failure::wrong(format!("{why}; name a folder with --dir to begin without it"))),
    }
}

/// The team file that holds here: in the folder, or above it within the repository.
fn team_file_of(home: &Path, args: &Args, tree: Option<&Tree>) -> Result<Option<PathBuf>, Failure> {
    let begins = match &args.dir {
        Some(_) => home.to_owned(),
        None => std::env::current_dir().unwrap_or_else(|_| home.to_owned()),
    };
    let begins = std::fs::canonicalize(&begins).unwrap_or(begins);
    let top = tree.map_or(home, |tree| tree.top.as_path());
    let top = std::fs::canonicalize(top).unwrap_or_else(|_| top.to_owned());
    let within = begins.ancestors().take_while(|folder| folder.starts_with(&top));
    let files = within.map(|folder| folder.join(TEAM_FILE)).chain([home.join(TEAM_FILE)]);
    // A link that leads nowhere is there, too.
    let Some(there) = files.into_iter().find(|file| file.symlink_metadata().is_ok()) else { return Ok(None) };
    if there.is_file() {
        return Ok(Some(there));
    }
    Err(Failure::wrong(format!("{} is there and is no file; move it away", shown(&there))))
}

fn draft(begun: &Beginning, answers: &Answers, starters: &[Starter<'_>]) -> Result<Draft, Failure> {
    begun.draft(answers, starters).map_err(|problems| {
        let problems =
            problems.iter().map(|problem| format!("this is a fault of dogwatch, please report it: {problem}"));
        Failure::Wrong(problems.collect())
    })
}

fn hide(global: &Global, begun: &Beginning, draft: &Draft) -> Result<(), Failure> {
    let text = draft.files.last().map_or("", |(_, text)| text.as_str());
    let mut team = team_file(text, TEAM_FILE).unwrap_or_default();
    // Also those who are only named as left out.
    let strangers = begun.strangers().into_iter();
    team.people.extend(strangers.map(|name| Person { id: name.clone(), name, ..Person::default() }));
    context::hide(global, &team)
}

/// Puts the questions; nothing has been written before the last one is answered.
fn ask(begun: &Beginning) -> Result<Said, Failure> {
    let mut answers = begun.answers();
    out::say("A few questions; Enter takes what stands in brackets, ctrl-d ends without writing anything.");
    for question in begun.questions() {
        for fact in &question.facts {
            out::say(&format!("  {fact}"));
        }
        loop {
            out::say(&format!("{} [{}]", question.text, question.default));
            let Some(answer) = heard()? else { return Ok(Said::BrokenOff) };
            match begun.take(&mut answers, question.topic, &answer) {
                Ok(()) => break,
                Err(remedy) => out::say(&format!("  {remedy}")),
            }
        }
    }
    Ok(Said::All(answers))
}

/// One line; none when there will be no more, or no end of it.
fn heard() -> Result<Option<String>, Failure> {
    let mut line = Vec::new();
    let mut terminal = std::io::stdin().lock().take(LONGEST);
    terminal.read_until(b'\n', &mut line).map_err(|error| Failure::setting_up("cannot read the answer", &error))?;
    Ok(line.ends_with(b"\n").then(|| String::from_utf8_lossy(&line).into_owned()))
}

fn tell_open(open: &[Clean]) -> Result<(), Failure> {
    let mut lines = vec![String::new(), "Left to people:".to_owned()];
    lines.extend(open.iter().map(|question| format!("  {question}")));
    lines.push("Next: read dogwatch.toml, commit it, then `dogwatch check`, then `dogwatch doctor`.".to_owned());
    out::answer(&lines.join("\n"))
}
