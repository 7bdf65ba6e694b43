//! `dogwatch`: the screen.

use std::io::IsTerminal;
use std::path::PathBuf;

use super::context::{Context, word};
use super::exit::{Exit, Failure};
use super::{Color, Global, open, out, queue};
use crate::app::App;
use crate::app::event::Fact;
use crate::app::watch::{Outfit, Privacy, Reach};
use crate::config::{self, Speech};
use crate::domain::text::Clean;
use crate::panes::paper::Highlight;
use crate::shell::desktop::Desktop;
use crate::shell::engine::Network;
use crate::shell::screen::{self, Seat, Surroundings};
use crate::shell::session::Start;
use crate::shell::terminal::{Clipboard, Titles, give_back_on_panic, speech};
use crate::store::files;
use crate::theme::{ColorChoice, Depth, Theme, decide_depth};

/// What the screen begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    /// The queue.
    Queue,
    /// A triage meeting.
    Meeting,
}

/// Whether there is a terminal that can show a screen.
pub(super) fn has_screen() -> bool {
    let dumb = word("TERM").is_some_and(|term| term == "dumb");
    !dumb && std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

pub(super) async fn run(global: &Global, begins: Begins) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    if !has_screen() {
        let dumb = word("TERM").is_some_and(|term| term == "dumb");
        let why = if dumb { "TERM is dumb" } else { "this is no terminal" };
        out::say(&format!("dogwatch: {why}, so here is the queue as text"));
        let session = open(&context)?;
        return queue::print(global, session.desk(), &queue::Args::plain());
    }
    let plan = context.plan();
    let keys = context.keymap().map_err(Failure::Wrong)?;
    let theme = Theme::named(&context.settings.theme)
        .map_err(|error| Failure::setting_up("the theme cannot be used", &error))?
        .at(depth(global.color, context.settings.color));
    let reach = if plan.network == Network::Offline { Reach::Offline } else { Reach::Online };
    let highlight = if seat() == Seat::Elsewhere { Highlight::Off } else { Highlight::On };
    let start = Start::prepare(&plan).map_err(|error| Failure::setting_up("the store cannot be used", &error))?;
    let now = plan.clock.start();
    let privacy = if context.redacts() { Privacy::Private } else { Privacy::Open };
    let veil = out::veil().unwrap_or_else(|| context.veil());
    let attention = attention(&context);
    let mut app = App::new(start.setup, Outfit { theme, keys, reach, highlight, veil, privacy, attention }, now);
    start.engine.tell_of_logins();
    let mut first = Vec::new();
    for fact in start.facts {
        first.extend(app.update(now, fact));
    }
    if begins == Begins::Meeting {
        first.extend(app.update(now, Fact::MeetingCalled));
    }
    if !start.untrusted.is_empty() {
        let wanted = start.untrusted.iter().map(|want| Clean::line(&want.to_string())).collect();
        first.extend(app.update(now, Fact::TrustWanted(wanted)));
    }
    report_panics(context.folder.clone());
    let last_words = screen::run((app, first), start.engine, start.news, start.clock, surroundings(&context))
        .await
        .map_err(|error| Failure::setting_up("the terminal cannot be used", &error))?;
    for line in last_words {
        // After a hangup nobody is there to read it.
        let _gone = out::answer(&line);
    }
    Ok(Exit::Done)
}

/// When the operator is called; `bell = false` silences the bell, whatever it would ring for.
fn attention(context: &Context) -> config::Attention {
    let mut attention = context.personal.attention.clone();
    if !context.settings.bell {
        attention.bell.clear();
    }
    attention
}

fn surroundings(context: &Context) -> Surroundings {
    let named = || word("VISUAL").or_else(|| word("EDITOR"));
    let speech = speech(context.personal.attention.terminal, word);
    let desktop = Desktop::detect(std::env::consts::OS, word).filter(|_| seat() == Seat::Here);
    // Who works inside tmux may look at it from anywhere; its terminal is asked first.
    let desktop = desktop.filter(|_| clipboard() == Clipboard::Direct || speech == Speech::Never);
    // The console of Linux has no title, and older ones print what is meant to be one.
    let titles = if context.settings.title && word("TERM").is_none_or(|term| term != "linux") {
        Titles::Set
    } else {
        Titles::Left
    };
    let words = |line: String| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    Surroundings {
        speech,
        desktop,
        titles,
        clipboard: clipboard(),
        seat: seat(),
        editor: context.personal.editor.clone().or_else(|| named().map(words)).filter(|words| !words.is_empty()),
    }
}

/// Whether the operator sits at another machine.
pub(super) fn seat() -> Seat {
    let far = ["SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"].into_iter().any(|name| word(name).is_some());
    if far { Seat::Elsewhere } else { Seat::Here }
}

/// Who stands between us and the clipboard.
pub(super) fn clipboard() -> Clipboard {
    Clipboard::detect(word("TMUX").as_deref(), word("STY").as_deref(), word("TERM").as_deref())
}

/// `--color` wins over the files, and those over what the terminal says of itself.
pub(super) fn depth(flag: Color, settings: config::Color) -> Depth {
    let choice = match (flag, settings) {
        (Color::Never, _) | (Color::Auto, config::Color::Mono) => ColorChoice::Never,
        (Color::Always, _) => ColorChoice::Always,
        (Color::Auto, config::Color::Auto) => ColorChoice::Auto,
        (Color::Auto, config::Color::Truecolor) => ColorChoice::Exactly(Depth::TrueColor),
        (Color::Auto, config::Color::Ansi256) => ColorChoice::Exactly(Depth::Ansi256),
        (Color::Auto, config::Color::Ansi16) => ColorChoice::Exactly(Depth::Ansi16),
    };
    let [no_color, clicolor_force, term, colorterm] = ["NO_COLOR", "CLICOLOR_FORCE", "TERM", "COLORTERM"].map(word);
    let around = crate::theme::Surroundings {
        no_color: no_color.as_deref(),
        clicolor_force: clicolor_force.as_deref(),
        term: term.as_deref(),
        colorterm: colorterm.as_deref(),
    };
    decide_depth(choice, around)
}

/// A panic leaves a report beside the store; nothing that was decided is lost by it.
fn report_panics(folder: PathBuf) {
    give_back_on_panic(move |what| {
        let path = folder.join(format!("panic-{}.txt", std::process::id()));
        files::replace(&path, Clean::block(what).as_str()).ok()?;
        Some(path.display().to_string())
    });
}
