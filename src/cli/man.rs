//! Completions and the manual, made from the same tables as help.

use std::path::{Path, PathBuf};

use clap::Command;
use clap_complete::Shell;

use super::exit::{Exit, Failure};
use super::help::{nearest, sheets, topic, topic_names, whole};
use super::{Global, out};
use crate::store::files;

#[derive(Debug, clap::Args)]
pub(super) struct CompletionArgs {
    /// Which shell.
    shell: Shell,
}

#[derive(Debug, clap::Args)]
pub(super) struct ManArgs {
    /// A command, or a topic of `dogwatch help`; default: the program as a whole.
    #[arg(index = 1, value_name = "COMMAND|TOPIC", conflicts_with = "dir")]
    about: Option<String>,
    /// The command within that one.
    #[arg(index = 2, value_name = "WORD")]
    words: Vec<String>,
    /// Writes every page below this folder, as `man1/dogwatch-queue.1`, `man7/dogwatch-keys.7` and so on.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(super) fn completions(args: &CompletionArgs) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut whole(), "dogwatch", &mut text);
    let mut text = String::from_utf8_lossy(&text).trim_end().to_owned();
    if args.shell == Shell::Fish {
        text.push_str(&fish_topics());
    }
    out::answer(&text)?;
    Ok(Exit::Done)
}

/// For fish nothing is generated about words that stand alone.
fn fish_topics() -> String {
    let all = whole();
    let commands = all.get_subcommands().map(|one| one.get_name().to_owned());
    let words: Vec<String> = topic_names().map(str::to_owned).chain(commands).collect();
    format!("\ncomplete -c dogwatch -n \"__fish_seen_subcommand_from help man\" -f -a \"{}\"", words.join(" "))
}

pub(super) fn man(global: &Global, args: &ManArgs) -> Result<Exit, Failure> {
    if let Some(dir) = &args.dir {
        return write_all(global, dir);
    }
    if let Some(sheet) = args.about.as_deref().and_then(|about| topic(global, about)) {
        out::answer(&sheet.roff())?;
        return Ok(Exit::Done);
    }
    let all = whole();
    let mut command = &all;
    for word in args.about.iter().chain(&args.words) {
        command = command.find_subcommand(word).ok_or_else(|| {
            let nearest = nearest(command, word);
            Failure::wrong(format!("there is no page `{word}`; did you mean `{nearest}`?"))
        })?;
    }
    out::answer(page(command)?.trim_end())?;
    Ok(Exit::Done)
}

/// The page of every command, and of every topic.
fn write_all(global: &Global, dir: &Path) -> Result<Exit, Failure> {
    let failed = |error| Failure::setting_up("the manual cannot be written", &error);
    files::folder(dir).map_err(failed)?;
    let mut pages: Vec<(String, String)> = sheets(global).iter().map(|sheet| (sheet.file(), sheet.roff())).collect();
    collect(&whole(), &mut pages)?;
    for (name, text) in &pages {
        // `man` looks for a page in the folder of its section alone.
        let folder = dir.join(format!("man{}", name.rsplit('.').next().unwrap_or("1")));
        files::folder(&folder).map_err(failed)?;
        files::replace_plain(&folder.join(name), &format!("{}\n", text.trim_end())).map_err(failed)?;
    }
    out::say(&format!("dogwatch: wrote {} pages into {}", pages.len(), super::context::shown(dir)));
    Ok(Exit::Done)
}

fn collect(command: &Command, pages: &mut Vec<(String, String)>) -> Result<(), Failure> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    pages.push((format!("{name}.1"), page(command)?));
    command.get_subcommands().filter(|inner| !inner.is_hide_set()).try_for_each(|inner| collect(inner, pages))
}

fn page(command: &Command) -> Result<String, Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone())
        .render(&mut text)
        .map_err(|error| Failure::setting_up("cannot write the manual page", &error))?;
    Ok(as_written(&String::from_utf8_lossy(&text)))
}

/// What stands below the options are examples and tables: their lines are not filled.
fn as_written(roff: &str) -> String {
    let Some((before, extra)) = roff.split_once("\n.SH EXTRA\n") else { return roff.to_owned() };
    let (extra, after) = extra.split_at(extra.find("\n.SH ").map_or(extra.len(), |at| at + 1));
    format!("{before}\n.SH EXAMPLES\n.nf\n{}\n.fi\n{after}", extra.trim_end())
}
