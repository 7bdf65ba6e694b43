//! The dialogue's loop: lines are read, lines are written, and nothing else. No
//! escape sequence leaves here, no line is ever drawn over.
//!
//! The next line is taken once the last one is answered, so a list of commands
//! from a pipe is done in its order.

use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, UnboundedReceiver, channel};
use tokio::time::Instant;

use super::clock::Clock;
use super::engine::Engine;
use super::session::alarm;
use crate::app::dialogue::{Dialogue, Giver};
use crate::app::event::{Effect, Fact};
use crate::domain::text::Clean;

/// The longest line that is taken in, in bytes; what is behind it is dropped.
const LONGEST: u64 = 64 << 10;
/// So long the tracker may take at the end of a list of commands, and before somebody who waits has their shell back.
const LAST_ANSWERS: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(1));

/// Who gives the lines: those of a list are written behind the prompt, as if they had been typed.
pub fn giver() -> Giver {
    if io::stdin().is_terminal() { Giver::Person } else { Giver::List }
}

/// What the system says.
enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// It is time to go.
    Leave,
}

/// Runs the dialogue until it is over; how many commands came to nothing, where they were not typed by hand.
///
/// # Errors
///
/// Standard output cannot be written, or the system gives no handler for signals.
pub async fn run(
    (dialogue, first): (Dialogue, Vec<Effect>),
    engine: Engine,
    facts: UnboundedReceiver<Fact>,
    clock: Clock,
) -> io::Result<usize> {
    let giver = giver();
    let mut signals = Signals::new()?;
    let mut talk = Talk { dialogue, engine, facts, clock, giver, pen: Pen::AtNewLine, limit: None };
    talk.perform(first);
    talk.engine.keep_going(talk.dialogue.app().desk());
    let mut lines = lines();
    while !talk.dialogue.is_over() {
        talk.write()?;
        if talk.turn(&mut lines, &mut signals).await? == Go::Out {
            break;
        }
    }
    talk.finish().await?;
    Ok(if giver == Giver::List { talk.dialogue.failures() } else { 0 })
}

/// The parts that the loop turns.
struct Talk {
    dialogue: Dialogue,
    engine: Engine,
    facts: UnboundedReceiver<Fact>,
    clock: Clock,
    giver: Giver,
    pen: Pen,
    /// Until when the answer to the last line is waited for; none while nothing is.
    limit: Option<Instant>,
}

/// What stands at the end of what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pen {
    AtPrompt,
    AtNewLine,
}

/// Whether the loop goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Go {
    On,
    Out,
}

impl Talk {
    /// Takes what comes next.
    async fn turn(&mut self, lines: &mut Receiver<String>, signals: &mut Signals) -> io::Result<Go> {
        let waits = self.dialogue.is_waiting();
        let patience = self.dialogue.patience().to_std().unwrap_or_default();
        self.limit = waits.then(|| self.limit.unwrap_or_else(|| Instant::now() + patience));
        let limit = self.limit.unwrap_or_else(Instant::now);
        tokio::select! {
            fact = self.facts.recv() => match fact {
                Some(fact) => self.take(fact),
                None => return Ok(Go::Out),
            },
            line = lines.recv(), if !waits => match line {
                Some(line) => self.take_line(&line)?,
                None => return Ok(Go::Out),
            },
            () = alarm(self.dialogue.alarm(), self.clock) => self.take(Fact::Ticked),
            signal = signals.next() => match (signal, self.giver) {
                (Signal::Interrupt, Giver::Person) => {
                    self.end_line()?;
                    self.dialogue.drop_line();
                }
                (Signal::Interrupt, Giver::List) | (Signal::Leave, _) => return Ok(Go::Out),
            },
            () = tokio::time::sleep_until(limit), if waits => self.dialogue.give_up(),
        }
        Ok(Go::On)
    }

    fn take(&mut self, fact: Fact) {
        let effects = self.dialogue.fact(self.clock.now(), fact);
        self.perform(effects);
    }

    fn take_line(&mut self, line: &str) -> io::Result<()> {
        if self.giver == Giver::List {
            write(&format!("{}\n", Clean::line(line)))?;
        }
        self.pen = Pen::AtNewLine;
        self.limit = None;
        let effects = self.dialogue.line(self.clock.now(), line);
        self.perform(effects);
        Ok(())
    }

    /// What is the terminal's business there is none of here.
    fn perform(&self, effects: Vec<Effect>) {
        for effect in effects {
            let _terminal = self.engine.perform(effect);
        }
    }

    /// Writes what there is to say, and the prompt once it is somebody's turn.
    fn write(&mut self) -> io::Result<()> {
        let lines = self.dialogue.take_lines();
        if !lines.is_empty() {
            self.end_line()?;
            write(&format!("{}\n", lines.join("\n")))?;
        }
        if self.pen == Pen::AtNewLine && !self.dialogue.is_waiting() {
            write(self.dialogue.prompt())?;
            self.pen = Pen::AtPrompt;
        }
        Ok(())
    }

    /// Goes to a new line where a prompt stands.
    fn end_line(&mut self) -> io::Result<()> {
        match std::mem::replace(&mut self.pen, Pen::AtNewLine) {
            Pen::AtPrompt => write("\n"),
            Pen::AtNewLine => Ok(()),
        }
    }

    /// What was decided may be answered soon; what is not on disk yet is kept before the end.
    async fn finish(&mut self) -> io::Result<()> {
        let (ready, by_hand) = LAST_ANSWERS;
        let end = Instant::now() + if self.giver == Giver::List { ready } else { by_hand };
        let offline = self.engine.network() == super::engine::Network::Offline;
        while self.dialogue.is_sending() && !offline {
            tokio::select! {
                fact = self.facts.recv() => match fact {
                    Some(fact) => self.take(fact),
                    None => break,
                },
                () = alarm(self.dialogue.alarm(), self.clock) => self.take(Fact::Ticked),
                () = tokio::time::sleep_until(end) => break,
            }
        }
        self.engine.keeper().ask(|_| ()).await;
        while let Ok(fact) = self.facts.try_recv() {
            self.take(fact);
        }
        self.engine.keeper().ask(|_| ()).await;
        self.end_line()?;
        self.dialogue.end();
        let lines = self.dialogue.take_lines();
        write(&format!("{}\n", lines.join("\n")))
    }
}

/// A reader that has heard enough is no error.
fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The lines of standard input, one after the other; what is no text in them is marked as such.
fn lines() -> Receiver<String> {
    let (sender, receiver) = channel(1);
    std::thread::spawn(move || {
        let mut input = io::stdin().lock();
        while let Some(line) = next_line(&mut input) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// The next line without its end; none when there is no more. Of an endless one the beginning.
fn next_line(input: &mut impl BufRead) -> Option<String> {
    let mut bytes = Vec::new();
    let read = input.take(LONGEST).read_until(b'\n', &mut bytes).ok()?;
    if read == 0 {
        return None;
    }
    if read as u64 == LONGEST && bytes.last() != Some(&b'\n') {
        skip_line(input)?;
    }
    Some(String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned())
}

fn skip_line(input: &mut impl BufRead) -> Option<()> {
    loop {
        let there = input.fill_buf().ok()?;
        if there.is_empty() {
            return Some(());
        }
        let end = there.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(there.len(), |at| at + 1);
        input.consume(used);
        if end.is_some() {
            return Some(());
        }
    }
}

/// What the system says. Being stopped and going on needs nothing from a dialogue.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    leave: [tokio::signal::unix::Signal; 3],
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let leave = [signal(SignalKind::terminate())?, signal(SignalKind::hangup())?, signal(SignalKind::quit())?];
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, leave })
    }

    async fn next(&mut self) -> Signal {
        let [term, hup, quit] = &mut self.leave;
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = term.recv() => Signal::Leave,
            _ = hup.recv() => Signal::Leave,
            _ = quit.recv() => Signal::Leave,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Signal {
        match tokio::signal::ctrl_c().await {
            Ok(()) | Err(_) => Signal::Interrupt,
        }
    }
}
