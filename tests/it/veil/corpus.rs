//! Two hundred things that nobody else may read, made from a seed: sample data, all of it invented.

use std::fmt::Write as _;

/// What is planted.
pub struct Corpus {
    /// The team's people: id, name, login.
    pub people: Vec<[String; 3]>,
    /// Others who have said something.
    pub logins: Vec<String>,
    /// All that must not be found again, and how it is written in a text.
    pub planted: Vec<Planted>,
}

/// One of them.
pub struct Planted {
    /// What must not be found again.
    pub plain: String,
    /// How it stands in a text.
    pub written: String,
}

/// So many there are.
pub const COUNT: usize = 200;
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz";
const MIXED: &[u8] = b"ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz0123456789";

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn word(&mut self, of: &[u8], length: usize) -> String {
        // A digit and a capital are always in it where there are any.
        let body: String = (0..length).map(|_| char::from(of[self.roll(of.len())])).collect();
        if of == MIXED { format!("Q7{}", &body[2..]) } else { body }
    }
}

/// The same for the same seed.
pub fn corpus(seed: u64) -> Corpus {
    let mut dice = Dice(seed);
    let mut name = |length| dice.word(LETTERS, length);
    let people: Vec<[String; 3]> = (0..8)
        .map(|_| {
            let [id, first, last, login] = [name(9), name(8), name(10), name(11)];
            [id, format!("{first} {last}"), format!("{login}-gh")]
        })
        .collect();
    let logins: Vec<String> = (0..12).map(|_| format!("{}-{}", name(7), name(5))).collect();
    let mut planted: Vec<Planted> = Vec::new();
    let mut plant = |plain: &str, written: String| planted.push(Planted { plain: plain.to_owned(), written });
    for (at, [id, full, login]) in people.iter().enumerate() {
        plant(id, format!("ask {id}"));
        plant(full, format!("{full}'s words"));
        plant(login, if at % 2 == 0 { format!("cc @{login}") } else { format!("({login})") });
    }
    for (at, login) in logins.iter().enumerate() {
        plant(login, if at % 2 == 0 { format!("thanks @{login}!") } else { format!("{login} saw it") });
    }
    let mut dice = Dice(seed ^ 0x5eed);
    let mut kind = 0;
    while planted.len() < COUNT {
        let (plain, written) = one(&mut dice, kind);
        planted.push(Planted { plain, written });
        kind += 1;
    }
    Corpus { people, logins, planted }
}

fn one(dice: &mut Dice, kind: usize) -> (String, String) {
    let around = |plain: String, before: &str, after: &str| {
        let written = format!("{before}{plain}{after}");
        (plain, written)
    };
    let word = dice.word(LETTERS, 9);
    let host = format!("{word}-{}", dice.roll(90) + 10);
    let mixed = |dice: &mut Dice, length| dice.word(MIXED, length);
    match kind % 24 {
        0 => around(format!("{host}.corp.internal"), "https://", "/status?x=1"),
        1 => around(format!("{host}.example.com"), "see ", " for it"),
        2 => around(host, "refused by ", ":6379 twice"),
        3 => around(format!("{word}.eu.lan"), "http://", ":8080/"),
        4 => around(format!("{word}.{host}@mail.example.org"), "mail ", ", please"),
        5 => {
            around(format!("10.{}.{}.{}", dice.roll(200) + 20, dice.roll(200) + 20, dice.roll(200) + 20), "at ", ":443")
        }
        6 => {
            around(format!("fd00:{:x}::{:x}", dice.roll(60_000) + 4_096, dice.roll(60_000) + 4_096), "from ", " again")
        }
        7 => around(format!("ghp_{}", mixed(dice, 36)), "", ""),
        8 => around(format!("github_pat_{}", mixed(dice, 40)), "token ", ""),
        9 => around(format!("gho_{}", mixed(dice, 36)), "(", ")"),
        10 => around(format!("AKIA{}", mixed(dice, 16).to_uppercase()), "key ", ""),
        11 => around(format!("xoxb-{}-{}", dice.roll(9_000_000) + 1_000_000, mixed(dice, 20)), "", ""),
        12 => around(format!("eyJ{}.eyJ{}.{}", mixed(dice, 18), mixed(dice, 20), mixed(dice, 22)), "", ""),
        13 => around(mixed(dice, 26), "Authorization: Bearer ", ""),
        14 => around(format!("sk-{}", mixed(dice, 30)), "uses ", " now"),
        15 => around(mixed(dice, 14), "password=", "&x=1"),
        16 => around(mixed(dice, 18), "DB_TOKEN='", "'"),
        17 => around(mixed(dice, 18), "{\"client_secret\": \"", "\"}"),
        18 => around(format!("{}:{}", word, mixed(dice, 12)), "postgres://", "@db.example.net:5432/x"),
        19 => around((0..32).fold(String::new(), |hex, _| hex_digit(hex, dice)), "the token is ", ""),
        20 => around(mixed(dice, 64), "-----BEGIN PRIVATE KEY----- ", " -----END PRIVATE KEY-----"),
        21 => around(format!("{word}corp"), "for ", " only"),
        22 => around(format!("proj-{word}"), "in ", " since"),
        _ => around(mixed(dice, 24), "secret: ", ""),
    }
}

fn hex_digit(mut hex: String, dice: &mut Dice) -> String {
    // With a digit and a letter in it, as hexadecimal numbers of this length have.
    let digit = if hex.is_empty() {
        10
    } else if hex.len() == 1 {
        7
    } else {
        dice.roll(16)
    };
    write!(hex, "{digit:x}").unwrap();
    hex
}

impl Corpus {
    /// The words for `[ui] redact`: nothing in them says by itself that they are secret.
    pub fn words(&self) -> Vec<String> {
        let named = |one: &&Planted| one.written.starts_with("for ") && one.plain.ends_with("corp");
        let corps = self.planted.iter().filter(named).map(|one| one.plain.clone());
        corps.chain(["proj-*".to_owned()]).collect()
    }

    /// The team's people, who take turns, and what they plan, as the team file says it.
    pub fn team(&self) -> String {
        let mut text = String::new();
        for [id, name, login] in &self.people {
            write!(text, "[[people]]\nid = \"{id}\"\nname = \"{name}\"\ngithub = \"{login}\"\n").unwrap();
        }
        let members: Vec<String> = self.people.iter().map(|[id, ..]| format!("{id:?}")).collect();
        let members = members.join(", ");
        let rotation = "[[rotations]]\nid = \"ops\"\ntitle = \"On call\"\nstart = \"2026-11-02T10:00\"\nshift = \"7d\"";
        let train = "[[trains]]\nid = \"tools\"\nstart = \"2026-11-03\"\nrule = \"FREQ=MONTHLY;BYDAY=3TU\"";
        write!(text, "{rotation}\nmembers = [{members}]\ncoverage = \"24x7\"\nsecondary = \"previous\"\n").unwrap();
        write!(text, "{train}\nowners = [{members}]\n").unwrap();
        text
    }

    /// What of all this can be read in a text; empty if nothing can.
    pub fn found_in(&self, text: &str) -> Vec<&str> {
        let lower = text.to_lowercase();
        self.planted
            .iter()
            .map(|one| one.plain.as_str())
            .filter(|plain| lower.contains(&plain.to_lowercase()))
            .collect()
    }

    /// The same, also of what only a part is left: any ten letters that follow each other.
    pub fn parts_in(&self, text: &str) -> Vec<&str> {
        let lower = text.to_lowercase();
        let left = |plain: &&str| {
            let letters: Vec<char> = plain.to_lowercase().chars().collect();
            let size = letters.len().min(10);
            letters.windows(size).any(|part| lower.contains(&part.iter().collect::<String>()))
        };
        self.planted.iter().map(|one| one.plain.as_str()).filter(left).collect()
    }
}

#[test]
fn there_are_two_hundred_of_them_and_each_can_be_found() {
    let corpus = corpus(7);
    assert_eq!(corpus.planted.len(), COUNT);
    for one in &corpus.planted {
        assert!(one.written.contains(&one.plain), "{}", one.plain);
        assert!(corpus.found_in(&one.written).contains(&one.plain.as_str()), "{}", one.plain);
        assert!(corpus.parts_in(&one.plain[..one.plain.len().min(10)]).contains(&one.plain.as_str()), "{}", one.plain);
    }
}
