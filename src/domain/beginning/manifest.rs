//! What manifests say of a repository: where its packages lie, and whether an
//! MCP server is built here.

use serde_json::Value as Json;
use toml::Value as Toml;

/// A file that was read: where it lies, and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// From the folder that was looked at, with `/`.
    pub path: String,
    /// The text of the file.
    pub text: String,
}

/// What is read as a manifest, by the name of the file.
pub const MANIFESTS: &[&str] =
    &["Cargo.toml", "pyproject.toml", "package.json", "requirements.txt", "setup.cfg", "setup.py", "go.mod"];
/// Libraries with which MCP servers are built.
const SERVERS: &[&str] = &["mcp", "fastmcp", "@modelcontextprotocol/sdk", "rmcp", "rust-mcp-sdk", "mcp-framework"];

impl Sheet {
    /// The library that says that an MCP server is built here; none if nothing does.
    pub(super) fn server(&self) -> Option<&'static str> {
        let needed = self.needs();
        SERVERS.iter().find(|server| needed.iter().any(|need| need == *server)).copied()
    }

    /// The patterns under which the packages of a workspace lie.
    pub(super) fn members(&self) -> Vec<String> {
        let words = |list: Option<&Toml>| -> Vec<String> {
            let list = list.and_then(Toml::as_array).into_iter().flatten();
            list.filter_map(Toml::as_str).map(str::to_owned).collect()
        };
        match self.file() {
            "Cargo.toml" => {
                let table = self.table();
                let workspace = table.get("workspace");
                words(workspace.and_then(|workspace| workspace.get("members")))
            }
            "pyproject.toml" => words(dug(&self.table(), &["tool", "uv", "workspace", "members"])),
            "package.json" => {
                let json = self.json();
                let listed = json.get("workspaces");
                let listed = listed.and_then(|list| list.get("packages")).or(listed).and_then(Json::as_array);
                listed.into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The name of the file alone.
    pub(super) fn file(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The names of what it depends on.
    fn needs(&self) -> Vec<String> {
        match self.file() {
            "Cargo.toml" => {
                let table = self.table();
                let own = table.get("dependencies").into_iter();
                own.chain(dug(&table, &["workspace", "dependencies"])).flat_map(keys).collect()
            }
            "pyproject.toml" => python(&self.table()),
            "package.json" => {
                let json = self.json();
                let tables = ["dependencies", "devDependencies"].iter().filter_map(|key| json.get(key)?.as_object());
                tables.flat_map(|table| table.keys().cloned()).collect()
            }
            "requirements.txt" => self.text.lines().filter_map(requirement).collect(),
            _ => Vec::new(),
        }
    }

    fn table(&self) -> toml::Table {
        self.text.parse().unwrap_or_default()
    }

    fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

fn dug<'a>(table: &'a toml::Table, way: &[&str]) -> Option<&'a Toml> {
    let (first, rest) = way.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(key))
}

fn keys(table: &Toml) -> Vec<String> {
    table.as_table().map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

/// As PEP 621, PEP 735 and Poetry write them.
fn python(table: &toml::Table) -> Vec<String> {
    let groups = |value: Option<&Toml>| -> Vec<Toml> {
        value.and_then(Toml::as_table).map(|table| table.values().cloned().collect()).unwrap_or_default()
    };
    let mut lists: Vec<Toml> = dug(table, &["project", "dependencies"]).cloned().into_iter().collect();
    lists.extend(groups(dug(table, &["project", "optional-dependencies"])));
    lists.extend(groups(table.get("dependency-groups")));
    let words = lists.iter().filter_map(Toml::as_array).flatten().filter_map(Toml::as_str);
    let poetry = dug(table, &["tool", "poetry", "dependencies"]).map(keys).unwrap_or_default();
    words.filter_map(requirement).chain(poetry.iter().filter_map(|name| requirement(name))).collect()
}

/// The name at the start of a requirement (PEP 508), spelt as PEP 503 compares them.
fn requirement(line: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let line = line.trim();
    let name = &line[..line.find(|c| !fits(c)).unwrap_or(line.len())];
    Some(name.to_lowercase().replace(['_', '.'], "-")).filter(|name| !name.is_empty() && !name.starts_with('-'))
}

/// The names of the artifacts that a workflow of GitHub Actions keeps and whose names speak of evals.
pub(super) fn artifacts(workflow: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut left = 0;
    for line in workflow.lines() {
        let line = line.trim().trim_start_matches("- ").trim();
        if line.starts_with("uses:") {
            // Its settings follow within a few lines.
            left = if line.contains("actions/upload-artifact") { 12 } else { 0 };
        } else if left > 0 {
            left -= 1;
            let name = line.strip_prefix("name:").map(|name| name.trim().trim_matches(['"', '\'']));
            names.extend(name.filter(|name| name.contains("eval") && !name.contains('$')).map(str::to_owned));
        }
    }
    names.sort();
    names.dedup();
    names
}
