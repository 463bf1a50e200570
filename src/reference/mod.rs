//! The reference server: five session engines, an injected clock, and faults on purpose.
