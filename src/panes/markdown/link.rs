//! Links: beside their text where they lead, or a number, or nothing but a colour.

use std::collections::BTreeMap;

use super::margin::Margin;
use super::wrap::Run;
use super::{Page, Sheet};
use crate::domain::text::{Clean, Link};
use crate::panes::paper::Links;

/// A link that is open.
pub(super) struct Open {
    url: String,
    /// Where its text begins in the open runs.
    from: usize,
    /// Its place in the page's links.
    place: usize,
    image: bool,
}

/// The numbers of the addresses of a page.
#[derive(Default)]
pub(super) struct Numbers {
    by_address: BTreeMap<String, usize>,
    /// The address, and a link that leads there.
    listed: Vec<(String, usize)>,
}

impl Page<'_> {
    pub(super) fn open_link(&mut self, url: String) {
        let place = self.next_link();
        self.links.push(Open { url, from: self.runs.len(), place, image: false });
    }

    pub(super) fn open_image(&mut self, url: String) {
        let place = self.next_link();
        self.links.push(Open { url, from: self.runs.len(), place, image: true });
        self.write("image: ", self.theme.dim);
    }

    fn next_link(&mut self) -> usize {
        let place = self.seen_links;
        self.seen_links += 1;
        place
    }

    /// The text of a link stands; what follows it depends on the page.
    pub(super) fn close_link(&mut self) {
        let Some(open) = self.links.pop() else { return };
        if self.sheet.is_none() {
            self.close_body_link(&open);
        } else if open.image {
            self.close_page_image(&open);
        } else {
            self.close_page_link(&open);
        }
    }

    /// The address stands after the text, unless it is the same.
    fn close_body_link(&mut self, open: &Open) {
        let said = self.said(open);
        let link = Link::parse(&open.url);
        let style = link.as_ref().map_or(self.theme.dim, |_| self.theme.link);
        let shown = link.map_or_else(|| Clean::line(&open.url).to_string(), |link| link.to_string());
        if said == shown || said == open.url {
            self.runs.truncate(open.from);
            self.write(&shown, style);
        } else {
            self.write(if said.is_empty() { "(" } else { " (" }, self.style());
            self.write(&shown, style);
            self.write(")", self.style());
        }
    }

    fn close_page_link(&mut self, open: &Open) {
        let Some((to, broken)) = self.target(open) else { return };
        if self.said(open).is_empty() {
            self.write(&to, self.theme.link);
        }
        self.mark(open);
        let plain = self.said(open) == to || to.starts_with('#') || to.is_empty();
        match &mut self.sheet {
            Some(Sheet { manner, numbers, .. }) if manner.links == Links::Numbered && !plain => {
                let number = numbers.of(&to, open.place);
                self.write(&format!(" [{number}]"), self.theme.dim);
            }
            Some(_) | None => {}
        }
        self.write_broken(broken);
    }

    fn close_page_image(&mut self, open: &Open) {
        let Some((to, broken)) = self.target(open) else { return };
        let text = if self.said(open) == "image: " { to } else { format!(" ({to})") };
        self.write(&text, self.theme.dim);
        self.mark(open);
        self.write_broken(broken);
    }

    /// Where a link leads, and why that is nowhere.
    fn target(&self, open: &Open) -> Option<(String, Option<&'static str>)> {
        let sheet = self.sheet.as_ref()?;
        let to = sheet.document.links.get(open.place).map(|link| link.to.clone()).unwrap_or_default();
        let broken = sheet.manner.broken.get(&to).copied();
        Some((to, broken))
    }

    fn write_broken(&mut self, why: Option<&'static str>) {
        if let Some(why) = why {
            self.write(&format!(" [{why}]"), self.theme.error);
        }
    }

    fn said(&self, open: &Open) -> String {
        self.runs.iter().skip(open.from).map(|run| &*run.text).collect()
    }

    /// The runs of the link, but for those of another one in it, lead where it leads.
    fn mark(&mut self, open: &Open) {
        for run in self.runs.iter_mut().skip(open.from).filter(|run| run.link.is_none()) {
            run.link = Some(open.place);
            if !open.image {
                run.style = run.style.patch(self.theme.link);
            }
        }
    }

    /// The addresses by their numbers, below the page.
    pub(super) fn put_addresses(&mut self) {
        let Some(sheet) = &mut self.sheet else { return };
        let listed = std::mem::take(&mut sheet.numbers.listed);
        if listed.is_empty() {
            return;
        }
        self.gap = true;
        self.start_block();
        for (at, (to, place)) in listed.into_iter().enumerate() {
            let mark = format!("[{}] ", at + 1);
            let columns = mark.len();
            self.margins.push(Margin::Item { mark: Some(mark), columns });
            self.runs.push(Run { link: Some(place), ..Run::new(to, self.theme.link) });
            self.flush();
            self.margins.pop();
        }
    }
}

impl Numbers {
    /// The number of an address, from 1 in the order in which they come.
    fn of(&mut self, to: &str, place: usize) -> usize {
        if let Some(number) = self.by_address.get(to) {
            return *number;
        }
        self.listed.push((to.to_owned(), place));
        self.by_address.insert(to.to_owned(), self.listed.len());
        self.listed.len()
    }
}
