//! What a reader sees, case by case.

use super::*;
use Language::Japanese;

fn yen() -> Unit {
    Unit::Money("JPY".to_owned())
}

#[test]
fn money_is_in_words() {
    assert_eq!(money(6.6e11, "JPY"), "660 billion yen");
    assert_eq!(money(6.604e11, "JPY"), "660 billion yen");
    assert_eq!(money(1.234e12, "USD"), "1.23 trillion US dollars");
    assert_eq!(money(1e6, "EUR"), "1 million euros");
    assert_eq!(money(2.5e6, "GBP"), "2.5 million pounds");
    assert_eq!(money(123_456.0, "CNY"), "123,456 yuan");
    assert_eq!(money(1.0, "USD"), "1 US dollar");
    assert_eq!(money(12.5, "CHF"), "12.5 CHF");
    assert_eq!(money(0.0, "JPY"), "0 yen");
    assert_eq!(money(-3.21e9, "JPY"), "−3.21 billion yen");
    assert_eq!(money(1.5e15, "JPY"), "1,500 trillion yen");
    assert_eq!(money(4e30, "JPY"), "4e18 trillion yen");
    assert_eq!(money(5.3e-7, "JPY"), "5.3e-7 yen");
}

#[test]
fn shares_are_in_per_cent() {
    let cases = [
        (0.0011, "0.11 %"),
        (0.12, "12 %"),
        (0.1234, "12 %"),
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.5, "50 %"),
        (5e-5, "below 0.01 %"),
        (1e-4, "0.01 %"),
        (0.996, "99.6 %"),
        (0.957, "95.7 %"),
        (0.999_99, "above 99.99 %"),
        (1.5, "150 %"),
        (-0.05, "−5 %"),
        (-0.000_01, "above −0.01 %"),
        (f64::NAN, "undefined"),
    ];
    for (fraction, text) in cases {
        assert_eq!(share(fraction), text);
    }
}

#[test]
fn the_other_units() {
    assert_eq!(tonnes(18_835.2), "18,835 t");
    assert_eq!(tonnes(0.534), "0.53 t");
    assert_eq!(tonnes(0.0), "0 t");
    assert_eq!(tonnes(-2.26), "−2.3 t");
    assert_eq!(tonnes(1e-9), "1e-9 t");
    assert_eq!(days(45.0), "45 days");
    assert_eq!(days(1.0), "1 day");
    assert_eq!(days(0.25), "0.25 days");
    assert_eq!(days(99.0), "99 days");
    assert_eq!(days(128.0), "4.2 months");
    assert_eq!(days(365.25), "12 months");
    assert_eq!(days(913.1), "2.5 years");
    assert_eq!(days(-900.0), "−2.5 years");
    assert_eq!(count(1_234_567.0), "1,234,567");
    assert_eq!(count(2.41), "2.4");
    assert_eq!(multiple(2.41), "2.4×");
    assert_eq!(multiple(12.0), "12×");
}

#[test]
fn rounding_carries_into_the_next_step() {
    assert_eq!(count(999.96), "1,000");
    assert_eq!(count(9.96), "10");
    assert_eq!(money(999.96, "JPY"), "1,000 yen");
    assert_eq!(money(999.6e6, "JPY"), "1 billion yen");
    assert_eq!(money(999.4e6, "JPY"), "999 million yen");
    assert_eq!(money(999_999.9, "JPY"), "1 million yen");
    assert_eq!(money(0.999_6, "USD"), "1 US dollar");
    assert_eq!(estimate(999.96e6, Some(2e6), &yen()), "1.000 billion yen ± 0.002 billion");
    assert_eq!(estimate(9.99e11, Some(2.1e10), &yen()), "1.00 trillion yen ± 0.02 trillion");
}

#[test]
fn what_is_not_a_number_is_said_so() {
    for unit in [yen(), Unit::Tonnes, Unit::Share, Unit::Days, Unit::Count, Unit::Multiple] {
        assert_eq!(figure(f64::NAN, &unit), "undefined");
        assert_eq!(short(f64::INFINITY, &unit), "infinite");
        assert_eq!(estimate(f64::NEG_INFINITY, Some(1.0), &unit), "minus infinite");
        assert_eq!(estimate(f64::NAN, Some(f64::NAN), &unit), "undefined");
    }
    assert_eq!(count(-0.0), "0");
    assert_eq!(estimate(5.0, Some(f64::NAN), &Unit::Count), "5 ± undefined");
    assert_eq!(estimate(5.0, Some(0.0), &Unit::Count), "5 ± 0");
    assert_eq!(estimate(5.0, None, &Unit::Count), "5");
}

#[test]
fn an_error_decides_the_digits() {
    let cases = [
        (6.604e11, 3.2e9, "660 billion yen ± 3 billion"),
        (6.604e11, 1.4e9, "660.4 billion yen ± 1.4 billion"),
        (6.604e11, 3.2e10, "660 billion yen ± 30 billion"),
        (6.604e11, 3.2e11, "660 billion yen ± 300 billion"),
        (6.604_321e11, 3.2e6, "660.4 billion yen ± 0.003 billion"),
        (1.23e9, 5e9, "1.2 billion yen ± 5 billion"),
        (-6.604e11, 3.2e9, "−660 billion yen ± 3 billion"),
        (0.0, 3.2e9, "0 billion yen ± 3 billion"),
        (1234.0, 12.0, "1,234 yen ± 12"),
        (9.96e9, 0.99e9, "10 billion yen ± 1 billion"),
    ];
    for (value, se, text) in cases {
        assert_eq!(estimate(value, Some(se), &yen()), text);
    }
    assert_eq!(estimate(0.123_4, Some(0.004), &Unit::Share), "12.3 % ± 0.4 %");
    assert_eq!(estimate(0.000_05, Some(0.000_01), &Unit::Share), "0.0050 % ± 0.0010 %");
    assert_eq!(estimate(18_835.2, Some(3.0), &Unit::Tonnes), "18,835 t ± 3 t");
    assert_eq!(estimate(18_835.2, Some(310.0), &Unit::Tonnes), "18,800 t ± 300 t");
    assert_eq!(estimate(128.0, Some(9.0), &Unit::Days), "4.2 months ± 0.3 months");
    assert_eq!(estimate(45.0, Some(3.0), &Unit::Days), "45 days ± 3 days");
    assert_eq!(estimate(2.41, Some(0.02), &Unit::Multiple), "2.41× ± 0.02×");
}

#[test]
fn labels_are_short() {
    assert_eq!(short(6.6e11, &yen()), "660 bn");
    assert_eq!(short(1.23e12, &yen()), "1.23 tn");
    assert_eq!(short(0.0, &yen()), "0");
    assert_eq!(short(1_500.0, &yen()), "1,500");
    assert_eq!(short(18_835.0, &Unit::Tonnes), "18,835 t");
    assert_eq!(short(128.0, &Unit::Days), "4.2 months");
    assert_eq!(short(0.12, &Unit::Share), "12 %");
    assert_eq!(short_beside(45.0, 300.0, &Unit::Days), "1.5 months");
    assert_eq!(short_beside(45.0, 90.0, &Unit::Days), "45 days");
    assert_eq!(short_beside(f64::NAN, 90.0, &Unit::Days), "undefined");
    assert_eq!(short_beside(6.6e11, 3e12, &yen()), "660 bn");
}

#[test]
fn an_axis_has_one_scale() {
    let axis = Axis::new(1.2e12, &yen(), English);
    assert_eq!((axis.factor, axis.title.as_str()), (1e9, "yen"));
    assert_eq!(axis.label(0.0, 200.0), "0");
    assert_eq!(axis.label(1200.0, 200.0), "1,200 bn");
    let axis = Axis::new(3e12, &yen(), English);
    assert_eq!(axis.label(0.5, 0.5), "0.5 tn");
    assert_eq!(axis.label(1.0, 0.5), "1.0 tn");
    assert_eq!(axis.label(0.25, 0.25), "0.25 tn");
    assert_eq!(axis.label(-0.5, 0.5), "−0.5 tn");
    let axis = Axis::new(0.3, &Unit::Share, English);
    assert_eq!((axis.label(10.0, 10.0), axis.title.as_str()), ("10 %".to_owned(), ""));
    let axis = Axis::new(3653.0, &Unit::Days, English);
    assert_eq!((axis.label(5.0, 5.0), axis.title.as_str()), ("5".to_owned(), "years"));
    assert_eq!(Axis::new(f64::NAN, &Unit::Tonnes, English).label(20_000.0, 5_000.0), "20,000");
    assert_eq!(Axis::new(1e-9, &Unit::Tonnes, English).label(4e-10, 2e-10), "4e-10");
}

#[test]
fn a_japanese_board_paper() {
    let cases = [
        (6.6e11, "6,600億円", "6,600億"),
        (6.604e11, "6,600億円", "6,600億"),
        (2.64e12, "2.64兆円", "2.64兆"),
        (9.996e11, "1兆円", "1兆"),
        (9.994e11, "9,990億円", "9,990億"),
        (5.3e9, "53億円", "53億"),
        (1e8, "1億円", "1億"),
        (1.234e6, "123万円", "123万"),
        (9_990.0, "9,990円", "9,990"),
        (0.0, "0円", "0"),
        (-3.21e9, "−32.1億円", "−32.1億"),
        (f64::NAN, "算出不能", "算出不能"),
        (f64::INFINITY, "無限大", "無限大"),
    ];
    for (amount, full, short) in cases {
        assert_eq!(Japanese.money(amount, "JPY"), full);
        assert_eq!(Japanese.short(amount, &yen()), short);
    }
    assert_eq!(Japanese.money(1.2e9, "USD"), "12億ドル");
    assert_eq!(Japanese.money(2.5e6, "CHF"), "250万CHF");
    assert_eq!(Japanese.estimate(6.604e11, Some(3.2e9), &yen()), "6,600億円 ± 30億円");
    assert_eq!(Japanese.estimate(9.99e11, Some(2.1e10), &yen()), "1.00兆円 ± 0.02兆円");
    assert_eq!(Japanese.estimate(6.604e11, Some(1.4e8), &yen()), "6,604億円 ± 1.4億円");
    assert_eq!(Japanese.short_estimate(2.64e12, Some(1.2e10), &yen()), "2.640兆 ± 0.012兆");
    assert_eq!(Japanese.resolved(6.604e11, 1e8, &yen()), "6,604億円");
    let words = [
        (0.12, Unit::Share, "12％"),
        (5e-5, Unit::Share, "0.01％未満"),
        (0.999_99, Unit::Share, "99.99％超"),
        (0.996, Unit::Share, "99.6％"),
        (18_835.2, Unit::Tonnes, "18,835トン"),
        (1.0, Unit::Days, "1日"),
        (128.0, Unit::Days, "4.2か月"),
        (913.1, Unit::Days, "2.5年"),
        (2.41, Unit::Multiple, "2.4倍"),
        (1_234.0, Unit::Count, "1,234"),
    ];
    for (value, unit, text) in words {
        assert_eq!(Japanese.figure(value, &unit), text);
    }
    assert_eq!(Japanese.unit(&yen()), "円");
    assert_eq!(Japanese.unit(&Unit::Money("XAU".to_owned())), "XAU");
    assert_eq!((Japanese.code(), English.code()), ("ja", "en"));
}

#[test]
fn a_japanese_axis_has_one_scale() {
    let axis = Axis::new(1.2e12, &yen(), Japanese);
    assert_eq!((axis.factor, axis.title.as_str()), (1e12, "円"));
    assert_eq!(axis.label(0.5, 0.5), "0.5兆");
    let axis = Axis::new(9e11, &yen(), Japanese);
    assert_eq!((axis.factor, axis.label(2000.0, 2000.0)), (1e8, "2,000億".to_owned()));
    assert_eq!(Axis::new(0.3, &Unit::Share, Japanese).label(10.0, 10.0), "10％");
    assert_eq!(Axis::new(900.0, &Unit::Days, Japanese).title, "年");
}

/// Rounding an amount in 億 and in billions is rounding the same number: both read back within half a per cent.
#[test]
fn both_languages_say_the_same_amount() {
    for power in 4..15 {
        for lead in [1.0, 1.004, 2.345, 5.0, 9.994, 9.996] {
            let amount = lead * ten_to(power);
            let words = Japanese.money(amount, "JPY");
            let steps = [("兆円", 1e12), ("億円", 1e8), ("万円", 1e4), ("円", 1.0)];
            let (text, step) = steps.iter().find_map(|(s, f)| Some((words.strip_suffix(s)?, f))).unwrap();
            let read = text.replace(',', "").parse::<f64>().unwrap() * step;
            assert!((read / amount - 1.0).abs() < 0.005, "{amount}: {words}");
        }
    }
}

#[test]
fn an_interval_has_the_digits_that_tell_its_ends_apart() {
    let say = |value, low, high, unit: &Unit| English.short_interval(value, low, high, unit).join("|");
    let yen = Unit::Money("JPY".to_owned());
    assert_eq!(say(7.02e12, 6.95e12, 7.11e12, &yen), "7.02 tn|6.95|7.11");
    assert_eq!(say(822e6, 665e6, 1.03e9, &yen), "822 mn|665|1,030");
    assert_eq!(say(0.01196, 0.01184, 0.01208, &Unit::Share), "1.196 %|1.184|1.208");
    assert_eq!(say(3.3e-5, 2.8e-5, 4.1e-5, &Unit::Share), "0.0033 %|0.0028|0.0041");
    assert_eq!(say(730.0, 729.0, 731.5, &Unit::Days), "23.984 months|23.951|24.033");
    assert_eq!(say(0.0, -2.0, 3.0, &Unit::Tonnes), "0.0 t|−2.0|3.0");
    assert_eq!(say(5e6, 4e6, 6e6, &Unit::Tonnes), "5,000,000 t|4,000,000|6,000,000");
}
