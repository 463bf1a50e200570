//! Faults of sessions as mappings: what is kept of values, and which changes count.

use super::Seam::{LifeCycle, Store};
use super::{ALL, Fault, SERVER, fault};
use crate::reference::behaviour::{Change, Clear, Unnoticed};

pub(super) const VALUES: &[Fault] = &[
    fault(Store, "booleans-become-numbers", ALL, "true and false come back as 1 and 0", |behaviour| {
        behaviour.values.change = Change::BooleansAreNumbers;
    }),
    fault(
        Store,
        "digits-become-numbers",
        ALL,
        "text of digits comes back as a number, without its zeros in front",
        |behaviour| {
            behaviour.values.change = Change::DigitsAreNumbers;
        },
    ),
    fault(Store, "values-trimmed", ALL, "text loses the white space around it", |behaviour| {
        behaviour.values.change = Change::Trimmed;
    }),
    fault(Store, "backslashes-dropped", ALL, "text loses its backslashes", |behaviour| {
        behaviour.values.change = Change::BackslashesDropped;
    }),
    fault(
        Store,
        "text-ends-at-four-octets",
        ALL,
        "text ends at its first character of four octets, which a column for three does not take",
        |behaviour| {
            behaviour.values.change = Change::EndsAtFourOctets;
        },
    ),
    fault(Store, "single-items-unwrapped", ALL, "a list of one item comes back as the item", |behaviour| {
        behaviour.values.change = Change::SingleItemsUnwrapped;
    }),
    fault(
        Store,
        "long-keys-cut",
        ALL,
        "the keys of values end after 40 characters, so that two of them are one",
        |behaviour| {
            behaviour.values.keys_cut = true;
        },
    ),
    fault(
        Store,
        "users-share-data",
        ALL,
        "the data of a session belongs to its user, who finds it in every browser",
        |behaviour| {
            behaviour.values.shared_by_user = true;
        },
    ),
    fault(Store, "text-ends-at-nul", ALL, "text ends at its first NUL", |behaviour| {
        behaviour.values.change = Change::EndsAtNul;
    }),
    fault(
        Store,
        "long-text-lost",
        SERVER,
        "text of more than 64 KiB is stored as nothing, and nobody is told",
        |behaviour| {
            behaviour.values.change = Change::LongIsLost;
        },
    ),
    fault(Store, "keys-trimmed", ALL, "the keys of values lose the white space around them", |behaviour| {
        behaviour.values.keys_trimmed = true;
    }),
];

pub(super) const MAPPING: &[Fault] = &[
    fault(
        LifeCycle,
        "overwriting-not-saved",
        ALL,
        "storing under a key that is there is not noticed as a change",
        |behaviour| {
            behaviour.mapping.unnoticed = Unnoticed::Overwriting;
        },
    ),
    fault(
        LifeCycle,
        "loosely-equal-not-saved",
        ALL,
        "storing true where 1 was, or 0 where a text was empty, is not noticed as a change",
        |behaviour| {
            behaviour.mapping.unnoticed = Unnoticed::LooselyEqual;
        },
    ),
    fault(
        LifeCycle,
        "set-after-delete-lost",
        ALL,
        "a key that is deleted and stored in one request is gone",
        |behaviour| {
            behaviour.mapping.deletion_wins = true;
        },
    ),
    fault(
        LifeCycle,
        "default-for-false",
        ALL,
        "get and pop answer their default where the stored value counts as false",
        |behaviour| {
            behaviour.mapping.default_for_false = true;
        },
    ),
    fault(LifeCycle, "has-denies-false", ALL, "has denies keys whose value counts as false", |behaviour| {
        behaviour.mapping.has_denies_false = true;
    }),
    fault(LifeCycle, "update-merges-objects", ALL, "update merges objects into those that are there", |behaviour| {
        behaviour.mapping.update_merges = true;
    }),
    fault(
        LifeCycle,
        "cleared-data-comes-back",
        ALL,
        "what clear forgets comes back when something is stored in the same request",
        |behaviour| {
            behaviour.life.clear = Clear::UntilNextWrite;
        },
    ),
    fault(LifeCycle, "asking-for-key-begins-session", SERVER, "asking for the key begins a session", |behaviour| {
        behaviour.life.asking_for_key_creates = true;
    }),
    fault(
        LifeCycle,
        "set-default-answers-given",
        ALL,
        "set_default answers what was given, and not what is there",
        |behaviour| {
            behaviour.mapping.set_default_answers_given = true;
        },
    ),
    fault(LifeCycle, "values-are-a-set", ALL, "values answers equal values once", |behaviour| {
        behaviour.mapping.values_are_a_set = true;
    }),
    fault(
        LifeCycle,
        "last-value-ends-session",
        ALL,
        "a session whose last value is deleted ends, its user included",
        |behaviour| {
            behaviour.mapping.emptied_ends = true;
        },
    ),
    fault(LifeCycle, "empty-key-lost", ALL, "what is stored under the empty key is lost", |behaviour| {
        behaviour.mapping.empty_key_lost = true;
    }),
    fault(LifeCycle, "digit-keys-are-numbers", ALL, "keys answers those of digits as numbers", |behaviour| {
        behaviour.mapping.digit_keys_are_numbers = true;
    }),
    fault(
        LifeCycle,
        "has-affirms-object-names",
        ALL,
        "has affirms names that every JavaScript object has",
        |behaviour| {
            behaviour.mapping.has_object_names = true;
        },
    ),
    fault(LifeCycle, "default-over-null", ALL, "set_default replaces a null that was stored", |behaviour| {
        behaviour.mapping.default_over_null = true;
    }),
    fault(
        LifeCycle,
        "reads-write-back",
        SERVER,
        "a request that reads stores what it has loaded, over what was stored meanwhile",
        |behaviour| {
            behaviour.life.reads_write_back = true;
        },
    ),
];
