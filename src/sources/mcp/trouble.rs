//! What went wrong, sorted by what it says of the endpoint.

use std::error::Error;
use std::io;
use std::time::Duration;

use crate::domain::probe::{Class, Evidence, Failure};

/// A check that did not pass, with what the server said. Boxed, because it is
/// large and rare.
#[derive(Debug)]
pub(super) struct Trouble {
    pub failure: Failure,
    pub evidence: Evidence,
}

pub(super) type Fallible<T> = Result<T, Box<Trouble>>;

impl Trouble {
    pub fn new(class: Class, message: &str) -> Box<Self> {
        Box::new(Self { failure: Failure::new(class, message), evidence: Evidence::default() })
    }

    /// Nothing was asked, and what would change that.
    pub fn not_asked(message: &str) -> Box<Self> {
        Self::new(Class::NotAsked, message)
    }

    pub fn late(what: &str, patience: Duration) -> Box<Self> {
        Self::new(Class::Timeout, &format!("no whole answer to {what} within {}", spoken(patience)))
    }

    pub fn too_large(what: &str) -> Box<Self> {
        Self::new(Class::TooLarge, what)
    }

    pub fn bad_reply(message: &str) -> Box<Self> {
        Self::new(Class::BadReply, message)
    }

    pub fn class(&self) -> Class {
        self.failure.class
    }
}

/// A length of time as people say it: `10 s`, `300 ms`.
pub(super) fn spoken(length: Duration) -> String {
    if length.subsec_millis() == 0 { format!("{} s", length.as_secs()) } else { format!("{} ms", length.as_millis()) }
}

/// The name of a host was not found: says so by its type, where the HTTP
/// client would only say it in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NameNotFound(pub io::Error);

/// Whether the address is one where TLS comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cover {
    Plain,
    Tls,
}

/// How far a request had got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Connecting(Cover),
    Connected,
}

/// What kept a request from its answer.
pub(super) fn broken(error: &reqwest::Error, cover: Cover, host: &str) -> Box<Trouble> {
    let stage = if error.is_connect() { Stage::Connecting(cover) } else { Stage::Connected };
    let mut deepest = String::new();
    let mut class = None;
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(this) = cause {
        if this.is::<NameNotFound>() {
            return Trouble::new(Class::Dns, &format!("the name of {host} is not found ({this})"));
        }
        if let Some(io) = this.downcast_ref::<io::Error>() {
            class = Some(of_io(io, stage));
        } else if this.source().is_none() {
            class = class.or_else(|| of_words(&this.to_string()));
        }
        // The outermost names the whole address, and an address may hold a secret.
        if !this.is::<reqwest::Error>() {
            deepest = this.to_string();
        }
        cause = this.source();
    }
    let class = match (class, stage) {
        _ if error.is_timeout() => Class::Timeout,
        _ if error.is_builder() => Class::NotAsked,
        (Some(class), _) => class,
        (None, Stage::Connecting(Cover::Tls)) => Class::Tls,
        (None, Stage::Connecting(Cover::Plain)) => Class::Refused,
        (None, Stage::Connected) => Class::Cut,
    };
    Trouble::new(class, &sentence(class, host, &deepest))
}

fn of_io(error: &io::Error, stage: Stage) -> Class {
    // An error of the system has a number; one without, on the way to a TLS connection, is TLS's own.
    let of_system = error.raw_os_error().is_some() || error.kind() == io::ErrorKind::TimedOut;
    if stage == Stage::Connecting(Cover::Tls) && !of_system {
        return Class::Tls;
    }
    match (error.kind(), stage) {
        (io::ErrorKind::TimedOut, _) => Class::Timeout,
        (
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::NotConnected,
            _,
        ) => Class::Cut,
        (io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput, _) => Class::BadReply,
        (_, Stage::Connecting(_)) => Class::Refused,
        (_, Stage::Connected) => Class::Cut,
    }
}

/// The last resort: hyper does not let others ask whether it could not read the head of an answer.
fn of_words(words: &str) -> Option<Class> {
    let unread =
        ["invalid HTTP", "message head is too large", "invalid content-length", "unexpected transfer-encoding"];
    unread.iter().any(|start| words.starts_with(start)).then_some(Class::BadReply)
}

fn sentence(class: Class, host: &str, cause: &str) -> String {
    if class == Class::Refused {
        format!("no connection to {host} ({cause}): is it running, and is this the right port?")
    } else if class == Class::Tls {
        format!("no trusted connection to {host} ({cause}); a private root goes into `ca_file`")
    } else if class == Class::Timeout {
        format!("no connection to {host} in time")
    } else if class == Class::BadReply {
        format!("{host} answers with something that is no HTTP ({cause})")
    } else if class == Class::NotAsked {
        format!("the request to {host} cannot be built ({cause})")
    } else {
        format!("the connection to {host} ended before the answer ({cause})")
    }
}
