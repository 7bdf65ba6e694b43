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
            (Some(ask), Some(out)) => {
                Ok(Self { _child: child, ask, hear: BufReader::with_capacity(1 << 16, out), left: LONGEST })
            }
            (_, _) => Err(not_run(ErrorKind::BrokenPipe.into())),
        }
    }

    /// Asks for these files and hands over each pair of texts in its order; one that is too long for a page is none.
    pub(super) async fn pairs(
        &mut self,
        names: &[(&str, &str)],
        mut take: impl FnMut(usize, Option<&str>, Option<&str>),
    ) -> Result<(), GitError> {
        let wanted = names.iter().flat_map(|(before, after)| [*before, "\n", *after, "\n"]).collect::<String>();
        let Self { ask, hear, left, .. } = self;
        // What is answered has to be heard while more is asked, or both sides wait for ever.
        let asking = async { ask.write_all(wanted.as_bytes()).await.map_err(not_run) };
        let hearing = async {
            for (place, (before, after)) in names.iter().enumerate() {
                let before = text(hear, left, before).await?;
                let after = text(hear, left, after).await?;
                take(place, before.as_deref(), after.as_deref());
            }
            Ok(())
        };
        tokio::try_join!(asking, hearing).map(|_| ())
    }
}

/// The next answer, of a file of this name.
async fn text(hear: &mut BufReader<ChildStdout>, left: &mut u64, name: &str) -> Result<Option<String>, GitError> {
    let mut title = String::new();
    (&mut *hear).take(256).read_line(&mut title).await.map_err(not_run)?;
    let Some(length) = title.trim_end().strip_prefix(name).and_then(|rest| rest.strip_prefix(" blob ")) else {
        // `missing`, and it is not to be fetched now.
        return Err(if title.is_empty() { not_run(ErrorKind::UnexpectedEof.into()) } else { GitError::Partial });
    };
    let length: u64 = length.parse().map_err(|_| not_run(ErrorKind::InvalidData.into()))?;
    *left = left.checked_sub(length).ok_or(GitError::Long)?;
    // A line end follows each file.
    let mut file = hear.take(length + 1);
    if length > PAGE {
        tokio::io::copy(&mut file, &mut tokio::io::sink()).await.map_err(not_run)?;
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length + 1).unwrap_or_default());
    file.read_to_end(&mut bytes).await.map_err(not_run)?;
    bytes.pop();
    Ok(Some(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())))
}
