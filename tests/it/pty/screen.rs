//! The terminal itself: what is on its screen, and what it replies when asked.

use std::num::NonZero;

use vt100::{Callbacks, MouseProtocolMode, Parser, Screen};

/// A terminal of the xterm family.
pub struct Terminal(Parser<Replies>);

/// What the terminal has to say, in the order it was asked.
#[derive(Default)]
struct Replies(Vec<u8>);

impl Replies {
    fn say(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }
}

impl Callbacks for Replies {
    fn unhandled_csi(&mut self, screen: &mut Screen, i1: Option<u8>, i2: Option<u8>, params: &[&[u16]], last: char) {
        let first = params.first().and_then(|one| one.first()).copied().unwrap_or(0);
        match (i1, i2, last, first) {
            // Primary and secondary device attributes: which terminal is this?
            (None, None, 'c', 0) => self.say("\x1b[?62;22c"),
            (Some(b'>'), None, 'c', 0) => self.say("\x1b[>0;0;0c"),
            // Are you well, and where is the cursor?
            (None, None, 'n', 5) => self.say("\x1b[0n"),
            (None, None, 'n', 6) => {
                let (row, column) = screen.cursor_position();
                self.say(&format!("\x1b[{};{}R", row + 1, column + 1));
            }
            // Keyboard enhancements: none.
            (Some(b'?'), None, 'u', _) => self.say("\x1b[?0u"),
            // Is this mode on? Never heard of it.
            (Some(b'?'), Some(b'$'), 'p', mode) => self.say(&format!("\x1b[?{mode};0$y")),
            _ => {}
        }
    }

    fn unhandled_osc(&mut self, _: &mut Screen, params: &[&[u8]]) {
        match params {
            [b"10", b"?"] => self.say("\x1b]10;rgb:ffff/ffff/ffff\x1b\\"),
            [b"11", b"?"] => self.say("\x1b]11;rgb:0000/0000/0000\x1b\\"),
            _ => {}
        }
    }
}

/// A terminal of no size is none.
fn some(size: u16) -> NonZero<u16> {
    NonZero::new(size).unwrap()
}

impl Terminal {
    pub fn new(columns: u16, rows: u16) -> Self {
        Self(Parser::new_with_callbacks(some(rows), some(columns), 0, Replies::default()))
    }

    /// What it replies to these bytes, usually nothing.
    pub fn process(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.0.process(bytes);
        std::mem::take(&mut self.0.callbacks_mut().0)
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.0.set_size(some(rows), some(columns));
    }

    pub fn screen(&self) -> &Screen {
        self.0.screen()
    }

    /// Line by line, without blanks at the ends and without the empty lines at the bottom.
    pub fn text(&self) -> String {
        let (_, columns) = self.screen().size();
        let lines: Vec<String> = self.screen().rows(0, columns.get()).map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n").trim_end().to_owned()
    }

    /// Modes that a program has to switch off before it ends.
    pub fn leftovers(&self) -> Vec<&'static str> {
        let screen = self.screen();
        let modes = [
            (screen.alternate_screen(), "alternate screen"),
            (screen.hide_cursor(), "hidden cursor"),
            (screen.bracketed_paste(), "bracketed paste"),
            (screen.mouse_protocol_mode() != MouseProtocolMode::None, "mouse"),
            (screen.application_cursor(), "application cursor keys"),
            (screen.application_keypad(), "application keypad"),
        ];
        modes.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect()
    }
}
