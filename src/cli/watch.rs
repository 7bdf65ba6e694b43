//! `dogwatch`: the screen, or the dialogue where nobody looks at one.

use std::io::IsTerminal;
use std::path::PathBuf;

use super::context::{Context, word};
use super::exit::{Exit, Failure};
use super::{Color, Global, dress, open, out, queue};
use crate::app::App;
use crate::app::dialogue::Dialogue;
use crate::app::event::{Fact, Level};
use crate::app::pointer::MouseMode;
use crate::app::watch::{Outfit, Privacy, Reach};
use crate::config::{self, Speech};
use crate::domain::text::Clean;
use crate::panes::paper::Highlight;
use crate::shell::desktop::Desktop;
use crate::shell::engine::Network;
use crate::shell::plain;
use crate::shell::screen::{self, Seat, Surroundings};
use crate::shell::session::{Decisions, Start};
use crate::shell::terminal::{Clipboard, Linking, Titles, give_back_on_panic, linking, speech};
use crate::store::files;
use crate::theme::{ColorChoice, Depth, decide_depth};

/// What the screen begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    /// The queue; at the very first start, and the tour over it.
    Queue,
    /// The queue, and the tour over it.
    Tour,
    /// A triage meeting.
    Meeting,
    /// The demo's queue, where nothing is written outside the demo's folder.
    Demo,
}

/// How the watch is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Drawn on a screen.
    Screen,
    /// Spoken line by line.
    Dialogue,
    /// As text, once: nobody is there to go on.
    Text,
}

impl Shown {
    /// A dialogue where it is asked for, by the flag or by whoever has a terminal, and where none can be drawn on.
    pub(super) fn on(global: &Global, context: &Context) -> Self {
        let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        let dumb = word("TERM").is_some_and(|term| term == "dumb");
        match (global.plain, terminal) {
            (true, _) => Self::Dialogue,
            (false, false) => Self::Text,
            (false, true) if dumb || context.settings.plain => Self::Dialogue,
            (false, true) => Self::Screen,
        }
    }
}

pub(super) async fn run(global: &Global, begins: Begins) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    let shown = Shown::on(global, &context);
    // A word of the command line that means nothing is told, also where it is not worn.
    if global.theme.is_some() && shown != Shown::Screen {
        dress::dress(&context, global.theme.as_deref(), depth(global.color, context.settings.color))?;
    }
    match shown {
        Shown::Screen => Box::pin(draw(global, &context, begins)).await,
        Shown::Dialogue => Box::pin(speak(&context, begins)).await,
        Shown::Text => {
            out::say("dogwatch: this is no terminal, so here is the queue as text; --plain reads commands");
            let session = open(&context)?;
            queue::print(global, session.desk(), &queue::Args::plain())
        }
    }
}

/// The dialogue. It has no colours and no keys.
async fn speak(context: &Context, begins: Begins) -> Result<Exit, Failure> {
    let start =
        Start::prepare(&context.plan()).map_err(|error| Failure::setting_up("the store cannot be used", &error))?;
    let now = context.plan().clock.start();
    let mut app = App::new(start.setup, Outfit { highlight: Highlight::Off, ..outfit(context) }, now);
    start.engine.tell_of_logins();
    let mut first = Vec::new();
    for fact in start.facts {
        first.extend(app.update(now, fact));
    }
    let (mut dialogue, begun) = Dialogue::begin(app, plain::giver(), now);
    first.extend(begun);
    if !start.untrusted.is_empty() {
        let wanted = start.untrusted.iter().map(|want| Clean::line(&want.to_string())).collect();
        first.extend(dialogue.fact(now, Fact::TrustWanted(wanted)));
    }
    if begins == Begins::Meeting {
        first.extend(dialogue.line(now, "triage"));
    }
    let failed = plain::run((dialogue, first), start.engine, start.news, start.clock)
        .await
        .map_err(|error| Failure::setting_up("the dialogue cannot go on", &error))?;
    Ok(if failed == 0 { Exit::Done } else { Exit::Found })
}

/// What a watch has, whichever way it is shown; colours and keys are the screen's alone.
fn outfit(context: &Context) -> Outfit {
    Outfit {
        reach: if context.plan().network == Network::Offline { Reach::Offline } else { Reach::Online },
        privacy: if context.redacts() { Privacy::Private } else { Privacy::Open },
        veil: out::veil().unwrap_or_else(|| context.veil()),
        ..Outfit::default()
    }
}

async fn draw(global: &Global, context: &Context, begins: Begins) -> Result<Exit, Failure> {
    let plan = context.plan();
    let keys = context.keymap().map_err(Failure::Wrong)?;
    let dress = dress::dress(context, global.theme.as_deref(), depth(global.color, context.settings.color))?;
    let highlight = if seat() == Seat::Elsewhere { Highlight::Off } else { Highlight::On };
    let start = Start::prepare(&plan).map_err(|error| Failure::setting_up("the store cannot be used", &error))?;
    let now = plan.clock.start();
    let mouse = if context.settings.mouse { MouseMode::On } else { MouseMode::Off };
    let (theme, worn, wardrobe) = (dress.theme, dress.worn, dress.wardrobe);
    let attention = attention(context);
    let outfit = Outfit { theme, worn, wardrobe, keys, highlight, mouse, attention, ..outfit(context) };
    let mut app = App::new(start.setup, outfit, now);
    start.engine.tell_of_logins();
    let mut first = Vec::new();
    for fact in start.facts {
        first.extend(app.update(now, fact));
    }
    if begins == Begins::Meeting {
        first.extend(app.update(now, Fact::MeetingCalled));
    }
    for text in dress.amiss {
        first.extend(app.update(now, Fact::Told { level: Level::Warning, text: Clean::line(&text) }));
    }
    let toured = context.tour_mark().filter(|_| context.decisions() == Decisions::Taken);
    if begins == Begins::Tour || (matches!(begins, Begins::Queue | Begins::Demo) && toured.is_some()) {
        first.extend(app.update(now, Fact::TourOffered));
    }
    if !start.untrusted.is_empty() {
        let wanted = start.untrusted.iter().map(|want| Clean::line(&want.to_string())).collect();
        first.extend(app.update(now, Fact::TrustWanted(wanted)));
    }
    report_panics(context.folder.clone());
    let last_words =
        screen::run((app, first), start.engine, start.news, start.clock, surroundings(context, begins, toured))
            .await
            .map_err(|error| Failure::setting_up("the terminal cannot be used", &error))?;
    for line in last_words {
        // After a hangup nobody is there to read it.
        let _gone = out::answer(&line);
    }
    Ok(Exit::Done)
}

/// When the operator is called; `bell = false` silences the bell, whatever it would ring for.
pub(super) fn attention(context: &Context) -> config::Attention {
    let mut attention = context.personal.attention.clone();
    if !context.settings.bell {
        attention.bell.clear();
    }
    attention
}

/// How a notification is shown: how the terminal is asked, and the desktop that is asked in its place.
pub(super) fn voices(context: &Context) -> (Speech, Option<Desktop>) {
    let speech = speech(context.personal.attention.terminal, word);
    let desktop = Desktop::detect(std::env::consts::OS, word).filter(|_| seat() == Seat::Here);
    // Who works inside tmux may look at it from anywhere; its terminal is asked first.
    let desktop = desktop.filter(|_| clipboard() == Clipboard::Direct || speech == Speech::Never);
    (speech, desktop)
}

/// Whether what leads to the web can be clicked.
pub(super) fn links(context: &Context) -> Linking {
    linking(context.settings.links, clipboard(), word)
}

fn surroundings(context: &Context, begins: Begins, toured: Option<PathBuf>) -> Surroundings {
    let named = || word("VISUAL").or_else(|| word("EDITOR"));
    let (speech, desktop) = voices(context);
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
        linking: links(context),
        clipboard: clipboard(),
        seat: seat(),
        personal: context.personal_path.clone().filter(|_| begins != Begins::Demo),
        toured,
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
