//! The codes of this floor's findings. A code is stable: scripts and pages refer to it.

macro_rules! codes {
    ($($name:ident $code:literal $about:literal)*) => {
        $(#[doc = $about] pub const $name: &str = $code;)*

        /// Every code of this floor, with what it means.
        pub const ALL: &[(&str, &str)] = &[$(($code, $about)),*];
    };
}

codes! {
    MAPPED "target-mapped" "Under `binding: mapped` nothing is mapped."
    REQUEST "target-request" "A request of a mapped operation has no method."
    PLACE "target-place" "A selector, pattern or path of a mapped operation cannot be read."
    RESULT "target-result" "A mapped operation has another result than it says, or does not say where it stands."
    ACCEPTS "target-accepts" "A mapped operation accepts values for a parameter that it does not have."
    NAME "target-name" "A text of a mapped operation has a $name to which nothing gives a value."
    USERS "target-users" "A login is mapped, and there are no users."
    NOWHERE "target-nowhere" "The file has neither `start` nor `base_url`."
    NOT_STARTED "target-not-started" "`base_url` stands beside something that only a started server can use."
    UNUSED "target-unused" "A key has no effect under this binding."
    URL "target-url" "`base_url` is not an http or https address."
    HOST "target-host" "The host names do not stand in the relation that their roles ask for."
    NO_PORT "target-no-port" "A started server is not told its port."
    PLACEHOLDER "target-placeholder" "A text has a placeholder that does not exist."
    TOO_EARLY "target-too-early" "A placeholder stands where its value is not known yet."
    SERVICE "target-service" "A service is named that the file does not define."
    SERVICE_KIND "target-service-kind" "A service of this kind cannot play the role."
    SERVICE_COMMAND "target-service-command" "A service says how it is started and need not, or does not and must."
    AXIS_NAME "target-axis-name" "An axis has the name of a placeholder."
    UNKNOWN_AXIS "target-unknown-axis" "An axis is named that the file does not define."
    UNKNOWN_VALUE "target-unknown-value" "A value is named that its axis does not have."
    TWICE "target-twice" "Two entries speak of the same case and variant."
}
