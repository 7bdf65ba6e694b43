//! How long an endpoint may take and how much it may say.

use std::time::Duration;

/// The most bytes of one answer, unpacked.
pub(super) const BODY: usize = 16 << 20;
/// The most bytes of one whole list, all pages together.
pub(super) const LIST: usize = 64 << 20;
/// The most bytes of comments in one stream.
pub(super) const COMMENTS: usize = 64 << 20;
/// The most pages of one list.
pub(super) const PAGES: usize = 50;
/// The most tools of one list.
pub(super) const TOOLS: usize = 10_000;
/// The most bytes that are read of a page that only explains an error.
pub(super) const EXPLANATION: usize = 64 << 10;
/// The most redirects that one request follows.
pub(super) const HOPS: usize = 3;
/// The most probes at once at one origin, of those that get their answers.
pub(super) const PER_ORIGIN: usize = 4;
/// Who has waited for so long gives its place at the origin to the next: thirty servers behind a gateway that hangs
/// are told in the time of one.
pub(super) const LENDS: Duration = Duration::from_secs(1);
/// The most probes at once.
pub(super) const IN_ALL: usize = 32;

/// How long each step may take. These are ends, not pauses: a server that
/// keeps saying something is cut off all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The connection, with the name before and TLS after it.
    pub connect: Duration,
    /// L0, L1 with finding out the era, L2 with all pages: each.
    pub level: Duration,
    /// The canary's call.
    pub canary: Duration,
    /// Ending the sessions; also each step of ending a child process.
    pub farewell: Duration,
    /// The explanation that follows a status that is an answer by itself.
    pub explanation: Duration,
    /// How long a child may keep silent on the modern question before it is asked in the old way.
    pub silence: Duration,
    /// Before a child process is started again; doubled each time, up to a minute.
    pub restart: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            level: Duration::from_secs(10),
            canary: Duration::from_secs(15),
            farewell: Duration::from_secs(2),
            explanation: Duration::from_secs(1),
            silence: Duration::from_secs(6),
            restart: Duration::from_secs(1),
        }
    }
}
