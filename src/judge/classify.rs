//! Recognising designs in saved values.

use serde_json::{Map, Value};

use super::matching::Matching;
use crate::event::DesignSeen;
use crate::spec::{Design, DesignName, Grade, Profile};

/// The name of the design when none fits.
pub const UNCLASSIFIED: &str = "unclassified";

/// The first design that fits the saved values, or [`UNCLASSIFIED`] as a failure; `None` when the case has none to
/// choose from.
#[must_use]
pub fn classify(designs: &[Design], profile: Profile, matching: Matching<'_>) -> Option<DesignSeen> {
    if designs.is_empty() {
        return None;
    }
    let value = |name: &str| matching.saved().get(bare(name)).cloned().unwrap_or_default();
    let fits = |design: &&Design| design.when.iter().all(|(name, matcher)| matching.holds(matcher, &value(name)));
    let names = designs.iter().flat_map(|design| design.when.keys());
    let values: Map<String, Value> = names.map(|name| (bare(name).to_owned(), value(name))).collect();
    Some(match designs.iter().find(fits) {
        Some(design) => DesignSeen {
            name: design.name.clone(),
            grade: design.grade.get(profile),
            means: design.means.clone(),
            values,
        },
        None => DesignSeen {
            name: DesignName::new(UNCLASSIFIED),
            grade: Grade::Fail,
            means: format!("No known design fits what was seen: {}.", Value::Object(values.clone())),
            values,
        },
    })
}

fn bare(name: &str) -> &str {
    name.strip_prefix('$').unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::judge::Saved;
    use crate::spec::{ByProfile, Matcher, Operand, Test};

    fn design(name: &str, grade: ByProfile<Grade>, when: &[(&str, Test)]) -> Design {
        Design {
            name: DesignName::new(name),
            grade,
            means: name.to_owned(),
            when: when.iter().map(|(key, test)| ((*key).to_owned(), Matcher::of(test.clone()))).collect(),
        }
    }

    fn designs() -> Vec<Design> {
        let tutorial = BTreeMap::from([(Profile::Tutorial, Grade::Fail)]);
        vec![
            design(
                "refused",
                ByProfile { default: Grade::Pass, others: tutorial },
                &[("refused", Test::Present(true))],
            ),
            design("long", ByProfile::all(Grade::Accept), &[("lifetime", Test::About(Operand::Literal(json!(3600))))]),
            design("any", ByProfile::all(Grade::Warn), &[("lifetime", Test::Present(true))]),
        ]
    }

    fn name(saved: &Value, profile: Profile) -> (String, Grade) {
        let saved: Saved = saved.as_object().unwrap().clone().into_iter().collect();
        let seen = classify(&designs(), profile, Matching::new(&saved, 2000)).unwrap();
        (seen.name.as_str().to_owned(), seen.grade)
    }

    #[test]
    fn the_first_that_fits_counts() {
        let default = Profile::Default;
        assert_eq!(name(&json!({"lifetime": 3601, "refused": null}), default), ("long".into(), Grade::Accept));
        assert_eq!(name(&json!({"lifetime": 60}), default), ("any".into(), Grade::Warn));
        assert_eq!(name(&json!({"lifetime": 3600, "refused": "ValueError"}), default), ("refused".into(), Grade::Pass));
    }

    #[test]
    fn grades_depend_on_the_profile() {
        assert_eq!(name(&json!({"refused": "x"}), Profile::Tutorial), ("refused".into(), Grade::Fail));
    }

    #[test]
    fn nothing_fits_is_a_failure_with_the_values() {
        let saved = Saved::from_iter([("lifetime".to_owned(), Value::Null)]);
        let seen = classify(&designs(), Profile::Default, Matching::new(&saved, 0)).unwrap();
        assert_eq!((seen.name.as_str(), seen.grade), (UNCLASSIFIED, Grade::Fail));
        assert_eq!(Value::Object(seen.values), json!({"refused": null, "lifetime": null}));
        assert_eq!(classify(&[], Profile::Default, Matching::new(&saved, 0)), None);
    }
}
