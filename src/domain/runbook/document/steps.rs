//! What can be ticked off a page: its numbered items and its tasks, and where
//! it has neither, the bullets of its lists.

use std::rc::Rc;

use super::{Step, StepId};
use crate::domain::hash;
use crate::domain::text::Clean;

/// The most steps of a page; nobody ticks off more.
const STEPS: usize = 10_000;
/// Bytes of a step's hash; each is two digits.
const HASH_BYTES: usize = 6;

/// Why an item may be a step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    /// It is numbered, or a task.
    Numbered,
    /// It is a bullet of a list that lies in no other.
    Bullet,
    /// It is a bullet of one that does.
    Below,
}

struct Item {
    rank: Rank,
    /// The item around it, by its place.
    around: Option<usize>,
    section: Option<usize>,
    /// The titles of the headings above it; those of one section share them.
    headings: Rc<str>,
    number: String,
    line: usize,
    /// Its own words.
    text: String,
    /// Its code, and what is said in items of its that are no steps.
    code: String,
    blocks: Vec<usize>,
}

struct List {
    /// The number of its next item.
    next: u64,
    rank: Rank,
}

/// The items so far.
pub(super) struct Steps {
    items: Vec<Item>,
    lists: Vec<List>,
    /// The items that are open, by their places.
    open: Vec<usize>,
    /// The levels and titles of the headings around what comes.
    headings: Vec<(u8, Clean)>,
    /// The same titles, joined.
    path: Rc<str>,
    section: Option<usize>,
    /// The number of the next bullet below this heading.
    bullet: u64,
}

impl Default for Steps {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            lists: Vec::new(),
            open: Vec::new(),
            headings: Vec::new(),
            path: Rc::from(""),
            section: None,
            bullet: 1,
        }
    }
}

impl Steps {
    pub(super) fn heading(&mut self, level: u8, title: &Clean, place: usize) {
        self.headings.retain(|(above, _)| *above < level);
        self.headings.push((level, title.clone()));
        let titles: Vec<&str> = self.headings.iter().map(|(_, title)| title.as_str()).collect();
        self.path = titles.join(" / ").into();
        self.section = Some(place);
        self.bullet = 1;
    }

    pub(super) fn list(&mut self, first: Option<u64>) {
        let (next, rank) = match first {
            Some(first) => (first, Rank::Numbered),
            None if self.lists.is_empty() => (self.bullet, Rank::Bullet),
            None => (1, Rank::Below),
        };
        self.lists.push(List { next, rank });
    }

    pub(super) fn end_list(&mut self) {
        let Some(list) = self.lists.pop() else { return };
        if list.rank == Rank::Bullet {
            self.bullet = list.next;
        }
    }

    pub(super) fn item(&mut self, line: usize) {
        let Some(list) = self.lists.last_mut() else { return };
        let (next, rank) = (list.next, list.rank);
        list.next = next.saturating_add(1);
        let around = self.open.last().copied();
        let number = match around.and_then(|around| self.items.get(around)) {
            Some(around) => format!("{}.{next}", around.number),
            None => next.to_string(),
        };
        self.open.push(self.items.len());
        self.items.push(Item {
            rank,
            around,
            section: self.section,
            headings: Rc::clone(&self.path),
            number,
            line,
            text: String::new(),
            code: String::new(),
            blocks: Vec::new(),
        });
    }

    pub(super) fn end_item(&mut self) {
        self.open.pop();
    }

    /// The open item is a task.
    pub(super) fn task(&mut self) {
        if let Some(item) = self.innermost() {
            item.rank = Rank::Numbered;
        }
    }

    /// Words of the open item.
    pub(super) fn say(&mut self, text: &str) {
        if let Some(item) = self.innermost() {
            item.text.push_str(text);
        }
    }

    /// A block of code in the open item.
    pub(super) fn block(&mut self, place: usize, text: &str) {
        if let Some(item) = self.innermost() {
            item.blocks.push(place);
            item.code.push_str(text);
        }
    }

    fn innermost(&mut self) -> Option<&mut Item> {
        let place = self.open.last()?;
        self.items.get_mut(*place)
    }

    /// The steps, each with what tells it from the others.
    pub(super) fn chosen(mut self) -> Vec<Step> {
        let numbered = self.items.iter().any(|item| item.rank == Rank::Numbered);
        let wanted = if numbered { Rank::Numbered } else { Rank::Bullet };
        // From the last to the first: an item that is no step belongs to the one around it, with all that it has.
        for place in (0..self.items.len()).rev() {
            if self.items[place].rank == wanted {
                continue;
            }
            if let Some(around) = self.items[place].around {
                let item = &mut self.items[place];
                let (text, code) = (std::mem::take(&mut item.text), std::mem::take(&mut item.code));
                let blocks = std::mem::take(&mut item.blocks);
                let around = &mut self.items[around];
                // Their order from the last to the first is as good as any: it is only compared.
                around.code.push_str(&text);
                around.code.push_str(&code);
                around.blocks.extend(blocks);
            }
        }
        let mut solid = Vec::new();
        let items = self.items.into_iter().filter(|item| item.rank == wanted).take(STEPS);
        let mut steps: Vec<Step> = items.map(|item| item.step(&mut solid)).collect();
        tell_apart(&mut steps);
        steps
    }
}

/// Of steps that are the same in all, the second gets ` (2)` behind its number.
fn tell_apart(steps: &mut [Step]) {
    let mut order: Vec<usize> = (0..steps.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&steps[*a].id, &steps[*b].id);
        (&a.hash, &a.number, &a.heading).cmp(&(&b.hash, &b.number, &b.heading))
    });
    let mut counts = Vec::new();
    for twins in order.chunk_by(|a, b| steps[*a].id == steps[*b].id) {
        counts.extend(twins.iter().enumerate().skip(1).map(|(at, place)| (*place, at + 1)));
    }
    for (place, count) in counts {
        let step = &mut steps[place];
        step.id.number = format!("{} ({count})", step.number);
    }
}

impl Item {
    /// `solid` is room for its words without blanks.
    fn step(mut self, solid: &mut Vec<u8>) -> Step {
        solid.clear();
        for said in [&self.text, &self.code] {
            if said.is_ascii() {
                solid.extend(said.bytes().filter(|byte| !matches!(byte, b'\t'..=b'\r' | b' ')));
            } else {
                said.split_whitespace().for_each(|word| solid.extend_from_slice(word.as_bytes()));
            }
        }
        let hash = hash::sha256_prefix(solid, HASH_BYTES);
        let id = StepId { heading: self.headings.to_string(), number: self.number.clone(), hash };
        let mut text = Clean::line(&self.text);
        if text.is_empty() {
            text = Clean::line(self.code.lines().next().unwrap_or_default());
        }
        self.blocks.sort_unstable();
        Step { id, section: self.section, number: self.number, text, line: self.line, blocks: self.blocks }
    }
}
