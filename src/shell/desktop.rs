//! Notifications on the desktop of this machine, by the program that it has
//! for that.
//!
//! The text is an argument and never part of a script. The program gets
//! nothing to read and nobody hears it; it is ended when it takes too long,
//! and the screen never waits for it.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::domain::text::Clean;

/// A program that has not shown a notification by then is ended.
const PATIENCE: Duration = Duration::from_secs(5);

/// What shows notifications on this desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desktop {
    /// `notify-send`.
    NotifySend,
    /// `osascript`.
    OsaScript,
}

impl Desktop {
    /// What there is on this system; none without a desktop.
    pub fn detect(system: &str, variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let has = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        match system {
            "macos" => Some(Self::OsaScript),
            "linux" if has("DISPLAY") || has("WAYLAND_DISPLAY") => Some(Self::NotifySend),
            _ => None,
        }
    }

    /// The program with its arguments. The text is the summary: unlike a body, that is never read as markup.
    fn command(self, text: &Clean) -> (&'static str, Vec<String>) {
        let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let text = format!("dogwatch: {}", text.to_line());
        let (program, mut arguments) = match self {
            Self::NotifySend => ("notify-send", words(&["--app-name=dogwatch", "--"])),
            Self::OsaScript => (
                "osascript",
                words(&[
                    "-e",
                    "on run argv",
                    "-e",
                    "display notification (item 1 of argv) with title \"dogwatch\"",
                    "-e",
                    "end run",
                ]),
            ),
        };
        arguments.push(text);
        (program, arguments)
    }

    /// Has it shown. A desktop that has no such program shows nothing; the bell has rung.
    pub fn show(self, text: &Clean) {
        let (program, arguments) = self.command(text);
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        tokio::spawn(async move {
            if let Ok(mut child) = command.spawn() {
                let _ended = tokio::time::timeout(PATIENCE, child.wait()).await;
            }
        });
    }
}
