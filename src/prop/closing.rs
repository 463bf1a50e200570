//! The closing look of a history: what is left when its steps are over.

use std::collections::BTreeSet;

use super::alphabet::Alphabet;
use super::history::{Ask, HELD, Key, Owned, Step, TOKEN, Travel, Way};
use super::outage::away_after;
use super::strategy::BROWSERS;
use crate::contract::{Call, Control};

/// The closing look: what every browser sees, and what a stranger sees with the keys that they had.
#[must_use]
pub fn closing(alphabet: &Alphabet, steps: &[Step]) -> Vec<Step> {
    let look: Vec<Call> = ["session.items", "auth.whoami", "session.get_expiry"]
        .into_iter()
        .filter(|name| alphabet.offers(name))
        .map(Call::new)
        .collect();
    if look.is_empty() {
        return Vec::new();
    }
    let ask = |browser, calls: &[Call]| {
        let via = Travel { method: Way::Get, ..Travel::default() };
        Step::Request(Ask { browser, calls: calls.to_vec(), status: None, via })
    };
    let acting: BTreeSet<u8> =
        steps.iter().flat_map(Step::asks).map(|ask| ask.browser).filter(|browser| *browser < BROWSERS).collect();
    let away = steps.iter().fold(None, away_after);
    let mut closing: Vec<Step> =
        away.map(|role| Step::Control { name: Control::Start(role).name().to_owned() }).into_iter().collect();
    closing.extend(acting.iter().map(|browser| ask(*browser, &look)));
    // Without a cookie of its own a stranger is nobody, whatever else the request carries.
    closing.extend(acting.iter().take(2).map(|browser| {
        let stray_key = alphabet.keys.then_some(Owned { browser: *browser, ago: 0 });
        let via = Travel { method: Way::Get, stray_key, ..Travel::default() };
        Step::Request(Ask { browser: BROWSERS, calls: look.clone(), status: None, via })
    }));
    closing.extend(told_again(alphabet, steps, &acting));
    let mut strangely = look;
    if alphabet.offers("session.put") {
        strangely.push(Call::new("session.put").with("key", "stranger").with("value", 1));
    }
    for browser in acting {
        let asks = || steps.iter().flat_map(Step::asks).filter(|ask| ask.browser == browser).flat_map(|ask| &ask.calls);
        let ends = asks().any(|call| matches!(call.op.as_str(), "session.flush" | "session.clear" | "auth.logout"));
        let moves = ends
            || asks()
                .any(|call| matches!(call.op.as_str(), "auth.login" | "session.cycle_key" | "auth.change_password"));
        let keys = [(ends, 0), (moves, 1), (moves, 2)];
        for (_, ago) in keys.into_iter().filter(|(wanted, _)| *wanted) {
            closing.push(Step::Plant { browser: BROWSERS, key: Key::Owned(Owned { browser, ago }), beside: false });
            closing.push(ask(BROWSERS, &strangely));
        }
    }
    closing
}

/// What browsers were told is asked about once more: whether records of old keys are there, and old tokens good.
fn told_again(alphabet: &Alphabet, steps: &[Step], acting: &BTreeSet<u8>) -> Vec<Step> {
    let asked = |browser: u8, op: &str| {
        let asks = steps.iter().flat_map(Step::asks).filter(|ask| ask.browser == browser);
        asks.flat_map(|ask| &ask.calls).filter(|call| call.op == op).count()
    };
    let mut again = Vec::new();
    for browser in acting {
        let mut ask = |call: Call| {
            again.push(Step::Request(Ask {
                browser: *browser,
                calls: vec![call],
                status: None,
                via: Travel::default(),
            }));
        };
        for (told, op, argument, member) in
            [("session.key", "store.exists", "key", HELD), ("csrf.issue", "csrf.submit", "token", TOKEN)]
        {
            if !alphabet.offers(op) {
                continue;
            }
            for ago in 0..asked(*browser, told).min(2) {
                let owned = Owned { browser: *browser, ago: u8::try_from(ago).unwrap_or_default() };
                ask(Call::new(op).with(argument, owned.argument(member)));
            }
        }
    }
    again
}
