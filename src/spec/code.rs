//! The codes of this floor's findings. A code is stable: scripts and pages refer to it.

macro_rules! codes {
    ($($name:ident $code:literal $about:literal)*) => {
        $(#[doc = $about] pub const $name: &str = $code;)*

        /// Every code of this floor, with what it means.
        pub const ALL: &[(&str, &str)] = &[$(($code, $about)),*];
    };
}

codes! {
    ID_AND_PATH "spec-id-and-path" "The id of a spec is not the path of its file."
    DUPLICATE_ID "spec-duplicate-id" "Two files have the same id."
    DUPLICATE_CASE "spec-duplicate-case" "Two cases of a spec have the same name."
    DUPLICATE_ROW "spec-duplicate-row" "Two rows of the examples have the same label."
    ROW_COLUMNS "spec-row-columns" "A row of the examples has other columns than the first, or there are none."
    TOO_MANY_ROWS "spec-too-many-rows" "The examples have more than 200 rows."
    UNUSED_COLUMN "spec-unused-column" "No value of the case uses a column of its examples."
    NO_LEVEL "spec-no-level" "A case has neither rules nor a level."
    LEVEL_REASON "spec-level-reason" "A level stands beside rules without a reason, or a reason without such a level."
    LEVEL_RAISED "spec-level-raised" "The level of a case is above that of its rules."
    UNKNOWN_RULE "spec-unknown-rule" "The catalogue has no such rule."
    UNKNOWN_FACT "spec-unknown-fact" "Servers state no such fact."
    NO_CATCHES "spec-no-catches" "A case of the embedded catalogue names no fault that it catches."
    NOTHING_TO_JUDGE "spec-nothing-to-judge" "A case expects nothing and classifies nothing."
    MONITOR_KEY "spec-monitor-key" "A key does not go with `on`, or needs it."
    DUPLICATE_DESIGN "spec-duplicate-design" "Two designs of a case have the same name."
    UNKNOWN_CLIENT "spec-unknown-client" "A step is done by a client that the spec does not have."
    NO_WHO "spec-no-who" "A step does not say which of several clients acts."
    NO_JAR "spec-no-jar" "A raw client is asked for something that needs a cookie jar."
    UNKNOWN_ACTION "spec-unknown-action" "A step does something that does not exist."
    STEP_KEY "spec-step-key" "A key does not go with what the step does."
    STEP_NEEDS "spec-step-needs" "A step lacks what its action needs."
    TOGETHER "spec-together" "Something other than a request stands under `together`, or too little of it."
    NESTED "spec-nested" "A `repeat` stands inside a `repeat`."
    COLLECT "spec-collect" "A `repeat` collects a value that its steps do not save."
    UNKNOWN_ARGUMENT "spec-unknown-argument" "An operation or probe has no such parameter."
    MISSING_ARGUMENT "spec-missing-argument" "An operation or probe lacks an argument that it needs."
    ARGUMENT_TYPE "spec-argument-type" "An argument is of another type than its parameter."
    UNKNOWN_RESULT "spec-unknown-result" "An operation or probe has no such result."
    RESULTS "spec-results" "More results are expected than the request has operations."
    NEEDS_REQUEST "spec-needs-request" "A step without a request is asked for something that only an answer has."
    SAVE_PATH "spec-save-path" "A path under `save` leads nowhere."
    SAVED_TWICE "spec-saved-twice" "A name is used for two values."
    UNSAVED "spec-unsaved" "A value is used that is not saved, or not yet."
    DOLLAR "spec-dollar" "A text begins with a dollar without being a saved value."
    MATCHER "spec-matcher" "A matcher compares with a value of the wrong kind."
    IMPOSSIBLE "spec-impossible" "What is expected can never be."
    REGEX "spec-regex" "A regular expression cannot be read."
    UNKNOWN_FAULT "lint-unknown-fault" "`catches` names a fault that the reference server does not have."
    UNDECIDED_RULE "lint-undecided-rule" "No case decides a rule of the catalogue."
    DECIDED_RULE "lint-decided-rule" "A case decides a rule that says why no case does."
    FULL_STOP "lint-full-stop" "A title ends with a full stop."
    SAME_TITLE "lint-same-title" "Two specs, or two cases of a spec, have the same title."
    UNUSED_NAME "lint-unused-name" "Nothing uses a value that is saved, collected or given."
    UNUSED_CLIENT "lint-unused-client" "A client never acts."
    REFERENCE "lint-reference" "A reference is of an unknown kind, or points to nothing."
}
