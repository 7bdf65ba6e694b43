//! The page after this one.

use url::Url;

/// The `rel="next"` of a `Link` header, if it stays on the origin of the page
/// that it was read on: the token goes along.
pub fn next(header: &str, page: &Url) -> Option<Url> {
    // By the bracket, not by the comma: an address may hold commas.
    header.split('<').skip(1).find_map(|link| {
        let (target, params) = link.split_once('>')?;
        let params = params.trim_end().trim_end_matches(',');
        let is_next = params.split(';').any(|param| {
            let Some((key, value)) = param.split_once('=') else { return false };
            let rels = value.trim().trim_matches('"');
            key.trim().eq_ignore_ascii_case("rel")
                && rels.split_whitespace().any(|rel| rel.eq_ignore_ascii_case("next"))
        });
        let url = page.join(target).ok().filter(|_| is_next)?;
        (url.origin() == page.origin()).then_some(url)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_page_is_followed_on_the_same_origin_only() {
        let page = Url::parse("https://api.github.com/repos/acme/x/issues?per_page=100").unwrap();
        let cases = [
            (
                r#"<https://api.github.com/repositories/7/issues?after=Y3>; rel="next""#,
                Some("/repositories/7/issues?after=Y3"),
            ),
            (
                r#"<https://api.github.com/a>; rel="prev", <https://api.github.com/b?page=2>; rel="next""#,
                Some("/b?page=2"),
            ),
            (r"<https://api.github.com/b>; rel=next", Some("/b")),
            (r#"</b>; REL="last next""#, Some("/b")),
            (r#"<https://api.github.com/b>; rel="last""#, None),
            (r#"<https://evil.example/b>; rel="next""#, None),
            (r#"<http://api.github.com/b>; rel="next""#, None),
            (r#"<https://api.github.com:444/b>; rel="next""#, None),
            (r#"<https://api.github.com/b?labels=a,b>; rel="next""#, Some("/b?labels=a,b")),
            (r"nonsense", None),
            (r"", None),
        ];
        for (header, want) in cases {
            let got = next(header, &page);
            let got = got.as_ref().map(|url| &url[url::Position::BeforePath..]);
            assert_eq!(got, want, "{header}");
        }
    }
}
