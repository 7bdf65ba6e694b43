//! The line with which a person repeats a probe by hand: safe to paste, and
//! without any secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use url::Url;

use crate::config::{McpEndpoint, McpSource};
use crate::domain::health::Identity;
use crate::domain::probe::{Era, Level, Transport};

/// The newest version of each era, where the server's own is not known.
const MODERN: &str = "2026-07-28";
const LEGACY: &str = "2025-11-25";

/// Words in the name of a query parameter whose value is nobody's business.
const SECRETS: [&str; 9] = ["token", "key", "secret", "pass", "auth", "sig", "code", "session", "cred"];

/// The command line for this level.
pub(super) fn line(identity: &Identity, level: Level, source: &McpSource) -> String {
    let era = identity.era.unwrap_or(Era::Modern);
    let (method, params, extra) = request(identity, era, level, source);
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
    let url = match &source.endpoint {
        McpEndpoint::Command(command) => {
            let program = command.first().map_or("", String::as_str);
            return format!("# start {} as the team file says, and send it this line:\n{message}", quoted(program));
        }
        McpEndpoint::Url(url) => url,
    };
    let bearer = if identity.credential.is_some() || source.token_env.is_some() {
        " \\\n  -H \"Authorization: Bearer $MCP_TOKEN\""
    } else {
        ""
    };
    if let (Level::Health, Some(health)) = (level, &source.health_url) {
        return format!("curl -sS -i --max-time 10 {}", quoted(&shown(health)));
    }
    let mut line = format!("curl -sS -i --max-time 10 {}{bearer}", quoted(&shown(url)));
    if identity.transport == Some(Transport::HttpSse) {
        return format!("{line} \\\n  -N -H 'Accept: text/event-stream'");
    }
    let common = ["Content-Type: application/json", "Accept: application/json, text/event-stream"];
    for header in common.into_iter().map(str::to_owned).chain(extra) {
        line.push_str(" \\\n  -H ");
        line.push_str(&quoted(&header));
    }
    format!("{line} \\\n  --data-raw {}", quoted(&message))
}

/// Method, parameters and headers. A legacy server wants `initialize` before
/// anything else, so that is what is shown for it.
fn request(identity: &Identity, era: Era, level: Level, source: &McpSource) -> (&'static str, Value, Vec<String>) {
    let version = identity.protocol_version.as_ref().map(crate::domain::text::Clean::as_str);
    let client = json!({ "name": "dogwatch", "version": env!("CARGO_PKG_VERSION") });
    match era {
        Era::Legacy => {
            let version = version.unwrap_or(LEGACY);
            ("initialize", json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": client }), Vec::new())
        }
        Era::Modern => {
            let version = version.unwrap_or(MODERN);
            let meta = json!({
                "io.modelcontextprotocol/protocolVersion": version,
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": client,
            });
            let mut headers = vec![format!("MCP-Protocol-Version: {version}")];
            let (method, params) = match (level, &source.canary) {
                (Level::Canary, Some(canary)) => {
                    headers.push(format!("Mcp-Name: {}", header_value(&canary.tool)));
                    ("tools/call", json!({ "_meta": meta, "name": canary.tool, "arguments": canary.args }))
                }
                (Level::Tools, _) => ("tools/list", json!({ "_meta": meta })),
                (Level::Health | Level::Handshake | Level::Canary, _) => ("server/discover", json!({ "_meta": meta })),
            };
            headers.push(format!("Mcp-Method: {method}"));
            (method, params, headers)
        }
    }
}

/// A name as a header bears it.
fn header_value(name: &str) -> String {
    let plain = name.bytes().all(|byte| matches!(byte, b' '..=b'~')) && name.trim() == name;
    if plain { name.to_owned() } else { format!("=?base64?{}?=", STANDARD.encode(name)) }
}

/// One word for a POSIX shell, whatever is in it.
fn quoted(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The address without a user, a password, or values that may be secrets.
fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_fragment(None);
    if url.query().is_some() {
        shown.query_pairs_mut().clear().extend_pairs(url.query_pairs().map(|(name, value)| {
            let lower = name.to_lowercase();
            let secret = SECRETS.iter().any(|word| lower.contains(word));
            (name, if secret { "REDACTED".into() } else { value })
        }));
    }
    shown.to_string()
}
