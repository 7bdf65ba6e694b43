//! Keys as operators write them: `a`, `J`, `ctrl-d`, `space`, `f1`.
//!
//! A plain type of our own, so that a session in a test, a personal file and
//! the help on screen all speak of the same key.

use std::fmt;
use std::str::FromStr;

use super::pointer::{Mouse, Pointed};

/// What comes from the terminal. Arrives with the time at which it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted: it is text, never keys.
    Pasted(String),
    /// The terminal has a new size, in cells.
    Resized {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// The mouse did something in this cell. What that means depends on what is drawn there.
    Mouse(Mouse),
    /// The pointer did something to what is on the screen.
    Pointed(Pointed),
    /// The terminal has the operator's attention.
    Focused,
    /// The operator looks elsewhere.
    Unfocused,
}

/// One key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Which key; an upper-case letter stands for shift and the letter.
    pub code: Code,
    /// What was held down with it.
    pub held: Held,
}

/// A key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A character; never a control character.
    Char(char),
    /// Return.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Backspace.
    Backspace,
    /// Forward delete.
    Delete,
    /// Insert.
    Insert,
    /// Arrow.
    Left,
    /// Arrow.
    Right,
    /// Arrow.
    Up,
    /// Arrow.
    Down,
    /// To the start.
    Home,
    /// To the end.
    End,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// A function key.
    F(u8),
}

/// Modifiers that terminals report everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Held {
    /// None.
    #[default]
    Nothing,
    /// Control.
    Ctrl,
    /// Alt, or a leading escape.
    Alt,
    /// Shift, with a key that is no character.
    Shift,
}

/// A word that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no key; write a character, or a name like `space`, `enter`, `esc`, `f1`, `ctrl-d`, `alt-enter`")]
pub struct UnknownKey(String);

const NAMES: &[(&str, Code)] = &[
    ("space", Code::Char(' ')),
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("backspace", Code::Backspace),
    ("delete", Code::Delete),
    ("insert", Code::Insert),
    ("left", Code::Left),
    ("right", Code::Right),
    ("up", Code::Up),
    ("down", Code::Down),
    ("home", Code::Home),
    ("end", Code::End),
    ("pgup", Code::PageUp),
    ("pgdn", Code::PageDown),
];

const HELD: &[(&str, Held)] = &[("ctrl-", Held::Ctrl), ("alt-", Held::Alt), ("shift-", Held::Shift)];

impl Key {
    /// A key with nothing held.
    pub const fn plain(code: Code) -> Self {
        Self { code, held: Held::Nothing }
    }

    /// A character.
    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    /// Control and a character.
    pub const fn ctrl(c: char) -> Self {
        Self { code: Code::Char(c), held: Held::Ctrl }
    }

    /// The character that it types; none if it types none.
    pub fn typed(self) -> Option<char> {
        match (self.code, self.held) {
            (Code::Char(c), Held::Nothing) => Some(c),
            _ => None,
        }
    }
}

impl FromStr for Key {
    type Err = UnknownKey;

    fn from_str(name: &str) -> Result<Self, UnknownKey> {
        let lower = name.to_ascii_lowercase();
        let prefix = HELD.iter().find(|(prefix, _)| lower.starts_with(prefix) && lower.len() > prefix.len());
        let (held, rest) = prefix.map_or((Held::Nothing, name), |(prefix, held)| (*held, &name[prefix.len()..]));
        let code = parse_code(rest).ok_or_else(|| UnknownKey(name.to_owned()))?;
        match (held, code) {
            (Held::Ctrl, Code::Char(c)) => Ok(Self { code: Code::Char(c.to_ascii_lowercase()), held }),
            (Held::Shift, Code::Char(c)) if c.is_alphabetic() => Ok(Self::char(c.to_ascii_uppercase())),
            (Held::Shift, Code::Char(_)) => Err(UnknownKey(name.to_owned())),
            _ => Ok(Self { code, held }),
        }
    }
}

fn parse_code(name: &str) -> Option<Code> {
    let mut characters = name.chars();
    if let (Some(only), None) = (characters.next(), characters.next()) {
        return (!only.is_control()).then_some(Code::Char(only));
    }
    let lower = name.to_ascii_lowercase();
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| *known == lower) {
        return Some(*code);
    }
    let number: u8 = lower.strip_prefix('f')?.parse().ok()?;
    (1..=24).contains(&number).then_some(Code::F(number))
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((prefix, _)) = HELD.iter().find(|(_, held)| *held == self.held) {
            f.write_str(prefix)?;
        }
        match (NAMES.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, Code::Char(c)) => write!(f, "{c}"),
            (None, Code::F(number)) => write!(f, "f{number}"),
            (None, other) => write!(f, "{other:?}"),
        }
    }
}
