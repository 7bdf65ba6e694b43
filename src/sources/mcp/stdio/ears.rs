//! What a child says, read all the time: a child whose pipes are full stands
//! still. Nothing is kept but the answer that is waited for, the end of stderr,
//! and a note of what did not belong on stdout.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt};
use tokio::sync::oneshot;

use crate::sources::mcp::message::{Heard, hear, is_notification};
use crate::sources::mcp::patience::BODY;
use crate::sources::mcp::reply::{Said, excerpt};

/// The most bytes of an announcement.
const ANNOUNCEMENT: usize = 4 << 10;
/// What is kept of stderr.
const STDERR: usize = 4 << 10;

/// What came for whoever waits.
#[derive(Debug)]
pub(in crate::sources::mcp) enum Came {
    /// An answer, and its bytes.
    Answer(Said, usize),
    TooLong,
}

#[derive(Debug, Default)]
struct Heeded {
    waiting: Option<(u64, oneshot::Sender<Came>)>,
    ended: bool,
    list_changed: bool,
    noise: u64,
    noise_last: String,
    stderr: VecDeque<u8>,
}

/// Shared by the child and those who read from it.
#[derive(Debug, Clone, Default)]
pub(super) struct Ears(Arc<Mutex<Heeded>>);

impl Ears {
    fn lock(&self) -> MutexGuard<'_, Heeded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the answer with this id and for no other; nothing comes when the child has ended.
    pub fn expect(&self, id: u64) -> oneshot::Receiver<Came> {
        let (say, heard) = oneshot::channel();
        let mut heeded = self.lock();
        heeded.waiting = (!heeded.ended).then_some((id, say));
        heard
    }

    pub fn has_ended(&self) -> bool {
        self.lock().ended
    }

    /// The last that was written to stderr; none if nothing was.
    pub fn stderr(&self) -> Option<String> {
        let heeded = self.lock();
        let bytes: Vec<u8> = heeded.stderr.iter().copied().collect();
        (!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A sentence on what is no JSON on stdout; none if all is well.
    pub fn noise(&self) -> Option<String> {
        let heeded = self.lock();
        let lines = if heeded.noise == 1 { "1 line" } else { &format!("{} lines", heeded.noise) };
        (heeded.noise > 0).then(|| format!("{lines} on stdout that are no JSON-RPC, as: {}", heeded.noise_last))
    }

    /// Whether the child has said since the last time that its list of tools is another one.
    pub fn take_list_changed(&self) -> bool {
        std::mem::take(&mut self.lock().list_changed)
    }

    fn line(&self, line: &[u8]) {
        if line.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        let mut heeded = self.lock();
        heeded.list_changed |= announces_a_list(line);
        let Some((id, _)) = heeded.waiting else {
            if !line.trim_ascii_start().starts_with(b"{") {
                heeded.note(line);
            }
            return;
        };
        let said = match hear(line, id) {
            Heard::Result(result) => Said::Result(result),
            Heard::Error(error) => Said::Error(error),
            Heard::Else => return,
            Heard::Nonsense => return heeded.note(line),
        };
        heeded.answer(Came::Answer(said, line.len()));
    }

    /// Reads stdout to its end.
    pub async fn listen(self, mut stdout: impl AsyncBufRead + Unpin) {
        let mut line = Vec::new();
        let mut overlong = false;
        while let Ok(bytes) = stdout.fill_buf().await {
            if bytes.is_empty() {
                break;
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(bytes.len(), |end| end + 1);
            if !overlong && line.len() + used <= BODY {
                line.extend_from_slice(&bytes[..end.unwrap_or(used)]);
            } else if !overlong {
                overlong = true;
                line = Vec::new();
                self.lock().answer(Came::TooLong);
            }
            stdout.consume(used);
            if end.is_some() {
                if !overlong {
                    self.line(&line);
                }
                overlong = false;
                line.clear();
            }
        }
        let mut heeded = self.lock();
        heeded.ended = true;
        heeded.waiting = None;
    }

    /// Reads stderr to its end and keeps the last of it.
    pub async fn overhear(self, mut stderr: impl AsyncRead + Unpin) {
        let mut bytes = [0; 8 << 10];
        while let Ok(read @ 1..) = stderr.read(&mut bytes).await {
            let mut heeded = self.lock();
            let fresh = &bytes[read.saturating_sub(STDERR)..read];
            let over = (heeded.stderr.len() + fresh.len()).saturating_sub(STDERR);
            heeded.stderr.drain(..over);
            heeded.stderr.extend(fresh);
        }
    }
}

fn announces_a_list(line: &[u8]) -> bool {
    // Longer ones are answers, which nobody wants to read twice.
    line.len() <= ANNOUNCEMENT && is_notification(line, "notifications/tools/list_changed")
}

impl Heeded {
    fn note(&mut self, line: &[u8]) {
        self.noise += 1;
        self.noise_last = excerpt(&line[..line.len().min(80)]);
    }

    fn answer(&mut self, came: Came) {
        if let Some((_, say)) = self.waiting.take() {
            // Nobody listens any more after the end of the time for it.
            let _late = say.send(came);
        }
    }
}
