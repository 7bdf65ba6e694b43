//! The line to a server that runs as a child process: one child, kept from
//! probe to probe, for a cold start takes seconds.

mod child;
mod ears;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;

use self::child::Child;
use self::ears::Ears;
use super::greet::{Greeting, Way, agreed, nothing_in_common, way};
use super::message::{Ask, Known, LEGACY, MODERN, strings};
use super::patience::Patience;
use super::reply::{Reply, Said};
use super::trouble::{Fallible, Trouble, spoken};
use crate::domain::probe::{Class, Era, Level, Report, Transport};
use crate::domain::text::Clean;

/// The longest pause before a child is started again.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// A child that has not got through a handshake this often in a row is started anew.
const STRIKES: u8 = 2;

pub(super) struct StdioLine {
    command: Vec<String>,
    folder: Option<PathBuf>,
    patience: Patience,
    child: Option<Child>,
    /// What the last child has left behind.
    last: Option<Ears>,
    greeting: Option<Greeting>,
    pause: Duration,
    not_before: Option<Instant>,
    strikes: u8,
    /// How many children there have been.
    starts: u64,
    size: usize,
}

impl StdioLine {
    pub fn new(command: Vec<String>, folder: Option<PathBuf>, patience: Patience) -> Self {
        Self {
            command,
            folder,
            patience,
            child: None,
            last: None,
            greeting: None,
            pause: patience.restart,
            not_before: None,
            strikes: 0,
            starts: 0,
            size: 0,
        }
    }

    pub fn size(&self) -> usize {
        self.size
    }

    pub fn era(&self) -> Era {
        self.greeting.as_ref().map_or(Era::Modern, |greeting| greeting.era)
    }

    /// The handshake; with a child that has been met before, a sign of life.
    pub async fn greet(&mut self, known: Option<Known>) -> Fallible<Greeting> {
        if let Some(child) = self.child.as_mut().filter(|child| child.has_ended()) {
            let trouble = child.obituary(None).await;
            self.has_exited();
            return Err(trouble);
        }
        if self.strikes >= STRIKES {
            self.let_go();
        }
        // Taken back when it is through; a handshake that is given up half way leaves it standing.
        self.strikes += 1;
        let met = match self.greeting.clone().filter(|_| self.child.is_some()) {
            Some(greeting) if greeting.era == Era::Legacy => self.sign_of_life(greeting).await,
            Some(_) | None => self.meet(known).await,
        };
        match &met {
            Ok(greeting) => {
                self.strikes = 0;
                self.pause = self.patience.restart;
                self.greeting = Some(greeting.clone());
            }
            Err(trouble) if trouble.class() == Class::Exited => self.strikes = 0,
            Err(_) => {}
        }
        met
    }

    async fn sign_of_life(&mut self, greeting: Greeting) -> Fallible<Greeting> {
        match self.say(&Ask::ping(), Era::Legacy).await? {
            Said::Nothing | Said::Strange { .. } => Err(Trouble::bad_reply("the answer to ping is of no use")),
            // Whoever refuses it has heard it.
            Said::Result(_) | Said::Error(_) => Ok(greeting),
        }
    }

    async fn meet(&mut self, known: Option<Known>) -> Fallible<Greeting> {
        if known == Some(Known::Legacy) {
            return self.initialize().await;
        }
        let (before, starts) = (self.child.is_some(), self.starts);
        let asked = tokio::time::timeout(self.patience.silence, self.say(&Ask::discover(), Era::Modern)).await;
        let said = match asked {
            Ok(Ok(said)) => said,
            // Some old servers do not answer what they do not know, and some end themselves.
            Err(_) if !before => return self.initialize().await,
            Ok(Err(trouble)) if trouble.class() == Class::Exited && self.starts > starts => {
                self.not_before = None;
                return self.initialize().await;
            }
            Ok(Err(trouble)) => return Err(trouble),
            Err(_) => return Err(Trouble::late("server/discover", self.patience.silence)),
        };
        match way(200, &said) {
            Way::Modern => {
                let result = Reply::of_stream(said).judge().map_err(without_http)?;
                Ok(Greeting::read(&result, Transport::Stdio, Era::Modern, MODERN))
            }
            Way::Legacy => self.initialize().await,
            Way::NothingInCommon => match &said {
                Said::Result(result) => Err(nothing_in_common(&strings(result.get("supportedVersions")))),
                Said::Error(error) => Err(nothing_in_common(&error.supported())),
                Said::Nothing | Said::Strange { .. } => Err(nothing_in_common(&[])),
            },
            Way::Stop => {
                let failed = Reply::of_stream(said).judge().map_err(without_http).err();
                Err(failed.unwrap_or_else(|| Trouble::bad_reply("the answer to server/discover is of no use")))
            }
        }
    }

    async fn initialize(&mut self) -> Fallible<Greeting> {
        let said = self.say(&Ask::initialize(LEGACY[0]), Era::Legacy).await?;
        let result = Reply::of_stream(said).judge().map_err(without_http)?;
        let version = agreed(&result)?;
        let greeting = Greeting::read(&result, Transport::Stdio, Era::Legacy, version);
        self.child()?.tell(&Ask::initialized()).await?;
        Ok(greeting)
    }

    /// Asks in the words that the handshake has settled on.
    pub async fn ask(&mut self, ask: &Ask) -> Fallible<Value> {
        let said = self.say(ask, self.era()).await?;
        Reply::of_stream(said).judge().map_err(without_http)
    }

    async fn say(&mut self, ask: &Ask, era: Era) -> Fallible<Said> {
        let child = self.child()?;
        match child.ask(ask, era).await {
            Ok((said, size)) => {
                self.size = size;
                Ok(said)
            }
            Err(trouble) => {
                if trouble.class() == Class::Exited {
                    self.has_exited();
                }
                Err(trouble)
            }
        }
    }

    /// The child that runs, or a new one, unless the last one ended just now.
    fn child(&mut self) -> Fallible<&mut Child> {
        if self.child.as_ref().is_some_and(Child::is_out_of_step) {
            self.let_go();
        }
        let child = match self.child.take() {
            Some(child) => child,
            None => self.start()?,
        };
        Ok(self.child.insert(child))
    }

    fn start(&mut self) -> Fallible<Child> {
        let wait = self.not_before.map(|at| at.saturating_duration_since(Instant::now()));
        if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
            let wait = Duration::from_secs(wait.as_secs() + 1);
            let message = format!("the process has ended; it is started again in {}", spoken(wait));
            return Err(Trouble::new(Class::Exited, &message));
        }
        self.greeting = None;
        self.last = None;
        let started = Child::start(&self.command, self.folder.as_deref());
        match &started {
            Ok(_) => self.starts += 1,
            Err(_) => self.put_off(),
        }
        started
    }
}

impl StdioLine {
    /// Adds to the report what only a child has to say: its stderr where a check failed, and what does not
    /// belong on its stdout.
    pub fn witness(&self, report: &mut Report) {
        let ears = self.child.as_ref().map(|child| child.ears.clone()).or_else(|| self.last.clone());
        let Some(ears) = ears else { return };
        report.list_changed = ears.take_list_changed();
        for check in report.checks.iter_mut().filter(|check| check.failure.is_some()) {
            check.evidence.last_words = ears.stderr().map(|text| Clean::block(&text));
        }
        let handshake = report.checks.iter_mut().find(|check| check.level == Level::Handshake);
        if let (Some(check), Some(noise)) = (handshake, ears.noise()) {
            check.detail = Clean::line(&noise);
        }
    }

    /// Ends the child, politely first.
    pub async fn close(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.close(self.patience.farewell).await;
        }
    }

    fn has_exited(&mut self) {
        self.let_go();
        self.put_off();
    }

    fn let_go(&mut self) {
        if let Some(child) = self.child.take() {
            self.last = Some(child.ears.clone());
        }
        self.greeting = None;
        self.strikes = 0;
    }

    fn put_off(&mut self) {
        self.not_before = Some(Instant::now() + self.pause);
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }
}

/// There is no HTTP here, so there is no status.
fn without_http(mut trouble: Box<Trouble>) -> Box<Trouble> {
    trouble.failure.http_status = None;
    trouble
}
