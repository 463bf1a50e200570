//! Deleting a cookie undoes setting it, whatever its scope and flags.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::Value;

use super::asking::Asking;
use super::property::{Broken, Property};
use crate::contract::Call;
use crate::prop::subject::Subject;
use crate::verify::Instance;

/// Deleting a cookie undoes setting it.
pub(super) struct Removal;

/// Scope and flags of a cookie.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a cookie are independent")]
pub(super) struct Scope {
    prefix: &'static str,
    path: Option<&'static str>,
    domain: bool,
    secure: bool,
    http_only: bool,
    same_site: Option<&'static str>,
    max_age: bool,
}

impl Scope {
    fn add_to(&self, mut call: Call, host: &str, offers: &dyn Fn(&str) -> bool) -> Call {
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value.filter(|_| offers(name)) {
                call.arguments.insert(name.to_owned(), value);
            }
        };
        put("path", self.path.map(Value::from));
        put("domain", self.domain.then(|| Value::from(host)));
        put("secure", self.secure.then_some(Value::Bool(true)));
        put("http_only", self.http_only.then_some(Value::Bool(true)));
        put("same_site", self.same_site.map(Value::from));
        call
    }
}

impl Property for Removal {
    type Input = Scope;
    const ID: &'static str = "delete-undoes-set";
    const TITLE: &'static str = "Deleting a cookie undoes setting it, whatever its path, domain, prefix and flags";
    const NEEDS: &'static [&'static str] = &["cookie.set", "cookie.delete"];

    fn inputs(subject: &Subject) -> impl Strategy<Value = Self::Input> {
        let known = |row: &str| {
            subject.setting.target.known.iter().any(|known| {
                known.applies_to(&subject.setting.variant) && known.case.as_str() == format!("cookies/delete#{row}")
            })
        };
        let mut prefixes = vec!["", ""];
        prefixes.extend(["__Secure-"].into_iter().filter(|_| !known("secure-prefix")));
        prefixes.extend(["__Host-"].into_iter().filter(|_| !known("host-prefix")));
        let base = subject
            .offers
            .base_path
            .as_deref()
            .map_or("/", |base| if base == "/_hardtack" { "/_hardtack" } else { "/" });
        let path = prop_oneof![Just(None), Just(Some("/")), Just(Some(base))];
        let same_site = proptest::sample::select(vec![None, Some("Lax"), Some("Strict"), Some("None")]);
        let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
        (proptest::sample::select(prefixes), path, flags, same_site).prop_map(
            |(prefix, path, (domain, secure, http_only, max_age), same_site)| {
                let host = prefix == "__Host-";
                Scope {
                    prefix,
                    path: if host { Some("/") } else { path },
                    domain: domain && !host,
                    secure: secure || !prefix.is_empty() || same_site == Some("None"),
                    http_only,
                    same_site,
                    max_age,
                }
            },
        )
    }

    fn words(scope: &Self::Input) -> String {
        let mut words = vec![format!("a cookie {}probe", scope.prefix)];
        words.extend(scope.path.map(|path| format!("path {path}")));
        words.extend(scope.domain.then(|| "the host as domain".to_owned()));
        words.extend(scope.same_site.map(|mode| format!("same_site {mode}")));
        for (flag, word) in [(scope.secure, "secure"), (scope.http_only, "http_only"), (scope.max_age, "max_age 600")] {
            words.extend(flag.then(|| word.to_owned()));
        }
        format!("{}, set and deleted", words.join(", "))
    }

    async fn test(subject: &Subject, instance: &Arc<dyn Instance>, scope: &Self::Input) -> Option<Broken> {
        let mut browser = Asking::new(subject, instance);
        let host = browser.host().to_owned();
        let name = format!("{}probe", scope.prefix);
        let lacks = |op: &str, parameter: &str| {
            subject.offers.description.operations.get(op).is_some_and(|offer| offer.lacks.contains(parameter))
        };
        let set = Call::new("cookie.set").with("name", name.as_str()).with("value", "1");
        let mut set = scope.add_to(set, &host, &|parameter| !lacks("cookie.set", parameter));
        if scope.max_age && !lacks("cookie.set", "max_age") {
            set.arguments.insert("max_age".to_owned(), Value::from(600));
        }
        browser.ask(vec![set], None).await;
        if browser.jar.iter().all(|cookie| cookie.name != name.as_bytes()) {
            // Refused by the framework or the browser: there is nothing to delete.
            return None;
        }
        let delete = Call::new("cookie.delete").with("name", name.as_str());
        let delete = scope.add_to(delete, &host, &|parameter| !lacks("cookie.delete", parameter));
        let observation = browser.ask(vec![delete], None).await;
        let left = browser.jar.iter().any(|cookie| cookie.name == name.as_bytes());
        left.then(|| Broken::must("not-deleted", "gone from the browser", "still there").seen_in(&observation.exchange))
    }
}
