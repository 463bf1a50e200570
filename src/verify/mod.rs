//! Running the catalogue against a target: plan, execute, settle.
