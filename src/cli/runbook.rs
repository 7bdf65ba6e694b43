//! `dogwatch runbook`: the page for what is in front of you, at three in the
//! morning over a slow line. The network is never asked, nothing is waited
//! for, and nothing in a page is ever run.

mod asked;
mod found;
mod page;
mod used;

use std::path::PathBuf;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::starters::{STARTERS, Starter};
use super::{Global, out};
use crate::domain::text::Clean;
use asked::Asked;
use found::{Finding, Listing};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What is wrong, in your words; or one file, one kind, or one incident.
    #[arg(value_name = "WORDS")]
    words: Vec<String>,
    /// Lists all pages, or those that fit: title, path, owner, kinds, freshness.
    #[arg(long, conflicts_with_all = ["raw", "path", "heading"])]
    list: bool,
    /// Prints the page as it lies on the disk.
    #[arg(long, conflicts_with = "path")]
    raw: bool,
    /// Prints only where it lies, with the line: `docs/runbooks/a.md:12`.
    #[arg(long)]
    path: bool,
    /// Prints only the section below this heading.
    #[arg(long, value_name = "NAME")]
    heading: Option<String>,
    /// Looks into this folder instead of the team file's; may be given again.
    #[arg(long = "dir", value_name = "DIR")]
    dirs: Vec<PathBuf>,
    /// Lists the pages to start from that come with dogwatch, or shows one.
    #[arg(long, value_name = "NAME", num_args = 0..=1, conflicts_with_all = ["words", "dirs", "list", "path"])]
    #[expect(clippy::option_option, reason = "not asked for, asked for, and asked for by name are three things")]
    starters: Option<Option<String>>,
    /// Says that this page worked.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["words", "failed", "starters", "list", "raw", "path", "heading"])]
    worked: Option<String>,
    /// Says that this page did not work; it is stale from now on.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["words", "starters", "list", "raw", "path", "heading"])]
    failed: Option<String>,
    /// Says a word with it.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// For which incident it was used; default: none, for practice.
    #[arg(long, value_name = "ID")]
    incident: Option<String>,
}

/// What is printed of the page that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The page, for people.
    Page,
    /// The page as it lies on the disk.
    Raw,
    /// Where it lies.
    Path,
    /// A line for each page.
    List,
    /// For programs.
    Json,
}

impl Args {
    fn form(&self, global: &Global) -> Result<Form, Failure> {
        let text = [(self.raw, Form::Raw), (self.path, Form::Path), (self.list, Form::List)];
        let named = text.into_iter().find_map(|(given, form)| given.then_some(form));
        match named {
            Some(Form::Raw | Form::Path) if global.json => {
                Err(Failure::wrong("--json is another answer than --raw and --path; leave one of them out"))
            }
            _ if global.json => Ok(Form::Json),
            Some(form) => Ok(form),
            None => Ok(Form::Page),
        }
    }

    /// Flags that say nothing without another.
    fn check(&self) -> Result<(), Failure> {
        let used = self.worked.is_some() || self.failed.is_some();
        for (flag, given) in [("--note", self.note.is_some()), ("--incident", self.incident.is_some())] {
            if given && !used {
                return Err(Failure::wrong(format!("{flag} goes with --worked FILE or --failed FILE")));
            }
        }
        let blank = |text: &&String| text.trim().is_empty();
        if !self.words.is_empty() && self.words.iter().all(|word| blank(&word)) {
            return Err(Failure::wrong(
                "write what is wrong, in a few words; `dogwatch runbook --list` lists all pages",
            ));
        }
        let one = [("--raw", self.raw), ("--path", self.path), ("--heading", self.heading.is_some())];
        let of_none = self.words.is_empty() && !matches!(self.starters, Some(Some(_)));
        if let Some((flag, _)) = one.into_iter().find(|(_, given)| *given && of_none) {
            return Err(Failure::wrong(format!("{flag} is about one page; say which, or what is wrong")));
        }
        if let Some(folder) = self.dirs.iter().find(|folder| !folder.is_dir()) {
            let what = if folder.exists() { "no folder; give it as the page" } else { "no folder that is there" };
            return Err(Failure::wrong(format!("--dir {} is {what}", folder.display())));
        }
        if self.heading.as_ref().is_some_and(|name| blank(&name)) {
            return Err(Failure::wrong("--heading needs a name; a page without it shows them all"));
        }
        Ok(())
    }
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    args.check()?;
    let form = args.form(global)?;
    let context = Context::load(global)?;
    if let Some(name) = &args.starters {
        return starter(global, &context, (name.as_deref(), args.heading.as_deref()), form);
    }
    if let Some((file, went)) = used::said(args) {
        return used::note(&context, args, (file, went), form).await;
    }
    let asked = match asked::asked(&context, args)? {
        Ok(asked) => asked,
        Err(why) => {
            out::say(&format!("dogwatch: {why}"));
            return none(args, form);
        }
    };
    let known = context.team_path.is_some() || !args.dirs.is_empty() || matches!(asked, Asked::File { .. });
    if !known {
        return Err(Failure::wrong(
            "there is no dogwatch.toml here that names folders of runbooks; name one with --dir FOLDER, a page by its \
             file, or look at --starters",
        ));
    }
    let listing = if matches!(asked, Asked::All) || form == Form::List { Listing::Yes } else { Listing::No };
    let patience = match listing {
        Listing::Yes => found::LONG,
        Listing::No => found::SHORT,
    };
    let mut library = found::open(&context, args, (&asked, patience)).await;
    let finding = library.find(&asked, listing)?;
    library.say_doubts(&finding);
    if finding.hits.is_empty() {
        nothing(&context, args, (&asked, &finding));
        return none(args, form);
    }
    match (listing, form) {
        (Listing::Yes, Form::Json) => out::json(&found::json(&finding)).map(|()| Exit::Done),
        (Listing::Yes, Form::Page | Form::Raw | Form::Path | Form::List) => {
            found::list(&context, &finding).map(|()| Exit::Done)
        }
        (Listing::No, form) => page::print(global, &context, (finding, args.heading.as_deref()), form),
    }
}

fn starter(
    global: &Global,
    context: &Context,
    (name, heading): (Option<&str>, Option<&str>),
    form: Form,
) -> Result<Exit, Failure> {
    let Some(name) = name else {
        if form == Form::Json {
            let hits = STARTERS.iter().flat_map(|starter| Finding::starter(starter).hits).collect();
            return out::json(&found::json(&Finding { hits, ..Finding::default() })).map(|()| Exit::Done);
        }
        let widest = STARTERS.iter().map(|starter| starter.file.len()).max().unwrap_or(0);
        let title =
            |starter: &Starter| Finding::starter(starter).hits.into_iter().map(|hit| hit.page.title.to_string());
        let line = |starter: &Starter| format!("{:<widest$}  {}", starter.file, title(starter).collect::<String>());
        out::answer(&STARTERS.iter().map(line).collect::<Vec<_>>().join("\n"))?;
        return Ok(Exit::Done);
    };
    let plain = |file: &'static str| file.strip_suffix(".md").unwrap_or(file);
    let named = STARTERS.iter().find(|starter| starter.file == name || plain(starter.file) == name);
    let Some(starter) = named else {
        let near = STARTERS.iter().map(|starter| plain(starter.file));
        let near = near.min_by_key(|known| strsim::damerau_levenshtein(name, known)).unwrap_or_default();
        return Err(Failure::wrong(format!("there is no starter `{name}`; did you mean {near}?")));
    };
    page::print(global, context, (Finding::starter(starter), heading), form)
}

/// Nothing was found: programs are told so, too.
fn none(args: &Args, form: Form) -> Result<Exit, Failure> {
    if form == Form::Json {
        out::json(&found::json(&Finding { query: args.words.join(" "), ..Finding::default() }))?;
    }
    Ok(Exit::Found)
}

/// Says what comes nearest, and how it is found the next time.
fn nothing(context: &Context, args: &Args, (asked, finding): (&Asked, &Finding)) {
    let Asked::Words(words) = asked else {
        return out::say("dogwatch: there is no runbook; `dogwatch runbook --starters` shows pages to start from");
    };
    used::nowhere(context, words);
    let typed = Clean::line(words);
    let mut text = vec![format!("dogwatch: no runbook fits: {typed}")];
    if finding.nearest.is_empty() {
        text.push("There is none at all; `dogwatch runbook --starters` shows pages to start from.".to_owned());
    } else {
        text.push("The nearest titles:".to_owned());
        let line =
            |page: &crate::domain::runbook::found::Listed| format!("  {}  {}", Clean::line(&page.path), page.title);
        text.extend(finding.nearest.iter().map(line));
        let key = &context.team.runbooks.keys.symptoms;
        text.push(format!(
            "A page that fits is found by these words once its header says them:\n  {key}: [{typed:?}]",
            typed = typed.as_str()
        ));
    }
    if let Some(folder) = args.words.first().filter(|word| args.words.len() == 1 && std::path::Path::new(word).is_dir())
    {
        text.push(format!("{folder} is a folder; `--dir {folder}` looks into it."));
    }
    out::say(&text.join("\n"));
}
