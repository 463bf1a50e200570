//! Faults that show on some occasions only: by one method, with one status, for the second login, after a restart.

mod requests;
mod users;

pub(super) use requests::{ANSWERS, COOKIES, DATA};
pub(super) use users::{LOGIN, LOGOUT};
