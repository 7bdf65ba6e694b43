//! The screen's loop: inputs and facts go to the app, effects come back, and a
//! frame is drawn when something was said. There is no tick.

use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tokio::sync::mpsc::UnboundedReceiver;

use super::clock::Clock;
use super::desktop::Desktop;
use super::engine::Engine;
use super::liking;
use super::session::alarm;
use super::terminal::{Clipboard, Inputs, Linking, Signal, Signals, Terminal, Titles, notice};
use crate::app::App;
use crate::app::event::{Effect, Fact, Level};
use crate::app::key::Input;
use crate::config::Speech;
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;
use crate::store::files;
use crate::view;

/// What the mark of the tour says to whoever looks into it.
const TOURED: &str = "The tour has been shown on this machine; without this file it is shown once more.\n";

/// What the surroundings of the terminal are.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// How the clipboard is reached.
    pub clipboard: Clipboard,
    /// Whether the browser would open on another machine than the one that the operator sits at.
    pub seat: Seat,
    /// How the terminal is asked to show a notification.
    pub speech: Speech,
    /// What shows one on this machine's desktop; none where the operator does not see it.
    pub desktop: Option<Desktop>,
    /// Whether the title of the window is set.
    pub titles: Titles,
    /// Whether what leads to the web can be clicked.
    pub linking: Linking,
    /// The operator's editor, program first; none if they have none.
    pub editor: Option<Vec<String>>,
    /// Where the personal file lies or would lie; none where it is left alone, or no home folder is known.
    pub personal: Option<PathBuf>,
    /// What is left behind once the operator has been shown around; none if they have been, or nothing is written.
    pub toured: Option<PathBuf>,
}

/// Where the operator sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// At this machine.
    Here,
    /// At another one, over SSH.
    Elsewhere,
}

/// The parts that the loop turns.
struct Loop {
    app: App,
    engine: Engine,
    clock: Clock,
    terminal: Terminal<io::Stdout>,
    inputs: Inputs,
    around: Surroundings,
}

/// Whether the loop goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Go {
    On,
    Out,
}

/// Runs the screen until the operator or the system ends it; begins with the
/// effects that what is remembered has led to. Returns the last words, for when
/// the terminal has been given back.
///
/// # Errors
///
/// The terminal has gone, or cannot be taken.
pub async fn run(
    (app, first): (App, Vec<Effect>),
    engine: Engine,
    mut facts: UnboundedReceiver<Fact>,
    clock: Clock,
    around: Surroundings,
) -> io::Result<Vec<String>> {
    let mut signals = Signals::new()?;
    let mut terminal = Terminal::take(around.titles)?;
    terminal.link(around.linking);
    let mut screen = Loop { app, engine, clock, terminal, inputs: Inputs::new(), around };
    let (width, height) = screen.terminal.size();
    let mut go = screen.take(Input::Resized { width, height })?;
    screen.terminal.use_mouse(screen.app.mouse())?;
    screen.perform(first)?;
    screen.terminal.draw(&screen.app)?;
    screen.engine.keep_going(screen.app.desk());
    while go == Go::On {
        go = tokio::select! {
            input = screen.inputs.next() => match input? {
                Some(input) => screen.take_all(input).await?,
                None => Go::Out,
            },
            fact = facts.recv() => match fact {
                Some(fact) => screen.take_facts(fact, &mut facts)?,
                None => Go::Out,
            },
            () = alarm(screen.app.alarm(), clock) => screen.take(Fact::Ticked)?,
            signal = signals.next() => match signal {
                Signal::Leave => Go::Out,
                Signal::Suspend => screen.suspend()?,
                Signal::Continue => screen.take_again()?,
            },
        };
        if go == Go::On {
            screen.terminal.draw(&screen.app)?;
        }
    }
    // What was asked of the store before the end is done before the end.
    screen.engine.keeper().ask(|_| ()).await;
    // A last tick is on disk by now, and what its incident is told is not yet.
    while let Ok(fact) = facts.try_recv() {
        screen.take(fact)?;
    }
    screen.engine.keeper().ask(|_| ()).await;
    Ok(screen.app.farewell())
}

impl Loop {
    fn take(&mut self, event: impl Into<crate::app::watch::Event>) -> io::Result<Go> {
        let effects = self.app.update(self.clock.now(), event);
        self.perform(effects)
    }

    fn perform(&mut self, effects: Vec<Effect>) -> io::Result<Go> {
        let mut go = Go::On;
        for effect in effects {
            if let Some(effect) = self.engine.perform(effect)
                && self.at_the_terminal(effect)? == Go::Out
            {
                go = Go::Out;
            }
        }
        Ok(go)
    }

    /// Nobody is asked before SIGSTOP: whoever had the terminal meanwhile has left it as they like it.
    fn take_again(&mut self) -> io::Result<Go> {
        let ((), size) = self.terminal.lend(|| ())?;
        self.take(size)
    }

    /// Takes what has piled up, so that a storm of inputs is one frame.
    async fn take_all(&mut self, first: Input) -> io::Result<Go> {
        let mut next = Some(first);
        while let Some(input) = next {
            if let Input::Resized { width, height } = input {
                self.terminal.resize((width, height))?;
            }
            if self.take_input(input)? == Go::Out {
                return Ok(Go::Out);
            }
            next = self.inputs.ready().await;
        }
        Ok(Go::On)
    }

    /// What the mouse did is what it did to what is drawn.
    fn take_input(&mut self, input: Input) -> io::Result<Go> {
        let Input::Mouse(mouse) = input else { return self.take(input) };
        for meant in view::pointed(&self.app, mouse) {
            if self.take(meant)? == Go::Out {
                return Ok(Go::Out);
            }
        }
        Ok(Go::On)
    }

    fn take_facts(&mut self, first: Fact, facts: &mut UnboundedReceiver<Fact>) -> io::Result<Go> {
        let mut next = Some(first);
        while let Some(fact) = next {
            if self.take(fact)? == Go::Out {
                return Ok(Go::Out);
            }
            next = facts.try_recv().ok();
        }
        Ok(Go::On)
    }

    fn at_the_terminal(&mut self, effect: Effect) -> io::Result<Go> {
        match effect {
            Effect::Browse(url) => self.browse(&url)?,
            Effect::Copy { what, text } => self.copy(what, &text)?,
            Effect::CopyCode { text, warning } => self.copy_code(&text, &warning)?,
            Effect::EditPage { path, line } => return self.edit_page(path, line),
            Effect::WriteNote(ids) => return self.write_note(ids),
            Effect::Bell => self.terminal.ring()?,
            Effect::Notify(text) => self.notify(&text)?,
            Effect::KeepTheme(name) => return self.keep_theme(&name),
            Effect::Mouse(mode) => self.terminal.use_mouse(mode)?,
            Effect::Redraw => {
                let size = crossterm::terminal::size()?;
                self.terminal.redraw(size)?;
            }
            Effect::RememberTour => self.remember_tour(),
            Effect::Suspend => return self.suspend(),
            Effect::Quit => return Ok(Go::Out),
            Effect::Trust
            | Effect::Record(_)
            | Effect::Send { .. }
            | Effect::Keep { .. }
            | Effect::Fetch(_)
            | Effect::LoadDetail(_)
            | Effect::FetchDetail(_)
            | Effect::LoadAssignable(_)
            | Effect::LoadTools(_)
            | Effect::LoadToolNames
            | Effect::LoadCases(_)
            | Effect::LoadCase { .. }
            | Effect::Say { .. }
            | Effect::Unsay(_)
            | Effect::Draft(_)
            | Effect::OpenPage(_)
            | Effect::Review
            | Effect::Arrange(_)
            | Effect::Check
            | Effect::ListPages(_)
            | Effect::Write(_)
            | Effect::Learn { .. }
            | Effect::Minute(_)
            | Effect::LoadMeeting
            | Effect::WriteMinutes(_)
            | Effect::Handoff(_)
            | Effect::Amend(_) => {}
        }
        Ok(Go::On)
    }

    /// Where that cannot be written, the tour is shown again at the next start, and nothing else is lost.
    fn remember_tour(&self) {
        if let Some(mark) = &self.around.toured {
            let kept = mark.parent().map_or(Ok(()), files::folder).and_then(|()| files::replace(mark, TOURED));
            if let Err(error) = kept {
                tracing::warn!("the tour will be shown again: {error}");
            }
        }
    }

    fn suspend(&mut self) -> io::Result<Go> {
        let resized = self.terminal.suspend()?;
        self.take(resized)
    }

    /// On the desktop, where the operator has it before them; else through the terminal, if it understands that.
    fn notify(&mut self, text: &Clean) -> io::Result<()> {
        match self.around.desktop {
            Some(desktop) => desktop.show(text),
            None => self.terminal.send(&notice(self.around.speech, self.around.clipboard, text))?,
        }
        Ok(())
    }

    fn tell(&mut self, level: Level, text: &str) -> io::Result<Go> {
        self.take(Fact::Told { level, text: Clean::line(text) })
    }

    fn browse(&mut self, url: &str) -> io::Result<()> {
        let told = match self.around.seat {
            Seat::Elsewhere => {
                self.copy("link", url)?;
                (Level::Info, format!("over SSH there is no browser here; open {url}"))
            }
            // The child is detached and its output discarded: nothing of it reaches the screen.
            Seat::Here => match open::that_detached(url) {
                Ok(()) => (Level::Done, format!("opened {url}")),
                Err(error) => (Level::Error, format!("open {url}: no browser here ({error})")),
            },
        };
        self.tell(told.0, &told.1)?;
        Ok(())
    }

    /// Writes the theme into the personal file, where the next session finds it.
    fn keep_theme(&mut self, name: &str) -> io::Result<Go> {
        let Some(path) = self.around.personal.clone() else {
            return self.tell(
                Level::Warning,
                "the theme holds for this session; here nothing is written into a personal file",
            );
        };
        match liking::keep_theme(&path, name) {
            Ok(()) => self.tell(Level::Done, &format!("theme {name}, as {} says from now on", path.display())),
            Err(why) => self.tell(Level::Warning, &format!("theme {name} holds for this session only: {why}")),
        }
    }

    fn copy(&mut self, what: &str, text: &str) -> io::Result<()> {
        let told = match self.around.clipboard.copy(text) {
            Ok(bytes) => {
                self.terminal.send(&bytes)?;
                (Level::Done, format!("{what} sent to the terminal's clipboard: {text}"))
            }
            Err(error) => (Level::Error, error.to_string()),
        };
        self.tell(told.0, &told.1)?;
        Ok(())
    }

    fn copy_code(&mut self, text: &str, warning: &str) -> io::Result<()> {
        let told = match self.around.clipboard.copy(text) {
            Ok(bytes) => {
                self.terminal.send(&bytes)?;
                let lines = text.lines().count();
                let many = if lines == 1 { "1 line of code".to_owned() } else { format!("{lines} lines of code") };
                let said = format!("{many} sent to the terminal's clipboard");
                if warning.is_empty() { (Level::Done, said) } else { (Level::Warning, format!("{said}; {warning}")) }
            }
            Err(error) => (Level::Error, error.to_string()),
        };
        self.tell(told.0, &told.1)?;
        Ok(())
    }

    /// Lets the operator change a runbook in their own editor; what comes of it is read again.
    fn edit_page(&mut self, path: String, line: usize) -> io::Result<Go> {
        let Some(editor) = self.around.editor.clone() else {
            return self.tell(Level::Error, "no editor is known; set $EDITOR, or `editor` in the personal file");
        };
        let at = self.engine.place_of_page(&path);
        self.inputs = Inputs::idle();
        let (ended, resized) = self.terminal.lend(|| opened(&editor, &at, line))?;
        self.inputs = Inputs::new();
        if self.take(resized)? == Go::Out {
            return Ok(Go::Out);
        }
        match ended {
            Ok(()) => self.take(Fact::PageChanged(path)),
            Err(why) => self.tell(Level::Error, &format!("the editor did not open it: {why}")),
        }
    }

    /// Lets the operator write in their own editor, with the screen out of the way.
    fn write_note(&mut self, ids: Vec<IncidentId>) -> io::Result<Go> {
        let Some(editor) = self.around.editor.clone() else {
            return self.tell(Level::Error, "no editor is known; set $EDITOR, or `editor` in the personal file");
        };
        let draft = self.app.draft(&ids).to_owned();
        // Whoever reads the terminal beside the editor takes keys away from it.
        self.inputs = Inputs::idle();
        let (written, resized) = self.terminal.lend(|| edited(&editor, &draft))?;
        self.inputs = Inputs::new();
        if self.take(resized)? == Go::Out {
            return Ok(Go::Out);
        }
        match written {
            Ok(text) => {
                let text = Some(text).filter(|text| !text.trim().is_empty());
                self.take(Fact::NoteWritten { ids, text })
            }
            Err(why) => self.tell(Level::Error, &format!("the editor gave no note: {why}")),
        }
    }
}

/// Editors that take the line to begin at as `+12`.
const TAKE_A_LINE: [&str; 9] = ["vi", "vim", "nvim", "view", "nano", "emacs", "emacsclient", "micro", "kak"];

fn opened(editor: &[String], file: &std::path::Path, line: usize) -> Result<(), String> {
    let (program, arguments) = editor.split_first().ok_or("it has no name")?;
    let name = std::path::Path::new(program).file_name().map(|name| name.to_string_lossy().into_owned());
    let takes_a_line = name.is_some_and(|name| TAKE_A_LINE.contains(&name.as_str()));
    let ended = Command::new(program)
        .args(arguments)
        .args(takes_a_line.then(|| format!("+{line}")))
        .arg(file)
        .stdin(Stdio::inherit())
        .status()
        .map_err(|error| format!("{program}: {error}"))?;
    if ended.success() { Ok(()) } else { Err(format!("{program} ended with {ended}")) }
}

fn edited(editor: &[String], draft: &str) -> Result<String, String> {
    let note = crate::store::files::draft("dogwatch-note", draft).map_err(|error| error.to_string())?;
    let (program, arguments) = editor.split_first().ok_or("it has no name")?;
    let ended = Command::new(program)
        .args(arguments)
        .arg(note.path())
        .stdin(Stdio::inherit())
        .status()
        .map_err(|error| format!("{program}: {error}"))?;
    if !ended.success() {
        return Err(format!("{program} ended with {ended}"));
    }
    note.text().map_err(|error| error.to_string())
}
