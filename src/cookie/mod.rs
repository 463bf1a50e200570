//! Cookies as user agents treat them: dates, grammar, storage and retrieval. No I/O.
