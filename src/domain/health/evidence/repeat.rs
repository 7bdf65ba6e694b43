//! The line with which a person repeats a probe by hand: safe to paste, and
//! without any secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::config::{McpEndpoint, McpSource, without_secrets};
use crate::domain::health::Identity;
use crate::domain::probe::{Era, Level, Transport};

/// The newest version of each era, where the server's own is not known.
const MODERN: &str = "2026-07-28";
const LEGACY: &str = "2025-11-25";

/// Stands in a canary's arguments for a word that no cache knows.
const NONCE: &str = "{{nonce}}";
/// The word for it where none was ever sent.
const BY_HAND: &str = "by-hand";
/// Reads the session's id from the headers; a server may give none.
const SESSION: &str = r"tr -d '\r' | sed -n 's/^[Mm][Cc][Pp]-[Ss]ession-[Ii][Dd]: *//p'";

/// The command line for this level; `called` are the arguments that the canary was really called with, as JSON.
pub(super) fn line(identity: &Identity, level: Level, source: &McpSource, called: Option<&str>) -> String {
    let talk = Talk::of(identity, level, source, called);
    let url = match &source.endpoint {
        McpEndpoint::Command(command) => {
            let program = command.first().map_or("", String::as_str);
            let messages: Vec<String> = talk.greeting.iter().chain(&talk.messages).map(Value::to_string).collect();
            let lines = if messages.len() == 1 { "this line" } else { "these lines" };
            let (program, messages) = (quoted(program), messages.join("\n"));
            return format!("# start {program} as the team file says, and send it {lines}:\n{messages}");
        }
        McpEndpoint::Url(url) => url,
    };
    let bearer = if identity.credential.is_some() || source.token_env.is_some() {
        " \\\n  -H \"Authorization: Bearer $MCP_TOKEN\""
    } else {
        ""
    };
    if let (Level::Health, Some(health)) = (level, &source.health_url) {
        return format!("curl -sS -i --max-time 10 {}", quoted(without_secrets(health).as_str()));
    }
    let curl =
        |options: &str| format!("curl -sS {options} --max-time 10 {}{bearer}", quoted(without_secrets(url).as_str()));
    if identity.transport == Some(Transport::HttpSse) {
        return format!("{} \\\n  -N -H 'Accept: text/event-stream'", curl("-i"));
    }
    talk.over_http(curl)
}

/// What is said to a server. A legacy one wants to be greeted before anything else, and what follows is of the session
/// that it gives for that.
struct Talk {
    greeting: Option<Value>,
    messages: Vec<Value>,
    headers: Vec<String>,
}

impl Talk {
    fn of(identity: &Identity, level: Level, source: &McpSource, called: Option<&str>) -> Self {
        let version = identity.protocol_version.as_ref().map(crate::domain::text::Clean::as_str);
        match identity.era.unwrap_or(Era::Modern) {
            Era::Legacy => Self::legacy(version.unwrap_or(LEGACY), request(level, source, called)),
            Era::Modern => Self::modern(version.unwrap_or(MODERN), request(level, source, called)),
        }
    }

    fn legacy(version: &str, request: Option<Request>) -> Self {
        let params = json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": client() });
        let greeting = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params });
        let Some(Request { method, params, .. }) = request else {
            return Self { greeting: None, messages: vec![greeting], headers: Vec::new() };
        };
        let greeted = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        let asked = json!({ "jsonrpc": "2.0", "id": 2, "method": method, "params": params });
        let headers = vec![format!("MCP-Protocol-Version: {version}")];
        Self { greeting: Some(greeting), messages: vec![greeted, asked], headers }
    }

    fn modern(version: &str, request: Option<Request>) -> Self {
        let discover = Request { method: "server/discover", params: json!({}), tool: None };
        let Request { method, mut params, tool } = request.unwrap_or(discover);
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": client(),
        });
        let mut headers = vec![format!("MCP-Protocol-Version: {version}")];
        headers.extend(tool.map(|tool| format!("Mcp-Name: {}", header_value(&tool))));
        headers.push(format!("Mcp-Method: {method}"));
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        Self { greeting: None, messages: vec![message], headers }
    }

    fn over_http(&self, curl: impl Fn(&str) -> String) -> String {
        let words: Vec<String> = self.messages.iter().map(|message| quoted(&message.to_string())).collect();
        let words = words.join(" \\\n  ");
        let Some(greeting) = &self.greeting else { return post(&curl("-i"), &self.headers, &words) };
        let greet = post(&curl("-D - -o /dev/null"), &[], &quoted(&greeting.to_string()));
        // curl leaves out a header without a value, so that it does for a server that gives no session, too.
        let then = curl("-i") + " \\\n  -H \"Mcp-Session-Id: $session\"";
        let then = post(&then, &self.headers, "\"$message\"");
        format!("session=$({greet} |\n  {SESSION})\nfor message in {words}\ndo {then}\ndone")
    }
}

/// What is asked of a server once it is known to speak.
struct Request {
    method: &'static str,
    params: Value,
    tool: Option<String>,
}

/// None for the levels at which nothing is asked but whether it speaks.
fn request(level: Level, source: &McpSource, called: Option<&str>) -> Option<Request> {
    match (level, &source.canary) {
        (Level::Canary, Some(canary)) => {
            let unsent = || serde_json::from_str(&canary.args.to_string().replace(NONCE, BY_HAND));
            let args: Value =
                called.map_or_else(unsent, serde_json::from_str).or_else(|_| unsent()).unwrap_or_default();
            let params = json!({ "name": canary.tool, "arguments": args });
            Some(Request { method: "tools/call", params, tool: Some(canary.tool.clone()) })
        }
        (Level::Tools, _) => Some(Request { method: "tools/list", params: json!({}), tool: None }),
        (Level::Health | Level::Handshake | Level::Canary, _) => None,
    }
}

fn client() -> Value {
    json!({ "name": "dogwatch", "version": env!("CARGO_PKG_VERSION") })
}

/// A request with these headers; `word` is what the shell puts in the place of the message.
fn post(curl: &str, headers: &[String], word: &str) -> String {
    let common = ["Content-Type: application/json", "Accept: application/json, text/event-stream"];
    let headers = common.into_iter().chain(headers.iter().map(String::as_str));
    let headers: Vec<String> = headers.map(|header| format!(" \\\n  -H {}", quoted(header))).collect();
    format!("{curl}{} \\\n  --data-raw {word}", headers.concat())
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
