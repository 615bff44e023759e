namespace Vigil.Trust;

public enum DbEngine
{
    /// <summary>Embedded: one file of the data folder, one server process.</summary>
    Sqlite,

    /// <summary>PostgreSQL 15 or later.</summary>
    Postgres,
}

/// <summary>Where the records are kept and how long a call may take.</summary>
public sealed record DbOptions
{
    public required DbEngine Engine { get; init; }

    /// <summary>Path of the file, or an Npgsql connection string.</summary>
    public required string Source { get; init; }

    /// <summary>
    /// Outer bound of every call, waiting for a turn included. The driver's own time-out is none: a frozen
    /// server was seen to hold a call of 3 s for 13 s.
    /// </summary>
    /// <value>6 s: a user has an error within 10 s, what comes before the call included.</value>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(6);

    /// <value>16 connections (PostgreSQL), 16 readers and one writer (SQLite).</value>
    public int MaxConnections { get; init; } = 16;

    /// <summary>Reads `postgres://…` and Npgsql connection strings; anything else is a file.</summary>
    public static DbOptions Parse(string source)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        var isPostgres =
            source.Contains("Host=", StringComparison.OrdinalIgnoreCase)
            || source.StartsWith("postgres", StringComparison.OrdinalIgnoreCase);
        return new DbOptions { Engine = isPostgres ? DbEngine.Postgres : DbEngine.Sqlite, Source = source };
    }
}

/// <summary>The database does not answer, or refuses for a reason that passes. Nothing is known to be done.</summary>
public class DatabaseUnavailableException(string message, Exception? inner = null)
    : IOException(message, inner);
