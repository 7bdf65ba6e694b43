//! Whether the words of somebody who is paged lead to the right page.

use std::fs;
use std::path::Path;

use super::finding::{Home, stems};

/// At least so many of a hundred questions find their page at once.
const FIRST: usize = 60;
/// And so many within the first three.
const AMONG_THREE: usize = 85;

#[test]
fn symptoms_lead_to_the_right_page() {
    let fixtures = Path::new("tests/fixtures/runbooks");
    let home = Home::new("");
    let folder = home.at("docs/runbooks");
    fs::create_dir_all(&folder).unwrap();
    for corpus in [fixtures.join("corpus"), "src/cli/starters".into()] {
        let Ok(pages) = fs::read_dir(corpus) else { continue };
        for page in
            pages.map(|page| page.unwrap().path()).filter(|page| page.extension().is_some_and(|end| end == "md"))
        {
            fs::copy(&page, folder.join(page.file_name().unwrap())).unwrap();
        }
    }
    let mut library = home.in_memory();
    assert!(library.list().0.len() >= 60);
    let queries = fs::read_to_string(fixtures.join("queries.tsv")).unwrap();
    let queries: Vec<(&str, &str)> = queries.lines().filter_map(|line| line.split_once('\t')).collect();
    assert!(queries.len() >= 45);
    let (mut first, mut among_three) = (0, 0);
    let mut misses = Vec::new();
    for (query, wanted) in &queries {
        let hits = stems(&library.find(query, 5));
        let place = hits.iter().position(|hit| hit == wanted);
        first += usize::from(place == Some(0));
        among_three += usize::from(place.is_some_and(|place| place < 3));
        if place != Some(0) {
            misses.push(format!("  {query}: {wanted} is {place:?} of {hits:?}"));
        }
    }
    let misses = misses.join("\n");
    let of_hundred = |count: usize| count * 100 / queries.len();
    println!("first: {} %, among three: {} %, of {}", of_hundred(first), of_hundred(among_three), queries.len());
    println!("{misses}");
    assert!(of_hundred(first) >= FIRST && of_hundred(among_three) >= AMONG_THREE, "{misses}");
}
