//! Files as they were in a commit, asked for one by one of one process.

use std::io::ErrorKind;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout};

use super::{Git, GitError, not_run};

/// Of a longer file nobody asks what has changed in it.
const PAGE: u64 = 2 << 20;
/// So many bytes in all.
const LONGEST: u64 = 512 << 20;

/// What the repository holds, by the names of its objects.
pub(super) struct Blobs {
    _child: Child,
    ask: ChildStdin,
    hear: BufReader<ChildStdout>,
    left: u64,
}

impl Blobs {
    pub(super) fn open(git: &Git<'_>) -> Result<Self, GitError> {
        let mut command = git.prepared(&["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(not_run)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(ask), Some(out)) => Ok(Self { _child: child, ask, hear: BufReader::new(out), left: LONGEST }),
            (_, _) => Err(not_run(ErrorKind::BrokenPipe.into())),
        }
    }

    /// The text of a file; none if it is too long for a page.
    pub(super) async fn text(&mut self, name: &str) -> Result<Option<String>, GitError> {
        self.ask.write_all(format!("{name}\n").as_bytes()).await.map_err(not_run)?;
        let mut head = String::new();
        (&mut self.hear).take(256).read_line(&mut head).await.map_err(not_run)?;
        let Some(length) = head.trim_end().strip_prefix(name).and_then(|rest| rest.strip_prefix(" blob ")) else {
            // `missing`, and it is not to be fetched now.
            return Err(if head.is_empty() { not_run(ErrorKind::UnexpectedEof.into()) } else { GitError::Partial });
        };
        let length: u64 = length.parse().map_err(|_| not_run(ErrorKind::InvalidData.into()))?;
        self.left = self.left.checked_sub(length).ok_or(GitError::Long)?;
        // A line end follows each file.
        let mut file = (&mut self.hear).take(length + 1);
        if length > PAGE {
            tokio::io::copy(&mut file, &mut tokio::io::sink()).await.map_err(not_run)?;
            return Ok(None);
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).await.map_err(not_run)?;
        bytes.pop();
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }
}
