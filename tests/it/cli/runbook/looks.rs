//! How a page looks in a pipe, on a bad terminal and on a good one.

use super::{Home, team};

/// A page with what a terminal would obey, and code that is wider than any.
const HOSTILE: &str = "---\ntitle: \"Bad \x1b]0;title\x07 page\"\n---\n# Bad\n\nRed \x1b[31mtext\x1b[0m, \u{9b}2J, \u{202e}turned.\n\n\
```sh\ncurl -fsS 'https://example.com/a/very/long/address?with=many&words=in&it=yes' | grep -E 'one|two|three|four|five|six'\n\
printf '\x1b[2J'\n```\n\n[evil](https://example.com/\x1b]0;x\x07a%20b) and [the disk](disk-full.md), [gone](none.md).\n";

fn hostile() -> Home {
    let home = team();
    home.write("docs/runbooks/bad.md", HOSTILE);
    home
}

/// Takes the escape sequences out that may be there, and fails on any other.
fn told(text: &str) -> String {
    let (mut plain, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('\x1b') {
        plain.push_str(before);
        rest = if let Some(colour) = after.strip_prefix('[') {
            let (numbers, after) = colour.split_once('m').expect("a colour ends");
            assert!(numbers.chars().all(|c| c.is_ascii_digit() || c == ';'), "no colour: {numbers:?}");
            after
        } else {
            let link = after.strip_prefix("]8;;").unwrap_or_else(|| panic!("neither a colour nor a link: {after:?}"));
            let (address, after) = link.split_once("\x1b\\").expect("a link ends");
            assert!(address.chars().all(|c| c.is_ascii_graphic()), "not percent-encoded: {address:?}");
            after
        };
    }
    plain.push_str(rest);
    plain
}

/// Flags, and what is set around them.
type Look<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)]);

#[test]
fn without_colour_there_is_not_one_escape_byte() {
    let cases: &[Look<'_>] = &[
        (&["--color", "never"], &[]),
        (&["--color", "never"], &[("TERM", "xterm-256color"), ("CLICOLOR_FORCE", "1")]),
        (&[], &[("TERM", "xterm-256color")]),
        (&["--color", "auto"], &[("TERM", "dumb")]),
        (&[], &[("TERM", "xterm"), ("NO_COLOR", "1")]),
        (&[], &[("TERM", "linux")]),
        (&[], &[]),
    ];
    for (flags, around) in cases {
        let home = around.iter().fold(hostile(), |home, (name, value)| home.with_env(name, value));
        for words in [&["runbook", "docs/runbooks/bad.md"][..], &["runbook", "turned"], &["runbook", "--list"]] {
            let said = home.run(&[words, flags].concat());
            assert_eq!(said.code, 0, "{said:?}");
            let hidden = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
            assert!(!said.out.contains(hidden), "{flags:?} {around:?}: {said:?}");
        }
    }
}

#[test]
fn always_means_colours_and_links_and_nothing_else() {
    for around in [("TERM", "xterm-256color"), ("TERM", "dumb"), ("NO_COLOR", "1"), ("SSH_CONNECTION", "a b c d")] {
        let home = hostile().with_env(around.0, around.1);
        let said = home.run(&["runbook", "docs/runbooks/bad.md", "--color", "always"]);
        assert!(said.out.contains("\x1b["), "{around:?}: no colour");
        let plain = told(&said.out);
        assert!(!plain.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'), "{around:?}: {plain:?}");
    }
    let linux = hostile().with_env("TERM", "linux").run(&["runbook", "docs/runbooks/bad.md", "--color", "always"]);
    assert!(linux.out.contains("\x1b[") && !linux.out.contains("\x1b]"), "the console shows what it does not know");
}

#[test]
fn code_is_printed_as_it_is() {
    let home = hostile().with_env("COLUMNS", "40");
    for flags in [&["--color", "never"], &["--color", "always"]] {
        let said = home.run(&[&["runbook", "docs/runbooks/bad.md"][..], flags].concat());
        let code = "curl -fsS 'https://example.com/a/very/long/address?with=many&words=in&it=yes' | grep -E 'one|two|three|four|five|six'";
        assert!(told(&said.out).contains(code), "{said:?}");
    }
}

#[test]
fn a_page_is_as_wide_as_it_is_read() {
    let long = "word ".repeat(60);
    for (columns, wide) in [(None, 80), (Some("40"), 40), (Some("0"), 80), (Some("x"), 80), (Some("132"), 132)] {
        let home = team();
        home.write("docs/runbooks/long.md", &format!("# Long\n\n{long}\n"));
        let home = if let Some(columns) = columns { home.with_env("COLUMNS", columns) } else { home };
        let said = home.run(&["runbook", "docs/runbooks/long.md"]);
        let widest = said.lines().into_iter().map(|line| line.chars().count()).max().unwrap();
        assert!((wide - 5..=wide).contains(&widest), "{columns:?}: {widest}");
    }
}

#[test]
fn links_are_numbered_or_lead_somewhere() {
    let home = team();
    home.write(
        "docs/runbooks/link.md",
        "# Links\n\nSee [the site](https://example.com/ä?q=a b) and [a page](tool.md).\n",
    );
    let plain = home.run(&["runbook", "docs/runbooks/link.md"]).out;
    assert!(plain.contains("[1]") && plain.contains("https://example.com/"), "{plain}");
    home.write("docs/runbooks/link.md", "# Links\n\nSee [the site](https://example.com/ä) and [a page](tool.md).\n");
    let coloured = home.run(&["runbook", "docs/runbooks/link.md", "--color", "always"]).out;
    assert!(coloured.contains("\x1b]8;;https://example.com/%C3%A4\x1b\\"), "{coloured:?}");
    let file = home.path("docs/runbooks/tool.md").canonicalize().unwrap();
    assert!(coloured.contains(&format!("\x1b]8;;file://{}\x1b\\", file.display())), "{coloured:?}");
    let far = team().with_env("SSH_CONNECTION", "a b c d");
    far.write("docs/runbooks/link.md", "# Links\n\nSee [a page](tool.md).\n");
    let coloured = far.run(&["runbook", "docs/runbooks/link.md", "--color", "always"]).out;
    assert!(!coloured.contains("file://"), "the file lies on another machine than the terminal: {coloured:?}");
}

#[test]
fn a_broken_header_is_a_remark_and_a_broken_link_says_so() {
    let home = team();
    home.write("docs/runbooks/broken.md", "---\ntitle: [unclosed\n---\n# Broken\n\nText with [gone](none.md).\n");
    let said = home.run(&["runbook", "docs/runbooks/broken.md"]);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("Text with"), "{said:?}");
    assert!(said.err.starts_with("dogwatch: docs/runbooks/broken.md: "), "{said:?}");
    assert!(said.out.contains("no such file"), "{said:?}");
}
