//! Letters three rows high, to be read from the other end of a room.
//!
//! They are capitals, so what is written in them stands below in its own
//! letters, too.

/// The columns between two words.
const GAP: usize = 3;
/// So many dots a letter is high; a row of the screen shows two.
const HIGH: usize = 5;

/// Each letter, its rows of dots from top to bottom.
const LETTERS: &[(char, [&str; HIGH])] = &[
    ('A', ["###", "#.#", "###", "#.#", "#.#"]),
    ('B', ["##.", "#.#", "##.", "#.#", "##."]),
    ('C', ["###", "#..", "#..", "#..", "###"]),
    ('D', ["##.", "#.#", "#.#", "#.#", "##."]),
    ('E', ["###", "#..", "##.", "#..", "###"]),
    ('F', ["###", "#..", "##.", "#..", "#.."]),
    ('G', ["####", "#...", "#.##", "#..#", "####"]),
    ('H', ["#.#", "#.#", "###", "#.#", "#.#"]),
    ('I', ["#", "#", "#", "#", "#"]),
    ('J', ["..#", "..#", "..#", "#.#", "###"]),
    ('K', ["#.#", "#.#", "##.", "#.#", "#.#"]),
    ('L', ["#..", "#..", "#..", "#..", "###"]),
    ('M', ["#...#", "##.##", "#.#.#", "#...#", "#...#"]),
    ('N', ["#..#", "##.#", "#.##", "#..#", "#..#"]),
    ('O', ["###", "#.#", "#.#", "#.#", "###"]),
    ('P', ["###", "#.#", "###", "#..", "#.."]),
    ('Q', ["###.", "#.#.", "#.#.", "#.#.", "####"]),
    ('R', ["##.", "#.#", "##.", "#.#", "#.#"]),
    ('S', ["###", "#..", "###", "..#", "###"]),
    ('T', ["###", ".#.", ".#.", ".#.", ".#."]),
    ('U', ["#.#", "#.#", "#.#", "#.#", "###"]),
    ('V', ["#.#", "#.#", "#.#", "#.#", ".#."]),
    ('W', ["#...#", "#...#", "#.#.#", "##.##", "#...#"]),
    ('X', ["#.#", "#.#", ".#.", "#.#", "#.#"]),
    ('Y', ["#.#", "#.#", ".#.", ".#.", ".#."]),
    ('Z', ["###", "..#", ".#.", "#..", "###"]),
    ('0', ["###", "#.#", "#.#", "#.#", "###"]),
    ('1', [".#", "##", ".#", ".#", ".#"]),
    ('2', ["###", "..#", "###", "#..", "###"]),
    ('3', ["###", "..#", ".##", "..#", "###"]),
    ('4', ["#.#", "#.#", "###", "..#", "..#"]),
    ('5', ["###", "#..", "###", "..#", "###"]),
    ('6', ["###", "#..", "###", "#.#", "###"]),
    ('7', ["###", "..#", ".#.", ".#.", ".#."]),
    ('8', ["###", "#.#", "###", "#.#", "###"]),
    ('9', ["###", "#.#", "###", "..#", "###"]),
    ('-', ["..", "..", "##", "..", ".."]),
    ('_', ["...", "...", "...", "...", "###"]),
    ('.', [".", ".", ".", ".", "#"]),
    (',', ["..", "..", "..", ".#", "#."]),
    (':', [".", "#", ".", "#", "."]),
    (';', ["..", ".#", "..", ".#", "#."]),
    ('!', ["#", "#", "#", ".", "#"]),
    ('?', ["###", "..#", ".##", "...", ".#."]),
    ('\'', ["#", "#", ".", ".", "."]),
    ('"', ["#.#", "#.#", "...", "...", "..."]),
    ('/', ["..#", "..#", ".#.", "#..", "#.."]),
    ('(', [".#", "#.", "#.", "#.", ".#"]),
    (')', ["#.", ".#", ".#", ".#", "#."]),
    ('[', ["##", "#.", "#.", "#.", "##"]),
    (']', ["##", ".#", ".#", ".#", "##"]),
    ('<', ["..#", ".#.", "#..", ".#.", "..#"]),
    ('>', ["#..", ".#.", "..#", ".#.", "#.."]),
    ('%', ["#.#", "..#", ".#.", "#..", "#.#"]),
    ('+', ["...", ".#.", "###", ".#.", "..."]),
    ('=', ["...", "###", "...", "###", "..."]),
    ('*', ["#.#", ".#.", "#.#", "...", "..."]),
    ('#', [".#.#.", "#####", ".#.#.", "#####", ".#.#."]),
    ('&', [".##.", "#...", ".#.#", "#.#.", ".#.#"]),
];

fn letter(c: char) -> Option<[&'static str; HIGH]> {
    let c = match c {
        '–' | '—' => '-',
        '’' | '‘' => '\'',
        '“' | '”' => '"',
        other => other.to_ascii_uppercase(),
    };
    LETTERS.iter().find(|(known, _)| *known == c).map(|(_, rows)| *rows)
}

/// The text in such letters, in at most so many lines of at most so many columns: three rows for each, with a blank
/// row between them. None where it does not fit, or has other letters.
pub fn large(text: &str, width: usize, most: usize) -> Option<Vec<String>> {
    // A tick marks code; across a room it is a speck.
    let words = text.split_whitespace().map(|word| word.replace('`', "")).filter(|word| !word.is_empty());
    let words: Vec<Vec<[&str; HIGH]>> = words.map(|word| word.chars().map(letter).collect()).collect::<Option<_>>()?;
    let columns = |word: &[[&str; HIGH]]| word.iter().map(|rows| rows[0].len() + 1).sum::<usize>().saturating_sub(1);
    let mut lines: Vec<Vec<&[[&str; HIGH]]>> = Vec::new();
    let mut taken = 0;
    for word in &words {
        let wide = columns(word);
        match lines.last_mut() {
            Some(line) if taken + GAP + wide <= width => {
                taken += GAP + wide;
                line.push(word);
            }
            Some(_) | None => {
                taken = wide;
                lines.push(vec![word]);
            }
        }
        if wide > width || lines.len() > most {
            return None;
        }
    }
    let drawn: Vec<Vec<String>> = lines.iter().map(|line| drawn(line)).collect();
    Some(drawn.join(&String::new()))
}

/// One line of words: two rows of dots in each row of cells.
fn drawn(words: &[&[[&str; HIGH]]]) -> Vec<String> {
    let dots = |row: usize| -> Vec<bool> {
        let word = |word: &&[[&str; HIGH]]| {
            let letters: Vec<&str> = word.iter().map(|rows| rows[row]).collect();
            letters.join(".")
        };
        let gap = ".".repeat(GAP);
        words.iter().map(word).collect::<Vec<_>>().join(&gap).chars().map(|dot| dot == '#').collect()
    };
    (0..HIGH)
        .step_by(2)
        .map(|row| {
            let (upper, lower) = (dots(row), if row + 1 < HIGH { dots(row + 1) } else { Vec::new() });
            let cells = upper.iter().enumerate().map(|(at, up)| match (up, lower.get(at).copied().unwrap_or(false)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
            cells.collect::<String>().trim_end().to_owned()
        })
        .collect()
}
