//! HTML inside a line: what it means to a reader, never its brackets.

pub(super) mod tag;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::{Piece, own};
use tag::Markup;

/// Tags that stand for nothing that a terminal could show.
const CODE: &[&str] = &["code", "kbd", "samp", "tt"];

/// What HTML has opened in a line and not yet closed.
#[derive(Default)]
pub(super) struct Inline {
    open: Vec<TagEnd>,
    /// The element whose text nobody reads: a script.
    dropped: Option<String>,
    /// Whether something was written since the block began.
    written: bool,
}

impl Inline {
    /// Whether what comes is not for readers.
    pub(super) fn drops(&self) -> bool {
        self.dropped.is_some()
    }

    /// Whether something was written since the block began.
    pub(super) fn has_written(&self) -> bool {
        self.written
    }

    /// Takes note of a piece that goes to the reader.
    pub(super) fn written(&mut self, piece: &Piece<'_>) {
        self.written |= matches!(piece, Event::Text(_) | Event::Code(_));
    }

    /// A tag or a comment as it was written.
    pub(super) fn tag(&mut self, html: &str, put: impl FnMut(Piece<'static>)) {
        match Markup::next(html) {
            Some((Markup::Tag(tag), _)) if tag.is_known() => self.known(&tag, put),
            // `<node>` is a word to fill in, whatever a parser thinks.
            Some((Markup::Tag(_) | Markup::Text(_), _)) if !self.drops() => self.text(html, put),
            Some((Markup::Tag(_) | Markup::Text(_) | Markup::Nothing, _)) | None => {}
        }
    }

    /// A tag that HTML has.
    pub(super) fn known(&mut self, tag: &tag::Tag<'_>, mut put: impl FnMut(Piece<'static>)) {
        if let Some(dropped) = &self.dropped {
            if tag.closes && *dropped == tag.name {
                self.dropped = None;
            }
            return;
        }
        if !tag.closes
            && let Some(name) = tag.anchor()
        {
            put(Event::InlineHtml(own(name)));
        }
        match tag.name.as_str() {
            "script" | "style" if !tag.closes => self.dropped = Some(tag.name.clone()),
            "br" | "p" | "div" | "tr" | "hr" if self.written => put(Event::HardBreak),
            "li" if !tag.closes => {
                if self.written {
                    put(Event::HardBreak);
                }
                self.text("• ", put);
            }
            "b" | "strong" | "th" => self.pair(tag, Tag::Strong, put),
            "summary" => {
                if tag.closes {
                    self.pair(tag, Tag::Strong, &mut put);
                    put(Event::HardBreak);
                } else {
                    if self.written {
                        put(Event::HardBreak);
                    }
                    self.pair(tag, Tag::Strong, put);
                }
            }
            "i" | "em" => self.pair(tag, Tag::Emphasis, put),
            "s" | "del" | "strike" => self.pair(tag, Tag::Strikethrough, put),
            "a" => self.link(tag, put),
            "img" if !tag.closes => self.image(tag, put),
            "input" if tag.attribute("type").is_some_and(|sort| sort.eq_ignore_ascii_case("checkbox")) => {
                self.text(if tag.has("checked") { "[x] " } else { "[ ] " }, put);
            }
            name if CODE.contains(&name) => self.text("`", put),
            _ => {}
        }
    }

    /// Closes what is open: the block ends.
    pub(super) fn close(&mut self, mut put: impl FnMut(Piece<'static>)) {
        self.dropped = None;
        self.written = false;
        while let Some(end) = self.open.pop() {
            put(Event::End(end));
        }
    }

    fn text(&mut self, text: &str, mut put: impl FnMut(Piece<'static>)) {
        self.written = true;
        put(Event::Text(own(text)));
    }

    fn link(&mut self, tag: &tag::Tag<'_>, put: impl FnMut(Piece<'static>)) {
        let to = if tag.closes { None } else { tag.attribute("href") };
        if !tag.closes && to.is_none() {
            return;
        }
        let dest_url = own(to.unwrap_or_default());
        self.pair(tag, Tag::Link { link_type: LinkType::Inline, dest_url, title: own(""), id: own("") }, put);
    }

    fn image(&mut self, tag: &tag::Tag<'_>, mut put: impl FnMut(Piece<'static>)) {
        let Some(to) = tag.attribute("src") else { return };
        let image = Tag::Image { link_type: LinkType::Inline, dest_url: own(to), title: own(""), id: own("") };
        put(Event::Start(image));
        self.text(&tag.attribute("alt").unwrap_or_default(), &mut put);
        put(Event::End(TagEnd::Image));
    }

    /// Opens or closes one of a pair; what was opened in it is closed with it.
    fn pair(&mut self, tag: &tag::Tag<'_>, start: Tag<'static>, mut put: impl FnMut(Piece<'static>)) {
        let end = start.to_end();
        if !tag.closes {
            self.open.push(end);
            return put(Event::Start(start));
        }
        if !self.open.contains(&end) {
            return;
        }
        while let Some(last) = self.open.pop() {
            put(Event::End(last));
            if last == end {
                break;
            }
        }
    }
}
