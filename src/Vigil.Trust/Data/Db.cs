using Vigil.Trust.Data;

namespace Vigil.Trust;

/// <summary>
/// The only way to the database. Each call names its actor and a permission, runs in one transaction of one
/// tenant, and has an outer deadline. The work may run more than once (a transaction that lost against another
/// is tried again), so it does nothing but database work.
/// </summary>
public sealed class Db : IDisposable
{
    private readonly Engine _engine;
    private readonly DbOptions _options;
    private readonly KernelServices _kernel;

    /// <summary>Outer bound of every call.</summary>
    public TimeSpan Deadline => _options.Deadline;

    internal Db(DbOptions options, KernelServices kernel)
    {
        Mapping.Use();
        _options = options;
        _kernel = kernel;
        _engine = options.Engine == DbEngine.Sqlite ? new SqliteEngine(options) : new PostgresEngine(options);
    }

    public DbEngine Engine => _options.Engine;

    internal Engine Dialect => _engine;

    internal TenantSecrets SecretsOf(TenantId tenant) => _kernel.Vault.Of(tenant);

    /// <summary>Reads in one consistent view.</summary>
    /// <exception cref="AccessDeniedException">The actor may not.</exception>
    /// <exception cref="DatabaseUnavailableException">No answer in time.</exception>
    public Task<T> ReadAsync<T>(
        Actor actor,
        Permission permission,
        Func<Tx, Task<T>> work,
        CancellationToken cancellation = default
    )
    {
        Allow(actor, permission);
        return RunAsync(new Call(actor, CallKind.Read), work, cancellation);
    }

    /// <summary>Writes records that are no privileged act: a hit, a counter, a receipt.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public Task<T> WriteAsync<T>(
        Actor actor,
        Permission permission,
        Func<Tx, Task<T>> work,
        CancellationToken cancellation = default
    )
    {
        Allow(actor, permission);
        return RunAsync(new Call(actor, CallKind.Write), work, cancellation);
    }

    /// <summary>
    /// A privileged act: commits only when the work recorded it in the ledger (<see cref="Tx.RecordAsync"/>),
    /// in the same transaction. Refused while an earlier row waits longer than two seconds for its signature.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">The ledger is behind; nothing was done.</exception>
    /// <inheritdoc cref="ReadAsync"/>
    public Task<T> ActAsync<T>(
        Actor actor,
        Permission permission,
        Func<Tx, Task<T>> work,
        CancellationToken cancellation = default
    )
    {
        Allow(actor, permission);
        return RunAsync(new Call(actor, CallKind.Act), work, cancellation);
    }

    /// <summary>
    /// As <see cref="ActAsync"/>, but not refused while the ledger is behind: for saying that somebody sees to an
    /// alarm, which may be that very one. It is recorded all the same, and signed with what waits.
    /// </summary>
    /// <inheritdoc cref="ReadAsync"/>
    public Task<T> ActWhileBehindAsync<T>(
        Actor actor,
        Permission permission,
        Func<Tx, Task<T>> work,
        CancellationToken cancellation = default
    )
    {
        Allow(actor, permission);
        return RunAsync(new Call(actor, CallKind.Act, MayBeBehind: true), work, cancellation);
    }

    /// <summary>
    /// As <see cref="ActAsync"/>, for what cannot be taken back (something leaves, is shown or destroyed): returns
    /// only when a signed checkpoint includes what was recorded. The effect comes after it.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">
    /// Not signed within ten seconds: the act may stand recorded, the effect must not happen.
    /// </exception>
    /// <inheritdoc cref="ReadAsync"/>
    public Task<T> SignedAsync<T>(
        Actor actor,
        Permission permission,
        Func<Tx, Task<T>> work,
        CancellationToken cancellation = default
    )
    {
        Allow(actor, permission);
        return SignAsync(new Call(actor, CallKind.Act), work, cancellation);
    }

    /// <summary>Asks whether the database answers, apart from all other work.</summary>
    /// <exception cref="DatabaseUnavailableException">Not within <paramref name="deadline"/>.</exception>
    public async Task ProbeAsync(TimeSpan deadline, CancellationToken cancellation = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(deadline);
        var asked = Task.Run(() => _engine.ProbeAsync(limit.Token), CancellationToken.None);
        try
        {
            // The driver may hold on longer than it was told to.
            await asked.WaitAsync(deadline, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            Forget(asked);
            throw new DatabaseUnavailableException(
                IsLate(e, limit)
                    ? $"It did not answer within {deadline.TotalSeconds:0.#} s."
                    : _engine.Unavailable(e) ?? _engine.Refusal(e) ?? "It answers with an error.",
                e
            );
        }
    }

    /// <summary>For the kernel's own services, which serve all tenants.</summary>
    internal Task<T> SystemAsync<T>(
        string service,
        bool isWrite,
        Func<Tx, Task<T>> work,
        TenantId? tenant = null,
        CancellationToken cancellation = default
    ) =>
        RunAsync(
            new Call(
                Actor.Machine(tenant ?? TenantId.Default, service),
                isWrite ? CallKind.Write : CallKind.Read,
                IsSystem: true
            ),
            work,
            cancellation
        );

    /// <summary>For who signs the ledger: alone among its kind by the row it locks first.</summary>
    internal Task<T> FencedAsync<T>(
        string service,
        Func<Tx, Task<T>> work,
        CancellationToken cancellation = default
    ) =>
        RunAsync(
            new Call(Actor.Machine(TenantId.Default, service), CallKind.Fenced, IsSystem: true),
            work,
            cancellation
        );

    /// <summary>
    /// An act of the whole installation: only by an actor of the default tenant, and recorded as every act.
    /// </summary>
    internal Task<T> InstallationAsync<T>(
        Actor actor,
        Permission permission,
        bool isWrite,
        Func<Tx, Task<T>> work,
        CancellationToken cancellation = default
    )
    {
        var call = OfInstallation(actor, permission, isWrite ? CallKind.Act : CallKind.Read);
        return RunAsync(call, work, cancellation);
    }

    /// <summary>An act of the whole installation whose effect comes after its signature.</summary>
    internal Task<T> InstallationSignedAsync<T>(
        Actor actor,
        Permission permission,
        Func<Tx, Task<T>> work,
        CancellationToken cancellation = default
    ) => SignAsync(OfInstallation(actor, permission, CallKind.Act), work, cancellation);

    private static Call OfInstallation(Actor actor, Permission permission, CallKind kind)
    {
        Allow(actor, permission);
        return actor.Tenant == TenantId.Default
            ? new Call(actor, kind, IsSystem: true)
            : throw new AccessDeniedException(permission);
    }

    private static void Allow(Actor actor, Permission permission)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(permission);
    }

    private async Task<T> SignAsync<T>(Call call, Func<Tx, Task<T>> work, CancellationToken cancellation)
    {
        var result = await RunAsync(call, work, cancellation);
        await SignedSoFarAsync(cancellation);
        return result;
    }

    /// <summary>Returns when all that is committed now stands under a signed checkpoint.</summary>
    /// <exception cref="LedgerUnavailableException">Not within ten seconds.</exception>
    internal Task SignedSoFarAsync(CancellationToken cancellation)
    {
        var now = LedgerStanding.Now;
        _kernel.SigningBell.Ring();
        return _kernel.Standing.WaitAsync(now, LedgerLimits.SignedWithin, cancellation);
    }

    private async Task<T> RunAsync<T>(Call call, Func<Tx, Task<T>> work, CancellationToken cancellation)
    {
        if (call is { Kind: CallKind.Act, MayBeBehind: false })
        {
            _kernel.Standing.RequireRoom();
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.Deadline);
        // On another thread: SQLite works synchronously, and a frozen server must not hold the caller.
        var running = Task.Run(() => TryAsync(call, work, limit.Token), CancellationToken.None);
        try
        {
            return await running.WaitAsync(_options.Deadline + TimeSpan.FromMilliseconds(500), cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && IsLate(e, limit))
        {
            Forget(running);
            throw new DatabaseUnavailableException(
                $"The database did not answer within {_options.Deadline.TotalSeconds:0.#} s. Try again later.",
                e
            );
        }
        catch (OperationCanceledException)
        {
            Forget(running);
            throw;
        }
    }

    private static bool IsLate(Exception e, CancellationTokenSource limit) =>
        e is TimeoutException || (e is OperationCanceledException && limit.IsCancellationRequested);

    private static void Forget(Task running) =>
        _ = running.ContinueWith(
            static task => _ = task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default
        );

    private async Task<T> TryAsync<T>(Call call, Func<Tx, Task<T>> work, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(call, work, cancellation);
            }
            catch (Exception e) when (_engine.IsConflict(e) && attempt < Data.Engine.MaxTries)
            {
                // Full jitter: losers of one race must not meet again.
                var pause = System.Security.Cryptography.RandomNumberGenerator.GetInt32(
                    1,
                    10 << Math.Min(attempt, 5)
                );
                await Task.Delay(pause, cancellation);
            }
            catch (Exception e) when (_engine.Unavailable(e) is { } advice)
            {
                throw new DatabaseUnavailableException(advice, e);
            }
        }
    }

    private async Task<T> OnceAsync<T>(Call call, Func<Tx, Task<T>> work, CancellationToken cancellation)
    {
        var isWrite = call.Kind != CallKind.Read;
        using var turn = isWrite ? await _engine.WriterAsync(cancellation) : null;
        await using var connection = await _engine.OpenAsync(cancellation);
        await using var transaction =
            call.Kind == CallKind.Fenced
                ? await _engine.BeginFencedAsync(connection, cancellation)
                : await _engine.BeginAsync(connection, isWrite, cancellation);
        var tx = new Tx(_kernel, _engine, connection, transaction, call.Actor, call.IsSystem, cancellation);
        var result = await work(tx);
        if (call.Kind == CallKind.Act && tx.Recorded == 0)
        {
            throw new InvalidOperationException(
                "A privileged act did not record itself in the ledger; it was not done."
            );
        }
        await transaction.CommitAsync(cancellation);
        tx.AfterCommit();
        return result;
    }

    public void Dispose() => _engine.Dispose();

    private enum CallKind
    {
        Read,
        Write,
        Act,
        Fenced,
    }

    private sealed record Call(Actor Actor, CallKind Kind, bool IsSystem = false, bool MayBeBehind = false);
}
