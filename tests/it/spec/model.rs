//! The specs of the fixtures, read into the model.

use hardtack::document::Source;
use hardtack::spec::{Case, read_spec};

use super::sample;

#[test]
fn fixtures_become_the_model() {
    for (name, text) in sample::SPECS {
        let spec = read_spec(name, text, &sample::rules()).unwrap_or_else(|wrong| panic!("\n{wrong}"));
        let cases: Vec<Case> =
            spec.cases.iter().map(|case| Case { source: Source::new(name, ""), ..Case::clone(case) }).collect();
        let short = spec.id.as_str().replace('/', "_");
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
            insta::assert_debug_snapshot!(format!("model_{short}"), cases);
        });
    }
}
