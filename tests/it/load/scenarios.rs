//! The embedded scenarios and the reader.

use std::time::Duration;

use hardtack::load::scenario::{Access, On, StepRole, embedded, find, read_scenario};

#[test]
fn the_embedded_scenarios_are_the_files_of_the_folder() {
    let scenarios = embedded().unwrap_or_else(|found| panic!("{found}"));
    let names: Vec<&str> = scenarios.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(
        names,
        ["cache-loss", "engines", "expiry-storm", "growth", "hot-session", "login-churn", "lookup", "mixed"]
    );
    for scenario in &scenarios {
        assert_eq!(scenario.source.name(), format!("scenarios/{}.yaml", scenario.name), "file and name agree");
        assert!(scenario.length() <= Duration::from_secs(30), "{} is short", scenario.name);
    }
}

#[test]
fn what_is_left_out_has_a_default() {
    let text = "scenario: 1\nname: a\ntitle: A\nwhy: b\njourneys: [{journey: a, steps: [{do: session.get, with: {key: marker}}]}]\n\
                phases: [{phase: one, for: 1500ms}]\n";
    let scenario = read_scenario("a.yaml", text.as_bytes()).unwrap();
    assert_eq!((scenario.users, scenario.every_variant), (50, false));
    assert_eq!(scenario.population.sessions, [10_000]);
    assert_eq!((scenario.population.payload, scenario.population.access), (100, Access::Uniform));
    assert_eq!((scenario.journeys[0].weight, scenario.journeys[0].on), (1, On::Population));
    assert_eq!(scenario.journeys[0].steps[0].name, "session.get");
    assert_eq!(scenario.phases[0].length, Duration::from_millis(1500));
    assert!(scenario.phases[0].measured && scenario.phases[0].rate.is_none());
}

#[test]
fn steps_are_known_by_what_they_touch() {
    use StepRole::{AsksWho, Ends, LogsIn, ReadsVersion, WritesMarker, WritesVersion};
    let churn = find("login-churn").unwrap().unwrap();
    let roles: Vec<StepRole> = churn.journeys[0].steps.iter().map(|step| step.role).collect();
    assert_eq!(roles, [LogsIn, WritesMarker, WritesVersion, ReadsVersion, AsksWho, Ends, AsksWho]);
    assert_eq!(churn.operations(), ["auth.login", "auth.logout", "auth.whoami", "session.get", "session.put"]);
    assert!(find("lookupp").unwrap().is_none());
}
