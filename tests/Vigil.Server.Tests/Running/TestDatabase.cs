using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Vigil.Trust;

namespace Vigil.Server.Tests.Running;

/// <summary>A database of the test's own.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly string? _name;
    private readonly string _ledger;

    private TestDatabase(string source, string? name, DirectoryInfo folder) =>
        (Source, _name, _ledger) = (source, name, Path.Combine(folder.FullName, "ledger"));

    /// <summary>Connection string of a PostgreSQL server in which databases may be made; null: SQLite.</summary>
    public static string? PostgresServer { get; } =
        Environment.GetEnvironmentVariable("VIGIL_TEST_POSTGRES") is { Length: > 0 } set ? set : null;

    /// <summary>As `--database` takes it.</summary>
    public string Source { get; }

    /// <param name="folder">Where a database of SQLite lies.</param>
    /// <param name="tablesOf">It has this profile's tables already; null: it is empty.</param>
    public static async Task<TestDatabase> CreateAsync(DirectoryInfo folder, Profile? tablesOf = null)
    {
        var tables = tablesOf is { } profile ? await MadeTables.OfAsync(profile) : null;
        if (PostgresServer is null)
        {
            var file = Path.Combine(folder.FullName, "vigil.db");
            if (tables is not null)
            {
                File.Copy(tables, file);
            }
            return new TestDatabase(file, null, folder);
        }
        var name = $"vigil_{Guid.NewGuid():n}";
        await CommandAsync($"create database {name} template {tables ?? "template1"}");
        var source = new NpgsqlConnectionStringBuilder(PostgresServer) { Database = name };
        return new TestDatabase(source.ToString(), name, folder);
    }

    /// <summary>
    /// Takes out what the first start writes, each installation its own, and gives what can be copied: the file, or
    /// the name.
    /// </summary>
    public async Task<string> EmptyAsync()
    {
        await using (
            DbConnection connection = _name is null
                ? new SqliteConnection($"Data Source={Source};Pooling=False")
                : new NpgsqlConnection(Source + ";Pooling=False")
        )
        {
            await ExecuteAsync(connection, "delete from tenant; delete from installation");
        }
        // A database that somebody is connected to cannot be copied.
        NpgsqlConnection.ClearAllPools();
        return _name ?? Source;
    }

    /// <summary>Past any server. No server may run.</summary>
    public async Task ChangeAsync(string sql)
    {
        await using DbConnection connection = _name is null
            ? new SqliteConnection($"Data Source={Source};Pooling=False")
            : new NpgsqlConnection(Source + ";Pooling=False");
        await ExecuteAsync(connection, sql);
    }

    /// <summary>Keeps a copy, as a backup does, with the ledger of the same moment. No server may run.</summary>
    public async Task BackUpAsync()
    {
        CopyFolder(_ledger, _ledger + ".backup");
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
        CopyFolder(_ledger + ".backup", _ledger);
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

    private static void CopyFolder(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static async Task CommandAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(PostgresServer);
        await ExecuteAsync(connection, sql);
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
