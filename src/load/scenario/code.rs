//! The codes of findings about scenarios. A code is stable: scripts and pages refer to it.

macro_rules! codes {
    ($($name:ident $code:literal $about:literal)*) => {
        $(#[doc = $about] pub const $name: &str = $code;)*

        /// Every code of this floor, with what it means.
        pub const ALL: &[(&str, &str)] = &[$(($code, $about)),*];
    };
}

codes! {
    VARIABLE "scenario-variable" "A `$name` that the harness does not know."
    PARAMETER "scenario-parameter" "An operation is given an argument that it does not have, or lacks one."
    ROLE "scenario-role" "A key that the harness judges is written with something else."
    TWICE "scenario-twice" "Two journeys or phases have the same name."
    NOT_MEASURED "scenario-not-measured" "No phase is measured."
    EVENT_LATE "scenario-event-late" "An event comes after the end of the last phase."
    OLD_COOKIE "scenario-old-cookie" "The old cookie is asked for before the session was ended."
    ENDS "scenario-ends" "A journey ends a session that others use."
    USERS "scenario-users" "A phase has more users than the scenario."
}
