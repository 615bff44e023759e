namespace Vigil.Files;

/// <summary>
/// Another process, or another place in this one, holds the file; the message says what to do.
/// </summary>
public sealed class FileInUseException(string message) : IOException(message);
