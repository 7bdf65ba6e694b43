//! Calendars that others publish at an address: fetched without a token, no
//! more often than they change, and no more of them than is read.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, ETAG, IF_NONE_MATCH, LOCATION};
use url::Url;

use crate::config::{host_and_port, is_loopback};
use crate::domain::text::Clean;
use crate::store::copies::LONGEST;

/// The whole answer has to be there by then.
const PATIENCE: Duration = Duration::from_mins(1);
const CONNECT: Duration = Duration::from_secs(10);
/// Entity tags are kept up to this length.
const TAG: usize = 512;

/// What an address said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The same as the last time.
    Unchanged,
    /// A file, and the tag by which it is asked for the next time.
    Changed {
        /// As it came; nobody has looked whether it is a calendar.
        bytes: Vec<u8>,
        /// The host's name for this state of it.
        tag: Option<String>,
    },
}

/// Why there is no file; what was known stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// No answer, or one that was cut off.
    #[error("no answer from {place}: {reason}")]
    Unreachable {
        /// The host.
        place: Clean,
        /// What went wrong.
        reason: Clean,
    },
    /// An answer that is no file.
    #[error("{place} answers {status}{hint}")]
    Refused {
        /// The host.
        place: Clean,
        /// The status.
        status: u16,
        /// What to do about it; begins with a separator, or is empty.
        hint: Clean,
    },
    /// More than is read.
    #[error("{place} is longer than {} MiB", LONGEST >> 20)]
    TooLong {
        /// The host.
        place: Clean,
    },
}

/// Asks for the file at this address, unless it still has this tag.
///
/// # Errors
///
/// [`FetchError`], by what went wrong.
pub async fn fetch(url: &Url, tag: Option<&str>) -> Result<Fetched, FetchError> {
    // A calendar's address is often all it takes to read it, so no more of it than the host is ever shown.
    let place = Clean::line(&host_and_port(url));
    let unreachable = |error: &dyn std::error::Error| {
        let mut reason = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            reason = error.to_string();
            cause = error.source();
        }
        FetchError::Unreachable { place: place.clone(), reason: Clean::line(&reason) }
    };
    let mut http = reqwest::Client::builder()
        .user_agent(concat!("dogwatch/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT)
        .timeout(PATIENCE);
    if is_loopback(url) {
        http = http.no_proxy();
    }
    let http = http.build().map_err(|error| unreachable(&error.without_url()))?;
    let mut request = http.get(url.clone()).header(ACCEPT, "text/calendar, */*;q=0.1");
    if let Some(tag) = tag {
        request = request.header(IF_NONE_MATCH, tag);
    }
    let mut answer = request.send().await.map_err(|error| unreachable(&error.without_url()))?;
    match answer.status() {
        StatusCode::NOT_MODIFIED if tag.is_some() => return Ok(Fetched::Unchanged),
        StatusCode::OK => {}
        status => {
            let to = answer.headers().get(LOCATION).and_then(|to| url.join(to.to_str().ok()?).ok());
            let to = to.filter(|_| status.is_redirection());
            let hint = to.map(|to| format!("; it has moved to {}: write its new address", host_and_port(&to)));
            let hint = hint.unwrap_or_default();
            return Err(FetchError::Refused { place, status: status.as_u16(), hint: Clean::line(&hint) });
        }
    }
    let tag = answer.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
    let tag = tag.filter(|tag| tag.len() <= TAG).map(str::to_owned);
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| unreachable(&error.without_url()))? {
        if (bytes.len() + piece.len()) as u64 > LONGEST {
            return Err(FetchError::TooLong { place });
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(Fetched::Changed { bytes, tag })
}
