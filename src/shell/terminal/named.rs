//! The sixteen colours as every terminal knows them: `31` and `91`, not
//! `38;5;1` and `38;5;9`, which the Linux console and old terminals ignore or
//! take for something else.

/// What is written instead of these bytes: the same, with the first sixteen of the fixed palette by their own numbers
/// (ECMA-48, SGR 30 to 37 and 40 to 47; aixterm, 90 to 97 and 100 to 107). Only whole sequences of ours are changed.
pub(super) fn by_name(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(2).position(|pair| pair == b"\x1b[") {
        let (before, sequence) = rest.split_at(at);
        out.extend_from_slice(before);
        let parameters = sequence[2..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
        let end = 2 + parameters;
        if sequence.get(end) == Some(&b'm') {
            out.extend_from_slice(b"\x1b[");
            out.extend_from_slice(renamed(&sequence[2..end]).as_bytes());
        } else {
            out.extend_from_slice(&sequence[..end]);
        }
        rest = &sequence[end..];
    }
    out.extend_from_slice(rest);
    out
}

fn renamed(parameters: &[u8]) -> String {
    let text = String::from_utf8_lossy(parameters);
    let words: Vec<&str> = text.split(';').collect();
    let mut kept: Vec<String> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let number = match words[at..] {
            [ground @ ("38" | "48"), "5", number, ..] => {
                number.parse::<u8>().ok().filter(|n| *n < 16).map(|n| (ground, n))
            }
            _ => None,
        };
        match (number, &words[at..]) {
            (Some((ground, number)), _) => {
                let base = match (ground, number) {
                    ("38", 0..=7) => 30,
                    ("38", _) => 82,
                    (_, 0..=7) => 40,
                    (_, _) => 92,
                };
                kept.push((base + number).to_string());
                at += 3;
            }
            // The parts of another colour are no colours by themselves.
            (None, ["38" | "48", "2", ..]) => at = keep(&mut kept, &words, at, 5),
            (None, ["38" | "48", "5", ..]) => at = keep(&mut kept, &words, at, 3),
            (None, _) => at = keep(&mut kept, &words, at, 1),
        }
    }
    kept.join(";")
}

/// Keeps so many words as they are; returns where it goes on.
fn keep(kept: &mut Vec<String>, words: &[&str], at: usize, many: usize) -> usize {
    let end = (at + many).min(words.len());
    kept.extend(words[at..end].iter().map(ToString::to_string));
    end
}

#[cfg(test)]
mod tests {
    use super::by_name;

    #[test]
    fn only_the_first_sixteen_are_named_anew() {
        for (from, to) in [
            ("\x1b[38;5;1mx", "\x1b[31mx"),
            ("\x1b[38;5;9;48;5;15mx", "\x1b[91;107mx"),
            ("\x1b[38;5;16mx", "\x1b[38;5;16mx"),
            ("\x1b[38;2;38;5;1;1mx", "\x1b[38;2;38;5;1;1mx"),
            ("\x1b[1;38;5;7;4mx", "\x1b[1;37;4mx"),
            ("\x1b[39;49mx\x1b[0m", "\x1b[39;49mx\x1b[0m"),
            ("\x1b[2J\x1b[3;4Hx 38;5;1m", "\x1b[2J\x1b[3;4Hx 38;5;1m"),
            ("\x1b[38;5", "\x1b[38;5"),
        ] {
            assert_eq!(String::from_utf8(by_name(from.as_bytes())).unwrap(), to, "{from:?}");
        }
    }
}
