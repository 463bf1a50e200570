//! Faults of expiry.

use super::Seam::LifeCycle;
use super::{ALL, DURABLE, Fault, SERVER, fault};
use crate::reference::behaviour::{
    Enforcement, NullExpiry, RecordStays, RefusedExpiry, Sliding, SweepRule, ZeroExpiry,
};

pub(super) const EXPIRY: &[Fault] = &[
    fault(
        LifeCycle,
        "expiry-not-enforced",
        ALL,
        "the server trusts the browser to forget expired sessions",
        |behaviour| {
            behaviour.expiry.enforcement = Enforcement::Nothing;
        },
    ),
    fault(
        LifeCycle,
        "expiry-int-not-enforced",
        ALL,
        "an expiry in seconds is told to the browser and not enforced on the server",
        |behaviour| behaviour.expiry.enforcement = Enforcement::DefaultOnly,
    ),
    fault(
        LifeCycle,
        "first-read-after-expiry-works",
        SERVER,
        "an expired session is served once more before it is deleted",
        |behaviour| behaviour.expiry.enforcement = Enforcement::AfterOneRead,
    ),
    fault(
        LifeCycle,
        "expired-key-readopted",
        SERVER,
        "the key of an expired session is filled with a new one",
        |behaviour| behaviour.expiry.enforcement = Enforcement::KeepsKey,
    ),
    fault(LifeCycle, "expiry-zero-is-now", ALL, "an expiry of 0 ends the session at once", |behaviour| {
        behaviour.expiry.zero = ZeroExpiry::Now;
    }),
    fault(
        LifeCycle,
        "expiry-zero-is-persistent",
        ALL,
        "an expiry of 0 leaves a cookie that survives the browser",
        |behaviour| behaviour.expiry.zero = ZeroExpiry::Persistent,
    ),
    fault(LifeCycle, "expiry-none-keeps-custom", ALL, "an expiry of null changes nothing", |behaviour| {
        behaviour.expiry.null = NullExpiry::KeepsCustom;
    }),
    fault(LifeCycle, "expiry-none-is-forever", ALL, "an expiry of null means no end", |behaviour| {
        behaviour.expiry.null = NullExpiry::Forever;
    }),
    fault(LifeCycle, "set-expiry-ignored", ALL, "set_expiry does nothing", |behaviour| {
        behaviour.expiry.refused = RefusedExpiry::Everything;
    }),
    fault(LifeCycle, "expiry-duration-refused", ALL, "set_expiry refuses duration objects", |behaviour| {
        behaviour.expiry.refused = RefusedExpiry::Durations;
    }),
    fault(LifeCycle, "expiry-instant-refused", ALL, "set_expiry refuses instants", |behaviour| {
        behaviour.expiry.refused = RefusedExpiry::Instants;
    }),
    fault(LifeCycle, "expiry-forgotten-on-write", ALL, "a later write forgets a custom expiry", |behaviour| {
        behaviour.expiry.forgotten_on_write = true;
    }),
    fault(LifeCycle, "expiry-halved", ALL, "the server ends sessions after half their life", |behaviour| {
        behaviour.expiry.halved = true;
    }),
    fault(LifeCycle, "default-lifetime-short", ALL, "sessions live for a day when nothing is said", |behaviour| {
        behaviour.expiry.short_default = true;
    }),
    fault(LifeCycle, "default-lifetime-long", ALL, "sessions live for a year when nothing is said", |behaviour| {
        behaviour.expiry.long_default = true;
    }),
    fault(LifeCycle, "negative-expiry-is-forever", ALL, "a negative expiry means no end", |behaviour| {
        behaviour.expiry.negative_is_forever = true;
    }),
    fault(LifeCycle, "expiry-slides-on-read", SERVER, "reading extends the life of a session", |behaviour| {
        behaviour.expiry.sliding = Sliding::OnRead;
    }),
    fault(LifeCycle, "expiry-never-slides", SERVER, "writing does not extend the life of a session", |behaviour| {
        behaviour.expiry.sliding = Sliding::Never;
    }),
    fault(LifeCycle, "instant-slides", ALL, "an absolute expiry moves on with every write", |behaviour| {
        behaviour.expiry.instant_slides = true;
    }),
    fault(LifeCycle, "clear-expired-noop", DURABLE, "clear_expired removes nothing", |behaviour| {
        behaviour.expiry.sweep = SweepRule::Nothing;
    }),
    fault(LifeCycle, "clear-expired-removes-live", DURABLE, "clear_expired removes live sessions too", |behaviour| {
        behaviour.expiry.sweep = SweepRule::Everything;
    }),
    fault(
        LifeCycle,
        "at-browser-close-false",
        ALL,
        "get_expiry denies that a session ends with the browser",
        |behaviour| behaviour.expiry.hides_browser_close = true,
    ),
    fault(
        LifeCycle,
        "expiry-not-on-cookie",
        ALL,
        "the session cookie has the default lifetime whatever the session's is",
        |behaviour| behaviour.expiry.cookie_ignores = true,
    ),
    fault(
        LifeCycle,
        "expiry-duration-loses-days",
        ALL,
        "of a duration object set_expiry takes what is left beside whole days",
        |behaviour| {
            behaviour.expiry.durations_lose_days = true;
        },
    ),
    fault(
        LifeCycle,
        "until-close-is-forever",
        ALL,
        "a session that ends with the browser never ends on the server",
        |behaviour| {
            behaviour.expiry.until_close_is_forever = true;
        },
    ),
    fault(
        LifeCycle,
        "expiry-alone-not-saved",
        ALL,
        "an expiry that is set without another change is not saved",
        |behaviour| {
            behaviour.expiry.unnoticed_alone = true;
        },
    ),
    fault(
        LifeCycle,
        "refused-expiry-counts",
        ALL,
        "text that set_expiry refuses ends the session all the same",
        |behaviour| {
            behaviour.expiry.refused_text_counts = true;
        },
    ),
    fault(
        LifeCycle,
        "expiry-survives-flush",
        ALL,
        "what is stored behind a flush has the expiry of the session that ended",
        |behaviour| {
            behaviour.expiry.survives_flush = true;
        },
    ),
    fault(
        LifeCycle,
        "touch-extends-cookie-only",
        SERVER,
        "touch extends the cookie and not the session on the server",
        |behaviour| {
            behaviour.expiry.record_stays = RecordStays::Touched;
        },
    ),
    fault(
        LifeCycle,
        "new-key-extends-cookie-only",
        SERVER,
        "a new key extends the cookie and not the session on the server",
        |behaviour| {
            behaviour.expiry.record_stays = RecordStays::Rotated;
        },
    ),
    fault(
        LifeCycle,
        "expiry-zero-later-ignored",
        ALL,
        "an expiry of 0 changes nothing in a session that is there",
        |behaviour| {
            behaviour.expiry.zero = ZeroExpiry::BeginningOnly;
        },
    ),
    fault(
        LifeCycle,
        "custom-slides-on-read",
        SERVER,
        "reading extends a session whose expiry was set, without a word to the browser",
        |behaviour| {
            behaviour.expiry.sliding = Sliding::CustomOnRead;
        },
    ),
    fault(
        LifeCycle,
        "clear-expired-spares-users",
        DURABLE,
        "clear_expired leaves the sessions of users",
        |behaviour| {
            behaviour.expiry.sweep = SweepRule::OfVisitors;
        },
    ),
    fault(
        LifeCycle,
        "clear-expired-by-beginning",
        DURABLE,
        "clear_expired removes sessions that began long ago, whatever they were extended by",
        |behaviour| {
            behaviour.expiry.sweep = SweepRule::LongBegunToo;
        },
    ),
];
