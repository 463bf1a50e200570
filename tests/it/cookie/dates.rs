use hardtack::cookie::{
    DateError, FixdateError, Timestamp, format_imf_fixdate, parse_cookie_date, parse_imf_fixdate, weekday_name,
};

/// Texts beside the IMF-fixdate that they denote.
#[test]
fn cookie_dates_parse_by_shape() {
    let same = [
        // The three forms of HTTP.
        ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("Fri Jan 01 03:14:07 2038", "Fri, 01 Jan 2038 03:14:07 GMT"),
        // Order is free.
        ("1994 08:49:37 06 Nov", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("Nov 6 1994 8:49:37", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("8:49:37 6 november 1994", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("Thu Apr 10 1980 16:33:12 GMT-0700 (Pacific Daylight Time)", "Thu, 10 Apr 1980 16:33:12 GMT"),
        // Delimiters of every class.
        ("6\tNov!1994/08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("6;Nov@1994[08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("6`Nov{1994~08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT"),
        // Months by prefix, in any case.
        ("6 NOVember 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("6 novx 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT"),
        // Two-digit years.
        ("6 Nov 70 08:49:37", "Fri, 06 Nov 1970 08:49:37 GMT"),
        ("6 Nov 99 08:49:37", "Sat, 06 Nov 1999 08:49:37 GMT"),
        ("6 Nov 00 08:49:37", "Mon, 06 Nov 2000 08:49:37 GMT"),
        ("6 Nov 69 08:49:37", "Wed, 06 Nov 2069 08:49:37 GMT"),
        // Short fields and text after digits.
        ("6th Nov 1994th 8:4:7x", "Sun, 06 Nov 1994 08:04:07 GMT"),
        // The zone is not read.
        ("Sun, 06 Nov 1994 08:49:37 +0500", "Sun, 06 Nov 1994 08:49:37 GMT"),
        // The ends of the calendar, leap days.
        ("1 Jan 1601 0:0:0", "Mon, 01 Jan 1601 00:00:00 GMT"),
        ("31 Dec 9999 23:59:59", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ("29 Feb 2000 0:0:0", "Tue, 29 Feb 2000 00:00:00 GMT"),
        ("29 Feb 2024 0:0:0", "Thu, 29 Feb 2024 00:00:00 GMT"),
    ];
    for (text, imf) in same {
        let read = parse_cookie_date(text.as_bytes()).map(format_imf_fixdate);
        assert_eq!(read.as_deref(), Ok(imf), "{text}");
    }
}

#[test]
fn cookie_dates_fail_with_their_reason() {
    let fails = [
        ("1994 Nov 08:49:37", DateError::NoDay),
        ("", DateError::NoDay),
        ("nonsense", DateError::NoDay),
        ("Nov 1994 08:49:37", DateError::NoDay),
        ("006 Nov 1994 08:49:37", DateError::NoDay),
        ("6 11 1994 08:49:37", DateError::NoMonth),
        ("6 Mai 1994 08:49:37", DateError::NoMonth),
        ("6 No 1994 08:49:37", DateError::NoMonth),
        ("6 Nov 08:49:37", DateError::NoYear),
        ("6 Nov 19941 08:49:37", DateError::NoYear),
        ("Thu, 10 Apr 1980", DateError::NoTime),
        ("6 Nov 1994 08:49", DateError::NoTime),
        ("6 Nov 1994 00: 00:00", DateError::NoTime),
        ("6 Nov 1994 008:49:37", DateError::NoTime),
        ("6 Nov 1994 08x:49:37", DateError::NoTime),
        ("0 Nov 1994 08:49:37", DateError::Day(0)),
        ("32 Nov 1994 08:49:37", DateError::Day(32)),
        ("6 Nov 107 08:49:37", DateError::Year(107)),
        ("6 Nov 1600 08:49:37", DateError::Year(1600)),
        ("6 Nov 1994 24:00:00", DateError::Hour(24)),
        ("6 Nov 1994 08:60:37", DateError::Minute(60)),
        ("6 Nov 1994 08:49:60", DateError::Second(60)),
        ("31 Nov 1994 08:49:37", DateError::NoSuchDate(31)),
        ("29 Feb 1900 08:49:37", DateError::NoSuchDate(29)),
        ("30 Feb 2024 08:49:37", DateError::NoSuchDate(30)),
    ];
    for (text, why) in fails {
        assert_eq!(parse_cookie_date(text.as_bytes()), Err(why), "{text}");
    }
}

#[test]
fn controls_and_high_octets_do_not_delimit() {
    assert_eq!(parse_cookie_date(b"6 Nov\x001994 08:49:37"), Err(DateError::NoYear));
    assert_eq!(parse_cookie_date(b"6\xA0Nov 1994 08:49:37"), Err(DateError::NoMonth));
    assert!(parse_cookie_date(b"6 Nov\xA0 1994 08:49:37").is_ok());
}

#[test]
fn a_fixdate_is_exact() {
    let at = Timestamp::from_secs(784_111_777);
    assert_eq!(parse_imf_fixdate(b"Sun, 06 Nov 1994 08:49:37 GMT"), Ok(at));
    assert_eq!(format_imf_fixdate(at), "Sun, 06 Nov 1994 08:49:37 GMT");
    // The weekday is only looked at as a word.
    assert_eq!(parse_imf_fixdate(b"Mon, 06 Nov 1994 08:49:37 GMT"), Ok(at));
    assert_eq!(weekday_name(at), "Sun");
    assert_eq!(weekday_name(Timestamp::from_millis(-1)), "Wed");

    let form = [
        ("", 0),
        ("sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 3),
        ("Sun, 6 Nov 1994 08:49:37 GMT", 6),
        ("Sun, 06-Nov-1994 08:49:37 GMT", 7),
        ("Sun, 06 NOV 1994 08:49:37 GMT", 8),
        ("Sun, 06 Nov 94 08:49:37 GMT", 14),
        ("Sun, 06 Nov 1994 8:49:37 GMT", 18),
        ("Sun, 06 Nov 1994 08:49 GMT", 22),
        ("Sun, 06 Nov 1994 08:49:37", 25),
        ("Sun, 06 Nov 1994 08:49:37 UTC", 26),
        ("Sun, 06 Nov 1994 08:49:37 GMT ", 29),
    ];
    for (text, offset) in form {
        assert_eq!(parse_imf_fixdate(text.as_bytes()), Err(FixdateError::Form { offset }), "{text}");
    }
    for text in ["Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT"] {
        assert_eq!(parse_imf_fixdate(text.as_bytes()), Err(FixdateError::NoSuchDate), "{text}");
    }
}

#[test]
fn every_day_of_four_centuries_has_its_successor() {
    let mut previous = None;
    // 1 January 1601 is day -134774.
    for day in -134_774..-134_774 + 146_097 * 2 {
        let at = Timestamp::from_secs(day * 86_400);
        let text = format_imf_fixdate(at);
        assert_eq!(parse_imf_fixdate(text.as_bytes()), Ok(at), "{text}");
        assert_eq!(parse_cookie_date(text.as_bytes()), Ok(at), "{text}");
        let day_of_month = text[5..7].parse::<u32>().unwrap();
        assert!(previous.is_none_or(|before| day_of_month == before + 1 || day_of_month == 1), "{text}");
        previous = Some(day_of_month);
    }
}
