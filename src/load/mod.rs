//! Load: the operations of the contract under load, judged while they are measured.

pub mod scenario;
