namespace Vigil.Cli;

/// <summary>The command as given cannot be run; the message says how to give it. Exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
