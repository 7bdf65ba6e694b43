//! Where runbooks lie, where facts come from, and where decisions go.

use super::{Page, list, quoted};
use crate::config::TrackerKind;
use crate::domain::beginning::About;
use crate::domain::beginning::name::is_writable;

impl Page<'_> {
    pub(super) fn runbooks(&mut self) {
        self.section(&[]);
        self.line("[runbooks]");
        let dirs = list(self.begun.runbooks.iter().map(String::as_str));
        self.line(&format!("dirs = {dirs}"));
        self.line("stale_after = \"180d\" # since a page worked, was walked, or was really edited");
    }

    pub(super) fn sources(&mut self) {
        self.section(&["Where facts come from. A token is named by its variable (`token_env`), never written down."]);
        if let Some(repo) = &self.begun.repo {
            self.line("[[sources]]");
            self.pair("id", "github");
            self.pair("kind", "github");
            self.pair("repo", repo);
        } else {
            self.line("# [[sources]] # whose issues belong into the queue?");
            self.line("# id = \"github\"");
            self.line("# kind = \"github\"");
            self.line("# repo = \"owner/name\"");
            self.open.push("whose issues belong into the queue? a source of kind github reads them".to_owned());
        }
        self.evals();
        self.server();
    }

    fn evals(&mut self) {
        let begun = self.begun;
        let artifact = begun.repo.as_ref().and_then(|repo| begun.artifacts.first().map(|found| (repo, found)));
        let kept = artifact
            .map(|(repo, (_, name))| format!("artifacts = {{ repo = {}, name = {} }}", quoted(repo), quoted(name)));
        if !begun.seen.results.is_empty() {
            let paths: Vec<String> = begun.seen.results.iter().map(|folder| format!("{folder}/**")).collect();
            self.line("[[sources]]");
            self.pair("id", "evals");
            self.pair("kind", "evals");
            self.line(&format!("paths = {}", list(paths.iter().map(String::as_str))));
            if let Some(kept) = &kept {
                self.line(&format!("# {kept}"));
            }
        } else if begun.has(About::Evals) {
            self.line("# [[sources]] # where do eval results land?");
            self.line("# id = \"evals\"");
            self.line("# kind = \"evals\"");
            let folder = begun.ground.eval_folders().first().map_or("evals", String::as_str);
            let below = format!("paths = {}", list([format!("{folder}/**")].iter().map(String::as_str)));
            self.line(&format!("# {}", kept.unwrap_or(below)));
            self.open.push("where do eval results land? a source of kind evals reads them".to_owned());
        }
        if let Some((_, (workflow, name))) = artifact {
            self.open.push(format!("does the artifact {name} of {workflow} hold eval results?"));
        }
    }

    /// Where a server answers stands in no repository.
    fn server(&mut self) {
        let Some((place, library)) = self.begun.server else { return };
        let manifest = self.begun.seen.manifests.get(place).map_or("", |sheet| sheet.path.as_str());
        let shown = if is_writable(manifest) { manifest } else { "this" };
        self.line(&format!("# [[sources]] # {shown} is built with {library}: where does the server answer?"));
        self.line("# id = \"prod\"");
        self.line("# kind = \"mcp\"");
        self.line("# url = \"https://tools.example.com/mcp\" # or command = [\"program\", \"argument\"]");
        self.open.push("where does the MCP server answer? a source of kind mcp probes it".to_owned());
    }

    pub(super) fn tracker(&mut self) {
        match self.answers.tracker {
            TrackerKind::Github => {
                self.section(&["Where decisions are recorded: in issues, by labels, where all of the team see them."]);
                self.line("[tracker]");
                self.pair("kind", "github");
            }
            TrackerKind::Local => {
                self.section(&[
                    "Where decisions are recorded: on this machine; with `github` in issues, for all of the team.",
                ]);
                self.line("[tracker]");
                self.pair("kind", "local");
            }
        }
    }
}
