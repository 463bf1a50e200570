//! Taking values out of answers: by selector, path, pattern, field or cookie.

use regex_lite::Regex;
use scraper::{Html, Selector};
use serde_json::Value;

use super::json_path::JsonPath;
use super::template::Variables;
use crate::wire::Response;

/// Where a value stands in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extract {
    /// A CSS selector, and the attribute; the text of the element without one.
    Css {
        /// The selector.
        selector: String,
        /// The attribute.
        attribute: Option<String>,
    },
    /// A path into a JSON body.
    Json(JsonPath),
    /// A regular expression over the body; its first group, or all that it matches without one.
    Regex(String),
    /// A field of the head.
    Header(String),
    /// A cookie that the browser holds after the answer.
    Cookie(String),
    /// The status.
    Status,
}

/// An answer with what the browser would send next.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The answer.
    pub response: &'a Response,
    /// Names and values of the cookies that go with the next request to the same place.
    pub cookies: &'a [(String, String)],
}

/// Cuts `input[name=_csrf]@value` into selector and attribute.
pub(super) fn css(text: &str) -> Extract {
    // `@` stands in no selector outside of quotes.
    let (selector, attribute) = match text.rsplit_once('@') {
        Some((selector, attribute)) if !attribute.contains([']', '"', '\'']) => (selector, Some(attribute.to_owned())),
        _ => (text, None),
    };
    Extract::Css { selector: selector.trim().to_owned(), attribute }
}

impl Extract {
    /// Why it can never find anything, if so.
    pub(super) fn fault(&self) -> Option<String> {
        match self {
            Self::Css { selector, .. } => Selector::parse(selector).err().map(|error| error.to_string()),
            Self::Regex(pattern) => Regex::new(pattern).err().map(|error| error.to_string()),
            _ => None,
        }
    }

    /// The names that it asks for.
    pub(super) fn names(&self) -> Vec<&str> {
        if let Self::Json(path) = self { path.names() } else { Vec::new() }
    }

    /// All values that it finds, in order.
    #[must_use]
    pub fn find(&self, page: Page<'_>, variables: &dyn Variables) -> Vec<Value> {
        let body = || String::from_utf8_lossy(&page.response.body).into_owned();
        match self {
            Self::Css { selector, attribute } => by_selector(&body(), selector, attribute.as_deref()),
            Self::Json(path) => serde_json::from_slice(&page.response.body)
                .ok()
                .and_then(|document| path.find(&document, variables).ok())
                .unwrap_or_default(),
            Self::Regex(pattern) => by_pattern(&body(), pattern),
            Self::Header(name) => page
                .response
                .headers_named(name)
                .map(|value| Value::from(String::from_utf8_lossy(value).into_owned()))
                .collect(),
            Self::Cookie(name) => {
                let named = page.cookies.iter().filter(|(cookie, _)| cookie == name);
                named.map(|(_, value)| Value::from(value.as_str())).collect()
            }
            Self::Status => vec![Value::from(page.response.status)],
        }
    }

    /// What it looks for, in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Css { selector, attribute: Some(attribute) } => format!("css `{selector}@{attribute}`"),
            Self::Css { selector, attribute: None } => format!("css `{selector}`"),
            Self::Json(_) => "the JSON path".to_owned(),
            Self::Regex(pattern) => format!("regex `{pattern}`"),
            Self::Header(name) => format!("the field {name}"),
            Self::Cookie(name) => format!("the cookie {name}"),
            Self::Status => "the status".to_owned(),
        }
    }
}

fn by_selector(body: &str, selector: &str, attribute: Option<&str>) -> Vec<Value> {
    let Ok(selector) = Selector::parse(selector) else { return Vec::new() };
    let document = Html::parse_document(body);
    let values = document.select(&selector).filter_map(|element| match attribute {
        Some(name) => element.value().attr(name).map(str::to_owned),
        None => Some(element.text().collect::<String>().trim().to_owned()),
    });
    values.map(Value::from).collect()
}

fn by_pattern(body: &str, pattern: &str) -> Vec<Value> {
    let Ok(pattern) = Regex::new(pattern) else { return Vec::new() };
    let group = |found: regex_lite::Captures<'_>| found.get(1).or(found.get(0)).map(|part| Value::from(part.as_str()));
    pattern.captures_iter(body).filter_map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(extract: &Extract, response: &Response) -> Vec<Value> {
        let cookies = [("csrftoken".to_owned(), "abc".to_owned())];
        extract.find(Page { response, cookies: &cookies }, &|_: &str| None)
    }

    #[test]
    fn values_are_taken_out_of_pages() {
        let html = r#"<form><input name="_csrf" value="t&amp;1"><a data-sku="x"> Apple <b>pie</b> </a><a data-sku=y>Pear</a>
            <script>var csrf = 'q9';</script></form>"#;
        let page = Response::text(200, html).with_header("X-Token", "h");
        for (extract, expected) in [
            (css("input[name=_csrf]@value"), vec!["t&1"]),
            (css("input[name='a@b']"), vec![]),
            (css("a@data-sku"), vec!["x", "y"]),
            (css("a"), vec!["Apple pie", "Pear"]),
            (css("nav a"), vec![]),
            (Extract::Regex("csrf = '([^']+)'".into()), vec!["q9"]),
            (Extract::Regex("data-sku=.".into()), vec!["data-sku=\"", "data-sku=y"]),
            (Extract::Header("x-token".into()), vec!["h"]),
            (Extract::Cookie("csrftoken".into()), vec!["abc"]),
            (Extract::Cookie("other".into()), vec![]),
            (Extract::Json(JsonPath::parse("json.a").unwrap()), vec![]),
        ] {
            assert_eq!(found(&extract, &page), expected, "{extract:?}");
        }
        assert_eq!(found(&Extract::Status, &page), [Value::from(200)]);
    }

    #[test]
    fn what_cannot_be_read_has_a_fault() {
        assert!(css("input[").fault().is_some() && Extract::Regex("(".into()).fault().is_some());
        assert!(css("input").fault().is_none() && Extract::Regex("a|b".into()).fault().is_none());
    }
}
