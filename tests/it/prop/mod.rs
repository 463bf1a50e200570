//! Property tests.

mod cookies;
mod differential;
mod flaky;
mod model;
mod reference;
mod sample;
mod shrinking;
