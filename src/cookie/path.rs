//! Cookie paths: default path and path match (RFC 6265bis §5.1.4).

/// The directory of a request path; query and fragment do not count.
#[must_use]
pub fn default_path(request_path: &str) -> &str {
    let path = without_query(request_path);
    if !path.starts_with('/') {
        return "/";
    }
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(last) => &path[..last],
    }
}

/// Whether a request path path-matches a cookie path. Nothing is decoded or normalised.
#[must_use]
pub fn path_matches(request_path: &str, cookie_path: &str) -> bool {
    match request_path.strip_prefix(cookie_path) {
        Some(rest) => rest.is_empty() || cookie_path.ends_with('/') || rest.starts_with('/'),
        None => false,
    }
}

/// The path of a request target, `/` when it is empty.
pub(super) fn without_query(target: &str) -> &str {
    let path = target.split(['?', '#']).next().unwrap_or(target);
    if path.is_empty() { "/" } else { path }
}
