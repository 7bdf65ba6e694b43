//! The lines to a server, of whatever sort, as the levels use them.

use serde_json::Value;

use super::greet::Greeting;
use super::line::{HttpLine, Seen};
use super::message::{Ask, Known};
use super::stdio::StdioLine;
use super::trouble::{Fallible, Trouble};

pub(super) enum Line<'a> {
    Http(&'a mut HttpLine),
    Stdio(&'a mut StdioLine),
}

impl Line<'_> {
    pub async fn greet(&mut self, known: Option<Known>) -> Fallible<Greeting> {
        match self {
            Self::Http(line) => {
                let greeting = line.greet(known).await?;
                line.era = greeting.era;
                Ok(greeting)
            }
            Self::Stdio(line) => line.greet(known).await,
        }
    }

    /// Asks in the words that the handshake has settled on.
    pub async fn ask(&mut self, ask: &Ask) -> Fallible<Value> {
        match self {
            Self::Http(line) if line.stream.is_some() => line.ask_stream(ask).await,
            Self::Http(line) => {
                let reply = line.post(ask, line.era).await?;
                line.size = reply.size;
                line.judge(reply).await
            }
            Self::Stdio(line) => line.ask(ask).await,
        }
    }

    pub fn has_lost_its_session(&self, trouble: &Trouble) -> bool {
        match self {
            Self::Http(line) => line.has_lost_its_session(trouble),
            Self::Stdio(_) => false,
        }
    }

    pub async fn renew(&mut self) -> Fallible<()> {
        match self {
            Self::Http(line) => line.renew().await,
            Self::Stdio(_) => Ok(()),
        }
    }

    /// What HTTP has to say about the last request; none without HTTP.
    pub fn seen(&self) -> Option<Seen> {
        match self {
            Self::Http(line) => Some(line.seen.clone()),
            Self::Stdio(_) => None,
        }
    }

    /// The bytes of the last answer.
    pub fn size(&self) -> usize {
        match self {
            Self::Http(line) => line.size,
            Self::Stdio(line) => line.size(),
        }
    }
}
