//! Versions of the contract.

use std::fmt;

use super::Severity;

/// Three numbers, as in Semantic Versioning. There are no pre-releases: what is committed is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

impl Version {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let number = |part: &str| {
            let is_plain = part == "0" || !part.starts_with('0');
            let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
            (is_plain && is_number).then(|| part.parse().ok())?
        };
        let mut parts = text.split('.').map(number);
        let version = Self {
            major: parts.next()??,
            minor: parts.next()??,
            patch: parts.next()??,
        };
        parts.next().is_none().then_some(version)
    }

    /// The lowest version that may follow this one with a change of this severity. There is no exception for major
    /// version 0: programs use it.
    pub(super) const fn raised(self, severity: Severity) -> Self {
        let Self {
            major,
            minor,
            patch,
        } = self;
        match severity {
            Severity::Major => Self {
                major: major + 1,
                minor: 0,
                patch: 0,
            },
            Severity::Minor => Self {
                major,
                minor: minor + 1,
                patch: 0,
            },
            Severity::Patch => Self {
                major,
                minor,
                patch: patch + 1,
            },
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_plain_numbers_are_a_version() {
        for good in ["0.1.0", "10.20.30", "0.0.0"] {
            assert_eq!(
                Version::parse(good).map(|version| version.to_string()),
                Some(good.to_owned())
            );
        }
        for bad in [
            "", "1", "1.2", "1.2.3.4", "1.2.x", "1.02.3", "1..3", "+1.2.3", "1.2.3-rc", "v1.2.3",
        ] {
            assert_eq!(Version::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn versions_are_compared_and_raised_as_numbers() {
        let version = |text| Version::parse(text).expect("a version");
        assert!(version("0.10.0") > version("0.9.9"));
        let raised = |text, severity| version(text).raised(severity).to_string();
        assert_eq!(raised("0.9.9", Severity::Major), "1.0.0");
        assert_eq!(raised("0.9.9", Severity::Minor), "0.10.0");
        assert_eq!(raised("0.9.9", Severity::Patch), "0.9.10");
    }
}
