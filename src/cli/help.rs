//! `dogwatch help`: what ships with the program instead of standing on a web
//! site. Each topic is told from the table that the program itself goes by, so
//! that what is told is what holds.

mod config;
mod formats;
mod keys;
pub(super) mod sheet;
mod themes;

use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory};

use self::sheet::Sheet;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Cli, Global, out};
use crate::app::bindings::Keymap;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A command, or a topic: keys, config, themes, formats.
    #[arg(index = 1, value_name = "COMMAND|TOPIC")]
    about: Option<String>,
    /// Of a command: the one within it. Of a topic: words that narrow it.
    #[arg(index = 2, value_name = "WORD")]
    words: Vec<String>,
}

/// Something that help can tell of.
struct Topic {
    name: &'static str,
    about: &'static str,
    tell: fn(&Keymap) -> Sheet,
}

const TOPICS: [Topic; 4] = [
    Topic { name: "keys", about: "every key of the screen, as it is bound now", tell: keys::sheet },
    Topic { name: "config", about: "every key of the two configuration files", tell: |_| config::sheet() },
    Topic { name: "themes", about: "the themes that come along, and what has a colour", tell: |_| themes::sheet() },
    Topic {
        name: "formats",
        about: "what is read of evaluations, and how answers are given",
        tell: |_| formats::sheet(),
    },
];

pub(super) fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let Some(about) = &args.about else {
        out::answer(format!("{}\n\n{}", long_help(&mut whole()), topics()).trim_end())?;
        return Ok(Exit::Done);
    };
    if let Some(sheet) = topic(global, about) {
        let found = sheet.narrowed(&args.words);
        if found.parts.is_empty() {
            let words = args.words.join(" ");
            return Err(Failure::wrong(format!("nothing of `dogwatch help {about}` has the words {words}")));
        }
        if global.json {
            out::json(&found.json())?;
        } else {
            out::answer(&found.text())?;
        }
        return Ok(Exit::Done);
    }
    let mut all = whole();
    let mut command = &mut all;
    for word in std::iter::once(about).chain(&args.words) {
        let nearest = nearest(command, word);
        command = command.find_subcommand_mut(word).ok_or_else(|| {
            Failure::wrong(format!("there is no command or topic `{word}`; did you mean `{nearest}`?"))
        })?;
    }
    out::answer(&long_help(command))?;
    Ok(Exit::Done)
}

/// The names of the topics.
pub(super) fn topic_names() -> impl Iterator<Item = &'static str> {
    TOPICS.iter().map(|topic| topic.name)
}

/// What is told of a topic; none if it is none. Keys are those of the personal file, where that can be used.
pub(super) fn topic(global: &Global, name: &str) -> Option<Sheet> {
    let topic = TOPICS.iter().find(|topic| topic.name == name)?;
    Some((topic.tell)(&bound(global)))
}

/// Every topic's page.
pub(super) fn sheets(global: &Global) -> Vec<Sheet> {
    let keys = bound(global);
    TOPICS.iter().map(|topic| (topic.tell)(&keys)).collect()
}

/// The keys as they are bound now. Whoever mends a wrong file needs them, too: what is wrong is said beside them.
fn bound(global: &Global) -> Keymap {
    let bound = Context::load(global).and_then(|context| context.keymap().map_err(Failure::Wrong));
    bound.unwrap_or_else(|why| {
        out::say(&format!("dogwatch: these are the keys without the personal file: {why}"));
        Keymap::default()
    })
}

fn topics() -> String {
    let lines = TOPICS.iter().map(|topic| format!("  {:9} {}", topic.name, topic.about));
    format!("Topics (`dogwatch help TOPIC`):\n{}", lines.collect::<Vec<_>>().join("\n"))
}

fn long_help(command: &mut Command) -> String {
    command.render_long_help().to_string().trim_end().to_owned()
}

/// All commands, built; what takes a command or a topic knows their names, for completions.
pub(super) fn whole() -> Command {
    let mut all = Cli::command();
    let names: Vec<String> = all.get_subcommands().map(|one| one.get_name().to_owned()).collect();
    let about: Vec<String> = topic_names().map(str::to_owned).chain(names).collect();
    for taker in ["help", "man"] {
        let values = PossibleValuesParser::new(about.clone());
        all = all.mut_subcommand(taker, |command| {
            command.mut_arg("about", |arg| arg.value_parser(values).hide_possible_values(true))
        });
    }
    all.build();
    all
}

/// The name that was most likely meant.
pub(super) fn nearest(command: &Command, word: &str) -> String {
    let names = command.get_subcommands().map(|one| one.get_name().to_owned());
    let names = names.chain(topic_names().map(str::to_owned));
    names.min_by_key(|name| strsim::damerau_levenshtein(name, word)).unwrap_or_default()
}
