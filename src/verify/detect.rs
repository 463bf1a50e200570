//! What a bare URL offers: the contract, or only its pages.

use url::Url;

use super::passive::get;
use super::stage::StageError;
use crate::contract::{DEFAULT_BASE_PATH, Description, DescriptionError};
use crate::event::ExitCode;
use crate::target::{Binding, Target};
use crate::wire::Limits;

/// What was found behind a bare URL.
#[derive(Debug, Clone)]
pub struct Detected {
    /// A target that stands for it.
    pub target: Target,
    /// Which binding is used, and what would unlock more, as sentences for the first line of output.
    pub words: String,
}

/// Looks behind a URL: for a contract at the URL itself, then below it, else for a page that can be read passively.
pub async fn detect(url: &Url, limits: &Limits) -> Result<Detected, StageError> {
    let bad_input = |error: &dyn std::error::Error| StageError { reason: error.to_string(), exit: ExitCode::BAD_INPUT };
    let mut target = Target::for_url(url.clone()).map_err(|error| bad_input(&error))?;
    let below = url.path().trim_end_matches('/').to_owned();
    let mut found = contract(url, limits).await?.map(|description| (below.clone(), description));
    if found.is_none() {
        let mut candidate = url.clone();
        candidate.set_path(&format!("{below}{DEFAULT_BASE_PATH}"));
        candidate.set_query(None);
        // The URL itself has answered: whatever this one does, there is a page to read.
        let description = contract(&candidate, limits).await.unwrap_or_default();
        found = description.map(|description| (format!("{below}{DEFAULT_BASE_PATH}"), description));
    }
    let Some((base_path, description)) = found else {
        let words = format!(
            "No contract at {url} or below it: reading passively. Serve the contract at {DEFAULT_BASE_PATH}, or write a \
             target file, to unlock the cases about cookies and sessions."
        );
        return Ok(Detected { target, words });
    };
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if let Err(refused) = target.check_write(host) {
        let words = format!("A contract answers at {base_path}, but {refused} Reading passively.");
        return Ok(Detected { target, words });
    }
    let count = description.operations.len();
    let words = format!("The contract answers at {base_path} with {count} operations: testing actively.");
    target.binding = Binding::Contract { base_path };
    Ok(Detected { target, words })
}

/// The description at a URL; `None` for any other answer, an error where there is no answer at all.
async fn contract(url: &Url, limits: &Limits) -> Result<Option<Description>, StageError> {
    let exchange = get(url, limits).await?;
    let body = exchange.result.as_ref().map(|response| response.body.as_slice()).unwrap_or_default();
    match Description::parse(body) {
        Ok(description) => Ok(Some(description)),
        Err(DescriptionError::NotAContract) => Ok(None),
        Err(error) => Err(StageError { reason: format!("{url}: {error}"), exit: ExitCode::BAD_INPUT }),
    }
}
