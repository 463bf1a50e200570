//! Agreement with the public http-state corpus.
fn main() {}
