//! One formatter per output, fed by the event stream.
