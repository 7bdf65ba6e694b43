//! Which machine an address names, and whom a GitHub token may be shown to.

use url::{Host, Url};

/// The names of values in an address that may be secrets hold one of these words.
const SECRETS: [&str; 9] = ["token", "key", "secret", "pass", "auth", "sig", "code", "session", "cred"];

/// Where GitHub's own API is.
pub const GITHUB_API: &str = "https://api.github.com/";

/// Whether an address names this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Whether an address is github.com or a tenant of ghe.com, over https on its own port.
///
/// Only there do `GH_TOKEN` and `GITHUB_TOKEN` go without being asked for.
pub fn is_github(url: &Url) -> bool {
    let known = url
        .host_str()
        .is_some_and(|host| host == "github.com" || host.ends_with(".github.com") || host.ends_with(".ghe.com"));
    known && url.scheme() == "https" && url.port().is_none()
}

/// `host`, or `host:port` where the port is not the scheme's own; as `[tokens]` names it.
pub fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The address as it may be shown and kept: without a user, a password, or values that may be secrets.
pub fn without_secrets(url: &Url) -> Url {
    let secret = |name: &str| SECRETS.iter().any(|word| name.to_lowercase().contains(word));
    let mut shown = url.clone();
    // What cannot have a user has none.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    if url.query_pairs().any(|(name, _)| secret(&name)) {
        shown.query_pairs_mut().clear().extend_pairs(url.query_pairs().map(|(name, value)| {
            let value = if secret(&name) { "REDACTED".into() } else { value };
            (name, value)
        }));
    }
    shown.set_fragment(None);
    shown
}
