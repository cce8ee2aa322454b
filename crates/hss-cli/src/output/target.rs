//! Where the output goes: standard output, or a file.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::Failure;

/// Takes the output.
pub(crate) enum Target {
    Stdout(BufWriter<Box<dyn Write>>),
    /// Something that cannot be replaced, such as a named pipe.
    Special(PathBuf, BufWriter<File>),
    /// A file that is replaced once the output is whole.
    File(PathBuf, BufWriter<NamedTempFile>),
}

/// What the output goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Terminal,
    /// Someone reads along, perhaps a program that uses the terminal as well.
    Pipe,
    File,
}

impl Target {
    /// Standard output, or `file` where there is one.
    pub(crate) fn open(file: Option<&Path>) -> Result<Self, Failure> {
        match file {
            None => Self::stdout(),
            Some(path) => {
                Self::file(path).map_err(|error| Failure::OutputFile(path.to_owned(), error))
            }
        }
    }

    /// Standard output. An error if nothing can be written there.
    pub(crate) fn stdout() -> Result<Self, Failure> {
        let out = stdout().map_err(Failure::Output)?;
        Ok(Self::Stdout(BufWriter::new(out)))
    }

    fn file(path: &Path) -> io::Result<Self> {
        // A link stays, and what it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let old = fs::metadata(&path).ok();
        if old.as_ref().is_some_and(|old| !old.is_file()) {
            let file = File::options().write(true).open(&path)?;
            return Ok(Self::Special(path, BufWriter::new(file)));
        }
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let folder = folder.unwrap_or(Path::new("."));
        fs::metadata(folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".hss-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let new = builder.tempfile_in(folder);
        // Its own text has the name of the temporary file, which nobody knows.
        let new = new.map_err(|error| io::Error::from(error.kind()))?;
        if let Some(old) = old {
            // A file that may not be written is not replaced either.
            File::options().append(true).open(&path)?;
            new.as_file().set_permissions(old.permissions())?;
        }
        Ok(Self::File(path, BufWriter::new(new)))
    }

    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Stdout(_) => stdout_kind(),
            Self::Special(..) => Kind::Pipe,
            Self::File(..) => Kind::File,
        }
    }

    /// The width of the terminal, if the output goes to one that tells it.
    pub(crate) fn width(&self) -> Option<usize> {
        if self.kind() != Kind::Terminal {
            return None;
        }
        let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
        Some(width.0.into())
    }

    /// A failure of the output, with the name of the file.
    pub(crate) fn named(&self, failure: Failure) -> Failure {
        match (self, failure) {
            (Self::Special(path, _) | Self::File(path, _), Failure::Output(error)) => {
                Failure::OutputFile(path.clone(), error)
            }
            (_, failure) => failure,
        }
    }

    /// Ends the output, which is whole.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let flushed = self.flush().map_err(Failure::Output);
        flushed.map_err(|failure| self.named(failure))?;
        let Self::File(path, new) = self else {
            return Ok(());
        };
        let replaced = new.into_inner().map_err(io::Error::from).and_then(|new| {
            new.as_file().sync_all()?;
            Ok(new.persist(&path)?)
        });
        match replaced {
            Ok(_) => Ok(()),
            Err(error) => Err(Failure::OutputFile(path, error)),
        }
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::Special(_, out) => out.write(bytes),
            Self::File(_, out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::Special(_, out) => out.flush(),
            Self::File(_, out) => out.flush(),
        }
    }
}

/// The standard library takes a file that cannot be written for one that swallows everything, and opens `/dev/null`
/// where there is none.
#[cfg(unix)]
fn stdout() -> io::Result<Box<dyn Write>> {
    use std::os::fd::AsFd as _;

    if at_start::stdout_was_closed() {
        return Err(io::Error::new(io::ErrorKind::NotConnected, "it is closed"));
    }
    let descriptor = io::stdout().as_fd().try_clone_to_owned()?;
    Ok(Box::new(File::from(descriptor)))
}

#[cfg(not(unix))]
fn stdout() -> io::Result<Box<dyn Write>> {
    Ok(Box::new(io::stdout()))
}

#[cfg(unix)]
fn stdout_kind() -> Kind {
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::FileTypeExt as _;

    if io::stdout().is_terminal() {
        return Kind::Terminal;
    }
    let descriptor = io::stdout().as_fd().try_clone_to_owned();
    let file = descriptor.and_then(|descriptor| File::from(descriptor).metadata());
    match file {
        Ok(file) if file.file_type().is_fifo() || file.file_type().is_socket() => Kind::Pipe,
        _ => Kind::File,
    }
}

#[cfg(not(unix))]
fn stdout_kind() -> Kind {
    match io::stdout().is_terminal() {
        true => Kind::Terminal,
        false => Kind::Pipe,
    }
}

/// Before `main` the standard library opens `/dev/null` for a closed standard output, and afterwards nobody can tell
/// this from a caller who chose it.
#[cfg(unix)]
mod at_start {
    use std::sync::atomic::{AtomicBool, Ordering};

    static CLOSED: AtomicBool = AtomicBool::new(false);

    #[ctor::ctor]
    fn look() {
        let flags = rustix::io::fcntl_getfd(rustix::stdio::stdout());
        CLOSED.store(flags.is_err(), Ordering::Relaxed);
    }

    pub(super) fn stdout_was_closed() -> bool {
        CLOSED.load(Ordering::Relaxed)
    }
}
