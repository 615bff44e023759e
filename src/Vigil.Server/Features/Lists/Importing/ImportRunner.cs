using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Importing;

/// <summary>
/// Reads list files into lists, in transactions of some thousand rows, each with its counts: what is committed
/// is committed, and the same file again adds only what is missing.
/// </summary>
internal sealed partial class ImportRunner(
    Db db,
    ListWriting lists,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<ImportRunner> log
) : IHostedService
{
    private readonly ConcurrentDictionary<Guid, RunningImport> _running = new();

    /// <summary>Entered by who starts one; left at the end of the work.</summary>
    public ImportSlots Slots { get; } = new();

    /// <summary>This process, so that an import whose process ended is told from one that runs.</summary>
    public Guid Instance { get; } = Guid.CreateVersion7(time.GetUtcNow());

    public RunningImport? Find(Guid id) => _running.GetValueOrDefault(id);

    /// <summary>Starts the work of an import that is in the ledger.</summary>
    public void Start(RunningImport import, long entriesBefore)
    {
        _running[import.Id] = import;
        import.SavedAt = time.GetTimestamp();
        import.Work = Task.Run(() => RunAsync(import, entriesBefore), CancellationToken.None);
    }

    /// <summary>Told at once when the server ends: before the senders' connections are cut.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(() =>
        {
            foreach (var import in _running.Values)
            {
                import.Stop();
            }
        });
        return Task.CompletedTask;
    }

    /// <summary>What runs is left as it stands, and shows as interrupted.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var running = _running.Values.ToList();
        running.ForEach(import => import.Stop());
        await Task.WhenAll(running.Select(import => import.Work)).WaitAsync(cancellationToken);
    }

    private async Task RunAsync(RunningImport import, long entriesBefore)
    {
        var beat = BeatAsync(import);
        var (state, problem, advice) = ("Done", (string?)null, (string?)null);
        try
        {
            await using var source = import.Body.Reader;
            await ReadAsync(import, source, entriesBefore);
        }
        catch (Exception e)
        {
            (state, problem, advice) = Judge(import, e);
        }
        try
        {
            if (state.Length > 0)
            {
                await PatientlyAsync(import, () => FinishAsync(import, state, problem, advice));
            }
        }
        catch (Exception e)
        {
            // Its heartbeat ends: it shows as interrupted.
            LogUnfinished(log, import.Id, e.GetType().FullName);
        }
        _running.TryRemove(import.Id, out _);
        Slots.Leave(import.Actor.Tenant);
        import.Stop();
        await beat;
    }

    /// <summary>What the end was; an empty state: the server ends, and the import stays as it is.</summary>
    private (string State, string? Problem, string? Advice) Judge(RunningImport import, Exception e)
    {
        switch (e)
        {
            case OperationCanceledException when import.IsRevoked:
                return Judge(import, Revoked());
            case OperationCanceledException when import.IsCancelled:
                return ("Cancelled", "cancelled", "Somebody stopped it. What was added stays.");
            case OperationCanceledException when import.Stopping.IsCancellationRequested:
                return ("", null, null);
            case BodyCutOffException when lifetime.ApplicationStopping.IsCancellationRequested:
                return ("", null, null);
            case ListFormatException:
                return ("Failed", "bad_list_file", e.Message);
            case BodyCutOffException:
                return ("Failed", "body_cut_off", e.Message);
            case ImportTooLargeException:
                return ("Failed", "import_too_large", e.Message);
            case DatabaseUnavailableException or DbException { IsTransient: true }:
                return (
                    "Failed",
                    "database_unavailable",
                    "The database did not answer. Send the file again: only what is missing is added."
                );
            case ProblemException problem:
                return ("Failed", problem.Code, problem.Message);
            default:
                LogFailed(log, import.Id, e.GetType().FullName, e.StackTrace);
                return (
                    "Failed",
                    "internal_error",
                    "Something went wrong here; the server's log says what. Send the file again."
                );
        }
    }

    private async Task ReadAsync(RunningImport import, Stream source, long entriesBefore)
    {
        var secrets = await db.ReadAsync(
            import.Actor,
            Permission.ListWrite,
            tx => Task.FromResult(tx.Secrets),
            import.Stopping
        );
        var batch = new List<ListEntry>(ListsLimits.RowsPerTransaction);
        foreach (var (entry, rejected) in ListReader.Read(source, import.Options.Reading))
        {
            import.Stopping.ThrowIfCancellationRequested();
            if (rejected is not null)
            {
                import.Tally.Count(rejected);
            }
            import.Tally.Rows++;
            if (entry is not null)
            {
                batch.Add(entry);
            }
            if (batch.Count == ListsLimits.RowsPerTransaction)
            {
                await AddAsync(import, EntryDraft.OfMany(secrets, batch), readsFirst: entriesBefore > 0);
                batch.Clear();
            }
        }
        if (batch.Count > 0)
        {
            await AddAsync(import, EntryDraft.OfMany(secrets, batch), readsFirst: entriesBefore > 0);
        }
        if (import.Tally.Rows == 0 || import.Tally.Rows == import.Tally.Rejected)
        {
            throw new ListFormatException("No row of this file can be used, so the list stays as it is.");
        }
    }

    private async Task AddAsync(RunningImport import, List<EntryDraft> batch, bool readsFirst)
    {
        // A file that is imported again changes nothing: found out without holding up the writers.
        var plan = readsFirst
            ? await PatientlyAsync(
                import,
                () =>
                    db.ReadAsync(
                        import.Actor,
                        Permission.ListWrite,
                        tx => PlanAsync(tx, import, batch),
                        import.Stopping
                    )
            )
            : null;
        if (plan?.ChangesNothing == true)
        {
            import.Tally.Count(plan.Outcomes.Select(one => one.Outcome));
            return;
        }
        var done = await PatientlyAsync(import, () => WriteAsync(import, batch));
        import.Tally.Count(done.Batch.Outcomes.Select(one => one.Outcome));
        import.SavedAt = time.GetTimestamp();
        if (done.IsCancelled)
        {
            import.Cancel();
        }
    }

    private Task<(EntryBatch Batch, bool IsCancelled)> WriteAsync(
        RunningImport import,
        List<EntryDraft> batch
    ) =>
        lists.WriteAsync(
            import.Actor,
            Permission.ListWrite,
            async (tx, generation) =>
            {
                await RefuseRemovedAsync(tx, import);
                if (!await ApiKeys.IsHeardAsync(tx, import.Actor))
                {
                    throw Revoked();
                }
                var now = await PlanAsync(tx, import, batch);
                await now.ApplyAsync(tx, generation, import.Id);
                var counts = import.Tally.With(now.Outcomes.Select(one => one.Outcome));
                return (now, await counts.SaveAsync(tx, import));
            },
            import.Stopping
        );

    /// <summary>
    /// A database that is busy or away for a while must not end an import of hours. Trying again is safe: what
    /// was committed all the same is there already.
    /// </summary>
    private async Task<T> PatientlyAsync<T>(RunningImport import, Func<Task<T>> work)
    {
        var started = time.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(100); ; pause *= 2)
        {
            try
            {
                return await work();
            }
            catch (Exception e)
                when (e is DatabaseUnavailableException or DbException { IsTransient: true }
                    && time.GetElapsedTime(started) < ListsLimits.ImportPatience
                )
            {
                await Task.Delay(pause, time, import.Stopping);
            }
        }
    }

    private static Task<EntryBatch> PlanAsync(Tx tx, RunningImport import, List<EntryDraft> batch) =>
        EntryBatch.PlanAsync(tx, import.ListId, batch, import.Options.RestoresWithdrawn);

    private static async Task RefuseRemovedAsync(Tx tx, RunningImport import)
    {
        var open = await tx.FindAsync<long>(
            "select count(*) from list where tenant = @tenant and id = @id and removed_at is null",
            new { id = import.ListId }
        );
        if (open == 0)
        {
            throw ProblemException.Conflict(
                "list_removed",
                "The list was removed while it was imported into."
            );
        }
    }

    private static ProblemException Revoked() =>
        ProblemException.Conflict(
            "key_revoked",
            "The key it was begun with is revoked or over. What was added stays."
        );

    private Task<bool> FinishAsync(RunningImport import, string state, string? problem, string? advice) =>
        db.ActAsync(
            import.Actor,
            Permission.ListWrite,
            async tx =>
            {
                _ = await import.Tally.SaveAsync(tx, import);
                await tx.ExecuteAsync(
                    """
                    update list_import set state = @state, problem = @problem, advice = @advice, finished_at = @at
                    where tenant = @tenant and list_id = @listId and id = @id
                    """,
                    new
                    {
                        id = import.Id,
                        listId = import.ListId,
                        state,
                        problem,
                        advice,
                        at = tx.Now,
                    }
                );
                if (state == "Done")
                {
                    // The source has spoken, also where it said nothing new.
                    await EntryCounts.AddAsync(tx, import.ListId);
                }
                await tx.RecordAsync(
                    new LedgerAct("list.import_finished", $"{import.Id}") { Facts = Facts(import, state) }
                );
                return true;
            },
            CancellationToken.None
        );

    private static Dictionary<string, string> Facts(RunningImport import, string state) =>
        new(StringComparer.Ordinal)
        {
            ["list"] = $"{import.ListId}",
            ["state"] = state.ToLowerInvariant(),
            ["added"] = import.Tally.Added.ToString(CultureInfo.InvariantCulture),
            ["updated"] = import.Tally.Updated.ToString(CultureInfo.InvariantCulture),
            ["tombstoned"] = import.Tally.Tombstoned.ToString(CultureInfo.InvariantCulture),
            ["rejected"] = import.Tally.Rejected.ToString(CultureInfo.InvariantCulture),
        };

    /// <summary>Says how far it is where no batch does, and hears of a wish to cancel made elsewhere.</summary>
    private async Task BeatAsync(RunningImport import)
    {
        while (!import.Stopping.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(ListsLimits.Heartbeat / 2, time, import.Stopping);
                if (time.GetElapsedTime(import.SavedAt) < ListsLimits.Heartbeat / 2)
                {
                    continue; // A batch has just said it, and would lose against this.
                }
                var (isCancelled, isHeard) = await db.WriteAsync(
                    import.Actor,
                    Permission.ListWrite,
                    async tx =>
                        (
                            await import.Tally.SaveAsync(tx, import),
                            await ApiKeys.IsHeardAsync(tx, import.Actor)
                        ),
                    import.Stopping
                );
                if (!isHeard)
                {
                    import.Revoke();
                }
                else if (isCancelled)
                {
                    import.Cancel();
                }
            }
            catch (OperationCanceledException) when (import.Stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is DatabaseUnavailableException or DbException { IsTransient: true })
            {
                // The work itself will say so, or go on.
            }
        }
    }

    [LoggerMessage(300, LogLevel.Error, "Import {Import} failed: {Type}\n{Trace}")]
    private static partial void LogFailed(ILogger log, Guid import, string? type, string? trace);

    [LoggerMessage(301, LogLevel.Error, "The end of import {Import} could not be written: {Type}")]
    private static partial void LogUnfinished(ILogger log, Guid import, string? type);
}
