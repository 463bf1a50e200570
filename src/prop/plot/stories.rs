//! The stories that histories with a plot tell.

use super::scene::{Lasting, Operations, Program, Scene, Who};
use crate::prop::history::Held;
use Scene::{
    All, Ask, Damage, Delete, Exists, Expire, Failing, Forged, Forget, Form, Key, List, Many, Redirect, Replace,
    Restart, Return, Strange, Stray,
};
use Scene::{Together, Token, Twice, User, Wait};
use Who::{One, Other};

/// What a story needs of a target, besides its operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    Nothing,
    /// A clock that can be moved.
    Clock,
    /// Such a clock, and a lifetime that everybody knows.
    Lifetime,
    /// Records behind the keys.
    Records,
    /// Sessions in their cookies.
    Values,
}

/// What a story is about: of that its history draws unusual ones, such as names that are alike, as often as usual ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::prop) enum About {
    /// Time, and what is kept.
    Sessions,
    /// Two users, whose names may be alike.
    Users,
    /// Keys and values of the mapping.
    Values,
}

/// A story: scenes in order.
#[derive(Debug)]
pub(super) struct Story {
    /// How often it is told, next to the others.
    pub(super) weight: u64,
    pub(super) needs: Needs,
    pub(super) about: About,
    pub(super) scenes: &'static [Scene],
}

const fn story(weight: u64, needs: Needs, about: About, scenes: &'static [Scene]) -> Story {
    Story { weight, needs, about, scenes }
}

const fn time(weight: u64, needs: Needs, scenes: &'static [Scene]) -> Story {
    story(weight, needs, About::Sessions, scenes)
}

const fn sessions(weight: u64, scenes: &'static [Scene]) -> Story {
    story(weight, Needs::Nothing, About::Sessions, scenes)
}

const fn users(weight: u64, scenes: &'static [Scene]) -> Story {
    story(weight, Needs::Nothing, About::Users, scenes)
}

const fn values(weight: u64, scenes: &'static [Scene]) -> Story {
    story(weight, Needs::Nothing, About::Values, scenes)
}

pub(super) const BEGIN: Scene = Ask(0, &[(1, "session.put"), (2, "auth.login")]);
pub(super) const TELL: Scene = Ask(0, &[(1, "session.key")]);
pub(super) const SWEEP: Scene = Ask(0, &[(1, "store.clear_expired")]);
const PUT: Scene = Ask(0, &[(1, "session.put")]);
/// A session is used in a way that may make it live longer.
const USE: Scene = Ask(
    0,
    &[
        (3, "session.items"),
        (1, "session.has"),
        (1, "auth.whoami"),
        (2, "session.touch"),
        (2, "session.put"),
        (2, "session.cycle_key"),
        (1, "auth.login"),
        (1, "session.set_expiry"),
        (1, "session.get_expiry"),
        (1, "session.clear"),
    ],
);
/// Somebody stores something and looks at nothing.
const WRITE: Scene = Ask(
    0,
    &[
        (2, "session.put"),
        (4, "auth.login"),
        (1, "session.touch"),
        (1, "session.update"),
        (1, "session.cycle_key"),
        (1, "csrf.issue"),
    ],
);
const LOOK: Scene = Ask(0, &[(2, "session.items"), (1, "auth.whoami")]);
const EXPIRE: Scene = Expire(Lasting::Moment);
const UNTIL_CLOSE: Scene = Expire(Lasting::UntilClose);
const AS_USUAL: Scene = Expire(Lasting::Usual);
const APPEND: Scene = Ask(0, &[(1, "session.append")]);
const NEW_KEY: Scene = Ask(0, &[(1, "session.cycle_key")]);
const LOGOUT: Scene = Ask(0, &[(1, "auth.logout")]);
const ISSUE: Scene = Ask(0, &[(1, "csrf.issue")]);

const LOGIN: Operations = &[(1, "auth.login")];
const DISABLE: Operations = &[(1, "auth.disable")];
const ALL_OF_ONE: Operations = &[(2, "auth.end_all"), (2, "auth.disable"), (1, "auth.change_password")];
const OTHERS: Operations = &[(1, "auth.end_others")];
const LIST: Operations = &[(1, "auth.sessions")];
const ENDS: Operations =
    &[(2, "auth.end_others"), (2, "auth.end_all"), (2, "auth.change_password"), (1, "auth.disable")];
const WHO: Operations = &[(1, "auth.whoami")];
const PASSWORD: Operations = &[(1, "auth.change_password")];

/// A user with more sessions than a list, a page or a loop may have thought of.
const fn many_sessions(end: Scene) -> [Scene; 22] {
    let mut scenes = [Forget(0); 22];
    let mut place = 0;
    while place < 20 {
        scenes[place] = User(0, LOGIN, One);
        place += 2;
    }
    scenes[19] = User(1, LOGIN, One);
    scenes[20] = end;
    scenes[21] = Ask(1, WHO);
    scenes
}

/// What says anything of the value of one key.
const READS: Program = &[
    "session.has",
    "session.get",
    "session.keys",
    "session.values",
    "session.set_default",
    "session.get",
    "session.pop",
    "session.items",
];

pub(super) static STORIES: &[Story] = &[
    // A session with the life that everybody has: it is used in time, is over without that, and is swept away.
    time(3, Needs::Lifetime, &[BEGIN, Wait, USE, Wait, LOOK]),
    time(1, Needs::Lifetime, &[BEGIN, Wait, USE, Wait, Return, LOOK]),
    time(1, Needs::Lifetime, &[Twice(0), Wait, Key(0, &["session.delete"]), Wait, LOOK]),
    time(2, Needs::Lifetime, &[BEGIN, Wait, Wait, Return, USE, LOOK]),
    time(1, Needs::Lifetime, &[BEGIN, Wait, Wait, Return, WRITE, LOOK]),
    time(2, Needs::Lifetime, &[Twice(0), Wait, Wait, Return, WRITE, LOOK]),
    time(2, Needs::Lifetime, &[BEGIN, TELL, Wait, Wait, SWEEP, Exists]),
    time(2, Needs::Lifetime, &[BEGIN, Wait, USE, TELL, Wait, SWEEP, Exists, LOOK]),
    time(1, Needs::Lifetime, &[List(0), Wait, APPEND, Wait, LOOK]),
    time(1, Needs::Lifetime, &[BEGIN, UNTIL_CLOSE, Wait, Wait, Return, LOOK]),
    // The same with an expiry of its own.
    time(3, Needs::Clock, &[BEGIN, EXPIRE, Wait, USE, Wait, LOOK]),
    time(4, Needs::Clock, &[BEGIN, EXPIRE, Wait, USE, Wait, Return, LOOK]),
    time(2, Needs::Clock, &[BEGIN, EXPIRE, Wait, Wait, Return, USE, LOOK]),
    time(1, Needs::Clock, &[BEGIN, EXPIRE, TELL, Wait, Wait, SWEEP, Exists]),
    time(1, Needs::Clock, &[User(0, LOGIN, One), EXPIRE, User(1, LOGIN, One), Wait, Wait, Ask(1, LIST)]),
    sessions(1, &[BEGIN, UNTIL_CLOSE, TELL, SWEEP, Exists, LOOK]),
    sessions(1, &[BEGIN, EXPIRE, AS_USUAL, Ask(0, &[(1, "session.get_expiry"), (1, "session.put")])]),
    sessions(1, &[BEGIN, UNTIL_CLOSE, AS_USUAL, Ask(0, &[(1, "session.get_expiry"), (1, "session.put")])]),
    // What is kept is damaged.
    time(2, Needs::Records, &[BEGIN, TELL, Damage, LOOK]),
    time(2, Needs::Records, &[PUT, User(0, LOGIN, One), TELL, Damage, All(0, &["auth.whoami", "session.items"])]),
    time(8, Needs::Values, &[BEGIN, PUT, Damage, LOOK]),
    time(1, Needs::Records, &[Strange(0), Redirect(0), LOOK]),
    time(1, Needs::Records, &[PUT, TELL, Delete, LOOK]),
    // What a failed request has done to what was loaded.
    sessions(1, &[List(0), Failing(0, &["session.update", "session.append"]), LOOK]),
    sessions(1, &[Key(0, &["session.put"]), Failing(0, &["session.update", "session.pop"]), LOOK]),
    // Sessions of a user that are ended from outside.
    users(2, &[User(0, LOGIN, One), User(1, LOGIN, One), Ask(0, ENDS), Ask(1, WHO), Ask(0, WHO)]),
    users(2, &[User(0, LOGIN, One), User(1, LOGIN, Other), Ask(0, OTHERS), Ask(1, WHO), Ask(0, WHO)]),
    users(
        1,
        &[User(0, LOGIN, One), User(1, LOGIN, One), User(2, LOGIN, One), Ask(0, OTHERS), Ask(2, WHO), Ask(1, WHO)],
    ),
    users(1, &[User(0, LOGIN, One), Ask(0, ENDS), User(0, LOGIN, One), Ask(0, WHO)]),
    users(3, &[User(0, LOGIN, One), User(1, LOGIN, Other), User(2, ALL_OF_ONE, One), Ask(1, WHO), Ask(0, WHO)]),
    users(3, &[User(0, LOGIN, Other), User(1, ALL_OF_ONE, One), Ask(0, WHO)]),
    // The same with a new key between.
    users(1, &[User(0, LOGIN, One), NEW_KEY, User(1, LOGIN, One), Ask(1, LIST), Ask(1, OTHERS), Ask(0, WHO)]),
    users(
        1,
        &[User(0, LOGIN, One), User(1, LOGIN, One), All(0, &["session.cycle_key", "auth.end_others"]), Ask(0, WHO)],
    ),
    // A user with many sessions.
    users(
        1,
        &[
            User(0, LOGIN, One),
            User(1, LOGIN, One),
            User(2, LOGIN, One),
            Forget(2),
            User(2, LOGIN, One),
            Ask(2, LIST),
            Ask(0, WHO),
        ],
    ),
    users(1, &many_sessions(User(2, &[(1, "auth.end_all")], One))),
    users(1, &many_sessions(User(2, ALL_OF_ONE, One))),
    // What is remembered of sessions that were ended, of accounts and of passwords.
    users(1, &[User(0, LOGIN, One), User(1, LOGIN, One), Ask(0, OTHERS), Ask(0, LIST)]),
    users(1, &[User(0, LOGIN, One), User(1, LOGIN, One), Ask(0, LIST), LOGOUT, Ask(1, LIST)]),
    users(1, &[User(0, DISABLE, One), User(0, DISABLE, Other), User(1, LOGIN, One), Ask(1, WHO)]),
    users(2, &[User(0, LOGIN, One), User(1, LOGIN, One), User(0, PASSWORD, One), User(0, PASSWORD, One), Ask(1, WHO)]),
    users(2, &[User(0, LOGIN, One), User(1, LOGIN, One), User(0, PASSWORD, One), Restart, Ask(1, WHO)]),
    users(
        1,
        &[
            User(0, LOGIN, One),
            User(1, LOGIN, One),
            ISSUE,
            Restart,
            Token(0, 0),
            Ask(0, LIST),
            Ask(0, ENDS),
            Ask(1, WHO),
        ],
    ),
    users(1, &[User(0, LOGIN, Other), User(1, DISABLE, One), Restart, Ask(0, WHO), User(1, LOGIN, One)]),
    // Logins and logouts, again and beside others.
    users(2, &[User(0, LOGIN, One), LOGOUT, User(0, LOGIN, One), TELL, LOGOUT, Exists]),
    users(1, &[Ask(0, &[(1, "cookie.set")]), User(0, LOGIN, One), TELL, LOGOUT, Exists]),
    users(1, &[Ask(0, &[(1, "cookie.set")]), PUT, User(0, LOGIN, One), LOGOUT]),
    users(1, &[User(0, LOGIN, One), Together(&[(0, "auth.logout"), (0, "session.touch")], Held::AfterLoad), LOOK]),
    users(1, &[User(0, LOGIN, One), Together(&[(0, "auth.logout"), (0, "session.set_expiry")], Held::AfterLoad), LOOK]),
    users(1, &[Together(&[(0, "auth.login"), (1, "auth.disable")], Held::BeforeSave), Ask(0, WHO)]),
    sessions(2, &[PUT, Together(&[(0, "session.put"), (0, "session.put")], Held::AfterLoad), LOOK]),
    // Forms and their tokens.
    sessions(1, &[ISSUE, Token(0, 0), Token(0, 0)]),
    sessions(1, &[ISSUE, ISSUE, Token(0, 1), Token(0, 0)]),
    sessions(1, &[ISSUE, Form(0), LOOK]),
    users(1, &[User(0, LOGIN, One), ISSUE, LOGOUT, User(0, LOGIN, One), Token(0, 0)]),
    users(1, &[ISSUE, User(0, LOGIN, One), Token(0, 0)]),
    users(1, &[User(0, LOGIN, One), User(1, LOGIN, One), ISSUE, Token(1, 0)]),
    sessions(2, &[PUT, Forged(0), LOOK]),
    // The cookie that tells whether a browser takes any.
    sessions(
        1,
        &[
            Ask(0, &[(1, "session.set_test_cookie")]),
            Ask(0, &[(3, "session.delete_test_cookie"), (1, "session.test_cookie_worked")]),
            Ask(0, &[(1, "session.test_cookie_worked")]),
        ],
    ),
    // One key and its value.
    values(7, &[Key(0, &["session.put"]), Key(0, READS), LOOK]),
    values(3, &[Key(0, READS), LOOK]),
    values(2, &[Twice(0), Ask(0, &[(1, "session.values"), (1, "session.keys")]), Key(0, READS)]),
    values(2, &[Twice(0), Key(0, &["session.get", "session.delete"]), LOOK]),
    values(2, &[Key(0, &["session.put"]), Key(0, &["session.update"]), LOOK]),
    values(1, &[PUT, Stray(0, &["session.update"]), LOOK]),
    values(1, &[PUT, Stray(0, &["session.put"]), LOOK]),
    values(1, &[Twice(0), Ask(0, &[(1, "session.put")]), LOOK]),
    values(1, &[Replace(0), LOOK]),
    values(1, &[Many(0), LOOK]),
    values(1, &[List(0), APPEND, APPEND, LOOK]),
];
