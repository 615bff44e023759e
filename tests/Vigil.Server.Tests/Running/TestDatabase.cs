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

    /// <summary>Keeps a copy, as a backup does. No server may run.</summary>
    public async Task BackUpAsync()
    {
        if (_name is null)
        {
            File.Copy(Source, Source + ".backup", overwrite: true);
            return;
        }
        NpgsqlConnection.ClearAllPools();
        await CommandAsync($"drop database if exists {_name}_backup");
        await CommandAsync($"create database {_name}_backup template {_name}");
    }

    /// <summary>Puts the copy back. No server may run.</summary>
    public async Task PutBackAsync()
    {
        if (_name is null)
        {
            File.Delete(Source + "-wal");
            File.Delete(Source + "-shm");
            File.Copy(Source + ".backup", Source, overwrite: true);
            return;
        }
        NpgsqlConnection.ClearAllPools();
        await CommandAsync($"drop database {_name} with (force)");
        await CommandAsync($"create database {_name} template {_name}_backup");
    }

    public async ValueTask DisposeAsync()
    {
        if (_name is not null)
        {
            await CommandAsync($"drop database {_name} with (force)");
            await CommandAsync($"drop database if exists {_name}_backup");
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
