//! Which repository of github.com a remote's address means. Whatever else an
//! address holds, a user, a password, a token, is never repeated.

use super::name::is_writable;

/// As GitHub is reached over SSH where port 22 is closed, too.
const HOSTS: &[&str] = &["github.com", "www.github.com", "ssh.github.com"];

/// `owner/name`, if the address is one of github.com.
pub fn repo_of(address: &str) -> Option<String> {
    let address = address.trim();
    let (host, path) = match address.split_once("://") {
        Some(("https" | "http" | "ssh" | "git" | "git+ssh", rest)) => {
            let (authority, path) = rest.split_once('/')?;
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            (host.split(':').next().unwrap_or(host), path)
        }
        Some(_) => return None,
        // As scp writes it: `git@github.com:owner/name.git`.
        None => {
            let (authority, path) = address.split_once(':')?;
            (authority.rsplit_once('@').map_or(authority, |(_, host)| host), path)
        }
    };
    if !HOSTS.iter().any(|known| known.eq_ignore_ascii_case(host)) {
        return None;
    }
    let path = path.trim_matches('/');
    let (owner, name) = path.strip_suffix(".git").unwrap_or(path).split_once('/')?;
    let plain = |part: &str, also: &str| {
        (1..=100).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
    };
    let repo = format!("{owner}/{name}");
    let good = plain(owner, "-_") && plain(name, "-_.") && !matches!(name, "." | "..") && is_writable(&repo);
    good.then_some(repo)
}
