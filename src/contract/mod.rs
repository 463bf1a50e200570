//! The operations that specs speak of, their parameters, results and typed times.
