//! Errors as texts.

use std::fmt;

use super::Error;

/// The last guard: whatever a server has a say in was made harmless before.
const LONGEST_MESSAGE: usize = 4_096;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = &*self.0;
        if let Some(operation) = details.operation {
            f.write_str(operation)?;
            let iam = details.iam.as_ref();
            // That of a broken connection is in the message.
            if let Some(iam) = iam.filter(|iam| !details.message.contains(*iam)) {
                write!(f, " at {iam}")?;
            }
            f.write_str(": ")?;
        }
        let message = &details.message;
        match message.char_indices().nth(LONGEST_MESSAGE) {
            Some((end, _)) => write!(f, "{}…", &message[..end])?,
            None => f.write_str(message)?,
        }
        if let Some(advice) = &details.advice {
            write!(f, "; {advice}")?;
        }
        if let Some(region) = &details.iam_region {
            write!(f, "; the IAM of {region} answered")?;
        }
        let mut more = Vec::new();
        if let Some(credential) = details.credential.as_ref().filter(|_| self.is_auth()) {
            more.push(format!("with {credential}"));
        }
        let (before, attempts) = match details.attempts {
            0 | 1 => ("", None),
            attempts => ("last ", Some(format!("{attempts} attempts"))),
        };
        more.extend(attempts);
        if let Some(id) = &details.request_id {
            more.push(format!("{before}request id {id}"));
        }
        match more.is_empty() {
            true => Ok(()),
            false => write!(f, " ({})", more.join(", ")),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("operation", &self.0.operation)
            .field("status", &self.0.status)
            .field("error_code", &self.0.error_code)
            .field("error_msg", &self.0.error_msg)
            .field("request_id", &self.0.request_id)
            .field("credential", &self.0.credential)
            .field("attempts", &self.0.attempts)
            .field("message", &self.0.message)
            .field("source", &self.0.source)
            .finish()
    }
}
