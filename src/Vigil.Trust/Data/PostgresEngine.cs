using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace Vigil.Trust.Data;

/// <summary>
/// PostgreSQL with serializable transactions: the same rules then hold here as on SQLite, where writers queue;
/// one that loses is tried again.
/// </summary>
internal sealed class PostgresEngine : Engine
{
    private const long MigrationLock = 0x5669_6769_6c00;

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlDataSource _probes;

    public PostgresEngine(DbOptions options)
    {
        var builder = new NpgsqlConnectionStringBuilder(options.Source)
        {
            MaxPoolSize = options.MaxConnections,
            CommandTimeout = (int)options.Deadline.TotalSeconds,
            Timeout = (int)options.Deadline.TotalSeconds,
            MaxAutoPrepare = 64,
            ApplicationName = "vigil",
            IncludeErrorDetail = false,
        };
        _source = new NpgsqlDataSourceBuilder(builder.ToString()).Build();
        // Without a pool: a connection that froze is never asked again.
        builder.Pooling = false;
        builder.MaxAutoPrepare = 0;
        _probes = new NpgsqlDataSourceBuilder(builder.ToString()).Build();
    }

    public override string Name => "postgres";

    public override string ForUpdate => " for update";

    public override string ForUpdateSkipLocked => " for update skip locked";

    public override async Task<DbConnection> OpenAsync(CancellationToken cancellation) =>
        await _source.OpenConnectionAsync(cancellation);

    public override async Task<DbTransaction> BeginAsync(
        DbConnection connection,
        bool isWrite,
        CancellationToken cancellation
    ) =>
        await connection.BeginTransactionAsync(
            isWrite ? IsolationLevel.Serializable : IsolationLevel.RepeatableRead,
            cancellation
        );

    public override async Task<DbTransaction> BeginFencedAsync(
        DbConnection connection,
        CancellationToken cancellation
    ) => await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation);

    public override Task<IDisposable> WriterAsync(CancellationToken cancellation) =>
        Task.FromResult<IDisposable>(new NoTurn());

    public override async Task LockMigrationsAsync(DbConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"select pg_advisory_xact_lock({MigrationLock})";
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public override Task WriteStatisticsAsync(DbConnection connection, DbTransaction transaction) =>
        Task.CompletedTask; // Its autovacuum measures.

    public override string TenantTables =>
        """
            select c.relname as name, a.attname as "column" from pg_class c
            join pg_index i on i.indrelid = c.oid and i.indisprimary
            join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
            where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
              and exists (select 1 from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant')
            order by c.relname, a.attnum
            """;

    public override bool IsStillReferenced(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation };

    public override bool IsConflict(Exception e) =>
        e
            is PostgresException
            {
                SqlState: PostgresErrorCodes.SerializationFailure
                    or PostgresErrorCodes.DeadlockDetected
                    // Two that look first and then insert: the second finds the row when it tries again.
                    or PostgresErrorCodes.UniqueViolation
            };

    public override string? Unavailable(Exception e) =>
        e switch
        {
            PostgresException { SqlState: PostgresErrorCodes.DiskFull } =>
                "The database server's disk is full: free some space.",
            PostgresException { SqlState: var state }
                when state.StartsWith("57", StringComparison.Ordinal)
                    || state.StartsWith("53", StringComparison.Ordinal)
                    || state.StartsWith("08", StringComparison.Ordinal) =>
                "The database server is stopping, starting or out of resources.",
            PostgresException => null,
            NpgsqlException or SocketException => "The database server cannot be reached.",
            _ => null,
        };

    public override async Task ProbeAsync(CancellationToken cancellation)
    {
        await using var connection = await _probes.OpenConnectionAsync(cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "select 1";
        await command.ExecuteScalarAsync(cancellation);
    }

    public override string? Refusal(Exception e) =>
        e switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
                "This database does not exist on the server: create it (createdb), or correct Database=.",
            PostgresException
            {
                SqlState: PostgresErrorCodes.InvalidPassword
                    or PostgresErrorCodes.InvalidAuthorizationSpecification
            } => "The database server refuses this user: correct Username= and Password=, or pg_hba.conf.",
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
                "This user may not make tables there: make it the owner of the database.",
            PostgresException
            {
                SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.DuplicateTable
            } =>
                "The database holds tables that are not Vigil's, or not all of them: give it an empty database.",
            _ => null,
        };

    public override void Dispose()
    {
        _source.Dispose();
        _probes.Dispose();
    }

    private sealed class NoTurn : IDisposable
    {
        public void Dispose() { }
    }
}
