using System.Data.Common;

namespace Vigil.Trust.Data;

/// <summary>What differs between the two databases.</summary>
internal abstract class Engine : IDisposable
{
    /// <summary>Most tries of a transaction that lost against another.</summary>
    public const int MaxTries = 10;

    /// <summary>Folder of the migrations.</summary>
    public abstract string Name { get; }

    /// <summary>Ends a select whose rows the transaction will change.</summary>
    public abstract string ForUpdate { get; }

    /// <summary>As <see cref="ForUpdate"/>, passing over rows that others hold.</summary>
    public abstract string ForUpdateSkipLocked { get; }

    public abstract Task<DbConnection> OpenAsync(CancellationToken cancellation);

    /// <summary>Begins a transaction that sees one state and conflicts with what would change it.</summary>
    public abstract Task<DbTransaction> BeginAsync(
        DbConnection connection,
        bool isWrite,
        CancellationToken cancellation
    );

    /// <summary>
    /// Begins a transaction that is alone among its kind by a row it locks first. It sees what was committed before
    /// each statement, and no other transaction loses against it.
    /// </summary>
    public abstract Task<DbTransaction> BeginFencedAsync(
        DbConnection connection,
        CancellationToken cancellation
    );

    /// <summary>Takes the turn to write, where only one may.</summary>
    public abstract Task<IDisposable> WriterAsync(CancellationToken cancellation);

    /// <summary>One process migrates at a time.</summary>
    public abstract Task LockMigrationsAsync(DbConnection connection, CancellationToken cancellation);

    /// <summary>After the last migration, in its transaction: what the planner of queries goes by.</summary>
    public abstract Task WriteStatisticsAsync(DbConnection connection, DbTransaction transaction);

    /// <summary>
    /// Rows of (name, column): every table with a column <c>tenant</c>, and the columns of its primary key.
    /// </summary>
    public abstract string TenantTables { get; }

    /// <summary>Rows of another table still point to the one that was to be deleted.</summary>
    public abstract bool IsStillReferenced(Exception e);

    /// <summary>The transaction lost against another and may be tried again.</summary>
    public abstract bool IsConflict(Exception e);

    /// <summary>A reason that passes: gone, busy, full. The text says what to do.</summary>
    public abstract string? Unavailable(Exception e);

    /// <summary>
    /// Asks the database for one row, on a connection that no other work holds: a busy server must not look
    /// like a frozen one.
    /// </summary>
    public abstract Task ProbeAsync(CancellationToken cancellation);

    /// <summary>A reason that does not pass by itself, while the server starts; null: not known.</summary>
    public abstract string? Refusal(Exception e);

    public abstract void Dispose();
}
