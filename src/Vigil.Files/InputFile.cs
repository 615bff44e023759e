using Vigil.Files.Posix;

namespace Vigil.Files;

/// <summary>Why an input could not be opened; the text of the exception says what to do about it.</summary>
public enum InputFileProblem
{
    NotFound,
    NotPermitted,

    /// <summary>A folder, FIFO, socket or device: reading one could hang or never end.</summary>
    NotRegular,

    /// <summary>The name holds a NUL or is not valid UTF-8, so the system cannot be asked for it.</summary>
    BadName,

    /// <summary>The system reported a read error.</summary>
    ReadError,

    /// <summary>Symbolic links that lead to each other.</summary>
    LinkLoop,
}

/// <summary>An input that could not be opened, with the reason as data and advice as text.</summary>
public sealed class InputFileException(InputFileProblem problem, string message, Exception? inner = null)
    : IOException(message, inner)
{
    public InputFileProblem Problem { get; } = problem;
}

/// <summary>The one way inputs are opened: regular files only, never blocking on a FIFO.</summary>
public static class InputFile
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>What the runtime puts in a listed name for bytes that are not UTF-8.</summary>
    private const char Replacement = '\uFFFD';

    /// <summary>Opens a regular file for sequential reading. Follows symbolic links given by name.</summary>
    /// <exception cref="InputFileException">It cannot be opened or is not a regular file.</exception>
    public static FileStream OpenRead(string path) => OpenRead(path, BufferBytes);

    internal static FileStream OpenRead(string path, int bufferBytes)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0 || !Libc.TryEncode(path, out var name))
        {
            throw Refusal(InputFileProblem.BadName, path);
        }
        // Non-blocking: opening a FIFO without a writer would otherwise wait for one. No terminal is taken
        // over.
        var flags = Libc.ReadOnly | Libc.NonBlocking | Libc.NoTerminal;
        var handle = Libc.Open(name, flags, 0, out var errno) ?? throw Refusal(ProblemOf(errno, path), path);
        errno = Libc.Status(handle, out var status);
        if (errno == 0 && status.IsRegular)
        {
            return new FileStream(handle, FileAccess.Read, bufferBytes);
        }
        handle.Dispose();
        throw Refusal(errno == 0 ? InputFileProblem.NotRegular : InputFileProblem.ReadError, path);
    }

    private static InputFileProblem ProblemOf(int errno, string path) =>
        errno switch
        {
            Errno.NotFound when path.Contains(Replacement) => InputFileProblem.BadName,
            Errno.NotFound or Errno.NotFolder => InputFileProblem.NotFound,
            Errno.NotPermitted or Errno.AccessDenied => InputFileProblem.NotPermitted,
            Errno.NoSuchDevice or Errno.NotDevice => InputFileProblem.NotRegular,
            Errno.NameTooLong => InputFileProblem.BadName,
            Errno.LinkLoop => InputFileProblem.LinkLoop,
            _ => InputFileProblem.ReadError,
        };

    private static InputFileException Refusal(InputFileProblem problem, string path)
    {
        var shown = path.Replace('\0', Replacement);
        var message = problem switch
        {
            InputFileProblem.NotFound => $"'{shown}' does not exist: check the spelling and the folder.",
            InputFileProblem.NotPermitted =>
                $"'{shown}' may not be read by this user: change its owner or mode (chmod u+r), or run as its owner.",
            InputFileProblem.NotRegular =>
                $"'{shown}' is a folder, pipe, socket or device: name a regular file, or copy the data into one.",
            InputFileProblem.BadName =>
                $"'{shown}' cannot be asked for: its name is empty, too long, holds a NUL or is not UTF-8. Rename it.",
            InputFileProblem.LinkLoop =>
                $"'{shown}' is a symbolic link that leads back to itself: remove or correct the link.",
            _ =>
                $"'{shown}' cannot be read: the system reports an error. Check the disk (dmesg) and try again.",
        };
        return new InputFileException(problem, message);
    }
}
