//! Looking at a site with a few requests that only read: what a target file for it could begin with.

use regex_lite::Regex;
use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::passive::get;
use super::stage::StageError;
use crate::contract::Description;
use crate::wire::{Limits, Response};

/// Pages that are tried for a login form, besides those that the first page links to.
const LOGIN_PAGES: [&str; 6] =
    ["/login", "/signin", "/accounts/login/", "/users/sign_in", "/admin/login/", "/user/login"];

/// Paths that often tell who is logged in.
const WHO_PAGES: [&str; 4] = ["/api/me", "/api/user", "/me", "/api/session"];

/// How many links of the first page are looked at.
const LINKS: usize = 2;

/// What a site shows to somebody who only looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// Where the contract answers, if it does.
    pub contract: Option<String>,
    /// A form with a password.
    pub login: Option<LoginForm>,
    /// The cookie that looks like the session's.
    pub session_cookie: Option<String>,
    /// The path of an answer that tells who is logged in, with the status for nobody.
    pub whoami: Option<(String, u16)>,
    /// How many requests it took.
    pub requests: usize,
}

/// A form that asks for a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginForm {
    /// The page that holds it.
    pub page: String,
    /// Where it is sent.
    pub action: String,
    /// The field for the name.
    pub user: String,
    /// The field for the password.
    pub password: String,
    /// Hidden fields whose value changes: tokens.
    pub tokens: Vec<String>,
    /// Other hidden fields, with their values.
    pub fixed: Vec<(String, String)>,
}

/// Looks at a site. Sends nothing but GET, and only to the host of the URL.
pub async fn look(url: &Url, limits: &Limits) -> Result<Site, StageError> {
    let mut site = Site::default();
    let mut cookies = Vec::new();
    let first = get(url, limits).await?;
    site.requests = 1;
    let base = url.path().trim_end_matches('/');
    let mut pages = vec![url.path().to_owned()];
    if let Ok(response) = &first.result {
        cookies.extend(set_cookies(response));
        if Description::parse(&response.body).is_ok() {
            site.contract = Some(base.to_owned());
            return Ok(site);
        }
        pages.extend(login_links(response, url));
        site.login = login_form(response, url.path());
    }
    pages.extend(LOGIN_PAGES.iter().map(|page| format!("{base}{page}")));
    for (index, page) in pages.iter().enumerate().skip(1) {
        if site.login.is_some() {
            break;
        }
        if pages[..index].contains(page) {
            continue;
        }
        let Some(response) = page_of(url, page, limits, &mut site.requests).await else { continue };
        cookies.extend(set_cookies(&response));
        site.login = login_form(&response, page);
    }
    for page in WHO_PAGES {
        let page = format!("{base}{page}");
        let Some(response) = page_of(url, &page, limits, &mut site.requests).await else { continue };
        let is_json = serde_json::from_slice::<serde_json::Value>(&response.body).is_ok();
        if matches!(response.status, 401 | 403) || (response.status == 200 && is_json) {
            site.whoami = Some((page, response.status));
            break;
        }
    }
    site.session_cookie = session_cookie(&cookies);
    // Many applications begin a session on their front page and on no other that was read.
    if site.session_cookie.is_none()
        && url.path() != "/"
        && let Some(response) = page_of(url, "/", limits, &mut site.requests).await
    {
        site.session_cookie = session_cookie(&set_cookies(&response));
    }
    Ok(site)
}

async fn page_of(url: &Url, path: &str, limits: &Limits, requests: &mut usize) -> Option<Response> {
    let mut page = url.clone();
    page.set_path(path);
    page.set_query(None);
    *requests += 1;
    get(&page, limits).await.ok()?.result.ok()
}

/// Names of cookies that an answer sets, with whether scripts are kept away.
fn set_cookies(response: &Response) -> Vec<(String, bool)> {
    let cookie = |line: &[u8]| {
        let line = String::from_utf8_lossy(line);
        let name = line.split(['=', ';']).next().unwrap_or_default().trim().to_owned();
        (name, line.to_ascii_lowercase().contains("httponly"))
    };
    response.set_cookies().map(cookie).filter(|(name, _)| !name.is_empty()).collect()
}

/// The cookie that looks like a session's: by its name, else the one that scripts must not read.
fn session_cookie(cookies: &[(String, bool)]) -> Option<String> {
    let is_token = |name: &str| matches(name, "(?i)csrf|xsrf");
    let named = cookies.iter().find(|(name, _)| matches(name, "(?i)sess|sid$|^sid|auth") && !is_token(name));
    let hidden = cookies.iter().find(|(name, http_only)| *http_only && !is_token(name));
    named.or(hidden).map(|(name, _)| name.clone())
}

fn matches(text: &str, pattern: &str) -> bool {
    Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
}

/// Paths of links of a page that speak of logging in, on the same host.
fn login_links(response: &Response, url: &Url) -> Vec<String> {
    let document = Html::parse_document(&String::from_utf8_lossy(&response.body));
    let mut links = Vec::new();
    for link in select(&document.root_element(), "a[href]") {
        let href = link.value().attr("href").unwrap_or_default();
        let words = format!("{href} {}", link.text().collect::<String>());
        if let (true, Ok(target)) = (matches(&words, "(?i)(log|sign)[-_ ]?in"), url.join(href))
            && target.host() == url.host()
            && target.port() == url.port()
            && links.len() < LINKS
        {
            links.push(target.path().to_owned());
        }
    }
    links
}

fn select<'a>(element: &ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    Selector::parse(selector).map(|selector| element.select(&selector).collect()).unwrap_or_default()
}

/// The form with a password on a page.
fn login_form(response: &Response, page: &str) -> Option<LoginForm> {
    if response.status != 200 {
        return None;
    }
    let document = Html::parse_document(&String::from_utf8_lossy(&response.body));
    let forms = select(&document.root_element(), "form");
    let form = forms.into_iter().find(|form| select(form, "input[type=password][name]").len() == 1)?;
    let name = |input: &ElementRef<'_>| input.value().attr("name").unwrap_or_default().to_owned();
    let password = name(select(&form, "input[type=password][name]").first()?);
    let texts = select(&form, "input[name]:not([type]), input[type=text][name], input[type=email][name]");
    let user = name(texts.first()?);
    let (mut tokens, mut fixed) = (Vec::new(), Vec::new());
    for hidden in select(&form, "input[type=hidden][name]") {
        let value = hidden.value().attr("value").unwrap_or_default();
        if matches(&name(&hidden), "(?i)csrf|xsrf|token|nonce") {
            tokens.push(name(&hidden));
        } else {
            fixed.push((name(&hidden), value.to_owned()));
        }
    }
    let here = Url::parse("http://a").ok()?.join(page).ok()?;
    let action = here.join(form.value().attr("action").unwrap_or_default()).ok()?;
    Some(LoginForm { page: page.to_owned(), action: action.path().to_owned(), user, password, tokens, fixed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_a_password_is_found() {
        let page = Response::text(
            200,
            r#"<form action="/search"><input name="q"></form><form method="post" action="session">
            <input type="hidden" name="_csrf" value="a"><input type="hidden" name="next" value="/x">
            <input name="email" type="email"><input type="password" name="pw"></form>"#,
        );
        let form = login_form(&page, "/account/login").unwrap();
        assert_eq!(
            (form.action.as_str(), form.user.as_str(), form.password.as_str()),
            ("/account/session", "email", "pw")
        );
        assert_eq!((form.tokens, form.fixed), (vec!["_csrf".to_owned()], vec![("next".to_owned(), "/x".to_owned())]));
        // A form with two passwords registers or changes.
        let page =
            Response::text(200, "<form><input name=a><input type=password name=b><input type=password name=c></form>");
        assert_eq!(login_form(&page, "/"), None);
    }

    #[test]
    fn the_session_cookie_is_guessed_by_name_then_by_flag() {
        let cookie = |names: &[(&str, bool)]| {
            session_cookie(&names.iter().map(|(name, flag)| ((*name).to_owned(), *flag)).collect::<Vec<_>>())
        };
        assert_eq!(
            cookie(&[("lang", true), ("csrf_sid", true), ("connect.sid", false)]).as_deref(),
            Some("connect.sid")
        );
        assert_eq!(cookie(&[("lang", false), ("shop", true)]).as_deref(), Some("shop"));
        assert_eq!(cookie(&[("csrftoken", true)]), None);
    }
}
