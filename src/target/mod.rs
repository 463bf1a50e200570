//! The target file: what is under test, and how to reach, start and harm it.
