//! The page of exit codes.

use std::fmt::Write as _;

use crate::event::ExitCode;

pub(super) fn page() -> String {
    let mut text = "# Exit codes\n\nWhere several apply, the first of these counts.\n\n| code | means | last line |\n\
                    | --- | --- | --- |\n"
        .to_owned();
    for exit in ExitCode::PRECEDENCE {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {} | {} | `{}` |", exit.code(), exit.meaning(), exit.word());
    }
    text.push_str(
        "\nCommands that judge nothing, such as `hardtack specs list`, end with 0 or 2. `hardtack report diff` ends with 1 \
         when something fails that did not fail before.\n",
    );
    text
}
