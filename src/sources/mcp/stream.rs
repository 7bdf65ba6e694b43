//! The transport of 2024-11-05: questions are posted, answers come on a stream
//! that a GET has opened.

use std::time::Instant;

use serde_json::Value;
use url::Url;

use super::events::{Event, Events};
use super::line::{Address, HttpLine, Seen, Sending, ask_headers};
use super::message::Ask;
use super::reply::{Said, beginning, from_event, overflow, read};
use super::trouble::{Cover, Fallible, Trouble, broken};
use crate::config::host_and_port;
use crate::domain::probe::{Class, Era};

pub(super) struct Stream {
    response: reqwest::Response,
    events: Events,
    waiting: Vec<Event>,
    /// Where the questions go.
    to: Url,
}

impl Stream {
    /// The values in the address for the questions: they stand for a session.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.to.query().unwrap_or_default().split('&').filter_map(|pair| Some(pair.split_once('=')?.1))
    }

    async fn event(&mut self) -> Fallible<Event> {
        loop {
            if !self.waiting.is_empty() {
                return Ok(self.waiting.remove(0));
            }
            let host = host_and_port(self.response.url());
            let cover = if self.response.url().scheme() == "https" { Cover::Tls } else { Cover::Plain };
            let chunk = self.response.chunk().await.map_err(|error| broken(&error, cover, &host))?;
            let Some(chunk) = chunk else {
                return Err(Trouble::new(Class::Cut, "the stream ended before the answer"));
            };
            self.waiting = self.events.push(&chunk);
            if let Some(why) = overflow(&self.events) {
                return Err(Trouble::too_large(&why));
            }
        }
    }

    async fn answer(&mut self, id: u64) -> Fallible<Said> {
        let mut strange = None;
        loop {
            match self.event().await {
                Ok(event) => {
                    if let Some(said) = from_event(&event, id, &mut strange) {
                        return Ok(said);
                    }
                }
                Err(trouble) => match strange {
                    Some(strange) if trouble.class() == Class::Cut => return Ok(strange),
                    _ => return Err(trouble),
                },
            }
        }
    }
}

impl HttpLine {
    /// Opens the stream, if there is one: [`None`] for a server that has none.
    pub async fn open_stream(&mut self) -> Fallible<Option<()>> {
        let response = self.listen().await?;
        let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !response.status().is_success() || !kind.starts_with("text/event-stream") {
            return Ok(None);
        }
        let to = self.address.url.clone();
        let mut stream = Stream { response, events: Events::default(), waiting: Vec::new(), to };
        loop {
            let event = stream.event().await?;
            if event.name != "endpoint" {
                continue;
            }
            let to = String::from_utf8_lossy(&event.data);
            let to = self.address.url.join(to.trim()).ok();
            let Some(to) = to.filter(|to| to.origin() == self.address.url.origin()) else {
                return Err(Trouble::new(
                    Class::Redirect,
                    "the stream wants its questions at another origin, which is not followed",
                ));
            };
            if self.address.names_another_user(&to) {
                return Err(Trouble::new(
                    Class::Redirect,
                    "the stream wants its questions at an address with a user or a password, which is not followed",
                ));
            }
            stream.to = to;
            self.stream = Some(stream);
            return Ok(Some(()));
        }
    }

    /// Asks and waits for the answer on the stream; the status of the question itself only counts if it is bad.
    pub async fn ask_stream(&mut self, ask: &Ask) -> Fallible<Value> {
        let id = self.id();
        let began = Instant::now();
        let Some(stream) = self.stream.as_mut() else {
            return Err(Trouble::new(Class::Cut, "the stream has ended"));
        };
        let to = Address { url: stream.to.clone(), ..self.address.clone() };
        let mut headers = ask_headers();
        if let Some(version) = &self.version {
            headers.insert("mcp-protocol-version", version.clone());
        }
        let mut seen = Seen::default();
        let sent = Sending::message(ask, headers, ask.body(Era::Legacy, Some(id)));
        let explanation = self.patience.explanation;
        let posting = async {
            let response = to.send(sent, &mut seen).await?;
            if response.status().is_success() {
                beginning(response, explanation).await;
                return Ok(());
            }
            read(response, id, explanation).await?.judge().map(|_| ())
        };
        let mut posting = std::pin::pin!(posting);
        let mut answer = std::pin::pin!(stream.answer(id));
        let said = tokio::select! {
            said = &mut answer => said,
            posted = &mut posting => match posted {
                Ok(()) => answer.await,
                Err(trouble) => Err(trouble),
            },
        };
        self.seen.phases.total = began.elapsed();
        super::reply::Reply::of_stream(said?).judge()
    }

    /// Says something on the stream's other side that has no answer.
    pub async fn notify_stream(&mut self, ask: &Ask) -> Fallible<()> {
        let Some(stream) = &self.stream else { return Ok(()) };
        let to = Address { url: stream.to.clone(), ..self.address.clone() };
        let sent = Sending::message(ask, ask_headers(), ask.body(Era::Legacy, None));
        let response = to.send(sent, &mut Seen::default()).await?;
        if response.status().is_success() {
            beginning(response, self.patience.explanation).await;
            return Ok(());
        }
        read(response, 0, self.patience.explanation).await?.judge().map(|_| ())
    }
}
