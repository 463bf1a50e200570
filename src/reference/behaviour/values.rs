//! The seams of values: what careless serialisers make of the data of a session.

/// What is kept of the values and keys of a session.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each switch is a deviation of its own; false is good everywhere")]
pub struct Values {
    /// What becomes of some values.
    pub change: Change,
    /// Keys end after 40 characters.
    pub keys_cut: bool,
    /// Keys end after 128 characters.
    pub long_keys_cut: bool,
    /// Letters of keys are put together with their accents.
    pub keys_composed: bool,
    /// Keys lose the white space around them.
    pub keys_trimmed: bool,
    /// The data of those who are logged in belongs to the user, in all sessions.
    pub shared_by_user: bool,
    /// Of more than fifty keys the last fifty are kept.
    pub fifty_keys_at_most: bool,
    /// What is stored under a key that begins with an underscore is lost.
    pub underscored_lost: bool,
}

/// What becomes of some values when they are stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    #[default]
    Nothing,
    /// True and false are stored as 1 and 0.
    BooleansAreNumbers,
    /// Text of digits is stored as the number.
    DigitsAreNumbers,
    /// Text loses the white space around it.
    Trimmed,
    /// Backslashes in text are dropped.
    BackslashesDropped,
    /// Text ends at its first character of four octets.
    EndsAtFourOctets,
    /// Text ends at its first NUL.
    EndsAtNul,
    /// Text of more than 64 KiB is stored as nothing.
    LongIsLost,
    /// A list of one item is stored as the item.
    SingleItemsUnwrapped,
    /// Text that is a moment gets milliseconds.
    DatesRewritten,
    /// Fractions are stored in single precision.
    SinglePrecision,
    /// What is nested more than 16 deep is stored as nothing.
    DeepIsCut,
}
