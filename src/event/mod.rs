//! Outcomes and events of all commands: the one stream that every report reads.
