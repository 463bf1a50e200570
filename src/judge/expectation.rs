//! Holding the expectations of a step against what was observed.

use serde_json::Value;

use super::Code;
use super::at_rest::AtRest;
use super::cookie::judge_cookie;
use super::judged::Judged;
use super::matching::Matching;
use super::observation::Observation;
use super::reply::NoReply;
use super::saving::{error_word, first_failure, header, result_field};
use super::sight::sight;
use super::words::show;
use crate::contract::{Failure, OperationResult};
use crate::spec::{Expect, Matcher, ResultExpect};

/// Judges every expectation of a step. `path` is where the step stands, `steps[1]`; expectations are named below
/// `path.expect`. Without a complete answer every expectation about the response is broken. Expectations about
/// results are left out when the answer has no body by its nature.
#[must_use]
pub fn judge(expect: &Expect, observation: &Observation, matching: Matching<'_>, path: &str) -> Vec<Judged> {
    let judging = Judging { observation, matching, step: path, path: format!("{path}.expect") };
    let mut judged = judging.all(expect);
    if let Some(failure) = observation.failure() {
        let about_response = |one: &Judged| {
            ![".jar.", ".saved."]
                .iter()
                .any(|part| one.expectation[path.len()..].starts_with(&format!(".expect{part}")))
        };
        for one in judged.iter_mut().filter(|one| about_response(one)) {
            one.held = false;
            Code::NoAnswer.as_str().clone_into(&mut one.code);
            one.actual.clone_from(&failure);
            one.message = format!("an answer was expected, but there is {failure}");
        }
    }
    for one in &mut judged {
        one.exchange = Some(observation.exchange.id);
    }
    judged
}

struct Judging<'a> {
    observation: &'a Observation,
    matching: Matching<'a>,
    /// Where the step stands.
    step: &'a str,
    /// Where its expectations stand.
    path: String,
}

impl Judging<'_> {
    fn all(&self, expect: &Expect) -> Vec<Judged> {
        let mut judged = Vec::new();
        if let Some(matcher) = &expect.status {
            let status = self.observation.status().map_or(Value::Null, Value::from);
            judged.push(self.value("status", Code::Status, matcher, &status, "the status"));
        }
        self.results(expect, &mut judged);
        for (name, matcher) in &expect.header {
            let value = header(self.observation, name);
            let what = format!("the field {name}");
            judged.push(self.value(&format!("header.{name}"), Code::Header, matcher, &value, &what));
        }
        for (name, cookie) in &expect.set_cookie {
            let path = format!("{}.set_cookie.{name}", self.path);
            judged.extend(judge_cookie(name, cookie, self.observation, self.matching, &path));
        }
        for (name, matcher) in &expect.seen {
            // What an exchange has nothing of is not judged.
            if let Some(value) = sight(name, self.observation) {
                let what = name.replace('_', " ");
                judged.push(self.value(&format!("seen.{name}"), Code::Seen, matcher, &value, &what));
            }
        }
        let Observation { session, held, .. } = self.observation;
        judged.extend(AtRest { session, held, matching: self.matching }.judge(expect, self.step));
        judged
    }

    fn results(&self, expect: &Expect, judged: &mut Vec<Judged>) {
        if self.observation.reply == Err(NoReply::Bodyless) {
            return;
        }
        for (field, matcher) in &expect.result {
            judged.push(self.result(&format!("result.{field}"), 0, field, matcher));
        }
        if let Some(matcher) = &expect.error {
            judged.push(self.error("error", first_failure(self.observation), matcher));
        }
        for (index, entry) in expect.results.iter().enumerate() {
            let Some(ResultExpect { result, error }) = entry else { continue };
            for (field, matcher) in result {
                judged.push(self.result(&format!("results[{index}].result.{field}"), index, field, matcher));
            }
            if let Some(matcher) = error {
                let answered = self.observation.reply.as_ref().ok().and_then(|reply| reply.results.get(index));
                judged.push(self.error(&format!("results[{index}].error"), answered, matcher));
            }
        }
    }

    fn value(&self, path: &str, code: Code, matcher: &Matcher, value: &Value, what: &str) -> Judged {
        let held = self.matching.holds(matcher, value);
        let path = format!("{}.{path}", self.path);
        Judged::new(path, code, held, self.matching.words(matcher), show(value)).about(what)
    }

    fn result(&self, path: &str, index: usize, field: &str, matcher: &Matcher) -> Judged {
        let value = result_field(self.observation, index, field);
        let answered = self.observation.reply.as_ref().map(|reply| reply.results.get(index));
        let operation = self.observation.operations.get(index).map_or("the operation", String::as_str);
        let mut judged = self.value(path, Code::Result, matcher, &value, &format!("{field} of {operation}"));
        let failure = match answered {
            Ok(Some(Ok(_))) => return judged,
            Ok(Some(Err(failure))) => format!("no result, {}", failure_words(failure)),
            Ok(None) => "no result, the operation was not run".to_owned(),
            Err(why) => format!("no result: {why}"),
        };
        judged.held = false;
        judged.actual = failure;
        judged.about(&format!("{field} of {operation}"))
    }

    fn error(&self, path: &str, answered: Option<&OperationResult>, matcher: &Matcher) -> Judged {
        let mut judged = self.value(path, Code::Error, matcher, &error_word(answered), "the error");
        match answered {
            Some(Ok(_)) => "no error".clone_into(&mut judged.actual),
            Some(Err(failure)) => judged.actual = failure_words(failure),
            None => {
                judged.held = false;
                judged.actual = match &self.observation.reply {
                    Ok(_) => "no result, the operation was not run".to_owned(),
                    Err(why) => format!("no result: {why}"),
                };
            }
        }
        judged.about("the error")
    }
}

fn failure_words(failure: &Failure) -> String {
    let mut words = format!("error {}", failure.error.as_str());
    for detail in [&failure.kind, &failure.message].into_iter().flatten() {
        words = format!("{words}, {detail}");
    }
    words
}
