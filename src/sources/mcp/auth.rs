//! What a server says when it wants a credential, or another one.

use http::HeaderValue;
use serde_json::Value;
use url::Url;

use super::message::strings;

/// What `WWW-Authenticate` asks for (RFC 9110, RFC 6750).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Challenge {
    pub description: Option<String>,
    pub scope: Option<String>,
}

impl Challenge {
    pub fn read<'a>(values: impl IntoIterator<Item = &'a HeaderValue>) -> Self {
        let mut challenge = Self::default();
        for value in values {
            let text = String::from_utf8_lossy(value.as_bytes());
            challenge.description = challenge.description.or_else(|| parameter(&text, "error_description"));
            challenge.scope = challenge.scope.or_else(|| parameter(&text, "scope"));
        }
        challenge
    }

    /// Whether it says nothing that would help.
    pub fn is_mute(&self) -> bool {
        self.description.is_none() && self.scope.is_none()
    }
}

/// The value of `name=…` in a challenge, in quotes or bare.
fn parameter(text: &str, name: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let at = rest.find(name)?;
        let alone = rest[..at].chars().next_back().is_none_or(|before| !(before.is_alphanumeric() || before == '_'));
        rest = &rest[at + name.len()..];
        let Some(value) = rest.trim_start().strip_prefix('=').filter(|_| alone) else { continue };
        let value = value.trim_start();
        let Some(quoted) = value.strip_prefix('"') else {
            return Some(value.split([',', ' ']).next().unwrap_or_default().to_owned());
        };
        let mut out = String::new();
        let mut chars = quoted.chars();
        while let Some(c) = chars.next().filter(|c| *c != '"') {
            out.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
        }
        return Some(out);
    }
}

/// The sentence for a 401 or 403.
pub(super) fn refused(status: u16, challenge: &Challenge, body: &str) -> String {
    let from_body = || {
        let body: Value = serde_json::from_str(body).ok()?;
        Some(body.get("error_description")?.as_str()?.to_owned())
    };
    let description = challenge.description.clone().or_else(from_body);
    let mut sentence = match description {
        Some(description) => format!("HTTP {status}: {description}"),
        None if status == 401 => "HTTP 401: the server wants a token, or another one".to_owned(),
        None => "HTTP 403: the token is not allowed to do this".to_owned(),
    };
    if let Some(scope) = &challenge.scope {
        sentence.push_str("; scope: ");
        sentence.push_str(scope);
    }
    sentence
}

/// Where the metadata of a protected resource may be (RFC 9728), the exact one first.
pub(super) fn metadata_urls(home: &Url) -> Vec<Url> {
    let at = |path: &str| {
        let mut url = home.clone();
        url.set_path(path);
        url.set_query(None);
        url.set_fragment(None);
        url
    };
    let root = "/.well-known/oauth-protected-resource";
    let path = home.path().trim_end_matches('/');
    let mut urls = vec![at(root)];
    if !path.is_empty() {
        urls.insert(0, at(&format!("{root}{path}")));
    }
    urls
}

/// What that metadata says about how to get in; none if it says nothing.
pub(super) fn metadata(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let scopes = strings(body.get("scopes_supported")).join(" ");
    let servers = strings(body.get("authorization_servers")).join(" ");
    match (scopes.is_empty(), servers.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("scope: {scopes}")),
        (true, false) => Some(format!("tokens are given by {servers}")),
        (false, false) => Some(format!("scope: {scopes}; tokens are given by {servers}")),
    }
}
