//! Personal files with `[keys]`, good and bad: what is wrong is told with the
//! place of each half of it.

use super::Home;

const GOOD: [&str; 20] = [
    "",
    "[keys]\n",
    "[keys]\nack = \"t\"\n",
    "[keys]\nack = [\"t\", \"f5\"]\n",
    "[keys]\nack = []\n",
    "[keys]\nack = \"ctrl-x a\"\n",
    "[keys]\nack = [\"ctrl-x a\", \"a\"]\nclose = \"ctrl-x x\"\n",
    "[keys]\ntop = [\"g g\", \"home\"]\nbottom = [\"g e\", \"end\"]\n",
    "[keys]\nack = \"x\"\nclose = \"a\"\n",
    "[keys]\nmark = \"space space\"\n",
    "[keys]\nmark = \" \"\n",
    "[keys]\nquit = [\"q\", \"ctrl-c\"]\n",
    "[keys]\nquit = \"Z Z\"\nzoom = \"z\"\n",
    "[keys]\nyes = [\"y e s\"]\n",
    "[keys]\nnote-done = \"ctrl-x s\"\n",
    "[keys]\nlist-choose = [\"enter\", \"ctrl-x x\"]\n",
    "[keys]\nhelp = [\"f1\"]\nlog-help = [\"f1\"]\n",
    "[keys]\nprevious-pane = \"alt-tab\"\nnext-pane = \"alt-enter\"\n",
    "[keys]\ntour = \"f12\"\n",
    "[keys]\npane-down = [\"ü\", \"down\"]\npane-up = [\"Ü\", \"up\"]\n",
];

/// The file, and what is said of it; `F` stands for its path.
const BAD: [(&str, &[&str]); 21] = [
    ("[keys]\nakc = \"t\"\n", &["F:2:1: [keys] akc: there is no such binding; write `ack` or remove it"]),
    ("[keys]\nack = [\"a\", \"strg-a\"]\n", &["F:2:13: [keys] ack: `strg-a` is no key; write a character"]),
    ("[keys]\nack = \"g hyper-x\"\n", &["F:2:7: [keys] ack: `hyper-x` is no key; write a character"]),
    ("[keys]\nack = \"a b c d e\"\n", &["F:2:7: [keys] ack: `a b c d e` has more than 4 keys; write fewer"]),
    (
        "[keys]\nack = [\"x\"]\n",
        &["F:2:8: [keys] `x` is both `ack` and `close`; give one of them another key (`x` is the default of `close`)"],
    ),
    (
        "[keys]\nclose = [\"f5\"]\nack = [\"t\", \"f5\"]\n",
        &["F:3:13: [keys] `f5` is both `ack` and `close`; give one of them another key (the other is at F:2:10)"],
    ),
    (
        "[keys]\nack = \"g a\"\n",
        &[
            "[keys] `g` is `top` and begins `g a`, which is `ack`; nobody could tell when it is over: give one of them another key (`g` is the default of `top`)",
        ],
    ),
    (
        "[keys]\nsnooze = \"ctrl-x\"\nkind = \"ctrl-x k\"\n",
        &["F:2:10: [keys] `ctrl-x` is `snooze` and begins `ctrl-x k`, which is `kind`", "(the other is at F:3:8)"],
    ),
    (
        "[keys]\nack = [\"t\", \"t t\"]\n",
        &["F:2:8: [keys] `t` is `ack` and begins `t t`, which is `ack`", "(the other is at F:2:13)"],
    ),
    ("[keys]\nack = \"ctrl-h\"\n", &["F:2:7: [keys] ack: `ctrl-h` cannot be had: terminals send it for Backspace"]),
    ("[keys]\nack = \"ctrl-s\"\n", &["`ctrl-s` cannot be had: it stops the output of a terminal"]),
    ("[keys]\nack = \"ctrl-q\"\n", &["`ctrl-q` cannot be had: it lets the output of a terminal go on"]),
    ("[keys]\nack = \"ctrl-a\"\n", &["`ctrl-a` cannot be had: screen takes it for itself"]),
    ("[keys]\nack = \"Ctrl-B\"\n", &["F:2:7: [keys] ack: `ctrl-b` cannot be had: tmux takes it for itself"]),
    ("[keys]\nack = \"ctrl-j\"\n", &["`ctrl-j` cannot be had: terminals send it for Enter"]),
    ("[keys]\nack = \"ctrl-x ctrl-i\"\n", &["`ctrl-x ctrl-i` cannot be had: terminals send it for Tab"]),
    ("[keys]\nack = \"ctrl-c\"\n", &["`ctrl-c` cannot be had: it leaves, wherever it is pressed"]),
    ("[keys]\nack = \"ctrl-x esc\"\n", &["`ctrl-x esc` cannot be had: within several keys, Esc drops what was begun"]),
    ("[keys]\nlist-down = \"j\"\n", &["F:2:13: [keys] list-down: `j` is typed there; use a key like `ctrl-t` or `f2`"]),
    ("[keys]\nnote-done = \"Z Z\"\n", &["[keys] note-done: `Z Z` is typed there; use a key like `ctrl-t` or `f2`"]),
    (
        "[keys]\nshift-take = \":\"\n",
        &[
            "F:2:14: [keys] `:` is `shift-take`, and leaves no key there for `palette`, which is `:` elsewhere; give one of them another key (`:` is the default of `palette`)",
        ],
    ),
];

#[test]
fn good_keys_are_taken_as_they_are_written() {
    for text in GOOD {
        let home = Home::new();
        home.write_personal(text);
        let said = home.run(&["help", "keys"]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{text}");
    }
}

#[test]
fn bad_keys_are_told_with_the_place_of_each() {
    for (text, expected) in BAD {
        let home = Home::new();
        home.write_personal(text);
        let file = home.path(".config/dogwatch/config.toml").display().to_string();
        let said = home.run(&["doctor"]);
        let lines: Vec<&str> = said.out.lines().filter(|line| line.contains("[keys]")).collect();
        assert_eq!((said.code, lines.len()), (1, 1), "{text}: {said:?}");
        for part in expected {
            let part = part.replace("F:", &format!("{file}:"));
            assert!(lines[0].contains(&part), "{text}: {part:?} is not in {:?}", lines[0]);
        }
    }
}

#[test]
fn with_bad_keys_help_still_tells_those_of_the_table() {
    let home = Home::new();
    home.write_personal("[keys]\nack = \"x\"\n");
    let said = home.run(&["help", "keys", "have", "it"]);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("Ack: I have it"), "{said:?}");
    assert!(said.err.contains("these are the keys without the personal file: "), "{said:?}");
}
