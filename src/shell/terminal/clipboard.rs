//! Copying through the terminal itself (OSC 52), which also works over SSH,
//! where a program on the far side would copy to nowhere.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The most bytes that terminals take: 100,000 with everything around them.
const MOST: usize = 74_994;

/// The text is longer than terminals take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} bytes are more than a terminal's clipboard takes (74,994)")]
pub struct TooLong(usize);

/// Whether somebody stands between us and the terminal that has the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clipboard {
    /// Nobody.
    #[default]
    Direct,
    /// tmux, which takes it itself, or hands through what is wrapped for it.
    Tmux,
    /// GNU screen, likewise, in pieces.
    Screen,
}

impl Clipboard {
    /// What the environment says: `TMUX` or a `TERM` of tmux's, which reaches through SSH, and the same of screen.
    pub fn detect(tmux: Option<&str>, sty: Option<&str>, term: Option<&str>) -> Self {
        let set = |value: Option<&str>| value.is_some_and(|value| !value.is_empty());
        if set(tmux) || term.is_some_and(|term| term.starts_with("tmux")) {
            Self::Tmux
        } else if set(sty) || term.is_some_and(|term| term.starts_with("screen")) {
            Self::Screen
        } else {
            Self::Direct
        }
    }

    /// The bytes that put this text on the clipboard.
    ///
    /// # Errors
    ///
    /// [`TooLong`], and nothing would be copied: terminals drop it in silence.
    pub fn copy(self, text: &str) -> Result<Vec<u8>, TooLong> {
        if text.len() > MOST {
            return Err(TooLong(text.len()));
        }
        let encoded = STANDARD.encode(text);
        let sequence = format!("\x1b]52;c;{encoded}\x1b\\");
        Ok(match self {
            Self::Direct => sequence,
            // It takes the one where `set-clipboard` is on, and hands the other through where `allow-passthrough` is.
            Self::Tmux => format!("{sequence}\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b")),
            // The string terminator would end screen's own wrapping, so the inner one is a bell.
            Self::Screen => in_pieces(&format!("\x1b]52;c;{encoded}\x07")),
        }
        .into_bytes())
    }

    /// The bytes that bring a sequence to the terminal itself, past whoever stands between; it is given without the
    /// terminator that ends it.
    pub fn hand_through(self, sequence: &str) -> Vec<u8> {
        match self {
            Self::Direct => format!("{sequence}\x1b\\"),
            Self::Tmux => format!("\x1bPtmux;{}\x1b\x1b\\\x1b\\", sequence.replace('\x1b', "\x1b\x1b")),
            Self::Screen => in_pieces(&format!("{sequence}\x07")),
        }
        .into_bytes()
    }
}

/// Screen takes at most 768 bytes in one piece.
fn in_pieces(sequence: &str) -> String {
    let pieces = sequence.as_bytes().chunks(512).map(|piece| format!("\x1bP{}\x1b\\", String::from_utf8_lossy(piece)));
    pieces.collect()
}
