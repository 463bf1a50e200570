//! The operations of the `ctl` family.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::arguments::{Arguments, invalid};
use super::perform::Performance;
use crate::contract::{Failure, FailureKind, OperationResult};
use crate::cookie::Scheme;
use crate::wire::{Authority, Client, ConnectionUse, Connector, HeaderLine, Limits, Request};

/// How long `ctl.wait` waits when nothing is said.
const WAIT: Duration = Duration::from_secs(5);

/// The longest that an application may be asked to wait or sleep.
const LONGEST: Duration = Duration::from_mins(1);

/// Fields that are not the application's.
const RESERVED: [&str; 3] = ["Set-Cookie", "Date", "Content-Length"];

impl Performance<'_> {
    pub(super) async fn control(&mut self, name: &str, arguments: Arguments<'_>) -> OperationResult {
        match name {
            "wait" => {
                let limit = arguments.integer("timeout_ms").map_or(WAIT, duration);
                wait(arguments.required_text("url"), limit).await.map(Value::Bool)
            }
            "sleep" => {
                tokio::time::sleep(duration(arguments.integer("ms").unwrap_or_default())).await;
                Ok(Value::Null)
            }
            "header" => self.header(arguments.required_text("name"), arguments.required_text("value")),
            _ => Err(Failure::new(FailureKind::Exception, "Raised", "the application was asked to fail")),
        }
    }

    fn header(&mut self, name: &str, value: &str) -> OperationResult {
        let token = |octet: u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet);
        if name.is_empty() || !name.bytes().all(token) {
            return Err(invalid(format!("{name:?} is no field name")));
        }
        if RESERVED.iter().any(|reserved| name.eq_ignore_ascii_case(reserved)) {
            return Err(invalid(format!("{name} is not for the application to set")));
        }
        if value.bytes().any(|octet| octet != b'\t' && (octet < b' ' || octet == 0x7f)) {
            return Err(invalid("a field value holds no control octets"));
        }
        self.headers.retain(|line| !line.is(name));
        self.headers.push(HeaderLine::new(name, value));
        Ok(Value::Null)
    }
}

/// GETs a loopback URL; whether an answer came in time.
async fn wait(url: &str, limit: Duration) -> Result<bool, Failure> {
    let url = Url::parse(url).map_err(|error| invalid(format!("{url:?} is no URL: {error}")))?;
    let authority = Authority::of(&url).map_err(|error| invalid(error.to_string()))?;
    if !authority.is_loopback() || authority.scheme != Scheme::Http {
        return Err(invalid(format!("{url} is no http URL of a loopback address")));
    }
    let ip = authority.host.parse().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let address = SocketAddr::new(ip, authority.port);
    let limits = Limits { connect: limit, first_byte: limit, idle: limit, total: limit, ..Limits::default() };
    let client = Client::new(Connector::tcp(address), limits);
    let answer = client.send(Request::get_url(&url, &authority), ConnectionUse::New).await;
    Ok(answer.result.is_ok_and(|response| response.status < 400))
}

fn duration(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or_default()).min(LONGEST)
}
