using Npgsql;

namespace Vigil.Server.Tests.Running;

/// <summary>An empty database of the test's own.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly string? _name;

    private TestDatabase(string source, string? name) => (Source, _name) = (source, name);

    /// <summary>Connection string of a PostgreSQL server in which databases may be made; null: SQLite.</summary>
    public static string? PostgresServer { get; } =
        Environment.GetEnvironmentVariable("VIGIL_TEST_POSTGRES") is { Length: > 0 } set ? set : null;

    /// <summary>As `--database` takes it.</summary>
    public string Source { get; }

    public static async Task<TestDatabase> CreateAsync(DirectoryInfo folder)
    {
        if (PostgresServer is null)
        {
            return new TestDatabase(Path.Combine(folder.FullName, "vigil.db"), null);
        }
        var name = $"vigil_{Guid.NewGuid():n}";
        await CommandAsync($"create database {name}");
        var source = new NpgsqlConnectionStringBuilder(PostgresServer) { Database = name };
        return new TestDatabase(source.ToString(), name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_name is not null)
        {
            await CommandAsync($"drop database {_name} with (force)");
        }
    }

    private static async Task CommandAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(PostgresServer);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
