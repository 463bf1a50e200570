//! HTTP with evidence: exchanges kept as bytes, over any byte stream.
