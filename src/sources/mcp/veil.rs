//! Takes the secrets out of what a report says: a server repeats what it was
//! sent, and a report is kept, shown and filed.

use std::fmt;

use crate::domain::probe::{Check, Report};
use crate::domain::text::Clean;
use crate::sources::tokens::redact;

/// Stands where a secret was.
const HIDDEN: &str = "[secret]";
/// Shorter ones would hide half of what is said.
const LEAST: usize = 6;
/// What is shown of a body, in bytes.
const BODY: usize = 512;
/// Words before an `=` or a `:` whose value nobody needs to see.
const NAMES: [&str; 10] = [
    "token",
    "access_token",
    "refresh_token",
    "id_token",
    "api_key",
    "apikey",
    "secret",
    "password",
    "sessionid",
    "session_id",
];
/// Headers of which nobody needs to see anything.
const HEADERS: [&str; 3] = ["authorization", "cookie", "proxy_authorization"];

/// The secrets of one probe.
#[derive(Default)]
pub(super) struct Veil {
    secrets: Vec<String>,
}

impl fmt::Debug for Veil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Veil").finish_non_exhaustive()
    }
}

impl Veil {
    pub fn hide(&mut self, secret: &str) {
        if secret.len() >= LEAST && !self.secrets.iter().any(|known| known == secret) {
            self.secrets.push(secret.to_owned());
        }
    }

    /// Goes over everything in a report that a server has had a say in.
    pub fn cover(&self, report: &mut Report) {
        for check in &mut report.checks {
            self.cover_check(check);
        }
        if let Some(clean) = &mut report.protocol_version {
            self.line(clean);
        }
        if let Some(server) = &mut report.server {
            self.line(&mut server.name);
            self.line(&mut server.version);
        }
    }

    fn cover_check(&self, check: &mut Check) {
        self.line(&mut check.detail);
        if let Some(failure) = &mut check.failure {
            self.line(&mut failure.message);
        }
        let evidence = &mut check.evidence;
        for (_, value) in &mut evidence.headers {
            self.line(value);
        }
        if let Some(message) = &mut evidence.rpc_message {
            self.line(message);
        }
        if let Some(body) = &mut evidence.body {
            let text = self.over(body.as_str());
            let end = text.floor_char_boundary(BODY.min(text.len()));
            *body = Clean::block(&text[..end]);
        }
        if let Some(words) = &mut evidence.last_words {
            *words = Clean::block(&self.over(words.as_str()));
        }
        if let Some((args, answer)) = &mut evidence.canary {
            self.line(args);
            *answer = Clean::block(&self.over(answer.as_str()));
        }
    }

    fn line(&self, clean: &mut Clean) {
        let over = self.over(clean.as_str());
        if over != clean.as_str() {
            *clean = Clean::line(&over);
        }
    }

    /// The text without what is known to be secret and what looks like it.
    pub fn over(&self, text: &str) -> String {
        let mut text = redact(text);
        for secret in &self.secrets {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), HIDDEN);
            }
        }
        without_values(&text)
    }
}

/// The text without the values of names that are known to hold secrets, and without what follows `Bearer`.
fn without_values(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['=', ':', ' ']) {
        let (before, after) = rest.split_at(at);
        let (mark, after) = after.split_at(1);
        out.push_str(before);
        out.push_str(mark);
        rest = after;
        let word =
            before.trim_end_matches('"').rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).next();
        let word = word.unwrap_or_default().to_ascii_lowercase().replace('-', "_");
        let lead = rest.len() - rest.trim_start_matches([' ', '"']).len();
        let (blank, value) = rest.split_at(lead);
        let Some(length) = secret(&word, mark, value) else { continue };
        out.push_str(blank);
        out.push_str(HIDDEN);
        rest = &value[length..];
    }
    out.push_str(rest);
    out
}

/// The length of the secret that a value begins with, if what stands before it says that it is one.
fn secret(word: &str, mark: &str, value: &str) -> Option<usize> {
    let run = value.find(|c: char| !is_secret(c)).unwrap_or(value.len());
    let length = match mark {
        // `Bearer scope="…"` is a challenge, not a token.
        " " if word == "bearer" && !value[run..].starts_with("=\"") => run,
        ":" if HEADERS.iter().any(|header| word.ends_with(header)) => value.find(['\n', '"']).unwrap_or(value.len()),
        "=" | ":" if NAMES.contains(&word) => run,
        _ => return None,
    };
    (length >= LEAST).then_some(length)
}

fn is_secret(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '+' | '/' | '%')
}
