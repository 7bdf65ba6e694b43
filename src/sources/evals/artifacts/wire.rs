//! Artifacts as GitHub's list tells them, and which of them are ours to read.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::state::{Repository, Waiting};

/// One page of the list, item by item, so that an odd one spoils no other.
#[derive(Debug, Deserialize)]
pub struct Listing {
    /// In the server's order: the newest first.
    pub artifacts: Vec<Value>,
}

/// One artifact; what we do not need is not asked for.
#[derive(Debug, Clone, Deserialize)]
pub struct Artifact {
    name: Option<String>,
    size_in_bytes: Option<u64>,
    archive_download_url: Option<String>,
    expired: Option<bool>,
    digest: Option<String>,
    created_at: Option<DateTime<Utc>>,
    workflow_run: Option<WorkflowRun>,
}

/// The run of a workflow that left the artifact.
#[derive(Debug, Clone, Deserialize)]
struct WorkflowRun {
    repository_id: Option<u64>,
    head_repository_id: Option<u64>,
    head_branch: Option<String>,
    head_sha: Option<String>,
}

/// The id of an item, whatever else it is.
pub fn id(item: &Value) -> Option<u64> {
    item.get("id")?.as_u64()
}

/// What is to be done about an artifact of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is to be downloaded.
    Wanted(Box<Waiting>),
    /// It is none of ours: another branch, a fork, another name.
    NotOurs,
    /// It is past its time; there is nothing left to download.
    Expired,
    /// It would be ours, and cannot be taken; why.
    Odd(String),
}

impl Artifact {
    /// What is to be done about it.
    ///
    /// A run that does not say where it comes from is no run of the repository itself: a fork may give its branch
    /// any name.
    pub fn verdict(self, name: &str, repository: &Repository) -> Verdict {
        let Some(run) = self.workflow_run else { return Verdict::NotOurs };
        let own = run.head_repository_id == Some(repository.id)
            && run.repository_id.is_none_or(|id| id == repository.id)
            && run.head_branch.as_deref() == Some(repository.branch.as_str());
        if !own || self.name.as_deref() != Some(name) {
            return Verdict::NotOurs;
        }
        if self.expired == Some(true) {
            return Verdict::Expired;
        }
        let Some(sha) = run.head_sha.filter(|sha| is_commit(sha)) else {
            return Verdict::Odd("its run names no commit".to_owned());
        };
        let (Some(size), Some(url)) = (self.size_in_bytes, self.archive_download_url) else {
            return Verdict::Odd("the list names no size or no address for it".to_owned());
        };
        let digest = match self.digest.as_deref().map(sha256) {
            None => None,
            Some(Some(digest)) => Some(digest),
            Some(None) => return Verdict::Odd("its digest is no sha256 and cannot be checked".to_owned()),
        };
        Verdict::Wanted(Box::new(Waiting {
            url,
            size,
            digest,
            sha,
            branch: repository.branch.clone(),
            created_at: self.created_at,
            tries: 0,
            not_before: None,
        }))
    }
}

/// A full SHA: of 40 digits, or of 64 in repositories that hash with SHA-256.
fn is_commit(sha: &str) -> bool {
    matches!(sha.len(), 40 | 64) && sha.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn sha256(digest: &str) -> Option<String> {
    let digits = digest.strip_prefix("sha256:")?;
    let whole = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    whole.then(|| digits.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn verdict(change: impl FnOnce(&mut Value)) -> Verdict {
        let mut item = json!({
            "id": 7, "name": "evals", "size_in_bytes": 12, "expired": false,
            "archive_download_url": "https://api.github.com/repos/acme/x/actions/artifacts/7/zip",
            "digest": format!("sha256:{}", "A1".repeat(32)), "created_at": "2026-11-22T15:22:44Z",
            "workflow_run": {
                "id": 1, "repository_id": 5, "head_repository_id": 5, "head_branch": "main", "head_sha": "c0".repeat(20),
            },
        });
        change(&mut item);
        let artifact: Artifact = serde_json::from_value(item).unwrap();
        artifact.verdict("evals", &Repository { id: 5, branch: "main".to_owned() })
    }

    #[test]
    fn an_artifact_of_the_default_branch_is_wanted_with_commit_and_digest() {
        let Verdict::Wanted(waiting) = verdict(|_| ()) else { panic!("not wanted") };
        assert_eq!(
            (waiting.size, waiting.sha.as_str(), waiting.branch.as_str()),
            (12, "c0".repeat(20).as_str(), "main")
        );
        assert_eq!(waiting.digest, Some("a1".repeat(32)));
    }

    #[test]
    fn forks_other_branches_and_other_names_are_not_ours_and_doubt_is_a_no() {
        let cases: [fn(&mut Value); 7] = [
            |item| item["workflow_run"]["head_branch"] = "feature".into(),
            |item| item["workflow_run"]["head_branch"] = Value::Null,
            |item| item["workflow_run"]["head_repository_id"] = 6.into(),
            |item| item["workflow_run"]["head_repository_id"] = Value::Null,
            |item| item["workflow_run"]["repository_id"] = 6.into(),
            |item| item["workflow_run"] = Value::Null,
            |item| item["name"] = "evals-2".into(),
        ];
        for (at, change) in cases.into_iter().enumerate() {
            assert_eq!(verdict(change), Verdict::NotOurs, "case {at}");
        }
        assert_eq!(verdict(|item| item["expired"] = true.into()), Verdict::Expired);
    }

    #[test]
    fn what_cannot_be_checked_is_odd_and_a_digest_may_be_missing() {
        let cases: [fn(&mut Value); 5] = [
            |item| item["workflow_run"]["head_sha"] = "c0ffee".into(),
            |item| item["size_in_bytes"] = Value::Null,
            |item| item["archive_download_url"] = Value::Null,
            |item| item["digest"] = "md5:00".into(),
            |item| item["digest"] = "sha256:short".into(),
        ];
        for (at, change) in cases.into_iter().enumerate() {
            assert!(matches!(verdict(change), Verdict::Odd(_)), "case {at}");
        }
        assert!(matches!(verdict(|item| item["digest"] = Value::Null), Verdict::Wanted(_)));
    }
}
