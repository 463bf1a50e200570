//! Whether a variant is available on this machine.

use std::collections::BTreeMap;
use std::time::Duration;

use super::launch::Values;
use super::process::succeeds;
use super::{ProcessCommand, RigError};
use crate::target::{AxisValue, Target, Variant};

/// How long a command that only looks may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Runs the `requires` command of each value of a variant, in the target's folder.
/// Fails with [`RigError::Unavailable`] at the first that does not succeed.
pub async fn check_requirements(target: &Target, variant: &Variant) -> Result<(), RigError> {
    let values = Values::new(target, variant)?;
    for (axis, value) in chosen(target, variant) {
        let Some(requires) = &value.requires else {
            continue;
        };
        let words = requires.iter().map(|word| values.expand(word)).collect::<Result<Vec<_>, _>>()?;
        let Some((program, arguments)) = words.split_first() else {
            continue;
        };
        let looks = ProcessCommand {
            what: "a requirement".to_owned(),
            program: program.into(),
            arguments: arguments.iter().map(Into::into).collect(),
            env: BTreeMap::new(),
            folder: values.folder().to_owned(),
            user: None,
        };
        if let Err(reason) = succeeds(&looks, LIMIT).await {
            return Err(RigError::Unavailable {
                axis: axis.to_owned(),
                value: value.name.clone(),
                command: words.join(" "),
                reason,
                install: value.install.clone(),
            });
        }
    }
    Ok(())
}

/// The values that a variant has on the target's axes, each with the axis' name.
pub(super) fn chosen<'a>(
    target: &'a Target,
    variant: &'a Variant,
) -> impl Iterator<Item = (&'a str, &'a AxisValue)> + use<'a> {
    target.axes.iter().filter_map(|axis| {
        let name = variant.value(&axis.name)?;
        axis.values.iter().find(|value| value.name == name).map(|value| (axis.name.as_str(), value))
    })
}
