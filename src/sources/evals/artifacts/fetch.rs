//! One archive, from the API's redirect to checked bytes in memory.
//!
//! GitHub answers with an address on another host that is good for a minute.
//! The token stays with the API: once a redirect has led away from it, no
//! further request carries one, not even back to it. What arrives is bounded
//! as it arrives, whatever any header claims.

use http::Request;
use reqwest::Response;
use url::Url;

use super::Bounds;
use super::state::Waiting;
use crate::config::is_loopback;
use crate::domain::hash::sha256;
use crate::sources::github::client::Client;
use crate::sources::github::trouble::Trouble;
use crate::sources::tokens::Rules;

/// How many redirects are followed.
const HOPS: usize = 4;
/// Where GitHub itself keeps artifacts.
const STORES: &[&str] = &[".blob.core.windows.net", ".githubusercontent.com", ".ghe.com"];

const MB: u64 = 1 << 20;

/// Why there is no archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// It concerns the host and not this artifact: the poll ends.
    Poll(Trouble),
    /// It will never be there.
    Final(String),
    /// It may be there next time.
    Passing(String),
    /// Nobody answered: next time, and whoever else is asked now would wait as long.
    Silent(String),
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::NotSent(_) | Trouble::Wait { .. } | Trouble::BadToken(_) | Trouble::Forbidden(_) => {
                Self::Poll(trouble)
            }
            Trouble::Missing(reason) | Trouble::Deleted(reason) => Self::Final(format!("no longer there: {reason}")),
            Trouble::Unknown { reason, .. } => Self::Silent(reason.to_string()),
            Trouble::Moved { .. } | Trouble::Refused(_) | Trouble::Unreadable(_) => Self::Passing(trouble.to_string()),
        }
    }
}

/// The archive of this artifact, of the size and digest that the list names.
pub(super) async fn archive(client: &Client, artifact: &Waiting, bounds: Bounds) -> Result<Vec<u8>, Failure> {
    if artifact.size > bounds.archive_bytes {
        return Err(Failure::Final(too_large(artifact.size, bounds.archive_bytes)));
    }
    let base = client.url("/")?;
    let mut at = Url::parse(&artifact.url)
        .ok()
        .filter(|url| client.is_ours(url))
        .ok_or_else(|| Failure::Final("its address is not on the API's host; nothing was sent".to_owned()))?;
    let mut with_token = true;
    for _ in 0..=HOPS {
        with_token &= is_below(&base, &at);
        let to = if with_token {
            ask(client, &at).await?
        } else {
            permitted(&base, &at)?;
            let answer = download(client, &at, bounds).await?;
            if !answer.status().is_redirection() {
                return body(answer, artifact, bounds).await;
            }
            let to = answer.headers().get(http::header::LOCATION).and_then(|to| to.to_str().ok());
            to.map(str::to_owned)
        };
        at = to
            .and_then(|to| at.join(&to).ok())
            .ok_or_else(|| Failure::Passing(format!("{} redirects to no address", host(&at))))?;
    }
    Err(Failure::Passing("redirected too often".to_owned()))
}

/// Asks the API where the archive is.
async fn ask(client: &Client, at: &Url) -> Result<Option<String>, Failure> {
    let request = Request::get(at.as_str()).body(String::new());
    let request = request.map_err(|_| Failure::Final("its address cannot be asked".to_owned()))?;
    let answer = client.carry(request).await?;
    if answer.status.is_redirection() {
        return Ok(answer.header("location").map(str::to_owned));
    }
    answer.judged(client)?;
    Err(Failure::Passing(format!("{} names no address for it", host(at))))
}

/// Whether an address is one of the API, where the token belongs.
fn is_below(base: &Url, url: &Url) -> bool {
    let below = |folder: &str| url.path().strip_prefix(base.path()).is_some_and(|path| path.starts_with(folder));
    url.origin() == base.origin() && (below("repos/") || below("repositories/"))
}

/// Only over https, and from GitHub's own API only to where GitHub keeps artifacts; plain http stays on this machine.
fn permitted(base: &Url, to: &Url) -> Result<(), Failure> {
    let here = is_loopback(to) && is_loopback(base);
    if to.scheme() != "https" && !(to.scheme() == "http" && here) {
        return Err(Failure::Passing(format!("redirected to {}, which is not https: not followed", place(to))));
    }
    if !to.username().is_empty() || to.password().is_some() {
        return Err(Failure::Passing(format!("redirected to {} with a password: not followed", place(to))));
    }
    let known = STORES.iter().any(|store| host(to).ends_with(store)) || to.origin() == base.origin();
    if Rules::plain(host(base)).is_githubs_own() && !known {
        return Err(Failure::Passing(format!("redirected to {}, where GitHub keeps nothing: not followed", place(to))));
    }
    Ok(())
}

/// An address without its query: that opens the archive for whoever has it.
fn place(url: &Url) -> String {
    format!("{}://{}", url.scheme(), host(url))
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or("no host")
}

/// Sends one request without any token.
async fn download(client: &Client, at: &Url, bounds: Bounds) -> Result<Response, Failure> {
    let sent = client.without_token().get(at.clone()).timeout(bounds.patience).send().await;
    let answer = sent.map_err(|error| Failure::Silent(silence(at, &error)))?;
    let status = answer.status();
    match status.as_u16() {
        200 | 301 | 302 | 303 | 307 | 308 => Ok(answer),
        404 | 410 => Err(Failure::Final(format!("no longer there: {} says {status}", host(at)))),
        408 | 429 | 500.. => Err(Failure::Silent(format!("{} says {status}", host(at)))),
        _ => Err(Failure::Passing(format!("{} says {status}", host(at)))),
    }
}

/// In words, and without the address, which is a secret.
fn silence(at: &Url, error: &reqwest::Error) -> String {
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    format!("{}: {what}", host(at))
}

/// All of the body, as long as it stays within bounds, if it is what the list says.
async fn body(mut answer: Response, artifact: &Waiting, bounds: Bounds) -> Result<Vec<u8>, Failure> {
    let at = answer.url().clone();
    let most = if artifact.digest.is_some() { artifact.size } else { bounds.archive_bytes };
    let over = || match artifact.digest {
        Some(_) => Failure::Passing(format!("more than the {} bytes that the list names", artifact.size)),
        None => Failure::Final(format!("larger than {} MB, the most that is read of one artifact", most / MB)),
    };
    if answer.content_length().is_some_and(|length| length > most) {
        return Err(over());
    }
    let expected = usize::try_from(artifact.size.min(8 * MB)).unwrap_or_default();
    let mut bytes = Vec::with_capacity(expected);
    while let Some(piece) = answer.chunk().await.map_err(|error| Failure::Silent(silence(&at, &error)))? {
        if (bytes.len() + piece.len()) as u64 > most {
            return Err(over());
        }
        bytes.extend_from_slice(&piece);
    }
    match &artifact.digest {
        Some(_) if bytes.len() as u64 != artifact.size => {
            Err(Failure::Passing(format!("{} bytes instead of the {} that the list names", bytes.len(), artifact.size)))
        }
        Some(_) | None => Ok(bytes),
    }
}

/// Whether these are the bytes that the list names, where it names them.
pub(super) fn is_as_listed(bytes: &[u8], artifact: &Waiting) -> bool {
    artifact.digest.as_ref().is_none_or(|digest| sha256(bytes) == *digest)
}

fn too_large(size: u64, most: u64) -> String {
    format!("{} MB; at most {} MB are read of one artifact", size.div_ceil(MB), most / MB)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_redirect_is_followed_where_githubs_archives_lie_and_over_https() {
        let cases = [
            ("https://api.github.com/", "https://results1.blob.core.windows.net/a.zip?sig=s", true),
            ("https://api.github.com/", "https://pipelines.actions.githubusercontent.com/a", true),
            ("https://api.github.com/", "https://api.github.com/elsewhere", true),
            ("https://api.github.com/", "https://blob.core.windows.net.evil.example/a", false),
            ("https://api.github.com/", "https://evil.example/a", false),
            ("https://api.github.com/", "http://results1.blob.core.windows.net/a.zip", false),
            ("https://api.github.com/", "http://127.0.0.1/a", false),
            ("https://api.github.com/", "file:///etc/passwd", false),
            ("https://api.github.com/", "https://u:p@results1.blob.core.windows.net/a.zip", false),
            ("https://ghe.example/api/v3/", "https://store.example/a", true),
            ("https://ghe.example/api/v3/", "http://store.example/a", false),
            ("http://127.0.0.1:1/", "http://127.0.0.1:2/a", true),
            ("http://127.0.0.1:1/", "http://store.example/a", false),
            ("http://127.0.0.1:1/", "ftp://127.0.0.1/a", false),
        ];
        for (base, to, want) in cases {
            let got = permitted(&url(base), &url(to));
            assert_eq!(got.is_ok(), want, "{base} to {to}: {got:?}");
            assert!(got.is_ok() || !format!("{got:?}").contains("sig="), "{got:?}");
        }
    }

    #[test]
    fn the_token_belongs_to_repositories_of_the_api_and_to_nothing_else() {
        let cases = [
            ("https://api.github.com/", "https://api.github.com/repos/a/b/actions/artifacts/1/zip", true),
            ("https://api.github.com/", "https://api.github.com/repositories/1/actions/artifacts/1/zip", true),
            ("https://api.github.com/", "https://api.github.com/user", false),
            ("https://api.github.com/", "https://api.github.com:444/repos/a/b", false),
            ("https://ghe.example/api/v3/", "https://ghe.example/api/v3/repos/a/b/x", true),
            ("https://ghe.example/api/v3/", "https://ghe.example/_services/pipelines/x", false),
        ];
        for (base, at, want) in cases {
            assert_eq!(is_below(&url(base), &url(at)), want, "{base} {at}");
        }
    }
}
