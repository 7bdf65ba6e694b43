//! What came back, and what its status and its headers mean.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::budget::Budget;
use super::client::Client;
use super::links;
use super::trouble::Trouble;
use crate::domain::text::{Clean, Link};

/// Where a limit says nothing, this long.
const A_MINUTE: Duration = Duration::from_mins(1);
/// A limit is one hour; whoever says more is not believed.
const LONGEST: Duration = Duration::from_mins(65);
/// The most characters of a server's own words.
const WORDS: usize = 240;

/// An answer, with its whole body.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Where it was read, after redirects.
    pub url: Url,
    pub(super) body: Vec<u8>,
    headers: HeaderMap,
}

/// What GitHub says when it says no.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Complaint {
    message: Option<Value>,
    errors: Vec<Value>,
}

impl Answer {
    pub(super) fn new(status: StatusCode, headers: HeaderMap, url: Url) -> Self {
        Self { status, url, body: Vec::new(), headers }
    }

    /// A header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.header(name)?.trim().parse().ok()
    }

    /// What to send as `If-None-Match` next time.
    pub fn etag(&self) -> Option<String> {
        self.header("etag").map(str::to_owned)
    }

    /// Whether nothing has changed since the `ETag` that was sent.
    pub fn is_unchanged(&self) -> bool {
        self.status == StatusCode::NOT_MODIFIED
    }

    /// The server's clock.
    pub fn date(&self) -> Option<DateTime<Utc>> {
        http_date(self.header("date")?)
    }

    /// The server's name for this request.
    pub fn request_id(&self) -> Option<Clean> {
        self.header("x-github-request-id").map(Clean::line)
    }

    /// The page after this one, on the same origin.
    pub fn next(&self) -> Option<Url> {
        links::next(self.header("link")?, &self.url)
    }

    /// The primary limit.
    pub fn budget(&self) -> Option<Budget> {
        let resource = self.header("x-ratelimit-resource").unwrap_or("core");
        if resource != "core" {
            return None;
        }
        let whole = |name| u32::try_from(self.number(name)?).ok();
        let (limit, remaining) = (whole("x-ratelimit-limit")?, whole("x-ratelimit-remaining")?);
        Some(Budget { limit, remaining, resets: Instant::now() + self.until_reset()? })
    }

    /// By the server's own clock, so that ours may be wrong.
    fn until_reset(&self) -> Option<Duration> {
        let reset = i64::try_from(self.number("x-ratelimit-reset")?).ok()?;
        let seconds = reset.saturating_sub(self.date()?.timestamp()).max(0);
        Some(Duration::from_secs(u64::try_from(seconds).ok()?).min(LONGEST))
    }

    /// The body, read as this.
    ///
    /// # Errors
    ///
    /// [`Trouble::Unreadable`], with what was there instead.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Trouble> {
        serde_json::from_slice(&self.body).map_err(|error| Trouble::Unreadable(self.not_json(&error)))
    }

    /// The body as a list, item by item, so that an odd one spoils no other.
    ///
    /// # Errors
    ///
    /// [`Trouble::Unreadable`] when it is no list.
    pub fn items(&self) -> Result<Vec<Value>, Trouble> {
        self.json()
    }

    /// The answer, if it is a good one; the trouble it stands for, if it is not.
    ///
    /// # Errors
    ///
    /// [`Trouble`], by what can be done about it.
    pub fn judged(self, client: &Client) -> Result<Self, Trouble> {
        if self.status.is_success() || self.is_unchanged() {
            return Ok(self);
        }
        Err(self.trouble(client))
    }

    fn trouble(&self, client: &Client) -> Trouble {
        let status = self.status.as_u16();
        let reason = client.clean(&format!("{status} {}", self.words()));
        match status {
            301 | 302 | 303 | 307 | 308 => self.moved(),
            403 | 429 if self.is_limited() => {
                let after = self.pause();
                let limit = if self.number("x-ratelimit-remaining") == Some(0) {
                    "the hour's requests are used up"
                } else {
                    "too many requests at once"
                };
                let reason = client.clean(&format!("{limit} ({status}); waiting {} s", after.as_secs()));
                Trouble::Wait { after, reason }
            }
            401 => Trouble::BadToken(client.clean(&format!(
                "401 {}: the token of {} is wrong or has run out",
                self.words(),
                client.token().origin()
            ))),
            403 => Trouble::Forbidden(client.clean(&format!("{reason}{}", self.hint(client)))),
            404 => Trouble::Missing(client.clean(&format!("{reason}: not there, or not to be seen with this token"))),
            407 | 511 => {
                Trouble::NotSent(client.clean(&format!("{reason}: something between us and the host wants a login")))
            }
            408 | 500.. => Trouble::Unknown { reason, request_id: self.request_id() },
            410 => Trouble::Deleted(reason),
            _ => Trouble::Refused(reason),
        }
    }

    fn moved(&self) -> Trouble {
        let to = self.header("location").and_then(|to| self.url.join(to).ok());
        Trouble::Moved { to: to.filter(|to| to.origin() == self.url.origin()) }
    }

    fn is_limited(&self) -> bool {
        let said = || String::from_utf8_lossy(&self.body).to_lowercase();
        self.status.as_u16() == 429
            || self.header("retry-after").is_some()
            || self.number("x-ratelimit-remaining") == Some(0)
            || said().contains("secondary rate limit")
    }

    fn pause(&self) -> Duration {
        let asked = self.header("retry-after").and_then(|text| match text.trim().parse() {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => (http_date(text)? - self.date()?).to_std().ok(),
        });
        let used_up = || self.until_reset().filter(|_| self.number("x-ratelimit-remaining") == Some(0));
        asked.or_else(used_up).unwrap_or(A_MINUTE).min(LONGEST)
    }

    /// What would help against a 403.
    fn hint(&self, client: &Client) -> String {
        if let Some(sso) = self.header("x-github-sso") {
            let url = sso.split("url=").nth(1).and_then(Link::parse).filter(|link| {
                link.host() == "github.com"
                    || client.host().strip_prefix("api.").unwrap_or(&client.host()) == link.host()
            });
            return match url {
                Some(link) => format!("; allow the token for single sign-on: {}", link.as_str()),
                None => "; allow the token for single sign-on in GitHub's settings".to_owned(),
            };
        }
        match self.header("x-accepted-github-permissions") {
            Some(needs) => format!("; the token needs {needs}"),
            None => String::new(),
        }
    }

    /// The server's own words, shortened.
    fn words(&self) -> String {
        if self.is_html() {
            return self.html_words();
        }
        let Ok(complaint) = serde_json::from_slice::<Complaint>(&self.body) else {
            return self.status.canonical_reason().unwrap_or("with a body that is not JSON").to_owned();
        };
        let mut words = match &complaint.message {
            Some(Value::String(message)) => message.clone(),
            _ => self.status.canonical_reason().unwrap_or_default().to_owned(),
        };
        for error in complaint.errors.iter().take(3) {
            let part = |key: &str| error.get(key).and_then(Value::as_str);
            let told = match (error.as_str(), part("message"), part("field"), part("code")) {
                (Some(text), ..) | (None, Some(text), ..) => text.to_owned(),
                (None, None, Some(field), Some(code)) => format!("{field} {code}"),
                (None, None, field, code) => field.or(code).unwrap_or_default().to_owned(),
            };
            words.push_str("; ");
            words.push_str(&told);
        }
        words.chars().take(WORDS).collect()
    }

    fn is_html(&self) -> bool {
        let named = self.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
        named || self.body.trim_ascii_start().starts_with(b"<")
    }

    fn html_words(&self) -> String {
        let page = String::from_utf8_lossy(&self.body[..self.body.len().min(16_384)]).into_owned();
        let lower = page.to_ascii_lowercase();
        let title = lower.find("<title").and_then(|at| {
            let from = at + lower[at..].find('>')? + 1;
            page.get(from..from + lower[from..].find("</title")?)
        });
        match title.map(Clean::line).filter(|title| !title.is_empty()) {
            Some(title) => format!("an HTML page, “{}”", title.as_str().chars().take(80).collect::<String>()),
            None => "an HTML page".to_owned(),
        }
    }

    fn not_json(&self, error: &serde_json::Error) -> Clean {
        let host = self.url.host_str().unwrap_or_default();
        if self.is_html() {
            let page = self.html_words();
            return Clean::line(&format!(
                "{host} answers with {page}, not as GitHub: a login page or a proxy in between?"
            ));
        }
        Clean::line(&format!("{host} answers with what is no GitHub JSON: {error}"))
    }
}

fn http_date(text: &str) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc2822(text.trim()).ok()?.to_utc())
}
