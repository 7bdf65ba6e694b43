//! Which token goes to which host, and to no other.
//!
//! A token is asked for by host, stays in memory, and is never shown: not in
//! a log, not in an error, not by `{:?}`. A file that came with a repository
//! can name a variable, and that counts only once the operator has trusted it.

use std::collections::BTreeMap;
use std::fmt;
use std::process::Stdio;
use std::time::Duration;

use sha2::{Digest, Sha256};
use url::Url;

use crate::config::{GithubSource, PersonalFile, host_and_port};
use crate::domain::text::Clean;

const KEYRING_SERVICE: &str = "dogwatch";
const KEYRING_PATIENCE: Duration = Duration::from_secs(2);
const GH_PATIENCE: Duration = Duration::from_secs(5);
/// How GitHub's own tokens begin.
const PREFIXES: [&str; 6] = ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"];
/// Stands where a token was.
const HIDDEN: &str = "[token]";

/// A secret that opens one host.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    value: String,
    origin: String,
}

impl Token {
    /// Takes it without the blanks around it; none if nothing is left, or if
    /// it holds what no header can carry.
    pub fn new(value: &str, origin: impl Into<String>) -> Option<Self> {
        let value = value.trim();
        let fits = !value.is_empty() && value.chars().all(|c| c.is_ascii_graphic());
        fits.then(|| Self { value: value.to_owned(), origin: origin.into() })
    }

    /// Where it was found, in words: `$GH_TOKEN`, `keyring`, `gh auth token`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The secret itself, for the one header that carries it.
    pub(super) fn reveal(&self) -> &str {
        &self.value
    }

    /// Tells two tokens apart without saying anything about either.
    pub fn mark(&self, salt: &str) -> String {
        let mut hash = Sha256::new();
        for part in [salt, "\n", &self.value] {
            hash.update(part);
        }
        let mark = hash.finalize().iter().take(8).fold(0_u64, |mark, byte| (mark << 8) | u64::from(*byte));
        format!("{mark:016x}")
    }

    /// The text without this token and without anything that looks like one.
    pub fn redact(&self, text: &str) -> String {
        redact(&text.replace(&self.value, HIDDEN))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// The text without anything that looks like one of GitHub's tokens.
pub fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, prefix)) = PREFIXES.iter().filter_map(|one| Some((rest.find(one)?, one))).min() {
        let (before, from) = rest.split_at(at);
        let secret = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = from.find(|c| !secret(c)).unwrap_or(from.len());
        out.push_str(before);
        out.push_str(if end > prefix.len() { HIDDEN } else { prefix });
        rest = &from[end..];
    }
    out.push_str(rest);
    out
}

/// Whose tokens may go to a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The host that is asked, with its port when it is not the usual one: `api.github.com`, `127.0.0.1:4030`.
    pub host: String,
    /// The source's `token_env`, once the team file has been trusted.
    pub trusted_env: Option<String>,
    /// `[tokens]` of the personal file: host to the name of a variable.
    pub personal: BTreeMap<String, String>,
    /// The Enterprise hosts that the personal file names.
    pub enterprise: Vec<String>,
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no token for {host}: {remedy}")]
pub struct NoToken {
    /// Which host.
    pub host: String,
    /// Which variables hold none: `$MCP_TOKEN is not set`; empty where none is named.
    pub why: Clean,
    /// What would help.
    pub remedy: Clean,
}

impl Rules {
    /// The rules for a host of which no file says anything.
    pub fn plain(host: impl Into<String>) -> Self {
        Self { host: host.into(), trusted_env: None, personal: BTreeMap::new(), enterprise: Vec::new() }
    }

    /// The rules for the host of this source, by what the personal file says and, once it is trusted, the team file.
    pub fn of(github: &GithubSource, personal: &PersonalFile, trusted_env: Option<String>) -> Self {
        Self::at(&github.api, personal, trusted_env)
    }

    /// As [`Self::of`], for the host of this API.
    pub fn at(api: &Url, personal: &PersonalFile, trusted_env: Option<String>) -> Self {
        Self {
            host: host_and_port(api),
            trusted_env,
            personal: personal.tokens.iter().map(|(host, source)| (host.clone(), source.env.clone())).collect(),
            enterprise: personal.enterprise.clone(),
        }
    }

    /// Whether it is github.com or one of GitHub's own *.ghe.com.
    pub fn is_githubs_own(&self) -> bool {
        let host = self.host.as_str();
        matches!(host, "github.com" | "api.github.com") || host.ends_with(".ghe.com")
    }

    /// The host as `gh`, browsers and people know it: `github.com` for `api.github.com`.
    pub fn web_host(&self) -> &str {
        let own = self.is_githubs_own();
        self.host.strip_prefix("api.").filter(|_| own).unwrap_or(&self.host)
    }

    /// The variables that may hold a token for this host, the first one that does wins.
    pub fn variables(&self) -> Vec<&str> {
        let chosen = |host: &str| self.personal.get(host).map(String::as_str);
        let mut names: Vec<&str> = chosen(&self.host).or_else(|| chosen(self.web_host())).into_iter().collect();
        names.extend(self.trusted_env.as_deref());
        if self.is_githubs_own() {
            names.extend(["GH_TOKEN", "GITHUB_TOKEN"]);
        } else if self.enterprise.iter().any(|host| host.eq_ignore_ascii_case(&self.host)) {
            names.extend(["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"]);
        }
        names
    }

    /// The token that the environment holds for this host.
    pub fn in_environment(&self, env: &dyn Fn(&str) -> Option<String>) -> Option<Token> {
        self.variables().into_iter().find_map(|name| Token::new(&env(name)?, format!("${name}")))
    }

    /// Looks in the environment, then in the system's keyring, then asks `gh`.
    ///
    /// # Errors
    ///
    /// [`NoToken`], with what would help.
    pub async fn resolve(&self, env: &(dyn Fn(&str) -> Option<String> + Sync)) -> Result<Token, NoToken> {
        if let Some(token) = self.in_environment(env) {
            return Ok(token);
        }
        if let Some(token) = self.in_keyring().await {
            return Ok(token);
        }
        if self.is_githubs_own()
            && let Some(token) = from_gh(self.web_host()).await
        {
            return Ok(token);
        }
        Err(self.missing())
    }

    /// That there is none, with what would help.
    pub fn missing(&self) -> NoToken {
        let names = self.variables();
        let remedy = match names.as_slice() {
            [] => "name a variable in the personal file under [tokens], or trust the team file that does".to_owned(),
            names if self.is_githubs_own() => format!("set ${}, or run `gh auth login`", names.join(" or $")),
            names => format!("set ${}", names.join(" or $")),
        };
        let why = match names.as_slice() {
            [] => String::new(),
            names => format!("${} is not set", names.join(" is not set, nor $")),
        };
        NoToken { host: self.host.clone(), why: Clean::line(&why), remedy: Clean::line(&remedy) }
    }

    async fn in_keyring(&self) -> Option<Token> {
        let mut hosts = vec![self.web_host().to_owned()];
        if self.host != hosts[0] {
            hosts.push(self.host.clone());
        }
        let (say, heard) = tokio::sync::oneshot::channel();
        // A thread of its own: a keyring that waits for a password must not hold up the end of the program.
        std::thread::Builder::new()
            .name("keyring".into())
            .spawn(move || {
                let found = hosts.iter().find_map(|host| {
                    let entry = keyring::Entry::new(KEYRING_SERVICE, host).ok()?;
                    Token::new(&entry.get_password().ok()?, "keyring")
                });
                // Nobody listens any more after the time-out.
                let _late = say.send(found);
            })
            .ok()?;
        tokio::time::timeout(KEYRING_PATIENCE, heard).await.ok()?.ok()?
    }
}

async fn from_gh(host: &str) -> Option<Token> {
    let mut gh = tokio::process::Command::new("gh");
    gh.args(["auth", "token", "--hostname", host]).stdin(Stdio::null()).kill_on_drop(true);
    let answer = tokio::time::timeout(GH_PATIENCE, gh.output()).await.ok()?.ok()?;
    if !answer.status.success() {
        return None;
    }
    Token::new(std::str::from_utf8(&answer.stdout).ok()?, "gh auth token")
}

/// Looks a token up when one is needed, and again when a host refuses it.
pub type Lookup =
    std::sync::Arc<dyn Fn() -> std::pin::Pin<Box<dyn Future<Output = Result<Token, NoToken>> + Send>> + Send + Sync>;

/// Looks in this process's environment by these rules, each time anew.
pub fn lookup(rules: Rules) -> Lookup {
    let rules = std::sync::Arc::new(rules);
    std::sync::Arc::new(move || {
        let rules = std::sync::Arc::clone(&rules);
        Box::pin(async move { rules.resolve(&|name| std::env::var(name).ok()).await })
    })
}

/// Always this token.
pub fn fixed(token: Token) -> Lookup {
    std::sync::Arc::new(move || {
        let token = token.clone();
        Box::pin(async move { Ok(token) })
    })
}
