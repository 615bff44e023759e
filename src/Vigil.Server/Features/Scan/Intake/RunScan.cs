using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Features.Scan.Numbers;
using Vigil.Server.Features.Scan.Pending;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>
/// From what was let in to an answer: looks, decides, keeps the answer where it must be kept. A caller that
/// waited long enough is told "pending"; the scan goes on, and also when its caller hangs up: a hit is a hit.
/// </summary>
internal sealed partial class RunScan(
    Decider decider,
    PendingScans pending,
    ScanNumbers numbers,
    ScannedContents scanned,
    SealAtMatch sealing,
    Db db,
    ServerOptions options,
    IHostApplicationLifetime life,
    ILogger<RunScan> log
)
{
    /// <summary>The code of a scan that failed in a way nobody foresaw; the log says how.</summary>
    public const string LookFailed = "internal_error";

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private int _pending;

    /// <summary>Pending scans of this process.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>The answer, or that it is pending.</summary>
    /// <exception cref="ProblemException">Too many are pending; the lists are not ready.</exception>
    /// <exception cref="RequestKeyReusedException">The key was used for another request.</exception>
    /// <exception cref="DatabaseUnavailableException">What must be written could not be.</exception>
    public async Task<ScanAnswer> RunAsync(ScanOrder order)
    {
        if (await FindKeptAsync(order) is { } before)
        {
            return before;
        }
        var scan = new RunningScan(order);
        var running = WorkAsync(scan);
        if (order.Wait > TimeSpan.Zero)
        {
            try
            {
                return await running.WaitAsync(order.Wait, options.Time);
            }
            catch (TimeoutException) when (!running.IsCompleted)
            {
                // It goes on; the caller is told so.
            }
        }
        return await PendAsync(scan, running);
    }

    private async Task<ScanAnswer?> FindKeptAsync(ScanOrder order)
    {
        if (order.Key is null)
        {
            return null;
        }
        KeptAnswer? kept = null;
        var isNew = false;
        try
        {
            kept = await db.ReadAsync(order.Actor, Permission.ScanSubmit, tx => order.Key(tx).FindAsync(tx));
            isNew = kept is null;
            if (kept is not null)
            {
                await sealing.AgainAsync(order, AnswerOf(kept));
            }
        }
        finally
        {
            if (!isNew)
            {
                order.Release();
            }
        }
        return kept is null ? null : AnswerOf(kept);
    }

    private static ScanAnswer AnswerOf(KeptAnswer kept) =>
        JsonSerializer.Deserialize<ScanAnswer>(kept.Body, JsonSerializerOptions.Web)!;

    private async Task<ScanAnswer> WorkAsync(RunningScan scan)
    {
        // The caller goes on at once; what follows may hold a thread.
        await Task.Yield();
        var order = scan.Order;
        var began = options.Time.GetTimestamp();
        try
        {
            var facts = await LookAsync(order);
            var answer = await DecideAsync(scan, facts);
            await sealing.RunAsync(order, scan.Decision!);
            numbers.Count(
                order.Actor.Tenant,
                order.Subject.Surface,
                answer,
                options.Time.GetElapsedTime(began)
            );
            return answer;
        }
        catch (AnsweredMeanwhileException e)
        {
            return AnswerOf(e.Kept);
        }
        finally
        {
            order.ToSeal?.Dispose();
            if (scan.IsPending)
            {
                Interlocked.Decrement(ref _pending);
            }
        }
    }

    /// <summary>Whatever goes wrong with a file, its scan has an answer, and that is not "none".</summary>
    private async Task<ScanFacts> LookAsync(ScanOrder order)
    {
        try
        {
            return await order.Look(CancellationToken.None);
        }
        catch (Exception e) when (!life.ApplicationStopping.IsCancellationRequested)
        {
            LogLookFailed(log, e.GetType().FullName, e.StackTrace);
            return new ScanFacts { Fingerprint = new Matching.Fingerprint(), NotLookedUp = LookFailed };
        }
    }

    /// <summary>One that is pending was acknowledged: it is tried until it is done, or the server ends.</summary>
    private async Task<ScanAnswer> DecideAsync(RunningScan scan, ScanFacts facts)
    {
        var pause = TimeSpan.FromMilliseconds(200);
        while (true)
        {
            // Held while the answer is written: it must not become pending in that moment.
            await scan.Turn.WaitAsync();
            try
            {
                var answer = await OnceAsync(scan, facts);
                scan.HasEnded = true;
                return answer;
            }
            catch (Exception e) when (scan.IsPending && e is DatabaseUnavailableException or ProblemException)
            {
                // Again in a moment.
            }
            catch
            {
                scan.HasEnded = true;
                throw;
            }
            finally
            {
                scan.Turn.Release();
            }
            await Task.Delay(pause, options.Time, life.ApplicationStopping);
            pause = pause < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<ScanAnswer> OnceAsync(RunningScan scan, ScanFacts facts)
    {
        var order = scan.Order;
        var isKept = false;
        var decided = await decider.DecideAsync(
            order.Actor,
            order.Subject,
            facts,
            async (tx, written) =>
            {
                await KeepAsync(tx, scan, ScanAnswer.Of(written, order.Subject.FailMode));
                isKept = true;
            },
            // Not its caller's: a hit is a hit. But no search outlives its server.
            life.ApplicationStopped
        );
        // Whatever decides: what was not looked at whole is never told as "none".
        var decision =
            decided.Outcome == Outcome.None && facts.NotLookedUp is { } code
                ? decided with
                {
                    Outcome = Outcome.NotScanned,
                    Code = code,
                }
                : decided;
        var answer = ScanAnswer.Of(decision, order.Subject.FailMode);
        if (!isKept && (scan.IsPending || order.Key is not null))
        {
            await db.WriteAsync(
                order.Actor,
                Permission.ScanSubmit,
                async tx =>
                {
                    await KeepAsync(tx, scan, answer);
                    return true;
                }
            );
        }
        TellScanned(order, facts, decision);
        scan.Decision = decision;
        return answer;
    }

    /// <summary>To the tenant's history, if it keeps one; nothing is made of a content otherwise.</summary>
    private void TellScanned(ScanOrder order, ScanFacts facts, Decision decision)
    {
        var tenant = order.Actor.Tenant;
        if (
            scanned.IsWanted(tenant)
            && ScannedFacts.Of(order.Subject, facts, decision.ListGeneration, options.Time.GetUtcNow())
                is { } content
        )
        {
            scanned.Tell(tenant, content);
        }
    }

    private async Task KeepAsync(Tx tx, RunningScan scan, ScanAnswer answer)
    {
        if (scan.IsPending)
        {
            await pending.CloseAsync(tx, answer);
        }
        else if (scan.Order.Key?.Invoke(tx) is { } key)
        {
            if (await key.FindAsync(tx) is { } kept)
            {
                // The same request, sent twice at once: this one's effect is taken back.
                throw new AnsweredMeanwhileException(kept);
            }
            await key.KeepAsync(tx, 200, answer);
        }
    }

    private async Task<ScanAnswer> PendAsync(RunningScan scan, Task<ScanAnswer> running)
    {
        await scan.Turn.WaitAsync();
        try
        {
            if (scan.HasEnded)
            {
                return await running;
            }
            if (Interlocked.Increment(ref _pending) > options.Scan.MaxPending)
            {
                Interlocked.Decrement(ref _pending);
                Forget(running);
                throw TooManyPending();
            }
            try
            {
                return await AcknowledgeAsync(scan);
            }
            catch
            {
                Interlocked.Decrement(ref _pending);
                throw;
            }
            finally
            {
                Forget(running);
            }
        }
        finally
        {
            scan.Turn.Release();
        }
    }

    private async Task<ScanAnswer> AcknowledgeAsync(RunningScan scan)
    {
        var order = scan.Order;
        var waiting = ScanAnswer.Waiting(order.Subject.ScanId, order.Subject.FailMode);
        var kept = await db.WriteAsync(
            order.Actor,
            Permission.ScanSubmit,
            async tx =>
            {
                if (order.Key?.Invoke(tx) is { } key)
                {
                    if (await key.FindAsync(tx) is { } before)
                    {
                        return before;
                    }
                    await key.KeepAsync(tx, 202, waiting);
                }
                await pending.AddAsync(tx, order.Subject);
                return null;
            }
        );
        if (kept is not null)
        {
            Interlocked.Decrement(ref _pending);
            return AnswerOf(kept);
        }
        scan.IsPending = true;
        return waiting;
    }

    public static ProblemException TooManyPending() =>
        new(
            429,
            "too_many_pending",
            "Too many scans are pending: ask for their answers, send this again later."
        )
        {
            RetryAfter = TimeSpan.FromSeconds(5),
        };

    /// <summary>Nobody waits for it any more; what it throws is nobody's.</summary>
    private static void Forget(Task running) =>
        _ = running.ContinueWith(
            static task => _ = task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default
        );

    // The type only: messages of libraries may hold values.
    [LoggerMessage(301, LogLevel.Error, "A file could not be looked at: {Type}\n{Trace}")]
    private static partial void LogLookFailed(ILogger log, string? type, string? trace);

    /// <summary>A scan between its start and its answer.</summary>
    private sealed class RunningScan(ScanOrder order)
    {
        public ScanOrder Order { get; } = order;

        /// <summary>The race it prevents: the decision is written while the caller is told "pending".</summary>
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public bool IsPending { get; set; }

        /// <summary>Known when it is answered.</summary>
        public Decision? Decision { get; set; }

        /// <summary>Changed and read while the turn is held.</summary>
        public bool HasEnded { get; set; }
    }

    private sealed class AnsweredMeanwhileException(KeptAnswer kept) : Exception("Answered meanwhile.")
    {
        public KeptAnswer Kept { get; } = kept;
    }
}
