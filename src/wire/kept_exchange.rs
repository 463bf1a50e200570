//! What went over a kept connection as an exchange: for the few among many that somebody wants to look at.

use std::time::Duration;

use super::head::response_head;
use super::request_head::request_head;
use super::{AnswerBuffer, Authority, Connector, Exchange, HeaderLine, Request, Response, WireError};
use crate::cookie::{Clock as _, SystemClock, Timestamp};

impl Exchange {
    /// An exchange that is just over, from its octets. An answer that did not come has its reason in words.
    #[must_use]
    pub fn kept(connector: &Connector, request: &[u8], answer: Result<&AnswerBuffer, &str>, elapsed: Duration) -> Self {
        let request = read_request(request);
        let named = request.header("Host").and_then(|host| Authority::from_host_field(connector.scheme(), host));
        let authority = named.unwrap_or_else(|| connector.authority());
        let millis = i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX);
        let started = Timestamp::from_millis(SystemClock.now().as_millis().saturating_sub(millis));
        let exchange = Self::recorded(authority, request, Response::default(), started, elapsed);
        let result = answer.map(AnswerBuffer::response).map_err(|cause| WireError::Remote { cause: cause.to_owned() });
        Self { address: connector.address(), result, ..exchange }
    }
}

impl AnswerBuffer {
    /// The answer with all its fields.
    fn response(&self) -> Response {
        let body = self.body().to_vec();
        match response_head(self.head()) {
            Ok(head) => Response {
                status: head.status,
                reason: head.reason,
                head: self.head().to_vec(),
                headers: head.fields.lines,
                body,
                anomalies: head.anomalies,
                ..Response::default()
            },
            // Another client has read it, and kept of its head only what cookies need.
            Err(_) => Response {
                headers: self.set_cookies().map(|line| HeaderLine::new("Set-Cookie", line)).collect(),
                body,
                reconstructed: true,
                ..Response::new(self.status())
            },
        }
    }
}

/// A request of ours, taken apart again.
fn read_request(octets: &[u8]) -> Request {
    let end = octets.windows(4).position(|window| window == b"\r\n\r\n").map_or(octets.len(), |at| at + 4);
    let (head, body) = octets.split_at(end);
    match request_head(head.to_vec()) {
        Ok(read) => Request { body: body.to_vec(), ..read.request },
        Err(_) => Request { head: head.to_vec(), body: body.to_vec(), ..Request::default() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: &[u8] = b"POST /run?a=b HTTP/1.1\r\nHost: a.test:81\r\nCookie: sid=k\r\nContent-Length: 2\r\n\r\n{}";

    fn kept(answer: Result<&AnswerBuffer, &str>) -> Exchange {
        let connector = Connector::tcp(([127, 0, 0, 1], 81).into());
        Exchange::kept(&connector, ASKED, answer, Duration::from_millis(3))
    }

    #[test]
    fn request_and_answer_are_taken_apart_again() {
        let answer = AnswerBuffer::of(201, &[b"sid=k2; Path=/"], b"[]");
        let exchange = kept(Ok(&answer));
        assert_eq!(exchange.url(), "http://a.test:81/run?a=b");
        assert_eq!(exchange.request.header("Cookie"), Some(b"sid=k".as_slice()));
        assert_eq!((exchange.request.body.as_slice(), exchange.request.method.as_str()), (b"{}".as_slice(), "POST"));
        assert!(exchange.is_local());
        let response = exchange.result.unwrap();
        assert_eq!((response.status, response.body.as_slice()), (201, b"[]".as_slice()));
        assert_eq!(response.set_cookies().collect::<Vec<_>>(), [b"sid=k2; Path=/"]);
        assert!(response.reconstructed);
    }

    #[test]
    fn an_answer_that_did_not_come_is_told() {
        let error = kept(Err("timeout")).result.unwrap_err();
        assert!(error.to_string().contains("timeout"), "{error}");
    }
}
