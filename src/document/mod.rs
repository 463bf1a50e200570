//! YAML as a tree with spans, the shapes it must have, and diagnostics with place, cause and fix.
