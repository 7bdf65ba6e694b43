//! Draws the pictures in `screenshots/` from sessions with the sample team.
//!
//! ```sh
//! cargo run --example screenshots
//! ```
//!
//! The same sessions give the same bytes; a test says when a picture is out of date.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "whoever makes pictures reads the panic")]
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "it reads and writes files of the developer's")]

#[path = "../tests/it/stage.rs"]
mod stage;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use dogwatch::app::watch::Outfit;
use dogwatch::shell::frames::{Palette, svg};
use stage::{NOW, SCENES, Stage};

/// How this program is told to make the demo and nothing else: the demo opens its screen in a terminal, and in a
/// process of its own there is none.
const MAKE: &str = "--make-the-demo-in";

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [make, folder] = words.as_slice()
        && make == MAKE
    {
        let words = ["dogwatch", "demo", "--offline", "--now", NOW, "--dir", folder];
        let _ended = dogwatch::cli::main(words.into_iter().map(Into::into));
        return;
    }
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    for scene in SCENES {
        // Each begins with a demo of its own: what one session does, no other sees.
        let demo = tempfile::tempdir().unwrap();
        let made = Command::new(std::env::current_exe().unwrap())
            .arg(MAKE)
            .arg(demo.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(made.unwrap().success(), "the demo can be made");
        let mut stage = Stage::of_demo(demo.path(), Outfit::default());
        stage.frame(scene.size);
        stage.press(scene.keys);
        fs::write(out.join(format!("{}.svg", scene.name)), svg(&stage.frame(scene.size), &Palette::DARK)).unwrap();
        println!("screenshots/{}.svg", scene.name);
    }
}
