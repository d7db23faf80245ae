//! The two languages of the words: names of currencies, units and large numbers.

use super::Unit;

/// A language of everything that people read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// As an international board reads it: "660 billion yen", "12 %", "2026-11-10".
    #[default]
    English,
    /// As a Japanese board reads it: "6,600億円", "12％", "2026年11月10日".
    Japanese,
}

/// What follows a number.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Tonnes,
    Percent,
    Years,
    Months,
    Days,
    Times,
    Nothing,
}

/// Currencies that readers know by name: code; one, many; in Japanese.
const CURRENCIES: [(&str, &str, &str, &str); 5] = [
    ("JPY", "yen", "yen", "円"),
    ("USD", "US dollar", "US dollars", "ドル"),
    ("EUR", "euro", "euros", "ユーロ"),
    ("GBP", "pound", "pounds", "ポンド"),
    ("CNY", "yuan", "yuan", "元"),
];

/// Steps of large amounts: the power of ten, in words, short.
const ENGLISH: [(i32, &str, &str); 3] =
    [(12, " trillion", " tn"), (9, " billion", " bn"), (6, " million", " mn")];
const JAPANESE: [(i32, &str, &str); 3] = [(12, "兆", "兆"), (8, "億", "億"), (4, "万", "万")];

impl Language {
    /// One of two: the word in this language, or whatever else differs between them.
    pub const fn pick<T: Copy>(self, english: T, japanese: T) -> T {
        match self {
            Language::English => english,
            Language::Japanese => japanese,
        }
    }

    /// The code of ISO 639-1, as in `--lang` and in the `lang` of a page: "en", "ja".
    pub const fn code(self) -> &'static str {
        self.pick("en", "ja")
    }

    /// The unit as it stands in a table: in English as in results ("t", the code of a currency), in Japanese in words.
    pub fn unit(self, unit: &Unit) -> &str {
        match unit {
            Unit::Money(code) => self.pick(code, self.currency(code).1),
            Unit::Tonnes => self.pick("t", "トン"),
            Unit::Share => self.pick("share", "割合"),
            Unit::Days => self.pick("days", "日"),
            Unit::Count => self.pick("count", "数"),
            Unit::Multiple => self.pick("multiple", "倍"),
        }
    }

    /// The name of a currency: one, and many; its code where it is not known by name.
    pub(super) fn currency(self, code: &str) -> (&str, &str) {
        let known = CURRENCIES.iter().find(|(known, ..)| *known == code);
        known
            .map_or((code, code), |(_, one, many, japanese)| self.pick((*one, *many), (*japanese, *japanese)))
    }

    pub(super) const fn steps(self) -> &'static [(i32, &'static str, &'static str); 3] {
        self.pick(&ENGLISH, &JAPANESE)
    }

    /// The name of a currency behind a number.
    pub(super) fn after(self, name: &str) -> String {
        self.pick(" ", "").to_owned() + name
    }

    /// What follows the number 1, and what follows others, with their leading space.
    pub(super) const fn follows(self, kind: Kind) -> (&'static str, &'static str) {
        match kind {
            Kind::Tonnes => self.pick((" t", " t"), ("トン", "トン")),
            Kind::Percent => self.pick((" %", " %"), ("％", "％")),
            Kind::Years => self.pick((" year", " years"), ("年", "年")),
            Kind::Months => self.pick((" month", " months"), ("か月", "か月")),
            Kind::Days => self.pick((" day", " days"), ("日", "日")),
            Kind::Times => self.pick(("×", "×"), ("倍", "倍")),
            Kind::Nothing => ("", ""),
        }
    }

    /// What stands for a number that is none.
    pub const fn undefined(self) -> &'static str {
        self.pick("undefined", "算出不能")
    }

    pub(super) fn exceptional(self, value: f64) -> Option<&'static str> {
        if value.is_nan() {
            Some(self.undefined())
        } else if value.is_infinite() && value > 0.0 {
            Some(self.pick("infinite", "無限大"))
        } else if value.is_infinite() {
            Some(self.pick("minus infinite", "マイナス無限大"))
        } else {
            None
        }
    }

    /// Shares that are almost, but not quite, nothing or everything.
    pub(super) fn nearly(self, share: f64) -> Option<&'static str> {
        let least = 1e-4;
        if share > 0.0 && share < least {
            Some(self.pick("below 0.01 %", "0.01％未満"))
        } else if share < 0.0 && share > -least {
            Some(self.pick("above −0.01 %", "−0.01％超"))
        } else if share < 1.0 && share > 1.0 - least {
            Some(self.pick("above 99.99 %", "99.99％超"))
        } else {
            None
        }
    }
}
