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
    /// <summary>Opens a regular file for sequential reading. Follows symbolic links given by name.</summary>
    /// <exception cref="InputFileException">It cannot be opened or is not a regular file.</exception>
    public static FileStream OpenRead(string path) => throw new NotSupportedException();
}
