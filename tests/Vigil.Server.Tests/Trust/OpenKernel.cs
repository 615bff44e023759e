using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Vigil.FaultProbe;
using Vigil.Server;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Trust;

/// <summary>A kernel of the test's own, on an empty database, and a way past it for the test.</summary>
internal sealed class OpenKernel : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly DirectoryInfo _folder;

    private OpenKernel(TestDatabase database, DirectoryInfo folder) =>
        (_database, _folder) = (database, folder);

    public TrustKernel Kernel { get; private set; } = null!;

    public string LedgerFolder => Path.Combine(_folder.FullName, "ledger");

    public string DataFolder => _folder.FullName;

    public DbOptions Database => DbOptions.Parse(_database.Source);

    public static async Task<OpenKernel> CreateAsync(TimeProvider? time = null, TimeSpan? deadline = null)
    {
        var folder = Directory.CreateTempSubdirectory("vigil-kernel-test-");
        var made = new OpenKernel(await TestDatabase.CreateAsync(folder, Profile.Platform), folder);
        await made.OpenAsync(time: time, deadline: deadline);
        return made;
    }

    public async Task OpenAsync(Profile? profile = null, TimeProvider? time = null, TimeSpan? deadline = null)
    {
        Kernel?.Dispose();
        var database = DbOptions.Parse(_database.Source);
        Kernel = await TrustKernel.OpenAsync(
            new TrustOptions
            {
                Database = deadline is { } limit ? database with { Deadline = limit } : database,
                KeysFolder = Path.Combine(_folder.FullName, "keys"),
                Profile = profile,
                Time = time ?? TimeProvider.System,
            },
            VigilApp.Tables
        );
    }

    /// <summary>Signs in the background, as a server does, until it is disposed.</summary>
    public IAsyncDisposable SignLedger() => new LedgerSigning(Kernel);

    /// <summary>A connection that the kernel knows nothing of.</summary>
    public async Task<DbConnection> ConnectAsync()
    {
        DbConnection connection = TestDatabase.PostgresServer is null
            ? new SqliteConnection($"Data Source={_database.Source};Pooling=False")
            : new NpgsqlConnection(_database.Source + ";Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Kernel.Dispose();
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
