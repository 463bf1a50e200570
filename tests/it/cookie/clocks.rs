use std::sync::Arc;

use hardtack::cookie::{Clock, ManualClock, OffsetClock, SystemClock, Timestamp};

use super::NOW;

#[test]
fn a_timestamp_counts_milliseconds_and_floors_seconds() {
    assert_eq!(Timestamp::from_secs(3).as_millis(), 3000);
    assert_eq!(Timestamp::from_millis(3999).as_secs(), 3);
    assert_eq!(Timestamp::from_millis(-1).as_secs(), -1);
    assert_eq!(NOW.plus(-5).minus(NOW), -5000);
    assert_eq!(Timestamp::from_millis(i64::MAX).plus(i64::MAX).as_millis(), i64::MAX);
    assert_eq!(serde_json::to_string(&Timestamp::from_millis(7)).unwrap(), "7");
}

#[test]
fn a_manual_clock_stands_still_and_is_shared() {
    let clock = ManualClock::new(NOW);
    let twin = clock.clone();
    clock.advance(60);
    assert_eq!(twin.now(), NOW.plus(60));
    twin.set(NOW);
    assert_eq!(clock.now(), NOW);
}

#[test]
fn an_offset_clock_follows_its_base() {
    let base = ManualClock::new(NOW);
    let clock = OffsetClock::new(Arc::new(base.clone()));
    let twin = clock.clone();
    assert_eq!(clock.now(), NOW);
    assert_eq!(clock.advance(100), 100);
    assert_eq!(twin.advance(-30), 70);
    base.advance(1);
    assert_eq!(clock.now(), NOW.plus(71));
    twin.reset();
    assert_eq!(clock.now(), base.now());
    assert_eq!(clock.offset(), 0);
}

#[test]
fn the_system_clock_does_not_stand_at_the_epoch() {
    assert!(SystemClock.now() > Timestamp::from_secs(1_600_000_000));
}
