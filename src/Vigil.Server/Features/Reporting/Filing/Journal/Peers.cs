using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>Whether a server may file beside the others of its database.</summary>
internal enum PeerStanding
{
    /// <summary>It waits for the others' word that nothing of theirs is missing in the database.</summary>
    Waits,

    /// <summary>It files.</summary>
    IsIn,
}

/// <summary>
/// Several servers on one database, each with a journal of its own. No call that may file leaves before every server
/// that files holds durably how far the caller's journal came; one that comes in anew needs the word of one that files,
/// or of all. So a database that lost a filing is behind a journal of each server that could repeat it.
/// </summary>
internal sealed class Peers(TrustKernel kernel, FilingJournal journal, FilingLimits limits) : IDisposable
{
    public const string Alarm = "filing_waits_for_servers";

    private static readonly TimeSpan HeardEvery = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _turn = new(1);
    private PeerMoment _looked;
    private PeerMoment? _waitsSince;

    /// <summary>Number of this life's first line, which the others are to hold; 0: not written yet.</summary>
    private long _begin;
    private volatile bool _isIn;
    private volatile bool _hasLeft;

    /// <summary>Compares, holds what others wrote, tells them, comes in where it may.</summary>
    public async Task<PeerStanding> LookAsync(Actor actor, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var began = PeerMoment.Now(kernel.Time);
            if (HasLapsed(began))
            {
                // Others may have filed without this one since.
                (_isIn, _begin) = (false, 0);
            }
            var view = await kernel.Db.ReadAsync(actor, Permission.ReportFile, ReadAsync, cancellation);
            if (!IsQuiet(view))
            {
                var after = await kernel.Db.WriteAsync(
                    actor,
                    Permission.ReportFile,
                    tx => ChangeAsync(tx, began),
                    cancellation
                );
                Take(after, began);
            }
            _looked = began;
            return _isIn ? PeerStanding.IsIn : PeerStanding.Waits;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Before a call that may file, whose announcement is saved: true when every server that files holds its number.
    /// One that does not answer is put out, and comes in anew. False: nothing leaves.
    /// </summary>
    /// <param name="actor">Who files.</param>
    /// <param name="head">Of the announcement's line, which is durable in this journal.</param>
    /// <param name="cancellation">Nothing leaves.</param>
    public async Task<bool> AgreeAsync(Actor actor, long head, CancellationToken cancellation)
    {
        var began = PeerMoment.Now(kernel.Time);
        while (true)
        {
            try
            {
                var now = PeerMoment.Now(kernel.Time);
                if ((!_isIn || HasLapsed(now)) && await LookAsync(actor, cancellation) != PeerStanding.IsIn)
                {
                    return false;
                }
                var isLong = now.Since(began) >= limits.PeerGone;
                if (await TryAgreeAsync(actor, head, isLong, cancellation) is { } agreed)
                {
                    return agreed;
                }
            }
            catch (DatabaseUnavailableException)
                when (PeerMoment.Now(kernel.Time).Since(began) < limits.KeepTrying)
            {
                // It is asked again.
            }
            await Task.Delay(limits.Poll, cancellation);
        }
    }

    /// <summary>Null: somebody does not hold it yet.</summary>
    public async Task<bool?> TryAgreeAsync(
        Actor actor,
        long head,
        bool putsOut,
        CancellationToken cancellation
    )
    {
        var view = putsOut
            ? await kernel.Db.WriteAsync(
                actor,
                Permission.ReportFile,
                async tx =>
                {
                    var before = await ReadAsync(tx);
                    if (MayGoOn(before, head))
                    {
                        await JournalRow.PutOutAsync(tx, journal.Id, head);
                    }
                    return await ReadAsync(tx);
                },
                cancellation
            )
            : await kernel.Db.ReadAsync(actor, Permission.ReportFile, ReadAsync, cancellation);
        return !MayGoOn(view, head) ? false
            : view.Missing(head).Any(row => row.IsIn) ? null
            : true;
    }

    /// <summary>It ends: nobody waits for it.</summary>
    public async Task LeaveAsync(Actor actor, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            (_hasLeft, _isIn) = (true, false);
            await kernel.Db.WriteAsync(
                actor,
                Permission.ReportFile,
                tx => JournalRow.LeaveAsync(tx, journal.Id),
                cancellation
            );
        }
        catch (DatabaseUnavailableException)
        {
            // It is put out by time.
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private Task<PeerView> ReadAsync(Tx tx) => PeerView.ReadAsync(tx, journal.Id, isLocked: false);

    /// <summary>In the database as it is now this one files, and nothing that it holds is missing there.</summary>
    private bool MayGoOn(PeerView view, long head) =>
        head > 0
        && !journal.IsBehind
        && !view.IsFenced
        && !view.IsBehind(journal.Marks)
        && view.Own is { IsIn: true, IsRetired: false }
        && _isIn
        && (!view.Others.Any() || !HasLapsed(PeerMoment.Now(kernel.Time)));

    /// <summary>Half the time after which others go on without this one: whoever is put out knows it before.</summary>
    private bool HasLapsed(PeerMoment now) => now.Since(_looked) >= limits.PeerGone / 2;

    private bool IsQuiet(PeerView view) =>
        _hasLeft
        || (
            _isIn
            && !journal.IsBehind
            && !journal.IsCut
            && !view.IsBehind(journal.Marks)
            && view.Own is { IsIn: true, IsRetired: false, RetiringAt: null } own
            && own.Lines >= journal.Lines
            && view.NewOf(journal.Marks).Count == 0
            && !view.ToTell(isIn: true).Any()
            && !view.Others.Any(row => row.RetiringAt is not null)
            && (!view.Others.Any() || (kernel.Time.GetUtcNow() - own.HeardAt)?.Duration() < HeardEvery)
        );

    /// <summary>Memory changes when this is committed, not before: it may run again.</summary>
    private async Task<Change> ChangeAsync(Tx tx, PeerMoment now)
    {
        // While it comes in no head may change: each call after that waits for this one.
        var view = await PeerView.ReadAsync(tx, journal.Id, isLocked: !_isIn);
        if (journal.IsBehind || view.Own is null || view.IsBehind(journal.Marks))
        {
            await Fence.PutBackAsync(tx, journal, view.AreOthersBehind(journal.Marks));
            return new(ChangeKind.PutBack);
        }
        if (journal.IsCut)
        {
            await JournalCut.WhileOpenAsync(tx);
            return new(ChangeKind.Out);
        }
        journal.See(view.NewOf(journal.Marks));
        await JournalRow.NoteLinesAsync(tx, journal);
        if ((_isIn || _begin > 0) && view.Own is not { IsIn: true, IsRetired: false })
        {
            return new(ChangeKind.Out);
        }
        foreach (var told in view.ToTell(_isIn).ToList())
        {
            await SeenRow.PutAsync(tx, told);
        }
        if (_isIn)
        {
            await JournalRow.JoinAsync(tx, journal.Id);
            await JournalRow.RetireAskedAsync(tx, journal.Id);
            return new(ChangeKind.In);
        }
        return await ComeInAsync(tx, view, now);
    }

    private async Task<Change> ComeInAsync(Tx tx, PeerView view, PeerMoment now)
    {
        if (!view.Others.Any() || (_begin > 0 && view.IsWelcome(_begin)))
        {
            await JournalRow.JoinAsync(tx, journal.Id);
            await tx.ClearAlarmAsync(Alarm);
            return new(ChangeKind.In);
        }
        if (_begin == 0)
        {
            // From here on whoever files waits for this one's word too, so that it misses nothing while it comes in.
            await JournalRow.ComeAsync(tx, journal.Id);
            return new(ChangeKind.Began, await JournalRow.AdvanceAsync(tx, journal));
        }
        await JournalRow.HeardAsync(tx, journal.Id);
        if (_waitsSince is { } since && now.Since(since) >= limits.PeerGone)
        {
            await WaitLongAsync(tx, view);
        }
        return new(ChangeKind.Waits);
    }

    /// <summary>
    /// Nobody answers. A journal that was never in knows nothing of what the others filed, and of those that are gone
    /// for good nobody does: people decide. Else their servers are to be started.
    /// </summary>
    private async Task WaitLongAsync(Tx tx, PeerView view)
    {
        var isNew = view.Own!.JoinedAt is null && journal.Last.IsEmpty && view.IsAlone(_begin);
        if (isNew || view.Missing(_begin).All(row => row.RetiringAt is not null))
        {
            if (await FenceRow.LockAsync(tx, Fence.Whole) is not { DecidedAt: null })
            {
                await Fence.LoseAsync(tx, withDrafts: true);
                await Fence.TellAsync(tx);
            }
            return;
        }
        await tx.RaiseAlarmOnceAsync(
            new Alarm(
                Alarm,
                AlarmSeverity.Page,
                "This server files nothing: it cannot know whether the database lost what other servers filed. Start "
                    + "those servers, and it goes on by itself. If one is gone for good, an admin says so on "
                    + "/console/reporting/setup; two people then decide about each report."
            )
        );
    }

    private void Take(Change change, PeerMoment now)
    {
        switch (change.Kind)
        {
            case ChangeKind.In:
                (_isIn, _waitsSince) = (true, null);
                break;
            case ChangeKind.Began when change.Head > 0:
                journal.See(new Dictionary<Guid, long> { [journal.Id] = change.Head });
                (_begin, _waitsSince) = (change.Head, _waitsSince ?? now);
                break;
            case ChangeKind.PutBack:
                journal.IsBehind = false;
                (_isIn, _begin) = (false, 0);
                break;
            case ChangeKind.Out or ChangeKind.Began:
                (_isIn, _begin) = (false, 0);
                break;
            default:
                break;
        }
    }

    private enum ChangeKind
    {
        Waits,
        In,
        Began,
        Out,
        PutBack,
    }

    private sealed record Change(ChangeKind Kind, long Head = 0);
}
