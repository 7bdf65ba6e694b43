//! Notifications through the terminal, which also reach whoever sits at the
//! other end of SSH: OSC 9 or OSC 777, as the terminal's makers document it.

use super::Clipboard as Passage;
use super::known::terminals;
use crate::config::Speech;
use crate::domain::text::Clean;

/// How this terminal is spoken to: as the operator says, else as its variables tell; [`Speech::Never`] where they tell
/// nothing.
pub fn speech(wished: Speech, variable: impl Fn(&str) -> Option<String>) -> Speech {
    if wished != Speech::Auto {
        return wished;
    }
    terminals(variable).map(|known| known.speech).find(|speech| *speech != Speech::Never).unwrap_or(Speech::Never)
}

/// The bytes that show this text; nothing where the terminal is not spoken to.
pub fn notice(speech: Speech, passage: Passage, text: &Clean) -> Vec<u8> {
    // A semicolon would begin another field, and a number before one another command of ConEmu's.
    let text = text.to_line().as_str().replace(';', ",");
    let said = match speech {
        Speech::Auto | Speech::Never => return Vec::new(),
        Speech::Osc9 => format!("\x1b]9;dogwatch: {text}"),
        Speech::Osc777 => format!("\x1b]777;notify;dogwatch;{text}"),
    };
    passage.hand_through(&said)
}
