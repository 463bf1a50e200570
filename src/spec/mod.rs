//! The specs: a model of cases, steps and expectations, read from documents.
