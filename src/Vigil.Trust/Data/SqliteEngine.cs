using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Vigil.Trust.Data;

/// <summary>
/// SQLite in write-ahead mode, every commit synced, one writer at a time in a queue of our own: its busy
/// handler would let writers starve.
/// </summary>
internal sealed class SqliteEngine : Engine
{
    // Extended result codes, https://sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int IoError = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int ForeignKey = 787;
    private const int ReadOnly = 8;
    private const int Corrupt = 11;
    private const int NotDatabase = 26;
    private const int IoErrorFsync = 1034;
    private const int IoErrorFolderFsync = 1290;

    private const long SynchronousExtra = 3;

    /// <summary>EX_IOERR of sysexits.h, as Durable ends a process whose sync failed.</summary>
    private const int ExitCodeSyncFailed = 74;

    private readonly string _connectionString;
    private readonly SemaphoreSlim _writer = new(1, 1);

    public SqliteEngine(DbOptions options) =>
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = options.Source,
            Pooling = true,
            DefaultTimeout = (int)options.Deadline.TotalSeconds,
            ForeignKeys = true,
        }.ToString();

    public override string Name => "sqlite";

    public override string ForUpdate => "";

    public override string ForUpdateSkipLocked => "";

    public override async Task<DbConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            await SetUpAsync(connection, cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task SetUpAsync(SqliteConnection connection, CancellationToken cancellation)
    {
        await using var pragmas = connection.CreateCommand();
        pragmas.CommandText = "pragma synchronous";
        if ((long)(await pragmas.ExecuteScalarAsync(cancellation))! == SynchronousExtra)
        {
            return; // Out of the pool, and set up already.
        }
        // secure_delete: what is removed is overwritten; temp_store: no temporary files. synchronous = extra
        // is full and the folder too (https://sqlite.org/pragma.html#pragma_synchronous).
        pragmas.CommandText = """
            pragma journal_mode = wal;
            pragma secure_delete = on;
            pragma temp_store = memory;
            pragma cache_size = -16384;
            pragma synchronous = extra;
            """;
        await pragmas.ExecuteNonQueryAsync(cancellation);
    }

    public override Task<DbTransaction> BeginAsync(
        DbConnection connection,
        bool isWrite,
        CancellationToken cancellation
    ) =>
        Task.FromResult<DbTransaction>(
            ((SqliteConnection)connection).BeginTransaction(IsolationLevel.Serializable, deferred: !isWrite)
        );

    public override Task<DbTransaction> BeginFencedAsync(
        DbConnection connection,
        CancellationToken cancellation
    ) => BeginAsync(connection, isWrite: true, cancellation);

    public override async Task<IDisposable> WriterAsync(CancellationToken cancellation)
    {
        await _writer.WaitAsync(cancellation);
        return new Turn(_writer);
    }

    public override Task LockMigrationsAsync(DbConnection connection, CancellationToken cancellation) =>
        Task.CompletedTask; // The writing transaction is the lock.

    public override Task WriteStatisticsAsync(DbConnection connection, DbTransaction transaction) =>
        SqliteStatistics.WriteAsync(connection, transaction);

    public override string TenantTables =>
        """
            select m.name as name, c.name as "column" from sqlite_master m, pragma_table_info(m.name) c
            where m.type = 'table' and c.pk > 0
              and exists (select 1 from pragma_table_info(m.name) t where t.name = 'tenant')
            order by m.name, c.pk
            """;

    public override bool IsStillReferenced(Exception e) =>
        e is SqliteException { SqliteExtendedErrorCode: ForeignKey };

    public override bool IsConflict(Exception e) => e is SqliteException { SqliteErrorCode: Busy or Locked };

    public override string? Unavailable(Exception e)
    {
        if (e is not SqliteException sqlite)
        {
            return null;
        }
        if (sqlite.SqliteExtendedErrorCode is IoErrorFsync or IoErrorFolderFsync)
        {
            // What was not synced may be gone although a later sync succeeds (Rebello et al. 2020).
            Console.Error.WriteLine("The database could not be synced to disk. Vigil ends; check the disk.");
            Environment.Exit(ExitCodeSyncFailed);
        }
        return sqlite.SqliteErrorCode switch
        {
            Busy or Locked => "The database is held by another process.",
            Full => "The disk is full: free some space.",
            IoError or CannotOpen => "The database file cannot be read or written: check the disk.",
            _ => null,
        };
    }

    public override async Task ProbeAsync(CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var command = connection.CreateCommand();
        // Reads a page of the file, unlike "select 1".
        command.CommandText = "select count(*) from sqlite_master";
        await command.ExecuteScalarAsync(cancellation);
    }

    public override string? Refusal(Exception e) =>
        e is not SqliteException sqlite
            ? null
            : sqlite.SqliteErrorCode switch
            {
                ReadOnly => "The database file may not be written by this user: change its owner.",
                Corrupt => "The database file is damaged: restore a backup, with the keys of the same day.",
                NotDatabase => "The database file is no SQLite database: name another with --database.",
                _ => null,
            };

    public override void Dispose()
    {
        _writer.Dispose();
        SqliteConnection.ClearAllPools();
    }

    private sealed class Turn(SemaphoreSlim writer) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
            {
                writer.Release();
            }
        }
    }
}
