//! Texts of others, made fit for a message: on one line, without control characters, of bounded length, and without
//! passwords.

/// Longer texts are cut: they end in logs and on terminals.
const LONGEST_TEXT: usize = 512;
/// So much of a page is shown.
const LONGEST_PAGE: usize = 200;
/// Ids are shorter than that.
const LONGEST_ID: usize = 128;

/// The text on one line, without control characters, not too long.
pub(crate) fn one_line(text: &str) -> String {
    shortened(text, LONGEST_TEXT)
}

/// An id as a server gave it, not too long.
pub(crate) fn short_id(text: &str) -> String {
    shortened(text, LONGEST_ID)
}

fn shortened(text: &str, longest: usize) -> String {
    // Whoever sends megabytes does not get them read.
    let end = text.char_indices().nth(16 * longest);
    let text = end.map_or(text, |(end, _)| &text[..end]);
    let words: Vec<_> = text
        .split(|c: char| c.is_whitespace() || is_unprintable(c))
        .filter(|word| !word.is_empty())
        .collect();
    let mut line = words.join(" ");
    if let Some((end, _)) = line.char_indices().nth(longest) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// Control characters, and those that reorder the text around them.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What a body that is a text says to people: that of a page without its markup.
pub(super) fn of_body(content_type: &str, body: &[u8]) -> Option<String> {
    let kind = content_type.to_ascii_lowercase();
    let is_text = ["text/", "json", "xml"];
    if !kind.is_empty() && !is_text.iter().any(|part| kind.contains(part)) {
        return None;
    }
    // An early end may have cut a character.
    let text = String::from_utf8_lossy(&body[..body.len().min(1 << 16)]);
    if text.contains('\0') {
        return None;
    }
    let text = text.trim();
    if matches!(text, "{}" | "[]" | "null" | "\"\"") {
        return None;
    }
    let text = match text.starts_with('<') {
        true => without_markup(text),
        false => text.to_owned(),
    };
    let line = shortened(&text, LONGEST_PAGE);
    (!line.is_empty()).then_some(line)
}

/// The text of a page: what stands between its tags, but for what is never shown.
fn without_markup(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        text.push(' ');
        rest = &rest[start..];
        let hidden = ["<script", "<style", "<!--"].into_iter().find(|tag| {
            rest.get(..tag.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(tag))
        });
        let end = match hidden {
            Some("<script") => "</script>",
            Some("<style") => "</style>",
            Some(_) => "-->",
            None => ">",
        };
        // Nothing that follows is shown where the end is missing.
        let found = rest.to_ascii_lowercase().find(end);
        rest = found.map_or("", |found| &rest[found + end.len()..]);
    }
    text.push_str(rest);
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ]
    .into_iter()
    .fold(text, |text, (code, character)| {
        text.replace(code, character)
    })
}

/// The text without what stands before an `@` in an address, or after a `?`: either can be a secret.
pub(crate) fn without_passwords(text: &str) -> String {
    let words = text.split_inclusive(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    words.map(without_password).collect()
}

fn without_password(word: &str) -> String {
    let (scheme, rest) = match word.split_once("//") {
        Some((scheme, rest)) => (format!("{scheme}//"), rest),
        None => (String::new(), word),
    };
    let rest = match rest.rsplit_once('@') {
        Some((_, host)) => format!("…@{host}"),
        None => rest.to_owned(),
    };
    match rest.split_once('?') {
        Some((before, after)) => {
            let end =
                after.trim_start_matches(|c: char| !c.is_whitespace() && !matches!(c, '"' | '\''));
            format!("{scheme}{before}?…{end}")
        }
        None => scheme + &rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_people_read_it() {
        for (page, text) in [
            (
                "<!DOCTYPE html><html><head><title>Error</title><style>a { b: c }</style></head>\n<body><p>The backend\n server is&nbsp;unreachable.</p></body></html>",
                "Error The backend server is unreachable.",
            ),
            ("<SCRIPT>alert(1)</script>&lt;b&gt;", "<b>"),
            ("<!-- a > b -->c<", "c"),
            ("upstream connect error", "upstream connect error"),
            ("a\u{202e}b\u{1b}[31m", "a b [31m"),
        ] {
            assert_eq!(of_body("text/html", page.as_bytes()).as_deref(), Some(text));
        }
        assert_eq!(of_body("text/html", b"<html></html>"), None);
        assert_eq!(of_body("image/png", b"PNG"), None);
        assert_eq!(of_body("", b"a\0b"), None);
        let long = of_body("text/plain", "x".repeat(1_000).as_bytes()).expect("a text");
        assert_eq!(long.chars().count(), LONGEST_PAGE + 1);
    }

    #[test]
    fn no_password_of_an_address_is_shown() {
        for (text, shown) in [
            (
                "https://user:secret@hss.example:99999",
                "https://…@hss.example:99999",
            ),
            ("https://a:b@c:secret@d", "https://…@d"),
            ("user:secret@hss.example", "…@hss.example"),
            (
                "https://hss.example/?token=secret",
                "https://hss.example/?…",
            ),
            (
                "invalid type: string \"https://u:secret@h?t=s\", expected a sequence",
                "invalid type: string \"https://…@h?…\", expected a sequence",
            ),
            ("no address", "no address"),
        ] {
            assert_eq!(without_passwords(text), shown);
        }
    }
}
