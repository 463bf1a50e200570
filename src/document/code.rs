//! The codes of this floor's findings. A code is stable: scripts and pages refer to it.

macro_rules! codes {
    ($($name:ident $code:literal $about:literal)*) => {
        $(#[doc = $about] pub const $name: &str = $code;)*

        /// Every code of this floor, with what it means.
        pub const ALL: &[(&str, &str)] = &[$(($code, $about)),*];
    };
}

codes! {
    TOO_LARGE "doc-too-large" "The file is larger than 1 MiB."
    NOT_UTF8 "doc-not-utf8" "The file is not UTF-8."
    CONTROL_CHARACTER "doc-control-character" "The file holds a character that YAML forbids, such as NUL."
    SYNTAX "doc-syntax" "The file is not YAML."
    TAB "doc-tab" "A line is indented with a tab."
    EMPTY "doc-empty" "The file holds no document."
    SEVERAL_DOCUMENTS "doc-several-documents" "The file holds more than one document."
    TOO_DEEP "doc-too-deep" "Lists and maps are nested more than 64 deep."
    DUPLICATE_KEY "doc-duplicate-key" "A map has the same key twice."
    KEY_NOT_TEXT "doc-key-not-text" "A key is not text."
    ANCHOR "doc-anchor" "A value has an anchor (`&name`)."
    ALIAS "doc-alias" "A value is an alias (`*name`)."
    MERGE_KEY "doc-merge-key" "A map has the merge key `<<`."
    TAG "doc-tag" "A value has a tag (`!name`)."
    NUMBER "doc-number" "A number does not fit: outside 64 bits, infinite or not a number."
    UNKNOWN_KEY "doc-unknown-key" "A map has a key that means nothing there."
    MISSING_KEY "doc-missing-key" "A map lacks a key that it needs."
    KEY_CHOICE "doc-key-choice" "A map has none of several keys, or too many of them."
    MISSING_VALUE "doc-missing-value" "A key is written without a value."
    WRONG_TYPE "doc-wrong-type" "A value is of another type than its place needs."
    UNQUOTED "doc-unquoted" "Text without quotes was read as a boolean, a number or null."
    QUOTED "doc-quoted" "A number or boolean is in quotes, which makes it text."
    UNKNOWN_WORD "doc-unknown-word" "A text is not one of the words that its place knows."
    MALFORMED "doc-malformed" "A text or key does not have the form that its place needs."
    DURATION "doc-duration" "A text is not a duration."
    OUT_OF_RANGE "doc-out-of-range" "A number is too small or too large."
    EMPTY_COLLECTION "doc-empty-collection" "A list or map is empty where it must not be."
    EMPTY_TEXT "doc-empty-text" "A text is empty where it must not be."
}
